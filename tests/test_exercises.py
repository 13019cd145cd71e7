"""Every exercise: the stub is not answered, the printed solution is right, wrong answers get the
hint that fits.
"""

import importlib
import re

import nbformat
import pytest

from course_utils.checks import LETTERS, UNREADABLE
from course_utils.lessons import written

CHECK = re.compile(r"^lesson_\d\d\.check_\d+\(\w+\)$", re.M)


def exercises():
    """(lesson, number, set-up code, stub cell, solution) for every cell tagged exercise:NN.k."""
    for lesson in written():
        cells = nbformat.read(lesson.path, as_version=4).cells
        setup = next(cell.source for cell in cells if cell.cell_type == "code")
        for index, cell in enumerate(cells):
            for tag in cell.metadata.get("tags", []):
                if tag.startswith("exercise:"):
                    after = "\n".join(
                        c.source for c in cells[index + 1 : index + 3] if c.cell_type == "markdown"
                    )
                    solution = re.search(
                        r"<summary>Solution</summary>.*?```python\n(.*?)```", after, re.S
                    )
                    yield pytest.param(
                        lesson,
                        int(tag.split(".")[1]),
                        setup,
                        cell.source,
                        solution and solution[1],
                        id=tag,
                    )


def verdict(setup, code, capsys):
    """What the check prints for `code`, run after the lesson's set-up cell alone: no exercise may
    need more.
    """
    namespace = {}
    exec(re.sub(r"^    %pip.*$", "    raise", setup, flags=re.M), namespace)
    capsys.readouterr()
    exec(code, namespace)
    said = capsys.readouterr().out
    assert UNREADABLE not in said and len(said) <= LETTERS + 1, said
    return said


@pytest.mark.parametrize("lesson, number, setup, stub, solution", list(exercises()))
def test_stub_solution_and_wrong_answers(lesson, number, setup, stub, solution, capsys):
    said = verdict(setup, stub, capsys)
    assert "not answered yet" in said and said.count("\n") == 1
    assert solution, (
        "wanted a ```python block under <summary>Solution</summary> in the next two cells"
    )
    check = CHECK.search(stub)[0]
    assert "✓ right" in verdict(setup, f"{solution}\n{check}", capsys)
    wrong = importlib.import_module(f"wrong_answers.lesson_{lesson.number:02d}").WRONG[number]
    assert len(wrong) >= 3
    for code, hint in wrong:
        said = verdict(setup, f"{code}\n{check}", capsys)
        assert "✗" in said and hint in said, f"{code}\n→ {said}"


def test_there_are_exercises_and_each_has_wrong_answers():
    assert len(list(exercises())) >= 4
    for lesson in written():
        numbers = {param.values[1] for param in exercises() if param.values[0] == lesson}
        assert (
            set(importlib.import_module(f"wrong_answers.lesson_{lesson.number:02d}").WRONG)
            == numbers
        )
