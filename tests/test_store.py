"""What is shipped or kept: written whole, found again, and damage named with its remedy."""

import json
import sys

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


def test_a_missing_file_says_where_it_was_looked_for():
    said = "wanted the course's file data/nothing.json, got neither .* nor "
    with pytest.raises(FileNotFoundError, match=said):
        store.data_file("nothing.json")
