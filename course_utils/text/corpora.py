"""Corpora: near-duplicates, a split that keeps them together, sentences from your own files."""

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


def _near(sentence):
    """What near-duplicates share: the words, and {the words, the words without any one of them}."""
    text = " ".join(word for word in tokenise(sentence) if word not in ".?!,")
    for short, long in _LONG.items():
        text = text.replace(short, long)
    words = tuple(text.split())
    shorter = {words[:i] + words[i + 1 :] for i in range(len(words)) if len(words) > 5}
    return words, {words} | shorter


def groups(sentences):
    """A number for each sentence, the same for near-duplicates: the place of the first of them.

    Two sentences are near when they become equal by taking at most one word out of each, and five
    or more words are left; marks, capitals and contractions (don't, do not) make no difference.
    What is near to a member belongs to its group. Linear time.

    >>> groups(["I don't like it.", "Tom saw me.", "I do not like it!"])
    [0, 1, 0]
    >>> groups(["Tom saw a big dog here.", "Tom saw the big dog here."])
    [0, 0]
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
    """The part of each sentence, "train", "validation" or "test": about 90, 5 and 5 of 100.

    Near-duplicates stay together. A group goes by the SHA-256 of its alphabetically first sentence,
    so neither the order of the sentences nor any seed plays a part.
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
    """The sentences of your own text file, one a line, and their labels: (sentences, labels).

    A line may hold labels after its sentence, with tabs between them; then `labels` is a list of
    tuples, one for each line, else it is None. The text is UTF-8; empty lines are left out. Raises
    FileNotFoundError without a file, ValueError for one that is empty, too large, not text, ragged,
    or holds one sentence only.
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
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    rows = [(number, line.strip("\r\n ").split("\t")) for number, line in numbered]
    if "\0" in "".join(lines[:100]) or not rows:
        found = "binary data" if rows else "empty lines only"
        raise ValueError(f"wanted lines of text in {path}, got {found}: write a sentence a line")
    columns = len(rows[0][1])
    ragged = [number for number, row in rows if len(row) != columns or not row[0].strip()]
    if ragged:
        raise ValueError(
            f"wanted in each line of {path} what the first has, {columns} columns with the "
            f"sentence first, got other lines, {len(ragged)} of them, such as line {ragged[0]}: "
            "repair them, or take the tabs out"
        )
    sentences = [row[0].strip() for _, row in rows]
    if len(set(sentences)) < 2:
        raise ValueError(
            f"wanted two different sentences or more in {path}, got one, {len(sentences)} times: "
            "write a sentence a line"
        )
    labels = [tuple(row[1:]) for _, row in rows] if columns > 1 else None
    return sentences, labels
