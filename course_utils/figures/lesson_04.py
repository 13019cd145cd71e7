"""The figures of lesson 04, Saturation, with its film and the picture of its playground."""

import ipywidgets as widgets
import numpy as np
import torch
from torch import nn, sigmoid

from .. import distributions, models, run, viz
from ..losses import discriminator_loss
from ..viz import FURTHER, GREY, REAL, axes
from .lesson_01 import line_picture

NAMES = ("−log D", "log(1 − D)")
LOOKS = {  # how the two losses are drawn in every figure, and the shade of their labels
    "−log D": {"color": FURTHER[0]},
    "log(1 − D)": {"color": FURTHER[1], "linestyle": (0, (4, 1.5))},
}
INKS = {"−log D": "#00704F", "log(1 − D)": "#A0457A"}
DATA = distributions.Gaussian(4, 0.5)


def diagram():
    """The machine: what the gradient is multiplied by on its way from G's loss to a sample."""
    viz.diagram(
        {
            "G": (0, 0, "fake box"),
            "x": (1, 0, "fake"),
            "network": (2, 0, "discriminator box"),
            "logit": (3, 0),
            "sigmoid": (4, 0, "discriminator box"),
            "D": (5, 0),
            "loss": (6, 0),
        },
        ["G -> x -> network -> logit -> sigmoid -> D -> loss"],
        "A generated x goes through the network of D, which gives a logit, and through a sigmoid, "
        "which gives D(x); G's loss is made of that. Dashed in green, the way of the gradient "
        "back: at the sigmoid it is multiplied by D(1 − D), in the network by the derivative of "
        "the logit with respect to x.",
        gradients=[
            "loss -> sigmoid: times D(1 − D)",
            "sigmoid -> network: times ℓ′(x)",
            "network -> x -> G",
        ],
        texts={
            "x": "generated x",
            "network": "layers of D",
            "logit": "logit ℓ",
            "D": "D(x)",
            "loss": "loss of G",
        },
    )


class ArrowPicture:
    """Data, samples and D(x); above them two rows of arrows, what each loss sends to 12 samples.

    An arrow's length is the square root of the derivative's size, times `SCALE`.
    """

    SCALE = 0.7

    def __init__(self):
        self.picture = line_picture(-3, 7, density_top=2.0, size=(5.4, 4.3))
        ax, right = self.picture.fig.axes
        right.set(ylim=(0, 2.2), yticks=[0, 0.5, 1])
        right.yaxis.set_label_coords(1.1, 0.23)
        right.spines["right"].set_bounds(0, 1)
        ax.set(yticks=[0, 0.5])
        ax.yaxis.set_label_coords(-0.1, 0.2)
        self.at = torch.from_numpy(self.picture.middles)
        self.rows, self.labels = {}, {}
        units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.005, "animated": True}
        for name, low in zip(NAMES, (1.55, 1.05)):
            heights, zeros = np.linspace(low, low + 0.28, 12), np.zeros(12)
            style = units | {"color": LOOKS[name]["color"], "zorder": 5}
            self.rows[name] = ax.quiver(zeros, heights, zeros, zeros, **style)
            words = ax.text(-2.9, low + 0.31, "", color=INKS[name], fontsize=10, animated=True)
            self.labels[name] = words

    def update(self, generated, logit, title):
        """Show a Gaussian of samples, and what the discriminator `logit(x)` says of them.

        `logit` maps a tensor (n,) of positions to (n,) logits.
        """
        x = generated.quantile(distributions.equal_mass_levels(12)).double().requires_grad_()
        logits = logit(x)
        derivative = torch.autograd.grad(logits.sum(), x)[0]
        weights = {"−log D": sigmoid(-logits), "log(1 − D)": sigmoid(logits)}
        with torch.no_grad():
            d = sigmoid(logit(self.at)).numpy()
            x_fake = generated.quantile(distributions.equal_mass_levels(2000)).numpy()
        for name, row in self.rows.items():
            push = (weights[name] * derivative).detach()
            row.set_offsets(np.stack([x.detach().numpy(), row.get_offsets()[:, 1]], 1))
            row.set_UVC(self.SCALE * push.sign() * push.abs().sqrt(), torch.zeros(12))
            size = push.abs().quantile(0.5).item()
            size = f"{size:.1g}" if size < 0.001 else f"{size:.3f}" if size < 1 else f"{size:.1f}"
            self.labels[name].set_text(f"G minimises {name}: median {size}")
        return self.picture.update(x_fake, d, title)


def film(seed):
    """D learns, G stands still: a film of what both losses would send to the samples."""
    picture = ArrowPicture()
    run.seed_everything(seed)
    generated = distributions.Gaussian(0, 0.5)
    discriminator = models.gan_discriminator([1, 32, 32], lambda: nn.LeakyReLU(0.2))
    opt_d = torch.optim.Adam(discriminator.parameters(), 1e-2, betas=(0.0, 0.9), fused=True)
    done = 0

    def logit(x):
        return discriminator(x.float().view(1, -1, 1))[0].double()

    def frame(steps):
        nonlocal done
        for _ in range(steps - done):
            logits = (discriminator(side.sample(1, 64)) for side in (DATA, generated))
            loss_d = discriminator_loss(*logits).sum()
            opt_d.zero_grad()
            loss_d.backward()
            opt_d.step()
        done = steps
        picture.update(generated, logit, f"D has learned for {steps} steps")

    frames = [*range(0, 20), *range(20, 60, 4), *range(60, 200, 14), *range(200, 501, 30)]
    viz.gif(
        picture.picture.fig,
        frame,
        frames,
        "Animation: the orange numbers stand still at 0, the blue data at 4, and the grey curve "
        "D(x) between them becomes a sharp step. The upper row of arrows, for −log D, points "
        "towards the data and grows; the lower one, for log(1 − D), grows for a moment and then "
        "shrinks to nothing.",
        fps=8,
        strip=4,
    )


class Playground:
    """The picture of the playground: G's mean and standard deviation, and how far D has learned."""

    def __init__(self):
        self.picture = ArrowPicture()

    def draw(self, mean=0.0, std=0.5, learned=100):
        """The picture when D's logit is `learned` percent of the best logit."""
        generated = distributions.Gaussian(mean, std)

        def logit(x):
            return learned / 100 * (DATA.log_prob(x) - generated.log_prob(x))

        return self.picture.update(generated, logit, f"D has learned {learned} %")

    def controls(self):
        """What `live.live` wants: the sliders."""
        return {
            "mean": widgets.FloatSlider(value=0, min=-2, max=6, step=0.25, description="G's mean"),
            "std": widgets.FloatSlider(value=0.5, min=0.25, max=1.5, step=0.25, description="std"),
            "learned": widgets.IntSlider(value=100, min=0, max=100, step=5, description="D, %"),
        }


def derivatives(logits, values, by_d, by_logit):
    """The two losses and their derivatives: over D in the left pair of panels, over ℓ right."""
    fig, panels = axes("D", "", n=4, size=(12, 3.5))
    d = sigmoid(logits)
    for name in NAMES:
        for ax, at, curve in zip(
            panels, (d, d, logits, logits), (values, by_d, values, by_logit), strict=True
        ):
            ax.plot(at, curve[name].detach(), **LOOKS[name])
    panels[0].set(ylabel="loss of G [nats]", ylim=(-6, 6), title="over D")
    panels[1].set(ylabel="derivative with respect to D", ylim=(-5, 0.5), title="over D")
    panels[2].set(xlabel="logit ℓ", ylabel="loss of G [nats]", ylim=(-10, 10), title="over ℓ")
    panels[3].set(xlabel="logit ℓ", ylabel="derivative with respect to ℓ", title="over ℓ")
    panels[3].set(ylim=(-1.1, 0.2))
    for ax in (panels[1], panels[3]):
        ax.axhline(0, color="#BBBBBB", linewidth=1, zorder=0)
    panels[1].plot([0], [-1], "o", color=INKS["log(1 − D)"], clip_on=False, zorder=5)
    panels[1].text(0.05, -0.62, "−1 at D = 0", color=INKS["log(1 − D)"])
    for ax, places in zip(
        panels, (((0.08, 3.2), (0.3, -3)), ((0.27, -4.7), (0.66, -2.6)), None, ((-9.5, -0.9), None))
    ):
        for name, place in zip(NAMES, places or ()):
            if place:
                ax.text(*place, name, color=INKS[name])
    panels[2].text(-6, 7, "−log D", color=INKS["−log D"])
    panels[2].text(-8, -2.5, "log(1 − D)", color=INKS["log(1 − D)"])
    panels[3].text(-9.5, 0.06, "log(1 − D)", color=INKS["log(1 − D)"])
    viz.show(
        fig,
        "Four panels, two over D and two over the logit. Over D, the derivative of the dashed "
        "log(1 − D) is −1 at D = 0, marked by a dot, and that of −log D falls without bound. Over "
        "the logit, the dashed derivative goes from 0 to −1 and the other from −1 to 0.",
    )


def while_d_learns(step, means, best):
    """What arrives at G while D learns: the median over seeds as a line, the middle 80 % shaded.

    means is {name of a loss: (steps, n_seeds)}; `best` is what −log D would send at the best D.
    """
    limits = {"xscale": "log", "yscale": "log", "xlim": (1, 2500), "ylim": (1e-9, 1e2)}
    fig, ax = axes("steps of D", "mean arrow of a batch", size=(7.5, 4), **limits)
    for name, values in means.items():
        viz.quantile_band(ax, step, values, LOOKS[name]["color"])
        ax.lines[-1].set_linestyle(LOOKS[name].get("linestyle", "-"))
        ax.text(1.1 * step[-1], np.median(values[-1]), name, color=INKS[name], va="center")
    ax.plot([1, step[-1]], [best, best], ":", color="black", linewidth=1)
    ax.text(1.2, 1.4 * best, "−log D at the best D: 16", va="bottom", fontsize=10)
    ax.set_xticks([1, 10, 100, 500], ["1", "10", "100", "500"])
    viz.show(
        fig,
        "Two bands over 64 seeds on logarithmic axes. They begin together and rise together for a "
        "few steps. Then −log D goes on towards the dotted line at 16, while the dashed log(1 − D) "
        "falls by many powers of ten.",
    )


def trajectories(rates, means):
    """Where G stands, turn by turn; a panel for each rate, means is {name: (turns, rates, seeds)}.

    Both losses are drawn in each panel, a thin line a seed.
    """
    fig, panels = axes("turn", "mean of G", n=len(rates), size=(2.5 * len(rates), 3.3))
    for k, (ax, rate) in enumerate(zip(panels, rates)):
        ax.set_ylabel("mean of G" if k == 0 else "")
        for name, values in means.items():
            turns = np.arange(1, len(values) + 1)
            style = {"color": LOOKS[name]["color"], "linewidth": 0.8, "alpha": 0.5}
            ax.plot(turns, values[:, k], **style)
        ax.axhline(4, color=REAL, linewidth=1, linestyle=":")
        ax.set(xscale="log", xlim=(1, 1000), ylim=(-1, 8), title=f"learning rate {rate:g}")
        ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    panels[0].text(1.3, 4.2, "data", color=REAL)
    for name, height in zip(NAMES, (7.2, 6.5)):
        panels[0].text(1.3, height, name, color=INKS[name])
    viz.show(
        fig,
        "A panel for each learning rate, the mean of G over the turns on a logarithmic axis, a "
        "thin line for each of 32 seeds. The lines of −log D reach the data at 4 early; those of "
        "log(1 − D) stay near 0 for a hundred turns or more and then reach them too, except at "
        "the smallest rate, where they stay, and at the largest, where many leave the picture.",
    )


def what_the_log_says(histories):
    """The losses of G and of D, and where G stands; histories is {name: {what: (turns, seeds)}}."""
    fig, panels = axes("turn", "loss of G [nats]", n=3, size=(11, 3.4), xlim=(0, 1000))
    for name, history in histories.items():
        for ax, what in zip(panels, ("loss_g", "loss_d", "mean")):
            turns = np.arange(1, len(history[what]) + 1)
            viz.quantile_band(ax, turns, history[what], LOOKS[name]["color"])
            ax.lines[-1].set_linestyle(LOOKS[name].get("linestyle", "-"))
    panels[0].set(ylim=(-2, 8))
    panels[1].set(ylabel="loss of D [nats]", ylim=(-0.1, 2.5))
    panels[2].set(ylabel="mean of G", ylim=(-1, 6))
    panels[2].axhline(4, color=REAL, linewidth=1, linestyle=":")
    panels[2].text(980, 4.35, "data", color=REAL, ha="right")
    for ax, heights in zip(panels, ((1.1, -0.8), (1.6, 0.12), (3.2, 0.6))):
        for name, height in zip(NAMES, heights):
            ax.text(980, height, name, color=INKS[name], ha="right")
    viz.show(
        fig,
        "Left and middle: under the dashed log(1 − D) both losses are flat lines at 0, under "
        "−log D they end near 0.69 and 1.39. Right: under log(1 − D) the mean of G stays near 0, "
        "under −log D it reaches the dotted line of the data at 4.",
    )


def with_adam(near, far):
    """Where G stands, turn by turn, under Adam; near and far are {label: (turns, 1, seeds)}."""
    fig, panels = axes("turn", "mean of G", n=2, size=(10, 3.6))
    titles = "G starts at 0, D 150 steps ahead", "G starts at −4, D 500 larger steps ahead"
    for ax, runs, title in zip(panels, (near, far), titles):
        for label, means in runs.items():
            name = "−log D" if label.startswith("−log D") else "log(1 − D)"
            small = "ε" in label
            color, ink = ("#56B4E9", "#1F6E9C") if small else (LOOKS[name]["color"], INKS[name])
            ax.plot(
                np.arange(1, len(means) + 1), means[:, 0], color=color, linewidth=0.8, alpha=0.4
            )
            place = (1.02 * len(means), np.median(means[-1]))
            if ax is panels[0]:
                place = (10, 2.6) if name == "−log D" else (160, 1.2)
            ax.text(*place, label, color=ink, va="center", fontsize=10)
        ax.set(title=title, xlim=(0, len(means) * (1 if ax is panels[0] else 1.6)))
        ax.set(ylim=(-5, 5), xticks=np.linspace(0, len(means), 5))
        ax.axhline(4, color=REAL, linewidth=1, linestyle=":")
    panels[1].text(3, 4.15, "data", color=REAL)
    viz.show(
        fig,
        "Left: under Adam both losses bring every seed from 0 to the data at 4; log(1 − D) takes "
        "some 60 turns more. Right, D much further ahead: −log D moves at once from −4, log(1 − D) "
        "does not move, and with a smaller ε it moves slowly.",
    )


def two_divergences(t, curves, slopes):
    """Two divergences over the distance t, and their derivatives; both are {name: (n,)}."""
    fig, (left, right) = axes("distance t", "divergence [nats]", n=2, size=(10, 3.6))
    losses = dict(zip(curves, ("log(1 − D)", "−log D"), strict=True))
    for name, loss in losses.items():
        left.plot(t, curves[name], **LOOKS[loss])
        right.semilogy(t[1:], slopes[name][1:], **LOOKS[loss])
    left.axhline(2 * np.log(2), color=GREY, linestyle=":", linewidth=1)
    left.text(5.9, 2 * np.log(2) + 0.25, "2 log 2", color=GREY, ha="right")
    left.text(4, 0.5, "2 JS, for log(1 − D)", color=INKS["log(1 − D)"])
    left.text(0.3, 14, "2 KL(m‖p),\nfor −log D", color=INKS["−log D"])
    right.text(4.4, 1e-2, "2 JS", color=INKS["log(1 − D)"])
    right.text(4.4, 0.5, "2 KL(m‖p)", color=INKS["−log D"])
    left.set(ylim=(0, 20))
    right.set(ylabel="derivative", ylim=(1e-9, 1e2))
    viz.show(
        fig,
        "Left: the dashed 2 JS rises to 2 log 2 and is flat from a distance of 3 on; 2 KL(m‖p) "
        "goes on rising like a parabola. Right: the derivative of 2 JS falls by many powers of "
        "ten, that of the other rises.",
    )


def along_and_sideways(step, along, sideways):
    """Two panels, one a loss: the part of the push that is right, and the part that is not."""
    limits = {"xscale": "log", "yscale": "log", "ylim": (1e-5, 1e2), "xlim": (1, 500)}
    fig, panels = axes("steps of D", "push on G", n=2, size=(10, 3.8), **limits)
    for ax, name in zip(panels, NAMES):
        for part, color, ink in (
            (along[name], LOOKS[name]["color"], INKS[name]),
            (sideways[name], GREY, GREY),
        ):
            viz.quantile_band(ax, step, part, color)
            label = "along" if ink != GREY else "sideways"
            height = np.median(part[-1]) * (1.3 if label == "along" else 0.75)
            ax.text(1.05 * step[-1], height, label, color=ink, va="center")
        ax.set_title(name)
        ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    viz.show(
        fig,
        "Two panels over the steps of D. Left, −log D: the part along the right direction and the "
        "grey sideways part rise and stay high. Right, log(1 − D): both rise for a few steps and "
        "then fall together.",
    )


def batches(arrows, mean):
    """How much arrives under log(1 − D): a histogram of the mean arrows of many batches."""
    fig, ax = axes("mean arrow of a batch", "batches", size=(7, 3.4), xscale="log")
    ax.hist(arrows, np.logspace(-12, 0, 61), color=LOOKS["log(1 − D)"]["color"])
    ax.axvline(mean, color="black", linestyle=":")
    ax.text(1.3 * mean, ax.get_ylim()[1], "mean of all", va="top")
    viz.show(
        fig,
        "A histogram on a logarithmic axis. Most batches lie between 1e-9 and 1e-4; a dotted line "
        "marks the mean of all, and only a thin tail of the batches lies to the right of it.",
    )
