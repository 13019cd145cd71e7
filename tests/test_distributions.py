"""Distributions, against torch.distributions and scipy."""

import pytest
import torch
from scipy import stats
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from course_utils.distributions import (
    EvenNoise,
    Gaussian,
    Mixture,
    cluster_means,
    equal_mass_levels,
    grid,
    gumbel_noise,
    ring,
    stratified_levels,
    two_moons,
    two_rings,
)


def test_log_prob_and_quantile_are_those_of_torch():
    ours, oracle = Gaussian(4, 0.5), torch.distributions.Normal(4.0, 0.5)
    x, levels = torch.linspace(1, 7, 61), torch.linspace(0.01, 0.99, 99)
    torch.testing.assert_close(ours.log_prob(x), oracle.log_prob(x))
    torch.testing.assert_close(ours.quantile(levels), oracle.icdf(levels), rtol=1e-4, atol=1e-5)


def test_quantiles_stay_finite_at_the_ends():
    ends = Gaussian(0, 1).quantile(torch.tensor([0.0, 1.0]))
    assert torch.isfinite(ends).all() and ends.abs().min() > 5


def test_samples_have_the_seed_axis_and_follow_the_distribution():
    torch.manual_seed(0)
    x = Gaussian(4, 0.5).sample(3, 4000)
    assert x.shape == (3, 4000, 1)
    # the seeds are independent
    assert (torch.corrcoef(x.squeeze(-1)) - torch.eye(3)).abs().max() < 0.1
    assert all(stats.kstest(row.flatten(), stats.norm(4, 0.5).cdf).pvalue > 1e-3 for row in x)


def test_stratified_levels_hit_each_slice_once_and_each_is_uniform():
    torch.manual_seed(0)
    levels = stratified_levels(500, 8)
    assert levels.shape == (500, 8, 1)
    assert ((levels.squeeze(-1) * 8).floor() == torch.arange(8)).all()
    assert stats.kstest(levels.flatten(), "uniform").pvalue > 1e-3


def test_equal_mass_points_have_the_moments_of_the_distribution():
    x = Gaussian(4, 0.5).quantile(equal_mass_levels(5000))
    assert abs(x.mean() - 4) < 1e-3 and abs(x.std() - 0.5) < 1e-2


def test_even_noise_visits_a_sliver_of_its_range():
    z = EvenNoise().sample(64, 8)
    assert z.shape == (64, 8, 1)
    centres = torch.linspace(-8, 8, 8).view(1, 8, 1)
    assert (z >= centres).all() and (z <= centres + 0.01).all()


def test_even_noise_is_drawn_as_uniform_on_its_range():
    levels = torch.linspace(0, 1, 11)
    oracle = torch.distributions.Uniform(2.0, 5.0).icdf(levels)
    torch.testing.assert_close(EvenNoise(2, 5).quantile(levels), oracle)


def assert_independent(x):
    """No row of x (n, draws) is a copy of another, or correlates with it."""
    assert (torch.corrcoef(x.flatten(1)) - torch.eye(len(x))).abs().max() < 0.15


def test_nothing_random_is_shared_by_seeds_points_or_dimensions():
    torch.manual_seed(0)
    levels = (stratified_levels(4, 1000).squeeze(-1) * 1000) % 1  # where in its slice each one is
    jitter = EvenNoise().sample(4, 1000) - torch.linspace(-8, 8, 1000).view(1, -1, 1)
    many = [levels, jitter.squeeze(-1)]
    mixture = Mixture(torch.tensor([[0.0, 0.0], [100.0, 100.0]]), 1.0)
    x = mixture.sample(4, 1000)
    mode = (x[..., 0] > 50).float()
    offset = x - 100 * mode.unsqueeze(-1)
    many += [mode, torch.cat([offset[..., 0], offset[..., 1]])]
    for draws in many:
        assert_independent(draws)
        assert_independent(torch.stack([draws[:, :-1].flatten(), draws[:, 1:].flatten()]))


@pytest.mark.parametrize("std", [0, -1, float("nan")])
def test_a_standard_deviation_that_is_none_is_refused(std):
    with pytest.raises(ValueError, match="needs std > 0, got"):
        Gaussian(0, std)


def test_a_mixture_has_the_density_of_torch():
    centres, x = torch.randn(5, 3, dtype=torch.float64), torch.randn(40, 3, dtype=torch.float64)
    parts = MultivariateNormal(centres, 0.49 * torch.eye(3, dtype=torch.float64))
    oracle = MixtureSameFamily(Categorical(torch.ones(5)), parts)
    torch.testing.assert_close(Mixture(centres, 0.7).log_prob(x), oracle.log_prob(x))


def test_a_mixture_visits_its_modes_equally_often():
    torch.manual_seed(0)
    x = ring(std=0.01).sample(3, 8000)
    assert x.shape == (3, 8000, 2)
    nearest = torch.cdist(x, ring().centres.expand(3, -1, -1)).argmin(-1)
    assert all(stats.chisquare(torch.bincount(row, minlength=8)).pvalue > 1e-3 for row in nearest)
    offset = (x - ring().centres[nearest]) / 0.01
    assert all(stats.kstest(row.flatten(), "norm").pvalue > 1e-3 for row in offset)


def test_ring_and_grid_have_distinct_modes_in_the_published_places():
    # eight, not seven: 2π is not drawn twice
    assert torch.cdist(ring().centres, ring().centres).fill_diagonal_(9).min() > 0.7
    torch.testing.assert_close(ring().centres.norm(dim=1), torch.ones(8))
    assert (ring().std, grid().std) == (0.01, 0.05)
    four = torch.tensor([[2.0, 0], [0, 2], [-2, 0], [0, -2]])
    torch.testing.assert_close(ring(4, radius=2).centres, four, atol=1e-6, rtol=0)
    line = (-4, -2, 0, 2, 4)
    lattice = [(x, y) for x in line for y in line]
    assert sorted(map(tuple, grid().centres.tolist())) == lattice


@pytest.mark.parametrize(
    "centres, std", [(torch.zeros(3), 1.0), (torch.zeros(0, 2), 1.0), (torch.zeros(3, 2), 0.0)]
)
def test_a_mixture_without_modes_or_spread_is_refused(centres, std):
    said = r"wants centres of shape \(modes, dimensions\) and std > 0, got"
    with pytest.raises(ValueError, match=said):
        Mixture(centres, std)


# --- two moons, two rings ------------------------------------------------------------------------
@pytest.mark.parametrize("curves", [two_moons(), two_rings()], ids=["moons", "rings"])
def test_points_lie_near_their_own_curve(curves):
    torch.manual_seed(0)
    x, side, place = curves.sample(3, 4000)
    assert x.shape == (3, 4000, 2) and side.shape == place.shape == (3, 4000)
    off = (x - curves.point(side, place)).flatten(0, 1)
    assert abs(off.mean()) < 5e-3 and off.std(0).sub(curves.std).abs().max() < 5e-3
    assert abs(side.float().mean() - 0.5) < 0.03 and abs(place.mean() - 0.5) < 0.03
    assert (curves.nearest_side(x) == side).float().mean() > 0.999
    assert ((x[..., 0] > 0) == side.bool()).float().mean() > 0.95
    assert curves.nearest_side(x[0]).shape == (4000,)


@pytest.mark.parametrize("curves", [two_moons(), two_rings()], ids=["moons", "rings"])
def test_half_a_turn_exchanges_the_sides(curves):
    ours, turned = curves.track().double(), -curves.track().double()
    apart = torch.cdist(turned, ours, compute_mode="donot_use_mm_for_euclid_dist")
    assert apart.min(1).values.max() < 1e-5
    assert ours.shape == (400, 2) and (ours[:200, 0] < ours[200:, 0].min() + 1).all()


def test_moons_are_half_circles_and_rings_are_circles():
    left, right = two_moons().track().view(2, 200, 2)
    for half, centre in ((left, (-1.4, -0.25)), (right, (1.4, 0.25))):
        radius = (half - torch.tensor(centre)).norm(dim=1)
        torch.testing.assert_close(radius, torch.ones(200))
    rings = two_rings().track().view(2, 200, 2)
    radius = (rings - torch.tensor([[[-1.4, 0.0]], [[1.4, 0.0]]])).norm(dim=2)
    torch.testing.assert_close(radius, torch.full((2, 200), 0.6))


def test_cluster_means_come_close_to_the_centres_of_far_clusters():
    torch.manual_seed(0)
    centres = torch.tensor([[0.0, 0.0], [50.0, 0.0], [0.0, 50.0]])
    x = centres.repeat(100, 1) + torch.randn(300, 2)
    start = torch.cat([x[:3], x])  # by chance the start may miss a cluster: more means than those
    found = cluster_means(start, 12)
    assert (torch.cdist(centres, found).min(1).values < 3).all()
    torch.testing.assert_close(cluster_means(x, 1), x.mean(0, keepdim=True))
    with pytest.raises(ValueError, match="wanted 4 points"):
        cluster_means(x[:3], 4)


def test_the_largest_of_logits_and_gumbel_noise_is_a_draw_from_their_softmax():
    logits = torch.tensor([0.8, 0.3, -0.6])
    drawn = (logits + gumbel_noise(logits.expand(200_000, 3))).argmax(1)
    share = torch.bincount(drawn, minlength=3) / 200_000
    torch.testing.assert_close(share, logits.softmax(0), rtol=0, atol=0.005)
