"""Checks and quiz of lesson 00, start here."""

from .. import checks
from ..checks import Hint, ask, exercise, quiz, want_number, worst

_CASES = (  # before, after, the share that is kept
    ("We will meet at the station", "Will we meet at the station", 4 / 6),
    ("Tom is here", "Is Tom here", 2 / 3),
    ("Tom is here", "Tom is here", 1.0),
    ("You saw me", "I like tea", 0.0),
    ("Tom", "Tom was very happy about it", 1.0),
    ("He is here", "This was there", 0.0),
    ("I know that you know", "You know", 2 / 5),
)


@exercise
def check_1(share_kept):
    """The share of the words of a sentence that occur in another."""
    for before, after, wanted in _CASES:
        got = want_number(ask(share_kept, before, after))
        if abs(got - wanted) < 1e-6:
            continue
        words, new = before.split(), after.split()
        count = sum(word in new for word in words)
        for slip, hint in (
            (count, "that is how many words are kept: divide by how many there were"),
            (100 * wanted, "that is a percentage: give a share from 0 to 1"),
            (count / len(new), "you divide by the number of words in the second sentence"),
            (sum(word in words for word in new) / len(words), "you count words of the second"),
            (1 - wanted, "that is the share that was lost"),
            (
                len(set(map(str.lower, words)) & set(map(str.lower, new)))
                / len(set(map(str.lower, words))),
                "here capitals count: “is” and “Is” are different words",
            ),
            (
                len(set(words) & set(new)) / len(set(words)),
                "a word that occurs twice counts twice: do not make a set of the words",
            ),
            (
                sum(word in after for word in words) / len(words),
                "“is” occurs in “This” as letters, not as a word: compare with after.split()",
            ),
        ):
            if abs(got - slip) < 1e-6:
                raise Hint(hint)
        _, yours, right = worst(got, wanted)
        raise Hint(f"for “{before}” and “{after}” it gives {yours}, wanted {right}")
    return "Lesson 16 measures with something like it: it ignores capitals, and marks are words."


QUIZ = (
    (
        "A lesson prints ✓ and a sentence. What does that mean?",
        {
            "The sentence is true on every machine and for every SEED.": (
                "Too much. It was checked in this run, and tried before with other values of SEED."
            ),
            "The notebook has just checked that the sentence holds in this run.": (
                "Right. If it did not hold, the cell would stop with an error."
            ),
            "The authors have checked the sentence once.": (
                "They have, but the ✓ is printed by a check that runs each time. (Behind “(table)” "
                "stands a check of numbers that were measured before.)"
            ),
        },
    ),
    (
        "You go back to an earlier cell and change a number. What then?",
        {
            "Run everything below that cell again.": (
                "Right: later cells use what earlier ones have made."
            ),
            "Run that cell, and read on where you were.": (
                "Then the cells in between still hold what the old number gave."
            ),
            "Restart the kernel in any case.": (
                "That works, too, but running from the changed cell on is enough."
            ),
        },
    ),
    (
        "A machine turns 299 of 300 sentences into something that ends in “?”. What follows?",
        {
            "It makes good questions.": (
                "A program that puts “?” for the full stop has 300 of 300. Read the sentences."
            ),
            "Nothing: numbers cannot tell whether a sentence is good.": (
                "They tell a part, beside a control, a baseline, and what else was changed."
            ),
            "Little, before one knows what the simplest program has and what was lost.": (
                "Right. Look for the baseline and the control beside each number."
            ),
        },
    ),
)


def show_quiz():
    """How the course works."""
    quiz(*QUIZ)


SELF_TEST = (
    (
        "numpy. x has the shape (5, 3). What is the shape of x - x.mean(0)?",
        {
            "(5, 3): the mean of each column is taken off each row.": (
                "Right. mean(0) has the shape (3,), and numpy repeats it for the five rows."
            ),
            "(3,): the mean over the first axis.": (
                "That is the shape of x.mean(0). Subtracting it from x gives back the shape of x."
            ),
            "It is an error, because the shapes differ.": (
                "Shapes are compared from the right: 3 and 3 agree, and the missing axis is added. "
                "numpy calls that broadcasting."
            ),
        },
    ),
    (
        "Derivatives. What is the derivative of log(1 + exp(x)) at x = 0?",
        {
            "1": "The inner derivative is exp(x), which is 1; divide it by 1 + exp(0), which is 2.",
            "1/2": (
                "Right: exp(x)/(1 + exp(x)) by the chain rule. Lesson 01 meets this function again."
            ),
            "log 2": "That is the value of the function, not its derivative.",
        },
    ),
    (
        "Training. The loss is (w − 3)², w is 1, the learning rate 0.1. Where is w after one step?",
        {
            "0.6": "The gradient is 2(w − 3) = −4. A step goes against it, so w grows.",
            "1.4": "Right: 1 − 0.1 · (−4).",
            "3": "That is where many steps lead. One step goes 0.1 times the gradient.",
        },
    ),
    (
        "Probability. X is standard normal. How is 2X + 3 distributed?",
        {
            "As N(3, 2²): mean 3 and standard deviation 2.": (
                "Right. To add moves the mean, to multiply stretches."
            ),
            "As N(3, 1): the mean moves, the rest stays.": (
                "Multiplying by 2 doubles the standard deviation."
            ),
            "It is no Gaussian any more.": (
                "A Gaussian that is stretched and moved stays one. Squaring would change that."
            ),
        },
    ),
    (
        "PyTorch. w wants a gradient, and backward() has been called on two losses in turn, "
        "without zero_grad() between. What stands in w.grad?",
        {
            "The gradient of the second loss.": (
                "backward() adds to what is there. Whoever forgets that trains on a sum of old "
                "gradients."
            ),
            "The sum of both gradients.": "Right: that is why loops call zero_grad().",
            "Nothing: the second call is an error.": (
                "Only a second call on the same loss is one, because its graph is gone by then."
            ),
        },
    ),
)


def show_self_test():
    """What one should know before lesson 01."""
    quiz(*SELF_TEST)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(0)
