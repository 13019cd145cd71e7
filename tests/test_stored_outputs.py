"""Stored outputs are compared with those of today: tried on a notebook, in a pytest of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

DOCTOR = "✓ torch       {}\n✓ data/a      3 kB\neverything is here\n"
QUIZ = (
    "<p>1. Why?</p><details><summary>a</summary>{}</details><details><summary>b</summary></details>"
)


def printing(stored, today):
    """A code cell that stores one text and prints another."""
    output = new_output("stream", name="stdout", text=stored)
    return new_code_cell(f"print({today!r}, end='')", execution_count=1, outputs=[output])


def showing(stored, today):
    """A code cell that stores one page and shows another."""
    source = f"from IPython.display import HTML, display\ndisplay(HTML({today!r}))"
    output = new_output("display_data", data={"text/html": stored})
    return new_code_cell(source, execution_count=1, outputs=[output])


RIGHT = [
    printing("1.234 s\n✓ two is more than one (> 1)\n", "1.235 s\n✓ two is more than one (> 1)\n"),
    printing("✓ computed bound (< 0.0718333)\n", "✓ computed bound (< 0.069841)\n"),
    printing("✓ computed bound (> 1.450617)\n", "✓ computed bound (> 1.45)\n"),
    printing("Exercise 1 … not answered yet\n", "Exercise 1 … not answered yet\n"),
    printing(DOCTOR.format("2.6"), DOCTOR.format("2.13+cpu")),
    showing(QUIZ.format("yes"), QUIZ.format("yes")),
    showing("<table>0.12</table>", "<table>0.13</table>"),
]
WARNING = "import sys, warnings\nprint(17, file=sys.stderr)\nwarnings.warn('old names')"
STALE = [
    (printing("✓ two (> 1)\n", "✓ three (> 1)\n"), "✓ three (> 1)"),
    (printing("✓ two (> 1)\n", "✓ two (> 1)\n✓ another (> 1)\n"), "✓ another (> 1)"),
    (printing("✓ two (> 0.5)\n", "✓ two (> 0.45)\n"), "✓ two (> 0.45)"),
    (printing("✓ two (> 0.453729)\n", "✓ two (< 0.45)\n"), "✓ two (< 0.45)"),
    (printing("✓ two (> 1)\n✓ old (> 1)\n", "✓ two (> 1)\n"), "(nothing)"),
    (printing("✓ it is so (> 1)\n", "✓ (table) it is so (> 1)\n"), "✓ (table) it is so"),
    (printing("Exercise 1 ✓ right.\n", "Exercise 1 … not answered yet\n"), "… not answered yet"),
    (printing(DOCTOR.format("2.6"), DOCTOR.format("2.6").replace("✓ data", "✗ data")), "✗ data/a"),
    (printing(DOCTOR.format("2.6"), DOCTOR.format("2.6").replace("data/a", "data/b")), "✓ data/b"),
    (showing(QUIZ.format("yes"), QUIZ.format("no")), "<details><summary>a</summary>no</details>"),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """{cell: what pytest says of it} for a notebook of cells that are right, then of stale ones."""
    folder = tmp_path_factory.mktemp("stored")
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    cells = [*RIGHT, *(cell for cell, _ in STALE), new_code_cell(WARNING, execution_count=1)]
    nbformat.write(new_notebook(cells=cells), folder / "07_small.ipynb")
    (folder / "pytest.ini").write_text("[pytest]\n")
    options = ["-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", "-rA"]
    nbval = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=60"]
    command = [sys.executable, "-m", "pytest", *options, *nbval, "07_small.ipynb"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )
    return run.stdout


def test_cells_that_print_what_they_store_pass(said):
    for k in range(len(RIGHT)):
        assert f"PASSED 07_small.ipynb::Cell {k}\n" in said, said
    assert f"{len(STALE) + 1} failed, {len(RIGHT)} passed" in said


@pytest.mark.parametrize("k", range(len(STALE)))
def test_a_stale_cell_fails_and_is_named_with_both_lines_and_the_remedy(said, k):
    number = len(RIGHT) + k
    assert f"FAILED 07_small.ipynb::Cell {number}" in said
    about = said.split(f"Cell {number}: 07_small.ipynb stores")[1].split("Input:")[0]
    assert f"output of code cell {number + 1}," in about and STALE[k][1] in about
    assert about.rstrip().endswith("Store it anew: make notebooks ARGS=07")


def test_a_cell_that_prints_a_warning_fails_and_progress_does_not(said):
    number = len(RIGHT) + len(STALE)
    about = said.split(f"Cell {number}: wanted no warning")[1].split("Input:")[0]
    assert f"code cell {number + 1} of 07_small.ipynb" in about
    assert "UserWarning: old names" in about and "17" not in about
