"""Checks and quiz of lesson 19, the capstone."""

import math

import torch

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor, worst


def _judge_split(number, held):
    """Raise the hint that fits a wrong choice of lines, `held` (n,) bool."""
    share, n = held.double().mean().item(), len(number)
    if not held.any() or held.all():
        raise Hint(
            f"of {n} lines {'none' if share == 0 else 'all'} are held back: about a fifth is wanted"
        )
    parted = [k for k in number.unique().tolist() if len(held[number == k].unique()) > 1]
    if parted:
        raise Hint(
            f"{len(parted)} groups are parted, such as number {parted[0]}: "
            "decide for groups, then `chosen[group]` gives the lines"
        )
    if not 0.13 <= share <= 0.27:
        raise Hint(
            f"{share:.0%} of the lines are held back, wanted about 20 %: "
            "count lines, not groups, and let a group go that is too large"
        )


@exercise
def check_1(split):
    """A fifth of the lines, no group parted, by chance."""
    dice = torch.Generator().manual_seed(1)
    small = torch.randint(300, (600,), generator=dice) * 7  # with gaps, as groups() gives them
    large = torch.cat([small, torch.full((700,), 5000)])[torch.randperm(1300, generator=dice)]
    for number in (small, large):
        seen = []
        for seed in (1, 2, 3, 4, 5, 1):
            held = ask(split, number, torch.Generator().manual_seed(seed))
            want_tensor("held", held, number.shape)
            if held.dtype != torch.bool:
                zeros_and_ones = set(held.unique().tolist()) <= {0, 1}
                how = "is it a list of places, or the groups?"
                how = "make it .bool()" if zeros_and_ones else how
                raise Hint(f"True or False for each line is wanted, got {held.dtype}: {how}")
            _judge_split(number, held)
            seen.append(held)
        if (seen[0] == seen[1]).all():
            raise Hint(
                "two seeds give the same lines: "
                "draw the order of the groups with `torch.randperm(n, generator=dice)`"
            )
        if not (seen[0] == seen[-1]).all():
            raise Hint(
                "the same seed gives different lines: "
                "pass generator=dice to every draw, or nobody can repeat your split"
            )
    return "No near-duplicate straddles, and whoever has the seed has the split."


_LINES = {
    "latin small letter o with diaeresis and macron": 1,
    "latin small letter o with diaeresis": 0,
    "box drawings light up and left": 0,
    "greek small letter alpha with dasia and varia and ypogegrammeni": 1,
    "circled plus": 0,
    "bengali sign candrabindu with nukta": 0,
    "figure and ground with dot": 0,
    "arrow without shaft and head": 0,
    "and with dot": 0,
    "square with lower and left half black": 1,
    "letter with sandwich": 0,
    "plus and minus without dot and bar": 0,
    "up and down arrow with stroke and hook": 1,
}
_REWARDS = (
    (
        lambda line: int("with" in line and "and" in line),
        "you look for pieces of words, in any order: split, and look for “and” after “with”",
    ),
    (
        lambda line: int("with" in line.split() and "and" in line.split()),
        "an “and” before “with” is no second mark: look after it",
    ),
    (
        lambda line: int("and" in line.split()),
        "“box drawings light up and left” has no marks: the word “with” is wanted, too",
    ),
    (lambda line: int("with" in line.split()), "one mark is not two: “and” must follow"),
    (
        lambda line: int(
            {"with", "and"} <= set(line.split())
            and line.split().index("and") > line.split().index("with")
        ),
        (
            "the first “and” may stand before “with” and another after it: "
            "look in words[words.index('with'):]"
        ),
    ),
    (
        lambda line: int("with" in line and "and" in line[line.find("with") :]),
        "you look for pieces of words: “without” holds “with”, “candrabindu” holds “and”",
    ),
    (
        lambda line: int("with" in line and "and" in line.split()),
        "“without” holds “with”: split the line first",
    ),
    (
        lambda line: (
            1 - int("with" in line.split() and "and" in line.split()[line.split().index("with") :])
        ),
        "the other way round: 1 is for two marks",
    ),
)


@exercise
def check_2(reward):
    """1 for a line with two marks."""
    got = {line: want_number(ask(reward, line)) for line in _LINES}
    if set(got.values()) - {0.0, 1.0}:
        raise Hint(
            f"a reward is 1 or 0 here, got {sorted(set(got.values()) - {0.0, 1.0})[0]:g}: "
            "at least two marks, not how many"
        )
    if got != _LINES:
        for slip, hint in _REWARDS:
            if all(got[line] == slip(line) for line in _LINES):
                raise Hint(hint)
        line = next(line for line in _LINES if got[line] != _LINES[line])
        raise Hint(f"“{line}” gets {got[line]:g}, wanted {_LINES[line]}")
    return (
        "Thirteen lines that were chosen to be nasty. "
        "Do that with every rule of yours: fifty lines, read by you."
    )


def _parzen(square, h, d):
    log_norm = math.log(square.shape[1]) + d * math.log(h * math.sqrt(2 * math.pi))
    return (-square / (2 * h**2)).logsumexp(1) - log_norm


def _name_parzen(got, square, h, d):
    """Raise the hint that fits a wrong log-likelihood; square (m, n) distances."""
    right, log_n = _parzen(square, h, d), math.log(square.shape[1])
    scale = math.log(h * math.sqrt(2 * math.pi))
    name_slip(
        got,
        (
            (right + log_n, "log n is missing: the mixture is a mean of windows, not a sum"),
            (
                right + d * scale,
                (
                    "the window's own factor is missing: "
                    "a Gaussian in d dimensions has (2πh²)^(−d/2) before it"
                ),
            ),
            (right + (d - 1) * scale, "the factor is that of one dimension: there are d"),
            (
                right + d * scale / 2,
                "half of the factor is missing: d log(h √(2π)) = d/2 log(2πh²)",
            ),
            (-right, "the sign: log-likelihoods are wanted, not their negatives"),
            (right.exp(), "the log is missing"),
            (
                (-square / (2 * h**2)).mean(1) - d * scale,
                "that is the mean of logs: take the log of the mean",
            ),
            (
                (-square / h**2).logsumexp(1) - log_n - d * scale,
                "the exponent is −|x − s|²/(2h²): the 2 is missing",
            ),
            (right + log_n - math.log(len(square)), "n is the number of samples, not of points"),
        ),
    )


@exercise
def check_3(parzen):
    """logsumexp over samples, minus log n, minus d log(h √(2π))."""
    dice = torch.Generator().manual_seed(3)
    points, samples, h = torch.randn(7, 5, generator=dice), torch.randn(11, 5, generator=dice), 0.7
    far, square = ask(parzen, points + 40, samples, 0.1), torch.cdist(points, samples).square()
    if not torch.is_tensor(far) or far.shape != (7,):
        far = want_tensor("the log-likelihoods", far, (7,))
    if far.isneginf().any():
        raise Hint(
            "−∞ for a point that is far away: "
            "exp has become 0; use torch.logsumexp, and no exp of your own"
        )
    got = want_tensor("the log-likelihoods", ask(parzen, points, samples, h), (7,))
    _name_parzen(got, square, h, 5)
    if not same(got, right := _parzen(square, h, 5)):
        (k,), yours, wanted = worst(got, right)
        raise Hint(
            f"for point {k} you give {yours}, wanted {wanted}: "
            "logsumexp of −|x − s|²/(2h²), − log n, − d log(h √(2π))"
        )
    wanted = _parzen(torch.cdist(points + 40, samples).square(), 0.1, 5)
    if not same(far, wanted, 1e-3):
        _, yours, right = worst(far, wanted)
        raise Hint(
            f"for a point that is far away you give {yours}, wanted {right}: "
            "add no small number inside the log, use torch.logsumexp"
        )
    return (
        "Now you can compute a number that ranks blurred digits before real ones, "
        "to float precision."
    )


def _tail(n, counts):
    """The chance that n fair coins show one of these numbers of heads."""
    return sum(math.comb(n, k) for k in counts) / 2**n


def _p_slips(right, n, far, wanted):
    """Wrong p-values of `right` right answers of n, with the hint that fits."""
    top, normal = max(right, n - right), math.erfc(far / math.sqrt(n) / math.sqrt(2))
    return (
        (wanted / 2, "that is one tail: as few right answers would have surprised you as well"),
        (_tail(n, range(right, n + 1)), "that is the tail above only: count both"),
        (_tail(n, range(right + 1)), "that is the tail below only: count both"),
        (
            min(1, 2 * _tail(n, range(right, n + 1))),
            (
                "twice the tail above is right from n/2 up only: "
                "take all k with |2k − n| ≥ |2·right − n|"
            ),
        ),
        (
            min(1, 2 * _tail(n, range(right + 1))),
            (
                "twice the tail below is right up to n/2 only: "
                "take all k with |2k − n| ≥ |2·right − n|"
            ),
        ),
        (
            2 * _tail(n, range(top + 1, n + 1)),
            "“as far, or further”: the outcome itself belongs to it, ≥ not >",
        ),
        (
            _tail(n, [right]),
            "that is the chance of just this outcome: add those that are further away",
        ),
        (1 - wanted, "the other way round: that is the chance to be nearer"),
        (normal, "that is the normal approximation: sum the binomial's own probabilities"),
        (wanted * 2**n, "divide by the number of outcomes, 2**n"),
    )


@exercise
def check_4(p_value):
    """P(|X - n/2| ≥ |right - n/2|) for n fair coins."""
    for right, n in ((6, 10), (14, 20), (3, 20), (30, 41)):
        got, far = want_number(ask(p_value, right, n)), abs(2 * right - n)
        wanted = _tail(n, [k for k in range(n + 1) if abs(2 * k - n) >= far])
        if not abs(got - wanted) <= 1e-6:
            for wrong, hint in _p_slips(right, n, far, wanted):
                if abs(got - wrong) <= 1e-6 * max(1, abs(wrong)):
                    raise Hint(hint)
            _, yours, true = worst(got, wanted)
            raise Hint(
                f"for {right} of {n} you give {yours}, wanted {true}: "
                "all k with |2k − n| ≥ |2·right − n|"
            )
    if not abs((middle := want_number(ask(p_value, 5, 10))) - 1) < 1e-6:
        _, yours, right = worst(middle, 1.0)
        raise Hint(
            f"5 of 10 is as near as can be: you give {yours}, wanted {right}; "
            "is the middle counted twice?"
        )
    return "Exact, for any number of answers."


QUIZ = (
    (
        (
            "Your samples are all real lines, "
            "the perplexity is fine, the classifier scores as on data. What is missing?"
        ),
        {
            "Human ratings.": (
                "They would be fine as well, if these are training lines: "
                "a parrot convinces everybody."
            ),
            "How many are copies, and how near the others are to the training lines.": (
                "Right: a parrot has all the other scores."
            ),
            "More seeds.": "Useful, but five parrots are parrots.",
        },
    ),
    (
        "Three seeds each; all three of yours are better. Is that significant at 5 %?",
        {
            "Yes, there is no overlap.": (
                "Of the 20 ways to deal six numbers to two sides, two are as extreme: p = 0.1."
            ),
            "No: by the exact test p cannot be below 0.1 with three a side.": (
                "Right. With five a side it can: 2 of 252."
            ),
            "It depends on how much better.": (
                "Not for this test. With a t-test it would, "
                "if you believed in Gaussians from three numbers."
            ),
        },
    ),
    (
        "In a blind test 11 of 20 answers were right. What may you write?",
        {
            "People cannot tell our samples from real ones.": (
                "The interval goes from 32 % to 77 %: that they can is well possible."
            ),
            "11 of 20 right; 95 % interval from 32 % to 77 %.": (
                "Right: what was measured, with its uncertainty."
            ),
            "People can tell them slightly.": (
                "A coin does that or better, one way or the other, four times in five."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
