"""The words of the course: the glossary, terms used before their lesson, and private words."""

import ast
import re
import tokenize
from io import StringIO
from typing import NamedTuple

import pytest
from cells import read
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.lessons import LESSONS, ROOT, notebooks, written

NUMBERS = range(20)  # of the lessons as they are to be; LESSONS holds those that are there today
FURTHER = ROOT / "notebooks" / "further"
PACKAGE = ROOT / "course_utils"
ENTRY = re.compile(
    r"\*\*(?P<term>[^*]+)\*\*(?: \(also: (?P<also>[^)]+)\))?"
    r" · (?:\[lesson (?P<number>\d\d)\]\((?P<link>[^)]+)\)|lesson (?P<planned>\d\d)) · (?P<text>.+)"
)
POINTS_AHEAD = re.compile(r"\blessons? ((?:\d\d|,| |and|or|to)+)")
AHEAD = re.compile(r"(?:#+ |\*\*)(?:What breaks next|References|Going further)\b")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?:[^)]*?\b(\d\d)_\w+\.ipynb)?[^)]*\)")
HTML = re.compile(r"</?[a-z]+(?: [^>]*)?>")
PRIVATE = re.compile(r"\b(?:bells?|laws?|blanks|mend(?:s|ed)?|people['’]s)\b", re.IGNORECASE)
ONE_LESSON = re.compile(r"lesson_(\d\d)\.py")  # a module of exercises or of figures


class Entry(NamedTuple):
    """A term of the glossary, with all the forms that stand for it and what is said of it."""

    term: str
    forms: list
    number: int
    link: str | None
    text: str


# --- reading ------------------------------------------------------------------------------------
def glossary_of(notebook):
    """The entries of a glossary, in order: every paragraph but headings and the first cell."""
    entries = []
    for cell in notebook.cells[1:]:
        for paragraph in cell.source.split("\n\n"):
            if not paragraph.startswith("#"):
                found = ENTRY.fullmatch(paragraph)
                assert found, f"wanted **term** · [lesson NN](link) · text, got {paragraph!r}"
                forms = [found["term"], *filter(None, (found["also"] or "").split(", "))]
                number = int(found["number"] or found["planned"])
                entries.append(Entry(found["term"], forms, number, found["link"], found["text"]))
    return entries


def sentences(text):
    """The sentences of a Markdown text; code and the titles of lessons are left out, and of a link
    nothing stays but the number of the lesson that it leads to.
    """
    text = HTML.sub(" ", CODE.sub(" ", text))
    text = LINK.sub(lambda link: f"lesson {link[1]}" if link[1] else " ", text)
    for one in LESSONS:
        text = text.replace(one.title, " ") if " " in one.title else text
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*|>#]+|\d+\.) )", text)
    return [
        " ".join(part.replace("*", "").split())
        for block in blocks
        for part in re.split(r"(?<=[.!?])\s+", block)
    ]


def plain(source):
    """Python code with `pass` in place of IPython's magic lines."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)


def shown(source):
    """The texts that Python code may show a reader: its strings, but not the keys of look-ups."""
    tree = ast.parse(plain(source))
    texts, skip = [], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            skip.add(node.slice)
        if isinstance(node, ast.JoinedStr):
            skip.update(node.values)
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            texts.append(" … ".join(parts))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skip:
            texts.append(node.value)
    return texts


def documented(source):
    """The docstrings of Python code."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [text for text in map(ast.get_docstring, nodes) if text]


def comments(source):
    """The comments of Python code."""
    tokens = tokenize.generate_tokens(StringIO(plain(source)).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def passages(notebook):
    """What a notebook tells its reader: (number of the cell, sentence) of prose and figure texts.

    Left out are its title and what looks ahead: "What breaks next", "References", "Going further".
    """
    found, ahead = [], False
    for index, cell in enumerate(notebook.cells):
        texts = shown(cell.source) if cell.cell_type == "code" else []
        if cell.cell_type == "markdown":
            kept = []
            for line in cell.source.splitlines():
                ahead = bool(AHEAD.match(line)) or (ahead and not re.match("#+ ", line))
                if not ahead and not line.startswith("# "):
                    kept.append(line)
            texts = ["\n".join(kept)]
        found += [(index, sentence) for text in texts for sentence in sentences(text)]
    return found


def modules_of(number):
    """The modules of that lesson alone, those that are there: its exercises and its figures."""
    name = f"lesson_{number:02d}.py"
    return [path for path in sorted(PACKAGE.glob("*/lesson_*.py")) if path.name == name]


# --- finding ------------------------------------------------------------------------------------
def pattern(forms):
    """A pattern with one group a form: whole words, singular or plural, the longest form first.

    Upper and lower case are the same but for acronyms: GAN, KL, R1.
    """
    groups = []
    for form in forms:
        plural = rf"{re.escape(form[:-1])}(?:y|ies)" if form.endswith("y") else re.escape(form)
        plural = re.sub(r"\\[ -]", "[ -]", plural) + "(?:e?s)?"
        acronym = form == form.upper() or len(re.findall("[A-Z]", form)) > 1
        groups.append(f"({plural})" if acronym else f"((?i:{plural}))")
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})(?!\w)")


def early_terms(notebook, number, glossary, modules=()):
    """The terms that a lesson uses before the lesson that introduces them: a list of (term, cell).

    `number` is the lesson's; `modules` are the paths of its exercises and figures, and their names
    stand in place of the cell's number. A sentence that names a later lesson is exempt.
    """
    owners = {form: entry for entry in glossary for form in entry.forms}
    forms = sorted(owners, key=len, reverse=True)
    every = pattern(forms)
    texts = passages(notebook)
    for path in modules:
        source = path.read_text(encoding="utf-8")
        texts += [
            (f"{path.parent.name}/{path.name}", sentence)
            for text in shown(source)
            for sentence in sentences(text)
        ]
    early = []
    for cell, sentence in texts:
        named = re.findall(r"\d\d", " ".join(POINTS_AHEAD.findall(sentence)))
        if not any(int(digits) > number for digits in named):
            found = [owners[forms[match.lastindex - 1]] for match in every.finditer(sentence)]
            early += [(entry.term, cell) for entry in found if entry.number > number]
    return list(dict.fromkeys(early))


def private(texts):
    """The lines of these texts that have private words; code in backticks does not count."""
    lines = [line for text in texts for line in CODE.sub(" ", text).splitlines()]
    return [line.strip() for line in lines if PRIVATE.search(line)]


def told(notebook):
    """All that a notebook tells in words: Markdown, strings and comments of its code."""
    texts = []
    for cell in notebook.cells:
        code = cell.cell_type == "code"
        texts += [*shown(cell.source), *comments(cell.source)] if code else [cell.source]
    return texts


# --- the glossary -------------------------------------------------------------------------------
def rank(term):
    """What terms are ordered by: their letters and digits; β is beta."""
    return re.sub(r"[^a-z0-9]", "", term.casefold().replace("β", "beta"))


GLOSSARY = glossary_of(read(FURTHER / "glossary.ipynb"))


def test_the_glossary_has_each_term_once_in_alphabetical_order():
    forms = [form.casefold() for entry in GLOSSARY for form in entry.forms]
    assert sorted(forms) == sorted(set(forms))
    order = [rank(entry.term) for entry in GLOSSARY]
    assert order == sorted(order)
    headings = [cell.source.split("\n")[0] for cell in read(FURTHER / "glossary.ipynb").cells[1:]]
    assert headings == [f"## {letter}" for letter in sorted({word[0].upper() for word in order})]


def test_each_entry_says_what_the_term_means_and_which_lesson_introduces_it():
    there = {one.number: one.path for one in LESSONS if one.path.exists()}
    for term, _, number, link, text in GLOSSARY:
        assert number in NUMBERS, term
        assert text.endswith(".") and len(text.split()) >= 5, term
        home = (FURTHER / link).resolve() if link else None
        wanted = {there[number]} if number in there else {None, *there.values()}
        assert home in wanted, f"{term}: lesson {number:02d} is not {link}"


# --- the lessons --------------------------------------------------------------------------------
def test_a_lesson_uses_no_term_before_its_lesson():
    for about in written():
        modules = modules_of(about.number)
        early = early_terms(read(about.path), about.number, GLOSSARY, modules)
        assert not early, f"{about.name}: {early}"


def test_notebooks_have_no_private_words():
    for path in notebooks():
        assert not private(told(read(path))), path.name


def test_the_package_and_its_pages_have_no_private_words():
    pages = [ROOT / "README.md", ROOT / "data" / "README.md"]
    for path in [*sorted(PACKAGE.rglob("*.py")), *pages]:
        text, own = path.read_text(encoding="utf-8"), ONE_LESSON.fullmatch(path.name)
        if path in pages:
            texts = [text]
        else:
            texts = [*(shown if own else documented)(text), *comments(text)]
        name = path.relative_to(ROOT).as_posix()
        assert not private(texts), name


# --- the checks find what they should, and nothing else -----------------------------------------
SMALL = [
    Entry("GAN", ["GAN"], 1, None, ""),
    Entry("mode", ["mode"], 2, None, ""),
    Entry("mode collapse", ["mode collapse"], 2, None, ""),
    Entry("critic", ["critic"], 5, None, ""),
    Entry("VAE", ["VAE", "variational autoencoder"], 10, None, ""),
    Entry("posterior", ["posterior"], 10, None, ""),
    Entry("posterior collapse", ["posterior collapse"], 11, None, ""),
    Entry("entropy", ["entropy"], 8, None, ""),
]


def early_in(*sources, number=2, code=False):
    """What early_terms finds in a lesson of these cells."""
    make = new_code_cell if code else new_markdown_cell
    return early_terms(new_notebook(cells=[make(source) for source in sources]), number, SMALL)


@pytest.mark.parametrize(
    "text, terms",
    [
        ("A GAN has modes, and mode collapse.", []),
        ("A *critic* looks at it.", ["critic"]),
        ("Critics are networks.", ["critic"]),
        ("One VAE, and two\nvariational autoencoders.", ["VAE"]),
        ("The entropies differ.", ["entropy"]),
        ("It is posterior\ncollapse.", ["posterior collapse"]),
        ("vae is no acronym, critical is no critic's word, and criticise is none.", ["critic"]),
        ("$$\\mathrm{VAE}(x)$$", ["VAE"]),
    ],
)
def test_early_terms_are_found_as_whole_words(text, terms):
    assert early_in(text) == [(term, 0) for term in terms]


def test_early_terms_are_found_in_figure_texts_and_modules(tmp_path):
    assert early_in('viz.show(fig, f"The critic of step {k} falls.")', code=True) == [("critic", 0)]
    assert early_in('score = rows["critic"]  # the critic', code=True) == []
    module = tmp_path / "lesson_02.py"
    module.write_text(
        'quiz("Is a critic a VAE?", {"No.": "See lesson 05: a critic gives a score."})'
    )
    names = [(term, f"{tmp_path.name}/lesson_02.py") for term in ("critic", "VAE")]
    assert early_terms(new_notebook(), 2, SMALL, [module]) == names


def test_what_looks_ahead_is_exempt():
    ahead = "## What breaks next\n\nA critic.\n\n## References\n\n- *A VAE*"
    assert early_in("# Lesson 02 · A critic", ahead, "**Going further**: the VAE.") == []
    assert early_in(ahead, "### Another section\n\nA critic.") == [("critic", 1)]
    assert early_in("A critic (lesson 05), a VAE (lessons 09 and 10). A `critic`.") == []
    assert early_in("[A critic](05_wasserstein.ipynb) stands in lesson 01. So does a critic.") == [
        ("critic", 0)
    ]
    assert early_in("| f | a critic (lesson 05 on) |\n| z | what a VAE gives |") == [("VAE", 0)]
    assert early_in("A critic ([a score](../05_wasserstein.ipynb)), x_<t, and x > t.") == []
    assert early_in("A critic ([a score](https://example.org)).") == [("critic", 0)]
    assert early_in("A critic, as in lesson 01.", number=5) == []


def test_private_words_are_found():
    wrong = 'def f():\n    """Draws from a bell."""\n    # the Law\n    return people["laws"]\n'
    assert len(private(documented(wrong))) == len(private(comments(wrong))) == 1
    assert private(shown(wrong)) == ["Draws from a bell."]
    assert private(["the people’s digits", "blanks"]) == ["the people’s digits", "blanks"]
    assert private(["a lawn, `bell`, amend"]) == []
    cells = [new_code_cell("x = 1  # a bell"), new_code_cell('"mends"'), new_markdown_cell("laws")]
    assert len(private(told(new_notebook(cells=cells)))) == 3
