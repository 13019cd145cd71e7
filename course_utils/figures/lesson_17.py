"""The figures of lesson 17: seven numbers that mislead, and what was true."""

import ipywidgets as widgets
import numpy as np
from scipy import stats

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

# What an author says, a number, what is true, a number: rows of results/fooled.json
CARDS = {
    "loss": (
        "The loss of our classifier is",
        "{:,.0f}, still falling",
        "right less often than with labels 0 and 1, in 100:",
        "{:.0f}",
    ),
    "reward": (
        "The reward of our samples is",
        "{:.2f} of 1",
        "good sentences with an elephant, in 100:",
        "{:.0f}",
    ),
    "wishes": (
        "Good sentences with an elephant:",
        "{:.0f} in 100",
        "different sentences among them, effectively:",
        "{:.0f}",
    ),
    "word": (
        "The forbidden word falls from 3 in 100 to",
        "{:.0f}",
        "falls as large when nothing is forbidden, in 100:",
        "{:.0f}",
    ),
    "likelihood": (
        "Log-likelihood of digits by 100 of our samples:",
        "{:.0f} nats",
        "by 100 real digits as samples (ours are blots):",
        "{:.0f} nats",
    ),
    "held-out": (
        "A held-out sentence costs our model",
        "{:.0f} nats",
        "a new sentence costs it:",
        "{:.0f} nats",
    ),
    "best": (
        "Cheerful sentences with our best setting:",
        "{:.0f} in 100",
        "with the same setting, drawn again:",
        "{:.0f} in 100",
    ),
}


def signed(form, value):
    """A number in words, with a proper minus and a space between thousands."""
    return form.format(value).replace("-", "−").replace(",", " ", 1)


def opening(table):
    """Seven proud numbers beside the truth, medians over the seeds of results/fooled.json."""
    fig, ax = axes("", "", size=(11, 5.4), xlim=(0, 1), ylim=(7.1, -0.8), xticks=[], yticks=[])
    ax.set(frame_on=False)
    ax.text(0.03, -0.35, "what the author says", color=DARK_FAKE, fontsize=12, weight="bold")
    ax.text(0.545, -0.35, "what is true", color=REAL, fontsize=12, weight="bold")
    for k, (name, (says, number, truth, other)) in enumerate(CARDS.items()):
        row = table[f"cards: {name}"]
        claimed, true = (float(np.median(row[what])) for what in ("claimed", "truth"))
        style = {"fontsize": 11, "va": "center"}
        big = {"fontsize": 14, "weight": "bold", "va": "center", "ha": "right"}
        ax.axhspan(k + 0.05, k + 0.95, 0.02, 0.515, color=FAKE, alpha=0.16, linewidth=0)
        ax.axhspan(k + 0.05, k + 0.95, 0.535, 0.98, color=REAL, alpha=0.12, linewidth=0)
        ax.text(0.03, k + 0.5, f"{k + 1}  {says}", **style)
        ax.text(0.505, k + 0.5, signed(number, claimed), color=DARK_FAKE, **big)
        ax.text(0.545, k + 0.5, truth, **style)
        ax.text(0.97, k + 0.5, signed(other, true), color=REAL, **big)
    viz.show(
        fig,
        "Seven rows. Left, in orange, a number that an author is proud of: a loss that still "
        "falls, a high reward, good sentences, a word that is gone, a high likelihood, a "
        "low cost of held-out sentences, a good setting. Right, in blue, what is true of it.",
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


def falling(logs, right):
    """Losses over the steps, and how often each classifier is right on held-out codes."""
    fig, (ax, bars) = axes("step", "", n=2, size=(11.5, 4))
    for name, log in logs.items():
        color, shade = (FAKE, DARK_FAKE) if "−1" in name else (REAL, REAL)
        style, lift = (":", 6) if "shuffled" in name else ("-", 0 if "−1" in name else -6)
        smooth = np.median(np.lib.stride_tricks.sliding_window_view(log, 41), -1)
        ax.plot(np.arange(20, len(log) - 20), smooth, color=color, linewidth=2, linestyle=style)
        ax.annotate(
            name.removeprefix("labels "), (len(log) - 20, smooth[-1]), (6, lift), color=shade,
            va="center", textcoords="offset points",
        )  # fmt: skip
    ax.set_yscale("symlog", linthresh=1)
    ax.set(xlim=(0, 1.5 * len(log)), xticks=range(0, len(log) + 1, 200), ylabel="loss [nats]")
    ax.set(ylim=(-1e5, 3), yticks=[-10_000, -1000, -100, -10, -1, 0, 1])
    ax.set_yticklabels(["−10 000", "−1000", "−100", "−10", "−1", "0", "1"])
    names = list(right)[::-1]
    colors = [FAKE if "−1" in name else REAL for name in names]
    places = bars.barh(names, [100 * right[name] for name in names], color=colors)
    for k, name in enumerate(names):
        places[k].set_alpha(0.45 if "shuffled" in name else 1)
        bars.text(100 * right[name] + 1, k, f"{100 * right[name]:.0f}", va="center")
    bars.axvline(50, color="black", linewidth=0.8, linestyle=":")
    bars.text(52, 3.55, "chance", fontsize=10)
    bars.set(xlim=(0, 108), xlabel="right on held-out codes, in 100", ylim=(-0.6, 3.8))
    viz.show(
        fig,
        "Left the loss (medians of 41 steps), on an axis that is logarithmic below −1. With labels "
        "−1 and 1 it falls far below −1000, and with shuffled ones below −1, too. With labels 0 "
        "and 1 it settles above zero, with shuffled ones it stays where it began. Right: with "
        "shuffled labels both are near chance; with −1 and 1 fewer are right than with 0 and 1.",
    )


def climbing(climbs):
    """Reward and parser over the steps of two climbs, and a sentence at the end of each."""
    fig, panels = axes("step of the climb", "", n=2, size=(11.5, 4.4), ylim=(-0.03, 1.12))
    for ax, (name, looks) in zip(panels, climbs.items()):
        steps = [look["step"] for look in looks]
        for what, color, shade in (("reward", FAKE, DARK_FAKE), ("truth", REAL, REAL)):
            ax.plot(steps, [look[what] for look in looks], color=color)
            last = looks[-1][what]
            ax.text(steps[-1] + 2, last, f"{what}\n{last:.2f}", va="center", color=shade)
        ax.set(xlim=(0, 1.18 * steps[-1]), xticks=range(0, steps[-1] + 1, 20), title=name)
        said = viz.wrapped(looks[-1]["said"][0], 36)
        ax.text(40, 0.5, f"step {steps[-1]}: {said}", fontsize=10, va="center")
    panels[0].set(ylabel="share of 1")
    viz.show(
        fig,
        "Two panels over 100 steps. Without a penalty the reward, the probability of elephant by "
        "the bag, rises to nearly one, while the truth, the share of grammatical sentences with an "
        "elephant, rises to one and falls to nearly zero. With the penalty the reward stays near "
        "three quarters and the truth near one. A sentence at the end: left broken, right fine.",
    )


def parrots(said, different):
    """A square for each of 100 sentences, in one colour where sentences are equal."""
    fig, panels = axes("", "", n=3, size=(11, 5.2), xticks=[], yticks=[], frame_on=False)
    for ax, (name, texts) in zip(panels, said.items()):
        order = {text: k for k, text in enumerate(dict.fromkeys(texts))}
        shades = np.array([(37 * order[text]) % 100 for text in texts]).reshape(10, 10)
        ax.pcolormesh(shades, cmap="viridis", vmin=0, vmax=110, edgecolors="white", linewidth=2)
        ax.set(aspect="equal", ylim=(13.2, -2.2))
        title = f"{name}\neffectively {different[name]:.0f} of 100"
        ax.text(5, -0.3, title, ha="center", va="bottom", weight="bold")
        frequent = max(order, key=texts.count)
        words = viz.wrapped(f"{texts.count(frequent)} × “{frequent}”", 34)
        ax.text(5, 10.3, words, fontsize=10, ha="center", va="top")
    viz.show(
        fig,
        "Three grids of a hundred squares, a square a sentence, equal sentences in one colour. "
        "With “be likely” all squares have one colour. With the distance to the start, and among "
        "real sentences, colours differ. Below, the most frequent sentence of each.",
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
    panels[0].set(ylabel=f"of {n} after")
    return fig


def blots(digits, means, nats, plane, truth):
    """100 real digits and 100 cluster means; Parzen scores over the number of samples."""
    fig, panels = axes("", "", n=4, size=(12, 3.6))
    for ax, sheet, name, k in zip(
        panels, (digits, means), ("real digits", "cluster means"), (0, 1)
    ):
        sheet = sheet[:25].view(5, 5, 28, 28).transpose(1, 2).reshape(140, 140)
        ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[], frame_on=False)
        ax.set_title(signed(f"100 {name}:\n{{:.0f}} nats", nats[100][k]))
    for ax, scores, title in zip(panels[2:], (nats, plane), ("784 pixels", "the plane")):
        numbers = list(scores)
        for k, name, color, shade in ((0, "real", REAL, REAL), (1, "means", FAKE, DARK_FAKE)):
            line = [row[k] for row in scores.values()]
            ax.plot(numbers, line, "o-", color=color, markersize=4)
            place = {"xytext": ((6, -6), (-12, 9))[k], "va": ("top", "bottom")[k]}
            ax.annotate(name, (300, scores[300][k]), color=shade, textcoords="offset points",
                        ha=("left", "center")[k], **place)  # fmt: skip
        ax.set(xscale="log", xlim=(20, 5000), xlabel="samples", title=f"{title}: nats")
        ax.set(xticks=[30, 300, 3000], xticklabels=["30", "300", "3000"])
        ax.minorticks_off()
    panels[2].set(ylim=(-140, 270))
    panels[3].axhline(truth, color="black", linewidth=0.8, linestyle=":")
    panels[3].text(24, truth + 0.01, "true mean log p", va="bottom")
    panels[3].set(ylim=(min(map(min, plane.values())) - 0.04, truth + 0.07))
    viz.show(
        fig,
        "Two sheets of 25 digits with their scores: real ones are crisp and score low, means "
        "of clusters are blurred and score high. Then the scores over the number of samples. In "
        "784 pixels both rise, and means are above real digits at each number up to 3000. In the "
        "plane both meet at the true mean log p, a dotted line.",
    )


def leaking(nats, entropy):
    """−log p of sentences under a copier, for two training texts; a line at the entropy."""
    fig, ax = axes("−log p of a sentence [nats], mean of 200", "", size=(9.5, 3.6))
    names = list(nats)[::-1]
    colors = [FAKE if name == list(nats)[0] else GREY for name in names]
    ink = ["black" if color == FAKE else "white" for color in colors]
    ax.barh(names, [nats[name] for name in names], color=colors)
    for k, name in enumerate(names):
        ax.text(nats[name] - 1, k, f"{nats[name]:.1f}", va="center", ha="right", color=ink[k])
    ax.axvline(entropy, color=REAL, linestyle="--", linewidth=1.5)
    ax.text(entropy + 0.8, 3.62, f"entropy {entropy:.1f}: no honest mean is lower", color=REAL)
    ax.set(xlim=(0, 95), ylim=(-0.5, 4))
    viz.show(
        fig,
        "Four bars. With the crawled training text a held-out sentence takes fewer nats than the "
        "entropy, marked by a dashed line, and a new sentence more than three times as many. "
        "With the honest training text held-out and new sentences take the same, far beyond it.",
    )


def best_of(tried, plain):
    """First scores of many settings, and the best one's on new draws: {name: (scores, again)}."""
    fig, panels = axes("", "", n=2, size=(11, 3.8), ylim=(0, 1.22), yticks=[0, 0.5, 1])
    for ax, (name, (scores, again)), color in zip(panels, tried.items(), (FAKE, FURTHER[0])):
        best, end = int(np.argmax(scores)) + 1, len(scores) + 4
        ax.axhline(plain, color="black", linestyle=":", linewidth=0.8)
        ax.plot(range(1, len(scores) + 1), scores, "o", color=color, alpha=0.6, markersize=6)
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
        ax.set(xlim=(0, len(scores) + 8), title=name, xticks=[1, 5, 10, 15, 20], xlabel="setting")
    panels[0].text(6, 0.06, f"dotted: nothing changed, {plain:.2f}", fontsize=10)
    panels[0].set(ylabel="share of cheerful sentences")
    viz.show(
        fig,
        "Left, twenty rotations scatter about a dotted line at one third. The best is ringed and "
        "well above; drawn again it is on the line. Right, twenty strengths of an attribute vector "
        "climb to nearly one, and the best of them keeps its score when it is drawn again.",
    )
