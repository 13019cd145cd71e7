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


def _image(ax, image, **options):
    """Show an image (h, w) as dark ink on white, without ticks."""
    style = {"cmap": "gray_r", "vmin": 0, "vmax": 1} | options
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="", frame_on=False)
    return ax.imshow(image, **style)


def _pictures(ax, pictures, n_columns, **options):
    """Show pictures (n, 784) as dark ink on white, without ticks."""
    return _image(ax, mosaic(pictures, n_columns), **options)


def limits_of(codes, share=0.94):
    """The square of the plane that holds most of the codes (n, 2): (low, high) twice."""
    levels = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(np.asarray(codes), levels, axis=0)
    middle, half = (low + high) / 2, 0.55 * (high - low).max()
    return [(float(m - half), float(m + half)) for m in middle]


def map_limits(codes, times=2.1):
    """The square of the plane around the Gaussian fitted to codes (n, 2), some deviations wide."""
    codes = np.asarray(codes)
    half = times * codes.std(0).max()
    return [(float(m - half), float(m + half)) for m in codes.mean(0)]


def lattice(limits, n):
    """The centres of n × n squares of the plane, row by row from the top left: (n², 2)."""
    across, up = (low + (high - low) * (np.arange(n) + 0.5) / n for low, high in limits)
    grid = np.stack(np.meshgrid(across, up[::-1]), -1)
    return torch.from_numpy(grid.reshape(-1, 2)).float()


@torch.no_grad()
def _decoded(decoder, z):
    """What the decoder of one seed makes of z (n, z_dim): (n, 784)."""
    return decoder(z.unsqueeze(0))[0]


def _label_places(codes, labels, apart=0.1):
    """A place for the number of each digit, {digit: (2,)}: a code amid many of the same label.

    No two are nearer to each other than the part `apart` of the square of limits_of(codes).
    """
    codes, labels = torch.as_tensor(np.asarray(codes)), torch.as_tensor(np.asarray(labels))
    side, places = np.diff(limits_of(codes)[0]).item(), {}
    nearest = torch.cdist(codes, codes).topk(40, largest=False).indices
    same = (labels[nearest] == labels[:, None]).float().mean(1)
    for digit in same.new_tensor([same[labels == d].mean() for d in range(10)]).argsort().tolist():
        own = codes[labels == digit]
        from_middle = (own - own.median(0).values).norm(dim=1) / side
        ranked = own[(same[labels == digit] - from_middle).argsort(descending=True)].numpy()
        free = [
            z for z in ranked if all(np.hypot(*(z - p)) > apart * side for p in places.values())
        ]
        places[digit] = free[0] if free else ranked[0]
    return places


def _digit_name(ax, digit, place, fontsize=15):
    """The number of a digit in its colour, outlined in white, at a place (2,) of the plane."""
    style = {"ha": "center", "va": "center", "weight": "bold", "path_effects": OUTLINE}
    ax.text(*place, str(digit), color=COLORS[digit], fontsize=fontsize, clip_on=True, **style)


def _dots(ax, codes, labels, size=5):
    """Codes (n, 2), coloured by label, and each digit's number amid its codes."""
    codes, labels = np.asarray(codes), np.asarray(labels)
    dots = ax.scatter(*codes.T, c=COLORS[labels], s=size, linewidths=0)
    for digit, place in _label_places(codes, labels).items():
        _digit_name(ax, digit, place)
    return dots


def _key(ax):
    """Which colour is which digit: the ten digits, one below the other, right of the axes."""
    for digit in range(10):
        height, style = 0.93 - 0.095 * digit, {"va": "center", "weight": "bold"}
        ax.text(1.03, height, str(digit), color=COLORS[digit], transform=ax.transAxes, **style)


def _fives(limits):
    """The multiples of five within (low, high)."""
    return range(5 * int(np.ceil(limits[0] / 5)), int(np.floor(limits[1])) + 1, 5)


def _map(ax, decoder, codes, labels, n=18):
    """The plane of codes: in pale grey what the decoder makes of n × n points, codes as dots."""
    limits = limits_of(codes)
    sheet = _pictures(ax, _decoded(decoder, lattice(limits, n)), n)
    sheet.set(extent=(*limits[0], *limits[1]), alpha=0.3)
    _dots(ax, codes, labels)
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="z₁", ylabel="z₂", aspect="equal")
    ax.set(xticks=_fives(limits[0]), yticks=_fives(limits[1]))


@torch.no_grad()
def opening(nets, x, labels):
    """Six digits, their two numbers, their copies; beside them the map of all codes."""
    codes = nets["encoder"](x.unsqueeze(0))[0]
    chosen = [int((labels == digit).nonzero()[0]) for digit in (0, 2, 3, 4, 6, 7)]
    fig, (left, right) = axes("", "", n=2, size=(11, 5.8))
    left.get_gridspec().set_width_ratios([2, 3])
    pairs = torch.stack([x[chosen], torch.zeros(6, 784), _decoded(nets["decoder"], codes[chosen])])
    _pictures(left, pairs.swapaxes(0, 1).flatten(0, 1), 3)
    for row, (first, second) in enumerate(codes[chosen].tolist()):
        numbers = f"{first:.1f}\n{second:.1f}".replace("-", "−")
        left.text(42, 28 * row + 14, numbers, ha="center", va="center", color=DARK_FAKE)
    for place, word, color in (
        (14, "digit", REAL),
        (42, "two numbers", DARK_FAKE),
        (70, "copy", DARK_FAKE),
    ):
        left.text(place, -3, word, ha="center", color=color)
    _map(right, nets["decoder"], codes, labels)
    _key(right)
    viz.show(
        fig,
        "Left: six handwritten digits, the two numbers that are kept of each, and a soft copy made "
        "of these alone; the copies of the 3 and of the 4 look like a 9. Right: the plane of the "
        "two numbers. Coloured dots are the codes of 2000 digits, in arms and patches by digit, "
        "which overlap in the middle; behind them in grey what the decoder makes of each place.",
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


def _angle(pair):
    """The angle between two vectors (2, d), in degrees."""
    cosine = torch.nn.functional.cosine_similarity(pair[0], pair[1], dim=0)
    return torch.rad2deg(cosine.acos()).item()


def rows_and_axes(principal, rows):
    """Pairs of directions in the plane of two principal axes, each as an arrow and a picture.

    principal (2, 784); rows {title: (2, 784)}. The angle between the two is added to the title.
    """
    pairs = {"PCA: u₁ and u₂": principal} | rows
    fig, panels = axes("", "", n=len(pairs), size=(11, 3.4), xticks=[], yticks=[], frame_on=False)
    for k, (ax, (title, pair)) in enumerate(zip(panels, pairs.items())):
        ring = np.linspace(0, 2 * np.pi, 200)
        ax.plot(np.cos(ring), np.sin(ring), color="#CCCCCC", linewidth=1)
        ax.plot([-1, 1, 0, 0, 0], [0, 0, 0, -1, 1], ":", color=GREY, linewidth=1)
        for row in pair:
            place = principal @ row / row.norm()
            color = REAL if k == 0 else DARK_FAKE
            arrow = {"arrowstyle": "->", "linewidth": 2, "shrinkA": 0, "shrinkB": 0, "color": color}
            ax.annotate("", place.tolist(), (0, 0), arrowprops=arrow)
            _stamp(ax, row, (1.68 * place).tolist())
        title = f"{title}\n{_angle(pair):.0f}° apart"
        ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), title=title, aspect="equal")
    viz.show(
        fig,
        "Circles in the plane of the two principal axes, with two arrows each, and at the tip of "
        "each arrow what it looks like as a picture in red and blue. The arrows of PCA lie along "
        "the dotted axes, 90 degrees apart. Those of three trainings mostly point elsewhere; the "
        "angle between the two stands above each circle.",
    )


def film(history, x, labels):
    """The film of a training: left the codes of digits x (n, 784), right five copies."""
    codes, copies = history["codes"], history["copies"]
    fig, (ax, right) = axes("z₁", "z₂", n=2, size=(7, 3.5))
    limits = limits_of(codes[-1], 0.99)
    ax.set(xlim=limits[0], ylim=limits[1], title=" ", aspect="equal")
    dots = ax.scatter(*codes[0].T, c=COLORS[np.asarray(labels)], s=8, linewidths=0)
    _key(ax)
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
        colors=96,
        strip=4,
    )


def _space(fig, k, title, digits, copies, surface):
    """Panel k of two: a surface (n, n, 3), and short lines from digits (n, 3) to their copies."""
    ax = fig.add_subplot(1, 2, k, projection="3d", computed_zorder=False)
    style = {"color": FAKE, "alpha": 0.5, "linewidth": 0, "antialiased": True, "shade": True}
    ax.plot_surface(*np.moveaxis(surface.numpy(), -1, 0), rstride=1, cstride=1, zorder=1, **style)
    step = len(surface) // 10  # the images of a grid of lines on the plane of codes
    for line in (*surface[::step], *surface.swapaxes(0, 1)[::step]):
        ax.plot(*line.T, color=DARK_FAKE, linewidth=0.6, alpha=0.7, zorder=1)
    for digit, copy in zip(digits, copies):
        ax.plot(*torch.stack([digit, copy]).T, color=GREY, linewidth=1, zorder=2)
    ax.scatter(*copies.T, s=9, color=DARK_FAKE, depthshade=False, linewidths=0, zorder=3)
    ax.scatter(*digits.T, s=22, color=REAL, depthshade=False, linewidths=0, zorder=3)
    ax.set(xlabel="u₁", ylabel="u₂", zlabel="u₃", title=title)
    ax.set(xlim=(-5, 5), ylim=(-5, 5), zlim=(-5, 5), xticks=[-4, 0, 4], yticks=[-4, 0, 4])
    ax.set_zticks([-4, 0, 4])
    ax.view_init(18, -60)
    ax.set_box_aspect(None, zoom=0.98)


@torch.no_grad()
def sheet_in_space(encoder, decoder, x, mean, principal):
    """Digits in the space of three principal axes: the plane of PCA, and the decoder's sheet.

    x (n, 784) digits, mean (784,), principal (3, 784). The first forty digits are joined to their
    copies.
    """
    codes, where = encoder(x.unsqueeze(0))[0], (x[:40] - mean) @ principal.T
    n, limits = 60, limits_of(codes)
    points = lattice(limits, n)
    sheet = (_decoded(decoder, points) - mean) @ principal.T
    far = torch.cdist(points, codes).min(1).values > 0.04 * (limits[0][1] - limits[0][0])
    sheet[far] = torch.nan  # no codes there
    side = torch.linspace(-4.5, 4.5, 11)
    flat = torch.cartesian_prod(side, side, torch.zeros(1)).view(11, 11, 3)
    fig = Figure(figsize=(11, 4.8))
    FigureCanvasAgg(fig)
    _space(fig, 1, "decoder(z) of PCA: a plane", where, where * torch.tensor([1, 1, 0]), flat)
    copies = (_decoded(decoder, codes[:40]) - mean) @ principal.T
    _space(fig, 2, "decoder(z) of the network: a curved sheet", where, copies, sheet.view(n, n, 3))
    viz.show(
        fig,
        "Blue dots are forty digits, in the space of three principal axes u₁, u₂, u₃; a grey line "
        "joins each to its copy, a small brown dot. Left the copies lie on the orange plane of "
        "PCA, straight above or below the digits. Right they lie on the surface that the decoder "
        "makes: an orange sheet that bends and folds through the space. Thin lines on both "
        "surfaces are the images of a grid on the plane of codes.",
    )


def errors(linear, curved, rows):
    """What a number in a code is worth: the errors of copies, and copies themselves.

    linear {k: error of PCA}, curved {k: (n_seeds,) of autoencoders}, rows {name: (≥ 6, 784)}.
    """
    fig, (ax, right) = axes("numbers in a code", "", n=2, size=(11, 4.2))
    ax.plot(list(linear), list(linear.values()), "o-", color=REAL)
    ax.plot(list(curved), [np.median(values) for values in curved.values()], color=FAKE)
    for k, values in curved.items():
        ax.plot([k] * len(values), values, "o", color=FAKE, markersize=5)
    ax.set(xscale="log", ylim=(0, 52), xlim=(0.9, 60), ylabel="squared error of a held-out digit")
    ax.minorticks_off()
    ax.set_xticks([1, 2, 4, 8, 16, 32], [1, 2, 4, 8, 16, 32])
    (end, low), (last, values) = list(linear.items())[-1], list(curved.items())[-1]
    ax.text(1.08 * end, low, "PCA", color=REAL, va="center")
    label = "autoencoder,\nfive seeds each"
    ax.text(0.95 * last, np.median(values) - 1, label, color=DARK_FAKE, va="top", ha="right")
    _pictures(right, torch.cat([pictures[:6] for pictures in rows.values()]), 6)
    right.set_yticks(14 + 28 * np.arange(len(rows)), list(rows))
    right.tick_params(length=0)
    viz.show(
        fig,
        "Left the squared error of copies over the numbers in a code. A blue line, PCA with 1 to "
        "32 numbers, falls from 47 to 12. Orange dots, five autoencoders each with 1, 2 and 8 "
        "numbers, lie far below it. Right six held-out digits and their copies: by PCA with 2, 8 "
        "and 16 numbers, grey blots that become legible, and by autoencoders with 2 and 8 numbers, "
        "which are cleaner; with 2 some have become another digit.",
    )


def gallery(rows, holes=None, n=14, height=None):
    """Rows of pictures, {name: (≥ n, 784)}; orange frames where holes {name: (≥ n,)} is true.

    The height of the figure, in inches, follows from the number of rows unless it is given.
    """
    fig, ax = axes("", "", size=(11, height or 0.58 * len(rows) + 0.3))
    _pictures(ax, torch.cat([pictures[:n] for pictures in rows.values()]), n)
    ax.set_yticks(14 + 28 * np.arange(len(rows)), list(rows))
    ax.tick_params(length=0)
    if height:
        ax.set_anchor("E")  # what width is left over goes to the names of the rows
    for row, name in enumerate(rows):
        for column in np.flatnonzero((holes or {}).get(name, np.zeros(n))[:n]):
            corner = (28 * column + 0.5, 28 * row + 0.5)
            frame = matplotlib.patches.Rectangle(corner, 26, 26, fill=False, edgecolor=FURTHER[2])
            ax.add_patch(frame)
    return fig, ax


def soft_copies(rows):
    """Digits, their copies, and the mean of the training pictures with the nearest codes."""
    fig, _ = gallery(rows, height=0.64 * len(rows) + 0.1)
    viz.show(
        fig,
        "Three rows of pictures: fourteen held-out digits, their soft copies from two numbers, and "
        "for each the mean of fifty training pictures whose codes are nearest to its code. The "
        "means look like the copies, soft in the same places.",
    )


def ways_to_draw(rows, is_unfamiliar):
    """What a decoder makes of z from four places; is_unfamiliar takes (n, 784), gives (n,)."""
    framed = {name: is_unfamiliar(x) for name, x in rows.items() if name != "held-out digit"}
    fig, _ = gallery(rows, framed, height=0.64 * len(rows) + 0.1)
    n_framed = int(framed["fitted Gaussian"][:14].sum())
    viz.show(
        fig,
        "Rows of pictures: held-out digits, below each its copy and the picture of its code plus "
        "ε, and then draws that have nothing to do with it, from a fitted Gaussian and from "
        "N(0, I). An orange frame marks an unfamiliar picture: few in the upper rows, "
        f"{n_framed} of the 14 draws of the fitted Gaussian, and nearly all of N(0, I), which "
        "hardly look like digits.",
    )


def compare_ways(ways):
    """Two measures for each way to draw, {numbers: {way: {"hole": share, "confident": share}}}."""
    names = list(next(iter(ways.values())))
    fig, panels = axes(
        "", "", n=2, size=(9, 3.2), ylim=(len(names) - 0.4, -0.6), xlim=(-0.06, 1.06)
    )
    titles = {"hole": "share in a hole", "confident": "classifier above 0.9"}
    for ax, (what, title) in zip(panels, titles.items()):
        for (k, scores), color, lift in zip(ways.items(), (DARK_FAKE, "#222222"), (-0.2, 0.2)):
            shares = [float(scores[name][what]) for name in names]
            heights = np.arange(len(names)) + lift
            ax.plot(shares, heights, "o", color=color, markersize=12)
            for place in zip(shares, heights):
                style = {"ha": "center", "va": "center", "fontsize": 9, "weight": "bold"}
                ax.text(*place, str(k), color="white", **style)
        ax.set(title=title, xticks=[0, 0.5, 1], yticks=[])
        for y in range(len(names) - 1):
            ax.axhline(y + 0.5, color="#DDDDDD", linewidth=1)
        ax.tick_params(axis="y", length=0)
    panels[0].set_yticks(range(len(names)), names)
    viz.show(
        fig,
        "Two panels with a row for each way to draw: copy, code plus ε, fitted Gaussian, N(0, I); "
        "a mark with a 2 for two numbers, with an 8 for eight. Left the share in a hole: for "
        "N(0, I) it is low with two numbers and near 1 with eight. Right the share with a "
        "confident classifier: for N(0, I) with eight numbers near 0.",
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


def ways_of_five(shares, places, n_numbers):
    """Two shares for z from each place, five dots each: {"confident" or "hole": [(5,), …]}."""
    fig, panels = axes(
        "", "", n=2, size=(11, 4), xlim=(-0.03, 1.03), ylim=(len(places) - 0.5, -0.5)
    )
    titles = {"confident": "classifier above 0.9", "hole": "in a hole"}
    for ax, (what, values) in zip(panels, shares.items()):
        for k, of_seeds in enumerate(values):
            ax.plot(of_seeds, [k] * len(of_seeds), "o", color=FAKE, alpha=0.7)
        ax.set(title=f"{titles[what]}, {n_numbers} numbers", xlabel="share of the pictures")
        ax.set_yticks(range(len(places)), places)
        ax.grid(axis="y", color="#DDDDDD")
    order = ", ".join(
        f"{place} {np.median(share):.2f}" for place, share in zip(places, shares["hole"])
    )
    viz.show(
        fig,
        f"Codes of {n_numbers} numbers: left the share of pictures with a confident classifier, "
        "right the share in a hole, five dots for the five trainings in each row. Medians of the "
        f"share in a hole: {order}.",
    )


def interpolations(rows, is_unfamiliar):
    """From one digit to another, {name: (n, 784)}; frames where is_unfamiliar, a function."""
    framed = {name: is_unfamiliar(x) for name, x in rows.items()}
    fig, _ = gallery(rows, framed, n=13, height=0.64 * len(rows) + 0.1)
    viz.show(
        fig,
        "Four rows of pictures that lead from the copy of one digit to that of another, two pairs "
        "by codes and by pixels. An orange frame marks an unfamiliar picture: by codes the first "
        "pair has some, the second has none. By pixels both copies lie on top of each other in "
        "grey, and some pictures in the middle are unfamiliar in both pairs.",
    )


def holes_on_the_map(nets, codes, labels, in_hole):
    """Where the plane has holes: in_hole (n²,) at the lattice of map_limits(codes), and codes."""
    limits, n = map_limits(codes), round(len(in_hole) ** 0.5)
    fig, (left, right) = axes("z₁", "z₂", n=2, size=(11, 5.2))
    sheet = _pictures(left, _decoded(nets["decoder"], lattice(limits, 18)), 18)
    sheet.set(extent=(*limits[0], *limits[1]), alpha=0.45)
    grid = np.asarray(in_hole).reshape(n, n)
    extent = (*limits[0], *limits[1])
    cmap = matplotlib.colors.ListedColormap(["white", FURTHER[2]])
    right.imshow(grid, cmap=cmap, extent=extent, vmin=0, vmax=1, alpha=0.5)
    low, high = torch.tensor(limits).T
    on_map = ((codes > low + 0.5) & (codes < high - 0.5)).all(1).nonzero()[:2000, 0]
    _dots(right, codes[on_map], labels[on_map], size=4)
    for ax in (left, right):
        _circles(ax, np.zeros(2), np.eye(2), "black")
        _circles(ax, np.asarray(codes.mean(0)), np.asarray(torch.cov(codes.T)), FURTHER[0])
        ax.set(xlim=limits[0], ylim=limits[1], xlabel="z₁", ylabel="z₂", aspect="equal")
        ax.set(xticks=_fives(limits[0]), yticks=_fives(limits[1]))
    handles = [
        Line2D([], [], color="black", label="N(0, I): 1 and 2 standard deviations"),
        Line2D([], [], color=FURTHER[0], label="Gaussian fitted to the codes"),
        Line2D([], [], marker=".", linestyle="", color=GREY, label="codes, coloured by digit"),
        Line2D([], [], marker="s", linestyle="", color=FURTHER[2], alpha=0.5, label="hole"),
    ]
    fig.legend(handles=handles, loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "The plane of codes twice. Left what the decoder makes of each place: mostly digits, in "
        "some places shapes that are none. Right the codes of digits as dots, coloured by "
        "digit, and in orange the holes: between the arms of codes and outside them. Two "
        "black circles, one and two standard deviations of N(0, I), cover a small crowded part "
        "with 8s, 3s, 6s and 5s; two green ellipses, those of the Gaussian fitted to the codes, "
        "cover most codes, and many holes.",
    )


def holes_by_distance(distance, is_hole):
    """The share of holes among places, by their distance (n,) to the nearest code: five bars."""
    edges, names = (
        [0, 0.25, 0.5, 1, 2, np.inf],
        ["below ¼", "¼ to ½", "½ to 1", "1 to 2", "above 2"],
    )
    kinds = np.digitize(np.asarray(distance), edges) - 1
    counts = [int((kinds == k).sum()) for k in range(5)]
    shares = [np.asarray(is_hole)[kinds == k].mean() for k in range(5)]
    fig, ax = axes(
        "distance to the nearest code of a training digit", "share of holes", size=(7, 3)
    )
    ax.bar(range(5), shares, color=FURTHER[2], alpha=0.5, width=0.7)
    for k, share in enumerate(shares):
        ax.text(k, share + 0.02, f"{share:.2f}", ha="center", va="bottom")
    ax.set_xticks(range(5), [f"{name}\n{count} places" for name, count in zip(names, counts)])
    ax.set(ylim=(0, 1.15), yticks=[0, 0.5, 1])
    viz.show(
        fig,
        "Bars: the share of holes among places of the map, by the distance to the nearest code. "
        + ", ".join(f"{name}: {share:.2f}" for name, share in zip(names, shares))
        + ".",
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
    """A walk through the plane of codes: where one stands, and what the decoder makes of it.

    With `in_hole`, a function of pictures (n, 784) → (n,), the title says whether it is a hole.
    """

    def __init__(self, nets, x, labels, in_hole=None):
        with torch.no_grad():
            self.codes = nets["encoder"](x.unsqueeze(0))[0]
        self.decoder, self.limits = nets["decoder"], limits_of(self.codes)
        self.in_hole = in_hole
        self.fig, (ax, self.right) = axes("z₁", "z₂", n=2, size=(8.4, 4.2))
        _dots(ax, self.codes, labels, size=4)
        _key(ax)
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
        picture = _decoded(self.decoder, z)
        self.image.set_data(mosaic(picture, 1))
        far = torch.cdist(z, self.codes).min().item()
        title = f"z = ({places[0]:.1f}, {places[1]:.1f}), nearest dot {far:.2f} away"
        if self.in_hole:
            title += ": a hole" if self.in_hole(picture) else ": no hole"
        self.right.set_title(title, fontsize=10)
        return self.fig

    def controls(self):
        """What `live.live` wants: the sliders."""
        style = {"min": 0, "max": 100, "step": 1}
        return {
            "across": widgets.IntSlider(value=50, description="z₁ [%]", **style),
            "up": widgets.IntSlider(value=50, description="z₂ [%]", **style),
        }
