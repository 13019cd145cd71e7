"""Train a text VAE: python -m course_utils train-text-vae --corpus grammar|tatoeba|FILE --recipe
NAME --out FILE.
"""

import argparse
import contextlib
import json
import os
import sys

from torch import distributed

from ..text.corpora import read_corpus
from ..text.grammar import Grammar
from ..text.tatoeba import tatoeba
from ..text.training import RECIPES, checked, train

HELP = """A recipe is a choice of these, which --set may change:
  n_steps, batch, rate (of learning; it falls over the last three tenths), min_count (rarer words become <unk>), z_dim, n_embed, hidden (sizes)
  kl_weight (the highest), rise and cycles (losses.kl_weight), pretrain (share of the steps without KL and noise), floor (free nats a dimension)
  word_dropout (share of the words hidden from the decoder), bag (weight of the bag of words; it falls, too)
  candidates (sampled softmax: so many words beside those of the batch; 0 = all words), autocast (bfloat16: true, false, or auto = the faster one here, measured at the start)
Every 30 seconds all that is needed to go on is written to FILE.resume; the same command goes on from there, with the same result.
Several processes: torchrun --nproc-per-node 2 -m course_utils train-text-vae … computes the same in shares, over gloo.
Several machines: on each torchrun --nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29500 -m course_utils train-text-vae …
with HOST the first; the corpus must be on each; where gloo takes the wrong network, name it: GLOO_SOCKET_IFNAME=eth0. One process alone writes."""


def corpus(name):
    """The sentences of --corpus: the grammar's, Tatoeba's, or those in a file, one a line."""
    if name == "grammar":
        return Grammar().sample(n=96_000, seed=1)[0]
    if name == "tatoeba":
        return tatoeba().part("train").sentences
    return read_corpus(name)[0]


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
    """The recipe that the command line asks for."""
    if options.recipe not in RECIPES:
        raise ValueError(f"wanted a recipe of {', '.join(RECIPES)}, got {options.recipe}")
    recipe = dict(RECIPES[options.recipe]) | (
        {"n_steps": options.steps} if options.steps is not None else {}
    )
    for setting in options.set:
        name, _, value = setting.partition("=")
        try:
            recipe[name] = json.loads(value.lower())
        except ValueError:
            recipe[name] = value
    return checked(recipe)


def main(args):
    """Train by the command line; status 2 for what was asked wrongly, 1 for what went wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m course_utils train-text-vae",
        description=__doc__,
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--corpus", required=True, help="grammar, tatoeba, or a text file with a sentence a line"
    )
    parser.add_argument("--recipe", default="vanilla", help=", ".join(RECIPES))
    parser.add_argument(
        "--set",
        nargs="*",
        action="extend",
        default=[],
        metavar="NAME=VALUE",
        help="change entries of the recipe",
    )
    parser.add_argument("--out", required=True, help="the file for the weights, .safetensors")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--seconds", type=float, default=30.0, help="how often FILE.resume is written"
    )
    parser.add_argument("--steps", type=int, help="short for --set n_steps=")
    options = parser.parse_args(args)
    try:
        recipe = chosen(options)
        with together():
            history = train(
                corpus(options.corpus), recipe, options.seed, None, options.out, options.seconds
            )[2]
            if list(history.get("step", ()))[-1:] != [recipe["n_steps"]]:
                print("the same command goes on from there", file=sys.stderr)
                # what a shell expects of a program stopped by hand
                return 130
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, RuntimeError, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
