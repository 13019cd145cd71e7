"""Checks and quiz of lesson 04, which loss still teaches G when D is certain."""

import torch

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_parts,
    want_tensor,
    worst,
)
from ..losses import generator_minimax, generator_nonsaturating


def _judge_derivative(what, got, d, weight, over_d):
    """Raise the hint for a wrong derivative of the loss `what` where D = d: it is -weight."""
    middle = (d > 0.01) & (d < 0.99)  # where d/dD fits into single precision
    if same(got, weight):
        raise Hint(
            f"the sign is off: {what} falls as D rises, so its derivative is negative"
            + ("; you have the derivative of log D, not of −log D" if what == "−log D" else "")
        )
    if same(got[middle], over_d[middle], 1e-3):
        raise Hint(
            f"your derivative of {what} grows without bound: "
            "that is d/dD, multiply by dD/dℓ = D(1 − D)"
        )
    if same(got, -d * (1 - d)):
        raise Hint(
            f"your derivative of {what} is −D(1 − D), the sigmoid's derivative alone: "
            "multiply it by the derivative with respect to D"
        )
    if not same(got, -weight):
        k, yours, right = worst(got, -weight)
        raise Hint(f"your derivative of {what} is {yours} where D = {d[k]:.4g}, wanted {right}")


def _judge_infinite(what, got, right):
    """Raise the hint for a derivative of the loss `what` that is not finite everywhere."""
    finite = torch.isfinite(got)
    if finite.all():
        return
    if finite.any() and same(got[finite], right[finite], 1e-2):
        raise Hint(
            f"your derivative of {what} is right, but NaN or infinite at ℓ = 40: "
            "1 − sigmoid(40) is 0 in single precision; find the derivative on paper, "
            "and write it with sigmoid(−ℓ)"
        )
    raise Hint(
        f"your derivative of {what} grows without bound, to NaN or infinity: "
        "that is d/dD, multiply by dD/dℓ = D(1 − D)"
    )


@exercise
def check_1(derivatives):
    """Derivatives with respect to the logit: -D and -(1 - D)."""
    logits = torch.tensor([-10.0, -3.0, -0.5, 0.0, 1.0, 4.0, 40.0])
    got = want_parts(ask(derivatives, logits), 2, "wanted two tensors: return first, second")
    d, rest = torch.sigmoid(logits.double()), torch.sigmoid(-logits.double())
    for name, tensor, right in zip(("log(1 − D)", "−log D"), got, (-d, -rest)):
        if torch.is_tensor(tensor) and tensor.shape == logits.shape:
            _judge_infinite(name, tensor, right)
    first, second = (want_tensor("each derivative", tensor, (len(logits),)) for tensor in got)
    if same(first, -rest) and same(second, -d):
        raise Hint(
            "both are there, in the wrong order: log(1 − D) is the one that is nearly 0 at ℓ = −10"
        )
    _judge_derivative("log(1 − D)", first, d, d, -1 / rest)
    _judge_derivative("−log D", second, d, rest, -1 / d)
    if (second[-1] / rest[-1] + 1).abs() > 1e-2:
        raise Hint(
            f"at ℓ = 40 your derivative of −log D is {second[-1]:.4g}, wanted −4.248e-18: "
            "1 − sigmoid(ℓ) loses all digits, sigmoid(−ℓ) keeps them"
        )
    return "Together they are −1 at every logit."


def _push(logit, derivative, weight):
    """What a sample receives: the weight of a loss at its logit, times dℓ/dx."""
    return (weight(logit) * derivative).unsqueeze(-1)


@exercise
def check_2(arrows):
    """Minus the derivative of each sample's loss with respect to the sample."""

    def discriminator(x):  # a logit that is no straight line, with one number for each row
        return (0.5 * x * x - x - 2).squeeze(-1)

    x = torch.tensor([[-3.0], [-1.0], [0.0], [0.5], [2.0], [4.0]])
    logit, over_x = discriminator(x), x.squeeze(-1) - 1
    for name, loss, weight in (
        ("−log D", generator_nonsaturating, lambda logit: torch.sigmoid(-logit)),
        ("log(1 − D)", generator_minimax, torch.sigmoid),
    ):
        right = _push(logit, over_x, weight)
        got = ask(arrows, loss, discriminator, x)
        if torch.is_tensor(got) and got.shape == x.squeeze(-1).shape:
            raise Hint("wanted the shape of x, (batch, 1): return the gradient as it comes")
        got = want_tensor("the arrows", got, x.shape)
        d = torch.sigmoid(logit)
        slips = (
            (right / len(x), "the loss is a mean over the batch: multiply by the batch size"),
            (-right, "they point the wrong way: G goes down its loss, so take minus the gradient"),
            (-right / len(x), "multiply by the batch size, and take minus the gradient"),
            (weight(logit).unsqueeze(-1), "that is with respect to the logit: go on, back to x"),
            (over_x.unsqueeze(-1), "that is ℓ′(x) alone: send the loss back, not the logit"),
            ((d * (1 - d) * over_x).unsqueeze(-1), "that is the derivative of D(x), not of a loss"),
        )
        name_slip(got, slips)
        if not same(got, right):
            k, yours, wanted = worst(got, right)
            raise Hint(f"for {name} at x = {x[k]:g} it gives {yours}, wanted {wanted}")
    return "Both losses send a sample the same way; they differ in the length."


QUIZ = (
    (
        "Why does the gradient of log(1 − D) vanish when D ≈ 0?",
        {
            "Because log(1 − D) is flat near D = 0.": (
                "As a function of D its derivative there is −1. Section 1 prints it."
            ),
            (
                "Because the sigmoid is flat there, and the loss's derivative with respect to D, "
                "which is −1, does not make up for it."
            ): (
                "Right: −1 times D(1 − D) is nearly 0. −log D passes the same sigmoid, but its "
                "derivative −1/D makes up for it."
            ),
            "Because ℓ′(x) is 0 when D is certain.": (
                "In section 2 ℓ′(x) grew as D learned, and −log D passed nearly all of it on."
            ),
        },
    ),
    (
        (
            "A training with log(1 − D) shows a loss of G of −0.000 and a loss of D of 0.000, "
            "for hundreds of turns. What has happened?"
        ),
        {
            "It has converged: both losses are at their minimum.": (
                "G minimises log(1 − D), and 0 is its largest value. At a perfect G it is −0.693."
            ),
            "The discriminator has collapsed.": (
                "On the contrary: a loss of D of 0 means that D is right and certain on nearly "
                "every sample that it is shown."
            ),
            "D is right nearly everywhere, and G receives next to nothing.": (
                "Right. At a perfect G the two losses would be −0.693 and 1.386."
            ),
        },
    ),
    (
        "In our game D has a head start, and G minimises log(1 − D) by plain gradient steps. "
        "What happens?",
        {
            "With a suitable learning rate G arrives, but later than with −log D.": (
                "Right: in section 4 most seeds arrive at the rates 0.1 and 0.3, and stay."
            ),
            "G never arrives, whatever the learning rate.": (
                "After 300 turns none of the six rates has half of the seeds near the data. "
                "Section 4 waits for 1000."
            ),
            "G arrives as soon as with −log D if its learning rate is large enough.": (
                "A larger rate helps at first. But a rate of 10 throws G past the data; "
                "see the figure in section 4."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(4)
