"""Attributes of an English sentence by rule: question or negation, tense, person, a name.

The rules are lists of words. They err, and data/README.md says how often.
"""

import torch

from .tokens import tokenise

ATTRIBUTES = {  # the values of each attribute, in the order of their numbers
    "kind": ("affirmative", "negation", "question"),
    "tense": ("past", "present", "future", "other"),
    "person": ("first", "second", "third"),
    "name": (False, True),
}


def _words(text):
    """The set of the words in `text`."""
    return frozenset(text.split())


NAMES = _words(
    """
    tom mary john alice ken jim mike bob jane nancy tony lucy susan betty taro yumi kate linda emily
    sally paul peter george henry sam dan david helen james jackson smith brown mr mrs ms
    """
)
_NO = _words("not no never none nobody nothing nowhere neither nor cannot")
_COMMAND = _words(
    """
    be let go come take give tell look stop try keep put get make do don't have bring call leave
    open close turn write read show help wait stay ask listen remember forget say speak sit stand
    hold eat drink pass move watch pick hurry translate add choose press send cut wash clean use
    find follow enjoy play run walk start drive finish trust wake hand lend pay buy relax shut
    answer check describe explain imagine think never always join fill fix study throw tie set see
    just excuse beware mind drop push pull cook mix boil lock feel
    """
)
_OPENER = _words(
    """
    well oh yes no ok hey so but and even now then today yesterday sometimes maybe perhaps still
    also
    """
)
_CLAUSE = _words(
    """
    in on at by for from with without to after before during since until if when while because as
    although though once unless whenever
    """
)
_ASK = _words("what who whom whose which where when why how")
_ADVERB = _words(
    """
    always often just also still even ever never not seldom sometimes almost both all already now
    then soon once hardly first and or i
    """
)
_PLACE = _words(
    """
    the a an my your his her our their this that school work bed church college boston australia
    japan
    """
)
_SHORT = _words(
    """
    i you he she it we they that this there here what who where how when why let everything
    something nothing everyone someone
    """
)
_AUX = _words(
    """
    am is are was were do does did have has had can could will would shall should may might must ca
    wo
    """
)
_NOT_PAST = _words(
    """
    need indeed hundred bed red speed feed seed shed naked wicked sacred succeed proceed exceed
    breed
    """
)
_TENSE = {
    "future": "will shall gonna ll won't",
    "other": "would could should might ought d",
    "past": """
        was were had did couldn't went came saw said told took got made knew thought gave found left
        felt kept began brought bought wrote sat stood heard met ran paid spoke held lost ate drank
        drove broke fell caught taught slept spent sent built won wore chose grew threw woke flew
        sang swam rose hid forgot understood led lent stole became meant drew rode blew bit fought
        sold hung shook struck
    """,
    "present": """
        am is are have has do does can can't may must need m re s ve seems looks wants needs knows
        likes says goes
    """,
}
_FORMS = {word: tense for tense, words in _TENSE.items() for word in words.split()}


def _stem(word):
    """What stands before the contraction: don't → do, i'm → i."""
    return word[:-3] if word.endswith("n't") else word.split("'")[0]


def _form(word, lone=False):
    """The tense of a finite verb, else None; `lone`: he, she, it or a name comes before it."""
    stem, _, ending = word.partition("'")
    negated = _stem(word) if word.endswith("n't") else ""
    for form in (word, negated, ending if stem in _SHORT else "", stem if ending == "ve" else ""):
        if form in _FORMS:
            return _FORMS[form]
    if word.endswith("ed") and len(word) > 3 and word not in _NOT_PAST:
        return "past"
    return "past" if lone and word[-1] != "s" and word.isalpha() else None


def _opens(word):
    """Whether a word may stand before the subject: an opener, a comma, an adverb in -ly."""
    return word in _OPENER or word == "," or (word.endswith("ly") and word not in _COMMAND)


def _main_clause(words):
    """The words without what comes before the subject, as far as words and commas tell."""
    while len(words) > 1 and _opens(words[0]):
        words = words[1:]
    if words[0] in _CLAUSE and "," in words[:-2]:
        return _main_clause(words[words.index(",") + 1 :])
    return words


def _is_going_to(words):
    """Whether the words go on with "going to" and a verb, not a place."""
    return words[:2] == ["going", "to"] and len(words) > 2 and words[2] not in _PLACE


def _tense(words):
    """The tense of the first finite verb."""
    subject = words[0]
    lone = subject in {"he", "she", "it"} | NAMES and words[1:2] != ["and"]
    for i, word in enumerate(words):
        if i and (word in _ADVERB | NAMES or word.endswith("ly")):
            continue
        tense = _form(word, lone and i > 0)
        if tense == "present" and _is_going_to(words[i + 1 :]):
            return "future"
        if tense or (i and (subject in _SHORT or lone)):
            return tense or "present"
    return "present"


def _person(words):
    """The person of the subject, which comes first."""
    if words[0] in _CLAUSE:  # no comma tells where the subject is: take the first pronoun
        words = [word for word in words if _stem(word) in _SHORT][:1] or words
    if _stem(words[0]) in ("i", "we") or any(words[i : i + 2] == ["and", "i"] for i in (1, 2)):
        return "first"
    return "second" if _stem(words[0]) == "you" else "third"


def _is_auxiliary(word):
    """Whether a word is an auxiliary, or one hangs on it: do, won't, who's."""
    return _stem(word) in _AUX or ("'" in word and _stem(word) in _ASK)


def attributes(sentence):
    """The attributes of a sentence: {"kind": …, "tense": …, "person": …, "name": …}.

    - kind: a question ends with its mark; a negation holds not, n't, no, never …, whichever clause
      it is in; all else is affirmative.
    - tense, of the first finite verb: past, present (also can, may, must, has done), future (will,
      shall, going to), other (commands, would, should, no verb).
    - person, of the subject of the main clause: first (also let's), second (also commands) or third
      (all else).
    - name: whether a person is named.

    Raises ValueError without words.

    >>> attributes("Tom, who lives here, didn't call me.")
    {'kind': 'negation', 'tense': 'present', 'person': 'third', 'name': True}
    """
    words = tokenise(sentence)
    if not any(word[0].isalnum() for word in words):
        raise ValueError(f"wanted a sentence with words, got {sentence!r}: leave it out")
    asks, denies = words[-1] == "?", any(word in _NO or word.endswith("n't") for word in words)
    about = {"kind": "question" if asks else "negation" if denies else "affirmative"}
    clause = _main_clause(words)
    aux = next((i for i, word in enumerate(clause) if _is_auxiliary(word)), None)
    if asks and aux is not None and (aux == 0 or clause[0] in _ASK):
        # the auxiliary comes before the subject
        tense, person = _form(clause[aux]), _person(clause[aux + 1 :] or clause)
        if tense == "present":
            tense = _tense([clause[aux], *clause[aux + 2 :]])
    elif asks and _stem(clause[0]) in _ASK:
        # who told you?, how about tea?
        default = "other" if clause[1:2] == ["about"] else "present"
        tense, person = next(filter(None, map(_form, clause[1:])), default), "third"
    elif not asks and (clause[0] in _COMMAND or clause[0] in ("let's", "please")):
        tense, person = "other", "first" if clause[0] == "let's" else "second"
    else:
        tense, person = _tense(clause), _person(clause)
    name = any(_stem(word) in NAMES for word in words)
    return about | {"tense": tense, "person": person, "name": name}


def indices(sentences):
    """The attributes of n sentences as numbers of values: (n, 4), -1 where it has no words.

    >>> indices(["Did Tom call?", "?"]).tolist()
    [[2, 0, 2, 1], [-1, -1, -1, -1]]
    """
    rows = []
    for sentence in sentences:
        try:
            found = attributes(sentence)
            rows.append([values.index(found[name]) for name, values in ATTRIBUTES.items()])
        except ValueError:
            rows.append([-1] * len(ATTRIBUTES))
    return torch.tensor(rows, dtype=torch.int64).view(-1, len(ATTRIBUTES))
