"""The house rules of the package: small modules, no entanglement, documented, no pins."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.lessons import LESSONS, ROOT, written

PACKAGE = ROOT / "course_utils"
PARTS = sorted(path for path in PACKAGE.glob("*.py") if not path.name.startswith("__"))
FILES = sorted(PACKAGE.rglob("*.py"))
ALLOWED = {("metrics", "distributions"), ("live", "viz"), ("english", "text")}
BY_NAME = {"argvalues": FILES, "ids": lambda path: str(path.relative_to(ROOT))}


def parsed(path):
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(node):
    """Lines of a function's body, its docstring not counted."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_the_parts_are_small():
    sizes = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in PARTS}
    assert sum(sizes.values()) <= 2000 and max(sizes.values()) <= 200, sizes


@pytest.mark.parametrize("path", **BY_NAME)
def test_a_module_keeps_the_rules(path):
    limit = 150 if path.parent.name == "exercises" else 200
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit
    module = parsed(path)
    assert ast.get_docstring(module)
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            assert code_lines(node) <= 25, node.name
        if isinstance(node, ast.ClassDef):
            assert [ast.unparse(base) for base in node.bases] in (
                [],
                ["nn.Module"],
                ["Exception"],
            ), node.name
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


def imported(path):
    """What a part imports of course_utils, whichever way it is written."""
    names = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, ["course_utils" if node.level else "", node.module]))
            names += [f"{base}.{alias.name}" for alias in node.names]
        if isinstance(node, ast.Import):
            names += [f"{alias.name}." for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("course_utils.")}


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_no_part_leans_on_another(path):
    assert imported(path) <= {other for part, other in ALLOWED if part == path.stem}


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_errors_say_what_was_wanted(path):
    for node in ast.walk(parsed(path)):
        if (
            isinstance(node, ast.Raise)
            and node.exc
            and ast.unparse(node.exc).startswith("ValueError")
        ):
            assert re.search(r"\b(want|got)", ast.unparse(node.exc), re.I), ast.unparse(node)


def test_versions_are_pinned_in_one_place():
    for path in [
        ROOT / "pyproject.toml",
        ROOT / "environment.yml",
        ROOT / "README.md",
        *(ROOT / ".github").rglob("*.yml"),
    ]:
        assert not re.search(r"==\s*\d", path.read_text(encoding="utf-8")), path.name
    for lesson in written():
        code = [
            cell.source
            for cell in nbformat.read(lesson.path, as_version=4).cells
            if cell.cell_type == "code"
        ]
        # a comparison has blanks: x == 1
        assert not re.search(r"pip install.*==|[\w\]]==\d", "\n".join(code)), lesson.path.name


def test_readme_lists_the_lessons_as_they_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for lesson in LESSONS:
        needs = ", ".join(f"{number:02d}" for number in lesson.needs)
        row = f"| {lesson.number:02d} | {lesson.title} | {lesson.minutes} | {needs} |".replace(
            "|  |", "| |"
        )
        assert row in readme, row
        line = next(line for line in readme.splitlines() if line.startswith(row))
        assert (lesson.path.name in line) == lesson.path.exists()


def test_the_top_level_is_what_the_readme_says():
    allowed = {
        "README.md",
        "Makefile",
        "LICENSE",
        "environment.yml",
        "pyproject.toml",
        "constraints.txt",
        "notebooks",
        "course_utils",
        "data",
        "tests",
    }
    found = {
        path.name
        for path in Path(ROOT).iterdir()
        if not path.name.startswith(".") and not path.name.endswith(".egg-info")
    }
    assert found <= allowed | {"build"}, found - allowed
