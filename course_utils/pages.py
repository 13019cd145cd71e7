"""Pages of the site: a notebook as MyST Markdown, a deck as what its HTML page shows."""

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from .slides import PICTURES, stepped

COLAB = re.compile(r"^\[▶ Open in Colab\]\((\S+)\)(?: · )?(.*)$", re.MULTILINE)
ENTRY = re.compile(r"\*\*(.+?)\*\* (?:\(also: ([^)]*)\) )?· (?:\[lesson \d\d\]\(|lesson \d\d)")
CLOSED = re.compile(  # what is not prose: folded, code, formulas, links, HTML, headings, tables
    r"<details>.*?</details>|```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|<[^>]*>"
    r"|^(?:#|\|)[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
LARGE = 78  # code no wider than this has larger letters on a slide
WIDGET = "*Here the notebook has a widget, which needs Python: {}. A still follows.*"


@dataclass(frozen=True)
class Term:
    """A term of the glossary: its name, all its forms, the end of its address."""

    name: str
    forms: list
    slug: str


# --- the glossary --------------------------------------------------------------------------------
def slug(name):
    """A term as the end of an address: letters, digits and dashes.

    >>> slug("β-VAE"), slug("Fisher's exact test")
    ('beta-vae', 'fisher-s-exact-test')
    """
    plain = name.lower().replace("β", "beta").replace("σ", "sigma")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def terms(glossary):
    """The terms of the glossary, a notebook in which each one has a paragraph."""
    text = "\n\n".join(cell.source for cell in glossary.cells)
    found = [ENTRY.match(paragraph) for paragraph in text.split("\n\n")]
    pairs = [(match[1], (match[2] or "").split(", ")) for match in found if match]
    return [Term(name, [name, *filter(None, also)], slug(name)) for name, also in pairs]


def _finder(known):
    """A pattern that finds every form of every term, the longest first, and {form: term}."""
    owners = {form.lower(): term for term in known for form in term.forms}
    forms = sorted(owners, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})(?![\w-])", re.IGNORECASE
    )
    return pattern, owners


def linked(text, known, used):
    """`text` with a link to the glossary where a term comes first on its page.

    `used` has the terms that the page has had; those that are found are added. Where the link
    stands, the glossary's link back arrives.
    """
    pattern, owners = _finder(known)

    def link(found):
        term = owners[found[0].lower()]
        acronym = term.name.isupper() and not found[0].isupper()
        if term in used or acronym:
            return found[0]
        used.append(term)
        return f'<span id="use-{term.slug}"></span>[{found[0]}](#term-{term.slug})'

    pieces, at = [], 0
    for closed in CLOSED.finditer(text):
        pieces += [pattern.sub(link, text[at : closed.start()]), closed[0]]
        at = closed.end()
    return "".join([*pieces, pattern.sub(link, text[at:])])


def glossary_page(glossary, uses):
    """The glossary, each entry with an address and with links back.

    `uses` is {slug: [(number, address of the page), …]}, the lessons that use the term.
    """
    paragraphs = "\n\n".join(cell.source for cell in glossary.cells).split("\n\n")
    for k, paragraph in enumerate(paragraphs):
        if found := ENTRY.match(paragraph):
            name = slug(found[1])
            back = [
                f'<a href="../{page}.html#use-{name}">{number:02d}</a>'
                for number, page in uses.get(name, [])
            ]
            where = f' <span class="uses">Used in {", ".join(back)}.</span>' if back else ""
            paragraphs[k] = f"(term-{name})=\n{paragraph}{where}"
    return _relinked("\n\n".join(paragraphs))


# --- a notebook ----------------------------------------------------------------------------------
def directive(kind, argument="", text="", **options):
    """A directive of MyST: its fence is longer than any in the text."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    rows = [
        f":{name}: {json.dumps(' '.join(value.split()), ensure_ascii=False)}"
        for name, value in options.items()
    ]
    return "\n".join([f"{fence}{{{kind}}} {argument}".rstrip(), *rows, "", text.strip("\n"), fence])


def folded(summary, text):
    """Text behind a line that opens it."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def keep(data, mime, folder):
    """Write a picture into `folder` under a name made of its content; give the name."""
    content = b64decode(data[mime])
    name = f"{sha256(content).hexdigest()[:16]}.{mime.removeprefix('image/')}"
    if not (folder / name).exists():
        (folder / name).write_bytes(content)
    return name


def kind_of(output):
    """The best type of what an output displays: a picture, then HTML, Markdown or text."""
    for mime in (*PICTURES, "text/html", "text/markdown", "text/plain"):
        if mime in output.get("data", {}):
            return mime
    return None


def shown(outputs, pictures):
    """The outputs of a cell as MyST. Pictures go into the folder `pictures`; what one would see is
    their alternative text, and is folded below.
    """
    parts, film, alt = [], False, None
    for output in outputs:
        mime, data = kind_of(output), output.get("data", {})
        if output.output_type == "stream":
            parts.append(directive("code-block", "text", output.text, **{"class": "printed"}))
        elif mime in PICTURES:
            alt = data.get("text/plain", "").strip()
            name = "/pictures/" + keep(data, mime, pictures)
            image = directive("image", name, alt=alt, **{"class": "figure"})
            parts.append(folded("The film as a strip of frames", image) if film else image)
            film = mime == "image/gif"
        elif mime == "text/markdown" and alt and data[mime].strip().strip("*") == alt:
            if not parts[-1].startswith("<details>"):
                parts.append(folded("What one would see", alt))
        elif mime == "text/html":
            parts.append(directive("raw", "html", f'<div class="table">{data[mime]}</div>'))
        elif mime:
            parts.append(
                directive("code-block", "text", data["text/plain"], **{"class": "printed"})
            )
    return parts


def _relinked(text):
    """Links to notebooks become links to their pages."""
    return re.sub(r"(\]\([\w./]*)\.ipynb\)", r"\1.md)", text)


def buttons(address, minutes, places):
    """What stands below a page's title: the way to Colab and to `places`, {word: address}."""
    links = [f'<a class="button" href="{address}">▶ Open in Colab</a>']
    links += [f'<a class="button" href="{place}">{word}</a>' for word, place in places.items()]
    return f'<p class="buttons">{" ".join(links)} <span>{minutes}</span></p>'


def page(notebook, pictures, places, known=(), used=None):
    """A notebook as MyST Markdown.

    `pictures` is the folder for its pictures, `places` {word: address} of what belongs to it; of
    the terms `known`, those that it uses become links, and are added to `used`.
    """
    parts, setup, used = [], True, [] if used is None else used
    for cell in notebook.cells:
        if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
            continue
        if cell.cell_type == "markdown":
            source = _relinked(cell.source)
            badge = COLAB.search(source)
            source = COLAB.sub("\0", source)
            source = linked(source, known, used) if known else source
            parts.append(source.replace("\0", buttons(badge[1], badge[2], places) if badge else ""))
            continue
        code = directive("code-block", "python", cell.source)
        if setup:
            code, setup = folded("The set-up: what the notebook imports", code), False
        elif "live.live(" in cell.source:
            code = WIDGET.format("open the lesson in Colab or in JupyterLab") + "\n\n" + code
        parts += [code, *shown(cell.outputs, pictures)]
    return "\n\n".join(parts) + "\n"


# --- a deck --------------------------------------------------------------------------------------
def slides(made, pictures, render, highlight):
    """What the HTML page of a deck shows: for each slide {kind, text, parts, notes} in HTML.

    `render` turns Markdown into HTML, `highlight` code. Where a kernel would be needed, the still.
    """
    found = []
    for top, *others in stepped(made):
        parts, notes = [], ""
        for cell in others:
            if cell.cell_type == "markdown":
                notes += render(_to_pages(cell.source))
            elif cell.metadata.tags[0] != "alive":
                if cell.metadata.tags[0] in ("shown", "stub"):
                    widest = max(map(len, cell.source.splitlines()))
                    look = "code large" if widest <= LARGE else "code"
                    parts.append(f'<pre class="{look}">{highlight(cell.source)}</pre>')
                parts += [_part(output, pictures) for output in cell.outputs]
        slide = {"kind": top.metadata.tags[0], "text": render(_to_pages(top.source))}
        found.append(slide | {"parts": parts, "notes": notes})
    return found


def _to_pages(text):
    """Links to notebooks and Markdown become links to their pages, as a deck sees them."""
    return re.sub(r"\]\((?:\.\./)?([\w/]*)\.(?:ipynb|md)\)", r"](../\1.html)", text)


def _part(output, pictures):
    """An output on a slide, as HTML."""
    if output.output_type == "stream":
        return f'<pre class="printed">{escape(output.text)}</pre>'
    mime, data = kind_of(output), output["data"]
    if mime in PICTURES:
        alt = escape(data.get("text/plain", ""))
        return f'<img src="../_images/{keep(data, mime, pictures)}" alt="{alt}">'
    if mime == "text/html":
        return f'<div class="table">{data[mime]}</div>'
    return f'<pre class="printed">{escape(data["text/plain"])}</pre>'
