"""Checks and quiz of lesson 11, sharp or plausible."""

import torch

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_graph,
    want_number,
    want_parts,
    want_tensor,
    worst,
)


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(9), dtype=torch.float64)


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
def check_1(loss):
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
    leaves = [part.clone().requires_grad_() for part in (x_hat, mu, logvar)]
    want_graph(loss, x, *leaves, 0.4, 2.5, learned=leaves)
    return "Now β means the same for any number of pixels and any z_dim."


def _rate(variances, std):
    return (variances / std**2).log().clamp(min=0).sum() / 2


def _rate_slips(variances, std):
    """Wrong rates of the linear model, with the hint that fits."""
    log_ratio = (variances / std**2).log()
    used = variances > std**2
    return (
        (log_ratio.sum() / 2, "axes with λ < σ_x² count with a negative rate: their rate is 0"),
        (log_ratio.clamp(min=0).sum(), "the rate lacks its ½"),
        (_rate(variances, std) / 0.6931471805599453, "the rate is in bits: take the natural log"),
        (_rate(variances, std**0.5), "the rate has σ_x where σ_x² is wanted"),
        (log_ratio.clamp(min=0).mean() / 2, "the rate is a mean over the axes: sum them"),
        (-_rate(variances, std), "the sign of the rate: log(λ/σ_x²) of a used axis is above 0"),
        (
            log_ratio[used].abs().sum() / 2 + (~used).sum(),
            "an axis that is not used has rate 0",
        ),
    )


def _error_slips(variances, std):
    """Wrong errors of the linear model, with the hint that fits."""
    used = variances > std**2
    wanted = variances.clamp(max=std**2)
    return (
        (used.sum() * std**2, "the error of the axes that are not used is missing: it is λ"),
        (variances[~used].sum(), "a used axis has an error, too: σ_x²"),
        (variances.clamp(min=std**2).sum(), "the larger of λ and σ_x²: the error is the smaller"),
        (len(variances) * variances.new_tensor(std**2), "an axis with λ < σ_x² loses only λ"),
        (variances.sum(), "that is the error without any code"),
        (variances.clamp(max=std).sum(), "the error has σ_x where σ_x² is wanted"),
        (wanted.mean(), "the error is a mean over the axes: sum them"),
    )


@exercise
def check_2(rate_and_error):
    """What the linear VAE pays and loses, summed over the axes of the data."""
    wanted = "two numbers are wanted: the rate, and the squared error"
    for variances, std in (
        (torch.tensor([8.0, 4.0, 2.0, 1.0, 0.5]), 1.2),
        (torch.tensor([0.3, 7.0, 2.0]), 0.4),
        (torch.tensor([0.9, 0.3]), 1.5),
    ):
        variances = variances.double()
        parts = want_parts(ask(rate_and_error, variances, std), 2, wanted)
        rate, error = (torch.tensor(want_number(part), dtype=torch.float64) for part in parts)
        right = _rate(variances, std), variances.clamp(max=std**2).sum()
        if same(rate, right[1]) and same(error, right[0]):
            raise Hint("the two are in the other order: first the rate, then the error")
        if not same(rate, right[0]):
            name_slip(rate, _rate_slips(variances, std))
        if not same(error, right[1]):
            name_slip(error, _error_slips(variances, std))
        for name, got, value in zip(("rate", "error"), (rate, error), right):
            if not same(got, value):
                _, yours, expected = worst(got, value)
                raise Hint(
                    f"for variances {variances.tolist()} and std {std} the {name} comes out as "
                    f"{yours}, wanted {expected}"
                )
    return "An axis just above σ_x² costs next to nothing, and saves next to nothing."


QUIZ = (
    (
        "Two papers train the same networks. "
        "One has σ_x = 1 and β = 0.01, the other σ_x = 0.1 and β = 1. What differs?",
        {
            "The first cares less about the prior.": (
                "It looks so, but the product σ_x²β is the same: the networks have the same minima."
            ),
            "The first has sharper pictures.": (
                "The networks are the same, and so are the means x̂."
            ),
            "The likelihood that they report.": (
                "Right: the noise of p(x|z) has σ_x in it, and no β. The means x̂ are the same."
            ),
        },
    ),
    (
        "The largest variance of the data along any axis is 5.3. You train a VAE with σ_x = 3, "
        "and its kl goes to 0. What is the most likely reason?",
        {
            "σ_x² = 9 is above 5.3: a code would cost more than it saves.": (
                "Right. This is proved for the linear model, and the VAE of section 4 did the same "
                "at 2.5."
            ),
            "The optimiser got stuck: train longer.": (
                "Started from a VAE that uses its code, training gives the code up as well."
            ),
            "The decoder is too weak to use z.": (
                "The same decoder uses z at a smaller σ_x. It is the exchange rate that changed."
            ),
        },
    ),
    (
        "At σ_x = 0.1 the copies of training digits have half the error of those of held-out "
        "digits. You train on ten times as many digits. The likelihood of held-out digits chooses "
        "σ_x. What do you expect of its choice?",
        {
            "It stays: σ_x belongs to the pixels.": (
                "The best σ_x is the root of the error per pixel on new digits, and that depends "
                "on how well the networks generalise."
            ),
            "It falls: new digits will be copied better.": (
                "Right: with less overfitting the error on new digits should fall, and the best "
                "σ_x is its root."
            ),
            "It rises: more digits are harder to copy.": (
                "The error on training digits may rise, but the likelihood of held-out digits asks "
                "for the error on those, and that should fall."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(11)
