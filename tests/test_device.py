"""What runs where there is a GPU: here on a device that stands in for one (see stand_in)."""

from pathlib import Path

import pytest
import torch
from cells import named

from course_utils import run, steering, text
from course_utils.text.training import train
from course_utils.tools.execute import chosen, execute

stand_in = pytest.importorskip("stand_in")  # its support in torch is experimental

SENTENCES = ["the cat sat .", "a dog ran .", "did the dog sit ?"] * 10
TINY = dict(n_steps=3, batch=8, n_embed=8, hidden=8, z_dim=2, min_count=1, dropout=0)
HERE = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import stand_in"


@pytest.mark.parametrize(
    "mixed",
    [
        lambda here, there: here + there,
        lambda here, there: there @ here.T,
        lambda here, there: torch.nn.LSTM(3, 2).to(there.device)(here),
        lambda here, there: torch.nn.Linear(3, 2)(there),
        lambda here, there: there.numpy(),
    ],
)
def test_the_stand_in_does_not_mix(mixed):
    with pytest.raises((RuntimeError, TypeError), match="device"):
        mixed(torch.ones(2, 3), torch.ones(2, 3).to(stand_in.DEVICE))


def test_a_text_vae_trains_there_as_on_the_cpu_and_comes_back(monkeypatch):
    recipe = TINY | dict(standardise=True)
    here, vocabulary, history = train(SENTENCES, recipe)
    monkeypatch.setattr(run, "device", lambda name=None: stand_in.DEVICE)
    networks, _, other = train(SENTENCES, recipe)
    assert all(other[name] == pytest.approx(history[name], rel=1e-4) for name in history)
    assert {weight.device.type for weight in networks.parameters()} == {"cpu"}
    there = text.TextVAE(networks.to(stand_in.DEVICE), vocabulary)  # moved by its owner
    mu, _ = there.posterior(SENTENCES[:3])
    wanted, _ = text.TextVAE(here, vocabulary).posterior(SENTENCES[:3])
    assert mu.device.type == "stand_in" and torch.allclose(mu.cpu(), wanted, atol=0.02)
    assert there.decode(mu) == there.decode(mu.cpu())


def test_steering_is_trained_where_the_codes_are():
    torch.manual_seed(0)
    labels = torch.randint(2, (60, 1))
    mu = torch.randn(60, 3) + 3 * labels
    codes = [part.to(stand_in.DEVICE) for part in (mu, torch.full_like(mu, 0.1))]
    steer = steering.fit(codes, labels, {"kind": ["no", "yes"]}, n_steps=3)
    for z in (codes[0], mu):
        assert steer(z.to(stand_in.DEVICE), {"kind": "yes"}).device.type == "stand_in"


@pytest.mark.slow
@pytest.mark.parametrize("path", chosen(), ids=named)
def test_every_notebook_runs_where_there_is_a_gpu(path):
    execute(path, {"\nSEED = 0": f"\n{HERE}; stand_in.use()\nSEED = 0"}, timeout=1200)
