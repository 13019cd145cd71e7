"""Sentences as tokens: words, vocabularies, padded batches."""

import re
import unicodedata
from collections import Counter

import torch

PAD, BOS, EOS, UNK = 0, 1, 2, 3
SPECIAL = ("<pad>", "<bos>", "<eos>", "<unk>")
_PROPER = frozenset(
    """i tom mary john alice jim ken mike bob jane nancy tony jackson god boston australia japan tokyo america canada england london
    france paris germany europe china french english japanese american canadian chinese german spanish christmas monday tuesday wednesday thursday
    friday saturday sunday october""".split()
)
_WORD = re.compile(r"[^\W_]+(?:(?:['-]|(?<=\d)[.,:](?=\d)|(?<=\b\w)\.(?=\w\b))[^\W_]+)*|[.?!,]")


def tokenise(sentence):
    """The words of a sentence, in lower case; the marks . ? ! , are words too, all other signs are
    dropped.

    A word is letters and digits; an apostrophe or a hyphen inside belongs to it, and so does a dot
    in a.m. and a sign in 10:30.

    >>> tokenise("Don't you know Tom's well-known friend, Mary?")
    ["don't", 'you', 'know', "tom's", 'well-known', 'friend', ',', 'mary', '?']
    """
    return _WORD.findall(unicodedata.normalize("NFC", sentence).replace("’", "'").lower())


def _capital(word):
    return word[0].upper() + word[1:] if word[0].upper().lower() == word[0] else word


def join(words):
    """A readable sentence from words: no blank before . ? ! , and capitals for the first word, for
    I and for some names and places.

    tokenise(join(words)) gives the words back.

    >>> join(["i", "think", "i'm", "late", ",", "tom", "."])
    "I think I'm late, Tom."
    """
    text, first = "", True
    for word in words:
        mark = word in (".", "?", "!", ",")
        text += ("" if mark or not text else " ") + (
            _capital(word) if first or word.split("'")[0] in _PROPER else word
        )
        first = mark and (first or word != ",")
    return text


class Vocabulary:
    """Words and their numbers: `itos`[number] is a word, `stoi`[word] its number; the first four
    are SPECIAL.

    Vocabulary(itos) makes it again from its list, which is all there is to store.
    """

    def __init__(self, itos):
        if tuple(itos[: len(SPECIAL)]) != SPECIAL or len(set(itos)) < len(itos):
            raise ValueError(
                f"wanted words, each once, after {SPECIAL}, got {itos[:5]} …: "
                "use Vocabulary.build(sentences), or its itos"
            )
        self.itos = list(itos)
        self.stoi = {word: number for number, word in enumerate(self.itos)}

    @classmethod
    def build(cls, sentences, min_count=1, max_size=None):
        """All words used at least `min_count` times, the most frequent first, equals by alphabet;
        `max_size` counts the four SPECIAL too.

        >>> Vocabulary.build(["You see me.", "I see you."], min_count=2).itos[4:]
        ['.', 'see', 'you']
        """
        counts = Counter(word for sentence in sentences for word in tokenise(sentence))
        words = sorted(
            (word for word, count in counts.items() if count >= min_count),
            key=lambda word: (-counts[word], word),
        )
        return cls([*SPECIAL, *words][:max_size])

    def __len__(self):
        return len(self.itos)

    def encode(self, sentence):
        """A sentence as a list of tokens, without BOS and EOS; a word that is not in the vocabulary
        becomes UNK.
        """
        return [self.stoi.get(word, UNK) for word in tokenise(sentence)]

    def decode(self, tokens):
        """Tokens, a list or a tensor (length,), as a sentence: it ends before the first EOS; PAD
        and BOS are skipped.
        """
        words = []
        for token in map(int, tokens):
            if token == EOS:
                break
            if not 0 <= token < len(self):
                raise ValueError(
                    f"wanted tokens from 0 to {len(self) - 1}, got {token}: "
                    "decode with the vocabulary that encoded"
                )
            words += [self.itos[token]] * (token not in (PAD, BOS))
        return join(words)


def pad(sentences):
    """Lists of tokens as one tensor: BOS, the tokens, EOS, then PAD up to the longest: (batch,
    length), int64.

    Raises ValueError when there is no list, or when one holds PAD, BOS or EOS already.

    >>> pad([[7, 8], [9]]).tolist()
    [[1, 7, 8, 2], [1, 9, 2, 0]]
    """
    if not sentences or min(map(min, filter(None, sentences)), default=UNK) < UNK:
        raise ValueError(
            f"wanted lists of tokens from {UNK} up, got {list(sentences)[:3]}: "
            "BOS, EOS and PAD are added here"
        )
    longest = max(map(len, sentences))
    return torch.tensor(
        [[BOS, *tokens, EOS] + [PAD] * (longest - len(tokens)) for tokens in sentences]
    )


def buckets(lengths, batch_size, generator=None):
    """Batches of sentences of similar length, so that little is padding: a list of index tensors (≤
    batch_size,), in random order.

    Every sentence comes exactly once; equal lengths are mixed anew at each call. The same
    `generator` state gives the same batches.

    >>> sorted(sorted(batch.tolist()) for batch in buckets([5, 9, 9, 5], 2))
    [[0, 3], [1, 2]]
    """
    lengths = torch.as_tensor(lengths)
    if batch_size < 1 or lengths.dim() != 1:
        raise ValueError(
            "wanted (n,) "
            f"lengths and a batch size from 1 up, got {tuple(lengths.shape)} and {batch_size}"
        )
    mixed = torch.randperm(len(lengths), generator=generator)
    batches = mixed[lengths[mixed].argsort(stable=True)].split(batch_size)
    return (
        [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
        if len(lengths)
        else []
    )
