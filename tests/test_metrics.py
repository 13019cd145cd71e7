"""Distances and moments, against scipy."""

import math

import numpy as np
import pytest
import torch
from scipy import spatial, stats
from torch.nn.functional import avg_pool2d

from course_utils import distributions, metrics


@pytest.mark.parametrize("n, m", [(5, 5), (5, 7), (12, 8), (1, 9), (100, 3)])
def test_wasserstein_is_exact_for_any_sizes(n, m):
    torch.manual_seed(n * m)
    x, y = torch.randn(4, n, dtype=torch.float64), torch.randn(4, m, dtype=torch.float64) + 1
    oracle = [stats.wasserstein_distance(a, b) for a, b in zip(x, y)]
    np.testing.assert_allclose(metrics.wasserstein_1d(x, y), oracle, rtol=1e-9)


def test_wasserstein_is_a_distance_and_broadcasts():
    x, y = torch.randn(6, 50), torch.randn(40)
    assert metrics.wasserstein_1d(x, y).shape == (6,)
    assert metrics.wasserstein_1d(x, x.flip(-1)).max() < 1e-6
    torch.testing.assert_close(metrics.wasserstein_1d(x + 2, x), torch.full((6,), 2.0))
    torch.testing.assert_close(metrics.wasserstein_1d(x[0], y), metrics.wasserstein_1d(y, x[0]))


def test_moments_are_those_of_scipy():
    x = torch.randn(3, 200, dtype=torch.float64) ** 3
    oracle = np.stack(
        [x.mean(1), x.std(1, correction=0), stats.skew(x, axis=1), stats.kurtosis(x, axis=1)], 1
    )
    np.testing.assert_allclose(metrics.moments(x), oracle, rtol=1e-6)


def test_moments_of_a_point_are_finite_and_have_a_gradient():
    x = torch.full((2, 8), 3.0, requires_grad=True)
    metrics.moments(x).sum().backward()
    assert torch.isfinite(metrics.moments(x)).all() and torch.isfinite(x.grad).all()


def test_located_looks_at_place_and_spread():
    ends = ((3, 5), (0, 8), (4, 6), (4, 4))
    rows = torch.stack([torch.linspace(low, high, 50) for low, high in ends])
    assert metrics.located(rows).tolist() == [True, False, False, True]


def test_located_has_its_two_limits_where_it_says():
    for mean, found in ((4.49, True), (4.51, False), (3.51, True), (3.49, False)):
        assert metrics.located(torch.full((3,), mean)).item() is found
    for std, found in ((1.49, True), (1.51, False)):  # two points: the divisor n gives their std
        assert metrics.located(torch.tensor([4 - std, 4 + std])).item() is found
    for point in ([4.5, 4.5], [3.5, 3.5], [2.5, 5.5]):  # "less than": the limits are outside
        assert not metrics.located(torch.tensor(point))
    assert metrics.located(torch.full((3,), 7.2), mean=7.0).item()


def test_bad_samples_are_refused():
    with pytest.raises(ValueError, match="wanted at least one point on each side, got 0 and 3"):
        metrics.wasserstein_1d(torch.zeros(0), torch.zeros(3))
    with pytest.raises(ValueError, match="wanted finite samples in y, got 1 NaN or infinite of 3"):
        metrics.wasserstein_1d(torch.zeros(3), torch.tensor([0.0, float("nan"), 1.0]))


@pytest.mark.parametrize(
    "score",
    [
        lambda x: metrics.located(x.flatten()),
        lambda x: metrics.mode_scores(x, torch.zeros(3, 2), 0.1),
        lambda x: metrics.wasserstein(x, torch.zeros(4, 2)),
        lambda x: metrics.wasserstein_1d(x, torch.zeros(4, 2)),
    ],
)
def test_samples_that_are_not_finite_are_named_and_counted(score):
    x = torch.zeros(4, 2)
    x[1, 0], x[2] = torch.nan, torch.inf
    said = "^wanted finite samples in x, got 3 NaN or infinite of 8: the run has diverged"
    with pytest.raises(ValueError, match=said):
        score(x)


def test_mode_scores_are_those_of_a_loop_over_samples():
    torch.manual_seed(0)
    ring = distributions.ring(std=0.1)
    x = ring.sample(3, 200) + 0.2 * torch.randn(3, 200, 2)
    got = metrics.mode_scores(x, ring.centres, ring.std)
    for seed in range(3):
        counts, captured, offsets = np.zeros(8), set(), []
        for point in x[seed].numpy():
            squares = ((ring.centres.numpy() - point) ** 2).sum(1)
            counts[squares.argmin()] += 1
            if squares.min() < 0.09:
                captured.add(squares.argmin())
                offsets.append(squares.min())
        wanted = {
            "modes": len(captured),
            "hq": len(offsets) / 200,
            "reverse_kl": stats.entropy(counts / 200, np.full(8, 1 / 8)),
            "width": np.sqrt(np.mean(offsets) / 2) / 0.1,
        }
        for name, value in wanted.items():
            assert got[name][seed].item() == pytest.approx(value, rel=1e-4), name


def test_mode_scores_of_the_data_themselves():
    torch.manual_seed(0)
    grid = distributions.grid()
    got = metrics.mode_scores(grid.sample(8, 20_000), grid.centres, 0.05)
    inside = stats.chi2(2).cdf(9)  # the mass within 3 std in the plane
    width = (stats.chi2(4).cdf(9) / inside) ** 0.5
    assert (got["modes"] == 25).all() and (got["hq"] - inside).abs().max() < 0.005
    assert got["reverse_kl"].max() < 0.002 and (got["width"] - width).abs().max() < 0.01


def test_a_far_off_or_broken_generator_is_scored_or_refused():
    far = metrics.mode_scores(torch.full((4, 2), 99.0), distributions.ring().centres, 0.01)
    assert far["modes"] == 0 and far["hq"] == 0 and far["width"].isnan()
    assert far["reverse_kl"].item() == pytest.approx(np.log(8))


def test_mode_shapes_are_those_of_a_loop_and_split_the_width():
    torch.manual_seed(0)
    ring = distributions.ring()
    offset = 0.01 * torch.tensor([1.0, -0.5])
    x = ring.sample(1, 4000)[0]
    x = ring.centres[torch.cdist(x, ring.centres).argmin(-1)] + offset
    x = x + 0.004 * torch.randn_like(x)
    got = metrics.mode_shapes(x, ring.centres, ring.std)
    widths, displacements = [], []
    for centre in ring.centres:
        own = x[(x - centre).norm(dim=1) < 0.03]
        widths.append(own.std(0).square().mean().sqrt())
        displacements.append((own.mean(0) - centre).norm())
    torch.testing.assert_close(got["own_width"], torch.stack(widths).mean() / 0.01)
    torch.testing.assert_close(got["displacement"], torch.stack(displacements).mean() / 0.01)
    mixed = (got["own_width"].square() + got["displacement"].square() / 2).sqrt()
    whole = metrics.mode_scores(x, ring.centres, ring.std)["width"]
    torch.testing.assert_close(mixed, whole, rtol=0.01, atol=0)


def test_mode_shapes_of_the_data_and_of_nothing():
    torch.manual_seed(0)
    grid = distributions.grid()
    got = metrics.mode_shapes(grid.sample(8, 20_000), grid.centres, 0.05)
    torch.testing.assert_close(got["own_width"], torch.full((8,), 0.97), atol=0.01, rtol=0)
    torch.testing.assert_close(got["displacement"], torch.full((8,), 0.043), atol=0.02, rtol=0)
    far = metrics.mode_shapes(torch.full((4, 20, 2), 99.0), grid.centres, 0.05)
    assert all(values.isnan().all() for values in far.values())


def test_energy_distance_is_that_of_scipy_on_a_line_and_sees_any_difference():
    torch.manual_seed(0)
    x = torch.randn(3, 40, 1, dtype=torch.float64)
    y = 1 + torch.randn(3, 60, 1, dtype=torch.float64)
    oracle = [stats.energy_distance(a.flatten(), b.flatten()) ** 2 for a, b in zip(x, y)]
    np.testing.assert_allclose(metrics.energy_distance(x, y), oracle, rtol=1e-6)
    plane = torch.randn(200, 2)
    assert metrics.energy_distance(plane, plane).abs() < 1e-6
    assert metrics.energy_distance(plane, 0.5 * plane) > 1e-6


def test_coverage_is_that_of_scipys_nearest_neighbours():
    torch.manual_seed(0)
    x_real, x_fake = torch.randn(3, 40, 2), torch.randn(3, 25, 2) + 0.5
    for k in (1, 4):
        wanted = []
        for real, fake in zip(x_real.numpy(), x_fake.numpy()):
            reach = spatial.KDTree(real).query(real, k + 1)[0][:, -1]
            wanted.append(np.mean(spatial.KDTree(fake).query(real)[0] <= reach))
        np.testing.assert_allclose(metrics.coverage(x_fake, x_real, k), wanted, atol=1e-6)


def test_coverage_of_equal_distributions_and_of_a_few_repeated_samples():
    torch.manual_seed(0)
    x_real, x_fake = torch.randn(2, 200, 100, 3)
    # the k nearest of the n - 1 + m others are all real with this probability
    k, n, m = 5, 100, 100
    missed = np.prod([(n - 1 - j) / (n - 1 + m - j) for j in range(k)])
    assert abs(metrics.coverage(x_fake, x_real, k).mean() - (1 - missed)) < 0.004
    few = x_fake[:, :10].repeat(1, 10, 1)
    torch.testing.assert_close(
        metrics.coverage(few, x_real), metrics.coverage(x_fake[:, :10], x_real)
    )
    assert metrics.coverage(few, x_real).mean() < 0.5
    assert (metrics.coverage(x_real, x_real, 1) == 1).all()
    assert metrics.coverage(x_fake[:, :1], x_real + 100).max() == 0


@pytest.mark.parametrize("k", [0, 3, 4])
def test_coverage_refuses_what_has_no_kth_neighbour(k):
    with pytest.raises(ValueError, match="wanted k from 1 to 2"):
        metrics.coverage(torch.zeros(5, 2), torch.zeros(3, 2), k)


def test_wasserstein_on_a_line_is_the_sorted_one_and_scipys():
    x, y = torch.randn(3, 2, 50, 1), 1 + torch.randn(3, 2, 50, 1)
    got = metrics.wasserstein(x, y)
    assert got.shape == (3, 2)
    assert torch.allclose(got, metrics.wasserstein_1d(x[..., 0], y[..., 0]), atol=1e-5)
    assert abs(got[0, 0].item() - stats.wasserstein_distance(x[0, 0, :, 0], y[0, 0, :, 0])) < 1e-5


def test_wasserstein_in_the_plane_is_scipys_linear_programme():
    x, y = torch.randn(12, 2), torch.randn(12, 2) + 1
    oracle = stats.wasserstein_distance_nd(x.numpy(), y.numpy())
    assert abs(metrics.wasserstein(x, y).item() - oracle) < 1e-5


def test_wasserstein_is_a_distance_and_moves_with_a_shift():
    x, y, z = torch.randn(3, 20, 2)
    assert metrics.wasserstein(x, x[torch.randperm(20)]).item() < 1e-6
    assert abs(metrics.wasserstein(x, y) - metrics.wasserstein(y, x)) < 1e-5
    assert metrics.wasserstein(x, z) <= metrics.wasserstein(x, y) + metrics.wasserstein(y, z) + 1e-5
    assert abs(metrics.wasserstein(x, x + torch.tensor([3.0, 4.0])) - 5) < 1e-5


def test_wasserstein_refuses_sets_of_different_sizes_and_nan():
    with pytest.raises(ValueError, match="equally many"):
        metrics.wasserstein(torch.zeros(3, 2), torch.zeros(4, 2))
    with pytest.raises(ValueError, match="finite"):
        metrics.wasserstein(torch.full((3, 2), torch.nan), torch.zeros(3, 2))
    with pytest.raises(ValueError, match="finite samples in y, got 6"):
        metrics.wasserstein(torch.zeros(3, 2), torch.full((3, 2), torch.inf))


def test_the_importance_bound_meets_the_known_log_likelihood():
    # p(z) = N(0, 1), p(x|z) = N(z, 1): p(x) = N(0, 2), at x = 1
    torch.manual_seed(0)
    normal = torch.distributions.Normal
    z = torch.randn(20000, 64, dtype=torch.float64)  # q is the prior
    log_w = normal(z, 1).log_prob(torch.tensor(1.0, dtype=torch.float64))
    truth = normal(0.0, 2**0.5).log_prob(torch.tensor(1.0)).item()
    bounds = [metrics.importance_bound(log_w[:, :k]).mean().item() for k in (1, 4, 64)]
    assert bounds[0] < bounds[1] < bounds[2] < truth + 0.005
    assert bounds[2] == pytest.approx(truth, abs=0.01)
    # E log p(x|z) = -(x² + 1)/2 - ½ log 2π
    assert bounds[0] == pytest.approx(-0.5 * (1 + 1) - 0.9189, abs=0.02)


def test_the_table_of_log_q_is_that_of_torch():
    mu, z = torch.randn(2, 130, 3)
    std = torch.rand(130, 3) + 0.1
    columns = torch.distributions.Normal(mu, std)
    assert torch.allclose(
        metrics.log_q_table(mu, std, z), columns.log_prob(z.unsqueeze(1)).sum(-1), atol=1e-3
    )


def test_the_mutual_information_of_a_gaussian_channel_is_found_below_its_ceiling():
    # mu ~ N(0, 3), z = mu + N(0, 1) in two dimensions: I = 2 · ½ log(1 + 3)
    torch.manual_seed(0)
    mu = 3**0.5 * torch.randn(2000, 2)
    std = torch.ones(2000, 2)
    z = mu + torch.randn(2000, 2)
    found = metrics.mutual_information(metrics.log_q_table(mu, std, z))
    assert found.item() == pytest.approx(math.log(4), abs=0.1)
    shifted = metrics.log_q_table(mu + 5, std, z + 5)  # a shift of all alike tells nothing
    assert metrics.mutual_information(shifted).item() == pytest.approx(found.item(), abs=1e-3)
    sharp = metrics.log_q_table(mu, std / 1e3, mu)
    assert metrics.mutual_information(sharp).item() == pytest.approx(math.log(2000), abs=0.01)


def test_active_units_are_counted_for_each_seed():
    mu = torch.zeros(2, 100, 4)
    mu[1, ::2, :3] = 1
    assert metrics.active_units(mu).tolist() == [0, 3]
    # their variance is 2, and more than the threshold is wanted
    assert metrics.active_units(torch.tensor([[-1.0], [1.0]]), threshold=2).item() == 0


def test_blurring_lowers_sharpness_and_no_ink_is_an_error():
    edge = torch.zeros(1, 8, 8)
    edge[..., 4:] = 1
    blurred = avg_pool2d(edge[None], 3, 1, 1)[0]
    assert metrics.sharpness(edge).item() == pytest.approx(8 / 32)
    assert metrics.sharpness(blurred) < metrics.sharpness(edge)
    # pale ink, less than 1 in all: 4 steps of ¼
    assert metrics.sharpness(0.25 * torch.eye(2)[None]).item() == pytest.approx(4 / 16 / 0.5)
    with pytest.raises(ValueError, match="wanted images with some ink"):
        metrics.sharpness(torch.zeros(3, 28, 28))


def test_kl_both_ways_is_that_of_torch_for_gaussians():
    x = torch.arange(-400, 401, dtype=torch.float64) / 10
    mean, std = torch.tensor([[0.0, 1.0, -2.0], [1.0, 0.5, 3.0]], dtype=torch.float64)
    q = torch.distributions.Normal(mean, std)
    p = torch.distributions.Normal(torch.tensor(1.0).double(), torch.tensor(1.5).double())
    got = metrics.kl_both_ways(p.log_prob(x), q.log_prob(x[:, None]).T, 0.1)
    torch.testing.assert_close(got[0], torch.distributions.kl_divergence(p, q))
    torch.testing.assert_close(got[1], torch.distributions.kl_divergence(q, p))


def test_two_samples_are_told_apart_only_if_they_differ():
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(2, 400, 784, generator=generator)
    alike = metrics.two_sample_accuracy(*noise, n_classifiers=2, n_steps=40)
    assert alike.item() == pytest.approx(0.5, abs=0.12)  # 320 answers: ±0.03
    darker = metrics.two_sample_accuracy(noise[0], 0.8 * noise[1], n_classifiers=1, n_steps=40)
    assert darker > 0.95
    # the last fifth is not trained on: there, real images look like fake ones here
    split = torch.cat([0.5 * noise[0, :320], noise[0, 320:]])
    tested = metrics.two_sample_accuracy(split, noise[1], n_classifiers=1, n_steps=40)
    assert tested.item() == pytest.approx(0.5, abs=0.02)


def test_a_two_sample_accuracy_repeats_and_leaves_the_random_numbers_alone():
    real, fake = torch.rand(2, 50, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    torch.manual_seed(3)
    with torch.no_grad():
        accuracies = [metrics.two_sample_accuracy(real, fake, 1, 5, seed=2) for _ in range(2)]
    after = torch.rand(1)
    torch.manual_seed(3)
    assert accuracies[0] == accuracies[1] and after == torch.rand(1)
    levels = torch.full((50, 784), 0.5 + 1e-4)  # 128 of 255 is 0.502
    same_grey = metrics.two_sample_accuracy(levels, levels + 1e-4, 1, 20)
    assert same_grey.item() == 0.5


def test_parzen_is_a_mean_of_scipys_gaussians():
    points, samples = torch.randn(4, 3), torch.randn(5, 3)
    density = stats.norm.pdf(points[:, None].numpy(), samples.numpy(), 0.7).prod(-1).mean(1)
    torch.testing.assert_close(
        metrics.parzen(points, samples, 0.7).numpy(), np.log(density), check_dtype=False
    )
    far = metrics.parzen(points + 1e3, samples, 0.1)
    assert torch.isfinite(far).all()
