"""The figures of lesson 15: which words need the code, what a KL hides, what wakes a code."""

import ipywidgets as widgets
import numpy as np

from .. import viz
from ..text import tokenise
from ..text.grammar import ATTRIBUTES
from ..viz import DARK_FAKE, FURTHER, GREY, REAL, axes

OWN, OTHER = FURTHER[0], FURTHER[2]  # a sentence's own code, the code of another


def _bars(ax, title, words, nats, top):
    """A pair of bars a word: −log p with the sentence's own code, and with another's."""
    places = np.arange(len(words))
    for side, name, color in ((-0.2, "own code", OWN), (0.2, "code of another", OTHER)):
        label = f"{name}: {nats[name].sum():.0f} nats in all"
        ax.bar(places + side, nats[name], 0.38, color=color, label=label)
    ax.set(title=title, xlim=(-0.6, len(words) - 0.4), xticks=places, ylim=(0, 1.3 * top))
    ax.set_xticklabels(words, rotation=35, ha="right", rotation_mode="anchor")
    ax.legend(loc="upper left", fontsize=10)


def _spelled(sentence):
    """The tokens of a sentence as they are written below the bars, the end among them."""
    return [*tokenise(sentence), "(end)"]


def opening(word_nats, vaes, sentence, another):
    """Bars of both models for a sentence, with its own code and with the code of another."""
    fig, panels = axes("", "−log p of the word [nats]", n=2, size=(12.4, 4.3))
    nats = {}
    for name, vae in vaes.items():
        own, foreign = word_nats(vae, vae.encode([sentence, another]), [sentence] * 2).numpy()
        nats[name] = {"own code": own, "code of another": foreign}
    top = max(values.max() for pair in nats.values() for values in pair.values())
    for ax, (name, pair) in zip(panels, nats.items()):
        _bars(ax, f"{name} text VAE", _spelled(sentence), pair, top)
    panels[1].set_ylabel("")
    viz.show(
        fig,
        "One sentence, a pair of bars for each word: its −log p with the sentence's own code, "
        "and with the code of another sentence. Left, in the collapsed text VAE, both bars are "
        "alike at every word. Right, in the healthy one, the bars of the foreign code are many "
        "times as high at seven of the twelve words.",
    )


class Playground:
    """Bars of one model for a sentence and the code of another, both of the reader's choice."""

    description = (
        "The playground at rest: the healthy model reads a sentence with its own code and with the "
        "code of another one. Above the bars is what the decoder writes from the other code."
    )

    def __init__(self, word_nats, vaes, sentences):
        self.word_nats, self.vaes, self.sentences = word_nats, vaes, sentences

    def controls(self):
        """Choices of the model, the sentence and the code."""
        choices = [(sentence, k) for k, sentence in enumerate(self.sentences)]
        wide = widgets.Layout(width="46em")
        return {
            "model": widgets.Dropdown(options=list(self.vaes), description="model"),
            "read": widgets.Dropdown(options=choices, description="sentence", layout=wide),
            "code": widgets.Dropdown(options=choices, value=1, description="code of", layout=wide),
        }

    def draw(self, model, read, code):
        """A figure of the bars; above them what the decoder writes from the foreign code."""
        vae, sentence, other = self.vaes[model], self.sentences[read], self.sentences[code]
        z = vae.encode([sentence, other])
        own, foreign = self.word_nats(vae, z, [sentence] * 2)
        words = _spelled(sentence)
        fig, ax = axes("", "−log p of the word [nats]", size=(10, 4.4))
        nats = {"own code": own, "code of another": foreign}
        nats = {name: values[: len(words)].numpy() for name, values in nats.items()}
        title = f"{model}; written from the other code: {vae.decode(z[1])}"
        _bars(ax, title, words, nats, max(4.0, *map(np.max, nats.values())))
        return fig


def diagram():
    """The machine: the words before go straight into the decoder, past the code."""
    viz.diagram(
        {
            "x": (0, 0, "real"),
            "encoder": (1, 0, "box"),
            "q": (2, 0),
            "z": (3, 0),
            "decoder": (4, 0, "fake box"),
            "word": (5, 0, "fake"),
            "before": (0, 1, "real"),
            "kl": (2, 1),
            "recon": (5, 1),
        },
        [
            "x -> encoder -> q -> z -> decoder -> word -> recon",
            "before -> decoder",
            "q -> kl",
            "x -> before",
        ],
        "A sentence x goes through the encoder, which gives the mean and the standard deviation of "
        "q(z|x); a draw z goes into the decoder, which gives the probabilities of the next word. "
        "The words before it, taken from the same sentence, go into the decoder on a second path "
        "that does not pass the code. "
        "The KL is the cost of the first path; the second one is free.",
        texts={
            "x": "sentence x",
            "q": "μ, σ",
            "z": "code z\n32 numbers",
            "word": "next word",
            "before": "words before",
            "kl": "KL: the code's cost",
            "recon": "reconstruction\n−log p(x|z)",
        },
    )


def _step_axes(history, top):
    """Axes of nats over steps, on a log scale from step 10 on, for one training."""
    fig, ax = axes(
        "step (logarithmic from 10 on)", "nats a sentence", size=(9, 3.7), ylim=(-0.03 * top, top)
    )
    ax.set_xscale("symlog", linthresh=10)
    ticks = [0, 5, 10, 20, 50, 100, 200, 500]
    ax.set(xlim=(0, history["step"][-1]), xticks=ticks)
    ax.set_xticklabels(ticks)
    ax.minorticks_off()
    return fig, ax


def _peak(history):
    """The highest point of the KL in the first 40 steps: (step, KL, its place)."""
    place = int(history["kl"][history["step"] <= 40].argmax())
    return history["step"][place], history["kl"][place], place


def kl_of_training(history):
    """The KL on held-out sentences in the course of a training, from the untrained encoder on."""
    (step, height, _), untrained = _peak(history), history["kl"][0]
    fig, ax = _step_axes(history, 1.35 * height)
    ax.set_ylabel("KL [nats a sentence]")
    ax.plot(history["step"], history["kl"], color="black", marker="o", markersize=3)
    note = f"untrained: {untrained:.2f} nats"
    ax.annotate(note, (0, untrained), (10, 3), textcoords="offset points")
    note = f"step {step}: {height:.2f} nats"
    ax.annotate(note, (step, height), (8, 6), textcoords="offset points")
    viz.show(
        fig,
        "The KL of a plain text VAE on held-out sentences. The untrained encoder has a fraction of "
        "a nat. The KL falls to less than half of that in the first four steps, rises to a bump at "
        "some ten steps, falls to nearly nothing by step 40, and stays low.",
    )


def unmasked(history, told):
    """The same KL with the part that is a common shift of μ, and with I(x; z)."""
    step, height, place = _peak(history)
    fig, ax = _step_axes(history, 1.35 * height)
    ax.fill_between(history["step"], 0, told["common shift"], color="#D8D8D8")
    ax.plot(history["step"], told["KL"], color="black")
    ax.plot(history["step"], told["I(x; z)"], color=OWN)
    ax.annotate("KL", (step, height), (8, 4), textcoords="offset points")
    low = 0.35 * told["common shift"][place]
    ax.text(0.76 * step, low, "common shift\nof μ", ha="center", va="center")
    ax.annotate("I(x; z)", (52, 0.05 * height), (0, 10), textcoords="offset points", color=OWN)
    viz.show(
        fig,
        "The KL of the last figure again. A grey area, the part of it that is a shift of μ common "
        "to all sentences, fills more than half of it before the training, and nearly all of its "
        "bump. The green line of the mutual information stays close to zero.",
    )


def cures(steps, curves, weight):
    """The weight of a delayed KL, and I(x; z) of four trainings: {name: values over the steps}."""
    fig, (left, right) = axes("step", "I(x; z) [nats a sentence]", n=2, size=(12, 3.9))
    last = steps[-1]
    left.plot(steps, [weight(step / last) for step in steps], color="black")
    left.set(ylabel="weight of a delayed KL", xlim=(0, last), ylim=(-0.03, 1.1))
    top, free = 1.15 * max(values.max() for values in curves.values()), -np.inf
    colors = dict(zip(curves, (GREY, OTHER, FURTHER[1], OWN)))
    for name in sorted(curves, key=lambda name: curves[name][-1]):
        over = {"linestyle": "--", "zorder": 3} if name == "delay" else {}  # two curves run alike
        right.plot(steps, curves[name], color=colors[name], **over)
        free = max(curves[name][-1], free + 0.08 * top)  # names do not overlap
        right.text(1.02 * last, free, name, color=colors[name], va="center")
    right.set(xlim=(0, last), ylim=(-0.03 * top, top))
    fig.get_layout_engine().set(wspace=0.06)
    viz.show(
        fig,
        "Left: the weight of a delayed KL is 0 for the first fifth of the training, rises to 1 by "
        "step 150 and stays there. Right: the mutual information. For the plain loss it stays near "
        "0. With the delay it rises steeply while the KL has no weight, and falls to nearly 0 as "
        "soon as it has. With delay and floor it falls as well, but rises again. With the floor "
        "alone it rises slowly and stays.",
    )


def doses(information):
    """I(x; z) over the share of hidden words: {share: values of the seeds [nats]}."""
    shares = np.array([float(share) for share in information])
    fig, ax = axes("share of the words before that is hidden", "I(x; z) after 500 steps [nats]")
    fig.set_size_inches(7.5, 3.6)
    medians = [np.median(values) for values in information.values()]
    ax.plot(shares, medians, color=OWN)
    for share, values in zip(shares, information.values()):
        ax.plot(np.full(len(values), share), values, "o", color=OWN, clip_on=False)
    ax.text(0.4, 0.36, "median", color=OWN, ha="right")
    ax.annotate(
        "a dot: one seed",
        (1, max(information["1"])),
        (-10, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    ax.text(-0.01, 0.15, "none: the plain loss")
    ax.text(0.99, 0.52, "all: blind", ha="right")
    ax.set(xlim=(-0.02, 1.02), xticks=shares, ylim=(0, 1.2))
    viz.show(
        fig,
        "The mutual information after 500 steps over the share of the words before that is hidden "
        "from the decoder, three seeds each. The median rises from next to nothing, when none is "
        "hidden, to three quarters of a nat, when all are. At three quarters the seeds differ "
        "most: one of them lies near the bottom.",
    )


def _bounds_and_gap(left, right, stored, entropy):
    """Beside the attributes: a bar from H − recon to the KL, and a dot for the gap (medians)."""
    recon, kl, gap = (
        np.array([np.median(row[what]) for row in stored.values()])
        for what in ("recon", "kl", "gap")
    )
    least = np.maximum(entropy - recon, 0)  # a negative bound says nothing
    rows, last = np.arange(len(stored)), len(stored) - 1
    small = {"color": OTHER, "fontsize": 10}
    left.hlines(rows, least, kl, color=OTHER, linewidth=5)
    left.plot(kl, rows, "|", color=OTHER, markersize=9)
    left.text(kl[last], last - 0.35, "KL", ha="center", va="bottom", **small)
    left.text(least[last] - 0.3, last, "H − recon", ha="right", va="center", **small)
    left.set(title="I(x; z) between", xlim=(0, 15), xlabel="nats a sentence")
    right.plot(gap, rows, "o", color="black", clip_on=False)
    right.set(title="gap at most", xlim=(0, 1.5), xticks=[0, 0.5, 1, 1.5], xlabel="nats a sentence")


def kept(stored, entropy):
    """What each recipe keeps, the bounds of I(x; z) and the gap: medians over the seeds, as dots.

    A line for each recipe. Of each attribute the share that is kept, from the mean of q(z|x)
    (filled) and from a draw (open), beside chance; then H − recon to KL, and the gap.
    """
    fig, panels = axes("", "", n=7, size=(12.6, 5.6), ylim=(len(stored) - 0.5, -1.3))
    rows = np.arange(len(stored))
    pairs = np.array([np.median([r["kept"], r["kept, drawn"]], axis=1) for r in stored.values()])
    for k, (ax, (name, values)) in enumerate(zip(panels, ATTRIBUTES.items())):
        mean, draw = pairs[:, :, k].T
        ax.axvline(1 / len(values), color=GREY, linestyle=":", linewidth=1.5)
        ax.text(1 / len(values), -1.2, " chance", color=GREY, va="top", fontsize=9)
        ax.hlines(rows, draw, mean, color=OWN, linewidth=1.5)
        ax.plot(draw, rows, "o", color=OWN, markerfacecolor="white", clip_on=False)
        ax.plot(mean, rows, "o", color=OWN, clip_on=False)
        ax.set(title=name, xlim=(0, 1), xticks=[0, 0.5, 1], xlabel="share kept")
        ax.set_xticklabels(["0", "½", "1"])
    bag = list(stored).index("bag")
    draw, mean = pairs[bag, 1, 0], pairs[bag, 0, 0]
    panels[0].text(draw, bag + 0.45, "from a draw", ha="center", va="center", fontsize=10)
    panels[0].text(mean, bag - 0.45, "from μ", ha="right", va="center", fontsize=10)
    _bounds_and_gap(*panels[5:], stored, entropy)
    for ax in panels:
        ax.set_yticks(rows, list(stored) if ax is panels[0] else [])
        ax.grid(axis="y", color="#E5E5E5", linewidth=0.8)
        ax.axhline(len(stored) - 2.5, color="black", linewidth=0.8)  # below it: 6000 steps
        ax.set_axisbelow(True)
    viz.show(
        fig,
        "A line of dots for each recipe. Plain, annealing, word dropout, floor and β = ½ lie near "
        "the dotted line of chance for topic and sentiment; all but plain keep the tense and the "
        "kind in many sentences. An autoencoder first with a floor keeps the topic in about two "
        "thirds, the bag alone in nearly all from μ and in half from a draw. The bag with other "
        "cures keeps most of each attribute, and the healthy model nearly all. The bounds of "
        "I(x; z) rise from 0 to some 13 nats. The bound of the gap is smallest for the two models "
        "of 6000 steps.",
    )


def kept_rows(stored, entropy):
    """Rows of a table: chance, then of each recipe the medians over seeds: of what is kept, from
    the mean code and from a draw, of both bounds of I(x; z), and of the gap.
    """
    names = list(ATTRIBUTES)
    rows = {"chance": {name: f"{1 / len(values):.2f}" for name, values in ATTRIBUTES.items()}}
    for recipe, row in stored.items():
        pairs = np.median([row["kept"], row["kept, drawn"]], axis=1).T
        rows[recipe] = {
            name: f"{mean:.2f} / {draw:.2f}" for name, (mean, draw) in zip(names, pairs)
        }
        rows[recipe]["H − recon"] = entropy - np.median(row["recon"])
        for title, what in (("KL", "kl"), ("gap", "gap")):
            rows[recipe][title] = np.median(row[what])
    return rows


def probabilities(costs, entropy):
    """How surprising sentences are to the grammar: {name: −log p (n,) [nats]}, as cumulatives."""
    fig, ax = axes("−log p(x) by the grammar [nats]", "share of sentences up to there")
    fig.set_size_inches(8.5, 3.9)
    for (name, values), color, style in zip(
        costs.items(), (GREY, DARK_FAKE, REAL), ("--", "-", "-")
    ):
        shares = np.arange(1, len(values) + 1) / len(values)
        label = f"{name}: mean {np.mean(values):.2f}"
        ax.step(np.sort(values), shares, color=color, linestyle=style, label=label, where="post")
    ax.axvline(entropy, color="black", linestyle=":", linewidth=1.5)
    ax.text(entropy + 0.08, 0.02, "entropy of the grammar")
    ax.set(xlim=(17.5, 25.5), ylim=(0, 1.03))
    ax.legend(loc="upper left")
    viz.show(
        fig,
        "Cumulative shares of sentences over −log p(x) by the grammar. The curve for greedy "
        "sentences of the healthy model runs along that for held-out sentences. The curve for "
        "greedy sentences of the collapsed model lies to the left of them: they are more "
        "probable than real sentences.",
    )


def recipes(rows):
    """Gap, variety and the worst attribute over the KL: rows {recipe: figures over seeds}."""
    fig, panels = axes("KL [nats a sentence]", "", n=3, size=(12.4, 4.6), xlim=(-1, 15))
    colors = [*FURTHER, REAL, DARK_FAKE, "black", GREY] * 2
    for (name, row), mark, color in zip(rows.items(), "ov^sDPX*<>", colors):
        worst = np.min(row["kept"], axis=1)
        for ax, values in zip(panels, (row["gap"], row["unique, greedy"], worst)):
            ax.plot(row["kl"], values, mark, color=color, label=name, markersize=7, alpha=0.8)
    panels[0].set(ylabel="gap to the entropy [nats]", ylim=(0, 1.9))
    panels[1].set(ylabel="different of 2000, greedy: share", ylim=(-0.05, 1.05))
    panels[2].set(ylabel="worst attribute: share kept", ylim=(-0.05, 1.05))
    panels[2].axhline(1 / 6, color="black", linestyle=":", linewidth=1.5)
    panels[2].text(15, 1 / 6 - 0.02, "topic by chance", ha="right", va="top")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "Three panels over the KL, a point for each seed of each recipe. In the median the gap "
        "is smallest for the bag alone, and largest for the floor alone, word dropout, and the bag "
        "with β = ½. The share of different sentences rises from near 0 to 1. The worst attribute "
        "is kept well at the right only.",
    )


def ceiling(ns, estimates, kl):
    """Estimates of I(x; z) with n sentences beside log n and the KL, and how far below log n."""
    fig, (left, right) = axes("sentences n", "nats", n=2, size=(11, 3.7), xscale="log")
    left.plot(ns, estimates, "o-", color=OWN)
    left.plot(ns, np.log(ns), color="black", linestyle=":")
    left.axhline(kl, color=OTHER, linestyle="--")
    left.text(ns[0], kl + 0.3, "KL", color=OTHER)
    left.text(ns[0], np.log(ns[3]), "log n, the ceiling")
    left.text(ns[-1], estimates[-1] - 2.2, "estimate of I(x; z)", color=OWN, ha="right", va="top")
    left.set(ylim=(0, kl + 2))
    right.plot(ns, np.log(ns) - estimates, "o-", color=OWN)
    right.set(ylabel="log n − estimate [nats]", ylim=(0, 0.4))
    viz.show(
        fig,
        "Left: the estimate of the mutual information rises with the number of sentences along "
        "log n, and lies far below the KL. Right: how far the estimate is below log n: hardly at "
        "all for 20 sentences, a little more for 2000.",
    )


# What the recipes of the table are called where their parts count, in the order of the lesson.
NAMES = {
    "vanilla": "plain",
    "annealing": "annealing",
    "cyclical annealing": "cyclical annealing",
    "word dropout": "word dropout, annealing",
    "free bits": "floor",
    "small beta": "β = ½",
    "autoencoder first": "autoencoder first, floor",
    "bag": "bag",
    "small beta, bag": "β = ½, annealing, bag",
    "all of it": "autoencoder first, floor, bag",
}


def recipes_of(table):
    """The rows of the recipes, and of the two models of the opening: {recipe: figures}."""
    found = {name.split(": ")[1]: row for name, row in table.items() if name.startswith("cures")}
    rows = {shown: found[name] for name, shown in NAMES.items() if name in found}
    for name in ("collapsed", "healthy"):
        rows[f"{name}, 6000 steps"] = table[f"{name}: text VAE"]
    return rows
