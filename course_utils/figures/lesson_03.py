"""The figures of lesson 03, minibatch discrimination."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Rectangle

from .. import distributions, viz
from ..losses import generator_nonsaturating
from ..models import count_neighbours
from ..store import data_file, load_rows
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes

PLAIN = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}  # behind a text on a line
LAYER, DARK_LAYER = "#009E73", "#00694D"  # what a discriminator with the layer does; for its texts


def opening():
    """The film: two generators, without the layer in their discriminator and with it.

    It comes from a table: of 64 trainings each, among those that end near the data, the one whose
    smallest and largest standard deviation from step 1400 on are closest to the medians of these.
    The companion of the lesson makes it.
    """
    table, data = load_rows(data_file("results/minibatch.json")), distributions.Gaussian(4, 0.5)
    edges = np.linspace(1, 7, 49)
    middles = (edges[1:] + edges[:-1]) / 2
    density = data.log_prob(torch.from_numpy(middles)).exp()
    fig, _ = axes("x", "", size=(3.3, 4.2))
    fig.clear()
    panels = fig.subplots(2, 1, sharex=True, sharey=True)
    films = [table[f"film: {name}"] for name in ("one sample", "the batch")]
    title, moving = fig.suptitle(""), []
    for ax, name in zip(panels, ("one sample", "the batch")):
        ax.set(xlim=(1, 7), ylim=(0, 2.8), ylabel="density")
        ax.fill_between(middles, density, color=REAL, alpha=0.35, linewidth=0)
        ax.set_title(f"D sees {name}", fontsize=10)
        steps = ax.stairs(np.zeros(48), edges, fill=True, color=FAKE, alpha=0.65)
        std = ax.text(6.9, 2.4, "", ha="right", color=DARK_FAKE)
        moving.append((steps, std))
    panels[1].set_xlabel("x")
    for artist in (title, *sum(moving, ())):
        artist.set_animated(True)

    def frame(k):
        title.set_text(f"step {films[0]['step'][k]}")
        for (steps, std), film in zip(moving, films):
            x_fake = np.asarray(film["x_fake"][k])
            steps.set_data(np.histogram(x_fake, edges)[0] / len(x_fake) / np.diff(edges))
            std.set_text(f"std {film['std'][k]:.2f}")

    viz.gif(
        fig,
        frame,
        range(4, len(films[0]["step"])),  # from step 500 on
        "Animation of two trainings, one above the other, on blue data with standard deviation "
        "0.50. Above, where D sees one sample at a time, the orange generated numbers get narrow "
        "and stay so. Below, where D sees the batch, their width still changes at the end, "
        "but it is nearer to that of the data.",
        fps=6,
        strip=4,
        columns=4,
    )


def diagram():
    """The discriminator with its layer, for a batch of three: what each sample is told of it."""
    numbers = {1: "₁", 2: "₂", 3: "₃"}
    points = {f"m{i}": (3, i - 1) for i in numbers}
    counts = {f"o{i}": (5.5, i - 1) for i in numbers}
    to_and_fro = [f"project -> m{i}" for i in numbers] + [f"o{i} -> last layer" for i in numbers]
    viz.diagram(
        {
            "x": (0, 3),
            "hidden layers": (1, 3, "discriminator box"),
            "h": (2, 3),
            "project": (2, 1, "discriminator box"),
            **points,
            **counts,
            "last layer": (6, 3, "discriminator box"),
            "logits": (7, 3),
        },
        ["x -> hidden layers -> h -> last layer -> logits", "h -> project"]
        + to_and_fro
        + [f"{point} -> {count}" for point in points for count in counts],
        "A batch of three goes through D's hidden layers and becomes h. On a second path h is "
        "projected to points, m₁ to m₃, one row for each sample; arrows cross from every m to "
        "every o, the counts. The last layer gets h and o and gives three logits. Dashed: the "
        "gradient comes back on both paths; from o₁ it reaches m₁, m₂ and m₃.",
        gradients=["logits -> last layer -> h -> hidden layers -> x"]
        + ["last layer -> o1 -> m1 -> project -> h"]
        + ["o1 -> m2 -> project", "o1 -> m3 -> project"],
        texts={"x": "a batch x\n(3, 1)", "h": "h\n(3, 8)", "logits": "logits\n(3,)"}
        | {f"m{i}": f"m{low}\n(5, 3)" for i, low in numbers.items()}
        | {f"o{i}": f"o{low}\n(5,)" for i, low in numbers.items()},
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
    counted = np.where(np.eye(3), 0, closeness)  # oneself is not: white and hatched
    right.imshow(counted, cmap="Greys", vmin=0, vmax=1.4)
    for i in range(3):
        square = {"facecolor": "none", "edgecolor": "#BBBBBB", "linewidth": 0}
        right.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, hatch="//", **square))
        for j in range(3):
            text = "not\ncounted" if i == j else f"{closeness[i, j]:.2f}"
            color = "white" if counted[i, j] > 0.6 else "black"
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
        "is hatched and not counted. Beside each row its sum: 0.70, 0.72 and 0.08.",
    )


def count_by_width(width, count):
    """The mean count (widths,) of eight numbers at the quantiles of a Gaussian of std `width`."""
    label = "standard deviation σ of the Gaussian that spreads the eight numbers"
    fig, ax = axes(label, "neighbours o, mean", xscale="log")
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
        "far apart. On this logarithmic axis it is steepest near 0.8; the data's 0.5 is marked.",
    )


def losses(final_loss, floors):
    """The loss of trained D, a dot a seed: {what D sees: (n_seeds,)}, and the lowest possible."""
    fig, ax = axes("", "loss of the trained D [nats]", size=(8, 3.8), ylim=(0.3, 1.55))
    ax.axhline(2 * np.log(2), color=GREY, linestyle=":", linewidth=1)
    ax.text(2.62, 2 * np.log(2) + 0.03, "knows nothing: 1.39", color=GREY, ha="right")
    jitter = np.random.default_rng(0)
    for k, (name, values) in enumerate(final_loss.items()):
        values = np.asarray(values)
        color = GREY if k == 0 else LAYER if k == 1 else viz.FURTHER[1]
        place = k + jitter.uniform(-0.12, 0.12, len(values))
        ax.plot(place, values, ".", color=color, alpha=0.6)
        ax.text(k + 0.17, np.median(values) + 0.01, f"{np.median(values):.2f}", color=color)
        ax.plot([k - 0.3, k + 0.3], [floors[name]] * 2, color="black")
        below = f"lowest loss\nof such a D: {floors[name]:.2f}"
        ax.text(k, floors[name] - 0.03, below, ha="center", va="top", fontsize=9)
    ax.set(xticks=range(len(final_loss)), xticklabels=list(final_loss), xlim=(-0.5, 2.65))
    viz.show(
        fig,
        "Three heaps of dots. One sample: most dots at the lowest loss of such a D, 1.20. The "
        "batch: far below that, about a third of the way down to the lowest loss there, 0.45. A "
        "mixed batch: above the first, and above the lowest loss of such a D, 1.19.",
    )


def held_still(width, push, place):
    """The push on the first sample, at `place`: {D: (widths, n_seeds)} over companions' std."""
    label = f"push on the first sample, at {place}"
    fig, ax = axes("standard deviation of the seven others", label, size=(8, 3.8))
    for name, values in push.items():
        color, dark = (GREY, GREY) if name == "one sample" else (LAYER, DARK_LAYER)
        viz.quantile_band(ax, width, values, color)
        median = np.median(values, 1)
        where = (1.02 * width[-1], median[-1]) if color == GREY else (width[5], median[4] + 0.4)
        ax.text(*where, name, color=dark, va="center")
    ax.axhline(0, color="black", linewidth=1)
    for met, color, text in ((0.25, DARK_FAKE, "generated"), (0.5, REAL, "real")):
        ax.axvline(met, color=color, linestyle="--", linewidth=1)
        ax.text(met + 0.01, 18.2, f"met: {text}\nbatches", color=color, va="top")
    ax.text(0.72, 8.5, "line: median of 16 D\nband: middle 80 % of them", color=GREY)
    ax.set(xlim=(0, 1.25 * width[-1]), ylim=(-1, 19))
    viz.show(
        fig,
        f"The push on a sample at {place} against the standard deviation of its seven companions. "
        "For a D that sees one sample at a time the line is flat. For the D with the layer it is "
        "high where the companions are crowded, and falls as they spread. Dashed: the widths of "
        "the generated and the real batches that D has met, 0.25 and 0.5.",
    )


def std_over_steps(history):
    """Standard deviations over the steps, a thin line a training: {D: {"step", "std"}}."""
    limits = {"xlim": (0, 2000), "ylim": (0.05, 8), "yscale": "log"}
    fig, panels = axes("step", "", n=2, size=(10, 4), **limits)
    for ax, (name, values) in zip(panels, history.items()):
        ax.plot(values["step"], values["std"], color=FAKE, linewidth=0.6, alpha=0.45)
        ax.plot(values["step"], np.median(values["std"], 1), color="black")
        ax.axhline(0.5, color=REAL)
        ax.set(title=f"D sees {name}", xticks=range(0, 2001, 500), yticks=[0.1, 0.5, 1, 5])
        ax.set_yticklabels(["0.1", "0.5: data", "1", "5"])
        ax.minorticks_off()
    panels[0].set_ylabel("std of generated numbers")
    panels[1].text(1980, 6.5, "black: median of all", ha="right", va="center")
    viz.show(
        fig,
        "Two panels, each with 64 thin orange lines, a training each, and their median in black, "
        "of the standard deviation (log scale) over 2000 steps; the data's 0.5 is a blue line. In "
        "both the lines rise and fall. At the end most are well below the data's where D sees one "
        "sample, and close to it where D sees the batch.",
    )


def interval_of_median(values):
    """About 95 % sure to hold the median of what the sorted `values` were drawn from.

    Between two order statistics: how many values are below the median is binomial, (n, 1/2).
    """
    values = np.sort(values)
    rank = int(len(values) / 2 - 0.98 * np.sqrt(len(values)))
    return values[rank - 1], values[-rank]


def kept_width(groups):
    """Standard deviations, a row a discriminator, a dot a training that ended near the data.

    `groups` is a list of {name: {"located", "std": (n_seeds,)}}, drawn with a gap between them.
    """
    rows, places, columns = {}, [], (1.7, 2.05)
    for k, group in enumerate(groups):
        places += [len(rows) + j + 0.5 * k for j in range(len(group))]
        rows |= group
    fig, ax = axes("", "", size=(10.5, 0.55 * (places[-1] + 1) + 1.5))
    ax.axvspan(0.35, 0.65, color=REAL, alpha=0.12, linewidth=0)
    ax.axvline(0.5, color=REAL)
    ax.text(0.5, -0.62, "data", color=REAL, va="bottom", ha="center")
    jitter, heads = np.random.default_rng(0), ("near\nthe data", "of these\nin 0.35–0.65")
    for row, scores in zip(places, rows.values()):
        near, std = (np.asarray(scores[score], float) for score in ("located", "std"))
        kept = std[near > 0]
        height = row + jitter.uniform(-0.3, 0.1, len(kept))
        ax.plot(kept, height, ".", color=FAKE, alpha=0.6, markersize=3.5)
        low, high = interval_of_median(kept)
        ax.plot([low, high], [row + 0.28] * 2, color="black", linewidth=3)
        ax.plot(np.median(kept), row + 0.28, "o", color="black", markersize=6)
        style = {"color": "black", "va": "center", "fontsize": 9, "bbox": PLAIN}
        ax.text(high + 0.03, row + 0.29, f"{np.median(kept):.2f}", **style)
        inside = np.mean((kept > 0.35) & (kept < 0.65))
        for place, share in zip(columns, (near.mean(), inside)):
            ax.text(place, row, f"{share:.0%}", va="center", ha="center", color="black")
    for place, text in zip(columns, heads):
        ax.text(place, -0.6, text, ha="center", va="bottom")
    ax.spines["bottom"].set_bounds(0, 1.5)
    ax.set_xlabel("standard deviation of the trainings that end near the data", loc="left")
    ax.set(yticks=places, yticklabels=list(rows))
    ax.set(ylim=(places[-1] + 0.55, -0.6), xlim=(0, 2.25), xticks=[0, 0.5, 1, 1.5])
    viz.show(
        fig,
        "A row of dots for each discriminator, a dot for each training that ended near the data, "
        "over its standard deviation. Below the dots their median, as a number and a large dot, "
        "with a bar for its 95 % interval; the data's 0.5 is a blue line, 0.35 to 0.65 are shaded. "
        "On the right the share of trainings near the data, and the share of these in the shade.",
    )


def rates_and_batches(shares):
    """Shares of trainings that end near the data: {D: {rate: (share at 8, share at 16)}}."""
    fig, panels = axes("batch size", "", n=len(shares), size=(10, 3.4), ylim=(0, 1))
    for ax, (name, by_rate) in zip(panels, shares.items()):
        colors = dict(zip(by_rate, (LAYER, REAL, viz.FURTHER[1])))
        for rate, values in by_rate.items():
            ax.plot([0, 1], values, "o-", color=colors[rate])
            ax.text(1.06, values[1], rate, color=colors[rate], va="center")
        ax.set(title=name, xticks=[0, 1], xticklabels=["8", "16"], xlim=(-0.2, 1.7))
    panels[0].set_ylabel("share near the data")
    viz.show(
        fig,
        "Shares of trainings near the data at batch sizes 8 and 16, a line for each learning rate. "
        "With the sum the line of 0.03 is low at 8 and at 0 at 16, while those of the lower rates "
        "are high at both sizes. With the mean, and without the layer, 0.03 is high at both.",
    )


def push_by_counts(discriminator, x):
    """The part of the push on a batch x (8,) that a D without the layer lacks.

    (8,), medians over the seeds of `discriminator`. G's loss is summed over the batch.
    """
    n_seeds = len(discriminator.head.weight)
    x = x.view(1, -1, 1).repeat(n_seeds, 1, 1).requires_grad_()
    h = discriminator.activation(discriminator.hidden(x))
    counts = discriminator.layer(h)[..., -discriminator.layer.views :]
    logits = discriminator.flat(discriminator.head(torch.cat([h.detach(), counts], -1)))
    loss_g = generator_nonsaturating(logits).sum() * x.shape[1]
    return -torch.autograd.grad(loss_g, x)[0].median(0).values.flatten()


def apart_or_together(batches, pushes):
    """The push through the counts: batches {name: (8,)}, pushes {(met, name): (8,)}."""
    fig, panels = axes("x", "", n=4, size=(10.5, 3.4), xlim=(1, 7), ylim=(0, 10.6))
    longest = max(np.abs(np.asarray(moves)).max() for moves in pushes.values())
    for ax, ((met, name), moves) in zip(panels, pushes.items()):
        x, moves = np.asarray(batches[name]), np.asarray(moves)
        height, share = np.arange(1, len(x) + 1), np.abs(moves).max() / longest
        style = {"angles": "xy", "scale_units": "xy", "width": 0.012, "zorder": 3}
        text = f"longest: {np.abs(moves).max():.1f}"
        if share < 0.2:  # too short to be seen
            style |= {"color": "#888888", "scale": longest * share / 1.6}
            text += f"\ngrey: {1 / share:.0f} times enlarged"
        else:
            style |= {"color": "black", "scale": longest / 1.6}
        ax.plot(x, height, "o", color=FAKE, markersize=5)
        ax.quiver(x, height, moves, 0 * moves, **style)
        ax.set_title(f"D has met {met} batches,\nand now sees a {name} one", fontsize=10)
        ax.text(4, 10.4, text, ha="center", va="top", fontsize=9)
        ax.set_yticks([])
    panels[0].set_ylabel("sample")
    viz.show(
        fig,
        "Four panels of eight orange samples with arrows; black ones are on one scale, grey ones "
        "are enlarged. The two panels on the left, of the D that has "
        "met narrow batches: the arrows point outwards, strongly in the narrow batch and weakly in "
        "the wide one. The two on the right, of the D that has met wide batches: the arrows point "
        "inwards, weakly in the narrow batch and strongly in the wide one.",
    )


def steps_by_batch(batches, moved):
    """How far a step moves a logit: {D: (batch sizes,)} medians over seeds, on log-log axes."""
    limits = {"xscale": "log", "yscale": "log", "xlim": (3.5, 150)}
    fig, ax = axes("batch size B", "change of a logit by one step / rate", **limits)
    colors = {"one sample": GREY, "sum": LAYER, "mean": viz.FURTHER[1]}
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


def crowd(width, stray, batch, w):
    """The playground: dots at the height of their count, arrows where G's step sends them."""
    levels = distributions.equal_mass_levels(batch - 1)
    x = torch.cat([width * distributions.Gaussian().quantile(levels), torch.tensor([stray])])
    x = x.view(1, batch, 1, 1).requires_grad_()
    o = count_neighbours(x)
    loss = generator_nonsaturating(w * o.view(1, -1)).sum() * batch
    push = -torch.autograd.grad(loss, x)[0]
    x, o, push = (values.detach().flatten().numpy() for values in (x, o, push))
    fig, ax = axes("x", "neighbours o (sum over the others)", xlim=(-5, 5))
    ax.set(ylim=(0, 1.1 * (batch - 1)), title=f"w = {w:+.1f}, batch {batch}")
    style = {"angles": "xy", "scale_units": "xy", "width": 0.004}
    ax.quiver(x, o, push, 0 * push, scale=3, **style)
    ax.plot(x[:-1], o[:-1], "o", color=FAKE)
    ax.plot(x[-1], o[-1], "o", color="black")
    ax.quiver([-4.7], [0.04 * (batch - 1)], [1.0], [0.0], scale=1, **style)
    ax.text(-3.6, 0.04 * (batch - 1), "a push of 3", va="center", fontsize=9)
    return fig


def controls():
    """What `live.live` wants for `crowd`: the sliders."""
    return {
        "width": widgets.FloatLogSlider(value=0.5, min=-1.5, max=0.5, description="std"),
        "stray": widgets.FloatSlider(value=2, min=-5, max=5, step=0.1, description="black"),
        "batch": widgets.IntSlider(value=8, min=2, max=32, description="batch"),
        "w": widgets.FloatSlider(value=-1, min=-2, max=2, step=0.1, description="w"),
    }
