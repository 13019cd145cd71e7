"""`make slides`: a deck opens by itself, each step shows a new slide, and widgets answer."""

import nbformat
import pytest
from look import browsing, serving, there
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.tools import slides

NUMBER = ".jp-deck-mod-visible small"
PICTURE = ".jp-deck-mod-visible img"
SIZE = "part => parseFloat(getComputedStyle(part).fontSize)"
CELLS = (  # what each is on a slide, and its text; the first three are Markdown
    ("slide", "# Lesson 99 · Does it move?\n\n[▶ Open in Colab](https://a.b) · 5 min\n\nA text."),
    ("slide", "## Playground\n\n*Predict: what does a larger mean change in the picture?*"),
    ("slide", "## What breaks next\n\nNothing."),
    ("skip", "import ipywidgets as widgets\nfrom course_utils import live, viz\nSEED = 0"),
    ("subslide", "def heights(mean):  # the idea\n    return [0, mean, 0]\n\n\nprint(heights(2))"),
    (
        "subslide",
        "def draw(mean):\n    fig, ax = viz.axes('x', 'density', xlim=(0, 8), ylim=(0, 8))\n"
        "    ax.plot([0, 4, 8], heights(mean))\n    return fig\n\n\n"
        "viz.show(draw(3), 'Two straight lines that make a peak in the middle, 3 high.')",
    ),
    (
        "skip",
        "mean = widgets.FloatSlider(value=2, min=0, max=8, description='mean')\n"
        "live.live(draw, {'mean': mean})",
    ),
)


def lesson(folder):
    """A lesson of five slides: title, idea, picture, a question with its widget, an end."""
    cells = [new_markdown_cell(text) for _, text in CELLS[:3]]
    cells += [new_code_cell(text) for _, text in CELLS[3:]]
    for cell, (kind, _) in zip(cells, CELLS):
        cell.metadata["slideshow"] = {"slide_type": kind}
    title, question, end, setup, idea, picture, widget = cells
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    picture.outputs = [nbformat.v4.new_output("display_data", {"image/png": "", "text/plain": "a"})]
    order = [title, setup, idea, picture, question, widget, end]
    nbformat.write(new_notebook(cells=order, metadata=kernel), folder / "moves.ipynb")
    return folder / "moves.ipynb"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A browser's page with the slides of a small lesson, as `make slides` opens them, once run."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("slides")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home))  # where the server looks for the signature
        path, _ = slides.write(lesson(tmp_path_factory.mktemp("lesson")), folder)
    with browsing(1280, 800) as opened:
        there(opened)
        with serving(folder, home) as url:
            opened.goto(f"{url}/doc/tree/{path.name}?reset", timeout=90_000)
            opened.locator(".jp-Deck").wait_for(timeout=90_000)
            opened.locator(".widget-slider").wait_for(state="attached", timeout=90_000)
            yield opened


def test_each_step_shows_a_new_slide_and_widgets_answer(page):
    assert page.locator(NUMBER).inner_text() == "1 / 5"
    seen = [page.locator(".jp-deck-mod-visible h1").inner_text()]
    for number in range(2, 5):
        page.keyboard.press("ArrowRight")
        page.locator(NUMBER, has_text=f"{number} / 5").wait_for(timeout=10_000)
        editors = page.locator(".jp-deck-mod-visible .cm-content:visible")
        seen.append(editors.all_inner_texts())
        for part in page.locator(".jp-deck-mod-visible :is(p, pre, .cm-line):visible").all():
            small = part.locator("small").count()
            assert small or part.evaluate(SIZE) >= 20
    assert "def heights" in seen[1][0] and seen[2] == seen[3] == []  # no drawing code
    before = page.locator(PICTURE).get_attribute("src")
    box = page.locator(".jp-deck-mod-visible .noUi-base").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    changed = "([where, src]) => document.querySelector(where).src !== src"
    page.wait_for_function(changed, arg=[PICTURE, before], timeout=30_000)
    page.keyboard.press("Escape")
