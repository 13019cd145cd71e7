"""Checks and quiz of lesson 07, translation without pairs."""

from functools import partial

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_parts, want_tensor, worst


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(6))


def _want_loss(got):
    if torch.is_tensor(got) and not got.dim():
        raise Hint("that mixes the seeds: keep the seed axis, one loss for each, shape (n_seeds,)")
    return want_tensor("the loss", got, (3,))


def _apart(a, b):
    return (a - b).abs().sum(-1).mean(-1)


def _checked_loss(loss, right_of, slips_of, formula):
    """Judge a loss of two maps and points of both domains by its value and its gradient."""
    (m, r), weight = _drawn(2, 3, 8, 2), torch.ones(2, requires_grad=True)  # one of each map
    maps = lambda x: 2 * weight[0] * x + 1, lambda x: 0.7 * weight[1] * x.flip(-1) - 0.2
    got = _want_loss(ask(loss, *maps, m, r, graph=True))
    right = right_of(*maps, m, r)
    name_slip(got, slips_of(*maps, m, r))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(f"for one seed it gives {yours}, wanted {wanted}: {formula}")
    gradients = [torch.autograd.grad(x.sum() + 0 * weight.sum(), weight)[0] for x in (got, right)]
    if not same(*gradients, 1e-3):
        raise Hint(
            "the value is right, but the maps cannot learn from all of it: "
            "no detach, no torch.no_grad here"
        )


def _common_slips(one, two, squares):
    """What goes wrong in a sum of two gaps."""
    return (
        (squares, "those are squares; the lesson uses absolute values"),
        ((one + two) * 8, "that grows with the batch: mean over it"),
        (
            (one + two) / 2,
            "half of it: sum over the two coordinates and over the two domains, "
            "mean over the batch only",
        ),
    )


def _cycle(there, home, m, r):
    return _apart(home(there(m)), m) + _apart(there(home(r)), r)


def _identity(there, home, m, r):
    return _apart(there(r), r) + _apart(home(m), m)


def _stays(there, home, m, r):
    return _apart(there(m), m) + _apart(home(r), r)


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
        *_common_slips(one, two, squares),
        (
            _apart(there(m), r) + _apart(home(r), m),
            "that compares points of different domains, row by row; the rows are no pairs",
        ),
        (
            _stays(there, home, m, r),
            "that asks a map to change nothing; a cycle is two maps, one after the other",
        ),
    )


@exercise
def check_1(cycle_loss):
    """Mean L1 distance there and back, over both domains."""
    formula = "|there and back − start|, summed over coordinates"
    _checked_loss(cycle_loss, _cycle, _cycle_slips, formula)
    return "It asks only whether points come home; where they have been, it does not ask."


def _identity_slips(there, home, m, r):
    ends = ((there(r), r), (home(m), m))
    one, two = (_apart(end, start) for end, start in ends)
    squares = sum((end - start).square().sum(-1).mean(-1) for end, start in ends)
    return (
        (one, "that is half of it: to_moons should leave moons alone, too"),
        (two, "that is half of it: to_rings should leave rings alone, too"),
        *_common_slips(one, two, squares),
        (
            _stays(there, home, m, r),
            "that asks the image of a moon to be that moon: "
            "give each map a point that is already where the map leads",
        ),
        (
            _cycle(there, home, m, r),
            "that is the cycle loss: here each map is used alone, on points of its target",
        ),
    )


@exercise
def check_3(identity_loss):
    """Mean L1 distance between what is already in a map's target and its image."""
    formula = "|to_rings(ring) − ring| and |to_moons(moon) − moon|, summed over coordinates"
    _checked_loss(identity_loss, _identity, _identity_slips, formula)
    return "It needs no pair either. What it does to the partners, the next figure shows."


PLACES, THICKNESS = 16, torch.tensor([0.0, -0.1, 0.1])  # the check's points of each curve


def _two_rings():
    """Points on two rings of some thickness: (1, 96, 2); by side, thickness, place."""
    turn = 2 * torch.pi * (torch.arange(PLACES) + 0.5) / PLACES
    circle = torch.stack([turn.cos(), turn.sin()], -1)
    ring = ((0.6 + THICKNESS).view(3, 1, 1) * circle).reshape(1, -1, 2)
    return torch.cat([ring + torch.tensor([side, 0.0]) for side in (-1.4, 1.4)], 1)


def _exact_to_rings(x):
    """Each moon on its own ring, exactly; the right one is mirrored."""
    side = torch.where(x[..., 0] > 0, 1.0, -1.0)
    own = torch.tensor([1.4, 0.25]) - side.unsqueeze(-1) * x  # both are the left moon now
    turn = -2 * side * torch.atan2(own[..., 1], own[..., 0])
    radius = own.norm(dim=-1) - 0.4
    return torch.stack([radius * turn.cos() + 1.4 * side, radius * turn.sin()], -1)


def _exact_to_moons(x):
    """The way back of `_exact_to_rings`."""
    side = torch.where(x[..., 0] > 0, 1.0, -1.0)
    own = torch.stack([x[..., 0] - 1.4 * side, x[..., 1]], -1)
    turn = torch.remainder(-side * torch.atan2(own[..., 1], own[..., 0]), 2 * torch.pi) / 2
    radius = own.norm(dim=-1) + 0.4
    return -side.unsqueeze(-1) * torch.stack(
        [radius * turn.cos() - 1.4, radius * turn.sin() - 0.25], -1
    )


def _by_ring(x):
    """Points (1, 96, 2) seen from the centre of their ring: (6, 16) radii and angles, and sides."""
    side = torch.where(x[..., 0] > 0, 1.0, -1.0)
    own = torch.stack([x[..., 0] - 1.4 * side, x[..., 1]], -1).view(6, PLACES, 2)
    return own.norm(dim=-1), torch.atan2(own[..., 1], own[..., 0]), side


def _fills_the_rings(x):
    """Whether points lie on both rings, evenly spread, as thick as the rings are."""
    radius, angle, _ = _by_ring(x)
    gaps = angle.sort(-1).values.diff(dim=-1)
    wanted = (0.6 + THICKNESS).repeat(2).view(6, 1).expand(6, PLACES)
    return same(radius, wanted, 1e-3) and same(
        gaps, torch.full_like(gaps, 2 * torch.pi / PLACES), 1e-3
    )


def _directions(x):
    """Of each ring 1 where its points run anticlockwise, else -1: (6,)."""
    step = _by_ring(x)[1].diff(dim=-1)
    return torch.atan2(step.sin(), step.cos()).sum(-1).sign()


def _judge_images(before, after):
    """Raise a Hint unless the images fill the rings, each side as before, the other way round."""
    if not _fills_the_rings(after):
        raise Hint(
            "the images of the moons do not fill the rings any more: use a map that lays each ring "
            "on a ring"
        )
    if same(after, before, 1e-3):
        raise Hint("every point goes where it went before: mirror the rings, after to_rings")
    if not bool((after[..., 0] * before[..., 0] > 0).all()):
        raise Hint("some points go to the other ring: each moon should go to the ring it went to")
    if bool((_directions(after) == _directions(before)).any()):
        raise Hint(
            "on a ring the colours run as before: a turn keeps the direction, a mirror reverses it"
        )


@exercise
def check_2(other_pair):
    """Another pair: same images, closed cycles, the same sides, the other way round each ring."""
    to_rings, to_moons = _exact_to_rings, _exact_to_moons
    r = _two_rings()
    m, wanted = to_moons(r), "wanted two functions: return first, second"
    got = want_parts(ask(other_pair, to_rings, to_moons), 2, wanted)
    if not all(callable(f) for f in got):
        raise Hint(wanted)

    def image(x, k):
        name = ("the image of the moons", "the image of the rings")[k]
        return want_tensor(name, ask(got[k], x), x.shape).float()

    there, home = partial(image, k=0), partial(image, k=1)
    home(r)
    _judge_images(to_rings(m), there(m))
    if not same(home(there(m)), m, 1e-3) or not same(there(home(r)), r, 1e-3):
        raise Hint(
            "there and back does not come home: "
            "undo on the way back what you did on the way there, in the reverse order"
        )
    return (
        "The same images and cycle loss 0, but the colours run the other way round: "
        "neither the GANs nor the cycle loss can prefer one of the two pairs."
    )


QUIZ = (
    (
        "The images have the right distribution and the cycle loss is 0. What follows?",
        {
            "Each point is translated to its true partner.": (
                "No: turn the moons by half a turn before, and back after. "
                "All losses stay as they are."
            ),
            "The two maps undo each other on the data.": (
                "Right, and this is all that follows about the partners."
            ),
            "The maps are the only ones with these losses.": (
                "Each symmetry of a domain gives another pair of maps."
            ),
        },
    ),
    (
        "Without a cycle loss, points came home far from where they began. Why?",
        {
            "to_rings lost so much that nobody could go back.": (
                "A map fitted to it brings the points home nearly exactly."
            ),
            "The training was too short.": (
                "Four times as many steps improve the images, not the way home."
            ),
            "Each map found partners of its own; no loss ever compared the two.": (
                "Right: each loss of a GAN judges the images of one map alone."
            ),
        },
    ),
    (
        "Which of these can make every training choose the translation that we mean?",
        {
            "Something that tells the two pairings apart, such as the identity loss.": (
                "Right, if it prefers the pairing that we mean."
            ),
            "A larger weight on the cycle loss.": (
                "Both pairings have the same cycle loss, whatever its weight."
            ),
            "More unpaired points of these two domains.": (
                "Both pairings fit these two distributions, however well they are known."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(7)
