"""Claims, exercise checks and quizzes: what tells a reader, or a CI run, that something is so."""

import ctypes
import dis
import functools
import html
import re
import threading
import traceback

import numpy as np
import torch
from IPython.display import display

from . import tally

UNANSWERED, RIGHT, WRONG = "… not answered yet", "✓ right", "✗ not yet"
UNREADABLE = "the check cannot read a result of this kind"  # tests see to it that it never says so
SECONDS, LETTERS = 10, 300  # how long a check may take, and how much it may print
_WIDE = {"b": bool, "i": np.int64, "u": np.int64, "f": np.float64, "c": np.complex128}
_PLAIN = "bool uint8 int8 int16 int32 int64 float32 float64".split()  # the kinds of number it reads
ELSEWHERE = set()  # classes of answers that live in another process; see tools/_judge.py


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
    if isinstance(value, list | tuple) and any(isinstance(part, np.ndarray) for part in value):
        value = np.array(value)
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


class Unanswered(Exception):
    """Raised inside a check: the stub is as it was."""


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


def _own(value):
    """A copy for the student, so that what is done to it in place does not change the check's."""
    if torch.is_tensor(value) and not value.requires_grad:
        return value.clone()
    return list(value) if isinstance(value, list) else value


def _called(function, arguments):
    """What the student's function gives back; a Hint where its own code breaks off."""
    try:
        return function(*map(_own, arguments))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() too must not end the notebook
        reason = " ".join(traceback.format_exception_only(error))
        raise Hint(f"your code stopped with {reason}") from None


def _numbers(value):
    """A number, an array or a flat list of numbers as a tensor; anything else as it is."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":  # fractions, whole numbers beyond 2**63
            array = np.fromiter(map(float, array.flat), float).reshape(array.shape)
    except Exception:
        return value
    if array.dtype.kind not in _WIDE:
        return value
    wide = array.dtype if array.dtype == np.float16 else _WIDE[array.dtype.kind]
    return torch.from_numpy(np.array(array, wide))


def _plain(result, graph):
    """A result in the one form that checks read.

    Numbers, arrays and tensors become a tensor, and so do lists and tuples of them that have one
    shape; other lists and tuples become a list of such parts; all else stays as it is. Without
    `graph` the tensors are detached.
    """
    nested = (torch.Tensor, np.ndarray, list, tuple)
    if isinstance(result, list | tuple) and any(isinstance(part, nested) for part in result):
        parts = [_plain(part, graph) for part in result]
        shapes = {part.shape if torch.is_tensor(part) else None for part in parts}
        return torch.stack(parts) if len(shapes) == 1 and None not in shapes else parts
    result = result if torch.is_tensor(result) else _numbers(result)
    if not torch.is_tensor(result):
        return result
    kind = str(result.dtype).removeprefix("torch.")
    if "float16" in kind:
        raise Hint(f"your result is {kind}, which keeps only three digits: compute in float32")
    if kind not in _PLAIN or result.layout != torch.strided or result.is_nested or result.is_meta:
        where = f"{result.layout} on {result.device}"
        raise Hint(f"wanted a plain tensor of float32 or float64, got one of {kind}, {where}")
    return result.cpu() if graph else result.detach().cpu()


def _result(answer, arguments, returns=True, graph=False):
    """What the answer gives back, as it comes; an answer that is no function is its own result."""
    if type(answer) in ELSEWHERE:
        return answer.result(arguments, returns, graph)
    return _called(answer, arguments) if callable(answer) else answer


def ask(answer, *arguments, returns=True, graph=False):
    """The student's answer to `arguments`: calls a function, passes a value through. Used by checks
    only.

    Numbers, lists, arrays and tensors come back as a tensor, several of different shapes as a list.
    With returns=False the function is asked for what it does, and may give back nothing; with
    graph=True tensors keep their graph, for a check that takes gradients.

    Raises Hint where the student's own code stops, so any other error is the check's.
    """
    if answer is ... or answer is None or (callable(answer) and _is_stub(answer)):
        raise Unanswered
    result = _result(answer, arguments, returns, graph)
    if returns and (result is None or result is ...):
        raise Hint(
            "your function gives back nothing: is there a `return` at the end, and no `...` left"
            " over?"
        )
    try:
        return _plain(result, graph) if returns else None
    except RecursionError:
        raise Hint("your function gives back a list that lies within itself") from None


def _in_time(work, seconds):
    """work(), stopped with a Hint when it takes longer.

    A second thread raises KeyboardInterrupt in this one, again and again until it has ended. That
    stops loops on all systems and costs nothing meanwhile. It cannot stop a single call that does
    not come back to Python, such as time.sleep(1e9), nor a loop that swallows every interrupt.
    """
    running, late, here = threading.Lock(), [], ctypes.c_ulong(threading.get_ident())
    running.acquire()

    def watch():
        while not running.acquire(timeout=0.1 if late else seconds):
            late.append(True)
            interrupt = ctypes.py_object(KeyboardInterrupt)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(here, interrupt)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            return work()
        finally:
            running.release()
            watcher.join()
    except KeyboardInterrupt:
        if not late:  # the reader pressed the button
            raise
        raise Hint(f"your code did not end within {seconds} seconds: does a loop go on?") from None


def judge(check, answers, seconds=SECONDS):
    """What check(*answers) finds: (RIGHT, WRONG or UNANSWERED, a sentence, empty if unanswered)."""
    try:
        return RIGHT, _in_time(lambda: check(*answers), seconds)
    except Unanswered:
        return UNANSWERED, ""
    except Hint as hint:
        return WRONG, str(hint)
    # the student's code has come back: it is the check that broke
    except Exception as error:
        return WRONG, f"{UNREADABLE} ({type(error).__name__}): what does the stub ask for?"


def one_line(text, letters=LETTERS):
    """The text on one line of at most so many letters, each of which can be printed."""
    line = " ".join(text.split())
    line = line if len(line) <= letters else line[: letters - 1] + "…"
    return line.encode(errors="replace").decode()


def exercise(check):
    """Turn check(answer) into what a notebook calls: it prints one verdict and never stops the
    lesson.

    The check calls `ask`, raises Hint where the answer is wrong, and returns a sentence that rounds
    the exercise off. Verdicts on the course's exercises go into the reader's tally.
    """

    @functools.wraps(check)
    def printed(*answers):
        verdict, said = judge(check, answers, SECONDS)
        mark = {RIGHT: ". ", WRONG: ": "}.get(verdict, "")
        name = check.__name__.replace("check_", "Exercise ")
        print(one_line(f"{name} {verdict}{mark}{said}"))
        of_lesson = re.search(r"exercises\.lesson_(\d\d)$", check.__module__)
        if of_lesson and verdict != UNANSWERED:
            _note(f"{of_lesson[1]}.{check.__name__.removeprefix('check_')}", verdict, said)

    return printed


def _note(exercise, verdict, said):
    """Note a verdict down in the reader's tally; print the hint after every third wrong answer."""
    tally.record(exercise, verdict == RIGHT, "" if verdict == RIGHT else one_line(said))
    if verdict == WRONG:
        wrong = tally.state().get(exercise, {}).get("wrong", 0)
        if wrong and wrong % tally.PATIENCE == 0:
            print(one_line(f"Hint: {tally.hint(exercise)}"))


def summary(lesson):
    """Print how many exercises of a lesson are right, and what to do about the others."""
    for line in tally.summary(lesson).splitlines():
        print(one_line(line))


def want_tensor(name, got, shape):
    """`got` as float64; raise Hint unless it is a finite tensor of `shape`."""
    if not torch.is_tensor(got):
        raise Hint(f"{name} should be a tensor of shape {tuple(shape)}, got {type(got).__name__}")
    if got.shape != torch.Size(shape):
        raise Hint(f"{name} should have shape {tuple(shape)}, got {tuple(got.shape)}")
    if not torch.isfinite(got).all():
        raise Hint(
            f"NaN or infinite values in {name}: is there a log(sigmoid), a log or a division by 0,"
            " or the derivative of a root at 0?"
        )
    return got.double()


def want_number(got):
    """`got` as a float; raise Hint unless it is one finite number, in whatever wrapping."""
    if not torch.is_tensor(got):
        raise Hint(f"wanted one number, got {type(got).__name__}")
    if got.numel() != 1:
        raise Hint(f"wanted one number, got shape {tuple(got.shape)}")
    return want_tensor("the number", got, got.shape).item()


def want_graph(answer, *arguments, learned):
    """Raise Hint where answer(*arguments) is a tensor through which one of the tensors `learned`,
    which want their gradients, gets none.

    A float or an array has no graph by its nature, and is let pass: the number is right.
    """
    try:
        got = _result(answer, arguments, graph=True)
    except Hint:  # numpy reads no tensor that wants its gradient
        return
    if not torch.is_tensor(got):
        return
    reached = got.requires_grad and torch.autograd.grad(got.sum(), learned, allow_unused=True)
    if not reached or any(gradient is None for gradient in reached):
        raise Hint(
            "the number is right, but nothing can learn from it, since a gradient does not come "
            "back: is there a detach, a no_grad or a torch.tensor(…)?"
        )


def want_parts(got, n, hint):
    """The n parts of a result as a list; raise Hint(hint) unless there are n."""
    several = isinstance(got, list | tuple) or (torch.is_tensor(got) and got.dim() > 0)
    if not several or len(got) != n:
        raise Hint(hint)
    return list(got)


def want_bool(got):
    """`got` as a bool; raise Hint unless it is one True or False, in whatever wrapping."""
    if not torch.is_tensor(got) or got.numel() != 1 or got.item() not in (0, 1):
        raise Hint("one answer is wanted, True or False: is there an `.all()` or an `allclose`?")
    return bool(got)


def same(got, wanted, tolerance=1e-4):
    """True where two tensors have one shape and agree to a relative and absolute tolerance."""
    return got.shape == wanted.shape and torch.allclose(
        got.double(), wanted.double(), rtol=tolerance, atol=tolerance
    )


def name_slip(got, slips, tolerance=1e-4):
    """Raise the hint of the first of `slips`, pairs (wrong result, hint), that `got` is the same
    as. A result that is no tensor is none of them.
    """
    for wrong, hint in slips:
        if torch.is_tensor(got) and same(got, wrong, tolerance):
            raise Hint(hint)


def worst(got, wanted):
    """Where two tensors of one shape differ most: (place, what stands there, what is wanted).

    The place is a tuple. Both numbers are text with as many digits as it takes to tell them apart.

    >>> worst(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.00004]))
    ((1,), '2', '2.00004')
    """
    got, wanted = (torch.as_tensor(x, dtype=torch.float64).detach() for x in (got, wanted))
    error = (got - wanted).abs() / (1 + wanted.abs())
    # numpy's, because torch's loads sympy for seconds, while the check's time runs
    place = tuple(map(int, np.unravel_index(error.argmax().item(), error.shape)))
    for digits in range(4, 18):
        texts = [f"{x[place].item():.{digits}g}" for x in (got, wanted)]
        if texts[0] != texts[1]:
            break
    return place, *texts


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
