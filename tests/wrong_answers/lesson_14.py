"""Wrong answers to the exercises of lesson 14: {exercise: [(code, words that the hint must
contain)]}.
"""

TEST = (
    "def my_test(kl):\n    mu, logvar = torch.randn(2, 50, 4, dtype=torch.float64)\n    right = 0.5"
    " * (mu**2 + logvar.exp() - 1 - logvar)\n    return "
)
BETA = "def my_beta(weight, lengths, z_dim):\n    t = lengths.double().mean()\n    return "
INFO = "def my_information(log_q):\n    return "
NUCLEUS = """def my_nucleus(logits, p):
    probs, order = logits.softmax(-1).sort(-1, descending=True)
    before = probs.cumsum(-1) - probs
    kept = probs * (before < p)
    """

WRONG = {
    1: [
        (
            (
                "def my_test(kl):\n    zero = torch.zeros(3, 2)\n    return bool((kl(zero, zero) =="
                " 0).all())"
            ),
            "lets a KL through that reads logvar",
        ),
        (
            (
                "def my_test(kl):\n    mu = torch.randn(9, 3)\n    return torch.allclose(kl(mu, 0 *"
                " mu), 0.5 * (mu ** 2).sum(-1))"
            ),
            "reads logvar as log σ",
        ),
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 9, 3)\n    return bool((kl(mu,"
                " logvar) >= 0).all())"
            ),
            "lets a KL through that reads logvar",
        ),
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 9, 3)\n    return"
                " torch.allclose(kl(mu, logvar), 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 *"
                " logvar).sum(-1))"
            ),
            "refuses the right KL",
        ),
        (TEST + "torch.isclose(kl(mu, logvar), right.sum(-1))", "one answer is wanted"),
        (TEST + "abs(kl(mu, logvar).sum() - right.sum()) < 1e-6", "averaged over the batch"),
        (
            TEST + "kl(mu, logvar).shape == (50,) and "
            "torch.allclose(kl(mu, logvar), right.sum(-1), rtol=0.3)",
            "too large",
        ),
        (
            TEST + "kl(mu, logvar).shape == (50,) and "
            "torch.allclose(kl(mu, logvar), right.sum(-1), rtol=0.04)",
            "too large",
        ),
    ],
    2: [
        (BETA + "weight * t", "z_dim is missing"),
        (BETA + "weight", "ignores both"),
        (BETA + "weight / z_dim", "the words are missing"),
        (BETA + "weight * z_dim / t", "wrong way round"),
        (BETA + "weight * lengths.max() / z_dim", "up to the longest"),
        (BETA + "weight * lengths.sum() / z_dim", "one batch cancels"),
        (BETA + "t / z_dim", "the weight is missing"),
        (BETA + "weight * lengths / z_dim", "one number"),
        (BETA + "weight * t ** 2 / z_dim", "multiply the loss"),
        (BETA + "weight * lengths.double().median() / z_dim", "median"),
        (BETA + "weight * np.median(lengths) / z_dim", "median"),
    ],
    3: [
        (INFO + "(log_q.diag() - log_q.logsumexp(1)).mean()", "log n is missing"),
        (INFO + "(log_q.diag() - log_q.logsumexp(1) - math.log(len(log_q))).mean()", "wrong sign"),
        (
            INFO + "(log_q.diag() - log_q.logsumexp(0) + math.log(len(log_q))).mean()",
            "the columns of a row",
        ),
        (INFO + "(log_q.diag() - log_q.logsumexp(1) + math.log(len(log_q))).sum()", "mean over i"),
        (INFO + "(log_q.diag() - log_q.mean(1)).mean()", "log of the mean"),
        (
            INFO + "(log_q - log_q.logsumexp(1, keepdim=True) + math.log(len(log_q))).mean()",
            "the diagonal",
        ),
        (INFO + "log_q.diag() - log_q.logsumexp(1) + math.log(len(log_q))", "one number"),
        (INFO + "log_q.diag().mean()", "minus the log of the row's mean"),
    ],
    4: [
        (NUCLEUS + "return torch.zeros_like(probs).scatter(-1, order, kept)", "the sum is not 1"),
        (NUCLEUS + "return kept / kept.sum(-1, keepdim=True)", "bring them back"),
        (
            NUCLEUS.replace("(before < p)", "(before + probs <= p)")
            + "return torch.zeros_like(probs).scatter(-1, order, kept / kept.sum(-1,"
            " keepdim=True))",
            "the word that reaches p",
        ),
        (
            NUCLEUS.replace("(before < p)", "(before < -1)")
            + "return torch.zeros_like(probs).scatter(-1, order, kept / kept.sum(-1,"
            " keepdim=True))",
            "NaN",
        ),
        ("def my_nucleus(logits, p):\n    return logits.softmax(-1)", "nothing is cut off"),
        (
            (
                "def my_nucleus(logits, p):\n    probs = logits.softmax(-1)\n    kept = probs *"
                " (probs >= 1 - p)\n    return kept / kept.sum(-1, keepdim=True).clamp(min=1e-9)"
            ),
            "the row keeps",
        ),
    ],
}

MORE = {
    1: [
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 1, 4)\n    return"
                " torch.allclose(kl(mu, logvar), gaussian_kl(mu, logvar))"
            ),
            "averaged over the batch",
        ),
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 9, 1)\n    return"
                " torch.allclose(kl(mu, logvar).flatten(), gaussian_kl(mu, logvar))"
            ),
            "averaged over the dimensions",
        ),
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 9, 3)\n    return"
                " torch.allclose(kl(mu, logvar), gaussian_kl(mu, logvar), atol=100)"
            ),
            "a tight tolerance",
        ),
        (
            (
                "def my_test(kl):\n    logvar = torch.randn(9, 3)\n    return torch.allclose(kl(0 *"
                " logvar, logvar), gaussian_kl(0 * logvar, logvar))"
            ),
            "ignores mu",
        ),
        (
            (
                "def my_test(kl):\n    mu, logvar = torch.randn(2, 50, 4, dtype=torch.float64)\n   "
                " got, right = kl(mu, logvar), gaussian_kl(mu, logvar)\n    return got.shape =="
                " right.shape and torch.allclose(got - got[:1], right - right[:1])"
            ),
            "lacks the −1",
        ),
    ],
    2: [
        (BETA + "weight * t * z_dim", "divided by z_dim, not multiplied"),
        (BETA + "weight * (t + 1) / z_dim", "EOS is among the words"),
        (BETA + "weight / (1 / lengths.double()).mean() / z_dim", "sentence by sentence"),
    ],
    3: [
        (
            INFO + "(log_q.diag() - log_q.logsumexp(1)).mean() + math.log(2000)",
            "size of this table",
        ),
        (
            INFO + "(log_q.diag() - log_q.logsumexp(1) + math.log(len(log_q))).exp().mean().log()",
            "mean of the logs",
        ),
        (INFO + "(log_q.exp().diag() / log_q.exp().mean(1)).mean()", "the log is missing"),
    ],
    4: [
        (
            NUCLEUS + "gone = torch.zeros_like(probs).scatter(-1, order, kept) == 0\n    return"
            " logits.masked_fill(gone, -math.inf)",
            "logits still",
        ),
        (
            NUCLEUS + "return torch.zeros_like(probs).scatter(-1, order, kept / kept.sum(-1,"
            " keepdim=True)).softmax(-1)",
            "a second softmax",
        ),
        (
            NUCLEUS + "return torch.zeros_like(probs).scatter(-1, order, (kept > 0).float())",
            "which words are kept",
        ),
        (
            NUCLEUS + "return (kept / kept.sum(-1, keepdim=True)).gather(-1, order)",
            "the row keeps",
        ),
    ],
}
WRONG = {exercise: [*answers, *MORE[exercise]] for exercise, answers in WRONG.items()}
