"""Checks and quiz of lesson 12: can a frozen VAE draw what you ask for?"""

import torch
from torch.nn.functional import cross_entropy, softplus

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_tensor, worst


def _drawn(*shape, seed=12):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _critic(z):
    """A realism critic without training: codes (n, 3) → logits (n, 1), as a network gives them."""
    if z.shape[-1] != 3:
        raise Hint(f"the critic wants codes, (batch, 3) here, and got {tuple(z.shape)}")
    return (1.3 * z[:, :1] - 0.7 * z[:, 1:2] + z[:, 2:].square()).to(z.dtype) + 0.2


@exercise
def check_1(realism_loss):
    """-log D at codes of real digits, -log(1 - D) at codes that the actor made, means, summed."""
    z_real, z_fake = _drawn(7, 3), _drawn(5, 3, seed=1) - 0.5
    got = want_tensor("the loss", ask(realism_loss, _critic, z_real, z_fake), ())
    real, fake = _critic(z_real), _critic(z_fake)
    right = softplus(-real).mean() + softplus(fake).mean()
    twisted = softplus(real).mean() + softplus(-fake).mean()
    slips = (
        (twisted, "upside down: at codes of digits the critic should say 'real', a large logit"),
        (softplus(-real).mean(), "the second half is missing: −log(1 − D) at what the actor made"),
        (softplus(fake).mean(), "the first half is missing: −log D at codes of real digits"),
        (right / 2, "half of it: add the two means"),
        (softplus(-real).sum() + softplus(fake).sum(), "take means over the two batches, not sums"),
        (-right, "the sign: the critic minimises −log D and −log(1 − D)"),
        (
            softplus(-real).mean() + softplus(-fake).mean(),
            "that is −log D at both: at what the actor made it should be −log(1 − D)",
        ),
        (
            fake.mean() - real.mean(),
            "that is the loss of a Wasserstein critic: here the output is a logit",
        ),
        (
            -(real.sigmoid().mean() + (1 - fake.sigmoid()).mean()),
            "the logarithms are missing: −log D, and −log(1 − D)",
        ),
    )
    name_slip(got, slips)
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"it gives {yours}, wanted {wanted}: softplus(−logit) at z_real and softplus(logit) at "
            "z_fake, the mean of each, added"
        )
    return "The discriminator of lesson 01, for points in latent space."


@exercise
def check_2(actor_loss):
    """Cross-entropy of the wish plus -log D at z′, means over the batch."""
    digit_logits, digits = 2 * _drawn(6, 10, seed=2), torch.tensor([3, 0, 9, 3, 5, 1])
    realism_logits = _drawn(6, seed=3) + 0.3
    got = want_tensor("the loss", ask(actor_loss, digit_logits, digits, realism_logits), ())
    asked, real = cross_entropy(digit_logits, digits), softplus(-realism_logits)
    fooled = softplus(realism_logits)
    probabilities = digit_logits.softmax(1)
    slips = (
        (asked, "realism is missing: add the mean of −log D"),
        (real.mean(), "the wish is missing: add the cross-entropy of the digits asked for"),
        (asked + fooled.mean(), "the sign of the realism: the actor wants D near 1, so −log D"),
        (
            asked + realism_logits.sigmoid().log().mean(),
            "log D should become large: its negative is what to minimise",
        ),
        (real.mean() - asked, "the sign of the cross-entropy: it is to become small"),
        (asked - fooled.mean(), "that is the minimax loss of lesson 04: use −log D"),
        (asked + real.sum(), "take the mean over the batch for the realism, too"),
        (6 * asked + real.sum(), "take means over the batch, not sums"),
        (6 * asked + real.mean(), "take the mean over the batch for the cross-entropy, too"),
        ((asked + real.mean()) / 2, "half of it: add the two"),
        (
            cross_entropy(probabilities, digits) + real.mean(),
            "cross_entropy wants logits: it makes probabilities of them itself",
        ),
        (
            asked - realism_logits.mean(),
            "that is the loss of a Wasserstein generator: here the output is a logit",
        ),
    )
    name_slip(got, slips)
    right = asked + real.mean()
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"it gives {yours}, wanted {wanted}: cross_entropy(digit_logits, digits), and the mean "
            "of softplus(−realism_logits)"
        )
    return "Two questions at z′: is it what was asked for, and is it the code of a digit at all?"


@exercise
def check_3(style_loss):
    """The cross-entropy of the first ten numbers, and the squared error of the others, summed."""
    output, wish = _drawn(5, 12, seed=4), torch.zeros(5, 12, dtype=torch.float64)
    digits = torch.tensor([2, 7, 7, 0, 4])
    wish[torch.arange(5), digits] = 1
    wish[:, 10:] = _drawn(5, 2, seed=5)
    got = want_tensor("the loss", ask(style_loss, output, wish), ())
    digit = cross_entropy(output[:, :10], digits)
    squares = (output[:, 10:] - wish[:, 10:]).square()
    right = digit + squares.sum(1).mean()
    soft = -(wish * output.log_softmax(1)).sum(1).mean()
    slips = (
        (digit, "thickness and slant are missing: add their squared errors"),
        (squares.sum(1).mean(), "the digit is missing: add the cross-entropy of the first ten"),
        (digit + squares.mean(), "that is the mean over the two numbers: add their squared errors"),
        (digit + squares.sum(), "take the mean over the batch: sum over the two numbers alone"),
        (
            digit + squares.sum(1).sqrt().mean(),
            "that is the distance: add the squares, without the root",
        ),
        (
            digit + squares.sqrt().sum(1).mean(),
            "those are absolute errors: square the differences",
        ),
        (soft, "the cross-entropy is for the first ten numbers only: thickness is no class"),
        ((output - wish).square().sum(1).mean(), "the first ten numbers are logits of a digit"),
    )
    name_slip(got, slips)
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"it gives {yours}, wanted {wanted}: cross_entropy of the first ten columns, and the "
            "squared errors of the last two, added, as a mean over the batch"
        )
    return "A class and a number are asked for alike: by a loss that is small when they hold."


QUIZ = (
    (
        "An attribute critic is certain that every z′ of an actor has the digit that was asked "
        "for. What do you know?",
        {
            "The decoded pictures are the digits asked for.": (
                "No. In section 7 an actor without a realism critic made its attribute critic "
                "certain, and many of the pictures were pieces of digits."
            ),
            "The critic is too small, and a larger one would not be fooled.": (
                "Any critic learns only where its training codes lie. How it goes on elsewhere, "
                "nothing has determined."
            ),
            "The actor has found places where this critic says yes.": (
                "Right. Whether the pictures agree, only a classifier that took no part can say."
            ),
        },
    ),
    (
        "What does the realism critic add?",
        {
            "It keeps z′ where codes of digits lie.": (
                "Right: there the decoder was trained, and there the attribute critic is right."
            ),
            "It makes the decoder sharper.": (
                "The decoder is frozen. It could draw sharply before, and was asked in the wrong "
                "places."
            ),
            "It tells whether the digit is the one asked for.": (
                "It never sees a label. That is the task of the other critic."
            ),
        },
    ),
    (
        "A method reaches 93 % on a task. What do you have to ask first?",
        {
            "Whether a larger network reaches more.": (
                "Perhaps, but first you need to know what 93 % are worth."
            ),
            "What the simplest method reaches on the same task.": (
                "Right. Here ten Gaussians, fitted in no time, come close to critics and actor."
            ),
            "Whether the loss has converged.": (
                "It should have, but that says nothing about what the 93 % are worth."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
