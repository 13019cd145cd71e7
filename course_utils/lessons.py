"""The lessons of the course: their table, and how long each takes its reader."""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MINUTES = Path(__file__).with_name("minutes.json")  # stamped: see tools/stamp.py

CARD = re.compile(r"^### Exercise (\d+).*?(\d+) min", re.MULTILINE)

# words of file names that are written in another way in a text
WRITTEN = {"gan": "GAN", "gans": "GANs", "kl": "KL", "vae": "VAE", "lcgan": "LC-GAN"}
WRITTEN |= {"wasserstein": "Wasserstein"}


@dataclass(frozen=True)
class Lesson:
    """A lesson: its number, file stem, title, the lessons that it needs, its part of the story."""

    number: int
    stem: str
    title: str
    needs: tuple
    part: str

    @property
    def name(self):
        """The file's name without its ending, such as 01_gan_on_a_line."""
        return f"{self.number:02d}_{self.stem}"

    @property
    def subject(self):
        """The stem as words: GAN on a line."""
        words = self.stem.replace("trade_offs", "trade-offs").split("_")
        return " ".join(WRITTEN.get(word, word) for word in words)

    @property
    def path(self):
        """Where the notebook is, or will be."""
        return ROOT / "notebooks" / f"{self.name}.ipynb"

    @property
    def companion(self):
        """Where its companion is, or will be."""
        return ROOT / "notebooks" / "further" / f"{self.name}.ipynb"

    @property
    def minutes(self):
        """Minutes alone and in class, as they were last stamped: (alone, in_class)."""
        return tuple(json.loads(MINUTES.read_text(encoding="utf-8"))[self.name])


LESSONS = [
    Lesson(*row)
    for row in [
        (0, "start_here", "Start here: steer a sentence", (), "Start"),
        (1, "gan_on_a_line", "Can two networks teach each other?", (0,), "GANs"),
        (2, "mode_collapse", "Why does a generator repeat itself?", (1,), "GANs"),
        (
            3,
            "minibatch_discrimination",
            "Can a discriminator see that all samples are alike?",
            (2,),
            "GANs",
        ),
        (4, "saturation", "Which loss still teaches G when D is certain?", (1,), "GANs"),
        (5, "wasserstein", "How far is the generator from the data?", (4,), "GANs"),
        (6, "conditional", "Who makes the generator obey?", (1, 2, 4), "GANs"),
        (7, "unpaired", "Can you learn to translate without a single pair?", (6,), "GANs"),
        (8, "kl_both_ways", "What does a model do when it cannot be right?", (4,), "VAEs"),
        (9, "autoencoders", "Can two numbers hold a picture?", (1,), "VAEs"),
        (10, "vae", "What does a code cost?", (8, 9), "VAEs"),
        (11, "vae_trade_offs", "Sharp or plausible?", (10,), "VAEs"),
        (
            12,
            "latent_constraints",
            "Can a frozen VAE draw what you ask for?",
            (2, 6, 11),
            "VAEs",
        ),
        (13, "text_gans", "How can a gradient pass through a word?", (4, 10), "Text"),
        (14, "text_vae", "Can 32 numbers hold a sentence?", (11, 13), "Text"),
        (15, "posterior_collapse", "Why does a decoder ignore its code?", (14,), "Text"),
        (
            16,
            "text_lcgan",
            "Can you change one thing about a sentence and keep the rest?",
            (12, 15),
            "Text",
        ),
        (17, "fooled", "How could such a result fool you?", (16,), "Text"),
        (18, "flow_matching", "Can noise flow into data without a game?", (12, 16), "After"),
        (19, "capstone", "Can you steer your own sentences?", (16, 17), "Text"),
    ]
]


def lesson(number):
    """The lesson of that number. Raises ValueError when there is none."""
    for found in LESSONS:
        if found.number == number:
            return found
    numbers = ", ".join(f"{known.number:02d}" for known in LESSONS)
    raise ValueError(f"wanted the number of a lesson, one of {numbers}, got {number!r}")


def written():
    """The lessons whose notebooks are there, in order."""
    return [lesson for lesson in LESSONS if lesson.path.exists()]


def notebooks():
    """The paths of all notebooks: the lessons, then what stands in notebooks/further, in order."""
    further = sorted((ROOT / "notebooks" / "further").glob("*.ipynb"))
    return [*(lesson.path for lesson in written()), *further]


def slide_type(cell):
    """What the cell is on a slide: slide, subslide, fragment, skip, notes; None if it continues."""
    return cell["metadata"].get("slideshow", {}).get("slide_type")


def _words(cell):
    """Words of a Markdown cell: neither signs alone, nor the badge's line, nor what is folded."""
    text = re.sub(r"<details>.*?</details>", "", cell["source"], flags=re.DOTALL)
    text = re.sub(r"^\[▶ Open in Colab\].*", "", text, flags=re.MULTILINE)
    return len(re.findall(r"\S*\w\S*", text))


def lines_to_study(cell):
    """How many lines of a code cell a reader studies: no blank lines, comments, or stubs."""
    if any(tag.startswith("exercise:") for tag in cell["metadata"].get("tags", [])):
        return 0
    lines = map(str.strip, cell["source"].splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def _whole_minutes(cell):
    """What counts in whole minutes: what the exercises' cards say, figures, questions of a quiz."""
    if cell["cell_type"] == "markdown":
        return sum(int(length) for _, length in CARD.findall(cell["source"]))
    shown = [output.get("data", {}) for output in cell.get("outputs", [])]
    questions = sum("text/html" in data for data in shown)
    figures = sum("image/png" in data for data in shown)
    asks = re.search(r"show_(quiz|self_test)\(\)", cell["source"])
    return figures + (questions if asks else 0)


def _minutes(cells):
    words = sum(_words(cell) for cell in cells if cell["cell_type"] == "markdown")
    lines = sum(lines_to_study(cell) for cell in cells if cell["cell_type"] == "code")
    total = words / 150 + lines / 8 + sum(map(_whole_minutes, cells))
    return 5 * math.ceil(total / 5)


def listed(numbers):
    """Numbers as text.

    >>> listed([1]), listed([1, 2, 4])
    ('1', '1, 2 and 4')
    """
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last


def sections(notebook):
    """What of a lesson appears on slides, section by section, as a lecturer plans with it.

    A list of (heading, minutes, {number of an exercise: its minutes}), the opening first; the
    minutes are those of `minutes`, not rounded, and without the exercises.
    """
    found = []
    code = next((cell for cell in notebook["cells"] if cell["cell_type"] == "code"), None)
    for cell in notebook["cells"]:
        if cell is code or slide_type(cell) in ("skip", "notes"):
            continue
        heading = re.match(r"##? (.*)", cell["source"]) if cell["cell_type"] == "markdown" else None
        if heading:
            found.append([heading[1], 0, {}])
        is_text = cell["cell_type"] == "markdown"
        cards = CARD.findall(cell["source"]) if is_text else []
        found[-1][1] += _words(cell) / 150 if is_text else lines_to_study(cell) / 8
        found[-1][1] += _whole_minutes(cell) - sum(int(length) for _, length in cards)
        found[-1][2] |= {int(number): int(length) for number, length in cards}
    return [tuple(section) for section in found]


def minutes(notebook):
    """How long a lesson takes, from its cells and stored outputs: (alone, in_class), in minutes.

    words/150 + lines of code to study/8 + 1 a figure + what the exercises' cards say + 1 a question
    of the quiz, rounded up to 5. In class only what appears on a slide counts. Not counted are the
    set-up cell, stubs, blank lines, comments, folded hints and solutions, notes, and captions. An
    animation and its film-strip are one figure. `notebook` is a notebook as nbformat reads it.

    >>> title = {"cell_type": "markdown", "metadata": {}, "source": "word " * 900}
    >>> setup = {"cell_type": "code", "metadata": {}, "source": "import torch", "outputs": []}
    >>> minutes({"cells": [title, setup]})                             # 900/150 = 6
    (10, 10)
    """
    cells = [cell for cell in notebook["cells"] if slide_type(cell) != "notes"]
    setup = next((cell for cell in cells if cell["cell_type"] == "code"), None)
    cells = [cell for cell in cells if cell is not setup]
    on_slides = [cell for cell in cells if slide_type(cell) != "skip"]
    return _minutes(cells), _minutes(on_slides)
