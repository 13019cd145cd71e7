"""Every notebook in JupyterLab, in a browser: all cells run, each control is moved, each picture
answers, and nothing on the page is an error. Slow; `make test-slow` runs it.

Screenshots go into the folder that COURSE_SCREENSHOTS names, or into pytest's own.
"""

import json
import os
import shutil
from functools import partial
from pathlib import Path

import pytest
from cells import named
from look import NOTEBOOK, SHUT_DOWN, browsing, open_notebook, run_all, screens, serving, there

from course_utils.tools.execute import chosen

pytestmark = pytest.mark.slow
# All cells are in the page at once, those out of sight too.
WHOLE = {"windowingMode": "none"}
BOX = f"{NOTEBOOK} .jp-OutputArea-output:has(img.widget-image)"
FAULTS = (
    "[data-mime-type='application/vnd.jupyter.error']",  # a traceback
    "[data-mime-type='application/vnd.jupyter.stderr']",  # a warning
    "mjx-merror",  # a formula
)
WORDS = ("Error displaying widget", "Loading widget", "Error creating widget", "undefined name")
CHANGED = """([image, src]) => image.src !== src && image.complete && image.naturalWidth > 100"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of all notebooks."""
    folder, home = tmp_path_factory.mktemp("sweep"), tmp_path_factory.mktemp("home")
    for path in chosen():
        (folder / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, folder / path.parent.name)
    settings = home / "lab/user-settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(WHOLE))
    with serving(folder, home) as url:
        yield url


@pytest.fixture
def page():
    """A page of a headless browser; without one the tests are skipped, and fail in CI."""
    with browsing() as opened:
        yield there(opened)
        opened.evaluate(SHUT_DOWN)  # forty kernels would not fit into a machine


def moves(box):
    """[(what, acts)] of every control in the box: a slider one step, a list to another entry, a
    button, the player. A box with buttons may wait for one before it draws.
    """
    buttons = [
        button
        for button in box.locator("button.jupyter-button").all()
        if button.is_visible() and button.inner_text().strip()
    ]
    found = []
    for number, handle in enumerate(box.locator(".noUi-handle").all()):
        at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        press = partial(handle.press, "ArrowLeft" if at_end else "ArrowRight")
        found.append((f"slider {number}", [press, *(button.click for button in buttons[:1])]))
    for number, choice in enumerate(box.locator("select").all()):
        last = choice.evaluate("choice => choice.options.length - 1")
        index = last if choice.evaluate("choice => choice.selectedIndex") != last else 0
        found.append((f"list {number}", [partial(choice.select_option, index=index)]))
    return found + [(f"button {button.inner_text()!r}", [button.click]) for button in buttons]


def redrawn(page, box, acts):
    """Whether the picture of the box is another one within half a minute of `acts`."""
    image = box.locator("img.widget-image").first.element_handle()
    src = image.get_attribute("src")
    for act in acts:
        act()
    try:
        page.wait_for_function(CHANGED, arg=[image, src], timeout=30_000)
    except Exception as error:
        if "Timeout" not in type(error).__name__:
            raise
        return False
    return True


def shots(path, tmp_path):
    """Where the screenshots of this notebook go."""
    folder = Path(os.environ.get("COURSE_SCREENSHOTS") or tmp_path) / named(path).replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("path", chosen(), ids=named)
def test_a_notebook_runs_in_the_browser_and_its_widgets_answer(path, lab, page, tmp_path):
    faults = []
    page.on("pageerror", lambda error: faults.append(f"the page: {error}"))
    open_notebook(page, lab, f"{path.parent.name}/{path.name}")
    run_all(page)
    for number in screens(page):
        page.screenshot(path=shots(path, tmp_path) / f"{number:03d}.png")
    for place, box in enumerate(page.locator(BOX).all()):
        answered = {what: redrawn(page, box, acts) for what, acts in moves(box)}
        faults += [
            f"widget {place}: {what} changes nothing" for what in answered if not answered[what]
        ]
        box.screenshot(path=shots(path, tmp_path) / f"widget_{place}.png")
    for fault in FAULTS:
        texts = page.locator(f"{NOTEBOOK} {fault}").all_inner_texts()
        faults += [f"{fault}: {text[:200]}" for text in texts]
    text = page.locator(NOTEBOOK).inner_text()
    faults += [word for word in WORDS if word in text]
    widgets = sum("live(" in cell for cell in path.read_text(encoding="utf-8").split('"cell_type"'))
    if widgets and not page.locator(BOX).count():
        faults.append("no widget is on the page")
    assert not faults, faults
