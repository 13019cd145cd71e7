"""The figures of lesson 12: where codes lie, where an actor moves them, what the decoder draws."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Circle, Ellipse

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_09 import COLORS, OUTLINE, _digit_name, _pictures, mosaic


def _sheet(ax, x, n_columns, title, color=DARK_FAKE):
    """Pictures x (n, 1, 28, 28) in rows, with a title in a colour."""
    _pictures(ax, x.reshape(-1, 784), n_columns)
    ax.set_title(title, color=color)


def sheets(pictures, n_columns, size, text):
    """Sheets of pictures side by side: {title: (n, 1, 28, 28)}."""
    fig, panels = axes("", "", n=len(pictures), size=size)
    for ax, (title, x) in zip(np.atleast_1d(panels), pictures.items()):
        _sheet(ax, x, n_columns, title)
    fig.get_layout_engine().set(wspace=0.08)
    viz.show(fig, text)


def opening(soft, sharp, moved):
    """Three sheets of thirty pictures each: of two VAEs, and of the second one with an actor."""
    titles = ("σₓ = 1: soft", "σₓ = 0.1: sharp, but odd", "σₓ = 0.1, z moved: sharp, and digits")
    sheets(
        dict(zip(titles, (soft, sharp, moved))),
        5,
        (11, 4.9),
        "Three sheets of thirty pictures. Left, from the VAE with σₓ = 1: soft grey shapes, many "
        "of them digits. In the middle, from the VAE with σₓ = 0.1: sharp strokes, most of which "
        "are no digit. Right, from the same decoder at the same z, moved by an actor: sharp "
        "digits 0 to 9 in order, three times.",
    )


def widest_and_narrowest(codes):
    """Codes {σₓ: (n, 32)} along the directions of their largest and smallest variance."""
    fig, panels = axes("widest direction", "", n=len(codes), size=(11, 4.1))
    for ax, (std, z) in zip(panels, codes.items()):
        variances, directions = torch.linalg.eigh(torch.cov(z.T))
        shown = z[:1500] @ directions[:, [-1, 0]]
        ax.plot(*shown.T, ".", color=REAL, markersize=3, alpha=0.5)
        for radius in (1, 2):
            ax.add_patch(Circle((0, 0), radius, fill=False, color=DARK_FAKE, linewidth=2))
        ax.text(0, 2.15, "prior", color=DARK_FAKE, ha="center", path_effects=OUTLINE)
        low, high = variances[0], variances[-1]
        title = f"σₓ = {std:g}: variances {low:.2g} to {high:.2g}"
        ax.set(title=title, xlim=(-4.5, 4.5), ylim=(-3.2, 3.2), aspect="equal")
        ax.set(xticks=range(-4, 5, 2), yticks=range(-2, 3))
    panels[0].set_ylabel("narrowest direction")
    viz.show(
        fig,
        "Blue dots are codes of digits along the two directions in which they vary most and least; "
        "circles show one and two standard deviations of the prior. For σₓ = 0.1 the dots are a "
        "flat band that is wider than the circles and much thinner. For σₓ = 0.5 they are nearly "
        "round, and for σₓ = 1 as round as the circles.",
    )


def plane_of(codes, labels):
    """The two directions in which the mean codes of the ten digits differ most: (32, 2)."""
    means = torch.stack([codes[labels == digit].mean(0) for digit in range(10)])
    return torch.linalg.svd(means - means.mean(0))[2][:2].T


def _plane_axes(n=1, size=(6.6, 5.4)):
    fig, ax = axes("first direction", "second direction", n=n, size=size)
    for panel in np.atleast_1d(ax):
        panel.set(xlim=(-5, 5), ylim=(-4.4, 4.4), aspect="equal")
    return fig, ax


def _ellipse(ax, mean, cov, color):
    """The ellipse of one standard deviation of N(mean, cov)."""
    values, vectors = np.linalg.eigh(cov)
    width, height = 2 * np.sqrt(values[::-1])
    angle = np.degrees(np.arctan2(*vectors[::-1, 1]))
    style = {"fill": False, "edgecolor": color, "linewidth": 2}
    ax.add_patch(Ellipse(mean, width, height, angle=angle, **style))


def class_gaussians(codes, labels, means, factors):
    """The codes in `plane_of`, and the ten Gaussians fitted to them, two standard deviations."""
    plane = plane_of(codes, labels)
    fig, (left, right) = _plane_axes(2, (11, 5))
    dots = (codes[:3000] @ plane).numpy()
    left.scatter(*dots.T, c=COLORS[labels[:3000].numpy()], s=5, linewidths=0)
    for digit in range(10):
        root = factors[digit].T @ plane  # (32, 2): the covariance is rootᵀ root
        mean, cov = (means[digit] @ plane).numpy(), (root.T @ root).numpy()
        _ellipse(right, mean, cov, COLORS[digit])
        for ax in (left, right):
            _digit_name(ax, digit, mean)
    right.add_patch(Circle((0, 0), 1, fill=False, color="black", linewidth=2, linestyle="--"))
    right.text(0, -1.15, "prior", ha="center", va="top", path_effects=OUTLINE)
    left.set_title("codes of 3000 digits")
    right.set_title("ten Gaussians and the prior, one standard deviation")
    viz.show(
        fig,
        "The plane in which the mean codes of the ten digits differ most. Left the codes of 3000 "
        "digits, coloured by digit: ten clouds that overlap. Right ten Gaussians with the same "
        "means and covariances, as ellipses of one standard deviation, and in black, dashed, the "
        "circle of the prior around the middle.",
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
            "codes": (4, 0, "real"),
            "labelled": (4, 2, "real"),
        },
        [
            "z -> actor -> z′ -> decoder -> picture",
            "wish -> actor",
            "z′ -> realism",
            "z′ -> attributes",
            "codes -> realism",
            "labelled -> attributes",
        ],
        "A draw z and a wish go into an actor, which makes z′. A frozen decoder turns z′ into a "
        "picture. Two critics look at z′: the realism critic, which also sees codes of real "
        "digits, and the attribute critic, which learns from codes with labels. Dashed in green: "
        "gradients go from both critics through z′ into the actor.",
        gradients=["realism -> actor", "attributes -> actor"],
        texts={
            "realism": "realism critic",
            "attributes": "attribute critic",
            "codes": "codes of digits",
            "labelled": "codes with labels",
        },
    )


def from_the_same_z(x):
    """Rows of eleven pictures, (11 n, 1, 28, 28): what the prior makes of z, then 0 to 9."""
    fig, ax = axes("", "", size=(8.6, 0.78 * len(x) / 11 + 0.5))
    _pictures(ax, x.reshape(-1, 784), 11)
    ax.axvline(27.5, color=GREY, linewidth=2)
    ax.set_xticks([14 + 28 * k for k in range(11)], ["z itself", *map(str, range(10))])
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    viz.show(
        fig,
        "Six rows of eleven pictures. In the first column what the decoder makes of a draw z of "
        "the prior, mostly no digit. Then what it makes of the same z, moved, for the wishes 0 to "
        "9: nearly all are clear digits, and those of a row share something of their slant.",
    )


def moves(codes, labels, z, z_prime, digits):
    """Arrows z → z′ in `plane_of` the codes, coloured by the digit asked for."""
    plane = plane_of(codes, labels)
    fig, ax = _plane_axes(size=(7, 5.8))
    ax.plot(*(codes[:3000] @ plane).T, ".", color="#CCCCCC", markersize=3)
    for start, end, digit in zip(z @ plane, z_prime @ plane, digits.tolist()):
        style = {"arrowstyle": "->", "color": COLORS[digit], "linewidth": 1.6, "shrinkA": 0}
        ax.annotate("", end.tolist(), start.tolist(), arrowprops=style)
    for digit in range(10):
        _digit_name(ax, digit, (codes[labels == digit].mean(0) @ plane).tolist(), fontsize=16)
    viz.show(
        fig,
        "Arrows from draws z of the prior to z′, coloured by the digit asked for, over the codes "
        "of digits in grey. The arrows begin around the middle and end in the cloud of the digit "
        "that was asked for, each at a place of its own.",
    )


def caricatures(x, n_columns=8):
    """What an actor without a realism critic makes: five rows of two wishes each, 0 to 9."""
    fig, panels = axes("", "", n=2, size=(9.6, 3.6))
    for half, ax in enumerate(panels):
        _pictures(ax, x[5 * n_columns * half :][: 5 * n_columns].reshape(-1, 784), n_columns)
        ax.set_yticks([14 + 28 * row for row in range(5)], range(5 * half, 5 * half + 5))
        ax.tick_params(length=0)
        ax.set_ylabel("asked for")
    viz.show(
        fig,
        "Ten rows of eight pictures, made for the wishes 0 to 9 by an actor that only has to "
        "please the attribute critic. Hard black strokes, some broken into pieces: caricatures of "
        "the digits, nearly the same eight times in each row.",
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
    """The digits 0 to 9, from two z each, lean to and fro: z (20, 32)."""
    digits = torch.arange(20) % 10
    asked = np.round(2 * np.sin(np.linspace(0, 2 * np.pi, 24, endpoint=False)), 1)
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
        range(24),
        "Animation: two rows of the digits 0 to 9 lean to the right, stand up, lean back to the "
        "left, and stand up again.",
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


def how_far(slants, shares):
    """The share read as asked over the slant asked for: {method: (n_slants, 10)}."""
    fig, (left, right) = axes("slant asked for [standard deviations]", "", n=2, size=(11, 4))
    for (name, share), color, dark in zip(
        shares.items(), (FURTHER[0], FAKE), (FURTHER[0], DARK_FAKE)
    ):
        left.plot(slants, share.mean(1), "o-", color=color, markersize=4)
        height, side = share.mean(1)[len(slants) // 2], "bottom" if color == FAKE else "top"
        left.annotate(
            name,
            (0, height),
            (0, 6 if color == FAKE else -6),
            ha="center",
            va=side,
            color=dark,
            textcoords="offset points",
        )
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
    left.set(title="mean of all digits", ylabel="share read as asked")
    right.set(title="the actor, digit by digit")
    for ax in (left, right):
        ax.set(ylim=(0, 1.08), xlim=(-3.8, 3.3), xticks=range(-3, 4))
    viz.show(
        fig,
        "The share of pictures read as the digit asked for, over the slant asked for, from -3 to "
        "3 standard deviations. Left the mean of all digits, for straight lines and for the "
        "actor. Right the actor, a line for each digit; the three that lose most when they lean "
        "back are in colour.",
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
    rows = {"0": table["methods: actor, σₓ = 0.1"]}
    start = "distance: weight "
    rows |= {name.removeprefix(start): table[name] for name in table if name.startswith(start)}
    fig, panels = axes("mean squared move of z, per dimension", "", n=2, size=(10, 3.8))
    for ax, (what, title) in zip(panels, {"accuracy": "accuracy", "kept": "slant kept"}.items()):
        points = np.array([[np.mean(row["z_mse"]), np.mean(row[what])] for row in rows.values()])
        ax.plot(*points.T, "o-", color=FAKE)
        for (x, y), weight in zip(points, rows):
            text = f"weight {weight}" if weight == max(rows) else weight
            style = {"textcoords": "offset points", "color": DARK_FAKE, "ha": "center"}
            ax.annotate(text, (x, y), (0, -18), **style)
        ax.set(ylabel=title, ylim=(0, 1.05), xlim=(0, 1.2 * points[:, 0].max()))
    viz.show(
        fig,
        "Left the accuracy, right the part of the slant that the ten digits of one z share, over "
        "the mean squared move of z, for four weights of the distance penalty. The larger the "
        "weight, the shorter the move and the lower the accuracy.",
    )
