"""The figures of lesson 00, start here: a steered sentence, and the map of the course."""

import ipywidgets as widgets
import numpy as np
from matplotlib.offsetbox import AnnotationBbox, HPacker, TextArea

from .. import lessons, tally, viz
from ..text import english, tokenise
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes

SAME = "as it is"
PARTS = list(dict.fromkeys(lesson.part for lesson in lessons.LESSONS))
COLORS = dict(zip(PARTS, ("#DDDDDD", "#F7D794", "#9CCBE8", "#9ADBC4", "#E3C4E8")))
BORDER = np.array([0.22, 0.22, 0.78, 0.78, 0.22])  # of a strip of numbers, from its row
PLACES = {  # of the boxes in the map, (column, row): no arrow passes through a box
    **{0: (0, 1), 1: (1, 1), 2: (2, 0), 3: (3, 0), 4: (2, 1), 5: (3, 2), 6: (3, 1), 7: (4, 1)},
    **{8: (2, 3), 9: (1, 4), 10: (3, 3.5), 11: (4, 3.5), 12: (5, 3.5)},
    **{13: (4, 4.5), 14: (5, 4.5), 15: (6, 4.5), 16: (7, 4), 17: (8, 4), 18: (8, 3), 19: (9, 4)},
}


def controls():
    """What `live.live` wants for `board`: a sentence, its kind, its tense."""
    typed = widgets.Text(
        value="The cat is sleeping on the sofa.", description="sentence", continuous_update=False
    )
    menus = {
        name: widgets.Dropdown(
            options=[SAME, *(v for v in english.ATTRIBUTES[name] if v != "other")],
            value=value,
            description=name,
        )
        for name, value in (("kind", "question"), ("tense", SAME))
    }
    return {"sentence": typed, **menus}


def board(vae, steer, sentence, kind=SAME, tense=SAME):
    """What becomes of a sentence when nothing is asked, and when a kind or a tense is."""
    wish = {name: v for name, v in (("kind", kind), ("tense", tense)) if v != SAME}
    return steered(vae, steer, sentence, [{}, wish] if wish else [{}])


def _words(ax, at, words, new, size):
    """Words beside each other from `at` on, (x, y); those that are `new` in dark orange."""
    areas = [
        TextArea(word, textprops={"color": DARK_FAKE if word in new else "black", "fontsize": size})
        for word in words
    ]
    line = HPacker(children=areas, pad=0, sep=0.4 * size)
    ax.add_artist(AnnotationBbox(line, at, frameon=False, box_alignment=(0, 0.5), pad=0))


def _bare(words):
    """Words in lower case, without marks at their ends."""
    return [word.lower().strip(".,?!") for word in words]


def steered(vae, steer, sentence, wishes):
    """The sentence; for each wish how its 128 numbers move, and the sentence that comes out."""
    sentence = sentence.strip() or "Type a sentence."
    z, bare = vae.encode(sentence), _bare(sentence.split())
    moved = [steer(z, wish) for wish in wishes]
    said = [vae.decode(z_prime) for z_prime in moved]
    size = min(13, 13 * 44 / max(len(text) for text in (sentence, *said)))  # points: all fit
    n_rows = len(wishes) + 1
    fig, ax = axes("", "", size=(10, 0.55 * n_rows + 0.6), xlim=(0, 10), ylim=(n_rows + 0.1, -0.6))
    ax.axis("off")
    for x, name in (
        (0, "asked for"),
        (1.5, "its 128 numbers; below, what is added"),
        (5, "sentence"),
    ):
        ax.text(x, -0.3, name, color=GREY, fontsize=11, va="center")
    strip = {"cmap": "RdBu_r", "vmin": -2, "vmax": 2, "aspect": "auto"}
    for row, numbers in enumerate([z, *(z_prime - z for z_prime in moved)]):
        ax.imshow(numbers[None].numpy(), extent=(1.5, 4.8, row + 0.78, row + 0.22), **strip)
        ax.plot([1.5, 4.8, 4.8, 1.5, 1.5], row + BORDER, color=GREY, linewidth=0.5)
    ax.text(0, 0.5, "(you typed)", color=REAL, fontsize=11, va="center")
    ax.text(5, 0.5, sentence, color=REAL, fontsize=size, va="center")
    for row, (wish, text) in enumerate(zip(wishes, said), 1):
        ax.text(0, row + 0.5, ", ".join(wish.values()) or "nothing", fontsize=11, va="center")
        new = {word for word, name in zip(text.split(), _bare(text.split())) if name not in bare}
        _words(ax, (5, row + 0.5), text.split(), new, size)
    unknown = [word for word in tokenise(sentence) if word not in vae.vocabulary.stoi]
    if unknown:
        note = f"words that the encoder does not know: {', '.join(unknown)}"
        ax.text(5, n_rows, note, color=GREY, fontsize=10, va="center")
    return fig


def kept(shares, of_others):
    """How much of each of 300 sentences is kept, beside questions made of other sentences."""
    fig, ax = axes(
        "share of the words that are kept", "sentences", size=(8, 3.2), xlim=(-0.05, 1.05)
    )
    bins = (np.arange(12) - 0.5) / 10  # around 0, 0.1, … 1
    ax.hist(of_others, bins, color=GREY, alpha=0.6)
    ax.hist(shares, bins, color=FAKE, alpha=0.8)
    ax.text(0.2, 0.8, "the question made of\nanother sentence", color=GREY, transform=ax.transAxes)
    ax.text(0.72, 0.8, "its own question", color=DARK_FAKE, transform=ax.transAxes)
    viz.show(
        fig,
        "Two histograms. In grey, questions made of other sentences: most keep none of the words. "
        "In orange, the sentence's own question: most keep more than half, and some keep all.",
    )


def machine():
    """What happens to a sentence: into numbers, moved, and back into words."""
    viz.diagram(
        {
            "sentence": (0, 0, "real"),
            "encoder": (1, 0, "box"),
            "128 numbers": (2, 0),
            "actor": (3, 0, "fake box"),
            "moved": (4, 0, "fake"),
            "decoder": (5, 0, "box"),
            "new sentence": (6, 0, "fake"),
            "your wish": (3, 1),
        },
        [
            "sentence -> encoder -> 128 numbers -> actor -> moved -> decoder -> new sentence",
            "your wish -> actor",
        ],
        "A sentence goes through the encoder and becomes 128 numbers. The actor, which also sees "
        "the wish, makes 128 other numbers of them, and the decoder writes a new sentence.",
        texts={"moved": "128 other numbers", "new sentence": "new\nsentence"},
    )


def _needed(number):
    """The numbers of all lessons on the way to that one, itself included."""
    found = {number}
    for before in lessons.lesson(number).needs:
        found |= _needed(before)
    return found


def _arrows(lesson):
    """The lessons that it needs, but for those that another of them needs already."""
    needs = lesson.needs
    return [n for n in needs if not any(n in _needed(other) for other in needs if other != n)]


def course_map(goal=16):
    """The lessons as boxes, left to right; thick: all that the lesson `goal` needs.

    Where the reader's tally has answers of a lesson, its box shows how many exercises are right.
    """
    way, done = _needed(goal), tally.done()
    columns, rows = (max(place[k] for place in PLACES.values()) for k in (0, 1))
    size = (1.25 * (columns + 1), 1.05 * (rows + 1) + 0.2)
    limits = {"xlim": (-0.5, columns + 0.5), "ylim": (rows + 0.45, -0.45)}
    fig, ax = axes("", "", size=size, **limits)
    ax.axis("off")
    boxes = {}
    for lesson in lessons.LESSONS:
        edge = {"edgecolor": "black", "linewidth": 1.8 if lesson.number in way else 0}
        box = {"boxstyle": "round,pad=0.4", "facecolor": COLORS[lesson.part]} | edge
        text = f"{lesson.number:02d} · {lesson.minutes[0]} min"
        if lesson.number in done:
            right, n = done[lesson.number]
            text += " · ✓" if right == n else f" · {right}/{n}"
        drawn = ax.text(
            *PLACES[lesson.number],
            f"{text}\n{viz.wrapped(lesson.subject, 15)}",
            ha="center",
            va="center",
            fontsize=9,
            bbox=box,
        )
        boxes[lesson.number] = drawn.get_bbox_patch()
    for lesson in lessons.LESSONS:
        for number in _arrows(lesson):
            color, width = ("black", 1.8) if {lesson.number, number} <= way else (GREY, 0.8)
            arrow = {"arrowstyle": "-|>", "color": color, "linewidth": width, "shrinkA": 0}
            arrow |= {"shrinkB": 1, "patchA": boxes[number], "patchB": boxes[lesson.number]}
            ends = PLACES[lesson.number], PLACES[number]
            ax.annotate("", *ends, arrowprops=arrow, zorder=4)  # after the boxes have their sizes
    for name, column, row in (
        ("lessons 01 to 07: GANs", 3.8, 0),
        ("lessons 08 to 12: VAEs", 2.6, 2.95),
        ("lessons 13 to 19: text", 2, 4.5),
        ("lesson 18: after GANs", 6.1, 3),
    ):
        paper = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        ax.text(column, row, name, fontsize=11, color=GREY, va="center", zorder=2, bbox=paper)
    viz.show(
        fig,
        "A map of the lessons from left to right, each box with number, minutes and "
        "subject: GANs (lessons 01 to 07) in yellow, VAEs (lessons 08 to 12) in blue, text in "
        "green, and lesson 18, which comes after the GANs, in violet. Arrows lead to the lessons "
        "that need it; the way to lesson 16 is drawn thick.",
    )
