"""Text that nobody tuned for: a recipe that follows from it, and what held-out lines say after.

What to expect, in nats a held-out line, with seed 0: 20 000 glosses of WordNet (Debian's
wordnet-base 3.0-37), 10 words a line: a table of words 55.6, of three words in a row 44.7, the VAE
45.8, importance-weighted; all 32 dimensions in use, 47 % of the words back, 8.5 CPU minutes. 20 000
short descriptions of Debian 12's packages, 7 words a line: 42.2, 31.8 and 32.3; 32 dimensions,
51 %, 5.4 minutes.

The floor is a trade-off. Of the glosses, with 2000 steps, bag 0.4, pretrain 0.1 and dropout 0.4, a
floor of 1 nat a word gave a bound of 45.8 and 33 % of the words, one of 2.5 nats 50.3 and 39 %.
These bounds are of other held-out lines, for which three words in a row need 46.6, and of 50 draws.
The recipe has more steps, bag and pretraining and less dropout. These changes came together, so we
do not know which of them helped.
"""

import math
from collections import Counter
from pathlib import Path
from textwrap import wrap

import torch

from .. import metrics, store
from . import training
from .corpora import split, words_of
from .evaluation import words_kept
from .kneser_ney import KneserNey
from .tokens import MARKS, UNK
from .vae import TextVAE, load_vae

MEASURED = 300  # held-out lines whose bounds are measured, at most
DRAWS = 100  # of q(z|x) for each importance-weighted bound
FREE = 2.4  # nats of code that are free for each word of a line,
MOST_FREE = 32.0  # and for a line, at most
ACTIVE = 0.01  # the variance of a posterior mean from which a dimension counts


def recipe(sentences, z_dim=training.DEFAULTS["z_dim"]):
    """A recipe for text that nobody tuned for: what `training.checked` takes, from the sentences.

    Words that occur rarely become <unk>, more of them where there is less text: the vocabulary is
    at most a fortieth of the words, unless each of its words comes 5 times. The floor of the code
    grows with the length of a line: 2.4 nats a word, in all dimensions together, and 32 at most.
    The networks grow with the text. Each line is seen 30 times, or as often as 3000 steps allow,
    but 8 times or more. `sentences` are those to train on. Raises ValueError when they hold no
    word.

    >>> changed = recipe(["Tom saw me here.", "I saw Tom there."] * 200)
    >>> changed["min_count"], changed["n_steps"]
    (1, 400)
    """
    counts = Counter(word for sentence in sentences for word in words_of(sentence))
    if not set(counts) - MARKS:
        raise ValueError(
            f"wanted sentences with words, got {len(sentences):,} without: take more text"
        )
    n_lines, n_words = len(sentences), counts.total()
    min_count = next(
        (k for k in range(1, 5) if 40 * sum(n >= k for n in counts.values()) <= n_words), 5
    )
    n_known = sum(n >= min_count for n in counts.values())
    large = n_words > 50_000
    batch = 128 if n_lines > 4000 else 32
    epoch = math.ceil(n_lines / batch)
    return training.RECIPES["own"] | dict(
        min_count=min_count,
        batch=batch,
        z_dim=z_dim,
        n_steps=max(400, min(30 * epoch, max(3000, 8 * epoch))),
        n_embed=128 if large else 64,
        hidden=256 if large else 128,
        floor=round(min(MOST_FREE, FREE * n_words / n_lines) / z_dim, 3),
        candidates=512 if n_known > 2000 else 0,
    )


def parts(sentences):
    """The lines to train on, to stop by, and to measure with, each in order: three lists.

    They are the train, validation and test parts of `corpora.split`, about 90, 5 and 5 of 100, so
    near-duplicates stay together. Raises ValueError when one of them is empty.

    >>> learnt, stop, held = parts([f"Line {k} is not line {k + 1}." for k in range(400)])
    >>> len(learnt) + len(stop) + len(held), len(learnt) > 300
    (400, True)
    """
    part = split(sentences)
    three = [
        [sentence for sentence, found in zip(sentences, part) if found == name]
        for name in ("train", "validation", "test")
    ]
    if not all(three):
        raise ValueError(
            f"wanted enough different lines to hold some back, got {len(sentences):,}, which give "
            f"{', '.join(str(len(lines)) for lines in three)} to train on, to stop by and to "
            "measure with: some hundreds are wanted; near-duplicates stay together"
        )
    return three


@torch.no_grad()
def figures(vae, learnt, held, n_lines=MEASURED, n_draws=DRAWS):
    """What held-out lines say of a `TextVAE`, beside tables of words: {name: number}.

    `learnt` are the sentences that it was trained on, `held` others. Of at most `n_lines` of
    `held`, in nats a line: "bound" and "importance_bound" of -log p, the latter by `n_draws` of
    q(z|x), and the -log p by tables of one word, "unigram", and of three, "kneser_ney", which were
    counted in `learnt` with the same vocabulary. Of all of `held`: "kl" [nats]; "active" of
    "dimensions", whose posterior mean has a variance above ACTIVE; "words_back", the mean share of
    the words of a line, marks included, that come back from its code, in any order; "unknown", the
    share of words that the vocabulary lacks; "lines". Raises ValueError without a held-out line.
    """
    if not held:
        raise ValueError("wanted held-out lines, got none: take more text")
    words = vae.vocabulary
    tokens, some = list(map(words.encode, learnt)), list(map(words.encode, held[:n_lines]))
    tables = {
        name: -sum(map(KneserNey(tokens, len(words), order).log_prob, some)) / len(some)
        for name, order in (("unigram", 1), ("kneser_ney", 3))
    }
    elbo, weighted = training.bounds(vae.networks, some, n_draws).mean(1).tolist()
    mu, std = vae.posterior(held)
    kl = (mu.square() + std.square() - 1).sum(1) / 2 - std.log().sum(1)
    longest = max(len(words_of(sentence)) for sentence in held)
    back = words_kept(held, vae.decode(mu, max_length=longest + 1))
    all_tokens = [token for sentence in held for token in words.encode(sentence)]
    return (
        {"lines": len(held), "bound": elbo, "importance_bound": weighted}
        | tables
        | {
            "kl": kl.mean().item(),
            "active": metrics.active_units(mu, ACTIVE).item(),
            "dimensions": mu.shape[1],
            "words_back": back.mean().item(),
            "unknown": all_tokens.count(UNK) / len(all_tokens),
        }
    )


def samples(vae, n=3, seed=0):
    """Greedy sentences from n draws of the prior; none of them holds <unk>."""
    z_dim = vae.networks["decoder"].start.in_features
    return vae.decode(torch.randn(n, z_dim, generator=torch.Generator().manual_seed(seed)))


def report(found, said):
    """What `figures` found and the sentences `said`, as lines of text; what begins with ? warns."""
    rows = {
        "held-out": f"{found['lines']:,} lines that took no part; {found['unknown']:.1%} of their "
        "words are not in the vocabulary",
        "-log p": f"at most {found['importance_bound']:.1f} nats a line by the VAE "
        f"(importance-weighted; its plain bound is {found['bound']:.1f}); a table of words "
        f"{found['unigram']:.1f}, of three words in a row {found['kneser_ney']:.1f}",
        "code": f"{found['kl']:.1f} nats in {found['active']} of {found['dimensions']} dimensions; "
        f"{found['words_back']:.0%} of the words of a line come back from it",
    }
    rows |= {f"sample {k}": sentence for k, sentence in enumerate(said, 1)}
    doubts = []
    if found["importance_bound"] >= found["unigram"]:
        doubts.append(
            "the VAE finds held-out lines no likelier than a table of single words does: do not "
            "trust its samples; take more text, a smaller floor, or fewer words (min_count)"
        )
    if found["active"] < found["dimensions"] / 4:
        doubts.append("most dimensions of the code are unused: raise the floor or bag")
    if found["words_back"] < 0.3:
        doubts.append(
            "few words come back, so a steered sentence will be another sentence: take more text, "
            "shorter lines, or a larger floor"
        )
    starts = [(f"{what:12}", text) for what, text in rows.items()]
    return [
        line
        for start, text in [*starts, *(("? ", text) for text in doubts)]
        for line in wrap(start + text, 100, subsequent_indent=" " * len(start))
    ]


def measured(learnt, held, tell=None):
    """What `training.train` takes as `measure`: the `figures` of a network, for its file.

    tell(lines) is called with the lines of the `report`, with three samples.
    """

    def measure(networks, vocabulary):
        vae = TextVAE(networks, vocabulary)
        found = figures(vae, learnt, held)
        if tell:
            tell(report(found, samples(vae)))
        return found

    return measure


def train(sentences, seed=0, path=None, tell=None, **changes):
    """Train a text VAE on sentences that nobody tuned for, and return it as a `TextVAE`.

    Lines to stop by and to measure with are split off first, see `parts`; the recipe follows from
    the others, see `recipe`, and `changes` are made to its entries. With a `path` the weights and
    the `figures` are written there, and a training that was stopped goes on, see `training.train`.
    At the end tell(lines) is called with the `report`, as with `tell=show`. Raises what `parts` and
    `training.train` raise.
    """
    learnt, stop, held = parts(sentences)
    keep = dict(path=path, held=stop, measure=measured(learnt, held, tell))
    chosen = recipe(learnt, changes.get("z_dim", training.DEFAULTS["z_dim"])) | changes
    networks, vocabulary, _ = training.train(learnt, chosen, seed, **keep)
    return TextVAE(networks, vocabulary)


def load_or_train(sentences, path, seed=0, tell=None, **changes):
    """The `TextVAE` in the file `path`, if these sentences trained it; without a file, `train`.

    Raises ValueError, with what to do, when the file holds a VAE of other sentences.
    """
    path = Path(path)
    if not path.is_file():
        return train(sentences, seed, path, tell, **changes)
    learnt, stop, _ = parts(sentences)
    found, wanted = store.weights_about(path).get("corpus"), training.corpus_digest(learnt, stop)
    if found != wanted:
        raise ValueError(
            f"wanted in {path} a VAE of these {len(sentences):,} lines (digest {wanted[:12]}), got "
            f"one of others ({str(found)[:12]}): rename that file or delete it, and run this again "
            "to train one of these lines"
        )
    return load_vae(path)


def show(lines):
    """Print lines of text, one below the other."""
    print("\n".join(lines), flush=True)
