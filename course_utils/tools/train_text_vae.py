"""Train the text VAE of lesson 12: python -m course_utils train-text-vae --corpus grammar|tatoeba|FILE --recipe NAME --out FILE."""
import argparse
import contextlib
import hashlib
import io
import json
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed

from .. import run
from ..grammar import Grammar
from ..text import Vocabulary, read_corpus
from ._text_step import RECIPES, autocast_pays, built, checked, process, stepper

EVERY = 50                                                     # steps a row of the history
HELP = """A recipe is a choice of these, which --set may change:
  n_steps, batch, rate (of learning; it falls over the last three tenths), min_count (rarer words become <unk>), z_dim, n_embed, hidden (sizes)
  kl_weight (the highest), rise and cycles (losses.kl_weight), pretrain (share of the steps without KL and noise), floor (free nats a dimension)
  word_dropout (share of the words hidden from the decoder), bag (weight of the bag of words; it falls, too)
  candidates (sampled softmax: so many words beside those of the batch; 0 = all words), autocast (bfloat16: true, false, or auto = the faster one here, measured at the start)
Every 30 seconds all that is needed to go on is written to FILE.resume; the same command goes on from there, with the same result.
Several processes: torchrun --nproc-per-node 2 -m course_utils train-text-vae … computes the same in shares, over gloo.
Several machines: on each torchrun --nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint HOST:29500 -m course_utils train-text-vae …
with HOST the first; the corpus must be on each; where gloo takes the wrong network, name it: GLOO_SOCKET_IFNAME=eth0. One process alone writes."""


def keep(path, state):
    """Write what is needed to go on to `path`, whole, after the SHA-256 of it. Raises OSError in one sentence; what was there before stays."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    try:
        run.write_whole(path, hashlib.sha256(buffer.getvalue()).digest() + buffer.getvalue())
    except OSError as error:
        with contextlib.suppress(OSError):
            path.with_suffix(".tmp").unlink()
        raise OSError(f"wanted to write {path}, got {error.strerror}: make room, or choose another place; what was written before is whole, and the "
                      "same command goes on from there") from error


def kept(path, about):
    """What `keep` wrote; None when there is nothing. Raises ValueError when it is damaged, or another run's."""
    if not path or not path.exists():
        return None
    content = path.read_bytes()
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        raise ValueError(f"wanted to go on from {path}, got a damaged file: delete it to begin anew")
    state = torch.load(io.BytesIO(content[32:]), map_location="cpu", weights_only=True)
    old, new = ({**run_about["recipe"], **{name: run_about[name] for name in run_about if name != "recipe"}} for run_about in (state["about"], about))
    if differing := [name for name in new if new[name] != old.get(name)]:
        raise ValueError(f"wanted to go on from {path}, got a run with another {', '.join(differing)}: give the command that began it, or delete it "
                         "to begin anew")
    return state


def begun(path, about, objective, opt, batches):
    """The state to go on from, model and optimiser filled: what `path` holds, or a new one. All processes get that of the first."""
    state = [kept(path, about) if process()[0] == 0 else None]
    if process()[1] > 1:
        distributed.broadcast_object_list(state)
    if state[0]:
        objective.vae.load_state_dict(state[0]["vae"])
        opt.load_state_dict(state[0]["opt"])
        return state[0]
    autocast = [autocast_pays(objective, batches) if about["recipe"]["autocast"] == "auto" else about["recipe"]["autocast"]]
    if process()[1] > 1:
        distributed.broadcast_object_list(autocast)
    return dict(about=about, step=0, rows=[], autocast=autocast[0])


def logged(step, state, n_steps, save, seconds):
    """`step` as run.run wants it: counted from where `state` is, figures averaged since the last row, `save` called every so many seconds."""
    start, recent, saved = state["step"], [], [time.monotonic()]

    def one(i):
        recent.append({name: float(value) for name, value in step(start + i).items()})
        done = start + i + 1
        if done % EVERY and done < n_steps:
            return None
        row = {name: sum(figures[name] for figures in recent) / len(recent) for name in recent[0]}
        recent.clear()
        state.update(step=done, rows=[*state["rows"], dict(step=done, **row)])
        if all(map(math.isfinite, row.values())) and (done == n_steps or time.monotonic() - saved[0] >= seconds):
            save()
            saved[0] = time.monotonic()
        return row
    return one


def train(sentences, recipe=None, seed=0, vocabulary=None, path=None, seconds=30.0):
    """Train a models.text_vae on sentences by a recipe, {entry: value} as in HELP: (vae, vocabulary, history).

    history is {"step": (logged,), "recon": …, "kl": …}, each the mean since the one before. With a `path`, what is needed to go on is written to
    path.resume every `seconds`, taken up at the next call, and replaced by the weights in `path` at the end: the same bits, interrupted or not.
    Raises ValueError for an unknown recipe or another run's path.resume, FloatingPointError when it diverges, OSError when it cannot write.
    """
    recipe, path = checked(recipe or {}), path and Path(path)
    vocabulary = vocabulary or Vocabulary.build(sentences, recipe["min_count"])
    about = dict(recipe=recipe, seed=seed, corpus=hashlib.sha256("\n".join(sentences).encode()).hexdigest(), vocabulary=vocabulary.itos)
    objective, opt, batches = built(vocabulary, sentences, recipe, seed)
    resume = path and path.with_name(path.name + ".resume")
    state = begun(resume, about, objective, opt, batches)

    def save():
        if path and process()[0] == 0:
            keep(resume, state | dict(vae=objective.vae.state_dict(), opt=opt.state_dict()))
    if not state["step"]:
        save()                                                 # at once: a folder that cannot be written is told before the work
    step = logged(stepper(objective, opt, batches, state["autocast"]), state, recipe["n_steps"], save, seconds)
    with contextlib.nullcontext() if process()[0] == 0 else contextlib.redirect_stderr(io.StringIO()):       # one bar is enough
        run.run(step, recipe["n_steps"] - state["step"], every=EVERY)
    if path and process()[0] == 0 and state["step"] == recipe["n_steps"]:
        finish(path, resume, objective.vae, state)
    return objective.vae, vocabulary, {name: np.array([row[name] for row in state["rows"]]) for name in (state["rows"] or [()])[0]}


def finish(path, resume, vae, state):
    """Write the weights with what is known about them, then remove what was for going on."""
    try:
        run.save_weights(path, vae, **state["about"], autocast=state["autocast"], **state["rows"][-1])
    except OSError as error:
        raise OSError(f"wanted to write {path}, got {error.strerror}: make room, and give the same command: it is trained, and only writes") from error
    for leftover in (resume, resume.with_suffix(".tmp")):
        leftover.unlink(missing_ok=True)


def corpus(name):
    """The sentences of --corpus: the grammar's, Tatoeba's, or those in a file, one a line."""
    if name == "grammar":
        return Grammar().sample(n=96_000, seed=1)[0]
    if name == "tatoeba":
        from .tatoeba import tatoeba                           # only here: it is not needed for the rest
        return tatoeba().part("train").sentences
    return read_corpus(name)[0]


@contextlib.contextmanager
def together():
    """Join the processes that torchrun started, when it did."""
    if not distributed.is_torchelastic_launched():
        yield
        return
    if os.environ["LOCAL_WORLD_SIZE"] == os.environ["WORLD_SIZE"] and sys.platform == "linux":
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")      # one machine needs no network
    distributed.init_process_group("gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def chosen(options):
    """The recipe that the command line asks for."""
    if options.recipe not in RECIPES:
        raise ValueError(f"wanted a recipe of {', '.join(RECIPES)}, got {options.recipe}")
    recipe = dict(RECIPES[options.recipe]) | ({"n_steps": options.steps} if options.steps is not None else {})
    for setting in options.set:
        name, _, value = setting.partition("=")
        try:
            recipe[name] = json.loads(value.lower())
        except ValueError:
            recipe[name] = value
    return checked(recipe)


def main(args):
    """Train by the command line; status 2 for what was asked wrongly, 1 for what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m course_utils train-text-vae", description=__doc__, epilog=HELP,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="grammar, tatoeba, or a text file with a sentence a line")
    parser.add_argument("--recipe", default="vanilla", help=", ".join(RECIPES))
    parser.add_argument("--set", nargs="*", action="extend", default=[], metavar="NAME=VALUE", help="change entries of the recipe")
    parser.add_argument("--out", required=True, help="the file for the weights, .safetensors")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=30.0, help="how often FILE.resume is written")
    parser.add_argument("--steps", type=int, help="short for --set n_steps=")
    options = parser.parse_args(args)
    try:
        recipe = chosen(options)
        with together():
            history = train(corpus(options.corpus), recipe, options.seed, None, options.out, options.seconds)[2]
            if list(history.get("step", ()))[-1:] != [recipe["n_steps"]]:
                print("the same command goes on from there", file=sys.stderr)
                return 130                                     # what a shell expects of a program stopped by hand
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, RuntimeError, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
