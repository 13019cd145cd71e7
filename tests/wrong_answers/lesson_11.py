"""Wrong answers to the exercises of lesson 11: {exercise: [(code, words that the hint must
contain)]}.
"""

STD = "def my_std(std, beta):\n    return "
LOSS = """def my_loss(x, x_hat, mu, logvar, std, beta):
    square, kl = (x - x_hat).square(), 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
    return """
LEVEL = """def my_level(variances, budget):
    low, high = torch.tensor(1e-12).log(), variances.max().log()
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if RATE > budget else (low, middle)
    return """
RECON = (
    "def my_recon(x, x_hat):\n    d, error = x.shape[-1], (x - x_hat).square().mean((-2, -1))\n   "
    " return "
)

WRONG = {
    1: [
        (STD + "std * beta", "std² · beta"),
        (STD + "std ** 2 * beta", "take the root"),
        (STD + "std / beta ** 0.5", "wrong way round"),
        (STD + "std / beta", "wrong way round"),
        (STD + "std", "ignores beta"),
        (STD + "(std * beta ** 0.5).mean()", "shape"),
        (STD + "std + beta", "factor of the KL"),
    ],
    2: [
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
    3: [
        ("def my_level(variances, budget):\n    return float('nan')", "NaN"),
        (
            LEVEL.replace("RATE", "((variances.log() - middle) / 2).clamp(min=0).sum()")
            + "middle.exp()",
            "take the root",
        ),
        (
            LEVEL.replace("RATE", "((variances.log() - middle) / 2).sum()") + "(middle / 2).exp()",
            "drowned axes",
        ),
        (
            LEVEL.replace("RATE", "(variances.log() - middle).clamp(min=0).sum()")
            + "(middle / 2).exp()",
            "with the ½",
        ),
        (
            LEVEL.replace("RATE", "((variances.log() - middle) / 2).clamp(min=0).sum()")
            + "-(middle / 2).exp()",
            "above 0",
        ),
        ("def my_level(variances, budget):\n    return variances.max().sqrt()", "yours spends"),
        ("def my_level(variances, budget):\n    return variances", "wanted one number"),
    ],
    4: [
        (RECON + "d / 2 * torch.log(2 * math.pi * error)", "not nothing"),
        (RECON + "0.5 * (1 + torch.log(2 * math.pi * error))", "per pixel"),
        (RECON + "d / 2 * (1 + torch.log(2 * math.pi * error * d))", "not the sum over the pixels"),
        (RECON + "d / 2 * (1 + torch.log(2 * math.pi * error)).mean()", "keep the seed axis"),
        (
            RECON
            + "(d / 2 * (1 + torch.log(2 * math.pi * (x - x_hat).square().mean(-1)))).mean(-1)",
            "each picture got",
        ),
        (
            RECON + "d / 2 * (1 + torch.log(2 * math.pi * (x - x_hat).square().mean(-1)))",
            "one number for each seed",
        ),
        (RECON + "d / 2 * torch.log(error)", "the constants"),
        (RECON + "d / 2 * (1 + torch.log(error))", "2π is missing"),
        (RECON + "d / 2 * (1 + math.log(2 * math.pi)) + d * torch.log(error)", "half of log"),
    ],
}
