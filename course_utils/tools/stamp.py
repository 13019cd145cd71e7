"""Stamp what stands in several places: python -m course_utils stamp [owner/name].

The public home goes from pyproject.toml into badges and Colab cells; the minutes of each lesson are
computed and go into its title, the README's table, and the table that lesson 00 draws its map from.
"""

import json
import re
import tomllib

import nbformat

from ..lessons import LESSONS, MINUTES, ROOT, minutes, notebooks, written
from ..store import write_whole
from .execute import store

REPO = r"[\w.-]+/[\w.-]+"
PLACES = (
    rf"(colab\.research\.google\.com/github/){REPO}(/blob/main/notebooks/)",  # the badge's link
    rf"(git\+https://github\.com/){REPO}(\.git)",  # what Colab installs
    rf"(git clone https://github\.com/){REPO}(\.git)",
)
COLAB = "https://colab.research.google.com"
TITLE = re.compile(r"(\[▶ Open in Colab\]\([^)]*\)) · .*")
ROW = re.compile(r"^\| \d\d \| .*\n", re.MULTILINE)  # of the README's table of lessons


def settings():
    """The [tool.course] table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]


def stamped(text, repo):
    """`text` with `repo` at each place that names the public home."""
    for place in PLACES:
        text = re.sub(place, rf"\g<1>{repo}\g<2>", text)
    return text


def row(lesson, repo):
    """The lesson's line in the README."""
    alone, in_class = lesson.minutes
    needs = ", ".join(f"{number:02d}" for number in lesson.needs)
    colab = f"{COLAB}/github/{repo}/blob/main/notebooks/{lesson.path.name}"
    badge = f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({colab})"
    title = f"[{lesson.title}](notebooks/{lesson.path.name})"
    return f"| {lesson.number:02d} | {title} | {alone} | {in_class} | {needs} | {badge} |\n"


def stamp_minutes(lessons):
    """Compute the minutes of these lessons, and write them into their titles and into the table of
    minutes.
    """
    table = json.loads(MINUTES.read_text(encoding="utf-8")) if MINUTES.exists() else {}
    for lesson in lessons:
        notebook = nbformat.read(lesson.path, as_version=4)
        alone, in_class = table[lesson.name] = minutes(notebook)
        title = rf"\1 · {alone} minutes alone · {in_class} in class"
        notebook.cells[0].source = TITLE.sub(title, notebook.cells[0].source)
        store(notebook, lesson.path)
    lines = ",\n".join(
        f'  "{lesson.name}": {json.dumps(list(table[lesson.name]))}'
        for lesson in LESSONS
        if lesson.name in table
    )
    write_whole(MINUTES, f"{{\n{lines}\n}}\n")


def stamp_readme(repo):
    """Write the README's table of lessons anew; the rest of it stays, but for the public home."""
    readme = ROOT / "README.md"
    text = stamped(readme.read_text(encoding="utf-8"), repo)
    rows = "".join(row(lesson, repo) for lesson in written())
    start = ROW.search(text).start()
    write_whole(readme, text[:start] + rows + ROW.sub("", text[start:]))


def main(args):
    """Put owner/name into pyproject.toml when it is given, then stamp everything."""
    if args and not re.fullmatch(REPO, args[0]):
        print(f"wanted owner/name, got {args[0]!r}")
        return 2
    if args:
        pyproject = ROOT / "pyproject.toml"
        text = pyproject.read_text(encoding="utf-8")
        write_whole(
            pyproject, re.sub(rf'^repo = "{REPO}"', f'repo = "{args[0]}"', text, flags=re.M)
        )
    home = settings()
    for path in notebooks():
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = stamped(cell.source, home["repo"])
        runtime = {"runtime_version": home["colab_runtime"]}
        notebook.metadata["colab"] = {"runtime_attributes": runtime}
        store(notebook, path)
    stamp_minutes(written())
    stamp_readme(home["repo"])
    print(f"stamped {home['repo']} and the minutes into README.md and {len(notebooks())} notebooks")
    return 0
