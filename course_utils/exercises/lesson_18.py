"""Checks and quiz of lesson 18, can noise flow into data without a game?"""

import torch

from .. import checks, flow
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_tensor, worst


def _velocity(x, t):
    """A velocity that depends on both of its arguments: (batch, d), (batch, 1) → (batch, d)."""
    shape = tuple(t.shape) if torch.is_tensor(t) else type(t).__name__
    if shape != (len(x), 1):
        raise Hint(f"the velocity wants a time for each point, ({len(x)}, 1) here, and got {shape}")
    return x.flip(-1) * (1 + t) - 0.5 * t.square()


@exercise
def check_1(velocity_loss):
    """The mean squared distance of v(x_t, t) from x - z."""
    draw = torch.Generator().manual_seed(1)
    x, z = torch.randn(2, 6, 3, generator=draw)
    t = torch.rand(6, 1, generator=draw)
    x_t = (1 - t) * z + t * x
    gap = _velocity(x_t, t) - (x - z)
    wanted = gap.square().sum(-1).mean()
    got = ask(velocity_loss, _velocity, x, z, t)
    turned = _velocity((1 - t) * x + t * z, t)
    name_slip(
        got,
        (
            (gap.square().sum(-1), "one number is wanted: take the mean over the batch"),
            (gap.square().sum(), "you sum over the batch: take the mean"),
            (gap.square().mean(), "sum over the dimensions: the mean is only over the batch"),
            (gap.norm(dim=-1).mean(), "it is the squared distance, without a root"),
            (gap.abs().sum(-1).mean(), "it is the squared distance, not the absolute one"),
            (
                (turned - (x - z)).square().sum(-1).mean(),
                "at t = 0 the point x_t is z, the noise: (1 − t) z + t x",
            ),
            (
                (_velocity(x_t, t) - (z - x)).square().sum(-1).mean(),
                "the path leads from z to x, so its velocity is x − z",
            ),
            (
                (_velocity(x_t, t) - x).square().sum(-1).mean(),
                "the target is the velocity x − z, not the end x",
            ),
            (
                (_velocity(x, t) - (x - z)).square().sum(-1).mean(),
                "the network is asked at x_t, not at x",
            ),
            (
                (_velocity(z, t) - (x - z)).square().sum(-1).mean(),
                "the network is asked at x_t, not at z",
            ),
        ),
    )
    got = want_tensor("the loss", got, ())
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"it gives {yours} on an example, wanted {right}")
    scale = torch.ones((), requires_grad=True)
    want_graph(velocity_loss, lambda x, t: scale * _velocity(x, t), x, z, t, learned=[scale])
    return "A regression: no second network, and no game."


@exercise
def check_2(euler):
    """x + (t′ - t) v(x, t), from each time to the next."""
    x = torch.tensor([[1.0, -2.0], [0.5, 0.25], [3.0, 1.0]])
    times = torch.tensor([0.0, 0.2, 0.5, 1.0])  # steps of different lengths
    points = flow.path(_velocity, x, times)
    late = even = stay = x
    for now, later in zip(times, times[1:]):
        late = late + (later - now) * _velocity(late, later.expand(len(x), 1))
        even = even + _velocity(even, now.expand(len(x), 1)) / 3
        stay = stay + (later - now) * _velocity(x, now.expand(len(x), 1))
    got = ask(euler, _velocity, x, times)
    name_slip(
        got,
        (
            (points[0], "the points did not move"),
            (points[1], "there is one step for each pair of neighbouring times: go on"),
            (points[2], "the last step is missing: with four times there are three steps"),
            (points, "only the points at the last time are wanted"),
            (late, "a step takes the velocity at its start, at the earlier time"),
            (even, "the steps differ in length: multiply by the difference of the times"),
            (stay, "ask for the velocity where the points are now, not where they began"),
        ),
    )
    got = want_tensor("the points", got, x.shape)
    if not same(got, points[-1]):
        place, yours, right = worst(got, points[-1])
        raise Hint(f"at {list(place)} it gives {yours} on an example, wanted {right}")
    back = ask(euler, _velocity, x, times.flip(0))
    wanted = flow.euler(_velocity, x, times.flip(0))
    if not torch.is_tensor(back) or not same(back, wanted):
        raise Hint("with times that fall, from 1 to 0, it should run back: keep the sign of t′ − t")
    return "The same loop runs from noise to data, and back."


QUIZ = (
    (
        "Two pairs (z, x) have their paths cross at x_t. What does the best network say there?",
        {
            "The velocity of the pair that is nearer to its end.": (
                "Both pairs are at the same t, and the network sees only x_t and t."
            ),
            "The mean of the velocities of all pairs that pass there.": (
                "Right: least squares gives the conditional mean, and it moves the distribution "
                "in the right way although it follows neither pair."
            ),
            "Nothing useful: the loss is not 0 there.": (
                "The loss is not 0 because the pairs differ. Its minimum is what is needed."
            ),
        },
    ),
    (
        "With a single Euler step along the exact velocity, all samples arrive at one point. Why?",
        {
            "The network was not trained for long enough.": (
                "The exact velocity is the aim of all training, and it does this."
            ),
            "At t = 0 this velocity is E[x] − z, and z plus that is E[x].": (
                "Right: at t = 0 nothing is known of x, so all that is left is its mean."
            ),
            "This is mode collapse, as in lesson 02.": (
                "It looks alike, but more steps cure it, and no training is needed for that."
            ),
        },
    ),
    (
        "Guidance of 3 makes all wishes come true. What should you look at next?",
        {
            "The loss of the network.": (
                "Guidance comes after the training, so it does not change the loss."
            ),
            "What it costs: how varied the samples are, and how much of a sentence is kept.": (
                "Right. With much guidance samples are less varied, and edits keep fewer words."
            ),
            "Nothing: all wishes come true.": (
                "A generator that repeats one sentence for each wish could say so, too."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(18)
