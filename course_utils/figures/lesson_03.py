"""The figures of lesson 03, minibatch discrimination."""

import ipywidgets as widgets
import numpy as np
import torch

from .. import distributions, viz
from ..losses import generator_nonsaturating
from ..models import count_neighbours
from ..store import data_file, load_rows
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes

LAYER, DARK_LAYER = "#009E73", "#00694D"  # what a discriminator with the layer does; for its texts


def opening():
    """The film: two generators side by side, without the layer in their discriminator and with it.

    It comes from a table: of 64 trainings each the one with the median final standard deviation
    among those that end near the data. The companion of the lesson makes it.
    """
    table, data = load_rows(data_file("results/minibatch.json")), distributions.Gaussian(4, 0.5)
    edges = np.linspace(1, 7, 49)
    middles = (edges[1:] + edges[:-1]) / 2
    density = data.log_prob(torch.from_numpy(middles)).exp()
    fig, panels = axes("x", "", n=2, size=(6.4, 3.0), xlim=(1, 7), ylim=(0, 2.8))
    films, bars = [], []
    for ax, name in zip(panels, ("one at a time", "minibatch layer")):
        ax.fill_between(middles, density, color=REAL, alpha=0.35, linewidth=0)
        ax.text(1.2, 2.5, "D sees " + ("one sample" if name[0] == "o" else "the batch"))
        steps = ax.stairs(np.zeros(48), edges, fill=True, color=FAKE, alpha=0.65)
        bars.append(steps)
        films.append(table[f"film: {name}"])
        for artist in (steps, ax.title):
            artist.set_animated(True)
    panels[0].set_ylabel("density")

    def frame(k):
        for ax, steps, film in zip(panels, bars, films):
            x_fake = np.asarray(film["x_fake"][k])
            steps.set_data(np.histogram(x_fake, edges)[0] / len(x_fake) / np.diff(edges))
            ax.set_title(f"step {film['step'][k]}: std {film['std'][k]:.2f}")

    viz.gif(
        fig,
        frame,
        range(len(films[0]["step"])),
        "Animation of two trainings side by side, on blue data with standard deviation 0.50. Left, "
        "where D sees one sample at a time, the orange generated numbers gather in a narrow heap. "
        "Right, where D sees the batch, they stay nearly as wide as the data.",
        fps=6,
        strip=4,
    )


def diagram():
    """The discriminator with its layer: what each sample is told of the others."""
    viz.diagram(
        {
            "x": (0, 1),
            "hidden layers": (1, 1, "discriminator box"),
            "h": (2, 1),
            "project": (2, 0, "discriminator box"),
            "m": (3, 0),
            "count neighbours": (4, 0, "box"),
            "o": (5, 0),
            "last layer": (5, 1, "discriminator box"),
            "logits": (6, 1),
        },
        ["x -> hidden layers -> h -> last layer -> logits"]
        + ["h -> project -> m -> count neighbours -> o -> last layer"],
        "A batch x goes through D's hidden layers and becomes h. On a second path, h is projected "
        "to points m, and for each point its neighbours in the batch are counted: o. The last "
        "layer gets h and o and gives a logit for each sample. Dashed: the gradient comes back on "
        "both paths, and through the count it reaches all samples of the batch.",
        gradients=["logits -> last layer -> h -> hidden layers -> x"]
        + ["last layer -> o -> count neighbours -> m -> project -> h"],
        texts={
            "x": "a batch x\n(8, 1)",
            "h": "h\n(8, 8)",
            "m": "m\n(8, 5, 3)",
            "o": "o\n(8, 5)",
            "logits": "logits\n(8,)",
        },
    )


def three_samples(m):
    """How the layer counts: m (1, 3, 1, 2) in a plane, the distances, the matrix c, the sums o."""
    points, sums = m[0, :, 0].numpy(), count_neighbours(m).flatten().numpy()
    fig, (left, right) = axes("", "", n=2, size=(10, 4.0))
    left.set(xlabel="first coordinate of m", ylabel="second coordinate of m", aspect="equal")
    left.set(xlim=(-0.5, 2.6), ylim=(-0.5, 2.1), title="three samples in one view")
    distance = np.abs(points[:, None] - points).sum(-1)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        left.plot(*points[[i, j]].T, color=GREY, linewidth=1, linestyle=":")
        place = points[[i, j]].mean(0) + [[0, -0.28], [-0.35, 0.1], [0.4, -0.1]][i + j - 1]
        left.text(*place, f"{distance[i, j]:.1f}", ha="center", va="center", color="#444444")
    for k, point in enumerate(points):
        left.plot(*point, "o", color=FAKE, markersize=11)
        left.text(point[0] - 0.08, point[1] + 0.13, f"m{'₁₂₃'[k]}", color=DARK_FAKE, ha="right")
    closeness = np.exp(-distance)
    right.imshow(closeness, cmap="Greys", vmin=0, vmax=1.4)
    for i in range(3):
        for j in range(3):
            text = "itself" if i == j else f"{closeness[i, j]:.2f}"
            color = "white" if closeness[i, j] > 0.6 else "black"
            right.text(j, i, text, ha="center", va="center", color=color)
        right.text(3.05, i, f"{sums[i]:.2f}", ha="center", va="center", color=DARK_LAYER, size=13)
    right.text(3.05, -0.75, "o: sum\nof the others", ha="center", va="center", color=DARK_LAYER)
    right.set(xticks=range(3), yticks=range(3), xlim=(-0.5, 3.6), ylim=(2.5, -1.1))
    right.set_xticklabels(["j = 1", "2", "3"]), right.set_yticklabels(["i = 1", "2", "3"])
    right.set_title("closeness c = exp(−distance)")
    right.spines[:].set_visible(False)
    viz.show(
        fig,
        "Left: three orange points; the first two are 0.4 apart, the third is 3.1 and 3.5 away, "
        "with the distances written at dotted lines. Right: the matrix of closeness, dark where "
        "two samples are close: 0.67 for the first two, 0.05 and less with the third. The diagonal "
        "is left out. Beside each row its sum: 0.70, 0.72 and 0.08.",
    )


def count_by_width(width, count):
    """The mean number of neighbours (widths,) of eight numbers that spread by `width`."""
    fig, ax = axes("standard deviation of the eight numbers", "neighbours o, mean", xscale="log")
    ax.plot(width, count, color=LAYER)
    for height, place, text in ((7, 0.014, "7: all in one place"), (0, 7.0, "0: far apart")):
        ax.axhline(height, color=GREY, linestyle=":", linewidth=1)
        ax.text(place, height + 0.2, text, color=GREY)
    ax.axvline(0.5, color=REAL, linestyle="--")
    ax.text(0.47, 1.2, "as wide as\nthe data", color=REAL, ha="right")
    ax.set(ylim=(-0.2, 8))
    viz.show(
        fig,
        "A curve that falls from 7, where all eight numbers are in one place, to 0, where they are "
        "far apart. It is steepest around a standard deviation of 1; the data's 0.5 is marked.",
    )


def losses(paid, floors):
    """The loss of trained D, a dot a seed: paid {what D sees: (n_seeds,)}, floors likewise."""
    fig, ax = axes("", "loss of the trained D [nats]", size=(8, 3.8), ylim=(0.3, 1.55))
    ax.axhline(2 * np.log(2), color=GREY, linestyle=":", linewidth=1)
    ax.text(2.62, 2 * np.log(2) + 0.03, "knows nothing: 1.39", color=GREY, ha="right")
    jitter = np.random.default_rng(0)
    for k, (name, values) in enumerate(paid.items()):
        values = np.asarray(values)
        color = GREY if k == 0 else LAYER if k == 1 else viz.FURTHER[1]
        place = k + jitter.uniform(-0.12, 0.12, len(values))
        ax.plot(place, values, ".", color=color, alpha=0.6)
        ax.text(k + 0.17, np.median(values) + 0.01, f"{np.median(values):.2f}", color=color)
        ax.plot([k - 0.3, k + 0.3], [floors[name]] * 2, color="black")
        below = f"no such D\npays less: {floors[name]:.2f}"
        ax.text(k, floors[name] - 0.03, below, ha="center", va="top", fontsize=9)
    ax.set(xticks=range(len(paid)), xticklabels=list(paid), xlim=(-0.5, 2.65))
    viz.show(
        fig,
        "Three heaps of dots. One sample at a time: on its floor at 1.20. The batch: far below "
        "that, about halfway to its own floor at 0.45. Real and generated in one batch: close to "
        "1.19, hardly below the first.",
    )


def company(x, d):
    """D(x) of discriminators with the layer: d {company: (places, n_seeds)} over x (places,)."""
    fig, ax = axes("x of the sample that is judged", "D(x)", ylim=(0, 1), xlim=(2.5, 5.5))
    for (name, values), color in zip(d.items(), (REAL, FAKE)):
        viz.quantile_band(ax, x, values, color)
        lowest = float(np.interp(4, x, np.median(values, 1)))
        height, dark = (lowest - 0.1, DARK_FAKE) if color == FAKE else (lowest + 0.25, color)
        ax.text(4, height, name, color=dark, ha="center", va="center")
    viz.show(
        fig,
        "Two curves of D(x) with bands for the middle 80 % of the seeds. At x = 4 the upper, blue "
        "one, with seven real companions, is far above the lower, orange one, with seven generated "
        "companions. Towards 3 and 5 both rise to 1.",
    )


def held_still(width, push, place):
    """The push on a sample that stays at `place`: {D: (widths, n_seeds)} over companions' std."""
    fig, ax = axes("standard deviation of the seven others", "push on the sample that stays")
    for name, values in push.items():
        color, dark = (GREY, GREY) if name == "one sample" else (LAYER, DARK_LAYER)
        viz.quantile_band(ax, width, values, color)
        median = np.median(values, 1)
        where = (1.02 * width[-1], median[-1]) if color == GREY else (width[5], median[4] + 0.4)
        ax.text(*where, name, color=dark, va="center")
    ax.axhline(0, color="black", linewidth=1)
    ax.set(xlim=(0, 1.25 * width[-1]))
    viz.show(
        fig,
        f"The push on a sample at {place} against the standard deviation of its seven companions. "
        "For a D that sees one sample at a time the line is flat. For the D with the layer it is "
        "high where the companions are crowded, and falls as they spread.",
    )


def kept_width(rows):
    """Standard deviations, a row a discriminator, a dot a training that ended near the data.

    `rows` is {name: {"located", "std", "w1": (n_seeds,)}}; the shares are of all trainings.
    """
    fig, ax = axes("", "", size=(10, 0.5 * len(rows) + 1.3))
    jitter = np.random.default_rng(0)
    for row, scores in enumerate(rows.values()):
        near, std, w1 = (np.asarray(scores[name], float) for name in ("located", "std", "w1"))
        kept = std[near > 0]
        size = 5 if len(near) <= 64 else 2.5
        height = row + jitter.uniform(-0.28, 0.28, len(kept))
        ax.plot(kept, height, ".", color=FAKE, alpha=0.6, markersize=size)
        ax.plot([np.median(kept)] * 2, [row - 0.38, row + 0.38], color="black")
        found = (f"{np.median(kept):.2f}", f"{near.mean():.0%}", f"{np.mean(w1 < 0.25):.0%}")
        for place, text in zip((1.62, 1.87, 2.12), found):
            ax.text(place, row, text, va="center", ha="center")
    for place, text in zip((1.62, 1.87, 2.12), ("median\nstd", "near\nthe data", "W1\n< 0.25")):
        ax.text(place, -0.6, text, ha="center", va="bottom")
    ax.axvline(0.5, color=REAL)
    ax.text(0.52, -0.62, "data", color=REAL, va="bottom")
    ax.spines["bottom"].set_bounds(0, 1.5)
    ax.set_xlabel("standard deviation of the trainings that end near the data", loc="left")
    ax.set(yticks=range(len(rows)), yticklabels=list(rows))
    ax.set(ylim=(len(rows) - 0.5, -0.6), xlim=(0, 2.25), xticks=[0, 0.5, 1, 1.5])
    viz.show(
        fig,
        "A row of orange dots for each discriminator, a dot for each training that ended near the "
        "data, over its standard deviation; a black bar at the median; the data's 0.5 is a blue "
        "line. On the right three columns of numbers: the median, the share of trainings that "
        "ended near the data, and the share with W1 below 0.25.",
    )


def steps_by_batch(batches, moved):
    """How far a step moves a logit: {D: (batch sizes,)} medians over seeds, on log-log axes."""
    limits = {"xscale": "log", "yscale": "log", "xlim": (3.5, 150)}
    fig, ax = axes("batch size B", "change of a logit by one step / rate", **limits)
    colors = {"one at a time": GREY, "sum": LAYER, "mean": viz.FURTHER[1]}
    for name, values in moved.items():
        ax.plot(batches, values, "o-", color=colors[name])
        ax.text(1.08 * batches[-1], values[-1], name, color=colors[name], va="center")
    ax.set_xticks(batches, batches)
    ax.minorticks_off()
    viz.show(
        fig,
        "Log-log axes. The sum over the others: a nearly straight line that rises more than a "
        "hundredfold from batch 4 to batch 64. The mean over the others: flat.",
    )


def crowd(width, stray, batch, w, version):
    """The playground: dots at the height of their count, arrows where G's step sends them."""
    others = 1 if version == "sum" else batch - 1
    levels = distributions.equal_mass_levels(batch - 1)
    x = torch.cat([width * distributions.Gaussian().quantile(levels), torch.tensor([stray])])
    x = x.view(1, batch, 1, 1).requires_grad_()
    o = count_neighbours(x) / others
    loss = generator_nonsaturating(w * o.view(1, -1)).sum() * batch
    push = -torch.autograd.grad(loss, x)[0]
    x, o, push = (values.detach().flatten().numpy() for values in (x, o, push))
    fig, ax = axes("x", f"neighbours o ({version} over the others)", xlim=(-5, 5))
    ax.set(ylim=(0, 1.1 * (batch - 1) / others), title=f"w = {w:+.1f}, batch {batch}, {version}")
    scale = 3 if version == "sum" else 3 / 7
    style = {"angles": "xy", "scale_units": "xy", "width": 0.004}
    ax.quiver(x, o, push, 0 * push, scale=scale, **style)
    ax.plot(x[:-1], o[:-1], "o", color=FAKE)
    ax.plot(x[-1], o[-1], "o", color="black")
    ax.quiver([-4.7], [0.04 * (batch - 1) / others], [1.0], [0.0], scale=1, **style)
    ax.text(-3.6, 0.04 * (batch - 1) / others, f"a push of {scale:.1f}", va="center", fontsize=9)
    return fig


def controls():
    """What `live.live` wants for `crowd`: the sliders."""
    return {
        "width": widgets.FloatLogSlider(value=0.5, min=-1.5, max=0.5, description="std"),
        "stray": widgets.FloatSlider(value=2, min=-5, max=5, step=0.1, description="black"),
        "batch": widgets.IntSlider(value=8, min=2, max=32, description="batch"),
        "w": widgets.FloatSlider(value=-1, min=-2, max=2, step=0.1, description="w"),
        "version": widgets.Dropdown(options=["sum", "mean"], value="sum", description="count"),
    }
