"""Figures and GIFs: arrays and axes in, pictures out. Nothing is sampled or trained here."""
import io
import textwrap

import matplotlib
import numpy as np
from IPython.display import Markdown, display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

REAL, FAKE, GREY = "#0072B2", "#E69F00", "#666666"          # data, generator, discriminator or critic
FURTHER = ("#009E73", "#CC79A7", "#D55E00", "#56B4E9")      # the rest of the Okabe-Ito palette, for methods side by side

matplotlib.rcParams.update({
    "figure.dpi": 100, "font.size": 11, "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "lines.linewidth": 2, "axes.titlesize": 11, "figure.constrained_layout.use": True,
})


def axes(xlabel, ylabel, n=1, size=None, **limits):
    """A figure with n axes side by side, labelled alike: (fig, ax), or (fig, array of ax) when n > 1.

    `limits` are passed to Axes.set: xlim=…, ylim=…, yscale=…, title=….
    """
    fig = Figure(figsize=size or (7 if n == 1 else 3.6 * n, 3.6))          # not pyplot's: nothing to close, nothing shown twice
    FigureCanvasAgg(fig)
    grid = fig.subplots(1, n, squeeze=False)
    for ax in grid[0]:
        ax.set(xlabel=xlabel, ylabel=ylabel, **limits)
    return (fig, grid[0, 0]) if n == 1 else (fig, grid[0])


def _pixels(fig):
    """The figure as an RGB image. Artists set to `animated` are drawn over a still of the rest, which is kept: seven times faster."""
    moving = [artist for artist in fig.findobj() if artist.get_animated()]         # canvas.draw() leaves these out
    if not moving or not hasattr(fig, "still"):
        fig.canvas.draw()
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


def _display(mime, data, description):
    if len(description) < 40:
        raise ValueError(f"wanted a description that says what one would see, 40 characters or more, got {description!r}")
    display({mime: data, "text/plain": description}, raw=True)
    display(Markdown(f"*{description}*"))


def _display_png(image, description):
    """Show the image in its best 256 colours: a third of the bytes, and nobody sees it in a line drawing."""
    _display("image/png", _encoded(image.quantize(256, dither=Image.Dither.NONE), format="png", optimize=True), description)


def show(fig, description):
    """Display a figure as PNG with, beside it and for those who cannot see it, what one would see.

    Raises ValueError for a description that is too short to stand for the picture.
    """
    _display_png(_pixels(fig), description)


def wrapped(text, width):
    """`text` broken into lines of at most `width` characters, between words."""
    return textwrap.fill(text, width, break_long_words=False)


def quantile_band(ax, x, values, color, label=None):
    """Draw the median over seeds as a line, the middle 80 % as a band: x (n,), values (n, n_seeds)."""
    low, middle, high = np.nanquantile(values, [0.1, 0.5, 0.9], axis=1)
    ax.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0)
    ax.plot(x, middle, color=color, label=label)


def gif(fig, update, frames, description, fps=12, colors=48, strip=6):
    """Animate `fig`: call update(frame) for each of `frames`, show the GIF and a film-strip of `strip` frames as PNG.

    `update` moves artists that are there already, which is several times faster than clearing the axes, and faster still if
    they are set to `animated`.
    """
    frames = list(frames)
    if len(frames) < strip:
        raise ValueError(f"wanted at least {strip} frames, got {len(frames)}: log more often")
    pictures = []
    for frame in frames:
        update(frame)
        pictures.append(_pixels(fig))
    palette = pictures[-1].quantize(colors, dither=Image.Dither.NONE)
    small = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [1000 // fps] * (len(small) - 1) + [2000]
    _display("image/gif", _encoded(small[0], format="gif", save_all=True, append_images=small[1:], duration=durations, loop=0, optimize=True),
             description)
    width, height = pictures[0].size
    sheet = Image.new("RGB", (3 * width, -(-strip // 3) * height), "white")
    for k, index in enumerate(np.linspace(0, len(frames) - 1, strip).astype(int)):
        sheet.paste(pictures[index], (k % 3 * width, k // 3 * height))
    _display_png(sheet, f"Film-strip: {strip} frames of the animation above, left to right, then down.")


class LinePicture:
    """A GAN on a line: the data's density, the generated one as bars, D's curve and the best possible D, arrows on samples.

    Make it once, then `update` it as often as you like: only what `update` moves is redrawn. Add things of your own to `ax` before
    the first picture is drawn.
    """

    def __init__(self, edges, density_real, density_top=1.6, size=(5.4, 3.5)):
        self.edges, self.middles = edges, (edges[:-1] + edges[1:]) / 2
        self.density_real, self.top = density_real, density_top
        self.fig, self.ax = axes("x", "density", size=size, xlim=(edges[0], edges[-1]), ylim=(0, density_top))
        self.ax.fill_between(self.middles, density_real, color=REAL, alpha=0.35, linewidth=0, label="data")
        self.bars = self.ax.stairs(np.zeros(len(edges) - 1), edges, fill=True, color=FAKE, alpha=0.65, label="generated")
        right = self.ax.twinx()
        right.set(ylim=(0, 1), ylabel="D(x)")
        right.spines["right"].set_visible(True)
        self.curve, = right.plot(self.middles, np.full(len(self.middles), np.nan), color=GREY, label="D")
        self.best, = right.plot(self.middles, np.full(len(self.middles), np.nan), color=GREY, linestyle=":", label="best D")
        self.arrows = None
        handles = [artist for axis in (self.ax, right) for artist in axis.get_legend_handles_labels()[0]]
        self.fig.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=9)
        self.ax.set_title(" ")
        for artist in (self.bars, self.curve, self.best, self.ax.title):
            artist.set_animated(True)                          # what update moves; the rest is drawn once, and its limits stay

    def update(self, x_fake, d=None, title=" ", push=None):
        """x_fake (n,) generated points; d (n_bins,) the discriminator at `middles`; push = (positions, displacements)."""
        counts, _ = np.histogram(x_fake, self.edges)
        density = counts / len(x_fake) / np.diff(self.edges)
        self.bars.set_data(density)
        if d is not None:
            self.curve.set_ydata(d)
            total = self.density_real + density
            self.best.set_ydata(np.where(total > 1e-3, self.density_real / np.maximum(total, 1e-3), np.nan))
        if push is not None:
            if self.arrows is not None:
                self.arrows.remove()
            positions, displacements = push
            heights = self.top * np.linspace(0.04, 0.3, len(positions))            # a ladder, so that crowded arrows stay apart
            self.arrows = self.ax.quiver(positions, heights, displacements, np.zeros(len(positions)), angles="xy", scale_units="xy",
                                         scale=1, width=0.004, color="black", zorder=5, animated=True)
        self.ax.set_title(title)
        return self.fig
