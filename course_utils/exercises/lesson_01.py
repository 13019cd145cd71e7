"""Checks and quiz of lesson 01, a GAN on a line."""

import math

import torch
from torch import nn
from torch.nn.functional import softplus

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_graph, want_tensor, worst


@exercise
def check_1(discriminator_loss):
    """D's loss: mean softplus(-ℓ_real) + mean softplus(ℓ_fake), over a batch."""
    draw = torch.Generator().manual_seed(1)
    real, fake = torch.randn(8, generator=draw) + 1, torch.randn(8, generator=draw) - 2
    wanted = softplus(-real).mean() + softplus(fake).mean()
    got = ask(discriminator_loss, real, fake)
    if torch.is_tensor(got) and got.shape == real.shape:
        raise Hint("you give one number for each sample: take the mean over the batch")
    got = want_tensor("the loss", got, ())
    swapped = softplus(real).mean() + softplus(-fake).mean()
    half = "one half is missing: D must be right on real and on fake samples"
    slips = (
        (8 * wanted, "you sum over the batch: take the mean"),
        (0.5 * wanted, "you take the mean of the two halves: add them"),
        (-wanted, "the sign is turned round: D minimises this, so it is −log D, not log D"),
        (wanted / math.log(2), "you measure in bits: use the natural logarithm"),
        (swapped, "real and fake are swapped: this pays D for taking fakes for real"),
        (softplus(-real).mean(), half),
        (softplus(fake).mean(), half),
    )
    name_slip(got, slips)
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(
            f"it gives {yours}, wanted {right}: "
            "−log D is softplus(−ℓ) and −log(1 − D) is softplus(ℓ)"
        )
    far = ask(discriminator_loss, torch.full((4,), -200.0), torch.full((4,), 200.0))
    if not torch.is_tensor(far) or not same(far, torch.tensor(400.0)):
        number = torch.is_tensor(far) and not far.dim()
        yours = worst(far, 400.0)[1] if number else "no number"
        raise Hint(
            f"at logits of ∓200 it gives {yours}, wanted 400: "
            "no sigmoid, no log, no clamp; softplus does it"
        )
    logits = [x.clone().requires_grad_() for x in (real, fake)]
    want_graph(discriminator_loss, *logits, learned=logits)
    return "When D has no idea, it pays 2 log 2 = 1.386 nats."


def _after_turns(turn, n_turns):
    """Play G's turn, of which gradients are left over in D, and D's turn n times on fixed data.

    Gives (generator, discriminator, D's weights before).
    """
    torch.manual_seed(0)
    generator = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1))
    discriminator = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0))
    before = [p.detach().clone() for p in discriminator.parameters()]
    opt_d = torch.optim.SGD(discriminator.parameters(), lr=0.1)
    x_real, z = torch.randn(16, 1) + 2, torch.randn(16, 1)
    for _ in range(n_turns):
        softplus(-discriminator(generator(z))).mean().backward()
        generator.zero_grad()
        turn(discriminator, opt_d, x_real, generator(z))
    return generator, discriminator, before


def _reference(half="both", zero=True):
    def turn(discriminator, opt_d, x_real, x_fake):
        loss_real = softplus(-discriminator(x_real)).mean()
        loss_fake = softplus(discriminator(x_fake.detach())).mean()
        if zero:
            opt_d.zero_grad()
        {"both": loss_real + loss_fake, "real": loss_real, "fake": loss_fake}[half].backward()
        opt_d.step()

    return turn


def _equal(net, other):
    return all(same(a, b, 1e-5) for a, b in zip(net.parameters(), other.parameters()))


@exercise
def check_2(turn_d):
    """D's turn: D moves one step down its loss, and G receives no gradient."""

    def asked(*arguments):
        ask(turn_d, *arguments, returns=False)

    generator, discriminator, d_before = _after_turns(asked, 1)
    if any(p.grad is not None and p.grad.abs().sum() > 0 for p in generator.parameters()):
        raise Hint(
            "the generator has received a gradient from D's loss: "
            "cut the graph between them with detach"
        )
    if all(torch.equal(a, b) for a, b in zip(discriminator.parameters(), d_before)):
        raise Hint("D has not moved: it needs backward() and then opt_d.step()")
    if not all(p.requires_grad for p in discriminator.parameters()):
        raise Hint("D can learn no more: requires_grad_(False) is left behind after its turn")
    if _equal(discriminator, _after_turns(_reference(zero=False), 1)[1]):
        raise Hint(
            "gradients pile up: G's turn has left some in D; "
            "call opt_d.zero_grad() before backward(), not after"
        )
    for half, missing in (
        ("real", "the generated samples: detach the samples, not the logits"),
        ("fake", "the real samples"),
    ):
        if _equal(discriminator, _after_turns(_reference(half), 1)[1]):
            raise Hint(f"D has learned nothing from {missing}")
    if not _equal(discriminator, _after_turns(_reference(), 1)[1]):
        raise Hint(
            "D has moved, but not by one step down softplus(−ℓ_real) "
            "+ softplus(ℓ_fake), mean over the batch"
        )
    if not _equal(_after_turns(asked, 2)[1], _after_turns(_reference(), 2)[1]):
        raise Hint("the first turn is right, the second is not: what does the first leave behind?")
    return "D moved, and the generator did not notice."


@exercise
def check_3(optimal_discriminator):
    """D* = p/(p + q) = sigmoid(log p - log q), from log densities."""
    log_p, log_q = torch.tensor([[0.0, -1.0, -3.0]]), torch.tensor([[0.0, -2.0, -0.5]])
    wanted = torch.sigmoid(log_p - log_q)
    got = ask(optimal_discriminator, log_p, log_q)
    if torch.is_tensor(got) and got.shape == log_p.shape:
        divided = log_p / (log_p + log_q)  # 0/0 where p = q
        if same(got[0, 1:], divided[0, 1:]):
            raise Hint("you divided log densities: D* is p/(p + q) with the densities themselves")
    got = want_tensor("D*", got, log_p.shape)
    slips = (
        (
            log_p - log_q,
            "that is the logit, log p − log q: squash it with a sigmoid to get a probability",
        ),
        (
            1 - wanted,
            "you have q/(p + q), the probability of being fake: D is the probability of being real",
        ),
    )
    name_slip(got, slips)
    if not same(got, wanted):
        k, yours, right = worst(got, wanted)
        apart = (log_p - log_q)[k]
        raise Hint(f"where log p − log q = {apart:g} it gives {yours}, wanted {right}")
    far_p, far_q = torch.tensor([[-500, -900, -300, -50, 80], [-501, -300, -900, -150, -80.0]])
    far = ask(optimal_discriminator, far_p, far_q)
    if not torch.is_tensor(far) or not same(far, torch.sigmoid(far_p - far_q), 1e-3):
        raise Hint(
            "far from both Gaussians it breaks down: in single precision exp(−500) is 0 "
            "and exp(600) is infinite; stay with log p − log q"
        )
    return "The best logit is the log density ratio, log p − log q."


QUIZ = (
    (
        "How does the generator learn where the data are?",
        {
            "It compares its numbers with the real ones in the batch.": (
                "It never sees them. Look at `turn_g`: the real numbers do not occur in it."
            ),
            "D's loss is sent back into it, too.": (
                "That is what `detach` prevents: D's turn leaves no gradient in G."
            ),
            "It follows the gradient of D's answer with respect to its own numbers.": (
                "Right: D says in which direction a number would look more real."
            ),
        },
    ),
    (
        "D's loss is 1.386 = 2 log 2 and stays there. What do you know?",
        {
            "Not much: the bound on the Jensen-Shannon divergence is 0.": (
                "Right. Any D's expected loss gives JS ≥ log 2 − loss/2, here JS ≥ 0. Perhaps "
                "nobody could tell the samples apart, perhaps this D has not learned it."
            ),
            "The generator is perfect.": (
                "Not enough. A perfect generator leaves even the best D at 2 log 2, "
                "but a D that answers ½ everywhere because it is small, slow or just "
                "initialised pays the same. Look at the samples, or train a fresh D on them."
            ),
            "Training has diverged.": "No: a diverged D pays more than that, or NaN.",
        },
    ),
    (
        (
            "An animation shows a GAN that fits a Gaussian perfectly. "
            "What does it tell you about the recipe?"
        ),
        {
            "It works.": (
                "It worked once. With the recipe of section 2 many trainings end near the data, "
                "few fit it, and each of these few would make a good film."
            ),
            "It can work; how often, one has to count over seeds.": (
                "Right. That is why a claim about training has a share or a quantile in it."
            ),
            "Nothing at all: training is random.": (
                "It shows that the recipe can work. And shares over many seeds are as solid as "
                "any other measurement."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(1)
