"""How good changed sentences are: what they kept, and how fluent a language model finds them."""

import math
from collections import Counter

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


class LanguageModel:
    """A recurrent language model: a `models.TextDecoder` whose code is always 0."""

    def __init__(self, decoder, vocabulary):
        self.decoder, self.vocabulary = decoder.requires_grad_(False).eval(), vocabulary

    @torch.no_grad()
    def perplexity(self, sentences):
        """exp(mean of -log p of a word given those before it): one number for all the sentences.

        The mean is over all words and the ends of the sentences; a word that the vocabulary lacks
        counts as <unk>. Raises ValueError without a sentence.
        """
        if isinstance(sentences, str) or not len(sentences):
            raise ValueError(f"wanted a list of sentences, got {sentences!r}")
        nats, words = 0.0, 0
        for start in range(0, len(sentences), BATCH):
            tokens = pad(list(map(self.vocabulary.encode, sentences[start : start + BATCH])))
            z = torch.zeros(len(tokens), self.decoder.start.in_features)
            outputs, _ = self.decoder(z, tokens[:, :-1])
            nats += token_nll(self.decoder.head(outputs), tokens[:, 1:]).sum().item()
            words += (tokens[:, 1:] != PAD).sum().item()
        return math.exp(nats / words)


def load_language_model():
    """The shipped language model of Tatoeba's English; it took no part in any other training."""
    path = store.data_file("checkpoints/text_vae_tatoeba.safetensors")
    vocabulary = Vocabulary(store.weights_about(path)["vocabulary"])
    decoder = models.TextDecoder(len(vocabulary), 2, 64, 160)
    path = store.data_file("checkpoints/steering_lm.safetensors")
    return LanguageModel(store.load_weights(path, decoder), vocabulary)
