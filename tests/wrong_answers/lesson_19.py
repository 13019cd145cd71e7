"""Wrong answers to the exercises of lesson 19: {exercise: [(code, words that the hint must
contain)]}.
"""

SPLIT = "def my_split(number, dice):\n    "
GROUPS = SPLIT + "_, group, size = number.unique(return_inverse=True, return_counts=True)\n    "
REWARD = "def my_reward(line):\n    words = line.split()\n    return "
PARZEN = (
    "def my_parzen(points, samples, h):\n    d, n = points.shape[1], len(samples)\n    square ="
    " torch.cdist(points, samples).square()\n    return "
)
SCALE = "d * math.log(h * math.sqrt(2 * math.pi))"
P = "def my_p_value(right, n):\n    far = abs(2 * right - n)\n    return "

WRONG = {
    1: [
        (SPLIT + "return torch.rand(len(number), generator=dice) < 0.2", "groups are parted"),
        (SPLIT + "return number % 5 == 0", "two seeds give the same lines"),
        (SPLIT + "return torch.zeros(len(number), dtype=torch.bool)", "none are held back"),
        (
            GROUPS
            + "chosen = torch.rand(len(size), generator=dice) < 0.5\n    return chosen[group]",
            "wanted about 20 %",
        ),
        (
            GROUPS + "chosen = torch.zeros(len(size), dtype=torch.bool)\n   "
            " chosen[torch.randperm(len(size), generator=dice)[:len(size) // 5]] = True\n   "
            " return chosen[group]",
            "count lines, not groups",
        ),
        (
            GROUPS
            + "chosen = torch.rand(len(size)) < 0.2\n    chosen[size.argmax()] = False\n    return"
            " chosen[group]",
            "the same seed gives different lines",
        ),
        (
            GROUPS + "chosen = torch.rand(len(size), generator=dice) < 0.2\n    return"
            " chosen[group].long()",
            "make it .bool()",
        ),
        (GROUPS + "return torch.randperm(len(number), generator=dice)", "list of places"),
        (GROUPS + "return torch.rand(len(size), generator=dice) < 0.2", "should have shape"),
    ],
    2: [
        (
            "def my_reward(line):\n    return int('with' in line and 'and' in line)",
            "pieces of words",
        ),
        (REWARD + "int('with' in words and 'and' in words)", "before “with”"),
        (REWARD + "int('and' in words)", "has no marks"),
        (REWARD + "int('with' in words)", "one mark is not two"),
        (
            REWARD + "int('with' in words and 'and' in words and words.index('and') >"
            " words.index('with'))",
            "the first “and” may stand before",
        ),
        (
            (
                "def my_reward(line):\n    return int('with' in line and 'and' in"
                " line[line.index('with'):])"
            ),
            "“without” holds",
        ),
        (REWARD + "words.count('and') + ('with' in words)", "not how many"),
        (
            REWARD + "1 - int('with' in words and 'and' in words[words.index('with'):])",
            "the other way round",
        ),
        (REWARD + "int('and' in words[words.index('with'):])", "ValueError"),
    ],
    3: [
        (PARZEN + "(-square / (2 * h**2)).logsumexp(1) - " + SCALE, "log n is missing"),
        (PARZEN + "(-square / (2 * h**2)).logsumexp(1) - math.log(n)", "factor is missing"),
        (PARZEN + "(-square / (2 * h**2)).exp().mean(1).log() - " + SCALE, "use torch.logsumexp"),
        (
            PARZEN
            + "(-square / (2 * h**2)).logsumexp(1) - math.log(n) - math.log(h * math.sqrt(2 *"
            " math.pi))",
            "of one dimension",
        ),
        (
            PARZEN
            + "(-square / (2 * h**2)).logsumexp(1) - math.log(n) - d * math.log(2 * math.pi *"
            " h**2) / 4",
            "half of the factor",
        ),
        (PARZEN + "(-square / h**2).logsumexp(1) - math.log(n) - " + SCALE, "the 2 is missing"),
        (PARZEN + "(-square / (2 * h**2)).mean(1) - " + SCALE, "mean of logs"),
        (
            PARZEN + "((-square / (2 * h**2)).exp().mean(1) + 1e-12).log() - " + SCALE,
            "no small number inside the log",
        ),
        (
            PARZEN + "(-square / (2 * h**2)).logsumexp(0) - math.log(n) - " + SCALE,
            "should have shape",
        ),
        (
            PARZEN + "(-square / (2 * h**2)).logsumexp(1) - math.log(len(points)) - " + SCALE,
            "not of points",
        ),
    ],
    4: [
        (P + "sum(math.comb(n, k) for k in range(right, n + 1)) / 2**n", "tail"),
        (
            P + "sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) > far) / 2**n",
            "itself belongs to it",
        ),
        (P + "math.comb(n, right) / 2**n", "just this outcome"),
        (
            P + "min(1, 2 * sum(math.comb(n, k) for k in range(right, n + 1)) / 2**n)",
            "twice the tail above",
        ),
        (
            P + "min(1, 2 * sum(math.comb(n, k) for k in range(right + 1)) / 2**n)",
            "twice the tail below",
        ),
        (P + "math.erfc(far / math.sqrt(2 * n))", "normal approximation"),
        (
            P + "2 * sum(math.comb(n, k) for k in range(max(right, n - right), n + 1)) / 2**n",
            "the middle counted twice",
        ),
        (
            P + "sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= far)",
            "divide by the number",
        ),
        (P + "sum(math.comb(n, k) for k in range(right + 1)) / 2**n", "tail below"),
        (
            P + "sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) < far) / 2**n",
            "the other way round",
        ),
    ],
}
