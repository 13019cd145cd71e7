"""Checks and quiz of lesson 03, minibatch discrimination."""

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_tensor, worst


def _counts(m):
    """What each sample counts, itself included.

    (n_seeds, batch, views, dims) → (n_seeds, batch, views).
    """
    apart = (m.unsqueeze(1) - m.unsqueeze(2)).abs().sum(-1)
    return torch.exp(-apart).sum(2)


def _slips(m):
    """What one gets by the usual slips, each with the sentence that names it."""
    batch, counts = m.shape[1], _counts(m)
    difference = m.unsqueeze(1) - m.unsqueeze(2)
    squared = torch.exp(-difference.square().sum(-1)).sum(2) - 1
    straight = torch.exp(-difference.norm(dim=-1)).sum(2) - 1
    each = torch.exp(-difference.abs()).sum((2, -1)) - m.shape[-1]
    return (
        (counts, "each sample counts itself: its closeness to itself is 1, take that away"),
        (
            (counts - 1) / (batch - 1),
            "you average over the others: the layer of this lesson sums",
        ),
        (counts / batch, "you average over the batch: sum over the others"),
        (
            difference.abs().sum((2, -1)),
            "you add up distances: a closeness is exp(−distance), 1 for equal points",
        ),
        (straight, "you use Euclidean distances: the norm is ‖·‖₁, a sum of absolute differences"),
        (squared, "you use squared distances: the norm is ‖·‖₁, a sum of absolute differences"),
        (
            each,
            (
                "you take exp of each coordinate and then add: "
                "add the absolute differences over dims first, then exp"
            ),
        ),
    )


@exercise
def check_1(count):
    """The neighbours of each sample in each view: Σ exp(-‖m_i - m_j‖₁) over the others."""
    m = 0.5 * torch.randn(2, 6, 4, 3, generator=torch.Generator().manual_seed(3))
    wanted = _counts(m) - 1
    got = ask(count, m)
    if torch.is_tensor(got) and got.shape == (2, 4, 6):
        raise Hint(
            "batch and views are in each other's place: "
            "wanted (n_seeds, batch, views), transpose the last two"
        )
    got = want_tensor("the count", got, wanted.shape)
    name_slip(got, _slips(m))
    if same(got, _counts(m.flatten(0, 1).unsqueeze(0)).view(2, 6, 4) - 1):
        raise Hint("samples of different seeds see each other: nothing may connect the seeds")
    if not same(got, wanted):
        (s, i, k), yours, right = worst(got, wanted)
        raise Hint(
            f"for seed {s}, sample {i}, view {k} it gives {yours}, "
            f"wanted {right}: sum exp(−‖m_i − m_j‖₁) over j ≠ i"
        )
    try:
        lonely = ask(count, m[:, :1])
    except Hint as hint:
        raise Hint(f"right for a batch of six; in a batch of one {hint}") from None
    lonely = want_tensor("in a batch of one the count", lonely, (2, 1, 4))
    if not same(lonely, torch.zeros(2, 1, 4)):
        raise Hint("in a batch of one there are no others: the count should be 0")
    return "In a batch of one it is 0: there are no others."


@exercise
def check_2(best_logit):
    """The best logit for a batch that is real as a whole or generated as a whole."""
    draw = torch.Generator().manual_seed(3)
    log_p, log_q = (3 * torch.randn(5, 8, generator=draw) - 2 for _ in "pq")
    ratio = log_p - log_q
    wanted = ratio.sum(1)
    got = ask(best_logit, log_p, log_q)
    if torch.is_tensor(got) and got.shape == (5, 8):
        if same(got, ratio):
            raise Hint("that is the best logit of each sample alone: how do eight add up?")
        raise Hint("one logit for each batch is wanted, (n_batches,): reduce over the eight")
    got = want_tensor("the logits", got, (5,))
    product = torch.special.logit(torch.sigmoid(ratio).prod(1).clamp(1e-30, 1 - 1e-6))
    slips = (
        (-wanted, "that is the logit of being generated: log p comes first"),
        (ratio.mean(1), "you average: but eight samples are more evidence than one, add them"),
        (torch.sigmoid(wanted), "that is the probability: the logit is wanted, without a sigmoid"),
        (torch.exp(wanted), "that is the density ratio: the logit is its logarithm"),
        (torch.logsumexp(ratio, 1), "densities of independent samples multiply, they do not add"),
        (product, "probabilities do not multiply here: the *densities* of the samples do"),
        (ratio.prod(1), "densities multiply, so their logarithms add"),
    )
    name_slip(got, slips)
    if not same(got, wanted):
        (k,), yours, right = worst(got, wanted)
        raise Hint(f"for batch {k} it gives {yours}, wanted {right}: what is log p of eight?")
    far = ask(best_logit, 200 * log_p, 200 * log_q)
    if not (torch.is_tensor(far) and far.shape == (5,) and same(far, 200 * wanted, 1e-3)):
        raise Hint("far from the data it breaks down: stay with logarithms, no exp")
    return "Evidence adds up: with every sample of the batch D knows more."


def _pushed(push, x, w):
    return want_tensor("the push", ask(push, torch.tensor(x), w), (len(x),))


def _step(x, w):
    """The step of G; and what it is for one who lets x_i be pushed by its own count alone."""
    x = torch.tensor(x, dtype=torch.float64)
    pulled = torch.sign(x - x[:, None])  # towards j, as strongly as j is close
    close = torch.exp(-(x[:, None] - x).abs()) * pulled
    weak = torch.sigmoid(-w * close.abs().sum(1))
    return w * (close * (weak[:, None] + weak)).sum(1), w * weak * close.sum(1)


def _along(got, wanted):
    """Whether two steps have the same direction, whatever their lengths."""
    return torch.cosine_similarity(got, wanted, dim=0, eps=1e-30).item() > 0.9999


_CROWDS = (
    ([0.0, 0.3, 0.5, 2.0], -2.0),
    ([0.0, 0.3, 0.5, 2.0], 2.0),
    ([1.0, 0.0, 0.2, 30.0], 1.0),
)
_PUSHES = (  # got, the right step, the step by the own count alone, the right step for −w, x
    (
        lambda got, wanted, own, other, x: (got, -wanted),
        "that is the gradient, which points uphill; G steps against it",
    ),
    (
        lambda got, wanted, own, other, x: (got, other),
        "that is the step down mean softplus(w·o), −log(1 − D): the loss of G is softplus(−w·o)",
    ),
    (
        lambda got, wanted, own, other, x: (got, -other),
        "that is the step of the other loss, log(1 − D): the loss of G here is softplus(−w·o)",
    ),
    (
        lambda got, wanted, own, other, x: (got, own),
        "x_i stands in its own count and in the counts of its neighbours: nothing may be detached",
    ),
    (
        lambda got, wanted, own, other, x: (got, wanted.sign()),
        "the directions are right; keep the lengths as well, they tell who is pushed hardest",
    ),
    (
        lambda got, wanted, own, other, x: (got - torch.tensor(x), wanted),
        "that is where the samples arrive; wanted is how far each moves",
    ),
)


@exercise
def check_3(push):
    """Where a gradient step moves each sample when the logit is w times the number of neighbours.

    It is judged up to the step length.
    """
    (left, right), (ahead, behind) = (_pushed(push, [0.0, 1.0], w) for w in (-1.0, 1.0))
    if left * ahead > 0 and right * behind > 0:
        raise Hint("for w = −1 and for w = +1 your two samples move alike: where does w enter?")
    cases = [(_pushed(push, x, w), *_step(x, w), _step(x, -w)[0], x, w) for x, w in _CROWDS]
    for slip, hint in _PUSHES:
        if all(_along(*slip(*case[:5])) for case in cases):
            raise Hint(hint)
    if not left < 0 < right:
        raise Hint(
            f"for w = −1 the samples at 0 and 1 should move apart, yours move by {left:.3f} "
            f"and {right:.3f}: x_i must get a gradient through |x_i − x_j|; nothing may be detached"
        )
    for got, wanted, *_, x, w in cases:
        if not _along(got, wanted):
            true, yours = (
                ", ".join(f"{v:.4f}" for v in step / step.abs().max().clamp(min=1e-30))
                for step in (wanted, got)
            )
            raise Hint(
                f"for samples at {x} and w = {w:g} the moves should be to each other as {true}, "
                f"yours are as {yours}: "
                "is the loss the mean of softplus(−w·o), and are all others, and only they, in o?"
            )
    return (
        "w < 0 pushes apart, w > 0 pulls together, and a sample far from all others hardly moves."
    )


QUIZ = (
    (
        "A D with a minibatch layer shall tell a generated batch of 8 from a real one. "
        "How should it be called?",
        {
            "Once, on all 16: that is faster, and the counts are richer.": (
                "In one batch, a real and a generated sample at the same place get the same logit. "
                "With the G of section 3, which stands still, even the best such D knows hardly "
                "more than one that sees a sample at a time, and the one that we trained knew less."
            ),
            "Twice: once on the 8 real ones, once on the 8 generated ones.": (
                "Right: only then do the counts say what kind of batch this is. "
                "(Section 6 shows that the generator's width does not need it in this toy.)"
            ),
            "It does not matter, the loss is a mean over samples anyway.": (
                "The loss is a mean, but the counts look across the batch."
            ),
        },
    ),
    (
        (
            "D was trained against generated batches that are too wide. "
            "What do its counts do to such a batch?"
        ),
        {
            "They push it apart, as they always do.": (
                "The layer only counts. What a count means is learned from the batches that D "
                "meets: see the box above."
            ),
            "Nothing: they only act on batches that are too narrow.": (
                "It counts in every batch, and D learns what the counts mean, in both directions."
            ),
            "They pull it together: D has learned that few neighbours mean generated.": (
                "Right. A D that has met only narrow batches would push it further apart."
            ),
        },
    ),
    (
        (
            "Own counts as constants bring hardly more trainings into the shaded range than "
            "another batch's; with their gradient, or in a mixed batch, far more are there. "
            "What follows for these trainings?"
        ),
        {
            "D must get each generated batch by itself and compare it with real batches.": (
                "A D with a mixed batch never gets a generated batch by itself, "
                "and nearly all of its trainings near the data end in the shaded range."
            ),
            (
                "The gradient through the counts matters, "
                "but D need not see real and generated batches apart."
            ): (
                "Right. The first half is the frozen projection against the constants, the second "
                "the mixed batch."
            ),
            "The layer helps by its size: more weights in the last layer.": (
                "With counts of another batch the last layer is as large, and far fewer trainings "
                "end in the shaded range."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(3)
