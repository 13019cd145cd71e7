"""One page of A4 about a project: its data, recipe, scores, samples, and what does not work."""

import io
import os
import textwrap
from pathlib import Path

import torch

from . import store, viz
from .project import bracketed, plain

FIELDS = {  # what a person fills in: the name of a field, and its heading on the page
    "title": "Title",
    "author": "Author",
    "question": "Question",
    "answer": "Answer",
    "source": "Source of the text",
    "licence": "Licence",
    "people": "People in the text, and what they agreed to",
    "fails": "What does not work",
    "next": "Next",
}
COLUMNS = ("right", "words kept", "perplexity", "unique", "copies", "useful")
LEFT, RIGHT, TOP, BOTTOM, GAP = 0.07, 0.93, 0.965, 0.04, 0.012  # shares of the page
SIZE = 9  # points of the text
CUTS = ((8, 900), (6, 900), (5, 500), (4, 500), (3, 300), (2, 200), (1, 120))  # in turn: samples,
# and letters a field


def folder(path):
    """The folder `path`, made where it is missing, or None where nobody can write into it.

    Says so in one sentence, so that it is known before a long training and not after.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        store.write_whole(path / ".tried", "")
        os.unlink(path / ".tried")
    except OSError as error:
        print(
            f"No report will be written into {path} ({error.strerror or error}). The page will be "
            "shown below all the same. To keep it, choose a folder that is yours to write."
        )
        return None
    return path


def _wrapped(fig, text, width, size, family):
    """The text broken so that no line is wider than `width`, a share of the page."""
    if family == "monospace":
        return text
    for letters in range(130, 10, -3):
        broken = "\n".join(textwrap.fill(line, letters) for line in text.split("\n"))
        found = fig.text(0, 0, broken, fontsize=size, family=family, parse_math=False)
        fits = found.get_window_extent().width <= width * fig.bbox.width
        found.remove()
        if fits:
            break
    return broken


def _write(fig, x, y, text, width, size=SIZE, weight="normal", family="sans-serif"):
    """Write text from (x, y) downwards; returns where it ends."""
    broken = _wrapped(fig, text, width, size, family)
    kind = {"fontsize": size, "weight": weight, "family": family, "va": "top", "linespacing": 1.3}
    written = fig.text(x, y, broken, parse_math=False, **kind)
    return y - written.get_window_extent().height / fig.bbox.height


def _block(fig, x, y, heading, text, width, **style):
    """Write a heading and a text below it; returns where the next block may begin."""
    y = _write(fig, x, y, heading, width, SIZE + 1, "bold") - 0.004
    return _write(fig, x, y, text, width, **style) - GAP


def _number(row, name):
    """A score as text, with the ends of its interval or its margin: 0.88 .83–.92, 24.5 ±3.0.

    A dash where there is none.
    """
    if row.get(name) is None:
        return "–"
    digits = 1 if name == "perplexity" else 2
    text, margin = f"{row[name]:.{digits}f}", row.get(f"{name} ±")
    if f"{name} from" in row:
        ends = (f"{row[f'{name} {end}']:.2f}" for end in ("from", "to"))
        short = {"0.00": "0", "1.00": "1"}
        return f"{text} {'–'.join(short.get(end, end.removeprefix('0')) for end in ends)}"
    return text if margin is None else f"{text} ±{f'{margin:.{digits}f}'.removeprefix('0')}"


def _setting(row):
    """The setting of a method, with * where it is the smallest or largest that was tried."""
    return "–" if row.get("setting") is None else f"{row['setting']:g}{'*' * bool(row.get('edge'))}"


def score_lines(rows):
    """The scores of methods as lines of text: {method: {name: number}} → a list.

    >>> score_lines({"LC-GAN": {"right": 0.9, "right ±": 0.04, "setting": 100}})[1][:43]
    'LC-GAN                     100 0.90 ±.04   '
    """
    widths = [12 if name in ("words kept", "perplexity") else 13 for name in COLUMNS]
    head = "".join(f" {name:<{width - 1}}" for name, width in zip(COLUMNS, widths))
    lines = [f"{'':21}{'setting':>9}{head}"]
    for method, row in rows.items():
        numbers = "".join(f" {_number(row, n):<{width - 1}}" for n, width in zip(COLUMNS, widths))
        lines.append(f"{method[:21]:21}{_setting(row):>9}{numbers}")
    return lines


def table(rows):
    """The rows for `viz.table`: the setting and each score, as on the page, and what exists."""
    names = [*COLUMNS, *["exists"] * any("exists" in row for row in rows.values())]
    return {
        method: {"setting": _setting(row)} | {name: _number(row, name) for name in names}
        for method, row in rows.items()
    }


def scores_note(rows):
    """How many lines the scores are of, and what their margins are: a text."""
    counts = sorted({row["n"] for row in rows.values() if "n" in row})
    said = f"{' or '.join(map(str, counts)) or 'An unknown number of'} lines, none used to choose"
    said += " a setting. Beside each score is its 95 % interval, or ± half of it."
    said += " It says nothing of other VAEs, splits or trainings."
    if any(row.get("edge") for row in rows.values()):
        said += " *: the smallest or largest setting that was tried, so another may be better."
    return said


def draw_scores(ax, rows):
    """Bars of what is right, and of the part of it that is useful, with their margins."""
    names = list(rows)
    columns = {"right": 1.06, "useful": 1.23}
    columns |= {"exists": 1.43} if any("exists" in row for row in rows.values()) else {}
    for k, name in enumerate(names):
        row = rows[name]
        for what, color in (("right", "#F5D9A3"), ("useful", viz.FAKE)):
            x, half = row[what], row.get(f"{what} ±", 0)
            ends = [x - row.get(f"{what} from", x - half)], [row.get(f"{what} to", x + half) - x]
            ax.barh(k, x, 0.62, color=color)
            ax.errorbar(x, k, xerr=ends, color="black", capsize=2, lw=1)
        for what, x in columns.items():
            ax.text(x, k, _number(row, what).split()[0], va="center", fontsize=SIZE)
    for what, x in columns.items():
        ax.text(x, -0.85, what, va="center", fontsize=SIZE)
    ax.set_yticks(range(len(names)), names, fontsize=SIZE)
    ax.set(
        xlim=(0, 1.4 + 0.2 * (len(columns) - 2)),
        ylim=(len(names) - 0.5, -1.2),
        xticks=[0, 0.5, 1],
    )
    ax.tick_params(axis="x", labelsize=SIZE)
    ax.spines["bottom"].set_bounds(0, 1)
    ax.set_xlabel("pale: right; full colour: useful; lines: 95 % intervals", fontsize=SIZE)


def sample_lines(before, asked, after, right, learnt, n):
    """Lines as drawn: what was asked, a ✓ or ✗ for whether it came, (=) for a training line."""
    known, lines = set(map(plain, learnt)), []
    for old, wish, new, good in list(zip(before, asked, after, right))[:n]:
        copy = " (=)" if plain(new) in known else ""
        lines += [f"{plain(old)}   [{wish}]"]
        lines += [f"    {'✓' if good else '✗'} {bracketed(old, new)}{copy}"]
    return lines


def _cut(text, n_letters):
    """The text, or its beginning where it is longer than the page has room for."""
    return text if len(text) <= n_letters else text[: n_letters - 6].rstrip() + " […]"


def _filled(fields, name, n_letters):
    """What was filled in, in one line, or a note that nothing was."""
    return _cut(" ".join(str(fields.get(name, "")).split()) or "[not filled in]", n_letters)


def _laid_out(fields, data, recipe, rows, samples, cut):
    """The page with so many samples and letters a field: (figure, where its text ends)."""
    n_samples, n_letters = cut
    fig, ax = viz.axes("", "", size=(8.27, 11.69))
    fig.set_layout_engine("none")
    width, middle = RIGHT - LEFT, 0.51
    say = {name: _filled(fields, name, n_letters) for name in FIELDS}
    y = _write(fig, LEFT, TOP, _cut(say["title"], 120), width, 15, "bold") - 0.006
    y = _write(fig, LEFT, y, f"by {_cut(say['author'], 120)}", width) - GAP
    half = middle - LEFT - 0.02
    asked = _block(fig, LEFT, y, FIELDS["question"], say["question"], half)
    y = min(asked, _block(fig, middle, y, FIELDS["answer"], say["answer"], RIGHT - middle))
    card = [f"{FIELDS[name]}: {say[name]}" for name in ("source", "licence", "people")]
    ends = [
        _block(fig, LEFT, y, "Data", "\n".join([*card, *map(str, data)]), half),
        _block(fig, middle, y, "Recipe", "\n".join(map(str, recipe)), RIGHT - middle),
    ]
    y = min(ends)
    scores, small = "\n".join(score_lines(rows)), {"family": "monospace", "size": 7.2}
    y = _block(fig, LEFT, y, "Scores", scores, width, **small) + GAP - 0.006
    y = _write(fig, LEFT, y, scores_note(rows), width) - GAP
    height = 0.018 * len(rows) + 0.018
    ax.set_position([LEFT + 0.19, y - height, 0.5, height])
    draw_scores(ax, rows)
    y -= height + 0.05
    shown = "\n".join(sample_lines(*samples, n_samples))
    y = _block(
        fig,
        LEFT,
        y,
        "Samples as drawn, with the wish; ✓ has it, [new words], (=) a copy",
        shown,
        width,
    )
    for name in ("fails", "next"):
        y = _block(fig, LEFT, y, FIELDS[name], say[name], width)
    return fig, y


def page(fields, data, recipe, rows, samples):
    """The page as a figure. What does not fit is cut, samples first; nothing overlaps.

    fields: {name of FIELDS: text}, drawn as it is, without formulas; what is empty says so. data,
    recipe: lists of short lines. rows: what `Project.compare` gives. samples: (before, asked,
    after, right, learnt), lines, wishes as text, lines, True or False, and training lines. Raises
    ValueError for a field that the page does not have.
    """
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"wanted fields of {', '.join(FIELDS)}, got {', '.join(sorted(unknown))}")
    for cut in CUTS:
        fig, end = _laid_out(fields, data, recipe, rows, samples, cut)
        if end >= BOTTOM:
            break
    return viz.legible(fig)


def save(place, fig, numbers):
    """Write report.pdf and report.json into the folder `place`, unless it is None: the paths.

    `place` is what `folder` gave. Raises OSError in one sentence when writing fails.
    """
    if place is None:
        return []
    buffer = io.BytesIO()
    fig.savefig(buffer, format="pdf")
    store.write_whole(place / "report.pdf", buffer.getvalue())
    (place / "report.json").unlink(missing_ok=True)
    store.save_rows(place / "report.json", numbers)
    return [place / "report.pdf", place / "report.json"]


def recipe_lines(steer, **more):
    """What a reader needs to train the actor again: short lines, from the objects themselves."""
    n_seeds = len(steer.actor.net[0].weight)
    lines = [f"{name}: {', '.join(map(str, v))}" for name, v in steer.attributes.values.items()]
    lines += [f"{n_seeds} trainings side by side, {steer.seconds:.0f} CPU seconds"]
    return (
        lines
        + [f"{name}: {value}" for name, value in more.items()]
        + [f"torch {torch.__version__}"]
    )
