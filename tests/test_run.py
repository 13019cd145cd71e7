"""The loop, the seeds and the device."""

import random
import sys

import numpy as np
import pytest
import safetensors.torch
import torch

from course_utils import run, store


def test_history_keeps_every_row_that_was_asked_for_and_the_last():
    history = run.run(
        lambda i: {"loss": i, "seeds": torch.full((3,), float(i))},
        10,
        watch=lambda: {"w1": 7.0},
        every=4,
    )
    assert history["step"].tolist() == [4, 8, 10] and history["loss"].tolist() == [3, 7, 9]
    assert history["seeds"].shape == (3, 3) and history["w1"].tolist() == [7, 7, 7]


def test_history_keeps_copies_of_what_goes_on_changing():
    weight = torch.zeros(2)
    assert run.run(lambda i: {"weight": weight.add_(1)}, 3)["weight"].tolist() == [
        [1, 1],
        [2, 2],
        [3, 3],
    ]


def test_a_step_may_return_nothing():
    assert run.run(lambda i: None, 3)["step"].tolist() == [1, 2, 3]


def test_nan_in_every_seed_stops_with_step_and_name():
    with pytest.raises(FloatingPointError, match="step 3: loss_g is NaN in every seed"):
        run.run(lambda i: {"loss_g": torch.full((2,), float("nan") if i == 2 else 1.0)}, 9)


def test_nan_in_one_seed_goes_on():
    history = run.run(lambda i: {"loss": torch.tensor([1.0, float("nan")])}, 4)
    assert np.isnan(history["loss"][:, 1]).all() and len(history["step"]) == 4


def test_the_stop_button_keeps_what_was_logged(capsys):
    def step(i):
        if i == 5:
            raise KeyboardInterrupt
        return {"loss": i}

    assert run.run(step, 100)["loss"].tolist() == [0, 1, 2, 3, 4]
    assert "stopped by hand after step 5 of 100" in capsys.readouterr().out


def test_the_stop_button_may_come_before_the_first_row(capsys):
    def step(i):
        raise KeyboardInterrupt

    assert (
        run.run(step, 100)["step"].tolist() == []
        and "after step 0 of 100" in capsys.readouterr().out
    )


def test_seeding_repeats_all_three_generators():
    def numbers():
        run.seed_everything(3)
        return random.random(), np.random.rand(), torch.rand(1).item()

    assert numbers() == numbers() and len(set(numbers())) == 3


@pytest.mark.parametrize(
    "name", ["abacus", "cuda:nine" if not torch.cuda.is_available() else "tpu"]
)
def test_an_unknown_device_is_refused_by_name(name):
    with pytest.raises(ValueError, match=f"wanted a device that is here .*cpu.*, got '{name}'"):
        run.device(name)


def test_a_device_is_found():
    assert torch.zeros(1, device=run.device()).sum() == 0 and run.device("cpu").type == "cpu"


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
    with pytest.raises(
        ValueError,
        match=(
            r"wanted weights for this network in .*net.safetensors, .* for another: .*three in, two"
            r" out.* git checkout"
        ),
    ):
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
    assert (
        x_train.shape == (8000, 1, 28, 28)
        and x_test.shape == (2000, 1, 28, 28)
        and len(y_train) == 8000
        and len(y_test) == 2000
    )
    assert (
        0 == x_train.min()
        and x_train.max() == 1
        and y_train.bincount().min() > 650
        and y_test.bincount().min() > 150
    )
    both = torch.cat([x_train, x_test]).flatten(1)
    assert len(both.unique(dim=0)) == 10_000  # no digit is on both sides


@pytest.mark.parametrize("keep", [0, 1000, 1_000_000])
def test_half_downloaded_digits_are_named_with_their_remedy(tmp_path, monkeypatch, keep):
    (tmp_path / "digits.npz").write_bytes(store.data_file("digits.npz").read_bytes()[:keep])
    monkeypatch.setattr(store, "data_file", lambda name: tmp_path / name)
    with pytest.raises(
        ValueError, match="wanted the course's digits .* git checkout it, or make digits"
    ):
        store.load_digits()
