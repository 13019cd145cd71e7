"""Checks and quiz of lesson 14, a text VAE."""

import math

import torch

from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_bool,
    want_number,
    want_tensor,
    worst,
)


def _kl(mu, logvar):
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(-1)


_BUGS = {
    "reads logvar as log σ, the bug of the hunt": lambda mu, logvar: _kl(mu, 2 * logvar),
    "ignores logvar": lambda mu, logvar: 0.5 * mu.square().sum(-1),
    "ignores mu": lambda mu, logvar: _kl(0 * mu, logvar),
    "lacks the ½": lambda mu, logvar: 2 * _kl(mu, logvar),
    "lacks the −1, so that it is not 0 for q = p": (
        lambda mu, logvar: _kl(mu, logvar) + 0.5 * mu.shape[-1]
    ),
    "has std where σ² belongs": (
        lambda mu, logvar: 0.5 * (mu.square() + (0.5 * logvar).exp() - 1 - logvar).sum(-1)
    ),
    "is 3 % too large": lambda mu, logvar: 1.03 * _kl(mu, logvar),
    "is 0.05 too large": lambda mu, logvar: _kl(mu, logvar) + 0.05,
    "has the wrong sign": lambda mu, logvar: -_kl(mu, logvar),
    "is averaged over the dimensions": lambda mu, logvar: _kl(mu, logvar) / mu.shape[-1],
    "is averaged over the batch": lambda mu, logvar: _kl(mu, logvar).mean().expand(mu.shape[:-1]),
    "takes the two laws the wrong way round": (
        lambda mu, logvar: 0.5 * ((mu.square() + 1) / logvar.exp() - 1 + logvar).sum(-1)
    ),
    "is not summed over the dimensions": (
        lambda mu, logvar: 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
    ),
}


@exercise
def check_1(test):
    """A test that passes the right KL and no wrong one."""
    if not want_bool(ask(test, _kl)):
        raise Hint(
            "your test refuses the right KL: is std = exp(0.5 · logvar), "
            "N(mu, std²) the first law, summed over the last axis, with a tolerance?"
        )
    for name, bug in _BUGS.items():
        try:
            passed = want_bool(ask(test, bug))
        except Hint:  # it stopped on a wrong shape: caught as well
            passed = False
        if passed:
            raise Hint(
                f"your test lets a KL through that {name}: use random mu and logvar, "
                "several rows and dimensions, a tight tolerance, and an oracle"
            )
    return (
        f"It catches {len(_BUGS)} bugs, the published one among them. "
        "Such a test costs a minute; the bug made a sharp code nearly twice as dear."
    )


def _beta_slips(weight, lengths, t, z_dim):
    """Wrong values of β for lengths with mean t, with the hint that fits."""
    return (
        (weight * t, "z_dim is missing: the KL was averaged over the dimensions"),
        (weight, "that ignores both means"),
        (weight / z_dim, "the words are missing: recon was averaged over them, too"),
        (
            weight * z_dim / t,
            (
                "the wrong way round: a mean makes a term smaller; "
                "recon was divided by the words, the KL by z_dim"
            ),
        ),
        (weight / t, "recon was divided by the words: that makes the KL count more, not less"),
        (
            weight * lengths.max().item() / z_dim,
            (
                "padding was ignored in the mean: "
                "it is over the words that are there, not up to the longest"
            ),
        ),
        (
            weight * t * len(lengths) / z_dim,
            ("recon was divided by all words of the batch, the KL by the batch: one batch cancels"),
        ),
        (
            weight * lengths.double().quantile(0.5).item() / z_dim,
            "that is the median of the lengths: the loss of a batch holds their mean",
        ),
        (
            weight * lengths.median().item() / z_dim,
            "that is the median of the lengths: the loss of a batch holds their mean",
        ),
        (t / z_dim, "the weight is missing"),
        (weight * z_dim, "the KL was divided by z_dim, not multiplied"),
        (weight * t * z_dim, "the KL was divided by z_dim, not multiplied"),
        (weight * (t + 1) / z_dim, "EOS is among the words already"),
        (
            weight / lengths.double().reciprocal().mean().item() / z_dim,
            "the mean was over all words of the batch at once, not sentence by sentence",
        ),
    )


@exercise
def check_2(beta):
    """The β of a mean over words against a mean over dimensions: weight · T / z_dim."""
    for weight, lengths, z_dim in (
        (1.0, torch.tensor([14, 10, 6]), 128),
        (0.5, torch.tensor([3, 20, 4, 7, 9]), 32),
    ):
        got, t = want_number(ask(beta, weight, lengths, z_dim)), lengths.double().mean().item()
        if not abs(got - weight * t / z_dim) <= 1e-6:
            for wrong, hint in _beta_slips(weight, lengths, t, z_dim):
                if abs(got - wrong) <= 1e-6 * max(1, abs(wrong)):
                    raise Hint(hint)
            _, yours, right = worst(got, weight * t / z_dim)
            raise Hint(
                f"for weight {weight}, lengths {lengths.tolist()} and z_dim {z_dim} "
                f"you give {yours}, wanted {right}: multiply the loss by Σ T_i / batch"
            )
    return "Whoever reports a weight without its two means has not reported β."


@exercise
def check_3(information):
    """Mean log ratio of the diagonal and the row's mean."""
    log_q = 3 * torch.randn(30, 30, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    log_q = log_q + 4 * torch.eye(30, dtype=torch.float64)
    own, n = log_q.diag(), math.log(30)
    right = (own - log_q.logsumexp(1) + n).mean()
    got = torch.tensor(want_number(ask(information, log_q)), dtype=torch.float64)
    off = log_q.masked_fill(torch.eye(30, dtype=torch.bool), -math.inf)
    name_slip(
        got,
        (
            (right - n, "log n is missing: the denominator is a mean, not a sum"),
            (right - 2 * n, "log n has the wrong sign"),
            (
                (own - log_q.logsumexp(0) + n).mean(),
                "that sums over the draws z_i: sum over the sentences x_j, the columns of a row",
            ),
            (30 * right, "the mean over i is missing"),
            (-right, "the wrong way round: the own sentence stands above"),
            ((own - log_q.mean(1)).mean(), "that is the mean of logs: take the log of the mean"),
            (
                (own - off.logsumexp(1) + math.log(29)).mean(),
                "the own sentence belongs to the mean: without it nothing keeps it below log n",
            ),
            (
                (log_q - log_q.logsumexp(1, keepdim=True)).mean() + n,
                "the numerator is the own sentence only: the diagonal",
            ),
            (right / math.log(2), "that is bits: nats are wanted"),
            (right - n + math.log(2000), "n is the size of this table, not always 2000"),
            (log_q.softmax(1).diag().mean() * 30, "the log is missing"),
            (
                (log_q.softmax(1).diag().mean() * 30).log(),
                "that is the log of the mean over i: take the mean of the logs",
            ),
        ),
    )
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for a table of 30 it gives {yours}, wanted {wanted}: "
            "diagonal, minus the log of the row's mean, mean over rows"
        )
    flat = want_number(ask(information, torch.zeros(5, 5, dtype=torch.float64)))
    if not abs(flat) < 1e-6:
        raise Hint(f"when all columns are alike, z says nothing: 0 is wanted, got {flat:.4g}")
    return "A classifier among n sentences: it cannot tell more than log n."


def _ranked(logits):
    """Falling probabilities, the words that have them, and what all words before add up to."""
    probs, order = logits.softmax(-1).sort(-1, descending=True)
    return probs, order, probs.cumsum(-1) - probs


def _kept(probs, order, mask):
    """The probabilities in `mask` in the order of the words: as they are, and with sum 1."""
    rows = probs * mask, probs * mask / (probs * mask).sum(-1, keepdim=True)
    return tuple(torch.zeros_like(probs).scatter(-1, order, row) for row in rows)


def _nucleus_slips(logits, p):
    """Wrong nuclei, with the hint that fits."""
    probs, order, before = _ranked(logits)
    raw, right = _kept(probs, order, before < p)
    raw_less, less = _kept(probs, order, before + probs <= p)
    return (
        (raw, "the sum is not 1: divide by what is kept"),
        (
            less,
            "the word that reaches p belongs to it: a word goes if those before have p",
        ),
        (raw_less, "the word that reaches p belongs to it, and the sum should be 1"),
        (
            probs * (before < p) / (probs * (before < p)).sum(-1, keepdim=True),
            "sorted: bring them back to the old order, with scatter",
        ),
        (
            right.softmax(-1),
            "a second softmax gives words that were cut off a share: divide by the sum",
        ),
        (logits.softmax(-1), "nothing is cut off"),
        (
            (right > 0).double(),
            "that says which words are kept: give their probabilities",
        ),
    )


@exercise
def check_4(nucleus):
    """Probabilities of the smallest set of likeliest words that reaches p."""
    logits = 1.5 * torch.randn(6, 9, generator=torch.Generator().manual_seed(4))
    for p in (0.9, 0.5, 0.05):
        probs, order, before = _ranked(logits)
        _, right = _kept(probs, order, before < p)
        got = ask(nucleus, logits, p)
        if torch.is_tensor(got) and got.isneginf().any():
            raise Hint("−∞: these are logits still; a softmax makes probabilities of them")
        if torch.is_tensor(got) and got.shape == logits.shape and not torch.isfinite(got).all():
            raise Hint(
                f"NaN for p = {p}: the likeliest word is always kept, "
                "or nothing is left to choose from"
            )
        got = want_tensor("the probabilities", got, logits.shape)
        if not same(got, right):
            name_slip(got, _nucleus_slips(logits, p))
            (row, word), yours, wanted = worst(got, right)
            raise Hint(
                f"for p = {p} word {word} of row {row} gets {yours}, wanted {wanted}; "
                f"the row keeps {int((got[row] > 0).sum())} words, "
                f"wanted {int((right[row] > 0).sum())}"
            )
    return "Few words where the model is sure, many where it is not."


QUIZ = (
    (
        "A text VAE's greedy samples from the prior are all grammatical. What do you ask next?",
        {
            "Nothing: it has learned the language.": (
                "So has a collapsed one, whose samples are a handful of sentences."
            ),
            "How many are different, and what a reconstruction keeps.": (
                "Right: uniqueness, and attributes kept, tell whether z is used."
            ),
            "What their BLEU is.": (
                "A parrot's is perfect; by counted pieces the true grammar was the lowest of three."
            ),
        },
    ),
    (
        "Why does the KL vanish in vanilla training?",
        {
            "The ELBO is wrong for text.": (
                "It is a right bound. With a good enough decoder "
                "it has no reason to prefer a code: one that is used breaks even, at best."
            ),
            (
                "The words before predict well, at once; "
                "a code pays only when both sides have learned it."
            ): ("Right. The blind decoder's code did not vanish."),
            "The learning rate is too high.": (
                "The blind decoder was trained at the same rate, and its code came."
            ),
        },
    ),
    (
        (
            "Two papers have I(x; z) = 4.6 and 6.2 nats, "
            "by the estimate of this lesson, with 100 and 500 sentences. What follows?"
        ),
        {
            "The second code says more.": (
                "log 100 = 4.6 and log 500 = 6.2: both stand at the ceiling."
            ),
            "Nothing: both are at their ceilings.": (
                "Right: log n. Take the same n, larger, or report the KL beside it."
            ),
            "The first used a smaller network.": "The number of sentences is what differs.",
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
