"""Checks and quiz of lesson 17, seven ways to be fooled."""

import math

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number


def _shares(said):
    counts = torch.tensor([said.count(one) for one in set(said)], dtype=torch.float64)
    return counts / counts.sum()


@exercise
def check_1(effective_number):
    """exp of the entropy of the shares of the different sentences."""
    cases = (list("aaaaab"), list("abbcccdddd"), ["a b"] * 3 + ["b a"], list("abcd"), ["a"] * 8)
    for said in cases:
        p = _shares(said)
        entropy = -(p * p.log()).sum()
        got = torch.tensor(want_number(ask(effective_number, said)), dtype=torch.float64)
        slips = [] if len(p) == 1 else [(entropy, "that is the entropy H itself: take exp(H)")]
        if len(p) > 1 and not same(got, entropy.exp()):
            slips += [
                (torch.tensor(float(len(p))), "that counts the different ones: weigh by frequency"),
                ((-entropy).exp(), "the sign is wrong: H = −Σ p log p is not negative"),
                (2**entropy, "you take 2 to the power of H in nats: exp(H), or log2 with 2**H"),
                ((entropy / math.log(2)).exp(), "H is in bits: take log with exp, not log2"),
                (1 / p.square().sum(), "that is 1/Σp², another count: take exp of the entropy"),
            ]
        elif len(p) == 1 and got == 0:
            raise Hint("a parrot has one sentence: H = 0, and exp(H) = 1, not 0")
        elif len(p) == 1 and not same(got, torch.tensor(1.0)):
            raise Hint(f"for one sentence, repeated, it gives {got.item():.4g}, wanted 1")
        name_slip(got, slips)
        if not same(got, entropy.exp()):
            raise Hint(
                f"for counts {[said.count(one) for one in sorted(set(said))]} it gives "
                f"{got.item():.4g}, wanted exp(H) = {entropy.exp().item():.4g}"
            )
    return "Print it beside every accuracy: a parrot cannot hide from it."


def _fisher(before, after, n, least):
    t = before + after
    ways = sum(math.comb(n, k) * math.comb(n, t - k) for k in range(max(least, 0), t + 1))
    return torch.tensor(ways / math.comb(2 * n, t), dtype=torch.float64)


@exercise
def check_2(p_value):
    """The probability that `before` or more of all that have the word fall among the first n."""
    for before, after, n in (
        (4, 2, 10),
        (5, 1, 60),
        (3, 0, 100),
        (1, 3, 20),
        (9, 2, 12),
        (0, 0, 5),
    ):
        wanted, t = _fisher(before, after, n, before), before + after
        got = torch.tensor(want_number(ask(p_value, before, after, n)), dtype=torch.float64)
        exactly = wanted - _fisher(before, after, n, before + 1)
        coin = sum(math.comb(t, k) for k in range(before, t + 1)) / 2**t
        slips = [
            (exactly, "that is the probability of exactly `before`: add all that are larger"),
            (_fisher(before, after, n, before + 1), "the sum begins at `before` itself"),
            (
                wanted - _fisher(before, after, n, t),
                "the sum ends at t itself: all that have the word may be in the first half",
            ),
            (1 - wanted, "that is the probability of fewer: it wants `before` or more"),
            (_fisher(after, before, n, after), "before and after are the wrong way round"),
            (torch.tensor(coin), "a fair coin for each word: but only n places are in each half"),
            (
                sum(math.comb(n, k) for k in range(before, t + 1)) / torch.tensor(1.0 * 2**n),
                "those are heads among n coins: keep t, the number with the word, fixed",
            ),
        ]
        two_sided = (2 * wanted).clamp(max=1)
        if before > after:
            slips.append((two_sided, "that is two-sided: only falls count here"))
        if not same(got, wanted, 1e-6):
            name_slip(got, [(wrong.double(), hint) for wrong, hint in slips], 1e-6)
            raise Hint(
                f"for {before}, then {after}, of {n} each, it gives {got.item():.4g}, wanted "
                f"{wanted.item():.4g}"
            )
    return "Fisher's exact test: 3, then 0, of a hundred happens one time in eight by itself."


QUIZ = (
    (
        "A paper reports that 98 % of its samples are classified as asked. What do you ask first?",
        {
            "Whether the difference to the baseline is significant.": (
                "With enough samples it will be, and a parrot's 100 % would be, too."
            ),
            "How many of them are different, and what the classifier took part in.": (
                "Right. A single sample, repeated, gets 100 %, and so does a code that fools the "
                "classifier it was trained against."
            ),
            "What the loss was at the end.": (
                "The loss is computed with the same classifier. It cannot object."
            ),
        },
    ),
    (
        "Real data, as many as your samples, get a lower score than your samples. What have you "
        "found?",
        {
            "The score measures something other than being like the data.": (
                "Right. Nothing can be more like the data than the data."
            ),
            "The model is better than real data.": (
                "Better at this score, as a hundred blots are in section 5."
            ),
            "The model has learned the training data by heart.": (
                "A copy of the training data would score as real data do, not higher."
            ),
        },
    ),
    (
        "You try forty checkpoints on a validation set and report the best one's score there. "
        "What is the matter?",
        {
            "Nothing, since the validation set was not trained on.": (
                "It was chosen on. The best of forty is partly lucky on just this set."
            ),
            "Forty are too few: the true best may be missing.": (
                "More of them make the luck of the best one larger."
            ),
            "The score is too good on average: report the chosen one on other data.": (
                "Right. That is why there is a test set beside the validation set."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(17)
