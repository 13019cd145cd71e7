"""The known-truth grammar against brute force over every sentence of a reduced grammar."""

import itertools
import math
import random
import re
from collections import Counter

import pytest

from course_utils.text.grammar import WORDS, Grammar, _topic


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
    times = {name: phrases[:k] for name, phrases in WORDS["tense"].items()}
    return {"topic": topics, "sentiment": moods, "tense": times}


class Path:
    """A way to roll: the sides of a path, one after another, with their probability so far."""

    def __init__(self, sides, p):
        self.sides, self.p = iter(sides), p

    def __call__(self, sides, steers=False):
        side = next(self.sides, None)
        if side is None:
            raise StopIteration(sides)
        self.p *= sides.count(side) / len(sides)
        return side


def everything(grammar):
    """{(sentence, attributes): probability}, by following every side of every die."""
    found, combinations = {}, list(itertools.product(*grammar.values.values()))
    left = [(attributes, ()) for attributes in combinations]
    while left:
        attributes, sides = left.pop()
        path = Path(sides, 1 / len(combinations))
        try:
            grammar.fill(attributes, path)
            words = re.sub(r"\ba (?=[aeiou])", "an ", " ".join(word for word in sides if word))
            assert (words, attributes) not in found
            found[words, attributes] = path.p
        except StopIteration as more:
            left += [(attributes, (*sides, side)) for side in set(more.args[0])]
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
    entropy = -sum(p * math.log(p) for p in found.values())
    assert grammar.entropy() == pytest.approx(entropy, abs=1e-9)


def test_the_parser_accepts_nothing_else(small):
    """A sentence with a change parses exactly when it is in the list of all sentences.

    The change is a word that is dropped, doubled, exchanged with the next or replaced.
    """
    grammar, found = small
    sentences, dice, refused = {sentence for sentence, _ in found}, random.Random(1), 0
    vocabulary = sorted({word for sentence in sentences for word in sentence.split()})
    for sentence in dice.sample(sorted(sentences), 2000):
        words = sentence.split()
        i = dice.randrange(len(words) - 1)
        this, following = words[i : i + 2]
        changes = [this], [following, this], [this, this], [dice.choice(vocabulary), following]
        words[i : i + 2] = dice.choice(changes)
        changed = " ".join(words)
        assert (grammar.parse(changed) is not None) == (changed in sentences)
        refused += changed not in sentences
    assert refused > 1500


def test_samples_of_the_whole_grammar():
    grammar = Grammar()
    sentences, attributes, log_p = grammar.sample(4000, seed=0)
    assert (grammar.indices(map(grammar.parse, sentences)) == attributes).all()
    again = [grammar.log_prob(sentence) for sentence in sentences]
    assert again == pytest.approx(log_p.tolist(), abs=1e-5)
    error = log_p.std().item() / 4000**0.5
    assert -log_p.mean().item() == pytest.approx(grammar.entropy(), abs=4 * error)
    # attributes are uniform, and every value is met
    for column, values in zip(attributes.T, grammar.values.values()):
        expected = 4000 / len(values)
        assert ((column.bincount(minlength=len(values)) - expected).abs() < 5 * expected**0.5).all()
    three, same, four = (grammar.sample(5, seed=seed)[0] for seed in (3, 3, 4))
    assert three == same != four


def test_the_probability_of_a_sentence_is_the_product_of_its_dice():
    """Worked out by hand: 216 combinations; two of three statements do not begin with a time; 3
    articles, 10 adjectives, 8 subjects, 6 verbs, 64 objects, no manner in half of the sentences, 6
    places, and then no time at the end in half of them.
    """
    ways = 216 * 3 / 2 * 3 * 10 * 8 * 6 * 64 * 2 * 6 * 2
    log_p = Grammar().log_prob("Our tall referees will lift a great cup on the beach.")
    assert log_p == pytest.approx(-math.log(ways), abs=1e-9)
    # a question always has its time at the end, or in a third of the cases none; a bare object is
    # on four sides, one of five manners in half of the sentences
    ways = 216 * 3 * 10 * 8 * 6 * (64 / 4) * (2 * 5) * 6 * (3 / 2 * 6)
    log_p = Grammar().log_prob("Did the sad cooks eat an apple with a sigh by the oven last week?")
    assert log_p == pytest.approx(-math.log(ways), abs=1e-9)


def test_the_entropy_of_the_whole_grammar_is_the_sum_of_the_entropies_of_its_dice():
    def entropy(*sides):
        """That of a die, from (how many sides, how probable each)."""
        assert sum(n * p for n, p in sides) == pytest.approx(1)
        return -sum(n * p * math.log(p) for n, p in sides)

    early, late = entropy((6, 1 / 18), (1, 2 / 3)), entropy((6, 1 / 12), (1, 1 / 2))
    asked = entropy((6, 1 / 9), (1, 1 / 3))
    time = (early + 2 / 3 * late + asked) / 2  # half are statements
    objects = entropy((8, 4 / 64), (32, 1 / 64))  # bare, or with one of four adjectives
    manner = entropy((5, 1 / 10), (1, 1 / 2))
    even = sum(map(math.log, (216, 3, 10, 8, 6, 6)))  # combinations, article … verb, place
    assert Grammar().entropy() == pytest.approx(even + objects + manner + time, abs=1e-9)


def test_a_paragraph_becomes_a_topic():
    verb = "see sees saw / a owl / some fish"
    paragraph = f"zoo: cat cats /\n    ape apes\n{verb}\nbig red: at noon / at dawn"
    name, words = _topic(paragraph)
    ((forms, objects),) = words.pop("actions")
    assert name == "zoo" and forms == ("see", "sees", "saw")
    assert words == {
        "subjects": (("cat", "cats"), ("ape", "apes")),
        "places": ("at noon", "at dawn"),
    }
    wanted = {}
    for article, noun in (("the", "owl"), ("a", "owl"), ("the", "fish"), ("some", "fish")):
        wanted[f"{article} {noun}"] = 2
        wanted |= {f"{article} {adjective} {noun}": 1 for adjective in ("big", "red")}
    assert Counter(objects) == wanted


def test_english_is_right():
    """On samples: "an" before a vowel, questions with their mark, no "a" with a plural."""
    sampled = Grammar().sample(4000, seed=1)[0]
    assert all(re.fullmatch(r"[A-Z][a-z ]+[a-z][.?]", sentence) for sentence in sampled)
    sentences = [sentence.lower() for sentence in sampled]
    text = " ".join(sentences)
    assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text) and " an " in text
    for sentence in sentences:
        asks = sentence.startswith(("did ", "does ", "do ", "will "))
        assert sentence.endswith("?") == asks, sentence
    plurals = {pair[1] for entry in WORDS["topic"].values() for pair in entry["subjects"]}
    assert not [noun for noun in plurals if re.search(rf"\ban? (\w+ )?{noun}\b", text)]


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("Do the sad cooks eat some rice by the oven?", "Does the sad cooks eat some rice"),
        ("Does the sad cook eat some rice by the oven?", "Do the sad cook eat some rice"),
        ("The sad cook eats some rice by the oven.", "The sad cook eat some rice"),
        ("The sad cooks eat some rice by the oven.", "The sad cooks eats some rice"),
        ("A sad cook ate an apple by the oven.", "Some sad cook ate an apple"),
        ("Some sad cooks ate an apple by the oven.", "A sad cooks ate an apple"),
        ("Will the sad cook eat an apple by the oven?", "Will the sad cook eats an apple"),
        ("Our sad cooks will eat the apple by the oven.", "Our sad cooks will ate the apple"),
    ],
)
def test_verb_article_and_auxiliary_agree_with_the_subject(right, wrong):
    grammar = Grammar()
    assert grammar.parse(right)[2] == ("plural" if "cooks" in right else "singular")
    assert grammar.parse(f"{wrong} by the oven{right[-1]}") is None


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


def test_the_words_of_a_sentence_tell_its_topic_and_its_object():
    grammar = Grammar()
    sampled, attributes, _ = grammar.sample(2000, seed=3)
    assert (grammar.topics_by_words(sampled) == attributes[:, 0]).all()
    broken = [" ".join(reversed(sentence.split())) for sentence in sampled]
    assert (grammar.topics_by_words(broken) == attributes[:, 0]).all()
    assert grammar.topics_by_words(["", "The cook visits.", "Our our will."]).tolist() == [-1] * 3
    assert not any(one & other for one, other in itertools.combinations(grammar._own, 2))
    for sentence in sampled:
        noun = grammar.object_of(sentence)
        assert re.search(rf"\b(the|an?|some) (\w+ )?{noun} ", sentence.lower()), sentence
    assert grammar.object_of("The cook bakes.") is None
