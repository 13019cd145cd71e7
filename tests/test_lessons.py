"""The table of lessons, and the minutes that a lesson takes: each term, and what does not count."""

import math
import random

import nbformat
import pytest
from cells import read
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils import lessons
from course_utils.lessons import LESSONS, lesson, minutes, written

PICTURE = {"image/png": "…", "text/plain": "a picture " * 100}
CAPTION = {"text/markdown": "*a picture*" * 100}
ANIMATION = {"image/gif": "…"}


def code(source, *shown, tag=None, **metadata):
    """A code cell that displays these outputs."""
    outputs = [new_output("display_data", data=data) for data in shown]
    metadata |= {"tags": [tag]} if tag else {}
    return new_code_cell(source, outputs=outputs, metadata=metadata)


def on_slide(cell, kind):
    """The cell, as a slide of that kind."""
    return cell | {"metadata": cell.metadata | {"slideshow": {"slide_type": kind}}}


SETUP = code("import torch\n" * 400)
CARD = "### Exercise {} · ●●○ · {} min\n"
TERMS = [  # (cell, minutes)
    (new_markdown_cell("word " * 150), 1),
    (new_markdown_cell("word " * 75), 0.5),
    (code("x = 1\n" * 8), 1),
    (code("x = 1  # with a comment\n\n# a comment\n    \n" * 8), 1),
    (code("", PICTURE, CAPTION), 1),
    (code("", ANIMATION, CAPTION, PICTURE, CAPTION), 1),  # with its film-strip
    (code("x = 1\n" * 8, PICTURE, PICTURE), 3),
    (new_markdown_cell(CARD.format(1, 12) + "word " * 144), 12 + 1),
    (new_markdown_cell(CARD.format(1, 3) + CARD.format(2, 40)), 43 + 12 / 150),
    (code("lesson_04.show_quiz()", *[{"text/html": "?"}] * 3), 3 + 1 / 8),
]
SELF_TEST = (code("lesson_00.show_self_test()", *[{"text/html": "?"}] * 5), 5 + 1 / 8)
FREE = [
    new_markdown_cell("<details><summary>Hint</summary>\n\n" + "word " * 9000 + "\n</details>"),
    new_markdown_cell("[▶ Open in Colab](address) · " + "word " * 9000),
    new_markdown_cell("| --- | · = − " * 9000),
    code("def mine(x):\n" + "    ...\n" * 9000, tag="exercise:04.1"),
    code("# a comment\n\n" * 9000),
    code("", {"text/html": "<table></table>"}, CAPTION),
    on_slide(new_markdown_cell("word " * 9000), "notes"),
    on_slide(code("x = 1\n" * 9000), "notes"),
]


@pytest.mark.parametrize("cell, wanted", [*TERMS, SELF_TEST])
def test_each_term_of_the_formula_counts(cell, wanted):
    for times in (1, 7, 60):
        alone, in_class = minutes({"cells": [SETUP, *[cell] * times]})
        assert alone == in_class == 5 * math.ceil(times * wanted / 5)


@pytest.mark.parametrize("seed", range(20))
def test_the_terms_add_up_and_what_is_skipped_counts_alone_only(seed):
    chance = random.Random(seed)
    terms = chance.choices(TERMS, k=40)
    skipped = [chance.random() < 0.4 for _ in terms]
    kinds = ("slide", "subslide", "fragment")
    cells = [
        on_slide(cell, "skip" if skip else chance.choice(kinds))
        for (cell, _), skip in zip(terms, skipped, strict=True)
    ]
    cells += chance.choices(FREE, k=10)
    chance.shuffle(cells)
    alone = sum(wanted for _, wanted in terms)
    in_class = sum(wanted for (_, wanted), skip in zip(terms, skipped, strict=True) if not skip)
    found = minutes({"cells": [SETUP, *cells]})
    assert found == (5 * math.ceil(alone / 5), 5 * math.ceil(in_class / 5))


@pytest.mark.parametrize("cell", FREE)
def test_what_does_not_count_does_not_count(cell):
    title = new_markdown_cell("word " * 700)
    assert minutes({"cells": [title, SETUP, cell]}) == (5, 5)


def test_a_notebook_without_code_has_minutes_too():
    assert minutes({"cells": [new_markdown_cell("word " * 751)]}) == (10, 10)
    assert minutes({"cells": []}) == (0, 0)


@pytest.mark.parametrize("about", written(), ids=lambda about: about.name)
def test_the_stamped_minutes_are_those_of_today(about):
    assert about.minutes == minutes(read(about.path)), "run `make stamp`"


def test_numbers_are_in_order_and_lessons_need_earlier_ones():
    numbers = [about.number for about in LESSONS]
    assert numbers == sorted(set(numbers)) and written() == LESSONS
    for about in LESSONS:
        assert lesson(about.number) is about
        assert all(lesson(needed).number < about.number for needed in about.needs)
    with pytest.raises(ValueError, match="wanted the number of a lesson, one of 00, .*got 99"):
        lesson(99)


def test_every_notebook_is_a_lesson_or_stands_in_further(tmp_path, monkeypatch):
    assert set((lessons.ROOT / "notebooks").glob("*.ipynb")) == {about.path for about in written()}
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    for place in ("notebooks/further/b", "notebooks/further/a", "notebooks/04_saturation"):
        path = tmp_path / f"{place}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(), path)
    names = [path.relative_to(tmp_path / "notebooks").as_posix() for path in lessons.notebooks()]
    assert names == ["04_saturation.ipynb", "further/a.ipynb", "further/b.ipynb"]
    assert [about.number for about in written()] == [4]
