"""The figures of lesson 08, KL both ways, and the picture whose model can be dragged."""

import math

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.interpolate import RegularGridInterpolator
from torch.distributions import Categorical, MixtureSameFamily, Normal

from .. import viz
from ..metrics import kl_both_ways
from ..viz import DARK_FAKE, FAKE, FURTHER, REAL, axes

X = torch.arange(-300, 301, dtype=torch.float64) / 10
ORDERS = "KL(p‖q)", "KL(q‖p)"
TINTS = dict(zip(ORDERS, (FURTHER[0], FURTHER[1]), strict=True))
INKS = dict(zip(ORDERS, ("#00704F", "#A0457A"), strict=True))
PLACES = "left peak", "over both", "right peak"
PLACE_TINTS = dict(zip(PLACES, ("#B34700", FAKE, "#7A5195"), strict=True))
PLACE_INKS = PLACE_TINTS | {"over both": DARK_FAKE}
STD_TICKS = [0.5, 1, 2, 4]
STEPS = 0.1, 0.05  # of the sliders for mean and std; coarser ones would stop in a slanting valley
LEVELS = [0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 4, 8, 16]  # nats


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
        "is averaged over the model and gives KL(q‖p).",
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
    text = f"{name} = {total:.3f} nats"
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
    """What `live.live` wants: sliders with `STEPS`."""
    mean, std = STEPS
    return {
        "mean": widgets.FloatSlider(value=-1, min=-5, max=5, step=mean, description="mean"),
        "std": widgets.FloatSlider(value=2, min=0.5, max=5, step=std, description="std"),
    }


def ends(fits, places):
    """The Gaussians where fits ended, {order: history}; `places` says for each start where."""
    fig, panels = axes("x", "density", n=2, size=(12, 3.9), xlim=(-9, 10), ylim=(0, 0.52))
    for ax, (name, history) in zip(panels, fits.items()):
        ax.fill_between(X, two_peaks().log_prob(X).exp(), color=REAL, alpha=0.35, linewidth=0)
        for place, at in zip(PLACES, ((-5.4, 0.42), (4.9, 0.17), (0.8, 0.42))):
            mine = places[name] == place
            if not mine.any():
                continue
            mean, log_std = np.median(history["model"][-1][:, mine], axis=1)
            q, kl = (
                Normal(float(mean), float(np.exp(log_std))),
                np.median(history["value"][-1][mine]),
            )
            ax.plot(X, q.log_prob(X).exp(), color=PLACE_TINTS[place])
            label = f"{place}: {mine.sum()} of {len(mine)}\nstd {q.stddev:.2f}, {kl:.2f} nats"
            ax.text(*at, label, color=PLACE_INKS[place], va="bottom")
        ax.set_title(f"models that minimise {name}")
    viz.show(
        fig,
        "Two panels with the blue peaks of the data. Left, KL(p‖q): one wide Gaussian over both "
        "peaks, in which all 64 starts ended. Right, KL(q‖p): a narrow Gaussian on each peak and "
        "a wide one over both, with the number of starts that ended in each.",
    )


def landscape(ax, values, means, log_stds, spokes=()):
    """Contours of a divergence over mean and standard deviation, in nats; lighter is lower.

    `spokes` are lines from (mean, std) to (mean, std): where they cross a contour, its number is
    written.
    """
    grid = means, log_stds.exp(), values
    shades = np.linspace(0, 0.5, len(LEVELS) + 1)
    ax.contourf(*grid, [0, *LEVELS, 1e3], colors=[str(1 - shade) for shade in shades])
    ax.contour(*grid, LEVELS, colors="#444444", linewidths=0.5)
    ax.set(yscale="log", xlim=(-7, 7), ylim=(0.3, 8), yticks=STD_TICKS)
    ax.set_yticklabels(map(str, STD_TICKS))
    ax.minorticks_off()
    height = RegularGridInterpolator((means.numpy(), log_stds.numpy()), values.numpy().T)
    halo = [patheffects.withStroke(linewidth=3, foreground="white")]
    for start, end in np.asarray(spokes, dtype=float):
        ends = np.array([[start[0], np.log(start[1])], [end[0], np.log(end[1])]])
        line = ends[0] + np.linspace(0, 1, 400)[:, None] * (ends[1] - ends[0])
        crossed = np.searchsorted(LEVELS, height(line))  # between which levels each point lies
        last = math.inf  # pixel row of the last number
        for k in np.flatnonzero(np.diff(crossed)):
            at, level = (line[k, 0], np.exp(line[k, 1])), LEVELS[crossed[k : k + 2].min()]
            row = ax.transData.transform(at)[1]
            if abs(row - last) > 16:
                style = {"ha": "center", "va": "center", "fontsize": 10, "path_effects": halo}
                ax.text(*at, f"{level:g}", zorder=5, **style)
                last = row


def _downhill(at, values, means, log_stds):
    """The place below each of `at`, (n, 2): an index of `PLACES`, found by steepest descent."""
    grid = means.numpy(), log_stds.numpy()
    downhill = -np.stack(np.gradient(values.numpy().T, *grid), axis=-1)
    downhill = RegularGridInterpolator(grid, downhill)
    low, high = (np.array([axis[k] for axis in grid]) for k in (0, -1))
    for i in range(200):
        step = downhill(at)
        step *= 0.1 * (1 - i / 200) / np.linalg.norm(step, axis=1, keepdims=True).clip(1e-9)
        at = (at + step).clip(low, high)
    return np.where(at[:, 1] > np.log(1.75), 1, np.where(at[:, 0] < 0, 0, 2))


def regions(starts):
    """For starts (2, n), means and log stds: the minimum of KL(q‖p) in whose region each lies."""
    means, log_stds, values = over_grid()
    return np.array(PLACES)[_downhill(np.asarray(starts).T, values[ORDERS[1]], means, log_stds)]


def watersheds(ax, values, means, log_stds):
    """Dashed lines between the models from which steepest descent ends at different minima."""
    grid = means.numpy(), log_stds.numpy()
    starts = [np.linspace(axis[0], axis[-1], 2 * len(axis)) for axis in grid]
    at = np.stack(np.meshgrid(*starts, indexing="ij"), axis=-1).reshape(-1, 2)
    ended = _downhill(at, values, means, log_stds).reshape(len(starts[0]), -1).T
    style = {"colors": "black", "linewidths": 1.4, "linestyles": "--"}
    if len(np.unique(ended)) > 1:
        ax.contour(starts[0], np.exp(starts[1]), ended, [0.5, 1.5], **style)


def over_grid(p=None):
    """Both KLs on a grid of models: means, log_stds, {order: (log_stds, means)}."""
    means = torch.linspace(-7, 7, 57, dtype=torch.float64)
    log_stds = torch.linspace(-1.25, 2.1, 40, dtype=torch.float64)
    q = Normal(means[:, None], log_stds.exp()[:, None, None])
    values = kl_both_ways((p or two_peaks()).log_prob(X), q.log_prob(X), 0.1)
    return means, log_stds, dict(zip(ORDERS, values))


SPOKES = {  # where the contours of each landscape are numbered
    "KL(p‖q)": [((-0.6, 3.1), (-0.6, 7.6)), ((6.6, 0.32), (6.6, 7.6))],
    "KL(q‖p)": [((-3, 1), (-3, 0.32)), ((3, 1), (3, 0.32)), ((0.3, 2.7), (0.3, 7.6))],
}


def paths(fits, places):
    """From where to where 16 of the fits went, on both landscapes; the colour tells the end."""
    fig, panels = axes("mean of q", "standard deviation of q", n=2, size=(12.5, 5))
    means, log_stds, values = over_grid()
    for ax, (name, history) in zip(panels, fits.items()):
        landscape(ax, values[name], means, log_stds, SPOKES[name])
        watersheds(ax, values[name], means, log_stds)
        drawn = np.argsort(history["model"][0, 0])[::4]  # from all means
        for place, color in PLACE_TINTS.items():
            path = history["model"][..., places[name] == place]
            few = history["model"][..., drawn][..., places[name][drawn] == place]
            ax.plot(few[:, 0], np.exp(few[:, 1]), color=color, linewidth=1)
            ax.plot(path[0, 0], np.exp(path[0, 1]), "o", color=color, markeredgecolor="white")
        end = history["model"][-1]
        ax.plot(end[0], np.exp(end[1]), "X", color="black", markersize=9)
        ax.set_title(f"{name} in nats (lighter is lower)")
        if name == ORDERS[1]:
            start = history["model"][0]
            moved = start[:, places[name] != regions(start)]
            style = {"markersize": 14, "markeredgecolor": "black", "markeredgewidth": 1.5}
            ax.plot(moved[0], np.exp(moved[1]), "o", markerfacecolor="none", **style)
    key = {"va": "bottom", "bbox": {"facecolor": "white", "edgecolor": "none"}}
    panels[0].text(-6.7, 0.33, "dots: 64 starts, lines: 16 of the paths, crosses: ends", **key)
    panels[1].text(2.4, 7.4, "watershed", va="top", bbox=key["bbox"])
    viz.show(
        fig,
        "Two grey landscapes over mean and standard deviation of q, with 64 dots, and paths from "
        "16 of them to black crosses. Left, KL(p‖q): all paths run to one cross. Right, KL(q‖p): "
        "they run to three crosses, narrow ones on both peaks and a wide one in the middle; dashed "
        "lines separate the three regions, and a ring is round each dot that changed its region.",
    )


def found_and_stuck(history, half):
    """Start and end of two fits of two Gaussians: the first that found p, and the first stuck."""
    fig, panels = axes("x", "density", n=2, size=(12.5, 3.7), xlim=(-14, 14), ylim=(0, 0.43))
    found, sides = history["value"][-1] < 1e-3, history["model"][0, :2]
    narrowest = history["model"][0, 2:4].min(0)
    found &= (sides[0] * sides[1] < 0) & (narrowest > 0)  # a start with a mean on each side
    stuck = (history["value"][-1] > 1e-3) & (sides[0] * sides[1] > 0) & (narrowest > -0.3)
    for ax, mine, title in zip(panels, (found, stuck), ("found", "stuck")):
        if not mine.any():
            continue
        k = np.flatnonzero(mine)[0]
        ax.fill_between(X, two_peaks(half).log_prob(X).exp(), color=REAL, alpha=0.35, linewidth=0)
        for i, style in ((0, {"color": "#777777", "linestyle": "--"}), (-1, {"color": FAKE})):
            numbers = torch.as_tensor(history["model"][i][:, k]).double()
            q = MixtureSameFamily(
                Categorical(logits=torch.stack([numbers[4], 0 * numbers[4]])),
                Normal(numbers[:2], numbers[2:4].exp()),
            )
            ax.plot(X, q.log_prob(X).exp(), **style)
            if i == 0:
                ax.plot(numbers[:2], [0.012] * 2, "v", color="#777777", clip_on=False)
        ax.set_title(f"{title}: ends at {history['value'][-1][k]:.2f} nats")
    panels[0].text(-13.6, 0.41, "data p", color=REAL, va="top")
    panels[0].text(
        -13.6, 0.375, "model at the start\n(triangles: its means)", color="#555555", va="top"
    )
    panels[0].text(-13.6, 0.295, "model at the end", color=DARK_FAKE, va="top")
    viz.show(
        fig,
        "Two panels with the blue peaks of the data at −6 and 6, and a dashed model at the start. "
        "Left, its two means lie on both sides of 0, and at the end the model covers both peaks. "
        "Right, both means lie on one side, and at the end both Gaussians are on the peak there.",
    )


def weights(logits, derivatives, mean=-1.0, std=2.0):
    """Left: p, one model q, and what its samples climb. Right: the weights of samples.

    `derivatives` is {loss: (n,)}: how much each loss of G falls per unit of the logit.
    """
    fig = Figure(figsize=(13, 5.4))
    FigureCanvasAgg(fig)
    grid = fig.add_gridspec(3, 2, width_ratios=(1.1, 1), hspace=0.14, wspace=0.14)
    _climbed([fig.add_subplot(grid[k, 0]) for k in range(3)], mean, std)
    ax = fig.add_subplot(grid[:, 1], xlim=(-4, 4), ylim=(0, 3.6))
    ax.set(xlabel="logit ℓ = log p − log q = log r", ylabel="weight of a sample, −dh/dℓ")
    at = (1.45, 3.2), (-3.9, 1.08), (-3.9, 0.38), (1.45, 0.28)
    colors = *CLIMBED.values(), "#1F6E9C", "#B34700"
    formulas = "r", "1", "1/(1 + r)", "r/(1 + r)"
    minimises = "KL(p‖q)", "KL(q‖p)", "2 KL(m‖p)", "2 JS"
    for k, (name, values) in enumerate(derivatives.items()):
        ax.plot(logits, values, color=colors[k])
        text = f"{name}, for {minimises[k]}:" + " \n"[k > 1] + formulas[k]
        ax.text(*at[k], text, color=colors[k])
    ax.axvline(0, color="#BBBBBB", linewidth=1, zorder=0)
    ax.text(-0.15, 2.2, "too many generated\nsamples here", ha="right", color="#555555")
    ax.text(1.45, 2.3, "here data are missed", color="#555555")
    viz.show(
        fig,
        "Left, three rows over x. The data p have two peaks, the model q is one Gaussian between "
        "them. The ratio r = exp ℓ is highest at the right peak, and only the samples at its foot "
        "have long green arrows. The logit ℓ has two hills of similar height, and samples all "
        "over have pink arrows to the nearer hill. Right, four curves over the logit: for −exp ℓ "
        "an exponential function, for −ℓ level at 1; for −log D it falls from 1 to 0, for "
        "log(1 − D) it rises from 0 to 1, and these two cross at a logit of 0.",
    )


CLIMBED = {"−exp ℓ": "#00704F", "−ℓ": "#A0457A"}  # the losses whose curves are drawn over x


def _climbed(panels, mean, std, n=15, scale=0.4):
    """Three rows over x: the densities; r with the steps of n samples of q under −r; ℓ likewise."""
    x = torch.linspace(-7, 7, 561, dtype=torch.float64)
    q = Normal(torch.tensor(mean, dtype=torch.float64), std)
    levels = (torch.arange(n, dtype=torch.float64) + 0.5) / n
    samples = q.icdf(levels).requires_grad_()  # equally likely

    def logit(x):
        return two_peaks().log_prob(x) - q.log_prob(x)

    panels[0].fill_between(x, two_peaks().log_prob(x).exp(), color=REAL, alpha=0.35, linewidth=0)
    panels[0].plot(x, q.log_prob(x).exp(), color=FAKE)
    panels[0].text(-6.8, 0.2, "data p", color=REAL)
    panels[0].text(-6.8, 0.12, "model q", color=DARK_FAKE)
    panels[0].set(ylim=(0, 0.28), ylabel="density")
    curves = (torch.exp, "r = exp ℓ", (-1, 13)), (torch.clone, "ℓ = log r", (-5, 3.5))
    for ax, (loss, color), (curve, name, limits) in zip(panels[1:], CLIMBED.items(), curves):
        height = curve(logit(samples))
        (step,) = torch.autograd.grad(height.sum(), samples)
        at, height = samples.detach(), height.detach()
        ax.plot(x, curve(logit(x)), color=color, linewidth=1)
        ax.plot(at, height, "o", color=FAKE, markersize=4)
        ax.quiver(at, height, scale * step, 0 * step, color=color, **ARROWS)
        ax.set(ylim=limits, ylabel=name)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.text(-6.8, 0.95 * limits[1], f"loss {loss}", color=color, va="top", bbox=box)
    for ax in panels:
        ax.set(xlim=(-7, 7))
    for ax in panels[:2]:
        ax.set(xticklabels=[])
    panels[2].set(xlabel="x")


ARROWS = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.005, "zorder": 3}


def crossing(halves, over_both, on_peak, wins, curvature, coarse):
    """Values and curvature over half the distance of the peaks, companion of lesson 08."""
    label = "half the distance of the peaks [their std]"
    fig, (ax, right) = axes(label, "nats", n=2, size=(12.5, 4.4), xlim=(0.5, 6))
    colors = TINTS | {"JS": "#B34700", "2 KL(m‖p)": "#1F6E9C"}
    labels = {"KL(p‖q)": (5.0, 1.08), "KL(q‖p)": (2.75, 1.7)}
    labels |= {"JS": (5.5, 0.08), "2 KL(m‖p)": (4.25, 1.5)}
    for name, color in colors.items():
        ax.plot(halves, over_both[name], color=color)
        ax.plot(halves, on_peak[name], color=color, linestyle="--")
        right.plot(halves, curvature[name], color=color)
        ax.text(*labels[name], name, color=INKS.get(name, color))
        if name in wins:
            value = np.interp(wins[name], halves, over_both[name])
            ax.plot(wins[name], value, "o", color=color)
            above = name == ORDERS[1]
            style = {"va": "bottom", "ha": "right"} if above else {"va": "top", "ha": "left"}
            at = (wins[name] - 0.06, value + 0.03) if above else (wins[name] + 0.08, value - 0.06)
            ax.text(*at, f"{wins[name]:.2f}", color=INKS.get(name, color), **style)
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
        landscape(ax, grid, means, log_stds, [((-0.6, 2.9), (-0.6, 7.6))])
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
