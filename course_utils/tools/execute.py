"""Execute notebooks and store their outputs: python -m course_utils execute [NUMBER|NAME …]."""

import os
import time

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

from ..lessons import notebooks
from ..store import write_whole

WIDGET = "application/vnd.jupyter.widget-view+json"


def clean(notebook):
    """Drop what is dead in a stored notebook: widget views (a still follows each), progress bars,
    widget state, timings. What was printed in pieces becomes one piece.
    """
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _whole(
                output
                for output in cell.outputs
                if WIDGET not in output.get("data", {}) and output.get("name") != "stderr"
            )
    return notebook


def _whole(outputs):
    """The outputs; neighbours that were printed are one, however the kernel sent them."""
    joined = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def has_code(path):
    """Whether the notebook at `path` has a code cell; a glossary has none."""
    cells = nbformat.read(path, as_version=4).cells
    return any(cell.cell_type == "code" for cell in cells)


def execute(path, replace=None, **options):
    """Run the notebook at `path` in its folder and return it; `replace` is {text: text} done on the
    code cells first; `options` go to nbclient.
    """
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for old, new in (replace or {}).items():
        if not any(old in cell.source for cell in code):
            raise ValueError(f"wanted a code cell with {old!r} in {path.name}, found none")
        for cell in code:
            cell.source = cell.source.replace(old, new)
    options = {"timeout": 300, "kernel_name": "python3", "record_timing": False} | options
    folder = {"metadata": {"path": str(path.parent)}}
    unknown = os.environ | {"COURSE_TALLY": "off"}  # a notebook is stored as a new reader sees it
    NotebookClient(notebook, resources=folder, **options).execute(env=unknown)
    return notebook


def store(notebook, path):
    """Write the notebook, whole or not at all."""
    write_whole(path, nbformat.writes(notebook) + "\n")


def called(path):
    """What a notebook is called here: the number of its lesson, or its name when it has none.

    >>> from pathlib import Path
    >>> called(Path("further/05_wasserstein.ipynb")), called(Path("further/own_text.ipynb"))
    ('05', 'own_text')
    """
    return path.name[:2] if path.name[:2].isdigit() else path.stem


def chosen(names=()):
    """The notebooks with code that are `called` so, companions too; without names all of them.

    Raises ValueError for a name that no notebook has.
    """
    paths = [path for path in notebooks() if has_code(path)]
    known = sorted(set(map(called, paths)))
    for name in names:
        if name not in known:
            raise ValueError(f"wanted numbers of lessons, of {', '.join(known)}, got {name!r}")
    return [path for path in paths if not names or called(path) in names]


def main(args):
    """Execute the notebooks of the named lessons, or all of them."""
    try:
        paths = chosen(args)
    except ValueError as error:
        print(error)
        return 2
    for path in tqdm(paths, desc="executing"):
        started = time.perf_counter()
        store(clean(execute(path)), path)
        tqdm.write(f"{path.parent.name}/{path.name}: {time.perf_counter() - started:.0f} s")
    return 0
