"""Open a lesson as live slides in JupyterLab: python -m course_utils slides NUMBER [options].

It writes the lesson's deck and its notes into build/slides, then starts JupyterLab on it; further
options go to JupyterLab. The deck runs itself once, so that widgets answer.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ..lessons import ROOT, lesson
from ..slides import deck, slide_type, stepped
from ..store import write_whole

FOLDER = ROOT / "build" / "slides"
LOOK = Path(__file__).parents[1] / "site" / "live.json"  # the style sheet of live slides
FONTS = "@deathbeds/jupyterlab-fonts"
PRESENTING = "body[data-jp-deck-mode='presenting'] &"
START = """
(async () => {
    const app = window.jupyterapp, pause = () => new Promise(done => setTimeout(done, 200));
    const kernel = () => app?.shell.currentWidget?.sessionContext?.session?.kernel;
    const ready = () => kernel()?.connectionStatus === "connected" && kernel().status === "idle"
        && app.commands.hasCommand("deck:start");
    while (!ready()) await pause();
    const slides = app.shell.currentWidget.content;
    const first = slides.model.cells.length && 1 + SKIPPED;
    slides.activeCellIndex = first;
    await app.commands.execute("deck:start");
    const run = app.commands.execute("notebook:run-all-cells");
    slides.activeCellIndex = first;
    await run;
})();
"""


def numbered(made):
    """The deck with the number of each slide on it, and how many there are."""
    top = [slide[0] for slide in stepped(made)]
    for number, cell in enumerate(top, 1):
        cell.source = cell.source.rstrip() + f"\n\n<small>{number} / {len(top)}</small>"
    return made


def top_of(text):
    """Where code or picture begin below a slide's heading and text, in % of the height."""
    paragraphs = [part for part in re.split(r"\n+", text) if part.strip()][1:]
    lines = sum(3 if "$$" in part else -(-len(part) // 80) for part in paragraphs)
    return 12.5 + 5.5 * lines + 2 * max(0, len(paragraphs) - 1)


def live(made):
    """The deck as JupyterLab is to show it: styled, numbered, and starting by itself."""
    for slide in stepped(made):
        place = {PRESENTING: {"--slide-top": f"{top_of(slide[0].source)}vh"}}
        for cell in slide[1:]:
            cell.metadata[FONTS] = {"styles": {"": place}}
    made = numbered(made)
    skipped = next(k for k, cell in enumerate(made.cells) if slide_type(cell) == "slide")
    script = START.replace("SKIPPED", f"{skipped}")
    start = new_output("display_data", {"application/javascript": script})
    opener = new_code_cell("pass  # opening this notebook starts the slides", outputs=[start])
    opener.metadata.update(slideshow={"slide_type": "skip"}, tags=["unseen"])
    made.cells.insert(0, opener)
    made.metadata[FONTS] = {"styles": json.loads(LOOK.read_text(encoding="utf-8"))}
    return made


def notes(made):
    """The lecturer's notes as a notebook, a cell for each slide, with its number."""
    cells = []
    for number, slide in enumerate(stepped(made), 1):
        heading = slide[0].source.partition("\n")[0].lstrip("# ")
        said = [cell.source for cell in slide if slide_type(cell) == "notes"]
        cells.append(new_markdown_cell("\n\n".join([f"## {number} | {heading}", *said])))
    return new_notebook(cells=cells, metadata=made.metadata)


def write(path, folder=FOLDER):
    """Write the deck and the notes of the lesson at `path` into a folder; give both paths."""
    made = deck(nbformat.read(path, as_version=4))
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / path.name, folder / f"{path.stem}_notes.ipynb"]
    for path, notebook in zip(reversed(paths), [notes(made), live(made)]):
        NotebookNotary().sign(notebook)  # its pages and its start are ours: they may show
        write_whole(path, (nbformat.writes(notebook) + "\n").encode())
    return paths


def main(args):
    """The command line; returns the exit status."""
    try:
        about = lesson(int(args[0]) if args else None)
    except ValueError as error:
        print(f"usage: make slides N=05 ({error})", file=sys.stderr)
        return 2
    path, said = write(about.path)
    options = ["--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={FOLDER}"]
    options += [f"--LabApp.default_url=/doc/tree/{path.name}"]
    command = [sys.executable, "-m", "jupyterlab", *options, *args[1:]]
    print(
        "The lesson runs once, up to a minute; then all its pictures are there, and widgets answer."
    )
    print("Right arrow or space: the next slide. Left arrow: back. Escape: out of the slides.")
    print(f"Your notes, for a second window: the same address with {said.name} at its end.")
    try:
        return subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode
    except KeyboardInterrupt:
        return 130
