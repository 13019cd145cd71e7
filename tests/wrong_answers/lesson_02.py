"""Wrong answers to the exercises of lesson 02: {exercise: [(code, words that the hint must
contain)]}.
"""

SCORES = "def my_scores(x, centres, std):\n    distance, nearest = torch.cdist(x, centres).min(1)\n"
PENALTY = "def my_gradient_penalty(discriminator, x_real, x_fake):\n    total = 0.0\n"
EACH = "    for x in (x_real, x_fake):\n        x = x.clone().requires_grad_()\n"
GRADIENT = "        g, = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)\n"
SUM = "        total = total + 0.5 * g.square().sum(-1).mean()\n    return "


def _scores(good, modes="len(nearest[good].unique())", hq="good.float().mean()"):
    return f"{SCORES}    good = {good}\n    return {modes}, {hq}"


GOOD = "distance < 3 * std"

WRONG = {
    1: [
        (_scores(GOOD, modes="len(nearest.unique())"), "a *good* sample is there"),
        (_scores("distance < std"), "not within 1"),
        (_scores("distance ** 2 < 3 * std"), "wanted"),
        (_scores("distance < 9 * std"), "not with its square"),
        (_scores(GOOD, hq="good.sum()"), "not their number"),
        (SCORES + f"    good = {GOOD}\n    return good.float().mean()", "wanted two numbers"),
        (
            _scores(GOOD, modes="good.float().mean()", hq="len(nearest[good].unique())"),
            "come first",
        ),
        (_scores(GOOD, modes="4"), "modes is 4, wanted 2"),
        (_scores(GOOD, modes="'two'"), "wanted one number"),
        (
            "def my_scores(x, centres, std):\n"
            "    distance, nearest = (x[:, None] - centres).abs().amax(-1).min(1)\n"
            "    good = distance < 3 * std\n"
            "    return len(nearest[good].unique()), good.float().mean()",
            "wanted",
        ),
    ],
    2: [
        (PENALTY + EACH.replace(", x_fake", ",") + GRADIENT + SUM + "total", "R1 alone"),
        (
            PENALTY + EACH.replace("x_real, x_fake", "x_fake,") + GRADIENT + SUM + "total",
            "R2 alone",
        ),
        (PENALTY + EACH + GRADIENT + SUM + "2 * total", "the factor ½ is missing"),
        (PENALTY + EACH + GRADIENT + SUM + "total / 2", "half of what it should be"),
        (PENALTY + EACH + GRADIENT.replace(".sum()", ".mean()") + SUM + "total", "use sum"),
        (PENALTY + EACH + GRADIENT + SUM.replace(".mean()", ".sum()") + "total", "take the mean"),
        (
            PENALTY
            + EACH
            + GRADIENT
            + SUM.replace("0.5 * g.square().sum(-1)", "g.norm(dim=-1)")
            + "total",
            "square it",
        ),
        (
            PENALTY + EACH + GRADIENT.replace("(x).sum()", "(x).sigmoid().sum()") + SUM + "total",
            "without a sigmoid",
        ),
        (PENALTY + EACH + GRADIENT.replace(", create_graph=True", "") + SUM + "total", "no graph"),
        (PENALTY + EACH + GRADIENT + SUM + "total.detach().requires_grad_()", "is it cut?"),
        (PENALTY + EACH + GRADIENT + SUM.replace(".sum(-1)", "") + "total", "half of what"),
        (PENALTY + EACH + GRADIENT + SUM.replace(".mean()", "") + "total", "for each sample"),
        (PENALTY + "    return 'steep'", "should be a tensor"),
    ],
}
