"""The figures of lesson 08, KL both ways, and the picture whose model can be dragged."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch.distributions import Categorical, MixtureSameFamily, Normal

from .. import viz
from ..metrics import kl_both_ways
from ..viz import DARK_FAKE, FAKE, FURTHER, REAL, axes

X = torch.arange(-300, 301, dtype=torch.float64) / 10
ORDERS = "KL(p‖q)", "KL(q‖p)"
TINTS = dict(zip(ORDERS, (FURTHER[0], FURTHER[1]), strict=True))
INKS = dict(zip(ORDERS, ("#00704F", "#A0457A"), strict=True))
PLACES = "left peak", "over both", "right peak"
STD_TICKS = [0.5, 1, 2, 4]


def two_peaks(half=3.0, share=0.6, stds=(1.0, 1.0)):
    """The data of lesson 08: Gaussians at -half and half, the left one with `share` of the mass."""
    weights = torch.tensor([share, 1 - share], dtype=torch.float64)
    centres = torch.tensor([-half, half], dtype=torch.float64)
    stds = torch.tensor(stds, dtype=torch.float64)
    return MixtureSameFamily(Categorical(weights), Normal(centres, stds))


def diagram():
    """The machine: two densities, one log ratio, two ways to average it."""
    viz.diagram(
        {
            "p": (0, 0, "real"),
            "q": (0, 2, "fake box"),
            "ratio": (1, 1, "box"),
            "over p": (2, 0, "box"),
            "over q": (2, 2, "box"),
            "KL(p‖q)": (3, 0),
            "KL(q‖p)": (3, 2),
        },
        [
            "p -> ratio",
            "q -> ratio",
            "ratio -> over p -> KL(p‖q)",
            "ratio -> over q -> KL(q‖p)",
            "p -> over p: weights",
            "q -> over q: weights",
        ],
        "The data p and the model q, which has a mean and a standard deviation, give one curve: "
        "the log ratio. Above, it is averaged over the data and gives KL(p‖q); below, its negative "
        "is averaged over the model and gives KL(q‖p). One of the two is chosen, and its gradient, "
        "dashed, goes back to q; below it also goes through the weights.",
        gradients=["KL(p‖q) -> over p", "over p -> ratio", "KL(q‖p) -> over q", "over q -> ratio"]
        + ["ratio -> q", "over q -> q"],
        texts={
            "p": "data p",
            "q": "model q:\nmean, std",
            "ratio": "log p(x) − log q(x)",
            "over p": "mean over the data",
            "over q": "minus the mean over the model",
        },
    )


def _integrand(ax, y, total, name, limits):
    """One integrand, its positive part in its colour and its negative part in grey."""
    ax.fill_between(X, y, where=y >= 0, color=TINTS[name], alpha=0.6, linewidth=0)
    ax.fill_between(X, y, where=y <= 0, color="#999999", alpha=0.6, linewidth=0)
    ax.plot(X, y, color=INKS[name], linewidth=1)
    ax.axhline(0, color="#999999", linewidth=0.8)
    ax.set(ylim=limits)
    text = f"{name} = {total:.2f} nats"
    if y.max() > limits[1]:
        text += f"\n(the curve goes up to {y.max():.1f})"
    style = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    ax.text(0.03, 0.97, text, transform=ax.transAxes, va="top", color=INKS[name], bbox=style)


def _row(panels, mean, std):
    """Densities and both integrands of one model."""
    log_p, log_q = two_peaks().log_prob(X), Normal(mean, std).log_prob(X)
    p, q = log_p.exp(), log_q.exp()
    kls = kl_both_ways(log_p, log_q, 0.1)
    panels[0].fill_between(X, p, color=REAL, alpha=0.35, linewidth=0)
    panels[0].plot(X, q, color=FAKE)
    panels[0].text(-8.7, 0.56, "data p", color=REAL, va="top")
    name = f"model q: mean {mean:g}, std {std:g}".replace("-", "−")
    panels[0].text(8.7, 0.56, name, color=DARK_FAKE, va="top", ha="right")
    panels[0].set(ylim=(0, 0.6), ylabel="density")
    _integrand(panels[1], p * (log_p - log_q), kls[0], ORDERS[0], (-0.4, 3))
    _integrand(panels[2], q * (log_q - log_p), kls[1], ORDERS[1], (-0.2, 0.75))
    panels[1].set(ylabel="p · log(p/q)")
    panels[2].set(ylabel="q · log(q/p)")
    for ax in panels:
        ax.set(xlim=(-9, 9), xlabel="x")


def charges(models):
    """For each model (mean, std) a row: densities, p log(p/q), q log(q/p)."""
    fig = Figure(figsize=(12.5, 2.9 * len(models)))
    FigureCanvasAgg(fig)
    for panels, (mean, std) in zip(fig.subplots(len(models), 3, squeeze=False), models):
        _row(panels, mean, std)
    return fig


def opening():
    """Two models that cannot be right, and what each order of the KL adds up for them."""
    viz.show(
        charges([(-3, 1), (-0.5, 3)]),
        "Two rows. Above, a narrow Gaussian on the left peak: the curve p log(p/q) is high at the "
        "peak that is missed, and q log(q/p) is low everywhere. Below, a wide Gaussian over both "
        "peaks: p log(p/q) is low everywhere, and q log(q/p) is highest in the gap between them.",
    )


def drag(mean=-1.0, std=2.0):
    """The picture of the playground: one model."""
    return charges([(mean, std)])


def controls():
    """What `live.live` wants: the sliders."""
    return {
        "mean": widgets.FloatSlider(value=-1, min=-5, max=5, step=0.25, description="mean"),
        "std": widgets.FloatSlider(value=2, min=0.5, max=5, step=0.25, description="std"),
    }


def where(history):
    """For each start where it ended, one of PLACES: over both peaks if the std is above 1.75."""
    mean, log_std = history["at"][-1]
    side = np.where(mean < 0, PLACES[0], PLACES[2])
    return np.where(np.exp(log_std) > 1.75, PLACES[1], side)


def faults(mean, std):
    """What is wrong with a model: the share of q in the gap, the share of p that q leaves out.

    The gap is where p is below a twentieth of its highest value, between the peaks; p is left out
    where q is below a hundredth of it.
    """
    p, q = two_peaks().log_prob(X).exp(), Normal(float(mean), float(std)).log_prob(X).exp()
    gap = (p < p.max() / 20) & (X.abs() < 3)
    return {"invented": q[gap].sum() * 0.1, "missed": p[q < p / 100].sum() * 0.1}


def ends(fits):
    """The Gaussians where the fits ended, {order: history}; labels give how many, std and KL."""
    fig, panels = axes("x", "density", n=2, size=(12, 3.9), xlim=(-9, 10), ylim=(0, 0.52))
    for ax, (name, history) in zip(panels, fits.items()):
        ax.fill_between(X, two_peaks().log_prob(X).exp(), color=REAL, alpha=0.35, linewidth=0)
        for place, at in zip(PLACES, ((-4.6, 0.42), (4.6, 0.17), (1.4, 0.42))):
            mine = where(history) == place
            if not mine.any():
                continue
            mean, log_std = np.median(history["at"][-1][:, mine], axis=1)
            q = Normal(float(mean), float(np.exp(log_std)))
            ax.plot(X, q.log_prob(X).exp(), color=FAKE)
            kl = np.median(history["kl"][-1][mine])
            label = (
                f"{place}: {mine.sum()} of {len(mine)}\nstd {np.exp(log_std):.2f}, {kl:.2f} nats"
            )
            ax.text(*at, label, color=DARK_FAKE, va="bottom")
        ax.set_title(f"models that minimise {name}")
    viz.show(
        fig,
        "Two panels with the blue peaks of the data. Left, KL(p‖q): one wide Gaussian over both "
        "peaks, in which all 64 starts ended. Right, KL(q‖p): a narrow Gaussian on each peak and "
        "a wide one over both, with the number of starts that ended in each.",
    )


def landscape(ax, values, means, log_stds):
    """Grey contours of a divergence over mean and standard deviation; lighter is lower."""
    height = (values - values.min()).clamp(min=0.005, max=20).log10()
    levels = np.linspace(-2.31, 1.31, 13)  # log10 of 0.005 and of 20 nats
    ax.contourf(means, log_stds.exp(), height, levels, cmap="Greys", alpha=0.6)
    ax.set(yscale="log", xlim=(-7, 7), ylim=(0.3, 8), yticks=STD_TICKS)
    ax.set_yticklabels(map(str, STD_TICKS))
    ax.minorticks_off()


def over_grid(p=None):
    """Both KLs on a grid of models: means, log_stds, {order: (log_stds, means)}."""
    means = torch.linspace(-7, 7, 57, dtype=torch.float64)
    log_stds = torch.linspace(-1.25, 2.1, 40, dtype=torch.float64)
    q = Normal(means[:, None], log_stds.exp()[:, None, None])
    values = kl_both_ways((p or two_peaks()).log_prob(X), q.log_prob(X), 0.1)
    return means, log_stds, dict(zip(ORDERS, values))


def paths(fits):
    """From where to where the fits went, on both landscapes."""
    fig, panels = axes("mean of q", "standard deviation of q", n=2, size=(12, 4.6))
    means, log_stds, values = over_grid()
    for ax, (name, history) in zip(panels, fits.items()):
        landscape(ax, values[name], means, log_stds)
        path = history["at"]
        ax.plot(path[:, 0], np.exp(path[:, 1]), color=FAKE, linewidth=0.8)
        style = {"color": "white", "markeredgecolor": DARK_FAKE, "markersize": 4}
        ax.plot(path[0, 0], np.exp(path[0, 1]), "o", **style)
        ax.plot(path[-1, 0], np.exp(path[-1, 1]), "X", color="black", markersize=9)
        ax.set_title(f"{name} (lighter is lower)")
    key = {"va": "bottom", "bbox": {"facecolor": "white", "edgecolor": "none"}}
    panels[0].text(-6.7, 0.33, "white dots: starts, black cross: the end", **key)
    viz.show(
        fig,
        "Two grey landscapes over mean and standard deviation of q, with 64 orange paths from "
        "white dots to black crosses. Left, KL(p‖q): all paths run to one cross. Right, KL(q‖p): "
        "they run to three crosses, narrow ones on both peaks and a wide one in the middle.",
    )


def with_two(kls):
    """How the KL of the flexible model falls, {order: (steps, starts)}."""
    limits = {"yscale": "log", "ylim": (1e-9, 30)}
    fig, panels = axes("step", "KL [nats]", n=2, size=(11, 3.6), **limits)
    for ax, (name, values) in zip(panels, kls.items()):
        ax.plot(values.clip(1e-12), color=TINTS[name], linewidth=0.8, alpha=0.5)
        ax.axhline(1e-3, color="black", linestyle=":", linewidth=1)
        share = np.mean(values[-1] < 1e-3)
        ax.set_title(f"{name}: {share:.0%} of the starts end below 0.001")
    viz.show(
        fig,
        "Two panels with 64 falling lines each, on a logarithmic axis. Under both orders the "
        "lines fall below the dotted line at 0.001 nats and on to far smaller values, some of them "
        "after a plateau.",
    )


def pulls(logits, derivatives):
    """How much each loss of G gains per unit of the logit; derivatives is {loss: (n,)}."""
    fig, ax = axes("logit ℓ = log p − log q", "−dh/dℓ", size=(8.5, 4), xlim=(-4, 6.6))
    colors = FURTHER[0], FURTHER[1], "#1F6E9C", "#B34700"
    label = {"−exp ℓ": (1.4, 3.25), "−ℓ": (4.1, 1.08), "−log D": (-3.9, 0.6)}
    label |= {"log(1 − D)": (4.1, 0.78)}
    minimises = dict(zip(derivatives, ("KL(p‖q)", "KL(q‖p)", "2 KL(m‖p)", "2 JS")))
    for (name, values), color in zip(derivatives.items(), colors):
        ax.plot(logits, values, color=color)
        ax.text(*label[name], f"{name}, for {minimises[name]}", color=color)
    ax.axvline(0, color="#BBBBBB", linewidth=1, zorder=0)
    ax.set(ylim=(0, 3.6))
    viz.show(
        fig,
        "Four curves over the logit. For −exp ℓ the curve grows like an exponential function, for "
        "−ℓ it is level at 1. For −log D it falls from 1 to 0, for log(1 − D) it rises from 0 to "
        "1; these two cross at a logit of 0.",
    )


def crossing(halves, over_both, on_peak, wins, curvature, coarse):
    """Values and curvature over half the distance of the peaks, companion of lesson 08."""
    label = "half the distance of the peaks [their std]"
    fig, (ax, right) = axes(label, "nats", n=2, size=(12.5, 4.4), xlim=(0.5, 6))
    colors = dict(zip(over_both, (FURTHER[0], FURTHER[1], "#1F6E9C", "#B34700")))
    heights = {"KL(p‖q)": 1.13, "KL(q‖p)": 1.92, "JS": 0.28, "2 KL(m‖p)": 1.55}
    for name, color in colors.items():
        ax.plot(halves, over_both[name], color=color)
        ax.plot(halves, on_peak[name], color=color, linestyle="--")
        right.plot(halves, curvature[name], color=color)
        k = min(np.searchsorted(over_both[name], heights[name]), len(halves) - 1)
        ax.text(halves[k] + 0.05, heights[name] - 0.1, name, color=color)
        if name in wins:
            value = np.interp(wins[name], halves, over_both[name])
            ax.plot(wins[name], value, "o", color=color)
            ax.text(wins[name] + 0.08, value - 0.05, f"{wins[name]:.2f}", color=color, va="top")
    ax.set(ylim=(0, 2), title="solid: over both peaks; dashed: on one peak")
    right.plot(halves, coarse, color=colors["KL(q‖p)"], linestyle=":")
    right.text(4.35, -0.17, "KL(q‖p), steps\ntoo large", color=INKS["KL(q‖p)"], ha="right")
    right.axhline(0, color="black", linewidth=0.8)
    right.set(ylabel="curvature in the mean, over both", ylim=(-0.25, 0.8))
    right.set_title("all four stay above 0")
    viz.show(
        fig,
        "Left: four rising curves for the Gaussian over both peaks and three dashed ones for that "
        "on a peak, with dots where they cross. Right: the curvatures fall towards 0 and stay "
        "above it; only a dotted curve, computed with steps that are too large, dives below.",
    )


def landings(values, landed, minima):
    """Where GANs ended, a panel for each loss; black crosses are the minima of its divergence."""
    fig = Figure(figsize=(11.5, 8))
    FigureCanvasAgg(fig)
    means, log_stds, panels = *values[:2], fig.subplots(2, 2).flat
    for ax, (name, at) in zip(panels, landed.items()):
        divergence, grid = values[2][name]
        landscape(ax, grid, means, log_stds)
        style = {"markersize": 5, "markeredgecolor": DARK_FAKE, "alpha": 0.8}
        ax.plot(at[0], at[1].exp(), "o", color=FAKE, **style)
        ax.plot(*zip(*minima[name]), "X", color="black", markersize=9)
        ax.set(title=f"loss {name}, on {divergence}", xlabel="mean of q", ylabel="std of q")
    viz.show(
        fig,
        "Four landscapes with 64 orange dots each, where the generators ended, and black crosses "
        "at the minima of the divergence. Under −exp ℓ and log(1 − D) most dots are at the wide "
        "cross; under −ℓ and −log D some are at each cross, the wide ones a little above it.",
    )


def flexible_seeds(x_fake, cdf_distance):
    """p, and histograms of three seeds of a flexible GAN: the nearest, median and furthest."""
    fig, panels = axes("x", "density", n=3, size=(12.5, 3.5), xlim=(-7, 7), ylim=(0, 0.62))
    order = cdf_distance.argsort()
    for ax, k, name in zip(panels, order[[0, len(order) // 2, -1]], ("least", "median", "largest")):
        ax.hist(x_fake[k], np.linspace(-7, 7, 71), density=True, color=FAKE)
        ax.plot(X, two_peaks().log_prob(X).exp(), color=REAL)
        ax.set_title(f"{name} distance: {cdf_distance[k]:.2f}")
    viz.show(
        fig,
        "Three histograms of generated numbers, with the two peaks of the data as a blue line. "
        "From left to right the generated peaks are narrower and more uneven; all have two.",
    )
