"""The figures of lesson 00, start here: a steered sentence, and the map of the course."""

import ipywidgets as widgets

from .. import lessons, viz
from ..text import english
from ..viz import DARK_FAKE, GREY, REAL, axes

SAME = "as it is"
PARTS = list(dict.fromkeys(lesson.part for lesson in lessons.LESSONS))
COLORS = dict(zip(PARTS, ("#DDDDDD", "#F7D794", "#9CCBE8", "#9ADBC4")))
ROWS = dict(zip(PARTS, (0, 0, 2, 3)))  # the first row of each part
WRITTEN = {"gan": "GAN", "gans": "GANs", "kl": "KL", "vae": "VAE", "lcgan": "LC-GAN"}
WRITTEN |= {"wasserstein": "Wasserstein"}


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
    """The sentence that was typed, what comes back unasked, and what comes back when asked."""
    wish = {name: v for name, v in (("kind", kind), ("tense", tense)) if v != SAME}
    z = vae.encode(sentence or "Hello.")
    fig, ax = axes("", "", size=(9, 1.9), xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    for height, what, said, color in (
        (0.85, "you typed", sentence, REAL),
        (0.5, "it says, unasked", vae.decode(z), GREY),
        (0.15, f"{' · '.join(wish.values()) or 'nothing asked'}", vae.decode(steer(z, wish)), None),
    ):
        ax.text(0, height, what, color=color or DARK_FAKE, fontsize=11, va="center")
        ax.text(0.24, height, said, color=color or DARK_FAKE, fontsize=14, va="center")
    return fig


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


def _places():
    """{number: (column, row)}: columns after all that a lesson needs, rows by part, first free."""
    places = {}
    for lesson in lessons.LESSONS:
        column = 1 + max((places[number][0] for number in lesson.needs), default=-1)
        row = ROWS[lesson.part]
        while (column, row) in places.values():
            row += 1
        places[lesson.number] = (column, row)
    return places


def _connect(ax, start, end, boxes, color, width):
    """An arrow from box to box: straight to a neighbour, else round one corner."""
    (column, row), (next_column, next_row) = start, end
    style = "arc3"
    if row != next_row and next_column - column > 1:  # to the right, then down
        style = "angle,angleA=0,angleB=90,rad=8"
    elif abs(next_row - row) > 1:  # down, then to the right
        style = "angle,angleA=90,angleB=180,rad=8"
    arrow = {"arrowstyle": "-|>", "connectionstyle": style, "color": color, "linewidth": width}
    arrow |= {"patchA": boxes[start], "patchB": boxes[end], "shrinkA": 0, "shrinkB": 1}
    ax.annotate("", end, start, arrowprops=arrow)


def _name(lesson):
    """The subject of a lesson, as it is written in a sentence."""
    name = lesson.stem.replace("_", " ").replace("trade offs", "trade-offs")
    return viz.wrapped(" ".join(WRITTEN.get(word, word) for word in name.split()), 15)


def course_map(goal=16):
    """The lessons as boxes, left to right; thick: all that the lesson `goal` needs."""
    places, way = _places(), _needed(goal)
    columns, rows = (max(place[k] for place in places.values()) for k in (0, 1))
    size = (1.25 * (columns + 1), 1.05 * (rows + 1) + 0.2)
    limits = {"xlim": (-0.5, columns + 0.5), "ylim": (rows + 0.45, -0.45)}
    fig, ax = axes("", "", size=size, **limits)
    ax.axis("off")
    boxes = {}
    for lesson in lessons.LESSONS:
        edge = {"edgecolor": "black", "linewidth": 1.8 if lesson.number in way else 0}
        box = {"boxstyle": "round,pad=0.4", "facecolor": COLORS[lesson.part]} | edge
        place, text = places[lesson.number], f"{lesson.number:02d} · {lesson.minutes[0]} min"
        drawn = ax.text(
            *place, f"{text}\n{_name(lesson)}", ha="center", va="center", fontsize=9, bbox=box
        )
        boxes[place] = drawn.get_bbox_patch()
    for lesson in lessons.LESSONS:
        for number in lesson.needs:
            style = ("black", 1.8) if {lesson.number, number} <= way else (GREY, 0.8)
            _connect(ax, places[number], places[lesson.number], boxes, *style)
    for name, column, row in (
        ("lessons 01 to 06: GANs", 4.7, 0),
        ("lessons 08 to 12: VAEs", 6.6, 2),
        ("lessons 13 to 19: text", 0.0, 3),
    ):
        ax.text(column, row, name, fontsize=11, color=GREY, va="center")
    viz.show(
        fig,
        "A map of the lessons in rows from left to right, each box with number, minutes and "
        "subject: GANs (lessons 01 to 06) in yellow, VAEs (lessons 08 to 12) in blue, text in "
        "green. Arrows lead to the lessons that need it; the way to lesson 16 is drawn thick.",
    )
