"""The site: built offline, whole, readable without a network, by day, by night and on a phone."""

import functools
import re
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from cells import read
from look import browsing, there
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils import pages
from course_utils.lessons import ROOT, notebooks, written
from course_utils.tools import site

IMAGE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
)
SEEING = ("index", "05_wasserstein", "further/glossary", "teachers", "decks/05_wasserstein")


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The folder of the site."""
    out = tmp_path_factory.mktemp("site")
    assert site.build(out) == 0, "Sphinx warns"
    return out / "html"


def text(html, name):
    """A page of the site."""
    return (html / f"{name}.html").read_text(encoding="utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """A server that says nothing."""

    def log_message(self, *args):
        """Nothing."""


@contextmanager
def served(folder):
    """The address of a server on a folder, ended with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def visit(html):
    """visit(name) opens a page of the site, gives the browser's page, and fails if any request
    leaves this machine, if anything is missing, or if the console shows an error.
    """
    with served(html) as address, browsing() as page:
        there(page)
        faults = []
        page.route(lambda url: not url.startswith(address), lambda route: route.abort())
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else 0)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type == "error" else None,
        )

        def go(name, place=""):
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"{address}{name}.html{place}", wait_until="load")
            page.wait_for_timeout(300)
            assert not faults, faults
            return page

        yield go
        assert not faults, faults


def names(html):
    """The pages of the site, without their ending."""
    return sorted(path.relative_to(html).as_posix()[:-5] for path in html.rglob("*.html"))


# --- what is there -------------------------------------------------------------------------------
def test_each_notebook_has_a_page_and_each_lesson_a_deck(html):
    for path in notebooks():
        folder = "further/" if path.parent.name == "further" else ""
        assert (html / f"{folder}{path.stem}.html").exists()
    front = text(html, "index")
    for about in written():
        page = text(html, about.name)
        assert page.count('class="button" href="https://colab.research.google.com/') == 1
        assert f'href="decks/{about.name}.html"' in page and f'href="{about.name}.html"' in front
        assert (html / "decks" / f"{about.name}.html").exists()
        assert f"{about.number:02d} · " in text(html, "teachers")
        assert f'href="{about.name}.html"' in text(html, "numbers")


def test_no_link_is_broken(html):
    assert site.broken_links(html) == []


def test_nothing_is_loaded_from_elsewhere(html):
    for name in names(html):
        tags = re.findall(r"<(?:script|img|link|iframe|source)\b[^>]*>", text(html, name))
        loaded = [tag for tag in tags if re.search(r"(?:src|href)=\"(?:https?:)?//", tag)]
        assert not loaded, (name, loaded)


def test_each_picture_is_described(html):
    for name in names(html):
        for image in re.findall(r"<img\b[^>]*>", text(html, name)):
            assert re.search(r'alt="[^"]{10,}"', image), (name, image)


def test_the_glossary_links_to_lessons_and_they_link_back(html):
    glossary, lesson = text(html, "further/glossary"), text(html, "05_wasserstein")
    assert '<a href="../05_wasserstein.html#use-critic">05</a>' in glossary
    assert 'id="use-critic"' in lesson and "further/glossary.html#term-critic" in lesson


def test_what_is_built_is_what_is_published():
    flow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8"))
    steps = flow["jobs"]["publish"]["steps"]
    assert "make site" in [step.get("run") for step in steps]
    (upload,) = [step for step in steps if "upload-pages-artifact" in step.get("uses", "")]
    assert (ROOT / upload["with"]["path"]) == ROOT / "build" / "site" / "html"
    assert "build/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html#here">b</a><img src="c.png"><p id="x">')
    (tmp_path / "b.html").write_text('<a href="a.html#x">a</a><a href="https://a.b">out</a>')
    assert site.broken_links(tmp_path) == [("a.html", "b.html#here"), ("a.html", "c.png")]


# --- how notebooks become pages ------------------------------------------------------------------
def test_a_page_has_alternative_text_buttons_and_no_notes(tmp_path):
    title = new_markdown_cell("# Lesson 05\n\n[▶ Open in Colab](https://a.b/c) · 75 minutes alone")
    notes = new_markdown_cell("For the lecturer", metadata={"slideshow": {"slide_type": "notes"}})
    seen = 'Left: a "line".'
    outputs = [
        new_output("display_data", {"image/png": IMAGE, "text/plain": seen}),
        new_output("display_data", {"text/markdown": f"*{seen}*", "text/plain": "<Markdown>"}),
        new_output("stream", text="✓ it holds\n"),
    ]
    cells = [title, new_code_cell("import torch"), notes, new_code_cell("draw()", outputs=outputs)]
    page = pages.page(new_notebook(cells=cells), tmp_path, {"Slides": "decks/05.html"})
    assert '<a class="button" href="https://a.b/c">▶ Open in Colab</a>' in page
    assert '<a class="button" href="decks/05.html">Slides</a> <span>75 minutes alone</span>' in page
    assert ':alt: "Left: a \\"line\\"."' in page and "✓ it holds" in page
    assert page.count("What one would see") == 1 and "lecturer" not in page
    assert len(list(tmp_path.iterdir())) == 1


def test_a_term_is_linked_once_and_not_in_code_formulas_or_headings():
    known = [pages.Term("critic", ["critic", "score"], "critic")]
    used = []
    source = "## A critic\n\n`critic` and $critic$, a [critic](x). A **critic**, a critic's score."
    assert pages.linked(source, known, used) == source.replace(
        "A **critic**", 'A **<span id="use-critic"></span>[critic](#term-critic)**'
    )
    assert used == known and pages.linked("a critic", known, used) == "a critic"


def test_terms_are_read_from_the_glossary():
    glossary = next(path for path in notebooks() if path.stem == "glossary")
    found = {term.name: term for term in pages.terms(read(glossary))}
    assert len(found) > 100 and found["batch"].forms == ["batch", "minibatch"]


# --- in a browser, without a network -------------------------------------------------------------
@pytest.mark.parametrize("name", SEEING)
def test_a_page_shows_without_a_network(visit, name):
    page = visit(name)
    assert page.locator("h1").first.inner_text()
    assert page.evaluate(
        "[...document.images].every(i => i.loading || !i.complete || i.naturalWidth)"
    )


@pytest.mark.slow
def test_every_page_shows_without_a_network(visit, html):
    for name in names(html):
        visit(name)


def test_formulas_are_drawn(visit):
    page = visit("05_wasserstein")
    page.locator("mjx-container svg").first.wait_for()
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("name", SEEING[:-1])
def test_a_page_fits_a_phone(visit, name):
    page = visit(name)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_there_is_a_dark_mode(visit):
    page = visit("index")
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(colour)
    page.locator(".theme-toggle:visible").first.click()
    page.wait_for_timeout(100)
    if page.evaluate(colour) == before:  # from "as the system has it" to the same, light
        page.locator(".theme-toggle:visible").first.click()
        page.wait_for_timeout(100)
    assert page.evaluate(colour) != before


def test_the_search_finds_a_lesson(visit):
    page = visit("search", "?q=transport")
    page.locator("#search-results li a").first.wait_for(timeout=20_000)
    assert "05" in " ".join(page.locator("#search-results li a").all_inner_texts())


def test_slides_fit_the_screen_and_are_large_enough(visit):
    look_at_slides(visit("decks/05_wasserstein"))


def test_a_presenter_sees_the_notes_in_a_second_window(visit):
    page = visit("decks/05_wasserstein", "#/2")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.filter(has_text="heaps of earth").wait_for(timeout=10_000)
    opened.value.close()


@pytest.mark.slow
@pytest.mark.parametrize("about", written(), ids=lambda about: about.name)
def test_all_slides_fit_the_screen_and_are_large_enough(visit, about):
    look_at_slides(visit(f"decks/{about.name}"))


def look_at_slides(page):
    """Step through a deck: all of each slide is in view, and no letter is under 20 pixels."""
    page.wait_for_timeout(1500)  # formulas
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("number => Reveal.slide(number)", number)
        found = page.evaluate(
            """() => {
                const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect();
                const kinds = ":scope > :not(aside), pre, img, p, table, mjx-container > svg";
                const all = [...slide.querySelectorAll(kinds)];
                const parts = all.filter(part => !part.closest("aside"));
                const edges = parts.map(part => part.getBoundingClientRect());
                const over = edges.map(edge => [
                    edge.bottom - box.bottom, edge.right - box.right, box.top - edge.top
                ]);
                const texts = [...slide.querySelectorAll("h1, h2, p, li, pre, td, th")];
                const shown = texts.filter(text => !text.closest("aside"));
                const sizes = shown.map(text => parseFloat(getComputedStyle(text).fontSize));
                return [Math.max(...over.flat()), Math.min(...sizes), box.height];
            }"""
        )
        assert found[0] <= 1 and found[1] >= 20 and found[2] == 800, (number + 1, found)
        assert page.locator("section.present aside.notes").count() == 1
