"""Checks and quiz of lesson 08, KL both ways."""

import math

import torch

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_number,
    want_parts,
    want_tensor,
    worst,
)


def _example(mean, std):
    """Log densities of two Gaussians on a grid of step 0.1, and both KLs: (2, 401) and (2,)."""
    x = torch.arange(-200, 201, dtype=torch.float64) / 10
    p, q = (torch.distributions.Normal(m, torch.tensor(s).double()) for m, s in zip(mean, std))
    kls = [torch.distributions.kl_divergence(*pair) for pair in ((p, q), (q, p))]
    return torch.stack([p.log_prob(x), q.log_prob(x)]), torch.stack(kls)


def _two(got):
    """The two numbers of an answer as a tensor (2,)."""
    parts = want_parts(got, 2, "wanted two numbers: return KL(p‖q), KL(q‖p)")
    return torch.tensor([want_number(part) for part in parts], dtype=torch.float64)


def _judge_far(kls):
    """Raise a Hint unless both KLs are right where each density is 0 on the other's mass."""
    (log_p, log_q), wanted = _example([-9.0, 9.0], [0.5, 0.4])
    try:
        got = _two(ask(kls, log_p, log_q, 0.1))
    except Hint as hint:
        raise Hint(f"right where p and q overlap; where they are far apart, {hint}") from None
    if not same(got, wanted, 1e-5):
        _, yours, right = worst(got, wanted)
        raise Hint(
            f"right where p and q overlap; where they are far apart, one KL is {yours}, wanted "
            f"{right}: stay with log p − log q, and take no logarithm of a density"
        )


@exercise
def check_1(kls):
    """Both KLs of two densities that are given as logarithms on an even grid."""
    (log_p, log_q), wanted = _example([1.0, -2.0], [1.0, 2.0])
    got = _two(ask(kls, log_p, log_q, 0.1))
    pairs = (log_p, log_q), (log_q, log_p)
    cross = torch.stack([(-a.exp() * b).sum() * 0.1 for a, b in pairs])
    slips = (
        (wanted.flip(0), "the two are in the wrong order: return KL(p‖q), KL(q‖p)"),
        (-wanted, "the sign is turned round: a KL is never negative"),
        (wanted * torch.tensor([1, -1]), "the second is negative: it is the mean of log(q/p)"),
        (wanted * 10, "the step is missing: an integral is a sum times the step"),
        (wanted / math.log(2), "that is in bits: nats have the natural logarithm"),
        (wanted[0].expand(2), "both are KL(p‖q): the second is a mean over q"),
        (cross, "that is −E[log of the other] alone: the log of the density itself is missing"),
    )
    name_slip(got, slips, 1e-5)
    if not same(got, wanted, 1e-5):
        k, yours, right = worst(got, wanted)
        name = ("KL(p‖q)", "KL(q‖p)")[k[0]]
        raise Hint(f"your {name} is {yours}, wanted {right}: density, times log ratio, times step")
    _judge_far(kls)
    return "The same two curves, and two different numbers."


@exercise
def check_2(loss):
    """G's loss for the χ² divergence E_q[(r − 1)²], up to a constant.

    It is f(r) − r f′(r) = 1 − r² with r = e^ℓ.
    """
    logits = torch.tensor([-3.0, -1.0, -0.2, 0.0, 0.5, 1.0, 2.0], dtype=torch.float64)
    got, r = want_tensor("the loss", ask(loss, logits), logits.shape), logits.exp()
    got = got - got[3]  # a constant makes no difference to G
    slips = (
        (r**2 - 1, "the sign is turned round: G would run away from the data"),
        ((r - 1) ** 2, "that is f(r) alone: r depends on q as well, so −r f′(r) is missing"),
        (-2 * r * (r - 1), "that is −r f′(r) alone: f(r) is missing"),
        (2 * (r - 1), "that is f′(r): G needs f(r) − r f′(r)"),
        (
            (r - 1) ** 2 + 2 * r * (r - 1),
            "the sign of r f′(r): minus, as r = p/q falls when q grows",
        ),
        (1 - logits**2 - 1, "r is not the logit: r = exp(ℓ)"),
        (
            1 - r,
            "that is the loss of KL(p‖q); if you began with (r − 1)², the 2 of f′(r) is missing",
        ),
        ((1 - r**2) / 2, "right up to a factor: only an added constant is free, this is half"),
        (2 * (1 - r**2), "right up to a factor: only an added constant is free, this is twice"),
        ((r - 1) ** 2 - 2 * (r - 1), "f′(r) has to be multiplied by r"),
        (-((r - 1) ** 2), "that is −f(r): G needs f(r) − r f′(r)"),
        (1 - r**-2, "r = p/q = exp(ℓ), not exp(−ℓ)"),
    )
    name_slip(got, slips, 1e-6)
    if not same(got, 1 - r**2, 1e-6):
        k, yours, wanted = worst(got, 1 - r**2)
        raise Hint(
            f"from ℓ = 0 to ℓ = {logits[k]:g} it changes by {yours}, wanted {wanted}: "
            "put f(r) = (r − 1)² into f(r) − r f′(r)"
        )
    return "The same discriminator, and yet another divergence: the loss of G decides."


QUIZ = (
    (
        "You fit one Gaussian to two distant peaks by maximum likelihood. What happens?",
        {
            "It takes the larger peak, because most of the data lie there.": (
                "That is the best fit under KL(q‖p). Maximum likelihood minimises KL(p‖q)."
            ),
            "It depends on the start: either peak, or the gap between them.": (
                "KL(p‖q) of one Gaussian has a single minimum: all 64 starts ended there."
            ),
            "It takes the mean and the variance of the data.": (
                "Right. This is moment matching, and it puts mass into the gap."
            ),
        },
    ),
    (
        "A GAN with the loss −log D serves one mode only. Is that because GANs minimise KL(q‖p)?",
        {
            "No: −log D has another divergence, and p is best there, too.": (
                "Right. With the best D it is 2 KL(m‖p). Every divergence of this lesson is 0 for "
                "q = p, and only there. Section 5 shows how training gets stuck, and lesson 02 "
                "what the game does."
            ),
            "Yes: that KL is mode-seeking, so its best model drops the other modes.": (
                "With the best D it descends 2 KL(m‖p). Like KL(q‖p) it has a minimum on each "
                "peak, but it is another function."
            ),
            "No: all GANs minimise JS, and JS covers everything that p has.": (
                "JS has minima on the peaks, too (section 7), and −log D descends another function."
            ),
        },
    ),
    (
        "Does minimising KL(q‖p) always put the one Gaussian on one of the peaks?",
        {
            "Yes, mode-seeking means that the model takes one mode and leaves the others.": (
                "Some of our 64 starts ended in a third minimum, over both peaks."
            ),
            "For our p the best fit is there, but some starts end over both.": (
                "Right: it has three minima, and the start and the optimiser decide between them."
            ),
            "Only if the learning rate is small.": (
                "The minima belong to the function, whatever the learning rate."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(8)
