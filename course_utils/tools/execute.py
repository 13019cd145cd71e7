"""Execute the lessons and store their outputs, whole or not at all: python -m course_utils execute
[NUMBER …].
"""

import time

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

from ..lessons import written
from ..store import write_whole

WIDGET = "application/vnd.jupyter.widget-view+json"


def clean(notebook):
    """Drop what is dead in a stored notebook: widget views (a still follows each), progress bars,
    widget state, timings.
    """
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [
                output
                for output in cell.outputs
                if WIDGET not in output.get("data", {}) and output.get("name") != "stderr"
            ]
    return notebook


def execute(path, replace=None, **options):
    """Run the notebook at `path` in its folder and return it; `replace` is {text: text} done on the
    code cells first; `options` go to nbclient.
    """
    notebook = nbformat.read(path, as_version=4)
    for old, new in (replace or {}).items():
        if not any(old in cell.source for cell in notebook.cells if cell.cell_type == "code"):
            raise ValueError(f"wanted a code cell with {old!r} in {path.name}, found none")
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new) if cell.cell_type == "code" else cell.source
    options = {"timeout": 300, "kernel_name": "python3", "record_timing": False} | options
    NotebookClient(
        notebook, resources={"metadata": {"path": str(path.parent)}}, **options
    ).execute()
    return notebook


def store(notebook, path):
    """Write the notebook, whole or not at all."""
    write_whole(path, nbformat.writes(notebook) + "\n")


def main(args):
    """Execute the named lessons, or all of them."""
    lessons = [lesson for lesson in written() if not args or f"{lesson.number:02d}" in args]
    if not lessons:
        print(f"wanted lesson numbers such as 00 or 01, got {' '.join(args)}")
        return 2
    for lesson in tqdm(lessons, desc="executing"):
        started = time.perf_counter()
        store(clean(execute(lesson.path)), lesson.path)
        tqdm.write(f"{lesson.path.name}: {time.perf_counter() - started:.0f} s")
    return 0
