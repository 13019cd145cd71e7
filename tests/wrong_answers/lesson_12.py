"""Wrong answers to the exercises of lesson 12: {exercise: [(code, words that the hint must
contain)]}.
"""

GATE = (
    "def my_gate(z, output):\n    gate, delta = output.chunk(2, -1)\n    g = gate.sigmoid()\n   "
    " return "
)
BEST = (
    "def my_best_score(joint):\n    p_z, p_y = joint.sum(1, keepdim=True), joint.sum(0,"
    " keepdim=True)\n    return "
)
REPORT = """def my_report(asked, read, n_labels):
    table = torch.zeros(n_labels, n_labels)
    for a, r in zip(asked, read):
        table[a, r] += 1
    hits, n_asked, n_read = table.diag(), table.sum(1), table.sum(0)
    p, r, f = hits / n_read.clamp(min=1), hits / n_asked, 2 * hits / (n_asked + n_read)
    return """
PULL = "def my_pull(d, sigma_bar):\n    return "

WRONG = {
    1: [
        (GATE + "g * z + (1 - g) * delta", "the wrong way round"),
        (GATE + "(1 - gate) * z + gate * delta", "through a sigmoid"),
        (GATE + "(1 - delta.sigmoid()) * z + delta.sigmoid() * gate", "exchanged"),
        (GATE + "z + g * delta", "adds to z"),
        (GATE + "(1 - g) * z + g * delta.tanh()", "no tanh"),
        (GATE + "(1 - g) * z", "wanted"),
        (
            (
                "def my_gate(z, output):\n    g = output[..., ::2].sigmoid()\n    return (1 - g) *"
                " z + g * output[..., 1::2]"
            ),
            "not every other",
        ),
        (GATE + "torch.cat([z, delta], -1)", "should have shape"),
    ],
    2: [
        (BEST + "(joint / (p_z * p_y))", "the ratio itself"),
        (BEST + "(joint / (p_z * p_y)).log().sigmoid()", "a probability"),
        (BEST + "(joint / p_z).log()", "that is log p(y|z)"),
        (BEST + "(joint / p_y).log()", "that is log p(z|y)"),
        (BEST + "(p_z * p_y / joint).log()", "upside down"),
        (BEST + "(joint / p_z).logit()", "odds of y"),
        (BEST + "joint.log()", "alone"),
    ],
    3: [
        (REPORT + "r.mean(), p.mean(), f.mean()", "exchanged"),
        (
            REPORT + "p.mean(), r.mean(), 2 * p.mean() * r.mean() / (p.mean() + r.mean())",
            "F1 of the means",
        ),
        (REPORT + "(hits.sum() / table.sum(),) * 3", "pools all classes"),
        (REPORT + "(hits / n_read).mean(), r.mean(), f.mean()", "NaN"),
        (REPORT + "p[n_read > 0].mean(), r.mean(), f[n_read > 0].mean()", "never read"),
        (REPORT + "p.mean(), r.mean()", "three numbers"),
    ],
    4: [
        (PULL + "torch.log1p(d**2) / sigma_bar**2", "the penalty itself"),
        (PULL + "2 * d / (1 + d**2)", "is missing"),
        (PULL + "1 / (1 + d**2) / sigma_bar**2", "inner derivative"),
        (PULL + "2 * d / sigma_bar**2", "slope of d"),
        (
            PULL + "2 * (d / sigma_bar) / (1 + (d / sigma_bar)**2) / sigma_bar",
            "outside the logarithm",
        ),
        (PULL + "2 * d.abs() / (1 + d**2) / sigma_bar**2", "keep the sign"),
    ],
}
