"""`make bench`: how long each notebook computes on one thread, and which of its cells are dearest.

CPU seconds are taken inside the kernel around each cell, those of ended child processes included,
so that other work on the machine hardly matters. "picture" is when the first picture stands there:
the seconds of all cells up to it, imports included. ARGS="00 04" chooses lessons by number.
"""

import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from course_utils.lessons import ROOT
from course_utils.tools.execute import chosen

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
WATCH = """
import os as _os

def _cpu_seconds():
    return sum(_os.times()[:4])        # user and system, then those of children that have ended

_began, _cell_seconds = [0.0], []
get_ipython().events.register("pre_run_cell", lambda info: _began.append(_cpu_seconds()))
get_ipython().events.register(
    "post_run_cell", lambda result: _cell_seconds.append(_cpu_seconds() - _began[-1])
)
"""
TELL = "import json as _json\nprint(_json.dumps(_cell_seconds))"


def measure(path):
    """[(cell, CPU seconds)] of the code cells of the notebook at `path`, with fresh outputs."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        new_code_cell(WATCH.strip()),
        *(cell for cell in notebook.cells if cell.cell_type == "code"),
        new_code_cell(TELL),
    ]
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=folder).execute()
    _, *cells, last = notebook.cells
    _, *seconds = json.loads(last.outputs[0].text)  # the first are those of the kernel's start
    return list(zip(cells, seconds, strict=True))


def shows_a_picture(cell):
    """Whether a PNG or a GIF is among the cell's outputs."""
    return any({"image/png", "image/gif"} & set(o.get("data", {})) for o in cell.outputs)


def report(path, dearest=3):
    """The lines to print about the notebook at `path`."""
    measured = measure(path)
    pictures = [k for k, (cell, _) in enumerate(measured) if shows_a_picture(cell)]
    until = sum(seconds for _, seconds in measured[: pictures[0] + 1]) if pictures else float("nan")
    total = sum(seconds for _, seconds in measured)
    name = path.relative_to(ROOT / "notebooks").with_suffix("").as_posix()
    yield f"{name:40} {total:8.1f} {until:10.1f}"
    for cell, seconds in sorted(measured, key=lambda pair: -pair[1])[:dearest]:
        top = cell.source.strip().splitlines()[0]
        yield f"    [{cell.execution_count - 1:2}] {seconds:6.1f}   {top[:80]}"


def main(numbers):
    """Print each notebook's CPU seconds, those until its first picture, and its dearest cells."""
    os.environ.update(dict.fromkeys(THREADS, "1"))  # the kernels inherit it
    print(f"{'CPU seconds at one thread':40} {'all':>8} {'picture':>10}")
    for path in chosen(numbers):
        for line in report(path):
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
