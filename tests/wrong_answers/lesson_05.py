"""Wrong answers to the exercises of lesson 05: {exercise: [(code, words that the hint must
contain)]}.
"""

W1 = "def my_w1(p, q, h):\n    return "
PENALTY = """def my_penalty(critic, x_real, x_fake):
    eps = {eps}
    x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    slope, = torch.autograd.grad(critic(x_hat).sum(), x_hat{graph})
    return """
EPS = "torch.rand(*x_real.shape[:2], 1)"
RIGHT = "(slope.norm(dim=-1) - 1).clamp(min=0).square().mean(-1)"
STEP = "def my_critic_step(critic, opt_critic, x_real, x_fake, c):\n"
CLIP = (
    "    with torch.no_grad():\n        for weight in critic.parameters():\n           "
    " weight.clamp_(-c, c)\n"
)
ZERO, MOVE = "    opt_critic.zero_grad()\n", "    opt_critic.step()\n"
BACK = "    (critic(x_fake).mean() - critic(x_real).mean()).backward()\n"
IS = "def my_is_wasserstein(loss):\n"


def penalty(result=RIGHT, eps=EPS, graph=", create_graph=True"):
    """A penalty that goes wrong in one place."""
    return PENALTY.format(eps=eps, graph=graph) + result


def slopes(scores, test):
    """A detector that looks at some scores, and compares some slopes."""
    return (
        IS + f"    real, fake = {scores}.requires_grad_(), {scores}.requires_grad_()\n    n ="
        " len(real)\n    r, f = torch.autograd.grad(loss(real, fake), (real, fake))\n    return"
        f" {test}"
    )


BOTH = (
    "bool(torch.allclose(r, torch.full_like(r, -1 / n)) and torch.allclose(f, torch.full_like(f, 1"
    " / n)))"
)

WRONG = {
    1: [
        (W1 + "(p - q).cumsum(-1).abs().sum(-1)", "the way is missing"),
        (W1 + "(p - q).abs().sum(-1) / 2", "the total variation"),
        (W1 + "h * (p - q).abs().sum(-1)", "place by place"),
        (W1 + "h * (p - q).cumsum(-1).sum(-1).abs()", "the distance of the means"),
        (W1 + "h * (p - q).cumsum(-1).sum(-1)", "take absolute values"),
        (W1 + "h * (p - q).cumsum(-1).square().sum(-1)", "not squares"),
        (W1 + "h * (p - q).cumsum(-1).abs().mean(-1)", "do not average"),
        (W1 + "h * (p - q).cumsum(-1).abs().sum()", "one number a pair, should have shape (3, 4)"),
        (W1 + "h * (p - q).cumsum(0).abs().sum(-1)", "for one pair"),
    ],
    2: [
        (penalty("(slope.norm(dim=-1) - 1).square().mean(-1)"), "two-sided"),
        (penalty(graph=""), "create_graph"),
        (penalty(eps="torch.rand(1)"), "one eps for the whole batch"),
        (penalty(eps="torch.rand(3, 1, 1)"), "one eps for the whole batch"),
        (penalty(eps="torch.rand_like(x_real)"), "from axis to axis"),
        (penalty(eps="torch.randn(*x_real.shape[:2], 1)"), "x_hat may lie anywhere"),
        (penalty(eps="torch.ones(*x_real.shape[:2], 1)"), "at the samples themselves"),
        (penalty("(slope.norm(dim=(1, 2)) - 1).clamp(min=0).square()"), "the whole batch's slope"),
        (penalty("(slope.square().sum(-1) - 1).clamp(min=0).square().mean(-1)"), "not its square"),
        (penalty("(slope.norm(dim=-1) - 1).clamp(min=0).mean(-1)"), "the excess is squared"),
        (
            penalty("(slope.norm(dim=-1) - 1).clamp(min=0).square().mean()"),
            "should have shape (3,)",
        ),
        (penalty("(slope.norm(dim=-1) - 1).clamp(min=0).square().sum(-1)"), "not the sum"),
        (
            penalty("(slope.abs() - 1).clamp(min=0).square().sum(-1).mean(-1)"),
            "not each of its parts",
        ),
        (penalty(eps="torch.rand(x_real.shape[1], 1)"), "one eps for all seeds"),
        (
            penalty(eps="(torch.arange(120) * 49 % 120).view(3, 40, 1) / 119"),
            "the same at each call",
        ),
        (
            penalty(eps="torch.rand(3, 40, 1, generator=torch.Generator().manual_seed(1))"),
            "the same at each call",
        ),
        (penalty(eps="torch.randint(2, (3, 40, 1))"), "not spread evenly"),
    ],
    3: [
        (STEP + CLIP + ZERO + BACK + MOVE, "after the step, not before"),
        (
            STEP
            + ZERO
            + BACK
            + "    torch.nn.utils.clip_grad_value_(critic.parameters(), c)\n"
            + MOVE,
            "clip the weights, not the slopes",
        ),
        (STEP + ZERO + BACK + MOVE, "after the step, not before"),
        (STEP + BACK + MOVE + CLIP, "left over from the generator's step"),
        (STEP + ZERO + BACK + CLIP, "has not moved"),
        (
            STEP
            + ZERO
            + "    (critic(x_real).mean() - critic(x_fake).mean()).backward()\n"
            + MOVE
            + CLIP,
            "downhill",
        ),
        (
            STEP
            + ZERO
            + BACK
            + MOVE
            + "    with torch.no_grad():\n        critic.weight.clamp_(-c, c)\n",
            "the bias is still outside",
        ),
        (STEP + ZERO + BACK + MOVE + MOVE + CLIP, "a plain step"),
        (
            STEP
            + ZERO
            + BACK
            + MOVE
            + "    for weight in critic.parameters():\n        weight = weight.clamp(-c, c)",
            "only rebinds the name",
        ),
        (
            STEP
            + ZERO
            + BACK
            + "    for weight in critic.parameters():\n        weight.grad.clamp_(-c, c)\n"
            + MOVE,
            "clip the weights, not the slopes",
        ),
    ],
    4: [
        (IS + "    return True", "a hinge of margin 1"),
        (IS + "    return False", "the Wasserstein loss itself"),
        (slopes("torch.rand(100)", BOTH), "a real score above 1 has slope 0"),
        (slopes("torch.linspace(-10, 10, 100)", BOTH), "try larger scores"),
        (
            slopes(
                "torch.linspace(-1000, 1000, 100)", "torch.allclose(r, torch.full_like(r, -1 / n))"
            ),
            "look at both sides",
        ),
        (
            slopes("torch.linspace(-1000, 1000, 100)", "bool(r.std() < 1e-6 and f.std() < 1e-6)"),
            "look at the signs",
        ),
        (
            IS + "    a, b = torch.linspace(-99, 99, 9), torch.linspace(-50, 80, 9)\n    return"
            " torch.allclose(loss(a, b), b.mean() - a.mean())",
            "a constant changes no slope",
        ),
    ],
}
