"""Checks and quiz of lesson 12: can a frozen VAE draw what you ask for?"""

import torch
from torch.nn.functional import cross_entropy, softplus

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_graph,
    want_parts,
    want_tensor,
    worst,
)


def _drawn(*shape, seed=12):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@exercise
def check_1(gaussian):
    """Mean and Cholesky factor of the covariance of draws from q(z|x), over a group of digits."""
    mu = _drawn(9, 3) @ _drawn(3, 3, seed=1) + 2
    std = 0.3 + _drawn(9, 3, seed=2).square()
    got = want_parts(ask(gaussian, mu, std), 2, "return two things: the mean and L")
    mean = want_tensor("the mean", got[0], (3,))
    factor = want_tensor("L", got[1], (3, 3))
    if not same(mean, mu.mean(0)):
        raise Hint("the mean of the draws is the mean of the rows of μ: ε has mean 0")
    spread, noise = torch.cov(mu.T), std.square().mean(0).diag()
    if same(factor, torch.linalg.cholesky(spread + noise).T):
        raise Hint("that is Lᵀ: L is the lower triangle, so that z′ = m + L·z")
    cov = factor @ factor.T  # of what is drawn as m + L·z
    small = torch.cov(mu.T, correction=0)
    if any(same(factor, part + noise) for part in (spread, small)):
        raise Hint("that is the covariance itself: take its Cholesky factor")
    slips = (
        (spread, "that is the covariance of the rows of μ: σ·ε adds the mean of σ²"),
        (small, "that is the covariance of the rows of μ: σ·ε adds the mean of σ²"),
        (noise, "that is the part of σ·ε alone: add the covariance of the rows of μ"),
        (spread + std.mean(0).square().diag(), "the square of the mean σ: take the mean of σ²"),
        (spread + std.mean(0).diag(), "variances add, not standard deviations: σ², then the mean"),
        (spread + std.square().sum(0).diag(), "take the mean of σ² over the rows, not the sum"),
        (spread - noise, "the part of σ·ε is added, not taken away"),
    )
    name_slip(cov, slips)
    if not same(cov, spread + noise) and not same(cov, small + noise):
        _, yours, wanted = worst(cov, spread + noise)
        raise Hint(
            f"L·Lᵀ has {yours}, wanted {wanted}: the covariance of the rows of μ, plus the mean of "
            "σ² on the diagonal"
        )
    if not same(factor, factor.tril()):
        raise Hint("L·Lᵀ is right, but L is not a lower triangle: use torch.linalg.cholesky")
    return "A Gaussian for a group of posteriors. One for each group of each digit is a mixture."


@exercise
def check_2(actor_loss):
    """Cross-entropy of the wish plus -log D at z′, means over the batch."""
    digit_logits, digits = 2 * _drawn(6, 10, seed=2), torch.tensor([3, 0, 9, 3, 5, 1])
    realism_logits = _drawn(6, seed=3) + 0.3
    got = want_tensor("the loss", ask(actor_loss, digit_logits, digits, realism_logits), ())
    asked, real = cross_entropy(digit_logits, digits), softplus(-realism_logits)
    fooled = softplus(realism_logits)
    probabilities = digit_logits.softmax(1)
    slips = (
        (asked, "realism is missing: add the mean of −log D"),
        (real.mean(), "the wish is missing: add the cross-entropy of the digits asked for"),
        (asked + fooled.mean(), "the sign of the realism: the actor wants D near 1, so −log D"),
        (
            asked + realism_logits.sigmoid().log().mean(),
            "log D should become large: its negative is what to minimise",
        ),
        (real.mean() - asked, "the sign of the cross-entropy: it is to become small"),
        (asked - fooled.mean(), "that is the minimax loss of lesson 04: use −log D"),
        (asked + real.sum(), "take the mean over the batch for the realism, too"),
        (6 * asked + real.sum(), "take means over the batch, not sums"),
        (6 * asked + real.mean(), "take the mean over the batch for the cross-entropy, too"),
        ((asked + real.mean()) / 2, "half of it: add the two"),
        (
            cross_entropy(probabilities, digits) + real.mean(),
            "cross_entropy wants logits: it makes probabilities of them itself",
        ),
        (
            asked - realism_logits.mean(),
            "that is the loss of a Wasserstein generator: here the output is a logit",
        ),
    )
    name_slip(got, slips)
    right = asked + real.mean()
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"it gives {yours}, wanted {wanted}: cross_entropy(digit_logits, digits), and the mean "
            "of softplus(−realism_logits)"
        )
    logits = [part.clone().requires_grad_() for part in (digit_logits, realism_logits)]
    want_graph(actor_loss, logits[0], digits, logits[1], learned=logits)
    return "Two questions at z′: is it what was asked for, and is it the code of a digit at all?"


QUIZ = (
    (
        "An attribute critic is certain that every z′ of an actor has the digit that was asked "
        "for. What do you know?",
        {
            "The decoded pictures are the digits asked for.": (
                "No. In section 5 an actor without a realism critic was trained to make its "
                "attribute critic certain, and some of the pictures were broken to pieces."
            ),
            "The critic is too small, and a larger one would not be fooled.": (
                "The actor is trained to make its critic certain, whatever the critic's size. A "
                "classifier of codes is never asked whether a code is real."
            ),
            "The actor has found places where this critic says yes.": (
                "Right: it was trained for that. Not even an independent classifier settles what "
                "the pictures are: look at them, and measure the coverage."
            ),
        },
    ),
    (
        "What does the realism critic add?",
        {
            "It keeps z′ near codes of digits.": (
                "Right: there the decoder was trained, and there the attribute critic was, too."
            ),
            "It makes the decoder sharper.": (
                "The decoder is frozen. It could draw sharply before, and was asked in the wrong "
                "places."
            ),
            "It tells whether the digit is the one asked for.": (
                "It never sees a label. That is the task of the other critic."
            ),
        },
    ),
    (
        "You want sharp sevens from this VAE, as varied as real ones. Which method do you take?",
        {
            "Critics and actor, because a network can bend a cloud of draws as it likes.": (
                "It could, but in section 4 its digits covered fewer of the real ones than those "
                "of the mixture."
            ),
            "A mixture of Gaussians for the codes of sevens.": (
                "Right: it obeys about as often and covers more. The actor is worth its training "
                "when one network has to serve many wishes."
            ),
            "One Gaussian with the mean and covariance of all codes.": (
                "It cannot be asked for a seven, and in section 1 its draws were hardly better "
                "than those of the prior."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(12)
