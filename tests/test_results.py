"""The long tables of results: complete, listed, and measured again by `make results`."""

import shutil
import time
from pathlib import Path

import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils import lessons, store
from course_utils.lessons import ROOT, lesson
from course_utils.tools import results

LINE = ("w1", "mean", "std", "located", "folded")
GAN = ("modes", "hq", "reverse_kl", "width")
LATENT = ("accuracy", "coverage")
# The columns that hold a number for each seed in all rows of a table.
SCORES = {
    "line": LINE,
    "mode_collapse": GAN,
    "digit_collapse": ("counts",),
    "minibatch": (),  # a row of film is one training
    "wasserstein": GAN,
    "conditional": ("accuracy", "information", "hq", "right_names", "long", "short"),
    "digits": (),  # a row is one network
    "unpaired": (),  # the row of maps has other columns
    "autoencoders": ("error", "std", "hole: copy", "confident: N(0, I)"),
    "elbo": ("error", "hole: copy", "hole: N(m, s²)"),
    "vae": ("squared error", "rate", "elbo", "active"),
    "text_vae": ("iw_nll",),
    "text_vae_tatoeba": ("iw_nll", "perplexity"),
    "posterior_collapse": ("kl",),
    "steering": (),  # columns differ from part to part
    "latent_constraints": LATENT,
    "fooled": ("claimed", "truth"),
    "flow": ("seconds",),
    "text_gans": ("grammatical", "total variation", "entropy"),
}
UNTRAINED = {
    "rates: at initialisation",
    *(f"cards: {name}" for name in ("word", "likelihood", "held-out", "best")),
    "small: three words",
    *(f"methods: prior, σ_x = {std}" for std in ("0.1", "0.5", "1")),
    *(f"methods: {name}, σ_x = 0.1" for name in ("one Gaussian", "mixture of 4", "mixture of 32")),
    "methods: mixture of 8, σ_x = 0.5",
    "methods: mixture of 4 at 0.7·z, σ_x = 0.1",
    "methods: mixture of 8 at 0.7·z, σ_x = 0.5",
    *(
        f"methods: {name}, σ_x = {std}"
        for name in ("copies", "class Gaussians", "class Gaussians at 0.7·z")
        for std in ("0.1", "0.5")
    ),
    *(f"labels: class Gaussians, {n}" for n in (10, 70, 700)),
    *(f"labels: mixture of {k}, 10" for k in (2, 4)),
    "keeping: class Gaussians",
    "keeping: class Gaussians at 0.7·z",
    "keeping: mixture of 4, by chance",
    "keeping: mixture of 4, chosen by z",
    "keeping: difference of the means",
    "keeping: from Gaussian to Gaussian",
}


@pytest.mark.parametrize("name", results.TABLES)
def test_a_table_is_there_with_all_its_rows_and_recipes(name):
    rows = store.load_rows(store.data_file(f"results/{name}.json"))
    assert {row.split(": ")[0] for row in rows} == set(results.TABLES[name][1])
    for what, row in rows.items():
        assert row["recipe"] is not None and row["torch"] and "seed" in row
        assert row["cpu_seconds"] > 0
        # most rows of steering are plain baselines
        untrained = what in UNTRAINED or (name == "steering" and "seconds" not in row)
        assert row["n_steps"] > 0 or untrained
        assert row["n_steps"] == 0 or what not in UNTRAINED
        assert all(len(row[score]) == row.get("n_seeds", 5) for score in SCORES[name])


def test_each_table_belongs_to_a_notebook_with_the_switch():
    for number, _ in results.TABLES.values():
        notebook = results.measured_by(lesson(number))
        assert "REDO = {}" in notebook.read_text(encoding="utf-8")


def test_a_companion_measures_its_lessons_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    about = lesson(2)
    assert results.measured_by(about) == about.path
    about.companion.parent.mkdir(parents=True)
    about.companion.touch()
    assert results.measured_by(about) == about.companion


def test_the_list_of_files_is_up_to_date(tmp_path):
    kept = (ROOT / "data" / "SHA256SUMS").read_text()
    hidden = shutil.ignore_patterns(".*", "__pycache__")
    data = shutil.copytree(ROOT / "data", tmp_path / "data", ignore=hidden)
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
    parts = results.TABLES["mode_collapse"][1]
    assert rows == {f"{part}: plain": {"seconds": 1.0, "part": part} for part in parts}
    assert [file.name for file in (tmp_path / "data/results").iterdir()] == ["mode_collapse.json"]
    weights = tmp_path / "data/checkpoints/mode_collapse_grid.safetensors"
    store.load_weights(weights, torch.nn.Linear(1, 1))


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
    rows = store.load_rows(tmp_path / "data/results/mode_collapse.json")
    others = [f"{part}: new" for part in results.TABLES["mode_collapse"][1][1:]]
    assert list(rows) == ["ring: plain", "ring: new", *others]
