"""Train a text VAE: python -m course_utils train-text-vae --corpus grammar|tatoeba|FILE --out FILE.

--recipe NAME chooses how.
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

from torch import distributed

from ..text.corpora import read_table
from ..text.grammar import Grammar
from ..text.intake import intake, of_sentences
from ..text.tatoeba import tatoeba
from ..text.training import RECIPES, checked, process, resume_of, train

GO_ON = "the same command goes on from there"

HELP = """
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


def corpus(name, min_count):
    """The sentences of --corpus: the grammar's, Tatoeba's, or those in a file, one a line.

    What they hold is printed, with what is doubtful about it; see `text.intake`.
    """
    if name == "grammar":
        table = of_sentences(Grammar().sample(n=96_000, seed=1)[0])
    elif name == "tatoeba":
        table = of_sentences(tatoeba().part("train").sentences)
    else:
        table = read_table(name)
    if process()[0] == 0:
        print("\n".join(intake(table, min_count, name)), flush=True)
    return table.sentences


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
    """The recipe that the command line asks for.

    Raises ValueError for a name or an entry that there is not.
    """
    if options.recipe not in RECIPES:
        raise ValueError(f"wanted a recipe of {', '.join(RECIPES)}, got {options.recipe}")
    recipe = dict(RECIPES[options.recipe])
    if options.steps is not None:
        recipe["n_steps"] = options.steps
    for setting in options.set:
        name, _, value = setting.partition("=")
        try:
            recipe[name] = json.loads(value.lower())
        except ValueError:
            recipe[name] = value
    return checked(recipe)


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
    add("--recipe", default="vanilla", help=", ".join(RECIPES))
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
        recipe, kept = chosen(options), dict(path=options.out, seconds=options.seconds)
        apart(options.corpus, options.out)
        with together():
            sentences = corpus(options.corpus, recipe["min_count"])
            history = train(sentences, recipe, options.seed, **kept)[2]
            if list(history.get("step", ()))[-1:] != [recipe["n_steps"]]:
                print(GO_ON, file=sys.stderr)
                return 130  # what a shell expects of a program stopped by hand
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
