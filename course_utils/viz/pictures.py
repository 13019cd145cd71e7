"""Pictures: figures and animations with their descriptions. Nothing is sampled or trained."""

import functools
import io
import textwrap
import warnings
from math import ceil, sqrt

import matplotlib
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import Markdown, display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text
from PIL import Image

REAL, FAKE, GREY = "#0072B2", "#E69F00", "#666666"  # data, generator, discriminator or critic
DARK_FAKE = "#8A5A00"  # a shade of FAKE for texts on white
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

    `limits` are passed to Axes.set: xlim=…, ylim=…, yscale=…, title=…. Write formulas as μ, not as
    $\\mu$: see `legible`.
    """
    fig = Figure(figsize=size or (7 if n == 1 else 3.6 * n, 3.6))  # not pyplot's: nothing to close
    FigureCanvasAgg(fig)
    grid = fig.subplots(1, n, squeeze=False)
    for ax in grid[0]:
        ax.set(xlabel=xlabel, ylabel=ylabel, **limits)
    return (fig, grid[0, 0]) if n == 1 else (fig, grid[0])


@functools.cache
def _letters(path):
    """The characters that the font in a file has; none if its glyphs cannot be scaled."""
    try:
        font = get_font(path)
        return frozenset(map(chr, font.get_charmap() if font.scalable else ()))
    except (OSError, RuntimeError):  # a file that is gone, or no font
        return frozenset()


@functools.cache
def _families(lacking):
    """The families of installed fonts that have `lacking` characters, as few as need be."""
    has, chosen = {}, []
    for font in fontManager.ttflist:
        upright = font.style == "normal" and font.weight in (400, "normal")
        if upright and not font.name.strip(".").startswith("Last"):  # Last Resort: boxes for all
            has[font.name] = lacking & _letters(font.fname)
    while best := max(has, key=lambda name: len(has[name] & lacking), default=None):
        if not has[best] & lacking:
            break
        chosen.append(best)
        lacking -= has[best]
    if lacking:
        _tell(lacking)
    return chosen


@functools.cache
def _tell(lacking):
    """Say once which letters no font has, in place of matplotlib's warning for each of them."""
    warnings.filterwarnings("ignore", "Glyph .* missing")
    print(
        f"Boxes in the picture stand for {' '.join(sorted(lacking)[:8])}"
        f"{f' and {len(lacking) - 8} more' if len(lacking) > 8 else ''}: no font here has them. "
        "Install one that does, such as Noto Sans of that script, and restart the kernel."
    )


def legible(fig):
    """Prepare the texts of a figure for drawing, and return it; `show` and `png` call it.

    A text is drawn as it is, $ is a dollar: only a `diagram` reads formulas, and matplotlib those
    that it wrote at an axis. Letters that a text's font lacks come from another one that is
    installed; where none has them, a sentence says so. Call it before `fig.savefig`.
    """
    for text in fig.findobj(Text):
        content, families = text.get_text(), text.get_fontfamily()
        if "$" in content and "\\mathdefault" not in content:
            text.set_parse_math(hasattr(fig, "has_formulas"))
        if not content.isascii():
            fonts = [_letters(findfont(FontProperties(family=[family]))) for family in families]
            lacking = {sign for sign in content if sign.isprintable()}.difference(*fonts, " ")
            if lacking:
                text.set_fontfamily([*families, *_families(frozenset(lacking))])
    return fig


def _pixels(fig):
    """The figure as an RGB image.

    Artists set to `animated` are drawn over a still of the rest, which is kept: seven times faster.
    """
    moving = [artist for artist in legible(fig).findobj() if artist.get_animated()]
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


def publish(bundle):
    """Display {mime type: data}; where there is no IPython, print its text."""
    if InteractiveShell.initialized():
        display(bundle, raw=True)
    else:
        print(bundle["text/plain"])


def checked(description):
    """The description, when it is long enough; else ValueError."""
    if len(description) < 40:
        raise ValueError(
            "wanted a description that says what one would see, 40 characters or more, "
            f"got {description!r}"
        )
    return description


def _display(mime, data, description):
    publish({mime: data, "text/plain": checked(description)})
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


def animation(fig, update, frames, fps=12, colors=48):
    """The GIF of `fig` after update(frame) for each frame, as bytes, and its pictures one by one.

    It loops, and rests two seconds on the last frame.
    """
    pictures = []
    for frame in frames:
        update(frame)
        pictures.append(_pixels(fig))
    palette = pictures[-1].quantize(colors, dither=Image.Dither.NONE)
    start, *rest = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    loop = {"duration": [1000 // fps] * len(rest) + [2000], "loop": 0}
    options = {"save_all": True, "append_images": rest, "optimize": True} | loop
    return _encoded(start, format="gif", **options), pictures


def gif(fig, update, frames, description, fps=12, colors=48, strip=6, columns=None):
    """Animate `fig`: call update(frame) for each frame, show the GIF and a film-strip as PNG.

    The film-strip has `strip` of the frames, in `columns`: two for up to 4, three for up to 9.
    `update` moves artists that are there already, which is several times faster than clearing the
    axes, and faster still if they are set to `animated`.

    Raises ValueError where there are fewer frames than the film-strip has.
    """
    frames = list(frames)
    if len(frames) < strip:
        raise ValueError(f"wanted at least {strip} frames, got {len(frames)}: log more often")
    data, pictures = animation(fig, update, frames, fps, colors)
    _display("image/gif", data, description)
    shown = np.linspace(0, len(frames) - 1, strip).astype(int)
    _display_png(
        _sheet([pictures[index] for index in shown], columns),
        f"Film-strip: {strip} frames of the animation above, left to right, then down.",
    )


def _sheet(pictures, columns=None):
    """The pictures on one sheet, `columns` wide, or about as many pictures wide as high."""
    columns = columns or ceil(sqrt(len(pictures)))
    width, height = pictures[0].size
    sheet = Image.new("RGB", (columns * width, ceil(len(pictures) / columns) * height), "white")
    for k, picture in enumerate(pictures):
        sheet.paste(picture, (k % columns * width, k // columns * height))
    return sheet
