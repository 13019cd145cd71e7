"""Pictures: what reaches the notebook, its size and its description."""
import io

import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image

from course_utils import viz


@pytest.fixture
def shown(monkeypatch):
    """The bundles that are displayed, in order."""
    bundles = []
    monkeypatch.setattr(viz, "display", lambda data, raw=False: bundles.append(data if raw else {"text/markdown": data.data}))
    return bundles


def line_picture():
    """A LinePicture over a bell."""
    edges = np.linspace(0, 8, 65)
    middles = (edges[1:] + edges[:-1]) / 2
    return viz.LinePicture(edges, np.exp(-2 * (middles - 4) ** 2) * 0.798), middles


def test_show_gives_a_png_its_description_and_a_caption(shown):
    fig, ax = viz.axes("x [m]", "y", xlim=(0, 1))
    ax.plot([0, 1], [0, 1])
    words = "A straight line that rises from the lower left to the upper right."
    viz.show(fig, words)
    assert not pyplot.get_fignums()                              # nothing stays open, nothing is shown twice
    assert Image.open(io.BytesIO(shown[0]["image/png"])).format == "PNG"
    assert shown[0]["text/plain"] == words and shown[1]["text/markdown"] == f"*{words}*"
    assert ax.get_xlabel() == "x [m]" and ax.get_xlim() == (0, 1)


def test_a_description_that_describes_nothing_is_refused():
    with pytest.raises(ValueError, match="40 characters or more, got 'a line'"):
        viz.show(viz.axes("x", "y")[0], "a line")


def test_a_gif_is_small_moves_and_has_its_film_strip(shown):
    picture, middles = line_picture()
    samples = np.random.default_rng(0).normal(4, 1, (50, 500))
    words = "An orange heap that grows from a spike to a bell."
    viz.gif(picture.fig, lambda k: picture.update(samples[k] * k / 50, middles / 8, f"step {k}"), range(50), words)
    gif, strip = Image.open(io.BytesIO(shown[0]["image/gif"])), Image.open(io.BytesIO(shown[2]["image/png"]))
    assert gif.n_frames == 50 and len(shown[0]["image/gif"]) <= 600_000 and abs(gif.info["duration"] - 1000 / 12) < 10
    assert shown[0]["text/plain"] == words and shown[1]["text/markdown"] == f"*{words}*" and not pyplot.get_fignums()
    assert strip.size == (3 * gif.size[0], 2 * gif.size[1]) and "Film-strip" in shown[2]["text/plain"]
    with pytest.raises(ValueError, match="wanted at least 6 frames, got 2"):
        viz.gif(picture.fig, lambda k: None, range(2), "Too short to be a film of anything at all.")


def test_the_line_picture_draws_a_density_and_the_best_discriminator():
    picture, middles = line_picture()
    picture.update(np.repeat(middles, 10), np.full(64, 0.5), push=(np.array([1.0, 2.0]), np.array([0.5, -0.5])))
    density = picture.bars.get_data().values
    assert abs((density * np.diff(picture.edges)).sum() - 1) < 1e-9
    np.testing.assert_allclose(picture.best.get_ydata(), picture.density_real / (picture.density_real + density))
    first = picture.arrows
    picture.update(np.repeat(middles, 10), push=(np.array([1.0]), np.array([0.5])))
    assert first not in picture.ax.collections and len(picture.arrows.U) == 1


def test_a_picture_drawn_again_equals_one_drawn_afresh():
    frames = [(np.linspace(low, low + 2, 200), np.linspace(0, low / 5, 64), f"step {low}", (np.array([low]), np.array([0.5])))
              for low in (1.0, 4.0)]
    (again, _), (afresh, _) = line_picture(), line_picture()
    pictures = [viz.png(again.update(*frame)) for frame in frames]
    assert pictures[0] != pictures[1] == viz.png(afresh.update(*frames[1]))


def test_a_band_is_the_median_and_the_middle_80_percent():
    fig, ax = viz.axes("step", "loss")
    viz.quantile_band(ax, np.arange(3), np.tile(np.arange(101.0), (3, 1)), viz.FAKE)
    assert ax.lines[0].get_ydata().tolist() == [50, 50, 50]
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == 10 and heights.max() == 90


def test_wrapped_text_keeps_every_word_whole():
    lines = viz.wrapped("Steering by label: incomprehensibilities and cycles", 12).splitlines()
    assert " ".join(lines) == "Steering by label: incomprehensibilities and cycles"
    assert all(len(line) <= 12 or " " not in line for line in lines)
