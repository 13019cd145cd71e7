"""What a project on your own text measures: a split, a language model, copies, edits, labels."""

import hashlib
import itertools
import json
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch

from . import steering, store
from .text import NaiveBayes, groups, tokenise, words_kept
from .text.kneser_ney import KneserNey

SETTINGS = {  # of each method: what `compare` tries of it
    "attribute vectors": (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0),  # the factor
    "gradient ascent": (0.003, 0.01, 0.03, 0.1, 0.3),  # the step size
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


def deal(lines, n=3, seed=0):
    """The number, 0 to n - 1, of the part that each line is dealt to: a list.

    Near-duplicates (`text.groups`) stay together, and the parts are as even as that allows.
    Raises ValueError when a part would be empty.

    >>> sorted(deal([f"Line {k} is here." for k in range(9)]))
    [0, 0, 0, 1, 1, 1, 2, 2, 2]
    """
    number, sizes, part_of = groups(lines), [0] * n, {}
    counts, dice = Counter(number), random.Random(seed)
    for group in dice.sample(sorted(counts), len(counts)):
        part_of[group] = sizes.index(min(sizes))
        sizes[part_of[group]] += counts[group]
    if min(sizes) == 0:
        raise ValueError(
            f"wanted lines for {n} judges, got {len(lines)} in {len(counts)} groups of "
            "near-duplicates: hold out more lines"
        )
    return [part_of[group] for group in number]


class Crossed:
    """Judges that each learn from a part of the held-out lines, and never judge what they read.

    make(lines, part) gives the judge of some of the lines; `part` are their places in `held`. With
    three parts or more there is always a judge that has read neither a line nor its source.
    Raises ValueError for fewer than three parts, and when a part is empty.
    """

    def __init__(self, held, make, n=3, seed=0):
        if n < 3:
            raise ValueError(
                f"wanted three judges or more, got {n}: a line and its source take two"
            )
        number = deal(held, n, seed)
        self.part = dict(zip(map(plain, held), number))
        places = [[k for k, found in enumerate(number) if found == part] for part in range(n)]
        self.judges = [make([held[k] for k in part], part) for part in places]

    def may(self, said, source=None):
        """Which judge may judge which line: (n, judges) True or False.

        source: the line from which each was made, so that its judge has not read that one either.
        """
        allowed = torch.ones(len(said), len(self.judges), dtype=torch.bool)
        for lines in (said, said if source is None else source):
            for row, line in enumerate(lines):
                if (part := self.part.get(plain(line))) is not None:
                    allowed[row, part] = False
        return allowed

    def mean(self, ask, said, source=None):
        """The mean of ask(judge, said), (n,) or (n, …), over those that may judge each line."""
        answers = torch.stack([ask(judge, said) for judge in self.judges], 1)
        allowed = self.may(said, source)
        allowed = allowed.view(*allowed.shape, *[1] * (answers.dim() - 2))
        return answers.masked_fill(~allowed, 0).sum(1) / allowed.sum(1)


class HeldOutModel:
    """Language models of held-out lines alone, Kneser-Ney of three words in a row.

    They judge what another model wrote. A copy of a training line gains nothing by being a copy,
    since they have not seen the training lines. There are `n` of them, each of a part of the
    held-out lines, and none judges what it has read, see `Crossed`. `vocabulary` is that of the
    model that writes. Raises ValueError where the lines do not suffice.
    """

    def __init__(self, held, vocabulary, n=3, seed=0):
        self.vocabulary = vocabulary

        def counted(lines, part):
            return KneserNey([vocabulary.encode(line) for line in lines], len(vocabulary))

        self.crossed = Crossed(held, counted, n, seed)

    def nats(self, lines, source=None):
        """-log p of each line, its end included, and its number of words: (n,) twice.

        The end counts as a word; `source` are the lines from which these were made, if any.
        -log p is the mean over the judges that may judge the line. Raises ValueError without one.
        """
        tokens = [self.vocabulary.encode(line) for line in lines]
        if not tokens:
            raise ValueError(f"wanted lines, got {lines!r}")

        def ask(model, lines):
            return -torch.tensor([model.log_prob(row) for row in tokens])

        return self.crossed.mean(ask, lines, source), torch.tensor([len(row) + 1 for row in tokens])

    def perplexity(self, lines, source=None):
        """exp(mean of -log p of a word given those before it): one number for all the lines.

        Raises ValueError without a line.
        """
        nats, words = self.nats(lines, source)
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


def _each(said, good, learnt):
    """For each line: does it come for the first time, is it a copy, is it useful: {name: (n,)}."""
    lines, known = [plain(line) for line in said], set(map(plain, learnt))
    seen, found = set(), set()
    rows = {"unique": [], "copies": [], "useful": []}
    for line, fits in zip(lines, good):
        counts = bool(fits) and line not in known and line not in found
        rows["unique"].append(line not in seen)
        rows["copies"].append(line in known)
        rows["useful"].append(counts)
        seen.add(line)
        found |= {line} if counts else set()
    return {name: torch.tensor(row, dtype=torch.float64) for name, row in rows.items()}


def originality(said, learnt):
    """How many lines differ, and how many are copies of training lines: {name: share}."""
    each = _each(said, [False] * len(said), learnt)
    return {name: each[name].mean().item() for name in ("unique", "copies")}


def useful(said, good, learnt):
    """The share of lines that are good, no copy of a training line, and not said before.

    said (n,) lines, good (n,) True or False. Neither one good line said again and again nor good
    training lines said by heart reach more than a little.

    >>> useful(["a b", "a b", "c d", "e f"], [True, True, True, False], ["c d"])
    0.25
    """
    return _each(said, good, learnt)["useful"].mean().item()


def margin(values):
    """Half of a 95 % interval for a mean, from the n values that it is the mean of: a number.

    1.96 standard errors; for shares, whose values are 0 and 1, Wilson's interval, which is not
    empty where all values are equal. It tells how much other lines would change the mean, and
    nothing of another training or split. Source: Wilson 1927.

    >>> round(margin([0.0, 1.0] * 50), 3)
    0.096
    """
    x = torch.as_tensor(values, dtype=torch.float64)
    n, z = len(x), 1.96
    if ((x == 0) | (x == 1)).all():
        p = x.mean().item()
        return z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return z * x.std().item() / math.sqrt(n)


def interval(values):
    """The two ends of a 95 % interval for a share, from n values that are 0 or 1: (low, high).

    Wilson's interval. Its middle is not the share itself, so that no end leaves 0 to 1.
    Source: Wilson 1927.

    >>> [round(end, 3) for end in interval([1.0] * 226)]
    [0.983, 1.0]
    """
    x = torch.as_tensor(values, dtype=torch.float64)
    n, z = len(x), 1.96
    p, half = x.mean().item(), margin(x)
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    return max(0.0, min(p, middle - half)), min(
        1.0, max(p, middle + half)
    )  # p in spite of rounding


def _with_ends(name, values):
    """A score, its margin, and for a share the two ends of its interval: {name: number}."""
    row = {name: values.mean().item(), f"{name} ±": margin(values)}
    if ((values == 0) | (values == 1)).all():
        row[f"{name} from"], row[f"{name} to"] = interval(values)
    return row


def summary(each):
    """The scores of lines and their margins: {name: number}, with "… ±" beside each name.

    `each` is {name: (n,)}, of which "nats" and "words" become the perplexity. Its margin is that of
    a ratio of two means. Shares also have "… from" and "… to", see `interval`.
    """
    row = {"n": len(each["right"])}
    for name in ("right", "words kept"):
        row |= _with_ends(name, each[name])
    nats, words = each["nats"].double(), each["words"].double()
    rate = nats.sum() / words.sum()
    spread = margin((nats - rate * words) / words.mean()) if len(nats) > 1 else 0.0
    row |= {"perplexity": rate.exp().item(), "perplexity ±": rate.exp().item() * spread}
    for name in ("unique", "copies", "useful", "exists"):
        row |= _with_ends(name, each[name]) if name in each else {}
    return row


def ordinary(model, lines):
    """The median over lines of -log p of a line for each of its words: a limit for `plausible`."""
    nats, words = model.nats(lines)
    return (nats / words).median()


def plausible(said, model, limit):
    """Whether -log p of each line for each of its words is at most `limit`: (n,) True or False."""
    nats, words = model.nats(said)
    return nats / words <= limit


# --- what a line has ---------------------------------------------------------------------------
def read_by_words(lines, labels):
    """A function that reads attributes by the words of a line, learnt from lines and labels.

    lines: n texts; labels (n, attributes), -1 for unknown. It takes m lines and gives
    (m, attributes). See `text.NaiveBayes`, which it uses for each attribute.
    """
    classifiers = [NaiveBayes(lines, column) for column in torch.as_tensor(labels).unbind(1)]
    return lambda said: torch.stack([one.read(said) for one in classifiers], 1)


class Rule:
    """Attributes that a rule reads off a line. It labels, and it judges: it has learnt nothing.

    read(lines) → (n, attributes), numbers of values, -1 where an attribute does not apply.
    """

    def __init__(self, read):
        self._read = read

    def read(self, lines):
        """What lines have: (n, attributes)."""
        return torch.as_tensor(self._read(list(lines)))

    def label(self, lines):
        """What lines of the file have: the same."""
        return self.read(lines)

    def judge(self, said, source=None):
        """What lines have that were made from others: the same."""
        return self.read(said)


class Labels:
    """Attributes whose labels stand in a file, so that classifiers of words read other lines.

    `label_of` is {a line as `plain` writes it: its labels}, -1 for unknown. Methods read lines by a
    classifier that has learnt from `learn`. Judges are others, which have learnt from the held-out
    lines alone, and none of them judges what it has read, see `Crossed`. Raises ValueError for a
    line without labels, and where a part of `held` has no known label.
    """

    def __init__(self, label_of, learn, held, n=3, seed=0):
        self.label_of = label_of
        self.read = read_by_words(learn, self.label(learn))
        known = self.label(held)
        self.judges = []
        for column in known.unbind(1):
            n_values = int(max(column.max(), 1)) + 1

            def made(lines, part, column=column, n_values=n_values):
                return NaiveBayes(lines, column[part], n_values=n_values)

            self.judges.append(Crossed(held, made, n, seed))

    def label(self, lines):
        """What lines of the file have, by the file: (n, attributes)."""
        lines = list(map(plain, lines))
        if missing := [line for line in lines if line not in self.label_of]:
            raise ValueError(
                f"wanted lines with labels, got {len(missing)} without, such as {missing[0]!r}: "
                "make label_of from the file that the lines come from"
            )
        return torch.tensor([self.label_of[line] for line in lines])

    def judge(self, said, source=None):
        """What the judges read in lines that were made from `source`: (n, attributes)."""
        return torch.stack(
            [crossed.mean(NaiveBayes.scores, said, source).argmax(-1) for crossed in self.judges],
            1,
        )

    def agreement(self, held, names):
        """How often the judges read what the file says of held-out lines: {name: {what: number}}.

        Beside it stand the share of the commonest value, which a judge that reads nothing reaches,
        the margin, and the number of lines with a known label. No judge has read the line.
        """
        rows = {}
        for name, wanted, found in zip(names, self.label(held).T, self.judge(held).T):
            right = (wanted == found)[wanted >= 0].double()
            rows[name] = {
                "judges agree": right.mean().item(),
                "±": margin(right),
                "commonest value": wanted[wanted >= 0].bincount().max().item() / len(right),
                "lines": len(right),
            }
        return rows


# --- edits and answers -------------------------------------------------------------------------
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


class ByHand:
    """Lines to label by hand, one after the other, and the answers so far.

    With a `path` every answer is written there at once, and the answers to the same question are
    taken up from there. Raises ValueError where something else is in that file.

    >>> hand = ByHand(["Hello.", "Go away!"])
    >>> hand.answer(1)
    >>> hand.shown(), hand.labels()
    ('Go away!', [[1], [-1]])
    """

    def __init__(self, lines, question="", path=None):
        self.lines, self.question = list(lines), question
        self.path = None if path is None else Path(path)
        known = self._kept().get(question, {})
        found = itertools.takewhile(lambda line: line in known, self.lines)
        self.answers = [known[line] for line in found]

    def _kept(self):
        """What stands in the file: {question: {line: answer}}."""
        if self.path is None or not self.path.exists():
            return {}
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return {question: dict(answers) for question, answers in kept.items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(
                f"wanted answers in {self.path}, got something else: move that file away"
            ) from error

    def _keep(self, line, value):
        """Write an answer to the file, or take it out where `value` is None."""
        if self.path is not None:
            kept = self._kept()
            answers = kept.setdefault(self.question, {})
            answers.pop(line, None)
            if value is not None:
                answers[line] = value
            store.write_whole(self.path, json.dumps(kept, ensure_ascii=False, indent=1))

    def shown(self):
        """The line to label now; None after the last."""
        return self.lines[len(self.answers)] if len(self.answers) < len(self.lines) else None

    def answer(self, value):
        """Give the line that is shown the number of a value; -1 for "I cannot say"."""
        if self.shown() is not None:
            self._keep(self.shown(), value)
            self.answers.append(value)

    def back(self):
        """Take the last answer back."""
        if self.answers:
            del self.answers[-1:]
            self._keep(self.shown(), None)

    def labels(self):
        """A column as `steering.fit` takes it: -1 where there is no answer yet."""
        rest = len(self.lines) - len(self.answers)
        return [[value] for value in [*self.answers, *[-1] * rest]]

    def suffices(self, least=5):
        """Whether yes (1) and no (0) were answered `least` times each; says so where they were not.

        Without any answer it says nothing.
        """
        counts = [self.answers.count(value) for value in (0, 1)]
        if self.answers and min(counts) < least:
            print(
                f"You answered {len(self.answers)} lines, {counts[1]} with yes and {counts[0]} "
                f"with no. Your answers are kept. Go on until each was given {least} times."
            )
        return min(counts) >= least


def errors(by_rule, by_reader, values):
    """What a reader found of a rule, a text for each of `values`; -1 is not read: a list.

    >>> errors([1, 1, 0, 0], [1, 0, -1, -1], ("no", "yes"))[1]
    'rule for “yes”: wrong in 1 of 2 lines read (9% to 91%)'
    """
    texts = []
    for k, value in enumerate(values):
        wrong = [said != k for rule, said in zip(by_rule, by_reader) if rule == k and said >= 0]
        found = "no line read by hand"
        if wrong:
            low, high = interval(wrong)
            found = f"wrong in {sum(wrong)} of {len(wrong)} lines read ({low:.0%} to {high:.0%})"
        texts.append(f"rule for “{value}”: {found}")
    return texts


# --- a project ---------------------------------------------------------------------------------
@dataclass
class Project:
    """A VAE, an actor, and all that is needed to compare the actor with simpler methods.

    `learnt` are the lines that count as copies, `codes` the posterior means (n, z_dim) that the
    actor learnt from with `labels` (n, attributes), `reader` a `Rule` or `Labels`, `model` a
    `HeldOutModel`. `strengths` are the settings of the trainings in `steer`, if not 0, 1, ….
    `exists` tells of a line whether there is such a line, where an oracle knows.
    """

    vae: object
    steer: steering.Steering
    learnt: list
    codes: torch.Tensor
    labels: torch.Tensor
    reader: object
    model: HeldOutModel
    strengths: tuple = None
    exists: object = None

    def __post_init__(self):
        self.limit = ordinary(self.model, parrot(self.learnt, 500))
        # of `compare`: {method: lines}, {method: {name: (n,)}}, what the reported lines are asked
        self.said, self.each, self.wish = {}, {}, None

    def decode(self, z):
        """The lines of codes."""
        return self.vae.decode(z, max_length=40)

    def wishes(self, lines, seed=0):
        """For each line another value of one attribute, the rest left open: (n, attributes).

        Raises ValueError for a line of which no attribute is known.
        """
        dice, now = torch.Generator().manual_seed(seed), self.reader.label(lines)
        if not (now >= 0).any(1).all():
            raise ValueError(
                "wanted lines that have an attribute each, got others: keep those whose label is 0 "
                "or more somewhere"
            )
        sizes, rows = torch.tensor(self.steer.attributes.sizes), torch.arange(len(lines))
        which = torch.multinomial((now >= 0).float(), 1, generator=dice).squeeze(1)
        step = (torch.rand(len(lines), generator=dice) * (sizes[which] - 1)).long() + 1
        wish = torch.full((len(lines), len(sizes)), -1)
        wish[rows, which] = (now[rows, which] + step) % sizes[which]
        return wish

    def asked(self, wish):
        """What each wish asks for, as a text such as "case: capital": a list."""
        values = self.steer.attributes.values
        return [
            ", ".join(f"{name}: {values[name][k]}" for name, k in zip(values, row) if k >= 0)
            for row in torch.as_tensor(wish).tolist()
        ]

    def methods(self):
        """{method: {setting: move(z, wish)}}: no move, simpler methods, the actor's trainings."""
        attributes = self.steer.attributes.values
        means = steering.class_means(self.codes, self.labels, attributes)

        def read_code(z):
            return torch.as_tensor(self.reader.read(self.decode(z)))

        strengths = self.strengths or range(len(self.steer.actor.net[0].weight))
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
                strength: lambda z, wish, seed=seed: self.steer.move(z, wish, seed)
                for seed, strength in enumerate(strengths)
            },
        }

    def right(self, said, wish, source=None):
        """Whether each line has all that its wish asks for: (n,) True or False."""
        return ((self.reader.judge(said, source) == wish) | (wish < 0)).all(1)

    def scored(self, said, wish, source):
        """What counts for each line that was made from `source`: {name: (n,)}."""
        right = self.right(said, wish, source)
        nats, words = self.model.nats(said, source)
        each = {"right": right.double(), "words kept": words_kept(source, said).double()}
        each |= {"nats": nats, "words": words}
        if self.exists is not None:
            each["exists"] = torch.tensor([bool(self.exists(line)) for line in said]).double()
        each |= _each(said, right & (nats / words <= self.limit), self.learnt)
        if self.exists is not None:
            real = each["right"] * each["exists"]
            each["new name"] = real * each["unique"] * (1 - each["copies"])
            each["copy or repeat"] = real - each["new name"]
            each["no such name"] = each["right"] - real
        return each

    def moved(self, move, lines, wish):
        """The lines that a method makes, and what counts for each: (lines, {name: (n,)})."""
        said = self.decode(move(self.vae.encode(lines), wish))
        return said, self.scored(said, wish, lines)

    def measure(self, move, lines, wish):
        """The scores of a method on lines and wishes, with margins: {name: number}."""
        return summary(self.moved(move, lines, wish)[1])

    def compare(self, choosing, reporting, edits=None):
        """A row of scores for each method, {method: {name: value}}, see `summary`.

        The setting of each is the one with the largest right × words kept on the lines `choosing`;
        its scores are those on `reporting`. "edge" says that the smallest or the largest setting
        that was tried is best, so that another might be better. `edits` are {name: edit(lines,
        wish) → lines}, which need no code.
        """
        chosen_wish, wish = self.wishes(choosing, 1), self.wishes(reporting, 2)
        rows, self.said, self.each, self.wish = {}, {}, {}, wish
        for name, settings in self.methods().items():
            tried = {s: self.measure(move, choosing, chosen_wish) for s, move in settings.items()}
            best = max(tried, key=lambda s: tried[s]["right"] * tried[s]["words kept"])
            self.said[name], self.each[name] = self.moved(settings[best], reporting, wish)
            edge = len(tried) > 1 and best in (min(tried), max(tried))
            rows[name] = {"setting": best, "edge": edge} | summary(self.each[name])
        for name, edit in (edits or {}).items():
            self.said[name] = edit(reporting, wish)
            self.each[name] = self.scored(self.said[name], wish, reporting)
            rows[name] = {"setting": None, "edge": False} | summary(self.each[name])
        return rows

    def real(self, held, seed=0):
        """An edit that is none: edit(lines, wish) gives lines of `held` with what is asked for.

        They are drawn by chance, each once while they last, and never the line itself.
        """

        def edit(lines, wish):
            has, dice = self.reader.label(held), random.Random(seed)
            taken, found = Counter(), []
            for line, row in zip(lines, torch.as_tensor(wish)):
                fits = ((has == row) | (row < 0)).all(1).nonzero().flatten().tolist()
                fits = [k for k in fits if held[k] != line] or list(range(len(held)))
                least = min(taken[k] for k in fits)
                found.append(dice.choice([k for k in fits if taken[k] == least]))
                taken[found[-1]] += 1
            return [held[k] for k in found]

        return edit

    def nearest(self, lines, seed=0):
        """edit(source, wish) gives the nearest of `lines` that has what is asked for.

        Attributes that a wish leaves open stay as they are. The nearest is the one in which the
        fewest words have to come or go; chance decides where several are.
        """
        bags = [set(tokenise(line)) for line in lines]

        def edit(source, wish):
            has, dice, found = self.reader.label(lines), random.Random(seed), []
            wanted = torch.where(wish < 0, self.reader.label(source), wish)
            for line, row in zip(source, wanted):
                bag = set(tokenise(line))
                fits = (has == row).all(1).nonzero().flatten().tolist()
                cost = {k: len(bags[k] ^ bag) for k in fits if lines[k] != line}
                least = min(cost.values(), default=0)
                found.append(dice.choice([k for k in cost if cost[k] == least] or fits))
            return [lines[k] for k in found]

        return edit

    def by_wish(self, kinds):
        """The mean scores of the last `compare` for some wishes: {kind: {method: {name: number}}}.

        `kinds` is {kind: the wishes that belong to it}, as `asked` says them.
        """
        asked, means = self.asked(self.wish), {}
        for kind, wishes in kinds.items():
            chosen = torch.tensor([wish in wishes for wish in asked])
            means[kind] = {
                method: {name: x[chosen].double().mean().item() for name, x in each.items()}
                for method, each in self.each.items()
            }
        return means

    def gap(self, one, other, name):
        """By how much a score of `one` is above that of `other` on the same lines: (mean, margin).

        `one` and `other` are methods of the last `compare`; `name` is a share, such as "right".
        """
        apart = self.each[one][name] - self.each[other][name]
        return apart.mean().item(), margin(apart)
