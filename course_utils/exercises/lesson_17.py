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


_TRAIN = "the nervous cyclists book the room in the city"
_PAIRS = (  # a training sentence, a test sentence, are they near?, what a wrong answer missed
    (_TRAIN, _TRAIN, True, "equal sentences are near-duplicates, too: delete none or one"),
    (
        _TRAIN,
        "the nervous cyclists book the table in the city",
        True,
        "one word was changed: delete it from *both* sentences, and they are equal",
    ),
    (
        _TRAIN,
        "the cyclists book the room in the city",
        True,
        "the test sentence lacks one word: delete it from the training sentence alone",
    ),
    (
        _TRAIN,
        "the nervous cyclists book the room in the old city",
        True,
        "the test sentence has one word more: delete it there alone",
    ),
    (
        _TRAIN,
        "nervous cyclists book the room in the city today",
        True,
        "the word deleted from one may stand elsewhere than that from the other",
    ),
    (
        "a rude gardener paints a fence",
        "a rude gardener paints a wall",
        True,
        "five words are left here: five suffice, counted after deleting",
    ),
    (
        "she hums a sad song",
        "she hums a sad tune",
        False,
        "only four words are left here: it takes five or more, counted after deleting",
    ),
    (
        _TRAIN,
        "the city book the room in the nervous cyclists",
        False,
        "these have the same words in another order: the order counts",
    ),
    (
        _TRAIN,
        "the nervous pilots book the table in the city",
        False,
        "two words differ here: at most one is deleted from each",
    ),
    (
        _TRAIN,
        "my brother sold his old car to a friend",
        False,
        "these have nothing in common",
    ),
)


@exercise
def check_2(leaked):
    """The share of test sentences with a near-duplicate among the training sentences."""
    for train, test, near, missed in _PAIRS:
        got = want_number(ask(leaked, [train], [test]))
        if got != near:
            raise Hint(f"{missed} (“{train}”, “{test}”: it gives {got:.3g}, wanted {int(near)})")
    train = [_TRAIN, "a rude gardener paints a fence near the pond", _PAIRS[-1][1], "who knows"]
    test = [
        _PAIRS[1][1],
        _PAIRS[2][1],
        "a rude gardener paints the fence near the pond",
        "it rains",
    ]
    test.append("nobody has ever seen such a lovely bridge")
    got = torch.tensor(want_number(ask(leaked, train, test)), dtype=torch.float64)
    slips = (
        (3.0, "that is a number: divide by the number of test sentences"),
        (0.5, "that is the share of training sentences: ask for the test sentences"),
        (0.75, "divide by the number of test sentences, not of training sentences"),
        (0.4, "that is one minus the share: count those that leaked"),
        (1.0, "of several sentences it is a share: count those that leaked"),
    )
    name_slip(got, [(torch.tensor(wrong, dtype=torch.float64), hint) for wrong, hint in slips])
    if not same(got, torch.tensor(0.6, dtype=torch.float64)):
        raise Hint(f"of 5 test sentences 3 leaked from 4: it gives {got.item():.4g}, wanted 0.6")
    return "A search for equal sentences would have found one of those six pairs."


QUIZ = (
    (
        "A paper reports that 98 % of its samples are classified as asked. What do you ask first?",
        {
            "Whether the difference to the baseline is significant.": (
                "With enough samples it will be, and a parrot's 100 % would be, too."
            ),
            "How many differ, and whether the classifier took part in the training.": (
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
