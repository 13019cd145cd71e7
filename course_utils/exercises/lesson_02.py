"""Checks and quiz of lesson 02, why a generator repeats itself."""

import torch
from torch import nn

from .. import checks
from ..checks import (
    Hint,
    ask,
    exercise,
    name_slip,
    quiz,
    same,
    want_number,
    want_parts,
    want_tensor,
    worst,
)

CENTRES = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])


def _scores(x, centres, std, n_std=3.0, only_good=True):
    """(modes, HQ) by the definition of the lesson; other values of the options are slips."""
    distance, nearest = torch.cdist(x, centres).min(1)
    good = distance < n_std * std
    served = nearest[good] if only_good else nearest
    return torch.tensor([float(len(served.unique())), good.float().mean()])


def _made_up(std, offsets, wild):
    """For each centre and each of its offsets [std] one sample, and some samples far away."""
    near = [CENTRES[k] + std * torch.tensor(xy) for k, places in offsets.items() for xy in places]
    return torch.stack([*near, *(torch.tensor(xy) for xy in wild)])


@exercise
def check_1(scores):
    """The number of modes with a good sample, and the share of good samples: within 3σ."""
    cases = (
        ({0: [(0.5, 0.5), (2.0, 1.0), (2.0, 2.0)], 1: [(0.1, 0.0)]}, [(1.0, 3.0)], 0.1),
        ({2: [(0.0, 2.5), (0.0, 0.1)], 3: [(2.2, 2.2)]}, [(2.0, 1.8), (3.0, 1.0)], 0.2),
        ({1: [(2.9, 0.0), (0.0, -2.9), (-2.0, 2.0)]}, [(2.2, 0.3)], 0.1),
    )
    for offsets, wild, std in cases:
        x = _made_up(std, offsets, wild)
        wanted = _scores(x, CENTRES, std)
        got = ask(scores, x, CENTRES, std)
        parts = want_parts(got, 2, "wanted two numbers, the modes and the share: return modes, hq")
        got = torch.tensor([want_number(part) for part in parts])
        if same(got, wanted):
            continue
        wide = torch.tensor([wanted[0], wanted[1] * len(x)])
        slips = (
            (
                _scores(x, CENTRES, std, only_good=False),
                "a mode counts if a *good* sample is there",
            ),
            (_scores(x, CENTRES, std, 1.0), "good is within 3 std of the centre, not within 1"),
            (_scores(x, CENTRES, std, 9.0), "compare 3 std with the distance, not with its square"),
            (wide, "HQ is the share of good samples, not their number"),
            (wanted.flip(0), "the modes come first, then HQ"),
        )
        name_slip(got, slips)
        k, yours, right = worst(got, wanted)
        name = ("modes", "HQ")[k[0]]
        raise Hint(f"of {len(x)} made-up samples {name} is {yours}, wanted {right}")
    return "One good sample is enough for a mode. The next figure makes use of that."


def _penalty(discriminator, x, inputs=None):
    x = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
    return gradient


@exercise
def check_2(penalty):
    """R1 + R2: ½ mean |∂ℓ/∂x|² at real samples plus the same at generated ones."""
    torch.manual_seed(3)
    discriminator = nn.Sequential(
        nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)
    ).double()
    generator = nn.Linear(2, 2).double()
    x_real, z = torch.randn(6, 2).double() + 1, torch.randn(6, 2).double()
    x_fake = generator(z).detach()
    at_real, at_fake = _penalty(discriminator, x_real), _penalty(discriminator, x_fake)
    r1, r2 = (0.5 * g.square().sum(-1).mean() for g in (at_real, at_fake))
    got = ask(penalty, discriminator, x_real, x_fake, graph=True)
    if torch.is_tensor(got) and got.shape == (6,):
        raise Hint("you give one number for each sample: take the mean over the batch")
    value = want_tensor("the penalty", got.detach() if torch.is_tensor(got) else got, ())
    norms = at_real.norm(dim=-1).mean() + at_fake.norm(dim=-1).mean()
    logits = [discriminator(x).sigmoid() for x in (x_real, x_fake)]
    of_d = [(d * (1 - d)).unsqueeze(-1) * g for d, g in zip(logits, (at_real, at_fake))]
    slips = (
        (r1, "that is R1 alone: add the same at the generated samples"),
        (r2, "that is R2 alone: add the same at the real samples"),
        (2 * (r1 + r2), "the factor ½ is missing"),
        ((r1 + r2) / 2, "it is half of what it should be: sum over the coordinates, add R1 and R2"),
        ((r1 + r2) / 36, "the gradient of the *mean* of the logits is 6 times too small: use sum"),
        (6 * (r1 + r2), "you sum over the batch: take the mean"),
        (norms, "that is the norm of the gradient: square it"),
        (norms / 2, "that is the norm of the gradient: square it"),
        (sum(0.5 * g.square().sum(-1).mean() for g in of_d), "use the logit, without a sigmoid"),
    )
    name_slip(value, [(wrong.detach(), hint) for wrong, hint in slips])
    wanted = (r1 + r2).detach()
    if not same(value, wanted):
        _, yours, right = worst(value, wanted)
        raise Hint(f"it gives {yours}, wanted {right}: ½ of the mean of |∂ℓ/∂x|², real and fake")
    if not got.requires_grad:
        raise Hint("D cannot learn from it, because it has no graph: say create_graph=True")
    weights = [p for p in discriminator.parameters()]
    of_yours = torch.autograd.grad(got, weights, allow_unused=True, retain_graph=True)
    of_right = torch.autograd.grad(r1 + r2, weights, allow_unused=True)
    for yours, right in zip(of_yours, of_right):
        yours, right = (torch.zeros(1) if g is None else g for g in (yours, right))
        if not same(yours, right, 1e-4):
            raise Hint("the number is right, but its gradient in D's weights is not: is it cut?")
    return "For a logit a·x it is |a|², whatever x is."


QUIZ = (
    (
        "A generator serves 8 of 8 modes. Is it as diverse as the data?",
        {
            "Yes: no mode is missing.": (
                "One good sample in 2500 is enough for a mode. In section 3 a generator with 99 "
                "samples of 100 on one mode had nearly all of them."
            ),
            "One cannot say: look at the reverse KL, at HQ and at the widths as well.": (
                "Right. Each score misses something."
            ),
            "Yes, if its HQ is above 98.9 %, too.": (
                'HQ does not ask how samples are shared: "one mode" had 99 %.'
            ),
        },
    ),
    (
        "D stands still. Its logit is highest at a place between two modes, where no data are. "
        "You train G for a long time. What does it make?",
        {
            "Samples at that place only.": (
                "Right. Each term of G's loss looks at one sample, and each is best off where D is "
                "highest. Whether data are there, only a D that learns again can tell."
            ),
            "Samples on the two modes, as the data do.": (
                "G sees the data through D alone, and this D is higher elsewhere."
            ),
            "Samples all over the ring, if the batch is large enough.": (
                "In section 2 the batch may be as large as you like: the spread still falls to 0."
            ),
        },
    ),
    (
        "Somebody shows that remedy A serves more modes than remedy B. What do you ask first?",
        {
            "Whether A is newer than B.": "That tells nothing about either.",
            "How many samples the score was computed from.": (
                "A good second question: more samples find more modes. It is mostly the same for "
                "both rows of a table."
            ),
            "At what cost, after how many steps, over how many seeds, and with which settings.": (
                "Right. In section 5 plain serves two modes after a third of its steps and five at "
                "the end, and unrolling lost its modes again."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(2)
