"""The figures of lesson 17: seven numbers that mislead, and what was true."""

import ipywidgets as widgets
import numpy as np
from scipy import stats

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

# What an author says, a number, what is true, a number, a test: rows of results/fooled.json
CARDS = {
    "loss": (
        "The loss of our classifier is",
        "{:,.0f}, still falling",
        "right less often than with labels 0 and 1, in 100:",
        "{:.0f}",
        "compute the lowest value",
    ),
    "reward": (
        "The reward of our samples is",
        "{:.2f} of 1",
        "good sentences with an elephant, in 100:",
        "{:.0f}",
        "real sentences; a blind reader",
    ),
    "wishes": (
        "Good sentences with an elephant:",
        "{:.0f} in 100",
        "different sentences among them, effectively:",
        "{:.0f}",
        "count different samples",
    ),
    "word": (
        "The forbidden word falls from 3 in 100 to",
        "{:.0f}",
        "falls as large when nothing is forbidden, in 100:",
        "{:.0f}",
        "the p-value",
    ),
    "likelihood": (
        "Log-likelihood of digits by 100 of our samples:",
        "{:.0f} nats",
        "by 100 real digits as samples (ours are blots):",
        "{:.0f} nats",
        "as many real data as samples",
    ),
    "held-out": (
        "A held-out sentence costs our model",
        "{:.0f} nats",
        "a new sentence costs it:",
        "{:.0f} nats",
        "search for near-duplicates; new sentences",
    ),
    "best": (
        "Cheerful sentences with our best setting:",
        "{:.0f} in 100",
        "with the same setting, drawn again:",
        "{:.0f} in 100",
        "choose on some draws, report on others",
    ),
}


def signed(form, value):
    """A number in words, with a proper minus and a space between thousands."""
    return form.format(value).replace("-", "−").replace(",", " ", 1)


def _cards(table, columns, size):
    """Draw the rows of CARDS: the claims alone (1 column), or the truth beside them (2)."""
    fig, ax = axes("", "", size=size, ylim=(7.1, -0.8), xticks=[], yticks=[])
    ax.set(frame_on=False, xlim=(0, 0.535 if columns == 1 else 1))
    ax.text(0.03, -0.35, "what the author says", color=DARK_FAKE, fontsize=12, weight="bold")
    if columns == 2:
        ax.text(0.545, -0.35, "what is true, and a test", color=REAL, fontsize=12, weight="bold")
    for k, (name, (says, number, truth, other, test)) in enumerate(CARDS.items()):
        row = table[f"cards: {name}"]
        claimed, true = (float(np.median(row[what])) for what in ("claimed", "truth"))
        style = {"fontsize": 11, "va": "center"}
        big = {"fontsize": 14, "weight": "bold", "va": "center", "ha": "right"}
        ax.fill_between((0.02, 0.515), k + 0.05, k + 0.95, color=FAKE, alpha=0.16, linewidth=0)
        ax.text(0.03, k + 0.5, f"{k + 1}  {says}", **style)
        ax.text(0.505, k + 0.5, signed(number, claimed), color=DARK_FAKE, **big)
        if columns == 2:
            ax.fill_between((0.535, 0.98), k + 0.05, k + 0.95, color=REAL, alpha=0.12, linewidth=0)
            ax.text(0.545, k + 0.33, truth, **style)
            ax.text(0.545, k + 0.72, f"test: {test}", color=GREY, **style)
            ax.text(0.97, k + 0.5, signed(other, true), color=REAL, **big)
    return fig


def opening(table):
    """Seven proud numbers, medians over the seeds of results/fooled.json."""
    viz.show(
        _cards(table, columns=1, size=(6.2, 5.4)),
        "Seven rows, each with a number that an author is proud of (medians over five seeds, but "
        "for the 0; the sections show one run): a loss that still falls, a high reward, good "
        "sentences, a word that is gone, a high likelihood, a low cost of held-out sentences, a "
        "good setting.",
    )


def caught(table):
    """The seven proud numbers beside the truth, medians over the seeds of results/fooled.json."""
    viz.show(
        _cards(table, columns=2, size=(11, 5.8)),
        "The seven rows of the opening, and beside each, in blue, what is true of it and a test.",
    )


def diagram():
    """One score, three inputs: your samples, something good, something bad."""
    viz.diagram(
        {
            "good": (0, 0, "real"),
            "samples": (0, 1, "fake"),
            "bad": (0, 2),
            "score": (1, 1, "box"),
            "number": (2, 1),
            "good number": (2, 0),
            "bad number": (2, 2),
        },
        [
            "samples -> score -> number",
            "good -> score -> good number",
            "bad -> score -> bad number",
        ],
        "Three inputs go through one score: your samples, something known to be good, such as "
        "real data, and something known to be bad, such as one sentence repeated. Out come three "
        "numbers. Yours means something only if it is near the good one and far from the bad one.",
        texts={
            "good": "known to be good",
            "samples": "your samples",
            "bad": "known to be bad",
            "number": "your number",
            "good number": "be near this",
            "bad number": "be far from this",
        },
    )


def falling(logs, accuracy):
    """Losses over the steps, and the accuracy of each classifier on held-out sentences."""
    fig, (ax, bars) = axes("step", "", n=2, size=(11.5, 4))
    for name, log in logs.items():
        color, shade = (FAKE, DARK_FAKE) if "−1" in name else (REAL, REAL)
        style, lift = (":", 6) if "random" in name else ("-", 0)
        if "fresh" in name:
            color, style, lift = GREY, "-", -8
            shade = GREY
        smooth = np.median(np.lib.stride_tricks.sliding_window_view(log, 41), -1)
        ax.plot(np.arange(20, len(log) - 20), smooth, color=color, linewidth=2, linestyle=style)
        ax.annotate(
            name.removeprefix("labels "), (len(log) - 20, smooth[-1]), (6, lift), color=shade,
            va="center", textcoords="offset points",
        )  # fmt: skip
    ax.set_yscale("symlog", linthresh=1)
    ax.set(xlim=(0, 1.62 * len(log)), xticks=range(0, len(log) + 1, 200), ylabel="loss [nats]")
    ax.set(ylim=(-1e5, 3), yticks=[-10_000, -1000, -100, -10, -1, 0, 1])
    ax.set_yticklabels(["−10 000", "−1000", "−100", "−10", "−1", "0", "1"])
    names = list(accuracy)[::-1]
    colors = [FAKE if "−1" in name else REAL for name in names]
    places = bars.barh(names, [100 * accuracy[name] for name in names], color=colors)
    for k, name in enumerate(names):
        if "random" in name:  # dotted, as on the left
            places[k].set(facecolor="white", edgecolor=colors[k], linestyle=":", linewidth=2)
        bars.text(100 * accuracy[name] + 2, k, f"{100 * accuracy[name]:.0f}", va="center")
    bars.axvline(50, color="black", linewidth=0.8, linestyle=":", zorder=0)
    bars.text(52, 3.55, "chance", fontsize=10)
    bars.set(xlim=(0, 108), ylim=(-0.6, 3.8))
    bars.set_xlabel("accuracy on held-out sentences [%]")
    viz.show(
        fig,
        "Left the loss (medians of 41 steps), on an axis that is logarithmic below −1. With labels "
        "−1 and 1 it falls far below −1000; with random ones below −1, too, with jumps that may "
        "leave the picture; with random ones drawn afresh at each step it stays near zero. With "
        "labels 0 and 1 it settles above zero, with random ones it stays where it began. Right: "
        "the accuracy is that of chance with random labels; with −1 and 1 it is below that with "
        "0 and 1.",
    )


def one_example(logit, loss):
    """The loss of one example over its logit, {y: losses}: only y = −1 has no lowest value."""
    fig, ax = axes("logit ℓ", "loss of one example [nats]", size=(7, 3.8))
    places = {-1: (-3.2, -4.6), 0: (3.3, 4.8), 1: (-3.2, 4.8)}
    for y, color, shade in ((1, REAL, REAL), (0, GREY, GREY), (-1, FAKE, DARK_FAKE)):
        ax.plot(logit, loss[y], color=color, linewidth=2.5)
        ax.text(*places[y], f"y = {y}".replace("-", "−"), color=shade, ha="center", va="center")
    ax.axhline(0, color="black", linewidth=0.8, linestyle=":")
    ax.set(xlim=(-6, 6), ylim=(-6, 6), xticks=range(-6, 7, 2), yticks=range(-6, 7, 2))
    viz.show(
        fig,
        "Three curves over the logit. With y = 1 the loss falls to zero on the right, with y = 0 "
        "on the left. With y = −1 it goes on falling on the left, a straight line below zero "
        "without end.",
    )


def climbing(climbs, real):
    """Reward and parser over two climbs, a sentence of each, a line at real sentences' reward."""
    fig, panels = axes("step of the climb", "", n=2, size=(11.5, 4.4), ylim=(-0.03, 1.12))
    for ax, (name, looks) in zip(panels, climbs.items()):
        steps = [look["step"] for look in looks]
        for what, color, shade in (("reward", FAKE, DARK_FAKE), ("truth", REAL, REAL)):
            ax.plot(steps, [look[what] for look in looks], color=color)
            last = looks[-1][what]
            place = {"va": "bottom" if last < 0.1 else "center", "color": shade}
            ax.text(steps[-1] + 2, last, f"{what}\n{last:.2f}", **place)
        ax.set(xlim=(0, 1.18 * steps[-1]), xticks=range(0, steps[-1] + 1, 20), title=name)
        ax.axhline(real, color=DARK_FAKE, linestyle=":", linewidth=1.5)
        said = viz.wrapped(looks[-1]["said"][0], 36)
        ax.text(40, 0.5, f"step {steps[-1]}: {said}", fontsize=10, va="center")
    note = f"dotted: reward of real elephant sentences, {real:.2f}"
    panels[1].text(8, real + 0.03, note, color=DARK_FAKE, fontsize=10)
    panels[0].set_ylabel("reward: share of words;  truth: share of sentences")
    viz.show(
        fig,
        "Two panels over 100 steps. Without a penalty the reward, the share of the words that the "
        "bag expects to be elephant, rises to nearly one, while the truth, the share of "
        "grammatical sentences with an elephant, rises to one and falls to nearly zero. With the "
        "penalty the reward stays near three quarters and the truth near one. The reward of real "
        "sentences, dotted, is near zero. A sentence at the end: left broken, right fine.",
    )


def parrots(said, different):
    """100 sentences as a bar, cut wherever the sentence is another, and the first five of them."""
    fig, ax = axes("", "", size=(11, 6), xlim=(0, 100), ylim=(24.6, 0), xticks=[], yticks=[])
    ax.set(frame_on=False)
    for top, (name, texts) in zip((0.2, 8.5, 16.8), said.items()):
        color = REAL if name == "real sentences" else FAKE
        counts = sorted(map(texts.count, set(texts)), reverse=True)
        starts = np.cumsum([0, *counts[:-1]])
        ax.barh(top + 1.7, counts, 1, starts, color=color, edgecolor="white", linewidth=1)
        title = f"{name}: effectively {different[name]:.0f} of 100"
        ax.text(0, top + 1, title, weight="bold", va="bottom")
        for k, text in enumerate(texts[:5]):
            ax.text(1, top + 2.9 + k, text, fontsize=10, va="center")
    viz.show(
        fig,
        "Three bars of a hundred sentences, cut wherever the sentence is another, and the first "
        "five of each. With “be likely” the bar has no cut, and one sentence stands there five "
        "times. With the distance to the start, and with real sentences, it has a cut after each "
        "sentence or nearly so, and the five differ.",
    )


def falls(differences):
    """How the count of a word falls between two hundreds of one and the same grammar."""
    differences = np.asarray(differences)
    fig, ax = axes("count before − count after, 100 sentences each", "pairs of 500", size=(8, 3.6))
    values, counts = np.unique(differences, return_counts=True)
    ax.bar(values, counts, color=[FAKE if value >= 3 else GREY for value in values], width=0.85)
    share = (differences >= 3).mean()
    ax.text(
        0.98, 0.75, f"a fall by 3 or more:\n{100 * share:.0f} in 100 pairs", ha="right",
        color=DARK_FAKE, transform=ax.transAxes,
    )  # fmt: skip
    viz.show(
        fig,
        "A histogram of the fall of a count in 500 pairs in which nothing changed. It is centred "
        f"at zero and reaches from {values[0]} to {values[-1]}. The bars at three or more, in "
        f"orange, hold {100 * share:.0f} of 100 pairs.",
    )


def controls():
    """The sliders of the playground: sentences on each side, and what the filter leaves."""
    style = {"continuous_update": False}
    return {
        "n": widgets.IntSlider(100, 50, 1000, 50, description="sentences", **style),
        "left": widgets.FloatSlider(0, min=0, max=1, step=0.05, description="left", **style),
    }


def board(n, left):
    """500 experiments each with two filters and a word of 3 %: counts, and how many are hits."""
    dice = np.random.default_rng(0)
    fig, panels = axes(f"sentences with the word, of {n} before", "", n=2, size=(11, 3.8))
    top = 0.03 * n + 4 * (0.03 * n) ** 0.5 + 2
    names = {
        1.0: "a filter that does nothing",
        left: f"a filter that leaves {100 * left:.0f} % of the word",
    }
    for ax, (kept, name) in zip(panels, (*names.items(), *names.items())):
        before, after = dice.binomial(n, 0.03, 500), dice.binomial(n, 0.03 * kept, 500)
        hit = stats.hypergeom.sf(before - 1, 2 * n, before + after, n) < 0.05
        shift = dice.uniform(-0.3, 0.3, (2, 500))  # so that equal counts do not hide each other
        for chosen, color, size in ((~hit, GREY, 2.5), (hit, FAKE, 4)):
            points = before[chosen] + shift[0][chosen], after[chosen] + shift[1][chosen]
            ax.plot(*points, "o", color=color, markersize=size, alpha=0.7)
        ax.plot([0, top], [0, top], color="black", linewidth=0.8, linestyle=":")
        ax.set(xlim=(-0.7, top), ylim=(-0.7, top), title=f"{name}\n{hit.sum()} hits of 500")
        if n == 100:  # the author's 3, then 0
            ax.plot(3, 0, "o", markersize=22, markerfacecolor="none", markeredgecolor="black")
    panels[0].set(ylabel=f"of {n} after")
    return fig


def blots(digits, means, nats):
    """100 real digits and 100 cluster means; Parzen scores over the number of samples."""
    fig, panels = axes("", "", n=3, size=(11.5, 4.2))
    sheets = (("real digits", digits), ("cluster means", means))
    for ax, (name, sheet), what in zip(panels, sheets, ("real", "means")):
        sheet = sheet[:25].view(5, 5, 28, 28).transpose(1, 2).reshape(140, 140)
        ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[], frame_on=False)
        ax.set_xlabel(signed(f"100 {name}: {{:.0f}} nats", nats[100][what]), labelpad=8)
    ax, numbers = panels[2], list(nats)
    lines = {"means": (FAKE, DARK_FAKE), "real": (REAL, REAL)}
    for what, (color, shade) in lines.items():
        line = [row[what] for row in nats.values()]
        ax.plot(numbers, line, "o-", color=color, markersize=4)
        place = {"means": (-6, 9), "real": (8, -10)}[what]
        ax.annotate(what, (300, nats[300][what]), place, color=shade, textcoords="offset points",
                    ha="right" if what == "means" else "left")  # fmt: skip
    ax.set(xscale="log", xlim=(20, 1500), xlabel="samples", ylabel="mean log p [nats]")
    ax.set(xticks=[30, 100, 300, 1000], xticklabels=["30", "100", "300", "1000"])
    ax.set(ylim=(-140, 270))
    ax.minorticks_off()
    viz.show(
        fig,
        "Two sheets of 25 digits with their scores: real ones are crisp and score low, means "
        "of clusters are blurred and score high. Then the scores over the number of samples: both "
        "rise, and means are above real digits at each number.",
    )


def planes(plane, truth):
    """The same for eight Gaussians in the plane, {n: (real, means)}, where log p is known."""
    limits = {"ylim": (min(map(min, plane.values())) - 0.04, truth + 0.07), "xlim": (20, 5000)}
    fig, ax = axes("samples", "mean log p [nats]", size=(6, 3.6), xscale="log", **limits)
    for k, name, color, shade in ((0, "real", REAL, REAL), (1, "means", FAKE, DARK_FAKE)):
        ax.plot(list(plane), [row[k] for row in plane.values()], "o-", color=color, markersize=4)
        ax.annotate(name, (300, plane[300][k]), ((6, -10), (-12, 9))[k], color=shade,
                    textcoords="offset points")  # fmt: skip
    ax.set(xticks=[30, 300, 3000], xticklabels=["30", "300", "3000"])
    ax.minorticks_off()
    ax.axhline(truth, color="black", linewidth=0.8, linestyle=":")
    ax.text(24, truth + 0.01, "true mean log p", va="bottom")
    viz.show(
        fig,
        "Scores over the number of samples. Means of clusters are above real points at first; "
        "with 3000 both are near the true mean log p, a dotted line.",
    )


def leaking(nats, entropy):
    """−log p under a copier, {(training text, sentences): nats}; a line at the entropy."""
    fig, ax = axes("−log p of a sentence [nats], mean of 200", "", size=(9.5, 3.6))
    nats = {f"{train} training text,\n{test} sentences": nats[train, test] for train, test in nats}
    names = list(nats)[::-1]
    colors = [FAKE if name == list(nats)[0] else GREY for name in names]
    ink = ["black" if color == FAKE else "white" for color in colors]
    ax.barh(names, [nats[name] for name in names], color=colors)
    for k, name in enumerate(names):
        ax.text(nats[name] - 1, k, f"{nats[name]:.1f}", va="center", ha="right", color=ink[k])
    ax.axvline(entropy, color=REAL, linestyle="--", linewidth=1.5)
    ax.text(
        entropy + 0.8, 3.62, f"entropy {entropy:.1f}: no independent model is below it in the mean",
        color=REAL,
    )  # fmt: skip
    ax.set(xlim=(0, 95), ylim=(-0.5, 4))
    viz.show(
        fig,
        "Four bars. With the crawled training text a held-out sentence takes fewer nats than the "
        "entropy, marked by a dashed line, and a new sentence more than three times as many. "
        "With the clean training text held-out and new sentences take the same, far beyond it.",
    )


def best_of(tried, plain, strengths):
    """First scores of many settings, and the best one's on new draws: {name: (scores, again)}."""
    fig, panels = axes("", "", n=2, size=(11, 3.8), ylim=(0, 1.18), yticks=[0, 0.5, 1])
    places = (np.arange(1, 21), np.asarray(strengths))
    for ax, (name, (scores, again)), color, x in zip(
        panels, tried.items(), (FAKE, FURTHER[0]), places
    ):
        best, step = x[int(np.argmax(scores))], x[1] - x[0]
        end = x[-1] + 4 * step
        ax.axhline(plain, color="black", linestyle=":", linewidth=0.8)
        ax.plot(x, scores, "o", color=color, alpha=0.6, markersize=6)
        ax.plot(best, max(scores), "o", color=color, markersize=10, markeredgecolor="black")
        ax.annotate(
            "", (end, again), (best, max(scores)), arrowprops={"arrowstyle": "->", "color": GREY}
        )
        ax.annotate(
            f"the best: {max(scores):.2f}", (best, max(scores)), (0, 10), ha="center",
            textcoords="offset points",
        )  # fmt: skip
        ax.plot(end, again, "D", color=REAL, markersize=9)
        ax.text(
            end, again - 0.08, f"3000 new\ndraws: {again:.2f}", ha="center", va="top", color=REAL
        )
        ax.set(xlim=(0, x[-1] + 8 * step), title=name)
    panels[0].set(
        xlabel="rotation", xticks=[1, 5, 10, 15, 20], ylabel="share of cheerful sentences"
    )
    panels[1].set(xlabel="strength: what the vector is multiplied by", xticks=range(0, 7))
    panels[0].text(6, 0.06, f"dotted: nothing changed, {plain:.2f}", fontsize=10)
    viz.show(
        fig,
        "Left, twenty rotations scatter about a dotted line at one third. The best is ringed and "
        "well above; drawn again it is on the line. Right, the shares rise with the strength of an "
        "attribute vector to nearly one; the best of them, drawn again, stays there.",
    )
