"""The language model that a text VAE has to beat: interpolated Kneser-Ney of n-grams."""

import math
from collections import Counter, defaultdict

from .tokens import BOS, EOS


class KneserNey:
    """A model of sentences from counts of n-grams of up to `order` words.

    `sentences` are lists of tokens without BOS and EOS; `size` is that of the vocabulary, with its
    four SPECIAL. With h' for the history h without its first word,

        p(w | h) = (max(c(h w) - D, 0) + D · kinds(h) · p(w | h')) / c(h),

    down to h = (), where p(w | h') is 1/(size - 2): each word, UNK and EOS may come, PAD and BOS
    may not. Where h was never seen, p(w | h) = p(w | h'). c counts occurrences of n-grams of
    `order` words, and of shorter ones that begin with BOS; of other n-grams it counts the different
    words seen before them. kinds(h) is the number of different words seen after h. D = n1/(n1 + 2
    n2) for each length of n-gram, n1 and n2 of which are counted once and twice. Raises ValueError
    without sentences, or for tokens that are no words. Source: Chen and Goodman 1999, sections 2.6
    (D) and 2.7.

    >>> model = KneserNey([[4, 5], [4, 6]], size=7)
    >>> round(sum(model.prob(word, [1, 4]) for word in range(2, 7)), 6)
    1.0
    >>> model.prob(5, [1, 4]) > model.prob(4, [1, 4])
    True
    """

    def __init__(self, sentences, size, order=3):
        self.order, self.words = order, range(EOS, size)
        self.counts = Counter()  # of n-grams of all lengths: tuple → count
        for tokens in sentences:
            row = (BOS, *tokens, EOS)
            self.counts.update(row[max(0, end - order) : end] for end in range(2, len(row) + 1))
        used = {gram[-1] for gram in self.counts}
        if not used or not used <= set(self.words):
            raise ValueError(
                f"wanted sentences of tokens from {EOS + 1} to {size - 1}, "
                f"got {sorted(used - set(self.words))[:5] or 'no sentences'}: "
                "encode them with the vocabulary of that size"
            )
        # a shorter n-gram counts the different words that come before it
        for length in range(order, 1, -1):
            self.counts.update([gram[1:] for gram in self.counts if len(gram) == length])
        self.total, self.kinds = defaultdict(int), Counter(gram[:-1] for gram in self.counts)
        often = Counter()
        for gram, count in self.counts.items():
            self.total[gram[:-1]] += count
            often[len(gram), count] += 1
        self.discount = [0.0]
        for n in range(1, order + 1):
            once, twice = max(often[n, 1], 1), often[n, 2]
            self.discount.append(once / (once + 2 * twice))

    def prob(self, word, history):
        """p(word | history), where the last order - 1 tokens of the history count.

        The history is a list of tokens that begins with BOS.
        """
        p = 1 / len(self.words)
        for length in range(1, min(self.order, len(history) + 1) + 1):
            before = tuple(history[len(history) + 1 - length :])
            if total := self.total.get(before):
                d, count = self.discount[length], self.counts.get((*before, word), 0)
                p = (max(count - d, 0) + d * self.kinds[before] * p) / total
        return p

    def log_prob(self, tokens):
        """log p of one sentence in nats, its end included: a list of tokens without BOS and EOS."""
        row = [BOS, *tokens, EOS]
        histories = (row[max(0, i + 1 - self.order) : i] for i in range(1, len(row)))
        return sum(math.log(self.prob(word, h)) for word, h in zip(row[1:], histories))
