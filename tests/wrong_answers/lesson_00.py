"""Wrong answers to the exercises of lesson 00: {exercise: [(code, words that the hint must
contain)]}.
"""

WRONG = {
    1: [
        ("def mean_per_seed(x):\n    return x.mean()", "averaged over the seeds too"),
        ("def mean_per_seed(x):\n    return x.mean(0)", "the batch is dimension 1"),
        ("def mean_per_seed(x):\n    return x.sum(1).squeeze(-1)", "you summed"),
        ("def mean_per_seed(x):\n    return x.mean(1)", "one axis of length 1 is left over"),
        ("def mean_per_seed(x):\n    x.mean((1, 2))", "return"),
        ("def mean_per_seed(x):\n    return x.median(1).values.squeeze(-1)", "wanted [3.0, 3.0]"),
        ("def mean_per_seed(x):\n    return x.nothing()", "AttributeError"),
    ],
}
