"""Submissions for the tests of the marking: notebooks of a lesson with other cells for answers,
among them hostile ones.
"""

import copy
import json

from course_utils.lessons import lesson
from course_utils.tools._judge import exercise_of

SCORES = """def my_scores(x, centres, std):
    distance, nearest = torch.cdist(x, centres).min(1)
    good = distance < 3 * std
    return len(nearest[good].unique()), good.float().mean()
"""
PENALTY = """def my_gradient_penalty(discriminator, x_real, x_fake):
    total = 0
    for x in (x_real, x_fake):
        x = x.detach().requires_grad_()
        (g,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
        total = total + 0.5 * g.square().sum(-1).mean()
    return total
"""
CHECK = "\nlesson_02.check_{}({})\n"
ONE, TWO = CHECK.format(1, "my_scores"), CHECK.format(2, "my_gradient_penalty")
RIGHT = {1: SCORES + ONE, 2: PENALTY + TWO}


def first(body):
    """Cells in which the first answer does `body` and the second is right."""
    return RIGHT | {1: f"def my_scores(x, centres, std):\n    {body}\n" + ONE}


# name: (cells by exercise and "setup", verdict of 02.1, of 02.2, words of the mistake or remarks)
HOSTILE = {
    "crash": (first("import ctypes; ctypes.string_at(0)"), "wrong", "right", "SIGSEGV"),
    "endless": (first("while True: pass"), "wrong", "right", "did not end"),
    "endless-cell": (RIGHT | {1: "while True:\n    pass\n" + ONE}, "wrong", "right", "did not end"),
    "stubborn": (
        first(
            "while True:\n        try:\n            while True: pass\n"
            "        except BaseException: pass"
        ),
        "wrong",
        "right",
        "did not end",
    ),
    "memory": (first("return torch.zeros(2**32).sum()"), "wrong", "right", "memory"),
    "exit": (first("import os; os._exit(0)"), "wrong", "right", "ended Python (exit status 0)"),
    "exit-cell": (RIGHT | {1: "exit()\n" + RIGHT[1]}, "wrong", "right", "SystemExit"),
    "exit-setup": (
        RIGHT | {"setup": "import os\nos._exit(3)"},
        "right",
        "right",
        "its set-up cell was left out",
    ),
    "patches": (
        first("return 0, 0")
        | {
            "setup": "from course_utils import checks\n"
            "from course_utils.exercises import lesson_02\n"
            "checks._called = checks.ask = lambda *a, **k: True\n"
            "lesson_02.check_1 = lambda answer: print('Exercise 1 ✓ right')"
        },
        "wrong",
        "right",
        "course_utils.checks.ask",
    ),
    "prints": (
        RIGHT | {1: "print('Exercise 1 ✓ right. One good sample is enough.')"},
        "unanswered",
        "right",
        "has the words '✓ right'",
    ),
    "peeks": (
        first(
            "import sys\n    frame = sys._getframe()\n    while frame:\n"
            "        if 'wanted' in frame.f_locals: return frame.f_locals['wanted']\n"
            "        frame = frame.f_back\n    return 0, 0"
        ),
        "wrong",
        "right",
        "made-up samples",
    ),
    "patches-torch": (
        first("return 0, 0")
        | {
            "setup": "import torch\ntorch.allclose = lambda *a, **k: True\n"
            "torch.equal = torch.allclose"
        },
        "wrong",
        "right",
        "made-up samples",
    ),
    "kills": (
        first("import os, signal; os.kill(os.getppid() or os.getpid(), signal.SIGKILL)"),
        "wrong",
        "right",
        "",
    ),
    "forks": (
        first("import os\n    while True: os.fork()"),
        "wrong",
        "right",
        "your code",
    ),
    "floods": (
        first(
            "import os\n    for fd in range(64):\n        try: os.write(fd, b'\\xff' * 10**6)\n"
            "        except OSError: pass\n    print('✓ right\\n' * 10**6)\n    return 0, 0"
        ),
        "wrong",
        "right",
        "your code",
    ),
}


def notebook(cells, number=2):
    """The lesson's notebook with other sources: {exercise or "setup": source}, as JSON."""
    made = json.loads(lesson(number).path.read_text(encoding="utf-8"))
    setup = next(cell for cell in made["cells"] if cell["cell_type"] == "code")
    setup["source"] = cells.get("setup", setup["source"])
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            key = exercise_of("".join(cell["source"]), cell["metadata"].get("tags", []))
            cell["source"] = cells.get(key[1], cell["source"]) if key else cell["source"]
            cell["outputs"] = []
    return copy.deepcopy(made)


def submit(folder, student, cells, number=2):
    """Write a student's notebook into a folder of its own; its path."""
    path = folder / student / lesson(number).path.name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook(cells, number)), encoding="utf-8")
    return path


def answers(about, choices):
    """Cells for a lesson: for each exercise a code and the name that its check is called with."""
    number = f"{about:02d}"
    return {
        k: f"{code}\nlesson_{number}.check_{k}({name})\n" for k, (code, name) in choices.items()
    }
