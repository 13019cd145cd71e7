"""The objectives, against torch's own binary cross-entropy, quadrature and finite differences."""

import itertools
import math

import pytest
import torch
from torch.distributions import Categorical, Normal, kl_divergence
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

from course_utils import losses
from course_utils.distributions import Gaussian


def test_discriminator_loss_is_two_cross_entropies():
    real, fake = torch.randn(3, 8), torch.randn(3, 5)

    def to_label(logits, label):
        labels = torch.full_like(logits, label)
        return binary_cross_entropy_with_logits(logits, labels, reduction="none").mean(1)

    oracle = to_label(real, 1) + to_label(fake, 0)
    torch.testing.assert_close(losses.discriminator_loss(real, fake), oracle)


def test_generator_losses_are_minus_log_d_and_log_one_minus_d():
    logits = torch.randn(4, 8, dtype=torch.float64)
    d = torch.sigmoid(logits)
    torch.testing.assert_close(losses.generator_nonsaturating(logits), -d.log().mean(1))
    torch.testing.assert_close(losses.generator_minimax(logits), (1 - d).log().mean(1))


def test_extreme_logits_stay_finite():
    far = torch.tensor([[1e4, -1e4]])
    assert torch.isfinite(losses.discriminator_loss(far, far)).all()
    for generator_loss in (losses.generator_minimax, losses.generator_nonsaturating):
        assert torch.isfinite(generator_loss(far)).all()


def test_the_optimal_discriminator_pays_2_log_2_minus_2_js():
    x = torch.linspace(-6, 12, 20001, dtype=torch.float64)
    log_p, log_q = Gaussian(4, 0.5).log_prob(x), Gaussian(3, 1).log_prob(x)
    p, q, m = log_p.exp(), log_q.exp(), (log_p.exp() + log_q.exp()) / 2

    def loss(logits):
        # where D is certain and right, that half costs nothing
        rows, certain = logits[:, None], torch.full((len(x), 1), 1e9)
        on_real = losses.discriminator_loss(rows, -certain)
        on_fake = losses.discriminator_loss(certain, rows)
        return torch.trapezoid(p * on_real + q * on_fake, x)

    js = 0.5 * torch.trapezoid(torch.special.xlogy(p, p / m) + torch.special.xlogy(q, q / m), x)
    least = loss(log_p - log_q)
    assert abs(least - (2 * math.log(2) - 2 * js)) < 1e-6
    for other in (log_p - log_q + 0.1, 0.9 * (log_p - log_q)):
        assert loss(other) > least + 1e-4


def test_slope_penalty_is_half_the_mean_squared_gradient_by_finite_differences():
    x = torch.randn(1, 6, 2, dtype=torch.float64).requires_grad_()

    def logits(points):
        return (points[..., 0] ** 3 + 2 * points[..., 1]).sin()

    gradient = losses.input_gradient(logits(x), x)
    steps = 1e-6 * torch.eye(2, dtype=torch.float64)
    numeric = torch.stack([(logits(x + step) - logits(x - step)) / 2e-6 for step in steps], -1)
    torch.testing.assert_close(gradient, numeric, rtol=1e-6, atol=1e-8)
    oracle = 0.5 * numeric.square().sum(-1).mean(-1)
    penalty = losses.slope_penalty(gradient)
    torch.testing.assert_close(penalty, oracle, rtol=1e-6, atol=1e-8)
    assert torch.autograd.grad(penalty.sum(), x)[0].abs().sum() > 0  # networks learn from it


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
    gradient = 2 * torch.randn(2, 7, 3, dtype=torch.float64)
    for one_sided in (False, True):
        by_hand = []
        for seed in gradient.tolist():
            excess = [sum(v**2 for v in row) ** 0.5 - 1 for row in seed]
            excess = [max(0, e) for e in excess] if one_sided else excess
            by_hand.append(sum(e**2 for e in excess) / len(excess))
        got = losses.gradient_penalty(gradient, one_sided)
        assert torch.allclose(got, torch.tensor(by_hand, dtype=torch.float64))


def test_gradient_penalty_is_zero_at_norm_one_and_one_sided_below():
    unit = torch.nn.functional.normalize(torch.randn(4, 9, 5), dim=-1)
    assert losses.gradient_penalty(unit).max() < 1e-10
    assert losses.gradient_penalty(0.5 * unit, one_sided=True).max() == 0
    assert torch.allclose(losses.gradient_penalty(0.5 * unit), torch.full((4,), 0.25))


def test_the_two_terms_of_the_elbo_agree_with_torch_distributions():
    torch.manual_seed(0)
    mu, logvar, x, x_hat = torch.randn(4, 3, 7, 5, dtype=torch.float64)
    posterior, prior = Normal(mu, (logvar / 2).exp()), Normal(torch.zeros_like(mu), 1)
    kl = kl_divergence(posterior, prior).sum(-1)
    torch.testing.assert_close(losses.gaussian_kl(mu, logvar), kl)
    for std in (0.3, torch.rand(3, 7, dtype=torch.float64) + 0.1):
        each = std if isinstance(std, float) else std.unsqueeze(-1)
        nll = -Normal(x_hat, each).log_prob(x).sum(-1)
        torch.testing.assert_close(losses.gaussian_nll(x, x_hat, std), nll)


def test_distance_is_the_formula_summed_by_hand():
    z, z_prime, sigma_bar = torch.randn(3, 5, 4), torch.randn(3, 5, 4), torch.rand(4) + 0.1
    got = losses.latent_distance(z, z_prime, sigma_bar)
    for s in range(3):
        by_hand = 0.0
        for b, d in itertools.product(range(5), range(4)):
            moved = (z_prime[s, b, d] - z[s, b, d]).item()
            by_hand += math.log(1 + moved**2) / sigma_bar[d].item() ** 2 / 20
        assert got[s].item() == pytest.approx(by_hand, rel=1e-5)


def test_reinforce_has_the_gradient_of_the_mean_reward_on_average():
    logits = torch.tensor([0.5, -0.2, 0.1], dtype=torch.float64, requires_grad=True)
    reward = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    exact = torch.autograd.grad((logits.softmax(0) * reward.detach()).sum(), logits)[0]
    pairs = torch.cartesian_prod(torch.arange(3), torch.arange(3))  # all batches of two
    log_q = logits.log_softmax(0)[pairs]
    loss = (log_q.detach().sum(1).exp() * losses.reinforce(log_q, reward[pairs])).sum()
    torch.testing.assert_close(torch.autograd.grad(loss, logits, retain_graph=True)[0], -exact)
    assert torch.autograd.grad(loss, reward, allow_unused=True)[0] is None
    with pytest.raises(ValueError, match="two or more"):
        losses.reinforce(log_q[:, :1], reward[pairs][:, :1])


def test_straight_through_is_exact_for_one_word_and_a_linear_reward():
    logits = torch.randn(5, dtype=torch.float64, requires_grad=True)
    reward, soft = torch.randn(5, dtype=torch.float64), logits.softmax(0)
    exact = torch.autograd.grad(soft @ reward, logits, retain_graph=True)[0]
    for word in torch.eye(5, dtype=torch.float64):
        through = losses.straight_through(word, soft)
        torch.testing.assert_close(through, word)
        got = torch.autograd.grad(through @ reward, logits, retain_graph=True)[0]
        torch.testing.assert_close(got, exact)


def test_distance_is_zero_only_without_a_move_and_symmetric():
    z, other, sigma_bar = torch.randn(7, 4), torch.randn(7, 4), torch.rand(4) + 0.1
    assert losses.latent_distance(z, z, sigma_bar) == 0
    there, back = (losses.latent_distance(*pair, sigma_bar) for pair in ((z, other), (other, z)))
    assert there > 0 and torch.allclose(there, back)


def test_several_attributes_at_once_are_a_sum_of_cross_entropies_over_those_that_count():
    sizes, logits = (6, 3, 2), torch.randn(28, 11, dtype=torch.float64)
    values = [torch.randint(-1, size, (28,)) for size in sizes]  # -1 does not count
    rows = [one_hot(v.clamp(min=0), size) * (v >= 0)[:, None] for v, size in zip(values, sizes)]
    target = torch.cat(rows, -1).double()
    by_torch = sum(
        cross_entropy(part, v, ignore_index=-1, reduction="none")
        for part, v in zip(logits.split(sizes, -1), values)
    )
    got = losses.attribute_nll(logits.view(4, 7, 11), target.view(4, 7, 11), sizes)
    torch.testing.assert_close(got, by_torch.view(4, 7).mean(-1))


def test_with_probabilities_as_target_it_is_least_at_the_same_probabilities():
    sizes, logits = (4, 2), torch.randn(5, 9, 6, dtype=torch.float64)
    believed = torch.cat([part.softmax(-1) for part in logits.split(sizes, -1)], -1)
    least = losses.attribute_nll(logits, believed, sizes)
    entropy = sum(Categorical(part).entropy() for part in believed.split(sizes, -1))
    torch.testing.assert_close(least, entropy.mean(-1))
    assert (losses.attribute_nll(logits + torch.randn_like(logits), believed, sizes) > least).all()


def test_an_unknown_word_is_a_word_and_padding_beginning_and_end_are_none():
    logits, tokens = torch.randn(1, 8), torch.tensor([[1, 3, 7, 2, 0]])
    oracle = -Categorical(logits=logits).log_prob(torch.tensor([3, 7])).sum()
    torch.testing.assert_close(losses.bag_of_words_nll(logits, tokens), oracle.view(1))
    logits = torch.randn(1, 5, 8)
    oracle = -Categorical(logits=logits).log_prob(tokens)[:, :4].sum(1)
    torch.testing.assert_close(losses.token_nll(logits, tokens), oracle)


def test_the_weight_of_the_kl_rises_once_unless_more_is_asked_for():
    assert [losses.kl_weight(k / 4, rise=1.0) for k in range(4)] == [0, 0.25, 0.5, 0.75]


def test_cycle_loss_is_the_mean_l1_distance_after_both_maps():
    a, b = torch.randn(3, 8, 2), torch.randn(3, 5, 2)  # batches of different sizes
    to_b, to_a = lambda x: 2 * x + 1, lambda x: x.flip(-1)
    oracle = [
        2 * torch.nn.functional.l1_loss(to_a(to_b(x)), x) + 2 * torch.nn.functional.l1_loss(*back)
        for x, back in zip(a, ((to_b(to_a(y)), y) for y in b))
    ]
    torch.testing.assert_close(losses.cycle_loss(to_b, to_a, a, b), torch.stack(oracle))


def test_cycle_loss_is_zero_for_inverse_maps_and_the_same_for_a_turned_pair():
    def there(x):
        return torch.stack([x[..., 0] + x[..., 1] ** 3, x[..., 1]], -1)

    def home(x):
        return torch.stack([x[..., 0] - x[..., 1] ** 3, x[..., 1]], -1)

    half = torch.randn(2, 50, 2)
    a, b = torch.cat([half, -half], 1), torch.randn(2, 70, 2)
    zero = losses.cycle_loss(there, home, a, b)
    torch.testing.assert_close(zero, torch.zeros(2), atol=1e-5, rtol=0)
    other = (lambda x: there(-x) + 0.1), (lambda x: -home(x))
    turned = (lambda x: other[0](-x)), (lambda x: -other[1](x))
    got = losses.cycle_loss(*turned, a, b)
    torch.testing.assert_close(got, losses.cycle_loss(*other, a, b))
