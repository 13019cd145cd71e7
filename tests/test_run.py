"""The loop, the seeds and the device."""

import importlib
import random

import numpy as np
import pytest
import torch

from course_utils import run


def test_history_keeps_every_row_that_was_asked_for_and_the_last():
    def step(i):
        return {"loss": i, "seeds": torch.full((3,), float(i))}

    history = run.run(step, 10, watch=lambda: {"w1": 7.0}, every=4)
    assert history["step"].tolist() == [4, 8, 10] and history["loss"].tolist() == [3, 7, 9]
    assert history["seeds"].shape == (3, 3) and history["w1"].tolist() == [7, 7, 7]


def test_history_keeps_copies_of_what_goes_on_changing():
    weight = torch.zeros(2)
    history = run.run(lambda i: {"weight": weight.add_(1)}, 3)
    assert history["weight"].tolist() == [[1, 1], [2, 2], [3, 3]]


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

    assert run.run(step, 100)["step"].tolist() == []
    assert "after step 0 of 100" in capsys.readouterr().out


def test_seeding_repeats_all_three_generators():
    def numbers():
        run.seed_everything(3)
        return random.random(), np.random.rand(), torch.rand(1).item()

    assert numbers() == numbers() and len(set(numbers())) == 3


def test_another_seed_gives_other_numbers_in_all_three_generators():
    drawn = []
    for seed in (0, 1, 2):
        run.seed_everything(seed)
        drawn.append((random.random(), np.random.rand(), torch.rand(1).item()))
    assert all(len(set(numbers)) == 3 for numbers in zip(*drawn))


def test_a_gpu_is_taken_when_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    asked = []
    monkeypatch.setattr(torch, "empty", lambda *_, device: asked.append(device) or torch.zeros(0))
    run.device()
    run.device("cpu")
    assert asked == ["cuda", "cpu"]


def test_every_seed_that_numpy_takes_is_taken():
    for seed in (0, 2**32 - 1, np.int64(3), np.uint32(3), torch.tensor(3)):
        run.seed_everything(seed)
    run.seed_everything(3)
    wanted = random.random(), np.random.rand(), torch.rand(1).item()
    run.seed_everything(np.int64(3))
    assert wanted == (random.random(), np.random.rand(), torch.rand(1).item())


@pytest.mark.parametrize("seed", [-1, 2**32, "x", "3", None, 0.0, 1.5, float("nan"), [1], np.inf])
def test_another_seed_is_refused_in_one_sentence(seed):
    before = random.getstate()
    with pytest.raises(ValueError, match="wanted a seed that is a whole number from 0 to 42949672"):
        run.seed_everything(seed)
    assert random.getstate() == before


@pytest.mark.parametrize("asked, wanted", [(None, 1), ("", 1), ("2", 2)])
def test_one_thread_is_used_unless_more_are_asked_for(monkeypatch, asked, wanted):
    before = torch.get_num_threads()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    try:
        torch.set_num_threads(2)  # what torch chooses by itself, or obeys
        importlib.reload(run)
        assert torch.get_num_threads() == wanted
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("name", ["abacus", "tpu" if torch.cuda.is_available() else "cuda:nine"])
def test_an_unknown_device_is_refused_by_name(name):
    with pytest.raises(ValueError, match=f"wanted a device that is here .*cpu.*, got '{name}'"):
        run.device(name)


def test_a_device_is_found():
    assert torch.zeros(1, device=run.device()).sum() == 0 and run.device("cpu").type == "cpu"
