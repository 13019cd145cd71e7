"""Every objective of the course, in course order: pure functions of what networks give.

Losses are in nats, means over the batch, which is the last axis of logits and scores. A leading
seed axis stays: (n_seeds, batch) logits give (n_seeds,) losses, whose `.sum()` trains every seed on
its own.
"""

import math

import torch
from torch.nn.functional import cross_entropy, softplus


# --- lesson 01 · a GAN on a line -----------------------------------------------------------------
def discriminator_loss(logits_real, logits_fake):
    """What a discriminator minimises: -log D on real samples, -log(1 - D) on generated ones.

    loss_d = mean softplus(-ℓ_real) + mean softplus(ℓ_fake), with D = sigmoid(ℓ); 2 log 2 when D = ½
    everywhere. (…, batch) logits twice → (…) nats per pair of samples; the batches may differ in
    size. Source: Goodfellow et al. 2014, eq. 1, its sign turned.

    >>> import torch
    >>> round(discriminator_loss(torch.zeros(8), torch.zeros(8)).item(), 4)  # 2 log 2
    1.3863
    """
    return softplus(-logits_real).mean(-1) + softplus(logits_fake).mean(-1)


def generator_nonsaturating(logits_fake):
    """What a generator minimises in practice: -log D, averaged over generated samples.

    loss_g = mean softplus(-ℓ_fake). (…, batch) logits → (…) nats per sample. Source: Goodfellow et
    al. 2014, section 3.

    >>> import torch
    >>> round(generator_nonsaturating(torch.zeros(8)).item(), 4)  # log 2
    0.6931
    """
    return softplus(-logits_fake).mean(-1)


def generator_minimax(logits_fake):
    """The generator's side of the minimax game: log(1 - D), averaged over generated samples.

    loss_g = -mean softplus(ℓ_fake). (…, batch) logits → (…) nats per sample. Source: Goodfellow et
    al. 2014, eq. 1.

    >>> import torch
    >>> round(generator_minimax(torch.zeros(8)).item(), 4)  # -log 2
    -0.6931
    """
    return -softplus(logits_fake).mean(-1)


def input_gradient(outputs, inputs):
    """The gradient of each output with respect to its own input, itself differentiable.

    Gradient penalties are made of it. (…, batch) outputs of inputs (…, batch, d) → (…, batch, d);
    no sample's output may depend on another sample's input. The vector of ones is passed as a
    tensor because `outputs.sum()` would hand the last layer a gradient with strides of 0, on which
    batched matrix products with a seed axis are slow: the same bits, three to five times the
    operations. Raises RuntimeError when `inputs` did not take part in `outputs` or does not require
    a gradient.

    >>> import torch
    >>> x = torch.tensor([[1.0, 2.0]], requires_grad=True)
    >>> input_gradient(x.square().sum(-1), x).tolist()  # 2 x
    [[2.0, 4.0]]
    """
    ones = torch.ones_like(outputs)
    return torch.autograd.grad(outputs, inputs, ones, create_graph=True)[0]


def slope_penalty(slope):
    """Half the mean squared gradient of D's logit: R1 at real samples, R2 at generated ones.

    ½ mean |∂ℓ/∂x|²: (…, batch, d) gradients → (…) nats per sample; sum over d, mean over the batch.
    Source: Mescheder et al. 2018, eq. 9.

    >>> import torch
    >>> slope_penalty(torch.tensor([[3., 4.], [0., 0.]])).item()  # ½ · (25 + 0)/2
    6.25
    """
    return 0.5 * slope.square().sum(-1).mean(-1)


# --- lesson 05 · Wasserstein ---------------------------------------------------------------------
def critic_loss(score_real, score_fake):
    """What a critic minimises: the negative of its gap, mean f(x_real) - mean f(x_fake).

    loss_critic = mean f(x_fake) - mean f(x_real). (…, batch) scores twice → (…), in the unit of the
    score; the batches may differ in size. For a critic of Lipschitz constant K the gap is at most
    K·W1. Source: Arjovsky et al. 2017, eq. 3, with the sign turned round.

    >>> import torch
    >>> critic_loss(torch.tensor([2., 4.]), torch.tensor([1.])).item()  # 1 - 3
    -2.0
    """
    return score_fake.mean(-1) - score_real.mean(-1)


def generator_wasserstein(score_fake):
    """What a generator minimises against a critic: minus the mean score of its samples.

    loss_g = -mean f(x_fake). (…, batch) scores → (…), in the unit of the score. Source: Arjovsky et
    al. 2017, algorithm 1.

    >>> import torch
    >>> generator_wasserstein(torch.tensor([1., 3.])).item()
    -2.0
    """
    return -score_fake.mean(-1)


def gradient_penalty(gradient, one_sided=False):
    """How far the norms of the critic's gradients are from 1, squared.

    mean (|∂f/∂x| - 1)², or mean max(0, |∂f/∂x| - 1)² if `one_sided`: (…, batch, d) gradients → (…);
    norm over d, mean over the batch. Sources: Gulrajani et al. 2017, eq. 3; Petzka et al. 2018,
    eq. 8 (one-sided).

    >>> import torch
    >>> gradient_penalty(torch.tensor([[3., 4.], [0., 0.]])).item()  # ((5 - 1)² + (0 - 1)²)/2
    8.5
    >>> gradient_penalty(torch.tensor([[3., 4.], [0., 0.]]), one_sided=True).item()
    8.0
    """
    excess = gradient.norm(dim=-1) - 1
    return (excess.clamp(min=0) if one_sided else excess).square().mean(-1)


# --- lesson 07 · translation without pairs --------------------------------------------------------
def cycle_loss(to_b, to_a, x_a, x_b):
    """How far points are from home after both maps, from each domain.

    mean |to_a(to_b(x_a)) - x_a| + mean |to_b(to_a(x_b)) - x_b|, the sum of absolute differences
    over coordinates: (…, batch, d) twice → (…), in the unit of x. Source: Zhu et al. 2017, eq. 2.

    >>> import torch
    >>> x = torch.tensor([[1., 2.], [3., 4.]])
    >>> cycle_loss(lambda x: 2 * x, lambda x: x / 2 + 1, x, x).item()  # off by (1, 1), and (2, 2)
    6.0
    """
    gap_a = (to_a(to_b(x_a)) - x_a).abs().sum(-1).mean(-1)
    gap_b = (to_b(to_a(x_b)) - x_b).abs().sum(-1).mean(-1)
    return gap_a + gap_b


# --- lesson 10 · the VAE -------------------------------------------------------------------------
def gaussian_nll(x, x_hat, std):
    """The reconstruction term of a Gaussian decoder, -log N(x; x_hat, std² I) for each sample.

    recon = Σ (x - x_hat)²/(2 std²) + d (log std + ½ log 2π): (…, d) twice → (…) nats; sum over d,
    no mean. `std` is a number, or a tensor that broadcasts against (…) (a learned σ). Source:
    Kingma and Welling 2014, appendix C.2.

    >>> import torch
    >>> x, x_hat = torch.tensor([1., 2.]), torch.zeros(2)
    >>> round(gaussian_nll(x, x_hat, 1.0).item(), 4)  # 5/2 + 2 · 0.9189
    4.3379
    """
    log_std = std.log() if hasattr(std, "log") else math.log(std)
    return (x - x_hat).square().sum(-1) / (2 * std**2) + x.shape[-1] * (
        log_std + 0.5 * math.log(2 * math.pi)
    )


def gaussian_kl(mu, logvar):
    """KL(N(mu, diag e^logvar) ‖ N(0, I)), the cost of each sample's code.

    kl = ½ Σ (mu² + e^logvar - 1 - logvar): (…, z_dim) twice → (…) nats; sum over z_dim, no mean.
    Source: Kingma and Welling 2014, appendix B.

    >>> import torch
    >>> gaussian_kl(torch.tensor([1., 2.]), torch.zeros(2)).item()  # ½ (1 + 4)
    2.5
    """
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(-1)


# --- lesson 12 · latent constraints ---------------------------------------------------------------
def latent_distance(z, z_prime, sigma_bar):
    """A penalty for moving z: log(1 + (z' - z)²)/σ̄², mean over dimensions and batch.

    (…, batch, z_dim) twice and σ̄ (z_dim,), the mean standard deviation of the posteriors → (…), not
    in nats. It is steepest at |z' - z| = 1. Source: Engel et al. 2018.

    >>> import torch
    >>> z, sigma_bar = torch.zeros(1, 1), torch.tensor([0.5])
    >>> round(latent_distance(z, z + 1, sigma_bar).item(), 4)  # 4 log 2
    2.7726
    """
    return ((z_prime - z).square().log1p() / sigma_bar.square()).mean((-2, -1))


# --- lesson 13 · GANs on text ---------------------------------------------------------------------
def reinforce(log_q, reward):
    """A loss whose gradient is minus an unbiased estimate of ∇E[R], with the others as baseline.

    loss = −mean over the batch of (Rᵢ − bᵢ) log q(xᵢ), where bᵢ is the mean reward of the other
    samples. No gradient goes through the reward. (…, batch) twice → (…); its value means nothing.
    Raises ValueError for a batch of one, which has no others. Source: Williams 1992; the baseline:
    Kool, van Hoof and Welling 2019, "Buy 4 REINFORCE samples, get a baseline for free!".

    >>> import torch
    >>> log_q = torch.zeros(2, requires_grad=True)
    >>> reinforce(log_q, torch.tensor([1.0, 0.0])).backward()  # advantages 1 and −1, halved
    >>> log_q.grad.tolist()
    [-0.5, 0.5]
    """
    n = reward.shape[-1]
    if n < 2:
        raise ValueError(
            f"wanted a batch of two or more, got one of {n}: the others are the baseline"
        )
    reward = reward.detach()
    others = (reward.sum(-1, keepdim=True) - reward) / (n - 1)
    return -((reward - others) * log_q).mean(-1)


def straight_through(word, soft):
    """`word` in value, `soft` in its gradient: two tensors of one shape → a third.

    Source: Bengio, Léonard and Courville 2013, section 4; there the gradient is that of the logits.

    >>> import torch
    >>> soft = torch.tensor([0.6, 0.4], requires_grad=True)
    >>> word = straight_through(torch.tensor([0.0, 1.0]), soft)
    >>> (word * torch.tensor([3.0, 5.0])).sum().backward()
    >>> word.tolist(), soft.grad.tolist()
    ([0.0, 1.0], [3.0, 5.0])
    """
    return word + soft - soft.detach()


# --- lesson 14 · a text VAE -----------------------------------------------------------------------
def token_nll(logits, tokens):
    """The reconstruction term of a text decoder, -log p(tokens | z) for each sentence.

    recon = -Σ_t log softmax(logits_t)[tokens_t] over the words that are not padding (0): (batch,
    length, n_words) and (batch, length) → (batch,) nats; sum over words, no mean. Source: Bowman et
    al. 2016, section 3.

    >>> import torch
    >>> nll = token_nll(torch.zeros(1, 3, 8), torch.tensor([[5, 2, 0]]))
    >>> round(nll.item() / math.log(8), 6)  # two words, each one of eight
    2.0
    """
    return cross_entropy(logits.transpose(1, 2), tokens, ignore_index=0, reduction="none").sum(-1)


def bag_of_words_nll(logits, tokens):
    """How badly z alone predicts which words occur, in any order, for each sentence.

    -Σ_t log softmax(logits)[tokens_t]: (batch, n_words) and (batch, length) → (batch,) nats; sum
    over words but padding, beginning and end (0 to 2), no mean. Source: Zhao et al. 2017,
    section 3.3.

    >>> import torch
    >>> nll = bag_of_words_nll(torch.zeros(1, 8), torch.tensor([[1, 5, 5, 2, 0]]))
    >>> round(nll.item() / math.log(8), 6)  # two words, each one of eight
    2.0
    """
    return -(logits.log_softmax(-1).gather(1, tokens) * (tokens > 2)).sum(-1)


def free_bits(kl, floor):
    """The KL term when `floor` nats in each dimension are free: Σ_j max(floor, mean of kl_j).

    (batch, z_dim) nats → one number. The mean over the batch is inside, so a dimension below the
    floor gets no gradient. With floor 0 it is the mean KL. Sources: Kingma et al. 2016, eq. 15
    (groups of one dimension); Li et al. 2019.

    >>> import torch
    >>> free_bits(torch.tensor([[0.1, 2.0], [0.3, 4.0]]), 0.5).item()  # means 0.2 and 3: 0.5 + 3
    3.5
    """
    return kl.mean(0).clamp(min=floor).sum()


def kl_weight(progress, rise=0.0, cycles=1):
    """The weight of the KL in the course of a training: `cycles` times it rises from 0 to 1.

    min(1, (progress · cycles mod 1)/rise): progress in [0, 1) → a number; `rise` is the share of
    each cycle in which the weight rises in a straight line before it stays at 1; with 0 it is
    always 1. Sources: Bowman et al. 2016, section 3.1 (one cycle); Fu et al. 2019, eq. 6 (4 cycles,
    rise ½).

    >>> [round(kl_weight(k / 8, rise=0.5, cycles=2), 2) for k in range(6)]
    [0.0, 0.5, 1.0, 1.0, 0.0, 0.5]
    """
    return min(1.0, progress * cycles % 1 / rise) if rise else 1.0


# --- lesson 16 · steering sentences ---------------------------------------------------------------
def attribute_nll(logits, target, sizes):
    """The cross-entropy of several attributes at once, with a softmax for each.

    -Σ_a Σ_k target_ak log softmax(logits_a)_k: (…, batch, Σ sizes) twice → (…) nats; sum over
    attributes, mean over the batch. The rows of `target` are one-hot, probabilities, or all 0 for
    an attribute that does not count because it is not asked for or its label is unknown.

    >>> import torch
    >>> logits, target = torch.zeros(1, 5), torch.tensor([[0., 1., 0., 0., 0.]])
    >>> round(attribute_nll(logits, target, (3, 2)).item(), 4)  # log 3; the second does not count
    1.0986
    """
    return -sum(
        (y * part.log_softmax(-1)).sum(-1)
        for y, part in zip(target.split(sizes, -1), logits.split(sizes, -1))
    ).mean(-1)
