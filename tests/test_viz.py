"""Pictures and tables: what reaches the notebook, its size and its description."""

import html
import io
import re
from itertools import combinations

import numpy as np
import pytest
import torch
from matplotlib import pyplot
from PIL import Image

from course_utils import viz
from course_utils.figures import lesson_01
from course_utils.viz import diagrams, pictures

WORDS = "A straight line that rises from the lower left to the upper right."


@pytest.fixture
def shown(monkeypatch):
    """The bundles that are displayed, in order, as in a notebook."""
    bundles = []

    def display(data, raw=False):
        bundles.append(data if raw else {"text/markdown": data.data})

    monkeypatch.setattr(pictures, "display", display)
    monkeypatch.setattr(pictures.InteractiveShell, "initialized", lambda: True)
    return bundles


def line_picture():
    """A LinePicture over a Gaussian."""
    edges = np.linspace(0, 8, 65)
    middles = (edges[1:] + edges[:-1]) / 2
    return lesson_01.LinePicture(edges, np.exp(-2 * (middles - 4) ** 2) * 0.798), middles


def opened(bundle, mime="image/png"):
    """The image of a bundle."""
    return Image.open(io.BytesIO(bundle[mime]))


def test_show_gives_a_png_its_description_and_a_caption(shown):
    fig, ax = viz.axes("x [m]", "y", xlim=(0, 1))
    ax.plot([0, 1], [0, 1])
    viz.show(fig, WORDS)
    assert not pyplot.get_fignums()  # nothing stays open, nothing is shown twice
    assert opened(shown[0]).format == "PNG"
    assert shown[0]["text/plain"] == WORDS and shown[1]["text/markdown"] == f"*{WORDS}*"
    assert ax.get_xlabel() == "x [m]" and ax.get_xlim() == (0, 1)


@pytest.mark.parametrize("words", ["$5 and $10", "$x_$ \\frac", r"\$5 and $\wrong$", "100 % $"])
def test_a_text_is_drawn_as_it_is(words):
    fig, ax = viz.axes(words, "y", title=words, yscale="log")
    ax.plot([1, 2], [1, 1000], label=words)
    ax.set_xticks([1, 2], [words, "b"])
    artists = [fig.text(0.1, 0.1, words), ax.legend().get_texts()[0], ax.title, ax.xaxis.label]
    viz.png(fig)
    assert not any(artist.get_parse_math() for artist in [*artists, *ax.get_xticklabels()[:1]])
    powers = [label for label in ax.get_yticklabels() if label.get_text()]
    assert powers and all(label.get_parse_math() for label in powers)  # matplotlib's own formulas
    viz.legible(fig).savefig(io.BytesIO(), format="pdf")


def test_letters_that_the_font_lacks_come_from_another_or_a_sentence_says_so(
    capsys, recwarn, monkeypatch
):
    fonts = pictures.fontManager
    shipped = [font for font in fonts.ttflist if font.name.startswith(("DejaVu", "Last"))]
    monkeypatch.setattr(fonts, "ttflist", shipped)  # as on a machine without any other
    pictures._families.cache_clear()
    fig = viz.axes("x", "y")[0]
    plain, serif = (
        pictures._letters(pictures.findfont(f"DejaVu {kind}")) for kind in ("Sans", "Serif")
    )
    other = sorted(filter(str.isalpha, serif - plain))[0]
    written, unwritten = fig.text(0, 0, f"α{other}"), fig.text(0, 0.5, "né 한국")
    viz.png(fig), viz.png(fig)
    families = written.get_fontfamily()
    assert families[0] == "sans-serif" and len(families) == 2
    assert other in pictures._letters(pictures.findfont(families[1]))
    assert unwritten.get_fontfamily() == ["sans-serif"]
    said = capsys.readouterr().out
    assert said.count("Boxes in the picture stand for") == 1 and "국 한: no font here" in said
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


def test_a_diagram_reads_formulas():
    fig = diagrams._diagram({"a": (0, 0), "b": (1, 0)}, ["a -> b"], texts={"a": "$x^2$"})[0]
    viz.legible(fig)
    (formula,) = [text for text in fig.findobj(pictures.Text) if "$" in text.get_text()]
    assert formula.get_parse_math()


def test_a_description_that_describes_nothing_is_refused():
    with pytest.raises(ValueError, match="40 characters or more, got 'a line'"):
        viz.show(viz.axes("x", "y")[0], "a line")


def test_a_script_prints_the_description(capsys):
    viz.show(viz.axes("x", "y")[0], WORDS)
    assert capsys.readouterr().out == WORDS + "\n"


def test_a_gif_is_small_moves_and_has_its_film_strip(shown):
    picture, middles = line_picture()
    samples = np.random.default_rng(0).normal(4, 1, (50, 500))

    def update(k):
        picture.update(samples[k] * k / 50, middles / 8, f"step {k}")

    words = "Orange bars that spread from a spike at 0 to a Gaussian around 4."
    viz.gif(picture.fig, update, range(50), words)
    gif, strip = opened(shown[0], "image/gif"), opened(shown[2])
    assert gif.n_frames == 50 and len(shown[0]["image/gif"]) <= 600_000
    assert abs(gif.info["duration"] - 1000 / 12) < 10
    assert shown[0]["text/plain"] == words and shown[1]["text/markdown"] == f"*{words}*"
    assert not pyplot.get_fignums()
    assert strip.size == (3 * gif.size[0], 2 * gif.size[1])
    assert "Film-strip: 6 frames" in shown[2]["text/plain"]
    with pytest.raises(ValueError, match="wanted at least 6 frames, got 2"):
        viz.gif(picture.fig, lambda k: None, range(2), "Too short to be a film of anything at all.")


def test_a_film_strip_of_four_is_two_by_two_and_has_the_first_and_the_last_frame(shown):
    fig, ax = viz.axes("x", "y", size=(2, 1))
    patch = ax.axvspan(0, 1, facecolor="white")
    greys = np.linspace(0, 1, 7)
    viz.gif(fig, lambda k: patch.set_facecolor(str(greys[k])), range(7), WORDS, strip=4)
    strip = np.asarray(opened(shown[2]).convert("L"))
    assert strip.shape == (200, 400)
    seen = [strip[y + 45, x + 110] / 255 for y in (0, 100) for x in (0, 200)]
    np.testing.assert_allclose(seen, greys[[0, 2, 4, 6]], atol=0.02)


def test_the_line_picture_draws_a_density_and_the_discriminator():
    picture, middles = line_picture()
    pushes = (np.array([1.0, 2.0]), np.array([0.5, -0.5]))
    picture.update(np.repeat(middles, 10), np.full(64, 0.5), push=pushes)
    density = picture.bars.get_data().values
    assert abs((density * np.diff(picture.edges)).sum() - 1) < 1e-9
    np.testing.assert_allclose(picture.curve.get_ydata(), 0.5)
    first = picture.arrows
    picture.update(np.repeat(middles, 10), push=(np.array([1.0]), np.array([0.5])))
    assert first not in picture.ax.collections and len(picture.arrows.U) == 1


def test_a_picture_drawn_again_equals_one_drawn_afresh():
    def frame(low):
        points, d = np.linspace(low, low + 2, 200), np.linspace(0, low / 5, 64)
        return points, d, f"step {low}", (np.array([low]), np.array([0.5]))

    (again, _), (afresh, _) = line_picture(), line_picture()
    pictures = [viz.png(again.update(*frame(low))) for low in (1.0, 4.0)]
    assert pictures[0] != pictures[1] == viz.png(afresh.update(*frame(4.0)))


def test_a_band_is_the_median_and_the_middle_80_percent():
    fig, ax = viz.axes("step", "loss")
    viz.quantile_band(ax, np.arange(3), np.tile(np.arange(101.0), (3, 1)), viz.FAKE)
    assert ax.lines[0].get_ydata().tolist() == [50, 50, 50]
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == 10 and heights.max() == 90


def test_wrapped_text_keeps_every_word_whole():
    words = "Steering by label: incomprehensibilities and cycles"
    lines = viz.wrapped(words, 12).splitlines()
    assert " ".join(lines) == words
    assert all(len(line) <= 12 or " " not in line for line in lines)


# Tables

ROWS = [
    {"method": "actor", "right": 0.997, "perplexity": 25.34, "steps": 1500, "note": "a < b"},
    {"method": "ascent", "right": 0.9968, "perplexity": float("nan"), "steps": 12_000},
    {"method": "class means", "right": 0.81, "perplexity": 7.0, "steps": None, "note": None},
]


def cells(bundle):
    """The rows of the HTML table, as lists of strings that keep <b> only."""
    page = re.sub(r"</?div[^>]*>", "", bundle["text/html"])
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in page.split("<tr")[1:]]
    return [[html.unescape(cell) for cell in row] for row in rows]


def test_a_table_has_the_same_decimals_in_a_column_and_marks_all_that_read_best(shown):
    viz.table(ROWS, best={"right": max, "perplexity": min})
    (bundle,) = shown
    assert cells(bundle) == [
        ["method", "right ↑", "perplexity ↓", "steps", "note"],
        ["actor", "<b>0.997</b>", "25.34", "1\u202f500", "a < b"],
        ["ascent", "<b>0.997</b>", "–", "12\u202f000", "–"],
        ["class means", "0.810", "<b>7.00</b>", "–", "–"],
    ]
    lines = bundle["text/plain"].splitlines()
    assert [re.split(r"\s{2,}", line.replace("\u202f", "").strip()) for line in lines] == [
        ["method", "right ↑", "perplexity ↓", "steps", "note"],
        ["actor", "0.997*", "25.34", "1500", "a < b"],
        ["ascent", "0.997*", "–", "12000", "–"],
        ["class means", "0.810", "7.00*", "–", "–"],
    ]
    assert "<style" not in bundle["text/html"] and "a &lt; b" in bundle["text/html"]


def test_named_rows_numbers_of_arrays_and_tensors_and_flags(shown):
    rows = {"one <i>": {"n": np.int64(3), "ok": True}, "two": {"n": torch.tensor(2), "x": np.nan}}
    viz.table(rows, best={"n": min})
    assert cells(shown[0]) == [
        ["", "n ↓", "ok", "x"],
        ["one <i>", "3", "True", "–"],
        ["two", "<b>2</b>", "–", "–"],
    ]


@pytest.mark.parametrize(
    "numbers, texts",
    [
        ([0.693, 1.386, 12.0], ["0.69", "1.39", "12.00"]),
        ([24.91, 34.7, 142], ["24.9", "34.7", "142.0"]),
        ([0.5, 0.0004, 0.25], ["0.5000", "0.0004", "0.2500"]),
        ([1.0, 2e-12], ["1.00e+00", "2.00e-12"]),
        ([1234567.8, -2.5e6], ["1\u202f234\u202f568", "-2\u202f500\u202f000"]),
        ([0.0, 0.0], ["0", "0"]),
        ([1, 20, 300], ["1", "20", "300"]),
        ([float("inf"), 2.5], ["inf", "2.50"]),
    ],
)
def test_numbers_are_spelled_with_three_significant_digits(shown, numbers, texts):
    viz.table([{"x": number} for number in numbers])
    assert [row[0] for row in cells(shown[0])[1:]] == texts


def test_a_wide_table_is_broken_before_105_characters(shown):
    row = {f"a rather long name, number {k}": k / 7 for k in range(9)}
    viz.table({"first": row, "second": row})
    lines = shown[0]["text/plain"].splitlines()
    assert max(map(len, lines)) <= 105 and len(lines) > 3
    assert shown[0]["text/plain"].count("0.143") == 2


def test_a_long_text_stays_whole(shown):
    viz.table({"it": {"sentence": "My brother lives in Boston. " * 9}})
    assert "My brother lives in Boston. " * 9 in shown[0]["text/html"]
    assert "My brother lives in Boston. " * 9 in shown[0]["text/plain"] + " "


@pytest.mark.parametrize(
    "rows, best, message",
    [
        ([], {}, r"wanted one row or more, got \[\]"),
        (ROWS, {"rihgt": max}, "wanted columns out of method, right, .*, got {'rihgt'}"),
        (ROWS, {"right": sum}, "wanted max or min of a column of numbers, got .*sum.* of 'right'"),
        (ROWS, {"method": max}, "wanted max or min of a column of numbers, got .* of 'method'"),
    ],
)
def test_a_table_that_cannot_be_is_refused(rows, best, message):
    with pytest.raises(ValueError, match=message):
        viz.table(rows, best)


# Diagrams

STEERING = {
    "nodes": {
        "sentence": (0, 1, "real"),
        "encoder": (1, 1, "frozen"),
        "z": (2, 1),
        "actor": (3, 1, "fake box"),
        "z′": (4, 1, "fake"),
        "decoder": (5, 1, "frozen"),
        "out": (6, 1, "fake"),
        "realism": (4, 0, "critic box"),
        "attributes": (4, 2, "critic box"),
        "wish": (3, 2),
    },
    "arrows": [
        "sentence -> encoder -> z -> actor -> z′ -> decoder -> out",
        "wish -> actor",
        "z′ -> realism",
        "z′ -> attributes",
        "wish -> attributes: as numbers",
    ],
    "gradients": ["realism -> actor", "attributes -> actor"],
    "texts": {"out": "a new sentence that is long"},
}
TWO = {  # both ways between the same boxes, and across others
    "nodes": {name: (k, 0, "box") for k, name in enumerate("ABC")},
    "arrows": ["A -> B -> C", "C -> B -> A", "A -> C: past B"],
    "gradients": ["B -> A", "C -> A"],
}


@pytest.mark.parametrize("machine", [STEERING, TWO], ids=["steering", "both ways"])
def test_arrows_go_from_border_to_border_apart_from_all_else(machine):
    _, nodes, arrows = diagrams._diagram(**machine)
    for a in arrows:
        for node, point in [(a.start, a.line[0]), (a.end, a.line[-1])]:
            distance = np.abs(np.abs(point - node.centre) - node.half).min()
            assert distance < 3 and node.holds(point, 3)
        for node in set(nodes.values()) - {a.start, a.end}:
            assert not node.holds(a.line, 2).any()
    for a, b in combinations(arrows, 2):
        gaps = np.hypot(*(a.line[:, None] - b.line[None]).T).min(0)
        assert (gaps < 8).mean() < 0.2  # they may cross, or end in the same place


@pytest.mark.parametrize("machine", [STEERING, TWO], ids=["steering", "both ways"])
def test_no_text_of_a_diagram_covers_anything(machine):
    fig, nodes, arrows = diagrams._diagram(**machine)
    fig.canvas.draw()
    (ax,) = fig.axes
    inside = ax.transData.inverted()
    texts = [text for text in ax.texts if text.get_text()]
    boxes = [text.get_window_extent().transformed(inside) for text in texts]
    for a, b in combinations(boxes, 2):
        assert not a.overlaps(b)
    for arrow in arrows:
        assert not any(box.contains(*point) for box in boxes for point in arrow.line)
    assert min(text.get_fontsize() for text in texts) * fig.dpi / 72 >= 14
    assert fig.bbox.width <= 1010
    for box, text in zip(boxes, texts):
        assert fig.bbox.contains(*ax.transData.transform(box.p0)), text
        assert fig.bbox.contains(*ax.transData.transform(box.p1)), text


def test_a_diagram_is_shown_with_its_description_and_its_key(shown):
    words = "A critic looks at z′ and sends its gradient to the actor."
    assert viz.diagram(**STEERING, description=words) is None
    assert opened(shown[0]).size[1] < 400 and shown[0]["text/plain"] == words
    texts = {text.get_text() for text in diagrams._diagram(**STEERING)[0].axes[0].texts}
    assert {"gradient", "frozen: not trained", "a new\nsentence\nthat is long"} <= texts
    plain = diagrams._diagram({"a": (0, 0), "b": (1, 0)}, ["a -> b"])[0].axes[0].texts
    assert {text.get_text() for text in plain} == {"a", "b", ""}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"arrows": ["z -> G"]}, "wanted names out of sentence, .* in 'z -> G', got {'G'}"),
        ({"gradients": ["z"]}, "wanted two names or more, such as 'a -> b', got 'z'"),
        ({"arrows": ["z -> z"]}, "wanted two names or more, such as 'a -> b', got 'z -> z'"),
        ({"nodes": {"a": (0, 1), "b": (0, 1)}}, r"got \(0, 1\) for 'a', 'b'"),
        ({"nodes": {"a": (0, 0, "box"), "b": (0.2, 0)}}, "wanted places apart, got 'a' and 'b'"),
        ({"nodes": {"a": (0, 0, "bxo")}}, "wanted words out of real, .* at 'a', got {'bxo'}"),
        ({"texts": {"a": "b"}}, "wanted texts of sentence, .*, got {'a'}"),
        ({"texts": {"z": "$" + "x" * 400 + "$"}}, "wanted 1010 pixels across at most, got"),
        ({"description": "short"}, "wanted a description that says"),
    ],
)
def test_a_diagram_that_cannot_be_is_refused(change, message):
    machine = STEERING | {"description": WORDS} | change
    if "nodes" in change:
        machine |= {"arrows": (), "gradients": (), "texts": {}}
    with pytest.raises(ValueError, match=message):
        viz.diagram(**machine)
