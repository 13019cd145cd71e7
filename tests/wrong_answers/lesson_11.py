"""Wrong answers to the exercises of lesson 11: {exercise: [(code, words that the hint must
contain)]}.
"""

LOSS = """def my_loss(x, x_hat, mu, logvar, std, beta):
    square, kl = (x - x_hat).square(), 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
    return """
RATE = "def my_rate_and_error(variances, std):\n    return "
ERROR = ", variances.clamp(max=std**2).sum()"
GOOD = "0.5 * (variances / std**2).log().clamp(min=0).sum(), "

WRONG = {
    1: [
        (
            (
                "def my_loss(x, x_hat, mu, logvar, std, beta):\n    kl = 0.5 * (mu.square() +"
                " logvar.exp() - 1 - logvar).sum(-1)\n    return ((x - x_hat).square().sum(-1) / 2"
                " + std**2 * beta * kl).mean()"
            ),
            "times std²",
        ),
        (
            LOSS + "(square.mean(-1) / (2 * std ** 2) + beta * kl.sum(-1)).mean()",
            "averaged over pixels",
        ),
        (
            LOSS + "(square.mean(-1) + beta * kl.mean(-1)).mean()",
            "averaged over pixels, and not divided",
        ),
        (
            LOSS + "(square.sum(-1) / (2 * std ** 2) + beta * kl.mean(-1)).mean()",
            "averaged over z_dim",
        ),
        (LOSS + "(square.sum(-1) / std ** 2 + beta * kl.sum(-1)).mean()", "lack the ½"),
        (LOSS + "(square.sum(-1) / (2 * std) + beta * kl.sum(-1)).mean()", "std is not squared"),
        (LOSS + "(square.sum(-1) + beta * kl.sum(-1)).mean()", "std is missing"),
        (LOSS + "(square.sum(-1) / (2 * std ** 2) + kl.sum(-1)).mean()", "beta is missing"),
        (
            LOSS + "(square.sum(-1) / (2 * std ** 2) - beta * kl.sum(-1)).mean()",
            "the sign of the KL",
        ),
        (LOSS + "square.sum() / (2 * std ** 2) + beta * kl.sum()", "summed over the batch"),
        (LOSS + "square.sum(-1) / (2 * std ** 2) + beta * kl.sum(-1)", "one number is wanted"),
        (
            LOSS + "(square.sum(-1) / (2 * std ** 2) + 2 * beta * kl.sum(-1)).mean()",
            "the ½ of the KL",
        ),
    ],
    2: [
        (RATE + "0.5 * (variances / std**2).log().sum()" + ERROR, "negative rate"),
        (RATE + "(variances / std**2).log().clamp(min=0).sum()" + ERROR, "lacks its ½"),
        (RATE + "0.5 * (variances / std**2).log2().clamp(min=0).sum()" + ERROR, "natural log"),
        (RATE + "0.5 * (variances / std).log().clamp(min=0).sum()" + ERROR, "σ_x² is wanted"),
        (RATE + "0.5 * (variances / std**2).log().clamp(min=0).mean()" + ERROR, "sum them"),
        (RATE + GOOD + "(variances > std**2).sum() * std**2", "not used is missing"),
        (RATE + GOOD + "variances[variances <= std**2].sum()", "has an error, too"),
        (RATE + GOOD + "variances.clamp(min=std**2).sum()", "the smaller"),
        (RATE + GOOD + "len(variances) * std**2", "loses only λ"),
        (RATE + GOOD + "variances.clamp(max=std).sum()", "σ_x² is wanted"),
        (RATE + GOOD + "variances.clamp(max=std**2).mean()", "mean over the axes"),
        (RATE + GOOD + "variances.sum()", "without any code"),
        (RATE + ERROR[2:] + ", " + GOOD[:-2], "other order"),
        (RATE + "variances.log().sum()" + ERROR, "the rate comes out as"),
        (RATE + "variances.sum()", "two numbers are wanted"),
    ],
}
