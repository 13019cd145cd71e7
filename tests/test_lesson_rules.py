"""The form of a lesson: each rule is a function of a lesson and its notebook that yields what is
wrong, and is shown here to pass and to fail on a small notebook.
"""

import ast
import builtins
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from cells import calls, lines, of_kind, parsed, printed, prose, read, shown, tags
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.lessons import (
    ROOT,
    Lesson,
    lines_to_study,
    minutes,
    notebooks,
    slide_type,
    written,
)

LIMITS = {12: 90, 16: 90, 18: 90, 19: 150}  # minutes alone, where they are not 75
REFERENCE = re.compile(r"\]\(https://[^)]+\)")
YEAR = re.compile(r"\b(1[89]|20)\d\d\b")
TABLES = {"store.load_rows", "store.weights_about"}
PLAIN = {*dir(builtins), "claim", "figures", "math", "np", "torch"}  # these train nothing


def takes_its_minutes(about, notebook):
    """A reader alone is done in 75 minutes, or in those of LIMITS."""
    alone, limit = minutes(notebook)[0], LIMITS.get(about.number, 75)
    if alone > limit:
        yield f"takes {alone} minutes alone, {limit} are allowed"


def shows_something_first(about, notebook):
    """One of the first three cells shows a picture, or a table of what the machine does."""
    if not any(data for cell in notebook.cells[:3] for data in shown(cell)):
        yield "wants a picture, or a demonstration, among the first three cells"


def draws_its_machine(about, notebook):
    """A call whose name says diagram, of viz or of figures, has a stored picture."""
    drawn = [
        cell
        for cell in of_kind(notebook, "code")
        if any("diagram" in name.split(".")[-1] for name in calls(parsed(cell)))
        and any("image/png" in data for data in shown(cell))
    ]
    if about.number and not drawn:
        yield "wants a stored picture by viz.diagram, or by a diagram of its figures"


def has_a_companion(about, notebook):
    """What is measured beyond the lesson is in notebooks/further, and its last cell says what."""
    if not about.number:
        return
    if about.companion not in notebooks():
        yield f"wants its companion {about.companion.relative_to(ROOT)}"
    last = [cell for cell in notebook.cells if slide_type(cell) != "notes"][-1]
    said = last.source.strip().split("Going further")[-1]
    if "Going further" not in last.source or f"(further/{about.name}.ipynb)" not in said:
        yield "wants as its last words 'Going further' and a list with a link to its companion"


def claims_little(about, notebook):
    """Between two pieces of text, the lines that claims print are at most three."""
    in_a_row = 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            in_a_row = 0
        elif "claim" in calls(parsed(cell)):
            in_a_row += sum(line.startswith("✓ ") for line in printed(cell))
            if in_a_row > 3:
                yield f"makes {in_a_row} claims in a row, 3 are allowed: {cell.source[-80:]}"


def names_of(node):
    """Names that a piece of code reads."""
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }


def computing(node):
    """What a piece of code calls by name: fit of fit(x).history[0], np of np.mean(x)."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            while not isinstance(inner, (ast.Name, ast.Constant)) and inner is not None:
                inner = getattr(inner, "func", getattr(inner, "value", None))
            found.add(getattr(inner, "id", None))
    return found - {None}


def origin(node, known):
    """Where a value comes from: "table", "run", or None for a literal. `known` tells of names."""
    seen = {known[name] for name in names_of(node) if known.get(name)}  # None: a literal
    if TABLES & calls(node):
        return "table"
    if "run" in seen or computing(node) - PLAIN - set(known):
        return "run"
    return "table" if seen else None


def assignments(tree):
    """(name, value) of each assignment and loop in a piece of code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, (ast.For, ast.comprehension)):
            targets, value = [node.target], node.iter
        else:
            continue
        for target in targets:
            yield from ((n.id, value) for n in ast.walk(target) if isinstance(n, ast.Name))


def says_what_is_stored(about, notebook):
    """A claim says stored=True when all that it reads comes from a table, and only if some does.

    As far as can be seen from the code: what a function makes of a table counts as this run's.
    """
    known = {}
    for cell in of_kind(notebook, "code"):
        for name, value in assignments(parsed(cell)):
            known[name] = origin(value, known)
        known = {name: source for name, source in known.items() if source}
        for node in ast.walk(parsed(cell)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "claim":
                says = any(keyword.arg == "stored" for keyword in node.keywords)
                if origin(node, known) == "table" and not says:
                    yield f"wants stored=True: {ast.unparse(node)}"
                tables = {name for name, source in known.items() if source == "table"}
                if says and not (names_of(node) & tables or TABLES & calls(node)):
                    yield f"reads no table, but says stored=True: {ast.unparse(node)}"


def is_formatted(about, notebook):
    """`ruff format` leaves it as it is; cells have at most 20 lines of at most 100 characters."""
    command = ["ruff", "format", "--check", "--stdin-filename", str(about.path), "-"]
    text = nbformat.writes(notebook)
    check = subprocess.run(
        [sys.executable, "-m", *command],
        input=text,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    if check.returncode:
        yield f"wants ruff format {check.stderr.strip()}"
    for cell in of_kind(notebook, "code"):
        if len(lines(cell)) > 20 or any(len(line) > 100 for line in lines(cell)):
            yield f"has a cell of more than 20 lines, or a line over 100: {cell.source[:80]}"


def keeps_sections_short(about, notebook):
    """Between two headings ## there are at most 40 lines of code to study."""
    heading, studied = "its opening", 0
    for cell in notebook.cells[2:]:
        found = re.findall(r"^## .*", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and found:
            heading, studied = found[-1], 0
        elif cell.cell_type == "code":
            studied += lines_to_study(cell)
            if studied > 40:
                yield f"has {studied} lines of code below {heading!r}, 40 are allowed"


def has_the_shape(about, notebook):
    """Exercises, "Commonly misstated", a quiz of three, what breaks next, references with links."""
    text = prose(notebook)
    exercises = sum(len(tags(cell, "exercise:")) for cell in notebook.cells)
    if not (2 <= exercises <= 4 if about.number else exercises == 1):
        yield f"has {exercises} exercises"
    asked = [cell for cell in of_kind(notebook, "code") if "show_quiz()" in cell.source]
    if [sum("text/html" in data for data in shown(cell)) for cell in asked] != [3]:
        yield "wants one quiz of three questions"
    if "REDO" in "".join(cell.source for cell in of_kind(notebook, "code")):
        yield "measures a table (REDO): that belongs to its companion"
    headings = re.findall(r"^##+ (.*)$", text, re.MULTILINE)
    wanted = ["Commonly misstated", "Quiz", "What breaks next", "References"]
    if about.number and [heading for heading in headings if heading in wanted] != wanted:
        yield f"wants the headings {', '.join(wanted)}, in this order"
    references = text.partition("## References")[2].partition("Going further")[0]
    for line in re.findall(r"^- .*", references, re.MULTILINE):
        if not (REFERENCE.search(line) and YEAR.search(line) and "*" in line):
            yield f"wants a link, a year and a *title* in the reference {line!r}"


RULES = [
    takes_its_minutes,
    shows_something_first,
    draws_its_machine,
    has_a_companion,
    claims_little,
    says_what_is_stored,
    is_formatted,
    keeps_sections_short,
    has_the_shape,
]


@pytest.mark.parametrize("rule", RULES)
def test_lessons_keep_the_rule(rule):
    for about in written():
        assert not list(rule(about, read(about.path))), about.name


def test_companions_are_formatted():
    for path in notebooks():
        if path.parent.name == "further":
            assert not list(is_formatted(SimpleNamespace(path=path), read(path))), path.name


SMALL = Lesson(4, "small", "Small", (), "GANs")
REFERENCES = """## What breaks next

That.

## References

- A. Author 2014, [*A title*](https://arxiv.org/abs/1406.2661)

**Going further** in [the companion](further/04_small.ipynb):

- a sweep"""


def code(source, picture=None, html=(), stdout=""):
    """A code cell with outputs."""
    outputs = [new_output("stream", name="stdout", text=stdout)] if stdout else []
    pages = [{"image/png": "…"}] * bool(picture) + [{"text/html": page} for page in html]
    outputs += [new_output("display_data", data=page) for page in pages]
    return new_code_cell(source, outputs=outputs)


def small():
    """A lesson that keeps every rule, as {name of a cell: cell}."""
    stubs = [new_code_cell("...", metadata={"tags": [f"exercise:04.{k}"]}) for k in (1, 2)]
    return {
        "title": new_markdown_cell("# Lesson 04 · Small"),
        "setup": code("SEED = 0"),
        "first": code("viz.show(fig, text)", picture=True),
        "section": new_markdown_cell("## 1 · Why?"),
        "diagram": code("viz.diagram(boxes)", picture=True),
        "claims": code("gap = measure()\nclaim(text, gap, above=1)", stdout="✓ it is (> 1)\n"),
        "exercise": stubs[0],
        "another": stubs[1],
        "misstated": new_markdown_cell("## Commonly misstated\n\n> So.\n\n## Quiz"),
        "quiz": code("lesson_04.show_quiz()", html=("?", "?", "?")),
        "end": new_markdown_cell(REFERENCES),
        "notes": new_markdown_cell("5 min", metadata={"slideshow": {"slide_type": "notes"}}),
    }


CLAIM = """rows = store.load_rows(path)
best = max(row["hq"] for row in rows)
claim(text, {}, above=1{})"""
BROKEN = [  # (rule, name of a cell, what stands there instead)
    (takes_its_minutes, "section", new_markdown_cell("word " * 150 * 75)),
    (shows_something_first, "first", code("train()")),
    (draws_its_machine, "diagram", code("viz.show(fig, text)", picture=True)),
    (draws_its_machine, "diagram", code("viz.diagram(boxes)")),
    (has_a_companion, "end", new_markdown_cell(REFERENCES.replace("04_small", "05_small"))),
    (has_a_companion, "end", new_markdown_cell(REFERENCES.partition("**Going")[0])),
    (claims_little, "claims", code("claim(a, b, above=1)", stdout="✓ it is (> 1)\n" * 4)),
    (says_what_is_stored, "claims", code(CLAIM.format("rows[0]['hq']", ""))),
    (says_what_is_stored, "claims", code(CLAIM.format("np.mean(best)", ""))),
    (says_what_is_stored, "claims", code(CLAIM.format("measure()", ", stored=True"))),
    (is_formatted, "claims", code("claim(a,b,above = 1)")),
    (is_formatted, "claims", code("\n".join(f"x = {k}" for k in range(21)))),
    (is_formatted, "claims", code(f"x = 1  # {'long ' * 20}end")),
    (keeps_sections_short, "claims", code("\n".join(f"x = {k}" for k in range(41)))),
    (has_the_shape, "another", code("pass")),
    (has_the_shape, "quiz", code("lesson_04.show_quiz()", html=("?", "?"))),
    (has_the_shape, "misstated", new_markdown_cell("## Quiz")),
    (has_the_shape, "claims", code("if 'part' in REDO:\n    pass")),
    (has_the_shape, "end", new_markdown_cell(REFERENCES.replace("https://", ""))),
    (has_the_shape, "end", new_markdown_cell(REFERENCES.replace("2014", ""))),
]
STORED_RIGHTLY = [
    CLAIM.format("best", ", stored=True"),
    CLAIM.format("measure(1) - rows[0]['hq']", ""),  # measured anew
    CLAIM.format("share(rows)", ", stored=True"),
    "for k in (1, 2):\n    claim(text, k, above=0)",
]


@pytest.fixture
def companion(monkeypatch):
    """Let the small lesson's companion be there."""
    monkeypatch.setitem(globals(), "notebooks", lambda: [SMALL.companion])


@pytest.mark.parametrize("rule", RULES)
def test_a_small_lesson_keeps_the_rule(rule, companion):
    assert not list(rule(SMALL, new_notebook(cells=[*small().values()])))


@pytest.mark.parametrize("rule, name, cell", BROKEN)
def test_a_rule_notices_what_is_broken(rule, name, cell, companion):
    cells = small() | {name: cell}
    assert list(rule(SMALL, new_notebook(cells=[*cells.values()])))


def test_a_lesson_without_its_companion_is_noticed():
    assert list(has_a_companion(SMALL, new_notebook(cells=[*small().values()])))


@pytest.mark.parametrize("source", STORED_RIGHTLY)
def test_a_claim_that_says_rightly_where_it_reads_passes(source):
    cells = small() | {"claims": code(source)}
    assert not list(says_what_is_stored(SMALL, new_notebook(cells=[*cells.values()])))
