"""The objectives, against torch's own binary cross-entropy, quadrature and finite differences."""
import math

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from course_utils import losses
from course_utils.distributions import Gaussian


def test_discriminator_loss_is_two_cross_entropies():
    real, fake = torch.randn(3, 8), torch.randn(3, 5)
    oracle = sum(binary_cross_entropy_with_logits(logits, torch.full_like(logits, label), reduction="none").mean(1)
                 for logits, label in ((real, 1), (fake, 0)))
    torch.testing.assert_close(losses.discriminator_loss(real, fake), oracle)


def test_generator_losses_are_minus_log_d_and_log_one_minus_d():
    logits = torch.randn(4, 8, dtype=torch.float64)
    d = torch.sigmoid(logits)
    torch.testing.assert_close(losses.generator_nonsaturating(logits), -d.log().mean(1))
    torch.testing.assert_close(losses.generator_minimax(logits), (1 - d).log().mean(1))


def test_extreme_logits_stay_finite():
    far = torch.tensor([[1e4, -1e4]])
    for value in (losses.discriminator_loss(far, far), losses.generator_minimax(far), losses.generator_nonsaturating(far)):
        assert torch.isfinite(value).all()


def test_the_optimal_discriminator_pays_2_log_2_minus_2_js():
    x = torch.linspace(-6, 12, 20001, dtype=torch.float64)
    log_p, log_q = Gaussian(4, 0.5).log_prob(x), Gaussian(3, 1).log_prob(x)
    p, q, m = log_p.exp(), log_q.exp(), (log_p.exp() + log_q.exp()) / 2

    def price(logits):
        rows, sure = logits[:, None], torch.full((len(x), 1), 1e9)                    # where D is sure and right, that half costs nothing
        return torch.trapezoid(p * losses.discriminator_loss(rows, -sure) + q * losses.discriminator_loss(sure, rows), x)
    js = 0.5 * torch.trapezoid(torch.special.xlogy(p, p / m) + torch.special.xlogy(q, q / m), x)
    assert abs(price(log_p - log_q) - (2 * math.log(2) - 2 * js)) < 1e-6
    for other in (log_p - log_q + 0.1, 0.9 * (log_p - log_q)):
        assert price(other) > price(log_p - log_q) + 1e-4


def test_slope_penalty_is_half_the_mean_squared_slope_by_finite_differences():
    x = torch.randn(1, 6, 2, dtype=torch.float64).requires_grad_()

    def logits(points):
        return (points[..., 0] ** 3 + 2 * points[..., 1]).sin()
    slope, = torch.autograd.grad(logits(x).sum(), x)
    steps = 1e-6 * torch.eye(2, dtype=torch.float64)
    numeric = torch.stack([(logits(x + step) - logits(x - step)) / 2e-6 for step in steps], -1)
    torch.testing.assert_close(losses.slope_penalty(slope), 0.5 * numeric.square().sum(-1).mean(-1), rtol=1e-6, atol=1e-8)
