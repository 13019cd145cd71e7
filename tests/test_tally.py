"""The tally of a reader's exercises: what it notes, and that it never stops a check."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_utils import checks, figures, keep, tally
from course_utils.exercises import lesson_00, lesson_02
from course_utils.lessons import ROOT
from course_utils.tools import tally as tool

SHARE = [
    lambda before, after: 0.5,
    lambda before, after: sum(w in after.split() for w in before.split()) / len(before.split()),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where the tally of this test is; nothing has been said yet."""
    monkeypatch.setenv("COURSE_TALLY", str(tmp_path / "own" / "tally.jsonl"))
    monkeypatch.setattr(tally, "_said", set())
    return tmp_path / "own" / "tally.jsonl"


def said(capsys, check, answer):
    """What a check prints, line by line."""
    capsys.readouterr()
    check(answer)
    return capsys.readouterr().out.splitlines()


def test_the_tests_see_no_tally():
    assert tally.file() is None and tally.state() == {} and tally.delete() == []


def test_verdicts_are_noted_and_the_hint_comes_after_three_wrong_ones(place, capsys):
    wrong, right = SHARE
    assert len(said(capsys, lesson_00.check_1, ...)) == 1 and not place.exists()
    for attempt in range(1, 8):
        lines = said(capsys, lesson_00.check_1, wrong)
        assert len(lines) == 1 + (attempt % 3 == 0)
        assert all(len(line) <= checks.LETTERS for line in lines)
    said(capsys, lesson_00.check_1, wrong)
    hint = said(capsys, lesson_00.check_1, wrong)[1]
    assert hint.startswith("Hint: word in after.split() says whether a word occurs.")
    assert tally.state()["00.1"]["attempts"] == 9 and not tally.state()["00.1"]["right"]
    assert tally.done() == {0: (0, 1)}
    assert len(said(capsys, lesson_00.check_1, right)) == 1
    said(capsys, lesson_00.check_1, wrong)  # once right, always right
    assert tally.state()["00.1"]["right"] and tally.done() == {0: (1, 1)}


def test_the_summary_says_what_to_do(place, capsys):
    lesson_02.summary()
    first, second = capsys.readouterr().out.splitlines()
    assert first == "0 of 2 exercises are right." and second.startswith("Not answered yet: 1 and 2")
    said(capsys, lesson_02.check_1, lambda x, centres, std: (0, 0))
    tally.record("02.2", True)
    lesson_02.summary()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 of 2 exercises is right." and len(lines) == 2
    assert (
        "Exercise 1, tried once, last said: of 5 made-up samples modes is 0, wanted 2" in lines[1]
    )
    assert "open the hint" in lines[1]


def test_a_stored_notebook_has_the_summary_of_a_new_reader():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and ".summary()" in "".join(cell["source"]):
                stored = "".join(cell["outputs"][0]["text"])
                assert stored == tally.summary(int(path.name[:2])) + "\n", path.name


@pytest.mark.parametrize(
    "content", [b"\0\xff" * 99, b"[1]\n{}\n", b'{"exercise": "02.1"', b"[" * 9999]
)
def test_a_damaged_tally_is_kept_aside_and_costs_one_sentence(place, capsys, content):
    tally.record("00.1", False, "no")
    with open(place, "ab") as file:
        file.write(content)
    before = place.read_bytes()
    lines = said(capsys, lesson_00.check_1, SHARE[0]) + said(capsys, lesson_00.check_1, SHARE[0])
    assert sum("The tally was damaged" in line for line in lines) == 1
    assert tally.state()["00.1"]["attempts"] == 3
    (aside,) = place.parent.glob("tally.damaged-*.jsonl")
    assert aside.read_bytes().startswith(before)
    assert set(tally.delete()) == {place, aside} and not list(place.parent.iterdir())


def test_a_home_that_cannot_be_written_costs_one_sentence(place, capsys):
    place.parent.write_text("a file where the folder should be")
    lines = [line for _ in range(4) for line in said(capsys, lesson_00.check_1, SHARE[1])]
    assert sum("✓ right" in line for line in lines) == 4 and len(lines) == 5
    assert "(Your answers are not noted down: " in "".join(lines)
    lesson_00.summary()
    assert "0 of 1 exercises are right." in capsys.readouterr().out


def test_without_a_home_the_checks_work(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_TALLY")
    monkeypatch.setattr(tally, "_said", set())

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(tally.Path, "home", homeless)
    lines = said(capsys, lesson_00.check_1, SHARE[0])
    assert "✗" in lines[0] and len(lines) <= 3


def test_two_notebooks_at_once_lose_nothing(place):
    code = (
        "from course_utils import tally\nfor k in range(50): tally.record('01.1', False, 'x' * k)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: subprocess.run(command, env=environment).returncode, "ab"))
    assert done == [0, 0] and tally.state()["01.1"]["attempts"] == 100


def test_the_map_shows_what_is_done(place, monkeypatch):
    shown = []
    monkeypatch.setattr(figures.lesson_00.viz, "show", lambda fig, text: shown.append(fig))
    for exercise, right in (("00.1", True), ("02.1", True), ("02.2", False)):
        tally.record(exercise, right)
    figures.lesson_00.course_map()
    texts = "\n".join(text.get_text() for text in shown[0].axes[0].texts)
    assert "min · ✓" in texts and "min · 1/2" in texts
    assert texts.count("min · ") == 2


def test_the_tool_shows_exports_and_deletes(place, capsys):
    assert tool.main([]) == 0 and "No answer has been judged yet." in capsys.readouterr().out
    tally.record("02.1", True)
    tally.record("02.2", False, "it gives 1, wanted 2")
    assert tool.main([]) == 0
    assert "lesson 02: 1 of 2 right" in capsys.readouterr().out
    assert tool.main(["--export", str(place.parent / "mine.csv")]) == 0
    assert '02.2,False,1,"it gives 1, wanted 2"' in (place.parent / "mine.csv").read_text()
    assert tool.main(["--delete"]) == 0 and not place.exists()


# --- keep ----------------------------------------------------------------------------------------
def test_what_is_kept_comes_back_and_overwrites_nothing(place, tmp_path, capsys, monkeypatch):
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "report" / "seed_0").mkdir(parents=True)
    there.mkdir()
    assert keep.save(here) is None
    tally.record("02.1", True)
    (here / "mine.safetensors").write_bytes(b"weights")
    (here / "report" / "seed_0" / "report.pdf").write_bytes(b"page")
    (here / "02_mode_collapse.ipynb").write_text("not this")
    path = keep.save(here)
    (there / "mine.safetensors").write_bytes(b"newer")
    monkeypatch.setenv("COURSE_TALLY", str(there / "tally.jsonl"))
    for _ in range(2):
        keep.restore(path, there)
    assert tally.state()["02.1"]["attempts"] == 1
    assert (there / "mine.safetensors").read_bytes() == b"newer"
    assert (there / "report" / "seed_0" / "report.pdf").read_bytes() == b"page"
    assert not (there / "02_mode_collapse.ipynb").exists()
    (there / "x.zip").write_text("no zip")
    with pytest.raises(ValueError, match="wanted a zip file made by keep.save"):
        keep.restore(there / "x.zip", there)


def test_in_colab_the_browser_downloads_what_is_kept(place, tmp_path, monkeypatch):
    downloaded = []
    files = type(sys)("google.colab")
    files.files = type(sys)("files")
    files.files.download = downloaded.append
    monkeypatch.setitem(sys.modules, "google.colab", files)
    monkeypatch.setitem(sys.modules, "google", type(sys)("google"))
    tally.record("02.1", True)
    assert downloaded == [] and keep.save(tmp_path) and downloaded == [str(tmp_path / keep.NAME)]
