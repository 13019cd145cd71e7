"""The figures of lesson 09: digits and their copies, the map of codes, what lies between them."""

import ipywidgets as widgets
import matplotlib
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

COLORS = matplotlib.colormaps["tab10"](np.arange(10))  # of the ten digits
OUTLINE = [withStroke(linewidth=3, foreground="white")]


def mosaic(pictures, n_columns):
    """Pictures (n, 784), row by row, as one image with n_columns in each row."""
    rows = pictures.reshape(-1, n_columns, 28, 28).swapaxes(1, 2)
    return np.asarray(rows.reshape(-1, 28 * n_columns))


def _pictures(ax, pictures, n_columns, **options):
    """Show pictures (n, 784) as dark ink on white, without ticks."""
    style = {"cmap": "gray_r", "vmin": 0, "vmax": 1} | options
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="", frame_on=False)
    return ax.imshow(mosaic(pictures, n_columns), **style)


def limits_of(codes, share=0.94):
    """The square of the plane that holds most of the codes (n, 2): (low, high) twice."""
    levels = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(np.asarray(codes), levels, axis=0)
    middle, half = (low + high) / 2, 0.55 * (high - low).max()
    return [(float(m - half), float(m + half)) for m in middle]


def lattice(limits, n):
    """The centres of n × n squares of the plane, row by row from the top left: (n², 2)."""
    across, up = (low + (high - low) * (np.arange(n) + 0.5) / n for low, high in limits)
    grid = np.stack(np.meshgrid(across, up[::-1]), -1)
    return torch.from_numpy(grid.reshape(-1, 2)).float()


@torch.no_grad()
def _decoded(decoder, z):
    """What the decoder of one seed makes of z (n, z_dim): (n, 784)."""
    return decoder(z.unsqueeze(0))[0]


def _dots(ax, codes, labels, size=5):
    """Codes (n, 2), coloured by label, and each digit's number beside the middle of its codes."""
    codes, labels = np.asarray(codes), np.asarray(labels)
    dots = ax.scatter(*codes.T, c=COLORS[labels], s=size, linewidths=0)
    for digit in range(10):
        place, style = np.median(codes[labels == digit], 0), {"ha": "center", "va": "center"}
        style |= {"fontsize": 15, "weight": "bold", "path_effects": OUTLINE, "clip_on": True}
        ax.text(*place, str(digit), color=COLORS[digit], **style)
    return dots


def _map(ax, decoder, codes, labels, n=18):
    """The plane of codes: in pale grey what the decoder makes of n × n points, codes as dots."""
    limits = limits_of(codes)
    sheet = _pictures(ax, _decoded(decoder, lattice(limits, n)), n)
    sheet.set(extent=(*limits[0], *limits[1]), alpha=0.45)
    _dots(ax, codes, labels)
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="z₁", ylabel="z₂", aspect="equal")
    ax.set(xticks=np.round(np.linspace(*limits[0], 5)), yticks=np.round(np.linspace(*limits[1], 5)))


@torch.no_grad()
def opening(nets, x, labels):
    """Six digits, their two numbers, their copies; beside them the map of all codes."""
    codes = nets["encoder"](x.unsqueeze(0))[0]
    chosen = [int((labels == digit).nonzero()[0]) for digit in (0, 2, 3, 4, 6, 7)]
    fig, (left, right) = axes("", "", n=2, size=(11, 5.6))
    pairs = torch.stack([x[chosen], torch.zeros(6, 784), _decoded(nets["decoder"], codes[chosen])])
    _pictures(left, pairs.swapaxes(0, 1).flatten(0, 1), 3)
    for row, (first, second) in enumerate(codes[chosen].tolist()):
        numbers = f"{first:.1f}\n{second:.1f}"
        left.text(42, 28 * row + 14, numbers, ha="center", va="center", color=DARK_FAKE)
    for place, word, color in (
        (14, "digit", REAL),
        (42, "two numbers", DARK_FAKE),
        (70, "copy", DARK_FAKE),
    ):
        left.text(place, -3, word, ha="center", color=color)
    _map(right, nets["decoder"], codes, labels)
    viz.show(
        fig,
        "Left: six handwritten digits, the two numbers that are kept of each, and a soft copy made "
        "of these alone; most copies can be read. Right: the plane of the two numbers. Coloured "
        "dots are the codes of 2000 digits, in arms and patches by digit; behind them in grey what "
        "the decoder makes of each place: digits, and between the patches shapes that are none.",
    )


def diagram():
    """The machine: a picture through the encoder to a code, through the decoder to a copy."""
    viz.diagram(
        {
            "x": (0, 0, "real"),
            "encoder": (1, 0, "box"),
            "z": (2, 0),
            "decoder": (3, 0, "fake box"),
            "copy": (4, 0, "fake"),
            "error": (2, 1),
        },
        ["x -> encoder -> z -> decoder -> copy -> error", "x -> error"],
        "A picture x, 784 numbers, goes through the encoder and becomes a code z of two numbers. "
        "The decoder makes a copy x̂ out of z. The error compares x̂ with x. Dashed in green: its "
        "gradient goes back through the copy and the decoder to z, and on into the encoder.",
        gradients=["error -> copy -> decoder -> z -> encoder"],
        texts={
            "x": "picture x\n784 numbers",
            "z": "code z\n2 numbers",
            "copy": "copy x̂\n784 numbers",
            "error": "|x − x̂|²",
        },
    )


def _stamp(ax, row, centre, size=0.58):
    """A row of 784 numbers, red where positive, blue where negative, as a small picture."""
    x, y = centre
    row = row.reshape(28, 28) / row.abs().max()
    extent = (x - size, x + size, y - size, y + size)
    ax.imshow(row, cmap="RdBu_r", vmin=-1, vmax=1, extent=extent, zorder=2)


def rows_and_axes(principal, rows):
    """Pairs of directions in the plane of two principal axes, each as an arrow and a picture.

    principal (2, 784); rows {title: (2, 784)}.
    """
    pairs = {"PCA: u₁ and u₂": principal} | rows
    fig, panels = axes("", "", n=len(pairs), size=(11, 3.2), xticks=[], yticks=[], frame_on=False)
    for k, (ax, (title, pair)) in enumerate(zip(panels, pairs.items())):
        ring = np.linspace(0, 2 * np.pi, 200)
        ax.plot(np.cos(ring), np.sin(ring), color="#CCCCCC", linewidth=1)
        ax.plot([-1, 1, 0, 0, 0], [0, 0, 0, -1, 1], ":", color=GREY, linewidth=1)
        for row in pair:
            place = principal @ row / row.norm()
            arrow = {"arrowstyle": "->", "linewidth": 2, "color": REAL if k == 0 else DARK_FAKE}
            ax.annotate("", place.tolist(), (0, 0), arrowprops=arrow)
            _stamp(ax, row, (1.68 * place).tolist())
        ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), title=title, aspect="equal")
    viz.show(
        fig,
        "Circles in the plane of the two principal axes, with two arrows each, and at the tip of "
        "each arrow what it looks like as a picture in red and blue. The arrows of PCA lie along "
        "the dotted axes. Those of three trainings point elsewhere, and are not at right angles.",
    )


def film(history, x, labels):
    """The film of a training: left the codes of digits x (n, 784), right five copies."""
    codes, copies = history["codes"], history["copies"]
    fig, (ax, right) = axes("z₁", "z₂", n=2, size=(6.6, 3.5))
    limits = limits_of(codes[-1], 0.99)
    ax.set(xlim=limits[0], ylim=limits[1], title=" ", aspect="equal")
    dots = ax.scatter(*codes[0].T, c=COLORS[np.asarray(labels)], s=6, linewidths=0)
    pairs = np.concatenate([x[:5].numpy(), copies[0]])
    image = _pictures(right, np.stack(np.split(pairs, 2), 1).reshape(-1, 784), 2)
    right.set_title("digit, copy")
    for artist in (dots, image, ax.title):
        artist.set_animated(True)

    def update(k):
        dots.set_offsets(codes[k])
        pairs = np.stack([x[:5].numpy(), copies[k]], 1)
        image.set_data(mosaic(pairs.reshape(-1, 784), 2))
        ax.set_title(f"step {history['step'][k]}")

    viz.gif(
        fig,
        update,
        range(len(codes)),
        "Animation of the training. Left the codes of 500 held-out digits, coloured by digit: one "
        "heap at first, then arms that grow out of the middle and part by colour. Right five "
        "digits beside their copies, which are one and the same blot at first and then sharpen.",
        colors=40,
        strip=4,
    )


@torch.no_grad()
def sheet_in_space(encoder, decoder, x, mean, principal):
    """Digits in the space of three principal axes: the plane of PCA, and the decoder's sheet.

    x (n, 784) digits, mean (784,), principal (3, 784).
    """
    codes, where = encoder(x.unsqueeze(0))[0], (x - mean) @ principal.T
    n, limits = 60, limits_of(codes)
    points = lattice(limits, n)
    sheet = (_decoded(decoder, points) - mean) @ principal.T
    far = torch.cdist(points, codes).min(1).values > 0.04 * (limits[0][1] - limits[0][0])
    sheet[far] = torch.nan  # no codes there
    fig = Figure(figsize=(11, 4.8))
    FigureCanvasAgg(fig)
    side = torch.linspace(-4.5, 4.5, 9)
    flat = torch.cartesian_prod(side, side, torch.zeros(1))
    surfaces = {"PCA: a plane": flat, "autoencoder: a curved sheet": sheet}
    for k, (title, surface) in enumerate(surfaces.items()):
        ax = fig.add_subplot(1, 2, k + 1, projection="3d", computed_zorder=False)
        ax.scatter(*where[:1500].T, s=7, color=REAL, alpha=0.5, linewidths=0, zorder=1)
        n_side = round(len(surface) ** 0.5)
        grid = surface.view(n_side, n_side, 3).numpy()
        style = {"color": FAKE, "alpha": 0.6, "linewidth": 0, "antialiased": True, "shade": True}
        ax.plot_surface(*np.moveaxis(grid, -1, 0), rstride=1, cstride=1, zorder=2, **style)
        ax.set(xlabel="u₁", ylabel="u₂", zlabel="u₃", title=title)
        ax.set(xlim=(-5, 5), ylim=(-5, 5), zlim=(-5, 5), xticks=[-4, 0, 4], yticks=[-4, 0, 4])
        ax.set_zticks([-4, 0, 4])
        ax.view_init(18, -60)
        ax.set_box_aspect(None, zoom=0.98)
    viz.show(
        fig,
        "Blue dots are digits, in the space of three principal axes u₁, u₂, u₃. Left, in orange, "
        "the flat plane of PCA cuts through the cloud. Right the pictures that the decoder of the "
        "autoencoder makes of its codes: an orange sheet that bends and folds through the cloud.",
    )


def errors(linear, curved):
    """The error of copies over the numbers in a code: linear {k: error}, curved {k: (n_seeds,)}."""
    fig, ax = axes("numbers in a code", "squared error of a held-out digit", size=(8, 3.8))
    ax.plot(list(linear), list(linear.values()), "o-", color=REAL)
    ax.plot(list(curved), [np.median(values) for values in curved.values()], color=FAKE)
    for k, values in curved.items():
        ax.plot([k] * len(values), values, "o", color=FAKE, markersize=5)
    ax.set(xscale="log", ylim=(0, 52), xlim=(0.9, 60))
    ax.minorticks_off()
    ax.set_xticks(list(linear), list(linear))
    (end, low), (last, values) = list(linear.items())[-1], list(curved.items())[-1]
    ax.text(1.08 * end, low, "PCA", color=REAL, va="center")
    label = "autoencoder,\nfive seeds each"
    ax.text(0.95 * last, np.median(values) - 1, label, color=DARK_FAKE, va="top", ha="right")
    viz.show(
        fig,
        "The squared error of copies over the numbers in a code. A blue line, PCA with 1 to 32 "
        "numbers, falls from 47 to 13. Orange dots, five autoencoders each with 1, 2 and 8 "
        "numbers, lie far below it.",
    )


def gallery(rows, holes=None, n=14):
    """Rows of pictures, {name: (≥ n, 784)}; orange frames where holes {name: (≥ n,)} is true."""
    fig, ax = axes("", "", size=(11, 0.58 * len(rows) + 0.3))
    _pictures(ax, torch.cat([pictures[:n] for pictures in rows.values()]), n)
    ax.set_yticks(14 + 28 * np.arange(len(rows)), list(rows))
    ax.tick_params(length=0)
    for row, name in enumerate(rows):
        for column in np.flatnonzero((holes or {}).get(name, np.zeros(n))[:n]):
            corner = (28 * column + 0.5, 28 * row + 0.5)
            frame = matplotlib.patches.Rectangle(corner, 26, 26, fill=False, edgecolor=FURTHER[2])
            ax.add_patch(frame)
    return fig, ax


def four_ways(rows, holes):
    """What a decoder makes of z from four places, and which of these pictures are in a hole."""
    fig, _ = gallery(rows, holes)
    viz.show(
        fig,
        "Five rows of pictures: held-out digits, their copies, and what the decoder makes of z "
        "halfway between two codes, of draws from a Gaussian fitted to the codes, and of draws "
        "from N(0, I). Few copies and few pictures halfway have an orange frame, which marks a "
        "hole; about half of the draws of the fitted Gaussian have one, and nearly all of N(0, I).",
    )


def five_maps(codes, labels):
    """The codes of the same digits by five trainings: codes (5, n, 2), labels (n,)."""
    fig, panels = axes("z₁", "", n=5, size=(12, 3.0))
    half = 1.05 * np.quantile(np.abs(np.asarray(codes)), 0.99)
    for seed, ax in enumerate(panels):
        _dots(ax, codes[seed], labels, size=3)
        limits = {"xlim": (-half, half), "ylim": (-half, half), "aspect": "equal"}
        ax.set(title=f"seed {seed}", ylabel="" if seed else "z₂", **limits)
    viz.show(
        fig,
        "The codes of 2000 held-out digits in five maps, one for each training, coloured by digit. "
        "In each the digits lie in arms and patches, but where a digit lies, and how far out, "
        "differs from training to training.",
    )


def ways_of_five(shares, places):
    """Two shares for z from each place, five dots each: {"confident" or "hole": [(5,), …]}."""
    fig, panels = axes("", "", n=2, size=(10, 3.4), ylim=(0, 1.03), xlim=(-0.5, len(places) - 0.5))
    titles = {"confident": "classifier above 0.9", "hole": "in a hole"}
    for ax, (what, values) in zip(panels, shares.items()):
        for k, of_seeds in enumerate(values):
            ax.plot([k] * len(of_seeds), of_seeds, "o", color=FAKE)
        ax.set(title=titles[what], ylabel="share of the pictures")
        ax.set_xticks(
            range(len(places)), [place.replace("fitted ", "fitted\n") for place in places]
        )
    viz.show(
        fig,
        "Left the share of pictures with a confident classifier, right the share in a hole, five "
        "dots each, for copies, halfway, a fitted Gaussian, and N(0, I). Copies are best by both "
        "measures, N(0, I) is worst, and the five dots of a column lie close together.",
    )


def interpolations(rows):
    """From one digit to another, {name: (n, 784)}: by the codes, by the pixels."""
    fig, _ = gallery(rows, n=len(next(iter(rows.values()))))
    viz.show(
        fig,
        "Rows of nine pictures that lead from one digit to another. Halfway between the codes "
        "stands a shape that belongs to neither digit; halfway between the pixels both digits lie "
        "on top of each other in grey.",
    )


def holes_on_the_map(nets, codes, in_hole, mean, cov):
    """Where the plane has holes: in_hole (n²,) at the lattice of limits_of(codes), and codes."""
    limits, n = limits_of(codes), round(len(in_hole) ** 0.5)
    fig, (left, right) = axes("z₁", "z₂", n=2, size=(11, 5.2))
    sheet = _pictures(left, _decoded(nets["decoder"], lattice(limits, 18)), 18)
    sheet.set(extent=(*limits[0], *limits[1]))
    grid = np.asarray(in_hole).reshape(n, n)
    extent = (*limits[0], *limits[1])
    cmap = matplotlib.colors.ListedColormap(["white", FURTHER[2]])
    right.imshow(grid, cmap=cmap, extent=extent, vmin=0, vmax=1, alpha=0.5)
    right.plot(*np.asarray(codes)[:2000].T, ".", color=REAL, markersize=2)
    for ax in (left, right):
        _circles(ax, np.zeros(2), np.eye(2), "black")
        _circles(ax, np.asarray(mean), np.asarray(cov), FURTHER[0])
        ax.set(xlim=limits[0], ylim=limits[1], xlabel="z₁", ylabel="z₂", aspect="equal")
    handles = [
        Line2D([], [], color="black", label="N(0, I): 1 and 2 standard deviations"),
        Line2D([], [], color=FURTHER[0], label="Gaussian fitted to the codes"),
        Line2D([], [], marker=".", linestyle="", color=REAL, label="codes"),
        Line2D([], [], marker="s", linestyle="", color=FURTHER[2], alpha=0.5, label="hole"),
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "The plane of codes twice. Left what the decoder makes of each place: digits, and between "
        "them shapes that are none. Right the codes of digits as blue dots, and in orange the "
        "holes, between the arms of codes and outside them. Two black circles, one and two "
        "standard deviations of N(0, I), cover a small part in the middle; two green ellipses, "
        "those of the Gaussian fitted to the codes, cover most codes and many holes.",
    )


def _circles(ax, mean, cov, color):
    """The ellipses of one and two standard deviations of N(mean, cov)."""
    values, vectors = np.linalg.eigh(cov)
    angle = np.degrees(np.arctan2(*vectors[::-1, 1]))
    for times in (1, 2):
        width, height = 2 * times * np.sqrt(values[::-1])
        style = {"fill": False, "edgecolor": color, "linewidth": 2}
        ax.add_patch(Ellipse(mean, width, height, angle=angle, **style))


class Walk:
    """A walk through the plane of codes: where one stands, and what the decoder makes of it."""

    def __init__(self, nets, x, labels):
        with torch.no_grad():
            self.codes = nets["encoder"](x.unsqueeze(0))[0]
        self.decoder, self.limits = nets["decoder"], limits_of(self.codes)
        self.fig, (ax, self.right) = axes("z₁", "z₂", n=2, size=(8.4, 4.2))
        _dots(ax, self.codes, labels, size=4)
        ax.set(xlim=self.limits[0], ylim=self.limits[1], aspect="equal")
        (self.ring,) = ax.plot([], [], "o", color="black", markersize=11, fillstyle="none")
        self.image = _pictures(self.right, torch.zeros(1, 784), 1)
        self.right.set_title(" ")
        for artist in (self.ring, self.image, self.right.title):
            artist.set_animated(True)

    def draw(self, across, up):
        """The picture at a place, given in percent of the way from left to right, bottom to top."""
        places = [low + (high - low) * p / 100 for (low, high), p in zip(self.limits, (across, up))]
        z = torch.tensor([places])
        self.ring.set_data([places[0]], [places[1]])
        self.image.set_data(mosaic(_decoded(self.decoder, z), 1))
        far = torch.cdist(z, self.codes).min().item()
        self.right.set_title(f"z = ({places[0]:.1f}, {places[1]:.1f}), nearest code {far:.2f} away")
        return self.fig

    def controls(self):
        """What `live.live` wants: the sliders."""
        style = {"min": 0, "max": 100, "step": 1}
        return {
            "across": widgets.IntSlider(value=50, description="z₁ [%]", **style),
            "up": widgets.IntSlider(value=50, description="z₂ [%]", **style),
        }
