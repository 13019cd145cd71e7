"""Checks and quiz of lesson 04, saturation."""

import math

import torch

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


def _judge_slope(what, got, d, weight, over_d):
    """Raise the hint for a wrong slope of the loss `what` where D = d; the right one is -weight."""
    middle = (d > 0.01) & (d < 0.99)  # where the slope over D fits into single precision
    if same(got, weight):
        raise Hint(
            f"the sign is off: {what} falls as D rises, so its slope is negative"
            + ("; you have the slope of log D, not of −log D" if what == "−log D" else "")
        )
    if same(got[middle], over_d[middle], 1e-3):
        raise Hint(
            f"your slope of {what} grows without bound: that is d/dD, multiply by dD/dℓ = D(1 − D)"
        )
    if same(got, -d * (1 - d)):
        raise Hint(
            f"your slope of {what} is −D(1 − D), the sigmoid's slope alone: "
            "multiply it by the slope over D"
        )
    if not same(got, -weight):
        k, yours, right = worst(got, -weight)
        raise Hint(f"your slope of {what} is {yours} where D = {d[k]:.4g}, wanted {right}")


def _judge_infinite(what, got, right):
    """Raise the hint for a slope of the loss `what` that is not finite everywhere."""
    finite = torch.isfinite(got)
    if finite.all():
        return
    if finite.any() and same(got[finite], right[finite], 1e-2):
        raise Hint(
            f"your slope of {what} is right, but NaN or infinite at ℓ = 40: 1 − sigmoid(40) is 0 "
            "in single precision; find the derivative on paper, and write it with sigmoid(−ℓ)"
        )
    raise Hint(
        f"your slope of {what} grows without bound, to NaN or infinity: "
        "that is d/dD, multiply by dD/dℓ = D(1 − D)"
    )


@exercise
def check_1(slopes):
    """Slopes with respect to the logit: -D and -(1 - D)."""
    logits = torch.tensor([-10.0, -3.0, -0.5, 0.0, 1.0, 4.0, 40.0])
    got = want_parts(ask(slopes, logits), 2, "wanted two tensors: return first, second")
    d, rest = torch.sigmoid(logits.double()), torch.sigmoid(-logits.double())
    for name, tensor, right in zip(("log(1 − D)", "−log D"), got, (-d, -rest)):
        if torch.is_tensor(tensor) and tensor.shape == logits.shape:
            _judge_infinite(name, tensor, right)
    first, second = (want_tensor("each slope", tensor, (len(logits),)) for tensor in got)
    if same(first, -rest) and same(second, -d):
        raise Hint(
            "both are there, in the wrong order: log(1 − D) is the one that is silent at ℓ = −10"
        )
    _judge_slope("log(1 − D)", first, d, d, -1 / rest)
    _judge_slope("−log D", second, d, rest, -1 / d)
    if (second[-1] / rest[-1] + 1).abs() > 1e-2:
        raise Hint(
            f"at ℓ = 40 your slope of −log D is {second[-1]:.4g}, wanted −4.248e-18: "
            "1 − sigmoid(ℓ) loses all digits, sigmoid(−ℓ) keeps them"
        )
    return "Together they are −1 at every logit: what one loss does not say, the other does."


@exercise
def check_2(next_step):
    """The step at logit 0, when the step at `logit` has length 1: (1 + exp(-logit))/2."""
    for logit in (-0.5, -2.0, -10.0):
        got, grown = want_number(ask(next_step, logit)), math.exp(-logit)
        right = (1 + grown) / 2
        if math.isclose(got, right, rel_tol=1e-3):
            continue
        slips = (
            (1 + grown, "that is 1/D at the first step; at logit 0 the slope is not 1, it is ½"),
            (grown, "that is the ratio of the odds D/(1 − D); the slope of log(1 − D) is D alone"),
            (1 / right, "turned over: the first step has length 1, the second is the long one"),
            (
                (1 + 1 / grown) / 2,
                "that shrinks: it is the next step of −log D, whose weight is 1 − D",
            ),
            (
                1.0,
                "the rate stays, but the slope does not: it is D, and D rises from sigmoid(ℓ) to ½",
            ),
            (grown / 2, "nearly: 1/sigmoid(ℓ) is 1 + e^(−ℓ), not e^(−ℓ)"),
            (
                (1 + grown) ** 2 / (4 * grown),
                (
                    "that is a ratio of D(1 − D), the sigmoid's slope: "
                    "log(1 − D) has the slope D over the logit"
                ),
            ),
        )
        for wrong, hint in slips:
            if math.isclose(got, wrong, rel_tol=1e-3):
                raise Hint(hint)
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for ℓ = {logit:g} it gives {yours}, wanted {wanted}: "
            "divide the slope at logit 0 by the slope at ℓ"
        )
    return "A rate that suits the start throws G far away on arrival."


def _kl(a, b):
    return torch.xlogy(a, a / b).sum(-1)


def _slips(p, q):
    """What comes out when the algebra goes wrong, with the hint that fits."""
    m = (p + q) / 2
    js = (_kl(p, m) + _kl(q, m)) / 2
    return (
        (_kl(m, p), "half of it: p + q is 2m, not m"),
        (2 * _kl(p, m), "the roles are exchanged: the average is over m, the logarithm is of m/p"),
        (_kl(q, p) - js, "one JS is missing: KL(q‖p) − 2 JS"),
        (_kl(q, p) - 4 * js, "JS has a half in front of each KL: 2 JS = KL(p‖m) + KL(q‖m)"),
        (_kl(q, p), "that is KL(q‖p) alone: subtract 2 JS"),
        (2 * js, "that is 2 JS, what log(1 − D) descends"),
        (2 * js - _kl(q, p), "the sign is turned round"),
        (_kl(q, p) - _kl(q, m), "the terms with p are missing: −p log(p/m)"),
        (
            _kl(q, p) - _kl(q, m) + math.log(2),
            (
                "that is the value of E_q[−log D*]: "
                "its slope is another one, because D* is held in G's step"
            ),
        ),
    )


@exercise
def check_3(divergence):
    """KL(q‖p) − 2 JS(p, q) = 2 KL(m‖p) on histograms."""
    draw = torch.Generator().manual_seed(4)
    p, q = (2 * torch.randn(2, 5, 12, dtype=torch.float64, generator=draw)).softmax(-1)
    q[:2, :4] = 0  # bins that the generator never fills
    q = q / q.sum(-1, keepdim=True)
    right = 2 * _kl((p + q) / 2, p)
    got = ask(divergence, p, q)
    shape = got.shape if torch.is_tensor(got) else None
    if shape == p.shape:
        raise Hint("that is one number a bin: sum over the last axis")
    if shape == right.shape and got[:2].isnan().all() and got[2:].isfinite().all():
        raise Hint("NaN where q has empty bins: there 0 · log 0 should count as 0; use torch.xlogy")
    got = want_tensor("the divergence", got, right.shape)
    name_slip(got, _slips(p, q), 1e-5)
    exchanged = 2 * _kl((p + q) / 2, q)  # infinite where q has empty bins
    if same(got[2:], exchanged[2:], 1e-5):
        raise Hint("p and q are exchanged: divide by p, the data")
    if not same(got, right, 1e-5):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one pair it gives {yours}, wanted {wanted}: "
            "write out KL(q‖p), KL(p‖m) and KL(q‖m) as sums first"
        )
    return "It is 2 KL(m‖p): never negative, 0 only for q = p."


QUIZ = (
    (
        "Why does the gradient of log(1 − D) vanish when D ≈ 0?",
        {
            "Because log(1 − D) is flat near D = 0.": (
                "As a function of D its slope there is −1. Section 1 prints it."
            ),
            "Because the sigmoid between logit and D is flat there.": (
                "Right. Over the logit the slope is −D, and D ≈ 0."
            ),
            "Because D's own slope dℓ/dx is 0 when D is sure.": (
                "In section 2 it went up to about 16, and −log D passed it on in full."
            ),
        },
    ),
    (
        (
            "A run with log(1 − D) shows a loss of G of −0.000 and a loss of D of 0.000, "
            "for thousands of steps. What has happened?"
        ),
        {
            "It has converged: both losses are at their minimum.": (
                "G minimises log(1 − D), and 0 is its largest value. At a perfect G it is −0.693."
            ),
            "D has won, and G hears nothing.": (
                "Right. At a perfect G the losses would be −0.693 and 1.386."
            ),
            "The learning rate of G is too small.": (
                "With D ahead, section 3 tried seven rates, from 0.001 to 1000: "
                "none got two seeds in three to the mode."
            ),
        },
    ),
    (
        "−log D descends KL(q‖p) − 2 JS(p, q). What does the minus sign mean?",
        {
            "G is also pushed away from the data.": (
                "The difference is 2 KL(m‖p), m halfway between p and q: "
                "never negative, 0 only at q = p."
            ),
            "Nothing is pushed apart: the whole is a divergence again.": (
                "Right: it is 2 KL(m‖p)."
            ),
            "The value of G's loss is KL(q‖p) − 2 JS, so it can be negative.": (
                "The statement is about slopes, with D* held. "
                "And neither −log D nor the difference is ever negative."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
