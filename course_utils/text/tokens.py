"""Sentences as tokens: words, vocabularies, padded batches."""

import re
import unicodedata
from collections import Counter

import torch

PAD, BOS, EOS, UNK = 0, 1, 2, 3
SPECIAL = ("<pad>", "<bos>", "<eos>", "<unk>")
_PROPER = frozenset(
    """
    i tom mary john alice jim ken mike bob jane nancy tony jackson god boston australia japan tokyo
    america canada england london france paris germany europe china french english japanese american
    canadian chinese german spanish christmas monday tuesday wednesday thursday friday saturday
    sunday october
    """.split()
)
_BEYOND_ASCII = [chr(n) for n in [*range(0x300, 0x20000), *range(0xE0100, 0xE01F0)]]
_COMBINING = "".join(c for c in _BEYOND_ASCII if unicodedata.category(c)[0] == "M")
_ENDINGS = (" COMMA", " FULL STOP", " QUESTION MARK", " EXCLAMATION MARK", " DANDA", " SHAD")
_PUNCTUATION = [c for c in _BEYOND_ASCII if unicodedata.category(c) == "Po"]
_OTHER_MARKS = [c for c in _PUNCTUATION if unicodedata.name(c).endswith(_ENDINGS)]
COMMAS = frozenset([",", *(c for c in _OTHER_MARKS if unicodedata.name(c).endswith("COMMA"))])
# the last ones have names of their own: Khmer, Burmese, Meitei, Santali, Sinhala
MARKS = frozenset([*".?!,", *_OTHER_MARKS, *"។៕၊။꯫᱾᱿෴"])

_COMBINED = rf"(?![ -~])[{_COMBINING}]"  # asked of ASCII first, which is faster
# Joiners are invisible: they count between letters, and after a combining mark.
_JOINED = rf"{_COMBINED}\u200d?|[\u200c\u200d](?=[^\W_]|{_COMBINED})"
_LETTERS = rf"[^\W_]+(?:(?:{_JOINED})[^\W_]*)*"
_INSIDE = (  # what may stand between the letters of a word, beside 10:30 and a.m.
    rf"['·־׳״՛՜՞-]|[.,:٫٬](?<=\d.)(?=\d)"
    rf"|\.(?<=(?<![\w{_COMBINING}])\w\.)(?=\w(?!\w|{_COMBINED}))"
)
_WORD = re.compile(rf"{_LETTERS}(?:(?:{_INSIDE}){_LETTERS})*|[.?!,]|(?![ -~])[{''.join(MARKS)}]")
# Soft hyphens, byte order marks and signs for the direction of writing part no word.
_INVISIBLE = [
    0xAD,
    0x61C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    0x2060,
    *range(0x2066, 0x206A),
    0xFEFF,
]
_SPELLED = str.maketrans("’‐‑", "'--", "".join(map(chr, _INVISIBLE)))


def tokenise(sentence):
    """The words of a sentence, in lower case; the marks . ? ! , are words too.

    A word is letters with their combining marks, and digits; an apostrophe or a hyphen inside
    belongs to it, and so does a dot in a.m. and a sign in 10:30. Full stops, question marks and
    commas of other scripts are marks, too. All other signs are dropped; invisible ones part no
    word. A script that puts no spaces between words gives a whole phrase as one word.

    >>> tokenise("Don't you know Tom's well-known friend, Mary?")
    ["don't", 'you', 'know', "tom's", 'well-known', 'friend', ',', 'mary', '?']
    >>> tokenise("वह घर में है।")
    ['वह', 'घर', 'में', 'है', '।']
    """
    return _WORD.findall(unicodedata.normalize("NFC", sentence.translate(_SPELLED).lower()))


def _capital(word):
    """The word with a capital, if lower case turns it back into the word."""
    return word[0].upper() + word[1:] if word[0].upper().lower() == word[0] else word


def join(words):
    """A readable sentence from words; tokenise(join(words)) gives the words back.

    There is no space before a mark, and the first word, I, and some names and places have capitals.

    >>> join(["i", "think", "i'm", "late", ",", "tom", "."])
    "I think I'm late, Tom."
    """
    text, first = "", True
    for word in words:
        mark = word in MARKS
        proper = word.split("'")[0] in _PROPER
        text += "" if mark or not text else " "
        text += _capital(word) if first or proper else word
        first = mark and (first or word not in COMMAS)
    return unicodedata.normalize("NFC", text)


class Vocabulary:
    """Words and their numbers: `itos[number]` is a word, `stoi[word]` is its number.

    The first four words are SPECIAL. `Vocabulary(itos)` makes it again from its list, which is all
    there is to store. Raises ValueError when the list begins with other words or holds one twice.
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
        """The vocabulary of all words that are used at least `min_count` times.

        The most frequent come first, equally frequent ones by alphabet; `max_size` counts the four
        SPECIAL, too.

        >>> Vocabulary.build(["You see me.", "I see you."], min_count=2).itos[4:]
        ['.', 'see', 'you']
        """
        counts = Counter(word for sentence in sentences for word in tokenise(sentence))
        words = [word for word, count in counts.items() if count >= min_count]
        words.sort(key=lambda word: (-counts[word], word))
        return cls([*SPECIAL, *words][:max_size])

    def __len__(self):
        return len(self.itos)

    def encode(self, sentence):
        """A sentence as a list of tokens, without BOS and EOS; an unknown word becomes UNK."""
        return [self.stoi.get(word, UNK) for word in tokenise(sentence)]

    def decode(self, tokens):
        """A list or a tensor (length,) of tokens as a sentence, which ends before the first EOS.

        PAD and BOS are skipped. Raises ValueError for a token that has no word.
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
    """Lists of tokens as one tensor: BOS, the tokens, EOS, then PAD up to the longest.

    A list of lists → (batch, length), int64. Raises ValueError when there is no list, or when one
    holds PAD, BOS or EOS already.

    >>> pad([[7, 8], [9]]).tolist()
    [[1, 7, 8, 2], [1, 9, 2, 0]]
    """
    if not sentences or min(map(min, filter(None, sentences)), default=UNK) < UNK:
        raise ValueError(
            f"wanted lists of tokens from {UNK} up, got {list(sentences)[:3]}: "
            "BOS, EOS and PAD are added here"
        )
    longest = max(map(len, sentences))
    rows = [[BOS, *tokens, EOS] + [PAD] * (longest - len(tokens)) for tokens in sentences]
    return torch.tensor(rows)


def buckets(lengths, batch_size, generator=None):
    """Batches of sentences of similar length, so that little is padding, in random order.

    (n,) lengths → a list of index tensors (≤ batch_size,), in which every sentence comes exactly
    once. Equal lengths are mixed anew at each call; the same state of `generator` gives the same
    batches. Raises ValueError for lengths of another shape or an empty batch.

    >>> sorted(sorted(batch.tolist()) for batch in buckets([5, 9, 9, 5], 2))
    [[0, 3], [1, 2]]
    """
    lengths = torch.as_tensor(lengths)
    if batch_size < 1 or lengths.dim() != 1:
        raise ValueError(
            "wanted (n,) lengths and a batch size from 1 up, "
            f"got {tuple(lengths.shape)} and {batch_size}"
        )
    mixed = torch.randperm(len(lengths), generator=generator)
    batches = mixed[lengths[mixed].argsort(stable=True)].split(batch_size)
    order = torch.randperm(len(batches), generator=generator).tolist()
    return [batches[i] for i in order] if len(lengths) else []
