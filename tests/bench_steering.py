"""What `steering.fit` promises, over seeds: python tests/bench_steering.py [TABLE.tsv VAE].

Without arguments, on the grammar: all five attributes wished for at once, from the prior, and one
at a time, from held-out sentences; the parser reads the result. With a table of sentence, tab,
label, and a text VAE that `train-text-vae` wrote: one label at a time, from held-out sentences,
read by a classifier of the text that never sees a code; its own error on real sentences comes
first. The settings are `fit`'s defaults in both cases.
"""

import sys
from collections import Counter

import torch
from torch import nn

from course_utils import run, steering, text, viz
from course_utils.text.grammar import ATTRIBUTES, Grammar

SEEDS, FACTORS = 5, (1.0, 1.5, 2.0, 3.0)


def all_five(vae, move, read, seed):
    """All 216 combinations, twenty times each, from draws of the prior."""
    run.seed_everything(1000 + seed)
    wish = torch.cartesian_prod(*(torch.arange(len(values)) for values in ATTRIBUTES.values()))
    wish = wish.repeat(20, 1)
    said = vae.decode(move(torch.randn(len(wish), 32), wish))
    right = (read(said) == wish).all(1).float().mean().item()
    return {"all five": right, "unique": len(set(said)) / len(said)}


def one_each(vae, move, read, held, now, seed):
    """Another value of one attribute, for each attribute: the worst shares over attributes."""
    run.seed_everything(2000 + seed)
    z, right, kept = vae.encode(held), [], []
    for j, values in enumerate(ATTRIBUTES.values()):
        wish = torch.full((len(held), len(ATTRIBUTES)), -1)
        wish[:, j] = (now[:, j] + torch.randint(1, len(values), (len(held),))) % len(values)
        got = read(vae.decode(move(z, wish)))
        right.append((got == wish)[:, j].float().mean().item())
        kept.append(((got == now) | (wish >= 0)).all(1).float().mean().item())
    return {"one: worst right": min(right), "one: worst others kept": min(kept)}


def grammar():
    """The table for the grammar, a row a seed; each seed is trained alone, so that it is timed."""
    source, vae = Grammar(), text.load_vae("grammar")
    sentences, labels, _ = source.sample(24_000, seed=1)
    held, now, _ = source.sample(2000, seed=999)
    codes, rows = vae.posterior(sentences), {}

    def read(said):
        return source.indices([source.parse(sentence) for sentence in said])

    for seed in range(SEEDS):
        run.seed_everything(seed)
        steer = steering.fit(codes, labels, ATTRIBUTES)
        row = all_five(vae, steer.move, read, seed)
        row |= one_each(vae, steer.move, read, held, now, seed)
        rows[f"seed {seed}"] = row | {"CPU seconds": steer.seconds}
    return rows


def words_kept(before, after):
    """The share of the words of a sentence that are in the new one, in any order: the mean."""
    shares = []
    for old, new in zip(map(text.tokenise, before), map(text.tokenise, after)):
        both = Counter(old) & Counter(new)
        shares.append(both.total() / max(1, len(old)))
    return sum(shares) / len(shares)


class Classifier(nn.Module):
    """A linear classifier of text: the mean of embeddings of its words and pairs of words."""

    SIZE = 1 << 18  # of the table that words and pairs are hashed into

    def __init__(self, n_labels):
        super().__init__()
        self.table = nn.EmbeddingBag(self.SIZE, n_labels, mode="mean")

    def forward(self, sentences):
        rows = []
        for sentence in sentences:
            words = ["", *text.tokenise(sentence)]
            grams = words[1:] + [" ".join(pair) for pair in zip(words, words[1:])]
            # not hash(): that of a string differs from one process to the next
            rows.append([sum(ord(c) * 31**i for i, c in enumerate(g)) % self.SIZE for g in grams])
        offsets = torch.tensor([0, *map(len, rows[:-1])]).cumsum(0)
        return self.table(torch.tensor([k for row in rows for k in row]), offsets)

    def fit(self, sentences, labels, n_epochs=6, batch=64):
        """Train it; cross-entropy, Adam."""
        run.seed_everything(0)
        opt = torch.optim.Adam(self.parameters(), 0.05)
        order = [
            part for _ in range(n_epochs) for part in torch.randperm(len(sentences)).split(batch)
        ]

        def step(i):
            picked = [sentences[k] for k in order[i].tolist()]
            loss = nn.functional.cross_entropy(self(picked), labels[order[i]])
            opt.zero_grad()
            loss.backward()
            opt.step()
            return {"loss": loss}

        run.run(step, len(order))
        return self

    @torch.no_grad()
    def read(self, sentences):
        """The likeliest label of each sentence: (n,)."""
        return self(sentences).argmax(-1)


def own(table, path):
    """The table for sentences and labels of your own: LC-GAN over seeds, class means × factors."""
    sentences, rows = text.read_corpus(table)
    if rows is None:
        raise ValueError(f"wanted a label after a tab in each line of {table}, got none")
    names = sorted({row[0] for row in rows})
    labels = torch.tensor([[names.index(row[0])] for row in rows])
    part = [part == "train" for part in text.split(sentences)]
    learn, held = (
        torch.tensor([k for k, p in enumerate(part) if p == want]) for want in (True, False)
    )
    learn_text, held_text = ([sentences[k] for k in where.tolist()] for where in (learn, held))
    vae, sizes = text.load_vae(path), [len(names)]
    reader = Classifier(len(names)).fit(learn_text, labels[learn, 0])
    now = labels[held]
    z, codes = vae.encode(held_text), vae.posterior(learn_text)
    for what, said in (("real", held_text), ("decoded", vae.decode(z))):
        wrong = (reader.read(said) != now[:, 0]).float().mean()
        print(f"the classifier's error on {len(said)} held-out sentences, {what}: {wrong:.1%}")
    run.seed_everything(0)
    wish = (now + torch.randint(1, len(names), now.shape)) % len(names)
    unmoved = vae.decode(z)

    def row(move):
        said = vae.decode(move(z, wish))
        return {
            "right": (reader.read(said) == wish[:, 0]).float().mean().item(),
            "words kept": words_kept(unmoved, said),
            "unique": len(set(said)) / len(said),
        }

    result = {}
    for seed in range(SEEDS):
        run.seed_everything(seed)
        result[f"LC-GAN, seed {seed}"] = row(steering.fit(codes, labels[learn], sizes).move)
    means = steering.class_means(codes[0], labels[learn], sizes)
    for factor in FACTORS:
        move = steering.attribute_vectors(means, sizes, lambda _: now, factor)
        result[f"class means × {factor:g}"] = row(move)
    return result


def main(args):
    """The command line."""
    if len(args) not in (0, 2):
        print("usage: python tests/bench_steering.py [TABLE.tsv VAE.safetensors]", file=sys.stderr)
        return 2
    rows = own(*args) if args else grammar()
    viz.table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
