"""Train a text VAE: python -m course_utils train-text-vae --corpus FILE --out NEW_FILE.

For text of your own, nothing else need be said: the recipe follows from the text. The others,
--recipe NAME, are those of the lessons; their corpora are called grammar and tatoeba.
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

from torch import distributed

from ..text import own
from ..text.corpora import read_table
from ..text.grammar import Grammar
from ..text.intake import intake, of_sentences
from ..text.tatoeba import tatoeba
from ..text.training import RECIPES, checked, over, process, resume_of, train

GO_ON = "the same command goes on from there"

HELP = """
For text of your own, a sentence a line, take the recipe "own", which is what you get when nothing
is said. About 10 of 100 lines are held out, before the words are counted. The size of the
vocabulary and of the networks, the number of steps and the floor follow from the other lines, the
training stops when the bound on held-out lines gets no better, and the command ends with what
further held-out lines say: how likely they are by the VAE and by tables of words, how many of their
words come back from their codes, and three samples.

The other recipes are those of the lessons. They learn every line, to the last step.

A recipe is a choice of these entries, which --set may change:

  n_steps       steps of training
  batch         sentences a step
  rate          learning rate, which falls over the last three tenths of the steps
  min_count     a word that occurs less often becomes <unk>
  z_dim, n_embed, hidden
                sizes of the code, the embedding and the decoder's LSTM
  tied          one table of word vectors for encoder and decoder, and an encoder that reads in
                both directions: true or false
  dropout       share of the numbers that are hidden in a tied network
  kl_weight     the highest weight of the KL
  rise, cycles  how that weight rises, see losses.kl_weight
  pretrain      share of the steps that come first, without KL and noise
  floor         free nats in each dimension of the code, see losses.free_bits
  word_dropout  share of the words that are hidden from the decoder
  bag           weight of the bag of words, which falls like the learning rate
  candidates    sampled softmax: so many words beside those of the batch; 0 means all words
  patience      hold lines out, and stop when so many of the 20 looks at them came after the best;
                0 means no looks, and no lines held out
  standardise   at the end, give each dimension of the code mean 0 and variance 1: true or false
  autocast      bfloat16: true, false, or auto, the faster one here, measured at the start

What the corpus holds is printed first; so does: python -m course_utils corpus FILE.

Every 30 seconds all that is needed to go on is written to FILE.resume; the same command goes on
from there, with the same result.

One thread computes, which is fastest where other programs run, too; OMP_NUM_THREADS=4 before the
command gives it four.

Several processes compute the same in shares, over gloo:
  torchrun --nproc-per-node 2 -m course_utils train-text-vae …
Several machines, HOST being the first; run this on each, where the corpus must be, too:
  torchrun --nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29500 \\
    -m course_utils train-text-vae …
Where gloo takes the wrong network, name it: GLOO_SOCKET_IFNAME=eth0. One process alone writes.
"""


def corpus(name):
    """The `Table` of --corpus: the grammar's, Tatoeba's, or that of a file, a sentence a line."""
    if name == "grammar":
        return of_sentences(Grammar().sample(n=96_000, seed=1)[0])
    if name == "tatoeba":
        return of_sentences(tatoeba().part("train").sentences)
    return read_table(name)


def tell(lines):
    """Print lines of text, if any, once where several processes compute."""
    if lines and process()[0] == 0:
        own.show(lines)


def apart(corpus, out):
    """Raise ValueError when what is written for --out would replace the sentences of --corpus."""
    for written in (out, resume_of(out)):
        if os.path.exists(corpus) and written.exists() and written.samefile(corpus):
            raise ValueError(
                f"wanted another file than the sentences of --corpus {corpus} for the weights, "
                f"got {written}: choose another name for --out"
            )


@contextlib.contextmanager
def together():
    """Join the processes that torchrun started, when it did."""
    if not distributed.is_torchelastic_launched():
        yield
        return
    if os.environ["LOCAL_WORLD_SIZE"] == os.environ["WORLD_SIZE"] and sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # one machine needs no network
    distributed.init_process_group("gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def chosen(options):
    """What the command line changes about its recipe, {entry: value}, and the recipe without it.

    Raises ValueError for a name or an entry that there is not.
    """
    if options.recipe not in RECIPES:
        raise ValueError(f"wanted a recipe of {', '.join(RECIPES)}, got {options.recipe}")
    changes = {} if options.steps is None else {"n_steps": options.steps}
    for setting in options.set:
        name, _, value = setting.partition("=")
        try:
            changes[name] = json.loads(value.lower())
        except ValueError:
            changes[name] = value
    recipe = RECIPES[options.recipe]
    checked(recipe | changes)
    return changes, recipe


def prepared(options):
    """What `train` is given: (sentences, recipe, what else).

    What the corpus holds is printed, with what is doubtful about it; see `text.intake`. A recipe
    with patience wants lines held out: they are split off first, and measured at the end.
    """
    changes, recipe = chosen(options)
    apart(options.corpus, options.out)
    table = corpus(options.corpus)
    learnt, more = table.sentences, {}
    if (recipe | changes).get("patience"):
        learnt, stop, held = own.parts(table.sentences)
        more = dict(held=stop, measure=own.measured(learnt, held, tell))
    if options.recipe == "own":
        recipe = own.recipe(learnt, checked(changes)["z_dim"])
    recipe = checked(recipe | changes)
    tell(intake(table, recipe["min_count"], options.corpus))
    if more:
        tell([f"{'held out':12}{len(stop):,} lines to stop by, {len(held):,} to measure with"])
    return learnt, recipe, more


def best_look(history):
    """What is told of the looks at held-out lines: a list of one line of text, or of none."""
    looks, held = (history.get(name, ()) for name in ("looks", "held"))
    if not len(looks):
        return []
    return [
        f"{'stopped':12}after step {history['step'][-1]:,}; kept are the networks of step "
        f"{looks[held.argmin()]:,}, whose bound was the lowest"
    ]


def parser():
    """The command line."""
    line = argparse.ArgumentParser(
        prog="python -m course_utils train-text-vae",
        description=__doc__.splitlines()[0],
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = line.add_argument
    add("--corpus", required=True, help="grammar, tatoeba, or a text file with a sentence a line")
    add("--recipe", default="own", help=f"own when nothing is said; {', '.join(RECIPES)}")
    changes = dict(nargs="*", action="extend", default=[], metavar="NAME=VALUE")
    add("--set", **changes, help="change entries of the recipe")
    add("--out", required=True, type=Path, help="a new file for the weights, .safetensors")
    add("--seed", type=int, default=0)
    add("--seconds", type=float, default=30.0, help="how often FILE.resume is written")
    add("--steps", type=int, help="short for --set n_steps=")
    return line


def main(args):
    """Train by the command line; status 2 for what was asked wrongly, 1 for what went wrong."""
    options = parser().parse_args(args)
    try:
        with together():
            sentences, recipe, more = prepared(options)
            keep = dict(path=options.out, seconds=options.seconds)
            history = train(sentences, recipe, options.seed, **keep, **more)[2]
            steps, held = (history.get(name, ()) for name in ("step", "held"))
            if not len(steps) or not over(recipe, steps[-1], held):
                print(GO_ON, file=sys.stderr)
                return 130  # what a shell expects of a program stopped by hand
            tell(best_look(history))
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        if resume_of(options.out).exists():
            print(GO_ON, file=sys.stderr)
        return 1
    except (RuntimeError, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
