"""The judging of one submitted notebook: its cells run in a process of their own, the checks here.

The checks are those of this checkout, and run in this process, which a submission never enters: it
is asked for results through a pipe (`_sandbox`, `_wire`). Whatever it does to its own copy of the
course, or prints, changes no verdict.
"""

import ast
import contextlib
import functools
import importlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .. import checks
from ..lessons import ROOT, lesson, written
from . import _wire

START, LARGEST, PROCESSES = 120, 20_000_000, 20  # seconds to import torch, bytes, processes
CALL = re.compile(r"\blesson_(\d\d)\.check_(\d)\(\s*(\w*)")
PASSED_ON = "PATH SYSTEMROOT LANG LC_ALL LD_LIBRARY_PATH CONDA_PREFIX VIRTUAL_ENV".split()
UNREADABLE = "unreadable"  # a verdict beside checks.RIGHT, WRONG and UNANSWERED


# --- reading a notebook --------------------------------------------------------------------------
@dataclass
class Submission:
    """What is read of a submitted notebook: a set-up cell, cells by exercise, other definitions."""

    lesson: int
    setup: str
    exercises: dict
    own: list
    named: list = field(default_factory=list)


def code_cells(path):
    """(source, tags) of the code cells of a notebook, which may have been written by anybody.

    Raises ValueError in one sentence for what is no notebook.
    """
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise ValueError("wanted a file of at most 20 MB")
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        return [
            (
                "".join(cell["source"]),
                [str(tag) for tag in cell.get("metadata", {}).get("tags", [])],
            )
            for cell in code
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"wanted a notebook, got {type(error).__name__}: {error}") from error


def exercise_of(source, tags):
    """(lesson, exercise) that a cell answers, by its tag or by the check it calls; or None."""
    for tag in tags:
        if found := re.fullmatch(r"exercise:(\d\d)\.(\d)", tag):
            return int(found[1]), int(found[2])
    found = CALL.search(source)
    return (int(found[1]), int(found[2])) if found else None


@functools.cache
def course(number):
    """Of this checkout's lesson: (set-up cell, {exercise: name of its answer}, all code cells)."""
    cells = code_cells(lesson(number).path)
    stubs = {key[1]: source for source, tags in cells if (key := exercise_of(source, tags))}
    names = {k: CALL.search(source)[3] for k, source in stubs.items()}
    return cells[0][0], names, {source for source, _ in cells}


def only_defines(source):
    """Whether a cell has nothing but imports, functions, classes and constants.

    >>> only_defines("def f(x):\\n    return x"), only_defines("f(2)")
    (True, False)
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    definitions = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return all(
        isinstance(node, definitions)
        or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))
        for node in body
    )


def named_in(source):
    """What is to be named in the code of a cell: it prints a verdict, or changes the course."""
    try:
        nodes = list(ast.walk(ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    if any(isinstance(n, ast.Constant) and checks.RIGHT in str(n.value) for n in nodes):
        found.append(f"has the words {checks.RIGHT!r} in its code")
    changed = [n for n in nodes if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load)]
    changed += [
        n.args[0]
        for n in nodes
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "setattr" and n.args
    ]
    ours = r"(course_utils|checks|lesson_\d\d|builtins|sys)\b"
    if any(re.match(ours, ast.unparse(n)) for n in changed):
        found.append("changes the course's or Python's own functions")
    return found


def read(path):
    """The `Submission` in a notebook. Raises ValueError when it is none."""
    cells = code_cells(path)
    keys = [key for source, tags in cells if (key := exercise_of(source, tags))]
    numbers = [number for number, _ in keys]
    start = re.match(r"\d\d", path.name)
    number = max(set(numbers), key=numbers.count) if numbers else int(start[0]) if start else None
    if number not in [about.number for about in written()]:
        raise ValueError("wanted a notebook of the course with its exercises, found none in it")
    setup, names, known = course(number)
    found = Submission(number, cells[0][0] if cells else "", {k: [] for k in names}, [])
    for source, tags in cells[1:]:
        key = exercise_of(source, tags)
        if key and key[0] == number and key[1] in names:
            found.exercises[key[1]].append(source)
        elif source not in known and only_defines(source):
            found.own.append(source)
    if found.setup == setup:
        found.setup = ""
    used = [found.setup, *found.own, *(s for cells in found.exercises.values() for s in cells)]
    found.named = list(dict.fromkeys(note for source in used for note in named_in(source)))
    return found


# --- the process of a submission -----------------------------------------------------------------
@functools.cache
def isolation():
    """How this system shuts a process in: (a sentence, the words before its command)."""
    bubble = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all"]
    bubble += ["--die-with-parent", "--new-session"]
    unshare = ["unshare", "--user", "--net", "--pid", "--fork", "--kill-child"]
    ways = (
        ("bubblewrap: no network, and nothing but a copy of its folder can be written", bubble),
        ("unshare: no network; files that you may write, it may write, too", unshare),
    )
    for sentence, command in ways:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            true = [*command, sys.executable, "-c", ""]
            if not subprocess.run(true, capture_output=True, timeout=30).returncode:
                return sentence, command
    return "none on this system: network and files are open to it", []


class Sandbox:
    """A process for the cells of one submission, killed when it takes too much of anything."""

    def __init__(self, number, folder, megabytes):
        self.dead, self.megabytes, self.quiet = None, megabytes, None
        start = [sys.executable, "-P", "-m", "course_utils.tools._sandbox"]
        inside = [str(part) for part in (*start, number, megabytes)]
        _, before = isolation()
        if before[:1] == ["bwrap"]:
            before = [*before, "--bind", str(folder), str(folder), "--chdir", str(folder)]
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
        environment |= {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "agg"}
        self.process = subprocess.Popen(
            [*before, *inside],
            cwd=folder,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.frames = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        if not self.wait(time.monotonic() + START):
            self.end("the process for its cells could not be started")
            return
        self.quiet = self._memory()

    def _listen(self):
        """Put what the process sends into the queue, until it ends; then None."""
        with contextlib.suppress(OSError, ValueError):
            while (content := _wire.read_frame(self.process.stdout, _wire.LARGEST)) is not None:
                self.frames.put(content)
        self.frames.put(None)

    def _family(self):
        """The process and what it has started."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        return []

    def _memory(self):
        """How many MB it and what it has started hold."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 2**20

    def _excess(self):
        """What it takes too much of, as a sentence; None when all is well."""
        if len(self._family()) > PROCESSES:
            return f"your code started more than {PROCESSES} processes"
        if self.quiet is not None and self._memory() - self.quiet > self.megabytes:
            return self._too_much()
        return None

    def _too_much(self):
        return f"your code wanted more than {self.megabytes} MB of memory"

    def in_words(self, reason):
        """A reason why the code stopped; that of a lack of memory in plain words."""
        lack = r"MemoryError|can't allocate memory|not enough memory|Unable to allocate"
        return self._too_much() if re.search(lack, reason) else reason

    def wait(self, deadline):
        """The next message as a dict; None when there is none: `dead` then says why."""
        while self.dead is None:
            with contextlib.suppress(queue.Empty):
                content = self.frames.get(timeout=0.05)
                if content is None:
                    return self.end(self._how_it_ended())
                try:
                    return _wire.read_message(content)
                except checks.Hint as hint:
                    return self.end(str(hint))
            if excess := self._excess():
                return self.end(excess)
            if time.monotonic() > deadline:
                return self.end("your code did not end in time: does a loop go on?")
        return None

    def _how_it_ended(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self.process.wait(5)
            number = -status if status < 0 else status - 128
            if number in set(signal.Signals):
                return f"your code ended Python: it crashed ({signal.Signals(number).name})"
            return f"your code ended Python (exit status {status})"
        return "your code closed its pipes"

    def ask(self, kind, arguments, deadline):
        """Send a question; the answer as a dict, or None as in `wait`."""
        if self.dead is None:
            content, _, _ = _wire.dumps((kind, arguments))
            try:
                _wire.write_frame(self.process.stdin, content)
            except OSError:
                return self.end(self._how_it_ended())
        return self.wait(deadline)

    def end(self, reason="its work is done"):
        """Kill it, with all that it has started; `reason` goes to `dead`."""
        self.dead = self.dead or reason
        for process in reversed(self._family()):
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        return None


# --- the answers, seen from here -----------------------------------------------------------------
class Away:
    """An answer that lives in a sandbox: what a check hands to `ask` instead of a function."""

    def __init__(self, sandbox, exercise, name, deadline, handle=None):
        self.about = (exercise, handle, name)
        self.sandbox, self.deadline = sandbox, deadline

    def __call__(self, *arguments):
        return self.result(arguments, True, False)

    def result(self, arguments, returns, graph):
        """The result for these arguments. Raises Hint or Unanswered as `checks.ask` does."""
        content, leaves, lists = _wire.dumps(arguments)
        question = (*self.about, content, graph, returns)
        said = self.sandbox.ask("call", question, self.deadline)
        if said is None:
            raise checks.Hint(self.sandbox.dead)
        if said.get("unanswered"):
            raise checks.Unanswered
        if "hint" in said:
            raise checks.Hint(self.sandbox.in_words(str(said["hint"])))
        try:
            result = _wire.unpacked(said["result"], leaves, self._another)
            self._put_back(said, leaves, lists)
            return result
        except (ValueError, KeyError, TypeError, IndexError, RecursionError, RuntimeError) as error:
            raise checks.Hint("your code sent something that is no result") from error

    def _another(self, handle):
        exercise, _, name = self.about
        return Away(self.sandbox, exercise, name, self.deadline, handle)

    def _put_back(self, said, leaves, lists):
        """Do to the check's own things what the answer did to those that it was given."""
        for own, content in zip(lists, said["lists"], strict=True):
            own[:] = _wire.unpacked(content, (), self._another)
        for leaf, (data, grad, wants) in zip(leaves, said.get("leaves", ())):
            data, grad = (_wire.unpacked(part, (), self._another) for part in (data, grad))
            if not leaf.is_leaf:
                if grad is not None:
                    leaf.backward(grad)
                continue
            leaf.data.copy_(data)
            leaf.grad = grad
            leaf.requires_grad_(bool(wants))


checks.ELSEWHERE.add(Away)


# --- judging -------------------------------------------------------------------------------------
class Judge:
    """Judges the exercises of one submission, one after the other."""

    def __init__(self, submission, folder, seconds, megabytes):
        self.submission, self.folder = submission, folder
        self.seconds, self.megabytes = seconds, megabytes
        self.setup, self.names, _ = course(submission.lesson)
        self.sandbox, self.earlier, self.notes = None, [], list(submission.named)

    def _start(self, earlier):
        """A sandbox in which the set-up has run, and the cells `earlier`."""
        if self.sandbox:
            self.sandbox.end()
        self.sandbox = Sandbox(self.submission.lesson, self.folder, self.megabytes)
        if reason := self._run([self.setup], START):  # the course's own
            raise RuntimeError(f"the course's set-up cell did not run: {reason}")
        for source in [self.submission.setup, *self.submission.own]:
            if source and (reason := self._run([source], 3 * self.seconds)):
                what = "set-up cell" if source == self.submission.setup else "cell of definitions"
                self.notes.append(f"its {what} was left out: {reason}")
                if self.sandbox.dead:  # once more, without it
                    self.submission.setup, self.submission.own = "", []
                    return self._start(earlier)
        for source in earlier:
            self._run([source])

    def _run(self, cells, seconds=None):
        """Run cells, within so many seconds; why they stopped, or None."""
        deadline = time.monotonic() + (seconds or self.seconds)
        said = self.sandbox.ask("run", cells, deadline)
        reason = self.sandbox.dead if said is None else said.get("stopped")
        return reason and self.sandbox.in_words(str(reason))

    def _judged(self, number):
        """(verdict, sentence) of one exercise in the sandbox that is there."""
        cells = self.submission.exercises[number]
        if not cells:
            return checks.UNANSWERED, "the notebook has no cell for this exercise"
        if reason := self._run(cells):
            own = reason if reason.startswith("your code") else f"your cell stopped with {reason}"
            return checks.WRONG, own
        module = f"course_utils.exercises.lesson_{self.submission.lesson:02d}"
        check = getattr(importlib.import_module(module), f"check_{number}").__wrapped__
        deadline = time.monotonic() + self.seconds
        answer = Away(self.sandbox, number, self.names[number], deadline)
        return checks.judge(check, (answer,), self.seconds + 5)

    def exercise(self, number):
        """A row: {exercise, verdict, mistake, seconds, remarks}."""
        started, n_notes = time.perf_counter(), len(self.notes)
        fresh = self.sandbox is None or self.sandbox.dead is not None
        if fresh:
            self._start(self.earlier)
        begun = time.perf_counter()
        verdict, sentence = self._judged(number)
        if self.sandbox.dead and self.earlier:  # was it an earlier cell that took the memory?
            self._start([])
            begun = time.perf_counter()
            verdict, sentence = self._judged(number)
        if not self.sandbox.dead:
            self.earlier += self.submission.exercises[number]
            self._see_changes()
        remarks = self.notes if number == min(self.names) else self.notes[n_notes:]
        return {
            "exercise": f"{self.submission.lesson:02d}.{number}",
            "verdict": verdict,
            "mistake": "" if verdict == checks.RIGHT else checks.one_line(sentence),
            "seconds": round(time.perf_counter() - begun, 2),
            "started": round(begun - started, 2),
            "remarks": checks.one_line("; ".join(dict.fromkeys(remarks)), 500),
        }

    def _see_changes(self):
        """Note which of the course's functions the submission has replaced for itself."""
        said = self.sandbox.ask("changed", None, time.monotonic() + self.seconds) or {}
        changed = said.get("changed") or []
        if isinstance(changed, list) and changed:
            names = ", ".join(re.sub(r"[^\w.]", "", str(name))[:60] for name in changed)
            note = f"replaced {names} in its own process, which changes no verdict"
            if note not in self.notes:
                self.notes.append(note)


def copied(path, folder):
    """A copy of the notebook's folder, for the submission to work in; of the notebook alone when it
    lies in `folder` itself. Only files of at most 20 MB are copied, at most 500 of them.
    """
    place = Path(tempfile.mkdtemp(prefix="submission-")).resolve()
    if path.parent == folder:
        shutil.copy(path, place)
        return place
    left = 500
    for source in sorted(path.parent.rglob("*")):
        small = source.is_file() and not source.is_symlink() and source.stat().st_size <= LARGEST
        if small and left:
            target = place / source.relative_to(path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            left -= 1
    return place


def mark(path, folder, student, seconds, megabytes):
    """The rows of one submitted notebook, one for each exercise of its lesson."""
    about = {"student": student, "file": path.relative_to(folder).as_posix()}
    empty = {"exercise": "", "seconds": 0.0, "started": 0.0, "remarks": ""}
    try:
        submission = read(path)
    except ValueError as error:
        return [about | empty | {"verdict": UNREADABLE, "mistake": checks.one_line(str(error))}]
    place = copied(path, folder)
    judge = Judge(submission, place, seconds, megabytes)
    try:
        return [about | judge.exercise(number) for number in sorted(judge.names)]
    finally:
        if judge.sandbox:
            judge.sandbox.end()
        shutil.rmtree(place, ignore_errors=True)
