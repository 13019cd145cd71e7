"""Checks and quiz of lesson 05, Wasserstein."""

import torch

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_bool, want_tensor, worst


def _w1_slips(p, q, h, across):
    """What comes out when W on a line goes wrong, with the hint that fits."""
    return (
        (across.abs().sum(-1), "the way is missing: a border is crossed over a distance h"),
        (
            (p - q).abs().sum(-1) / 2,
            (
                "that is the total variation: "
                "it asks how much differs, not how far it has to go; use cumulative sums"
            ),
        ),
        (
            h * (p - q).abs().sum(-1),
            "you compare place by place: what crosses a border is a cumulative sum of p − q",
        ),
        (
            h * across.sum(-1).abs(),
            "that is the distance of the means: take the absolute value at each border, then add",
        ),
        (h * across.sum(-1), "take absolute values: sand that crosses to the left is carried, too"),
        (
            h * across.square().sum(-1),
            "absolute values, not squares: carrying mass m over d costs m·d",
        ),
        (h * across.abs().mean(-1), "add over the borders, do not average"),
    )


@exercise
def check_1(w1):
    """W of histograms on a line: h Σ |P - Q|."""
    p, q = torch.rand(2, 3, 4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    p, q, h = p / p.sum(-1, keepdim=True), q / q.sum(-1, keepdim=True), 0.3
    across = (p - q).cumsum(-1)
    wanted, got = h * across.abs().sum(-1), ask(w1, p, q, h)
    got = want_tensor("W, one number a pair,", got, wanted.shape)
    name_slip(got, _w1_slips(p, q, h, across), 1e-6)
    if not same(got, wanted, 1e-6):
        _, yours, right = worst(got, wanted)
        raise Hint(
            f"for one pair it gives {yours}, wanted {right}; "
            "p = (1, 0, 0), q = (0, 0, 1), h = 2 should give 4"
        )
    return "One pass over the places: on a line no search is needed."


def _judge_points(x_hat, x_real, x_fake):
    """eps (n_seeds, batch); raise a hint unless each x_hat lies between its two samples, at a place
    of its own.
    """
    x_hat = want_tensor("what the critic is called with, x_hat,", x_hat, x_real.shape).detach()
    eps = (x_hat - x_fake) / (x_real - x_fake)
    if eps.std() < 1e-3 and min(eps.mean().abs(), (eps.mean() - 1).abs()) < 1e-3:
        raise Hint(
            "you ask for the slope at the samples themselves: "
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


def _penalty_slips(slope):
    """What comes out when the one-sided penalty goes wrong, with the hint that fits."""
    size = slope.norm(dim=-1)
    return (
        (
            (size - 1).square().mean(-1),
            (
                "that is the two-sided penalty: "
                "slopes below 1 cost nothing here; clamp before squaring"
            ),
        ),
        (
            (slope.norm(dim=(1, 2)) - 1).clamp(min=0).square(),
            "the length of the whole batch's slope: take the norm over d, one for each sample",
        ),
        (
            (size.square() - 1).clamp(min=0).square().mean(-1),
            "(|slope|² − 1)²: the length itself is compared with 1, not its square",
        ),
        ((size - 1).clamp(min=0).mean(-1), "the excess is squared"),
        (
            (slope.abs() - 1).clamp(min=0).square().sum(-1).mean(-1),
            "the length of the slope, not each of its parts: norm over d",
        ),
        ((size - 1).clamp(min=0).square().sum(-1), "mean over the batch, not the sum"),
    )


@exercise
def check_2(penalty):
    """The one-sided gradient penalty, on a critic whose slope at x is 1.5 x."""
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
    slope = strength.item() * between[-1].detach()
    wanted = (slope.norm(dim=-1) - 1).clamp(min=0).square().mean(-1)
    got = want_tensor("the penalty", got, wanted.shape)
    name_slip(got, _penalty_slips(slope))
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"for one seed it gives {yours}, wanted {right}")
    if got.requires_grad:
        (reached,) = torch.autograd.grad(got.sum(), strength, allow_unused=True)
    if not got.requires_grad or reached is None:
        raise Hint(
            "the number is right, but it cannot train the critic: "
            "the slope was taken without create_graph=True, or detached"
        )
    return "It costs only what is too steep, and the critic can learn from it."


def _stepped(step, start, c, rate):
    """What one call of `step` does to a linear critic.

    Its weights and bias afterwards, its weights after a plain step, and the slopes that the
    generator's step had left over.
    """
    critic = torch.nn.Linear(3, 1)
    with torch.no_grad():
        critic.weight.copy_(start), critic.bias.fill_(0.5)
    x_real, x_fake = 20 * torch.randn(2, 16, 3, generator=torch.Generator().manual_seed(7))
    critic(x_real).sum().backward()
    ask(step, critic, torch.optim.SGD(critic.parameters(), rate), x_real, x_fake, c, returns=False)
    plain = start + rate * (x_real - x_fake).mean(0)
    return critic.weight.detach()[0], critic.bias.item(), plain, x_real.sum(0)


@exercise
def check_3(step):
    """The critic's step: zero the slopes, backward, step, and only then clip."""
    start, c = torch.tensor([0.2, -0.1, 0.15]), 0.3
    weight, bias, free, _ = _stepped(step, start, c, 2.0)
    if same(weight, start):
        raise Hint(
            "the critic has not moved: "
            "is there a backward() and an opt_critic.step(), and no zero_grad() between the two?"
        )
    if weight.abs().max() > c + 1e-6:
        why = "clip the weights, not the slopes"
        if same(weight, free):  # a plain step; the bias of 0.5 has gradient 0
            why = "clip after the step, not before"
        if same(weight, free) and bias == 0.5:
            why += ", and in place, weight.clamp_(-c, c): `weight = …` only rebinds the name"
        raise Hint(f"a weight of {weight.abs().max():.2g} is left, c was {c}: {why}")
    if abs(bias) > c + 1e-6:
        raise Hint("the bias is still outside: clip every parameter, as the paper's code does")
    weight, _, free, left_over = _stepped(step, start, 100.0, 0.01)
    if same(weight, 2 * start - free, 1e-5):
        raise Hint(
            "the critic went downhill: "
            "its loss is the mean score of the generated minus that of the real samples"
        )
    if same(weight, free - 0.01 * left_over, 1e-5):
        raise Hint(
            "slopes left over from the generator's step are still in there: "
            "opt_critic.zero_grad() first"
        )
    if not same(weight, free, 1e-5):
        raise Hint(
            "with c = 100 nothing is to be clipped, so this should be a plain step on mean(fake) "
            "− mean(real): check the loss, both means, one step only, and that no slope is clipped"
        )
    weight, _, free, _ = _stepped(step, start, c, 0.05)
    if not same(weight, free.clamp(-c, c)):
        raise Hint(
            "all weights are within ±c, but not by clipping: "
            "only those outside may change, weight.clamp_(-c, c)"
        )
    return "The generator gets a critic that keeps its bound."


LOSSES = (
    (
        "the Wasserstein loss itself",
        lambda real, fake: fake.mean() - real.mean(),
        True,
        "its slopes are −1/n and 1/n at every score",
    ),
    (
        "a hinge of margin 1",
        lambda real, fake: (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean(),
        False,
        "a real score above 1 has slope 0",
    ),
    (
        "mean(1 − real) + mean(1 + fake)",
        lambda real, fake: (1 - real).mean() + (1 + fake).mean(),
        True,
        "a constant changes no slope",
    ),
    (
        "a hinge of margin 50",
        lambda real, fake: (50 - real).clamp(min=0).mean() + (50 + fake).clamp(min=0).mean(),
        False,
        "inside its margin a hinge has the slopes of the Wasserstein loss: try larger scores",
    ),
    (
        "a hinge on the generated side only",
        lambda real, fake: (5 + fake).clamp(min=0).mean() - real.mean(),
        False,
        "look at both sides",
    ),
    (
        "the Wasserstein loss upside down",
        lambda real, fake: real.mean() - fake.mean(),
        False,
        "look at the signs: the critic would lower its gap",
    ),
    (
        "a hinge on the real side only",
        lambda real, fake: fake.mean() + (5 - real).clamp(min=0).mean(),
        False,
        "look at both sides",
    ),
    (
        "arsinh(fake) minus arsinh(real)",
        lambda real, fake: fake.asinh().mean() - real.asinh().mean(),
        False,
        "its slopes depend on the score, though none is zero",
    ),
    (
        "the largest scores instead of the means",
        lambda real, fake: fake.max() - real.max(),
        False,
        "look at the slope at every score, not at their sum",
    ),
    (
        "2 mean(fake) − mean(real)",
        lambda real, fake: 2 * fake.mean() - real.mean(),
        False,
        "the size counts as well: 1/n on both sides",
    ),
)


@exercise
def check_4(is_wasserstein):
    """Whether a critic's loss is the Wasserstein loss, by its slopes at small and large scores."""
    for name, loss, right, why in LOSSES:
        got = want_bool(ask(is_wasserstein, loss))
        if got != right:
            raise Hint(f"you say {got} for {name}: {why}")
    return "Slopes tell what a name does not."


QUIZ = (
    (
        (
            "A WGAN with weight clipping shows a gap of 0.0005. "
            "How far apart are data and generated samples?"
        ),
        {
            "0.0005: the gap is the Wasserstein distance.": (
                "In section 3 that was the gap at W = 1.93, with c = 0.01: K was 0.0005 as well."
            ),
            "One cannot say without K.": "Right. gap/K ≤ W, and K depends on c by powers of ten.",
            "At least 0.0005: the gap is a lower bound.": (
                "True if K ≤ 1, which the curve does not show. "
                "With c = 0.5 the same gap would promise far less."
            ),
        },
    ),
    (
        "Why is the one-sided penalty enough?",
        {
            "Because slopes below 1 never occur.": (
                "They do, wherever the critic need not care; at p = q everywhere."
            ),
            (
                "The duality asks for slopes of at most 1, "
                "and the gap itself pulls them up where it matters."
            ): "Right.",
            "Because it makes the critic 1-Lipschitz exactly.": (
                "It is a price, not a wall: at λ = 0.1 slopes went above 10."
            ),
        },
    ),
    (
        "The loss of a GAN's D rises during training. What does it tell?",
        {
            "Nothing, GAN losses never do.": (
                "In section 5 it followed W over the whole run, upside down; "
                "far away it stayed at 0."
            ),
            "D gets worse, so the run is failing.": (
                "D's task gets harder as G gets better: near 2 log 2 it has no idea."
            ),
            "As a rule G is coming closer; but not how close it is.": (
                "Right: it follows W, without a unit, and close to the goal no curve helps."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
