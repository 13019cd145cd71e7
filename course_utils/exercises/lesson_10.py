"""Checks and quiz of lesson 10, the VAE."""

import math

import torch
from torch.distributions import Normal, kl_divergence

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_tensor, worst
from ..losses import gaussian_kl, gaussian_nll


def _drawn(*shape, seed=8):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _kl_slips(mu, logvar):
    """Wrong results for KL(N(mu, e^logvar) ‖ N(0, I)), with the hint that fits."""
    square, variance = mu.square(), logvar.exp()
    terms = 0.5 * (square + variance - 1 - logvar)
    right = terms.sum(-1)
    return (
        (terms.mean(-1), "you take the mean over the numbers of a code: their costs add up"),
        (2 * right, "twice too much: there is a ½ in front"),
        (-right, "the sign is turned round: a KL is never negative"),
        (
            0.5 * (square + (2 * logvar).exp() - 1 - 2 * logvar).sum(-1),
            "logvar is log σ², and you read it as log σ: σ² = exp(logvar)",
        ),
        (
            0.5 * (square + variance.sqrt() - 1 - logvar).sum(-1),
            "that has σ where σ² belongs: σ² = exp(logvar)",
        ),
        ((terms + 0.5 * logvar).sum(-1), "log σ is missing: it comes from log q"),
        ((terms + logvar).sum(-1), "log σ has the wrong sign: a narrow q has to cost something"),
        (
            (terms - 0.5 * logvar).sum(-1),
            "log σ counts twice: it is half of logvar, so that −½ logvar remains",
        ),
        ((terms + 0.5).sum(-1), "for μ = 0 and σ = 1 it is not 0: −½ for each number"),
        (right + (mu.shape[-1] - 1) / 2, "−½ for each of the numbers, not once for all"),
        ((terms - 0.5 * square).sum(-1), "μ is missing: E_q[z²] = μ² + σ²"),
        ((terms - 0.5 * square + 0.5 * mu).sum(-1), "μ has to be squared: E_q[z²] = μ² + σ²"),
        ((terms - 0.5 * variance).sum(-1), "σ² is missing: E_q[z²] = μ² + σ²"),
        (
            0.5 * ((1 + square) / variance - 1 + logvar).sum(-1),
            "that is KL(N(0, I)‖q): the mean is over draws from q",
        ),
        (right / math.log(2), "that is in bits: nats have the natural logarithm"),
    )


@exercise
def check_1(kl):
    """KL from a diagonal Gaussian to N(0, I), summed over z_dim."""
    mu, logvar = _drawn(2, 5, 3).unbind()
    got = ask(kl, mu, logvar)
    right = kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0)).sum(-1)
    if torch.is_tensor(got) and got.shape == (5, 3):
        raise Hint("that is a cost for each number of a code: sum over the last dimension")
    if torch.is_tensor(got) and not got.dim():
        raise Hint("that is one number for the whole batch: sum over the last dimension only")
    got = want_tensor("the KL", got, (5,))
    name_slip(got, _kl_slips(mu, logvar))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(f"for one code it gives {yours}, wanted {wanted}: ½ Σ (μ² + σ² − 1 − log σ²)")
    code = [part.clone().requires_grad_() for part in (mu, logvar)]
    want_graph(kl, *code, learned=code)
    return "This is the cost of a code, in nats."


def _networks(weights):
    """An encoder of 6 numbers to a code of 2, and a decoder, that depend on two weights."""
    v, w = _drawn(6, 4, seed=1), _drawn(2, 6, seed=2)
    scale = weights  # of the encoder, of the decoder

    def encoder(x):
        if x.shape[-1] != 6:
            raise Hint(f"the encoder wants pictures, (batch, 6) here, and got {tuple(x.shape)}")
        return scale[0].to(x.dtype) * (x @ v.to(x.dtype)).tanh()

    def decoder(z):
        if z.shape[-1] != 2:
            raise Hint(f"the decoder wants codes, (batch, 2) here, and got {tuple(z.shape)}")
        return (scale[1].to(z.dtype) * z @ w.to(z.dtype)).sigmoid()

    return encoder, decoder


def _elbo_slips(encoder, decoder, x, eps, std):
    """Wrong losses of a VAE, with the hint that fits."""
    mu, logvar = encoder(x).chunk(2, -1)
    kl = gaussian_kl(mu, logvar)

    def recon(z, std=std):
        return gaussian_nll(x, decoder(z), std)

    z = mu + (logvar / 2).exp() * eps
    drawn = (Normal(mu, (logvar / 2).exp()).log_prob(z) - Normal(0.0, 1.0).log_prob(z)).sum(-1)
    constant = x.shape[-1] * (math.log(std) + 0.5 * math.log(2 * math.pi))
    square = (x - decoder(z)).square()
    return (
        (-(recon(z) + kl).mean(), "that is the ELBO itself: the loss is −ELBO"),
        ((recon(z) + kl).sum(), "you sum over the batch: take the mean"),
        (recon(z).mean(), "kl is missing"),
        (kl.mean(), "recon is missing"),
        ((recon(z) - kl).mean(), "kl has the wrong sign: the loss is recon + kl"),
        ((kl - recon(z)).mean(), "recon has the wrong sign: gaussian_nll is −log p(x|z) already"),
        (
            (recon(z) + drawn).mean(),
            "kl comes from a single draw of log q − log p: gaussian_kl is its mean, without noise",
        ),
        ((recon(mu) + kl).mean(), "the copy is made from μ: z = μ + σ·eps is to be decoded"),
        (
            (recon(mu + logvar.exp() * eps) + kl).mean(),
            "eps is multiplied by σ²: σ = exp(logvar / 2)",
        ),
        (
            (recon(mu + logvar * eps) + kl).mean(),
            "eps is multiplied by logvar: σ = exp(logvar / 2)",
        ),
        ((recon(mu + eps) + kl).mean(), "eps is to be multiplied by σ"),
        ((recon(mu + (2 * logvar).exp() * eps) + kl).mean(), "σ = exp(logvar / 2)"),
        ((recon(eps) + kl).mean(), "you decode eps itself: z = μ + σ·eps"),
        (
            (recon(logvar + (mu / 2).exp() * eps) + gaussian_kl(logvar, mu)).mean(),
            "these are in the wrong order: the encoder gives mu first, then logvar",
        ),
        ((recon(z, 0.2) + kl).mean(), "you take σ_x = 0.2: it is the argument std"),
        ((recon(z) - constant + kl).mean(), "the constant d (log σ_x + ½ log 2π) is missing"),
        (
            (square.sum(-1) + kl).mean(),
            "recon is −log p(x|z), not the squared error: use gaussian_nll",
        ),
        ((square.mean(-1) + kl).mean(), "recon is a sum over the pixels: use gaussian_nll"),
    )


@exercise
def check_2(negative_elbo):
    """The loss of a VAE with one reparameterised draw for each picture, and its gradient."""
    x, eps, std = _drawn(5, 6), _drawn(5, 2, seed=3), 0.5
    weights = torch.tensor([1.3, 0.8], dtype=torch.float64, requires_grad=True)
    networks = _networks(weights)
    got = ask(negative_elbo, *networks, x, eps, std, graph=True)
    if torch.is_tensor(got) and got.shape == (5,):
        raise Hint("you give one number for each picture: take the mean over the batch")
    got = want_tensor("the loss", got, ())
    again = ask(negative_elbo, *networks, x, eps, std)
    if not (torch.is_tensor(again) and same(got.detach(), again)):
        raise Hint("it gives another number when it is called again: use eps, draw nothing else")
    mu, logvar = networks[0](x).chunk(2, -1)
    z = mu + (logvar / 2).exp() * eps
    right = (gaussian_nll(x, networks[1](z), std) + gaussian_kl(mu, logvar)).mean()
    name_slip(got, _elbo_slips(*networks, x, eps, std))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(f"it gives {yours}, wanted {wanted}: the mean of gaussian_nll + gaussian_kl")
    gradients = [torch.autograd.grad(loss + 0 * weights.sum(), weights)[0] for loss in (got, right)]
    if not same(*gradients, 1e-3):
        raise Hint(
            "the value is right, but the networks cannot learn from all of it: z has to stay a "
            "function of mu and logvar, without detach, .data or torch.no_grad"
        )
    return "With this loss and an optimiser you have a VAE."


QUIZ = (
    (
        "The ELBO of a trained VAE is 250 nats for a held-out digit. What do you know?",
        {
            "log p(x) is 250 nats.": (
                "The ELBO is a lower bound, and how far below it lies nobody knows here. "
                "In the linear model it was known."
            ),
            "Something is wrong: a log-likelihood cannot be positive.": (
                "It is the logarithm of a density over 784 grey levels, which may be far above 1."
            ),
            "log p(x) is at least 250 nats; the gap is KL(q(z|x)‖p(z|x)).": (
                "Right. A better q for the same decoder would show more of log p(x)."
            ),
        },
    ),
    (
        "Why is the draw written as z = μ + σε?",
        {
            "So that z has a derivative with respect to μ and σ.": (
                "Right. The distribution of z is the same as when it is drawn in any other way."
            ),
            "So that z is Gaussian.": (
                "Any way to draw from q gives a Gaussian z. But from a draw alone nobody can tell "
                "how z would change if μ did."
            ),
            "So that the gradient reaches ε.": (
                "Nothing is to be learned about ε: it is noise. The gradient goes to μ and σ."
            ),
        },
    ),
    (
        "A VAE with a Gaussian q has been trained until the gradient of the training loss is 0. "
        "What do you know about its codes of the training set?",
        {
            "They are distributed as N(0, I).": (
                "Their means and mean squares are those of N(0, I). "
                "Their shape need not be Gaussian."
            ),
            "Each q(z|x) is N(0, I).": (
                "Then the code would say nothing about x. kl makes this cheap, but recon asks for "
                "the opposite."
            ),
            "In each latent dimension the mean of μ is 0 and the mean of μ² + σ² is 1.": (
                "Right: otherwise one could move and rescale the codes and pay less, so that the "
                "gradient would not be 0."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(10)
