"""The figures of lesson 13: gradients in a triangle of three words, and games on nine words."""

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn.functional import one_hot, softplus

from .. import run, viz
from ..distributions import gumbel_noise
from ..losses import reinforce, straight_through
from ..text import tiny
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

NOUNS = ("penguin", "ostrich", "fish")
COLORS = (FAKE, DARK_FAKE, "#222222")  # of the three words as dots
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]])  # a triangle of side 1
LOGITS = torch.tensor([0.5, 0.3, 0.0])  # word logits of the opening picture
WEIGHTS = torch.tensor([-1.0, -3.0, 2.0])  # its D's logit for each word
WAYS = ("REINFORCE", "REINFORCE, baseline", "straight-through", "Gumbel-softmax")
GREEN, RED, PINK = FURTHER[0], FURTHER[2], FURTHER[1]
INKS = {
    GREEN: "#00704F",
    RED: "#B34700",
    PINK: "#9C3F72",
    GREY: GREY,
    "#222222": "#222222",
}  # darker, for texts


def color_of(way):
    """One colour for each way, in all figures; likelihood is grey."""
    starts = {"REINFORCE": GREEN, "straight-through": RED, "Gumbel-softmax": PINK}
    starts["exact gradient"] = "#222222"
    return next((color for start, color in starts.items() if way.startswith(start)), GREY)


# --- the triangle -------------------------------------------------------------------------------
def log_d(x):
    """The reward of a point of the triangle, (…, 3) → (…): log D, with D = sigmoid(x · WEIGHTS)."""
    return -softplus(-(x @ WEIGHTS))


def exact():
    """The gradient of the mean reward with respect to the three logits: (3,)."""
    a = LOGITS.clone().requires_grad_()
    return torch.autograd.grad(a.softmax(0) @ log_d(torch.eye(3)), a)[0]


def estimates(n_words, tau=1.0, n_batches=100):
    """Estimates of that gradient from batches of words, {way: (n_batches, 3)}."""
    found = {}
    for way in WAYS:
        logits = LOGITS.expand(n_batches, 1, 3).clone().requires_grad_()
        a = logits.expand(-1, n_words, -1)
        soft, noisy = a.softmax(-1), a + gumbel_noise(a)
        word = one_hot(noisy.argmax(-1), 3).float()
        log_q = (a.log_softmax(-1) * word).sum(-1)
        if way == WAYS[0]:
            goal = (log_d(word) * log_q).mean(-1)
        elif way == WAYS[1]:
            goal = -reinforce(log_q, log_d(word))
        elif way == WAYS[2]:
            goal = log_d(straight_through(word, soft)).mean(-1)
        else:
            goal = log_d((noisy / tau).softmax(-1)).mean(-1)
        found[way] = torch.autograd.grad(goal.sum(), logits)[0].squeeze(1)
    return found


def squared_error(gradients):
    """Mean squared distance of estimates (n, 3) from the exact gradient, over its squared norm."""
    return ((gradients - exact()).square().sum(1).mean() / exact().square().sum()).item()


def triangle(ax, title=""):
    """Draw the triangle and the names of its corners."""
    ax.fill(*CORNERS.T, facecolor="none", edgecolor=GREY, linewidth=1)
    for (x, y), noun in zip(CORNERS.tolist(), NOUNS):
        place = {"ha": "center", "va": "bottom" if y else "top"}
        ax.text(x, y + (0.03 if y else -0.04), noun, **place)
    ax.set(
        xlim=(-0.17, 1.17), ylim=(-0.14, 0.99), aspect="equal", xticks=[], yticks=[], title=title
    )
    ax.set_frame_on(False)


def _clouds(found, titles):
    """A triangle for each way: its estimates in the way's colour, the exact gradient in black."""
    fig, panels = axes("", "", n=len(found), size=(12.4, 3.9))
    start = LOGITS.softmax(0) @ CORNERS
    for ax, (way, gradients) in zip(panels, found.items()):
        triangle(ax)
        ax.set_xlim(-0.25, 1.17)
        ax.set_title(f"{way}\n{titles[way]}", color=INKS[color_of(way)])
        ends = start + 0.6 * gradients @ CORNERS
        for end in ends:
            ax.plot(*torch.stack([start, end]).T, color=color_of(way), linewidth=0.8, alpha=0.5)
        ax.plot(*ends.T, ".", color=color_of(way), markersize=3)
        tip = (start + 0.6 * exact() @ CORNERS).tolist()
        style = {"arrowstyle": "-|>", "color": "black", "linewidth": 2.5}
        style |= {"shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tip, start.tolist(), arrowprops=style, zorder=5)
    return fig


def clouds(n_words=16, tau=1.0):
    """The picture of the playground: a hundred estimates a way, each from `n_words` words."""
    run.seed_everything(0)
    found = estimates(n_words, tau)
    titles = {way: f"squared error {squared_error(g):.2f}" for way, g in found.items()}
    names = {way: f"{way}, τ = {tau:.2g}" if way == WAYS[3] else way for way in WAYS}
    fig = _clouds(
        {names[way]: found[way] for way in WAYS}, {names[way]: titles[way] for way in WAYS}
    )
    what = f"black arrow: exact gradient      lines: 100 estimates, each from {n_words} words"
    fig.supxlabel(what, fontsize=12)
    return fig


def opening():
    """The exact gradient, and a hundred estimates of it by each of four ways."""
    viz.show(
        clouds(),
        "Four triangles whose corners are the words penguin, ostrich and fish. In each a black "
        "arrow, the exact gradient, and a hundred thin lines, estimates from 16 words each. "
        "REINFORCE: a wide cloud around the tip of the arrow. With a baseline: a smaller one. "
        "Straight-through: small, a little beside the tip. Gumbel-softmax: small, and too short.",
    )


PLAYGROUND = (  # what its still shows
    "The playground at its start: as the opening picture, with estimates from 8 words each. The "
    "clouds of REINFORCE and of Gumbel-softmax are wide, that of straight-through stays small."
)


def controls():
    """What `live.live` wants: how many words a batch has, and the temperature."""
    words = widgets.IntSlider(value=8, min=2, max=200, description="words")
    words.style.description_width = "initial"
    tau = widgets.FloatLogSlider(value=0.5, base=10, min=-1.5, max=1, step=0.1, description="τ")
    return {"n_words": words, "tau": tau}


def diagram():
    """Where the gradient stops, and three ways around that place."""
    viz.diagram(
        {
            "a": (0, 1, "fake box"),
            "π": (1, 1, "box"),
            "draw": (2, 1, "box"),
            "word": (3, 1, "fake"),
            "soft": (2, 2.2, "fake"),
            "D": (4, 1, "discriminator box"),
            "R": (5, 1),
        },
        ["a -> π -> draw -> word -> D -> R", "a -> soft -> D"],
        "Word logits become probabilities, from which a word is drawn. A discriminator gives the "
        "word a reward. Dashed: a gradient goes from the reward through D to the word, and stops "
        "at the draw. Straight-through jumps from the word to the probabilities. REINFORCE leads "
        "from the reward straight to the probabilities and needs no gradient of D. From there both "
        "go on to the word logits. Gumbel-softmax shows D a soft word, and its gradient goes back "
        "through that to the word logits.",
        gradients=[
            "R -> D -> word",
            "word -> π: straight-through",
            "R -> π: REINFORCE",
            "π -> a",
            "D -> soft -> a: Gumbel-softmax",
        ],
        texts={
            "a": "word logits a",
            "π": "softmax: π",
            "draw": "draw: no gradient",
            "soft": "soft word",
            "R": "reward log D",
        },
    )


def cliff(path, is_penguin, share, probability):
    """One word, and the share of words, over the logit of penguin."""
    fig, ax = axes("word logit of penguin (ostrich: 0.5, fish: −0.5)", "share", size=(8, 3.8))
    ax.plot(path, is_penguin, color=GREY, drawstyle="steps-mid")
    ax.plot(path, share, ".", color=FAKE, markersize=7)
    ax.plot(path, probability, color="black", linewidth=1)
    ax.text(0.55, 1.04, "is penguin the largest?", color=GREY, va="bottom")
    ax.text(-0.35, 0.42, "share of penguin in\nmany drawn words", color=DARK_FAKE, ha="right")
    ax.text(1.6, 0.6, "softmax:\nprobability of penguin", va="top")
    ax.set(ylim=(-0.05, 1.2), xlim=(-3, 3.3), yticks=[0, 0.5, 1])
    viz.show(
        fig,
        "Over the logit of penguin: a grey step from 0 to 1 at 0.5, for the largest logit; orange "
        "dots that rise smoothly from 0.02 to 0.9, the share of penguin among draws with noise; a "
        "thin black curve through the dots, the softmax.",
    )


def film(noisy):
    """Soft words of noisy logits (n, 3) from a high to a low temperature, as an animation."""
    drawn = noisy.argmax(1)
    fig, ax = axes("", "", size=(4.6, 4.2))
    triangle(ax)
    dots = ax.scatter(*torch.zeros(2, len(noisy)), s=9, c=np.array(COLORS)[drawn], animated=True)
    clock = ax.text(0.5, 0.98, "", ha="center", animated=True)
    shares = torch.bincount(drawn, minlength=3) / len(noisy)
    for x, noun, share, color in zip((0.0, 0.5, 1.0), NOUNS, shares, COLORS):
        ax.plot(x - 0.14, -0.17, ".", color=color, markersize=11)
        ax.text(x - 0.1, -0.17, f"{noun} {share:.0%}", va="center", fontsize=10)
    ax.text(0.5, -0.27, "largest entry of the soft word", ha="center", va="center", fontsize=10)
    ax.set(ylim=(-0.33, 1.06), xlim=(-0.2, 1.3))

    def update(tau):
        dots.set_offsets((noisy / tau).softmax(1) @ CORNERS)
        clock.set_text(f"temperature τ = {tau:.2g}")

    viz.gif(
        fig,
        update,
        np.geomspace(5, 0.05, 31),
        "Animation: 400 dots of three colours, by their largest entry, start as a cloud in the "
        "middle of the triangle. As the temperature falls they run to the corners.",
        8,
        24,
        strip=4,
    )


def error_over_words(sizes, found):
    """Squared errors {way: one for each batch size}, and that of the estimate 0 as a reference."""
    fig, ax = axes("words in a batch", "squared error, in units of |∇J|²", size=(9, 4.6))
    ends = []
    for way, values in found.items():
        dotted = way in ("REINFORCE", "Gumbel-softmax, τ = 0.1")
        ax.plot(sizes, values, ":" if dotted else "-", marker=".", color=color_of(way))
        ends.append((values[-1], way))
    height = 0.0
    for end, way in sorted(ends):  # from the lowest up, a little apart
        height = max(end, 1.6 * height)
        ax.text(1.15 * sizes[-1], height, way, color=INKS[color_of(way)], va="center")
    ax.axhline(1, color=GREY, linewidth=1, linestyle="--")
    ax.text(1.15 * sizes[-1], 1.08, "the estimate 0", color=GREY, va="bottom")
    ax.set(xscale="log", yscale="log", xlim=(sizes[0], 12 * sizes[-1]))
    ax.set_xticks([2, 10, 100, 1000], ["2", "10", "100", "1000"])
    ax.minorticks_off()
    viz.show(
        fig,
        "Squared error over the number of words, both axes logarithmic. The two REINFORCE lines "
        "fall steadily. Straight-through and Gumbel-softmax at τ = 1 are low at the left and then "
        "stay level; for τ = 0.1 it begins high and falls. A dashed line at 1 is the error of the "
        "estimate 0.",
    )


# --- the game -----------------------------------------------------------------------------------
def _dots(ax, games, what):
    """A row for each way: a dot for each generator, a stroke at their median."""
    for k, (way, scores) in enumerate(games.items()):
        values = scores[what]
        jitter = np.linspace(-0.25, 0.25, len(values))
        ax.plot(values, k + jitter, ".", color=color_of(way), markersize=5, alpha=0.6)
        ax.plot([values.median()] * 2, [k - 0.36, k + 0.36], color="black", linewidth=2)
    ax.set(ylim=(len(games) - 0.5, -0.5), yticks=range(len(games)), yticklabels=[])


def ends(games):
    """Where games ended, {way: {score: (n_seeds,)}}."""
    fig, panels = axes("", "", n=2, size=(12.4, 3.9))
    for ax, what in zip(panels, ("grammatical", "total variation")):
        _dots(ax, games, what)
    panels[0].set_yticklabels(games)
    panels[0].set(xlabel="grammatical share of q (from 0.88)", xlim=(0.88, 1.004))
    panels[1].set(xlabel="total variation to the data", xlim=(0, 1))
    fig.suptitle("a dot: one of 32 generators      a stroke: their median", fontsize=12)
    viz.show(
        fig,
        "A row for each way, a dot for each of 32 generators, a black stroke at their median. "
        "Nearly all are grammatical above 0.9. In total variation likelihood is closest to 0, "
        "then REINFORCE with a baseline and, close to it, the exact gradient at a rate of 0.01. "
        "Gumbel-softmax is far to the right.",
    )


PARTS = {  # what a game has of the error of an estimate
    "exact gradient": "neither:\nexact gradient",
    "mean straight-through": "bias alone:\nmean straight-through",
    "REINFORCE from 32": "variance alone:\nREINFORCE from 32",
    "REINFORCE from 512": "a sixteenth of it:\nREINFORCE from 512",
}


def alone(found):
    """Where sixteen games a row ended, {game: total variations}, on a logarithmic axis."""
    fig, ax = axes("total variation to the data, after 300 turns", "", size=(9, 3.8))
    for k, values in enumerate(found.values()):
        ax.plot(values, k + np.linspace(-0.25, 0.25, len(values)), ".", color=GREY, markersize=6)
        ax.plot([np.median(values)] * 2, [k - 0.36, k + 0.36], color="black", linewidth=2)
    ax.set_yticks(range(len(found)), [PARTS[game] for game in found])
    ax.set(xscale="log", xlim=(3e-4, 0.5), ylim=(len(found) - 0.5, -0.5))
    ax.set_xticks([0.001, 0.01, 0.1], ["0.001", "0.01", "0.1"])
    viz.show(
        fig,
        "A row of sixteen dots for each game, a black stroke at their median. The exact gradient: "
        "all below 0.001. The mean of straight-through: from 0.007 to 0.27. REINFORCE from 32 "
        "sentences: close together, around 0.03; from 512, around 0.006.",
    )


SPOKEN = ("likelihood", "REINFORCE, baseline", "straight-through", "Gumbel-softmax, τ = 1")


def sentences(trained):
    """The probabilities of the eight good sentences and of all else, {way: tables}, for SPOKEN.

    Of each way's generators the one is shown that is in the middle by total variation.
    """
    names = [*tiny.GOOD, "all else"]
    fig, panels = axes("probability", "", n=len(SPOKEN), size=(12.4, 4.0))
    for ax, way in zip(panels, SPOKEN):
        with torch.no_grad():
            q = tiny.log_q_of_all(trained[way]).exp()
        order = tiny.scores_of(q)["total variation"].argsort()
        q = q[order[len(q) // 2]]
        good = q[tiny.PLACE_OF_GOOD]
        values = [*good.tolist(), 1 - good.sum().item()]
        ax.barh(names, values, color=[color_of(way)] * len(good) + ["#222222"])
        ax.plot([1 / len(good)] * 2, [-0.5, 7.5], "--", color=REAL, linewidth=1)
        ax.set(xlim=(0, 1), ylim=(len(names) - 0.4, -0.6), xticks=[0, 0.5, 1])
        ax.set_title(way, color=INKS[color_of(way)])
        ax.set_yticks(range(len(names)), names if ax is panels[0] else [""] * len(names))
    panels[0].text(0.16, 0, "data", color=REAL, va="center")
    viz.show(
        fig,
        "Nine bars for each of four ways: the probabilities of the eight good sentences, and of "
        "all else. A dashed line at one eighth is the data. Likelihood: all eight bars close to "
        "the line. REINFORCE with a baseline and straight-through: all eight, more uneven. "
        "Gumbel-softmax: a few long bars, and hardly anything for the other sentences.",
    )


def directions(games):
    """A panel for each game: the cosine of the estimates of each way with ∇J, over its turns.

    {way: history of the game that it plays, with a cosine (logged, n_seeds) for each of the ways}.
    """
    fig, panels = axes("turn", "cosine with ∇J, median", n=len(games), size=(12.4, 4.2))
    for ax, (player, history) in zip(panels, games.items()):
        for way in games:
            viz.quantile_band(ax, history["step"], history[way], color_of(way))
        height = -1.0
        for end, way in sorted((np.median(history[way][-1]), way) for way in games):
            height = max(end, height + 0.13)  # two lines of text apart
            ax.text(306, height, way.replace(", ", ",\n"), color=INKS[color_of(way)], va="center")
        ax.set(xlim=(0, 420), ylim=(0, 1.03), xticks=[0, 100, 200, 300])
        ax.set_title(f"in the game of {player}", color=INKS[color_of(player)])
    viz.show(
        fig,
        "The cosines of REINFORCE with a baseline and of straight-through with ∇J, over 300 turns; "
        "lines are medians, bands hold the middle 80 % of 16 generators. In the game of REINFORCE "
        "straight-through begins near 1 and stays above REINFORCE nearly to the end. In its own "
        "game it begins near 1, too, but falls, REINFORCE rises to 0.9, and they cross before "
        "turn 200.",
    )


def entropies(nats):
    """A histogram of the softness of generated sentences (n,), beside that of real ones."""
    fig, ax = axes(
        "softness: entropy of a sentence's words [nats]", "share of sentences", size=(9, 3.4)
    )
    ax.hist(nats, bins=60, range=(0, 3), weights=np.full(len(nats), 1 / len(nats)), color=FAKE)
    ax.axvline(0, color=REAL, linewidth=5)
    ax.text(0.05, 0.9, "all real sentences", color=REAL, transform=ax.get_xaxis_transform())
    ax.text(2.05, 0.045, "generated,\nsoft words, τ = 1", color=DARK_FAKE)
    ax.set(xlim=(-0.05, 3), ylim=(0, 0.075))
    viz.show(
        fig,
        "A histogram of the softness of sentences of soft words. Real sentences are a blue line at "
        "0. All generated ones lie to the right of it, around 1.5 nats.",
    )


SEEN = {  # what D sees: colour, heights of its label in nats and in total variation
    "words": (RED, 2.5, 0.19),
    "soft words beside real words": (PINK, 0.75, 0.79),
    "soft words beside soft real words": ("#222222", 1.62, 0.05),
}


def collapse(histories):
    """Entropy and total variation over the turns of the games of SEEN, {what D sees: history}."""
    fig, panels = axes("turn", "", n=2, size=(12.4, 4.2))
    for name, (color, *heights) in SEEN.items():
        for ax, what, height in zip(panels, ("entropy", "total variation"), heights):
            viz.quantile_band(ax, histories[name]["step"], histories[name][what], color)
            text = "D sees " + name.replace(" beside ", "\nbeside ")
            ax.text(306, height, text, color=INKS[color], va="center", fontsize=11)
    panels[0].axhline(np.log(8), color=REAL, linestyle="--", linewidth=1)
    panels[0].text(465, np.log(8) + 0.05, "data", color=REAL, ha="right", va="bottom")
    panels[0].set(ylabel="entropy of q [nats]", ylim=(0, 5))
    panels[1].set(ylabel="total variation to the data", ylim=(-0.03, 1))
    for ax in panels:
        ax.set(xlim=(0, 470), xticks=[0, 100, 200, 300])
    viz.show(
        fig,
        "Left, the entropy of three kinds of generators over 300 turns; right, their total "
        "variation. Lines are medians, bands hold the middle 80 % of 32 generators. Where D sees "
        "words, the entropy falls to the dashed line of the data and stays. Where it sees soft "
        "words beside real words, the entropy falls far below and the total variation rises. "
        "Where the real words are softened, too, it stays again.",
    )
