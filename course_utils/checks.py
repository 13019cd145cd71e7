"""Claims, exercise checks and quizzes: what tells a reader, or a CI run, that something is so."""

import dis
import functools
import html

import numpy as np
import torch
from IPython.display import display

UNANSWERED, RIGHT, WRONG = "… not answered yet", "✓ right", "✗ not yet"


def claim(sentence, value, *, above=None, below=None, near=None, tolerance=None, stored=False):
    """Assert what the text says of a number, or of every number in an array, and print one line.

    The line holds the sentence and the bound, not the number, so it is the same on every machine.
    Write stored=True when the number was not computed in this run but comes from a stored table or
    from what a checkpoint's file says of itself: the line then begins with "✓ (table)", so that the
    reader knows that no seed and no change in this notebook can make the claim fail.

    Raises AssertionError with the number and the bound when it is not so (a NaN is never so),
    ValueError without a bound.

    >>> claim("two is more than one", 2, above=1)
    ✓ two is more than one (> 1)
    >>> claim("of 64 runs, 60 or more found the mode", 62, above=59, stored=True)
    ✓ (table) of 64 runs, 60 or more found the mode (> 59)
    """
    value = torch.as_tensor(value, dtype=torch.float64).detach().cpu()
    bounds = []
    if above is not None:
        bounds.append((f"> {above:g}", value > above))
    if below is not None:
        bounds.append((f"< {below:g}", value < below))
    if near is not None:
        if tolerance is None:
            raise ValueError("claim(near=…) wants a tolerance=… as well")
        bounds.append((f"= {near:g} ± {tolerance:g}", (value - near).abs() <= tolerance))
    if not bounds or not value.numel():
        raise ValueError(
            "claim wants at least one number and a bound: above=, below=, or near= with tolerance="
        )
    text = " and ".join(bound for bound, _ in bounds)
    sentence = f"(table) {sentence}" if stored else sentence
    if not all(bool(holds.all()) for _, holds in bounds):
        got = (
            f"{value.item():.6g}"
            if value.numel() == 1
            else f"from {value.min():.6g} to {value.max():.6g} over {value.numel()} values"
        )
        raise AssertionError(f"claim does not hold: {sentence}. Wanted {text}, got {got}.")
    print(f"✓ {sentence} ({text})")


class Hint(Exception):
    """Raised inside a check: the answer is not right, and this sentence says what to look at."""


class _Unanswered(Exception):
    pass


def _is_stub(function):
    """True for a function whose body is only `...`, perhaps after a docstring: it loads nothing and
    returns None.
    """
    code = getattr(function, "__code__", None)
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
    return code is not None and all(
        op.opname in idle and ("CONST" not in op.opname or op.argval is None or op.argval is ...)
        for op in dis.get_instructions(code)
    )


def ask(answer, *arguments, returns=True):
    """The student's answer to `arguments`: calls a function, passes a value through. Used by checks
    only.

    With returns=False the function is asked for what it does, and may give back nothing.
    """
    if answer is ... or answer is None or (callable(answer) and _is_stub(answer)):
        raise _Unanswered
    if not callable(answer):
        return answer
    result = answer(
        *(
            value.clone() if torch.is_tensor(value) and not value.requires_grad else value
            for value in arguments
        )
    )
    if returns and (result is None or result is ...):
        raise Hint(
            "your function gives back nothing: is there a `return` at the end, and no `...` left"
            " over?"
        )
    return (
        torch.from_numpy(np.ascontiguousarray(result))
        if isinstance(result, np.ndarray) and result.dtype.kind in "fiu"
        else result
    )


def exercise(check):
    """Turn check(answer) into what a notebook calls: it prints one verdict and never stops the
    lesson.

    The check calls `ask`, raises Hint where the answer is wrong, and returns a sentence that rounds
    the exercise off.
    """

    @functools.wraps(check)
    def printed(*answers):
        try:
            verdict = f"{RIGHT}. {check(*answers)}"
        except _Unanswered:
            verdict = UNANSWERED
        except Hint as hint:
            verdict = f"{WRONG}: {hint}"
        # the student's own code broke: say so, go on
        except Exception as error:
            verdict = f"{WRONG}: your code stopped with {type(error).__name__}: {error}"
        print(f"{check.__name__.replace('check_', 'Exercise ')} {verdict}")

    return printed


def want_tensor(name, got, shape):
    """Raise Hint unless `got` is a finite tensor of `shape`."""
    if not torch.is_tensor(got):
        raise Hint(f"{name} should be a tensor of shape {tuple(shape)}, got {type(got).__name__}")
    if got.shape != torch.Size(shape):
        raise Hint(f"{name} should have shape {tuple(shape)}, got {tuple(got.shape)}")
    if not torch.isfinite(got).all():
        raise Hint(
            f"NaN or infinite values in {name}: is there a log(sigmoid), a log or a division by 0,"
            " or the derivative of a root at 0?"
        )


def want_number(got):
    """`got` as a float; raise Hint unless it is one number, in whatever wrapping."""
    try:
        number = torch.as_tensor(got, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        raise Hint(f"wanted one number, got {type(got).__name__}") from None
    if number.numel() != 1:
        raise Hint(f"wanted one number, got shape {tuple(number.shape)}")
    return number.item()


def same(got, wanted, tolerance=1e-4):
    """True where two tensors agree to a relative and absolute tolerance."""
    return torch.allclose(got.double(), wanted.double(), rtol=tolerance, atol=tolerance)


def name_slip(got, slips, tolerance=1e-4):
    """Raise the hint of the first of `slips`, pairs (wrong result, hint), that `got` is the same
    as.
    """
    for wrong, hint in slips:
        if same(got, wrong, tolerance):
            raise Hint(hint)


def quiz(*questions):
    """Show multiple-choice questions; a click on an option opens what there is to say about it.

    Each question is (question, {option: feedback}). Plain HTML: it works without a kernel, on a
    page and in Colab.
    """
    for number, (question, options) in enumerate(questions, 1):
        rows = "".join(
            f"<details style='margin:.2em 1.5em'><summary>{html.escape(option)}</summary>"
            f"<div style='margin:.2em 1.2em'>{html.escape(feedback)}</div></details>"
            for option, feedback in options.items()
        )
        plain = "\n".join([f"{number}. {question}", *(f"   - {option}" for option in options)])
        display(
            {
                "text/html": f"<p><b>{number}.</b> {html.escape(question)}</p>{rows}",
                "text/plain": plain,
            },
            raw=True,
        )
