"""The process in which a submission's cells run; `_judge` starts it and asks it.

It runs the cells, keeps what they hand to a check, and answers calls of it. It judges nothing, and
knows neither the right answers nor the verdicts. What it sends are results, in the form of `_wire`.
"""

import importlib
import os
import re
import sys
import traceback

import torch

from .. import checks
from ..checks import Hint, _called, _is_stub, _plain  # as they were, whatever the cells do to them
from . import _wire

MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


def _channels():
    """The pipes to the judge; what the cells print and read leads nowhere from now on."""
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return asked, told


def _limit(megabytes):
    """Let this process have so much memory more than it has now, and files of 50 MB, where Linux
    enforces it.
    """
    try:
        import resource

        with open("/proc/self/status", encoding="ascii") as lines:
            now = next(int(line.split()[1]) for line in lines if line.startswith("VmData"))
    except (ImportError, OSError, StopIteration):  # the judge watches the memory as well
        return
    for what, size in (
        (resource.RLIMIT_DATA, now * 1024 + megabytes * 2**20),
        (resource.RLIMIT_FSIZE, 50 * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (size, size))


def _reason(error):
    """What an error says, on one line."""
    try:
        text = " ".join(traceback.format_exception_only(error))
    except Exception:
        text = type(error).__name__
    return text[:1000]


def _state(module):
    """What the functions of a module are, to see later whether they still are."""
    return {name: value for name, value in vars(module).items() if not name.startswith("__")}


def _changed(before):
    """The names of the course that the submission has replaced, as far as it lets us see."""
    return [
        f"{module.__name__}.{name}"
        for module, state in before
        for name, value in state.items()
        if vars(module).get(name) is not value
    ]


def _are_numbers(result):
    """Whether the result is a number of Python, or a list or tuple of such, however deep."""
    if isinstance(result, list | tuple):
        return all(_are_numbers(part) for part in result)
    return isinstance(result, int | float)


class Answers:
    """What the cells handed to the checks of a lesson, and the functions they gave back since."""

    def __init__(self, lesson):
        self.space, self.given, self.handles = {"__name__": "__main__"}, {}, []
        module = importlib.import_module(f"course_utils.exercises.lesson_{lesson:02d}")
        for name in [name for name in vars(module) if name.startswith("check_")]:
            number = int(name.removeprefix("check_"))
            setattr(module, name, lambda *given, k=number: self.given.update({k: given}))
        self.before = [(which, _state(which)) for which in (module, checks)]

    def run(self, cells):
        """Run cells one after the other; None, or what the first error said."""
        for source in cells:
            try:
                code = compile(MAGIC.sub(r"\1pass", source), "<cell>", "exec")
                exec(code, self.space)
            except BaseException as error:
                return _reason(error)
        return None

    def call(self, exercise, handle, name, content, graph, returns):
        """The answer's result for the judge's arguments, as what `message` takes."""
        arguments, leaves, lists = _wire.loads(content)
        given = (self.handles[handle],) if handle is not None else self.given.get(exercise)
        answer = given[0] if given else self.space.get(name)
        if answer is None or answer is ... or (callable(answer) and _is_stub(answer)):
            return {"unanswered": True}
        try:
            result = _called(answer, arguments) if callable(answer) else answer
            # where a graph is asked for, numbers that have none by their nature stay numbers
            if returns and not (graph and _are_numbers(result)):
                result = _plain(result, graph)
            found = {"result": _wire.packed(result if returns else None, leaves, self.handles)}
        except Hint as hint:
            return {"hint": str(hint)[:1000]}
        except RecursionError:
            return {"hint": "your function gives back a list that lies within itself"}
        found["lists"] = [_wire.packed(part, leaves, self.handles) for part in lists]
        if not returns:
            found["leaves"] = [
                [_wire.packed(part, (), ()) for part in (leaf.detach(), leaf.grad)]
                + [leaf.requires_grad]
                for leaf in leaves
            ]
        return found


def main(lesson, megabytes):
    """Answer the judge until it goes away."""
    asked, told = _channels()
    answers = Answers(lesson)
    torch.manual_seed(0)
    _limit(megabytes)
    sys.path.insert(0, os.getcwd())  # a module beside the notebook may be imported
    _wire.write_frame(told, _wire.message(ready=True))
    while (content := _wire.read_frame(asked)) is not None:
        ((kind, arguments), _, _) = _wire.loads(content)
        if kind == "run":
            said = {"stopped": answers.run(arguments)}
        elif kind == "changed":
            said = {"changed": _changed(answers.before)[:9]}
        else:
            said = answers.call(*arguments)
        _wire.write_frame(told, _wire.message(**said))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
