"""Claims, exercises and quizzes."""

import math
import re
import sys
import threading
import time
from fractions import Fraction

import numpy as np
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


def test_a_claim_holds_at_the_edge_of_its_tolerance_and_in_double_precision():
    checks.claim("near", [2.5, 1.5], near=2, tolerance=0.5)


@pytest.mark.filterwarnings("error")
def test_a_claim_takes_arrays_in_a_list_without_a_warning():
    checks.claim("all positive", [np.ones(3), np.ones(3)], above=0)
    checks.claim("above", 1 + 1e-9, above=1)


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
    monkeypatch.setattr(checks, "display", lambda data, raw: shown.append(data if raw else None))
    checks.quiz(("Is 1 < 2?", {"yes, <i>x</i>": "Right <b>indeed</b>.", "no": "Look again."}))
    html = shown[0]["text/html"]
    assert html.count("<details") == 2 and all(
        word in html for word in ("1 &lt; 2", "&lt;i&gt;x", "&lt;b&gt;indeed")
    )
    assert "<b>1.</b> Is 1" in html and "</details><details" in html
    assert shown[0]["text/plain"] == "1. Is 1 < 2?\n   - yes, <i>x</i>\n   - no"


@checks.exercise
def check_8(answer):
    """A check that breaks."""
    return checks.ask(answer) / 0


def loops(x):
    while True:
        x = x + 1


def loops_past_errors(x):
    while True:
        try:
            x = x / 0
        except Exception:
            x = 2


@pytest.mark.parametrize("answer", [loops, loops_past_errors])
def test_code_that_does_not_end_is_stopped(answer, monkeypatch, capsys):
    monkeypatch.setattr(checks, "SECONDS", 0.2)
    check_7(answer)
    assert "did not end within 0.2 seconds" in capsys.readouterr().out
    check_7(lambda x: time.sleep(0.3) or 4)  # one call that comes back late: stopped as well
    assert "did not end" in capsys.readouterr().out
    monkeypatch.undo()
    check_7(lambda x: time.sleep(0.2) or 4)  # slow, and in time
    time.sleep(0.3)  # nothing is left that would interrupt what comes later
    assert "✓ right" in capsys.readouterr().out
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("(watch)")]


def test_the_reader_may_interrupt():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_7(interrupted)


@pytest.mark.parametrize("leave", [sys.exit, lambda x: sys.exit("bye"), lambda x: pytest.fail()])
def test_an_answer_cannot_end_the_notebook(leave, capsys):
    check_7(leave)
    assert "✗ not yet: your code stopped with" in capsys.readouterr().out


def test_a_check_that_breaks_does_not_blame_the_answer(capsys):
    check_8(lambda: "one")
    said = capsys.readouterr().out
    assert checks.UNREADABLE in said and "your code" not in said


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError


def test_a_verdict_is_one_short_line(capsys):
    def complains(x):
        raise ValueError("long\n" * 1000 + "\ud800")

    def is_silent(x):
        raise Unspeakable

    for answer in (complains, is_silent, lambda x: "x" * 1000):
        check_7(answer)
        said = capsys.readouterr().out
        assert said.count("\n") == 1 and len(said) <= 301


def test_an_answer_cannot_change_what_the_check_holds():
    held, sizes = torch.ones(3), [1, 2]

    def grabs(x, sizes):
        x += 1
        sizes.append(3)
        return x

    assert checks.ask(grabs, held, sizes).tolist() == [2.0, 2.0, 2.0]
    assert held.tolist() == [1.0, 1.0, 1.0] and sizes == [1, 2]


@pytest.mark.parametrize(
    "result, wanted",
    [
        (2, torch.tensor(2)),
        (True, torch.tensor(True)),
        (0.1, torch.tensor(0.1, dtype=torch.float64)),
        (Fraction(1, 2), torch.tensor(0.5, dtype=torch.float64)),
        (np.float32(0.5), torch.tensor(0.5, dtype=torch.float64)),
        (np.ones(2, bool), torch.ones(2, dtype=torch.bool)),
        (np.ones(2, np.uint16), torch.ones(2, dtype=torch.int64)),
        ((torch.ones(2), np.zeros(2)), torch.tensor([[1.0, 1], [0, 0]], dtype=torch.float64)),
        ([[1, 2.5], (3, 4)], torch.tensor([[1, 2.5], [3, 4]], dtype=torch.float64)),
        (torch.nn.Parameter(torch.ones(2)), torch.ones(2)),
        (torch.ones(2), torch.ones(2)),
        (torch.ones(2, dtype=torch.int8), torch.ones(2, dtype=torch.int8)),
    ],
)
def test_ask_reads_numbers_in_any_wrapping(result, wanted):
    for got in (checks.ask(result), checks.ask(lambda: result)):
        assert got.dtype == wanted.dtype and torch.equal(got, wanted) and not got.requires_grad


@pytest.mark.parametrize("result", [[[1.0], [2.0, 3.0]], ([1.0], "a"), [["a"], ["b"]]])
def test_ask_leaves_several_parts_of_different_kinds_apart(result):
    got = checks.ask(result)
    assert isinstance(got, list) and len(got) == 2
    assert [x.tolist() if torch.is_tensor(x) else x for x in got] == list(result)


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: np.ones(2, np.float16), "your result is float16, which keeps only three digits"),
        (lambda: torch.ones(2).half(), "your result is float16"),
        (lambda: torch.ones(2).bfloat16(), "your result is bfloat16"),
        (lambda: torch.ones(2) * 1j, "got one of complex64, torch.strided on cpu"),
        (lambda: torch.ones(2).to_sparse(), "got one of float32, torch.sparse_coo on cpu"),
        (lambda: torch.ones(2, device="meta"), "got one of float32, torch.strided on meta"),
        (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "got one of float32"),
    ],
)
def test_ask_names_a_tensor_that_checks_cannot_read(make, said):
    with pytest.raises(checks.Hint, match=said):
        checks.ask(make())


def test_want_parts_takes_lists_and_tensors_of_the_right_length():
    for got in ([1, "b"], (1, "b")):
        assert checks.want_parts(got, 2, "two, please") == [1, "b"]
    one, two = checks.want_parts(torch.tensor([5.0, 6.0]), 2, "two, please")
    assert (one, two) == (5, 6)
    for got in ([1], [1, 2, 3], torch.ones(3), torch.ones(1, 2), torch.tensor(2.0), "ab", None):
        with pytest.raises(checks.Hint, match="^two, please$"):
            checks.want_parts(got, 2, "two, please")


def test_ask_keeps_the_graph_where_it_is_wanted():
    x = torch.ones(2, requires_grad=True)
    for result in (2 * x, [x[0], x[1]]):
        assert checks.ask(result, graph=True).requires_grad
    assert checks.ask(lambda: "nothing", returns=False) is None


@pytest.mark.parametrize("shape", [(), (1,), (3, 1), (1, 3), (3, 3)])
def test_want_tensor_looks_at_the_shape_not_at_the_number_of_elements(shape):
    with pytest.raises(checks.Hint, match=re.escape(f"should have shape (3,), got {shape}")):
        checks.want_tensor("it", torch.ones(shape), (3,))


@pytest.mark.parametrize("got", [torch.ones(2), torch.tensor(math.nan), -math.inf, "1", b"1", [1]])
def test_want_number_takes_one_finite_number(got):
    assert checks.want_number(checks.ask([[2.5]])) == 2.5
    with pytest.raises(checks.Hint, match="NaN or infinite values in the number:"):
        checks.want_number(torch.tensor([math.inf]))
    with pytest.raises(checks.Hint):
        checks.want_number(got)


@pytest.mark.parametrize("got, wanted", [(1, True), (np.bool_(False), False), ([[True]], True)])
def test_want_bool_takes_one_yes_or_no(got, wanted):
    assert checks.want_bool(checks.ask(got)) is wanted
    for several in ([True, True], 2, math.nan, "yes"):
        with pytest.raises(checks.Hint, match="True or False"):
            checks.want_bool(checks.ask(several))


@pytest.mark.parametrize("tolerance", [None, 1e-4, 1e-2])
def test_same_and_name_slip_have_a_relative_and_an_absolute_tolerance(tolerance):
    given = () if tolerance is None else (tolerance,)
    tolerance = tolerance or 1e-4
    for wanted in (0.0, 1000.0, -1000.0):
        for share, agree in ((0.9, True), (1.1, False), (-0.9, True), (-1.1, False)):
            wrong = torch.tensor([wanted, 1.0], dtype=torch.float64)
            off = share * tolerance * (1 + abs(wanted))
            got = wrong + torch.tensor([off, 0], dtype=torch.float64)
            assert checks.same(got, wrong, *given) is agree
            try:
                checks.name_slip(got, [(wrong, "a slip")], *given)
                assert not agree
            except checks.Hint:
                assert agree


def test_name_slip_passes_by_what_has_another_shape_or_is_no_tensor():
    for got in (torch.ones(1), torch.ones(2, 1), torch.tensor(1.0), [1.0], "1", None):
        checks.name_slip(got, [(torch.ones(2), "a slip")])
    assert not checks.same(torch.ones(1), torch.ones(2))


@pytest.mark.parametrize(
    "got, wanted, shown",
    [
        ([1.0, 2.0, 9.0], [1.0, 2.5, 9.001], ((1,), "2", "2.5")),
        ([1000.0, 1.0], [1001.0, 2.0], ((1,), "1", "2")),  # relative where numbers are large
        (0.92841, 0.92844, ((), "0.92841", "0.92844")),
        ([[1.0, math.nan]], [[5.0, 2.0]], ((0, 1), "nan", "2")),
        ([1.0, 2.8], [0.0, 1.0], ((0,), "1", "0")),  # 1/(1 + 0) is more than 1.8/(1 + 1)
        ([2.04, 1.0], [3.01234, 1.0], ((0,), "2.04", "3.012")),  # four digits at least
        (0.1, math.nextafter(0.1, 1), ((), "0.10000000000000001", "0.10000000000000002")),
    ],
)
def test_the_worst_number_is_shown_with_digits_that_differ(got, wanted, shown):
    assert checks.worst(got, wanted) == shown
    got, wanted = (torch.tensor(x, dtype=torch.float64) for x in (got, wanted))
    assert checks.worst(got, wanted) == shown
