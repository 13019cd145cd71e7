"""The figures of lesson 02, Mode collapse, and the two things that one can play with there."""

import ipywidgets as widgets
import matplotlib
import numpy as np
import torch
from matplotlib.collections import PatchCollection
from matplotlib.patches import Circle
from torch import nn

from .. import distributions, metrics, store, viz
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes

SPEEDS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)  # the learning rates of the maps


def digit_network():
    """The generator of the digits: z (n, 32) → (n, 784) in (0, 1); no seed axis."""
    return nn.Sequential(nn.Linear(32, 128), nn.ReLU(), nn.Linear(128, 784), nn.Sigmoid())


def digit_pair():
    """The two generators of the first picture, as shipped: {"β₁ = 0": …, "β₁ = 0.9": …}."""
    pair = nn.ModuleDict({"many": digit_network(), "few": digit_network()})
    store.load_weights(store.data_file("checkpoints/digit_collapse_pair.safetensors"), pair)
    return {"β₁ = 0": pair["many"], "β₁ = 0.9": pair["few"]}


def digits(images, counts):
    """Digits of several generators, {name: (n, 28, 28)}, and how often each occurs, {name: (10,)}.

    Of the images 24 are drawn.
    """
    fig, panels = axes("", "", n=2 * len(images), size=(6.4 * len(images), 3.2))
    for ax in panels:
        ax.remove()
    panels = fig.subplots(1, 2 * len(images), width_ratios=[1.7, 1] * len(images))
    for (pictures, bars), name in zip(panels.reshape(-1, 2), images):
        sheet = np.asarray(images[name][:24]).reshape(4, 6, 28, 28).swapaxes(1, 2)
        pictures.imshow(1 - sheet.reshape(112, 168), cmap="gray", vmin=0, vmax=1)
        pictures.set(xticks=[], yticks=[])
        pictures.set_title(f"Adam's {name}")
        shares = np.asarray(counts[name]) / np.asarray(counts[name]).sum()
        bars.bar(range(10), shares, color=FAKE)
        bars.axhline(0.1, color=REAL, linestyle=":")
        bars.text(-0.6, 0.9, "dotted: data", color=REAL)
        bars.set(xticks=range(10), ylim=(0, 1), xlabel="read as digit", ylabel="share")
    viz.show(
        fig,
        "Left: generated digits of many kinds, and low bars for all ten. Right: pictures by "
        "another generator, which all show the same smudge, and a bar for one digit that reaches "
        "to 1.",
    )


def diagram():
    """The machine, and where each remedy acts."""
    viz.diagram(
        {
            "z": (0, 0),
            "G": (1, 0, "fake box"),
            "fake": (2, 0, "fake"),
            "real": (2, 2, "real"),
            "D": (3, 1, "discriminator box"),
            "loss of G": (4, 0),
            "loss of D": (4, 2),
        },
        [
            "z -> G",
            "G -> fake",
            "fake -> D: packing, noise",
            "real -> D: packing, noise",
            "D -> loss of G",
            "D -> loss of D",
        ],
        "Noise z goes through G and becomes a generated x. D sees it, or a real x, and both losses "
        "are made of its answers. The remedies stand where they act: packing or noise where D sees "
        "x; unrolling and the Wasserstein loss at G's loss; the penalty and the Wasserstein loss "
        "at D's. Dashed in green: the gradient of G's loss goes "
        "back through D into G.",
        gradients=["loss of G -> D", "D -> fake", "fake -> G"],
        texts={
            "fake": "generated x",
            "real": "real x",
            "z": "noise z",
            "loss of G": "loss of G\n(unrolling,\nWasserstein)",
            "loss of D": "loss of D\n(penalty,\nWasserstein)",
        },
    )


def plane(n=30):
    """The n² points at which the films ask D: (n², 2), row by row from below."""
    axis = torch.linspace(-1.5, 1.5, n)
    return torch.cartesian_prod(axis, axis).flip(1)


def _discs(ax, data):
    """The modes, as discs that hold what counts as good: 3σ about each centre."""
    circles = [Circle(centre, 3 * data.std) for centre in data.centres.tolist()]
    found = PatchCollection(circles, color=REAL, alpha=0.3, linewidth=0)
    return ax.add_collection(found)


def _scaled(answers):
    """D's answers on the grid of `plane`, (looks, n²): as pictures from 0 to 1, and their ranges.

    Each picture has its own scale.
    """
    n = round(answers.shape[-1] ** 0.5)
    low, high = answers.min(1), answers.max(1)
    scaled = (answers - low[:, None]) / (high - low)[:, None]
    return scaled.reshape(-1, n, n), np.stack([low, high], 1)


def _field(ax, answers):
    """D's answers, (n, n) from 0 to 1, in seven greys."""
    greys = matplotlib.colormaps["Greys_r"].resampled(7)
    place = {"origin": "lower", "extent": (-1.5, 1.5, -1.5, 1.5), "interpolation": "bilinear"}
    return ax.imshow(answers, cmap=greys, vmin=-0.4, vmax=1, **place)


def two_films(collapsed, covering, data, names, seed):
    """One seed of two trainings, one above the other: histories with x_fake, answer, modes, hq."""
    fig, panels = axes("", "", n=2, size=(3.4, 7.3))
    for ax in panels:
        ax.remove()
    panels = fig.subplots(2, 1)
    parts = []
    for ax, history, name in zip(panels, (collapsed, covering), names):
        ax.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal", xticks=[], yticks=[])
        answers, ranges = _scaled(history["answer"][:, seed])
        field = _field(ax, answers[0])
        modes = _discs(ax, data)
        ax.set_ylabel(name, fontsize=14)
        ax.set_title(" ", fontsize=12)
        scale = ax.text(0, -1.68, "", fontsize=11, ha="center", va="center")
        (found,) = ax.plot([], [], ".", color=FAKE, markersize=4)
        for artist in (field, modes, found, ax.title, scale):
            artist.set_animated(True)
        parts.append((ax, found, field, scale, history, answers, ranges))

    def frame(k):
        for ax, found, field, scale, history, answers, ranges in parts:
            found.set_data(*history["x_fake"][k, seed, ::2].T)
            field.set_data(answers[k])
            served, hq = history["modes"][k, seed], history["hq"][k, seed]
            word = "mode" if served == 1 else "modes"
            ax.set_title(f"step {history['step'][k]}: {served:.0f} {word}, {hq:.0%} good")
            low, high = ranges[k]
            scale.set_text(f"D's answer: {low:.2f} (dark) to {high:.2f}")

    viz.gif(
        fig,
        frame,
        range(1, len(collapsed["step"]), 3),
        "Animation: two rings of eight blue discs, the modes, on the grey field of D's answer, "
        "bright where it is highest. Above, with the slow D, the orange samples stay together in "
        "a blob or streak that wanders round the ring. Below, with the fast D, they spread over "
        "all eight discs.",
        fps=3,
        strip=4,
        columns=4,
    )


def rings(histories, data):
    """The samples at the end of several trainings {name: history}: a row each, a ring a seed."""
    n_seeds = next(iter(histories.values()))["x_fake"].shape[1]
    fig, panels = axes("", "", n=n_seeds, size=(2 * n_seeds, 2.3 * len(histories)))
    for ax in panels:
        ax.remove()
    panels = fig.subplots(len(histories), n_seeds)
    for line, (name, history) in zip(panels, histories.items()):
        line[0].set_ylabel(name, fontsize=13)
        for seed, ax in enumerate(line):
            _discs(ax, data)
            ax.plot(*history["x_fake"][-1, seed].T, ".", color=FAKE, markersize=3)
            ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xticks=[], yticks=[])
            ax.set_title(f"{history['modes'][-1, seed]:.0f} of 8", fontsize=12)
    viz.show(
        fig,
        "Three rows of six rings, one ring a seed. Plain: in most of them the orange samples lie "
        "in a blob or streak beside one or two discs. With the penalty: most rings are covered. "
        "With the fast D: all are covered, and more tightly.",
    )


def frozen(x, logit, x_fake, data):
    """Left: D's logit, which does not change. Right: what G makes in the end, and the data."""
    fig, (left, right) = axes("x", "", n=2, size=(10, 3.4), xlim=(0, 8))
    top = x[logit.argmax()]
    left.plot(x, logit, color=GREY)
    left.plot([top, top], [-10, logit.max()], ":", color=DARK_FAKE)
    left.text(top + 0.15, -7, f"highest at {top:.2f}", color=DARK_FAKE)
    left.set(ylabel="logit of the fixed D", ylim=(-10, 3))
    right.fill_between(x, data.log_prob(x).exp(), color=REAL, alpha=0.35, linewidth=0)
    right.hist(np.asarray(x_fake).ravel(), np.linspace(0, 8, 161), density=True, color=FAKE)
    right.text(1.5, 1.2, "data", color=REAL)
    right.annotate("generated", (top + 0.05, 4), (5.2, 5), color=DARK_FAKE, va="center")
    right.set(ylabel="density", ylim=(0, 8))
    viz.show(
        fig,
        "Left: the grey logit of a D that does not change is a hill with its top at 4.33. Right: "
        "the blue density of the data is low and wide; all generated numbers stand in one narrow "
        "orange spike at 4.33, which leaves the picture at the top.",
    )


def made_up(data, n_draws=16, n=2500):
    """The data, and five generators that each deceive a score: {name: (n_draws, n, 2)}."""
    x_real = data.sample(n_draws, n)
    one_mode = data.centres[0] + data.std * torch.randn(n_draws, n, 2)
    angle = 2 * torch.pi * torch.rand(n_draws, n)
    nearest = torch.cdist(x_real, data.centres.expand(n_draws, -1, -1)).argmin(-1)
    return {
        "the data": x_real,
        "one mode": one_mode,
        "1 in 100 elsewhere": torch.where(torch.rand(n_draws, n, 1) < 0.01, x_real, one_mode),
        "even circle": torch.stack([angle.cos(), angle.sin()], -1),
        "eight points": data.centres[nearest],
        "moved by 1 σ": x_real + torch.tensor([data.std, 0.0]),
    }


def _tell(scores):
    return (
        "modes {modes:.1f}, HQ {hq:.0%}, KL {reverse_kl:.2f}\n"
        "own width {own_width:.2f}, displaced by {displacement:.2f}"
    ).format(**{name: float(values.mean()) for name, values in scores.items()})


def generators(samples, scores, data):
    """Made-up generators {name: (seeds, n, 2)} on the ring, and their scores below."""
    fig, panels = axes("", "", n=3, size=(10.5, 8.2))
    for ax in panels:
        ax.remove()
    panels = fig.subplots(2, 3).ravel()
    for ax, (name, x) in zip(panels, samples.items()):
        color = REAL if name == "the data" else FAKE
        _discs(ax, data)
        x = x[0]
        ax.plot(*x.T, ".", color=color, markersize=2, alpha=0.4)
        nearest = torch.cdist(x, data.centres).argmin(-1)
        rare = (nearest.bincount(minlength=len(data.centres)) < 0.05 * len(nearest))[nearest]
        ax.plot(*x[rare].T, ".", color=DARK_FAKE, markersize=6)
        ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xticks=[], yticks=[], title=name)
        ax.set_xlabel(_tell(scores[name]))
    viz.show(
        fig,
        "Six rings of eight modes with their scores. One mode: a large KL. One mode and a few "
        "others: nearly as many modes as the data, a large KL. Even circle: all modes, no KL, a "
        "low HQ. Eight points: an own width of 0. Moved: displaced by one standard deviation.",
    )


def fooling(one_mode=0.0, blur=0.0, shrink=1.0, move=0.0):
    """A generator that you make up yourself, and the five scores that it gets."""
    ring = distributions.ring(std=0.05)
    torch.manual_seed(0)
    x = ring.sample(1, 2500)[0]
    centre = ring.centres[torch.cdist(x, ring.centres).argmin(-1)]
    centre = torch.where(torch.rand(2500, 1) < one_mode, ring.centres[:1], centre)
    x = centre + shrink * 0.05 * torch.randn(2500, 2) + blur * 0.05 * torch.randn(2500, 2)
    x = x + 0.05 * move * torch.tensor([1.0, 0.0])
    scores = metrics.mode_scores(x, ring.centres, 0.05)
    scores |= metrics.mode_shapes(x, ring.centres, 0.05)
    fig, ax = axes("", "", size=(4.8, 5.0), aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    _discs(ax, ring)
    ax.plot(*x[:800].T, ".", color=FAKE, markersize=4, alpha=0.5)
    ax.set(xticks=[], yticks=[], xlabel=_tell(scores))
    return fig


def still(**settings):
    """`fooling` for those who cannot move its sliders, and what one would see."""
    return (
        fooling(**settings),
        "A still of the widget above: a ring where half of the samples stand on one of the eight "
        "modes, and all modes are a little too narrow; the five scores stand below.",
    )


def sliders():
    """What `live.live` wants for `fooling`."""
    ranges = {
        "one_mode": (0.0, 0, 1),
        "blur": (0.0, 0, 5),
        "shrink": (1.0, 0, 1),
        "move": (0.0, 0, 3),
    }
    return {
        name: widgets.FloatSlider(value=value, min=low, max=high, step=0.05, description=name)
        for name, (value, low, high) in ranges.items()
    }


def _dots(ax, values, color=FAKE):
    for k, row in enumerate(values):
        row = np.asarray(row, dtype=float)
        ax.plot(
            row, k + np.linspace(-0.3, 0.3, len(row)), ".", color=color, markersize=5, alpha=0.7
        )
        ax.plot([np.nanmean(row)] * 2, [k - 0.38, k + 0.38], color="black")


GROUPS = (  # the rows of the figure, and of the table; rules are drawn between the groups
    ("plain",),
    (
        "early stopping",  # the row of plain at the moment that it keeps
        "packing, 2 samples",
        "noise on what D sees",
        "Wasserstein loss",
        "unrolling, 5 steps",
    ),
    ("gradient penalty", "momentum 0", "momentum 0.5", "G three times as slow"),
    ("slow G, momentum 0.5", "best recipe"),
)

ELSEWHERE = {  # the rows that stand under another name
    "noise on what D sees": "noise on D's inputs",
    "early stopping": "plain",
    "gradient penalty": "R1 + R2",
    "G three times as slow": "D three times as fast",
    "slow G, momentum 0.5": "G slow, momentum 0.5",
}


def remedy_rows(table):
    """The rows of the table that `remedies` draws, {name: row}."""
    names = [name for group in GROUPS for name in group]
    rows = {name: store.row(table, f"remedies: {ELSEWHERE.get(name, name)}") for name in names}
    plain = rows["plain"]
    stopped = {score: plain[f"stopped_{score}"] for score in ("modes", "hq", "reverse_kl")}
    return rows | {"early stopping": stopped}


def five_scores(rows, names):
    """The five scores of the lesson as means over seeds: of the data, and of some `rows`."""
    ring = distributions.ring(std=0.01)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        x_real = ring.sample(16, 2500)
    of_data = metrics.mode_scores(x_real, ring.centres, ring.std)
    of_data |= metrics.mode_shapes(x_real, ring.centres, ring.std)
    known = {"the data": of_data} | {name: rows[name] for name in names}
    titles = ("modes", "hq", "reverse_kl", "own_width", "displacement")
    return {
        name: {title: np.nanmean(np.asarray(row[title], dtype=float)) for title in titles}
        for name, row in known.items()
    }


def _modes_over_time(ax, k, row):
    """A row of the left panel: the mean of modes over the share of the budget that is used."""
    if "at_step" in row:
        share = np.array([0, *row["at_step"]]) / row["at_step"][-1]
        height = k + 0.4 - 0.1 * np.array([0, *row["modes_at_step"]])
        ax.fill_between(share, k + 0.4, height, color=FAKE, alpha=0.35, linewidth=0)
        ax.plot(share, height, color=DARK_FAKE, linewidth=1.2)
    else:
        ax.text(0.5, k, "a moment for each seed", color=GREY, ha="center", va="center")
    ax.plot(1, k + 0.4 - 0.1 * np.mean(row["modes"]), ".", color=DARK_FAKE)
    ax.plot([0, 1], [k - 0.4] * 2, color=REAL, linewidth=0.6)
    ax.text(1.02, k, f"{np.mean(row['modes']):.1f}", va="center")


def _marks_of_data(hq, kl, y):
    """What the data, and an even circle, get in the two right panels."""
    on_circle = 8 * 6 * 0.01 / (2 * np.pi)  # the share of an even circle within 3σ of a centre
    hq.axvline(on_circle, color=GREY, linestyle="--")
    hq.axvline(0.989, color=REAL, linestyle=":")
    kl.axvline(0.0014, color=REAL, linestyle=":")  # (modes - 1) / (2 · 2500), for both
    hq.text(on_circle + 0.02, y, "even circle", color=GREY, fontsize=10, va="center")
    hq.text(0.97, y, "data", color=REAL, ha="right", fontsize=10, va="center")
    kl.text(0.0017, y, "data and even circle", color=REAL, fontsize=10, va="center")


def _zoom(ax, x_fake, x_real, data):
    """The mode at (1, 0) alone, in σ from its centre, with circles of 1 σ and 3 σ."""
    centre, limit = data.centres[0], 4.8
    for x, color, size in ((x_real, REAL, 2), (x_fake, FAKE, 3)):
        ax.plot(*((x - centre) / data.std).T, ".", color=color, markersize=size, alpha=0.6)
    for radius, style in ((1, "--"), (3, "-")):
        ax.add_patch(Circle((0, 0), radius, fill=False, linestyle=style, zorder=3))
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xticks=[], yticks=[])


def remedies(rows, x_fake, data):
    """Each remedy a row: modes over time, then HQ and reverse KL at the end, a dot a seed.

    Below, samples x_fake (seeds, n, 2) of a training and as many data at one mode, a panel a seed.
    """
    names, n_seeds = list(rows), len(x_fake)
    height = 0.44 * len(names) + 1.3
    fig, panels = axes("", "", n=3 + n_seeds, size=(12.5, height + 2.5))
    grid = fig.add_gridspec(2, 3 * n_seeds, height_ratios=(height, 2.3))
    for k, ax in enumerate(panels[:3]):
        ax.set_subplotspec(grid[0, k * n_seeds : (k + 1) * n_seeds])
    for k, (ax, x, x_real) in enumerate(zip(panels[3:], x_fake, data.sample(*x_fake.shape[:2]))):
        ax.set_subplotspec(grid[1, 3 * k : 3 * k + 3])
        _zoom(ax, x, x_real, data)
        ax.set_title(f"seed {k + 1}")
    name = "slow G, momentum 0.5:\none mode, with circles\nof 1 σ and 3 σ"
    panels[3].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=12)
    modes, hq, kl = panels[:3]
    for k, row in enumerate(rows.values()):
        _modes_over_time(modes, k, row)
    modes.set(xlim=(0, 1.12), xticks=[0, 0.5, 1], title="modes served, of 8 (thin blue line)")
    modes.set(xlabel="share of the budget used")
    _dots(hq, [row["hq"] for row in rows.values()])
    hq.set(xlim=(0, 1.02), title="HQ at the end, bar: mean", xlabel="share of the samples")
    _dots(kl, [row["reverse_kl"] for row in rows.values()])
    kl.set(xscale="log", xlim=(1e-4, 3), title="reverse KL at the end, bar: mean", xlabel="nats")
    _marks_of_data(hq, kl, -0.75)
    labels = [
        name if len(row["modes"]) == 16 else f"{name} ({len(row['modes'])} seeds)"
        for name, row in rows.items()
    ]
    for ax in (modes, hq, kl):
        for end in np.cumsum([len(group) for group in GROUPS[:-1]]):
            ax.axhline(end - 0.5, color="black", linewidth=0.8)
        ax.set(yticks=range(len(names)), ylim=(len(names) - 0.45, -1.0))
        ax.set_yticklabels(labels if ax is modes else [])
        ax.grid(False, axis="y")
    viz.show(
        fig,
        "A row for each remedy, in four groups. Left: how many modes are served over time. Middle "
        "and right: a dot for each seed and a bar at their mean, HQ and reverse KL at the end of "
        "the budget, with the data dotted and an even circle dashed. The order differs from panel "
        "to panel; the last row has by far the highest HQ. Below, for each of six seeds, the mode "
        "at the right of the ring, with circles of 1 σ and 3 σ: blue data about the centre, and "
        "orange samples of G three times as slow with momentum 0.5 in narrower clumps, most of "
        "them beside it; one panel has hardly any.",
    )


def rate_map(ax, values, speeds, title, good_is_low=False):
    """Numbers for pairs of learning rates as a map: rows are G's rate, columns D's."""
    ax.imshow(-values if good_is_low else values, cmap="cividis", origin="lower")
    middle = (values.min() + values.max()) / 2
    for (row, column), value in np.ndenumerate(values):
        light = (value < middle) == good_is_low
        color = "black" if light else "white"
        ax.text(column, row, f"{value:.1f}", ha="center", va="center", color=color)
    names = [f"{speed:g}" for speed in speeds]
    ax.set(xticks=range(len(speeds)), yticks=range(len(speeds)), title=title)
    ax.set_xticklabels(names, rotation=35)
    ax.set(yticklabels=names, xlabel="learning rate of D", ylabel="learning rate of G")


def map_of_rates(table):
    """Mean modes after 2000 steps for pairs of learning rates: rows G's, columns D's."""
    rows = [[store.row(table, f"ring, more: rates {g:g} {d:g}") for d in SPEEDS] for g in SPEEDS]
    return np.array([[np.mean(row["modes"]) for row in line] for line in rows])


def _circles(ax):
    """The game θ·φ: each player steps along its own gradient."""
    for in_turn, color, n in ((False, GREY, 70), (True, FAKE, 200)):
        theta, phi, path = 1.0, 0.0, [(1.0, 0.0)]
        for _ in range(n):
            seen = phi
            phi = phi + 0.1 * theta
            theta = theta - 0.1 * (phi if in_turn else seen)
            path.append((theta, phi))
        ax.plot(*np.array(path).T, color=color, linewidth=1.2)
    ax.plot(0, 0, "+", color=REAL, markersize=12)
    ax.text(0, 0.15, "in turn", color=DARK_FAKE, ha="center")
    ax.text(0, 1.5, "at the same time", color=GREY, ha="center")
    ax.set(xlim=(-1.9, 1.9), ylim=(-1.9, 1.9), aspect="equal", xlabel="θ of G", ylabel="φ of D")
    ax.set_title("1 · it never converges")


def _gradients(ax):
    """How much gradient each loss of G sends back, over D's logit at a generated sample."""
    logit = np.linspace(-8, 8, 161)
    d = 1 / (1 + np.exp(-logit))
    ax.plot(logit, d, color=GREY)
    ax.plot(logit, 1 - d, color=FAKE)
    ax.text(-7.8, 0.13, "log(1 − D)", color=GREY)
    ax.text(-7.8, 0.87, "−log D", color=DARK_FAKE)
    ax.text(-7.8, 0.5, "D is sure\nthat x is generated", fontsize=9, va="center")
    ax.set(xlabel="logit of D at generated x", ylabel="size of the gradient", ylim=(0, 1.05))
    ax.set_title("3 · the gradient vanishes")


def _moments(ax, rows):
    """Modes over time for two pairs of rates."""
    for name, color in (("plain", "black"), ("G three times as slow", DARK_FAKE)):
        step, found = rows[name]["at_step"], rows[name]["modes_at_step"]
        ax.plot([0, *step], [0, *found], color=color, marker=".")
        ax.text(step[-1], found[-1] + 0.3, name, color=color, ha="right")
    ax.axvline(2000, color=GREY, linestyle=":")
    ax.set(xlabel="step", ylabel="modes", ylim=(0, 9.2), title="5 · and so does the moment")


def failures(collapsed, map_2000, rows):
    """Five ways to fail: collapsed is a history, map_2000 and rows those of the table."""
    fig, panels = axes("", "", n=3, size=(12.5, 7.6))
    for ax in panels:
        ax.remove()
    circle, collapse, gradient, balance, rates, moment = fig.subplots(2, 3).ravel()
    _circles(circle)
    collapse.plot(collapsed["step"], collapsed["modes"], color=FAKE, linewidth=1, alpha=0.6)
    collapse.axhline(8, color=REAL)
    collapse.text(collapsed["step"][0], 8.2, "data", color=REAL)
    collapse.set(ylim=(0, 9.2), xlabel="step", ylabel="modes served", title="2 · it collapses")
    _gradients(gradient)
    shades = (GREY, FAKE, "black", "#009E73")
    for g, row, color in zip(SPEEDS, map_2000, shades):
        balance.plot(np.array(SPEEDS) / g, row, color=color, marker=".")
        balance.lines[-1].set_label(f"{g:g}")
    balance.legend(title="rate of G", fontsize=9, loc="upper right")
    balance.set(xscale="log", xlabel="rate of D / rate of G", ylabel="modes", ylim=(0, 9.2))
    balance.set(xlim=(0.02, 3e3), xticks=[0.1, 1, 10, 100])
    balance.set_title("4 · D and G are out of balance")
    rate_map(rates, map_2000, SPEEDS, "5 · the settings decide: modes, 2000 steps")
    _moments(moment, rows)
    viz.show(
        fig,
        "Six panels. 1: paths that circle round a cross, or spiral away from it. 2: the number of "
        "modes served jumps up and down far below 8. 3: the gradient of log(1 − D) is 0 where D is "
        "sure. 4: modes over the ratio of the rates have a peak where D is faster than G. 5: a map "
        "of modes over both learning rates, and modes over 6000 steps for two pairs of rates.",
    )
