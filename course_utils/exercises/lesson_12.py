"""Checks and quiz of lesson 12, latent constraints on digits."""

import itertools

import torch
from torch import sigmoid

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


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(10))


def _gate_slips(z, output):
    """Wrong mixtures of z and δ, with the hint that fits."""
    gate, delta = output.chunk(2, -1)
    g, other = sigmoid(gate), sigmoid(delta)
    return (
        (g * z + (1 - g) * delta, "the gate is the wrong way round: g = 0 should keep z"),
        (
            (1 - gate) * z + gate * delta,
            "the gate should lie between 0 and 1: put it through a sigmoid",
        ),
        (
            (1 - other) * z + other * gate,
            "the halves are exchanged: the gate comes first, δ second",
        ),
        (
            z + g * delta,
            "that adds to z; with g = 1 nothing of z should be left: weigh z with 1 − g",
        ),
        (
            (1 - g) * z + g * sigmoid(delta),
            "only the gate goes through a sigmoid; δ may be any number",
        ),
        ((1 - g) * z + g * torch.tanh(delta), "δ may be any number: no tanh"),
        (g * delta, "z is missing: the share (1 − g) of it stays"),
        ((1 - g) * z + delta, "δ is weighed with g"),
        (delta, "that is δ alone: mix it with z"),
        (z, "z comes back unchanged"),
        (
            (1 - sigmoid(output[..., ::2])) * z + sigmoid(output[..., ::2]) * output[..., 1::2],
            (
                "gate and δ are the first and the second half of the last axis, "
                "not every other number"
            ),
        ),
    )


@exercise
def check_1(gated):
    """z' = (1 - g) z + g delta, from the raw output of a network."""
    z, output = _drawn(2, 5, 3), _drawn(2, 5, 6).flip(1)
    gate, delta = output.chunk(2, -1)
    got = ask(gated, z, output)
    got = want_tensor("z_prime", got, (2, 5, 3))
    name_slip(got, _gate_slips(z, output))
    right = (1 - sigmoid(gate)) * z + sigmoid(gate) * delta
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one number it gives {yours}, wanted {wanted}: (1 − g) z + g δ, per dimension"
        )
    return "A gate for each dimension: 0 keeps z there, 1 replaces it."


def _score_slips(joint):
    """Wrong scores of a table p(z, y), with the hint that fits."""
    p_z, p_y = joint.sum(1, keepdim=True), joint.sum(0, keepdim=True)
    right = (joint / (p_z * p_y)).log()
    return (
        (sigmoid(right), "that is D, a probability; the score is its logit: log of the ratio"),
        (joint / (p_z * p_y), "that is the ratio itself; the score is its logarithm"),
        (
            torch.nn.functional.logsigmoid(right),
            "that is log D; the score is its logit, log D − log(1 − D)",
        ),
        (joint / p_z, "that is p(y|z): divide by p(y), and take the log"),
        (right / torch.tensor(2.0).log(), "the natural logarithm, not log2"),
        (-right, "upside down: the real pairs stand on top of the ratio"),
        (
            (joint / p_z).log(),
            "that is log p(y|z): the shuffled pairs bring p(y) along, divide by it",
        ),
        (
            (joint / p_y).log(),
            "that is log p(z|y): the shuffled pairs bring p(z) along, divide by it",
        ),
        (
            joint.log(),
            (
                "that is log p(z, y) alone: "
                "a best logit is log p − log q, with q the law of the shuffled pairs"
            ),
        ),
        (
            torch.logit(joint / p_z),
            (
                "those are the odds of y against all other labels; "
                "a shuffled pair may have the right label by chance"
            ),
        ),
        (
            (joint / joint.mean()).log(),
            "shuffled pairs are not all equally likely: their law is p(z) p(y)",
        ),
    )


@exercise
def check_2(best_score):
    """The best logit for pairs against shuffled pairs: log p(z, y)/(p(z) p(y))."""
    joint = _drawn(6, 4).exp()
    joint = joint / joint.sum()
    p_z, p_y = joint.sum(1, keepdim=True), joint.sum(0, keepdim=True)
    got, right = ask(best_score, joint), (joint / (p_z * p_y)).log()
    got = want_tensor("the scores", got, (6, 4))
    name_slip(got, _score_slips(joint))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one cell it gives {yours}, wanted {wanted}: "
            "log p(z, y) − log(p(z) p(y)); sum the table for p(z) and p(y)"
        )
    return "log p(y|z) − log p(y): a classifier in disguise. It says nothing about how likely z is."


def _macro(table):
    hits, asked, read = table.diag(), table.sum(1), table.sum(0)
    precision, recall = hits / read.clamp(min=1), hits / asked
    return precision, recall, 2 * hits / (asked + read)


def _report_slips(asked, read, parts):
    """Wrong precision, recall and F1, given those of each class, with the hint that fits."""
    (p, r, f), hit = (part.mean() for part in parts), (asked == read).double().mean()
    once = torch.zeros(4, 4, dtype=torch.float64)
    once[asked, read] = 1
    share = torch.bincount(asked, minlength=4).double() / len(asked)
    absent = [part[:3].mean() for part in parts]
    return [
        (torch.stack(wrong), hint)
        for wrong, hint in (
            (
                [r, p, f],
                "precision and recall are exchanged: precision is of those that are READ as k",
            ),
            (
                [hit, hit, hit],
                (
                    "that pools all classes, and all three are the accuracy: "
                    "compute them for each class, then average"
                ),
            ),
            (
                [p, r, 2 * p * r / (p + r)],
                "F1 of the means: take F1 for each class first, then the mean",
            ),
            ([p, r, (p + r) / 2], "F1 is the harmonic mean, 2PR/(P + R), for each class"),
            ([p, r, f / 2], "F1 is 2PR/(P + R): the 2 is missing"),
            (
                [part.mean() for part in _macro(once)],
                "t[asked, read] += 1 counts repeated pairs once: use bincount or a loop",
            ),
            (
                [(share * part).sum() for part in parts],
                "that weighs labels by how often they are asked for; macro: all alike",
            ),
            *(
                (
                    list(mixed),
                    "class 3 is never read; it counts as precision 0 and F1 0, not as absent",
                )
                for mixed in itertools.product(*zip((p, r, f), absent))
                if mixed != (p, r, f)
            ),
        )
    ]


@exercise
def check_3(report):
    """Macro precision, recall and F1 of a classifier's readings."""
    asked = torch.tensor([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
    read = torch.tensor([0, 0, 1, 2, 1, 1, 1, 0, 2, 1])  # class 3 is never read
    parts = _macro(torch.bincount(4 * asked + read, minlength=16).view(4, 4).double())
    wanted = "wanted three numbers: return precision, recall, f1"
    got = want_parts(ask(report, asked, read, 4), 3, wanted)
    if any(torch.is_tensor(value) and value.numel() == 4 for value in got):
        raise Hint("one number each: macro is the mean over the labels")
    if any(torch.is_tensor(value) and value.isnan().any() for value in got):
        raise Hint(
            "NaN: class 3 is never read, so its precision is 0/0; the custom is to count it as 0"
        )
    got = torch.tensor([want_number(value) for value in got], dtype=torch.float64)
    name_slip(got, _report_slips(asked, read, parts))
    how = {
        "precision": "hits of k over those read as k",
        "recall": "hits of k over those asked for",
        "F1": "2PR/(P + R) for each label",
    }
    right = torch.stack([part.mean() for part in parts])
    if not same(got, right):
        (k,), yours, wanted = worst(got, right)
        name = list(how)[k]
        raise Hint(f"{name} is {yours}, wanted {wanted}: {how[name]}, then the mean over labels")
    return "Macro: every class counts alike, also the one that is never read."


@exercise
def check_4(pull):
    """The slope of log(1 + d²)/σ̄²."""
    d = torch.tensor([-3.0, -1.0, -0.2, 0.0, 0.5, 1.0, 4.0])
    sigma_bar = torch.tensor([0.1, 0.2, 0.1, 0.5, 0.3, 1.0, 0.2])
    got, right = ask(pull, d, sigma_bar), 2 * d / (1 + d**2) / sigma_bar**2
    got = want_tensor("the slope", got, (7,))
    scaled = d / sigma_bar
    name_slip(
        got,
        (
            (
                torch.log1p(d**2) / sigma_bar**2,
                "that is the penalty itself; its slope with respect to d is wanted",
            ),
            (right * sigma_bar**2, "σ̄ is missing: everything is divided by σ̄²"),
            (right * sigma_bar, "divide by σ̄ squared"),
            (right * sigma_bar**4, "divide by σ̄², do not multiply"),
            (right / 2, "the inner derivative: that of 1 + d² is 2d, not d"),
            (
                1 / (1 + d**2) / sigma_bar**2,
                "the inner derivative is missing: that of 1 + d² is 2d",
            ),
            (2 * d / sigma_bar**2, "that is the slope of d²: the logarithm divides it by 1 + d²"),
            (
                2 * scaled / (1 + scaled**2),
                "σ̄ stands outside the logarithm, and dividing d by it leaves a factor",
            ),
            (
                2 * scaled / (1 + scaled**2) / sigma_bar,
                "σ̄ stands outside the logarithm: log(1 + d²)/σ̄², not log(1 + (d/σ̄)²)",
            ),
            (-right, "the sign: for d > 0 the penalty rises with d"),
            (right.abs(), "keep the sign of d: the penalty rises away from 0 on both sides"),
            (right / 7, "no mean: the slope for each number"),
        ),
    )
    if not same(got, right):
        k, yours, wanted = worst(got, right)
        raise Hint(
            f"at d = {d[k]:g}, σ̄ = {sigma_bar[k]:g} it gives {yours}, wanted {wanted}: "
            "the derivative of log u is u′/u, with u = 1 + d²"
        )
    return (
        "Steepest at |d| = 1, whatever σ̄ is. Beyond, it lets go: what has moved far is hardly held."
    )


QUIZ = (
    (
        "An attribute critic calls every sample of an actor a match. What do you know?",
        {
            "The samples have the attribute.": (
                "No. In section 3 an actor without realism convinced its critic, "
                "and the judge read noise."
            ),
            "The actor has found where this critic says yes.": (
                "Right. Whether the pictures agree, only someone who took no part can say."
            ),
            "The critic is too weak, a larger one would do.": (
                "Any critic has been trained near the data only; "
                "far away its verdict means nothing."
            ),
        },
    ),
    (
        "What does the realism critic add?",
        {
            "It makes the decoder sharper.": (
                "The decoder is frozen. It was as sharp before; it was asked in the wrong places."
            ),
            "It keeps z′ where the decoder has been trained.": (
                "Right: where encoded digits lie, and there all other verdicts hold."
            ),
            "It tells whether the digit is the one asked for.": (
                "It never sees a label; that is the other critic's work."
            ),
        },
    ),
    (
        (
            "100 labelled digits are left. "
            "One critic on pairs reaches a higher accuracy than two critics. Which is better?"
        ),
        {
            "The one critic: accuracy is what counts.": (
                "Look at the distance to the labelled digits: "
                "it has little else to offer than these."
            ),
            "That takes a second number, such as spread or distance to the labelled digits.": (
                "Right. The realism critic "
                "of the pair needs no labels and has seen all 8000 digits."
            ),
            "Neither: 100 labels are too few.": (
                "Both do far better than chance; the table of section 4 says how well."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
