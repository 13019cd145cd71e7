"""The objectives, against torch's own binary cross-entropy, quadrature and finite differences."""

import math

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from course_utils import losses
from course_utils.distributions import Gaussian


def test_discriminator_loss_is_two_cross_entropies():
    real, fake = torch.randn(3, 8), torch.randn(3, 5)
    oracle = sum(
        binary_cross_entropy_with_logits(
            logits, torch.full_like(logits, label), reduction="none"
        ).mean(1)
        for logits, label in ((real, 1), (fake, 0))
    )
    torch.testing.assert_close(losses.discriminator_loss(real, fake), oracle)


def test_generator_losses_are_minus_log_d_and_log_one_minus_d():
    logits = torch.randn(4, 8, dtype=torch.float64)
    d = torch.sigmoid(logits)
    torch.testing.assert_close(losses.generator_nonsaturating(logits), -d.log().mean(1))
    torch.testing.assert_close(losses.generator_minimax(logits), (1 - d).log().mean(1))


def test_extreme_logits_stay_finite():
    far = torch.tensor([[1e4, -1e4]])
    for value in (
        losses.discriminator_loss(far, far),
        losses.generator_minimax(far),
        losses.generator_nonsaturating(far),
    ):
        assert torch.isfinite(value).all()


def test_the_optimal_discriminator_pays_2_log_2_minus_2_js():
    x = torch.linspace(-6, 12, 20001, dtype=torch.float64)
    log_p, log_q = Gaussian(4, 0.5).log_prob(x), Gaussian(3, 1).log_prob(x)
    p, q, m = log_p.exp(), log_q.exp(), (log_p.exp() + log_q.exp()) / 2

    def price(logits):
        # where D is sure and right, that half costs nothing
        rows, sure = logits[:, None], torch.full((len(x), 1), 1e9)
        return torch.trapezoid(
            p * losses.discriminator_loss(rows, -sure) + q * losses.discriminator_loss(sure, rows),
            x,
        )

    js = 0.5 * torch.trapezoid(torch.special.xlogy(p, p / m) + torch.special.xlogy(q, q / m), x)
    assert abs(price(log_p - log_q) - (2 * math.log(2) - 2 * js)) < 1e-6
    for other in (log_p - log_q + 0.1, 0.9 * (log_p - log_q)):
        assert price(other) > price(log_p - log_q) + 1e-4


def test_slope_penalty_is_half_the_mean_squared_slope_by_finite_differences():
    x = torch.randn(1, 6, 2, dtype=torch.float64).requires_grad_()

    def logits(points):
        return (points[..., 0] ** 3 + 2 * points[..., 1]).sin()

    (slope,) = torch.autograd.grad(logits(x).sum(), x)
    steps = 1e-6 * torch.eye(2, dtype=torch.float64)
    numeric = torch.stack([(logits(x + step) - logits(x - step)) / 2e-6 for step in steps], -1)
    torch.testing.assert_close(
        losses.slope_penalty(slope), 0.5 * numeric.square().sum(-1).mean(-1), rtol=1e-6, atol=1e-8
    )


def test_the_gap_of_the_identity_on_a_line_is_the_difference_of_the_means():
    x_real, x_fake = torch.randn(5, 64) + 3, torch.randn(5, 32)
    assert torch.allclose(losses.critic_loss(x_real, x_fake), x_fake.mean(1) - x_real.mean(1))
    assert torch.allclose(losses.generator_wasserstein(x_fake), -x_fake.mean(1))


def test_critic_and_generator_pull_in_opposite_directions_at_generated_samples():
    score = torch.randn(3, 8, requires_grad=True)
    (for_critic,) = torch.autograd.grad(losses.critic_loss(torch.zeros(3, 8), score).sum(), score)
    (for_g,) = torch.autograd.grad(losses.generator_wasserstein(score).sum(), score)
    assert torch.equal(for_critic, -for_g)


def test_gradient_penalty_against_a_loop():
    slope = 2 * torch.randn(2, 7, 3, dtype=torch.float64)
    for one_sided in (False, True):
        by_hand = [[(sum(v**2 for v in row) ** 0.5 - 1) for row in seed] for seed in slope.tolist()]
        by_hand = [
            sum((max(0, e) if one_sided else e) ** 2 for e in seed) / len(seed) for seed in by_hand
        ]
        assert torch.allclose(
            losses.gradient_penalty(slope, one_sided), torch.tensor(by_hand, dtype=torch.float64)
        )


def test_gradient_penalty_is_zero_at_length_one_and_one_sided_below():
    unit = torch.nn.functional.normalize(torch.randn(4, 9, 5), dim=-1)
    assert (
        losses.gradient_penalty(unit).max() < 1e-10
        and losses.gradient_penalty(0.5 * unit, one_sided=True).max() == 0
    )
    assert torch.allclose(losses.gradient_penalty(0.5 * unit), torch.full((4,), 0.25))


def test_the_two_terms_of_the_elbo_agree_with_torch_distributions():
    torch.manual_seed(0)
    mu, logvar, x, x_hat = torch.randn(4, 3, 7, 5, dtype=torch.float64)
    posterior = torch.distributions.Normal(mu, (logvar / 2).exp())
    kl = torch.distributions.kl_divergence(
        posterior, torch.distributions.Normal(torch.zeros_like(mu), 1)
    ).sum(-1)
    torch.testing.assert_close(losses.gaussian_kl(mu, logvar), kl)
    for std in (0.3, torch.rand(3, 7, dtype=torch.float64) + 0.1):
        wide = std if isinstance(std, float) else std.unsqueeze(-1)
        torch.testing.assert_close(
            losses.gaussian_nll(x, x_hat, std),
            -torch.distributions.Normal(x_hat, wide).log_prob(x).sum(-1),
        )


def test_distance_is_the_formula_summed_by_hand():
    z, z_prime, sigma_bar = torch.randn(3, 5, 4), torch.randn(3, 5, 4), torch.rand(4) + 0.1
    got = losses.latent_distance(z, z_prime, sigma_bar)
    for s in range(3):
        by_hand = [
            math.log(1 + (z_prime[s, b, d] - z[s, b, d]).item() ** 2) / sigma_bar[d].item() ** 2
            for b in range(5)
            for d in range(4)
        ]
        assert got[s].item() == pytest.approx(sum(by_hand) / 20, rel=1e-5)


def test_distance_is_zero_only_without_a_move_and_symmetric():
    z, other, sigma_bar = torch.randn(7, 4), torch.randn(7, 4), torch.rand(4) + 0.1
    assert losses.latent_distance(z, z, sigma_bar) == 0
    assert torch.allclose(
        losses.latent_distance(z, other, sigma_bar), losses.latent_distance(other, z, sigma_bar)
    )


def test_several_attributes_at_once_are_a_sum_of_cross_entropies_over_those_that_count():
    sizes, logits = (6, 3, 2), torch.randn(4, 7, 11, dtype=torch.float64)
    # -1: does not count
    values = torch.stack([torch.randint(-1, size, (4, 7)) for size in sizes], -1)
    target = torch.cat(
        [
            torch.nn.functional.one_hot(values[..., j].clamp(min=0), size)
            * (values[..., j : j + 1] >= 0)
            for j, size in enumerate(sizes)
        ],
        -1,
    )
    by_torch = sum(
        torch.nn.functional.cross_entropy(
            part.reshape(28, -1), values[..., j].reshape(28), ignore_index=-1, reduction="none"
        ).view(4, 7)
        for j, part in enumerate(logits.split(sizes, -1))
    )
    torch.testing.assert_close(
        losses.attribute_nll(logits, target.double(), sizes), by_torch.mean(-1)
    )


def test_with_probabilities_as_target_it_is_least_at_the_same_probabilities():
    sizes, logits = (4, 2), torch.randn(5, 9, 6, dtype=torch.float64)
    believed = torch.cat([part.softmax(-1) for part in logits.split(sizes, -1)], -1)
    least = losses.attribute_nll(logits, believed, sizes)
    torch.testing.assert_close(
        least,
        sum(
            torch.distributions.Categorical(part).entropy() for part in believed.split(sizes, -1)
        ).mean(-1),
    )
    assert (losses.attribute_nll(logits + torch.randn_like(logits), believed, sizes) > least).all()
