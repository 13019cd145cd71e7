"""Checks and quiz of lesson 19, the capstone."""

import torch

from .. import checks
from ..checks import Hint, ask, exercise, quiz, want_number, want_tensor, worst


def _judge_split(number, held):
    """Raise the hint that fits a wrong choice of lines, `held` (n,) bool."""
    share, n = held.double().mean().item(), len(number)
    if not held.any() or held.all():
        raise Hint(
            f"of {n} lines {'none' if share == 0 else 'all'} are held out: about a fifth is wanted"
        )
    parted = [k for k in number.unique().tolist() if len(held[number == k].unique()) > 1]
    if parted:
        raise Hint(
            f"{len(parted)} groups are parted, such as number {parted[0]}: "
            "decide for groups, then `chosen[group]` gives the lines"
        )
    if not 0.13 <= share <= 0.27:
        raise Hint(
            f"{share:.0%} of the lines are held out, wanted about 20 %: "
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
def check_3(rule):
    """1 for a line with two marks."""
    got = {line: want_number(ask(rule, line)) for line in _LINES}
    if set(got.values()) - {0.0, 1.0}:
        raise Hint(
            f"a rule gives 1 or 0 here, got {sorted(set(got.values()) - {0.0, 1.0})[0]:g}: "
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
        "Do that with every rule of yours, and read fifty lines of each value."
    )


def _useful_slips(said, good, learnt, wanted):
    """Wrong shares of useful lines, with the hint that fits."""
    known, n = set(learnt), len(said)
    new_good = [line for line, fits in zip(said, good) if fits and line not in known]
    good_lines = {line for line, fits in zip(said, good) if fits}
    return (
        (len(new_good) / n, "a line that is said twice counts once: use a set"),
        (len(good_lines) / n, "copies of lines in `learnt` do not count: take them away"),
        (sum(map(bool, good)) / n, "that is the share of good lines: copies and repeats are in it"),
        (len(set(said) - known) / n, "you do not look at `good`: only good lines count"),
        (
            len(set(new_good)) / max(1, len(set(said))),
            "the share of all lines is wanted: divide by len(said), repeats included",
        ),
        (
            len(set(new_good)) / max(1, len(good_lines)),
            "the share of all lines is wanted, not of the good ones: divide by len(said)",
        ),
        (wanted * n, "a share is wanted, from 0 to 1: divide by len(said)"),
        (1 - wanted, "the other way round: that is the share that is not useful"),
    )


@exercise
def check_2(useful):
    """Good lines that are no copies, each counted once, over all lines."""
    said = ["a b", "c d", "a b", "e f", "g h", "c d", "i j", "k l", "k l", "m n", "e f"]
    said += ["q r", "a b", "a b"]
    good = [True, True, True, False, True, True, True, False, True, True, True]
    good += [False, True, True]
    cases = (
        (said, good, ["c d", "o p", "e f"]),
        (said, good, ["i j", "a b"]),
        (["x y"] * 50, [True] * 50, ["a b"]),
        (["a b", "c d"], [True, True], ["c d", "a b"]),
    )
    for lines, is_good, learnt in cases:
        got = want_number(ask(useful, list(lines), list(is_good), list(learnt)))
        found = {line for line, fits in zip(lines, is_good) if fits} - set(learnt)
        wanted = len(found) / len(lines)
        if not abs(got - wanted) <= 1e-6:
            for wrong, hint in _useful_slips(lines, is_good, learnt, wanted):
                if abs(got - wrong) <= 1e-6:
                    raise Hint(hint)
            _, yours, right = worst(got, wanted)
            raise Hint(
                f"for {len(lines)} lines, {sum(is_good)} of them good, you give {yours}, wanted "
                f"{right}: good, not in `learnt`, each counted once, over len(said)"
            )
    return "Neither a parrot nor a model with one good line can win this."


QUIZ = (
    (
        (
            "Your steered lines all have what was asked for, keep most words, and have the "
            "perplexity of real lines. What is missing?"
        ),
        {
            "A larger model, to be sure of the perplexity.": (
                "It would find training lines fine as well: a parrot says nothing else."
            ),
            "How many of them are copies of training lines, and how many differ.": (
                "Right: the nearest training line for each wish has all the other scores."
            ),
            "Nothing: right and fluent is what we wanted.": (
                "A parrot that says one training line for each wish is right and fluent."
            ),
        },
    ),
    (
        "Which of these may decide whether a steered line is right?",
        {
            "A rule that reads the decoded line.": (
                "Right: it reads what was said. Its own errors are in the labels, so read the "
                "lines, too."
            ),
            "The attribute critic, which was trained on the labels.": (
                "The actor was trained to please it, so it is pleased where it is wrong, too."
            ),
            "The loss of the actor.": (
                "It says how pleased the critics are, and not what the decoder says."
            ),
        },
    ),
    (
        "Why is the judge of lines trained on held-out lines alone?",
        {
            "Because held-out lines are better written.": (
                "They come from the same file; chance chose them."
            ),
            "Because there are fewer of them, which is faster.": (
                "More would be better. They are few because the VAE needs lines, too."
            ),
            "Because a copy of a training line then has no advantage.": (
                "Right: a judge that has read the training lines finds every copy likely."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(19)
