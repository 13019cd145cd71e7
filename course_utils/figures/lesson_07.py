"""The figures of lesson 07, translation without pairs, and the game that its playground plays."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import nn

from .. import models, run, store, viz
from ..distributions import two_moons, two_rings
from ..losses import cycle_loss, discriminator_loss, generator_nonsaturating, input_gradient
from ..metrics import energy_distance

MOONS, RINGS = two_moons(), two_rings()
LIMITS = {"xlim": (-3.2, 3.2), "ylim": (-1.6, 1.6), "aspect": "equal"}
SORTS = {"straight": "#56B4E9", "mixed": "#DDDDDD", "crossed": "#F0E442"}


def color_by_place(side, place):
    """A colour for each point: cold ones at the left, warm ones at the right; the shade: where."""
    shade = 0.85 * place.numpy()  # without the palest ends
    cold, warm = colormaps["winter"](shade), colormaps["autumn"](shade)
    return np.where((side == 0).numpy()[..., None], cold, warm)


def colored_moons(n=300):
    """n points of the moons in the order of their places, and their colours: (n, 2), (n, 4)."""
    noise = torch.randn(n, 2, generator=torch.Generator().manual_seed(7))
    side, place = torch.arange(n) % 2, (torch.arange(n) + 0.5) / n
    return MOONS.point(side, place) + MOONS.std * noise, color_by_place(side, place)


def _panels(rows, columns, size):
    """A figure with panels in rows and columns, without ticks: (fig, array of axes)."""
    fig = Figure(figsize=size)
    FigureCanvasAgg(fig)
    panels = fig.subplots(rows, columns, squeeze=False)
    for ax in panels.flat:
        ax.set(xticks=[], yticks=[], **LIMITS)
        for spine in ax.spines.values():
            spine.set(visible=True, color="#CCCCCC")
    return fig, panels


def _points(ax, x, colors, curves=None, title="", size=14):
    """Coloured points in a panel, and over them the curves that they should lie on, thin."""
    dots = ax.scatter(*np.asarray(x).T, c=colors, s=size, linewidths=0)
    for half in [] if curves is None else np.asarray(curves.track()).reshape(2, 200, 2):
        ax.plot(*half.T, color="#444444", linewidth=0.8)
    ax.set_title(title, fontsize=13)
    return dots


# --- pictures of the lesson ----------------------------------------------------------------------
def shipped_maps():
    """Two trained pairs of maps, straight and crossed: a ModuleDict with two seeds."""
    names = ("to_rings", "to_moons")
    maps = nn.ModuleDict({name: models.mlp([2, 32, 32, 32, 2], leaky, 2) for name in names})
    return store.load_weights(store.data_file("checkpoints/unpaired_maps.safetensors"), maps)


def opening():
    """A film of the round trip: what two trained pairs of maps do with the same moons."""
    maps, (x, colors) = shipped_maps(), colored_moons()
    with torch.no_grad():
        there = maps["to_rings"](x.expand(2, -1, -1))
        home = maps["to_moons"](there)
    stations = torch.stack([x.expand(2, -1, -1), there, home])
    fig, (panels,) = _panels(1, 2, (10, 3.2))
    marked, dots, letters = (222, 75), [], []  # a point of each moon
    for ax, name in zip(panels, "AB"):
        _points(ax, x[:0], colors[:0], RINGS, f"training {name}")
        dots.append(ax.scatter(*x.T, c=colors, s=14, linewidths=0, animated=True))
        style = {"fontsize": 13, "fontweight": "bold", "ha": "center", "va": "center"}
        box = {"facecolor": "white", "edgecolor": "black", "boxstyle": "circle,pad=0.15"}
        style |= {"bbox": box, "animated": True, "zorder": 5}
        letters.append([ax.text(0, 0, letter, **style) for letter in "12"])
    clock = fig.text(0.5, 0.03, "", ha="center", fontsize=13, animated=True)

    def frame(k):
        way = np.interp(k, [0, 18, 22, 30], [0, 1, 1, 2])
        leg = min(int(way), 1)
        share = 3 * (way - leg) ** 2 - 2 * (way - leg) ** 3
        now = stations[leg] + share * (stations[leg + 1] - stations[leg])
        for seed in range(2):
            dots[seed].set_offsets(now[seed])
            for letter, point in zip(letters[seed], marked):
                letter.set_position(now[seed, point])
        words = {0: "the moons", 20: "translated", 30: "and translated back"}
        clock.set_text(words.get(k, "to the rings …" if k < 20 else "… and home"))

    viz.gif(
        fig,
        frame,
        range(31),
        "Animation: two panels show the same two moons, coloured along their length, cold colours "
        "left and warm ones right. The points move onto two rings. In training A the cold moon "
        "becomes the left ring, in training B the right one. Then all of them come home.",
        strip=4,
    )


def diagram():
    """The machine, one direction: a map, the discriminator of its images, the other map, home."""
    viz.diagram(
        {
            "cycle loss": (2, 0),
            "m": (0, 1, "real"),
            "to_rings": (1, 1, "fake box"),
            "image": (2, 1, "fake"),
            "to_moons": (3, 1, "fake box"),
            "home": (4, 1, "fake"),
            "r": (1, 2, "real"),
            "D": (2, 2, "discriminator box"),
            "game": (3, 2),
            "other": (4.2, 2),
        },
        ["m -> to_rings -> image -> to_moons -> home -> cycle loss", "image -> D -> game"]
        + ["r -> D", "m -> cycle loss"],
        "A real moon point goes through to_rings and becomes its image. The discriminator of the "
        "rings sees images and real ring points. The image also goes through to_moons, back to a "
        "moon; the cycle loss compares that with the point at the start. The same is done for a "
        "ring point.",
        texts={
            "m": "moon point",
            "r": "real ring point",
            "home": "back home",
            "image": "its image",
            "D": "D of the rings",
            "game": "losses of the GAN",
            "other": "(and the same\nfor a ring point)",
        },
    )


def pairings():
    """What straight, crossed and torn mean, by maps that are made by hand."""
    side, place = torch.arange(600) % 2, (torch.arange(600) + 0.5) / 600
    colors = color_by_place(side, place)
    fig, panels = _panels(2, 2, (9.6, 5.6))
    _points(panels[0, 0], MOONS.point(side, place), colors, title="the moons", size=24)
    half = (place > 0.5).long()
    ways = {"straight": (side, place), "crossed": (1 - side, place)}
    ways["torn"] = half, (2 * place - half) / 2 + side / 2
    for ax, (name, to) in zip(panels.flat[1:], ways.items()):
        _points(ax, RINGS.point(*to), colors, title=name, size=24)
    viz.show(
        fig,
        "Four panels: two moons, the left one in cold colours from blue to green, the right one in "
        "warm colours from red to yellow; and three ways to lay them on two rings. Straight: the "
        "cold one left. Crossed: the cold one right. Torn: a part of each moon on either ring.",
    )


def images_of_moons(to_rings, trainings, titles):
    """The images of the coloured moons in four trainings, with the rings drawn over them."""
    x, colors = colored_moons()
    with torch.no_grad():
        images = to_rings(x.expand(len(to_rings[0].weight), -1, -1))
    fig, panels = _panels(2, 2, (9.6, 5.6))
    for ax, k, title in zip(panels.flat, trainings, titles):
        _points(ax, images[k], colors, RINGS, f"training {k}: {title}")
    viz.show(
        fig,
        "Four panels with the images of the coloured moons, one a training, on thin black rings: "
        + ", ".join(titles)
        + ".",
    )


def _image(maps, points, training):
    """What one training's map makes of points (n, 2), without a graph."""
    with torch.no_grad():
        return maps(points.expand(len(maps[0].weight), -1, -1))[training]


def round_trips(to_rings, to_moons, trainings, names, way_back="to_moons"):
    """A row for each training: the coloured moons, their images, and where these come home."""
    x, colors = colored_moons()
    fig, panels = _panels(len(names), 3, (12.8, 2.2 * len(names) + 0.3))
    for ax in panels.flat:  # wider, since some points come home outside
        ax.set(xlim=(-4, 4), ylim=(-2, 2))
    for row, training, name in zip(panels, trainings, names):
        image = _image(to_rings, x, training)
        home = _image(to_moons, image, training)
        for ax, points, curves in zip(row, (x, image, home), (None, RINGS, MOONS)):
            _points(ax, points, colors, curves)
        row[0].set_ylabel(name, fontsize=13)
    for ax, title in zip(panels[0], ("moons", "to_rings", f"and back by {way_back}")):
        ax.set_title(title, fontsize=13)
    viz.show(
        fig,
        "A row for each of two trainings: the coloured moons, their images on thin black rings, "
        f"and where {way_back} brings them. " + "; ".join(names).replace("\n", ", ") + ".",
    )


def two_pairs(to_rings, to_moons, training):
    """A pair of maps, and below it the pair that turns the moons before and after."""
    x, colors = colored_moons()
    fig, panels = _panels(2, 4, (12.8, 4.1))
    for row, sign in zip(panels, (1, -1)):
        image = _image(to_rings, sign * x, training)
        home = sign * _image(to_moons, image, training)
        stations = [(x, None), (sign * x, None), (image, RINGS), (home, MOONS)]
        for ax, (points, curves) in zip(row, stations):
            _points(ax, points, colors, curves)
    for ax, title in zip(panels[0], ("moons", "as they are", "on the rings", "and home")):
        ax.set_title(title, fontsize=13)
    for ax, title in zip(panels[1], ("moons", "σ: half a turn", "on the rings", "home, σ undone")):
        ax.set_title(title, fontsize=13)
    for row, name in zip(panels, ("the pair: straight", "turned: crossed")):
        row[0].set_ylabel(name, fontsize=13)
    viz.show(
        fig,
        "Two rows. Above: the coloured moons, their images on the rings, and the points at home. "
        "Below: the moons are first turned by half a turn, so each lands on the other ring; on the "
        "way home the turn is undone. In both rows each colour ends where it began.",
    )


def counts(arms):
    """Of each arm how many trainings are straight, mixed, crossed; arms are {name: way (n_seeds,)}.

    A way is 1 for straight, -1 for crossed, 0 for mixed: torn, or the two maps disagree.
    """
    fig, ax = viz.axes("share of the trainings", "", size=(9.6, 0.46 * len(arms) + 1.0))
    for row, way in enumerate(map(np.asarray, arms.values())):
        left = 0.0
        for (name, color), value in zip(SORTS.items(), (1, 0, -1)):
            share, count = np.mean(way == value), int((way == value).sum())
            ax.barh(row, share, left=left, color=color, edgecolor="white")
            label, size = f"{count} {name}", 11 if share > 0.15 else 9
            if count:  # in two lines where it has little room
                label = label if share > 0.15 else label.replace(" ", "\n")
                ax.text(left + share / 2, row, label, ha="center", va="center", fontsize=size)
            left += share
    ax.set(xlim=(0, 1), ylim=(len(arms) - 0.4, -0.6))
    ax.set_yticks(range(len(arms)), [f"{name}, n = {len(way)}" for name, way in arms.items()])
    viz.show(
        fig,
        "A bar for each setting, its trainings counted: blue straight, grey mixed, yellow crossed. "
        + "; ".join(
            f"{name}: {int((np.asarray(way) == 1).sum())} straight" for name, way in arms.items()
        )
        + ".",
    )


def _rings_by_hand(ax, mirrored):
    """The straight rings, laid on without or with mirroring, and an arrow along the colours."""
    side, place = torch.arange(600) % 2, (torch.arange(600) + 0.5) / 600
    title = "direction mirrored" if mirrored else "direction kept"
    to = 1 - place if mirrored else place
    _points(ax, RINGS.point(side, to), color_by_place(side, place), title=title, size=24)
    for centre in (-1.4, 1.4):
        ends = [(centre + 0.62, -0.62), (centre + 0.62, 0.62)]
        arrow = {"arrowstyle": "->", "lw": 1.8, "connectionstyle": "arc3,rad=0.5"}
        start, end = ends
        if mirrored:
            start, end, arrow["connectionstyle"] = end, start, "arc3,rad=-0.5"
        ax.annotate("", end, start, arrowprops=arrow)


def _moons_by_hand(ax):
    """The two moons, and an arrow along the places of each."""
    side, place = torch.arange(600) % 2, (torch.arange(600) + 0.5) / 600
    colors = color_by_place(side, place)
    _points(ax, MOONS.point(side, place), colors, title="the moons", size=24)
    for sign in (1, -1):
        start, end = ((sign * (x - 1.4), sign * 0.1) for x in (0.55, -0.55))
        arrow = {"arrowstyle": "->", "lw": 1.8, "connectionstyle": "arc3,rad=0.6"}
        ax.annotate("", end, start, arrowprops=arrow)


def directions(arms):
    """The moons, two directions by hand, and how many moons of each arm, {name: row}, keep theirs.

    A row has "way" and "kept" (moons of two), lists over the seeds.
    """
    fig = Figure(figsize=(12.8, 6.2), layout="constrained")
    FigureCanvasAgg(fig)
    grid = fig.add_gridspec(3, 2, width_ratios=(1, 2))
    for k in range(3):
        ax = fig.add_subplot(grid[k, 0])
        ax.set(xticks=[], yticks=[], **LIMITS)
        ax.spines[:].set(visible=True, color="#CCCCCC")
        _rings_by_hand(ax, mirrored=k == 2) if k else _moons_by_hand(ax)
    ax, labels = fig.add_subplot(grid[:, 1]), []
    for row, (name, arm) in enumerate(arms.items()):
        ways, n_moons = np.asarray(arm["way"]), 2 * len(arm["kept"])
        kept = int(np.sum(arm["kept"]))
        straight = int((ways == 1).sum())
        labels.append(f"{name}\n{straight} of {len(ways)} straight")
        parts = ((0, kept, "#66C2A5", "kept"), (kept, n_moons - kept, "#E7B8D3", "mirrored"))
        for left, count, color, word in parts if kept < n_moons else parts[:1]:
            ax.barh(row, count, left=left, color=color, edgecolor="white")
            ax.text(left + count / 2, row, f"{count} {word}", ha="center", va="center", fontsize=12)
    ax.set(xlim=(0, n_moons), ylim=(len(arms) - 0.4, -0.6))
    ax.set_yticks(range(len(arms)), labels, fontsize=12)
    ax.set_xlabel("moons, two of each training", fontsize=12)
    ax.spines[["top", "right"]].set_visible(False)
    viz.show(
        fig,
        "At the left the moons, and below them the rings twice: the colours run anticlockwise, as "
        "along the moons, or mirrored, clockwise. "
        "At the right a bar for each setting, how many moons keep their direction: "
        + "; ".join(f"{name}: {int(np.sum(arm['kept']))}" for name, arm in arms.items())
        + ".",
    )


def film_of_training(film, ways):
    """A straight and a crossed training side by side: the images of the coloured moons, and home.

    `film` holds "step" (n,), "there" and "home" (n, n_seeds, points, 2); `ways` are (n_seeds,).
    """
    _, colors = colored_moons()
    ways = np.asarray(ways)
    chosen = [int(np.argmax(ways == 1)), int(np.argmax(ways == -1))]
    fig, panels = _panels(2, 2, (9.6, 5.4))
    dots = []
    for row, seed, name in zip(panels, chosen, ("straight", "crossed")):
        for ax, what, curves in zip(row, ("there", "home"), (RINGS, MOONS)):
            dots.append((_points(ax, film[what][0, seed], colors, curves), what, seed))
            dots[-1][0].set_animated(True)
            where = "on the rings" if what == "there" else "and home"
            ax.set_title(f"{name} (training {seed}): {where}")
    clock = panels[0, 0].text(-3.1, -1.5, "", animated=True)

    def frame(k):
        clock.set_text(f"step {film['step'][k]}")
        for artist, what, seed in dots:
            artist.set_offsets(film[what][k, seed])

    viz.gif(
        fig,
        frame,
        range(len(film["step"])),
        "Animation: two trainings with the cycle loss. The coloured moons spread over the rings, "
        "cold colours left in the upper one, right in the lower one. At home, at the right, each "
        "colour ends where it began in both.",
        fps=6,
        colors=32,
        strip=4,
    )


# --- the playground ------------------------------------------------------------------------------
def leaky():
    """Leaky ReLU, whose derivative for negative inputs is 0.2."""
    return nn.LeakyReLU(0.2)


class Game:
    """The lesson's training as a game: one pair of maps, a weight for the cycle, a picture."""

    def __init__(self, seed):
        self.seed = seed
        self.reset()

    def reset(self, **_):
        """Begin anew, with new networks; the next ones when it is called again."""
        run.seed_everything(self.seed)
        self.seed, self.n_steps, sizes = self.seed + 1, 0, [2, 32, 32, 32]
        self.maps = [models.mlp([*sizes, 2], leaky) for _ in "rm"]
        self.discriminators = [models.gan_discriminator(sizes, leaky) for _ in "rm"]
        self.opts = [
            torch.optim.Adam([p for net in nets for p in net.parameters()], rate, betas=(0.0, 0.9))
            for nets, rate in ((self.discriminators, 1e-2), (self.maps, 3e-3))
        ]

    def train(self, cycle_weight, steps=50, **_):
        """Take `steps` steps with that weight of the cycle loss."""
        for _ in range(steps):
            m, r = MOONS.sample(1, 64)[0], RINGS.sample(1, 64)[0]
            images = self.maps[0](m), self.maps[1](r)
            loss_d = 0
            for discriminator, real, fake in zip(self.discriminators, (r, m), images):
                x = torch.cat([real, fake.detach()], 1).requires_grad_()
                logits = discriminator(x)
                penalty = input_gradient(logits, x).square().sum(-1).mean(1)
                loss_d = loss_d + discriminator_loss(*logits.chunk(2, 1)) + 0.02 * penalty
            self._step(self.opts[0], loss_d)
            loss_g = cycle_weight * cycle_loss(*self.maps, m, r)
            for discriminator, fake in zip(self.discriminators, images):
                loss_g = loss_g + generator_nonsaturating(discriminator(fake))
            self._step(self.opts[1], loss_g)
        self.n_steps += steps

    @staticmethod
    def _step(opt, loss):
        opt.zero_grad()
        loss.sum().backward()
        opt.step()

    def draw(self, **_):
        """The coloured moons, their images, and where they come home."""
        x, colors = colored_moons()
        with torch.no_grad():
            there = self.maps[0](x.unsqueeze(0))
            home = self.maps[1](there)
            apart = energy_distance(there, RINGS.track().unsqueeze(0)).item()
        trip = (home - x).norm(dim=-1).mean().item()
        fig, (panels,) = _panels(1, 3, (12, 2.7))
        _points(panels[0], x, colors, title=f"moons · step {self.n_steps}")
        title = f"translated · energy distance {apart:.2f}"
        _points(panels[1], there[0], colors, RINGS, title)
        _points(panels[2], home[0], colors, MOONS, f"back · off by {trip:.2f}")
        return fig

    def controls(self):
        """What `live.live` wants: the sliders."""
        weight = widgets.FloatSlider(
            value=0.15, min=0, max=2, step=0.05, description="cycle weight"
        )
        return {"cycle_weight": weight}

    def buttons(self):
        """What `live.live` wants: what one can do."""
        return {"train for 50 steps": self.train, "begin anew": self.reset}
