"""Stamp the public home of the course into every badge and Colab cell: python -m course_utils badges [owner/name]."""
import re
import tomllib

import nbformat

from ..lessons import ROOT, written
from ..run import write_whole
from .execute import store

REPO = r"[\w.-]+/[\w.-]+"
PLACES = (
    rf"(colab\.research\.google\.com/github/){REPO}(/blob/main/notebooks/)",       # the badge's link
    rf"(git\+https://github\.com/){REPO}(\.git)",                                  # what Colab installs
    rf"(git clone https://github\.com/){REPO}(\.git)",
)


def settings():
    """The [tool.course] table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]


def stamped(text, repo):
    """`text` with `repo` at each place that names the public home."""
    for place in PLACES:
        text = re.sub(place, rf"\g<1>{repo}\g<2>", text)
    return text


def main(args):
    """Put owner/name into pyproject.toml when it is given, then stamp it everywhere else."""
    if args and not re.fullmatch(REPO, args[0]):
        print(f"wanted owner/name, got {args[0]!r}")
        return 2
    if args:
        pyproject = ROOT / "pyproject.toml"
        write_whole(pyproject, re.sub(rf'^repo = "{REPO}"', f'repo = "{args[0]}"', pyproject.read_text(encoding="utf-8"), flags=re.M))
    home = settings()
    readme = ROOT / "README.md"
    write_whole(readme, stamped(readme.read_text(encoding="utf-8"), home["repo"]))
    for lesson in written():
        notebook = nbformat.read(lesson.path, as_version=4)
        for cell in notebook.cells:
            cell.source = stamped(cell.source, home["repo"])
        notebook.metadata["colab"] = {"runtime_attributes": {"runtime_version": home["colab_runtime"]}}
        store(notebook, lesson.path)
    print(f"stamped {home['repo']} into README.md and {len(written())} notebooks")
    return 0
