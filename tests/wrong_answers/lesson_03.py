"""Wrong answers to the exercises of lesson 03: {exercise: [(code, words that the hint must
contain)]}.
"""

CLOSE = (
    "def my_count(m):\n    m = m.transpose(1, 2)\n    close = torch.exp(-torch.cdist(m, m,"
    " p=1))\n    return "
)
PAIRS = "def my_count(m):\n    apart = m.unsqueeze(1) - m.unsqueeze(2)\n    return "
BEST = "def my_best_logit(log_p, log_q):\n    return "
PUSH = (
    "def my_push(x, w):\n    x = x.clone().requires_grad_()\n    count = torch.exp(-(x[:, None] -"
    " x[None, :]).abs()).sum(1) - 1\n    loss_g = softplus(-w * count).mean()\n    return "
)
LOGIT = (
    "def my_push(x, w):\n    x = x.clone().requires_grad_()\n    apart = (x[:, None] - x[None,"
    " :]).abs()\n    return "
)

WRONG = {
    1: [
        (CLOSE + "close.sum(-1).transpose(1, 2)", "each sample counts itself: its closeness"),
        (CLOSE + "close.mean(-1).transpose(1, 2)", "you average over the batch"),
        (
            CLOSE + "(close.sum(-1).transpose(1, 2) - 1) / (m.shape[2] - 1)",
            "you average over the others",
        ),
        (CLOSE + "close.sum(-1) - 1", "in each other's place"),
        (
            CLOSE.replace("p=1", "p=2") + "close.sum(-1).transpose(1, 2) - 1",
            "you use Euclidean distances",
        ),
        (PAIRS + "torch.exp(-apart.square().sum(-1)).sum(2) - 1", "you use squared distances"),
        (PAIRS + "apart.abs().sum((2, -1))", "you add up distances"),
        (
            PAIRS + "torch.exp(-apart.abs()).sum((2, -1)) - m.shape[-1]",
            "add the absolute differences over dims first",
        ),
        (PAIRS + "torch.exp(apart.abs().sum(-1)).sum(2) - 1", "sum exp(−‖m_i − m_j‖₁) over j ≠ i"),
        (PAIRS + "torch.exp(-apart.abs().sum(-1)) - 1", "should have shape (2, 6, 4)"),
        (
            "def my_count(m):\n    n = m.flatten(0, 1)\n"
            "    close = torch.exp(-(n[:, None] - n).abs().sum(-1))\n"
            "    return (close.sum(1) - 1).view(m.shape[:3])",
            "samples of different seeds see each other",
        ),
    ],
    2: [
        (BEST + "log_p - log_q", "how do eight add up"),
        (BEST + "(log_p - log_q).mean(1)", "more evidence than one"),
        (BEST + "(log_q - log_p).sum(1)", "log p comes first"),
        (BEST + "torch.sigmoid((log_p - log_q).sum(1))", "without a sigmoid"),
        (BEST + "(log_p - log_q).sum(1).exp()", "its logarithm"),
        (BEST + "(log_p - log_q).logsumexp(1)", "they do not add"),
        (BEST + "(log_p - log_q).prod(1)", "so their logarithms add"),
        (BEST + "(log_p - log_q).sum()", "shape (5,)"),
        (BEST + "torch.sigmoid(log_p - log_q)", "one logit for each batch"),
        (BEST + "log_p.sum(1)", "what is log p of eight"),
        (
            BEST + "torch.log(log_p.double().exp().prod(1) / log_q.double().exp().prod(1))",
            "it breaks down",
        ),
    ],
    3: [
        (PUSH + "torch.autograd.grad(loss_g, x)[0]", "points uphill"),
        (
            PUSH.replace("-w * count", "-count") + "-torch.autograd.grad(loss_g, x)[0]",
            "where does w enter?",
        ),
        (
            PUSH.replace("-w * count", "-abs(w) * count") + "-torch.autograd.grad(loss_g, x)[0]",
            "where does w enter?",
        ),
        (
            PUSH.replace("-w * count", "abs(w) * count") + "-torch.autograd.grad(loss_g, x)[0]",
            "where does w enter?",
        ),
        (
            PUSH.replace("x[None, :])", "x[None, :].detach())").replace(
                "- 1\n", "- 1\n    count = count * 0 + x.sum() * 0\n"
            )
            + "-torch.autograd.grad(loss_g, x)[0]",
            "nothing may be detached",
        ),
        (
            LOGIT + "-torch.autograd.grad(softplus(w * apart.sum(1)).mean(), x)[0]",
            "to each other as",
        ),
        (
            (
                "def my_push(x, w):\n    step = x[1] - x[0]\n    push = torch.zeros(len(x))\n   "
                " push[0], push[1] = w * step, -w * step\n    return push"
            ),
            "are all others, and only they, in o?",
        ),
        (
            PUSH.replace("x[None, :])", "x[None, :].detach())")
            + "-torch.autograd.grad(loss_g, x)[0]",
            "nothing may be detached",
        ),
        (PUSH + "-torch.autograd.grad(loss_g, x)[0].sign()", "keep the lengths"),
        (PUSH + "x.detach() - 0.1 * torch.autograd.grad(loss_g, x)[0]", "where the samples arrive"),
        (PUSH + "-torch.autograd.grad(loss_g, x)[0].sum()", "should have shape (2,)"),
        (
            PUSH.replace("-w * count", "w * count") + "-torch.autograd.grad(loss_g, x)[0]",
            "down mean softplus(w·o)",
        ),
        (
            PUSH.replace("softplus(-w", "-softplus(w") + "-torch.autograd.grad(loss_g, x)[0]",
            "the step of the other loss",
        ),
    ],
}
