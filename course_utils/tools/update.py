"""Bring the course up to date and keep your notebooks: python -m course_utils update [OLD FOLDER].

Without a folder, the course is a git clone: each notebook that you changed is copied as it is to
`notebooks/mine/DATE/`, git brings the new version, and your answers are put into the exercises of
the new notebooks. Git never touches `notebooks/mine/`. If git cannot bring the new version, all is
left as it was.

With a folder, this copy of the course is the new one (a zip file that you unpacked, say), and the
folder is the old one, which is only read: your notebooks are copied from there, and your answers
are put in.

Your tally is not in the course's folder, so it stays in any case.
"""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

from ..lessons import ROOT, notebooks
from ..store import write_whole


def _tag(cell):
    """The tag of an exercise, or None."""
    tags = cell["metadata"].get("tags", [])
    return next((tag for tag in tags if tag.startswith("exercise:")), None)


def _answers(text):
    """What stands in the exercises of a notebook, given as text: {tag: source}."""
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return {tag: "".join(cell["source"]) for cell in code if (tag := _tag(cell))}


def answers(path):
    """What stands in a notebook's exercises: {tag: source}."""
    return _answers(path.read_text(encoding="utf-8"))


def is_answered(source):
    """Whether no line of a stub is left, which is a line with nothing but dots.

    >>> is_answered("def f(x):\\n    ...  # your code"), is_answered("def f(x):\\n    return x")
    (False, True)
    """
    return not re.search(r"^\s*\.\.\.\s*(#.*)?$", source, flags=re.MULTILINE)


def sources(path):
    """The code of a notebook, to see whether somebody changed it; outputs do not count."""
    book = json.loads(path.read_text(encoding="utf-8"))
    return [("".join(cell["source"]), cell["cell_type"]) for cell in book["cells"]]


def put_in(path, given):
    """Put answers, {tag: source}, into the exercises of a notebook; how many were put in."""
    book, n = json.loads(path.read_text(encoding="utf-8")), 0
    for cell in book["cells"]:
        tag = _tag(cell)
        if tag in given and "".join(cell["source"]) != given[tag]:
            cell["source"] = given[tag].splitlines(keepends=True)
            cell["outputs"], cell["execution_count"], n = [], None, n + 1
    if n:
        text = json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True)
        write_whole(path, text + "\n")
    return n


def copy_aside(paths, root):
    """Copy notebooks of the course in `root` to this course's notebooks/mine/DATE; {old: copy}."""
    folder = ROOT / "notebooks" / "mine" / time.strftime("%Y-%m-%d_%H-%M-%S")
    copies = {path: folder / path.relative_to(root / "notebooks") for path in paths}
    for path, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return copies


def carry(copies, stubs):
    """Put the answers of copies, {new path: copy}, in, but no stub that was never answered.

    `stubs` are the answers that the old course came with, {new path: {tag: source}}.
    """
    for path, copy in copies.items():
        before = stubs.get(path, {})
        given = {tag: text for tag, text in answers(copy).items() if before.get(tag) != text}
        given = {tag: text for tag, text in given.items() if is_answered(text)}
        n = put_in(path, given) if path.exists() else 0
        kept = f"{n} answers put into the new one, " if path.exists() else ""
        print(f"{path.name}: {kept}yours is kept as {copy.relative_to(ROOT)}")


def git(*words):
    """What git says. Raises OSError in one sentence when it fails."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise OSError(f"git {words[0]}: {' '.join(last)}")
    return done.stdout


def changed():
    """The notebooks that differ from those that git has."""
    lines = git("status", "--porcelain", "-z", "--", "notebooks").split("\0")
    names = [line[3:] for line in lines if line[:2].strip() in ("M", "MM")]
    return [ROOT / name for name in names if name.endswith(".ipynb")]


def by_git():
    """Keep what was changed, bring the new version, put the answers in."""
    mine = changed()
    copies = copy_aside(mine, ROOT)
    stubs = {
        path: _answers(git("show", f"HEAD:{path.relative_to(ROOT).as_posix()}")) for path in mine
    }
    try:
        if mine:
            git("checkout", "HEAD", "--", *(str(path) for path in mine))
        git("pull", "--ff-only")
    except OSError:
        for path, copy in copies.items():
            shutil.copy(copy, path)
        raise
    carry(copies, stubs)


def from_folder(old):
    """Take over what was changed in another copy of the course; only its notebooks are read."""
    known = {path.relative_to(ROOT): path for path in notebooks()}
    mine = [old / name for name in known if (old / name).exists()]
    mine = [path for path in mine if sources(path) != sources(known[path.relative_to(old)])]
    copies = copy_aside(mine, old)
    carry({ROOT / path.relative_to(old): copy for path, copy in copies.items()}, {})


def main(args=()):
    """Update; 2 when that is not possible, with a sentence."""
    try:
        if args:
            old = Path(args[0]).resolve()
            if not (old / "notebooks").is_dir() or old == ROOT:
                raise OSError(f"wanted the folder of an older course, got {old}")
            from_folder(old)
        else:
            by_git()
    except FileNotFoundError:
        print("wanted git, found none: unpack the new course and call its update with this folder")
        return 2
    except (OSError, ValueError, KeyError) as error:
        print(f"nothing was changed: {error}")
        print("Without git: unpack the new course beside this one; there, update THIS FOLDER.")
        return 2
    print("The course is up to date. Run the set-up again if it asks: make setup")
    return 0
