"""The figures of lesson 01, A GAN on a line, and the game that its playground plays."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Polygon
from torch import nn

from .. import distributions, models, run, viz
from ..losses import discriminator_loss, generator_nonsaturating
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes


class LinePicture:
    """A GAN on a line: densities of data and samples, D's curve, arrows on samples.

    Make it once, then `update` it as often as you like: only what `update` moves is redrawn. Add
    things of your own to `ax` before the first picture is drawn.
    """

    def __init__(self, edges, density_real, density_top=1.6, size=(5.4, 3.5)):
        self.edges, self.middles = edges, (edges[:-1] + edges[1:]) / 2
        self.top = density_top
        limits = {"xlim": (edges[0], edges[-1]), "ylim": (0, density_top)}
        self.fig, self.ax = axes("x", "density", size=size, **limits)
        filled = {"color": REAL, "alpha": 0.35, "linewidth": 0, "label": "data"}
        self.ax.fill_between(self.middles, density_real, **filled)
        filled = {"fill": True, "color": FAKE, "alpha": 0.65, "label": "generated"}
        self.bars = self.ax.stairs(np.zeros(len(edges) - 1), edges, **filled)
        right = self.ax.twinx()
        right.set(ylim=(0, 1), ylabel="D(x)")
        right.spines["right"].set_visible(True)
        nothing = np.full(len(self.middles), np.nan)
        (self.curve,) = right.plot(self.middles, nothing, color=GREY, label="D(x)")
        self.arrows = None
        handles = [h for axis in (self.ax, right) for h in axis.get_legend_handles_labels()[0]]
        self.fig.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
        self.ax.set_title(" ")
        for artist in (self.bars, self.curve, self.ax.title):
            artist.set_animated(True)  # what update moves; the rest is drawn once

    def update(self, x_fake, d=None, title=" ", push=None):
        """Show x_fake (n,) generated points; d (n_bins,), the discriminator at `middles`.

        push = (positions, displacements) of samples, drawn as arrows.
        """
        counts, _ = np.histogram(x_fake, self.edges)
        self.bars.set_data(counts / len(x_fake) / np.diff(self.edges))
        if d is not None:
            self.curve.set_ydata(d)
        if push is not None:
            if self.arrows is not None:
                self.arrows.remove()
            positions, displacements = push
            n = len(positions)
            heights = self.top * np.linspace(0.04, 0.3, n)  # a ladder: crowded arrows stay apart
            units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004}
            style = units | {"color": "black", "zorder": 5, "animated": True}
            self.arrows = self.ax.quiver(positions, heights, displacements, np.zeros(n), **style)
        self.ax.set_title(title)
        return self.fig


def line_picture(low=0.0, high=8.0, **options):
    """A LinePicture of the lesson's data, N(4, 0.5²), on [low, high] in bins of 0.125."""
    edges = np.linspace(low, high, round(8 * (high - low)) + 1)
    middles = torch.from_numpy((edges[:-1] + edges[1:]) / 2)
    density = distributions.Gaussian(4, 0.5).log_prob(middles).exp()
    return LinePicture(edges, density.numpy(), **options)


def diagram():
    """The machine: noise through G, data and samples into D, two losses, and their gradients."""
    viz.diagram(
        {
            "z": (0, 0),
            "G": (1, 0, "fake box"),
            "fake": (2, 0, "fake"),
            "real": (2, 1, "real"),
            "D": (3, 0.5, "discriminator box"),
            "loss of G": (4, 0),
            "loss of D": (4, 1),
        },
        ["z -> G -> fake -> D -> loss of G", "real -> D -> loss of D"],
        "Noise z goes through the generator G and becomes a generated x. The discriminator D sees "
        "it, or a real x. Two losses are made of D's answers. Dashed in green: the gradient of "
        "G's loss goes back through D to the generated x and into G; that of D's loss ends in D.",
        gradients=["loss of G -> D -> fake -> G", "loss of D -> D"],
        texts={"fake": "generated x", "real": "real x", "z": "noise z"},
    )


class Game:
    """A GAN on a line that one plays by hand: one generator, one discriminator, one picture.

    Networks and optimiser are those of the recipe in section 6; `turns` trains, `draw` draws.
    """

    def __init__(self, seed):
        self.picture = line_picture(-4, 8)
        self.data, self.noise = distributions.Gaussian(4, 0.5), distributions.Gaussian()
        self.at = torch.from_numpy(self.picture.middles).float().view(1, -1, 1)
        self.z_even = self.noise.quantile(distributions.equal_mass_levels(2000)).view(1, -1, 1)
        run.seed_everything(seed)
        self.reset()

    def reset(self, **_):
        """Begin anew, with new networks."""
        self.n_turns = 0
        self.generator = models.mlp([1, 32, 1], nn.Softplus)
        self.discriminator = models.gan_discriminator([1, 32, 32], lambda: nn.LeakyReLU(0.2))
        nets, betas = (self.discriminator, self.generator), (0.0, 0.9)
        self.opts = [torch.optim.Adam(net.parameters(), betas=betas, fused=True) for net in nets]

    def turns(self, players, steps, rate_d=6e-3, rate_g=6e-3, **_):
        """Train for `steps` turns those of D and G that `players` names: "D", "G" or "DG"."""
        for opt, rate in zip(self.opts, (rate_d, rate_g)):
            opt.param_groups[0]["lr"] = rate
        for _ in range(steps):
            x_real = self.data.quantile(distributions.stratified_levels(1, 64))
            x_fake = self.generator(self.noise.quantile(distributions.stratified_levels(1, 64)))
            if "D" in players:
                logits = self.discriminator(x_real), self.discriminator(x_fake.detach())
                self._step(self.opts[0], discriminator_loss(*logits))
            if "G" in players:
                loss_g = generator_nonsaturating(self.discriminator(x_fake))
                self._step(self.opts[1], loss_g)
        self.n_turns += steps

    @staticmethod
    def _step(opt, loss):
        opt.zero_grad()
        loss.sum().backward()
        opt.step()

    @torch.no_grad()
    def samples(self):
        """2000 generated numbers, (2000,), of evenly spread z: no sampling noise."""
        return self.generator(self.z_even).flatten()

    def draw(self, **_):
        """The picture of now: data, samples, D(x), and where D's gradient sends 20 samples."""
        x = self.samples()[::100].view(1, -1, 1).clone().requires_grad_()
        loss_g = generator_nonsaturating(self.discriminator(x)).sum() * x.shape[1]
        push = -torch.autograd.grad(loss_g, x)[0]
        push = push.sign() * push.abs().sqrt().clamp(max=2)  # the root: small ones stay visible
        with torch.no_grad():
            d = self.discriminator(self.at)[0].sigmoid().numpy()
        arrows = x.detach().flatten().numpy(), push.flatten().numpy()
        return self.picture.update(self.samples().numpy(), d, f"after {self.n_turns} turns", arrows)

    def controls(self):
        """What `live.live` wants: the sliders."""
        rate = {"value": 6e-3, "min": -4, "max": -1}
        return {
            "steps": widgets.IntSlider(value=5, min=1, max=50, description="turns"),
            "rate_d": widgets.FloatLogSlider(description="rate of D", **rate),
            "rate_g": widgets.FloatLogSlider(description="rate of G", **rate),
        }

    def buttons(self):
        """What `live.live` wants: who plays, by the buttons' labels."""
        return {
            "D only": lambda **values: self.turns("D", **values),
            "G only": lambda **values: self.turns("G", **values),
            "D, then G": lambda **values: self.turns("DG", **values),
            "begin anew": self.reset,
        }


def opening(seed):
    """A film of the game: 765 turns, whose learning rates fall to 0 over the second half."""
    game, turns = Game(seed), [0] + 15 * [3] + 24 * [30]

    def frame(k):
        rate = 6e-3 * min(1.0, 2 - 2 * game.n_turns / sum(turns))
        game.turns("DG", turns[k], rate, rate)
        game.draw()

    viz.gif(
        game.picture.fig,
        frame,
        range(len(turns)),
        "Animation: an orange heap of generated numbers starts beside the blue data, is pushed by "
        "black arrows towards it, and comes to rest on it. The grey curve D(x) soon rises towards "
        "the data, and ends near one half where the numbers are.",
        strip=4,
    )


def film(snapshots, every):
    """The film of one training: snapshots are pairs x_fake (500,), d (64,), `every` steps apart."""
    picture = line_picture()

    def frame(k):
        x_fake, d = (part.numpy() for part in snapshots[k])
        title = f"step {every * (k + 1)}: mean {x_fake.mean():.2f}, std {x_fake.std():.2f}"
        picture.update(x_fake, d, title)

    viz.gif(
        picture.fig,
        frame,
        range(len(snapshots)),
        "Animation of one training with the recipe of 2017: orange generated numbers move about "
        "the blue data. Above each frame stand the step, and the mean and the standard deviation "
        "of the generated numbers; those of the data are 4.00 and 0.50.",
        strip=4,
    )


def best_discriminator(x, p, q, best, d):
    """Left: both densities. Right: the best discriminator and a trained one."""
    fig, (left, right) = axes("x", "", n=2, size=(9, 3.4), xlim=(0, 8))
    for density, color, label, place in ((p, REAL, "p, data", 4.5), (q, FAKE, "q, generated", 1.2)):
        left.fill_between(x, density, color=color, alpha=0.4, linewidth=0)
        dark = DARK_FAKE if color == FAKE else color
        left.text(place, 0.5, label, color=dark, ha="left" if color == REAL else "center")
    left.set(ylabel="density", ylim=(0, 0.85))
    right.plot(x, best, ":", color="black")
    right.plot(x, d, color=GREY)
    right.text(2.9, 0.55, "best:\np/(p + q)", ha="right")
    right.text(6.1, float(np.interp(6.1, x, d)) + 0.05, "trained D", color=GREY)
    right.set(ylabel="D(x)", ylim=(0, 1))
    viz.show(
        fig,
        "Left: the narrow blue density of the data around 4 and the wide orange one of the "
        "generated numbers around 3. Right: the dotted best discriminator rises from 0 to 0.8 at "
        "4.3 and falls again; the grey trained one is close to it up to x = 5, then above it.",
    )


def seed_axis():
    """The tensor (n_seeds, batch, 1) as a sheet of rows: each row is an experiment of its own."""
    fig, ax = axes("", "", size=(8, 2.6), xlim=(-2.2, 9.4), ylim=(-0.9, 4.6))
    ax.axis("off")
    for row in range(4):
        y = 3 - row
        for column in range(8 * (row != 2)):
            corners = [(column, y), (column + 0.9, y), (column + 0.9, y + 0.8), (column, y + 0.8)]
            ax.add_patch(Polygon(corners, facecolor=FAKE, alpha=0.6, linewidth=0))
        name = ["experiment 0", "experiment 1", "…", "experiment 63"][row]
        ax.text(-0.2, y + 0.4, name, ha="right", va="center")
        if row != 2:
            ax.annotate("", (8.9, y + 0.4), (8.1, y + 0.4), arrowprops={"arrowstyle": "->"})
        ax.text(9.0, y + 0.4, ["G₀", "G₁", "…", "G₆₃"][row], va="center", color=DARK_FAKE)
    ax.text(3.95, 4.15, "a batch of 8 numbers", ha="center")
    ax.text(3.95, -0.6, "one tensor of shape (64, 8, 1)", ha="center")
    viz.show(
        fig,
        "A sheet of rows of eight squares, named experiment 0, 1 and so on to 63. Each row is a "
        "batch of eight numbers and goes into a generator of its own. Below: one tensor of shape "
        "(64, 8, 1).",
    )


def many_seeds(history):
    """Left: the mean of each of 64 generators over the steps. Right: what share is where."""
    step, located, close = history["step"], history["located"], history["w1"] < 0.1
    fig, (left, right) = axes("step", "mean of the generated numbers", n=2, size=(10, 3.6))
    ends = np.where(close[-1], 2, located[-1])  # 2: fits; 1: near the data; 0: neither
    kinds = ((0, "#999999", "neither"), (1, DARK_FAKE, "near"), (2, "black", "fits"))
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    for kind, color, label in kinds:
        shade = FAKE if kind == 1 else color
        left.plot(step, history["mean"][:, ends == kind], color=shade, alpha=0.5, linewidth=1)
        left.text(0.45 * step[-1], -9 + 2 * kind, f"at the end: {label}", color=color, bbox=white)
    left.plot([0, step[-1]], [4, 4], color=REAL)
    left.text(1.02 * step[-1], 4, "data", color=REAL, va="center")
    left.set(ylim=(-10, 15), xlim=(0, 1.15 * step[-1]), title="64 trainings of the same recipe")
    ever = np.maximum.accumulate(located, axis=0)
    right.set(ylabel="share of the 64", ylim=(0, 1), xlim=(0, 1.65 * step[-1]))
    right.spines["bottom"].set_bounds(0, step[-1])
    for values, style, color, label in (
        (ever, ":", DARK_FAKE, "were once near the data"),
        (located, "-", DARK_FAKE, "are near the data"),
        (close, "--", "black", "fit: W1 < 0.1"),
    ):
        share = values.mean(1)
        right.plot(step, share, style, color=color)
        right.text(1.02 * step[-1], share[-1], label, color=color, va="center", fontsize=9)
    for ax in (left, right):
        ax.set_xticks(np.linspace(0, step[-1], 3))
    viz.show(
        fig,
        "Left: 64 thin lines; those that end near the data, in orange, run along the blue line at "
        "4, the others, in grey, swing past it or stay elsewhere; few, in black, fit. Right: the "
        "share of trainings that were near the data at some time grows; fewer are near it at the "
        "end, and fewer still fit it.",
    )


def recipes(distances):
    """W1 of each training, a dot a seed, a row a recipe: distances is {name: (n_seeds,)}."""
    fig, ax = axes("W1 to the data", "", size=(9, 0.55 * len(distances) + 1.2), xscale="log")
    jitter = np.random.default_rng(0)
    for row, w1 in enumerate(distances.values()):
        w1 = np.asarray(w1, dtype=float)
        height = row + jitter.uniform(-0.25, 0.25, len(w1))
        ax.plot(w1, height, ".", color=FAKE, alpha=0.7, markersize=7)
        ax.plot([np.median(w1)] * 2, [row - 0.35, row + 0.35], color="black")
        share = np.mean(w1 < 0.1)
        label = f"{share:.0%} of {len(w1)}"
        ax.text(1.02, row, label, va="center", transform=ax.get_yaxis_transform())
    ax.axvline(0.1, color="black", linestyle=":")
    spike = np.mean(
        np.abs(
            distributions.Gaussian(0, 0.5).quantile(distributions.equal_mass_levels(500)).numpy()
        )
    )
    ax.axvline(spike, color=GREY, linestyle=":")
    ax.text(spike, -0.9, "all at 4", color=GREY, ha="center", va="center", fontsize=9)
    ax.text(1.02, -0.9, "W1 < 0.1", transform=ax.get_yaxis_transform(), fontsize=9, va="center")
    ax.set_yticks(range(len(distances)), list(distances))
    ax.set(ylim=(len(distances) - 0.4, -0.6), xlim=(0.005, 30))
    viz.show(
        fig,
        "A row of dots for each recipe, one dot a training, over the distance W1 to the data, a "
        "black bar at the median, a dotted line at 0.1 and one at 0.4, the distance of a generator "
        "that always says 4. Nearly all dots of the whole recipe lie left of the first line; with "
        "Adam's default betas, with ReLU in D, and in section 2, nearly all lie right of it.",
    )
