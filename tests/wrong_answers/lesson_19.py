"""Wrong answers to the exercises of lesson 19: {exercise: [(code, words that the hint must
contain)]}.
"""

SPLIT = "def my_split(number, dice):\n    "
GROUPS = SPLIT + "_, group, size = number.unique(return_inverse=True, return_counts=True)\n    "
ERRORS = (
    "def my_errors(by_rule, by_reader, value):\n    has, read = by_rule == value, by_reader >= 0\n"
    "    wrong = by_reader != by_rule\n    return "
)
USEFUL = "def my_useful(said, good, learnt):\n    "
FOUND = USEFUL + "found = {line for line, is_good in zip(said, good) if is_good}\n    return "

WRONG = {
    1: [
        (SPLIT + "return torch.rand(len(number), generator=dice) < 0.2", "groups are parted"),
        (SPLIT + "return number % 5 == 0", "two seeds give the same lines"),
        (SPLIT + "return torch.zeros(len(number), dtype=torch.bool)", "none are held out"),
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
            GROUPS + "chosen, held = torch.zeros(len(size), dtype=torch.bool), 0\n    for k in"
            " torch.randperm(len(size)).tolist():\n        if held + size[k] <= len(number) / 5:\n"
            "            chosen[k], held = True, held + size[k]\n    return chosen[group]",
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
    3: [
        (ERRORS + "(wrong & read).sum() / read.sum()", "only lines that have this `value`"),
        (ERRORS + "wrong[has].float().mean()", "leave them out"),
        (ERRORS + "(wrong & read & has).float().mean()", "not by all"),
        (ERRORS + "(wrong & read & has).sum() / has.sum()", "not by those with −1"),
        (ERRORS + "wrong[by_reader == value].float().mean()", "start from what the rule says"),
        (ERRORS + "(wrong & has & read).sum() / read.sum()", "`value` that were read"),
        (ERRORS + "(wrong & has & read).sum()", "not a count"),
        (ERRORS + "(~wrong)[has & read].float().mean()", "the other way round"),
        (ERRORS + "wrong[has & read]", "wanted one number"),
    ],
    2: [
        (
            USEFUL + "known = set(learnt)\n    return sum(bool(is_good) and line not in known"
            " for line, is_good in zip(said, good)) / len(said)",
            "counts once",
        ),
        (FOUND + "len(found) / len(said)", "do not count: take them away"),
        (USEFUL + "return sum(good) / len(said)", "copies and repeats are in it"),
        (USEFUL + "return len(set(said) - set(learnt)) / len(said)", "do not look at `good`"),
        (FOUND + "len(found - set(learnt)) / len(set(said))", "repeats included"),
        (FOUND + "len(found - set(learnt)) / max(1, len(found))", "not of the good ones"),
        (FOUND + "len(found - set(learnt))", "a share is wanted"),
        (FOUND + "1 - len(found - set(learnt)) / len(said)", "the other way round"),
    ],
}
