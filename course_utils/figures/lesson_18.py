"""The figures of lesson 18, flow matching, and its playground."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.lines import Line2D

from .. import flow, models, store, viz
from ..text import grammar
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes
from .lesson_02 import _discs
from .lesson_12 import sheets
from .lesson_16 import METHODS, _by_seed, _settings

SCALE = 0.5**0.5  # of the ring: the flow learned data of standard deviation 1
OPEN = "leave open"


def ring_flow():
    """The shipped flow of the ring, as v(x, t) of data divided by SCALE."""
    velocity = flow.Velocity(2, width=128, waves=96)
    path = store.data_file("checkpoints/flow_ring.safetensors")
    return store.load_weights(path, velocity).requires_grad_(False)


def digit_decoder():
    """The decoder of the sharp VAE: codes (n, 32) → pictures (n, 1, 28, 28)."""
    path = store.data_file("checkpoints/vae_sharp.safetensors")
    vae = store.load_weights(path, models.digit_vae(32)).requires_grad_(False)
    return lambda z: vae["decoder"](z.unsqueeze(0))[0].view(-1, 1, 28, 28)


def diagram():
    """The machine: noise and data make a point between them, and the network says where it goes."""
    viz.diagram(
        {
            "data": (0, 0, "real"),
            "noise": (0, 1),
            "x_t": (1, 1),
            "t": (1, 2),
            "velocity": (2, 1, "fake box"),
            "v": (3, 1, "fake"),
            "target": (1, 0),
            "loss": (4, 0),
        },
        [
            "data -> x_t",
            "noise -> x_t",
            "x_t -> velocity -> v -> loss",
            "t -> velocity",
            "data -> target",
            "noise -> target",
            "target -> loss",
        ],
        "A draw x of the data and a draw z of noise make a point between them, x_t. A network sees "
        "the point and the time t and gives a velocity. The loss compares it with x − z. Dashed "
        "in green: the gradient goes from the loss into the network.",
        gradients=["loss -> v", "v -> velocity"],
        texts={
            "data": "x (data)",
            "noise": "z (noise)",
            "x_t": "(1 − t) z\n+ t x",
            "velocity": "network",
            "v": "v(x_t, t)",
            "target": "x − z",
            "loss": "squared\ndistance",
        },
    )


def _frame(cloud, data, size=(10.4, 4.3)):
    """A ring's cloud at the left, room for text at the right: figure, both axes, the points."""
    fig, (ax, words) = axes("", "", n=2, size=size)
    ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal")
    ax.axis("off")
    _discs(ax, data)
    (points,) = ax.plot(*cloud.T, ".", color=FAKE, markersize=2)
    words.axis("off")
    words.set(xlim=(0, 1), ylim=(0, 1))
    return fig, ax, words, points


def _wrapped(sentence):
    return viz.wrapped(sentence, 34)


def film(cloud, times, sentences, data):
    """The ring's cloud (k, n, 2), in the ring's own scale, and a sentence, at each of the times."""
    fig, ax, words, points = _frame(cloud[0], data)
    words.text(0, 0.95, "a code of the text VAE, decoded:", color=GREY, fontsize=12, va="top")
    text = words.text(0, 0.8, "", color=DARK_FAKE, fontsize=16, va="top", linespacing=1.4)
    ax.set_title(" ")
    for artist in (points, text, ax.title):
        artist.set_animated(True)

    def update(k):
        points.set_data(*cloud[k].T)
        ax.set_title(f"t = {times[k]:.2f}")
        text.set_text(_wrapped(sentences[k]))

    viz.gif(
        fig,
        update,
        range(len(cloud)),
        "Animation: at the left a round cloud of orange points splits into eight groups, which "
        "shrink onto the eight small blue discs of the ring. At the right, a sentence whose words "
        "change, and which ends as a statement in the future.",
        fps=8,
        strip=4,
    )


def paths(pairs, flows, data_ends):
    """Straight paths from z to x that cross, and paths along the mean velocity, which do not.

    `pairs` (2, n) are z and x; `flows` (k, n) the points along the mean velocity at k even times.
    """
    fig, (left, right) = axes("t", "", n=2, size=(10.4, 3.9), ylim=(-3.2, 6.2), xlim=(0, 1))
    left.plot([0, 1], pairs, color=GREY, linewidth=0.8, alpha=0.7)
    times = np.linspace(0, 1, len(flows))
    right.plot(times, flows, color=FAKE, linewidth=0.8)
    left.set(title="straight paths of random pairs", ylabel="x_t")
    right.set_title("paths along the mean velocity")
    for ax in (left, right):
        for at, low, high in ((0, -2, 2), (1, *data_ends)):
            ax.plot([at, at], [low, high], color=REAL if at else "black", linewidth=6, alpha=0.6)
    left.text(0.03, -3.0, "noise N(0, 1)", color="black")
    left.text(0.97, 5.5, "data", color=REAL, ha="right")
    viz.show(
        fig,
        "Two panels over the time t. Left: straight grey lines from draws of N(0, 1) to draws of "
        "N(4, 0.5²) cross each other everywhere. Right: orange paths along the mean velocity rise "
        "side by side, come closer to each other, and never cross.",
    )


def by_steps(table, exact):
    """HQ over the number of Euler steps: each seed, the exact velocity {task: {n: HQ}}, the GAN."""
    gan = store.load_rows(store.data_file("results/mode_collapse.json"))
    fig, panels = axes("Euler steps", "HQ", n=2, size=(10.4, 3.9), ylim=(-0.03, 1.06))
    for ax, (task, best) in zip(panels, exact.items()):
        counts = list(best)
        seeds = np.array([table[f"{task}: {n} Euler"]["hq"] for n in counts])  # (counts, seeds)
        ax.plot(counts, seeds, ".", color=FAKE, markersize=5)
        ax.plot(counts, seeds.mean(1), color=FAKE)
        ax.plot(counts, list(best.values()), "--", color="black")
        ax.axhline(np.mean(gan[f"{task}: best"]["hq"]), color=GREY, linestyle=":")
        ax.set(xscale="log", title=task, xticks=counts, xticklabels=counts)
        ax.minorticks_off()
    handles = [
        Line2D([], [], color=FAKE, marker=".", label="learned velocity, 16 seeds"),
        Line2D([], [], color="black", linestyle="--", label="exact velocity"),
        Line2D([], [], color=GREY, linestyle=":", label="GAN recipe, one pass"),
    ]
    panels[1].legend(handles=handles, loc="center right", fontsize=10)
    viz.show(
        fig,
        "Two panels, ring and grid: HQ over the number of Euler steps. On the ring it is near 0 "
        "for one and two steps and rises to about 1 from sixteen on. The learned velocity stays a "
        "little below the exact one and the dotted line of the GAN.",
    )


def digits(pictures):
    """Sheets of digits: {title: (n, 1, 28, 28)}."""
    sheets(
        pictures,
        5,
        (11, 4.9),
        "Three sheets of thirty pictures by the same decoder. Draws of the prior: sharp, and many "
        "are no digit. Moved by the actor of lesson 12, and carried by the flow, both asked for 0 "
        "to 9 three times: most can be read as asked.",
    )


def trade_off(table):
    """Words kept over wishes that came true, on real English: flow, and the methods of lesson 16.

    `table` is data/results/flow.json.
    """
    old = store.load_rows(store.data_file("results/steering.json"))
    fig, panels = axes("all that was asked for came true", "", n=2, size=(10.5, 4.4))
    tasks = (("one wish", "", (0.1, 1.0)), ("four wishes", "four ", (0, 1.02)))
    for ax, (title, task, xlim) in zip(panels, tasks):
        curves = {name: (_settings(old, key), *style) for key, (name, *style) in METHODS.items()}
        curves = {name: curves[name] for name in ("LC-GAN", "gradient ascent", "regression")}
        flows = [row for name, row in table.items() if name.startswith("tatoeba: edit")]
        curves["flow"] = (flows, "black", "v")
        for name, (settings, color, mark) in curves.items():
            points = [tuple(_by_seed(row, task).mean(1)) for row in settings]
            points.sort(key=lambda point: -point[1])
            ax.plot(*np.array(points).T, mark + "-", color=color, label=name, markersize=6)
        ax.set(title=title, ylabel="words of the original kept", xlim=xlim, ylim=(0.2, 1))
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "Two panels, words of the original that are kept over the share of sentences with all that "
        "was asked for; up and to the right is better. In both the curve of the flow begins where "
        "that of regression does. With one wish it falls away below all others, with four it "
        "goes on near regression's, far left of the LC-GAN.",
    )


class Playground:
    """The ring's cloud and one sentence's code at a time t, for a wish and a guidance."""

    def __init__(self, ring_velocity, wishes, vae, data, z, noise):
        self.wishes, self.vae, self.data, self.noise = wishes, vae, data, noise
        self.times = flow.steps(50)
        with torch.no_grad():
            self.clouds = SCALE * flow.path(ring_velocity, z[None], self.times)[:, 0]

    def controls(self):
        """What `live.live` wants for `draw`."""
        menus = {
            name: widgets.Dropdown(
                options=[OPEN, *grammar.ATTRIBUTES[name]], value=value, description=name
            )
            for name, value in (("tense", "past"), ("kind", "question"), ("sentiment", OPEN))
        }
        slide = {"continuous_update": True}
        return {
            "t": widgets.FloatSlider(1.0, min=0, max=1, step=0.02, description="t", **slide),
            "guidance": widgets.FloatSlider(
                2.0, min=0, max=4, step=0.5, description="guidance", **slide
            ),
            **menus,
        }

    def draw(self, t, guidance, **chosen):
        """The cloud and the sentence at time t."""
        wish = {name: value for name, value in chosen.items() if value != OPEN}
        k = round(50 * t)
        codes = self.wishes.follow(self.noise[None], wish, self.times, guidance)[:, 0]
        fig, ax, words, _ = _frame(self.clouds[k], self.data)
        ax.set_title(f"t = {self.times[k]:.2f}")
        now, end = self.vae.decode(codes[[k, -1]])
        asked = ", ".join(wish.values()) or "nothing"
        for height, what, sentence, color in (
            (0.95, f"asked for: {asked}; guidance {guidance:g}", "", GREY),
            (0.8, f"decoded at t = {self.times[k]:.2f}", now, DARK_FAKE),
            (0.38, "decoded at t = 1", end, GREY),
        ):
            words.text(0, height, what, color=GREY, fontsize=11, va="top")
            words.text(*(0, height - 0.09, _wrapped(sentence)), color=color, fontsize=13, va="top")
        return fig
