"""What a student sees: widgets that answer in JupyterLab, and a first lesson that opens."""

import shutil

import nbformat
import pytest
from look import NOTEBOOK, browsing, open_notebook, run_all, serving, there
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.lessons import LESSONS

PICTURE = f"{NOTEBOOK} img.widget-image"
CELLS = (
    """
import ipywidgets as widgets
from course_utils import viz
from course_utils.live import live

state = {"clicks": 0, "ticks": 0}
controls = {"mean": widgets.FloatSlider(value=2, min=0, max=8, description="mean")}
def count(what):
    return lambda **values: state.update({what: state[what] + 1})

def draw(mean):
    fig, ax = viz.axes("x", "density", xlim=(0, 8))
    ax.plot([0, mean, 8], [0, 1, 0])
    ax.set_title("clicks {clicks}, ticks {ticks}".format(**state))
    return fig
""",
    """
live(draw, controls, {"once more": count("clicks")}, play=count("ticks"))
""",
)


@pytest.fixture(scope="module")
def page():
    """A page of a headless browser; without one the tests are skipped, and fail in CI."""
    with browsing() as opened:
        yield there(opened)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab and the folder that it shows, with the notebook of the widgets
    and a copy of lesson 00.
    """
    folder, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(
        new_notebook(cells=[new_code_cell(cell.strip()) for cell in CELLS], metadata=kernel),
        folder / "widgets.ipynb",
    )
    if LESSONS[0].path.exists():
        shutil.copy(LESSONS[0].path, folder)
    with serving(folder, home) as url:
        yield url


def picture_after(page, act):
    """Do `act` and wait until the picture is another one; gives whether it has arrived whole."""
    before = page.locator(PICTURE).get_attribute("src")
    act()
    page.wait_for_function(
        "([where, src]) => { const now = document.querySelector(where); return now.src !== src &&"
        " now.complete; }",
        arg=[PICTURE, before],
        timeout=30_000,
    )
    return page.locator(PICTURE).evaluate("image => image.naturalWidth > 100")


def test_slider_button_and_player_each_redraw_the_picture(page, lab):
    open_notebook(page, lab, "widgets.ipynb")
    run_all(page)
    page.locator(PICTURE).wait_for()
    # ipywidgets 8, 7
    handle = page.locator(f"{NOTEBOOK} .noUi-handle, {NOTEBOOK} .ui-slider-handle")
    handle.focus()
    assert picture_after(page, lambda: handle.press("ArrowRight"))
    box = handle.bounding_box()
    assert picture_after(
        page, lambda: page.mouse.click(box["x"] + 60, box["y"] + box["height"] / 2)
    )
    assert picture_after(page, page.get_by_role("button", name="once more").click)
    play = page.locator(f"{NOTEBOOK} .widget-play button").first
    assert picture_after(page, play.click)
    assert picture_after(page, lambda: None)  # and the next tick, unasked
    play.click()
    outputs = page.locator(f"{NOTEBOOK} .jp-OutputArea-output").all_inner_texts()
    # "Error displaying widget", tracebacks
    assert outputs and not [text for text in outputs if "Error" in text]


@pytest.mark.skipif(not LESSONS[0].path.exists(), reason="lesson 00 is not written yet")
def test_lesson_00_opens_with_its_title_the_colab_link_and_no_dialog(page, lab):
    open_notebook(page, lab, LESSONS[0].path.name)
    top = page.locator(f"{NOTEBOOK} .jp-MarkdownCell").first
    assert LESSONS[0].title in top.locator("h1").inner_text()
    assert "Open in Colab" in top.locator("a[href*='colab.research.google.com']").inner_text()
    assert page.locator(".jp-Dialog").count() == 0
