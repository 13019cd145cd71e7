"""Checks and quiz of lesson 13, how a gradient passes through a word."""

import torch
from torch.nn.functional import one_hot

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor, worst


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(11))


def _gradient(value, x, name):
    """The gradient of one number with respect to x, zero where it does not depend on x."""
    if not torch.is_tensor(value) or not value.requires_grad:
        raise Hint(f"{name} carries no gradient: keep log_q a tensor, and detach nothing but R")
    found = torch.autograd.grad(value.sum(), x, retain_graph=True, allow_unused=True)[0]
    return torch.zeros_like(x) if found is None else found


def _reinforce_slips(reward, q):
    """Wrong gradients with respect to log q, for rewards (n,), each with its hint."""
    n, total = len(reward), reward.sum()
    others = (total - reward) / (n - 1)
    right = -(reward - others) / n
    return (
        (-right, "the sign: an optimiser lowers a loss, so it is −(R − b) log q"),
        (-reward / n, "no baseline is taken off: the mean reward of the others"),
        (reward / n, "the sign, and the baseline: −(R − b) log q"),
        (-(reward - total / n) / n, "the sample's own reward is in that mean: leave it out"),
        (others / n, "that is the baseline with its sign turned: R − b is wanted"),
        (-others / n, "that is the baseline; R − b is wanted"),
        (right * n, "the mean over the batch is wanted, not the sum"),
        (right * (n / (n - 1)), "average over the batch, not over batch − 1"),
        (
            -(reward - (total - reward) / n) / n,
            "there are batch − 1 others: divide their sum by that",
        ),
        (-(2 * reward - total) / n, "the mean reward of the others is wanted, not their sum"),
        (
            -(reward - total / n) / reward.std() / n,
            "do not divide by the standard deviation; and leave out the own reward",
        ),
        (right * q, "log q is wanted in the loss, not q"),
    )


@exercise
def check_1(reinforce):
    """The gradient of the loss is minus (R − mean of the others)/batch; R gets none."""
    for n in (6, 9):  # a batch of another size, too
        log_q = _drawn(n).double().sub(2).requires_grad_()
        reward = (_drawn(2 * n)[n:].double() - 3).requires_grad_()
        loss = ask(reinforce, log_q, reward, graph=True)
        want_number(loss)
        slope, plain = _gradient(loss, log_q, "the loss"), reward.detach()
        slope = want_tensor("the gradient of the loss", slope, (n,))
        name_slip(slope, _reinforce_slips(plain, log_q.detach().exp()))
        if n == 9 and same(slope, -(plain - (plain.sum() - plain) / 5) / n):
            raise Hint(
                "right for a batch of 6, not for one of 9: take the number from the reward's length"
            )
        right = -(plain - (plain.sum() - plain) / (n - 1)) / n
        if not same(slope, right):
            place, yours, wanted = worst(slope, right)
            raise Hint(
                f"for sample {place[0]} the gradient with respect to log q is {yours}, wanted "
                f"{wanted}: −(R − b)/batch, with b the mean reward of the others"
            )
        if not same(_gradient(loss, reward, "the loss"), torch.zeros(n)):
            raise Hint("a gradient goes through the reward: use reward.detach()")
    return "Values of the reward, and no gradient of it: D could be anybody."


@exercise
def check_2(straight_through):
    """Forward the word that was drawn, backward softmax."""
    a = (0.5 * _drawn(6, 4)).double()
    word = one_hot(torch.tensor([3, 0, 1, 1, 2, 0]), 4).double()
    largest, smallest = (one_hot(x.argmax(-1), 4).double() for x in (a, -a))
    probe, soft = _drawn(12, 4)[6:].double(), a.softmax(-1)
    a.requires_grad_()
    got = ask(straight_through, a, word, graph=True)
    value = want_tensor("what comes out", got, (6, 4)).detach()
    wanted = soft * (probe - (soft * probe).sum(-1, keepdim=True))
    name_slip(
        value,
        (
            (soft, "the value is π: it should be the word. Add word − pi.detach()"),
            (word * soft, "the value is π of the word, not 1: add, do not multiply"),
            (word + soft, "the value is word + π: subtract pi.detach()"),
            (largest, "take the word that was drawn, not that of the largest logit"),
            (smallest, "take the word that was drawn, not that of the smallest logit"),
        ),
    )
    if not same(value, word):
        place, yours, right = worst(value, word)
        raise Hint(f"the value at {list(place)} is {yours}, wanted {right}: the one-hot word")
    if not torch.is_tensor(got) or not got.requires_grad:
        raise Hint("the value is right, but it has no gradient: add pi − pi.detach()")
    slope = torch.autograd.grad((probe * got).sum(), a, allow_unused=True)[0]
    slope = torch.zeros_like(a) if slope is None else slope
    name_slip(
        slope,
        (
            (-wanted, "the sign of the gradient: + pi − pi.detach()"),
            (torch.zeros_like(a), "the gradient is 0: detach only one of the two π"),
            (probe, "that is the gradient of the logits; it should be that of their softmax"),
            (2 * wanted, "the gradient comes twice"),
            (
                a.softmax(0) * (probe - (a.softmax(0) * probe).sum(0)),
                "softmax over the words, the last axis",
            ),
            (
                probe - soft * probe.sum(-1, keepdim=True),
                "that is the gradient of log_softmax; wanted is that of softmax",
            ),
        ),
    )
    if not same(slope, wanted):
        raise Hint("the value is right; the gradient should be that of a.softmax(-1), all of it")
    return "The value of a word, the gradient of π: to first order it is that of J."


QUIZ = (
    (
        (
            "A generator takes the argmax of its word logits, "
            "and D's gradient is sent back. What does the generator learn?"
        ),
        {
            "The right direction, only noisily.": (
                "That would be REINFORCE, or straight-through. A plain argmax passes on nothing."
            ),
            "Nothing: the gradient of argmax is 0.": (
                "Right. Almost everywhere a small change of the logits changes no word."
            ),
            "The program stops: argmax has no gradient.": (
                "It does not stop in a game: backward() goes through D's own weights. "
                "The gradient of argmax is 0, and the generator stays as it is."
            ),
        },
    ),
    (
        (
            "For the three words of section 5, straight-through has a smaller error "
            "than REINFORCE with 4 words in a batch. "
            "You can afford 1000 in a batch. Which one now?"
        ),
        {
            "Still straight-through: it was better.": (
                "Its error is nearly all bias, and more words do not shrink a bias."
            ),
            "It makes no difference with so many words.": (
                "It does: one error falls with the number of words, the other one stays."
            ),
            "REINFORCE: its error is variance, which falls as 1/n.": (
                "Right: bias² + variance/n. How many are enough depends on the task: "
                "for sentences it can be far more than 1000."
            ),
        },
    ),
    (
        "A GAN on soft words ends with 100 % grammatical sentences. What do you ask next?",
        {
            "How many different ones there are, and how far q is from the data.": (
                "Right: total variation and entropy. And compare with likelihood."
            ),
            "Nothing, that is the goal.": (
                "In section 7 the way with the best grammar had the worst total variation."
            ),
            "Whether the temperature was low enough.": (
                "That asks about the method. Find out what came out before you do."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(13)
