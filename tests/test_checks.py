"""Claims, exercises and quizzes."""

import re

import pytest
import torch

from course_utils import checks


def test_a_claim_prints_one_line_without_the_number(capsys):
    for value in (0.3, 0.31):
        checks.claim("narrow", value, above=0.1, below=0.7)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[1] == "✓ narrow (> 0.1 and < 0.7)"


def test_a_claim_about_a_stored_table_says_so(capsys):
    checks.claim("it was so", 2, above=1, stored=True)
    assert capsys.readouterr().out == "✓ (table) it was so (> 1)\n"
    with pytest.raises(AssertionError, match=re.escape("(table) it was so. Wanted > 3, got 2.")):
        checks.claim("it was so", 2, above=3, stored=True)


@pytest.mark.parametrize(
    "value, bound, said",
    [
        (0.8, {"below": 0.7}, "< 0.7, got 0.8"),
        (0.7, {"below": 0.7}, "< 0.7, got 0.7"),
        (0.7, {"above": 0.7}, "> 0.7, got 0.7"),
        (0.8, {"above": 0.1, "below": 0.7}, "> 0.1 and < 0.7, got 0.8"),
        (2, {"near": 1, "tolerance": 0.5}, "= 1 ± 0.5, got 2"),
        (float("nan"), {"below": 1}, "< 1, got nan"),
        (float("nan"), {"near": 0, "tolerance": 9}, "= 0 ± 9, got nan"),
        (torch.tensor([0.1, 0.9]), {"below": 0.5}, "< 0.5, got from 0.1 to 0.9 over 2 values"),
        (
            torch.tensor([0.1, float("nan")]),
            {"below": 0.5},
            "< 0.5, got from nan to nan over 2 values",
        ),
    ],
)
def test_a_claim_that_does_not_hold_says_wanted_and_got(value, bound, said, capsys):
    with pytest.raises(
        AssertionError, match=re.escape(f"claim does not hold: it is so. Wanted {said}.")
    ):
        checks.claim("it is so", value, **bound)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", [{"value": 1}, {"value": 1, "near": 1}, {"value": torch.zeros(0), "below": 1}]
)
def test_a_claim_without_a_bound_or_a_number_is_refused(arguments):
    with pytest.raises(ValueError, match="claim"):
        checks.claim("nothing", **arguments)


@checks.exercise
def check_7(answer):
    """The double."""
    if checks.ask(answer, 2) != 4:
        raise checks.Hint("double it")
    return "Well doubled."


def stub(x):
    """A docstring."""
    ...


def bare_stub(x): ...


def forgets(x):
    x = 2 * x


def breaks(x):
    return x / 0


@pytest.mark.parametrize(
    "answer, said",
    [
        (stub, "Exercise 7 … not answered yet"),
        (bare_stub, "not answered yet"),
        (..., "not answered yet"),
        (None, "not answered yet"),
        (lambda x: 2 * x, "Exercise 7 ✓ right. Well doubled."),
        (4, "✓ right"),
        (lambda x: x, "✗ not yet: double it"),
        (5, "double it"),
        (lambda x: ..., "not answered yet"),
        (forgets, "is there a `return`"),
        (breaks, "ZeroDivisionError"),
    ],
)
def test_an_exercise_prints_one_verdict_and_never_raises(answer, said, capsys):
    assert check_7(answer) is None
    out = capsys.readouterr().out
    assert said in out and out.count("\n") == 1


@pytest.mark.parametrize(
    "got, said",
    [
        ([1.0], "got list"),
        (torch.zeros(2), r"got \(2,\)"),
        (torch.tensor([float("nan")] * 3), "NaN"),
    ],
)
def test_want_tensor_names_what_came(got, said):
    with pytest.raises(checks.Hint, match=said):
        checks.want_tensor("it", got, (3,))


def test_a_quiz_is_plain_html_with_a_text_beside_it(monkeypatch):
    shown = []
    monkeypatch.setattr(checks, "display", lambda data, raw: shown.append(data))
    checks.quiz(("Is 1 < 2?", {"yes, <i>x</i>": "Right <b>indeed</b>.", "no": "Look again."}))
    html = shown[0]["text/html"]
    assert html.count("<details") == 2 and all(
        word in html for word in ("1 &lt; 2", "&lt;i&gt;x", "&lt;b&gt;indeed")
    )
    assert "Is 1 < 2?" in shown[0]["text/plain"] and "Right" not in shown[0]["text/plain"]
