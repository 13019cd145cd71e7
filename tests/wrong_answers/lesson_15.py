"""Wrong answers to the exercises of lesson 15: {exercise: [(code, words that the hint must
contain)]}.
"""

INFO = "def my_information(log_q):\n    return "
BITS = "def my_free_bits(kl, floor):\n    mean = kl.mean(0)\n    return "

WRONG = {
    1: [
        (INFO + "(log_q.diag() - log_q.logsumexp(1)).mean()", "log n is missing"),
        (INFO + "(log_q.diag() - log_q.logsumexp(1)).mean() - math.log(len(log_q))", "wrong sign"),
        (
            INFO + "(log_q.diag() - log_q.logsumexp(0)).mean() + math.log(len(log_q))",
            "the columns of a row",
        ),
        (INFO + "(log_q.diag() - log_q.logsumexp(1) + math.log(len(log_q))).sum()", "mean over i"),
        (INFO + "(log_q.diag() - log_q.mean(1)).mean()", "log of the mean"),
        (
            INFO + "(log_q - log_q.logsumexp(1, keepdim=True)).mean() + math.log(len(log_q))",
            "the diagonal",
        ),
        (INFO + "log_q.diag() - log_q.logsumexp(1) + math.log(len(log_q))", "one number"),
        (INFO + "log_q.diag().mean()", "minus the log of the row's mean"),
        (INFO + "(log_q.diag() - log_q.logsumexp(1)).mean() + math.log(2000)", "this table"),
        (INFO + "(log_q.exp().diag() / log_q.exp().mean(1)).mean()", "the log is missing"),
        (
            INFO + "(log_q.exp().diag() / log_q.exp().mean(1)).mean().log()",
            "mean of the logs",
        ),
        (INFO + "(log_q.diag() - log_q.exp().mean(1).log()).mean()", "use logsumexp"),
        (
            INFO + "log_q.diag().mean() - log_q.logsumexp((0, 1)) + 2 * math.log(len(log_q))",
            "each row",
        ),
        (
            INFO
            + "((log_q.diag() - log_q.logsumexp(1)).mean() + math.log(len(log_q))) / 0.6931472",
            "bits",
        ),
    ],
    2: [
        (BITS + "mean.sum()", "a floor of its own"),
        (BITS + "kl.clamp(min=floor).mean(0).sum()", "first the mean over the batch"),
        (BITS + "kl.sum(1).clamp(min=floor).mean()", "a whole sentence"),
        (BITS + "mean.sum().clamp(min=floor)", "a floor of its own"),
        (BITS + "mean.sum().clamp(min=floor * 8)", "one dimension may use up"),
        (BITS + "mean.clamp(max=floor).sum()", "a ceiling"),
        (BITS + "(mean - floor).clamp(min=0).sum()", "lower by the floor"),
        (BITS + "mean.clamp(min=floor).mean()", "sum over the dimensions"),
        (BITS + "mean.clamp(min=floor).sum() * len(kl)", "take the mean"),
        (BITS + "(mean * (mean > floor)).sum()", "not as 0"),
        (BITS + "-mean.clamp(min=floor).sum()", "the sign"),
        (BITS + "mean.clamp(min=floor)", "one number"),
    ],
}
