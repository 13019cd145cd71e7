"""The figures of lesson 19, the capstone: its machine, edits word by word, labels by hand."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from .. import report, viz
from ..project import marked
from ..text import tokenise
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

SIZE = 11  # points of the text of an edit


def diagram():
    """The machine of a project, from a file to a page; a person changes the two blue boxes."""
    viz.diagram(
        {
            "file": (0, 1, "real box"),
            "encoder": (1, 0, "frozen"),
            "attribute": (1, 1, "real box"),
            "critics": (2, 0, "critic box"),
            "model": (1, 2, "box"),
            "actor": (3, 0, "fake box"),
            "start": (3, 0.9),
            "decoder": (4, 0, "frozen"),
            "steered": (4, 1, "fake"),
            "page": (4, 2, "box"),
        },
        [
            "file -> encoder: to learn from",
            "encoder -> critics: codes z",
            "attribute -> critics: labels",
            "start -> actor -> decoder: z′",
            "decoder -> steered -> page",
            "file -> model: held out",
            "model -> page: ordinary?",
            "attribute -> page: right?",
        ],
        "A file is split into lines to learn from and held-out lines. The encoder of a text VAE "
        "makes codes of the first. Codes and the labels of the attribute train two critics, and "
        "their gradients train an actor. It moves the code of a line to where a wish holds, and "
        "the decoder gives a steered line. Three language models, the judges, learn from held-out "
        "lines. On the page they say whether the steered line is ordinary, and the attribute says "
        "whether it is right. File and attribute are blue: you change them.",
        gradients=["critics -> actor"],
        texts={
            "file": "1 your file",
            "encoder": "VAE: encoder",
            "decoder": "VAE: decoder",
            "attribute": "2 your attribute",
            "critics": "two critics",
            "start": "z of a line, and a wish",
            "steered": "steered line",
            "model": "three judges",
            "page": "one page",
        },
    )


def _drawn(ax, x, y, pairs, plain_color, new_color):
    """Write words from x on, those that are marked in bold; letters have one width."""
    for word, is_marked in pairs:
        ax.text(
            x,
            y,
            word,
            family="monospace",
            fontsize=SIZE,
            color=new_color if is_marked else plain_color,
            weight="bold" if is_marked else "normal",
            va="center",
            parse_math=False,
        )
        x += len(word) + 1


def before_after(rows, note_heading=""):
    """Lines before and after, and what was asked for; words that went and words that came are bold.

    `rows` is a list of (before, asked, after), or of (before, asked, after, note).
    """
    wishes = {row[1] for row in rows}
    after = "after" if len(wishes) > 1 else f"after, asked for “{wishes.pop()}”"
    lengths = [max(len(" ".join(tokenise(row[k]))) for row in rows) for k in (0, 2)]
    asked = max(len(row[1]) for row in rows) if wishes else -3  # one wish stands in the heading
    start = [0, lengths[0] + 3, lengths[0] + asked + 6, sum(lengths) + asked + 9]
    note = max([len(note_heading), *(len(row[3]) for row in rows if len(row) > 3)])
    width = max(start[3] + note, 60)
    size = (min(12.5, 0.093 * width + 0.4), 0.34 * len(rows) + 0.7)
    fig, ax = axes("", "", size=size, xlim=(-0.5, width), ylim=(len(rows) - 0.3, -1.2))
    ax.set_axis_off()
    headings = [(0, "before", REAL), (2, after, DARK_FAKE)] + [(1, "asked for", "black")] * bool(
        wishes
    )
    headings += [(3, note_heading, "black")]
    for column, text, color in headings:
        ax.text(start[column], -0.85, text, fontsize=SIZE, color=color, va="center", weight="bold")
    for k, (before, wish, said, *more) in enumerate(rows):
        _drawn(ax, start[0], k, marked(said, before), GREY, REAL)
        _drawn(ax, start[2], k, marked(before, said), GREY, DARK_FAKE)
        if wishes:
            _drawn(ax, start[1], k, [(wish, False)], "black", "black")
        if more:
            ax.text(start[3], k, more[0], fontsize=SIZE, va="center", color="black")
    viz.show(
        fig,
        "Lines before and after, and what was asked for. Words that both have are "
        "grey, also where they changed places. Words that went are bold and blue on the left, "
        "words that came are bold and orange on the right.",
    )


def sources(rows):
    """Copies and perplexity of several sources of lines: {name: {"copies", "perplexity"}}."""
    fig, ax = axes(
        "copies: share of lines that are training lines",
        "perplexity by the judges\n(lower: less unusual)",
        size=(8.4, 4),
        xlim=(-0.05, 1.2),
        xticks=np.arange(0, 1.01, 0.2),
        yscale="log",
    )
    perplexities = [row["perplexity"] for row in rows.values()]
    ax.set_ylim(min(perplexities) / 1.35, max(perplexities) * 1.35)
    for name, row in rows.items():
        x, y = row["copies"], row["perplexity"]
        color = FAKE if name.startswith("VAE") else GREY
        color = REAL if name in ("parrot", "whole file") else color
        ax.plot(x, y, "o", markersize=9, color=color)
        if name == "whole file":
            ax.axvline(x, color=REAL, linestyle=":", linewidth=1.5)
        place = {"VAE": (-9, 0), "whole file": (9, -11)}.get(name, (9, 0))
        ax.annotate(
            f"{name}: {row['copies']:.0%}",
            (x, y),
            place,
            textcoords="offset points",
            va="center",
            ha="left" if place[0] > 0 else "right",
            fontsize=11,
        )
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter("{x:.0f}")
    ax.minorticks_off()
    seen = ", ".join(f"{name} {row['perplexity']:.0f}" for name, row in rows.items())
    viz.show(
        fig,
        "Each source of lines is a point: its share of copies, and its perplexity. Lines of the "
        "file are blue, those of the VAE orange, and those of the typist grey. A dotted line marks "
        f"the copies of draws from the whole file. Perplexities: {seen}.",
    )


def buttons(hand):
    """The four buttons below a card: {what stands on it: what it does}."""
    return {
        "yes": lambda: hand.answer(1),
        "no": lambda: hand.answer(0),
        "cannot say": lambda: hand.answer(-1),
        "back": hand.back,
    }


def hand_card(hand, question):
    """The line to label now, the question, and how many have an answer."""
    fig, ax = axes("", "", size=(9, 1.9), xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)
    line, done = hand.shown() or "Done. Run the next cell.", len(hand.answers)
    ax.text(0.5, 0.85, question, ha="center", fontsize=12, color=GREY, parse_math=False)
    ax.text(
        0.5,
        0.48,
        viz.wrapped(line, 60),
        ha="center",
        va="center",
        fontsize=15,
        color=REAL,
        parse_math=False,
    )
    ax.text(0.5, 0.05, f"{done} of {len(hand.lines)} labelled", ha="center", fontsize=11)
    return fig


def scores(tables):
    """Bars of what is right and what is useful for each method, a panel for each project."""
    rows = max(map(len, tables.values()))
    fig, panels = axes("", "", n=len(tables), size=(6.4 * len(tables), 0.42 * rows + 1.3))
    for ax, (name, table) in zip(np.atleast_1d(panels), tables.items()):
        report.draw_scores(ax, table)
        ax.set_title(name, loc="left", fontsize=12)
    viz.show(
        fig,
        "For each project a bar for each method. Its pale length is the share of lines that have "
        "what was asked for. The full colour is what is also new, ordinary, and counted once.",
    )


def outcomes(tables, to_be_had):
    """What became of the lines of each method, for each kind of wish: {wish: {method: shares}}.

    The shares are those of "new name", "copy or repeat" and "no such name", stacked, and a mark at
    the share that is "useful". Without an oracle the bars are those of what is useful, and of what
    else is right, and the mark is at the "copies". `to_be_had` is {wish: {"new": the share of lines
    that have a new right answer}}, drawn as a dotted line, or empty.
    """
    methods = list(next(iter(tables.values())))
    kinds, mark = (
        {"new name": FAKE, "copy or repeat": "#F5D9A3", "no such name": "#C8C8C8"},
        "useful",
    )
    if "new name" not in tables[next(iter(tables))][methods[0]]:
        kinds, mark = {"useful": FAKE, "right but not useful": "#F5D9A3"}, "copies"
    size = (max(6.4, min(12.5, 3.4 + 4.4 * len(tables))), 0.42 * len(methods) + 1.6)
    fig, panels = axes("", "", n=len(tables), size=size, xlim=(0, 1))
    panels = np.atleast_1d(panels)
    for ax, (wish, table) in zip(panels, tables.items()):
        start = np.zeros(len(methods))
        for kind, color in kinds.items():
            rest = [row["right"] - row["useful"] for row in table.values()]
            share = np.array([row.get(kind, left) for row, left in zip(table.values(), rest)])
            ax.barh(range(len(methods)), share, 0.7, left=start, color=color, label=kind)
            start += share
        style = {"color": "black", "markersize": 17, "markeredgewidth": 2.5}
        marks = [row[mark] for row in table.values()]
        ax.plot(marks, range(len(methods)), "|", label=mark, **style)
        if wish in to_be_had:
            style = {"color": "black", "linestyle": ":", "linewidth": 1.8}
            ax.axvline(to_be_had[wish]["new"], label="new right answer exists", **style)
        ax.set_title(f"asked for “{wish}”", loc="left", fontsize=12)
        ax.set(ylim=(len(methods) - 0.4, -0.6), xlabel="share of the lines")
        ax.set_yticks(range(len(methods)), methods if ax is panels[0] else [])
    named, words = panels[0].get_legend_handles_labels()
    fig.legend(named, words, loc="outside upper center", ncols=5, frameon=False, fontsize=11)
    dotted = " A dotted line shows for how many lines a right answer exists that is new."
    viz.show(
        fig,
        f"For each wish a bar for each method, in parts: {', '.join(kinds)}. Together they are the "
        f"lines that are right. A black mark shows how many are {mark}.{dotted * bool(to_be_had)}",
    )


def trade_off(rows):
    """Words kept over the share that is right: {method: [scores of its settings]}."""
    fig, ax = axes("right: has what was asked for", "words kept", size=(8, 4.2), xlim=(0, 1.28))
    colors = {"LC-GAN": FAKE, "gradient ascent": FURTHER[0], "attribute vectors": FURTHER[1]}
    for method, settings in rows.items():
        x, y = ([row[name] for row in settings] for name in ("right", "words kept"))
        ax.plot(x, y, "o-", color=colors[method], markersize=5)
        side = -1 if method == "LC-GAN" else 1  # to the left: other lines go on to the right of it
        style = {"ha": "right" if side < 0 else "left", "va": "center", "fontsize": 11}
        color = DARK_FAKE if method == "LC-GAN" else colors[method]
        ax.text(x[-1] + 0.012 * side, y[-1] + min(0, 0.02 * side), method, color=color, **style)
    ax.set_xticks(np.arange(0, 1.01, 0.2))
    viz.show(
        fig,
        "Words kept over the share of wishes that came true, a line for each method through its "
        "settings. All lines fall: what is asked for more loudly costs more words.",
    )
