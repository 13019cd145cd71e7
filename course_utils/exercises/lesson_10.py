"""Checks and quiz of lesson 10, a code with a price: the VAE."""

import torch
from torch.distributions import Normal, kl_divergence

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_parts, want_tensor, worst


def _drawn(*shape, seed=8):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _kl(m, v, n, w, scale=1.0):
    """KL(N(m, e^v) ‖ N(n, e^w)) of each number, its logarithms times `scale`."""
    return 0.5 * ((v.exp() + (m - n).square()) / w.exp() - 1 + scale * (w - v))


def _kl_slips(mu, logvar, mu_p, logvar_p):
    """Wrong results for KL(q‖p) of diagonal Gaussians, with the hint that fits."""
    terms, square = _kl(mu, logvar, mu_p, logvar_p), (mu - mu_p).square()
    return (
        (
            _kl(mu_p, logvar_p, mu, logvar).sum(-1),
            (
                "that is KL(p‖q): the mean is over q, "
                "so σ² and the distance are divided by p's variance"
            ),
        ),
        (
            terms.mean(-1),
            "mean over the latent numbers: sum over z_dim, or the KL weighs less the longer z is",
        ),
        (2 * terms.sum(-1), "twice too much: there is a ½ in front"),
        (
            _kl(mu, 2 * logvar, mu_p, 2 * logvar_p).sum(-1),
            "logvar is log σ², you read it as log σ: σ² = exp(logvar)",
        ),
        (
            _kl(mu, logvar, mu_p, logvar_p, 0.0).sum(-1),
            "the logarithms of the variances are missing: + logvar_p − logvar",
        ),
        (
            _kl(mu, logvar, mu_p, logvar_p, -1.0).sum(-1),
            "the logarithms have the wrong sign: a q narrower than p must cost something",
        ),
        ((terms + 0.5).sum(-1), "for two equal laws it is not 0: − ½ for each number"),
        (
            0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(-1),
            "that is the KL to N(0, I): mu_p and logvar_p do not occur",
        ),
        (
            (terms - 0.5 * square / logvar_p.exp() + 0.5 * square).sum(-1),
            "the distance of the means counts in units of p's spread: divide it, too",
        ),
        (
            (terms - 0.5 * square / logvar_p.exp()).sum(-1),
            "the distance of the means is missing: + (μ − μ_p)²/(2σ_p²)",
        ),
        (-terms.sum(-1), "the sign is turned round: a KL is never negative"),
        (terms.sum(-1) + (terms.shape[-1] - 1) / 2, "− ½ for each of the numbers, not once"),
        (terms.flatten().sum(), "that adds the whole batch up: sum over the last axis only"),
    )


@exercise
def check_1(kl):
    """KL between two diagonal Gaussians, summed over z_dim."""
    statistics = mu, logvar, mu_p, logvar_p = _drawn(4, 5, 3).unbind()
    got = ask(kl, *statistics)
    q, p = (Normal(m, (v / 2).exp()) for m, v in ((mu, logvar), (mu_p, logvar_p)))
    right = kl_divergence(q, p).sum(-1)
    if torch.is_tensor(got) and got.shape == (5, 3):
        raise Hint("one number for each latent number: sum over the last axis")
    if torch.is_tensor(got) and not got.dim():
        raise Hint("one number for the whole batch: sum over the last axis only, the batch stays")
    got = want_tensor("the KL", got, (5,))
    name_slip(got, _kl_slips(*statistics))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one pair it gives {yours}, wanted {wanted}: "
            "½ Σ [(σ² + (μ − μ_p)²)/σ_p² − 1 + log σ_p² − log σ²]"
        )
    return "Set mu_p = 0 and logvar_p = 0 and you have the kl of the ELBO."


def _pair(above, mu_score, var_score):
    """The slopes for mu and logvar from how far the values are above their baseline."""
    return (above.unsqueeze(1) * mu_score).mean(0), (above.unsqueeze(1) * var_score).mean(0)


def _score_slips(values, eps, logvar):
    """Wrong pairs of slopes; the hint says what is wrong with the first that differs."""
    n, std = len(values), (logvar / 2).exp()
    above = (values - values.mean()) * n / (n - 1)
    mu_score, var_score = eps / std, (eps.square() - 1) / 2
    return (
        (
            _pair(values, mu_score, var_score),
            "there is no baseline: take the mean of the others off each value",
        ),
        (
            _pair(values - values.mean(), mu_score, var_score),
            (
                "the baseline holds the draw's own value: "
                "too small by (n − 1)/n; take the mean of the *other* draws"
            ),
        ),
        (
            tuple(n * slope for slope in _pair(above, mu_score, var_score)),
            "summed over the draws: it is a mean",
        ),
        (
            _pair(above, eps * std, var_score),
            "the slope for mu is multiplied by σ: log q has the slope (z − μ)/σ² = ε/σ",
        ),
        (_pair(above, eps, var_score), "the slope for mu lacks 1/σ: (z − μ)/σ² = ε/σ"),
        (
            _pair(above, eps / logvar.exp(), var_score),
            "the slope for mu is divided by σ²; z − μ = σε already holds one σ: ε/σ",
        ),
        (
            _pair(above, eps / logvar.mul(2).exp().sqrt(), var_score),
            "logvar is log σ², you read it as log σ",
        ),
        (
            _pair(above, mu_score, eps.square() - 1),
            "that is the slope for log σ; logvar is twice that, so half of it",
        ),
        (
            _pair(above, mu_score, (eps.square() - 1) / std),
            "that is the slope for σ; wanted for logvar: ½(ε² − 1)",
        ),
        (_pair(-above, mu_score, var_score), "the sign is turned round: value minus baseline"),
        (_pair(above, var_score, mu_score), "these are in the wrong order: mu first, then logvar"),
    )


@exercise
def check_2(slopes):
    """Score-function slopes for mu and logvar with a leave-one-out baseline."""
    values, eps, logvar = 7 + 3 * _drawn(5), _drawn(5, 3, seed=10), _drawn(3, seed=11)
    n, wanted = 5, "wanted two tensors: return slope_mu, slope_logvar"
    got = want_parts(ask(slopes, values, eps, logvar), 2, wanted)
    for k, name in enumerate(("mu", "logvar")):
        if torch.is_tensor(got[k]) and got[k].shape == (5, 3):
            raise Hint("that is one estimate for each draw: take the mean over the draws")
        got[k] = want_tensor(f"the slope for {name}", got[k], (3,))
    above = (values - values.mean()) * n / (n - 1)
    right = _pair(above, eps / (logvar / 2).exp(), (eps.square() - 1) / 2)
    got, right = torch.stack(got), torch.stack(right)
    if not same(got, right):
        slips = _score_slips(values, eps, logvar)
        name_slip(got, [(torch.stack(wrong), hint) for wrong, hint in slips])
        (k, place), yours, wanted = worst(got, right)
        raise Hint(
            f"the slope for {('mu', 'logvar')[k]} is {yours} for number {place}, wanted {wanted}: "
            "mean of (value − mean of the others) times the slope of log q"
        )
    return "Only values of f were needed: this works for any f, with or without a slope."


QUIZ = (
    (
        "The reparameterisation z = μ + σε makes the gradient of a mean over z …",
        {
            "unbiased; the score function is biased.": (
                "Both are unbiased where the reparameterised one exists. They differ in variance."
            ),
            "usually less noisy, because it uses the gradient of f.": (
                "Right: usually. For fast waves it is noisier, and for a step it does not exist."
            ),
            "possible for words, too.": (
                "A word cannot be moved a little: there the score function is what is left."
            ),
        },
    ),
    (
        "The ELBO of a trained VAE is 250 nats for a held-back digit. What do you know?",
        {
            "log p(x) is 250 nats.": (
                "The ELBO is a lower bound. With 512 draws the bound rose by about ten nats; "
                "a q fitted to each picture alone won about twenty."
            ),
            "Something is wrong: a log-likelihood cannot be positive.": (
                "It is a density over 784 grey levels; it may be far above 1."
            ),
            "log p(x) is at least 250 nats; the gap is KL(q(z|x)‖p(z|x)).": (
                "Right, and the gap is not known here. In the linear model it was."
            ),
        },
    ),
    (
        "The mean kl of a VAE is 21 nats. Its aggregated posterior q(z) is …",
        {
            "21 nats away from N(0, I).": (
                "Part of it is 'told', what z tells about which picture it came from: up to log N."
            ),
            "N(0, I), because training minimised the KL to it.": (
                "Training minimised the mean KL of the single clouds, against recon. "
                "Section 5 measured what is left."
            ),
            "21 nats minus 'told' away from it.": "Right: mean kl = told + KL(q(z)‖p(z)).",
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
