"""What a project on your own text measures: a split, a language model, copies, edits, labels."""

import hashlib
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import torch

from . import steering
from .text import NaiveBayes, groups, tokenise, words_kept
from .text.kneser_ney import KneserNey

SETTINGS = {  # of each method: what `compare` tries of it
    "attribute vectors": (1.0, 1.5, 2.0, 3.0),  # the factor
    "gradient ascent": (0.03, 0.1, 0.3),  # the step size
}


def plain(line):
    """A line as a model sees it: its words in lower case, with spaces between.

    >>> plain("Tom's  here!")
    "tom's here !"
    """
    return " ".join(tokenise(line))


def different(lines):
    """The lines that differ as a model sees them, each once, in their order; empty ones go."""
    return list({plain(line): line for line in reversed(lines) if plain(line)}.values())[::-1]


def digest(lines):
    """A fingerprint of a corpus: who has the same one has the same lines.

    >>> digest(["Tom is here."]) == digest(["tom is here ."])
    True
    """
    return hashlib.sha256("\n".join(map(plain, lines)).encode()).hexdigest()[:12]


def hold_out(lines, share=0.2, seed=0):
    """Lines to learn from, and about `share` of them held out by chance: two lists.

    Near-duplicates (`text.groups`) stay together, and a group that is too large is learnt from.
    Raises ValueError when nothing can be held out.

    >>> learn, held = hold_out([f"Line {k} is here." for k in range(100)])
    >>> len(learn), len(held)
    (80, 20)
    """
    number = groups(lines)
    sizes, dice, chosen, n_held = Counter(number), random.Random(seed), set(), 0
    for group in dice.sample(sorted(sizes), len(sizes)):
        if n_held + sizes[group] <= share * len(lines):
            chosen.add(group)
            n_held += sizes[group]
    if not chosen:
        raise ValueError(
            f"wanted lines that can be held out, got {len(lines)} in {len(sizes)} groups of "
            "near-duplicates: take more text, with more different lines"
        )
    learn, held = (
        [line for line, group in zip(lines, number) if (group in chosen) is out]
        for out in (False, True)
    )
    return learn, held


class HeldOutModel:
    """A language model of held-out lines alone, Kneser-Ney of three words in a row.

    It judges what another model wrote. A copy of a training line gains nothing by being a copy,
    since this model has not seen the training lines. `vocabulary` is that of the model that writes.
    Raises ValueError without a line.
    """

    def __init__(self, held, vocabulary):
        self.vocabulary = vocabulary
        self.model = KneserNey([vocabulary.encode(line) for line in held], len(vocabulary))

    def nats(self, lines):
        """-log p of each line, its end included, and its number of words: (n,) twice.

        The end counts as a word. Raises ValueError without a line.
        """
        tokens = [self.vocabulary.encode(line) for line in lines]
        if not tokens:
            raise ValueError(f"wanted lines, got {lines!r}")
        log_p = torch.tensor([self.model.log_prob(row) for row in tokens])
        return -log_p, torch.tensor([len(row) + 1 for row in tokens])

    def perplexity(self, lines):
        """exp(mean of -log p of a word given those before it): one number for all the lines.

        Raises ValueError without a line.
        """
        nats, words = self.nats(lines)
        return math.exp(nats.sum() / words.sum())


def parrot(lines, n, seed=0):
    """n training lines, drawn with replacement."""
    return random.Random(seed).choices(lines, k=n)


def typist(lines, n, seed=0):
    """n training lines, in each of which one word is replaced by one of another line."""
    dice, rows = random.Random(seed), [tokenise(line) for line in lines]
    found = []
    for row in dice.choices(rows, k=n):
        place = dice.randrange(len(row))
        found.append(" ".join([*row[:place], dice.choice(dice.choice(rows)), *row[place + 1 :]]))
    return found


def trigram(lines, n, seed=0):
    """n lines whose words are drawn from those that followed the two words before."""
    dice, follow = random.Random(seed), defaultdict(list)
    for line in lines:
        row = ["", "", *tokenise(line), ""]
        for before, last, word in zip(row, row[1:], row[2:]):
            follow[before, last].append(word)
    found = []
    for _ in range(n):
        row = ["", ""]
        while len(row) == 2 or row[-1]:
            row.append(dice.choice(follow[row[-2], row[-1]]))
        found.append(" ".join(row[2:-1]))
    return found


def originality(said, learnt):
    """How many lines differ, and how many are copies of training lines: {name: share}."""
    lines, known = [plain(line) for line in said], set(map(plain, learnt))
    return {
        "unique": len(set(lines)) / len(lines),
        "copies": sum(line in known for line in lines) / len(lines),
    }


def useful(said, good, learnt):
    """The share of lines that are good, no copy of a training line, and not said before.

    said (n,) lines, good (n,) True or False. Neither one good line said again and again nor good
    training lines said by heart reach more than a little.

    >>> useful(["a b", "a b", "c d", "e f"], [True, True, True, False], ["c d"])
    0.25
    """
    known = set(map(plain, learnt))
    found = {plain(line) for line, fits in zip(said, good) if fits} - known
    return len(found) / len(said)


def ordinary(model, lines):
    """The median over lines of -log p of a line for each of its words: a limit for `plausible`."""
    nats, words = model.nats(lines)
    return (nats / words).median()


def plausible(said, model, limit):
    """Whether -log p of each line for each of its words is at most `limit`: (n,) True or False."""
    nats, words = model.nats(said)
    return nats / words <= limit


def read_by_words(lines, labels):
    """A function that reads attributes by the words of a line, learnt from lines and labels.

    lines: n texts; labels (n, attributes), -1 for unknown. It takes m lines and gives
    (m, attributes). See `text.NaiveBayes`, which it uses for each attribute.
    """
    classifiers = [NaiveBayes(lines, column) for column in torch.as_tensor(labels).unbind(1)]
    return lambda said: torch.stack([one.read(said) for one in classifiers], 1)


def marked(before, after):
    """The words of `after`, each with True where `before` does not have it: a list of pairs.

    >>> marked("Tom is here.", "Is Tom there.")
    [('is', False), ('tom', False), ('there', True), ('.', False)]
    """
    left, pairs = Counter(tokenise(before)), []
    for word in tokenise(after):
        pairs.append((word, left[word] == 0))
        left[word] -= left[word] > 0
    return pairs


def bracketed(before, after):
    """`after` with [brackets] around the words that `before` does not have."""
    return " ".join(f"[{word}]" if new else word for word, new in marked(before, after))


@dataclass
class ByHand:
    """Lines to label by hand, one after the other, and the answers so far.

    >>> hand = ByHand(["Hello.", "Go away!"])
    >>> hand.answer(1)
    >>> hand.shown(), hand.labels()
    ('Go away!', [[1], [-1]])
    """

    lines: list
    answers: list = field(default_factory=list)

    def shown(self):
        """The line to label now; None after the last."""
        return self.lines[len(self.answers)] if len(self.answers) < len(self.lines) else None

    def answer(self, value):
        """Give the line that is shown the number of a value; -1 for "I cannot say"."""
        if self.shown() is not None:
            self.answers.append(value)

    def back(self):
        """Take the last answer back."""
        del self.answers[-1:]

    def labels(self):
        """A column as `steering.fit` takes it: -1 where there is no answer yet."""
        rest = len(self.lines) - len(self.answers)
        return [[value] for value in [*self.answers, *[-1] * rest]]


# --- edits -----------------------------------------------------------------------------------
@dataclass
class Project:
    """A VAE, an actor, and all that is needed to compare the actor with simpler methods.

    `learnt` are the lines that count as copies, `codes` the posterior means (n, z_dim) that the
    actor learnt from with `labels` (n, attributes), `read(lines)` → (n, attributes) says what a
    line has, and `model` has a `perplexity(lines)`.
    """

    vae: object
    steer: steering.Steering
    learnt: list
    codes: torch.Tensor
    labels: torch.Tensor
    read: object
    model: object

    def __post_init__(self):
        self.limit = ordinary(self.model, parrot(self.learnt, 500))

    def decode(self, z):
        """The lines of codes."""
        return self.vae.decode(z, max_length=40)

    def wishes(self, lines, seed=0):
        """For each line another value of one attribute, the rest left open: (n, attributes).

        Raises ValueError for a line of which no attribute is known.
        """
        dice, now = torch.Generator().manual_seed(seed), torch.as_tensor(self.read(lines))
        if not (now >= 0).any(1).all():
            raise ValueError(
                "wanted lines that have an attribute each, got others: keep those for which "
                "read(lines) is 0 or more somewhere"
            )
        sizes, rows = torch.tensor(self.steer.attributes.sizes), torch.arange(len(lines))
        which = torch.multinomial((now >= 0).float(), 1, generator=dice).squeeze(1)
        step = (torch.rand(len(lines), generator=dice) * (sizes[which] - 1)).long() + 1
        wish = torch.full((len(lines), len(sizes)), -1)
        wish[rows, which] = (now[rows, which] + step) % sizes[which]
        return wish

    def methods(self):
        """{method: {setting: move(z, wish)}}: no move, simpler methods, the actor's trainings."""
        attributes = self.steer.attributes.values
        means = steering.class_means(self.codes, self.labels, attributes)

        def read_code(z):
            return torch.as_tensor(self.read(self.decode(z)))

        n_seeds = len(self.steer.actor.net[0].weight)
        return {
            "not moved": {None: lambda z, wish: z},
            "attribute vectors": {
                factor: steering.attribute_vectors(means, attributes, read_code, factor)
                for factor in SETTINGS["attribute vectors"]
            },
            "gradient ascent": {
                rate: steering.ascent(self.steer, rate=rate) for rate in SETTINGS["gradient ascent"]
            },
            "LC-GAN": {
                seed: lambda z, wish, seed=seed: self.steer.move(z, wish, seed)
                for seed in range(n_seeds)
            },
        }

    def right(self, said, wish):
        """Whether each line has all that its wish asks for: (n,) True or False."""
        return ((torch.as_tensor(self.read(said)) == wish) | (wish < 0)).all(1)

    def measure(self, move, lines, wish):
        """The scores of a method on lines and wishes, {name: number}."""
        back = self.decode(self.vae.encode(lines))
        said = self.decode(move(self.vae.encode(lines), wish))
        right = self.right(said, wish)
        good = right & plausible(said, self.model, self.limit)
        return {
            "right": right.float().mean().item(),
            "words kept": words_kept(back, said).mean().item(),
            "perplexity": self.model.perplexity(said),
            **originality(said, self.learnt),
            "useful": useful(said, good.tolist(), self.learnt),
        }

    def compare(self, choosing, reporting):
        """A row of scores for each method, {method: {name: value}}.

        The setting of each is the one with the largest right × words kept on the lines `choosing`;
        its scores are those on `reporting`.
        """
        chosen_wish, wish = self.wishes(choosing, 1), self.wishes(reporting, 2)
        rows = {}
        for name, settings in self.methods().items():
            tried = {s: self.measure(move, choosing, chosen_wish) for s, move in settings.items()}
            best = max(tried, key=lambda s: tried[s]["right"] * tried[s]["words kept"])
            rows[name] = self.measure(settings[best], reporting, wish) | {"setting": best}
        return rows
