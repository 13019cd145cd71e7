"""The known-truth grammar against brute force: every sentence of a reduced grammar, its
probability, its parse.
"""

import itertools
import math
import random
import re

import pytest

from course_utils.text.grammar import WORDS, Grammar


def reduced(k=2):
    """WORDS with at most k entries in each list."""
    topics = {
        name: dict(
            subjects=entry["subjects"][:k],
            actions=tuple((forms, objects[:3]) for forms, objects in entry["actions"][:k]),
            places=entry["places"][:k],
        )
        for name, entry in list(WORDS["topic"].items())[:k]
    }
    moods = {
        name: {what: phrases[:k] for what, phrases in entry.items()}
        for name, entry in WORDS["sentiment"].items()
    }
    return {
        "topic": topics,
        "sentiment": moods,
        "tense": {name: times[:k] for name, times in WORDS["tense"].items()},
    }


def everything(grammar):
    """{(sentence, attributes): probability}, by following every side of every die."""
    found, left = (
        {},
        [(attributes, ()) for attributes in itertools.product(*grammar.values.values())],
    )
    share = 1 / len(left)
    while left:
        attributes, path = left.pop()
        p, at = share, iter(path)

        def roll(sides, steers=False):
            nonlocal p
            side = next(at, None)
            if side is None:
                raise StopIteration(sides)
            p *= sides.count(side) / len(sides)
            return side

        try:
            grammar.fill(attributes, roll)
            words = re.sub(r"\ba (?=[aeiou])", "an ", " ".join(word for word in path if word))
            assert (words, attributes) not in found
            found[words, attributes] = p
        except StopIteration as more:
            left += [(attributes, (*path, side)) for side in set(more.args[0])]
    return found


@pytest.fixture(scope="module")
def small():
    grammar = Grammar(reduced())
    return grammar, everything(grammar)


def test_probabilities_sum_to_one_and_no_sentence_has_two_readings(small):
    _, found = small
    assert sum(found.values()) == pytest.approx(1, abs=1e-9)
    assert len({sentence for sentence, _ in found}) == len(found) > 10_000


def test_parser_agrees_with_every_sentence(small):
    grammar, found = small
    for (sentence, attributes), p in random.Random(0).sample(sorted(found.items()), 3000):
        got, log_p = grammar.derive(sentence)
        assert got == attributes and log_p == pytest.approx(math.log(p), abs=1e-9)


def test_entropy_equals_the_sum_over_all_sentences(small):
    grammar, found = small
    assert grammar.entropy() == pytest.approx(
        -sum(p * math.log(p) for p in found.values()), abs=1e-9
    )


def test_the_parser_accepts_nothing_else(small):
    """Sentences with a word dropped, doubled, exchanged or replaced parse exactly when they are in
    the list of all sentences.
    """
    grammar, found = small
    sentences, dice, refused = {sentence for sentence, _ in found}, random.Random(1), 0
    vocabulary = sorted({word for sentence in sentences for word in sentence.split()})
    for sentence in dice.sample(sorted(sentences), 2000):
        words, i = sentence.split(), dice.randrange(len(sentence.split()) - 1)
        words[i : i + 2] = dice.choice(
            [
                words[i : i + 1],
                words[i + 1 : i + 2] + words[i : i + 1],
                words[i : i + 1] * 2,
                [dice.choice(vocabulary), words[i + 1]],
            ]
        )
        assert (grammar.parse(" ".join(words)) is not None) == (" ".join(words) in sentences)
        refused += " ".join(words) not in sentences
    assert refused > 1500


def test_samples_of_the_whole_grammar():
    grammar = Grammar()
    sentences, attributes, log_p = grammar.sample(4000, seed=0)
    assert (grammar.indices(map(grammar.parse, sentences)) == attributes).all()
    assert [grammar.log_prob(sentence) for sentence in sentences] == pytest.approx(
        log_p.tolist(), abs=1e-5
    )
    assert -log_p.mean().item() == pytest.approx(
        grammar.entropy(), abs=4 * log_p.std().item() / 4000**0.5
    )
    # uniform, and every value is met
    for column, values in zip(attributes.T, grammar.values.values()):
        expected = 4000 / len(values)
        assert ((column.bincount(minlength=len(values)) - expected).abs() < 5 * expected**0.5).all()
    assert (
        grammar.sample(5, seed=3)[0] == grammar.sample(5, seed=3)[0] != grammar.sample(5, seed=4)[0]
    )


def test_english_is_right():
    """Articles, plurals and verbs agree, on samples: an before a vowel sound, no "a" with a plural,
    did/does/do with the bare verb.
    """
    sentences = [sentence.lower() for sentence in Grammar().sample(4000, seed=1)[0]]
    text = " ".join(sentences)
    assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text) and " an " in text
    assert all(
        sentence.endswith("?") == sentence.startswith(("did ", "does ", "do ", "will "))
        for sentence in sentences
    )
    plurals = {pair[1] for entry in WORDS["topic"].values() for pair in entry["subjects"]}
    assert not [noun for noun in plurals if re.search(rf"\ban? (\w+ )?{noun}\b", text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        ".",
        "the cook",
        "penguin",
        "The proud cook baked a cake",
        "The proud cook bake a cake in the kitchen.",
    ],
)
def test_not_a_sentence(sentence):
    grammar = Grammar()
    assert grammar.parse(sentence) is None and grammar.log_prob(sentence) == -math.inf
    assert grammar.indices([None]).tolist() == [[-1] * 5]
