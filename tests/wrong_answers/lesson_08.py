"""Wrong answers to the exercises of lesson 08: {exercise: [(code, words that the hint must
contain)]}.
"""

FIT = """def my_fit(shares, centres, stds):
    mean = (shares * centres).sum()
    within = (shares * stds ** 2).sum()
    between = (shares * (centres - mean) ** 2).sum()
    return """
KL = "def my_kl(mu_a, std_a, mu_b, std_b):\n    return "
PRICE = "def my_price(logits):\n    r = torch.exp(logits)\n    return "

WRONG = {
    1: [
        (FIT + "mean, within + between", "that is the variance"),
        (FIT + "mean, within.sqrt()", "within the peaks alone"),
        (FIT + "mean, between.sqrt()", "their own widths are missing"),
        (FIT + "mean, (within + between + mean ** 2).sqrt()", "subtract the squared mean"),
        (FIT + "mean, (shares * stds).sum()", "the mean of the widths"),
        (FIT + "centres.mean(), (within + between).sqrt()", "the same share"),
        (FIT + "centres.sum(), (within + between).sqrt()", "your mean is"),
        (FIT + "mean, 2 * between", "your std is"),
        (FIT + "mean", "wanted two numbers"),
        (FIT + "centres, stds", "wanted one number"),
    ],
    2: [
        (
            KL + "torch.log(std_a / std_b) + (std_b ** 2 + (mu_a - mu_b) ** 2) / (2 * std_a ** 2)"
            " - 0.5",
            "KL(b‖a)",
        ),
        (
            KL + "torch.log(std_b / std_a) + (std_a ** 2 + (mu_a - mu_b) ** 2) / (2 * std_b ** 2)",
            "the ½ from the entropy",
        ),
        (
            KL + "torch.log(std_a / std_b) + (std_a ** 2 + (mu_a - mu_b) ** 2) / (2 * std_b ** 2)"
            " - 0.5",
            "turned over",
        ),
        (
            KL
            + "2 * torch.log(std_b / std_a) + (std_a ** 2 + (mu_a - mu_b) ** 2) / (2 * std_b ** 2)"
            " - 0.5",
            "halve it",
        ),
        (
            KL + "torch.log(std_b / std_a) + std_a ** 2 / (2 * std_b ** 2) - 0.5",
            "the distance of the means",
        ),
        (
            KL + "torch.log(std_b / std_a) + (std_a + (mu_a - mu_b) ** 2) / (2 * std_b) - 0.5",
            "square them",
        ),
        (KL + "(mu_a - mu_b) ** 2 / (2 * std_b ** 2)", "for one pair"),
        (KL + "(mu_a - mu_b).mean()", "should have shape"),
    ],
    3: [
        (PRICE + "r ** 2 - 1", "the sign is turned round"),
        (PRICE + "(r - 1) ** 2", "that is f(r) alone"),
        (PRICE + "-2 * r * (r - 1)", "f(r) is missing"),
        (PRICE + "2 * (r - 1)", "that is f′(r)"),
        (PRICE + "(r - 1) ** 2 + 2 * r * (r - 1)", "the sign of r f′(r)"),
        (PRICE + "1 - logits ** 2", "r is not the logit"),
        (PRICE + "-r", "the price of KL(p‖q)"),
        (PRICE + "-logits", "from ℓ = 0 to ℓ = -3 it changes by 3"),
        (PRICE + "(1 - r ** 2).mean()", "should have shape"),
    ],
}
