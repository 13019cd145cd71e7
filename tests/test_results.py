"""Tables that it takes long to measure: kept whole, found again, complete, and beaten into shape by
`make results`.
"""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils import store
from course_utils.lessons import ROOT, lesson
from course_utils.tools import results


def test_rows_are_added_one_by_one_and_found_again(tmp_path):
    path = tmp_path / "table.json"
    store.save_rows(
        path,
        {
            "a": {
                "modes": torch.tensor([8.0, float("nan")]),
                "seconds": 1.23456789,
                "recipe": "plain",
                "n": 3,
            }
        },
    )
    store.save_rows(path, {"b": {"hq": np.array([[0.5], [1.0]])}})
    assert store.load_rows(path) == {
        "a": {"modes": [8.0, None], "seconds": 1.2346, "recipe": "plain", "n": 3},
        "b": {"hq": [[0.5], [1.0]]},
    }
    assert json.loads(path.read_text())["b"] and [file.name for file in tmp_path.iterdir()] == [
        "table.json"
    ]


def test_a_row_that_cannot_be_written_leaves_the_table_whole(tmp_path):
    path = tmp_path / "table.json"
    store.save_rows(path, {"a": {"n": 1}})
    with pytest.raises(TypeError):
        store.save_rows(path, {"b": {"n": object()}})
    assert store.load_rows(path) == {"a": {"n": 1}}


def test_a_damaged_table_is_named_with_its_remedy(tmp_path):
    path = tmp_path / "table.json"
    path.write_text('{"a": {"n": 1')
    with pytest.raises(ValueError, match="got a damaged file .*git checkout it, or make results"):
        store.load_rows(path)


def test_a_missing_file_says_where_it_was_looked_for():
    with pytest.raises(
        FileNotFoundError, match="wanted the course's file data/nothing.json, got neither .* nor "
    ):
        store.data_file("nothing.json")


GAN = ("modes", "hq", "reverse_kl", "width")
# a row of digits is one network
SCORES = {
    "mode_collapse": GAN,
    "wasserstein": GAN,
    "digits": (),
    "vae": ("squared error", "rate", "elbo", "active"),
    # columns differ from part to part
    "text_vae": ("iw_nll",),
    "steering": (),
    "latent_constraints": (
        "accuracy",
        "f1",
        "confidence",
        "told_apart",
        "z_mse",
        "sharpness",
        "spread",
    ),
}


UNTRAINED = {
    "methods: prior",
    "methods: blurry prior",
    "methods: people, encoded",
    "methods: ten bells",
    "training: thickness and slant, encoded",
    "tatoeba: three words",
}


@pytest.mark.parametrize("name", results.TABLES)
def test_a_table_is_there_with_all_its_rows_and_recipes(name):
    rows = store.load_rows(store.data_file(f"results/{name}.json"))
    assert {row.split(": ")[0] for row in rows} == set(results.TABLES[name][1])
    for what, row in rows.items():
        assert (
            row["recipe"] is not None and row["cpu_seconds"] > 0 and row["torch"] and "seed" in row
        )
        # there, most rows are plain baselines
        untrained = what in UNTRAINED or (name == "steering" and "seconds" not in row)
        assert row["n_steps"] > 0 or untrained
        assert row["n_steps"] == 0 or what not in UNTRAINED
        assert all(len(row[score]) == row.get("n_seeds", 5) for score in SCORES[name])


def test_each_table_belongs_to_a_lesson_with_the_switch():
    for number, _ in results.TABLES.values():
        assert "REDO = {}" in lesson(number).path.read_text(encoding="utf-8")


def test_the_list_of_files_is_up_to_date(tmp_path):
    kept = (ROOT / "data" / "SHA256SUMS").read_text()
    data = shutil.copytree(
        ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns(".*", "__pycache__")
    )
    (data / "results" / ".half.json").write_text("{}")
    results.list_files(data)
    assert (data / "SHA256SUMS").read_text() == kept, "python -m course_utils results writes it"


def test_a_card_describes_each_shipped_file():
    cards = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for line in (ROOT / "data" / "SHA256SUMS").read_text().splitlines():
        assert f"\n## {line.split()[1]}\n" in cards


def test_a_table_that_is_not_there_is_refused(capsys):
    assert results.main(["mode_colapse"]) == 2
    assert "got mode_colapse" in capsys.readouterr().out


def test_pieces_are_measured_side_by_side_and_joined(tmp_path, monkeypatch):
    def execute(path, replace, **options):
        ((name, piece),) = eval(replace["REDO = {}"].removeprefix("REDO = ")).items()
        store.save_rows(piece, {"plain": {"seconds": 1.0, "part": name}})
        if name == "grid":
            store.save_weights(Path(piece).with_suffix(".safetensors"), torch.nn.Linear(1, 1))
        time.sleep(0.1)
        return new_notebook(cells=[new_code_cell(replace["REDO = {}"])])

    monkeypatch.setattr(results, "execute", execute)
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "list_files", lambda: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert results.main(["mode_collapse"]) == 0
    rows = store.load_rows(tmp_path / "data/results/mode_collapse.json")
    assert rows == {
        f"{part}: plain": {"seconds": 1.0, "part": part} for part in ("ring", "grid", "ring, more")
    }
    assert [file.name for file in (tmp_path / "data/results").iterdir()] == ["mode_collapse.json"]
    store.load_weights(
        tmp_path / "data/checkpoints/mode_collapse_grid.safetensors", torch.nn.Linear(1, 1)
    )


def test_an_error_while_measuring_keeps_the_old_table(tmp_path, monkeypatch):
    def execute(path, replace, **options):
        error = new_output("error", ename="RuntimeError", evalue="out of memory", traceback=[])
        return new_notebook(cells=[new_code_cell(replace["REDO = {}"], outputs=[error])])

    monkeypatch.setattr(results, "execute", execute)
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "data/results").mkdir(parents=True)
    (tmp_path / "data/results/mode_collapse.json").write_text('{"old": 1}')
    with pytest.raises(RuntimeError, match="stopped while measuring .*: out of memory"):
        results.main(["mode_collapse"])
    assert store.load_rows(tmp_path / "data/results/mode_collapse.json") == {"old": 1}


def test_only_missing_rows_are_measured_when_asked(tmp_path, monkeypatch):
    def execute(path, replace, **options):
        ((name, piece),) = eval(replace["REDO = {}"].removeprefix("REDO = ")).items()
        assert list(store.load_rows(piece)) == (["plain"] if name == "ring" else [])
        store.save_rows(piece, {"new": {"seconds": 2.0}})
        return new_notebook(cells=[])

    monkeypatch.setattr(results, "execute", execute)
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "list_files", lambda: None)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "data/results").mkdir(parents=True)
    store.save_rows(tmp_path / "data/results/mode_collapse.json", {"ring: plain": {"seconds": 1.0}})
    assert results.main(["mode_collapse", "--missing"]) == 0
    assert list(store.load_rows(tmp_path / "data/results/mode_collapse.json")) == [
        "ring: plain",
        "ring: new",
        "grid: new",
        "ring, more: new",
    ]
