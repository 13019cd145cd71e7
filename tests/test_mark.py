"""The marking: verdicts are those of the notebook, and a hostile submission costs its own row."""

import importlib
import random
import re
import time

import pandas as pd
import pytest
import submissions
import torch
from right_answers import RIGHT
from submissions import HOSTILE, submit
from test_exercises import CHECK, exercises

from course_utils import checks
from course_utils.lessons import ROOT
from course_utils.tools import _judge, _wire, kernels, mark

EXTRA = "import math\nimport numpy as np\nimport torch\nfrom torch.nn.functional import softplus\n"


def verdicts(folder, *options):
    """What the tool writes about a folder: {(student, exercise): row}."""
    assert mark.main([str(folder), "--out", str(folder.parent / "out"), *options]) == 0
    text = pd.read_csv(folder.parent / "out" / "marks.csv", dtype=str).fillna("")
    return {(row.student, row.exercise): row for row in text.itertuples()}


def all_answers():
    """(lesson, exercise, name of the answer, set-up, code) of right and wrong answers."""
    for case in exercises():
        lesson, number, setup, stub, solution = case.values
        wrong = importlib.import_module(f"wrong_answers.lesson_{lesson.number:02d}").WRONG[number]
        start, name = stub.split("\n", 1)[0], re.split(r"[()]", CHECK.search(stub)[0])[1]
        right = [
            code if "my_" in code else f"{start}\n    return {code}" for code in RIGHT[case.id[9:]]
        ]
        setup = re.sub(r"^    %pip.*$", "    raise", setup, flags=re.M) + "\n" + EXTRA
        for code in [CHECK.sub("", stub), solution, *right, *(code for code, _ in wrong)]:
            yield lesson.number, number, name, setup, code


def test_the_judge_says_what_the_notebook_says(tmp_path):
    """Over all right and wrong answers of the tests; drawn numbers in a hint may differ."""
    box, of_lesson, n = _judge.Sandbox(0, tmp_path, 1000), None, 0
    for lesson, number, name, setup, code in all_answers():
        if of_lesson != (lesson, number):
            anew, of_lesson = ["globals().clear()", setup], (lesson, number)
            assert box.ask("run", anew, time.monotonic() + 60) == {"stopped": None}
            space = {}
            exec(setup, space)
        check = getattr(_module(lesson), f"check_{number}").__wrapped__
        exec(code, space)
        assert box.ask("run", [code], time.monotonic() + 60) == {"stopped": None}, box.dead
        away = _judge.Away(box, number, name, time.monotonic() + 60)
        here, there = (checks.judge(check, (answer,), 60) for answer in (space[name], away))
        assert [re.sub(r"-?\d[\d.]*", "…", part) for part in here] == [
            re.sub(r"-?\d[\d.]*", "…", part) for part in there
        ], code
        n += 1
    box.end()
    assert n > 700


def _module(lesson):
    return importlib.import_module(f"course_utils.exercises.lesson_{lesson:02d}")


def test_some_hostile_submissions_cost_their_own_row_and_are_named(tmp_path, capsys):
    folder = tmp_path / "class"
    names = ("crash", "exit-setup", "patches", "prints")
    for name in names:
        submit(folder, name, HOSTILE[name][0])
    submit(folder, "=HYPERLINK(1)", {})
    (folder / "Damaged.ipynb").write_text("{" * 100_000)
    (folder / "Nothing.ipynb").write_text("[]")
    rows = verdicts(folder, "--seconds", "20")
    for name in names:
        _, one, two, words = HOSTILE[name]
        assert (rows[name, "02.1"].verdict, rows[name, "02.2"].verdict) == (one, two), name
        assert words in rows[name, "02.1"].mistake + rows[name, "02.1"].remarks, name
    assert rows["'=HYPERLINK(1)", "02.1"].verdict == "unanswered"
    assert rows["Damaged", ""].verdict == rows["Nothing", ""].verdict == "unreadable"
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "pages").iterdir()]
    assert len(pages) == 7 and all("<script" not in page for page in pages)
    said = capsys.readouterr().out
    assert "Isolation: " in said and "5 right" in said and "s a notebook" in said


@pytest.mark.slow
def test_a_class_of_sixty_with_fifteen_hostile_ones(tmp_path):
    folder, wanted = tmp_path / "class", {}
    for name, (cells, one, two, _) in HOSTILE.items():
        submit(folder, name, cells)
        wanted |= {(name, "02.1"): one, (name, "02.2"): two}
    chance, cases = random.Random(0), list(exercises())
    for student in range(60 - len(HOSTILE)):
        about = chance.choice(cases).values[0]
        choices = {}
        for case in (case for case in cases if case.values[0] == about):
            _, number, _, stub, solution = case.values
            module = importlib.import_module(f"wrong_answers.lesson_{about.number:02d}")
            kinds = {"right": solution, "wrong": chance.choice(module.WRONG[number])[0]}
            kinds["unanswered"] = CHECK.sub("", stub)
            verdict = chance.choice(list(kinds))
            name = re.split(r"[()]", CHECK.search(stub)[0])[1]
            choices[number] = (kinds[verdict], name)
            wanted[f"student {student:02d}", f"{about.number:02d}.{number}"] = verdict
        cells = submissions.answers(about.number, choices)
        submit(folder, f"student {student:02d}", cells, about.number)
    rows = verdicts(folder, "--jobs", "2")
    assert {key: row.verdict for key, row in rows.items()} == wanted
    for name, (_, _, _, words) in HOSTILE.items():
        assert words in rows[name, "02.1"].mistake + rows[name, "02.1"].remarks, name


# --- the parts -----------------------------------------------------------------------------------
def test_a_notebook_is_read_by_tags_or_by_the_checks_it_calls(tmp_path):
    path = submit(tmp_path, "a", submissions.RIGHT | {"setup": "x = 1"})
    text = path.read_text(encoding="utf-8")
    for written in (text, re.sub(r'"exercise:[^"]*"', '"lost"', text)):
        path.write_text(written, encoding="utf-8")
        read = _judge.read(path)
        assert (read.lesson, read.setup, read.named) == (2, "x = 1", [])
        assert {k: len(cells) for k, cells in read.exercises.items()} == {1: 1, 2: 1}
    other = path.with_name("01.ipynb")
    other.write_text('{"cells": []}')
    assert _judge.read(other).lesson == 1
    assert _judge.read(other).exercises == {1: [], 2: [], 3: []}
    for name, content in (("a.ipynb", '{"cells": []}'), ("b.ipynb", "[1]"), ("c.ipynb", "\0")):
        (tmp_path / name).write_text(content)
        with pytest.raises(ValueError, match="^wanted a notebook"):
            _judge.read(tmp_path / name)


@pytest.mark.parametrize(
    "source, named",
    [
        ("print('Exercise 2 ✓ right')", 1),
        ("print('\\u2713 right')", 1),
        ("from course_utils import checks\nchecks.ask = 1", 1),
        ("lesson_02.check_1 = print", 1),
        ("setattr(course_utils.checks, 'ask', 1)", 1),
        ("import sys\nsys.stdout.write = print; '✓ right'", 2),
        ("checks.ask(2)", 0),
        ("x.grad = None", 0),
        ("def broken(", 0),
        ("%matplotlib inline\nx = 1", 0),
    ],
)
def test_what_is_named_in_a_cell(source, named):
    assert len(_judge.named_in(source)) == named


def test_definitions_in_cells_of_ones_own_are_run(tmp_path):
    path = submit(tmp_path, "a", {})
    helper, train = "def helper(x):\n    return x", "helper(3)"
    data = submissions.notebook(submissions.RIGHT)
    data["cells"].insert(5, {"cell_type": "code", "source": [helper], "metadata": {}})
    data["cells"].insert(5, {"cell_type": "code", "source": train, "metadata": {}})
    path.write_text(submissions.json.dumps(data), encoding="utf-8")
    assert _judge.read(path).own == [helper]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b"3", b"[" * 100_000, b'{"a"', b'"text"'],
)
def test_a_message_that_is_none_is_refused(content):
    with pytest.raises(checks.Hint):
        _wire.read_message(content)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"tensor": ["float32", [2], "AA=="], "slopes": None},
        {"tensor": ["object", [1], ""], "slopes": None},
        {"tensor": ["float32", [5], ""], "slopes": None},
        {"tensor": [], "slopes": None},
        {"list": 3},
        {"function": "a"},
        {"a": 1, "b": 2},
    ],
)
def test_a_result_that_is_none_is_refused(data):
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        _wire.unpacked(data, (), None)


def test_results_and_their_gradients_arrive():
    x, net = torch.randn(3, requires_grad=True), torch.nn.Linear(3, 2)
    seen = []

    def made_here(z):
        seen.append(z.detach())
        return net(z * x).square()

    content, leaves, lists = _wire.dumps((made_here, torch.ones(3)))
    (function, z), theirs, their_lists = _wire.loads(content)
    (back,) = [_wire.unpacked(_wire.packed(function(z), theirs, []), leaves, None)]
    wanted = made_here(torch.ones(3))
    assert torch.equal(back, wanted) and len(their_lists[0]) == len(lists) == 1
    parts = (x, *net.parameters())
    for result in ((back.sum(), wanted.sum()), (2 * back[0], 2 * wanted[0])):
        got, right = (torch.autograd.grad(r, parts, retain_graph=True) for r in result)
        assert all(torch.allclose(a, b) for a, b in zip(got, right))


def test_results_of_every_kind_arrive():
    handles = []
    result = [torch.ones(2, dtype=torch.bool), "a", None, (1.5,), len, object(), {"a": 1}]
    data = _wire.read_message(_wire.message(it=_wire.packed(result, (), handles)))["it"]
    back = _wire.unpacked(data, (), lambda number: handles[number])
    assert torch.equal(back[0], result[0]) and back[1:3] == ["a", None] and back[4] is len
    assert [type(part).__name__ for part in (back[3][0], back[5], back[6])] == [
        "float",
        "object",
        "dict",
    ]


def test_a_course_that_was_changed_meanwhile_is_noticed(tmp_path, monkeypatch, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "Nobody.ipynb").write_text("{")
    prints = iter("ab")
    monkeypatch.setattr(mark, "fingerprint", lambda: next(prints))
    monkeypatch.setattr(mark, "all_marked", lambda tasks, jobs: map(mark.marked, tasks))
    assert mark.main([str(tmp_path / "class")]) == 1
    assert "these marks are worth nothing" in capsys.readouterr().out


def test_no_formula_reaches_a_spreadsheet_and_no_folder_is_left(tmp_path):
    for text in ("=1", "+1", "-1", "@a", "\t=1"):
        assert mark.safe(text) == f"'{text}"
    assert mark.main([str(tmp_path)]) == 2
    assert not list(ROOT.glob("*_marks"))


# --- the class -----------------------------------------------------------------------------------
ROW = {"USS a kernel [MB]": 400, "CPU of the training [s]": 3.0}


def test_what_a_class_needs_grows_with_it():
    needs = kernels.model([ROW, ROW | {"USS a kernel [MB]": 500}], 30)
    assert needs["memory [GB]"] == 16 and needs["cores, all at once"] == 3
    assert kernels.model([ROW], 300)["cores, each on their own"] == 5


def test_two_kernels_are_measured_at_once(monkeypatch):
    monkeypatch.setattr(kernels, "SETUP", "import time")
    monkeypatch.setattr(kernels, "TRAINING", "print(0.5)")
    row = kernels.measure(2)
    assert row["kernels"] == 2 and row["USS a kernel [MB]"] > 10
    assert row["CPU of the training [s]"] == 0.5
