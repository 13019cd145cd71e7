"""The figures of lesson 13: gradients in a triangle of three words, and games on nine words."""

import ipywidgets as widgets
import numpy as np
import torch
from torch.nn.functional import one_hot, softplus

from .. import run, viz
from ..distributions import gumbel_noise
from ..losses import reinforce, straight_through
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

NOUNS = ("penguin", "ostrich", "fish")
COLORS = (FURTHER[0], FURTHER[1], FURTHER[3])
INKS = ("#00704F", "#A0457A", "#1F7FB5")  # darker, for texts
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]])  # a triangle of side 1
LOGITS = torch.tensor([0.5, 0.3, 0.0])  # word logits of the opening picture
WEIGHTS = torch.tensor([-1.0, -3.0, 2.0])  # what its discriminator gives each word, in logits
WAYS = ("REINFORCE", "REINFORCE, baseline", "straight-through", "Gumbel-softmax")


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
    for (x, y), noun, ink in zip(CORNERS.tolist(), NOUNS, INKS):
        place = {"ha": "center", "va": "bottom" if y else "top", "weight": "bold"}
        ax.text(x, y + (0.03 if y else -0.04), noun, color=ink, **place)
    ax.set(
        xlim=(-0.17, 1.17), ylim=(-0.14, 0.99), aspect="equal", xticks=[], yticks=[], title=title
    )
    ax.set_frame_on(False)


def _clouds(found, titles):
    """A triangle for each way: its estimates in orange, the exact gradient in black."""
    fig, panels = axes("", "", n=len(found), size=(12.4, 3.6))
    start = LOGITS.softmax(0) @ CORNERS
    for ax, (way, gradients) in zip(panels, found.items()):
        triangle(ax, f"{way}\n{titles[way]}")
        ends = start + 0.7 * gradients @ CORNERS
        for end in ends:
            ax.plot(*torch.stack([start, end]).T, color=FAKE, linewidth=0.8, alpha=0.5)
        ax.plot(*ends.T, ".", color=FAKE, markersize=3)
        tip = (start + 0.7 * exact() @ CORNERS).tolist()
        style = {
            "arrowstyle": "-|>",
            "color": "black",
            "linewidth": 2.5,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        ax.annotate("", tip, start.tolist(), arrowprops=style, zorder=5)
    return fig


def clouds(n_words=16, tau=1.0):
    """The picture of the playground: a hundred estimates a way, each from `n_words` words."""
    run.seed_everything(0)
    found = estimates(n_words, tau)
    titles = {way: f"squared error {squared_error(g):.2f}" for way, g in found.items()}
    names = {way: f"{way}, τ = {tau:.2g}" if way == WAYS[3] else way for way in WAYS}
    return _clouds(
        {names[way]: found[way] for way in WAYS}, {names[way]: titles[way] for way in WAYS}
    )


def opening():
    """The exact gradient, and a hundred estimates of it by each of four ways."""
    viz.show(
        clouds(),
        "Four triangles whose corners are the words penguin, ostrich and fish. In each a black "
        "arrow, the exact gradient, and a hundred orange lines, estimates from 16 words each. "
        "REINFORCE: a wide cloud around the tip of the arrow. With a baseline: a smaller one. "
        "Straight-through: small, a little beside the tip. Gumbel-softmax: small, and too short.",
    )


def controls():
    """What `live.live` wants: how many words a batch has, and the temperature."""
    words = widgets.IntSlider(value=4, min=2, max=200, description="words")
    words.style.description_width = "initial"
    tau = widgets.FloatLogSlider(value=0.3, base=10, min=-1.5, max=1, step=0.1, description="τ")
    return {"n_words": words, "tau": tau}


def diagram():
    """Where the gradient stops, and where two ways put it in again."""
    viz.diagram(
        {
            "θ": (0, 1, "fake box"),
            "π": (1, 1, "box"),
            "draw": (2, 1, "box"),
            "word": (3, 1, "fake"),
            "D": (4, 1, "discriminator box"),
            "R": (5, 1),
        },
        ["θ -> π -> draw -> word -> D -> R"],
        "Word logits become probabilities, from which a word is drawn. A discriminator gives the "
        "word a reward. Dashed: a gradient goes from the reward through D to the word, and stops "
        "at the draw. Straight-through jumps from the word to the probabilities. REINFORCE leads "
        "from the reward straight to the probabilities and needs no gradient of D.",
        gradients=[
            "R -> D",
            "D -> word",
            "word -> π: straight-through",
            "R -> π: REINFORCE",
        ],
        texts={
            "θ": "word logits a",
            "π": "softmax: π",
            "draw": "draw: no gradient",
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
        "dots that rise smoothly from 0.1 to 0.9, the share of penguin among draws with noise; a "
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
    text = "largest entry: " + ", ".join(f"{noun} {s:.0%}" for noun, s in zip(NOUNS, shares))
    ax.text(0.5, -0.13, text, ha="center", va="top", fontsize=10)
    ax.set(ylim=(-0.24, 1.06))

    def update(tau):
        dots.set_offsets((noisy / tau).softmax(1) @ CORNERS)
        clock.set_text(f"temperature τ = {tau:.2g}")

    viz.gif(
        fig,
        update,
        np.geomspace(5, 0.05, 31),
        "Animation: 400 dots of three colours start as a cloud in the middle of the triangle. As "
        "the temperature falls they run to the corners of their colours.",
        8,
        24,
        strip=4,
    )


def error_over_words(rows, n_largest=1000):
    """Squared error over the number of words, of rows with "bias²" and "variance of one word"."""
    fig, ax = axes("words in a batch", "squared error, in units of |∇J|²", size=(9, 4.4))
    n = np.geomspace(1, n_largest, 80)
    styles = [("black", ":"), ("black", "-"), (FURTHER[2], "-"), *[(INKS[0], "-")] * 3]
    ends = []
    for (way, row), (color, style) in zip(rows.items(), styles):
        curve = row["bias²"] + row["variance of one word"] / n
        ax.plot(n, curve, style, color=color)
        ends.append((curve[-1], way, color))
    height = 0.0
    for end, way, color in sorted(ends):  # from the lowest up, a little apart
        height = max(end, 1.55 * height)
        ax.text(1.1 * n_largest, height, way, color=color, va="center")
    ax.set(xscale="log", yscale="log", xlim=(1, 9 * n_largest))
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    viz.show(
        fig,
        "Squared error over the number of words, both axes logarithmic. The two REINFORCE lines "
        "fall steadily. Straight-through is low at the left and then stays level. Gumbel-softmax "
        "stays level higher up for high temperatures; for τ = 0.1 it begins high and falls.",
    )


# --- the game -----------------------------------------------------------------------------------
WAY_COLORS = {
    "likelihood": GREY,
    "REINFORCE": FURTHER[3],
    "REINFORCE, baseline": "black",
    "straight-through": FURTHER[2],
    "Gumbel-softmax, τ = 1": FURTHER[0],
}


def _dots(ax, games, what):
    """A row for each way: a dot for each generator, a stroke at their median."""
    for k, (way, scores) in enumerate(games.items()):
        values = scores[what]
        jitter = np.linspace(-0.25, 0.25, len(values))
        ax.plot(values, k + jitter, ".", color=WAY_COLORS[way], markersize=5, alpha=0.6)
        ax.plot([values.median()] * 2, [k - 0.36, k + 0.36], color="black", linewidth=2)
    ax.set(ylim=(len(games) - 0.5, -0.5), yticks=range(len(games)), yticklabels=[])


def ends(games, histories):
    """Where games ended, {way: {score: (n_seeds,)}}, and the total variation on the way."""
    fig, panels = axes("", "", n=3, size=(12.4, 4.2))
    for ax, what in zip(panels, ("grammatical", "total variation")):
        _dots(ax, games, what)
    panels[0].set_yticklabels(games)
    panels[0].set(xlabel="grammatical share of q, at the end", xlim=(0.88, 1.004))
    panels[1].set(xlabel="total variation, at the end", xlim=(0, 0.95))
    ax = panels[2]
    heights = dict(zip(WAY_COLORS, (0, 0.155, 0.045, 0.1, 0.7)))
    for way, history in histories.items():
        middle = np.median(history["total variation"], axis=1)
        ax.plot(history["step"], middle, color=WAY_COLORS[way])
        ax.text(306, heights[way], way, color=WAY_COLORS[way], va="center", fontsize=10)
    ax.set(xlabel="turn", ylabel="total variation, median", xlim=(0, 480), ylim=(0, 1))
    ax.set_xticks([0, 100, 200, 300])
    viz.show(
        fig,
        "Left and middle, a row for each way, a dot for each of 32 generators, a black stroke at "
        "their median. Nearly all are grammatical above 0.9. In total variation likelihood is "
        "closest to 0, then REINFORCE with a baseline; Gumbel-softmax is far to the right. Right, "
        "the total variation over the turns: straight-through falls before both REINFORCEs, and "
        "REINFORCE with a baseline ends below it.",
    )


def entropies(soft, limit=3.0):
    """Histograms of the entropy of sentences, {τ: (n,) nats}, beside that of real ones."""
    fig, panels = axes("entropy of a sentence's words [nats]", "", n=len(soft), size=(12.4, 3.2))
    for ax, (tau, values) in zip(panels, soft.items()):
        weights = np.full(len(values), 1 / len(values))
        ax.hist(values, bins=60, range=(0, limit), weights=weights, color=FAKE)
        ax.axvline(0, color=REAL, linewidth=5)
        ax.text(0.08, 0.93, "all real sentences", color=REAL, transform=ax.get_xaxis_transform())
        ax.set(
            xlim=(-0.05, limit),
            ylim=(0, 1.6 * np.histogram(values, 60, (0, limit))[0].max() * weights[0]),
        )
        ax.set_title(f"generated, soft words, τ = {tau:g}", color=DARK_FAKE)
    panels[0].set_ylabel("share of sentences")
    viz.show(
        fig,
        "Histograms of the entropy of sentences of soft words. Real sentences are a blue line at "
        "0. At τ = 1 all generated ones lie far to the right of it, at τ = 0.1 many lie near it.",
    )


GAMES = {  # what is heard and what D sees: colour, height of its label in nats
    "word heard, word seen": (FURTHER[2], 2.75),
    "word heard, soft seen": (FURTHER[1], 1.4),
    "Gumbel-softmax, τ = 1": (FURTHER[0], 0.6),
}
TEXTS = {"Gumbel-softmax, τ = 1": "soft heard, soft seen"}


def collapse(histories):
    """Entropy and grammar over the turns of the games of GAMES, {name: history}."""
    fig, panels = axes("turn", "", n=2, size=(12.4, 4))
    for name, (color, height) in GAMES.items():
        history = histories[name]
        for ax, what in zip(panels, ("entropy", "grammatical")):
            viz.quantile_band(ax, history["step"], history[what], color)
        style = {"va": "center", "weight": "bold"}
        panels[0].text(308, height, TEXTS.get(name, name), color=color, **style)
    panels[0].axhline(np.log(8), color=REAL, linestyle="--", linewidth=1)
    panels[0].text(505, np.log(8) + 0.03, "data", color=REAL, ha="right", va="bottom")
    panels[0].set(ylabel="entropy of q [nats]", ylim=(0, 7), xlim=(0, 510))
    panels[0].set_xticks([0, 100, 200, 300])
    panels[1].set(ylabel="grammatical share of q", ylim=(-0.02, 1.05), xlim=(0, 300))
    viz.show(
        fig,
        "Left, the entropy of three kinds of generators over 300 turns; right, their grammatical "
        "share. Where D sees words, the entropy falls to the dashed line of the data and stays. "
        "Where it sees soft words, the entropy goes on below, whatever is heard.",
    )
