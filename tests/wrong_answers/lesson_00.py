"""Wrong answers to the exercise of lesson 00: {exercise: [(code, words that the hint must
contain)]}.
"""

SHARE = (
    "def my_share_kept(before, after):\n    words, new = before.split(), after.split()\n    return "
)

WRONG = {
    1: [
        (SHARE + "sum(word in new for word in words)", "divide by"),
        (SHARE + "100 * sum(word in new for word in words) / len(words)", "percentage"),
        (SHARE + "sum(word in new for word in words) / len(new)", "in the second sentence"),
        (SHARE + "1 - sum(word in new for word in words) / len(words)", "was lost"),
        (
            SHARE + "sum(w.lower() in after.lower().split() for w in words) / len(words)",
            "capitals count",
        ),
        (SHARE + "len(set(words) & set(new)) / len(set(words))", "counts twice"),
        (SHARE + "words == new", "wanted"),
        (SHARE + "[word in new for word in words]", "one number"),
        (SHARE + "sum(word in after for word in words) / len(words)", "as letters, not as a word"),
    ],
}
