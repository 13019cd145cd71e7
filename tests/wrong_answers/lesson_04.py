"""Wrong answers to the exercises of lesson 04: {exercise: [(code, words that the hint must
contain)]}.
"""

DERIVATIVES = "def my_derivatives(logits):\n    return "
ARROWS = """def my_arrows(loss, discriminator, x):
    x = x.clone().requires_grad_()
    """

WRONG = {
    1: [
        (DERIVATIVES + "-sigmoid(-logits), -sigmoid(logits)", "in the wrong order"),
        (
            DERIVATIVES + "-sigmoid(logits), sigmoid(-logits)",
            "you have the derivative of log D, not of −log D",
        ),
        (DERIVATIVES + "sigmoid(logits), -sigmoid(-logits)", "the sign is off: log(1 − D)"),
        (DERIVATIVES + "-1 / (1 - sigmoid(logits)), -1 / sigmoid(logits)", "d/dD"),
        (
            DERIVATIVES + "-1 / sigmoid(-logits), -sigmoid(-logits)",
            "grows without bound: that is d/dD",
        ),
        (
            DERIVATIVES + "-sigmoid(logits), -1 / sigmoid(logits).clamp(min=1e-6)",
            "grows without bound: that is d/dD",
        ),
        (
            DERIVATIVES + "-sigmoid(logits) * sigmoid(-logits), -sigmoid(-logits)",
            "the sigmoid's derivative alone",
        ),
        (DERIVATIVES + "-sigmoid(logits), -(1 - sigmoid(logits))", "loses all digits"),
        (DERIVATIVES + "-sigmoid(logits)", "wanted two tensors"),
        (DERIVATIVES + "-torch.tanh(logits), -sigmoid(-logits)", "where D = "),
        (DERIVATIVES + "-sigmoid(logits).mean(), -sigmoid(-logits).mean()", "should have shape"),
        (
            "def my_derivatives(logits):\n    x = logits.clone().requires_grad_()\n"
            "    losses = (1 - sigmoid(x)).log(), -sigmoid(x).log()\n"
            "    return [torch.autograd.grad(y.sum(), x)[0] for y in losses]",
            "NaN or infinite at ℓ = 40",
        ),
        (
            "def my_derivatives(logits):\n    f = lambda x: (1 - sigmoid(x)).log()\n"
            "    return (f(logits + 0.01) - f(logits - 0.01)) / 0.02, -sigmoid(-logits)",
            "NaN or infinite at ℓ = 40",
        ),
    ],
    2: [
        (
            ARROWS + "return -torch.autograd.grad(loss(discriminator(x)), x)[0]",
            "multiply by the batch size",
        ),
        (
            ARROWS + "return len(x) * torch.autograd.grad(loss(discriminator(x)), x)[0]",
            "they point the wrong way",
        ),
        (
            ARROWS + "return torch.autograd.grad(loss(discriminator(x)), x)[0]",
            "and take minus the gradient",
        ),
        (
            ARROWS + "logits = discriminator(x)\n"
            "    return -len(x) * torch.autograd.grad(loss(logits), logits)[0].unsqueeze(-1)",
            "go on, back to x",
        ),
        (
            ARROWS + "return torch.autograd.grad(discriminator(x).sum(), x)[0]",
            "send the loss back, not the logit",
        ),
        (
            ARROWS + "return torch.autograd.grad(sigmoid(discriminator(x)).sum(), x)[0]",
            "the derivative of D(x), not of a loss",
        ),
        (
            ARROWS + "return -len(x) * torch.autograd.grad(loss(discriminator(x)), x)[0].squeeze()",
            "return the gradient as it comes",
        ),
        (
            ARROWS + "loss = lambda logits: softplus(-logits).mean()\n"
            "    return -len(x) * torch.autograd.grad(loss(discriminator(x)), x)[0]",
            "for log(1 − D) at x = ",
        ),
        (ARROWS + "return loss(discriminator(x))", "should have shape"),
    ],
}
