"""Flow matching against closed forms, brute force and properties."""

import pytest
import torch
from scipy import stats

from course_utils import distributions, flow, run

NAMES = {"kind": ("low", "high"), "side": ("left", "middle", "right")}


@pytest.fixture(autouse=True)
def seeded():
    run.seed_everything(0)


@pytest.fixture(scope="module")
def fitted():
    """A small flow of codes whose first number is the kind and whose second is the side."""
    run.seed_everything(0)
    labels = torch.stack([torch.randint(2, (2000,)), torch.randint(3, (2000,))], 1)
    mu = torch.stack([4.0 * labels[:, 0] - 2, 3.0 * labels[:, 1] - 3, torch.randn(2000)], 1)
    codes = mu + 0.1 * torch.randn_like(mu), torch.full((3,), 0.1)
    return flow.fit(codes, labels, NAMES, n_seeds=2, n_steps=600, width=48)


def read(z):
    """What a code of `fitted` has: (n, 3) → (n, 2)."""
    return torch.stack([(z[:, 0] > 0).long(), (z[:, 1] / 3 + 1).round().clamp(0, 2).long()], 1)


def test_the_loss_of_a_constant_velocity_is_its_mean_squared_distance():
    x, z = torch.randn(2, 5, 100, 3)
    t = torch.rand(5, 100, 1)
    got = flow.velocity_loss(lambda x, t: torch.zeros_like(x), x, z, t)
    assert torch.allclose(got, ((x - z) ** 2).sum(-1).mean(-1))
    seen = []
    flow.velocity_loss(lambda x, t: seen.append(x) or x, x, z, torch.ones(5, 100, 1))
    assert torch.allclose(seen[0], x)  # at t = 1 it is asked at the data


def test_euler_converges_to_the_exponential_and_runs_back():
    x = torch.rand(4, 7, 2)
    end = flow.euler(lambda x, t: x, x, flow.steps(4000))
    assert torch.allclose(end, x * torch.e, rtol=1e-3)
    home = flow.euler(lambda x, t: x, end, flow.steps(4000).flip(0))
    assert torch.allclose(home, x, rtol=1e-3)
    points = flow.path(lambda x, t: x + t, x, flow.steps(5, power=2.0))
    assert points.shape == (6, 4, 7, 2) and torch.equal(points[0], x)
    assert torch.equal(points[-1], flow.euler(lambda x, t: x + t, x, flow.steps(5, power=2.0)))


@pytest.mark.parametrize("power", [1.0, 2.0, 3.0])
def test_steps_go_from_0_to_1_and_grow_denser(power):
    times = flow.steps(10, power)
    assert times[0] == 0 and times[-1] == 1 and (times.diff() > 0).all()
    assert (times.diff().diff() <= 1e-6).all()


def test_guidance_of_0_and_1_are_the_two_velocities():
    def velocity(x, t, asked):
        return x * t + asked.sum(-1, keepdim=True)

    x, t, asked = torch.randn(1, 6, 2), torch.rand(1, 6, 1), torch.rand(1, 6, 4)
    for weight, given in ((0.0, torch.zeros_like(asked)), (1.0, asked)):
        got = flow.guided(velocity, asked, weight)(x, t)
        assert torch.allclose(got, velocity(x, t, given), atol=1e-6)


def test_the_velocity_of_a_mixture_is_the_conditional_mean_by_brute_force():
    data = distributions.Mixture(torch.tensor([[-1.0], [2.0]]), 0.4)
    grid = torch.linspace(-6, 6, 4001, dtype=torch.float64)
    for t in (0.1, 0.5, 0.9):
        for x_t in (-1.0, 0.3, 1.4):
            z = (x_t - t * grid) / (1 - t)
            weight = data.log_prob(grid.unsqueeze(1)).exp().numpy() * stats.norm.pdf(z.numpy())
            wanted = ((grid - z).numpy() * weight).sum() / weight.sum()
            at = torch.tensor([[x_t]])
            got = flow.mixture_velocity(data)(at, torch.tensor([[t]]))
            assert got.item() == pytest.approx(wanted.item(), abs=1e-3)


def test_points_that_follow_the_exact_velocity_become_the_data():
    data = distributions.Mixture(torch.tensor([[-2.0], [2.0]]), 0.5)
    z = distributions.Gaussian().quantile(distributions.equal_mass_levels(2000)).view(-1, 1)
    x = flow.euler(flow.mixture_velocity(data), z, flow.steps(300, power=2.0)).squeeze(1)
    levels = (stats.norm.cdf(x, -2, 0.5) + stats.norm.cdf(x, 2, 0.5)) / 2
    assert abs(torch.as_tensor(levels) - distributions.equal_mass_levels(2000)).max() < 0.01


def test_labels_are_hidden_from_none_to_all():
    labels = torch.randint(3, (4000, 2))
    seen = flow.hidden_at_random(labels)
    assert ((seen == labels) | (seen == -1)).all()
    counts = (seen >= 0).sum(1).bincount(minlength=3) / 4000
    assert (counts - 1 / 3).abs().max() < 0.03
    assert ((seen >= 0).float().mean(0) - 0.5).abs().max() < 0.03


@pytest.mark.parametrize("seed", [0, 1])
def test_a_fitted_flow_draws_what_is_asked_for(fitted, seed):
    z = torch.randn(400, 3)
    for wish in ({"kind": "high"}, {"kind": "low", "side": "right"}):
        found = read(fitted.draw(z, wish, guidance=1.5, seed=seed))
        asked = fitted.attributes.wish(wish, 400)
        assert ((found == asked) | (asked < 0)).all(1).float().mean() > 0.9
    assert read(fitted.draw(z, {})).float().std(0).min() > 0.3  # all kinds, all sides


def test_editing_changes_what_is_asked_and_keeps_the_rest(fitted):
    labels = torch.stack([torch.zeros(300).long(), torch.randint(3, (300,))], 1)
    z = torch.stack([torch.full((300,), -2.0), 3.0 * labels[:, 1] - 3, torch.randn(300)], 1)
    moved = fitted.editing(read)(z, {"kind": "high"})
    found = read(moved)
    assert (found[:, 0] == 1).float().mean() > 0.9
    assert (found[:, 1] == labels[:, 1]).float().mean() > 0.9
    assert torch.corrcoef(torch.stack([z[:, 2], moved[:, 2]]))[0, 1] > 0.9
    assert torch.allclose(fitted.editing(read, back_to=1.0)(z, {"kind": "high"}), z)
    assert fitted.editing(read)(z[0], {"kind": "high"}).shape == (3,)


def test_a_flow_is_saved_and_loaded(fitted, tmp_path):
    flow.save(tmp_path / "mine.safetensors", fitted, recipe="a test", seed=0)
    again, z = flow.load(tmp_path / "mine.safetensors"), torch.randn(20, 3)
    wish = {"side": "left"}
    assert again.attributes.values == {name: list(values) for name, values in NAMES.items()}
    assert torch.allclose(again.draw(z, wish), fitted.draw(z, wish), atol=0.05)  # half precision


def test_what_does_not_fit_is_refused(fitted, tmp_path):
    mu = torch.randn(10, 3)
    labels = torch.zeros(10, 2).long()
    with pytest.raises(ValueError, match="wanted options of n_steps.* got weight"):
        flow.fit((mu, torch.ones(3)), labels, NAMES, weight=1)
    with pytest.raises(ValueError, match="wanted codes as a pair"):
        flow.fit(mu, labels, NAMES)
    with pytest.raises(ValueError, match="wanted for kind one of"):
        fitted.draw(mu, {"kind": "neither"})
    with pytest.raises(FileNotFoundError, match="wanted a shipped flow"):
        flow.load("nobody")
    with pytest.raises(ValueError, match="wanted a flow with attributes in .*flow_ring"):
        flow.load("ring")
