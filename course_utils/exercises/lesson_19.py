"""Checks and quiz of lesson 19, the capstone."""

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, want_number, want_tensor, worst


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


def _want_share(got, wanted, slips, about):
    """Raise the hint of the slip that explains a wrong share, else `about` with both numbers."""
    if abs(got - wanted) <= 1e-6:
        return
    exact = [(torch.tensor(wrong, dtype=torch.float64), hint) for wrong, hint in slips]
    name_slip(torch.tensor(got, dtype=torch.float64), exact, 1e-6)
    _, yours, right = worst(got, wanted)
    raise Hint(about.format(yours=yours, right=right))


def _error_slips(by_rule, by_reader, value, wanted):
    """Wrong shares of errors, with the hint that fits."""
    has, read, errs = by_rule == value, by_reader >= 0, by_reader != by_rule
    named = by_reader == value

    def share(errors, lines):
        return (errors & lines).sum().item() / max(1, lines.sum().item())

    return (
        (share(errs, read), "only lines that have this `value` by the rule count"),
        (share(errs, has), "lines that nobody has read (−1) are no errors: leave them out"),
        (share(errs & read & has, has | ~has), "divide by the lines with this `value`, not by all"),
        (share(errs & read, has), "divide by the lines that were read, not by those with −1, too"),
        (share(errs, named), "start from what the rule says, not from what the reader says"),
        (share(errs & has, read), "divide by the lines with this `value` that were read"),
        (wanted * (has & read).sum().item(), "a share is wanted, from 0 to 1, not a count"),
        (1 - wanted, "the other way round: that is the share of right labels"),
    )


@exercise
def check_3(errors):
    """The share of errors among the lines that have a value by the rule and were read."""
    dice = torch.Generator().manual_seed(3)
    cases = []
    for value in (0, 1, 2):
        by_rule = torch.randint(3, (60,), generator=dice)
        cases.append((by_rule, torch.randint(-1, 3, (60,), generator=dice), value))
    cases += [(torch.tensor([1] * 3 + [0] * 97), torch.tensor([1, 0, 0] + [0] * 97), 1)]
    for by_rule, by_reader, value in cases:
        counts = (by_rule == value) & (by_reader >= 0)
        wanted = (by_reader[counts] != value).double().mean().item()
        got = want_number(ask(errors, by_rule.clone(), by_reader.clone(), value))
        about = f"of {len(by_rule)} lines {counts.sum()} have the value {value} and were read; you "
        about += "give {yours}, wanted {right}"
        _want_share(got, wanted, _error_slips(by_rule, by_reader, value, wanted), about)
    return "The first rule is 98 % right, and of three lines that it calls polite two are not."


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
        about = f"for {len(lines)} lines, {sum(is_good)} of them good, you give {{yours}}, wanted "
        about += "{right}: good, not in `learnt`, each counted once, over len(said)"
        _want_share(got, wanted, _useful_slips(lines, is_good, learnt, wanted), about)
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
