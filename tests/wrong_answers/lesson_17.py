"""Wrong answers to the exercises of lesson 17: {exercise: [(code, words that the hint must
contain)]}.
"""

NUMBER = (
    "def my_effective_number(said):\n"
    "    shares = [said.count(sentence) / len(said) for sentence in set(said)]\n"
    "    entropy = -sum(p * math.log(p) for p in shares)\n"
    "    return "
)
P = "def my_p_value(before, after, n):\n    t = before + after\n    return "
WAYS = "sum(math.comb(n, k) * math.comb(n, t - k) for k in range({})) / math.comb(2 * n, t)"

WRONG = {
    1: [
        (NUMBER + "entropy", "that is the entropy"),
        (NUMBER + "len(shares)", "weigh by frequency"),
        (NUMBER + "len(shares) / len(said)", "wanted exp(H)"),
        (NUMBER + "math.exp(-entropy)", "the sign is wrong"),
        (NUMBER + "2**entropy", "2 to the power"),
        (NUMBER + "math.exp(entropy / math.log(2))", "in bits"),
        (NUMBER + "1 / sum(p * p for p in shares)", "another count"),
        (NUMBER + "math.exp(entropy) / len(said)", "wanted exp(H)"),
        (NUMBER + "math.exp(entropy) - 1", "wanted exp(H)"),
        (NUMBER + "math.exp(entropy) if entropy else 0", "exp(H) = 1, not 0"),
        (NUMBER + "said", "wanted one number"),
    ],
    2: [
        (P + "math.comb(n, before) * math.comb(n, after) / math.comb(2 * n, t)", "that are larger"),
        (P + WAYS.format("before + 1, t + 1"), "begins at `before`"),
        (P + WAYS.format("before, t"), "the sum ends at t"),
        (P + WAYS.format("before"), "it wants `before` or more"),
        (P + WAYS.format("after, t + 1"), "the wrong way round"),
        (P + "sum(math.comb(t, k) for k in range(before, t + 1)) / 2**t", "a fair coin"),
        (P + "sum(math.comb(n, k) for k in range(before, t + 1)) / 2**n", "keep t"),
        (P + "min(1, 2 * " + WAYS.format("before, t + 1") + ")", "only falls count"),
        (P + "before / n", "wanted"),
    ],
}
