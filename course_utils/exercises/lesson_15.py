"""Checks and quiz of lesson 15: why does a decoder ignore its code?"""

import math

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_number, worst


def _drawn(*shape, seed=15):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _number(got):
    """A number as a tensor, for `same` and `name_slip`."""
    return torch.tensor(want_number(got), dtype=torch.float64)


def _information_slips(log_q, right):
    """Wrong estimates of I(x; z) from a table of n rows, with the hint that fits."""
    own, n = log_q.diag(), math.log(len(log_q))
    off = log_q.masked_fill(torch.eye(len(log_q), dtype=torch.bool), -math.inf)
    share = log_q.softmax(1).diag()  # own / Σ_j
    return (
        (right - n, "log n is missing: the denominator is a mean over the sentences, not a sum"),
        (right - 2 * n, "log n has the wrong sign: dividing the sum by n adds log n in the end"),
        (
            (own - log_q.logsumexp(0)).mean() + n,
            "that sums over the draws z_i: sum over the sentences x_j, the columns of a row",
        ),
        (len(log_q) * right, "the mean over i is missing: that is the sum over all rows"),
        (-right, "the wrong way round: the own sentence stands above"),
        ((own - log_q.mean(1)).mean(), "that is the mean of logs: take the log of the mean"),
        (
            (own - off.logsumexp(1)).mean() + math.log(len(log_q) - 1),
            "the own sentence belongs to the mean: without it nothing keeps it below log n",
        ),
        (
            (log_q - log_q.logsumexp(1, keepdim=True)).mean() + n,
            "the numerator is the own sentence only: the diagonal",
        ),
        (right / math.log(2), "that is in bits: nats are wanted"),
        (right - n + math.log(2000), "n is the size of this table, not always 2000"),
        (right - n + math.log(200), "n is the size of this table, not always 200"),
        (share.mean() * len(log_q), "the log is missing"),
        (
            (share.mean() * len(log_q)).log(),
            "that is the log of the mean over i: take the mean of the logs",
        ),
        (
            own.mean() - log_q.logsumexp((0, 1)) + 2 * n,
            "one mean for the whole table: each draw z_i, each row, has a mixture of its own",
        ),
    )


@exercise
def check_1(information):
    """Mean log ratio of the diagonal and the row's mean."""
    log_q = 3 * _drawn(30, 30) + 4 * torch.eye(30, dtype=torch.float64)
    right = (log_q.diag() - log_q.logsumexp(1)).mean() + math.log(30)
    got = _number(ask(information, log_q))
    name_slip(got, _information_slips(log_q, right))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for a table of 30 it gives {yours}, wanted {wanted}: "
            "diagonal, minus the log of the row's mean, mean over rows"
        )
    flat = want_number(ask(information, torch.zeros(5, 5, dtype=torch.float64)))
    if not abs(flat) < 1e-6:
        raise Hint(f"when all columns are alike, z tells nothing: 0 is wanted, got {flat:.4g}")
    far = -2000 * (1 - torch.eye(6, dtype=torch.float64)) - 900
    got = ask(information, far)
    if not (torch.is_tensor(got) and torch.isfinite(got.double()).all()):
        raise Hint("for small densities, log q near −900, exp gives 0: use logsumexp")
    if not same(_number(got), torch.tensor(math.log(6), dtype=torch.float64)):
        raise Hint(f"six draws, all apart: log 6 = 1.792 is wanted, got {want_number(got):.4g}")
    return "It is 0 for codes that are all alike, and never more than log n."


def _free_bits_slips(kl, floor):
    """Wrong free bits for kl (batch, z_dim), with the hint that fits."""
    mean = kl.mean(0)
    right = mean.clamp(min=floor).sum()
    return (
        (mean.sum(), "that is the KL itself: each dimension needs a floor of its own"),
        (
            kl.clamp(min=floor).mean(0).sum(),
            "first the mean over the batch, then the floor: it is for a dimension, "
            "not for each sentence in it",
        ),
        (
            kl.sum(1).clamp(min=floor).mean(),
            "that is a floor under the KL of a whole sentence: each dimension has one of its own",
        ),
        (
            mean.sum().clamp(min=floor * kl.shape[1]),
            "that is one floor under the sum: then one dimension may use up all the free nats",
        ),
        (
            mean.clamp(max=floor).sum(),
            "that is a ceiling: what is above the floor should cost its full KL",
        ),
        (
            (mean - floor).clamp(min=0).sum(),
            "that is lower by the floor in each dimension. The gradient is right; "
            "here max(floor, KL) is wanted",
        ),
        (right / kl.shape[1], "sum over the dimensions: that is their mean"),
        (right * len(kl), "that is summed over the batch: take the mean"),
        (
            (mean * (mean > floor)).sum(),
            "below the floor a dimension counts as the floor, not as 0: or it would pay to jump "
            "from just above the floor to just below",
        ),
        (-right, "the sign: it is a cost"),
    )


@exercise
def check_2(free_bits):
    """Σ over dimensions of max(floor, mean of the KL over the batch)."""
    scale = torch.tensor([1.0, 0.6, 0.3, 0.02, 0.02, 0.02, 0.02, 0.02], dtype=torch.float64)
    for floor, seed in ((0.3, 2), (0.5, 3), (0.0, 4)):
        kl = _drawn(40, 8, seed=seed).square() * scale
        right = kl.mean(0).clamp(min=floor).sum()
        got = _number(ask(free_bits, kl, floor))
        if not same(got, right):
            name_slip(got, _free_bits_slips(kl, floor))
            _, yours, wanted = worst(got, right)
            raise Hint(
                f"for kl of shape (40, 8) and floor {floor} it gives {yours}, wanted {wanted}: "
                "mean over the batch, at least the floor in each dimension, then the sum"
            )
    learned = kl.clone().requires_grad_()
    want_graph(free_bits, learned, 0.0, learned=[learned])
    return "Below the floor the gradient is 0, so nothing pulls such a dimension to the prior."


QUIZ = (
    (
        "After 200 steps a text VAE has a KL of 0.9 nats. What do you know about its code?",
        {
            "It tells the decoder 0.9 nats about the sentence.": (
                "0.9 is the most that it can tell. In the bump of section 2 it told next to "
                "nothing, because all sentences had been shifted alike."
            ),
            "At most 0.9 nats of it are about the sentence.": (
                "Right: KL = I(x; z) + KL(q(z) ‖ p(z)). Measure I(x; z), or give the decoder "
                "the code of another sentence."
            ),
            "It is collapsed.": (
                "It may be, or not: a code of 0.9 nats could tell whether it is a question."
            ),
        },
    ),
    (
        "Why does a plain text VAE ignore its code, as far as this lesson could show?",
        {
            "Because the encoder cannot read the sentence.": (
                "The encoder of the blind decoder was the same network, and its code was used."
            ),
            "Because the KL is too large for any code to pay.": (
                "With the same KL and a blind decoder the code was used."
            ),
            "Because the words before are enough, and a code can at best break even.": (
                "Right. Without the words before, the same networks used the code."
            ),
        },
    ),
    (
        "All 32 dimensions of a code are active, its KL is 7.5 nats. Does decoding keep the topic?",
        {
            "Only decoding and parsing can tell.": (
                "Right. With free bits alone both were so, and the topic stayed at chance."
            ),
            "Yes: the topic takes log 6 = 1.8 nats, and there is room for more.": (
                "There was room in free bits alone, too, and it was used for something else."
            ),
            "No: active dimensions are always noise.": (
                "An active dimension varies with the sentence, and so is no noise. "
                "But it need not be the topic with which it varies."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(15)
