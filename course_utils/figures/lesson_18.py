"""The figures of lesson 18, flow matching, and its playground."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Circle, Rectangle

from .. import flow, models, store, viz
from ..text import grammar
from ..viz import DARK_FAKE, FAKE, GREY, REAL, axes
from .lesson_12 import sheets
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
            "x_t -> velocity -> v -> loss",
            "t -> velocity",
            "data -> target",
            "noise -> target",
            "target -> loss",
        ],
        "A draw x of the data and a draw z of noise make a point between them, x_t. A network sees "
        "the point and the time t and gives a velocity. The loss compares it with x − z. Dashed "
        "in green: the gradient goes from the loss into the network.",
        gradients=["loss -> v", "v -> velocity"],
        texts={
            "data": "x (data)",
            "noise": "z (noise)",
            "x_t": "(1 − t) z\n+ t x",
            "velocity": "network",
            "v": "v(x_t, t)",
            "target": "x − z",
            "loss": "squared\ndistance",
        },
    )


def _rings(ax, data):
    """The modes, as open circles above the points."""
    for centre in data.centres.tolist():
        radius = max(3 * data.std, 0.14)  # large enough to be seen round the points
        ax.add_patch(Circle(centre, radius, fill=False, color=REAL, linewidth=1.6, zorder=3))


def _frame(cloud, data, size=(8.6, 4.6)):
    """A ring's cloud at the left, room for text at the right: figure, both axes, the points."""
    fig, (ax, words) = axes("", "", n=2, size=size)
    fig.get_layout_engine().set(rect=(0, 0, 1, 0.96))  # room for the time above
    ax.set(xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal")
    ax.axis("off")
    _rings(ax, data)
    (points,) = ax.plot(*cloud.T, ".", color=FAKE, markersize=2)
    words.axis("off")
    words.set(xlim=(0, 1), ylim=(0, 1))
    return fig, ax, words, points


def _wrapped(sentence):
    return viz.wrapped(sentence, 34)


def film(cloud, times, sentences, data):
    """The ring's cloud (k, n, 2), of scale 1, and a sentence, at each of the times."""
    cloud = SCALE * cloud
    fig, ax, words, points = _frame(cloud[0], data)
    words.text(0, 0.95, "a code of the text VAE, decoded:", color=GREY, fontsize=12, va="top")
    text = words.text(0, 0.8, "", color=DARK_FAKE, fontsize=16, va="top", linespacing=1.4)
    ax.set_title(" ")
    for artist in (points, text, ax.title):
        artist.set_animated(True)

    def update(k):
        points.set_data(*cloud[k].T)
        ax.set_title(f"t = {times[k]:.2f}")
        text.set_text(_wrapped(sentences[k]))

    viz.gif(
        fig,
        update,
        range(len(cloud)),
        "Animation: at the left a round cloud of orange points splits into eight groups, which "
        "shrink into eight blue circles, the modes of the ring. At the right, a sentence whose "
        "words change, and which ends as a statement in the future.",
        fps=8,
        strip=4,
    )


def loss(losses, least):
    """The loss over the steps of training, its running mean, and the least loss there is."""
    fig, ax = axes("training step", "loss", size=(9, 3.4), ylim=(0.6, 1.2), xlim=(0, len(losses)))
    ax.plot(losses, color=FAKE, linewidth=0.6, alpha=0.35)
    mean = np.convolve(losses, np.ones(100) / 100, "valid")
    ax.plot(np.arange(99, len(losses)), mean, color=DARK_FAKE, linewidth=2)
    ax.text(0.98 * len(losses), 1.1, "mean of the last 100 steps", color=DARK_FAKE, ha="right")
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
    """Pairs whose paths cross, those that pass one place, and the learned velocity.

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
    with torch.no_grad():
        flows = flow.path(velocity, z, times).squeeze(-1)
        v = velocity(place.reshape(-1, 1), time.reshape(-1, 1)).view(place.shape)
    style = {"angles": "xy", "scale_units": "xy", "scale": 22, "color": GREY, "width": 0.003}
    right.quiver(time, place, torch.ones_like(v), v, **style)
    right.plot(times, flows, color=FAKE, linewidth=1.2)
    left.set(title="pairs, joined by straight lines", ylabel="x_t")
    middle.set_title("pairs that pass one place; mean velocity")
    right.set_title("learned velocity, and paths along it")
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
        "arrows show the learned velocity. Orange paths along it bend, part in the middle, half "
        "of them to each mode, and never cross.",
    )


def field(velocity, data, z):
    """The velocity in the plane, as arrows, and points z (n, 2) on their way, at three times.

    The last panel is one mode at t = 1, enlarged, with the circle of 3 σ round its centre.
    """
    steps, line = flow.steps(200, power=2.0), torch.linspace(-2, 2, 12)
    places = torch.cartesian_prod(line, line)
    with torch.no_grad():
        clouds = SCALE * flow.path(velocity, z[None], steps)[:, 0]
    fig, panels = axes("", "", n=4, size=(13, 3.6), xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
    for ax, t in zip(panels, (0.0, 0.8, 0.95)):
        k = (steps - t).abs().argmin()
        with torch.no_grad():
            v = velocity(places[None] / SCALE, steps[k].expand(1, len(places), 1))[0]
        v = v * (1 / v.norm(dim=1, keepdim=True)).clamp(max=1)  # the longest have length 1
        ax.plot(*clouds[k, :400].T, ".", color=FAKE, markersize=4)
        ax.quiver(
            *places.T, *v.T, angles="xy", scale_units="xy", scale=2.9, color="#555555", width=0.006
        )
        _rings(ax, data)
        ax.set_title(f"t = {t:g}")
    (x, y), half = data.centres[0].tolist(), 5.5 * data.std
    style = {"fill": False, "edgecolor": "black", "linewidth": 1.6, "zorder": 4}
    panels[2].add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, **style))
    zoom = panels[3]
    zoom.plot(*clouds[-1].T, ".", color=FAKE, markersize=4)
    zoom.add_patch(Circle((x, y), 3 * data.std, fill=False, color=REAL, linewidth=2, zorder=3))
    zoom.add_patch(Rectangle((x - half, y - half), 2 * half, 2 * half, **style))
    zoom.text(x, y - 3.3 * data.std, "3 σ", color=REAL, ha="center", va="top", fontsize=13)
    zoom.set(xlim=(x - 1.01 * half, x + 1.01 * half), ylim=(y - 1.01 * half, y + 1.01 * half))
    zoom.set_title("t = 1, the black square")
    for ax in panels:
        ax.set_aspect("equal")
        ax.axis("off")
    viz.show(
        fig,
        "Three panels of the plane, at t = 0, 0.8 and 0.95, with arrows for the velocity and "
        "orange points on their way. At first the arrows point to the middle. At t = 0.8 they "
        "point to a ring, from inside and from outside, and the points on it begin to split. At "
        "t = 0.95 the arrows point to eight places, and the points stand there in eight groups. "
        "The fourth panel enlarges one mode at t = 1: most points lie in the circle of 3 σ, and "
        "a few beside it.",
    )


def by_steps(table, exact):
    """HQ on the ring over the number of Euler steps: each seed of `table`, and {steps: HQ}."""
    gan = store.load_rows(store.data_file("results/mode_collapse.json"))
    seeds = np.array([table[f"ring: {n} Euler"]["hq"] for n in exact])  # (counts, seeds)
    fig, ax = axes("Euler steps", "HQ", size=(9, 4.2), xscale="log", ylim=(-0.03, 1.06))
    ax.plot(list(exact), seeds, ".", color=FAKE, markersize=5)
    ax.plot(list(exact), seeds.mean(1), color=FAKE)
    ax.plot(list(exact), list(exact.values()), "--", color="black")
    ax.axhline(np.mean(gan["ring: best"]["hq"]), color=GREY, linestyle=":")
    ax.text(1, 0.93, "GAN recipe, one pass", color=GREY, va="top")
    ax.text(2.9, 0.7, "exact velocity", ha="right")
    ax.text(7, 0.45, "learned velocity, 16 seeds", color=DARK_FAKE)
    ax.set(xticks=list(exact), xticklabels=list(exact))
    ax.minorticks_off()
    viz.show(
        fig,
        "HQ on the ring over the number of Euler steps. It is near 0 for one and two steps and "
        "rises to about 1 from sixteen on. HQ of the learned velocity lies far below that of the "
        "exact one with few steps, and a little below it and the GAN's dotted line with 100.",
    )


def edits(table):
    """What edits on the grammar keep, as {method: {measure: (5,)}}, a number for each training.

    `table` is data/results/flow.json.
    """
    old = store.load_rows(store.data_file("results/steering.json"))
    keys = {"right": "right", "others": "all others kept", "words": "words kept"}
    names = {"not moved": "unmoved", "LC-GAN": "LC-GAN"}
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
    panels[0].set_ylabel("x_t")
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
    """Words that two draws share, over the share of right ones: noise s·z, and guidance w."""
    fig, ax = axes("sentences with all five attributes right", "", size=(9, 4.4), xlim=(0.5, 1.04))
    ax.set(ylabel="words shared by two draws", ylim=(0.31, 0.56))
    for name, rows, color, offset in (
        ("s", smaller_noise, GREY, (-25, 5)),
        ("w", more_guidance, FAKE, (-10, 9)),
    ):
        points = {k: (row["right"], row["shared"]) for k, row in rows.items()}
        start = points.pop(1.0)
        line = {1.0: start} | points
        ax.plot(*np.array(list(line.values())).T, "o-", color=color)
        for k, point in points.items():
            style = {"color": DARK_FAKE if name == "w" else color, "ha": "center"}
            ax.annotate(f"{name} = {k:g}", point, offset, textcoords="offset points", **style)
    ax.annotate("s = w = 1", start, (0, -18), textcoords="offset points", ha="center")
    ax.text(0.755, 0.425, "smaller noise s·z, w = 1", color=GREY, ha="center")
    ax.text(0.75, 0.352, "more guidance w, s = 1", color=DARK_FAKE, ha="center")
    ax.text(1.035, 0.315, "better: down and right", ha="right", va="bottom")
    viz.show(
        fig,
        "Words that two draws for one wish share, over the share of right sentences. Two lines "
        "begin at one point at the left. The grey one, of smaller noise, rises steeply at the "
        "right; the orange one, of guidance, gets as far and stays lower.",
    )


def digits(pictures):
    """Sheets of digits: {title: (n, 1, 28, 28)}."""
    sheets(
        pictures,
        5,
        (11, 4.9),
        "Three sheets of thirty pictures by the same decoder. Draws of the prior: sharp, and many "
        "are no digit. Moved by the actor of lesson 12, and carried by the flow, both asked for 0 "
        "to 9 three times: most can be read as asked.",
    )


def trade_off(table):
    """Words kept over wishes that came true, on real English: flow, and the methods of lesson 16.

    `table` is data/results/flow.json.
    """
    old = store.load_rows(store.data_file("results/steering.json"))
    fig, panels = axes("all that was asked for came true", "", n=2, size=(10.5, 4.4))
    for ax, (title, task) in zip(panels, (("one wish", ""), ("four wishes", "four "))):
        curves = {name: (_settings(old, key), *style) for key, (name, *style) in METHODS.items()}
        curves = {name: curves[name] for name in ("LC-GAN", "gradient ascent", "regression")}
        curves["LC-GAN"] = (curves["LC-GAN"][0], "black", "o")
        flows = {w: table[f"tatoeba: edit, {w} from 0"] for w in (1, 2, 3, 5, 8)}
        curves["flow"] = (flows.values(), FAKE, "v")
        for name, (settings, color, mark) in curves.items():
            points = [tuple(_by_seed(row, task).mean(1)) for row in settings]
            points.sort(key=lambda point: -point[1])
            ax.plot(*np.array(points).T, mark + "-", color=color, label=name, markersize=6)
        style = {"textcoords": "offset points", "ha": "right", "va": "top", "color": DARK_FAKE}
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
    """The ring's cloud and one sentence's code at a time t, for a wish and a guidance."""

    def __init__(self, ring_velocity, wishes, vae, data, z, noise):
        self.wishes, self.vae, self.data, self.noise = wishes, vae, data, noise
        self.times = flow.steps(50)
        with torch.no_grad():
            self.clouds = SCALE * flow.path(ring_velocity, z[None], self.times)[:, 0]

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
            "guidance": widgets.FloatSlider(
                2.0, min=0, max=4, step=0.5, description="guidance", **slide
            ),
            **menus,
        }

    def draw(self, t, guidance, **chosen):
        """The cloud and the sentence at time t."""
        wish = {name: value for name, value in chosen.items() if value != OPEN}
        k = round(50 * t)
        codes = self.wishes.follow(self.noise[None], wish, self.times, guidance)[:, 0]
        fig, ax, words, _ = _frame(self.clouds[k], self.data)
        ax.set_title(f"t = {self.times[k]:.2f}")
        now, end = self.vae.decode(codes[[k, -1]])
        asked = ", ".join(wish.values()) or "nothing"
        for height, what, sentence, color in (
            (0.95, f"asked for: {asked}; guidance {guidance:g}", "", GREY),
            (0.8, f"decoded at t = {self.times[k]:.2f}", now, DARK_FAKE),
            (0.38, "decoded at t = 1", end, GREY),
        ):
            words.text(0, height, what, color=GREY, fontsize=11, va="top")
            words.text(*(0, height - 0.09, _wrapped(sentence)), color=color, fontsize=13, va="top")
        return fig
