"""Slides: what of a lesson stands on the screen, as a notebook, each slide a cell or two.

A slide is a heading and a few words, with a picture, or with at most twelve lines of the idea's
code. All else becomes notes: what the lesson explains in full is what the lecturer says. Each line
of the lesson's code is still in the deck, in order, so that the deck runs; drawing code, claims and
what is too long for a slide run unseen.
"""

import ast
import re
from dataclasses import dataclass, replace

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from .lessons import slide_type

MOST_LINES = 12  # of code on a slide
MOST_WORDS = 45  # of text on a slide, formulas, lists and tables not counted
DRAWING = {"figures", "viz", "plt"}  # code that uses these draws
ACTS = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.With)
NOT_ON_SLIDES = ("References", "Notation")  # sections
PICTURES = ("image/gif", "image/png")
BLOCK = re.compile(r"```.*?```|\$\$.*?\$\$[.,]?|(?:(?!\n\n|\$\$).)+", re.DOTALL)
SENTENCE = re.compile(r"(?:(?<=[.?!:])|(?<=[.?!][*)\"”]))(?<!al\.) +(?=\W*[A-Z$0-9`∇])")
WHOLE = re.compile(r"\*\*.+?\*\*|\*[^*]+\*|\$[^$]+\$|`[^`]+`|\([^()]*\)|\[[^\]]*\]", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """Some statements of a code cell that have one part to play: idea, drawing, widget or check."""

    part: str
    source: str


# --- code ----------------------------------------------------------------------------------------
def names(tree):
    """The names that a piece of code uses or defines."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _called(statement):
    """The name of what a statement that is a call calls, such as live.live; else ""."""
    call = getattr(statement, "value", None)
    return ast.unparse(call.func) if isinstance(call, ast.Call) else ""


def _targets(statement):
    """The names that an assignment or a definition gives a value."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    stored = [node for target in targets for node in ast.walk(target)]
    return {node.id for node in stored if isinstance(node, ast.Name)}


def _is_text(statement):
    """Whether it only gives a name to a string, such as a description."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Assign) or value is None:
        return False
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def parts(statements, drawers, later=()):
    """The part that each statement of a cell has to play.

    `drawers` are the names of what draws; functions that do so are added. What only claims use is
    part of the check; `later` are the names that later cells use.
    """
    found, checked = [], set()
    for statement in statements:
        called = _called(statement)
        if called.startswith("live."):
            found.append("widget")
        elif called == "claim":
            found.append("check")
        elif names(statement) & drawers or _is_text(statement):
            found.append("drawing")
            if isinstance(statement, ast.FunctionDef) or "=" in ast.unparse(statement)[:20]:
                drawers |= _targets(statement) - {"_"}
        else:
            found.append("idea")
            drawers -= _targets(statement)  # a name may be used again
    later = set(later)
    for k in reversed(range(len(statements))):
        own = _targets(statements[k])
        if found[k] == "idea" and own and own <= checked - later:
            found[k] = "check"
        if found[k] == "check":
            checked |= names(statements[k])
        else:
            later |= names(statements[k])
    return found


def _chunks(part, statements):
    """Neighbours of one part: the idea's in chunks that fit a slide, where they can be cut, what
    is drawn a figure at a time.
    """
    chunk = []
    for text in statements:
        full = part == "idea" and len_code("\n".join([*chunk, text])) > MOST_LINES
        draws = part == "drawing" and chunk and isinstance(ast.parse(chunk[-1]).body[-1], ast.Expr)
        if chunk and full or draws:
            yield Piece(part, "\n".join(chunk).strip("\n"))
            chunk = []
        chunk.append(text)
    yield Piece(part, "\n".join(chunk).strip("\n"))


def len_code(source):
    """How many lines of code are not blank."""
    return sum(bool(line.strip()) for line in source.splitlines())


def pieces(source, drawers, later=()):
    """A code cell as pieces, in order; together they are the cell. See `parts`.

    >>> code = "x = 1\\nfigures.lesson_01.film(x)\\nclaim('x is positive', x, above=0)"
    >>> [piece.part for piece in pieces(code, {"figures"})]
    ['idea', 'drawing', 'check']
    """
    lines, statements = source.splitlines(), ast.parse(source).body
    ends = [0, *(statement.end_lineno for statement in statements)]
    texts = ["\n".join(lines[a:b]) for a, b in zip(ends, ends[1:])]
    if texts and ends[-1] < len(lines):
        texts[-1] += "\n" + "\n".join(lines[ends[-1] :])
    found, runs = parts(statements, drawers, later), []
    for part, text in zip(found, texts):
        if not runs or runs[-1][0] != part:
            runs.append((part, []))
        runs[-1][1].append(text)
    cut = [piece for part, run in runs for piece in _chunks(part, run)]
    return [_silent(piece) for piece in cut[:-1]] + cut[-1:]


def _silent(piece):
    """A piece that was not the end of its cell shows no value of its last line."""
    last = ast.parse(piece.source).body[-1]
    is_value = isinstance(last, ast.Expr) and _called(last) not in ("print", "claim", "viz.show")
    return replace(piece, source=piece.source + ";") if is_value else piece


# --- text ----------------------------------------------------------------------------------------
def words(text):
    """How many words a text has; formulas and signs do not count."""
    return len(re.findall(r"\S*\w\S*", re.sub(r"\$.*?\$", "x", text)))


def blocks(source):
    """The blocks of a Markdown text: paragraphs, lists, tables, formulas; nothing folded."""
    source = re.sub(r"<details>.*?</details>", "", source, flags=re.DOTALL)
    return [block.strip() for block in BLOCK.findall(source) if block.strip()]


def sentences(paragraph):
    """The sentences of a paragraph; what is in italics, brackets or a formula is not cut."""
    joined = WHOLE.sub(lambda found: re.sub(r"\s", "\0", found[0]), paragraph.replace("\n", " "))
    return [text.replace("\0", " ").strip() for text in SENTENCE.split(joined)]


def _weight(sentence, first):
    """How much a sentence belongs on a slide, 0 the most; None if it does not."""
    if re.match(r"\*(?!\*)[^*]{30,}\*$", sentence):  # what is asked stands in italics
        return 0
    if "**" in sentence:
        return 1
    return 2 if first else None


def gist(source):
    """What of a Markdown text stands on a slide: (heading or None, text).

    The last two formulas, lists, tables and quotations stand there whole; of the prose the
    questions, then what is in bold, then the first sentence, as far as they fit.
    """
    heading, items, prose_before = None, [], False
    for block in blocks(source):
        if block.startswith("#"):
            if heading and re.sub(r"^#+ ", "", block) in NOT_ON_SLIDES:
                break
            heading = heading or re.sub(r"^#+ ", "", block)
        elif block.startswith(("- ", "1. ")):
            short = _short_list(block)
            items.append((-1 if words(short) <= MOST_WORDS else 3, words(short), short))
        elif block.startswith(("$$", "```", ">", "|")):
            items.append((-1, 0, block))
        else:
            for k, sentence in enumerate(sentences(block)):
                weight = _weight(sentence, k == 0 and not prose_before)
                if weight is not None:
                    items.append((weight, words(sentence), sentence))
            prose_before = True
    formulas = [item for item in items if item[2].startswith("$$")]
    items = [item for item in items if item not in formulas[:-2]]
    left, kept = MOST_WORDS, set()
    for index, (weight, length, _) in sorted(enumerate(items), key=lambda pair: pair[1][0]):
        if weight < 0 or length <= left or not kept:
            kept.add(index)
            left -= length
    return heading, "\n\n".join(items[index][2].strip() for index in sorted(kept))


def _short_list(block):
    """A list with the first sentence of each entry."""
    entries = re.split(r"\n(?=- |\d+\. )", block)
    cut = [re.match(r"(- |\d+\. )(.*)", entry, re.DOTALL).groups() for entry in entries]
    return "\n".join(mark + sentences(text)[0] for mark, text in cut)


def caption(source):
    """The first sentence of a text that is not too long to stand beside a picture; else ""."""
    for block in blocks(source):
        if not block.startswith(("#", "$$", "|", ">", "- ", "```")):
            first = sentences(block)[0]
            return first if words(first) <= 32 and first.count("*") % 2 == 0 else ""
    return ""


# --- the deck ------------------------------------------------------------------------------------
def drawn(outputs):
    """The outputs that are pictures or tables; of an animation and its film-strip the animation."""
    shown = [
        output for output in outputs if output.get("data", {}).keys() & {*PICTURES, "text/html"}
    ]
    moving = [output for output in shown if "image/gif" in output["data"]]
    return moving[:1] or shown


def said(outputs, checks):
    """What the outputs print, the lines of claims only (✓, ✗) or all but these."""
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    return [line for line in printed.splitlines() if line.startswith(("✓", "✗")) == checks]


class _Deck:
    """A deck that is being built: its cells so far, the heading that holds, who draws."""

    def __init__(self):
        self.cells, self.heading, self.drawers = [], "", set(DRAWING)
        self.top = self.notes = self.bare = None  # of the slide that was begun last

    def slide(self, kind, text, notes=(), heading=None):
        """Begin a slide: its heading, its text; `notes` are what is said."""
        self.close()
        if kind != "exercise":
            self.heading = heading or self.heading
        self.top = new_markdown_cell(text)
        self.top.metadata.update(slideshow={"slide_type": "slide"}, tags=[kind])
        self.top.metadata["heading"] = heading or self.heading
        self.notes = list(notes)
        self.cells.append(self.top)
        self.bare = self.top  # the last cell so far, while there is only text to see

    def close(self):
        """End the slide that was begun last: write its heading and its notes."""
        if self.top is not None:
            mark = "#" if "title" in self.top.metadata.tags else "##"
            self.top.source = f"{mark} {self.top.metadata.pop('heading')}\n\n{self.top.source}"
            notes = new_markdown_cell("\n\n".join(self.notes))
            notes.metadata["slideshow"] = {"slide_type": "notes"}
            self.cells.append(notes)
            self.top = None

    def code(self, source, outputs=(), kind=None):
        """Add code: on the slide that was begun last if it has a kind, else unseen."""
        cell = new_code_cell(source, outputs=list(outputs))
        cell.metadata.update(slideshow={"slide_type": "skip"}, tags=[kind or "unseen"])
        if kind not in (None, "still"):  # a layer: it comes with its slide, and is no step
            cell.metadata["jupyterlab-slideshow"] = {"layer": "slide"}
        self.bare = cell if kind is None and self.cells and self.cells[-1] is self.bare else None
        self.cells.append(cell)

    def note(self, text):
        """Add to what is said."""
        if self.notes is not None and text.strip():
            self.notes.append(text.strip())

    def on(self, kind):
        """The slide for code of this kind: the one that was begun last if it has one sentence only,
        without a question; a widget goes with its question. Else a new one.
        """
        last = self.top
        if last is not None and last.metadata.tags == ["text"] and self.cells[-1] is self.bare:
            text = last.source
            plain = not re.search(r"\n\n|\$\$|\n- |\*[^*]{30,}\*|\|", text)
            if words(text) <= MOST_WORDS and (plain or kind == "widget" and "$$" not in text):
                last.metadata["tags"] = [kind]
                return
        self.slide(kind, "")

    # --- Markdown
    def markdown(self, cell):
        """Put a Markdown cell of the lesson on slides and into notes."""
        own = slide_type(cell) in ("slide", "subslide")
        heading, text = gist(cell.source)
        exercise = (heading or "").startswith("Exercise")
        if heading in NOT_ON_SLIDES or not (own or heading or text):
            return self.note(cell.source)
        if not own and not heading:
            first = caption(cell.source)
            waits = self.top is not None and self.top.metadata.tags[0] in ("picture", "table")
            if waits and not self.top.source.strip():
                self.top.source = first
            strong = gist(cell.source.replace(first, "", 1))[1] if first else text
            if not re.search(r"\$\$|\*\*|(^|\n)(\||- |>)|\*[^*]{30,}\*", strong):
                return self.note(cell.source)
            text = strong
        self.slide("exercise" if exercise else "text", text, [cell.source], heading)

    # --- code
    def cell(self, cell, later):
        """Put a code cell of the lesson on slides, piece by piece, or let it run unseen.

        `later` are the names that later cells use.
        """
        off = slide_type(cell) == "skip"
        if any(tag.startswith("exercise:") for tag in cell.metadata.get("tags", [])):
            short = len_code(cell.source) <= MOST_LINES and not off
            return self.code(cell.source, cell.outputs, "stub" if short else None)
        if "show_quiz()" in cell.source:
            self.top.metadata["tags"] = ["quiz"]
            return self.code(cell.source, cell.outputs, "questions")
        cut = pieces(cell.source, self.drawers, later)
        shows = drawn(cell.outputs)
        talks = [k for k, piece in enumerate(cut) if piece.part == "idea"]
        draws = [k for k, piece in enumerate(cut) if piece.part == "drawing"] or talks
        seen = dict(zip(reversed(draws), reversed(shows)))  # what each piece shows
        for k, piece in enumerate(cut):
            outputs = [seen[k]] if k in seen else []
            lines = said(cell.outputs, checks=False) if talks and k == talks[-1] else []
            if piece.part == "widget":
                self.widget(piece)
            elif off or piece.part == "check":
                self.code(piece.source)
            elif piece.part == "idea":
                self.idea(piece, lines, outputs)
            else:
                self.picture(piece, outputs)
        self.note("\n".join(f"- {line}" for line in said(cell.outputs, checks=True)))

    def widget(self, piece):
        """A widget is alive on a slide of its own, until the still that follows takes its place."""
        self.on("widget")
        self.code(piece.source, kind="alive")

    def idea(self, piece, lines, outputs):
        """Code of the idea: on a slide if it is short enough and more than a line or two."""
        length = len_code(piece.source)
        acts = any(isinstance(node, ACTS) for node in ast.walk(ast.parse(piece.source)))
        only_prints = all(_called(node) == "print" for node in ast.parse(piece.source).body)
        if length > MOST_LINES or only_prints or not (acts and length > 2 or lines or outputs):
            self.note("\n".join(lines))
            self.code(piece.source)
            return self.note(f"```python\n{piece.source}\n```")
        room = max(3, 15 - length)
        text = "\n".join(lines[:room])
        printed = [new_output("stream", text=text + "\n")] if lines else []
        self.on("code")
        self.code(piece.source, [*printed, *outputs], "shown")

    def picture(self, piece, outputs):
        """The figure of a piece of code, without the code."""
        if not outputs:
            return self.code(piece.source)
        if self.top is not None and self.top.metadata.tags == ["widget"]:
            return self.code(piece.source, outputs[:1], "still")
        table = "text/html" in outputs[0]["data"]
        self.on("table" if table else "picture")
        if not table:
            self.note(f"*Seen: {outputs[0]['data'].get('text/plain', '')}*")
        return self.code(piece.source, outputs, "figure")


def deck(notebook):
    """The slides of a lesson as a notebook that runs: one Markdown cell a slide, and its notes.

    `notebook` is the lesson as nbformat reads it. The tag of a Markdown cell says what the slide
    is (title, text, picture, table, code, exercise, widget), that of a code cell what is seen of it
    (figure, alive, shown, stub, questions; still, where no kernel runs; unseen).
    """
    built, setup = _Deck(), True
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    used = [names(ast.parse(re.sub(r"^\s*%.*", "", c.source, flags=re.M))) for c in code[1:]]
    for cell in notebook.cells:
        if cell.cell_type == "code" and setup:
            setup = False
            built.code(cell.source)
        elif slide_type(cell) == "notes":
            built.note(cell.source)
        elif cell.cell_type == "code":
            used = used[1:]
            built.cell(cell, set().union(*used))
        elif cell.source.startswith("# "):
            heading, *paragraphs = cell.source.split("\n\n")
            paragraphs = [text for text in paragraphs if not text.startswith(("[▶", "**"))]
            notes = "\n\n".join(cell.source.split("\n\n")[2:])
            first = " ".join(sentences(paragraphs[0])[:2])
            built.slide("title", first, [notes], heading.removeprefix("# "))
            built.heading = heading.partition(" · ")[0].removeprefix("# ")
        elif slide_type(cell) != "skip":
            built.markdown(cell)
    if built.top.metadata.tags != ["text"]:  # JupyterLab shows no layer on the last slide
        built.slide("text", "", heading="Questions?")
    built.close()
    made = new_notebook(cells=built.cells, metadata={"kernelspec": notebook.metadata.kernelspec})
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"
    return made


def stepped(made):
    """The slides of a deck, in order: lists of cells, the first one the Markdown cell."""
    found = []
    for cell in made.cells:
        if slide_type(cell) == "slide":
            found.append([])
        if found and (cell.cell_type == "markdown" or "unseen" not in cell.metadata.tags):
            found[-1].append(cell)
    return found
