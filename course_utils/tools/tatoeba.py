"""Fetch the English sentences of Tatoeba: python -m course_utils tatoeba; see data/README.md."""

from ..text.tatoeba import folder, tatoeba


def main(args):
    """Fetch, filter and keep; say what is here."""
    corpus = tatoeba(download=True)
    counts = ", ".join(f"{corpus.parts.count(part)} {part}" for part in sorted(set(corpus.parts)))
    print(
        f"{folder() / 'tatoeba.tsv'}: "
        f"{len(corpus.ids)} sentences, {counts}; CC BY 2.0 FR, contributors of tatoeba.org"
    )
    return 0
