"""Checks and quiz of lesson 03, letting the discriminator see the crowd."""

import reprlib

import torch

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor, worst


def _counts(m):
    """What each sample counts, itself included.

    (n_seeds, batch, kernels, dims) → (n_seeds, batch, kernels).
    """
    apart = (m.unsqueeze(1) - m.unsqueeze(2)).abs().sum(-1)
    return torch.exp(-apart).sum(2)


def _slips(m, bias):
    """What one gets by the usual slips, each with the sentence that names it."""
    batch, counts = m.shape[1], _counts(m)
    difference = m.unsqueeze(1) - m.unsqueeze(2)
    squared = torch.exp(-difference.square().sum(-1)).sum(2) - 1 + bias
    straight = torch.exp(-difference.norm(dim=-1)).sum(2) - 1 + bias
    each = torch.exp(-difference.abs()).sum((2, -1)) - m.shape[-1] + bias
    return (
        (counts + bias, "each sample counts itself: its closeness to itself is 1, take that away"),
        (counts - 1, "the bias is missing: add it to every sample, one number a kernel"),
        (counts, "each sample counts itself, and the bias is missing"),
        (counts - 1 - bias, "the bias is subtracted: add it"),
        (
            (counts - 1) / (batch - 1) + bias,
            "you average over the others: the paper sums (section 6 comes back to this)",
        ),
        (counts / batch + bias, "you average over the batch: sum over the others"),
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
def check_1(features):
    """The paper's features: the sum of exp(-‖m_i - m_j‖₁) over the others, plus a bias."""
    draw = torch.Generator().manual_seed(3)
    m = 0.5 * torch.randn(2, 6, 4, 3, generator=draw)
    bias = torch.randn(2, 1, 4, generator=draw)
    wanted = _counts(m) - 1 + bias
    got = ask(features, m, bias)
    if torch.is_tensor(got) and got.shape == (2, 4, 6):
        raise Hint(
            "batch and kernels are in each other's place: "
            "wanted (n_seeds, batch, kernels), transpose the last two"
        )
    got = want_tensor("the features", got, wanted.shape)
    name_slip(got, _slips(m, bias))
    if same(got, _counts(m.flatten(0, 1).unsqueeze(0)).view(2, 6, 4) - 1 + bias):
        raise Hint("samples of different seeds see each other: nothing may connect the seeds")
    if not same(got, wanted):
        (s, i, k), yours, right = worst(got, wanted)
        raise Hint(
            f"for seed {s}, sample {i}, kernel {k} it gives {yours}, "
            f"wanted {right}: sum exp(−‖m_i − m_j‖₁) over j ≠ i, then add the bias"
        )
    try:
        lonely = ask(features, m[:, :1], bias)
    except Hint as hint:
        raise Hint(f"right for a batch of six; in a batch of one {hint}") from None
    lonely = want_tensor("in a batch of one the features", lonely, bias.shape)
    if not same(lonely, bias):
        raise Hint("in a batch of one nobody else is there: the feature should be the bias")
    return "In a batch of one it is the bias alone: nobody else is there."


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
        "that is the step of the saturating loss, log(1 − D): the loss of G is softplus(−w·o)",
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
def check_2(push):
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
            f"and {right:.3f}: x_i must get a slope through |x_i − x_j|; nothing may be detached"
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
        "w < 0 pushes apart, w > 0 pulls together, and a sample far from all others feels nothing."
    )


@exercise
def check_3(choice):
    """A version and a batch size with which the layer finds the mode as the figure promises."""
    answer = ask(choice)
    pair = isinstance(answer, (tuple, list)) and len(answer) == 2
    if not pair or not isinstance(answer[0], str):
        got = reprlib.repr(answer)
        raise Hint(f'wanted a version and a batch size, such as ("sum", 8), got {got}')
    version, batch = answer[0].strip().lower(), want_number(ask(answer[1]))
    if batch % 1:
        raise Hint(f"a batch size is a whole number, got {batch:g}")
    if version not in ("sum", "mean", "one at a time"):
        raise Hint(f'wanted "sum", "mean" or "one at a time", got {reprlib.repr(answer[0])}')
    if version == "one at a time":
        raise Hint("that D finds the mode, but it does not see the crowd: the layer was asked for")
    if batch < 2:
        raise Hint("in a batch of one nobody else is there: the layer sees nothing")
    if version == "sum" and batch > 8:
        raise Hint(
            "that is where the sum breaks down: "
            "its features grow with the batch, and one step moves a logit by far too much"
        )
    if version == "sum":
        raise Hint(
            "a small batch saves the sum from the worst, but look at its height: "
            "fewer than four seeds in ten find the mode"
        )
    if batch < 4:
        raise Hint("the figure begins at 4: below that you are guessing")
    beyond = " (Beyond 16 you rely on it staying so; it does.)" if batch > 16 else ""
    return "The mean hardly cares: the batch size is yours to choose." + beyond


QUIZ = (
    (
        "D has a minibatch layer. How should it be called on 8 real and 8 generated samples?",
        {
            "Once, on all 16: that is faster, and the features are richer.": (
                "In one batch, a real and a generated sample at the same place get the same logit. "
                "D knows no more than one that judges alone (section 3)."
            ),
            "Twice: once on the 8 real ones, once on the 8 generated ones.": (
                "Right: only then do the features say what kind of crowd this is. "
                "Section 5 is honest about how much of that reaches the generator."
            ),
            "It does not matter, the loss is a mean over samples anyway.": (
                "The loss is, the features are not: they look across the batch."
            ),
        },
    ),
    (
        "Minibatch discrimination pushes generated samples apart.",
        {
            "Always: that is what the layer is for.": (
                "Show D fakes that are too wide, and it pulls them together: section 3 measured it."
            ),
            "Only where D has found crowded batches to be fake.": (
                "Right. The layer is an eye, not a force. The sign of its weight is learned."
            ),
            "Never: only the loss can do that, and the loss is the same.": (
                "The loss is the same, its gradient is not: it now runs through the neighbours."
            ),
        },
    ),
    (
        (
            "With the layer on, training breaks when you double the batch. "
            "What is the likely reason?"
        ),
        {
            "Larger batches are bad for GANs.": (
                "Section 6: with the mean instead of the sum, "
                "or without the layer, the same batch does no harm."
            ),
            (
                "The features are sums over the batch; "
                "one step of the same learning rate now moves the logits four times as far."
            ): (
                "Right: the features double, and they enter twice, "
                "as the gradient and as what it multiplies. Divide by batch − 1."
            ),
            "The self-distance should have been left out.": (
                "It adds the constant 1 to each feature, for any batch size; "
                "the next bias absorbs it."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
