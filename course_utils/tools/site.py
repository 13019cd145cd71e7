"""Build the site: python -m course_utils site [--out FOLDER]; it needs no network.

From the notebooks as they are stored, and the pages in course_utils/site, it makes a page and a
deck a lesson, companions, glossary, teacher's guide and front page, checks every link between them,
and says how long it took and how large it is.
"""

import argparse
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat

from .. import lessons, pages, teaching
from ..slides import deck
from . import stamp

SITE = Path(pages.__file__).with_name("site")  # templates, styles, pages of their own
FURTHER = lessons.ROOT / "notebooks" / "further"


# --- Markdown for Sphinx -------------------------------------------------------------------------
def lesson_pages(source, pictures, known):
    """Write a page a lesson and a page a companion; give {slug: [(number, page), …]} of terms."""
    uses = {}
    for about in lessons.written():
        used, places = [], {"Slides": f"decks/{about.name}.html"}
        if about.companion.exists():
            places["Going further"] = f"further/{about.name}.html"
        notebook = nbformat.read(about.path, as_version=4)
        text = pages.page(notebook, pictures, places, known, used)
        (source / f"{about.name}.md").write_text(text, encoding="utf-8")
        for term in used:
            uses.setdefault(term.slug, []).append((about.number, about.name))
    for path in sorted(FURTHER.glob("*.ipynb")):
        if path.stem != "glossary":
            lesson = {"The lesson": f"../{path.stem}.html"} if path.stem[0].isdigit() else {}
            text = pages.page(nbformat.read(path, as_version=4), pictures, lesson)
            (source / "further" / f"{path.stem}.md").write_text(text, encoding="utf-8")
    return uses


def first_picture(about, pictures):
    """The first animation of a lesson, or else its first picture: (file name, description)."""
    notebook = nbformat.read(about.path, as_version=4)
    shown = [o for c in notebook.cells for o in c.get("outputs", []) if pages.kind_of(o)]
    shown = [output for output in shown if pages.kind_of(output) in pages.PICTURES]
    best = min(shown, key=lambda output: pages.PICTURES.index(pages.kind_of(output)))
    name = pages.keep(best["data"], pages.kind_of(best), pictures)
    return name, best["data"].get("text/plain", "").strip()


def card(about, pictures):
    """A lesson on the front page: its picture, its question, its minutes."""
    name, alt = first_picture(about, pictures)
    image = f'<img src="_images/{name}" alt="{pages.escape(alt)}" loading="lazy">'
    title = f'<a class="title" href="{about.name}.html">{about.number:02d} · {about.title}</a>'
    alone, in_class = about.minutes
    deck = f'<a href="decks/{about.name}.html">slides</a>'
    meta = f'<span class="meta">{alone} minutes alone, {in_class} in class · {deck}</span>'
    return f'<div class="card">{image}{title}{meta}</div>'


def front(pictures):
    """The front page: what the course is, and a card for each lesson, part by part."""
    text, parts = (SITE / "index.md").read_text(encoding="utf-8"), []
    text = text.replace("(HOME)", f"(https://github.com/{stamp.settings()['repo']})")
    for part in dict.fromkeys(about.part for about in lessons.written()):
        cards = [card(about, pictures) for about in lessons.written() if about.part == part]
        parts.append(f"## {part}\n\n" + f'<div class="cards">{"".join(cards)}</div>')
    trees = []
    for part in dict.fromkeys(about.part for about in lessons.written()):
        names = [about.name for about in lessons.written() if about.part == part]
        trees.append(tree(part, names))
    names = [f"further/{path.stem}" for path in sorted(FURTHER.glob("[0-9o]*.ipynb"))]
    teaching_pages = ["teachers", "further/classroom", "numbers"]
    trees += [tree("Going further", names), tree("Teaching", teaching_pages)]
    trees[0:0] = [tree("", ["further/glossary", "further/help"])]
    return text.replace("<!-- lessons -->", "\n\n".join(parts)) + "\n\n" + "\n\n".join(trees)


def tree(caption, names):
    """A part of the table of contents, which Sphinx shows at the side."""
    options = {"caption": caption} if caption else {}
    return pages.directive("toctree", "", "\n".join(names), maxdepth="1", hidden="", **options)


def write_source(source):
    """Write all that Sphinx reads into the folder `source`."""
    pictures = source / "pictures"
    for folder in (pictures, source / "further"):
        folder.mkdir(parents=True)
    glossary = nbformat.read(FURTHER / "glossary.ipynb", as_version=4)
    uses = lesson_pages(source, pictures, pages.terms(glossary))
    text = pages.glossary_page(glossary, uses)
    (source / "further" / "glossary.md").write_text(text, encoding="utf-8")
    for name in ("help.md", "classroom.md"):
        shutil.copy(FURTHER / name, source / "further")
    shutil.copy(lessons.ROOT / "data" / "steering.gif", pictures)
    (source / "index.md").write_text(front(pictures), encoding="utf-8")
    shutil.copy(SITE / "numbers.md", source)
    text = teaching.guide((SITE / "teachers.md").read_text(encoding="utf-8"))
    (source / "teachers.md").write_text(text, encoding="utf-8")


# --- decks ---------------------------------------------------------------------------------------
def write_decks(folder, pictures):
    """Write the decks, HTML pages of reveal.js, and all that they load but MathJax."""
    from jinja2 import Environment, FileSystemLoader
    from nbconvert.filters import markdown2html
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    look = HtmlFormatter(nowrap=True, style="friendly")
    template = Environment(loader=FileSystemLoader(SITE)).get_template("deck.html")
    folder.mkdir(parents=True)
    for about in lessons.written():
        made = deck(nbformat.read(about.path, as_version=4))
        colour = lambda code: highlight(code, PythonLexer(), look)  # noqa: E731
        shown = pages.slides(made, pictures, markdown2html, colour)
        text = template.render(slides=shown, name=about.name, title=about.title)
        (folder / f"{about.name}.html").write_text(text, encoding="utf-8")
    style = (SITE / "deck.css").read_text(encoding="utf-8")
    (folder / "deck.css").write_text(style + look.get_style_defs("pre.code"), encoding="utf-8")
    reveal = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    (folder / "reveal").mkdir()
    for name in ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js"):
        shutil.copy(reveal / name, folder / "reveal")


# --- the whole -----------------------------------------------------------------------------------
def build(out):
    """Build the site into the folder `out`/html; give Sphinx's exit status."""
    shutil.rmtree(out, ignore_errors=True)
    write_source(out / "source")
    write_decks(out / "extra" / "decks", out / "source" / "pictures")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--jobs", "2"]
    command += ["-c", str(SITE), "-d", str(out / "cache"), "-D", f"html_extra_path={out / 'extra'}"]
    return subprocess.run([*command, str(out / "source"), str(out / "html")]).returncode


def addresses(path):
    """What a page names, and where in it one can go: (addresses, places)."""
    named, places, parser = [], {""}, HTMLParser()

    def take(tag, pairs):
        values = dict(pairs)
        places.add(values.get("id"))
        named.extend(values[name] for name in ("href", "src") if values.get(name))

    parser.handle_starttag = take
    parser.feed(path.read_text(encoding="utf-8"))
    return named, places


def broken_links(html):
    """The links between the pages in a folder that lead nowhere: a list of (page, address)."""
    found = {path.resolve(): addresses(path) for path in html.rglob("*.html")}
    broken = []
    for path, (named, _) in found.items():
        for address in named:
            place = urlsplit(address)
            if place.scheme or place.netloc:
                continue  # out of the site
            goal = (path.parent / unquote(place.path)).resolve() if place.path else path
            goal = goal / "index.html" if goal.is_dir() else goal
            missing = goal in found and unquote(place.fragment) not in found[goal][1]
            if not goal.exists() or missing and "/decks/" not in goal.as_posix():
                broken.append((path.relative_to(html.resolve()).as_posix(), address))
    return broken


def main(args):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m course_utils site")
    parser.add_argument("--out", type=Path, default=lessons.ROOT / "build" / "site")
    out, start = parser.parse_args(args).out.absolute(), time.monotonic()
    failed = build(out)
    for name, address in broken_links(out / "html"):
        failed = 1
        print(f"{name}: {address} leads nowhere", file=sys.stderr)
    files = [path for path in (out / "html").rglob("*") if path.is_file()]
    size, took = sum(path.stat().st_size for path in files) / 1e6, time.monotonic() - start
    print(f"{len(files)} files, {size:.1f} MB, in {took:.0f} s: open {out / 'html' / 'index.html'}")
    return failed
