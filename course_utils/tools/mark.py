"""Mark submitted notebooks: python -m course_utils mark FOLDER [--out FOLDER] [--seconds 10]
[--memory 1000] [--jobs 1].

FOLDER holds a folder for each student, or a notebook for each, as a learning platform exports them:
the student is called by the folder's name, or by the notebook's. Whatever lesson a notebook is of,
its set-up cell, its exercises and the cells in which it only defines things are run, in a process
of their own, in a copy of the notebook's folder. Written are marks.csv, a row for each student and
exercise (right; wrong, with the mistake; unanswered; or unreadable), and a page for each student.
A row is written as soon as it is known.

The checks are those of this checkout, and they run in another process than the submission. So to
print "✓ right", to replace functions of the course, or to look into the check's variables changes
no verdict; where a submission is seen to try, the remarks name it. A crash, an endless loop, too
much memory, or the end of its Python costs a submission that exercise and no other.

What it does not withstand. On Linux with bubblewrap (apt install bubblewrap) a submission has no
network, sees only its own processes, and can write nowhere but in its copy; but it can read what
you can read, and fill a disk with many files. With unshare alone (most Linuxes) it has no network,
but writes where you may write; if the course's own files were changed meanwhile, the tool says so
at the end. On macOS, Windows, and in most containers nothing keeps it from the network and from
your files; the tool says so when it starts. Memory is looked at 20 times a second, and enforced by
Linux. An answer that calls the course's own functions, or tells by heart what the check asks, is
marked as right. So mark in a container or as a user who owns nothing, and read an answer that
matters.
"""

import argparse
import hashlib
import html
import re
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from .. import checks
from ..lessons import ROOT
from ..store import write_whole
from . import _judge

VERDICTS = {checks.RIGHT: "right", checks.WRONG: "wrong", checks.UNANSWERED: "unanswered"}
COLUMNS = ["student", "exercise", "verdict", "mistake", "seconds", "remarks", "file"]
STYLE = "body{font:16px sans-serif;max-width:60em;margin:2em auto}td,th{padding:.3em .8em;"
STYLE += "text-align:left;vertical-align:top;border-bottom:1px solid #ccc}"


def found(folder):
    """(path, student) of each notebook below `folder`, in order; links are left alone."""
    paths = sorted(path for path in folder.rglob("*.ipynb") if not path.is_symlink())
    for path in paths:
        parts = path.relative_to(folder).parts
        if ".ipynb_checkpoints" not in parts:
            yield path, parts[0] if len(parts) > 1 else path.stem


def safe(text):
    """A text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("Mary")
    ("'=1+1", 'Mary')
    """
    return f"'{text}" if re.match(r"[=+\-@\t\r]", str(text)) else text


def table(rows):
    """The rows as a data frame, sorted by student and exercise, with plain words for verdicts."""
    frame = pd.DataFrame(rows, columns=COLUMNS).sort_values(["student", "file", "exercise"])
    frame["verdict"] = frame["verdict"].replace(VERDICTS)
    return frame


def page(student, frame):
    """The page of a student, as HTML: nothing in it runs."""
    count = f"{(frame['verdict'] == 'right').sum()} of {len(frame)} exercises are right"
    shown = frame[["exercise", "verdict", "mistake", "seconds", "remarks", "file"]]
    rows = shown.to_html(index=False, escape=True, border=0)
    name = html.escape(student)
    return (
        f"<!DOCTYPE html><html lang='en'><meta charset='utf-8'><title>{name}</title>"
        f"<style>{STYLE}</style><h1>{name}</h1><p>{count}.</p>{rows}</html>\n"
    )


def write(rows, out):
    """Write marks.csv and the pages, each whole or not at all."""
    frame, names = table(rows), set()
    write_whole(out / "marks.csv", frame.map(safe).to_csv(index=False))
    for student, own in frame.groupby("student"):
        name = re.sub(r"[^\w. -]", "_", student)[:80].strip(". ") or "_"
        while name.lower() in names:
            name += "_"
        names.add(name.lower())
        write_whole(out / "pages" / f"{name}.html", page(student, own))


def lost(task, why):
    """The row of a submission that could not be judged."""
    path, folder, student = task[:3]
    row = {"student": student, "file": path.relative_to(folder).as_posix(), "exercise": ""}
    return [row | {"verdict": _judge.UNREADABLE, "mistake": checks.one_line(why), "seconds": 0.0}]


def marked(task):
    """The rows of one task (path, folder, student, seconds, megabytes); never an error."""
    try:
        return _judge.mark(*task)
    except Exception as error:  # the marking's own fault: it must not cost the others theirs
        return lost(task, f"the marking itself broke ({type(error).__name__}: {error})")


def all_marked(tasks, jobs):
    """The rows of each task, as soon as they are known.

    Where a submission kills the process that judges it, those under way are judged again, each in a
    process of its own.
    """
    again = []
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        waiting = {pool.submit(marked, task): task for task in tasks}
        for done in as_completed(waiting):
            try:
                yield done.result()
            except BrokenProcessPool:
                again.append(waiting[done])
    for task in again:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            try:
                yield pool.submit(marked, task).result()
            except BrokenProcessPool:
                yield lost(task, "your code killed the process that judged it")


def fingerprint():
    """A digest of the course's code and lessons, which a submission could write into."""
    sums = hashlib.sha256()
    for pattern in ("course_utils/**/*.py", "notebooks/*.ipynb"):
        for path in sorted(ROOT.glob(pattern)):
            sums.update(path.read_bytes())
    return sums.hexdigest()


def options(args):
    """The command line's options."""
    parser = argparse.ArgumentParser("python -m course_utils mark", description="Mark notebooks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, help="where marks.csv and pages/ go")
    parser.add_argument("--seconds", type=float, default=checks.SECONDS, help="for an exercise")
    parser.add_argument("--memory", type=int, default=1000, help="MB beyond what imports take")
    parser.add_argument("--jobs", type=int, default=1, help="submissions at once")
    return parser.parse_args(args)


def main(args):
    """Mark all notebooks of a folder; 2 when there are none."""
    asked = options(args)
    folder = asked.folder.resolve()
    tasks = [
        (path, folder, student, asked.seconds, asked.memory) for path, student in found(folder)
    ]
    if not tasks:
        print(f"wanted notebooks in {folder}, found none")
        return 2
    out = (asked.out or folder.with_name(f"{folder.name}_marks")).resolve()
    (out / "pages").mkdir(parents=True, exist_ok=True)
    print(f"{len(tasks)} notebooks. Isolation: {_judge.isolation()[0]}.", flush=True)
    started, rows, course = time.perf_counter(), [], fingerprint()
    for more in tqdm(all_marked(tasks, asked.jobs), total=len(tasks)):
        rows += more
        write(rows, out)
    seconds = (time.perf_counter() - started) / len(tasks)
    counts = table(rows)["verdict"].value_counts()
    print(", ".join(f"{n} {verdict}" for verdict, n in counts.items()), end=". ")
    print(f"{seconds:.1f} s a notebook. See {out / 'marks.csv'}.")
    if fingerprint() != course:
        print("The course's own files were changed meanwhile: these marks are worth nothing.")
        return 1
    return 0
