"""The notebook rules: what every lesson looks like, checked on the stored files; a slow test
repeats each lesson with other seeds.
"""

import ast
import base64
import inspect
import json
import re
from importlib import import_module

import nbformat
import pytest

from course_utils.lessons import written
from course_utils.tools.execute import WIDGET, execute

LESSONS = [pytest.param(lesson, id=f"{lesson.number:02d}") for lesson in written()]
EACH = pytest.mark.parametrize("lesson", LESSONS)


def cells(lesson, kind=None):
    """The cells of a lesson, all or only those of one kind."""
    return [
        cell
        for cell in nbformat.read(lesson.path, as_version=4).cells
        if kind in (None, cell.cell_type)
    ]


def tags(cell, start=""):
    """The cell's tags that begin with `start`."""
    return [tag for tag in cell.metadata.get("tags", []) if tag.startswith(start)]


def lines(cell):
    """Its lines that are not blank."""
    return [line for line in cell.source.splitlines() if line.strip()]


def parsed(cell):
    """The syntax tree of a code cell, IPython's magic lines left out."""
    return ast.parse(re.sub(r"^(\s*)%.*$", r"\1pass", cell.source, flags=re.M))


def prose(lesson):
    """All Markdown of a lesson."""
    return "\n".join(cell.source for cell in cells(lesson, "markdown"))


@EACH
def test_opens_with_title_badge_minutes_and_aims(lesson):
    top = cells(lesson)[0].source
    assert top.startswith(f"# Lesson {lesson.number:02d} · {lesson.title}\n")
    assert (
        f"· {lesson.minutes} minutes" in top and f"/blob/main/notebooks/{lesson.path.name})" in top
    )
    assert "**Afterwards you can**" in top and "**You need**" in top
    assert (
        3
        <= len(re.findall(r"\*\w+\*", top.split("Afterwards you can**")[1].split("**You need")[0]))
        <= 5
    )


@EACH
def test_code_is_in_small_visible_cells(lesson):
    for cell in cells(lesson, "code"):
        assert len(lines(cell)) <= 15, cell.source
        assert all(len(line) <= 110 for line in lines(cell)), cell.source
        assert "import *" not in cell.source
        assert (
            not {"jupyter", "hide_input"} & set(cell.metadata)
            and not tags(cell, "hide")
            and not tags(cell, "remove")
        )
        left_over = [
            node
            for node in ast.walk(parsed(cell))
            if isinstance(node, (ast.Expr, ast.Assign, ast.Return))
            and isinstance(node.value, ast.Constant)
            and node.value.value is ...
        ]
        # `...` stands where the student's code goes
        assert len(left_over) == len(tags(cell, "exercise:")), cell.source
    assert len(lines(cells(lesson, "code")[0])) <= 12 + 2
    assert "SEED = 0" in cells(lesson, "code")[0].source


@EACH
def test_cells_have_their_own_ids_and_the_names_of_the_house(lesson):
    # nbformat would mend them
    ids = [cell["id"] for cell in json.loads(lesson.path.read_text(encoding="utf-8"))["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in cells(lesson):
        assert not re.search(r"\b(netD|netG|errD|errG|recon_x|D_fake)\b", cell.source), cell.source


@EACH
def test_has_the_parts_of_a_lesson(lesson):
    text, code = prose(lesson), "\n".join(cell.source for cell in cells(lesson, "code"))
    exercises = sum(len(tags(cell, "exercise:")) for cell in cells(lesson))
    assert code.count("show_quiz()") == 1 and f"lesson_{lesson.number:02d}." in code
    assert "*Guess" in text or "*Predict" in text or "*Before you run" in text
    if lesson.number:
        assert 2 <= exercises <= 4 and code.count("claim(") >= 5
        for heading in ("Commonly misstated", "Quiz", "What breaks next", "References"):
            assert re.search(rf"^##+ {heading}$", text, re.M), heading
    else:
        assert exercises == 1
    kinds = {cell.metadata.get("slideshow", {}).get("slide_type") for cell in cells(lesson)}
    assert {"slide", "notes"} <= kinds


@EACH
def test_exercise_cards_name_number_difficulty_and_minutes(lesson):
    numbers = [tag.split(":")[1] for cell in cells(lesson) for tag in tags(cell, "exercise:")]
    assert numbers == [f"{lesson.number:02d}.{k + 1}" for k in range(len(numbers))]
    assert re.findall(r"^### Exercise (\d) · [●○]{3} · \d+ min$", prose(lesson), re.M) == [
        n.split(".")[1] for n in numbers
    ]


@EACH
def test_twins_equal_the_package(lesson):
    for cell in cells(lesson, "code"):
        for tag in tags(cell, "twin:"):
            module, name = tag.removeprefix("twin:").split(".")
            package = getattr(import_module(f"course_utils.{module}"), name)
            here = [
                node for node in ast.parse(cell.source).body if getattr(node, "name", None) == name
            ]
            assert here, f"{tag}: no {name} in its cell"
            assert tree(here[0]) == tree(ast.parse(inspect.getsource(package)).body[0]), tag


def tree(node):
    """The syntax tree of a definition without docstrings, its own and those of what it holds, and
    without guards: calls like `_finite(…)`.
    """
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
            if ast.get_docstring(inner) is not None:
                inner.body = inner.body[1:]
            inner.body = [
                line
                for line in inner.body
                if not (
                    isinstance(line, ast.Expr)
                    and isinstance(line.value, ast.Call)
                    and getattr(line.value.func, "id", "").startswith("_")
                )
            ]
    return ast.dump(node)


def height(cell):
    """About how many lines the cell takes on a slide, its outputs included; a figure is 16."""
    if cell.cell_type == "markdown":
        return sum(-(-max(len(line), 1) // 150) for line in cell.source.split("\n"))
    printed = sum(
        len(output.text.splitlines()) for output in cell.outputs if output.output_type == "stream"
    )
    return (
        len(cell.source.split("\n"))
        + 1
        + printed
        + 16
        * sum(
            bool({"image/png", "image/gif"} & set(output.get("data", ())))
            for output in cell.outputs
        )
    )


@EACH
def test_a_slide_fits_the_screen(lesson):
    slides = []
    for cell in cells(lesson):
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind in ("slide", "subslide"):
            slides.append([])
        if kind not in ("skip", "notes"):
            slides[-1].append(cell)
    for slide in slides:
        assert len(slide) == 1 or sum(map(height, slide)) <= 52, (
            f"begin a subslide before: {slide[-1].source}"
        )


@EACH
def test_printed_lines_fit_the_page(lesson):
    """JupyterLab, 1280 pixels wide with the file browser open, shows 105 characters of output in a
    line and breaks the rest.
    """
    for cell in cells(lesson, "code"):
        for output in cell.outputs:
            for line in (
                output.get("text", "").splitlines() if output.output_type == "stream" else ()
            ):
                assert len(line) <= 105, line


@EACH
def test_outputs_are_stored_whole_and_clean(lesson):
    assert (
        lesson.path.stat().st_size <= 2_000_000
        and "widgets" not in nbformat.read(lesson.path, as_version=4).metadata
    )
    code = cells(lesson, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), (
        "run `make notebooks`"
    )
    for cell in code:
        for output in cell.outputs:
            assert (
                output.output_type != "error"
                and output.get("name") != "stderr"
                and WIDGET not in output.get("data", {})
            )


@EACH
def test_pictures_have_a_description_and_a_caption(lesson):
    for cell in cells(lesson, "code"):
        shown = [output.data for output in cell.outputs if "data" in output]
        for index, data in enumerate(shown):
            if any(mime.startswith("image/") for mime in data):
                assert len(data["text/plain"]) >= 40
                assert shown[index + 1]["text/markdown"] == f"*{data['text/plain']}*"
            if "image/gif" in data:
                assert len(base64.b64decode(data["image/gif"])) <= 600_000
                assert any("image/png" in later for later in shown[index:]), (
                    "a GIF wants its film-strip"
                )


@EACH
def test_a_widget_is_followed_by_its_still(lesson):
    code = cells(lesson, "code")
    widgets = [index for index, cell in enumerate(code) if "live.live(" in cell.source]
    assert widgets
    assert all("viz.show(" in code[index + 1].source for index in widgets)


@EACH
def test_nothing_needs_the_network(lesson):
    shown = [
        output.data.get("text/html", "")
        for cell in cells(lesson, "code")
        for output in cell.outputs
        if "data" in output
    ]
    text = "\n".join([cell.source for cell in cells(lesson)] + shown)
    assert not re.search(
        r"<iframe|IFrame|!\[[^\]]*\][(\[]\s*<?http|<img[^>]+http|<video|<script", text
    )


def calls(tree):
    """Names of what a piece of code calls as it runs, such as run.run or train; not what it only
    defines.
    """
    queue, names = [tree], set()
    while queue:
        node = queue.pop()
        names |= {ast.unparse(node.func)} if isinstance(node, ast.Call) else set()
        queue += [
            inner
            for inner in ast.iter_child_nodes(node)
            if not isinstance(inner, (ast.FunctionDef, ast.Lambda))
        ]
    return names


@EACH
def test_training_cells_seed_themselves(lesson):
    # and every function of the lesson that takes optimiser steps
    trains = {"run.run"}
    for cell in cells(lesson, "code"):
        for node in ast.walk(parsed(cell)):
            if isinstance(node, ast.FunctionDef) and (
                calls(node) & trains or any(name.endswith(".backward") for name in calls(node))
            ):
                trains |= {node.name} - (
                    {node.name} if "run.seed_everything" in calls(node) else set()
                )
        here = calls(parsed(cell))
        if here & trains or any(name.endswith(".backward") for name in here):
            assert "run.seed_everything(SEED)" in cell.source and "run.seed_everything" in here, (
                cell.source
            )


@pytest.mark.slow
@EACH
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_claims_hold_for_other_seeds(lesson, seed):
    execute(lesson.path, {"SEED = 0": f"SEED = {seed}"})
