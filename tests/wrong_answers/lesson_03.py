"""Wrong answers to the exercises of lesson 03: {exercise: [(code, words that the hint must
contain)]}.
"""

CLOSE = (
    "def my_features(m, bias):\n    m = m.transpose(1, 2)\n    close = torch.exp(-torch.cdist(m, m,"
    " p=1))\n    return "
)
PAIRS = "def my_features(m, bias):\n    apart = m.unsqueeze(1) - m.unsqueeze(2)\n    return "
PUSH = (
    "def my_push(x, w):\n    x = x.clone().requires_grad_()\n    count = torch.exp(-(x[:, None] -"
    " x[None, :]).abs()).sum(1) - 1\n    loss_g = softplus(-w * count).mean()\n    return "
)
LOGIT = (
    "def my_push(x, w):\n    x = x.clone().requires_grad_()\n    apart = (x[:, None] - x[None,"
    " :]).abs()\n    return "
)
CHOICE = "my_choice = "

WRONG = {
    1: [
        (
            CLOSE + "close.sum(-1).transpose(1, 2) + bias",
            "each sample counts itself: its closeness",
        ),
        (CLOSE + "close.sum(-1).transpose(1, 2) - 1", "the bias is missing: add it"),
        (CLOSE + "close.sum(-1).transpose(1, 2)", "and the bias is missing"),
        (CLOSE + "close.sum(-1).transpose(1, 2) - 1 - bias", "the bias is subtracted"),
        (CLOSE + "close.mean(-1).transpose(1, 2) + bias", "you average over the batch"),
        (
            CLOSE + "(close.sum(-1).transpose(1, 2) - 1) / (m.shape[2] - 1) + bias",
            "you average over the others",
        ),
        (CLOSE + "close.sum(-1) - 1 + bias.transpose(1, 2)", "in each other's place"),
        (
            CLOSE.replace("p=1", "p=2") + "close.sum(-1).transpose(1, 2) - 1 + bias",
            "you use Euclidean distances",
        ),
        (
            PAIRS + "torch.exp(-apart.square().sum(-1)).sum(2) - 1 + bias",
            "you use squared distances",
        ),
        (
            PAIRS + "torch.exp(-apart.abs()).sum((2, -1)) - m.shape[-1] + bias",
            "add the absolute differences over dims first",
        ),
        (PAIRS + "torch.exp(apart.abs().sum(-1)).sum(2) - 1 + bias", "wanted 0.495"),
        (PAIRS + "torch.exp(-apart.abs().sum(-1)) - 1", "should have shape (2, 6, 4)"),
    ],
    2: [
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
            "the saturating loss",
        ),
    ],
    3: [
        (CHOICE + '"sum", 16', "that is where the sum breaks down"),
        (CHOICE + '"sum", 8', "a small batch saves the sum from the worst"),
        (CHOICE + '"one at a time", 8', "it does not see the crowd"),
        (CHOICE + '"mean", 1', "nobody else is there"),
        (CHOICE + '"mean", 2', "the figure begins at 4"),
        (CHOICE + '"median", 8', 'wanted "sum", "mean"'),
        (CHOICE + '"mean"', "wanted a version and a batch size"),
        (CHOICE + '"mean", 4.5', "whole number, got 4.5"),
        (CHOICE + '"mean", float("nan")', "NaN or infinite"),
        (CHOICE + '"mean", float("inf")', "NaN or infinite"),
        (CHOICE + '"mean", "8"', "wanted one number"),
        (CHOICE + "[0.5] * 1_000_000", "wanted a version"),
        (CHOICE + '"x" * 1_000_000, 8', 'wanted "sum"'),
    ],
}
