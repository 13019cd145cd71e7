"""An update of the course keeps a student's notebooks and carries the answers over."""

import json
import subprocess

import pytest

from course_utils.tools import update

STUB = "def mine(x):\n    ...\n\n\ncheck(mine)"
ANSWER = "def mine(x):\n    return 2 * x\n\n\ncheck(mine)"


def notebook(*texts, stub=STUB):
    """A notebook of texts and an exercise, as a file holds it."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]} for text in texts]
    cell = {"cell_type": "code", "metadata": {"tags": ["exercise:04.1"]}, "source": [stub]}
    cells += [cell | {"outputs": [], "execution_count": 1}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def git(folder, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clones(tmp_path, monkeypatch):
    """(the public course, a student's clone of it), with a lesson 04 and a lesson 05."""
    public, mine = tmp_path / "public", tmp_path / "mine"
    (public / "notebooks").mkdir(parents=True)
    for name in ("04_a", "05_b"):
        (public / "notebooks" / f"{name}.ipynb").write_text(notebook("old"))
    git(public, "init", "-b", "main")
    git(public, "add", "-A")
    git(public, "commit", "-m", "one")
    git(tmp_path, "clone", str(public), str(mine))
    monkeypatch.setattr(update, "ROOT", mine)
    monkeypatch.setattr(update, "notebooks", lambda: sorted((mine / "notebooks").glob("*.ipynb")))
    return public, mine


def test_git_brings_the_new_course_and_the_answers_stay(clones, capsys):
    public, mine = clones
    (public / "notebooks" / "04_a.ipynb").write_text(notebook("new", "more"))
    git(public, "commit", "-am", "two")
    edited = notebook("old", "my own remark", stub=ANSWER)
    (mine / "notebooks" / "04_a.ipynb").write_text(edited)
    assert update.main() == 0
    now = mine / "notebooks" / "04_a.ipynb"
    assert [source for source, _ in update.sources(now)] == ["new", "more", ANSWER]
    (copy,) = (mine / "notebooks" / "mine").rglob("*.ipynb")
    assert (
        copy.read_text() == edited and "1 answers put into the new one" in capsys.readouterr().out
    )
    assert update.main() == 0  # and again: there is nothing new
    assert update.answers(now) == {"exercise:04.1": ANSWER}


def test_a_stub_without_an_answer_does_not_replace_a_new_stub(clones):
    public, mine = clones
    better = STUB.replace("(x)", "(x, y)")
    (public / "notebooks" / "04_a.ipynb").write_text(notebook("new", stub=better))
    git(public, "commit", "-am", "two")
    (mine / "notebooks" / "04_a.ipynb").write_text(notebook("my own remark"))
    assert update.main() == 0
    assert update.answers(mine / "notebooks" / "04_a.ipynb") == {"exercise:04.1": better}


def test_when_git_cannot_all_is_as_it_was(clones, capsys):
    public, mine = clones
    edited = notebook("mine", stub=ANSWER)
    (mine / "notebooks" / "04_a.ipynb").write_text(edited)
    public.rename(public.with_name("gone"))
    assert update.main() == 2 and "nothing was changed: git pull" in capsys.readouterr().out
    assert (mine / "notebooks" / "04_a.ipynb").read_text() == edited


def test_from_another_folder(clones, capsys):
    public, mine = clones  # `mine` is the new course here, `public` the old one
    edited = notebook("old", stub=ANSWER)
    (public / "notebooks" / "04_a.ipynb").write_text(edited)
    (mine / "notebooks" / "04_a.ipynb").write_text(notebook("new"))
    assert update.main([str(public)]) == 0
    assert [s for s, _ in update.sources(mine / "notebooks" / "04_a.ipynb")] == ["new", ANSWER]
    assert (public / "notebooks" / "04_a.ipynb").read_text() == edited
    (copy,) = (mine / "notebooks" / "mine").rglob("*.ipynb")
    assert copy.name == "04_a.ipynb"
    (public / "notebooks" / "04_a.ipynb").write_text(notebook("old", stub=STUB + "  # older"))
    assert update.main([str(public)]) == 0
    assert update.answers(mine / "notebooks" / "04_a.ipynb") == {"exercise:04.1": ANSWER}
    for wrong in (public / "notebooks", mine):
        assert update.main([str(wrong)]) == 2
    assert "wanted the folder of an older course" in capsys.readouterr().out
