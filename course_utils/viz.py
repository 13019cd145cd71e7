"""What a lesson shows: figures, animations, tables, diagrams. Nothing is sampled or trained."""

import html
import io
import textwrap
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import ceil, floor, inf, isfinite, log10, sqrt

import matplotlib
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import Markdown, display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon
from PIL import Image

REAL, FAKE, GREY = "#0072B2", "#E69F00", "#666666"  # data, generator, discriminator or critic
FURTHER = ("#009E73", "#CC79A7", "#D55E00", "#56B4E9")  # for methods side by side: Okabe-Ito

matplotlib.rcParams.update(
    {
        "figure.dpi": 100,
        "font.size": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "lines.linewidth": 2,
        "axes.titlesize": 11,
        "figure.constrained_layout.use": True,
    }
)


def axes(xlabel, ylabel, n=1, size=None, **limits):
    """A figure with n axes side by side, labelled alike: (fig, ax), or (fig, array of ax) if n > 1.

    `limits` are passed to Axes.set: xlim=…, ylim=…, yscale=…, title=….
    """
    fig = Figure(figsize=size or (7 if n == 1 else 3.6 * n, 3.6))  # not pyplot's: nothing to close
    FigureCanvasAgg(fig)
    grid = fig.subplots(1, n, squeeze=False)
    for ax in grid[0]:
        ax.set(xlabel=xlabel, ylabel=ylabel, **limits)
    return (fig, grid[0, 0]) if n == 1 else (fig, grid[0])


def _pixels(fig):
    """The figure as an RGB image.

    Artists set to `animated` are drawn over a still of the rest, which is kept: seven times faster.
    """
    moving = [artist for artist in fig.findobj() if artist.get_animated()]
    if not moving or not hasattr(fig, "still"):
        fig.canvas.draw()  # leaves the animated ones out
        fig.still = fig.canvas.copy_from_bbox(fig.bbox)
    fig.canvas.restore_region(fig.still)
    for artist in sorted(moving, key=lambda artist: artist.zorder):
        artist.draw(fig.canvas.get_renderer())
    return Image.fromarray(np.asarray(fig.canvas.buffer_rgba())[..., :3])


def _encoded(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def png(fig):
    """The figure as PNG bytes, quickly: for a picture that is redrawn while one watches."""
    return _encoded(_pixels(fig), format="png", compress_level=1)


def _publish(bundle):
    """Display {mime type: data}; where there is no IPython, print its text."""
    if InteractiveShell.initialized():
        display(bundle, raw=True)
    else:
        print(bundle["text/plain"])


def _checked(description):
    if len(description) < 40:
        raise ValueError(
            "wanted a description that says what one would see, 40 characters or more, "
            f"got {description!r}"
        )
    return description


def _display(mime, data, description):
    _publish({mime: data, "text/plain": _checked(description)})
    if InteractiveShell.initialized():
        display(Markdown(f"*{description}*"))


def _display_png(image, description):
    """Show the image in its best 256 colours: a third of the bytes, no loss in a line drawing."""
    small = image.quantize(256, dither=Image.Dither.NONE)
    _display("image/png", _encoded(small, format="png", optimize=True), description)


def show(fig, description):
    """Display a figure as PNG and, for those who cannot see it, the description of what one sees.

    Raises ValueError for a description that is too short to stand for the picture.
    """
    _display_png(_pixels(fig), description)


def wrapped(text, width):
    """`text` broken into lines of at most `width` characters, between words."""
    return textwrap.fill(text, width, break_long_words=False)


def quantile_band(ax, x, values, color, label=None):
    """Draw the median over seeds as a line, the middle 80 % as a band.

    x (n,), values (n, n_seeds).
    """
    low, middle, high = np.nanquantile(values, [0.1, 0.5, 0.9], axis=1)
    ax.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
    ax.plot(x, middle, color=color, label=label)


def gif(fig, update, frames, description, fps=12, colors=48, strip=6):
    """Animate `fig`: call update(frame) for each frame, show the GIF and a film-strip as PNG.

    The film-strip has `strip` of the frames, in two columns for up to 4, in three for up to 9.
    `update` moves artists that are there already, which is several times faster than clearing the
    axes, and faster still if they are set to `animated`.

    Raises ValueError where there are fewer frames than the film-strip has.
    """
    frames = list(frames)
    if len(frames) < strip:
        raise ValueError(f"wanted at least {strip} frames, got {len(frames)}: log more often")
    pictures = []
    for frame in frames:
        update(frame)
        pictures.append(_pixels(fig))
    palette = pictures[-1].quantize(colors, dither=Image.Dither.NONE)
    start, *rest = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    loop = {"duration": [1000 // fps] * len(rest) + [2000], "loop": 0}
    data = _encoded(start, format="gif", save_all=True, append_images=rest, optimize=True, **loop)
    _display("image/gif", data, description)
    shown = np.linspace(0, len(frames) - 1, strip).astype(int)
    _display_png(
        _sheet([pictures[index] for index in shown]),
        f"Film-strip: {strip} frames of the animation above, left to right, then down.",
    )


def _sheet(pictures):
    """The pictures on one sheet that is about as many pictures wide as high."""
    columns = ceil(sqrt(len(pictures)))
    width, height = pictures[0].size
    sheet = Image.new("RGB", (columns * width, ceil(len(pictures) / columns) * height), "white")
    for k, picture in enumerate(pictures):
        sheet.paste(picture, (k % columns * width, k // columns * height))
    return sheet


class LinePicture:
    """A GAN on a line: densities of data and samples, D's curve and the best D, arrows on samples.

    Make it once, then `update` it as often as you like: only what `update` moves is redrawn. Add
    things of your own to `ax` before the first picture is drawn.
    """

    def __init__(self, edges, density_real, density_top=1.6, size=(5.4, 3.5)):
        self.edges, self.middles = edges, (edges[:-1] + edges[1:]) / 2
        self.density_real, self.top = density_real, density_top
        limits = {"xlim": (edges[0], edges[-1]), "ylim": (0, density_top)}
        self.fig, self.ax = axes("x", "density", size=size, **limits)
        filled = {"color": REAL, "alpha": 0.35, "linewidth": 0, "label": "data"}
        self.ax.fill_between(self.middles, density_real, **filled)
        filled = {"fill": True, "color": FAKE, "alpha": 0.65, "label": "generated"}
        self.bars = self.ax.stairs(np.zeros(len(edges) - 1), edges, **filled)
        right = self.ax.twinx()
        right.set(ylim=(0, 1), ylabel="D(x)")
        right.spines["right"].set_visible(True)
        nothing = np.full(len(self.middles), np.nan)
        (self.curve,) = right.plot(self.middles, nothing, color=GREY, label="D")
        (self.best,) = right.plot(self.middles, nothing, color=GREY, ls=":", label="best D")
        self.arrows = None
        handles = [h for axis in (self.ax, right) for h in axis.get_legend_handles_labels()[0]]
        self.fig.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=9)
        self.ax.set_title(" ")
        for artist in (self.bars, self.curve, self.best, self.ax.title):
            artist.set_animated(True)  # what update moves; the rest is drawn once

    def update(self, x_fake, d=None, title=" ", push=None):
        """Show x_fake (n,) generated points; d (n_bins,), the discriminator at `middles`.

        push = (positions, displacements) of samples, drawn as arrows.
        """
        counts, _ = np.histogram(x_fake, self.edges)
        density = counts / len(x_fake) / np.diff(self.edges)
        self.bars.set_data(density)
        if d is not None:
            self.curve.set_ydata(d)
            total = self.density_real + density
            best = self.density_real / np.maximum(total, 1e-3)
            self.best.set_ydata(np.where(total > 1e-3, best, np.nan))
        if push is not None:
            if self.arrows is not None:
                self.arrows.remove()
            positions, displacements = push
            n = len(positions)
            heights = self.top * np.linspace(0.04, 0.3, n)  # a ladder: crowded arrows stay apart
            units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004}
            style = units | {"color": "black", "zorder": 5, "animated": True}
            self.arrows = self.ax.quiver(positions, heights, displacements, np.zeros(n), **style)
        self.ax.set_title(title)
        return self.fig


# Tables: a column of a table is a list of texts, and of what marks the best of them.


def _plain(value):
    """Python's own number for numpy's and torch's, None for what is missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value != value else value


def _are_numbers(values):
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in present
    )


def _spelled(values, digits):
    """The texts of a column; numbers have the same number of decimals throughout."""
    if not _are_numbers(values):
        return ["–" if value is None else str(value) for value in values]
    present = [value for value in values if value is not None]
    sizes = sorted(floor(log10(abs(value))) for value in present if value and isfinite(value))
    decimals = 0
    if sizes and any(isinstance(value, float) for value in present):
        decimals = max(0, digits - 1 - sizes[(len(sizes) - 1) // 2], -sizes[0])
    style = f",.{decimals}f" if decimals <= 6 else f".{digits - 1}e"
    texts = ["–" if value is None else format(value, style) for value in values]
    return [text.replace(",", "\u202f") for text in texts]  # a narrow space between thousands


def _best_of(name, values, texts, choose):
    """Which entries of the column read like its best number."""
    if choose not in (max, min) or not _are_numbers(values):
        raise ValueError(f"wanted max or min of a column of numbers, got {choose!r} of {name!r}")
    best = texts[values.index(choose(value for value in values if value is not None))]
    return [text == best for text in texts]


def table(rows, best=None, digits=3):
    """Display rows as a table whose numbers are formatted and whose best numbers are marked.

    `rows` is a list of {column: value}, or {name: {column: value}}. A column of numbers gets as
    many decimals as show `digits` significant digits of its middle number; what is missing (None,
    NaN, no such key) is a dash. `best` is {column: max or min}: the header gets an arrow, and all
    that read like the best number are bold, or have a star where there is only text.

    Raises ValueError where there are no rows, or where `best` is not max or min of a column of
    numbers.

    >>> table({"actor": {"right": 0.997, "perplexity": 25.3, "steps": 500},
    ...        "class means": {"right": 0.81, "perplexity": 24.9}},
    ...       best={"right": max, "perplexity": min})
                 right ↑  perplexity ↓  steps
    actor         0.997*         25.3     500
    class means   0.810          24.9*      –
    """
    import pandas as pd  # here: half a second, which lessons without a table need not wait for

    if not rows:
        raise ValueError(f"wanted one row or more, got {rows!r}")
    names = {"index": list(rows)} if isinstance(rows, dict) else {}
    frame = pd.DataFrame(list(rows.values()) if names else rows, dtype=object, **names)
    if unknown := set(best or ()) - set(frame):
        raise ValueError(f"wanted columns out of {', '.join(map(str, frame))}, got {unknown}")
    text, page = pd.DataFrame(index=frame.index), pd.DataFrame(index=frame.index)
    for name in frame:
        values = [_plain(value) for value in frame[name]]
        texts, title, marks = _spelled(values, digits), str(name), [False] * len(values)
        if name in (best or ()):
            marks = _best_of(name, values, texts, best[name])
            title += " ↑" if best[name] is max else " ↓"
        _add_column(text, page, title, texts, marks, _are_numbers(values))
    page.index = [f'<div align="left">{html.escape(str(name))}</div>' for name in page.index]
    widths = [1 + max(map(len, [name, *text[name]])) for name in text]
    plain = text.to_string(index=bool(names), col_space=widths, line_width=105)
    lines = textwrap.dedent("\n".join(map(str.rstrip, plain.splitlines())))
    with pd.option_context("display.max_colwidth", None):  # or it cuts long texts
        cells = page.to_html(index=bool(names), escape=False, border=0, bold_rows=False)
    _publish({"text/html": cells, "text/plain": lines})


def _add_column(text, page, title, texts, marks, is_number):
    """Add a column to the table of texts and to that of the page; words stand at the left."""
    stars = [title, *(t + (" *"[mark] if any(marks) else "") for t, mark in zip(texts, marks))]
    width = 0 if is_number else max(map(len, stars))
    header, *entries = [entry.ljust(width) for entry in stars]
    text[header] = entries
    place = "{}" if is_number else '<div align="left">{}</div>'
    bold = [("<b>{}</b>" if mark else "{}").format(html.escape(t)) for t, mark in zip(texts, marks)]
    page[place.format(html.escape(title))] = [place.format(entry) for entry in bold]


# Diagrams: nodes on a grid, arrows between them; lengths are pixels, y points down.

_WORDS = {"real": REAL, "fake": FAKE, "critic": GREY, "box": "#222222", "frozen": "#222222"}
_DARK = {REAL: "#005A8C", FAKE: "#8A5A00"}  # the shades of texts on white
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
        return "box" in self.words or "frozen" in self.words

    @property
    def color(self):
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
    critic (their colours). `arrows` are chains such as "z -> G -> x: label", where the label is
    that of the last arrow; `gradients` are the same, dashed in green. `texts` is {name: what is
    written there}, where that is not the name; $formulas$ work. The description is that of `show`.
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
    _checked(description)
    show(_diagram(nodes, arrows, gradients, texts)[0], description)
