"""Sentences: words and tokens, padded batches, the split that parts no near-duplicates, corpora from files."""
import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import torch

PAD, BOS, EOS, UNK = 0, 1, 2, 3
SPECIAL = ("<pad>", "<bos>", "<eos>", "<unk>")
_PROPER = frozenset("""i tom mary john alice jim ken mike bob jane nancy tony jackson god boston australia japan tokyo america canada england london
    france paris germany europe china french english japanese american canadian chinese german spanish christmas monday tuesday wednesday thursday
    friday saturday sunday october""".split())
_WORD = re.compile(r"[^\W_]+(?:(?:['-]|(?<=\d)[.,:](?=\d)|(?<=\b\w)\.(?=\w\b))[^\W_]+)*|[.?!,]")
_LONG = {"can't": "can not", "cannot": "can not", "won't": "will not", "n't": " not", "'m": " am", "'re": " are", "'ll": " will", "'ve": " have"}
MOST_BYTES = 200_000_000


def tokenise(sentence):
    """The words of a sentence, in lower case; the marks . ? ! , are words too, all other signs are dropped.

    A word is letters and digits; an apostrophe or a hyphen inside belongs to it, and so does a dot in a.m. and a sign in 10:30.

    >>> tokenise("Don't you know Tom's well-known friend, Mary?")
    ["don't", 'you', 'know', "tom's", 'well-known', 'friend', ',', 'mary', '?']
    """
    return _WORD.findall(unicodedata.normalize("NFC", sentence).replace("’", "'").lower())


def _capital(word):
    return word[0].upper() + word[1:] if word[0].upper().lower() == word[0] else word


def join(words):
    """A readable sentence from words: no blank before . ? ! , and capitals for the first word, for I and for some names and places.

    tokenise(join(words)) gives the words back.

    >>> join(["i", "think", "i'm", "late", ",", "tom", "."])
    "I think I'm late, Tom."
    """
    text, first = "", True
    for word in words:
        mark = word in (".", "?", "!", ",")
        text += ("" if mark or not text else " ") + (_capital(word) if first or word.split("'")[0] in _PROPER else word)
        first = mark and (first or word != ",")
    return text


class Vocabulary:
    """Words and their numbers: `itos`[number] is a word, `stoi`[word] its number; the first four are SPECIAL.

    Vocabulary(itos) makes it again from its list, which is all there is to store.
    """

    def __init__(self, itos):
        if tuple(itos[:len(SPECIAL)]) != SPECIAL or len(set(itos)) < len(itos):
            raise ValueError(f"wanted words, each once, after {SPECIAL}, got {itos[:5]} …: use Vocabulary.build(sentences), or its itos")
        self.itos = list(itos)
        self.stoi = {word: number for number, word in enumerate(self.itos)}

    @classmethod
    def build(cls, sentences, min_count=1, max_size=None):
        """All words used at least `min_count` times, the most frequent first, equals by alphabet; `max_size` counts the four SPECIAL too.

        >>> Vocabulary.build(["You see me.", "I see you."], min_count=2).itos[4:]
        ['.', 'see', 'you']
        """
        counts = Counter(word for sentence in sentences for word in tokenise(sentence))
        words = sorted((word for word, count in counts.items() if count >= min_count), key=lambda word: (-counts[word], word))
        return cls([*SPECIAL, *words][:max_size])

    def __len__(self):
        return len(self.itos)

    def encode(self, sentence):
        """A sentence as a list of tokens, without BOS and EOS; a word that is not in the vocabulary becomes UNK."""
        return [self.stoi.get(word, UNK) for word in tokenise(sentence)]

    def decode(self, tokens):
        """Tokens, a list or a tensor (length,), as a sentence: it ends before the first EOS; PAD and BOS are skipped."""
        words = []
        for token in map(int, tokens):
            if token == EOS:
                break
            if not 0 <= token < len(self):
                raise ValueError(f"wanted tokens from 0 to {len(self) - 1}, got {token}: decode with the vocabulary that encoded")
            words += [self.itos[token]] * (token not in (PAD, BOS))
        return join(words)


def pad(sentences):
    """Lists of tokens as one tensor: BOS, the tokens, EOS, then PAD up to the longest: (batch, length), int64.

    Raises ValueError when there is no list, or when one holds PAD, BOS or EOS already.

    >>> pad([[7, 8], [9]]).tolist()
    [[1, 7, 8, 2], [1, 9, 2, 0]]
    """
    if not sentences or min(map(min, filter(None, sentences)), default=UNK) < UNK:
        raise ValueError(f"wanted lists of tokens from {UNK} up, got {list(sentences)[:3]}: BOS, EOS and PAD are added here")
    longest = max(map(len, sentences))
    return torch.tensor([[BOS, *tokens, EOS] + [PAD] * (longest - len(tokens)) for tokens in sentences])


def buckets(lengths, batch_size, generator=None):
    """Batches of sentences of similar length, so that little is padding: a list of index tensors (≤ batch_size,), in random order.

    Every sentence comes exactly once; equal lengths are mixed anew at each call. The same `generator` state gives the same batches.

    >>> sorted(sorted(batch.tolist()) for batch in buckets([5, 9, 9, 5], 2))
    [[0, 3], [1, 2]]
    """
    lengths = torch.as_tensor(lengths)
    if batch_size < 1 or lengths.dim() != 1:
        raise ValueError(f"wanted (n,) lengths and a batch size from 1 up, got {tuple(lengths.shape)} and {batch_size}")
    mixed = torch.randperm(len(lengths), generator=generator)
    batches = mixed[lengths[mixed].argsort(stable=True)].split(batch_size)
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()] if len(lengths) else []


def _near(sentence):                                           # what makes near-duplicates: the words, and the words without any one of them
    text = " ".join(word for word in tokenise(sentence) if word not in ".?!,")
    for short, long in _LONG.items():
        text = text.replace(short, long)
    words = tuple(text.split())
    return words, {words, *(words[:i] + words[i + 1:] for i in range(len(words)) if len(words) > 5)}


def groups(sentences):
    """Near-duplicates get the same number: [number for each sentence], the place of the first of its group.

    Two sentences are near when they become equal by taking at most one word out of each, and five or more words are left; marks, capitals
    and contractions (don't, do not) make no difference. What is near to a member belongs to its group. Linear time.

    >>> groups(["I don't like it.", "Tom saw a big dog here.", "I do not like it!", "Tom saw the big dog here.", "Tom saw me."])
    [0, 1, 0, 1, 4]
    """
    first, seen = list(range(len(sentences))), {}

    def root(i):
        while first[i] != i:
            first[i] = i = first[first[i]]
        return i
    for i, sentence in enumerate(sentences):
        for words in _near(sentence)[1]:
            one, other = root(seen.setdefault(hash(words), i)), root(i)
            first[max(one, other)] = min(one, other)
    return [root(i) for i in range(len(sentences))]


def split(sentences):
    """Where each sentence goes, about 90, 5 and 5 of 100: a list of "train", "validation" and "test"; no pair of near-duplicates is parted.

    A group goes by the SHA-256 of its alphabetically first sentence, so the order of the sentences plays no part, nor does any seed.
    """
    number, least = groups(sentences), {}
    for group, sentence in zip(number, sentences):
        words = " ".join(_near(sentence)[0])
        least[group] = min(words, least.get(group, words))
    part = {group: int(hashlib.sha256(words.encode()).hexdigest(), 16) % 20 for group, words in least.items()}
    return [("validation", "test", "train")[min(part[group], 2)] for group in number]


def read_corpus(path):
    """Sentences from your own text file, one a line, or from a table of sentence, tab, label, tab, …: (sentences, labels).

    labels is None without a tab, else a list of tuples, a label a column. UTF-8; blank lines are left out.
    Raises FileNotFoundError without a file, ValueError for one that is empty, too large, not text, ragged, or holds one sentence only.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"wanted a text file, a sentence a line, got no file {path}: check folder and name; here is {Path.cwd()}")
    if not 0 < (size := path.stat().st_size) <= MOST_BYTES:
        raise ValueError(f"wanted from 1 to {MOST_BYTES:,} bytes in {path}, got {size:,}: cut the file down, or fill it")
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"wanted UTF-8 text in {path}, got byte {error.start:,} which is not: save it as UTF-8 text in your editor") from error
    rows = [(number, line.strip("\r\n ").split("\t")) for number, line in enumerate(lines, 1) if line.strip()]
    if "\0" in "".join(lines[:100]) or not rows:
        raise ValueError(f"wanted lines of text in {path}, got {'blank lines only' if not rows else 'binary data'}: a sentence a line")
    ragged = [number for number, row in rows if len(row) != len(rows[0][1]) or not row[0].strip()]
    if ragged:
        raise ValueError(f"wanted in each line of {path} what the first has, {len(rows[0][1])} columns with the sentence first, got other lines, "
                         f"{len(ragged)} of them, such as line {ragged[0]}: repair them, or take the tabs out")
    sentences = [row[0].strip() for _, row in rows]
    if len(set(sentences)) < 2:
        raise ValueError(f"wanted two different sentences or more in {path}, got one, {len(sentences)} times: a sentence a line")
    return sentences, [tuple(row[1:]) for _, row in rows] if len(rows[0][1]) > 1 else None
