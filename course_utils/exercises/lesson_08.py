"""Checks and quiz of lesson 08, KL both ways."""

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


def _std_slips(shares, stds, within, between, mean):
    """Wrong standard deviations of a mixture, with the hint that fits."""
    return (
        (within + between, "that is the variance: take the root"),
        (
            math.sqrt(within),
            "that is the width within the peaks alone: the distance between the peaks is missing",
        ),
        (
            math.sqrt(between),
            "that is the distance between the peaks alone: their own widths are missing",
        ),
        (
            math.sqrt(within + between + mean**2),
            "that is the root of the mean square: subtract the squared mean",
        ),
        (
            (shares * stds).sum().item(),
            (
                "that is the mean of the widths: "
                "variances add, and so does the distance between the peaks"
            ),
        ),
    )


@exercise
def check_1(fit):
    """Mean and standard deviation of a mixture of bells: what the inclusive KL fits."""
    shares, centres, stds = (
        torch.tensor(row, dtype=torch.float64)
        for row in ((0.5, 0.3, 0.2), (-4.0, 1.0, 5.0), (0.5, 1.0, 2.0))
    )
    wanted = "wanted two numbers: return mean, std"
    got = want_parts(ask(fit, shares, centres, stds), 2, wanted)
    mean, std = (want_number(number) for number in got)
    right = (shares * centres).sum().item()
    if math.isclose(mean, centres.mean().item(), abs_tol=1e-4):
        raise Hint("your mean gives every peak the same share: weight the centres with the shares")
    if not math.isclose(mean, right, abs_tol=1e-4) and math.isclose(std, right, abs_tol=1e-4):
        raise Hint("the two are in the wrong order: return mean, std")
    if not math.isclose(mean, right, abs_tol=1e-4):
        _, yours, wanted = worst(mean, right)
        raise Hint(f"your mean is {yours}, wanted {wanted}: the sum of shares times centres")
    within = (shares * stds**2).sum().item()
    between = (shares * (centres - right) ** 2).sum().item()
    for wrong, hint in _std_slips(shares, stds, within, between, right):
        if math.isclose(std, wrong, abs_tol=1e-4):
            raise Hint(hint)
    if not math.isclose(std, math.sqrt(within + between), abs_tol=1e-4):
        _, yours, wanted = worst(std, math.sqrt(within + between))
        raise Hint(
            f"your std is {yours}, wanted {wanted}: "
            "the root of the mean square minus the squared mean"
        )
    return "That is the whole inclusive fit: nothing else about p matters to one bell."


@exercise
def check_2(kl):
    """KL between two bells: log(std_b/std_a) + (std_a² + (mu_a − mu_b)²)/(2 std_b²) − ½."""
    generator = torch.Generator().manual_seed(7)
    mu_a, mu_b = torch.randn(2, 6, dtype=torch.float64, generator=generator)
    std_a, std_b = torch.rand(2, 6, dtype=torch.float64, generator=generator) + 0.5

    def right(mu_a, std_a, mu_b, std_b):
        return torch.log(std_b / std_a) + (std_a**2 + (mu_a - mu_b) ** 2) / (2 * std_b**2) - 0.5

    wanted, got = right(mu_a, std_a, mu_b, std_b), ask(kl, mu_a, std_a, mu_b, std_b)
    got = want_tensor("the KL", got, wanted.shape)
    slips = (
        (right(mu_b, std_b, mu_a, std_a), "that is KL(b‖a): the average is over a"),
        (wanted + 0.5, "the ½ from the entropy of a is missing: for a = b it has to be 0"),
        (wanted - 2 * torch.log(std_b / std_a), "the logarithm is turned over: log(std_b/std_a)"),
        (
            wanted + torch.log(std_b / std_a),
            "log(std_b/std_a), not log of the variances' ratio: halve it",
        ),
        (wanted - (mu_a - mu_b) ** 2 / (2 * std_b**2), "the distance of the means is missing"),
        (
            torch.log(std_b / std_a) + (std_a + (mu_a - mu_b) ** 2) / (2 * std_b) - 0.5,
            "the widths are std: square them",
        ),
        (wanted + (std_a**2 + (mu_a - mu_b) ** 2) / (2 * std_b**2), "the 2 in 2 std_b² is missing"),
        (-wanted, "the sign is turned round: a KL is never negative"),
        (
            wanted + torch.log(std_a * math.sqrt(2 * math.pi)) + 0.5,
            "that is −E_a[log b] alone: subtract the entropy of a",
        ),
        (wanted / math.log(2), "that is in bits: nats have the natural logarithm"),
    )
    name_slip(got, slips, 1e-6)
    if not same(got, wanted, 1e-6):
        _, yours, true = worst(got, wanted)
        raise Hint(
            f"for one pair it gives {yours}, wanted {true}: "
            "put Var = std_a² and the entropy of a into the formula"
        )
    return "The order matters: swap a and b, and the number changes."


@exercise
def check_3(price):
    """G's loss for the χ² divergence E_q[(r − 1)²], up to a constant.

    It is f(r) − r f′(r) = 1 − r² with r = e^ℓ.
    """
    logits = torch.tensor([-3.0, -1.0, -0.2, 0.0, 0.5, 1.0, 2.0], dtype=torch.float64)
    got, r = want_tensor("the price", ask(price, logits), logits.shape), logits.exp()
    got = got - got[3]  # a constant makes no difference to G
    slips = (
        (r**2 - 1, "the sign is turned round: G would run away from the data"),
        ((r - 1) ** 2, "that is f(r) alone: r depends on q as well, so −r f′(r) is missing"),
        (-2 * r * (r - 1), "that is −r f′(r) alone: f(r) is missing"),
        (2 * (r - 1), "that is f′(r): it is f(r) − r f′(r) that G pays"),
        (
            (r - 1) ** 2 + 2 * r * (r - 1),
            "the sign of r f′(r): minus, as r = p/q falls when q grows",
        ),
        (1 - logits**2 - 1, "r is not the logit: r = exp(ℓ)"),
        (
            1 - r,
            "that is the price of KL(p‖q); if you began with (r − 1)², the 2 of f′(r) is missing",
        ),
        ((1 - r**2) / 2, "right up to a factor: only an added constant is free, this is half"),
        (2 * (1 - r**2), "right up to a factor: only an added constant is free, this is twice"),
        ((r - 1) ** 2 - 2 * (r - 1), "f′(r) has to be multiplied by r"),
        (-((r - 1) ** 2), "that is −f(r): it is f(r) − r f′(r) that G pays"),
        (1 - r**-2, "r = p/q = exp(ℓ), not exp(−ℓ)"),
    )
    name_slip(got, slips, 1e-6)
    if not same(got, 1 - r**2, 1e-6):
        k, yours, wanted = worst(got, 1 - r**2)
        raise Hint(
            f"from ℓ = 0 to ℓ = {logits[k]:g} it changes by {yours}, wanted {wanted}: "
            "put f(r) = (r − 1)² into f(r) − r f′(r)"
        )
    return "One discriminator, and yet another divergence: G's price alone decides."


QUIZ = (
    (
        "You fit one bell to two far peaks by maximum likelihood. What happens?",
        {
            "It takes the larger peak.": (
                "That is a minimum of the exclusive KL. Maximum likelihood is the inclusive one."
            ),
            "It takes mean and variance of all data, gap included.": (
                "Right: moment matching, and part of its mass is invented, in the gap."
            ),
            "It depends on the start.": (
                "The inclusive KL of one bell has a single minimum: all 64 starts ended there."
            ),
        },
    ),
    (
        "Your GAN with −log D serves one mode only. Is that because GANs fit the exclusive KL?",
        {
            "Yes.": (
                "With the best D it descends 2 KL(m‖p). "
                "Like the exclusive KL it has a minimum on each peak, but it is another function."
            ),
            "No: mode-seeking needs a q that cannot be p, or slopes that end in a local minimum.": (
                "Right. If q can be p, every divergence here is 0 there and nowhere else."
            ),
            "No: GANs fit JS, and JS covers.": (
                "JS has a minimum on each peak, too, and −log D does not descend it."
            ),
        },
    ),
    (
        "Does KL(q‖p) always put one bell on one of the peaks?",
        {
            "Yes, that is what mode-seeking means.": (
                "Section 3: with equal shares a minimum over both stays, "
                "at every distance that we tried."
            ),
            "Its best fit, if the peaks are far apart; but it has other minima.": (
                "Right: one on each peak, "
                "and one over both, as long as the shares are nearly equal."
            ),
            "Only if the learning rate is small.": (
                "The minima belong to the function, whatever the rate."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
