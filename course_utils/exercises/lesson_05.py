"""Checks and quiz of lesson 05, the distance between generator and data."""

import torch

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
    return "It charges only gradients whose norm is above 1, and the critic can learn from it."


def _stepped(step, start, c, rate):
    """What one call of `step` does to a linear critic.

    Its weights and bias afterwards, its weights after a plain step, the gradients that the
    generator's turn had left over, and whether the generator receives a gradient.
    """
    linear, generator = torch.nn.Linear(3, 1), torch.nn.Parameter(torch.ones(3))
    critic = torch.nn.Sequential(linear, torch.nn.Flatten(0))  # scores (batch,)
    with torch.no_grad():
        linear.weight.copy_(start), linear.bias.fill_(0.5)
    x_real, x_fake = 20 * torch.randn(2, 16, 3, generator=torch.Generator().manual_seed(7))
    critic(x_real).sum().backward()
    opt_critic, made = torch.optim.SGD(critic.parameters(), rate), generator * x_fake
    ask(step, critic, opt_critic, x_real, made, c, returns=False)
    plain = start + rate * (x_real - x_fake).mean(0)
    reached = generator.grad is not None and generator.grad.abs().sum().item() > 0
    return linear.weight.detach()[0], linear.bias.item(), plain, x_real.sum(0), reached


@exercise
def check_3(step):
    """The critic's turn: clear the gradients, backward, step, and only then clip."""
    start, c = torch.tensor([0.2, -0.1, 0.15]), 0.3
    weight, bias, free, *_ = _stepped(step, start, c, 2.0)
    if same(weight, start):
        raise Hint(
            "the critic has not moved: "
            "is there a backward() and an opt_critic.step(), and no zero_grad() between the two?"
        )
    if weight.abs().max() > c + 1e-6:
        why = "clip the weights, not their gradients"
        if same(weight, free):  # a plain step; the bias of 0.5 has gradient 0
            why = "clip after the step, not before"
        if same(weight, free) and bias == 0.5:
            why += ", and in place, weight.clamp_(-c, c): `weight = …` only rebinds the name"
        raise Hint(f"a weight of {weight.abs().max():.2g} is left, c was {c}: {why}")
    if abs(bias) > c + 1e-6:
        raise Hint("the bias is still outside: clip every parameter, as the paper's code does")
    weight, _, free, left_over, reached = _stepped(step, start, 100.0, 0.01)
    if same(weight, 2 * start - free, 1e-5):
        raise Hint(
            "the critic went downhill: "
            "its loss is the mean score of the generated minus that of the real samples"
        )
    if same(weight, free - 0.01 * left_over, 1e-5):
        raise Hint(
            "gradients left over from the generator's turn are still in there: "
            "opt_critic.zero_grad() first"
        )
    if not same(weight, free, 1e-5):
        raise Hint(
            "with c = 100 nothing is to be clipped, so this should be a plain step on mean(fake) "
            "− mean(real): check the loss, both means, one step only, no gradient clipped"
        )
    weight, _, free, *_ = _stepped(step, start, c, 0.05)
    if not same(weight, free.clamp(-c, c)):
        raise Hint(
            "all weights are within ±c, but not by clipping: "
            "only those outside may change, weight.clamp_(-c, c)"
        )
    if reached:
        raise Hint(
            "the critic is right, but the generator has received a gradient from its loss: "
            "cut the graph with x_fake.detach()"
        )
    return "The generator gets a critic that keeps its bound."


QUIZ = (
    (
        (
            "A WGAN with weight clipping shows a gap of 0.0005. "
            "How far apart are data and generated samples?"
        ),
        {
            "0.0005: the gap is the Wasserstein distance.": (
                "Only for a critic whose Lipschitz constant is 1. With c = 0.01 it is far smaller."
            ),
            "One cannot say without K.": (
                "Right, and K depends on c by powers of ten. "
                "Even with K one knows only that W is gap/K or more."
            ),
            "At least 0.0005: the gap is a lower bound.": (
                "True if K ≤ 1, which the curve does not show. "
                "With c = 0.5 the same gap would promise far less."
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
                "It is a penalty, not a wall: the gap in section 7 lies above W, by W²/(2λ)."
            ),
        },
    ),
    (
        "Over a whole training the gap and W have a correlation of 0.95. What does that show?",
        {
            "The gap measures W.": (
                "Minus the step number has a correlation as high, in the companion's games."
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
