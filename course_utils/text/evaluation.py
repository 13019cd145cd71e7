"""How good changed sentences are: what they kept, and how fluent a language model finds them."""

import math
from collections import Counter
from itertools import chain

import torch

from .. import models, store
from ..losses import token_nll
from .tokens import PAD, Vocabulary, pad, tokenise

BATCH = 500  # sentences that the language model reads at once


def words_kept(before, after):
    """The share of each sentence's words that are still there, in any order: (n,).

    |words before ∩ words after| / |words before|, as bags, marks included: two lists of n sentences
    → (n,). Raises ValueError for lists of different lengths.

    >>> words_kept(["Tom is here."], ["Is Tom not here?"]).tolist()  # all but the full stop
    [0.75]
    """
    if len(before) != len(after):
        raise ValueError(f"wanted two lists of one length, got {len(before)} and {len(after)}")
    bags = [(Counter(tokenise(old)), Counter(tokenise(new))) for old, new in zip(before, after)]
    return torch.tensor([(old & new).total() / old.total() for old, new in bags])


def _features(sentence):
    """The different words of a sentence and the different pairs of neighbours."""
    words = ["", *tokenise(sentence), ""]
    return {*words[1:-1], *zip(words, words[1:])}


class NaiveBayes:
    """A classifier of sentences by their words and pairs of neighbouring words.

    It looks at the text alone and knows nothing of any code, so it can judge what a VAE wrote. The
    label of x is the k with the largest log p(k) + Σ_f log p(f | k) over the features f of x, words
    and pairs that occur in it, where p(f | k) = (c_k(f) + a)/(n_k + a · F): c_k(f) of the sentences
    with label k hold f, n_k = Σ_f c_k(f), F is the number of different features, and a is
    `smoothing`. Features that were never seen do not count. `labels` (n,) are numbers from 0; -1
    means unknown and is left out. There are `n_values` labels, or as many as occur. Raises
    ValueError when they do not fit the sentences.

    >>> judge = NaiveBayes(["Tom sees a dog.", "Tom saw a dog.", "Ann saw it."], [0, 1, 1])
    >>> judge.read(["She sees a cat.", "She saw a cat."]).tolist()
    [0, 1]
    """

    def __init__(self, sentences, labels, smoothing=0.1, n_values=None):
        labels = torch.as_tensor(labels)
        if labels.shape != (len(sentences),) or not (labels >= 0).any():
            raise ValueError(
                f"wanted a label for each of {len(sentences)} sentences, as numbers from 0, got "
                f"{labels.dtype} of shape {tuple(labels.shape)}"
            )
        known = [(x, k) for x, k in zip(sentences, labels.tolist()) if k >= 0]
        counts = [Counter() for _ in range(n_values or int(labels.max()) + 1)]
        for sentence, k in known:
            counts[k].update(_features(sentence))
        self.place = {feature: j for j, feature in enumerate(dict.fromkeys(chain(*counts)))}
        table = torch.full((len(self.place), len(counts)), float(smoothing))
        for k, found in enumerate(counts):
            table[[self.place[f] for f in found], k] += torch.tensor([*found.values()]).float()
        self.log_p = (table / table.sum(0)).log()
        often = torch.bincount(torch.tensor([k for _, k in known]), minlength=len(counts))
        self.prior = often.float().log()

    def scores(self, sentences):
        """log p(k) + Σ_f log p(f | k), up to a constant: (n, labels)."""
        rows = [[self.place[f] for f in _features(x) if f in self.place] for x in sentences]
        return torch.stack([self.prior + self.log_p[row].sum(0) for row in rows])

    def read(self, sentences):
        """The likeliest label of each sentence, (n,)."""
        return self.scores(sentences).argmax(-1)


class LanguageModel:
    """A recurrent language model: a `models.TextDecoder` whose code is always 0."""

    def __init__(self, decoder, vocabulary):
        self.decoder, self.vocabulary = decoder.requires_grad_(False).eval(), vocabulary

    @torch.no_grad()
    def nats(self, sentences):
        """-log p of each sentence, its end included, and its number of words: (n,) twice.

        A word that the vocabulary lacks counts as <unk>; the end counts as a word. Raises
        ValueError without a sentence.
        """
        if isinstance(sentences, str) or not len(sentences):
            raise ValueError(f"wanted a list of sentences, got {sentences!r}")
        nats, words = [], []
        for start in range(0, len(sentences), BATCH):
            tokens = pad(list(map(self.vocabulary.encode, sentences[start : start + BATCH])))
            z = torch.zeros(len(tokens), self.decoder.start.in_features)
            outputs, _ = self.decoder(z, tokens[:, :-1])
            nats.append(token_nll(self.decoder.head(outputs), tokens[:, 1:]))
            words.append((tokens[:, 1:] != PAD).sum(1))
        return torch.cat(nats), torch.cat(words)

    def perplexity(self, sentences):
        """exp(mean of -log p of a word given those before it): one number for all the sentences.

        The mean is over all words and the ends of the sentences; a word that the vocabulary lacks
        counts as <unk>. Raises ValueError without a sentence.
        """
        nats, words = self.nats(sentences)
        return math.exp(nats.sum() / words.sum())


def load_language_model():
    """The shipped language model of Tatoeba's English; it took no part in any other training."""
    path = store.data_file("checkpoints/text_vae_tatoeba.safetensors")
    vocabulary = Vocabulary(store.weights_about(path)["vocabulary"])
    decoder = models.TextDecoder(len(vocabulary), 2, 64, 160)
    path = store.data_file("checkpoints/steering_lm.safetensors")
    return LanguageModel(store.load_weights(path, decoder), vocabulary)
