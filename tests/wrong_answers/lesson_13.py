"""Wrong answers to the exercises of lesson 13: {exercise: [(code, words that the hint must
contain)]}.
"""

DRAW = "def my_draw(a, u):\n    g = -(-u.log()).log()\n    return "
ADVANTAGE = (
    "def my_advantage(reward):\n    n = reward.shape[-1]\n    others = (reward.sum(-1,"
    " keepdim=True) - reward) / (n - 1)\n    return "
)
STRAIGHT = (
    "def my_straight(a):\n    soft = a.softmax(-1)\n    word = one_hot(a.argmax(-1),"
    " a.shape[-1]).to(a.dtype)\n    return "
)
DETECTOR = """def my_detector(x_real, x_fake, limit):
    h_real, h_fake = (-torch.xlogy(x, x).sum((-2, -1)) for x in (x_real, x_fake))
    real, fake = (h_real <= limit).float(), (h_fake > limit).float()
    return """

WRONG = {
    1: [
        (DRAW + "a.argmax(-1)", "without the noise"),
        (DRAW + "(a + u).argmax(-1)", "u itself is uniform"),
        (DRAW + "(a - u.log()).argmax(-1)", "exponential"),
        (DRAW + "(a - g).argmax(-1)", "the sign"),
        (DRAW + "(a.softmax(-1) + g).argmax(-1)", "not on their softmax"),
        (DRAW + "a + g", "one word a row"),
        (DRAW + "(a + g).max(-1).values", "integers"),
    ],
    2: [
        (ADVANTAGE + "reward - reward.mean(-1, keepdim=True)", "leave it out"),
        (ADVANTAGE + "others", "that is the baseline"),
        (ADVANTAGE + "others - reward", "the sign"),
        (ADVANTAGE + "reward - reward.mean()", "a batch of its own"),
        (ADVANTAGE + "reward - others * (n - 1) / n", "batch − 1"),
        (ADVANTAGE + "(reward - others).mean(-1)", "should have shape"),
        (ADVANTAGE + "reward - (reward.sum(-1, keepdim=True) - reward) / 5", "not for one of 32"),
        (
            ADVANTAGE + "reward - (reward.sum(-1, keepdim=True) - reward) / (len(reward) - 1)",
            "counts the seeds",
        ),
    ],
    3: [
        (STRAIGHT + "word", "no slope"),
        (STRAIGHT + "soft", "the value is π"),
        (STRAIGHT + "word * soft", "do not multiply"),
        (STRAIGHT + "word - soft + soft.detach()", "the sign of the slope"),
        (STRAIGHT + "word + a - a.detach()", "the logits themselves"),
        (STRAIGHT + "word + soft", "subtract"),
        (STRAIGHT + "word + a.softmax(0) - a.softmax(0).detach()", "last axis"),
        (STRAIGHT + "word + a.log_softmax(-1) - a.log_softmax(-1).detach()", "log_softmax"),
    ],
    4: [
        (DETECTOR + "torch.cat([real, fake]).mean()", "alike"),
        (
            (
                "def my_detector(x_real, x_fake, limit):\n    h_real, h_fake = ((x * (1 -"
                " x)).sum((-2, -1)) for x in (x_real, x_fake))\n    return ((h_real <="
                " limit).float().mean() + (h_fake > limit).float().mean()) / 2"
            ),
            "−Σ x log x",
        ),
        (DETECTOR + "real.mean() + fake.mean()", "halve"),
        (DETECTOR + "1 - (real.mean() + fake.mean()) / 2", "exchanged"),
        (
            (
                "def my_detector(x_real, x_fake, limit):\n    h_real, h_fake = (-(x *"
                " x.log()).sum((-2, -1)) for x in (x_real, x_fake))\n    return ((h_real <="
                " limit).float().mean() + (h_fake > limit).float().mean()) / 2"
            ),
            "NaN",
        ),
        (
            (
                "def my_detector(x_real, x_fake, limit):\n    h_real, h_fake = (-torch.xlogy(x,"
                " x).sum(-1).mean(-1) for x in (x_real, x_fake))\n    return ((h_real <="
                " limit).float().mean() + (h_fake > limit).float().mean()) / 2"
            ),
            "not the mean",
        ),
        (DETECTOR + "real.mean()", "real ones alone"),
    ],
}
