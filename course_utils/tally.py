"""The tally of a reader's exercises: which are right, in a file of the reader's own computer.

Each answer that a check has judged is a line of `~/.gan-to-sentences/tally.jsonl`: exercise,
verdict, the mistake, the time. Lines are only added, each in one go, so two notebooks at once do
not disturb each other. Nothing is sent anywhere. `python -m course_utils tally` shows it, exports
it and deletes it.

`COURSE_TALLY` names another file, or is "off": then nothing is read or written, as when the
course's own notebooks are stored and tested. A tally never stops a check: what goes wrong with the
file costs one sentence in each kernel.
"""

import json
import os
import re
import time
from pathlib import Path

from .lessons import LESSONS, ROOT, listed
from .store import write_whole

FOLDER, NAME = ".gan-to-sentences", "tally.jsonl"
PATIENCE = 3  # after so many wrong answers in a row the hint is printed
_said = set()  # what went wrong in this kernel, said once


def file():
    """Where the tally is, or None when it is off."""
    wish = os.environ.get("COURSE_TALLY", "")
    if wish == "off":
        return None
    return Path(wish).expanduser() if wish else Path.home() / FOLDER / NAME


def _say(sentence):
    """Print a sentence that was not printed in this kernel before."""
    if sentence not in _said:
        _said.add(sentence)
        print(sentence)


def _entry(line):
    """The entry of a line of the file; None for a line that is none."""
    try:
        entry = json.loads(line)
        fine = re.fullmatch(r"\d\d\.\d", entry["exercise"]) and isinstance(entry["right"], bool)
        return entry if fine and isinstance(entry.get("mistake", ""), str) else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _aside(path, entries):
    """Keep a damaged file under another name, and go on with the lines that can be read."""
    kept = path.with_name(f"{path.stem}.damaged-{time.time_ns()}{path.suffix}")
    os.replace(path, kept)
    write_whole(path, "".join(json.dumps(entry) + "\n" for entry in entries))
    _say(f"(The tally was damaged; it is kept as {kept}, and what could be read goes on.)")


def entries():
    """All entries, in the order in which they were written; [] where there is no tally."""
    try:
        path = file()
        if path is None or not path.exists():
            return []
        text = path.read_bytes().decode(errors="replace")
        lines = [line for line in text.splitlines() if line.strip()]
        read = [entry for line in lines if (entry := _entry(line))]
        if len(read) < len(lines):
            _aside(path, read)
        return read
    except (OSError, RuntimeError) as error:
        _say(f"(The tally of your exercises cannot be read: {_reason(error)}.)")
        return []


def _reason(error):
    return getattr(error, "strerror", None) or str(error)


def record(exercise, right, mistake=""):
    """Note that an answer to `exercise`, such as "02.1", was judged."""
    entry = {"exercise": exercise, "right": right, "mistake": mistake[:300]}
    _append([entry | {"time": time.strftime("%Y-%m-%d %H:%M:%S")}])


def add(lines):
    """Add lines of another tally that this one does not have; how many these were."""
    known = entries()
    new = [entry for line in lines if (entry := _entry(line)) and entry not in known]
    _append(new)
    return len(new)


def _append(new):
    """Add entries at the end of the file."""
    content = b"".join(json.dumps(entry).encode() + b"\n" for entry in new)
    try:
        path = file()
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab+") as tally:
            before = tally.tell()
            if before:  # a line that was cut off stays a line of its own
                tally.seek(before - 1)
            cut = before and tally.read(1) != b"\n"
            tally.write(b"\n" * bool(cut) + content)
    except (OSError, RuntimeError) as error:
        _say(f"(Your answers are not noted down: {_reason(error)}. The checks work all the same.)")


def state():
    """{exercise: {"right": ever, "attempts": how many, "wrong": in a row, "mistake": the last}}."""
    found = {}
    for entry in entries():
        start = {"right": False, "attempts": 0, "wrong": 0, "mistake": ""}
        about = found.setdefault(entry["exercise"], start)
        about["attempts"] += 1
        about["right"] |= entry["right"]
        about["wrong"] = 0 if entry["right"] else about["wrong"] + 1
        about["mistake"] = "" if about["right"] else entry.get("mistake", "")
    return found


def exercises(number):
    """The exercises of a lesson, as "02.1"; [] for a lesson that is not written."""
    path = Path(__file__).parent / "exercises" / f"lesson_{number:02d}.py"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.findall(r"^def check_(\d)\(", text, flags=re.MULTILINE)
    return [f"{number:02d}.{k}" for k in sorted(found)]


def done():
    """{number of a lesson: (right, all)} for the lessons in which an answer was judged."""
    known = state()
    counts = {}
    for lesson in LESSONS:
        names = exercises(lesson.number)
        if any(name in known for name in names):
            right = sum(known.get(name, {}).get("right", False) for name in names)
            counts[lesson.number] = (right, len(names))
    return counts


def summary(number):
    """How many of a lesson's exercises are right, and what to do about the others, as text."""
    names, known = exercises(number), state()
    right = [name for name in names if known.get(name, {}).get("right")]
    verb = "is" if len(right) == 1 else "are"
    lines = [f"{len(right)} of {len(names)} exercises {verb} right."]
    for name in names:
        if name in known and name not in right:
            times = "once" if known[name]["attempts"] == 1 else f"{known[name]['attempts']} times"
            mistake = known[name]["mistake"]
            lines.append(
                f"Exercise {name[3:]}, tried {times}, last said: {mistake} Change that one thing "
                "and run the cell again, or open the hint below it."
            )
    new = [name[3:] for name in names if name not in known]
    if new:
        said = f"Not answered yet: {listed(new)}."
        lines.append(f"{said} The text above the cell says what it wants.")
    return "\n".join(lines)


def hint(exercise):
    """The folded hint of an exercise as plain text; where the notebook is not beside the package,
    as in Colab, the advice to open it.
    """
    lesson, number = exercise.split(".")
    try:
        (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
        tags = [cell["metadata"].get("tags", []) for cell in cells]
        after = texts[next(k for k, tag in enumerate(tags) if f"exercise:{exercise}" in tag) :]
        found = re.search(r"<summary>Hint</summary>(.*?)</details>", "\n".join(after), re.DOTALL)
        return re.sub(r"<[^>]+>|`", "", " ".join(found[1].split()))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return f"open the one that is folded below exercise {number}, or its solution."


def delete():
    """Delete the tally, and what was kept of damaged ones; the paths that were deleted."""
    path = file()
    found = [] if path is None else [path, *path.parent.glob(f"{path.stem}.damaged-*")]
    found = [each for each in found if each.exists()]
    for each in found:
        each.unlink()
    return found
