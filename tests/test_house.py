"""The house rules: floors without an upward import, ruff, documented names, one place for pins."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter

import nbformat
import pytest
import yaml

from course_utils.lessons import ROOT, written

PACKAGE = ROOT / "course_utils"
FILES = sorted(PACKAGE.rglob("*.py"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
BY_NAME = {"argvalues": FILES, "ids": lambda path: str(path.relative_to(ROOT))}

# The floors of the package, from the ground up. A module may import from its own floor and from
# those below it. Figures, exercises and the command line stand on the rest. "" is __init__.py.
FLOORS = (
    ("", "lessons", "run", "store", "distributions", "losses", "models", "metrics"),
    ("tally", "text.tiny", "text.tokens", "viz.pictures"),
    (
        "text.corpora",
        "text.english",
        "text.evaluation",
        "text.grammar",
        "text.kneser_ney",
        "text.names",
    ),
    ("text.intake", "text.tatoeba", "text.training", "text.vae", "viz.diagrams", "viz.tables"),
    ("text.own",),
    ("text", "checks", "viz"),
    ("flow", "steering", "live"),
    ("keep", "project", "report", "slides", "teaching"),
    ("pages",),
    ("figures", "exercises", "tools", "__main__"),
)

RUFF = ("check .", "format --check .")  # what `make test`, CI and .pre-commit-config.yaml run
TEXT = "Makefile *.toml *.yml .*.yaml .git[ai]* .ci/run .github/**/*.yml".split()  # lines ≤ 100


def parsed(path):
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def body_lines(function):
    """How many lines the body of a function has, its docstring not counted."""
    body = function.body[ast.get_docstring(function) is not None :]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


# --- ruff ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("arguments", RUFF)
def test_ruff_has_nothing_to_say(arguments):
    command = [sys.executable, "-m", "ruff", *arguments.split(), "--output-format", "concise"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, f"ruff {arguments}\n{done.stdout}{done.stderr}"


def test_ruff_spares_no_file():
    ruff = SETTINGS["ruff"]
    assert "format" not in ruff
    assert ruff["lint"]["per-file-ignores"] == {"notebooks/**": ["F401"]}


def test_pre_commit_runs_what_the_tests_run():
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (local,) = configuration["repos"]
    assert local["repo"] == "local"
    assert [hook["entry"] for hook in local["hooks"]] == [f"python -m ruff {line}" for line in RUFF]
    for hook in local["hooks"]:
        assert hook["language"] == "system" and "additional_dependencies" not in hook
        assert hook["pass_filenames"] is False


def test_no_line_of_a_text_file_is_longer_than_100_columns():
    """Of Python ruff sees to it; paragraphs of Markdown are a line each."""
    files = [path for pattern in TEXT for path in ROOT.glob(pattern)]
    assert ROOT / "Makefile" in files and ROOT / ".gitignore" in files
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 100
    ]
    assert not long, long


# --- modules -------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", **BY_NAME)
def test_a_module_keeps_the_rules(path):
    module = parsed(path)
    assert ast.get_docstring(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            assert body_lines(node) <= 45, node.name
        if isinstance(node, ast.ClassDef):
            bases = [ast.unparse(base) for base in node.bases]
            assert bases in ([], ["nn.Module"], ["Exception"]), node.name
        if isinstance(node, ast.ImportFrom):
            assert [alias.name for alias in node.names] != ["*"]


@pytest.mark.parametrize("path", **BY_NAME)
def test_public_names_are_documented(path):
    for node in parsed(path).body:
        for definition in [node, *(node.body if isinstance(node, ast.ClassDef) else [])]:
            if isinstance(definition, (ast.FunctionDef, ast.ClassDef)) and not re.match(
                "_|forward$", definition.name
            ):
                assert ast.get_docstring(definition), definition.name


@pytest.mark.parametrize("path", **BY_NAME)
def test_errors_say_what_was_wanted(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Raise) and node.exc:
            error = ast.unparse(node.exc)
            if error.startswith("ValueError"):
                assert re.search(r"\b(want|got)", error, re.I), error


# --- floors --------------------------------------------------------------------------------------
def name_of(path):
    """A module's name inside the package, such as text.tokens; text/__init__.py is text."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def targets(name):
    """What a module imports of the package, as tuples such as (text, tokens, pad)."""
    folder = MODULES[name].parent.relative_to(PACKAGE).parts
    for node in ast.walk(parsed(MODULES[name])):
        if isinstance(node, ast.Import):
            whole = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ("course_utils", *folder)[: len(folder) + 2 - node.level] if node.level else ()
            start += tuple(node.module.split(".")) if node.module else ()
            whole = [(*start, alias.name) for alias in node.names]
        else:
            continue
        yield from (parts[1:] for parts in whole if parts[0] == "course_utils")


def imported(name):
    """The modules of the package that a module imports.

    Whoever imports text.tokens from outside of text/ runs text/__init__.py as well, so both count.
    """
    around = {".".join(name.split(".")[:k]) for k in range(1, name.count(".") + 2)}
    found = set()
    for parts in targets(name):
        steps = [".".join(parts[:k]) for k in range(1, len(parts) + 1)]
        *packages, module = [step for step in steps if step in MODULES] or [""]
        found |= {module} | (set(packages) - around)
    return found - {""}


def floor(name):
    """The number of the floor that a module stands on."""
    for number, names in enumerate(FLOORS):
        if name in names or (names is FLOORS[-1] and name.split(".")[0] in names):
            return number
    raise AssertionError(f"{name} has no floor: write it into FLOORS")


@pytest.mark.parametrize("name", MODULES)
def test_no_import_goes_upward(name):
    above = {other for other in imported(name) if floor(other) > floor(name)}
    assert not above, f"{name} stands below {', '.join(sorted(above))}"


def test_imports_make_no_circle():
    TopologicalSorter({name: imported(name) for name in MODULES}).prepare()  # raises CycleError


def test_every_name_in_the_table_is_a_module():
    listed = {name for names in FLOORS for name in names}
    assert listed <= set(MODULES), listed - set(MODULES)


def test_all_folders_of_the_package_are_installed():
    installed = SETTINGS["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in FILES if path.name == "__init__.py"}
    named = {".".join(folder.parts) for folder in folders} | {"course_utils.data"}
    assert sorted(installed) == sorted(named)


def test_the_reading_of_imports_sees_every_way_to_write_one(tmp_path, monkeypatch):
    ways = """
from . import corpora
from .. import models, run
from ..store import load_rows
import course_utils.viz
from course_utils.tools.execute import execute
def late():
    from .grammar import Grammar
import torch
from course_utils import text
"""
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "tokens.py").write_text(ways)
    monkeypatch.setitem(MODULES, "text.tokens", tmp_path / "text" / "tokens.py")
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    found = "text.corpora models run store viz tools tools.execute text.grammar text"
    assert imported("text.tokens") == set(found.split())


# --- the course folder ---------------------------------------------------------------------------
def test_versions_are_pinned_in_one_place():
    names = ("pyproject.toml", "environment.yml", "README.md", ".pre-commit-config.yaml")
    for path in [*(ROOT / name for name in names), *(ROOT / ".github").rglob("*.yml")]:
        assert not re.search(r"==\s*\d", path.read_text(encoding="utf-8")), path.name
    for lesson in written():
        cells = nbformat.read(lesson.path, as_version=4).cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        # a comparison has spaces: x == 1
        assert not re.search(r"pip install.*==|[\w\]]==\d", code), lesson.path.name


def test_the_top_level_is_what_the_readme_says():
    files = "README.md LICENSE CITATION.cff Makefile environment.yml pyproject.toml constraints.txt"
    allowed = {*files.split(), "notebooks", "course_utils", "data", "tests", "build", "mutants"}
    shown = {path.name for path in ROOT.iterdir() if not re.match(r"\.|.*\.egg-info$", path.name)}
    assert shown <= allowed, shown - allowed
