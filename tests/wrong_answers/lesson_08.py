"""Wrong answers to the exercises of lesson 08: {exercise: [(code, words that the hint must
contain)]}.
"""

KLS = """def my_kls(log_p, log_q, step):
    p, q = log_p.exp(), log_q.exp()
    return """
LOSS = "def my_loss(logits):\n    r = torch.exp(logits)\n    return "

WRONG = {
    1: [
        (KLS + "(q * (log_q - log_p)).sum() * step, (p * (log_p - log_q)).sum() * step", "order"),
        (KLS + "(p * (log_q - log_p)).sum() * step, (q * (log_p - log_q)).sum() * step", "sign"),
        (KLS + "(p * (log_p - log_q)).sum() * step, (q * (log_p - log_q)).sum() * step", "second"),
        (KLS + "(p * (log_p - log_q)).sum(), (q * (log_q - log_p)).sum()", "the step is missing"),
        (
            KLS + "(p * (log_p - log_q)).sum() * step / math.log(2), "
            "(q * (log_q - log_p)).sum() * step / math.log(2)",
            "bits",
        ),
        (KLS + "(p * (log_p - log_q)).sum() * step, (p * (log_p - log_q)).sum() * step", "both"),
        (KLS + "-(p * log_q).sum() * step, -(q * log_p).sum() * step", "alone"),
        (KLS + "(log_p - log_q).sum() * step, (log_q - log_p).sum() * step", "your KL"),
        (KLS + "(p * (log_p - log_q)).sum() * step", "wanted two numbers"),
        (
            KLS + "(p * torch.log(p / q)).sum() * step, (q * torch.log(q / p)).sum() * step",
            "NaN or infinite",
        ),
        (
            KLS + "(p * ((p + 1e-30) / (q + 1e-30)).log()).sum() * step, "
            "(q * ((q + 1e-30) / (p + 1e-30)).log()).sum() * step",
            "far apart",
        ),
    ],
    2: [
        (LOSS + "r ** 2 - 1", "the sign is turned round"),
        (LOSS + "(r - 1) ** 2", "that is f(r) alone"),
        (LOSS + "-2 * r * (r - 1)", "f(r) is missing"),
        (LOSS + "2 * (r - 1)", "that is f′(r)"),
        (LOSS + "(r - 1) ** 2 + 2 * r * (r - 1)", "the sign of r f′(r)"),
        (LOSS + "1 - logits ** 2", "r is not the logit"),
        (LOSS + "-r", "the loss of KL(p‖q)"),
        (LOSS + "-logits", "from ℓ = 0 to ℓ = -3 it changes by 3"),
        (LOSS + "(1 - r ** 2).mean()", "should have shape"),
    ],
}
