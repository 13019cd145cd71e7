"""The figures of lesson 14: a sentence as 32 numbers, the machine, and the space of codes."""

import difflib
import re

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from .. import viz
from ..viz import DARK_FAKE, FAKE, GREY, axes

# Dark enough for texts on white; one for each value of an attribute.
SHADES = ("#00694D", "#A84A00", "#0072B2", "#A0527D", "#5B4A9E", "#7A6A00")
SENTENCES = [
    "The proud pilots visited a castle with a smile near the border last year.",
    "Did the proud pilots visit a castle with a smile near the border last year?",
    "Will our grumpy gardener paint a fence behind the house in two days?",
    "Every morning the thoughtful pianists play some old songs at the opera.",
    "A rude captain lost the game with a frown in the stadium.",
]
BOX = {"boxstyle": "round,pad=0.35", "linewidth": 1.5}


def _arrow(ax, start, end, color="#222222", **style):
    """An arrow from one place (x, y) of the axes to another."""
    shape = {"arrowstyle": "-|>", "color": color, "linewidth": 1.6, "shrinkA": 2, "shrinkB": 2}
    ax.annotate("", end, start, arrowprops=shape | style)


def opening(sentences, codes, copies):
    """Sentences, the 32 numbers of each as bars, and what the decoder writes from these alone."""
    codes, n = np.asarray(codes), len(sentences)
    fig, panels = axes("", "", n=n, size=(11, 2.4 * n))
    fig.clf()
    fig.get_layout_engine().set(hspace=0.15)
    panels = np.atleast_1d(fig.subplots(n, 1))
    for ax, sentence, code, copy in zip(panels, sentences, codes, copies):
        ax.bar(np.arange(1, 33), code, 0.75, color=GREY)
        ax.axhline(0, color="#222222", linewidth=0.8)
        ax.set(xlim=(0.3, 32.7), ylim=(-2.7, 2.7), xticks=[], yticks=[-2, 0, 2])
        ax.spines["bottom"].set_visible(False)
        ax.set_title(f"in:   {sentence}", loc="left", color="#005A8C", fontsize=12.5)
        ax.set_xlabel(f"out:  {copy}", loc="left", color=DARK_FAKE, fontsize=12.5)
        ax.set_ylabel("32 numbers", color=GREY)
    viz.show(
        fig,
        f"{n} sentences, one below the other. Under each the 32 numbers of its code as bars, up "
        "for positive and down for negative numbers, and below them what the decoder writes when "
        "it is given these numbers alone: the same sentence.",
    )


def changed(before, after):
    """The words and marks of the second sentence, and which are not in the first: [(word, bool)].

    A capital letter makes no word new.

    >>> [word for word, is_new in changed("A cook sings.", "Does a cook sing?") if is_new]
    ['Does', 'sing', '?']
    """
    old, new = (re.findall(r"[^\s.?!,]+|[.?!,]", sentence) for sentence in (before, after))
    pair = [[word.lower() for word in words] for words in (old, new)]
    matches = difflib.SequenceMatcher(None, *pair, autojunk=False).get_matching_blocks()
    kept = {k for match in matches for k in range(match.b, match.b + match.size)}
    return [(word, k not in kept) for k, word in enumerate(new)]


def _write(ax, renderer, left, height, words, color):
    """Write words one after another, in pixels, the changed ones in bold."""
    for word, is_new in words:
        left += 0 if word in ".?!," else 5
        style = {"weight": "bold"} if is_new else {}
        text = ax.text(left, height, word, color=color, fontsize=12, va="center", **style)
        left += text.get_window_extent(renderer).width


@torch.no_grad()
def walk(vae, start=SENTENCES[0], end=SENTENCES[2], t=0.5, n_steps=9):
    """What the decoder writes on the way from one sentence to another; the slider's t is below."""
    mu = vae.encode([start, end])
    t_all = [*np.linspace(0, 1, n_steps), t]
    said = vae.decode(torch.stack([(1 - s) * mu[0] + s * mu[1] for s in map(float, t_all)]))
    height = 30 * (n_steps + 4)
    fig = Figure(figsize=(10, height / 100), layout="none")
    renderer = FigureCanvasAgg(fig).get_renderer()
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 1000), ylim=(height, 0))
    ax.set_axis_off()
    before = start
    for row, (s, sentence) in enumerate(zip(t_all, said)):
        is_slider = row == n_steps
        y = 30 * (row + 1.8) + 55 * is_slider
        ax.text(12, y, f"t = {s:.2f}", color=GREY, fontsize=11, va="center")
        words = changed(sentence if is_slider else before, sentence)
        _write(ax, renderer, 90, y, words, DARK_FAKE)
        before = sentence
    for y, name, sentence in ((20, "from", start), (30 * (n_steps + 1.8), "to", end)):
        ax.text(12, y, name, color=GREY, fontsize=11, va="center")
        ax.text(95, y, sentence, color="#005A8C", fontsize=12, va="center")
    return fig


def controls():
    """What `live.live` wants for `walk`: two sentences, and t."""
    wide = widgets.Layout(width="760px")
    menus = {
        name: widgets.Dropdown(options=SENTENCES, value=value, description=word, layout=wide)
        for name, word, value in (("start", "from", SENTENCES[0]), ("end", "to", SENTENCES[2]))
    }
    return menus | {"t": widgets.FloatSlider(0.5, min=0, max=1, step=0.05, description="t")}


def diagram():
    """The machine: encoder, a draw, a decoder that also sees the words so far, two terms."""
    viz.diagram(
        {
            "x": (0, 1, "real"),
            "encoder": (1, 1, "box"),
            "q": (2, 1),
            "z": (3, 1),
            "decoder": (4, 1, "fake box"),
            "p": (5, 1, "fake"),
            "before": (4, 0, "real"),
            "kl": (2, 2),
            "recon": (4, 2),
        },
        [
            "x -> encoder -> q -> z -> decoder -> p -> recon",
            "x -> before -> decoder",
            "x -> recon",
            "q -> kl",
        ],
        "A sentence x goes through the encoder, which gives the means μ and the standard "
        "deviations σ of a Gaussian over 32 numbers. A draw z goes to the decoder. At each place "
        "the decoder also sees the words of x before it, and gives probabilities of the next word. "
        "The loss has two terms: recon compares these probabilities with the words of x, kl "
        "compares the Gaussian with N(0, I). Dashed in green, the gradients go from recon through "
        "the decoder and z, and from kl, to μ and σ and into the encoder.",
        gradients=["recon -> decoder -> z -> q -> encoder", "kl -> q"],
        texts={
            "x": "sentence x",
            "q": "μ and σ\n2 × 32 numbers",
            "z": "code z\n32 numbers",
            "p": "the next word:\nprobabilities",
            "before": "the words before",
        },
    )


def _cells(ax, given, said, colors, title):
    """A decoder unrolled: at each place what it is given, a box, and the word it finds most
    probable; `colors` (n,) are those of the words given.
    """
    ax.set(xticks=[], yticks=[], frame_on=False, xlim=(-1.3, 6.5), ylim=(-0.5, 2.7))
    ax.set_title(title, loc="left", fontsize=12.5)
    face = BOX | {"facecolor": "#FCF1DC", "edgecolor": FAKE}
    for t, (word, answer) in enumerate(zip(given, said)):
        weight = {"weight": "bold"} if answer == "guitar" else {}
        ax.text(t, 0, word, ha="center", va="center", color=colors[t], fontsize=12)
        ax.text(t, -0.33, "z", ha="center", va="center", fontsize=12)
        ax.text(t, 1, "decoder", ha="center", va="center", fontsize=11, bbox=face)
        ax.text(t, 2, answer, ha="center", va="center", color=DARK_FAKE, fontsize=12, **weight)
        _arrow(ax, (t, 0.2), (t, 0.72))
        _arrow(ax, (t, 1.28), (t, 1.8))
        if t:
            _arrow(ax, (t - 0.64, 1), (t - 0.36, 1))
    ax.text(-0.95, 1, "z", ha="center", va="center", fontsize=12)
    _arrow(ax, (-0.88, 1), (-0.4, 1))


def unrolled():
    """Training with the true words before each place, and writing with the model's own."""
    words, blue = ["She", "is", "playing", "the", "piano", "."], "#005A8C"
    said = ["She", "is", "playing", "the", "guitar", "."]
    fig, _ = axes("", "", n=2, size=(11, 6.6))
    fig.clf()
    training, writing = fig.subplots(2, 1)
    title = "training: the next input is the word of the sentence, here piano"
    _cells(training, ["BOS", *words], [*said, "EOS"], [blue] * 7, title)
    for t, word in enumerate([*words, "EOS"]):
        training.text(t, 2.45, f"−log p({word})", ha="center", va="center", color=blue, fontsize=11)
    title = "writing: the next input is the word that was chosen, here guitar"
    _cells(writing, ["BOS", *said], [*said, "EOS"], [blue, *[DARK_FAKE] * 6], title)
    for t in range(6):
        dashes = {"linestyle": (0, (3, 2)), "linewidth": 1.3}
        _arrow(writing, (t + 0.18, 1.82), (t + 0.86, 0.17), DARK_FAKE, **dashes)
    viz.show(
        fig,
        "The decoder, drawn once for each place of the sentence: She is playing the piano. From "
        "below each box gets one word and z, from the left the state of the box before. Above each "
        "box stands the word that it finds most probable; once it errs, with guitar in place of "
        "piano. Upper panel, training: the inputs are the words of the sentence, so piano comes "
        "next, and above stands the term of the loss, minus log p of the true word. Lower panel, "
        "writing: a dashed arrow takes each chosen word to the next box, so guitar comes next.",
    )


def order(history):
    """What is learned first: two shares over the steps of a training."""
    fig, ax = axes("step", "share of 300 sentences", size=(8.5, 4), ylim=(0, 1.05), xlim=(0, 600))
    places = {"topic": (150, 0.9), "grammatical": (290, 0.55)}
    for (what, place), style, color in zip(places.items(), ("-", "--"), SHADES):
        ax.plot(history["step"], history[what], style, color=color)
        ax.text(*place, what, color=color, fontsize=12)
    ax.axhline(1 / 6, color=GREY, linestyle=":", linewidth=1.3)
    ax.text(600, 0.15, "topic by chance", color=GREY, ha="right", va="top", fontsize=11)
    viz.show(
        fig,
        "Over the steps of the training: the share of held-out sentences that come back with the "
        "right topic, by their words, rises first, and the share that is grammatical follows.",
    )


def differences(pair, vector):
    """Two differences between codes, (32,) each, as bars: of two sentences, and of two means."""
    fig, _ = axes("", "", n=2, size=(11, 4.8))
    fig.clf()
    titles = (
        "the two sentences of the opening: question − statement",
        "the attribute vector: mean of the questions − mean of the statements",
    )
    for ax, title, code in zip(fig.subplots(2, 1), titles, map(np.asarray, (pair, vector))):
        four_largest = np.abs(code) >= np.sort(np.abs(code))[-4]
        colors = np.where(four_largest, DARK_FAKE, GREY)
        ax.bar(np.arange(1, 33), code, 0.75, color=colors)
        ax.axhline(0, color="#222222", linewidth=0.8)
        ax.set(xlim=(0.3, 32.7), ylim=(-0.8, 0.8), xticks=[1, 8, 16, 24, 32], yticks=[-0.5, 0, 0.5])
        ax.set_title(title, loc="left", fontsize=12.5)
        ax.set_ylabel("difference")
    ax.set_xlabel("which of the 32 numbers (the four largest in brown)")
    viz.show(
        fig,
        "Two rows of 32 bars: the difference of the two codes of the opening, and that of the mean "
        "codes of questions and statements. In both several bars are nearly as large as the "
        "largest, the 26th.",
    )


def switching(t, shares):
    """For each attribute, how often it is already that of the sentence where the walk ends."""
    fig, ax = axes(
        "t", "has the value of the end", size=(8.5, 4), xlim=(0, 1.16), ylim=(-0.02, 1.05)
    )
    for k, (name, color) in enumerate(zip(shares, SHADES)):
        ax.plot(t, shares[name], "o-", color=color, markersize=4)
        ax.text(1.02, 0.95 - 0.11 * k, name, color=color, va="center", fontsize=12)
    ax.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    ax.set_xticks(np.linspace(0, 1, 6))
    viz.show(
        fig,
        "Five curves over t, one for each attribute: the share of walks on which the decoded "
        "sentence has the value of the end. They nearly lie on each other: all are near 0 up to "
        "t = 0.2, near 1 from t = 0.8 on, and pass one half near t = ½.",
    )


def neighbourhood(radii, stay, grammatical, posterior_std, chance):
    """Shares over the noise in z: attributes kept (radii, 5), grammatical (radii,); chance lines.

    chance {attribute: share that guessing keeps}.
    """
    fig, ax = axes("noise in each dimension of z, standard deviation r", "share of sentences")
    fig.set_size_inches(8.5, 4.2)
    last = {"fontsize": 11, "va": "center"}
    ax.plot(radii, grammatical, "s--", color="#222222", markersize=4)
    ax.text(2.2, float(grammatical[-2]) + 0.04, "grammatical", color="#222222", **last)
    heights, height = {}, 0.0
    for j in np.argsort(stay[-1]).tolist():  # the names, from below, without overlaps
        heights[j] = height = max(float(stay[-1, j]), height + 0.065)
    for j, (name, color) in enumerate(zip(chance, SHADES)):
        ax.plot(radii, stay[:, j], "o-", color=color, markersize=4)
        ax.plot([2.85, 3], [chance[name]] * 2, color=color, linewidth=4, alpha=0.5)
        ax.text(3.05, heights[j], name, color=color, **last)
    ax.axvline(posterior_std, color=GREY, linestyle=":")
    ax.text(posterior_std + 0.03, 0.02, "mean σ of q(z|x)", color=GREY, fontsize=10)
    ax.set(xlim=(0, 3.6), ylim=(0, 1.05), xticks=[0, 0.5, 1, 1.5, 2, 2.5, 3])
    viz.show(
        fig,
        "Curves over the noise r. The share of grammatical sentences stays near one up to r = 1 "
        "and falls then. The five attributes are lost earlier, the topic first. Thick strokes at "
        "the right edge mark what guessing would keep (a sentence that is not grammatical keeps "
        "nothing); a dotted line marks the mean σ of q(z|x).",
    )


def _plane(means, first, second):
    """How to draw codes: a function to (n, 2), places in the plane of two directions through the
    mean of `means`; the first direction is to the right.
    """
    first = first / first.norm()
    second = second - (second @ first) * first
    basis, centre = torch.stack([first, second / second.norm()]), means.mean(0)

    def place(codes):
        return ((codes - centre) @ basis.T).numpy()

    return place


def _panel(ax, place, codes, kinds, names, title):
    """Codes in a plane, coloured by kind (n,), with the mean code of each kind and its name."""
    points, kinds = place(codes), np.asarray(kinds)
    colors = np.array(SHADES)
    order = np.random.default_rng(0).permutation(len(points))  # no colour lies above the others
    ax.scatter(*points[order].T, c=colors[kinds[order]], s=7, linewidths=0, alpha=0.55)
    halo = [withStroke(linewidth=4, foreground="white")]
    for k, name in enumerate(names):
        x, y = points[kinds == k].mean(0)
        ax.plot(x, y, "o", color=colors[k], markersize=12, markeredgecolor="white")
        style = {"weight": "bold", "fontsize": 12.5, "ha": "center", "path_effects": halo}
        ax.text(x, y + 0.32, name, color=colors[k], **style)
    ax.set(title=title, aspect="equal")


def planes(codes, labels, class_means, values):
    """Codes (n, 32) in two planes: that of the mean codes of the tenses, that of kind and number.

    labels (n, 5), class_means, 5 × (n_values, 32), and values, {attribute: names}, have the order
    of the grammar's attributes.
    """
    fig, (left, right) = axes("", "", n=2, size=(11, 5.4))
    column = {name: labels[:, j] for j, name in enumerate(values)}
    means = dict(zip(values, class_means))
    past, present, future = means["tense"]
    place = _plane(means["tense"], future - past, present - past)
    title = "the plane of the three mean codes of the tenses"
    _panel(left, place, codes, column["tense"], values["tense"], title)
    left.set(xlabel="from past to future", ylabel="across, to the side of the present")
    statement, question = means["kind"]
    one, many = means["number"]
    place = _plane(means["kind"], question - statement, many - one)
    names = [f"{number},\n{kind}" for kind in values["kind"] for number in values["number"]]
    both = 2 * column["kind"] + column["number"]
    _panel(right, place, codes, both, names, "the plane of kind and number")
    right.set(xlabel="from statement to question", ylabel="from singular to plural")
    viz.show(
        fig,
        "Two planes with a dot for each of 2000 held-out sentences. Left: past, present and "
        "future, which overlap little, at the corners of a triangle; the past has a second cloud, "
        "smaller, beside the large one. Right: four clouds at the corners of a rectangle, "
        "statements left and questions right, singular below and plural above.",
    )
