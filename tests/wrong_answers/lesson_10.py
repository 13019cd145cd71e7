"""Wrong answers to the exercises of lesson 10: {exercise: [(code, words that the hint must
contain)]}.
"""

KL = "def my_kl(mu, logvar, mu_p, logvar_p):\n    return "
SCORE = """def my_slopes(values, eps, logvar):
    n, std = len(values), (logvar / 2).exp()
    above = ((values - values.mean()) * n / (n - 1)).unsqueeze(1)
    return """

WRONG = {
    1: [
        (
            KL + "0.5 * ((logvar_p.exp() + (mu - mu_p) ** 2) / logvar.exp() - 1 + logvar -"
            " logvar_p).sum(-1)",
            "KL(p‖q)",
        ),
        (
            KL + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1 + logvar_p -"
            " logvar).mean(-1)",
            "sum over z_dim",
        ),
        (
            KL + "((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1 + logvar_p -"
            " logvar).sum(-1)",
            "½ in front",
        ),
        (
            KL + "((logvar_p - logvar) + ((2 * logvar).exp() + (mu - mu_p) ** 2) / (2 * (2 *"
            " logvar_p).exp()) - 0.5).sum(-1)",
            "log σ²",
        ),
        (
            KL + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1).sum(-1)",
            "logarithms of the variances are missing",
        ),
        (
            KL + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1 - logvar_p +"
            " logvar).sum(-1)",
            "wrong sign",
        ),
        (
            KL + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() + logvar_p -"
            " logvar).sum(-1)",
            "is not 0",
        ),
        (KL + "0.5 * (mu ** 2 + logvar.exp() - 1 - logvar).sum(-1)", "do not occur"),
        (
            KL + "0.5 * (logvar.exp() / logvar_p.exp() + (mu - mu_p) ** 2 - 1 + logvar_p -"
            " logvar).sum(-1)",
            "units of p's spread",
        ),
        (
            KL
            + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1 + logvar_p - logvar)",
            "sum over the last axis",
        ),
        (
            KL + "0.5 * ((logvar.exp() + (mu - mu_p) ** 2) / logvar_p.exp() - 1 + logvar_p -"
            " logvar).sum()",
            "the batch stays",
        ),
        (KL + "(mu - mu_p).abs().sum(-1)", "for one pair it gives"),
    ],
    2: [
        (
            SCORE
            + "(values.unsqueeze(1) * eps / std).mean(0), (values.unsqueeze(1) * (eps ** 2 - 1) /"
            " 2).mean(0)",
            "no baseline",
        ),
        (
            SCORE
            + "tuple((n - 1) / n * s for s in ((above * eps / std).mean(0), (above * (eps ** 2 - 1)"
            " / 2).mean(0)))",
            "own value",
        ),
        (SCORE + "(above * eps / std).sum(0), (above * (eps ** 2 - 1) / 2).sum(0)", "it is a mean"),
        (
            SCORE + "(above * eps * std).mean(0), (above * (eps ** 2 - 1) / 2).mean(0)",
            "multiplied by σ",
        ),
        (SCORE + "(above * eps).mean(0), (above * (eps ** 2 - 1) / 2).mean(0)", "lacks 1/σ"),
        (
            SCORE + "(above * eps / std ** 2).mean(0), (above * (eps ** 2 - 1) / 2).mean(0)",
            "divided by σ²",
        ),
        (
            SCORE + "(above * eps / std).mean(0), (above * (eps ** 2 - 1)).mean(0)",
            "slope for log σ",
        ),
        (
            SCORE + "(above * eps / std).mean(0), (above * (eps ** 2 - 1) / std).mean(0)",
            "slope for σ",
        ),
        (
            SCORE + "-(above * eps / std).mean(0), -(above * (eps ** 2 - 1) / 2).mean(0)",
            "sign is turned round",
        ),
        (SCORE + "(above * eps / std).mean(0)", "wanted two tensors"),
        (SCORE + "above * eps / std, above * (eps ** 2 - 1) / 2", "mean over the draws"),
        (SCORE + "(above * eps / std).mean(0), (above * eps).mean(0)", "the slope for logvar is"),
    ],
}
