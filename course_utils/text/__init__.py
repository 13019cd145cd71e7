"""Sentences: tokens, corpora, a grammar that is known exactly, and the text VAE."""

from .corpora import groups, numbered, read_corpus, split
from .evaluation import LanguageModel, NaiveBayes, load_language_model, words_kept
from .tokens import BOS, EOS, PAD, SPECIAL, UNK, Vocabulary, buckets, join, pad, tokenise
from .vae import TextVAE, load_vae

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "SPECIAL",
    "UNK",
    "LanguageModel",
    "NaiveBayes",
    "TextVAE",
    "Vocabulary",
    "buckets",
    "groups",
    "join",
    "load_language_model",
    "load_vae",
    "numbered",
    "pad",
    "read_corpus",
    "split",
    "tokenise",
    "words_kept",
]
