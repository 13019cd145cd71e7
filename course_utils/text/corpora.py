"""Corpora: near-duplicates, a split that keeps them together, sentences from your own files."""

import hashlib
import sys
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch

from .tokens import MARKS, tokenise

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
MOST_WORDS = 100  # a line, marks included: the time and memory of a training grow with the longest


def _plain(sentence):
    """The words of a sentence without marks, contractions written out."""
    text = " ".join(word for word in tokenise(sentence) if word not in MARKS)
    for short, long in _LONG.items():
        text = text.replace(short, long)
    return text.split()


def _keys(words):
    """What near-duplicates share: a number for the words, and for them without any one of them.

    The number of some words is the sum of a hash of each with its place. To leave out word i moves
    those after it by a place, which changes two terms of the sum from one i to the next.
    """
    here = [hash(f"{place} {word}") for place, word in enumerate(words)]
    if len(words) <= 5:
        return [sum(here)]
    moved = [hash(f"{place} {word}") for place, word in enumerate(words[1:])]
    steps = (old - new for old, new in zip(here, moved))
    return [sum(here), *accumulate(steps, initial=sum(moved))]


def groups(sentences):
    """A number for each sentence, the same for near-duplicates: the place of the first of them.

    Two sentences are near when they become equal by taking at most one word out of each, and five
    or more words are left; marks, capitals and contractions (don't, do not) make no difference.
    What is near to a member belongs to its group. Time and memory are linear in the words.

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
        for key in _keys(_plain(sentence)):
            one, other = root(seen.setdefault(key, i)), root(i)
            first[max(one, other)] = min(one, other)
    return [root(i) for i in range(len(sentences))]


def split(sentences):
    """The part of each sentence, "train", "validation" or "test": about 90, 5 and 5 of 100.

    Near-duplicates stay together. A group goes by the SHA-256 of its alphabetically first sentence,
    so neither the order of the sentences nor any seed plays a part.
    """
    number, least = groups(sentences), {}
    for group, sentence in zip(number, sentences):
        words = " ".join(_plain(sentence))
        least[group] = min(words, least.get(group, words))
    part = {
        group: int(hashlib.sha256(words.encode()).hexdigest(), 16) % 20
        for group, words in least.items()
    }
    return [("validation", "test", "train")[min(part[group], 2)] for group in number]


def check_lengths(lengths, numbers=None):
    """Raise ValueError when a line has more than MOST_WORDS words, and say which.

    `lengths` (n,) are numbers of tokens, `numbers` (n,) those of the lines, by default 1 to n.
    """
    long = [k for k, length in enumerate(lengths) if length > MOST_WORDS]
    if long:
        worst = max(long, key=lambda k: lengths[k])
        raise ValueError(
            f"wanted at most {MOST_WORDS} words a line, got {lengths[worst]:,} in line "
            f"{numbers[worst] if numbers else worst + 1:,}, the longest of {len(long):,} such "
            "lines: write a sentence a line, cut long ones at a stop, or leave them out"
        )


@dataclass(frozen=True)
class Table:
    """Sentences with the numbers of their lines and their labels, as equally long lists.

    `labels` is a list of tuples, or None. `tokens` are the words of each sentence. Of the `n_lines`
    of the file `n_empty` are empty, and those with the numbers `wordless` hold no word.
    """

    sentences: list
    tokens: list
    numbers: list
    labels: list = None
    n_lines: int = 0
    n_empty: int = 0
    wordless: tuple = ()


def _lines(path):
    """The lines of a text file. Raises what `read_corpus` raises for a file that is not text."""
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
    binary = next((number for number, line in enumerate(lines, 1) if "\0" in line), None)
    if binary or not any(map(str.strip, lines)):
        found = f"binary data in line {binary:,}" if binary else "empty lines only"
        raise ValueError(f"wanted lines of text in {path}, got {found}: write a sentence a line")
    return lines if lines[-1] else lines[:-1]


def _unquoted(field):
    """A field of a table without the quotes around it, in which a quote is written twice."""
    inner = field.strip()[1:-1]
    quoted = field.strip() == f'"{inner}"' and '"' not in inner.replace('""', "")
    return inner.replace('""', '"').strip() if quoted else field.strip()


def _row(line):
    """The fields of a line: the sentence and its labels, cleaned of what one does not see."""
    if "\t" not in line:
        return (line.strip(),)
    sentence, *labels = map(_unquoted, line.strip("\r\n ").split("\t"))
    return sentence, *(unicodedata.normalize("NFC", " ".join(label.split())) for label in labels)


def words_of(sentence):
    """`tokenise`, each different word kept once in memory."""
    return list(map(sys.intern, tokenise(sentence)))


def read_table(path):
    """What `read_corpus` reads, as a `Table`; it raises the same."""
    path = Path(path)
    lines = _lines(path)
    rows = [(number, _row(line)) for number, line in enumerate(lines, 1) if line.strip()]
    columns = len(rows[0][1])
    ragged = [number for number, row in rows if len(row) != columns or not row[0]]
    if ragged:
        raise ValueError(
            f"wanted in each line of {path} what the first has, {columns} columns with the "
            f"sentence first, got other lines, {len(ragged)} of them, such as line {ragged[0]}: "
            "repair them, or take the tabs out"
        )
    tokens = [words_of(row[0]) for _, row in rows]
    kept = [k for k, words in enumerate(tokens) if not MARKS.issuperset(words)]
    if len({" ".join(tokens[k]) for k in kept}) < 2:
        found = f"one, {len(kept)} times" if kept else f"{len(rows)} lines without a word"
        raise ValueError(
            f"wanted two different sentences or more in {path}, got {found}: "
            "write a sentence a line"
        )
    numbers = [rows[k][0] for k in kept]
    table = Table(
        sentences=[rows[k][1][0] for k in kept],
        tokens=[tokens[k] for k in kept],
        numbers=numbers,
        labels=[rows[k][1][1:] for k in kept] if columns > 1 else None,
        n_lines=len(lines),
        n_empty=len(lines) - len(rows),
        wordless=tuple(sorted({number for number, _ in rows} - set(numbers))),
    )
    check_lengths(list(map(len, table.tokens)), numbers)
    return table


def read_corpus(path):
    """The sentences of your own text file, one a line, and their labels: (sentences, labels).

    A line may hold labels after its sentence, with tabs between them; then `labels` is a list of
    tuples, one for each sentence, else it is None; `numbered` makes numbers of them. The text is
    UTF-8. Lines without a word are left out. Quotes around the fields of a table and spaces around
    its labels are taken off. `python -m course_utils corpus FILE` says what a file holds.

    Raises FileNotFoundError without a file, ValueError for one that is empty, too large, not text,
    or ragged, that has a line of more than MOST_WORDS words, or fewer than two different sentences.
    """
    table = read_table(path)
    return table.sentences, table.labels


def numbered(labels, names=None):
    """Labels as `steering.fit` takes them: numbers (n, columns), int64, and {name: values}.

    An empty label is unknown, -1. The values of a column are in alphabetical order; without
    `names`, the columns are called "label 1", "label 2", …. Then
    `steering.fit(vae.posterior(sentences), *numbered(labels))` learns to steer by them. Raises
    ValueError without labels, for other than a name a column, or a column without two values.

    >>> numbers, attributes = numbered([("good",), ("bad",), ("",)], ["mood"])
    >>> numbers.tolist(), attributes
    ([[1], [0], [-1]], {'mood': ['bad', 'good']})
    """
    rows = list(labels or ())
    if {type(row) for row in rows} != {tuple} or len({*map(len, rows)}) > 1:
        raise ValueError(
            f"wanted labels as tuples of one length, as read_corpus gives them, got {rows[:2]}: "
            "write labels after a tab in each line"
        )
    columns = list(zip(*rows))
    names = list(names or (f"label {k}" for k in range(1, len(columns) + 1)))
    if len({*names}) != len(columns):
        raise ValueError(f"wanted a name for each of {len(columns)} columns, got {names}")
    attributes = {name: sorted({*column} - {""}) for name, column in zip(names, columns)}
    if poor := [name for name, values in attributes.items() if len(values) < 2]:
        raise ValueError(
            f"wanted two different labels or more in a column, got {attributes[poor[0]]} in "
            f"{poor[0]!r}: take that column out"
        )
    places = [
        {value: k for k, value in enumerate(values)} | {"": -1} for values in attributes.values()
    ]
    return torch.tensor([[place[x] for place, x in zip(places, row)] for row in rows]), attributes
