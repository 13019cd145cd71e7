"""Stamp what stands in several places: python -m course_utils stamp [owner/name].

The public home goes from pyproject.toml into badges and Colab cells. The minutes of each lesson are
computed and go into its title, the README's table, and course_utils/minutes.json, which lesson 00
draws its map from; when they have changed, lesson 00 is executed again.
"""

import json
import re
import tomllib

import nbformat

from .. import lessons
from ..store import write_whole
from .execute import clean, execute, store

REPO = r"[\w.-]+/[\w.-]+"
PLACES = (
    rf"(colab\.research\.google\.com/github/){REPO}(/blob/main/notebooks/)",  # the badge's link
    rf"(git\+https://github\.com/){REPO}(\.git)",  # what Colab installs
    rf"(git clone https://github\.com/){REPO}(\.git)",
)
PLACEHOLDER = "owner/name"  # the home before the course has one: nothing is there to open
NO_BADGE = "Colab: first `make stamp`"
COLAB = "https://colab.research.google.com"
TITLE = re.compile(r"(\[▶ Open in Colab\]\([^)]*\)) · .*")
ROW = re.compile(r"^\| \d\d \| .*\n", re.MULTILINE)  # of the README's table of lessons


def settings():
    """The [tool.course] table of pyproject.toml."""
    pyproject = lessons.ROOT / "pyproject.toml"
    return tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["course"]


def stamped(text, repo):
    """`text` with `repo` at each place that names the public home."""
    for place in PLACES:
        text = re.sub(place, rf"\g<1>{repo}\g<2>", text)
    return text


def titled(source, alone, in_class):
    """The title cell with these minutes. Raises ValueError when there is no place for them."""
    title, places = TITLE.subn(rf"\1 · {alone} minutes alone · {in_class} in class", source)
    if places != 1:
        raise ValueError(
            "wanted a title cell with one line '[▶ Open in Colab](address) · minutes', "
            f"got {source[:60]!r}"
        )
    return title


def row(lesson, minutes, repo):
    """The lesson's line in the README; `minutes` are (alone, in_class)."""
    alone, in_class = minutes
    needs = ", ".join(f"{number:02d}" for number in lesson.needs)
    colab = f"{COLAB}/github/{repo}/blob/main/notebooks/{lesson.path.name}"
    badge = f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({colab})"
    badge = NO_BADGE if repo == PLACEHOLDER else badge
    title = f"[{lesson.title}](notebooks/{lesson.path.name})"
    return f"| {lesson.number:02d} | {title} | {alone} | {in_class} | {needs} | {badge} |\n"


def _readme(table, repo):
    """The README with its table of lessons written anew."""
    text = stamped((lessons.ROOT / "README.md").read_text(encoding="utf-8"), repo)
    rows = "".join(row(lesson, table[lesson.name], repo) for lesson in lessons.written())
    if not ROW.search(text):
        raise ValueError("wanted a row such as '| 00 | Start here | …' in README.md, got none")
    start = ROW.search(text).start()
    return text[:start] + rows + ROW.sub("", text[start:])


def stamps(repo, runtime):
    """{path: text} of all that is stamped, as it should be; `runtime` is Colab's version."""
    texts, table = {}, {}
    for path in lessons.notebooks():
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = stamped(cell.source, repo)
        notebook.metadata["colab"] = {"runtime_attributes": {"runtime_version": runtime}}
        if path.parent.name == "notebooks":  # a lesson
            table[path.stem] = lessons.minutes(notebook)
            notebook.cells[0].source = titled(notebook.cells[0].source, *table[path.stem])
        texts[path] = nbformat.writes(notebook) + "\n"
    lines = [f'  "{name}": {json.dumps(minutes)}' for name, minutes in table.items()]
    texts[lessons.MINUTES] = "{\n" + ",\n".join(lines) + "\n}\n"
    texts[lessons.ROOT / "README.md"] = _readme(table, repo)
    pyproject = lessons.ROOT / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    texts[pyproject] = re.sub(rf'^repo = "{REPO}"', f'repo = "{repo}"', text, flags=re.MULTILINE)
    return texts


def _content(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


def _draw_map():
    """Execute lesson 00, whose map shows the minutes."""
    path = lessons.lesson(0).path
    store(clean(execute(path)), path)


def is_home(repo):
    """Whether `repo` can be an owner/name of GitHub: neither a folder such as ".." nor with ".git".

    >>> is_home("me/fork"), is_home("me/fork.git"), is_home("me/..")
    (True, False, False)
    """
    if not re.fullmatch(REPO, repo, re.ASCII):
        return False
    owner, name = repo.split("/")
    dots = owner.strip(".") == "" or name.strip(".") == ""
    return not dots and not owner.startswith("-") and not name.lower().endswith(".git")


def main(args=()):
    """Stamp everything, with owner/name as the new home when it is given."""
    if args and not is_home(args[0]):
        print(f"wanted owner/name as in GitHub's addresses, without .git, got {args[0]!r}")
        return 2
    home = settings()
    texts = stamps(args[0] if args else home["repo"], home["colab_runtime"])
    before = {path: _content(path) for path in texts}
    changed = [path for path in texts if texts[path] != before[path]]
    try:
        for path in changed:
            write_whole(path, texts[path])
        if lessons.MINUTES in changed:
            _draw_map()
    except BaseException:  # all or nothing
        for path in changed:
            if before[path] is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, before[path])
        raise
    print(f"stamped {len(changed)} of {len(texts)} files anew")
    return 0
