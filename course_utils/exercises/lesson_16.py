"""Checks and quiz of lesson 16, steering sentences with latent constraints."""

import math

import torch
from torch.nn.functional import softplus

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor

_TURNS = (  # wrong rules for the actor's batches, with the hint that fits
    (lambda i, m, n: i % (m + n) < m, "the wrong way round: m is for the critics"),
    (
        lambda i, m, n: i % (m + n) < n,
        "the actor goes first; the critics should, or it follows critics that know nothing",
    ),
    (
        lambda i, m, n: i >= m,
        "after the first round it should begin again: take i modulo m + n",
    ),
    (lambda i, m, n: i % m >= m - n, "a round has m + n batches, not m"),
    (lambda i, m, n: (i + 1) % (m + 1) == 0, "one actor batch after m, whatever n is"),
    (
        lambda i, m, n: i % m == 0,
        "a round has m + n batches; i % m == 0 gives one actor batch in m",
    ),
    (lambda i, m, n: (i - 1) % (m + n) >= m, "counted from 1: batch 0 is the first"),
    (
        lambda i, m, n: i % (m + n) > m,
        "one batch too many for the critics: i % (m + n) runs from 0, so m is an actor's batch",
    ),
)


@exercise
def check_1(schedule):
    """Whose turn is batch i, when m batches of the critics take turns with n of the actor?"""
    for m, n in ((3, 2), (1, 1), (5, 2), (1, 3), (3, 1)):
        batches = range(3 * (m + n))
        said = [ask(schedule, i, m, n) for i in batches]
        for word in said:
            if not isinstance(word, str) or word not in ("critic", "actor"):
                raise Hint(f'the answer is "critic" or "actor", got {word!r}')
        right = ["actor" if i % (m + n) >= m else "critic" for i in batches]
        if said == right:
            continue
        for rule, hint in _TURNS:
            if said == ["actor" if rule(i, m, n) else "critic" for i in batches]:
                raise Hint(hint)
        raise Hint(
            f"for m = {m}, n = {n}, from batch 0 on: "
            f"{' '.join(said[: 2 * (m + n)])}; wanted {' '.join(right[: 2 * (m + n)])}"
        )
    return (
        "With m : n you choose who is ahead. "
        "Count both when you compare costs: three critic batches are three times the work."
    )


_PEARS = {
    "Our sad farmer picked a pear in the garden.": "the plain case",
    "Pears grow near the pond.": "a capital, or the plural: “Pears”",
    "Did the cooks eat some PEARS?": "capitals, and the mark",
    "Is that a pear?": "the mark that stands at the word",
    "Pear": "a single word, with a capital",
    "I like pears, cherries and plums.": "the plural, and the comma that stands at it",
    "The pear was green.": "a pear in the middle",
}
_OTHERS = {
    "The singers appear on the stage.": "“appear” is no pear: compare words, not letters",
    "Two spears lay there.": "“spears” are no pears: compare words, not letters",
    "The pearl is white.": "“pearl” begins like a pear: compare whole words",
    "Some apples, please.": "there is no pear in it",
    "": "an empty sentence, and collapsed actors say such",
    "It disappears.": "“disappears” is no pear: compare words, not letters",
    "A pea, or two.": "a pea is no pear",
}


@exercise
def check_2(reward):
    """True when a sentence has the word pear or pears."""
    for cases, wanted in ((_PEARS, True), (_OTHERS, False)):
        for sentence, what in cases.items():
            try:
                said = ask(reward, sentence)
            except (IndexError, ValueError, ZeroDivisionError):
                raise Hint(f"it stops on “{sentence}”: {what}") from None
            if not isinstance(said, (bool, int, float)) and not hasattr(said, "__bool__"):
                raise Hint(
                    f"one answer is wanted, True or False, got {type(said).__name__}: "
                    "is there an `any(…)`?"
                )
            if bool(said) != wanted:
                raise Hint(f"“{sentence}” gives {bool(said)}, wanted {wanted}: {what}")
    return (
        "A reward is a program that will be obeyed to the letter, "
        "so test it on sentences that nearly fit."
    )


def _bce_slips(logits, y):
    """Wrong cross-entropies, with the hint that fits."""
    each, one = softplus(-y * logits), (y + 1) / 2
    right = each.mean()
    return (
        (
            (softplus(logits) - y * logits).mean(),
            "that is the failure: −1 went in as it is; make it 0 first",
        ),
        (
            softplus(y * logits).mean(),
            "the wrong way round: a large logit should be cheap for y = 1",
        ),
        (each.sum(), "the mean, not the sum"),
        (-right, "the sign: a loss is −log p"),
        ((one * each).mean(), "the codes with y = −1 are missing: −log(1 − p)"),
        (((1 - one) * each).mean(), "the codes with y = 1 are missing: −log p"),
        (right / math.log(2), "that is bits: use the natural logarithm"),
        ((softplus(logits) - y.abs() * logits).mean(), "with |y| all labels are 1"),
        ((-y * logits).clamp(min=0).mean(), "that is a perceptron's loss: softplus, not relu"),
        (
            (1 - y * logits).clamp(min=0).mean(),
            "that is the hinge loss: softplus(−l) for y = 1 is wanted",
        ),
        (
            (torch.sigmoid(logits) - one).square().mean(),
            "that is a squared error: take −log of the probability of the right label",
        ),
    )


@exercise
def check_3(bce):
    """mean softplus(-y l) for labels y of -1 and 1."""
    logits = 2 * torch.randn(40, generator=torch.Generator().manual_seed(13), dtype=torch.float64)
    y = torch.where(torch.arange(40) % 3 == 0, 1.0, -1.0).double()
    got, right = ask(bce, logits, y), softplus(-y * logits).mean()
    if torch.is_tensor(got) and got.shape == logits.shape:
        raise Hint("one number is wanted, the mean over the codes")
    number = torch.tensor(want_number(got), dtype=torch.float64)
    name_slip(number, _bce_slips(logits, y))
    if not same(number, right):
        raise Hint(
            f"for 40 random logits it gives {number:.4g}, wanted {right:.4g}: "
            "mean of −log p where y = 1, −log(1 − p) where y = −1"
        )
    far = ask(bce, torch.tensor([1000.0, -1000.0, 1000.0]), torch.tensor([1.0, -1.0, -1.0]))
    number = torch.as_tensor(far, dtype=torch.float64).squeeze()
    want_tensor("the loss at logits of ±1000 (take softplus or logsigmoid)", number, ())
    if not abs(float(far) - 1000 / 3) < 1:
        raise Hint(
            "two logits of ±1000 on the right side and one on the wrong: "
            f"{1000 / 3:.0f} is wanted, got {float(far):.4g}: is p cut off somewhere?"
        )
    return "softplus(−y l): no case by case, no log of 0, and never below 0."


@exercise
def check_4(p_value):
    """Fisher, one-sided: of before + after finds, `before` or more among the first n of 2 n."""

    def chance(j, k, n):
        return math.comb(n, j) * math.comb(n, k - j) / math.comb(2 * n, k)

    for before, after, n in ((3, 0, 100), (6, 2, 150), (9, 1, 1200), (2, 5, 80)):
        k = before + after
        right = sum(chance(j, k, n) for j in range(before, k + 1))
        got = want_number(ask(p_value, before, after, n))
        p, q = before / n, after / n
        slips = (
            (min(1, 2 * right), "that is two-sided: here the fall only is asked for"),
            (chance(before, k, n), "that is this table alone: add those that are more extreme"),
            (right - chance(before, k, n), "`before` itself belongs to it: before, before + 1, …"),
            (1 - right, "that is the other tail"),
            (
                1 - right + chance(before, k, n),
                "the other tail: as many or *more* in the first bag",
            ),
            (
                sum(math.comb(k, j) for j in range(before, k + 1)) / 2**k,
                "coins: near, but a bag that has got one has one place less: n, then n − 1, …",
            ),
            (
                (1 - p) ** n,
                "that takes 3 % for the truth; it was measured, too, in no more samples",
            ),
            (
                sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(after + 1)),
                "that takes the share before for the truth; it was measured, too",
            ),
            (
                math.erfc((p - q) / math.sqrt((p + q) / 2 * (2 - p - q) / n) / math.sqrt(2)) / 2,
                "the normal curve is not good enough for so few finds: count",
            ),
        )
        if not abs(got - right) <= 1e-6:
            for wrong, hint in slips:
                if abs(got - wrong) <= 1e-6:
                    raise Hint(hint)
            raise Hint(
                f"{before} of {n}, then {after} of {n}: "
                f"got {got:.4g}, wanted {right:.4g}: sum over j of C(n, j) C(n, K − j) / C(2n, K)"
            )
    return "3 to 0 of 100: 0.12. Such a fall happens by itself one time in eight."


QUIZ = (
    (
        (
            "An actor reaches 100 % of what was asked, and all its sentences are grammatical. "
            "What do you ask next?"
        ),
        {
            "Nothing: that is perfect.": (
                "So was the actor that said one sentence two hundred times."
            ),
            "How many sentences are different, and what was kept.": (
                "Right: unique, the other attributes, the words. And how a plain baseline does."
            ),
            "Whether the loss still falls.": (
                "The loss is what it was told to make small. It does not know about sentences."
            ),
        },
    ),
    (
        (
            "A critic's accuracy on number, "
            "as measured by a parser on what the actor says, is 1 %. What has happened?"
        ),
        {
            "It was not trained for long enough.": "Then it would be at chance, one half.",
            "Its labels are the wrong way round.": (
                "Right: 1 % of two values is as much knowledge as 99 %."
            ),
            "The decoder ignores z.": (
                "Then the number would be as asked in half of the cases, by chance."
            ),
        },
    ),
    (
        (
            "A word is in 3 of 100 sentences before training and in 0 of 100 after. "
            "What do you know?"
        ),
        {
            "The training removed it.": "A fall from 3 to 0 happens by chance one time in eight.",
            (
                "Little. To find even a fall "
                "to 0 in four cases of five takes nearly 300 samples each."
            ): ("Right. And look at what else changed, and whether the 100 are different."),
            "It has no effect, since p is above 0.05.": (
                "Not significant is not the same as no effect: "
                "with 100 samples you would miss it nine times of ten."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
