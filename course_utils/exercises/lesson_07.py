"""Checks and quiz of lesson 07, translation without pairs."""

from functools import partial

import torch

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
    (m, r), weight = _drawn(2, 3, 8, 2), torch.ones((), requires_grad=True)  # of the first map
    maps = lambda x: 2 * weight * x + 1, lambda x: 0.7 * x.flip(-1) - 0.2
    got = _want_loss(ask(loss, *maps, m, r, graph=True))
    right = right_of(*maps, m, r)
    name_slip(got, slips_of(*maps, m, r))
    if not same(got, right):
        _, yours, wanted = worst(got, right)
        raise Hint(f"for one seed it gives {yours}, wanted {wanted}: {formula}")
    gradients = [torch.autograd.grad(value.sum() + 0 * weight, weight)[0] for value in (got, right)]
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
    return "It needs no pair either. But it says something about partners: stay where you are."


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
def check_2(other_pair):
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
        "The same images, cycle loss 0, and every point on the other ring: "
        "neither D nor the cycle loss can prefer one of the two pairs."
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
            "A loss that says something about partners, such as the identity loss.": (
                "Right, if what it says is what we mean."
            ),
            "A larger weight on the cycle loss.": (
                "Both pairings have the same cycle loss, whatever its weight."
            ),
            "More unpaired points.": (
                "Both pairings fit the two distributions, however well these are known."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
