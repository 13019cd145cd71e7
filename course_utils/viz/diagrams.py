"""Diagrams: nodes on a grid, arrows between them; lengths are pixels, y points down."""

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import ceil, floor, inf

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from .pictures import DARK_FAKE, FAKE, FURTHER, GREY, REAL, checked, show, wrapped

_WORDS = {"real": REAL, "fake": FAKE, "discriminator": GREY, "critic": GREY}
_WORDS |= {"box": "#222222", "frozen": "#222222"}
_DARK = {REAL: "#005A8C", FAKE: DARK_FAKE}  # the shades of texts on white
_GRADIENT = FURTHER[0]
_LARGE, _SMALL = 13, 12  # points of texts in nodes, on arrows: 18 and 17 pixels
_CLEAR = 9  # between things that must not touch


@dataclass(eq=False)
class _Node:
    """A text at a place of the grid, in a box or not; half its width and height."""

    text: str
    place: tuple
    words: list
    half: np.ndarray = field(default_factory=lambda: np.zeros(2))
    centre: np.ndarray = field(default_factory=lambda: np.zeros(2))

    @property
    def is_box(self):
        """Whether it is drawn with a border."""
        return "box" in self.words or "frozen" in self.words

    @property
    def color(self):
        """The colour of its border, or of its text."""
        return _WORDS[min(self.words, key=list(_WORDS).index, default="box")]

    def holds(self, points, margin=0):
        """Which of the points (n, 2) are inside, or closer than `margin`."""
        return (np.abs(points - self.centre) <= self.half + margin).all(-1)

    def near_corner(self, point):
        """Whether a point of the border is where the corners of a box are round."""
        return self.is_box and (np.abs(point - self.centre) > self.half - 7).all()


@dataclass(eq=False)
class _Arrow:
    """A line (n, 2) from a node to another, and a label beside it."""

    start: _Node
    end: _Node
    label: str
    is_gradient: bool
    line: np.ndarray = None
    half: np.ndarray = field(default_factory=lambda: np.zeros(2))
    centre: np.ndarray = field(default_factory=lambda: np.zeros(2))


def _broken(text, width):
    """The text wrapped, lines for lines; formulas stay whole."""
    return "\n".join(
        line if "$" in line else wrapped(line, width) for line in text.splitlines() or [""]
    )


def _read_nodes(nodes, texts):
    """{name: _Node}; ValueError for words and places that cannot be."""
    read, taken = {}, {}
    for name, (column, row, *words) in nodes.items():
        words = " ".join(words).split()
        if unknown := set(words) - set(_WORDS):
            raise ValueError(f"wanted words out of {', '.join(_WORDS)} at {name!r}, got {unknown}")
        if (column, row) in taken:
            other = taken[column, row]
            raise ValueError(
                f"wanted a place for each, got {(column, row)} for {other!r}, {name!r}"
            )
        taken[column, row] = name
        read[name] = _Node(_broken(texts.get(name, name), 12), (column, row), words)
    if unknown := set(texts) - set(read):
        raise ValueError(f"wanted texts of {', '.join(read)}, got {unknown}")
    return read


def _read_arrows(chains, nodes, is_gradient):
    """The arrows of chains such as "a -> b -> c: label"; the label is that of the last arrow."""
    arrows = []
    for chain in chains:
        path, _, label = chain.partition(": ")
        names = [name.strip() for name in path.split("->")]
        if unknown := set(names) - set(nodes):
            raise ValueError(f"wanted names out of {', '.join(nodes)} in {chain!r}, got {unknown}")
        if len(names) < 2 or any(start == end for start, end in pairwise(names)):
            raise ValueError(f"wanted two names or more, such as 'a -> b', got {chain!r}")
        for start, end in pairwise(names):
            arrows.append(_Arrow(nodes[start], nodes[end], "", is_gradient))
        arrows[-1].label = _broken(label, 14)
    return arrows


def _measure(nodes, arrows):
    """Give each text its size; boxes all have the size of the largest."""
    fig = Figure()
    renderer = FigureCanvasAgg(fig).get_renderer()

    def half(text, size):
        extent = fig.text(0, 0, text, fontsize=size).get_window_extent(renderer)
        return np.array([extent.width, extent.height]) / 2

    for node in nodes:
        node.half = half(node.text, _LARGE) + ([12, 11] if node.is_box else [7, 5])
    largest = np.max([[34, 24], *(node.half for node in nodes if node.is_box)], axis=0)
    for node in nodes:
        node.half = largest if node.is_box else node.half
    for arrow in arrows:
        arrow.half = half(arrow.label, _SMALL) if arrow.label else arrow.half


def _spread(nodes, arrows, axis, gap):
    """Set the centres along one axis (columns 0, rows 1): as far apart as the texts need."""
    places = [node.place[axis] for node in nodes]
    grid = np.arange(floor(min(places)), ceil(max(places)) + 1)
    halves = [max([0, *(n.half[axis] for n in nodes if n.place[axis] == k)]) for k in grid]
    gaps = np.full(len(grid), float(gap))
    for arrow in arrows:
        low, high = sorted((arrow.start.place[axis], arrow.end.place[axis]))
        if high - low == 1 and arrow.start.place[1 - axis] == arrow.end.place[1 - axis]:
            k = floor(low - grid[0])
            gaps[k] = max(gaps[k], 2 * arrow.half[axis] + 2 * _CLEAR)
    steps = np.add(halves[:-1], halves[1:]) + gaps[:-1]
    centres = np.concatenate([[0], np.cumsum(steps)])
    for node in nodes:
        node.centre[axis] = np.interp(node.place[axis], grid, centres)


def _lines(start, end):
    """(cost, line) of lines from border to border, first straight, then ever more bent."""
    t = np.linspace(0, 1, 400)[:, None]
    across = end.centre - start.centre
    length = np.hypot(*across)
    up = np.array([across[1], -across[0]]) / length * (-1 if across[0] < 0 else 1)
    bends = [(0, sign * k / 10) for k in range(1, 12) for sign in (1, -1)]
    for shift, bend in [(0, 0), (11, 0), (-11, 0), *bends]:
        line = start.centre + t * across + up * (shift + 2 * t * (1 - t) * bend * length)
        leaves, arrives = start.holds(line), end.holds(line)
        if leaves.any() and arrives.any():
            outside = line[np.flatnonzero(leaves)[-1] + 1 : np.flatnonzero(arrives)[0]]
            if len(outside) > 2:
                yield abs(shift) / 200 + abs(bend), outside


def _route(arrow, nodes, arrows):
    """Give the arrow the straightest line that keeps clear of other nodes and earlier arrows."""
    others = [node for node in nodes if node not in (arrow.start, arrow.end)]
    earlier = np.concatenate([[[inf, inf]], *(a.line[::3] for a in arrows if a.line is not None)])

    least = inf
    for cost, line in _lines(arrow.start, arrow.end):
        if cost >= least:  # and so are all that come
            return
        cost += 100 * sum(node.holds(line, _CLEAR).mean() for node in others)
        distances = np.hypot(*(line[::3, None] - earlier).T)
        cost += 5 * (distances.min(0) < _CLEAR).mean()
        cost += 0.2 * (arrow.start.near_corner(line[0]) + arrow.end.near_corner(line[-1]))
        if cost < least:
            least, arrow.line = cost, line


def _place_label(arrow, nodes, arrows):
    """Put the label beside the middle of its arrow, where it covers least."""
    lines = np.concatenate([other.line for other in arrows])
    done = [other for other in arrows if other.centre.any()]

    def cost(centre):
        node = _Node("", (), [], arrow.half, centre)
        covered = [*nodes, *done]
        apart = [np.abs(centre - c.centre) - arrow.half - c.half for c in covered]
        return 100 * sum((gaps < 5).all() for gaps in apart) + node.holds(lines, 2).sum()

    def candidates():
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            k = int(share * (len(arrow.line) - 1))
            along = arrow.line[min(k + 1, len(arrow.line) - 1)] - arrow.line[k - 1]
            normal = np.array([-along[1], along[0]]) / np.hypot(*along)
            for side in sorted((1, -1), key=lambda side: side * (normal[1] - normal[0])):
                yield arrow.line[k] + side * normal * (np.abs(normal) @ arrow.half + _CLEAR)

    arrow.centre = min(candidates(), key=cost)


def _draw_node(ax, node):
    corner, size = node.centre - node.half, 2 * node.half
    style = {"boxstyle": "round,pad=0,rounding_size=7", "linewidth": 2}
    if node.is_box:
        tint = matplotlib.colors.to_rgba(node.color, 0.06 if node.color == _WORDS["box"] else 0.25)
        ax.add_patch(FancyBboxPatch(corner, *size, **style, facecolor=tint, edgecolor="none"))
        if "frozen" in node.words:
            hatch = {"facecolor": "none", "edgecolor": "#AAAAAA", "hatch": "///"}
            ax.add_patch(FancyBboxPatch(corner, *size, **style | hatch | {"linewidth": 0}))
        ax.add_patch(FancyBboxPatch(corner, *size, **style, facecolor="none", edgecolor=node.color))
    behind = {"facecolor": "white", "edgecolor": "none", "boxstyle": "round,pad=0.15"}
    ax.text(
        *node.centre,
        node.text,
        fontsize=_LARGE,
        ha="center",
        va="center",
        color=_WORDS["box"] if node.is_box else _DARK.get(node.color, node.color),
        bbox=behind if "frozen" in node.words else None,
    )


def _draw_line(ax, line, is_gradient):
    """Draw the line up to its head, which is a triangle whose tip is the line's end."""
    color = _GRADIENT if is_gradient else _WORDS["box"]
    ahead = line[-1] - line[max(-12, -len(line))]
    ahead = ahead / np.hypot(*ahead)
    neck, aside = line[-1] - 12 * ahead, 5.5 * ahead[::-1] * [1, -1]
    body = line[np.hypot(*(line - line[-1]).T) > 10]
    style = {"linestyle": (0, (3, 1.6))} if is_gradient else {}
    ax.plot(*body.T, color=color, linewidth=2, solid_capstyle="butt", **style)
    ax.add_patch(Polygon([line[-1], neck + aside, neck - aside], color=color, linewidth=0))


def _draw_key(ax, left, top, has_gradients, has_frozen):
    """Say below the diagram what dashes and hatching mean."""
    text = {"fontsize": _SMALL, "va": "center", "color": "#444444"}
    if has_gradients:
        _draw_line(ax, np.linspace([left, top], [left + 42, top], 43), True)
        ax.text(left + 50, top, "gradient", **text)
        left += 150
    if has_frozen:
        box = _Node("", (), ["frozen"], np.array([20, 9]), np.array([left + 20, top]))
        _draw_node(ax, box)
        ax.text(left + 50, top, "frozen: not trained", **text)


def _drawn(nodes, arrows):
    """The figure of nodes and arrows that know where they are, and a key."""
    edges = [node.centre + sign * node.half for node in nodes for sign in (1, -1)]
    edges += [a.centre + sign * a.half for a in arrows if a.label for sign in (1, -1)]
    points = np.concatenate([edges, *(arrow.line for arrow in arrows)])
    (left, top), (right, bottom) = points.min(0) - 12, points.max(0) + 12
    kinds = any(a.is_gradient for a in arrows), any("frozen" in node.words for node in nodes)
    foot = bottom + (34 if any(kinds) else 0)
    right = max(right, left + 16 + 150 * kinds[0] + 225 * kinds[1])
    if right - left > 1010:
        raise ValueError(
            f"wanted 1010 pixels across at most, got {right - left:.0f}: "
            "use fewer columns or shorter texts"
        )
    fig = Figure(layout="none")
    fig.has_formulas = True  # see pictures.legible
    FigureCanvasAgg(fig)
    fig.set_size_inches((right - left) / fig.dpi, (foot - top) / fig.dpi)
    ax = fig.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(foot, top))
    ax.set_axis_off()
    for node in nodes:
        _draw_node(ax, node)
    for arrow in arrows:
        _draw_line(ax, arrow.line, arrow.is_gradient)
        ink = _GRADIENT if arrow.is_gradient else "#444444"
        ax.text(*arrow.centre, arrow.label, fontsize=_SMALL, ha="center", va="center", color=ink)
    _draw_key(ax, left + 12, bottom + 12, *kinds)
    return fig


def _diagram(nodes, arrows, gradients=(), texts=None):
    """The figure of a diagram, with its nodes and arrows."""
    nodes = _read_nodes(nodes, texts or {})
    arrows = _read_arrows(arrows, nodes, False) + _read_arrows(gradients, nodes, True)
    places = list(nodes.values())
    _measure(places, arrows)
    for axis, gap in enumerate((38, 40)):
        _spread(places, arrows, axis, gap)
    for (name, node), (other, near) in combinations(nodes.items(), 2):
        if (np.abs(node.centre - near.centre) < node.half + near.half).all():
            raise ValueError(
                f"wanted places apart, got {name!r} and {other!r} on top of each other"
            )
    for arrow in arrows:
        _route(arrow, places, arrows)
    for arrow in arrows:
        if arrow.label:
            _place_label(arrow, places, arrows)
    return _drawn(places, arrows), nodes, arrows


def diagram(nodes, arrows, description, gradients=(), texts=None):
    """Display a diagram of networks: boxes and texts on a grid, arrows between them.

    `nodes` is {name: (column, row)} or {name: (column, row, "words")}; rows count downwards, and
    1.5 is halfway between 1 and 2. Words are any of: box, frozen (a hatched box), real, fake,
    discriminator, critic (their colours). `arrows` are chains such as "z -> G -> x: label", where
    the label is that of the last arrow; `gradients` are the same, dashed in green. `texts` is
    {name: what is written there}, where that is not the name; $formulas$ work. The description is
    that of `show`.
    Boxes are as large as their largest text, columns as far apart as texts need, and arrows bend
    around what stands between.

    Raises ValueError for an unknown name or word, for two nodes in one place, and for a diagram
    whose texts would be too small to read once it is fitted to a page of 1280 pixels.

    >>> diagram(
    ...     {"z": (0, 0), "G": (1, 0, "fake box"), "G(z)": (2, 0, "fake"), "x": (2, 1, "real"),
    ...      "D": (3, 0.5, "critic box"), "loss": (4, 0.5)},
    ...     ["z -> G -> G(z) -> D -> loss", "x -> D"],
    ...     "A generator G makes G(z) from noise z; a discriminator D sees G(z) and the data x.",
    ...     gradients=["D -> G"],
    ... )
    A generator G makes G(z) from noise z; a discriminator D sees G(z) and the data x.
    """
    checked(description)
    show(_diagram(nodes, arrows, gradients, texts)[0], description)
