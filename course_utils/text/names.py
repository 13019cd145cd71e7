"""Names of characters in Unicode: a corpus that every Python holds, and an oracle for new lines."""

import functools
import sys
import unicodedata
from collections import Counter, defaultdict

from .tokens import tokenise


def unicode_names(least=8):
    """The names of version 3.2 (2002) as lines in lower case, in the order of their numbers.

    Names of three to nine words without digits, each of whose words stands in `least` names or
    more; Chinese characters and Korean syllables are left out. Every Python gives the same list.

    >>> unicode_names()[0]
    'latin capital letter a'
    """
    old = unicodedata.ucd_3_2_0
    names = [old.name(chr(number), "").lower() for number in range(sys.maxunicode + 1)]
    names = [
        name
        for name in names
        if name
        and not name.startswith(("cjk", "hangul syllable"))
        and not any(sign.isdigit() for sign in name)
    ]
    uses = Counter(word for name in names for word in name.split())
    return [
        name
        for name in names
        if 3 <= len(name.split()) <= 9 and min(uses[word] for word in name.split()) >= least
    ]


def since(line):
    """When a character got this name: "2002", "later", or "" where there is no such character.

    What counts as later depends on the version of Unicode in this Python. Aliases and names of
    sequences do not count.

    >>> since("Latin small letter a"), since("Latin capital letter turned t"), since("Big dog")
    ('2002', 'later', '')
    """
    name = " ".join(tokenise(line))
    try:
        found = unicodedata.lookup(name.upper())
    except KeyError:
        return ""
    if len(found) > 1 or unicodedata.name(found, "").lower() != name:
        return ""
    return "2002" if unicodedata.ucd_3_2_0.name(found, "") else "later"


@functools.cache
def _by_stem():
    """The names of this Python's Unicode that hold a "with", by what stands before it."""
    found = defaultdict(list)
    for number in range(sys.maxunicode + 1):
        name = unicodedata.name(chr(number), "").lower()
        stem, is_marked, _ = name.partition(" with ")
        if is_marked:
            found[stem].append(name)
    return found


def with_mark(line):
    """The names that are this line and "with …" behind it, in the order of their numbers: a list.

    >>> with_mark("Latin small letter f")[0], with_mark("digit one")
    ('latin small letter f with hook', [])
    """
    return _by_stem().get(" ".join(tokenise(line)), [])


def composed(line):
    """Whether Unicode maps the character of this name to others, as "ö" to "o" and two dots.

    A mathematical letter, mapped to the plain one, counts as well. 1 or 0, or -1 where there is no
    such character. The words of the name do not say so for sure.

    >>> [composed(f"latin small letter o with {mark}") for mark in ("diaeresis", "stroke")]
    [1, 0]
    """
    if not since(line):
        return -1
    return int(
        bool(unicodedata.decomposition(unicodedata.lookup(" ".join(tokenise(line)).upper())))
    )
