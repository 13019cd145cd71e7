"""Checks and quiz of lesson 06, conditional GANs."""

import math

import torch
from torch.nn.functional import one_hot

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_number,
    want_tensor,
    worst,
)
from ..losses import discriminator_loss


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(6))


@exercise
def check_1(pairs):
    """Points with one-hot labels behind them, on the last axis."""
    # labels 2 and 4 do not occur
    x, y = _drawn(3, 4, 2), torch.tensor([[0, 3, 1, 1], [3, 3, 0, 1], [1, 0, 0, 1]])
    got = ask(pairs, x, y, 5)
    rank = got.dim() if torch.is_tensor(got) else 0
    if rank == 3 and got.shape[2] == 3:
        raise Hint(
            "the label is there as one number: as if label 4 were twice label 2; write it one-hot"
        )
    if rank == 3 and got.shape[2] == 6:
        raise Hint(
            "only as many columns as the largest label asks for: "
            "a batch may lack the last ones; pass n_labels to one_hot"
        )
    if rank == 2 or rank == 3 and got.shape[1] != 4:
        raise Hint("features are the last axis: join the two along dim −1, and keep the seed axis")
    got = want_tensor("the pairs", got, (3, 4, 7))
    label = one_hot(y, 5).float()
    if same(got[..., :5], label):
        raise Hint("the label stands first; the lesson's networks get the point first")
    if not same(got[..., :2], x):
        raise Hint(
            "the first d features should be the points, unchanged: "
            "turn the whole numbers of one_hot into x's type, not x into theirs"
        )
    if same(got[..., 2:], label[:1].expand(3, -1, -1)):
        raise Hint("every seed got the labels of seed 0: each has labels of its own")
    if not same(got[..., 2:], label):
        raise Hint(
            "the points are right, the labels are not: "
            "row b of seed s should have its 1 in column y[s, b]"
        )
    return "A pair is now one vector: a network can judge whether its two parts belong together."


def _want_loss(got):
    if torch.is_tensor(got) and not got.dim():
        raise Hint("that mixes the seeds: keep the seed axis, one loss for each, shape (n_seeds,)")
    return want_tensor("the loss", got, (3,))


def _loss(players, points, label_real, label_made, label_shown):
    (discriminator, generator), (x_real, z) = players, points
    return discriminator_loss(
        discriminator(x_real, label_real), discriminator(generator(z, label_made), label_shown)
    )


def _loss_slips(players, points, real, made):
    """What the loss is when labels or samples are mixed up, with the hint that fits."""
    as_made, copy = players[1](points[1], made), (players[0], lambda z, y: z)
    return (
        (
            _loss(players, points, real, made, real),
            "generated points are shown beside real labels: use those they were made for",
        ),
        (
            _loss(players, points, real, real, made),
            "points are made for y_real and shown as y_fake: the same label on both sides, y_fake",
        ),
        (
            _loss(players, points, made, made, made),
            "the real points are shown beside the labels of the generated ones",
        ),
        (
            _loss(players, points, real, real, real),
            "y_fake, the labels drawn for G, are not used: the generated half is independent",
        ),
        (
            _loss(copy, (as_made, points[0]), made, real, real),
            "real and generated are exchanged: discriminator_loss(real, generated)",
        ),
    )


@exercise
def check_2(loss_d):
    """The loss of D on pairs: each point with its own label, and no gradient for G."""
    (weight, table), of_g, of_d = (  # weights of both, of G, of D
        _drawn(2, 5).unbind(0),
        *(torch.ones(2, requires_grad=True) for _ in "GD"),
    )
    players = (
        lambda x, y: (x * of_d * weight[:2]).sum(-1) + table[y],
        lambda z, y: of_g * z + torch.stack([table[y], -(table[y] ** 2)], -1),
    )
    points = _drawn(2, 3, 6, 2)
    real, made = torch.tensor([[0, 1, 2, 3, 4, 0]] * 3), torch.tensor([[2, 2, 1, 0, 4, 3]] * 3)
    got = _want_loss(ask(loss_d, *players, points[0], real, points[1], made, graph=True))
    right = _loss(players, points, real, made, made)
    name_slip(got, _loss_slips(players, points, real, made))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one seed it gives {yours}, wanted {wanted}: "
            "discriminator_loss of the real logits and of the generated ones"
        )
    both, nothing = (of_g, of_d), 0 * (of_g + of_d).sum()
    to_g, to_d = torch.autograd.grad(got.sum() + nothing, both, retain_graph=True)
    _, wanted = torch.autograd.grad(right.sum() + nothing, both)
    if to_g.any():
        raise Hint(
            "the value is right, but a gradient still reaches the generator: detach its samples, "
            "or G's turn goes backward through the graph a second time"
        )
    if not same(to_d, wanted):
        raise Hint(
            "the value is right, but D does not learn from both halves: "
            "detach the generated points, not logits or the loss"
        )
    return "Each point with the label it was made for, or D cannot see whether a label is obeyed."


def _information(table):
    """Mutual information of a uniform label and the answer, in nats; table (label, answer)."""
    mean = table.mean(0)
    return (torch.xlogy(table, table) - torch.xlogy(table, mean)).sum(1).mean()


def _information_slips(table):
    """What else one may compute of a table of positive shares, with the hint that fits."""
    right, mean = _information(table), table.mean(0)
    ratio = (table / mean).log()
    entropy = -torch.xlogy(table, table).sum(1).mean()
    return (
        (right / math.log(2), "that is in bits: use the natural logarithm"),
        (right * len(table), "you sum over the labels: take the mean over them"),
        (right / table.shape[1], "you take the mean over the modes, too: sum over them"),
        (-right, "the sign is turned round: log(r/r̄), the row over the mean row"),
        (entropy, "that is −Σ r log r: compare each row with the mean row, r̄, and mind the sign"),
        (-entropy, "the mean row r̄ is missing: r log(r/r̄)"),
        (
            torch.xlogy(table, table / table.mean(1, keepdim=True)).sum(1).mean(),
            "r̄ is the mean of the rows, one number for each mode: the mean over the labels",
        ),
        (-(mean * ratio).sum(1).mean(), "weight each logarithm with r, not with r̄"),
        (
            table.diagonal().mean(),
            "that is the accuracy, which depends on which label stands for which mode",
        ),
    )


@exercise
def check_3(information):
    """The mutual information of label and answer from a table of shares."""
    table = (1.5 * _drawn(4, 5).double()).softmax(1)
    got = ask(information, table.float())
    if torch.is_tensor(got) and got.numel() > 1:
        raise Hint("one number is wanted: sum over the modes, then take the mean over the labels")
    name_slip(got, _information_slips(table))
    number, right = want_number(got), _information(table).item()
    if abs(number - right) > 1e-4 * (1 + right):
        _, yours, wanted = worst(torch.tensor(number), torch.tensor(right))
        raise Hint(f"for one table it gives {yours}, wanted {wanted}: Σ r log(r/r̄), then the mean")
    extremes = ((torch.eye(8), math.log(8)), (torch.full((8, 8), 1 / 8), 0.0))
    no_mode_4 = torch.eye(6)[[1, 0, 3, 2, 5]]
    for sure, right in (*extremes, (no_mode_4, math.log(5))):
        got = ask(information, sure)
        if sure is no_mode_4 and torch.is_tensor(got) and got.isnan().any():
            raise Hint(
                "a mode that never comes has r̄ = 0, and 0/0 is NaN: keep r̄ away from 0 by clamp, "
                "or take the logarithms of r and r̄ apart"
            )
        number = want_number(got)
        if abs(number - right) > 1e-4 * (1 + right):
            raise Hint(
                f"right for positive shares, but a table with zeros gives {number:.4g}, wanted "
                f"{right:.4g}: 0 · log 0 counts as 0, and torch.xlogy(0, 0) knows that"
            )
    return "It is 0 if all rows are alike, and it does not care which label stands for which mode."


QUIZ = (
    (
        "A generator gets the label, its D does not. Accuracy is 1/8. What do you know?",
        {
            "G ignores its label.": (
                "Perhaps not: in section 4 one generator of the same accuracy had a mode of its "
                "own for every label, and another used its label as more noise."
            ),
            "Its labels come out right no more often than by chance.": (
                "Right. Whether the label says anything about the mode, only the table of shares "
                "or the mutual information tells."
            ),
            "G was trained for too few steps.": (
                "More steps do not help: a D that sees no label prefers no order of the labels."
            ),
        },
    ),
    (
        "D sees x alone, is the best one there is, and says ½ everywhere. What do you know of G?",
        {
            "For each label its samples are right.": (
                "D cannot know that. Labels that are exchanged give the same mixture."
            ),
            "It ignores the label.": "Not even that: it may use the label fully, permuted.",
            "All its samples together are distributed like the data.": (
                "Right: the mixtures are equal, and this is all that such a D compares."
            ),
        },
    ),
    (
        "98 % of a generator's digits are read as asked. What may still be wrong?",
        {
            "It may give the same few pictures again and again.": (
                "Right: twenty pictures a label are read as well as a hundred. Coverage sees it."
            ),
            "It may ignore the label.": "Then about one in ten would be read as asked.",
            "Nothing: real digits score no better.": (
                "Accuracy says nothing about how many different pictures there are."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(6)
