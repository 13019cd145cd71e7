"""Checks and quiz of lesson 00, start here."""

import torch

from ..checks import Hint, ask, exercise, quiz, same, want_tensor


@exercise
def check_1(mean_per_seed):
    """The mean over the batch, one number a seed."""
    x = torch.tensor([[[1.0], [2.0], [6.0]], [[0.0], [0.0], [9.0]]])  # (2 seeds, batch 3, 1)
    got = ask(mean_per_seed, x)
    slips = (
        (
            x.mean(),
            "one number for everything: you averaged over the seeds too; keep dimension 0",
        ),
        (x.mean(0), "you averaged over the seeds; the batch is dimension 1"),
        (x.sum(1).squeeze(-1), "you summed: divide by the size of the batch, or take the mean"),
        (
            x.mean(1),
            (
                "nearly: one axis of length 1 is left over; "
                "squeeze it, or average over dimensions 1 and 2"
            ),
        ),
    )
    for wrong, hint in slips:
        if torch.is_tensor(got) and got.shape == wrong.shape and same(got, wrong):
            raise Hint(hint)
    want_tensor("the result", got, (2,))
    if not same(got, torch.tensor([3.0, 3.0])):
        raise Hint(
            f"for seeds with samples 1, 2, 6 and 0, 0, 9 it gives {got.tolist()}, wanted [3.0, 3.0]"
        )
    return "One line, and it works for 1 seed or 512."


QUIZ = (
    (
        "A method was run once and did better than another. What follows?",
        {
            "It is better.": (
                "Perhaps. But if one run in two goes well, "
                "the worse method wins such a comparison quite often."
            ),
            "It was better in that run; one needs more runs to say more.": (
                "Right. Here, every statement about training is measured over many seeds."
            ),
            "Nothing can ever be said about random training.": (
                "One can: shares, medians and quantiles over seeds are as solid as any measurement."
            ),
        },
    ),
)


def show_quiz():
    """How a quiz works, and why the course counts seeds."""
    quiz(*QUIZ)
