"""The figures of lesson 18, flow matching, and its playground."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Circle, Rectangle

from .. import flow, models, store, viz
from ..text import grammar
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_12 import _sheet
from .lesson_16 import METHODS, _by_seed, _settings

SCALE = 0.5**0.5  # of the ring: the flow learned data of standard deviation 1
OPEN = "leave open"


def ring_flow():
    """The shipped flow of the ring, as v(x, t) of data divided by SCALE."""
    velocity = flow.Velocity(2, width=128, waves=96)
    path = store.data_file("checkpoints/flow_ring.safetensors")
    return store.load_weights(path, velocity).requires_grad_(False)


def digit_decoder():
    """The decoder of the sharp VAE: codes (n, 32) → pictures (n, 1, 28, 28)."""
    path = store.data_file("checkpoints/vae_sharp.safetensors")
    vae = store.load_weights(path, models.digit_vae(32)).requires_grad_(False)
    return lambda z: vae["decoder"](z.unsqueeze(0))[0].view(-1, 1, 28, 28)


def diagram():
    """The machine: noise and data make a point between them, and the network says where it goes."""
    viz.diagram(
        {
            "data": (0, 0, "real"),
            "noise": (0, 1),
            "x_t": (1, 1),
            "t": (1, 2),
            "velocity": (2, 1, "fake box"),
            "v": (3, 1, "fake"),
            "target": (1, 0),
            "loss": (4, 0),
        },
        [
            "data -> x_t",
            "noise -> x_t",
            "t -> x_t",
            "x_t -> velocity -> v -> loss",
            "t -> velocity",
            "data -> target",
            "noise -> target",
            "target -> loss",
        ],
        "A draw x of the data, a draw z of noise and a time t make the point x_t. A network sees "
        "the point and the time and gives a velocity. The loss compares it with x − z. Dashed "
        "in green: the gradient goes from the loss into the network.",
        gradients=["loss -> v", "v -> velocity"],
        texts={
            "data": "x (data)",
            "noise": "z (noise)",
            "x_t": "$x_t$ = (1 − t) z\n+ t x",
            "velocity": "network",
            "v": "$v(x_t, t)$",
            "target": "x − z",
            "loss": "squared\ndistance",
        },
    )


def _rings(ax, data):
    """Where the modes are: dotted circles, larger than the modes, so that they can be seen."""
    for centre in data.centres.tolist():
        ax.add_patch(
            Circle(centre, 0.14, fill=False, color=GREY, linestyle=":", linewidth=1.4, zorder=3)
        )


def _inside(points, half=2.15):
    """Those of the points (n, 2) that lie in a square round 0."""
    return points[(points.abs() < half).all(-1)]


def _ring_cloud(ax, cloud, data):
    """A ring's cloud (n, 2) on an axis without ticks; the points."""
    ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal")
    ax.axis("off")
    _rings(ax, data)
    return ax.plot(*_inside(cloud).T, ".", color=FAKE, markersize=2)[0]


def film(velocity, data, z):
    """The points z (n, 2) on their way from noise to the ring, as an animation."""
    times = flow.steps(40, power=2.0)  # denser near 1
    with torch.no_grad():
        cloud = SCALE * flow.path(velocity, z[None], times)[:, 0]
    fig, ax = axes("", "", size=(3.9, 4.1))
    points = _ring_cloud(ax, cloud[0], data)
    ax.set_title(" ")
    for artist in (points, ax.title):
        artist.set_animated(True)

    def update(k):
        points.set_data(*_inside(cloud[k]).T)
        ax.set_title(f"t = {times[k]:.2f}")

    viz.gif(
        fig,
        update,
        range(len(cloud)),
        "Animation: a round cloud of orange points splits into eight groups, which shrink to dots, "
        "the modes of the ring. Dotted circles show where the modes are.",
        fps=8,
        strip=4,
        columns=4,
    )


def loss(losses, least):
    """The loss over the steps of training, its running mean, and the least loss there is."""
    fig, ax = axes("training step", "loss", size=(9, 3.4), ylim=(0.6, 1.2), xlim=(0, len(losses)))
    ax.plot(losses, color=FAKE, linewidth=0.6, alpha=0.35)
    mean = np.convolve(losses, np.ones(100) / 100, "valid")
    ax.plot(np.arange(99, len(losses)), mean, color=DARK_FAKE, linewidth=2)
    ax.text(135, 1.14, "mean of the last 100 steps", color=DARK_FAKE)
    ax.axhline(least, color="black", linestyle="--")
    ax.text(0.98 * len(losses), least - 0.02, f"π σ / 2 = {least:.3f}", ha="right", va="top")
    viz.show(
        fig,
        "The loss over 1500 steps of training, and its running mean over 100 steps. After a few "
        "hundred steps the mean lies a little above the dashed line at π σ / 2 = 0.785, and "
        "stays above it.",
    )


def _passing(ax, data, t=0.3, place=0.5):
    """The pairs that pass a place at the time t, and the mean of their velocities."""
    x, z = data.sample(1, 20_000)[0, :, 0], torch.randn(20_000)
    near = ((1 - t) * z + t * x - place).abs() < 0.05
    x, z = x[near], z[near]
    ax.plot([0, 1], torch.stack([z, x])[:, :25], color=GREY, linewidth=0.8)
    v = (x - z).mean().item()
    style = {"color": FAKE, "arrowstyle": "simple,head_width=0.9,head_length=0.9,tail_width=0.25"}
    ends = {"xytext": (t, place), "xy": (t + 0.42, place + 0.42 * v), "zorder": 4}
    ax.annotate("", arrowprops=style, **ends)
    ax.plot(t, place, "o", color="black", markersize=7, zorder=5)


def two_modes(pairs, velocity, data):
    """Pairs whose paths cross, those that pass one place, and the mean velocity.

    `pairs` (2, n) are z and x, `velocity` a function of points (n, 1) and times (n, 1).
    """
    fig, panels = axes("t", "", n=3, size=(13, 4.4), ylim=(-3.2, 3.2), xlim=(-0.02, 1.02))
    left, middle, right = panels
    left.plot([0, 1], pairs, color=GREY, linewidth=1)
    left.plot([0, 1], pairs, ".", color="black", markersize=5)
    _passing(middle, data)
    times, z = flow.steps(200), torch.linspace(-2.2, 2.2, 24).unsqueeze(1)
    line, moments = torch.linspace(-3, 3, 17), torch.linspace(0, 0.95, 14)
    place, time = torch.meshgrid(line, moments, indexing="ij")
    flows = flow.path(velocity, z, times).squeeze(-1)
    v = velocity(place.reshape(-1, 1), time.reshape(-1, 1)).view(place.shape)
    style = {"angles": "xy", "scale_units": "xy", "scale": 22, "color": GREY, "width": 0.003}
    right.quiver(time, place, torch.ones_like(v), v, **style)
    right.plot(times, flows, color=FAKE, linewidth=1.2)
    left.set(title="pairs, joined by straight lines", ylabel="$x_t$")
    fig.has_formulas = True
    middle.set_title("pairs that pass one place; mean velocity")
    right.set_title("mean velocity m, and paths along it")
    for ax in panels:
        for centre in data.centres[:, 0]:
            ends = [centre - 2 * data.std, centre + 2 * data.std]
            ax.plot([1, 1], ends, color=REAL, linewidth=7, alpha=0.6, solid_capstyle="butt")
    left.text(0.02, -3.0, "noise")
    style = {"color": REAL, "ha": "right", "va": "center", "backgroundcolor": "white"}
    left.text(0.98, 0, "data: two modes", **style)
    viz.show(
        fig,
        "Three panels over the time t. Left: straight grey lines from draws of noise around 0 to "
        "draws of two modes, at −2 and 2, cross each other everywhere. Middle: the lines that pass "
        "one place at t = 0.3, most of them to the upper mode and some to the lower one, and an "
        "orange arrow, the mean of their velocities, which points between the two. Right: grey "
        "arrows show the mean velocity. Orange paths along it bend, part in the middle, half "
        "of them to each mode, and never cross.",
    )


def same_distribution(on_lines, followed, times):
    """Histograms of x_t at three times: of pairs, and of points that follow m, (times, n) each."""
    fig, panels = axes("$x_t$", "", n=3, size=(11, 3.2), xlim=(-3.4, 3.4), yticks=[])
    fig.has_formulas = True
    for ax, t in zip(panels, (0.3, 0.6, 1.0)):
        k, bins = (times - t).abs().argmin(), np.linspace(-3.4, 3.4, 60)
        ax.hist(on_lines[k], bins, density=True, color=GREY, alpha=0.5)
        ax.hist(followed[k], bins, density=True, histtype="step", color=FAKE, linewidth=1.8)
        ax.set_title(f"t = {t:g}")
        ax.set_ylim(0, 1.4 * ax.get_ylim()[1])  # room for the words
    for x, words, color, side in (
        (-3.3, "pairs on\nstraight lines", GREY, "left"),
        (3.3, "points that\nfollow m", DARK_FAKE, "right"),
    ):
        top = 0.97 * panels[0].get_ylim()[1]
        panels[0].text(x, top, words, color=color, ha=side, va="top")
    viz.show(
        fig,
        "Three histograms of x_t, at t = 0.3, 0.6 and 1: grey bars of pairs on straight lines, and "
        "an orange outline of points that follow m. At t = 0.3 there is one broad hill, at t = 0.6 "
        "two hills that overlap, at t = 1 two narrow ones at −2 and 2. At each time the outline "
        "follows the bars.",
    )


def _arrows(ax, velocity, cloud, t):
    """The velocity on a grid of places, where points of the cloud (n, 2) are near."""
    line = torch.linspace(-2, 2, 14)
    places = torch.cartesian_prod(line, line)
    places = places[torch.cdist(places, cloud).min(1).values < 0.3]
    with torch.no_grad():
        v = velocity(places[None] / SCALE, t.expand(1, len(places), 1))[0]
    v = 0.45 * v / v.norm(dim=1).max()
    style = {"angles": "xy", "scale_units": "xy", "scale": 1, "color": "#555555", "width": 0.006}
    ax.quiver(*places.T, *v.T, zorder=4, **style)


def field(velocity, data, z):
    """The velocity in the plane, as arrows, and points z (n, 2) on their way, at three times.

    The last panel is one mode at t = 1, enlarged, with the circle of 3 σ round its centre.
    """
    steps = flow.steps(200, power=2.0)
    with torch.no_grad():
        clouds = SCALE * flow.path(velocity, z[None], steps)[:, 0]
    fig, panels = axes("", "", n=4, size=(13, 3.6))
    for ax, t in zip(panels, (0.0, 0.8, 0.95)):
        k = (steps - t).abs().argmin()
        _ring_cloud(ax, clouds[k, :400], data).set_markersize(4)
        _arrows(ax, velocity, clouds[k], steps[k])
        ax.set_title(f"t = {t:g}")
    centre, half = data.centres[0], 5.5 * data.std
    x, y = centre.tolist()
    style = {"fill": False, "edgecolor": "black", "linewidth": 1.6, "zorder": 4}
    panels[2].add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, **style))
    zoom = panels[3]
    near = _inside(clouds[-1] - centre, 0.97 * half) + centre
    zoom.plot(*near.T, ".", color=FAKE, markersize=4)
    zoom.add_patch(Circle((x, y), 3 * data.std, fill=False, color=REAL, linewidth=2, zorder=3))
    zoom.add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, **style))
    zoom.text(x, y - 3.3 * data.std, "3 σ", color=REAL, ha="center", va="top", fontsize=13)
    zoom.set(xlim=(x - 1.01 * half, x + 1.01 * half), ylim=(y - 1.01 * half, y + 1.01 * half))
    zoom.set(title="t = 1, the black square", aspect="equal")
    zoom.axis("off")
    viz.show(
        fig,
        "Three panels of the plane, at t = 0, 0.8 and 0.95, with arrows for the velocity where "
        "there are points, as long as it is fast within a panel, and orange points on their way. "
        "Dotted circles, larger than the modes, show where the modes are. At first the arrows "
        "point to the middle. At t = 0.8 the points are a ring and begin to split. At t = 0.95 "
        "they stand in eight groups. The fourth panel enlarges one mode at t = 1: most points lie "
        "in the blue circle of 3 σ, and a few beside it.",
    )


def by_steps(table, exact, ceiling):
    """HQ on the ring over the number of Euler steps: each seed of `table`, and {steps: HQ}.

    `ceiling` is the HQ of the data themselves.
    """
    seeds = np.array([table[f"ring: {n} Euler"]["hq"] for n in exact])  # (counts, seeds)
    fig, ax = axes("Euler steps", "HQ", size=(9, 4.2), xscale="log", ylim=(-0.03, 1.08))
    ax.axhline(ceiling, color=REAL, linewidth=1)
    ax.plot(list(exact), seeds, ".", color=FAKE, markersize=5)
    ax.plot(list(exact), seeds.mean(1), color=FAKE)
    ax.plot(list(exact), list(exact.values()), "o--", color="black", markersize=4)
    ax.text(1, 1.0, f"the data: {ceiling:.3f}", color=REAL, va="bottom")
    ax.text(2.9, 0.7, "exact velocity", ha="right")
    ax.text(7, 0.45, "learned velocity, 16 seeds", color=DARK_FAKE)
    ax.set(xticks=list(exact), xticklabels=list(exact))
    ax.minorticks_off()
    viz.show(
        fig,
        "HQ on the ring over the number of Euler steps. Both curves are near 0 for one and two "
        "steps. The exact velocity jumps to nearly the line of the data with four, and reaches it "
        "with 100. The learned one is far below it at four steps, rises steadily, and with 100 "
        "still ends a little below.",
    )


def edits(table):
    """What edits on the grammar keep, as {method: {measure: (5,)}}, a number for each training.

    `table` is data/results/flow.json.
    """
    old = store.load_rows(store.data_file("results/steering.json"))
    keys = {"right": "right", "others": "all others kept", "words": "words kept"}
    names = {"not moved": "unmoved", "LC-GAN": "LC-GAN"}
    names |= {"gradient ascent": "ascent, all terms, 100 × 0.1"}
    rows = {name: old[f"methods: {row}"] for name, row in names.items()}
    rows |= {f"flow, w = {w}": table[f"controls: grammar, one: open, {w}"] for w in (1, 2)}
    return {
        name: {
            what: np.array(row["one " + key]).reshape(5, -1).mean(1) for key, what in keys.items()
        }
        for name, row in rows.items()
    }


def guidance(paths, data):
    """Paths on a line of two modes for the wish "the upper one": {w: (times, n, 1)}."""
    fig, panels = axes("t", "", n=len(paths), size=(12, 4.2), ylim=(-3.4, 3.9), xlim=(-0.02, 1.02))
    titles = {
        0: "w = 0: the wish is ignored",
        1: "w = 1: as learned",
        3: "w = 3: beyond the mode's centre",
    }
    for ax, (w, points) in zip(panels, paths.items()):
        for centre in data.centres[:, 0]:
            ends = [centre - 2 * data.std, centre + 2 * data.std]
            ax.plot([1, 1], ends, color=REAL, linewidth=9, alpha=0.5, solid_capstyle="butt")
        ax.plot(flow.steps(len(points) - 1), points.squeeze(-1), color=FAKE, linewidth=1.1)
        ax.set_title(titles[w])
    panels[0].text(0.02, -3.2, "noise")
    panels[0].set_ylabel("$x_t$")
    fig.has_formulas = True
    panels[0].text(0.97, 3.0, "the mode asked for", color=REAL, ha="right", va="center")
    viz.show(
        fig,
        "Three panels of paths from noise to the right edge, where blue bars are the two modes, "
        "2 σ to each side. w = 0: half of the paths go to each mode. w = 1: all go to the upper "
        "one and fill its bar. w = 3: all go up, are closer together, and end in the upper part "
        "of the bar and above it.",
    )


def accuracy_and_coverage(flows, mixture, actor):
    """Coverage over accuracy, means over the trainings: {w: row} as a line, two rows as dots."""
    fig, ax = axes("accuracy", "coverage", size=(9, 4.2), xlim=(0.78, 1.03), ylim=(0.72, 1.0))

    def place(row):
        return np.mean(row["accuracy"]), np.mean(row["coverage"])

    ax.plot(*np.array([place(row) for row in flows.values()]).T, "o-", color=FAKE)
    for (w, row), offset in zip(flows.items(), ((0, -17), (-14, -17), (28, -3), (28, -3))):
        style = {"textcoords": "offset points", "ha": "center", "color": DARK_FAKE}
        ax.annotate(f"w = {w}", place(row), offset, **style)
    ax.text(0.85, 0.958, "flow", color=DARK_FAKE, ha="center")
    for name, row in (("four Gaussians a digit", mixture), ("actor", actor)):
        ax.plot(*place(row), "D", color=GREY, markersize=9)
        ax.text(place(row)[0] - 0.006, place(row)[1], name, color=GREY, ha="right", va="center")
    viz.show(
        fig,
        "A plane of accuracy and coverage. From w = 1 to 1.5 the flow's line rises in both and "
        "comes close to the dot of four Gaussians. Then, for w = 2 and 3, the accuracy still rises "
        "and the coverage falls steeply. The actor's dot lies below the line.",
    )


def obedience_and_variety(smaller_noise, more_guidance):
    """Words that two right draws share, over the share of right ones: noise s·z, and guidance w.

    Both are {s or w: {"right": (n,), "shared": (pairs,)}}; bars are ±1 standard error.
    """
    fig, ax = axes("sentences with all five attributes right", "", size=(9, 4.4), xlim=(0.5, 1.04))
    ax.set(ylabel="words shared by two right draws", ylim=(0.36, 0.56))
    for name, rows, color, offset in (
        ("s", smaller_noise, GREY, (-25, 5)),
        ("w", more_guidance, FAKE, (4, -22)),
    ):
        x = [row["right"].float().mean() for row in rows.values()]
        y = [row["shared"].mean() for row in rows.values()]
        error = [row["shared"].std() / len(row["shared"]) ** 0.5 for row in rows.values()]
        ax.errorbar(x, y, error, fmt="o-", color=color, capsize=3)
        for k, *point in list(zip(rows, x, y))[1:]:
            style = {"color": DARK_FAKE if name == "w" else color, "ha": "center"}
            ax.annotate(f"{name} = {k:g}", point, offset, textcoords="offset points", **style)
    ax.annotate("s = w = 1", (x[0], y[0]), (0, 20), textcoords="offset points", ha="center")
    ax.text(0.78, 0.445, "smaller noise s·z, w = 1", color=GREY, ha="center")
    ax.text(0.74, 0.378, "more guidance w, s = 1", color=DARK_FAKE, ha="center")
    ax.text(1.035, 0.363, "better: down and right", ha="right", va="bottom")
    viz.show(
        fig,
        "Words that two right draws for one wish share, over the share of right sentences. Two "
        "lines begin at one point at the left. The grey one, of smaller noise, rises steeply at "
        "the right. The orange one, of guidance, is level within its error bars up to w = 2, and "
        "a little higher at w = 3.",
    )


def digits(pictures, right):
    """Sheets of digits: {title: (n, 1, 28, 28)}, and {title: (n,) which of them are as asked}.

    Those that are not, as far as a title is in `right`, are crossed out.
    """
    fig, panels = axes("", "", n=len(pictures), size=(11, 4.9))
    for ax, (title, x) in zip(panels, pictures.items()):
        _sheet(ax, x, 5, title)
        for k in (~right.get(title, torch.ones(len(x)).bool())).nonzero().flatten().tolist():
            row, column = divmod(k, 5)
            ends = np.array([2, 26])
            ax.plot(28 * column + ends, 28 * row + ends, color=FURTHER[1], linewidth=2)
    fig.get_layout_engine().set(wspace=0.08)
    viz.show(
        fig,
        "Three sheets of thirty pictures by the same decoder. Draws of the prior: sharp, and many "
        "are no digit. Moved by the actor of lesson 12, and carried by the flow, both asked for 0 "
        "to 9 three times: the classifier reads most as asked, and those that it does not are "
        "crossed out.",
    )


def trade_off(table):
    """Words kept over wishes that came true, on real English: flow, and the methods of lesson 16.

    `table` is data/results/flow.json.
    """
    old = store.load_rows(store.data_file("results/steering.json"))
    fig, panels = axes("share of edits with everything asked for", "", n=2, size=(10.5, 4.4))
    for ax, (title, task) in zip(panels, (("one wish", ""), ("four wishes", "four "))):
        curves = {name: (_settings(old, key), *style) for key, (name, *style) in METHODS.items()}
        curves = {name: curves[name] for name in ("LC-GAN", "gradient ascent", "regression")}
        flows = {w: table[f"tatoeba: edit, {w} from 0"] for w in (1, 2, 3, 5, 8)}
        curves["flow"] = (flows.values(), "black", "v")
        for name, (settings, color, mark) in curves.items():
            points = [tuple(_by_seed(row, task).mean(1)) for row in settings]
            points.sort(key=lambda point: -point[1])
            ax.plot(*np.array(points).T, mark + "-", color=color, label=name, markersize=6)
        style = {"textcoords": "offset points", "ha": "right", "va": "top"}
        for w, row in flows.items():
            ax.annotate(f"w = {w}" if w < 3 else w, _by_seed(row, task).mean(1), (-5, -3), **style)
        ax.set(title=title, ylabel="words of the original kept", xlim=(0, 1.02), ylim=(0.15, 1))
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "Two panels, words of the original that are kept over the share of sentences with all that "
        "was asked for; up and to the right is better. In both the curve of the flow begins where "
        "that of regression does. With one wish it falls away below all others. With four it goes "
        "on along regression's and beyond its end, far left of the LC-GAN.",
    )


class Playground:
    """The ring's cloud and one sentence's code at a time t, for a draw, a wish and a guidance."""

    def __init__(self, ring_velocity, wishes, vae, data):
        self.wishes, self.vae, self.data, self.noise = wishes, vae, data, torch.randn(10, 32)
        self.times, z = flow.steps(50), torch.randn(1, 1000, 2)
        with torch.no_grad():
            self.clouds = SCALE * flow.path(ring_velocity, z, self.times)[:, 0]

    def controls(self):
        """What `live.live` wants for `draw`."""
        menus = {
            name: widgets.Dropdown(
                options=[OPEN, *grammar.ATTRIBUTES[name]], value=value, description=name
            )
            for name, value in (("tense", "past"), ("kind", "question"), ("sentiment", OPEN))
        }
        slide = {"continuous_update": True}
        return {
            "t": widgets.FloatSlider(1.0, min=0, max=1, step=0.02, description="t", **slide),
            "draw_of_z": widgets.IntSlider(0, min=0, max=9, description="draw of z", **slide),
            "guidance": widgets.FloatSlider(
                2.0, min=0, max=4, step=0.5, description="guidance", **slide
            ),
            **menus,
        }

    def draw(self, t, guidance, draw_of_z=0, **chosen):
        """The cloud and the sentence at time t."""
        wish = {name: value for name, value in chosen.items() if value != OPEN}
        k = round(50 * t)
        z = self.noise[draw_of_z : draw_of_z + 1]
        codes = self.wishes.follow(z, wish, self.times, guidance)[:, 0]
        fig, (ax, words) = axes("", "", n=2, size=(8.6, 4.6))
        _ring_cloud(ax, self.clouds[k], self.data)
        ax.set_title(f"t = {self.times[k]:.2f}: the ring (it has no wish)")
        words.axis("off")
        now, end = self.vae.decode(codes[[k, -1]])
        asked = ", ".join(wish.values()) or "nothing"
        for height, what, sentence, color in (
            (0.95, f"asked for: {asked}; guidance {guidance:g}", "", GREY),
            (0.8, f"decoded at t = {self.times[k]:.2f}", now, DARK_FAKE),
            (0.38, "decoded at t = 1", end, GREY),
        ):
            words.text(0, height, what, color=GREY, fontsize=11, va="top")
            words.text(
                0, height - 0.09, viz.wrapped(sentence, 34), color=color, fontsize=13, va="top"
            )
        return fig
