"""Sentences: tokens, corpora, the grammar whose truth is known, the rules of English, an n-gram
model, and the text VAE.
"""

from .corpora import groups, read_corpus, split
from .tokens import BOS, EOS, PAD, SPECIAL, UNK, Vocabulary, buckets, join, pad, tokenise
from .vae import TextVAE, load_vae

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPECIAL",
    "UNK",
    "TextVAE",
    "Vocabulary",
    "buckets",
    "groups",
    "join",
    "load_vae",
    "pad",
    "read_corpus",
    "split",
    "tokenise",
]
