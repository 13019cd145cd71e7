"""Wrong answers to the exercises of lesson 04: {exercise: [(code, words that the hint must
contain)]}.
"""

SLOPES = "def my_slopes(logits):\n    return "
NEXT = "import math\ndef my_next_step(logit):\n    return "
DIVERGENCE = """def my_divergence(p, q):
    def kl(a, b):
        return torch.xlogy(a, a / b).sum(-1)
    m = (p + q) / 2
    return """
PLAIN = "def my_divergence(p, q):\n    m = (p + q) / 2\n    return "

WRONG = {
    1: [
        (SLOPES + "-sigmoid(-logits), -sigmoid(logits)", "in the wrong order"),
        (
            SLOPES + "-sigmoid(logits), sigmoid(-logits)",
            "you have the slope of log D, not of −log D",
        ),
        (SLOPES + "sigmoid(logits), -sigmoid(-logits)", "the sign is off: log(1 − D)"),
        (SLOPES + "-1 / (1 - sigmoid(logits)), -1 / sigmoid(logits)", "d/dD"),
        (SLOPES + "-1 / sigmoid(-logits), -sigmoid(-logits)", "grows without bound: that is d/dD"),
        (
            SLOPES + "-sigmoid(logits), -1 / sigmoid(logits).clamp(min=1e-6)",
            "grows without bound: that is d/dD",
        ),
        (
            SLOPES + "-sigmoid(logits) * sigmoid(-logits), -sigmoid(-logits)",
            "the sigmoid's slope alone",
        ),
        (SLOPES + "-sigmoid(logits), -(1 - sigmoid(logits))", "loses all digits"),
        (SLOPES + "-sigmoid(logits)", "wanted two tensors"),
        (SLOPES + "-torch.tanh(logits), -sigmoid(-logits)", "where D = "),
        (SLOPES + "-sigmoid(logits).mean(), -sigmoid(-logits).mean()", "should have shape"),
        (
            "def my_slopes(logits):\n    x = logits.clone().requires_grad_()\n"
            "    losses = (1 - sigmoid(x)).log(), -sigmoid(x).log()\n"
            "    return [torch.autograd.grad(y.sum(), x)[0] for y in losses]",
            "NaN or infinite at ℓ = 40",
        ),
        (
            "def my_slopes(logits):\n    f = lambda x: (1 - sigmoid(x)).log()\n"
            "    return (f(logits + 0.01) - f(logits - 0.01)) / 0.02, -sigmoid(-logits)",
            "NaN or infinite at ℓ = 40",
        ),
    ],
    2: [
        (NEXT + "1 + math.exp(-logit)", "at logit 0 the slope is not 1"),
        (NEXT + "math.exp(-logit)", "the ratio of the odds"),
        (NEXT + "2 / (1 + math.exp(-logit))", "turned over"),
        (NEXT + "(1 + math.exp(logit)) / 2", "that shrinks"),
        (NEXT + "1.0", "the rate stays, but the slope does not"),
        (NEXT + "0.5 * (1 + math.exp(logit)) * (1 + math.exp(-logit)) / 2", "the sigmoid's slope"),
        (NEXT + "-logit", "wanted 1.324"),
        (NEXT + "(logit, 0)", "wanted one number"),
    ],
    3: [
        (DIVERGENCE + "kl(m, p)", "half of it"),
        (DIVERGENCE + "2 * kl(p, m)", "the roles are exchanged"),
        (DIVERGENCE + "2 * kl(m, q + 1e-300)", "p and q are exchanged"),
        (DIVERGENCE + "kl(q, p) - (kl(p, m) + kl(q, m)) / 2", "one JS is missing"),
        (DIVERGENCE + "kl(q, p) - 2 * (kl(p, m) + kl(q, m))", "JS has a half"),
        (DIVERGENCE + "kl(q, p)", "subtract 2 JS"),
        (DIVERGENCE + "kl(p, m) + kl(q, m)", "what log(1 − D) descends"),
        (DIVERGENCE + "kl(p, m) + kl(q, m) - kl(q, p)", "the sign is turned round"),
        (DIVERGENCE + "kl(q, p) - kl(q, m)", "the terms with p are missing"),
        (DIVERGENCE + "kl(q, p) - kl(q, m) + 0.693147180559945", "the value of E_q[−log D*]"),
        (
            PLAIN + "(q * (q / p).log() - p * (p / m).log() - q * (q / m).log()).sum(-1)",
            "torch.xlogy",
        ),
        (PLAIN + "2 * m * (m / p).log()", "sum over the last axis"),
        (DIVERGENCE + "2 * kl(m, p).mean()", "should have shape"),
    ],
}
