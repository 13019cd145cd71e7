"""Corpora: near-duplicates, a split that keeps them together, and sentences from files of your own."""

import hashlib
from pathlib import Path

from .tokens import tokenise

_LONG = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "n't": " not",
    "'m": " am",
    "'re": " are",
    "'ll": " will",
    "'ve": " have",
}
MOST_BYTES = 200_000_000


# what makes near-duplicates: the words, and the words without any one of them
def _near(sentence):
    text = " ".join(word for word in tokenise(sentence) if word not in ".?!,")
    for short, long in _LONG.items():
        text = text.replace(short, long)
    words = tuple(text.split())
    return words, {
        words,
        *(words[:i] + words[i + 1 :] for i in range(len(words)) if len(words) > 5),
    }


def groups(sentences):
    """Near-duplicates get the same number: [number for each sentence], the place of the first of
    its group.

    Two sentences are near when they become equal by taking at most one word out of each, and five
    or more words are left; marks, capitals and contractions (don't, do not) make no difference.
    What is near to a member belongs to its group. Linear time.

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
    """Where each sentence goes, about 90, 5 and 5 of 100: a list of "train", "validation" and
    "test"; no pair of near-duplicates is parted.

    A group goes by the SHA-256 of its alphabetically first sentence, so the order of the sentences
    plays no part, nor does any seed.
    """
    number, least = groups(sentences), {}
    for group, sentence in zip(number, sentences):
        words = " ".join(_near(sentence)[0])
        least[group] = min(words, least.get(group, words))
    part = {
        group: int(hashlib.sha256(words.encode()).hexdigest(), 16) % 20
        for group, words in least.items()
    }
    return [("validation", "test", "train")[min(part[group], 2)] for group in number]


def read_corpus(path):
    """Sentences from your own text file, one a line, or from a table of sentence, tab, label, tab,
    …: (sentences, labels).

    labels is None without a tab, else a list of tuples, a label a column. UTF-8; blank lines are
    left out. Raises FileNotFoundError without a file, ValueError for one that is empty, too large,
    not text, ragged, or holds one sentence only.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"wanted a text file, a sentence a line, got no file {path}: "
            f"check folder and name; here is {Path.cwd()}"
        )
    if not 0 < (size := path.stat().st_size) <= MOST_BYTES:
        raise ValueError(
            f"wanted from 1 to {MOST_BYTES:,} bytes in {path}, got {size:,}: "
            "cut the file down, or fill it"
        )
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"wanted UTF-8 text in {path}, got byte {error.start:,} which is not: "
            "save it as UTF-8 text in your editor"
        ) from error
    rows = [
        (number, line.strip("\r\n ").split("\t"))
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    if "\0" in "".join(lines[:100]) or not rows:
        raise ValueError(
            f"wanted lines of text in {path}, "
            f"got {'blank lines only' if not rows else 'binary data'}: a sentence a line"
        )
    ragged = [number for number, row in rows if len(row) != len(rows[0][1]) or not row[0].strip()]
    if ragged:
        raise ValueError(
            f"wanted in each line of {path} what the first has, "
            f"{len(rows[0][1])} columns with the sentence first, got other lines, "
            f"{len(ragged)} of them, such as line {ragged[0]}: repair them, or take the tabs out"
        )
    sentences = [row[0].strip() for _, row in rows]
    if len(set(sentences)) < 2:
        raise ValueError(
            f"wanted two different sentences or more in {path}, got one, {len(sentences)} times: "
            "a sentence a line"
        )
    return sentences, [tuple(row[1:]) for _, row in rows] if len(rows[0][1]) > 1 else None
