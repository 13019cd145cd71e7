"""The figures of lesson 12: where codes lie, where an actor moves them, what the decoder draws."""

import ipywidgets as widgets
import numpy as np
import torch

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_09 import COLORS, _pictures, mosaic


def _sheet(ax, x, n_columns, title, color=DARK_FAKE):
    """Pictures x (n, 1, 28, 28) in rows, with a title in a colour."""
    _pictures(ax, x.reshape(-1, 784), n_columns)
    ax.set_title(title, color=color)


def _stacked(pictures, wished, height, text):
    """Sheets of thirty pictures, one under the other; the columns of those in `wished` are 0-9."""
    fig = axes("", "", size=(7.6, height))[0]
    fig.clear()
    fig.set_layout_engine("none")
    place = {"left": 0.26, "right": 0.99, "bottom": 0.02, "top": 0.95, "hspace": 0.16}
    grid = fig.add_gridspec(len(pictures), 1, **place)
    for ax, (title, x) in zip(grid.subplots(), pictures.items()):
        _pictures(ax, x.reshape(-1, 784), 10)
        ax.set_ylabel(title, color=DARK_FAKE, rotation=0, ha="right", va="center", fontsize=12)
        if title in wished:
            ax.set_xticks([14 + 28 * k for k in range(10)], range(10), fontsize=12)
            ax.xaxis.tick_top()
            ax.tick_params(length=0)
    viz.show(fig, text)


def opening(soft, sharp, moved):
    """Three sheets of thirty pictures each: of two VAEs, and of the second one with an actor."""
    titles = (
        "σ_x = 1: soft ",
        "σ_x = 0.1:  \nsharp, but odd ",
        "σ_x = 0.1,  \nz moved,\nasked for: ",
    )
    _stacked(
        dict(zip(titles, (soft, sharp, moved))),
        titles[2:],
        6.4,
        "Three sheets of thirty pictures. At the top, from the VAE with σ_x = 1: soft grey shapes, "
        "many of them digits. In the middle, from the VAE with σ_x = 0.1: sharp strokes, many of "
        "which are no digit. At the bottom, from the same decoder at the same z, moved by an actor "
        "that was asked for the digits 0 to 9, one in each column: sharp, and most as asked.",
    )


def _plane(ax, directions, codes, title):
    """Codes (n, 32) seen in a plane, with the circle that holds 86 % of the prior: radius 2."""
    ax.plot(*(codes @ directions)[:1500].T, ".", color=REAL, markersize=2, alpha=0.35)
    circle = torch.linspace(0, 2 * np.pi, 100)
    ax.plot(2 * circle.cos(), 2 * circle.sin(), "--", color=DARK_FAKE)
    ax.set(xlim=(-3.6, 3.6), ylim=(-3.6, 3.6), aspect="equal", xticks=[], yticks=[])
    ax.set_title(title, fontsize=12)


def _ellipse(ax, points, color, **style):
    """The ellipse that would hold 86 % of a Gaussian with the mean and covariance of the points."""
    factor = torch.linalg.cholesky(torch.cov(points.T))
    circle = torch.linspace(0, 2 * np.pi, 100)
    edge = points.mean(0) + 2 * torch.stack([circle.cos(), circle.sin()], 1) @ factor.T
    ax.plot(*edge.T, color=color, **style)


def separating(codes, labels, chosen):
    """Two orthonormal directions that separate the chosen digits best (Fisher's LDA): (32, 2)."""
    groups = [codes[labels == digit] for digit in chosen]
    within = torch.linalg.cholesky(sum(torch.cov(group.T) for group in groups))
    means = torch.linalg.solve_triangular(
        within, torch.stack([group.mean(0) for group in groups]).T, upper=False
    )
    apart = torch.linalg.svd(means - means.mean(1, keepdim=True), full_matrices=False).U[:, :2]
    return torch.linalg.qr(torch.linalg.solve_triangular(within.T, apart, upper=True)).Q


def _maps(ax_flat, ax_apart, z, codes, labels, steer, chosen=(0, 4, 6)):
    """Left the widest and the narrowest direction of codes, right three digits and the actor."""
    flat = torch.linalg.eigh(torch.cov(codes.T)).eigenvectors[:, [-1, 0]]
    _plane(ax_flat, flat, codes, "widest and narrowest direction")
    ax_flat.plot(*(z[:40] @ flat).T, "o", color=DARK_FAKE, markersize=4)
    _ellipse(ax_flat, codes @ flat, GREY, linewidth=2.5)
    ax_flat.text(1.5, 1.6, "prior", color=DARK_FAKE, fontsize=12)
    ax_flat.text(-3.4, 0.9, "codes", color=REAL, fontsize=12)
    plane = separating(codes, labels, chosen)
    own = sum(labels == digit for digit in chosen).bool()
    _plane(ax_apart, plane, codes[own], "three digits, and the actor's moves")
    ax_apart.plot(*(codes[~own] @ plane)[:1000].T, ".", color="#BBBBBB", markersize=2, zorder=1)
    _ellipse(ax_apart, codes @ plane, GREY, linewidth=2.5)
    ax_apart.text(0, -2.9, "one Gaussian", color=GREY, fontsize=12, ha="center")
    digits = torch.tensor(chosen * 4)
    start = z[: len(digits)] @ plane
    end = steer(z[: len(digits)], digits.unsqueeze(1)) @ plane
    for digit in chosen:
        group = codes[labels == digit] @ plane
        _ellipse(ax_apart, group, COLORS[digit], linewidth=2)
        style = {"color": COLORS[digit], "fontsize": 17, "weight": "bold", "ha": "center"}
        ax_apart.text(*(1.75 * group.mean(0)), str(digit), va="center", **style)
    ax_apart.plot(*start.T, "o", color=DARK_FAKE, markersize=4)
    for a, b, digit in zip(start.tolist(), end.tolist(), digits.tolist()):
        ax_apart.annotate("", b, a, arrowprops={"arrowstyle": "->", "color": COLORS[digit]})


def where(places, distances, pictures, codes, labels, steer):
    """Where codes (n, 32) of digits lie, where else one draws, and what is decoded there.

    Places {title: (n, 32)}, with their distances {title: (n,)} to the nearest training digit and
    pictures {title: (15, 1, 28, 28)}; the first are draws of the prior, the last real places.
    `steer(z, digits)` is the actor whose moves are drawn.
    """
    colors = dict(zip(distances, (DARK_FAKE, GREY, REAL)))
    fig, panels = axes("", "", n=6, size=(12.5, 6.4))
    grid = fig.add_gridspec(2, 3, height_ratios=(2, 1))
    for ax, spot in zip(panels, grid):
        ax.set_subplotspec(spot)
    _maps(*panels[:2], places["prior"], codes, labels, steer)
    ax, bins = panels[2], np.arange(0, 8.01, 0.2)
    for title, distance in distances.items():
        heights = np.histogram(distance.numpy(), bins)[0] / len(distance)
        ax.stairs(heights, bins, color=colors[title], linewidth=2.5)
    for title, x, y in zip(distances, (5.7, 1.6, 0.3), (0.13, 0.155, 0.105)):
        ax.text(x, y, title, color=colors[title], fontsize=12)
    ax.set(xlim=(0, 8), ylim=(0, 0.17), ylabel="share of the draws", yticks=[])
    ax.set_xlabel("distance to the nearest mean code")
    for ax, (title, x) in zip(panels[3:], pictures.items()):
        _sheet(ax, x, 5, title, colors[title])
    viz.show(
        fig,
        "Above, left: in the plane of their widest and narrowest direction the codes of digits are "
        "a flat blue lens, which the grey ellipse of one Gaussian follows; many draws of the prior "
        "lie outside it. Middle: in a plane chosen to separate 0, 4 and 6 their codes are three "
        "groups. The grey ellipse also holds what is between them, where the other digits lie in "
        "this plane; arrows lead from draws of the prior to where an actor moves them, mostly into "
        "the group of the digit asked for. Right: the distance to the nearest mean code of a "
        "training digit, about 3 for codes of held-out digits, 4.6 for one Gaussian, 5 for the "
        "prior. Below, fifteen pictures from each: odd from the prior, as odd from one Gaussian, "
        "and digits from the codes of held-out digits.",
    )


def diagram():
    """The machine: z and a wish into an actor, z′ into a frozen decoder, two critics at z′."""
    viz.diagram(
        {
            "z": (0, 1),
            "wish": (0, 2),
            "actor": (1, 1, "fake box"),
            "z′": (2, 1, "fake"),
            "decoder": (3, 1, "frozen"),
            "picture": (4, 1, "fake"),
            "realism": (2, 0, "critic box"),
            "attributes": (2, 2, "critic box"),
            "compared": (1, 2, "critic"),
            "codes": (4, 0, "real"),
            "labelled": (4, 2, "real"),
        },
        [
            "z -> actor -> z′ -> decoder -> picture",
            "wish -> actor",
            "wish -> compared",
            "attributes -> compared",
            "z′ -> realism",
            "z′ -> attributes",
            "codes -> realism",
            "labelled -> attributes",
        ],
        "A draw z and a wish go into an actor, which makes z′. A frozen decoder turns z′ into a "
        "picture. Two critics look at z′: the realism critic, which also sees codes of real "
        "digits, and the attribute critic, which learns from codes with labels. A cross-entropy "
        "compares its answer at z′ with the wish. Dashed in green: the gradients that come back "
        "to the actor from the realism critic and from the cross-entropy, through the critics.",
        gradients=["realism -> actor", "compared -> actor"],
        texts={
            "realism": "realism critic",
            "attributes": "attribute critic",
            "codes": "codes of digits",
            "labelled": "codes with labels",
            "compared": "cross-entropy",
        },
    )


def from_real_digits(methods):
    """{method: ((66, 1, 28, 28), slants (n, 2))}: rows of a real digit, then the wishes 0 to 9.

    Below each sheet the slant of the result over that of the original.
    """
    fig, panels = axes("", "", n=2 * len(methods), size=(13, 6.6))
    grid = fig.add_gridspec(2, len(methods), height_ratios=(1.25, 1.5))
    for k, (title, (x, slants)) in enumerate(methods.items()):
        above, below = panels[2 * k], panels[2 * k + 1]
        above.set_subplotspec(grid[0, k])
        below.set_subplotspec(grid[1, k])
        _sheet(above, x, 11, title)
        above.axvline(27.5, color=GREY, linewidth=2)
        above.set_xticks([14 + 28 * k for k in range(11)], ["real", *map(str, range(10))])
        above.tick_params(length=0)
        below.plot(*slants.T, ".", color=FAKE, markersize=3)
        below.plot((-4, 4), (-4, 4), "--", color=GREY)
        r, slope = np.corrcoef(slants.T)[0, 1], np.polyfit(*slants.T, 1)[0]
        below.text(-3.7, 2.4, f"r = {r:.2f}\nline: {slope:.2f}", color=DARK_FAKE, fontsize=13)
        below.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal")
        below.set(xlabel="slant of the original", ylabel="" if k else "slant of the result")
    viz.show(
        fig,
        "Three columns: a mixture by chance, a shrunken Gaussian, the actor. Above, six real "
        "digits, three that lean far to the left and three to the right, and what becomes of each "
        "for the wishes 0 to 9. Below, the slant of each result over that of its original: a "
        "nearly round cloud for the mixture, narrower clouds for the others, less steep than the "
        "dashed diagonal.",
    )


def asked(pictures):
    """{method: (30, 1, 28, 28)}: what each makes of the wishes 0 to 9, three times."""
    _stacked(
        {title.replace(", ", ",\n"): x for title, x in pictures.items()},
        [title.replace(", ", ",\n") for title in pictures],
        6.8,
        "For each of three methods, three rows of the digits 0 to 9, asked for column by column, "
        "from the same draws z. Most can be read as asked. Those of the shrunken Gaussian are a "
        "little softer.",
    )


def accuracy_and_coverage(by_scale):
    """Coverage over accuracy, a line for each method: {groups or "actor": {scale s: row}}."""
    fig, ax = axes("accuracy", "coverage", size=(9, 4.8), xlim=(0.84, 1.01), ylim=(0.7, 1.0))
    for (k, rows), color in zip(by_scale.items(), (FURTHER[0], GREY, FAKE)):
        points = {s: (row["accuracy"], row["coverage"]) for s, row in rows.items()}
        dark = DARK_FAKE if color == FAKE else color
        ax.plot(*zip(*points.values()), "D-" if k == "actor" else "o-", color=color)
        for s, point in points.items():
            style = {"textcoords": "offset points", "ha": "center", "color": dark}
            ax.annotate(f"{s:g}", point, (0, 9) if s > 0.6 else (17, 3), **style)
        name = {1: "1 Gaussian a digit", 4: "4 Gaussians a digit"}.get(k, "actor")
        place = (points[1.0][0] - 0.003, points[1.0][1])
        ax.text(*place, f"{name},\nat s·z for s =", color=dark, ha="right", va="center")
    viz.show(
        fig,
        "A plane of accuracy and coverage. One Gaussian a digit, four, and the actor are three "
        "lines, on which the scale s of z falls from 1 to 0.55. The accuracy rises along all. The "
        "line of the actor lies below those of the Gaussians.",
    )


def error_and_coverage(by_scale):
    """Coverage over the error of the slant, a line a method: {method: {scale s: row}}."""
    label = "error of the slant [standard deviations of real digits]"
    fig, ax = axes(label, "coverage", size=(9, 4.6), xlim=(0.15, 0.36), ylim=(0.4, 1.0))
    for (name, rows), color, below in zip(by_scale.items(), (GREY, DARK_FAKE), (False, True)):
        points = {
            s: (float(row["slant, error"]), float(row["coverage"])) for s, row in rows.items()
        }
        ax.plot(*zip(*points.values()), "o-", color=color)
        for scale, point in points.items():
            style = {"textcoords": "offset points", "ha": "center", "color": color}
            ax.annotate(f"{scale:g}", point, (14, -16) if below else (-2, 8), **style)
        x, y = points[1]
        place = (x + 0.008, y) if below else (x + 0.03, y - 0.03)
        style = {"color": color, "va": "top", "ha": "left" if below else "right"}
        ax.text(*place, f"{name},\nat s·z for s =", **style)
    viz.show(
        fig,
        "A plane of coverage over the error of the slant, with a line for the mixture and one for "
        "the actor, on which the scale s of z falls from 1 to 0. The error falls along both. The "
        "line of the mixture lies above that of the actor.",
    )


def caricatures(x, distances):
    """What an actor without a realism critic makes, and where: x (80, 1, 28, 28), by turns 0 to 9.

    Beside the sheet {method: distances (n,) to the nearest training digit}, a histogram each.
    """
    fig, (sheet, ax) = axes("", "", n=2, size=(12, 4.6))
    _sheet(sheet, x, 10, "no realism critic")
    sheet.set_xticks([14 + 28 * k for k in range(10)], range(10), fontsize=12)
    sheet.tick_params(length=0)
    sheet.set_xlabel("asked for")
    bins = np.geomspace(1, 60, 50)
    colors = {"held-out digits": REAL, "actor": FAKE, "no realism critic": DARK_FAKE}
    for k, (title, distance) in enumerate(distances.items()):
        heights = np.histogram(distance.numpy(), bins)[0]
        base, color = len(distances) - 1 - k, colors.get(title, GREY)
        ax.stairs(base + 0.9 * heights / heights.max(), bins, baseline=base, fill=True, color=color)
    ax.axvline(distances["held-out digits"].median(), color=REAL, linestyle="--", zorder=0)
    ax.set_yticks(np.arange(len(distances))[::-1] + 0.2, distances)
    ax.tick_params(axis="y", length=0, labelsize=13)
    ax.set(xscale="log", xlim=(1, 60), ylim=(0, len(distances)))
    ax.set_xticks([1, 3, 10, 30], ["1", "3", "10", "30"])
    ax.set_xlabel("distance to the nearest mean of q(z|x)")
    viz.show(
        fig,
        "Left, eight rows of pictures made for the wishes 0 to 9 by an actor that only has to "
        "please the attribute critic. Hard black strokes, some broken into pieces: caricatures of "
        "the digits, nearly the same in each column. Right, a histogram for each method of the "
        "distance from z′ to the nearest mean code: held-out digits, Gaussians and the actor "
        "at a few units, the actor without a realism critic several times as far.",
    )


def thickness(x):
    """The mean width of the strokes [pixels], twice the ink over the length of its edges: (n,).

    x (n, 1, 28, 28). A stroke of width w and length l has the ink w·l and two edges of length l;
    the gradient of the picture, summed over the pixels, measures the edges.
    """
    x = x.reshape(-1, 28, 28)
    right, down = x.diff(dim=2)[:, :-1], x.diff(dim=1)[:, :, :-1]
    edges = (right.square() + down.square() + 1e-12).sqrt().sum((1, 2))
    return 2 * x[:, :-1, :-1].sum((1, 2)) / edges


def slant(x):
    """How far strokes lean to the right [pixels per pixel upwards], from second moments: (n,).

    x (n, 1, 28, 28). To push each row sideways by s pixels per pixel upwards adds s.
    """
    x, place = x.reshape(-1, 28, 28), torch.arange(28.0) - 13.5
    ink = x.sum((1, 2))
    across, down = x.sum(1) @ place / ink, x.sum(2) @ place / ink  # the centre of the ink
    mixed = torch.einsum("nij,i,j->n", x, place, place) / ink - across * down
    return -mixed / (x.sum(2) @ place.square() / ink - down.square())


class Style:
    """Thickness and slant in standard deviations from the mean of that digit: (n, 2).

    Means and standard deviations are those of the pictures x and labels that it is made from.
    """

    def __init__(self, x, labels):
        measured = self.measured(x)
        groups = [measured[labels == digit] for digit in range(10)]
        self.mean = torch.stack([group.mean(0) for group in groups])
        self.std = torch.stack([group.std(0) for group in groups])

    @staticmethod
    def measured(x):
        """Thickness [pixels] and slant [pixels per pixel], (n, 2)."""
        return torch.stack([thickness(x), slant(x)], 1)

    def __call__(self, x, labels):
        return (self.measured(x) - self.mean[labels]) / self.std[labels]


def _wishes(digits, thickness, slant):
    """Wishes of twelve numbers: digits (n,), and the same thickness and slant for all."""
    numbers = torch.tensor([[thickness, slant]], dtype=torch.float32).expand(len(digits), 2)
    return torch.cat([torch.eye(10)[digits], numbers], 1)


@torch.no_grad()
def _drawn(vae, move, z, digits, thickness, slant):
    """What the decoder makes of z (n, 32) moved as asked: (n, 784)."""
    z_prime = move(z, _wishes(digits, thickness, slant))
    return vae["decoder"](z_prime.unsqueeze(0))[0]


def film(vae, move, z):
    """The digits 0 to 9, from two z each, go from one slant to the other: z (20, 32)."""
    digits = torch.arange(20) % 10
    asked = np.round(2 * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 25)), 1) + 0.0
    frames = [_drawn(vae, move, z, digits, 0.0, float(value)) for value in asked]
    fig, ax = axes("", "", size=(7.2, 2.0))
    image = _pictures(ax, frames[0], 10)
    ax.set_title(" ")
    for artist in (image, ax.title):
        artist.set_animated(True)

    def update(k):
        image.set_data(mosaic(frames[k], 10))
        ax.set_title(f"slant asked for: {asked[k]:+.1f} standard deviations")

    viz.gif(
        fig,
        update,
        range(25),
        "Animation: two rows of the digits 0 to 9 lean back to the left, stand up, and lean to the "
        "right; then it starts again.",
        colors=32,
        strip=4,
    )


def leaning(vae, move, z, slants, classifier, style):
    """Digits at each of the slants: the share read as asked, and the mean slant measured.

    z (10 n, 32) is used for the digits 0 to 9 by turns → (n_slants, 10) and (n_slants,).
    """
    digits = torch.arange(len(z)) % 10
    shares, reached = [], []
    for slant in slants.tolist():
        x = _drawn(vae, move, z, digits, 0.0, slant).view(-1, 1, 28, 28)
        right = classifier(x).argmax(1) == digits
        shares.append(right.float().view(-1, 10).mean(0))
        reached.append(style(x, digits)[:, 1].mean())
    return torch.stack(shares), torch.stack(reached)


def how_far(slants, shares, reached):
    """Over the slant asked for: shares read as asked, {method: (n_slants, 10)}, slants reached."""
    label = "slant asked for [standard deviations]"
    fig, (left, middle, right) = axes(label, "", n=3, size=(13, 4))
    for k, (name, dark) in enumerate(zip(shares, (FURTHER[0], DARK_FAKE))):
        for ax, values in ((left, shares[name].mean(1)), (middle, reached[name])):
            ax.plot(slants, values, "o-", color=dark, markersize=4)
        left.text(0, 0.45 - 0.1 * k, name, color=dark, ha="center")
        middle.text(-2.8, 2.6 - 0.6 * k, name, color=dark)
    middle.plot(slants, slants, "--", color=GREY)
    middle.text(1.0, 0.6, "as asked", color=GREY, va="top")
    share = shares["actor"]
    worst = share[0].argsort()[:3].tolist()  # at the slant farthest back
    height = 0.0
    for digit in range(10):
        style = {"color": COLORS[digit], "linewidth": 2.5}
        style = style if digit in worst else {"color": "#BBBBBB"}
        right.plot(slants, share[:, digit], zorder=3 if digit in worst else 2, **style)
    for digit in worst:  # from the lowest up, a little apart
        height = max(height + 0.06, share[0, digit].item())
        style = {"va": "center", "ha": "right", "weight": "bold", "fontsize": 12}
        right.text(-3.2, height, str(digit), color=COLORS[digit], **style)
    left.set(title="all digits", ylabel="share read as asked", ylim=(0, 1.08))
    middle.set(title="all digits", ylabel="mean slant reached", ylim=(-3.4, 3.4))
    right.set(title="the actor, digit by digit", ylabel="share read as asked", ylim=(0, 1.08))
    for ax in (left, middle, right):
        ax.set(xlim=(-3.8, 3.3), xticks=range(-3, 4))
    viz.show(
        fig,
        "Over the slant asked for, from -3 to 3 standard deviations. Left the share of pictures "
        "read as the digit asked for and, in the middle, the mean slant that is reached, for "
        "linear rules and for the actor. Right the share read for each digit of the actor; the "
        "three that lose most when they lean back are in colour.",
    )


class Playground:
    """An order for digits: which digit, how thick, how slanted; always from the same 32 draws."""

    def __init__(self, vae, move, style, classifier):
        self.vae, self.move, self.style, self.classifier = vae, move, style, classifier
        self.z = torch.randn(32, 32)

    @torch.no_grad()
    def draw(self, digit, thickness, slant):
        """A sheet of 32 pictures, as asked."""
        digits = torch.full((32,), digit)
        x = _drawn(self.vae, self.move, self.z, digits, thickness, slant).view(-1, 1, 28, 28)
        read = (self.classifier(x).argmax(1) == digit).float().mean()
        means = self.style(x, digits).mean(0).tolist()
        fig, ax = axes("", "", size=(7.6, 4.2))
        _pictures(ax, x.reshape(-1, 784), 8)
        measured = f"measured: thickness {means[0]:+.1f}, slant {means[1]:+.1f}"
        ax.set_title(f"{measured}; read as {digit}: {read:.0%}")
        return fig

    def controls(self):
        """What `live.live` wants."""
        style = {"min": -3, "max": 3, "step": 0.5}
        return {
            "digit": widgets.Dropdown(options=list(range(10)), value=4, description="digit"),
            "thickness": widgets.FloatSlider(value=0, description="thickness", **style),
            "slant": widgets.FloatSlider(value=1, description="slant", **style),
        }


def distances(table):
    """Accuracy and kept slant over the move, for weights of the distance penalty."""
    rows = {"0": table["methods: actor, σ_x = 0.1"]}
    start = "distance: weight "
    rows |= {name.removeprefix(start): table[name] for name in table if name.startswith(start)}
    fig, panels = axes("mean squared move of z, per dimension", "", n=2, size=(10, 3.8))
    for ax, (what, title) in zip(
        panels, {"accuracy": "accuracy", "kept": "slant in common"}.items()
    ):
        points = np.array([[np.mean(row["z_mse"]), np.mean(row[what])] for row in rows.values()])
        ax.plot(*points.T, "o-", color=FAKE)
        for (x, y), weight in zip(points, rows):
            text = f"weight {weight}" if weight == "0" else weight
            style = {"textcoords": "offset points", "color": DARK_FAKE, "ha": "center"}
            ax.annotate(text, (x, y), (0, -18), **style)
        ax.set(ylabel=title, ylim=(0.4, 1.0), xlim=(0.4, 1.0))
    viz.show(
        fig,
        "Left the accuracy, right the part of the slant that the ten digits of one z share, over "
        "the mean squared move of z, for four weights of the distance penalty. The larger the "
        "weight, the shorter the move and the lower the accuracy.",
    )
