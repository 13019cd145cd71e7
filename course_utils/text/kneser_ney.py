"""The language model that a text VAE has to beat: interpolated Kneser-Ney over words in a row,
three at a time.
"""

import math
from collections import Counter, defaultdict

from .tokens import BOS, EOS


class KneserNey:
    """A model of sentences from counts: `sentences` are lists of tokens without BOS and EOS, `size`
    is that of the vocabulary, with its four SPECIAL.

    p(w | h) = (max(c(h w) - D, 0) + D · kinds(h) · p(w | h')) / c(h), h' being the history h
    without its first word, down to h = () where p(w | h') is 1/(size - 2): each word, UNK and EOS
    may come, PAD and BOS may not. c counts occurrences for `order` words in a row, and for fewer
    when the row begins with BOS; for other rows it counts kinds of words before them. kinds(h) are
    the different w seen after h. D = n1/(n1 + 2 n2) for rows of each length, with n1 and n2 of them
    counted once and twice. Where h was never seen, p(w | h) = p(w | h'). Raises ValueError without
    sentences, or for tokens that are no words. Source: Chen and Goodman 1999, sections 2.6 (D) and
    2.7.

    >>> model = KneserNey([[4, 5], [4, 6]], size=7)
    >>> round(sum(model.prob(word, [1, 4]) for word in range(2, 7)), 6), model.prob(5, [1, 4]) > model.prob(4, [1, 4])
    (1.0, True)
    """

    def __init__(self, sentences, size, order=3):
        self.order, self.words = order, range(EOS, size)
        # of rows of words, all lengths: tuple → count
        self.counts = Counter()
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
        # a shorter row counts the kinds of words that come before it
        for length in range(order, 1, -1):
            self.counts.update([gram[1:] for gram in self.counts if len(gram) == length])
        self.total, self.kinds = defaultdict(int), Counter(gram[:-1] for gram in self.counts)
        often = Counter()
        for gram, count in self.counts.items():
            self.total[gram[:-1]] += count
            often[len(gram), count] += 1
        self.discount = [0.0] + [
            max(often[n, 1], 1) / (max(often[n, 1], 1) + 2 * often[n, 2])
            for n in range(1, order + 1)
        ]

    def prob(self, word, history):
        """p(word | history), the history a list of tokens from BOS on, of which the last order - 1
        count.
        """
        p = 1 / len(self.words)
        for length in range(1, min(self.order, len(history) + 1) + 1):
            before = tuple(history[len(history) + 1 - length :])
            if total := self.total.get(before):
                d = self.discount[length]
                p = (
                    max(self.counts.get((*before, word), 0) - d, 0) + d * self.kinds[before] * p
                ) / total
        return p

    def log_prob(self, tokens):
        """log p of one sentence, a list of tokens without BOS and EOS, in nats; its end, EOS, is
        counted.
        """
        row = [BOS, *tokens, EOS]
        return sum(
            math.log(self.prob(row[i], row[max(0, i + 1 - self.order) : i]))
            for i in range(1, len(row))
        )
