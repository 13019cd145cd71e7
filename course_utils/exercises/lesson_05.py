"""Checks and quiz of lesson 05, the distance between generator and data."""

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_tensor, worst


def _critic_slips(p, q, h, rise):
    """Scores that come out when the best critic goes wrong, with the hint that fits."""
    return (
        (
            (h * (p - q).sign()).cumsum(-1),
            "you compare p and q place by place: "
            "what crosses a border is a cumulative sum of p − q",
        ),
        (
            rise.cumsum(-1),
            "your scores are one place too far to the left: "
            "the rise at border k leads from place k to place k + 1, so begin with a 0",
        ),
        (
            h * (p - q).cumsum(-1).sign().neg(),
            "that is how much f rises at each border: add the rises up to get f",
        ),
    )


@exercise
def check_1(best_critic):
    """The best critic on a line: neighbours differ by h at most, and its gap is W."""
    p, q = torch.rand(2, 3, 4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    p, q, h = p / p.sum(-1, keepdim=True), q / q.sum(-1, keepdim=True), 0.3
    across = (p - q).cumsum(-1)
    w, rise = h * across.abs().sum(-1), -h * across.sign()
    got = want_tensor("f, a score for each place,", ask(best_critic, p, q, h), p.shape)
    start = got[..., :1]
    name_slip(got - start, [(f - f[..., :1], hint) for f, hint in _critic_slips(p, q, h, rise)])
    name_slip(got, _critic_slips(p, q, h, rise))
    steepest, gap = got.diff(dim=-1).abs().max().item(), ((p - q) * got).sum(-1)
    if same(gap, -w, 1e-6):
        raise Hint(
            "its gap is −W: f must fall where earth is carried to the right, so look at signs"
        )
    if steepest > h * (1 + 1e-6):
        raise Hint(
            f"scores of neighbours differ by up to {steepest:.7g}, they may differ by h = {h}: "
            "f must be 1-Lipschitz"
        )
    if not same(gap, w, 1e-6):
        _, yours, right = worst(gap, w)
        raise Hint(
            f"f is 1-Lipschitz, but for one pair its gap is {yours}, wanted {right}: "
            "at each border f rises or falls by h, towards the side to which nothing is carried"
        )
    return "No critic has a larger gap: this one reaches W."


def _judge_points(x_hat, x_real, x_fake):
    """eps (n_seeds, batch); raise a hint unless each x_hat lies between its two samples, at a place
    of its own.
    """
    x_hat = want_tensor("what the critic is called with, x_hat,", x_hat, x_real.shape).detach()
    eps = (x_hat - x_fake) / (x_real - x_fake)
    if eps.std() < 1e-3 and min(eps.mean().abs(), (eps.mean() - 1).abs()) < 1e-3:
        raise Hint(
            "you ask for the gradient at the samples themselves: "
            "x_hat lies between a real and a generated one"
        )
    if eps.std(1).max() < 1e-3:
        raise Hint("one eps for the whole batch: draw one for each pair, shape (n_seeds, batch, 1)")
    if eps.std(-1).max() > 1e-3:
        raise Hint(
            "eps differs from axis to axis, so x_hat leaves the line between the two samples: "
            "shape (n_seeds, batch, 1)"
        )
    if not -1e-2 < eps.min() < 0.15 or not 0.85 < eps.max() < 1.01:
        raise Hint(
            f"eps runs from {eps.min():.2g} to {eps.max():.2g}: "
            "x_hat may lie anywhere between the two samples, torch.rand, from 0 to 1"
        )
    if eps.std(0).max() < 1e-3:
        raise Hint("one eps for all seeds: draw one for each pair, shape (n_seeds, batch, 1)")
    ranks = (torch.arange(eps[..., 0].numel()) + 0.5) / eps[..., 0].numel()
    if (eps[..., 0].flatten().sort().values - ranks).abs().max() > 0.25:
        raise Hint("eps is not spread evenly from 0 to 1: draw it with torch.rand")
    return eps[..., 0]


def _penalty_slips(gradient):
    """What comes out when the one-sided penalty goes wrong, with the hint that fits."""
    size = gradient.norm(dim=-1)
    return (
        (
            (size - 1).square().mean(-1),
            (
                "that is the two-sided penalty: "
                "norms below 1 cost nothing here; clamp before squaring"
            ),
        ),
        (
            (gradient.norm(dim=(1, 2)) - 1).clamp(min=0).square(),
            "the norm of the whole batch's gradient: take it over d, one for each sample",
        ),
        (
            (size.square() - 1).clamp(min=0).square().mean(-1),
            "you compare the squared norm with 1: the norm itself is compared, not its square",
        ),
        ((size - 1).clamp(min=0).mean(-1), "the excess is squared"),
        (
            (gradient.abs() - 1).clamp(min=0).square().sum(-1).mean(-1),
            "the norm of the gradient, not each of its parts: norm over d",
        ),
        ((size - 1).clamp(min=0).square().sum(-1), "mean over the batch, not the sum"),
    )


@exercise
def check_2(penalty):
    """The one-sided gradient penalty, on a critic whose gradient at x is 1.5 x."""
    x_real, x_fake = torch.randn(2, 3, 40, 2, generator=torch.Generator().manual_seed(6))
    strength, seen = torch.tensor(1.5, requires_grad=True), []

    def critic(x):  # f(x) = strength · |x|²/2; it notes where it was called
        seen.append(x.clone())
        return strength * x.square().sum(-1) / 2

    def is_sample(x):
        return any(x.shape == end.shape and same(x.detach(), end) for end in (x_real, x_fake))

    drawn = []
    for _ in range(2):
        seen.clear()
        got = ask(penalty, critic, x_real, x_fake, graph=True)
        between = [x for x in seen if not is_sample(x)] or seen or [None]
        drawn.append(_judge_points(between[-1], x_real, x_fake))
    if same(*drawn):
        raise Hint("eps is the same at each call: draw it anew, with torch.rand and no seed")
    gradient = strength.item() * between[-1].detach()
    wanted = (gradient.norm(dim=-1) - 1).clamp(min=0).square().mean(-1)
    got = want_tensor("the penalty", got, wanted.shape)
    name_slip(got, _penalty_slips(gradient))
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"for one seed it gives {yours}, wanted {right}")
    if got.requires_grad:
        (reached,) = torch.autograd.grad(got.sum(), strength, allow_unused=True)
    if not got.requires_grad or reached is None:
        raise Hint(
            "the number is right, but it cannot train the critic: "
            "the gradient was taken without create_graph=True, or detached"
        )
    right = (strength * between[-1].detach().norm(dim=-1) - 1).clamp(min=0).square().mean(-1)
    if not same(reached, torch.autograd.grad(right.sum(), strength)[0], 1e-3):
        raise Hint(
            "the number is right, but the critic learns from a part of it: detach nothing of the "
            "gradient"
        )
    return "It charges only gradients whose norm is above 1, and the critic can learn from it."


QUIZ = (
    (
        "A WGAN with weight clipping shows a gap of 0.0005. What does that say about W?",
        {
            "W = 0.0005: the gap is the Wasserstein distance.": (
                "Only for the best of all critics whose Lipschitz constant is 1 at most."
            ),
            "Only that W is above 0, as long as one does not know K.": (
                "Right, and K depends on c and on the network. "
                "Even with K one knows only that W is gap/K or more."
            ),
            "W is at least 0.0005: the gap is a lower bound.": (
                "True if K ≤ 1. Clipping bounds the weights, and K may be far above 1, or below."
            ),
        },
    ),
    (
        "Why is the one-sided penalty enough?",
        {
            "The duality asks for norms of at most 1, and the gap itself wants them large.": (
                "Right: where mass is carried the gap pulls the norm up to 1 and a little further."
            ),
            "Because norms below 1 never occur.": (
                "They do, wherever the critic need not care; at p = q everywhere."
            ),
            "Because it makes the critic 1-Lipschitz exactly.": (
                "It is a penalty, not a wall: the gap in section 8 lies above W, by W²/(2λ)."
            ),
        },
    ),
    (
        "Over a whole training the gap and W have a correlation of 0.95. What does that show?",
        {
            "The gap measures W.": (
                "Minus the step number has one of 0.9 or more, in the companion's games."
            ),
            "The gap cannot be trusted: it ought to be 1.": (
                "A correlation below 1 may come from a curve, such as W + W²/(2λ), or from noise."
            ),
            "Little: anything that falls while W falls has one.": (
                "Right. Plot the gap against W, for many seeds: is it one curve, and which one?"
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(5)
