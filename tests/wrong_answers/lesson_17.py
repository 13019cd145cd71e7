"""Wrong answers to the exercises of lesson 17: {exercise: [(code, words that the hint must
contain)]}.
"""

NUMBER = (
    "def my_effective_number(said):\n"
    "    shares = [said.count(sentence) / len(said) for sentence in set(said)]\n"
    "    entropy = -sum(p * math.log(p) for p in shares)\n"
    "    return "
)
RESTS = """
def rests(line, most=1, least=5):
    words = line.split()
    left = [words] + [words[:k] + words[k + 1 :] for k in range(len(words)) if most]
    if most > 1:
        left += [some[:k] + some[k + 1 :] for some in left[1:] for k in range(len(some))]
    return {" ".join(some) for some in left if len(some) >= least}

def my_leaked(train, test):
    known = {rest for line in train for rest in rests(line)}
    return """
SEARCH = RESTS + "sum(not known.isdisjoint(rests(line)) for line in test) / len(test)"
BY_PLACE = """
def my_leaked(train, test):
    def near(one, other):
        a, b = one.split(), other.split()
        return len(a) == len(b) and len(a) > 5 and sum(x != y for x, y in zip(a, b)) < 2
    return sum(any(near(one, line) for one in train) for line in test) / len(test)
"""
BY_WORDS = """
def my_leaked(train, test):
    from collections import Counter
    def near(one, other):
        a, b = Counter(one.split()), Counter(other.split())
        return (a - b).total() < 2 and (b - a).total() < 2 and (a & b).total() >= 5
    return sum(any(near(one, line) for one in train) for line in test) / len(test)
"""

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
        (RESTS + "sum(line in train for line in test) / len(test)", "one word was changed"),
        (RESTS + "sum(line in known for line in test) / len(test)", "one word was changed"),
        (SEARCH.replace("= [words] +", "="), "lacks one word"),
        (BY_PLACE, "lacks one word"),
        (SEARCH.replace(">= least", "> least"), "five suffice"),
        (SEARCH.replace("least=5", "least=1"), "only four words"),
        (SEARCH.replace("if len(some) >= least", "if len(words) >= least"), "only four words"),
        (BY_WORDS.replace(">= 5", ">= 4"), "only four words"),
        (BY_WORDS, "the order counts"),
        (SEARCH.replace("most=1", "most=2"), "two words differ"),
        (RESTS + "sum(not known.isdisjoint(rests(line)) for line in test)", "that is a number"),
        (SEARCH.replace("/ len(test)", "/ len(train)"), "not of training sentences"),
        (RESTS + "any(not known.isdisjoint(rests(line)) for line in test) * 1.0", "it is a share"),
        (SEARCH.replace("train, test):", "test, train):"), "share of training"),
        (RESTS + "known", "wanted one number"),
    ],
}
