"""The figures of lesson 06, conditional GANs, and its playground."""

import numpy as np
import torch
from matplotlib.patheffects import withStroke
from torch.nn.functional import one_hot

from .. import distributions, models, store, viz
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes

# Eight colours for eight labels, none of them REAL, neighbours on the ring unlike.
LABELS = ("#332288", "#D55E00", "#117733", "#CC3377", "#222222", "#7A6A00", "#882255", "#138A7B")


@torch.no_grad()
def _digits(generator, labels):
    z = torch.randn(len(labels), 32)
    return generator(torch.cat([z, one_hot(labels, 10)], 1))


def _sheet(ax, x, title, labels=range(10)):
    """Draw pictures (rows · 10, 1, 28, 28), in rows of ten, and a label above each column."""
    rows = len(x) // 10
    sheet = x.view(rows, 10, 28, 28).transpose(1, 2).reshape(28 * rows, 280)
    ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
    ax.set(xticks=[28 * k + 13.5 for k in range(10)], yticks=[], title=title, xlabel="")
    ax.set_xticklabels(labels, color=DARK_FAKE, fontsize=13)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.title.set_color(DARK_FAKE)
    ax.set_anchor("S")  # room for the title rather than below
    for spine in ax.spines.values():
        spine.set_visible(False)


def opening(seed):
    """Two sheets of generated digits: their D sees the label, or does not."""
    labels = torch.arange(10).repeat(6)
    fig, panels = axes("", "", n=2, size=(11, 3.7))
    fig.get_layout_engine().set(wspace=0.08)
    for ax, name, title in zip(
        panels,
        ("generator", "blind"),
        ("one generator, asked for", "another generator, asked for"),
    ):
        file = store.data_file(f"checkpoints/digits_{name}.safetensors")
        generator = store.load_weights(file, models.digit_generator())
        torch.manual_seed(seed)
        _sheet(ax, _digits(generator, labels), title)
    viz.show(
        fig,
        "Two sheets of sixty generated digits, a column for each label from 0 to 9. In the left "
        "one nearly every picture shows the digit above its column; a few are blots. In the right "
        "one each column holds all kinds of digits, some of them clumsy.",
    )


def diagram():
    """The machine: the label goes into G; whether it goes into D, too, is the question."""
    viz.diagram(
        {
            "z": (0, 0),
            "G": (1, 0, "fake box"),
            "fake": (2, 0, "fake"),
            "y": (0, 1),
            "real": (2, 2, "real"),
            "D": (3, 1, "discriminator box"),
            "loss of G": (4, 0),
            "loss of D": (4, 1),
            "y_real": (3, 2, "real"),
        },
        [
            "z -> G -> fake -> D",
            "y -> G",
            "y -> D: also here?",
            "real -> D",
            "y_real -> D: and here?",
            "D -> loss of G",
            "D -> loss of D",
        ],
        "Noise z and a label y go into the generator G, which makes an x. The discriminator D sees "
        "that x, or a real x, and perhaps the label that belongs to it. Dashed in green: the "
        "gradient of G's loss goes back through D into G; that of D's loss stops at D.",
        gradients=["loss of G -> D -> fake -> G", "loss of D -> D"],
        texts={
            "fake": "generated x",
            "real": "real x",
            "z": "noise z",
            "y": "label y",
            "y_real": "its label",
        },
    )


def _place_names(ax, ring, radius=1.55):
    """Circles of 2σ round the centres of the data, and the number of each mode outside."""
    angle = torch.linspace(0, 2 * torch.pi, 61)
    circle = 2 * ring.std * torch.stack([angle.cos(), angle.sin()])
    for label, (color, centre) in enumerate(zip(LABELS, ring.centres)):
        ax.plot(*(centre.unsqueeze(1) + circle), color=REAL, linewidth=1)
        box = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": color}
        ax.text(*(radius * centre), label, color=color, ha="center", va="center", bbox=box)


def _ring(ax, x):
    """Samples (8, n, 2) in the colours of their labels, one dot of each label as a number."""
    _place_names(ax, distributions.ring(std=0.12))
    for label, color in enumerate(LABELS):
        ax.plot(*x[label, :50].T, ".", color=color, markersize=4, alpha=0.6)
        number = ax.text(*x[label, 50], label, color=color, ha="center", va="center")
        number.set(fontweight="bold", fontsize=11)  # so that colour is not alone
        number.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    ax.text(-1.7, -1.97, "bold number: also a point, and its label", fontsize=10)
    ax.set(xlabel="x₁", ylabel="x₂", xlim=(-1.75, 1.75), ylim=(-2.05, 1.75), aspect="equal")


def rings(games, steps):
    """The samples of one seed of each game, (n_seeds, 8, n, 2), coloured by the label asked for.

    In the first game D sees the label, in the others it does not; `steps` is how many each had.
    """
    centres = distributions.ring().centres
    fig, panels = axes("x₁", "x₂", n=len(games), size=(14, 5.4))
    names = ("x and label", *["x alone"] * (len(games) - 1))
    for ax, name, n_steps, (x, *_) in zip(panels, names, steps, games):
        _ring(ax, x)
        right = (x.unsqueeze(-2) - centres).norm(dim=-1).argmin(-1).T == torch.arange(8)
        share = f"{right.float().mean():.0%} as asked"
        ax.set_title(f"D sees {name}, {n_steps} steps\none seed: {share}")
    viz.show(
        fig,
        "Three rings of samples, one seed each; the colour of a dot is the label asked for, a "
        "number in a circle says where it belongs, blue circles are 2σ of the data. Left: each "
        "colour lies at its own number. Middle and right: the colours are mixed all round the "
        "ring, between modes, too, and more so after 400 steps than after 1600.",
    )


def one_z_on_ring(games):
    """The points of four z with all labels, joined by lines: {game: (n_seeds, 8, n z, 2)}.

    The z are those whose point for label 0 comes nearest to modes 0, 2, 4, 6 in the last game.
    """
    ring, (*_, last) = distributions.ring(std=0.12), games.values()
    chosen = torch.cdist(last[0, 0], ring.centres[::2]).argmin(0)
    fig, panels = axes("x₁", "x₂", n=2, size=(10, 5.2), xlim=(-1.75, 1.75), ylim=(-1.75, 1.75))
    for ax, (game, x) in zip(panels, games.items()):
        _place_names(ax, ring)
        points = x[0, :, chosen]
        ax.plot(*torch.cat([points, points[:1]]).unbind(-1), "-", color=GREY, linewidth=1, zorder=1)
        for color, of_label in zip(LABELS, points):
            ax.plot(*of_label.T, "o", color=color, markersize=5)
        ax.set(title=game, aspect="equal")
    viz.show(
        fig,
        "The points of four z, each with all eight labels, joined by grey lines; we took z whose "
        "point for label 0 on the right is near a mode. Left: every line runs once round the "
        "ring, from label to label. Right: the eight points of one z lie near one another, mostly "
        "at one mode, a few between it and a neighbour.",
    )


def arrows_at_centre(games):
    """The directions of eight arrows at the centre, one for each label: {game: (8, 2)}."""
    limits = {"xlim": (-1.75, 1.75), "ylim": (-1.75, 1.75), "aspect": "equal"}
    fig, panels = axes("x₁", "x₂", n=len(games), size=(5 * len(games), 5.2), **limits)
    for ax, (game, arrows) in zip(panels, games.items()):
        _place_names(ax, distributions.ring(std=0.12))
        arrows = 0.75 * arrows / arrows.norm(dim=1, keepdim=True)
        for label, arrow in enumerate(arrows):  # each narrower, so that all can be seen
            width, head = 0.012, 0.04
            if game == "D sees x alone":
                width, head = 0.06 - 0.007 * label, 0.09
            kind = {"width": width, "color": LABELS[label], "headwidth": head / width}
            kind |= {name: 0.06 / width for name in ("headlength", "headaxislength")}
            ax.quiver(0, 0, *arrow, **kind, angles="xy", scale_units="xy", scale=1)
        ax.set_title(game)
    panels[1].text(-1.7, -1.7, "eight arrows\non one another")
    viz.show(
        fig,
        "Eight arrows at the centre of the ring, in the colours of the labels: where D's gradient "
        "moves a point made for each label. Left: each points almost straight to the mode of its "
        "own number. Right: all eight lie on one another.",
    )


TABLES = {  # what one sees, by the titles
    ("obeys", "says nothing", "permuted"): (
        "Three tables of eight by eight cells. Obeys: ones on the diagonal. The label says nothing:"
        " every cell is one eighth. Permuted: a one in each row, only one of them on the diagonal."
    ),
}


def _numbers_in_cells(ax, table):
    """A table of shares as an image, with the shares of 1 % and more in its cells."""
    ax.imshow(table, cmap="Blues", vmin=0, vmax=1)
    for row, shares in enumerate(table.tolist()):
        for column, share in enumerate(shares):
            if share >= 0.01:
                color = "white" if share > 0.6 else "black"
                text = "⅛" if share == 1 / 8 else f"{share:.2f}".removeprefix("0")
                ax.text(column, row, text, ha="center", va="center", color=color, fontsize=8)
    ax.set(xticks=range(len(table)), yticks=range(len(table)))
    ax.tick_params(length=0)


def tables(named, what_came="mode that came"):
    """Tables of shares side by side: {title: (label, what came) shares}."""
    last = len(next(iter(named.values()))) - 0.5
    limits = {"xlim": (-0.5, last), "ylim": (last, -0.5)}
    fig, panels = axes(what_came, "label asked for", n=len(named), size=(12, 4.4), **limits)
    for ax, (title, table) in zip(panels, named.items()):
        _numbers_in_cells(ax, table)
        ax.set_title(title)
    viz.show(fig, TABLES[tuple(named)])


def information(nats, shares):
    """The mutual information of all seeds of each game; the table of one seed with a small z.

    nats {game: (n_seeds,)}, shares (8, 8).
    """
    fig, panels = axes("", "", n=2, size=(12, 4.2))
    for height, values in enumerate(nats.values()):
        spread = height + np.linspace(-0.25, 0.25, len(values))
        panels[0].plot(values, spread, "o", color=FAKE, markersize=4, alpha=0.7)
        middle = values.median().item()
        panels[0].plot([middle] * 2, [height - 0.35, height + 0.35], color="black")
        panels[0].text(middle, height - 0.37, f"{middle:.2g}", ha="center", va="bottom")
    panels[0].set_yticks(range(len(nats)), nats)
    panels[0].set(xscale="log", xlim=(0.005, 4), ylim=(len(nats) - 0.2, -0.7))
    panels[0].set(xlabel="mutual information [nats]", title="32 seeds, and their median")
    panels[0].axvline(np.log(8), color=GREY, linestyle=":", linewidth=1, zorder=0)
    panels[0].text(np.log(8) / 1.1, len(nats) - 0.3, "log 8", color=GREY, ha="right")
    _numbers_in_cells(panels[1], shares)
    panels[1].set(xlabel="mode that came", ylabel="label asked for")
    panels[1].set_title("x alone, z × 0.1: shares of one seed")
    viz.show(
        fig,
        "Left: mutual information in 32 seeds, on a logarithmic axis. D sees x and label, and x "
        "alone with a small z: near log 8. D sees x alone: nearly all below a fifth of a nat. "
        "Shuffled labels: lower still. Right: a one in each row, mostly off the diagonal.",
    )


def two_views():
    """What each D compares: pairs, a density for each label; or points, their sum alone."""
    x = torch.linspace(-4, 4, 401)
    left, right = (0.5 * distributions.Gaussian(m, 0.7).log_prob(x).exp() for m in (-1.5, 1.5))
    fig, panels = axes("x", "", n=2, size=(11, 3.9), xlim=(-4, 4), yticks=[])
    rows = (("label 0", left, right, 0.5), ("label 1", right, left, 0.0))
    for name, real, fake, floor in rows:
        panels[0].fill_between(x, floor, floor + real, color=REAL, alpha=0.45, linewidth=0)
        panels[0].fill_between(x, floor, floor + fake, color=FAKE, alpha=0.45, linewidth=0)
        panels[0].text(-3.9, floor + 0.16, name)
        for density, text, color in ((real, "real", REAL), (fake, "generated", DARK_FAKE)):
            place = x[density.argmax()].item()
            panels[0].text(place, floor + 0.3, text, color=color, ha="center")
    panels[1].fill_between(x, left + right, color=REAL, alpha=0.45, linewidth=0)
    panels[1].plot(x, left + right, "--", color=FAKE, linewidth=3)
    panels[1].text(0, 0.3, "real = generated", ha="center")
    panels[0].set(title="D sees x and the label: two comparisons", ylim=(0, 0.95))
    panels[1].set(title="D sees x alone: one comparison, of the sum", ylim=(0, 0.95))
    viz.show(
        fig,
        "A generator that exchanges two labels. Left: for label 0 the real density stands at the "
        "left and the generated one at the right, for label 1 the other way round. Right: with the "
        "labels wiped off the two densities are the same curve of two bumps.",
    )


def one_z(rows):
    """The playground's picture: of each generator ten digits, the labels 0 to 9 with one z."""
    fig, ax = axes("", "", size=(7.5, 1.65))
    _sheet(ax, torch.cat(list(rows.values())), "")
    ax.set_yticks([28 * k + 13.5 for k in range(len(rows))], rows)
    return fig


def _circles(ax, real, fake):
    """Draw real points with the circle to the nearest other one; filled where it holds a sample."""
    reach = torch.cdist(real, real).kthvalue(2, dim=1).values
    inside = torch.cdist(real, fake).amin(1) <= reach
    angle = np.linspace(0, 2 * np.pi, 73)
    for centre, radius, hit in zip(real.numpy(), reach.tolist(), inside.tolist()):
        circle = centre + radius * np.stack([np.cos(angle), np.sin(angle)], 1)
        color = REAL if hit else GREY
        ax.fill(*circle.T, color=color, alpha=0.12 if hit else 0, linewidth=0)
        ax.plot(*circle.T, "-" if hit else ":", color=color, linewidth=1)
        ax.plot(*centre, "o", color=REAL, markersize=8, markerfacecolor=REAL if hit else "white")
    return f"{inside.sum()} of {len(real)} covered"


def covered():
    """What coverage counts, with circles to the nearest real point for k = 1."""
    real = [[0.5, 0.6], [0.7, 1.7], [1.7, 1.2], [2.9, 0.5], [2.8, 1.8], [4.1, 1.1], [5.2, 1.7]]
    real = torch.tensor([*real, [5.3, 0.5]])
    several = torch.tensor([[0.9, 1.1], [2.3, 1.5], [3.3, 1.3], [5.0, 0.9], [4.6, 1.9]])
    limits = {"xlim": (-0.8, 6.7), "ylim": (-0.9, 3.2), "aspect": "equal"}
    fig, panels = axes("", "", n=2, size=(11, 3.6), xticks=[], yticks=[], **limits)
    for ax, fake, title in zip(
        panels, (several, several[:1]), ("five different samples", "one sample, five times")
    ):
        ax.set_title(f"{title}: {_circles(ax, real, fake)}")
        ax.plot(*fake.T, "s", color=FAKE, markersize=9, zorder=3)
        for spine in ax.spines.values():
            spine.set_visible(False)
    panels[1].text(1.05, 1.1, "5 ×", color=DARK_FAKE, va="center", fontweight="bold")
    viz.show(
        fig,
        "Eight blue real points, each with a circle that reaches to the nearest other one, and "
        "orange samples. Left: five different samples, and every circle holds one. "
        "Right: one sample five times over, and only the circles around it hold it; the others are "
        "dotted, their points hollow.",
    )
