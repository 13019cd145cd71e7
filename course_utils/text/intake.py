"""Intake: what a text holds, and what is doubtful about it, said before anything is trained."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

from .corpora import Table, words_of
from .tokens import MARKS, tokenise

FEW = 1000  # sentences
SLOW = 300_000  # longest line × vocabulary: what a step computes for each sentence
WRITTEN = 24  # words, the end among them: what models.generate writes when nothing else is said
_HEADINGS = frozenset(
    """
    text texts sentence sentences line lines review reviews comment content title message tweet
    utterance label labels class category sentiment stars score rating target id
    """.split()
)
_WITHOUT_SPACES = frozenset(
    "Cjk Hiragana Katakana Thai Lao Khmer Myanmar Tibetan Javanese Balinese".split()
)


def of_sentences(sentences):
    """The `Table` of sentences that come from no file: line k is sentence k."""
    tokens, numbers = list(map(words_of, sentences)), list(range(1, len(sentences) + 1))
    return Table(sentences, tokens, numbers, n_lines=len(sentences))


def scripts(sentences):
    """The scripts of all letters and their shares, the most frequent first: {name: share}.

    >>> scripts(["Том and Ann"])
    {'Latin': 0.6666666666666666, 'Cyrillic': 0.3333333333333333}
    """
    signs, found = Counter(), Counter()
    for sentence in sentences:
        signs.update(sentence)
    for sign, count in signs.items():
        if sign.isalpha():
            found[unicodedata.name(sign, "unknown").split()[0].capitalize()] += count
    return {name: count / found.total() for name, count in found.most_common()}


def _repeats(column):
    """Whether the values of a column come twice or more on average, as those of labels do."""
    return 2 * len({*column}) <= len(column)


def _csv(lines):
    """(separator, columns) if the lines look like CSV with labels in it, else None."""
    for separator in ",;|":
        rows = [next(csv.reader([line[:10_000]], delimiter=separator)) for line in lines]
        size = Counter(map(len, rows)).most_common(1)[0][0]
        even = [row for row in rows if len(row) == size and not row[-1].startswith(" ")]
        columns = list(zip(*even))  # in prose a space follows a comma
        most = size > 1 and len(even) >= 0.95 * len(rows)
        if most and (_repeats(columns[0]) or _repeats(columns[-1])):
            return separator, columns
    return None


def _format_doubts(table, path):
    """What is doubtful about the format: CSV, a header, quotes, signs that could not be read."""
    columns, lines = list(zip(*table.labels or ())), table.sentences
    if table.labels is None:
        if found := _csv(lines[:1000]):
            columns = found[1]
            yield (
                f"this looks like CSV, {len(columns)} columns with {found[0]!r} between them, and "
                "its labels would be learnt as words: save it with tabs between the columns, the "
                "sentence first"
            )
        elif Path(path).suffix.lower() == ".csv":
            yield "this is named CSV, but each line is read as one sentence: look whether it is one"
    start = {
        word for field in (lines[0], *(column[0] for column in columns)) for word in tokenise(field)
    }
    alone = [column for column in columns if _repeats(column) and column.count(column[0]) == 1]
    if alone or _HEADINGS.issuperset(start - MARKS):
        yield (
            f"line {table.numbers[0]} looks like a header and is read as a sentence, "
            f"{lines[0]!r}: take it out if it is none"
        )
    quoted = sum(line[0] == line[-1] == '"' for line in lines)
    if 2 * quoted >= len(lines):
        yield f"{quoted:,} lines stand in quotes, which are dropped: look whether they are CSV"
    unread = [number for number, line in zip(table.numbers, lines) if "\ufffd" in line]
    if unread:
        yield (
            f"{len(unread):,} lines hold the sign \ufffd, such as line {unread[0]}: what stood "
            "there was lost when the file was saved, so save it again as UTF-8"
        )


def _label_doubts(table):
    """What is doubtful about each column of labels."""
    for k, column in enumerate(zip(*table.labels or ()), 1):
        values = {*column} - {""}
        if len(values) < 2:
            yield f"label {k} has one value only, so it cannot be steered by: take it out"
        elif len(values) > 20 and not _repeats(column):
            yield f"label {k} has {len(values):,} values, nearly one a line: is it an id?"
        if len({value.casefold() for value in values}) < len(values):
            yield f"label {k} has values that differ in capitals only: write them alike"


def _word_doubts(table, shares, n_words, unknown):
    """What is doubtful about the sentences and their words."""
    for name in _WITHOUT_SPACES.intersection(
        name for name, share in shares.items() if share > 0.05
    ):
        yield (
            f"{name} is usually written without spaces, and here a word is what stands between "
            "spaces: put spaces between the words first"
        )
    if len(table.sentences) < FEW:
        yield (
            f"{len(table.sentences):,} sentences are few: a network learns them by heart, "
            "and some thousands are wanted"
        )
    longest = max(map(len, table.tokens))
    if longest * n_words > SLOW:
        yield (
            f"lines of {longest} words and a vocabulary of {n_words:,} make slow steps that need "
            "memory: raise min_count, shorten the lines, or give the recipe candidates=512"
        )
    if unknown > 0.1:
        yield (
            f"{unknown:.0%} of the words become <unk> and cannot come back from a code: take more "
            "text, or lower min_count"
        )
    if long := sum(len(words) >= WRITTEN for words in table.tokens):
        yield (
            f"{long:,} lines have {WRITTEN} words or more: say decode(z, max_length=…), which is "
            f"{WRITTEN} when nothing is said, or their ends do not come back"
        )


def intake(table, min_count=1, path=""):
    """What a `Table` holds and what is doubtful about it, as lines of text.

    A word that occurs less often than `min_count` becomes <unk>. `path` is the file's, if any.
    """
    counts = Counter(word for words in table.tokens for word in words)
    known = {word: count for word, count in counts.items() if count >= min_count}
    unknown = 1 - sum(known.values()) / counts.total()
    longest = max(range(len(table.tokens)), key=lambda k: len(table.tokens[k]))
    shares, n = scripts(table.sentences), len(table.sentences)
    different = len({" ".join(words) for words in table.tokens})
    rows = {
        "lines": f"{table.n_lines:,}; {table.n_empty:,} empty and {len(table.wordless):,} without "
        f"a word are left out{''.join(f', such as line {k}' for k in table.wordless[:1])}",
        "sentences": f"{n:,}, {different:,} different",
        "words": f"{counts.total():,} with marks, {counts.total() / n:.1f} a sentence; "
        f"the longest is line {table.numbers[longest]} with {len(table.tokens[longest])}",
        "vocabulary": f"{len(known):,} words and marks that occur {min_count} times or more; "
        f"{unknown:.1%} of all words become <unk>",
        "script": ", ".join(f"{name} {share:.1%}" for name, share in list(shares.items())[:4]),
    }
    for k, column in enumerate(zip(*table.labels or ()), 1):
        labels = Counter(label or "(none)" for label in column).most_common()
        shown = ", ".join(f"{label} {count:,}" for label, count in labels[:8])
        rows[f"label {k}"] = shown + (f" and {len(labels) - 8:,} more" if len(labels) > 8 else "")
    doubts = [*_format_doubts(table, path), *_label_doubts(table)]
    doubts += _word_doubts(table, shares, len(known), unknown)
    return [f"{what:12}{said}" for what, said in rows.items()] + [f"? {said}" for said in doubts]
