"""The notebook rules: what every notebook looks like, checked on the stored files; a slow test
repeats each with other seeds. The form of a lesson is in test_lesson_rules.py.
"""

import ast
import base64
import inspect
import json
import re
from importlib import import_module

import pytest
from cells import calls, lines, named, of_kind, parsed, printed, prose, read, shown, slides, tags

from course_utils.lessons import notebooks, slide_type, written
from course_utils.tools.execute import WIDGET, chosen, execute

LESSON = pytest.mark.parametrize("lesson", written(), ids=lambda lesson: f"{lesson.number:02d}")
NOTEBOOK = pytest.mark.parametrize("path", notebooks(), ids=named)


@LESSON
def test_opens_with_title_badge_minutes_and_aims(lesson):
    top = read(lesson.path).cells[0].source
    assert top.startswith(f"# Lesson {lesson.number:02d} · {lesson.title}\n")
    alone, in_class = lesson.minutes
    badge = (
        f"/blob/main/notebooks/{lesson.path.name}) · {alone} minutes alone · {in_class} in class"
    )
    assert badge in top, "run `make stamp`"
    assert "**Afterwards you can**" in top and "**You need**" in top
    aims = top.split("Afterwards you can**")[1].split("**You need")[0]
    assert 3 <= len(re.findall(r"\*\w+\*", aims)) <= 5


def left_over(cell):
    """The places in a code cell where `...` stands for what is to be written."""
    statements = (ast.Expr, ast.Assign, ast.Return)
    return [
        node
        for node in ast.walk(parsed(cell))
        if isinstance(node, statements)
        and isinstance(node.value, ast.Constant)
        and node.value.value is ...
    ]


@NOTEBOOK
def test_code_is_in_small_visible_cells(path):
    code = of_kind(read(path), "code")
    for cell in code:
        assert len(lines(cell)) <= 20, cell.source
        assert max(map(len, lines(cell))) <= 100, cell.source
        assert "import *" not in cell.source
        assert not {"jupyter", "hide_input"} & set(cell.metadata)
        assert not tags(cell, "hide") and not tags(cell, "remove")
        # where the student's code goes, and nowhere else
        assert len(left_over(cell)) == len(tags(cell, "exercise:")), cell.source
    if code:
        assert len(lines(code[0])) <= 15 and "SEED = 0" in code[0].source
        assert code[0].source.startswith("# Run this cell first, and again after each restart")
        assert tags(code[0], "parameters")  # papermill puts its own SEED behind this cell


@NOTEBOOK
def test_cells_have_their_own_ids_and_the_names_of_the_house(path):
    # from the file itself: nbformat would give ids to cells without one
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in read(path).cells:
        assert not re.search(r"\b(netD|netG|errD|errG|recon_x|D_fake)\b", cell.source), cell.source


@LESSON
def test_has_the_parts_of_a_lesson(lesson):
    notebook = read(lesson.path)
    text, code = prose(notebook), "\n".join(c.source for c in of_kind(notebook, "code"))
    exercises = sum(len(tags(cell, "exercise:")) for cell in notebook.cells)
    assert code.count("show_quiz()") == 1 and f"lesson_{lesson.number:02d}." in code
    assert "*Guess" in text or "*Predict" in text or "*Before you run" in text
    if lesson.number:
        assert 2 <= exercises <= 4 and code.count("claim(") >= 5
        for heading in ("Commonly misstated", "Quiz", "What breaks next", "References"):
            assert re.search(rf"^##+ {heading}$", text, re.MULTILINE), heading
    else:
        assert exercises == 1
    assert {"slide", "notes"} <= set(map(slide_type, notebook.cells))


@LESSON
def test_exercise_cards_name_number_difficulty_and_minutes(lesson):
    notebook = read(lesson.path)
    stubs = [tag for cell in notebook.cells for tag in tags(cell, "exercise:")]
    numbers = [str(k + 1) for k in range(len(stubs))]
    assert stubs == [f"exercise:{lesson.number:02d}.{k}" for k in numbers]
    card = r"^### Exercise (\d) · [●○]{3} · \d+ min$"
    assert re.findall(card, prose(notebook), re.MULTILINE) == numbers


@NOTEBOOK
def test_twins_equal_the_package(path):
    for cell in of_kind(read(path), "code"):
        for tag in tags(cell, "twin:"):
            module, name = tag.removeprefix("twin:").rsplit(".", 1)
            package = getattr(import_module(f"course_utils.{module}"), name)
            body = ast.parse(cell.source).body
            here = [node for node in body if getattr(node, "name", None) == name]
            assert here, f"{tag}: no {name} in its cell"
            assert tree(here[0]) == tree(ast.parse(inspect.getsource(package)).body[0]), tag


def is_guard(node):
    """Whether a line is a call such as `_finite(…)`."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "id", "").startswith("_")


def tree(node):
    """The syntax tree of a definition without docstrings, its own and those of what it holds, and
    without guards.
    """
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
            if ast.get_docstring(inner) is not None:
                inner.body = inner.body[1:]
            inner.body = [line for line in inner.body if not is_guard(line)]
    return ast.dump(node)


def height(cell):
    """About how many lines the cell takes on a slide, its outputs included; a figure is 16."""
    if cell.cell_type == "markdown":
        return sum(-(-max(len(line), 1) // 150) for line in cell.source.split("\n"))
    figures = sum(bool({"image/png", "image/gif"} & set(data)) for data in shown(cell))
    return len(cell.source.split("\n")) + 1 + len(printed(cell)) + 16 * figures


@LESSON
def test_a_slide_fits_the_screen(lesson):
    for slide in slides(read(lesson.path)):
        fits = len(slide) == 1 or sum(map(height, slide)) <= 52
        assert fits, f"begin a subslide before: {slide[-1].source}"


@NOTEBOOK
def test_printed_lines_fit_the_page(path):
    """JupyterLab, 1280 pixels wide with the file browser open, shows 105 characters of output in a
    line and breaks the rest.
    """
    for cell in of_kind(read(path), "code"):
        assert all(len(line) <= 105 for line in printed(cell)), printed(cell)


@NOTEBOOK
def test_outputs_are_stored_whole_and_clean(path):
    notebook = read(path)
    assert path.stat().st_size <= 2_000_000 and "widgets" not in notebook.metadata
    code = of_kind(notebook, "code")
    order = [cell.execution_count for cell in code]
    assert order == list(range(1, len(code) + 1)), "run `make notebooks`"
    for output in (output for cell in code for output in cell.outputs):
        assert output.output_type != "error" and output.get("name") != "stderr"
        assert WIDGET not in output.get("data", {})


@NOTEBOOK
def test_pictures_have_a_description_and_a_caption(path):
    for cell in of_kind(read(path), "code"):
        data = shown(cell)
        for index, picture in enumerate(data):
            if any(mime.startswith("image/") for mime in picture):
                assert len(picture["text/plain"]) >= 40
                assert data[index + 1]["text/markdown"] == f"*{picture['text/plain']}*"
            if "image/gif" in picture:
                assert len(base64.b64decode(picture["image/gif"])) <= 600_000
                strip = any("image/png" in later for later in data[index:])
                assert strip, "a GIF wants its film-strip"


@NOTEBOOK
def test_a_widget_is_followed_by_its_still(path):
    code = of_kind(read(path), "code")
    widgets = [index for index, cell in enumerate(code) if "live.live(" in cell.source]
    assert widgets or path.parent.name == "further", "a lesson has something to play with"
    assert all("viz.show(" in code[index + 1].source for index in widgets)


@NOTEBOOK
def test_nothing_needs_the_network(path):
    notebook = read(path)
    pages = [data.get("text/html", "") for cell in notebook.cells for data in shown(cell)]
    text = "\n".join([cell.source for cell in notebook.cells] + pages)
    remote = r"<iframe|IFrame|!\[[^\]]*\][(\[]\s*<?http|<img[^>]+http|<video|<script"
    assert not re.search(remote, text)


def takes_steps(node, trains):
    """Whether code trains as it runs: calls something that is known to train, or backward."""
    names = calls(node)
    return names & trains or any(name.endswith(".backward") for name in names)


@NOTEBOOK
def test_training_cells_seed_themselves(path):
    trains = {"run.run"}  # and every function of the notebook that takes optimiser steps
    for cell in of_kind(read(path), "code"):
        for node in ast.walk(parsed(cell)):
            if isinstance(node, ast.FunctionDef) and takes_steps(node, trains):
                seeds_itself = "run.seed_everything" in calls(node)
                trains = trains - {node.name} if seeds_itself else trains | {node.name}
        if takes_steps(parsed(cell), trains):
            assert "run.seed_everything" in calls(parsed(cell)), cell.source
            assert "run.seed_everything(SEED)" in cell.source, cell.source


@pytest.mark.slow
@pytest.mark.parametrize("path", chosen(), ids=named)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_claims_hold_for_other_seeds(path, seed):
    execute(path, {"\nSEED = 0": f"\nSEED = {seed}"})  # the line, and not a string that holds it
