"""Wrong answers to the exercises of lesson 13: {exercise: [(code, words that the hint must
contain)]}.
"""

REINFORCE = """def my_reinforce(log_q, reward):
    n = len(reward)
    reward = reward.detach()
    others = (reward.sum() - reward) / (n - 1)
    return """
STRAIGHT = "def my_straight_through(a, word):\n    pi = a.softmax(-1)\n    return "

WRONG = {
    1: [
        (REINFORCE + "((reward - others) * log_q).mean()", "the sign"),
        (REINFORCE + "-(reward * log_q).mean()", "no baseline"),
        (REINFORCE + "-((reward - reward.mean()) * log_q).mean()", "own reward"),
        (REINFORCE + "-((reward - others) * log_q).sum()", "not the sum"),
        (REINFORCE + "-((reward - others) * log_q)", "one number"),
        (REINFORCE + "-(others * log_q).mean()", "that is the baseline"),
        (REINFORCE + "-((reward - others * (n - 1) / n) * log_q).mean()", "batch − 1 others"),
        (REINFORCE + "-((reward - others * (n - 1)) * log_q).mean()", "not their sum"),
        (REINFORCE + "-((reward - others * (n - 1) / 5) * log_q).mean()", "not for one of 9"),
        (REINFORCE + "-((reward - others) * log_q.exp()).mean()", "not q"),
        (REINFORCE + "-((reward - others) * log_q.detach()).mean()", "no gradient"),
        (
            "def my_reinforce(log_q, reward):\n"
            "    others = (reward.sum() - reward) / (len(reward) - 1)\n"
            "    return -((reward - others) * log_q).mean()",
            "reward.detach()",
        ),
    ],
    2: [
        (STRAIGHT + "word", "no gradient"),
        (STRAIGHT + "pi", "the value is π"),
        (STRAIGHT + "word * pi", "do not multiply"),
        (STRAIGHT + "word - pi + pi.detach()", "the sign of the gradient"),
        (STRAIGHT + "word + a - a.detach()", "of the logits"),
        (STRAIGHT + "word + pi", "subtract"),
        (STRAIGHT + "word + 2 * (pi - pi.detach())", "twice"),
        (STRAIGHT + "word + a.softmax(0) - a.softmax(0).detach()", "last axis"),
        (STRAIGHT + "word + a.log_softmax(-1) - a.log_softmax(-1).detach()", "log_softmax"),
        (STRAIGHT + "one_hot(a.argmax(-1), 4) + pi - pi.detach()", "that was drawn"),
        (STRAIGHT + "word + (pi - pi.detach()) * word", "all of it"),
    ],
}
