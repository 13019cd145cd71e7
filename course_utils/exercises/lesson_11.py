"""Checks and quiz of lesson 11, the trade-offs."""

import math

import torch

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor, worst


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(9), dtype=torch.float64)


@exercise
def check_1(width):
    """The width that does with β = 1 what std does with beta."""
    std, beta = torch.tensor([0.1, 1.0, 0.5]).double(), torch.tensor([4.0, 0.25, 0.09]).double()
    got = ask(width, std, beta)
    got = want_tensor("the width", got, (3,))
    name_slip(
        got,
        (
            (
                std * beta,
                (
                    "that is std · beta: the product that counts is std² · beta, "
                    "and a width is its root"
                ),
            ),
            (std**2 * beta, "that is the squared width, σ²: take the root"),
            (
                std / beta.sqrt(),
                "the wrong way round: a larger beta makes the KL dearer, as a larger σ does",
            ),
            (
                std / beta,
                (
                    "the wrong way round: a larger beta does what a larger σ does, "
                    "and it is σ² that counts"
                ),
            ),
            (std, "that ignores beta"),
        ),
    )
    if not same(got, std * beta.sqrt()):
        k, yours, wanted = worst(got, std * beta.sqrt())
        raise Hint(
            f"for std {std[k]:g} and beta {beta[k]:g} it gives {yours}, wanted {wanted}; "
            "multiply the loss by std² and look at the factor of the KL"
        )
    return "One dial: σ² · β. Whoever reports β without σ has reported half of it."


def _recon(x, x_hat, std):
    return (x - x_hat).square().sum(-1) / (2 * std**2)


def _kl(mu, logvar):
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(-1)


def _square_slips(r):
    """What the squares come to when they go wrong, with the hint that fits; std 0.4, beta 2.5."""
    return (
        (2.5 * r, "beta stands before the squares: it belongs to the KL"),
        (
            r / 20,
            (
                "the squares are averaged over pixels: "
                "sum them, or β depends on the number of pixels"
            ),
        ),
        (0.32 * r / 20, "the squares are averaged over pixels, and not divided by 2 std²"),
        (
            6 * r,
            (
                "the squares are summed over the batch: "
                "a batch twice as large would count them twice"
            ),
        ),
        (2 * r, "the squares lack the ½: they are divided by 2 std²"),
        (0.4 * r, "std is not squared: |x − x̂|²/(2 std²)"),
        (0.16 * r, "std is missing: divide the squares by 2 std²"),
        (0.32 * r, "std is missing: divide the squares by 2 std²"),
        (-r, "the sign of the squares: they should be made small"),
    )


def _kl_slips(mu, logvar, k):
    """What the KL comes to when it goes wrong, with the hint that fits; beta 2.5."""
    return (
        (2.5 * _kl(mu, 2 * logvar).mean(), "logvar is read as log σ: it is log σ²"),
        (k, "beta is missing"),
        (2.5 * k / 3, "the KL is averaged over z_dim: sum it, or β depends on z_dim"),
        (15 * k, "the KL is summed over the batch: mean over samples"),
        (5 * k, "the ½ of the KL is missing"),
        (-2.5 * k, "the sign of the KL: ½ (mu² + e^logvar − 1 − logvar)"),
    )


@exercise
def check_2(loss):
    """Sums within a sample, mean over samples; the squares over 2σ²; a constant is free."""
    (x, x_hat), (mu, logvar) = _drawn(2, 6, 20), _drawn(2, 6, 3)
    start, r, k = torch.zeros_like(mu), _recon(x, x_hat, 0.4).mean(), _kl(mu, logvar).mean()

    def asked(*tensors):
        got = ask(loss, *tensors, 0.4, 2.5)
        if torch.is_tensor(got) and got.shape == (6,):
            raise Hint("one number is wanted: the mean over the batch")
        return want_tensor("the loss", got, ())

    zero = asked(x, x_hat, start, start)  # KL 0
    from_kl, from_x = asked(x, x_hat, mu, logvar) - zero, zero - asked(x, x, start, start)
    name_slip(
        torch.stack([from_x, from_kl]),
        (
            (
                torch.stack([0.16 * r, 0.4 * k]),
                "that is the loss times std²: not nats; divide by std²",
            ),
        ),
    )
    name_slip(from_x, _square_slips(r))
    name_slip(from_kl, _kl_slips(mu, logvar, k))
    if not same(from_x, r):
        raise Hint(f"the squares count {from_x / r:.5g} times as much as they should")
    if not same(from_kl, 2.5 * k):
        raise Hint(
            f"the KL counts {from_kl / (2.5 * k):.5g} times as much as it should: "
            "beta · ½ Σ (mu² + e^logvar − 1 − logvar)"
        )
    return "Now β means the same for any number of pixels and any z_dim."


def _rate(variances, std):
    return (variances / std**2).log().clamp(min=0).sum() / 2


@exercise
def check_3(level):
    """The water level for a given rate."""
    for variances, budget in (
        (torch.tensor([8.0, 4.0, 2.0, 1.0, 0.5]), 2.0),
        (torch.tensor([0.3, 7.0, 2.0]), 0.4),
        (torch.tensor([0.3, 7.0, 2.0]), 9.0),
    ):
        variances = variances.double()
        low, high = torch.tensor(1e-12).double().log(), variances.max().log()
        for _ in range(80):
            middle = (low + high) / 2
            spends_more = _rate(variances, (middle / 2).exp()) > budget
            low, high = (middle, high) if spends_more else (low, middle)
        got, right = want_number(ask(level, variances, budget)), (middle / 2).exp().item()
        everywhere = ((variances.log().mean() - 2 * budget / len(variances)) / 2).exp().item()
        slips = (
            (right**2, "that is σ², the level of the water: take the root"),
            (
                everywhere,
                "drowned axes count with a negative rate there: only those with λ > σ² are used",
            ),
        )
        if not abs(got / right - 1) <= 2e-3:
            for wrong, hint in slips:
                if abs(got - wrong) <= 2e-3 * wrong:
                    raise Hint(hint)
            if not got > 0:
                raise Hint(f"σ should be above 0, got {got:.3g}")
            spent = _rate(variances, torch.tensor(got).double())
            factor_2 = abs(spent / budget - 2) < 0.4 or abs(spent / budget - 0.5) < 0.2
            _, yours, wanted = worst(got, right)
            raise Hint(
                f"for variances {variances.tolist()} and {budget} nats you give σ = {yours}, "
                f"wanted {wanted}; yours spends {spent:.3g} nats"
                + ("; is it nats, not bits, and with the ½?" if factor_2 else "")
            )
    return "Naming the rate instead of σ: that is what free bits of the kind 'total' do."


def _recon_slips(off):
    """Wrong recons of five samples of seven pixels in three seeds, with the hint that fits."""
    error, own = off.square().mean((-2, -1)), off.square().mean(-1)
    right = 3.5 * (1 + torch.log(2 * math.pi * error))
    return (
        *(
            (
                3.5 * (1 + torch.log(2 * math.pi * off.var((-2, -1), correction=correction))),
                "std and var take off the mean: σ² is the mean square",
            )
            for correction in (1, 0)
        ),
        (
            3.5 * (1 + torch.log(2 * math.pi * error.mean())).expand(3),
            "one σ for all seeds: leave the seed axis out of the mean square",
        ),
        (-right, "the sign: recon is minus the log of a density"),
        (right * 5 / 7, "d is the number of pixels, the last axis"),
        (
            0.5 + 3.5 * torch.log(2 * math.pi * error * 7),
            "σ² is the mean square per pixel, not the sum over the pixels",
        ),
        (right - 3.5, "the squares over 2σ² are not nothing: they are d/2"),
        (right / 7, "that is per pixel: sum over the d pixels"),
        (right * 5, "that is summed over the batch: mean over it"),
        (
            3.5 * (1 + torch.log(2 * math.pi * error * 7)),
            "σ² is the mean square per pixel, not the sum over the pixels",
        ),
        (
            3.5 * (1 + torch.log(2 * math.pi * own)).mean(-1),
            "each picture got a σ of its own: one for the whole batch of a seed",
        ),
        (right + 3.5 * torch.log(error), "log σ is half of log σ²"),
        (3.5 * torch.log(error), "the constants are part of a likelihood: d/2 · (1 + log 2π)"),
        (
            3.5 * (1 + torch.log(error)),
            "2π is missing: the density of a Gaussian has √(2π) in it",
        ),
    )


@exercise
def check_4(recon):
    """Recon with the best width put in: a log of the error."""
    x, x_hat = _drawn(2, 3, 5, 7)
    x_hat = x_hat * torch.tensor([0.2, 1.0, 3.0]).double().view(3, 1, 1)
    off = x - x_hat
    got, error = ask(recon, x, x_hat), off.square().mean((-2, -1))
    if torch.is_tensor(got) and not got.dim():
        raise Hint("that mixes the seeds: each has a σ of its own, so keep the seed axis")
    if torch.is_tensor(got) and got.shape == (3, 5):
        raise Hint(
            "one number for each seed: "
            "σ is shared by the batch, and recon is its mean over the batch"
        )
    got = want_tensor("recon", got, (3,))
    right = 3.5 * (1 + torch.log(2 * math.pi * error))
    name_slip(got, _recon_slips(off))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one seed it gives {yours}, wanted {wanted}: "
            "d/2 + d·log(σ√(2π)), σ² the mean square"
        )
    return (
        "A log of the mean square: "
        "a nat of rate pays if it lowers the error by a share of 2/d or more."
    )


QUIZ = (
    (
        (
            "Two papers train the same networks. "
            "One has σ = 1 and β = 0.01, the other σ = 0.1 and β = 1. What differs?"
        ),
        {
            "The first cares less about the prior.": (
                "It looks so, but the product σ²β is the same: the networks have the same minima."
            ),
            "The likelihood that they report.": (
                "Right: it has σ in it, and no β. The pictures are the same."
            ),
            "The first has sharper pictures.": (
                "The networks are the same, and so are the means x̂."
            ),
        },
    ),
    (
        (
            "A tutorial's VAE reconstructs better with z_dim = 200 than with 50. "
            "Its losses are means over everything. Why?"
        ),
        {
            "More dimensions, more capacity.": (
                "Perhaps a little. But with z_dim = 50 not a single unit was used in section 2."
            ),
            "The mean over z_dim made β smaller.": (
                "Right: β = 784/z_dim there. The dial was turned, not the capacity."
            ),
            "Larger codes train faster.": (
                "The number of steps was the same; it is the loss that changed."
            ),
        },
    ),
    (
        (
            "Eight of 32 units are active, the other axes are far under water. "
            "What do free bits per unit do?"
        ),
        {
            "They raise the ELBO.": (
                "They cannot: the optimum of the ELBO at this σ has those units off."
            ),
            "They switch all units on, and the same nats buy less.": (
                "Right: off the curve, as in section 4."
            ),
            "The same as a smaller σ.": (
                "That is what 'total' does. 'Per unit' pays for units that repeat one another."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
