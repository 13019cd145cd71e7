"""Checks and quiz of lesson 06, steering by label."""

from functools import partial

import torch
from torch.nn.functional import one_hot

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_parts, want_tensor, worst
from ..losses import discriminator_loss


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(6))


@exercise
def check_1(pairs):
    """Points with one-hot labels behind them, on the last axis."""
    # labels 2 and 4 do not occur
    x, y = _drawn(3, 4, 2), torch.tensor([[0, 3, 1, 1], [3, 3, 0, 1], [1, 0, 0, 1]])
    got = ask(pairs, x, y, 5)
    rank = got.dim() if torch.is_tensor(got) else 0
    if rank == 3 and got.shape[2] == 3:
        raise Hint(
            "the label is there as one number: as if label 4 were twice label 2; write it one-hot"
        )
    if rank == 3 and got.shape[2] == 6:
        raise Hint(
            "only as many columns as the largest label asks for: "
            "a batch may lack the last ones; pass n_labels to one_hot"
        )
    if rank == 2 or rank == 3 and got.shape[1] != 4:
        raise Hint("features are the last axis: join the two along dim −1, and keep the seed axis")
    got = want_tensor("the pairs", got, (3, 4, 7))
    label = one_hot(y, 5).float()
    if same(got[..., :5], label):
        raise Hint("the label stands first; the lesson's networks get the point first")
    if not same(got[..., :2], x):
        raise Hint(
            "the first d features should be the points, unchanged: "
            "turn the whole numbers of one_hot into x's type, not x into theirs"
        )
    if same(got[..., 2:], label[:1].expand(3, -1, -1)):
        raise Hint("every seed got the labels of seed 0: each has labels of its own")
    if not same(got[..., 2:], label):
        raise Hint(
            "the points are right, the labels are not: "
            "row b of seed s should have its 1 in column y[s, b]"
        )
    return "A pair is now one vector: a network can judge whether its two parts belong together."


def _want_loss(got):
    if torch.is_tensor(got) and not got.dim():
        raise Hint("that mixes the seeds: keep the seed axis, one loss for each, shape (n_seeds,)")
    return want_tensor("the loss", got, (3,))


def _loss(players, points, label_real, label_made, label_shown):
    (discriminator, generator), (x_real, z) = players, points
    return discriminator_loss(
        discriminator(x_real, label_real), discriminator(generator(z, label_made), label_shown)
    )


def _loss_slips(players, points, real, made):
    """What the loss is when labels or samples are mixed up, with the hint that fits."""
    as_made, copy = players[1](points[1], made), (players[0], lambda z, y: z)
    return (
        (
            _loss(players, points, real, made, real),
            "generated points are shown beside real labels: use those they were made for",
        ),
        (
            _loss(players, points, real, real, made),
            "points are made for y_real and shown as y_fake: the same label on both sides, y_fake",
        ),
        (
            _loss(players, points, made, made, made),
            "the real points are shown beside the labels of the generated ones",
        ),
        (
            _loss(players, points, real, real, real),
            "y_fake, the labels drawn for G, are not used: the generated half is independent",
        ),
        (
            _loss(copy, (as_made, points[0]), made, real, real),
            "real and generated are exchanged: discriminator_loss(real, generated)",
        ),
    )


@exercise
def check_2(loss_d):
    """The loss of D on pairs: each point with the label it was made for, and no slope for G."""
    (weight, table), of_g, of_d = (  # weights of both, of G, of D
        _drawn(2, 5).unbind(0),
        *(torch.ones(2, requires_grad=True) for _ in "GD"),
    )
    players = (
        lambda x, y: (x * of_d * weight[:2]).sum(-1) + table[y],
        lambda z, y: of_g * z + torch.stack([table[y], -(table[y] ** 2)], -1),
    )
    points = _drawn(2, 3, 6, 2)
    real, made = torch.tensor([[0, 1, 2, 3, 4, 0]] * 3), torch.tensor([[2, 2, 1, 0, 4, 3]] * 3)
    got = _want_loss(ask(loss_d, *players, points[0], real, points[1], made, graph=True))
    right = _loss(players, points, real, made, made)
    name_slip(got, _loss_slips(players, points, real, made))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one seed it gives {yours}, wanted {wanted}: "
            "discriminator_loss of the real logits and of the generated ones"
        )
    both, nothing = (of_g, of_d), 0 * (of_g + of_d).sum()
    to_g, to_d = torch.autograd.grad(got.sum() + nothing, both, retain_graph=True)
    _, wanted = torch.autograd.grad(right.sum() + nothing, both)
    if to_g.any():
        raise Hint(
            "the value is right, but a gradient still reaches the generator: detach its samples"
        )
    if not same(to_d, wanted):
        raise Hint(
            "the value is right, but D does not learn from both halves: "
            "detach the generated points, not logits or the loss"
        )
    return "Each point with the label it was made for, or D cannot see whether a label is obeyed."


def _apart(a, b):
    return (a - b).abs().sum(-1).mean(-1)


def _cycle_slips(there, home, m, r):
    trips = ((home(there(m)), m), (there(home(r)), r))
    one, two = (_apart(end, start) for end, start in trips)
    squares = sum((end - start).square().sum(-1).mean(-1) for end, start in trips)
    return (
        (one, "that is one round trip: the rings should come home, too"),
        (two, "one round trip: the moons should come home, too"),
        (
            _apart(there(home(m)), m) + _apart(home(there(r)), r),
            "the order is wrong: a moon goes to the rings first",
        ),
        (squares, "those are squares; the lesson uses absolute values"),
        ((one + two) * 8, "that grows with the batch: mean over it"),
        (
            (one + two) / 2,
            (
                "half of it: sum over the two coordinates and over the two domains, "
                "mean over the batch only"
            ),
        ),
        (
            _apart(there(m), r) + _apart(home(r), m),
            "that compares points of different domains, row by row; the rows are no pairs",
        ),
        (
            _apart(there(m), m) + _apart(home(r), r),
            "that asks a map to change nothing; a cycle is two maps, one after the other",
        ),
    )


@exercise
def check_3(cycle_loss):
    """Mean L1 distance there and back, over both domains."""
    (m, r), weight = _drawn(2, 3, 8, 2), torch.ones((), requires_grad=True)  # of the first map
    maps = lambda x: 2 * weight * x + 1, lambda x: 0.7 * x.flip(-1) - 0.2
    got = _want_loss(ask(cycle_loss, *maps, m, r, graph=True))
    right = _apart(maps[1](maps[0](m)), m) + _apart(maps[0](maps[1](r)), r)
    name_slip(got, _cycle_slips(*maps, m, r))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(
            f"for one seed it gives {yours}, wanted {wanted}: "
            "|there and back − start|, summed over coordinates"
        )
    slopes = [torch.autograd.grad(loss.sum() + 0 * weight, weight)[0] for loss in (got, right)]
    if not same(*slopes, 1e-3):
        raise Hint(
            "the value is right, but the maps cannot learn from all of it: "
            "no detach, no torch.no_grad here"
        )
    return "It asks only whether points come home; where they have been, it does not ask."


def _two_rings():
    """Points on two rings of some thickness, side by side: (1, 96, 2)."""
    places, thickness = torch.arange(16) / 16 + 1 / 32, torch.tensor([-0.1, 0.0, 0.1])
    t, out = torch.meshgrid(places, thickness, indexing="ij")
    circle = torch.stack([(2 * torch.pi * t).cos(), (2 * torch.pi * t).sin()], -1)
    ring = (circle * (0.6 + out).unsqueeze(-1)).reshape(1, -1, 2)
    return torch.cat([ring + torch.tensor([side, 0.0]) for side in (-1.4, 1.4)], 1)


def _bend(x, sign):
    """An odd map: _bend(-x) is -_bend(x)."""
    return torch.stack([x[..., 0] + sign * x[..., 1] ** 3, x[..., 1]], -1)


def _mirror(x):
    """A map that mirrors the right ring only, so it is not odd."""
    return torch.where(x[..., :1] > 0, x * torch.tensor([1.0, -1.0]), x)


@exercise
def check_4(other_pair):
    """Another pair of maps: same images, every cycle closed, each moon on the other ring."""
    to_rings, to_moons = lambda x: _mirror(_bend(x, 1)), lambda x: _bend(_mirror(x), -1)
    r = _two_rings()
    m, wanted = to_moons(r), "wanted two functions: return first, second"
    got = want_parts(ask(other_pair, to_rings, to_moons), 2, wanted)
    if not all(callable(f) for f in got):
        raise Hint(wanted)

    def image(x, k):
        name = ("the image of the moons", "the image of the rings")[k]
        return want_tensor(name, ask(got[k], x), x.shape).float()

    there, home = partial(image, k=0), partial(image, k=1)
    there(m), home(r)
    apart = torch.cdist(there(m), r, compute_mode="donot_use_mm_for_euclid_dist")
    if max(apart.min(1).values.max(), apart.min(2).values.max()) > 1e-4:
        raise Hint(
            "the images of the moons are not on the rings any more: "
            "use a symmetry of a domain, such as x → −x"
        )
    if same(there(m), to_rings(m), 1e-3):
        raise Hint("every point goes where it went before: turn the moons by half a turn first")
    if not bool((there(m)[..., 0] * to_rings(m)[..., 0] < 0).all()):
        raise Hint(
            "some points stay on the ring they were on: each moon should go to the other ring"
        )
    if not same(home(there(m)), m, 1e-3) or not same(there(home(r)), r, 1e-3):
        raise Hint(
            "there and back does not come home: "
            "undo on the way back what you did on the way there, in the reverse order"
        )
    return (
        "Same laws, cycle loss 0, every single translation wrong. "
        "Laws and cycle cannot tell the two pairs apart."
    )


QUIZ = (
    (
        (
            "A conditional generator gets the label, D does not. "
            "After training, accuracy is 1/8. What do you know?"
        ),
        {
            "G ignores its label.": (
                "Perhaps. But in the third game of section 1 each label had a mode of its own, "
                "under a wrong name."
            ),
            "Its names are right no more often than by chance.": (
                "Right. Whether it uses them, only the mutual information says."
            ),
            "G was trained for too few steps.": (
                "More steps do not help: a D without labels has no reason to prefer one naming."
            ),
        },
    ),
    (
        "Both laws are right and the cycle loss is 0. What follows?",
        {
            "Each point is translated to its true partner.": (
                "No: turn the moons by half a turn before, and back after. "
                "Laws and cycle stay as they are."
            ),
            "The two maps undo each other on the data.": (
                "Right, and this is all that follows about the pairing."
            ),
            "The maps are the only ones with these losses.": (
                "Each symmetry of a domain's law gives another pair."
            ),
        },
    ),
    (
        "What tells the two pairings apart?",
        {
            "A larger weight on the cycle loss.": (
                "Both pairings have the same cycle loss, whatever its weight."
            ),
            "More unpaired data.": (
                "Both pairings fit the laws exactly, however well these are known."
            ),
            "Something about pairs, such as a label that both domains share.": (
                "Right: in section 5 one bit was enough for the halves."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
