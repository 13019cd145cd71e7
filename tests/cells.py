"""How tests read a notebook: its cells, their tags, their code and what the code calls."""

import ast
import re

import nbformat

from course_utils.lessons import ROOT, slide_type


def read(path):
    """The notebook at `path`."""
    return nbformat.read(path, as_version=4)


def named(path):
    """How a test calls a notebook: notebooks/further/05_wasserstein.ipynb is further/05."""
    folder = "" if path.parent == ROOT / "notebooks" else "further/"
    return folder + (path.stem[:2] if path.stem[:2].isdigit() else path.stem)


def of_kind(notebook, kind):
    """The code or markdown cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def prose(notebook):
    """All Markdown of a notebook."""
    return "\n".join(cell.source for cell in of_kind(notebook, "markdown"))


def tags(cell, start=""):
    """The cell's tags that begin with `start`."""
    return [tag for tag in cell.metadata.get("tags", []) if tag.startswith(start)]


def lines(cell):
    """Its lines that are not blank."""
    return [line for line in cell.source.splitlines() if line.strip()]


def shown(cell):
    """What the cell's stored outputs display: {mime type: content} each."""
    return [output.data for output in cell.get("outputs", ()) if "data" in output]


def printed(cell):
    """The lines that the cell's stored outputs print."""
    streams = [o.text for o in cell.get("outputs", ()) if o.output_type == "stream"]
    return "".join(streams).splitlines()


def parsed(cell):
    """The syntax tree of a code cell, IPython's magic lines left out."""
    return ast.parse(re.sub(r"^(\s*)%.*$", r"\1pass", cell.source, flags=re.MULTILINE))


def calls(tree):
    """Names of what a piece of code calls as it runs, such as run.run or train; not what it only
    defines.
    """
    queue, names = [tree], set()
    while queue:
        node = queue.pop()
        names |= {ast.unparse(node.func)} if isinstance(node, ast.Call) else set()
        inner = ast.iter_child_nodes(node)
        queue += [n for n in inner if not isinstance(n, (ast.FunctionDef, ast.Lambda))]
    return names


def slides(notebook):
    """Lists of cells that are one slide together."""
    found = []
    for cell in notebook.cells:
        if slide_type(cell) in ("slide", "subslide"):
            found.append([])
        if slide_type(cell) not in ("skip", "notes"):
            found[-1].append(cell)
    return found
