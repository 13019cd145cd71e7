"""Wrong answers to the exercises of lesson 05: {exercise: [(code, words that the hint must
contain)]}.
"""

BEST = "def my_best_critic(p, q, h):\n    "
FROM = "first = torch.zeros_like(p[..., :1])\n    "
RISE = "torch.cat([first, {rises}], -1)"
PENALTY = """def my_penalty(critic, x_real, x_fake):
    eps = {eps}
    x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    slope, = torch.autograd.grad(critic(x_hat).sum(), x_hat{graph})
    return """
EPS = "torch.rand(*x_real.shape[:2], 1)"
RIGHT = "(slope.norm(dim=-1) - 1).clamp(min=0).square().mean(-1)"


def penalty(result=RIGHT, eps=EPS, graph=", create_graph=True"):
    """A penalty that goes wrong in one place."""
    return PENALTY.format(eps=eps, graph=graph) + result


def best(rises):
    """A critic that starts at 0 and rises by these numbers."""
    return BEST + FROM + "return " + RISE.format(rises=rises)


WRONG = {
    1: [
        (best("(h * (p - q).cumsum(-1)[..., :-1].sign()).cumsum(-1)"), "its gap is −W"),
        (BEST + "return (h * (p - q).sign()).cumsum(-1)", "place by place"),
        (
            BEST + "return (-h * (p - q).cumsum(-1).sign()).cumsum(-1)",
            "one place too far to the left",
        ),
        (best("(q - p).cumsum(-1)[..., :-1].sign().cumsum(-1)"), "they may differ by h"),
        (best("h * (q - p).cumsum(-1)[..., :-1].sign()"), "differ by up to 0.6"),
        (BEST + "return -h * (p - q).cumsum(-1).sign()", "add the rises up"),
        (best("(h * (q - p).cumsum(-1)[..., :-1].tanh()).cumsum(-1)"), "its gap is"),
        (BEST + "return (h * (p - q).cumsum(-1).abs()).sum(-1)", "a score for each place"),
        (BEST + "return torch.zeros_like(p)", "its gap is"),
    ],
    2: [
        (penalty("(slope.norm(dim=-1) - 1).square().mean(-1)"), "two-sided"),
        (penalty(graph=""), "create_graph"),
        (penalty(eps="torch.rand(1)"), "one eps for the whole batch"),
        (penalty(eps="torch.rand(3, 1, 1)"), "one eps for the whole batch"),
        (penalty(eps="torch.rand_like(x_real)"), "from axis to axis"),
        (penalty(eps="torch.randn(*x_real.shape[:2], 1)"), "x_hat may lie anywhere"),
        (penalty(eps="torch.ones(*x_real.shape[:2], 1)"), "at the samples themselves"),
        (
            penalty("(slope.norm(dim=(1, 2)) - 1).clamp(min=0).square()"),
            "the whole batch's gradient",
        ),
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
        (
            penalty(
                "((slope.norm(dim=-1) - 1).clamp(min=0) * "
                "(slope.norm(dim=-1) - 1).clamp(min=0).detach()).mean(-1)"
            ),
            "learns from a part of it",
        ),
        (
            penalty(
                "(slope[..., 0].hypot(slope[..., 1].detach()) - 1).clamp(min=0).square().mean(-1)"
            ),
            "learns from a part of it",
        ),
    ],
}
