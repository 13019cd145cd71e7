"""What is shipped or kept: written whole, found again, and damage named with its remedy."""

import hashlib
import json
import os
import random
import sys
import threading

import numpy as np
import pytest
import safetensors.torch
import torch

from course_utils import store


def test_weights_come_back_with_their_recipe_and_nothing_else_is_left(tmp_path):
    one, other = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    path = tmp_path / "net.safetensors"
    store.save_weights(path, one, recipe="none", seed=0, accuracy=torch.tensor([0.5, float("nan")]))
    assert store.load_weights(path, other) is other
    assert torch.equal(one.weight, other.weight) and torch.equal(one.bias, other.bias)
    assert [file.name for file in tmp_path.iterdir()] == ["net.safetensors"]
    about = store.weights_about(path)
    assert (about["recipe"], about["seed"], about["accuracy"]) == ("none", 0, [0.5, None])
    assert about["torch"] == torch.__version__ and about["python"] in sys.version


def test_damaged_or_foreign_weights_are_named_with_their_remedy(tmp_path):
    path = tmp_path / "net.safetensors"
    store.save_weights(path, torch.nn.Linear(3, 2), recipe="three in, two out")
    said = (
        "wanted weights for this network in .*net.safetensors, .* for another: "
        ".*three in, two out.* git checkout"
    )
    with pytest.raises(ValueError, match=said):
        store.load_weights(path, torch.nn.Linear(2, 3))
    whole = path.read_bytes()
    one_bit = whole[:-1] + bytes([whole[-1] ^ 1])
    for broken, what in (
        (whole[:-4], "got a damaged file"),
        (b"", "got a damaged file"),
        (one_bit, "their digest differs"),
        (safetensors.torch.save({"weight": torch.zeros(2, 3)}), "got a damaged file"),
    ):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match=f"wanted .*net.safetensors.*{what}.*make checkpoints"):
            store.load_weights(path, torch.nn.Linear(3, 2))


def test_no_bit_of_what_is_said_of_the_weights_can_flip_unseen(tmp_path):
    path, dice = tmp_path / "net.safetensors", random.Random(0)
    store.save_weights(path, torch.nn.Linear(2, 1), recipe="two in", vocabulary=["and", "z", "é"])
    whole, about, tensors = path.read_bytes(), store.weights_about(path), store.load_tensors(path)
    refused = 0
    for bit in dice.sample(range(8 * len(whole)), 300):
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        path.write_bytes(broken)
        try:
            found = store.load_tensors(path)
        except ValueError as error:
            refused += 1
            assert "git checkout it, or make checkpoints" in str(error)
        else:  # the bit means nothing: a blank, or the name of the digest
            assert store.weights_about(path) == about
            assert found.keys() == tensors.keys()
            assert all(torch.equal(found[name], tensors[name]) for name in tensors)
    assert refused > 250


@pytest.mark.parametrize("about", ["{}", "3", "null", "[]", "x", '"digest"', '{"seed": 0}'])
def test_weights_that_do_not_say_what_they_are_count_as_damaged(tmp_path, about):
    path, right = tmp_path / "net.safetensors", hashlib.sha256(about.encode()).hexdigest()
    said = {"about": about, "sha256": right}
    path.write_bytes(safetensors.torch.save({"weight": torch.zeros(1)}, said))
    for read in (store.weights_about, store.load_tensors):
        with pytest.raises(ValueError, match="got a damaged file: git checkout it, or make checkp"):
            read(path)


def test_digits_are_split_once_and_for_all():
    (x_train, y_train), (x_test, y_test) = store.load_digits()
    assert x_train.shape == (8000, 1, 28, 28) and x_test.shape == (2000, 1, 28, 28)
    assert len(y_train) == 8000 and len(y_test) == 2000
    assert x_train.min() == 0 and x_train.max() == 1
    assert y_train.bincount().min() > 650 and y_test.bincount().min() > 150
    both = torch.cat([x_train, x_test]).flatten(1)
    assert len(both.unique(dim=0)) == 10_000  # no digit is on both sides


@pytest.mark.parametrize("keep", [0, 1000, 1_000_000])
def test_half_downloaded_digits_are_named_with_their_remedy(tmp_path, monkeypatch, keep):
    (tmp_path / "digits.npz").write_bytes(store.data_file("digits.npz").read_bytes()[:keep])
    monkeypatch.setattr(store, "data_file", lambda name: tmp_path / name)
    said = "wanted the course's digits .* git checkout it, or make digits"
    with pytest.raises(ValueError, match=said):
        store.load_digits()


def digits(n=10_000, side=28, dtype=np.uint8, label=9):
    """What could stand in a file of digits."""
    return {"images": np.zeros((n, side, side), dtype), "labels": np.full(n, label, dtype)}


@pytest.mark.parametrize(
    "arrays",
    [
        digits(n=5),
        digits(n=0),
        digits(side=27),
        digits(dtype=np.float32),
        digits(label=10),
        digits() | {"labels": np.zeros((10_000, 1), np.uint8)},
        digits() | {"labels": np.zeros(9_999, np.uint8)},
        {"images": digits()["images"]},
        np.zeros(3),
    ],
)
def test_a_file_of_other_digits_is_refused(tmp_path, monkeypatch, arrays):
    with open(tmp_path / "digits.npz", "wb") as file:
        np.savez(file, **arrays) if isinstance(arrays, dict) else np.save(file, arrays)
    monkeypatch.setattr(store, "data_file", lambda name: tmp_path / name)
    with pytest.raises(ValueError, match="wanted the course's digits .* or make digits"):
        store.load_digits()


def test_writings_at_once_do_not_meet(tmp_path):
    """Names that differ in their endings alone, many writers each, and a file of the user's."""
    mine = tmp_path / "x.tmp"
    mine.write_text("mine")
    names = ["x.json", "x.safetensors", "x.seed0", "x.seed1"]

    def write(name):
        for _ in range(40):
            store.write_whole(tmp_path / name, name)

    writers = [threading.Thread(target=write, args=(name,)) for name in names * 2]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert all((tmp_path / name).read_text() == name for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names + ["x.tmp"])
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("old", [None, b"old"])
def test_where_there_is_no_room_nothing_is_left_behind(tmp_path, old):
    resource = pytest.importorskip("resource")
    path, limits = tmp_path / "x.json", resource.getrlimit(resource.RLIMIT_FSIZE)
    if old:
        path.write_bytes(old)
    said = f"^wanted to write {path}, got File too large: make room, .* was there before is whole$"
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))  # half of it finds room
    try:
        with pytest.raises(OSError, match=said):
            store.write_whole(path, bytes(10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [file.name for file in tmp_path.iterdir()] == ["x.json"] * bool(old)
    assert not old or path.read_bytes() == old


@pytest.mark.parametrize("where", ["none/x", "file/x", "folder", "x/" + 300 * "n"])
def test_what_cannot_be_written_is_one_sentence(tmp_path, where):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "x").mkdir()
    for write in (store.write_whole, lambda path, _: store.save_rows(path, {"a": {"n": 1}})):
        with pytest.raises(OSError, match="^wanted to write .*, got .*: choose a place that is "):
            write(tmp_path / where, "text")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder", "x"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_device_stays_and_a_link_leads_to_what_is_written(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for write in (store.write_whole, store.save_rows):
        with pytest.raises(OSError, match="got something that is not a file"):
            write(tmp_path / "pipe", {})
    (tmp_path / "link").symlink_to(tmp_path / "table.json")
    store.save_rows(tmp_path / "link", {"a": {"n": 1}})
    assert (tmp_path / "pipe").is_fifo() and (tmp_path / "link").is_symlink()
    assert store.load_rows(tmp_path / "table.json") == {"a": {"n": 1}}


def test_what_killed_writings_left_is_found_by_its_whole_name(tmp_path):
    names = [".a.0123abcd.tmp", ".a.b.0123abcd.tmp", ".a.mine.tmp", "a.tmp", ".[a].89abcdef.tmp"]
    for name in names:
        (tmp_path / name).touch()
    store.remove_temporaries(tmp_path / "a")
    assert {path.name for path in tmp_path.iterdir()} == set(names[1:])
    store.remove_temporaries(tmp_path / "[a]")
    assert {path.name for path in tmp_path.iterdir()} == set(names[1:4])


def test_what_a_killed_writing_leaves_is_found(tmp_path, monkeypatch):
    def killed(*paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(store.Path, "unlink", lambda path: None)  # a kill leaves no time for it
        with pytest.raises(KeyboardInterrupt):
            store.write_whole(tmp_path / "a", "text")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["text"]
    store.remove_temporaries(tmp_path / "a")
    assert not list(tmp_path.iterdir())
    # another process may be first
    monkeypatch.setattr(store.Path, "glob", lambda path, pattern: [tmp_path / "gone"])
    store.remove_temporaries(tmp_path / "a")


def test_rows_that_are_added_at_once_are_all_kept(tmp_path):
    path = tmp_path / "table.json"

    def add(writer):
        for k in range(20):
            store.save_rows(path, {f"{writer}: {k}": {"n": k}})

    writers = [threading.Thread(target=add, args=(writer,)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(store.load_rows(path)) == 80
    assert [file.name for file in tmp_path.iterdir()] == ["table.json"]


def test_a_table_that_stays_another_process_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.02)
    (tmp_path / ".table.json.lock").touch()
    said = "another process is changing: wait for it, or, when there is none, delete .*json.lock"
    with pytest.raises(OSError, match=said):
        store.save_rows(tmp_path / "table.json", {"a": {"n": 1}})
    assert [file.name for file in tmp_path.iterdir()] == [".table.json.lock"]


def test_whatever_holds_numbers_is_written_as_json_has_them(tmp_path):
    path = tmp_path / "table.json"
    row = {
        "tuple": (1.0, float("nan"), (2, float("-inf"))),
        "numpy": [np.float32(0.1), np.float64("nan"), np.int64(3), np.bool_(True)],
        "tensors": [torch.tensor(2), torch.tensor([0.5]).half(), np.array(7)],
        "nothing": None,
        np.int64(4): {0.5: "names"},
    }
    store.save_rows(path, {7: row, "7b": row})
    wanted = {
        "tuple": [1.0, None, [2, None]],
        "numpy": [0.1, None, 3, True],
        "tensors": [2, [0.5], 7],
        "nothing": None,
        "4": {"0.5": "names"},
    }
    assert store.load_rows(path) == {"7": wanted, "7b": wanted}
    store.save_weights(path, torch.nn.Linear(1, 1), **{"row": row})
    assert store.weights_about(path)["row"] == wanted


@pytest.mark.parametrize(
    "value, kind",
    [
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
        (1j, "complex"),
        ([torch.nn.Linear], "type"),
        (np.datetime64("2026-01-01"), "date"),
    ],
)
def test_what_is_no_number_is_refused_by_its_type(tmp_path, value, kind):
    with pytest.raises(TypeError, match=f"wanted a number, a text, or a list .*, got {kind}$"):
        store.save_rows(tmp_path / "table.json", {"a": {"n": value}})
    assert not list(tmp_path.iterdir())


TABLES = ["[1]", "3", "null", '"a"', "", '{"a": {"n": NaN}}', '{"a": -Infinity}', '{"a": 1e999}']


@pytest.mark.parametrize("text", [*TABLES, "[" * 100_000, "\ufeff{}", b"\xff{}"])
def test_what_is_no_table_counts_as_damaged(tmp_path, text):
    path = tmp_path / "table.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match="got a damaged file .*git checkout it, or make results"):
        store.load_rows(path)


def test_a_missing_row_is_shown_three_that_are_there():
    said = r"got a table with 4 others \('a', 'b', 'c' …\): git"
    with pytest.raises(ValueError, match=said):
        store.row(dict.fromkeys("abcd"), "e")


@pytest.mark.parametrize("table", [{}, {"ring: plain": {"n": 1}}])
def test_a_row_that_a_table_lacks_is_named_with_the_remedy(table):
    with pytest.raises(ValueError, match="wanted the row 'ring: other', got .* make results ARGS="):
        store.row(table, "ring: other")


def test_rows_are_added_one_by_one_and_found_again(tmp_path):
    path = tmp_path / "table.json"
    modes = torch.tensor([8.0, float("nan")])
    row = {"modes": modes, "seconds": 1.23456789, "recipe": "plain", "n": 3}
    store.save_rows(path, {"a": row})
    store.save_rows(path, {"b": {"hq": np.array([[0.5], [1.0]])}})
    assert store.load_rows(path) == {
        "a": {"modes": [8.0, None], "seconds": 1.2346, "recipe": "plain", "n": 3},
        "b": {"hq": [[0.5], [1.0]]},
    }
    assert json.loads(path.read_text())["b"]
    assert [file.name for file in tmp_path.iterdir()] == ["table.json"]


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


def test_a_file_is_taken_from_the_course_folder_before_the_package(tmp_path, monkeypatch):
    package = tmp_path / "course_utils"
    monkeypatch.setattr(store, "__file__", str(package / "store.py"))
    for folder in (package / "data", tmp_path / "data"):
        folder.mkdir(parents=True)
        (folder / "a.json").touch()
        assert store.data_file("a.json") == folder / "a.json"


def test_a_missing_file_says_where_it_was_looked_for():
    said = "wanted the course's file data/nothing.json, got neither .* nor "
    with pytest.raises(FileNotFoundError, match=said):
        store.data_file("nothing.json")


def test_the_same_weights_are_the_same_bytes(tmp_path):
    module, files = torch.nn.Linear(3, 5), set()
    for k in range(20):
        store.save_weights(tmp_path / f"{k}", module, recipe="ŝmall", seed=0)
        files.add((tmp_path / f"{k}").read_bytes())
    assert len(files) == 1
    again = store.load_weights(tmp_path / "0", torch.nn.Linear(3, 5))
    assert torch.equal(again.weight, module.weight)
