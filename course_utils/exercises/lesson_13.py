"""Checks and quiz of lesson 13, why GANs on text are hard."""

import torch
from torch.nn.functional import one_hot

from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_number, want_tensor, worst


def _drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(11))


@exercise
def check_1(draw):
    """The place of the largest a + g, with g = -log(-log u)."""
    a, dice = _drawn(4000, 5), torch.Generator().manual_seed(1)
    u = torch.rand(4000, 5, generator=dice).clamp(1e-6, 1 - 1e-6)
    g, got = -(-u.log()).log(), ask(draw, a, u)
    if torch.is_tensor(got) and got.shape == a.shape:
        raise Hint("one word a row is wanted, (n,) integers: the place of the largest")
    whole = not torch.is_tensor(got) or not got.is_floating_point()
    got = want_tensor("the words", got, (4000,))
    if not whole:
        raise Hint("integers are wanted, the places of the words: argmax, not max")
    name_slip(
        got,
        (
            (a.argmax(-1), "that is the likeliest word, without the noise: add g = −log(−log u)"),
            ((a + u).argmax(-1), "u itself is uniform; Gumbel noise is −log(−log u)"),
            ((a + u.log()).argmax(-1), "that noise is log u; Gumbel noise is −log(−log u)"),
            ((a - g).argmax(-1), "the sign: g = −log(−log u), and it is added"),
            ((a + g).argmin(-1), "the largest, not the smallest"),
            (
                (a - u.log()).argmax(-1),
                "that noise is −log u, exponential; Gumbel noise is −log(−log u)",
            ),
            (g.argmax(-1), "the logits are missing: the largest of a + g"),
            (
                (a.softmax(-1) + g).argmax(-1),
                "the noise goes on the word logits, not on their softmax",
            ),
            (
                (a.softmax(-1) * u).argmax(-1),
                "that multiplies π by u; add Gumbel noise to the logits",
            ),
        ),
    )
    right = (a + g).argmax(-1)
    if not same(got, right):
        raise Hint(
            f"{int((got != right).sum())} of {len(right)} words are others: "
            "with the u given, the place of the largest a − log(−log u)"
        )
    return "The place of a largest number, and exactly the softmax law."


def _advantage_slips(reward):
    """Wrong advantages of six rewards in three seeds, with the hint that fits."""
    n = 6
    others = (reward.sum(-1, keepdim=True) - reward) / (n - 1)
    across = (reward.sum(0, keepdim=True) - reward) / 2
    return (
        (
            reward - reward.mean(-1, keepdim=True),
            "the own reward is in that mean: leave it out",
        ),
        (others, "that is the baseline; the reward minus it is wanted"),
        (others - reward, "the sign: reward minus baseline"),
        (
            reward - reward.mean(),
            "each seed has a batch of its own: average over the last axis only",
        ),
        (
            reward - (reward.sum() - reward) / 17,
            "each seed has a batch of its own: average over the last axis only",
        ),
        (reward - across, "those are the other seeds; the batch is the last axis"),
        (
            reward - (reward.sum(-1, keepdim=True) - reward) / 2,
            "len(reward) counts the seeds; the batch is reward.shape[-1]",
        ),
        (
            reward - (reward.sum(-1, keepdim=True) - reward) / n,
            "there are batch − 1 others: divide by that",
        ),
        (
            reward - reward.sum(-1, keepdim=True) + reward,
            "the mean of the others, not their sum",
        ),
        (
            (reward - reward.mean(-1, keepdim=True)) / reward.std(-1, keepdim=True),
            "do not divide by the spread",
        ),
        (reward, "no baseline is taken off"),
    )


@exercise
def check_2(advantage):
    """Each reward minus the mean of the others."""
    reward = _drawn(3, 6) + 2
    got = ask(advantage, reward)
    got = want_tensor("the advantages", got, (3, 6))
    others = (reward.sum(-1, keepdim=True) - reward) / 5
    name_slip(got, _advantage_slips(reward))
    if not same(got, reward - others):
        place, yours, wanted = worst(got, reward - others)
        raise Hint(
            f"at {list(place)} it gives {yours}, wanted {wanted}: "
            "its reward minus the mean of the five others"
        )
    longer = _drawn(2, 32)
    got = want_tensor("for a batch of 32 the advantages", ask(advantage, longer), longer.shape)
    if not same(got, (longer - longer.mean(-1, keepdim=True)) * 32 / 31):
        raise Hint(
            "right for a batch of 6, not for one of 32: take the number from reward.shape[-1]"
        )
    return "Independent of the sentence it judges, so the mean gradient stays ∇J."


def _slope(answer, a, probe):
    a = a.clone().requires_grad_()
    got = want_tensor("the words", ask(answer, a, graph=True), a.shape)
    if not got.requires_grad:
        raise Hint(
            "the value has no slope: one_hot and argmax cut it off. Add soft − soft.detach()"
        )
    return got.detach(), torch.autograd.grad((probe * got).sum() + 0 * a.sum(), a)[0]


@exercise
def check_3(straight):
    """Forward one-hot of the largest, backward softmax."""
    a = 0.5 * _drawn(6, 4) - torch.tensor([0.0, 0.0, 0.0, 2.0])  # the last is never the largest
    probe = _drawn(6, 4).flip(0)
    got, slope = _slope(straight, a, probe)
    soft = a.softmax(-1)
    word = one_hot(a.argmax(-1), 4).float()
    wanted = soft * (probe - (soft * probe).sum(-1, keepdim=True))
    name_slip(
        got,
        (
            (soft, "the value is π: it should be the one-hot word. Add word − soft.detach()"),
            (word * soft, "the value is π of the word, not 1: add, do not multiply"),
            (word + soft, "the value is word + π: subtract soft.detach()"),
            (one_hot(a.argmin(-1), 4).float(), "the largest logit, not the smallest"),
        ),
    )
    if not same(got, word):
        k = (got - word).abs().amax(-1).argmax()
        logits, value = [round(v, 2) for v in a[k].tolist()], [round(v, 3) for v in got[k].tolist()]
        raise Hint(
            f"for logits {logits} the value is {value}, wanted {word[k].tolist()}: "
            "the one-hot word of the largest"
        )
    name_slip(
        slope,
        (
            (-wanted, "the sign of the slope: + soft − soft.detach()"),
            (torch.zeros_like(a), "the slope is 0: detach only one of the two soft ones"),
            (probe, "that is the slope of the logits themselves; it should be that of softmax(a)"),
            (2 * wanted, "the slope comes twice"),
            (
                a.softmax(0) * (probe - (a.softmax(0) * probe).sum(0)),
                "softmax over the words, the last axis",
            ),
            (
                probe - soft * probe.sum(-1, keepdim=True),
                "that is the slope of log_softmax; wanted is that of softmax",
            ),
        ),
    )
    if not same(slope, wanted):
        raise Hint("the value is right; the slope should be that of a.softmax(-1), all of it")
    return (
        "The value of a word, the slope of π. "
        "Nothing has proved that this is the gradient of anything."
    )


@exercise
def check_4(detector):
    """Mean of two hit rates of an entropy threshold."""
    x_real = one_hot(torch.arange(15).view(5, 3) % 4, 4).float()
    x_fake = torch.cat([torch.full((3, 3, 4), 0.25), x_real[:1]])  # one of four is a true sentence
    middle = 0.9 * x_real[:2] + 0.1 * x_real[:2].roll(1, -1)  # 0.325 nats a word, 0.975 in all
    got = want_number(ask(detector, x_real, x_fake, 0.5))
    for wrong, hint in (
        (0.375, "0 · log 0 is NaN, and NaN is never ≤ limit: use torch.xlogy(x, x)"),
        (0.125, "the verdicts are exchanged: a low entropy means real"),
        (
            8 / 9,
            "count real and generated alike: the mean of the two hit rates, not of all sentences",
        ),
        (1.75, "that is the sum of the two hit rates: halve it"),
        (1.0, "that is the hit rate on real ones alone"),
        (0.75, "that is the hit rate on generated ones alone"),
        (
            0.5,
            (
                "all are called real, or all generated: "
                "is it −Σ x log x, summed over words and places, with 0 log 0 = 0?"
            ),
        ),
    ):
        if abs(got - wrong) < 1e-3:
            raise Hint(hint)
    if abs(got - 0.875) > 1e-3:
        _, yours, wanted = worst(got, 0.875)
        raise Hint(
            f"all real right, three of four generated right: it gives {yours}, wanted {wanted}"
        )
    got = want_number(ask(detector, x_real, middle, 0.9))
    if abs(got - 1) > 1e-3:
        raise Hint(
            "the entropy of a sentence: −Σ x log x, the sum over its three words, not the mean"
        )
    got = want_number(ask(detector, x_real, middle, 1.2))
    if abs(got - 0.5) > 1e-3:
        raise Hint(
            "in nats, the natural logarithm: 0.975 for the sentences tried, below the limit of 1.2"
        )
    return "One number, no grammar, and soft words are caught."


QUIZ = (
    (
        (
            "A generator takes the argmax of its word logits; "
            "D's slope is sent back. What does the generator learn?"
        ),
        {
            "Nothing: the slope through argmax is 0.": (
                "Right. Almost everywhere a small change of the logits changes nothing."
            ),
            "The program stops: argmax has no gradient.": (
                "It does not stop in a game: backward() goes through D's own weights. "
                "The slope through argmax is 0, and the tables stay as they are."
            ),
            "The right direction, only noisily.": (
                "That would be REINFORCE or straight-through. A plain argmax passes on nothing."
            ),
        },
    ),
    (
        (
            "REINFORCE is unbiased and straight-through is not. "
            "Which has the smaller error with 32 sentences?"
        ),
        {
            "REINFORCE: no bias means no error.": (
                "The error is bias² + variance/n, and its variance is large."
            ),
            "It depends on variance too; here straight-through, by far.": (
                "Right. And on D: a bump between the words spoiled it without changing one verdict."
            ),
            "They are equal on average.": (
                "Their means differ by the bias, "
                "their variance by a factor of more than ten, even with a baseline."
            ),
        },
    ),
    (
        "A GAN on soft words ends with 100 % grammatical sentences. What do you ask next?",
        {
            "Nothing, that is the goal.": (
                "In section 3 the way with the best grammar said one to four sentences."
            ),
            "How many different ones there are, and how far q is from the data.": (
                "Right: entropy and total variation. And compare with likelihood."
            ),
            "Whether the temperature was low enough.": (
                "A question about the method. First ask what came out."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
