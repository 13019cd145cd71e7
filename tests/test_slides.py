"""Decks: what may stand on a slide, and that nothing of a lesson is lost in its deck."""

import ast
import json
import re
import subprocess
from functools import cache

import nbformat
import pytest
from cells import of_kind, read
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils import slides, teaching
from course_utils.lessons import ROOT, lesson, minutes, sections, slide_type, written
from course_utils.tools import slides as tool

LESSON = pytest.mark.parametrize("about", written(), ids=lambda about: about.name)
SEEN = ("shown", "stub", "figure", "alive", "questions")  # code cells that come with a slide
PIXELS = re.compile(r"font(?:-size)?: (?:max\()?(\d+)px")
SET_UP = new_code_cell("import course_utils")
IMAGE = new_output("display_data", {"image/png": "iVBO", "text/plain": "a line"})


@cache
def made(about):
    """The deck of a lesson."""
    return slides.deck(read(about.path))


def on_slide(cell, kind="slide"):
    """The cell, with that type."""
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def small(*cells):
    """The slides of a lesson that has these cells after its title and its set-up."""
    title = on_slide(new_markdown_cell("# Lesson 05 · How far?\n\n[▶ Open in Colab](x)\n\nA text."))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return slides.stepped(
        slides.deck(new_notebook(cells=[title, SET_UP.copy(), *cells], metadata=kernel))
    )


def tags(slide):
    """What is on a slide: its own tag, then those of its code."""
    return [cell.metadata.tags[0] for cell in slide if "tags" in cell.metadata]


# --- every lesson --------------------------------------------------------------------------------
@LESSON
def test_a_deck_runs_all_of_the_lesson_in_order(about):
    def statements(cells):
        source = "\n".join(
            re.sub(r"^\s*%.*", "    pass", cell.source, flags=re.M) for cell in cells
        )
        return ast.dump(ast.parse(source.replace(";\n", "\n")))

    lesson_, deck = read(about.path), made(about)
    assert statements(of_kind(deck, "code")) == statements(of_kind(lesson_, "code"))


@LESSON
def test_a_slide_is_a_picture_and_a_sentence_or_twelve_lines_of_the_idea(about):
    for top, *others in slides.stepped(made(about)):
        prose = re.sub(r"\$\$.*?\$\$|^\|.*?$", "", top.source, flags=re.DOTALL | re.MULTILINE)
        assert slides.words(prose) <= 90, top.source
        seen = [cell for cell in others if cell.get("metadata", {}).get("tags", [""])[0] in SEEN]
        assert len(seen) <= 1, "one thing on a slide"
        for cell in seen:
            if cell.metadata.tags[0] in ("shown", "stub"):
                assert slides.len_code(cell.source) <= 12
                assert not slides.names(ast.parse(cell.source)) & slides.DRAWING, cell.source


@LESSON
def test_each_step_shows_something_new(about):
    """What is no slide of its own comes as a layer, or is unseen: it is no step."""
    kinds = {slide_type(cell) for cell in made(about).cells}
    assert kinds <= {"slide", "skip", "notes"}
    assert tags(slides.stepped(made(about))[-1]) == ["text"], (
        "a layer on the last slide stays unseen"
    )
    shown = [
        "".join(cell.source + str(cell.get("outputs", "")) for cell in slide[:2])
        for slide in slides.stepped(made(about))
    ]
    assert len(set(shown)) == len(shown)


@LESSON
def test_a_deck_fits_the_minutes_in_class(about):
    deck, in_class = made(about), minutes(read(about.path))[1]
    assert minutes(deck)[1] <= in_class
    assert len(slides.stepped(deck)) <= in_class, "a slide a minute"


@LESSON
def test_what_the_lesson_explains_is_in_the_notes(about):
    said = "\n".join(cell.source for cell in made(about).cells if slide_type(cell) == "notes")
    for cell in of_kind(read(about.path), "markdown")[1:]:
        if slide_type(cell) != "skip":
            assert cell.source.strip() in said


# --- the rules -----------------------------------------------------------------------------------
def test_drawing_code_and_claims_are_not_shown():
    code = (
        "def square(x):\n    return x * x\n\n\nwide = 3\nfigures.lesson_05.film(square)\n"
        "error = square(2) - 4\nclaim('it squares', error, near=0)"
    )
    cell = on_slide(new_code_cell(code, outputs=[IMAGE]))
    _, idea, picture, end = small(cell)
    assert idea[1].source == code.partition("figures")[0].strip()
    assert picture[1].source == "figures.lesson_05.film(square);" and picture[1].outputs == [IMAGE]
    assert tags(picture) == ["picture", "figure"] and tags(end) == ["text"]


def test_a_name_that_drew_may_mean_something_else_later():
    drawers = {"viz"}
    slides.pieces("def draw(x):\n    viz.show(x)", drawers)
    assert "draw" in drawers
    (piece,) = slides.pieces("def draw(x):\n    return x", drawers)
    assert piece.part == "idea" and "draw" not in drawers


def test_long_code_is_cut_between_statements_or_not_shown():
    function = "def f{0}(x):\n" + "    x = x + 1\n" * 9 + "    return x"
    long = function.replace("9", "").format(9).replace("    x = x + 1\n", "    x = x + 1\n" * 2)
    _, first, second, _ = small(
        on_slide(new_code_cell(f"{function.format(1)}\n{function.format(2)}"))
    )
    assert tags(first) == tags(second) == ["code", "shown"]
    assert tags(small(on_slide(new_code_cell(long)))[1]) == ["text"]  # the end


def test_a_widget_takes_the_slide_of_its_question_and_is_followed_by_its_still():
    question = on_slide(
        new_markdown_cell("## Playground\n\n*Predict: what will the slider do then?*")
    )
    widget = on_slide(new_code_cell("live.live(draw, sliders())"), "skip")
    still = on_slide(new_code_cell("viz.show(draw(1), 'a line')", outputs=[IMAGE]))
    _, slide, _ = small(question, widget, still)
    assert tags(slide) == ["widget", "alive", "still"]


def test_of_an_animation_and_its_strip_the_animation_is_shown():
    film = new_output("display_data", {"image/gif": "R0lG", "text/plain": "a film"})
    cell = on_slide(new_code_cell("figures.lesson_05.film(1)", outputs=[film, IMAGE]))
    assert small(cell)[1][1].outputs == [film]


def test_the_gist_of_a_text():
    text = (
        "## 1 · How far?\n\nA plan is a table. It has rows. The **cost** is a sum.\n\n"
        "$$W = 1,$$\n\n"
        "which is known. "
        + "Much more is said. "
        * 30
        + "\n\n*Predict: how far is it? And why?*\n\n"
        "<details><summary>Hint</summary>\n\n**no**\n\n</details>"
    )
    heading, shown = slides.gist(text)
    assert heading == "1 · How far?"
    assert shown.split("\n\n") == [
        "A plan is a table.",
        "The **cost** is a sum.",
        "$$W = 1,$$",
        "*Predict: how far is it? And why?*",
    ]


def test_references_are_not_on_slides():
    text = "## What breaks next\n\nMuch.\n\n## References\n\n- A. Author 2020, a title."
    assert slides.gist(text) == ("What breaks next", "Much.")


# --- what JupyterLab and the browser get ---------------------------------------------------------
def test_everything_can_be_read_from_the_back_row():
    look = json.loads(tool.LOOK.read_text(encoding="utf-8"))[""]
    sizes = {name: rule["font-size"] for name, rule in look.items() if "font-size" in rule}
    small_ = [name for name, size in sizes.items() if int(re.search(r"\d+", size)[0]) < 20]
    assert len(sizes) > 5 and [name.split()[-1] for name in small_] == ["small"]  # the number
    css = (ROOT / "course_utils" / "site" / "deck.css").read_text(encoding="utf-8")
    assert min(map(int, PIXELS.findall(css))) >= 20


def test_live_slides_are_numbered_and_start_by_themselves(tmp_path):
    path, said = tool.write(lesson(5).path, tmp_path)
    deck = nbformat.read(path, as_version=4)
    nbformat.validate(deck)
    assert "deck:start" in deck.cells[0].outputs[0].data["application/javascript"]
    steps = slides.stepped(deck)
    numbers = [re.search(r"<small>(.*?)</small>", slide[0].source)[1] for slide in steps]
    assert numbers == [f"{k} / {len(steps)}" for k in range(1, len(steps) + 1)]
    notes = nbformat.read(said, as_version=4).cells
    assert [cell.source.split(" | ")[0] for cell in notes] == [
        f"## {k + 1}" for k in range(len(steps))
    ]


def test_the_command_line_wants_the_number_of_a_lesson(capsys):
    assert tool.main([]) == 2 and "make slides N=05" in capsys.readouterr().err
    assert tool.main(["77"]) == 2 and "got 77" in capsys.readouterr().err


def test_jupyterlab_is_started_on_the_deck(tmp_path, monkeypatch, capsys):
    paths = [tmp_path / "05_wasserstein.ipynb", tmp_path / "05_wasserstein_notes.ipynb"]
    started = []

    def run(command, env):
        started.extend(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(tool, "write", lambda path: paths)
    monkeypatch.setattr(tool.subprocess, "run", run)
    assert tool.main(["05", "--no-browser"]) == 0 and started[-1] == "--no-browser"
    assert "--LabApp.default_url=/doc/tree/05_wasserstein.ipynb" in started
    assert "--LabApp.expose_app_in_browser=True" in started  # the deck starts itself by this
    assert "05_wasserstein_notes.ipynb" in capsys.readouterr().out


# --- the teacher's guide -------------------------------------------------------------------------
@LESSON
def test_the_plans_fit_50_and_90_minutes(about):
    plan, parts = teaching.read()[f"{about.number:02d}"], sections(read(about.path))
    assert teaching.fifty(parts, plan) <= 50
    assert "Quiz" not in {parts[k][0] for k in plan["fifty"]}  # it is in it anyway
    assert teaching.ninety(parts) <= (180 if about.number == 19 else 90)  # it has two
    assert plan["question"].endswith(("?", ".")) and plan["misconception"] and plan["answer"]


@LESSON
def test_the_sections_add_up_to_the_minutes_in_class(about):
    whole, in_class = teaching.ninety(sections(read(about.path))), minutes(read(about.path))[1]
    assert in_class - 5 < whole <= in_class + 1e-9


def test_the_term_plans_take_no_lesson_before_what_it_needs():
    weeks = {length: sum(plan, []) for length, plan in teaching.read()["weeks"].items()}
    for length, plan in teaching.read()["weeks"].items():
        assert len(plan) == int(length) and all(len(week) <= 2 for week in plan)
    assert set(weeks["13"]) >= {about.number for about in written()}
    way = {16}
    while more := {need for number in way for need in lesson(number).needs} - way:
        way |= more
    assert set(weeks["7"]) == way
    for plan in weeks.values():
        for about in written():
            if about.number in plan:
                before = plan[: plan.index(about.number)]
                assert set(about.needs) <= set(before) | (set(range(20)) - set(plan))
