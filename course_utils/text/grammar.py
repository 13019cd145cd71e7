"""The known-truth corpus: a small grammar of English, everything about it known exactly.

A sentence has five attributes, drawn uniformly and independently; then slots are filled one after
another, each by a die whose sides are listed below. So log p(sentence) is a sum of logs, and a text
generator can be judged without an opinion.
"""

import functools
import itertools
import math
import random
import re

import torch

from .tokens import tokenise

ATTRIBUTES = {
    "topic": ("kitchen", "garden", "school", "music", "sport", "travel"),
    "tense": ("past", "present", "future"),
    "number": ("singular", "plural"),
    "sentiment": ("positive", "neutral", "negative"),
    "kind": ("statement", "question"),
}

# A paragraph a topic: its subjects, one and many; its verbs (go goes went), each with four objects;
# adjectives of an object, and places. A line that ends with / goes on in the next.
_TOPICS = """
kitchen: cook cooks / chef chefs / baker bakers / waiter waiters / butcher butchers /
    hostess hostesses / guest guests / apprentice apprentices
bake bakes baked / a cake / some bread / a pie / some biscuits
prepare prepares prepared / a salad / some soup / a stew / some dumplings
taste tastes tasted / a sauce / some cheese / a pudding / some jam
wash washes washed / a plate / some cups / a pan / some spoons
serve serves served / a meal / some coffee / a curry / some noodles
eat eats ate / a apple / some rice / a omelette / some pancakes
big small warm special: in the kitchen / at the market / in the restaurant / by the oven /
    at the long table / in the canteen

garden: gardener gardeners / farmer farmers / florist florists / botanist botanists /
    neighbour neighbours / shepherd shepherds / beekeeper beekeepers / landlady landladies
water waters watered / a rose / some tulips / a tree / some tomatoes
plant plants planted / a oak / some herbs / a hedge / some onions
pick picks picked / a pear / some cherries / a daisy / some berries
paint paints painted / a fence / some benches / a gate / a shed
trim trims trimmed / a bush / some branches / a lawn / some vines
grow grows grew / a pumpkin / some potatoes / a cactus / some beans
green little large unusual: in the garden / behind the house / near the pond / beside the path /
    in the greenhouse / on the farm

school: teacher teachers / pupil pupils / student students / child children / librarian librarians /
    tutor tutors / professor professors / secretary secretaries
study studies studied / a map / some poems / a theory / a atlas
write writes wrote / a essay / some letters / a story / some notes
solve solves solved / a puzzle / some equations / a riddle / a exercise
explain explains explained / a rule / some facts / a idea / a proof
teach teaches taught / a lesson / some history / a language / some grammar
draw draws drew / a circle / some shapes / a triangle / a diagram
short long difficult interesting: at school / in the classroom / in the library /
    at the university / in the laboratory / in the courtyard

music: singer singers / pianist pianists / drummer drummers / violinist violinists /
    conductor conductors / composer composers / guitarist guitarists / dancer dancers
play plays played / a waltz / some songs / a melody / a overture
sing sings sang / a hymn / some carols / a ballad / a anthem
tune tunes tuned / a piano / some violins / a guitar / a harp
record records recorded / a album / some duets / a concerto / a symphony
practise practises practised / a solo / some scales / a chorus / a aria
hear hears heard / a organ / some trumpets / a flute / a choir
famous old modern simple: on the stage / in the theatre / at the festival / in the studio /
    at the opera / in the church

sport: runner runners / swimmer swimmers / goalkeeper goalkeepers / coach coaches /
    referee referees / captain captains / athlete athletes / rower rowers
win wins won / a race / some matches / a medal / a trophy
throw throws threw / a ball / some darts / a javelin / a discus
lose loses lost / a game / some points / a duel / a bet
watch watches watched / a contest / some replays / a final / a marathon
join joins joined / a team / some drills / a club / a league
lift lifts lifted / a barbell / some weights / a cup / a oar
great new special different: in the stadium / at the gym / on the track / in the park /
    on the beach / at the pool

travel: traveller travellers / pilot pilots / sailor sailors / driver drivers / tourist tourists /
    guide guides / passenger passengers / cyclist cyclists
visit visits visited / a castle / some museums / a island / a harbour
book books booked / a room / some flights / a cabin / a boat
ride rides rode / a camel / some horses / a bicycle / a elephant
cross crosses crossed / a bridge / some mountains / a river / a desert
drive drives drove / a van / some buses / a lorry / a taxi
photograph photographs photographed / a temple / some penguins / a waterfall / some monkeys
white strange lovely tiny: in the city / near the border / along the coast / in the valley /
    at the station / in the village
"""
# Adjectives of a subject, and manners.
_SENTIMENTS = {
    "positive": (
        "happy/cheerful/proud/kind/friendly/brave/lucky/gentle/smiling/joyful",
        "with great joy/with a smile/with pleasure/in high spirits/with delight",
    ),
    "neutral": (
        "tall/quiet/busy/careful/talkative/freckled/barefoot/thoughtful/punctual/local",
        "as usual/with some help/without a word/in silence/at once",
    ),
    "negative": (
        "sad/grumpy/angry/gloomy/unhappy/rude/jealous/miserable/bitter/nervous",
        "with a sigh/in a bad mood/with regret/in low spirits/with a frown",
    ),
}


def _phrases(text):
    """The phrases between the slashes."""
    return tuple(phrase.strip() for phrase in text.split("/"))


def _action(line, adjectives):
    """The forms of a verb and the sides of the die that rolls its object.

    Half of the objects have no adjective: a bare phrase is on as many sides as there are
    adjectives.
    """
    forms, *nouns = _phrases(line)
    bare = [(article, noun) for own, noun in map(str.split, nouns) for article in ("the", own)]
    objects = [
        f"{article} {word}{noun}"
        for article, noun in bare
        for adjective in adjectives
        for word in ("", adjective + " ")
    ]
    return tuple(forms.split()), tuple(objects)


def _topic(paragraph):
    """The name of a topic and what WORDS holds of it, from its paragraph."""
    head, *verbs, tail = paragraph.replace("/\n", "/").splitlines()
    (name, subjects), (adjectives, places) = head.split(":"), tail.split(":")
    return name, dict(
        subjects=tuple(tuple(pair.split()) for pair in _phrases(subjects)),
        actions=tuple(_action(line, adjectives.split()) for line in verbs),
        places=_phrases(places),
    )


WORDS = {
    "topic": dict(map(_topic, _TOPICS.strip().split("\n\n"))),
    "sentiment": {
        name: dict(adjectives=_phrases(adjectives), manners=_phrases(manners))
        for name, (adjectives, manners) in _SENTIMENTS.items()
    },
    "tense": {
        "past": _phrases("yesterday/last night/last week/last year/a month ago/two days ago"),
        "present": _phrases("every day/every morning/on sundays/nowadays/every winter/at weekends"),
        "future": _phrases("tomorrow/next week/next month/next year/in a moment/in two days"),
    },
}


@functools.cache
def _die(sides):
    """{side: probability}, the longest first."""
    longest_first = sorted(set(sides), key=len, reverse=True)
    return {side: sides.count(side) / len(sides) for side in longest_first}


def _articles(slots):
    """The slots as one text, in which "a" becomes "an" before a vowel."""
    return re.sub(r"\ba(?= [aeiou])", "an", " ".join(filter(None, slots)))


def _reader(rest):
    """A way to pick: the longest side with which `rest` goes on; LookupError without one."""

    def pick(sides):
        nonlocal rest
        for side in _die(sides):
            if not side or rest.startswith(side + " "):
                rest = rest[len(side) + 1 if side else 0 :]
                return side
        raise LookupError

    return pick


class Grammar:
    """The grammar of `words`: it draws sentences, parses them, and knows the probability of each.

    >>> Grammar().parse("Did the sad cooks eat an apple in the kitchen last week?")
    ('kitchen', 'past', 'plural', 'negative', 'question')
    >>> Grammar().parse("Did the sad cooks eats an apple in the kitchen last week?") is None
    True
    """

    def __init__(self, words=WORDS):
        self.words = words
        self.values = {name: tuple(words.get(name, values)) for name, values in ATTRIBUTES.items()}

    def fill(self, attributes, roll):
        """Fill the slots of one sentence from left to right: this is the grammar.

        roll(sides) gives one of the sides; "" leaves the slot empty. To sample, to parse and to add
        up the entropy are three ways to roll. "a" stands for "a" and "an" here; `steers` marks the
        two dice on which later dice depend.
        """
        topic, tense, number, sentiment, kind = attributes
        words, mood = self.words["topic"][topic], self.words["sentiment"][sentiment]
        times = self.words["tense"][tense]
        plural, question = number == "plural", kind == "question"
        early = "" if question else roll(times + ("", "") * len(times), steers=True)
        if question:
            present = "do" if plural else "does"
            roll(({"past": "did", "present": present, "future": "will"}[tense],))
        roll(("the", "our", "some" if plural else "a"))
        roll(mood["adjectives"])
        roll(tuple(pair[plural] for pair in words["subjects"]))
        if tense == "future" and not question:
            roll(("will",))
        bare = question or tense == "future" or (tense == "present" and plural)
        form = 0 if bare else 1 if tense == "present" else 2  # go, goes, went
        verb = roll(tuple(forms[form] for forms, _ in words["actions"]), steers=True)
        roll(next(objects for forms, objects in words["actions"] if forms[form] == verb))
        roll(mood["manners"] + ("",) * len(mood["manners"]))
        roll(words["places"])
        if not early:
            roll((times * 2 if question else times) + ("",) * len(times))
        roll(("?" if question else ".",))

    def _follow(self, attributes, pick):
        """The sentence that `pick` makes, and its log-probability."""
        slots, logs = [], [-math.log(math.prod(map(len, self.values.values())))]

        def roll(sides, steers=False):
            slots.append(pick(sides))
            logs.append(math.log(_die(sides)[slots[-1]]))
            return slots[-1]

        self.fill(attributes, roll)
        return _articles(slots), sum(logs)

    def sample(self, n, seed):
        """n sentences, their attributes and their log-probabilities: (list, (n, 5), (n,)).

        Attributes are indices into `values`; log-probabilities are exact, in nats.
        """
        dice = random.Random(seed)
        drawn = [[dice.choice(values) for values in self.values.values()] for _ in range(n)]
        made, log_p = zip(*(self._follow(attributes, dice.choice) for attributes in drawn))
        sentences = [text[0].upper() + text[1:-2] + text[-1] for text in made]
        return sentences, self.indices(drawn), torch.tensor(log_p)

    def indices(self, attributes):
        """Attributes as words, n tuples of five or None → indices into `values`, (n, 5).

        None becomes -1, five times.
        """
        rows, none = [], [-1] * len(self.values)
        for words in attributes:
            pairs = zip(self.values.values(), words or ())
            rows.append([values.index(word) for values, word in pairs] or none)
        return torch.tensor(rows)

    def derive(self, sentence):
        """(attributes, log-probability in nats) of a sentence, whatever its capitals.

        None when the grammar does not make it.
        """
        sentence = re.sub(r" ?([.?])$", r" \1", sentence.lower())
        words, plain = set(sentence.split()), re.sub(r"\ban\b", "a", sentence) + " "
        topics, moods = self.words["topic"], self.words["sentiment"]
        possible = self.values | {
            "topic": [name for name in topics if words & set(sum(topics[name]["subjects"], ()))],
            "sentiment": [name for name in moods if words & set(moods[name]["adjectives"])],
        }
        for attributes in itertools.product(*possible.values()):
            try:
                made, log_p = self._follow(attributes, _reader(plain))
            except LookupError:
                continue
            if made == sentence:
                return attributes, log_p
        return None

    def parse(self, sentence):
        """The five attributes of a sentence as words; None when it is not grammatical."""
        return (self.derive(sentence) or [None])[0]

    def topics_by_words(self, sentences):
        """The topics that most words of each sentence have, grammatical or not, as indices: (n,).

        A subject, a verb, the noun of an object and that of a place each belong to one topic. -1
        where no topic has more words than the others.

        >>> Grammar().topics_by_words(["Will our our sailors the the castle the oven.", "The the."])
        tensor([ 5, -1])
        """
        found = []
        for words in map(tokenise, sentences):
            counts = [sum(map(own.__contains__, words)) for own in self._own]
            alone = counts.count(max(counts)) == 1
            found.append(counts.index(max(counts)) if alone else -1)
        return torch.tensor(found)

    def object_of(self, sentence):
        """The noun of its object, grammatical or not; None when there is none.

        >>> Grammar().object_of("Did the sad cooks eat a special apple in the kitchen last week?")
        'apple'
        """
        return next((word for word in tokenise(sentence) if word in self._objects), None)

    @functools.cached_property
    def _objects(self):
        """The nouns of all objects."""
        actions = [action for words in self.words["topic"].values() for action in words["actions"]]
        return {noun.split()[-1] for _, objects in actions for noun in objects}

    @functools.cached_property
    def _own(self):
        """The words that belong to each topic: a list of sets."""
        found = []
        for words in self.words["topic"].values():
            phrases = [*words["places"], *sum(words["subjects"], ())]
            for forms, objects in words["actions"]:
                phrases += [*forms, *objects]
            found.append({phrase.split()[-1] for phrase in phrases})
        return found

    def log_prob(self, sentence):
        """log p(sentence) in nats, exact; -inf when it is not grammatical."""
        return (self.derive(sentence) or [None, -math.inf])[1]

    def entropy(self):
        """The entropy of the grammar, H = -Σ p(s) log p(s), exact, in nats a sentence.

        By the chain rule it is the expected sum of the entropies of the dice. No model's mean
        negative log-likelihood can be lower.
        """
        combinations = list(itertools.product(*self.values.values()))
        inner = sum(self._entropy(attributes) for attributes in combinations)
        return math.log(len(combinations)) + inner / len(combinations)

    def _entropy(self, attributes, steered=()):
        """The entropy of the sentences with these attributes, given what the first dice gave."""
        total, left = [0.0], list(steered)

        def roll(sides, steers=False):
            if steers and not left:  # later dice depend on it: follow each of its sides
                raise LookupError(sides)
            total[0] -= sum(p * math.log(p) for p in _die(sides).values())
            return left.pop(0) if steers else sides[0]

        try:
            self.fill(attributes, roll)
        except LookupError as fork:
            sides = _die(fork.args[0]).items()
            return sum(p * self._entropy(attributes, (*steered, side)) for side, p in sides)
        return total[0]
