"""Wrong answers to the exercises of lesson 16: {exercise: [(code, words that the hint must
contain)]}.
"""

TURN = "def my_schedule(i, m, n):\n    return "
REWARD = "def my_reward(sentence):\n    return "
BCE = "def my_bce(logits, y):\n    "
FISHER = "def my_p_value(before, after, n):\n    k = before + after\n    return "

WRONG = {
    1: [
        (TURN + '"critic" if i % (m + n) >= m else "actor"', "the wrong way round"),
        (TURN + '"actor" if i % (m + n) < n else "critic"', "the actor goes first"),
        (TURN + '"actor" if i >= m else "critic"', "begin again"),
        (TURN + '"actor" if i % m >= m - n else "critic"', "m + n batches"),
        (TURN + '"actor" if i % (m + n) > m else "critic"', "one batch too many"),
        (TURN + '"actor" if i % (m + 1) == m else "critic"', "whatever n is"),
        (TURN + '"actor" if i % m == 0 else "critic"', "one actor batch in m"),
        (TURN + '"actor" if (i - 1) % (m + n) >= m else "critic"', "counted from 1"),
        (TURN + "i % (m + n) >= m", '"critic" or "actor"'),
        (TURN + '"critic"', "from batch 0 on"),
        (TURN + '"actor" if (i // m) % 2 else "critic"', "from batch 0 on"),
    ],
    2: [
        (REWARD + '"pear" in sentence', "“Pears”"),
        (REWARD + '"pear" in sentence.lower()', "“appear” is no pear"),
        (REWARD + '"pear" in sentence.lower().split()', "“Pears”"),
        (
            REWARD + '"pear" in sentence.lower().split() or "pears" in sentence.lower().split()',
            "the mark",
        ),
        (REWARD + '"pear" in tokenise(sentence)', "“Pears”"),
        (REWARD + 'any(word.startswith("pear") for word in tokenise(sentence))', "“pearl”"),
        (
            REWARD + '[word for word in tokenise(sentence) if word in ("pear", "pears")]',
            "True or False",
        ),
        (REWARD + 'tokenise(sentence)[0] in ("pear", "pears")', "the plain case"),
        (REWARD + 'any(word in "pears" for word in tokenise(sentence))', "a pea is no pear"),
        (REWARD + 'max(word in ("pear", "pears") for word in tokenise(sentence))', "it stops on"),
    ],
    3: [
        (BCE + "return (softplus(logits) - y * logits).mean()", "that is the failure"),
        (
            BCE + "p = torch.sigmoid(logits)\n    return -(y * p.log() + (1 - y) * (1 -"
            " p).log()).mean()",
            "that is the failure",
        ),
        (
            BCE
            + "y, p = (y + 1) / 2, torch.sigmoid(logits)\n    return -(y * p.log() + (1 - y) * (1 -"
            " p).log()).mean()",
            "±1000",
        ),
        (BCE + "return softplus(y * logits).mean()", "wrong way round"),
        (BCE + "return softplus(-y * logits).sum()", "not the sum"),
        (BCE + "return softplus(-y * logits)", "one number"),
        (BCE + "return torch.log(1 + torch.exp(-y * logits)).mean()", "±1000"),
        (BCE + "y = (y + 1) / 2\n    return (y * softplus(-logits)).mean()", "y = −1 are missing"),
        (BCE + "return (1 - y * logits).clamp(min=0).mean()", "hinge"),
        (BCE + "return torch.nn.functional.logsigmoid(y * logits).mean()", "the sign"),
        (
            BCE
            + "y, p = (y + 1) / 2, torch.sigmoid(logits)\n    return -(y * (p + 1e-8).log() + (1 -"
            " y) * (1 - p + 1e-8).log()).mean()",
            "cut off",
        ),
        (BCE + "return softplus(-y * logits / 2).mean()", "for 40 random logits"),
    ],
    4: [
        (
            FISHER + "math.comb(n, before) * math.comb(n, after) / math.comb(2 * n, k)",
            "add those that are more extreme",
        ),
        (
            FISHER
            + "2 * sum(math.comb(n, j) * math.comb(n, k - j) for j in range(before, k + 1)) /"
            " math.comb(2 * n, k)",
            "two-sided",
        ),
        (
            FISHER
            + "sum(math.comb(n, j) * math.comb(n, k - j) for j in range(before + 1, k + 1)) /"
            " math.comb(2 * n, k)",
            "belongs to it",
        ),
        (
            FISHER
            + "sum(math.comb(n, j) * math.comb(n, k - j) for j in range(before)) / math.comb(2 *"
            " n, k)",
            "the other tail",
        ),
        (
            FISHER
            + "sum(math.comb(n, j) * math.comb(n, k - j) for j in range(before + 1)) / math.comb(2"
            " * n, k)",
            "the other tail",
        ),
        (FISHER + "sum(math.comb(k, j) for j in range(before, k + 1)) / 2 ** k", "coins"),
        (FISHER + "(1 - before / n) ** n", "it was measured, too"),
        (
            FISHER + "sum(math.comb(n, j) * math.comb(n, k - j) for j in range(before, k + 1))",
            "got",
        ),
    ],
}
