"""Checks and quiz of lesson 16, can you change one thing about a sentence and keep the rest?"""

import math

import torch
from torch.nn.functional import softplus

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_tensor, worst
from ..losses import attribute_nll, latent_distance
from ..steering import believed, one_hot_wish

SIZES = [3, 2]


def _example():
    """Logits (4, 5), wishes (4, 2) of which one is open in each of two rows."""
    draw = torch.Generator().manual_seed(3)
    logits = torch.randn(4, 5, generator=draw)
    return logits, torch.tensor([[0, 1], [2, -1], [-1, 0], [1, 1]])


@exercise
def check_1(attribute_loss):
    """The cross-entropy of several attributes, with a softmax for each."""
    logits, wish = _example()
    target = one_hot_wish(wish, SIZES)
    wanted = attribute_nll(logits, target, SIZES)
    got = ask(attribute_loss, logits, target, SIZES)
    parts = list(zip(target.split(SIZES, -1), logits.split(SIZES, -1)))
    each = -sum((y * part.log_softmax(-1)).sum(-1) for y, part in parts)
    name_slip(
        got,
        (
            (each, "you give one number for each row: take the mean over the batch"),
            (each.sum(), "you sum over the batch: take the mean"),
            (-wanted, "the sign is turned round: the loss is −log p, so it is positive"),
            (wanted / 2, "you take the mean over the attributes: add them up"),
            (wanted / math.log(2), "you measure in bits: use the natural logarithm"),
            (
                -(target * logits.log_softmax(-1)).sum(-1).mean(),
                "you took one softmax over all places: each attribute has one of its own",
            ),
            (
                -sum((y * part.softmax(-1)).sum(-1) for y, part in parts).mean(),
                "the logarithm is missing: use log_softmax",
            ),
            (
                -sum((y * part).sum(-1) for y, part in parts).mean(),
                "the softmax is missing: logits are not log probabilities",
            ),
        ),
    )
    got = want_tensor("the loss", got, ())
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"it gives {yours} on an example, wanted {right}")
    soft = torch.tensor([[0.5, 0.25, 0.25, 0.0, 0.0]])
    far = torch.tensor([[0.0, 300.0, 0.0, 50.0, -400.0]])
    got = ask(attribute_loss, far, soft, SIZES)
    if not torch.is_tensor(got) or not same(got, attribute_nll(far, soft, SIZES)):
        raise Hint(
            "with a target of probabilities and large logits it is wrong: multiply the target "
            "with log_softmax, group by group; log(softmax(…)) becomes −∞"
        )
    learned = logits.clone().requires_grad_()
    want_graph(attribute_loss, learned, target, SIZES, learned=[learned])
    return "A group of zeros adds nothing, so an open attribute does not count."


@exercise
def check_2(my_target):
    """asked_weight · one-hot wish + keep_weight · belief where the wish is open."""
    logits, wish = _example()
    asked, keep = one_hot_wish(wish, SIZES), believed(logits, wish, SIZES)
    free = logits.clone().requires_grad_()
    got = ask(my_target, wish, free, SIZES, 8.0, 3.0, graph=True)
    everywhere = torch.cat([part.softmax(-1) for part in logits.split(SIZES, -1)], -1)
    if torch.is_tensor(got) and got.requires_grad:
        raise Hint("a gradient flows through the belief: detach the logits first")
    name_slip(
        got,
        (
            (8 * asked, "the belief is missing: nothing says that open attributes should stay"),
            (3 * keep, "the wish is missing"),
            (asked + keep, "the weights are missing"),
            (3 * asked + 8 * keep, "the weights are swapped"),
            (
                8 * asked + 3 * everywhere,
                "the belief belongs only where the wish is open: it says 'stay' to what is to move",
            ),
        ),
    )
    got = want_tensor("the target", got, logits.shape)
    if not same(got, 8 * asked + 3 * keep):
        place, yours, right = worst(got, 8 * asked + 3 * keep)
        raise Hint(
            f"at {list(place)} it gives {yours}, wanted {right}: "
            "a group that is asked for adds up to 8 here, an open one to 3"
        )
    return "One target says both: what is to change, and what is to stay."


@exercise
def check_3(actor_loss):
    """attribute_nll + 2 softplus(-realism) + latent_distance."""
    draw = torch.Generator().manual_seed(5)
    z, z_prime = torch.randn(2, 4, 6, generator=draw)
    sigma_bar = 0.5 + torch.rand(6, generator=draw)
    realism = torch.randn(4, generator=draw)
    logits, wish = _example()
    target = 8 * one_hot_wish(wish, SIZES) + 3 * believed(logits, wish, SIZES)
    asked = attribute_nll(logits, target, SIZES)
    real, distance = softplus(-realism).mean(), latent_distance(z, z_prime, sigma_bar)
    got = ask(actor_loss, z, z_prime, target, logits, realism, sigma_bar, SIZES)
    each = asked + 2 * softplus(-realism) + distance
    name_slip(
        got,
        (
            (each, "realism is one number for each code: take its mean"),
            (asked + 2 * real, "the distance is missing: the actor may move as far as it likes"),
            (asked + distance, "realism is missing"),
            (2 * real + distance, "the attributes are missing: nothing makes the actor move"),
            (asked + real + distance, "realism has weight 2"),
            (
                asked + 2 * softplus(realism).mean() + distance,
                "this is −log(1 − D): the actor wants z′ to be taken for real",
            ),
            (asked - 2 * real + distance, "the sign of realism: −log D = softplus(−logit)"),
            (asked + 2 * real - distance, "the sign of the distance: moving costs"),
            (8 * asked + 2 * real + distance, "the weights of the wish are in the target already"),
        ),
    )
    got = want_tensor("the loss", got, ())
    wanted = asked + 2 * real + distance
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"it gives {yours} on an example, wanted {right}")
    moved = [part.clone().requires_grad_() for part in (z_prime, logits, realism)]
    want_graph(actor_loss, z, moved[0], target, *moved[1:], sigma_bar, SIZES, learned=moved)
    return "Obey, look real, move little: this loss is the whole method."


QUIZ = (
    (
        "Why can the actor be trained although words are discrete?",
        {
            "Because the decoder's softmax is differentiable.": (
                "It is, but the decoder takes no part in this training."
            ),
            "Because the critics judge the code z′, which is continuous.": (
                "Right. The decoder is used only afterwards, to look at the result."
            ),
            "Because the encoder is trained along with it.": (
                "Encoder and decoder are frozen: the VAE never learns again."
            ),
        },
    ),
    (
        "A wish leaves the topic open. What does the target of the actor's loss hold there?",
        {
            "The critic's probabilities at z, before the move.": (
                "Right: with them the cross-entropy is smallest when the belief stays as it was."
            ),
            "Zeros.": (
                "Zeros would leave the topic free to change: neither rewarded nor punished."
            ),
            "The same probability for each topic.": (
                "That would ask for a code whose topic the critic cannot tell."
            ),
        },
    ),
    (
        "With the LC-GAN 99 % of wishes come true, and with a difference of two mean codes 99.5 %. "
        "What does the 99 % show?",
        {
            "That a network has learned more than a fixed vector can do.": (
                "The fixed vector does as well, so this task does not show it."
            ),
            "That the parser which counted is too lenient.": (
                "The grammar's parser makes no mistakes, and it counts both methods alike."
            ),
            "That the wish is easy here. It does not show what the network adds.": (
                "Right. Only a task in which the simple method fails can show that."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(16)
