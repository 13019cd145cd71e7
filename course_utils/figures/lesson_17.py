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
        "{:.0f}, and still falling",
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
        "Wishes for a question that come true:",
        "{:.0f} in 100",
        "different sentences, effectively, of 200:",
        "{:.1f}",
    ),
    "word": (
        "The forbidden word falls from 3 in 100 to",
        "{:.0f}",
        "falls as large when nothing is forbidden, in 100:",
        "{:.0f}",
    ),
    "likelihood": (
        "Log-likelihood of digits by our samples:",
        "{:.0f} nats",
        "by real digits as samples (ours are blots):",
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
        ax.text(0.505, k + 0.5, number.format(claimed).replace("-", "−"), color=DARK_FAKE, **big)
        ax.text(0.545, k + 0.5, truth, **style)
        ax.text(0.97, k + 0.5, other.format(true), color=REAL, **big)
    viz.show(
        fig,
        "Seven rows. Left, in orange, a number that an author is proud of: a loss that still "
        "falls, a high reward, wishes that come true, a word that is gone, a high likelihood, a "
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
            "good": "known to be good:\nreal data, the truth",
            "samples": "your samples",
            "bad": "known to be bad:\na parrot, no change",
            "number": "your number",
            "good number": "what it should be near",
            "bad number": "what it should be far from",
        },
    )


def falling(logs, right):
    """Two losses over the steps, and how often each classifier is right on held-out codes."""
    fig, (ax, bars) = axes("step", "", n=2, size=(11, 3.6))
    for (name, log), color in zip(logs.items(), (REAL, FAKE)):
        ax.plot(log, color=color, linewidth=1.3)
        shade = REAL if color == REAL else DARK_FAKE
        ax.text(len(log) * 1.02, log[-1], name, color=shade, va="center")
    ax.set_yscale("symlog", linthresh=1)
    ax.set(xlim=(0, 1.35 * len(log)), xticks=range(0, len(log) + 1, 200), ylabel="loss [nats]")
    ax.set(ylim=(-1e5, 3), yticks=[-10_000, -1000, -100, -10, -1, 0, 1])
    ax.set_yticklabels(["−10 000", "−1000", "−100", "−10", "−1", "0", "1"])
    ax.axhline(0, 0, 0.74, color="black", linewidth=0.8, linestyle=":")
    bars.barh(list(right), [100 * share for share in right.values()], color=[REAL, FAKE])
    for k, share in enumerate(right.values()):
        bars.text(100 * share + 1, k, f"{100 * share:.0f}", va="center")
    bars.axvline(50, color="black", linewidth=0.8, linestyle=":")
    bars.text(50, 1.52, "chance", ha="center", fontsize=10)
    bars.set(xlim=(0, 108), xlabel="right on held-out codes, in 100", ylim=(-0.6, 1.75))
    viz.show(
        fig,
        "Left the loss over 600 steps, on an axis that is logarithmic below −1: with labels 0 and "
        "1 it settles just above zero, with −1 and 1 it falls far below −1000. Right: with labels "
        "−1 and 1 the classifier is right less often on held-out codes, though above chance.",
    )


def climbing(log):
    """The reward and the parser over the steps of the climb, and sentences on the way."""
    fig, ax = axes("step of the climb", "share of 1", size=(11, 4.2), ylim=(-0.03, 1.06))
    ax.plot(log["step"], log["reward"], color=FAKE)
    ax.plot(log["step"], log["truth"], color=REAL)
    end = log["step"][-1] + 2
    ax.text(end, log["reward"][-1], "reward: probability of\n“elephant”, by the bag", va="center",
            color=DARK_FAKE)  # fmt: skip
    ax.text(end, log["truth"][-1] + 0.03, "truth: grammatical,\nwith an elephant", va="center",
            color=REAL)  # fmt: skip
    ax.set(xlim=(0, 1.3 * log["step"][-1]), xticks=range(0, log["step"][-1] + 1, 20))
    for step, height in ((10, 0.62), (30, 0.5), (100, 0.38)):
        sentence = viz.wrapped(log["sentence"][log["step"].index(step)], 62)
        ax.text(0.98 * log["step"][-1], height, f"step {step}: {sentence}", fontsize=10, ha="right")
    viz.show(
        fig,
        "Over 100 steps of gradient ascent the reward rises to nearly one and stays there. The "
        "share of grammatical sentences with an elephant rises with it to one, and then falls to "
        "nearly zero. Three sentences on the way: the first is fine, the last is broken.",
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
    """The sliders of the playground: sentences on each side, and how many have the word."""
    style = {"continuous_update": False}
    return {
        "n": widgets.IntSlider(100, 50, 1000, 50, description="sentences", **style),
        "before": widgets.IntSlider(3, 0, 30, description="before", **style),
        "after": widgets.IntSlider(0, 0, 30, description="after", **style),
    }


def board(n, before, after):
    """How before + after words fall on the first n of 2n sentences if nothing changed."""
    total = before + after
    k = np.arange(total + 1)
    probabilities = stats.hypergeom.pmf(k, 2 * n, total, n)
    p = probabilities[before:].sum()
    fig, ax = axes(
        f"of the {total} sentences with the word, how many are among the first {n}",
        "probability",
        size=(8, 3.4),
    )
    ax.bar(k, probabilities, color=[FAKE if value >= before else GREY for value in k], width=0.85)
    ax.set(
        xlim=(-0.7, max(total, 4) + 0.7), title=f"{before}, then {after}, of {n} each: p = {p:.3g}"
    )
    ax.xaxis.get_major_locator().set_params(integer=True)
    return fig


def blots(pictures, nats, dots, nats_2d):
    """Samples of digits and in the plane, real ones and cluster means, with their Parzen scores."""
    fig, panels = axes("", "", n=4, size=(11.5, 3.5), xticks=[], yticks=[], frame_on=False)
    for ax, (name, samples) in zip(panels, pictures.items()):
        sheet = samples[:25].view(5, 5, 28, 28).transpose(1, 2).reshape(140, 140)
        ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(f"{name} digits\n{nats[name]:.0f} nats".replace("means digits", "means"))
    for ax, (name, samples), color in zip(panels[2:], dots.items(), (REAL, DARK_FAKE)):
        ax.plot(*samples.T, ".", color=color, markersize=3)
        ax.set(xlim=(-1.9, 1.9), ylim=(-1.9, 1.9), aspect="equal")
        name = f"{name} points" if "real" in name else name
        ax.set_title(f"{name}\n{nats_2d[name.removesuffix(' points')]:.2f} nats".replace("-", "−"))
    for ax, (values, winner) in zip(panels, ((nats, 0), (nats, 1), (nats_2d, 0), (nats_2d, 1))):
        wins = max(values, key=values.get) == list(values)[winner]
        ax.title.set_weight("bold" if wins else "normal")
    viz.show(
        fig,
        "Four sheets, with the Parzen score above each. Of digits with 784 pixels, 25 real ones "
        "are crisp and score lower than 25 blurred means of clusters. Of points in the plane, "
        "on eight places of a ring, 1000 real ones score higher than the means of 100 clusters.",
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
        "entropy, marked by a dashed line, and a new sentence three times as many as the line. "
        "With the honest training text held-out and new sentences take the same, far beyond it.",
    )


def best_of(tried):
    """First scores of many settings, and the best one's on new draws: {name: (scores, again)}."""
    fig, panels = axes("", "", n=2, size=(11, 3.6), ylim=(0, 1.22), yticks=[0, 0.5, 1])
    for ax, (name, (scores, again)), color in zip(panels, tried.items(), (FAKE, FURTHER[0])):
        best = int(np.argmax(scores))
        ax.plot(range(1, len(scores) + 1), scores, "o", color=color, alpha=0.6, markersize=6)
        ax.plot(best + 1, scores[best], "o", color=color, markersize=10, markeredgecolor="black")
        ax.annotate(
            f"the best: {scores[best]:.2f}", (best + 1, scores[best]), (0, 10), ha="center",
            textcoords="offset points",
        )  # fmt: skip
        ax.plot(len(scores) + 4, again, "D", color=REAL, markersize=9)
        ax.text(
            len(scores) + 4,
            again - 0.08,
            f"3000 new\ndraws: {again:.2f}",
            ha="center",
            va="top",
            color=REAL,
        )
        ax.axhline(1 / 3, color="black", linestyle=":", linewidth=0.8)
        ax.set(xlim=(0, len(scores) + 8), title=name, xticks=[1, 5, 10, 15, 20], xlabel="setting")
    panels[0].set(ylabel="share of cheerful sentences")
    viz.show(
        fig,
        "Left, twenty rotations scatter about one third, the best is ringed and well above; drawn "
        "again it is at one third. Right, twenty strengths of an attribute vector climb to nearly "
        "one, and the best of them keeps its score when it is drawn again.",
    )
