"""Training of a text VAE: recipes, batches, the objective, several processes, interruptions."""

import contextlib
import copy
import hashlib
import io
import math
import os
import pickle
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn
from torch.nn.functional import linear

from .. import models, run, store
from ..losses import bag_of_words_nll, free_bits, gaussian_kl, kl_weight, token_nll
from ..metrics import importance_bound
from .corpora import check_lengths
from .tokens import MARKS, PAD, SPECIAL, UNK, Vocabulary, buckets, pad

EVERY = 50  # steps a row of the history
STANDARD = 20_000  # sentences by which a code is standardised
LOOKS = 20  # how often a training with patience looks at held-out sentences, at most
HELD = 1000  # held-out sentences that it looks at, at most
DEFAULTS = dict(
    n_steps=2000,
    batch=128,
    rate=2e-3,
    min_count=1,
    z_dim=32,
    n_embed=128,
    hidden=256,
    tied=False,
    dropout=0.0,
    kl_weight=1.0,
    rise=0.0,
    cycles=1,
    pretrain=0.0,
    floor=0.0,
    word_dropout=0.0,
    bag=0.0,
    candidates=0,
    autocast=False,
    standardise=False,
    patience=0,
)
RECIPES = {
    "vanilla": {},
    "annealing": dict(rise=0.4),
    "cyclical": dict(rise=0.5, cycles=4),
    "word-dropout": dict(rise=0.4, word_dropout=0.4),
    "free-bits": dict(pretrain=0.2, rise=0.125, floor=0.25),
    "bag": dict(rise=0.4, kl_weight=0.5, bag=0.5),
    # for text that nobody tuned for: own.recipe makes the entries that follow from the text
    "own": dict(
        tied=True,
        dropout=0.3,
        pretrain=0.2,
        rise=0.15,
        floor=0.5,
        bag=1.0,
        word_dropout=0.2,
        standardise=True,
        patience=5,
    ),
    # what data/checkpoints holds
    "grammar": dict(pretrain=0.2, rise=0.125, floor=0.375, bag=0.5, batch=64, n_steps=6000),
    "tatoeba_small": dict(
        pretrain=0.2,
        rise=0.125,
        floor=0.95,
        bag=0.4,
        word_dropout=0.2,
        min_count=5,
        candidates=512,
        n_steps=10_000,
    ),
    "tatoeba": dict(
        z_dim=128,
        n_embed=192,
        hidden=384,
        tied=True,
        dropout=0.2,
        pretrain=0.2,
        rise=0.125,
        floor=0.4,
        bag=0.4,
        min_count=5,
        candidates=512,
        n_steps=8000,
        standardise=True,
    ),
}
COUNTS = ("n_steps", "batch", "min_count", "z_dim", "n_embed", "hidden", "cycles")
SHARES = ("rise", "pretrain", "word_dropout", "dropout")
NETWORKS = ("z_dim", "n_embed", "hidden", "tied", "dropout")  # what models.text_vae wants


def checked(recipe):
    """The whole recipe: what `recipe` leaves out is taken from DEFAULTS.

    Raises ValueError for an unknown entry or a value that does not fit.
    """
    whole = DEFAULTS | dict(recipe)
    if unknown := set(whole) - set(DEFAULTS):
        raise ValueError(
            f"wanted recipe entries of {', '.join(DEFAULTS)}, got {', '.join(sorted(unknown))}"
        )
    for name, value in whole.items():
        kind, least = type(DEFAULTS[name]), int(name in COUNTS)
        most = 1 if name in SHARES else math.inf
        if kind is bool:
            may_choose = name == "autocast"
            fits = isinstance(value, bool) or (may_choose and value == "auto")
            wanted = "true, false or auto" if may_choose else "true or false"
        else:
            fits = type(value) in (int, kind) and least <= value <= most
            wanted = f"a {'whole ' * (kind is int)}number from {least} to {most}"
        if not fits:
            raise ValueError(f"wanted for {name} {wanted}, got {value!r}")
        whole[name] = float(value) if kind is float else value
    return whole


def fading(progress):
    """1, then falling to 0.01 over the last three tenths of the training.

    A factor of the learning rate, and of the bag of words, whose help is for the beginning.
    """
    return min(1.0, (1 - progress) / 0.3 + 0.01)


def process():
    """(rank, number of processes): (0, 1) unless torchrun started several."""
    if not distributed.is_initialized():
        return 0, 1
    return distributed.get_rank(), distributed.get_world_size()


def candidates(frequency, tokens, n, dice=None):
    """Words that a sampled softmax compares, and log π of each, π being their probability.

    Those of `tokens` are there for certain, about n others by a throw each, with π in proportion to
    `frequency`. Σ exp(logit - log π) over them has the full softmax's sum as its mean. frequency
    (n_words,), tokens of any shape → (found,) twice, PAD first.
    """
    known = torch.zeros(len(frequency), dtype=bool)
    known[tokens.flatten()] = True
    known[PAD] = True
    left = frequency.masked_fill(known, 0)
    inclusion = (left / left.sum().clamp(min=1e-9) * n).clamp(max=1).masked_fill(known, 1)
    words = (torch.rand(len(inclusion), generator=dice) < inclusion).nonzero().squeeze(1)
    return words, inclusion[words].log()


def compared(head, outputs, tokens, words, log_inclusion):
    """What a sampled softmax is taken of: logits of `words` alone, less log π, and targets.

    The targets are the places of `tokens` among `words`.
    """
    place = torch.zeros_like(head.bias, dtype=torch.int64)
    place[words] = torch.arange(len(words), device=words.device)
    return linear(outputs, head.weight[words], head.bias[words] - log_inclusion), place[tokens]


class Batches:
    """The batches of an endless sequence, and the noise of each step.

    Both depend on the seed and the number of the step alone, so training can start anywhere.
    """

    def __init__(self, sentences, n_words, recipe, seed):
        self.sentences, self.recipe, self.seed, self.epoch = sentences, recipe, seed, -1
        words = torch.tensor([token for tokens in sentences for token in tokens])
        # how often a word is a candidate: less different than how often words are used
        self.frequency = (torch.bincount(words, minlength=n_words) + 1.0) ** 0.75

    def dice(self, stream, i):
        """A generator of random numbers for purpose `stream` at i."""
        digest = hashlib.sha256(f"{self.seed} {stream} {i}".encode()).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)

    def tokens(self, i):
        """Batch i, (batch, length): every epoch is mixed anew, and holds every sentence once."""
        size = self.recipe["batch"]
        epoch, k = divmod(i, math.ceil(len(self.sentences) / size))
        if epoch != self.epoch:
            lengths = list(map(len, self.sentences))
            self.epoch, self.order = epoch, buckets(lengths, size, self.dice("order", epoch))
        return pad([self.sentences[j] for j in self.order[k]])

    def candidates(self, tokens, dice):
        """The `candidates` of the recipe for a batch; None twice when all words are compared."""
        n = self.recipe["candidates"]
        return candidates(self.frequency, tokens, n, dice) if n else (None, None)

    def __call__(self, i):
        """What step i needs: (tokens, what the decoder sees of them, noise), candidates."""
        tokens, dice = self.tokens(i), self.dice("noise", i)
        eps = torch.randn(len(tokens), self.recipe["z_dim"], generator=dice)
        hidden = torch.rand(tokens.shape, generator=dice) < self.recipe["word_dropout"]
        given = tokens.masked_fill(hidden & (tokens > UNK), UNK)[:, :-1]
        return (tokens, given, eps), self.candidates(tokens, dice)


class Objective(nn.Module):
    """The loss of this process's share of a batch.

    It is a module so that DistributedDataParallel can hold it.
    """

    def __init__(self, vae, recipe):
        super().__init__()
        self.vae, self.recipe = vae, recipe
        vae["bag"].requires_grad_(recipe["bag"] > 0)

    def recon(self, z, given, tokens, words, log_inclusion):
        """The reconstruction term, (batch,) nats: exact, or with a sampled softmax."""
        decoder, tokens = self.vae["decoder"], tokens[:, 1:]
        outputs, _ = decoder(z, given)
        if words is None:
            return token_nll(decoder.head(outputs).float(), tokens)
        logits, places = compared(decoder.head, outputs, tokens, words, log_inclusion)
        return token_nll(logits.float(), places)

    def forward(self, batch, candidates, progress):
        (rank, n_processes), recipe = process(), self.recipe
        tokens, given, eps = (part.tensor_split(n_processes)[rank] for part in batch)
        share = len(tokens) / len(batch[0])
        if not len(tokens):  # fewer sentences than processes: take one that does not count
            tokens, given, eps = (part[:1] for part in batch)
        mu, logvar = self.vae["encoder"](tokens).chunk(2, -1)
        left = (progress - recipe["pretrain"]) / max(1e-9, 1 - recipe["pretrain"])
        z, weight = mu, 0.0
        if left >= 0:  # the pretraining, without noise and KL, is over
            z = mu + (0.5 * logvar).exp() * eps
            weight = recipe["kl_weight"] * kl_weight(left, recipe["rise"], recipe["cycles"])
        recon = self.recon(z, given, tokens, *candidates).mean()
        bag = torch.zeros_like(recon)
        if recipe["bag"]:
            bag = bag_of_words_nll(self.vae["bag"](z).float(), tokens).mean()
        # (batch, z_dim): the KL of each dimension
        kl = gaussian_kl(mu.float().unsqueeze(-1), logvar.float().unsqueeze(-1))
        mean = kl.mean(0).detach()
        figures = torch.cat([recon.detach()[None], bag.detach()[None], mean]) * share
        if n_processes > 1:
            # means over the whole batch: they decide which dimensions are below the floor
            distributed.all_reduce(figures)
        kl_term = free_bits(kl + figures[2:] - mean, recipe["floor"])
        loss = recon + weight * kl_term + recipe["bag"] * fading(progress) * bag
        loss = loss * share * n_processes  # the mean over processes is the loss of the batch
        logged = {"recon": figures[0], "kl": figures[2:].sum()}
        return loss, logged | ({"bag": figures[1]} if recipe["bag"] else {})


def networks(n_words, recipe):
    """The untrained networks of a recipe, which may leave out entries of DEFAULTS."""
    return models.text_vae(n_words, *((DEFAULTS | recipe)[name] for name in NETWORKS))


def built(vocabulary, sentences, recipe, seed):
    """The parts of a run before its first step: (objective, optimiser, batches).

    The objective holds the networks. Raises ValueError for sentences that are too long, or without
    a word of the vocabulary.
    """
    tokens = [vocabulary.encode(sentence) for sentence in sentences]
    check_lengths(list(map(len, tokens)))
    used = {vocabulary.itos[token] for token in set().union(*tokens)}
    if not used - MARKS.union(SPECIAL):
        raise ValueError(
            f"wanted words that occur {recipe['min_count']} times or more, got none in "
            f"{len(sentences):,} sentences: lower min_count, or take more text"
        )
    run.seed_everything(seed)
    vae = networks(len(vocabulary), recipe).to(run.device())
    opt = torch.optim.Adam(vae.parameters(), recipe["rate"], fused=True)
    return Objective(vae, recipe), opt, Batches(tokens, len(vocabulary), recipe, seed)


def moved(tensors, where):
    """The tensors on the device `where`; None stays None."""
    return [part if part is None else part.to(where) for part in tensors]


def stepper(objective, opt, batches, autocast):
    """The training step as a function of i: → {figure: value}."""
    recipe, where = objective.recipe, next(objective.parameters()).device
    whole = nn.parallel.DistributedDataParallel(objective) if process()[1] > 1 else objective

    def step(i):
        progress = i / recipe["n_steps"]
        batch, candidates = (moved(tensors, where) for tensors in batches(i))
        if recipe["dropout"]:  # what it hides depends on the seed and the step alone, too
            torch.manual_seed(batches.dice("dropout", i).initial_seed())
        for group in opt.param_groups:
            group["lr"] = recipe["rate"] * fading(progress)
        opt.zero_grad()
        with torch.autocast(where.type, torch.bfloat16, enabled=autocast):
            loss, figures = whole(batch, candidates, progress)
        loss.backward()
        nn.utils.clip_grad_norm_(objective.parameters(), 5.0)
        opt.step()
        return figures

    return step


def has_bfloat16(where):
    """Whether the device `where` computes an LSTM in bfloat16: some processors do not."""
    with torch.random.fork_rng(devices=[]):
        lstm = nn.LSTM(1, 1).to(where)
    try:
        with torch.autocast(where.type, torch.bfloat16):
            lstm(torch.ones(1, 1, 1, device=where))
    except RuntimeError:
        return False
    return True


def autocast_pays(objective, batches):
    """Whether bfloat16 is faster than float32 here, by the best of three losses and gradients.

    Where there is no bfloat16 it does not pay.
    """
    where, times = next(objective.parameters()).device, {False: [], True: []}
    if not has_bfloat16(where):
        return False
    batch, candidates = (moved(tensors, where) for tensors in batches(0))
    for autocast in [False, True] * 3:
        started = time.perf_counter()
        with torch.autocast(where.type, torch.bfloat16, enabled=autocast):
            loss = objective(batch, candidates, 0.0)[0]
        loss.backward(), loss.item()  # item() waits for a GPU
        times[autocast].append(time.perf_counter() - started)
    return min(times[True]) < min(times[False])


def keep(path, state):
    """Write what is needed to go on to `path`, whole, after its SHA-256.

    Raises OSError in one sentence when that fails; what was there before stays.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    content = buffer.getvalue()
    store.write_whole(path, hashlib.sha256(content).digest() + content)


def resume_of(path):
    """Where `train` writes what is needed to go on towards the weights in `path`: path.resume."""
    return path.parent / f"{path.name}.resume"


def described(about):
    """What is known about a run, the entries of its recipe among the rest."""
    return about["recipe"] | {name: about[name] for name in about if name != "recipe"}


def kept(path, about):
    """What `keep` wrote, or None when there is nothing.

    Raises ValueError when it is damaged, or another run's.
    """
    if not path.exists():
        return None
    content = path.read_bytes() if path.is_file() else b""  # a pipe would be waited for
    state = None
    if hashlib.sha256(content[32:]).digest() == content[:32]:
        with contextlib.suppress(pickle.UnpicklingError):  # one that holds more than numbers
            state = torch.load(io.BytesIO(content[32:]), map_location="cpu", weights_only=True)
    if state is None:
        raise ValueError(
            f"wanted to go on from {path}, got a damaged file: delete it to begin anew, "
            "or, when it is a file of yours, choose another name for the weights"
        )
    old, new = described(state["about"]), described(about)
    if differing := [name for name in new if new[name] != old.get(name)]:
        raise ValueError(
            f"wanted to go on from {path}, got a run with another {', '.join(differing)}: "
            "give the command that began it, or delete it to begin anew"
        )
    return state


def refuse_others(path, state):
    """Raise ValueError when something is at `path` that this run, at `state`, did not write there.

    What it may have written is the weights, when it was killed before it removed path.resume.
    """
    if path.is_dir():
        raise ValueError(
            f"wanted to write the weights to a file, got the folder {path}: add a file's name"
        )
    if not os.path.lexists(path):
        return
    about = state and state["about"]
    if state and over(about["recipe"], state["step"], state["held"]) and path.is_file():
        with contextlib.suppress(ValueError):
            known = store.weights_about(path)
            if all(known.get(name) == about[name] for name in ("corpus", "seed", "vocabulary")):
                return
    raise ValueError(
        f"wanted to write the weights to a new file, got {path}, which is there already: "
        "choose another name, or move it away"
    )


def begun(path, about, objective, opt, batches):
    """The state to go on from: path.resume's, filled into model and optimiser, or a new one.

    All processes get that of the first. Raises ValueError when the weights cannot go to `path`.
    """
    state = [None]
    if path and process()[0] == 0:
        state = [kept(resume_of(path), about)]
        refuse_others(path, state[0])
    if process()[1] > 1:
        distributed.broadcast_object_list(state)
    if state[0]:
        objective.vae.load_state_dict(state[0]["vae"])
        opt.load_state_dict(state[0]["opt"])
        return state[0]
    autocast = about["recipe"]["autocast"]
    choice = [autocast_pays(objective, batches) if autocast == "auto" else autocast]
    if process()[1] > 1:
        distributed.broadcast_object_list(choice)
    start = dict(step=0, rows=[], looks=[], held=[], best=None)
    return dict(about=about, autocast=choice[0], **start)


@torch.no_grad()
def bounds(vae, sentences, n_draws=1, seed=0):
    """Two upper bounds of -log p(x) [nats]: of each of `sentences`, lists of tokens, (n,) twice.

    With the weights log w = log p(x|z) + log p(z) - log q(z|x) of `n_draws` draws of q(z|x), one is
    the mean of -log w, the negative ELBO, the other -log of the mean of w, the importance-weighted
    bound, which is nearer to -log p(x). Each call with one `seed` draws the same noise. Source:
    Burda, Grosse and Salakhutdinov 2016, eq. 8.
    """
    where, was_training = next(vae.parameters()).device, vae.training
    vae.eval()
    dice, decoder, parts = torch.Generator().manual_seed(seed), vae["decoder"], []
    for start in range(0, len(sentences), 100):
        tokens = pad(sentences[start : start + 100]).to(where)
        mu, logvar = vae["encoder"](tokens).chunk(2, -1)
        log_w = []
        for _ in range(n_draws):
            eps = torch.randn(mu.shape, generator=dice).to(where)
            z = mu + (0.5 * logvar).exp() * eps
            recon = token_nll(decoder.head(decoder(z, tokens[:, :-1])[0]).float(), tokens[:, 1:])
            log_w.append((eps.square() + logvar - z.square()).sum(-1) / 2 - recon)
        log_w = torch.stack(log_w, 1)  # (batch, n_draws)
        parts.append(torch.stack([-log_w.mean(1), -importance_bound(log_w)]))
    vae.train(was_training)
    return torch.cat(parts, 1).cpu()


def look_steps(recipe):
    """The steps after which a training with patience looks at held-out sentences.

    They are `LOOKS` at most, from the one on at which the weight of the KL has risen, to the last.
    """
    n_steps, pretrain = recipe["n_steps"], recipe["pretrain"]
    apart = EVERY * math.ceil(n_steps / (LOOKS * EVERY))
    risen = (pretrain + (1 - pretrain) * recipe["rise"]) * n_steps
    return [step for step in range(apart, n_steps, apart) if step >= risen] + [n_steps]


def over(recipe, step, held):
    """Whether a training ends after this step: its last, or patience is at an end.

    `held` are the bounds of the looks so far. Patience is at an end when that many looks came after
    the best one.
    """
    waited = len(held) - 1 - min(range(len(held)), key=held.__getitem__) if len(held) else 0
    return step >= recipe["n_steps"] or 0 < recipe["patience"] <= waited


def looker(objective, state, held):
    """look(step): the held-out bound, noted in `state` with a copy of the networks if it is best.

    `held` are lists of tokens; without any, or without patience, it does nothing.
    """
    steps = set(look_steps(objective.recipe)) if held and objective.recipe["patience"] else ()

    def look(step):
        if step not in steps:
            return
        bound = [bounds(objective.vae, held)[0].mean().item()]
        if process()[1] > 1:  # machines may differ in the last bit, and are to stop together
            distributed.broadcast_object_list(bound)
        if bound[0] < min(state["held"], default=math.inf):
            state["best"] = copy.deepcopy(objective.vae.state_dict())
        state["held"], state["looks"] = [*state["held"], *bound], [*state["looks"], step]

    return look


def logged(step, state, recipe, look, save, seconds):
    """`step` as run.run wants it, counted from where `state` is.

    Figures are means since the last row; `look` is called with each row's step, `save` every so
    many `seconds`. Once the training is over, a step does nothing.
    """
    start, recent, saved = state["step"], [], [time.monotonic()]

    def logged_step(i):
        if over(recipe, state["step"], state["held"]):
            return None if (start + i + 1) % EVERY else state["rows"][-1]
        recent.append({name: float(value) for name, value in step(start + i).items()})
        done = start + i + 1
        if done % EVERY and done < recipe["n_steps"]:
            return None
        row = {name: sum(figures[name] for figures in recent) / len(recent) for name in recent[0]}
        recent.clear()
        state.update(step=done, rows=[*state["rows"], dict(step=done, **row)])
        look(done)
        due = over(recipe, done, state["held"]) or time.monotonic() - saved[0] >= seconds
        if due and all(map(math.isfinite, row.values())):
            save()
            saved[0] = time.monotonic()
        return row

    return logged_step


def take_steps(objective, opt, batches, state, save, seconds, held):
    """Take the steps that are left; whether the training is over, with the best networks in place.

    It is not when it was stopped by hand. `held` are lists of tokens.
    """
    recipe, look = objective.recipe, looker(objective, state, held)
    where = next(objective.parameters()).device
    if state["autocast"] and not has_bfloat16(where):
        raise ValueError(
            f"wanted a device that computes in bfloat16, got {where}, which does not: train with "
            "autocast=false, or go on with this training where it began"
        )
    step = stepper(objective, opt, batches, state["autocast"])
    with contextlib.ExitStack() as silence:
        if process()[0]:  # one progress bar is enough
            silence.enter_context(contextlib.redirect_stderr(io.StringIO()))
        step = logged(step, state, recipe, look, save, seconds)
        run.run(step, recipe["n_steps"] - state["step"], every=EVERY)
    if not over(recipe, state["step"], state["held"]):
        return False
    if state["best"]:
        objective.vae.load_state_dict(state["best"])
    if recipe["standardise"]:
        standardise(objective.vae, batches.sentences[:STANDARD])
    return True


def train(
    sentences,
    recipe=None,
    seed=0,
    vocabulary=None,
    path=None,
    seconds=30.0,
    held=(),
    measure=None,
):
    """Train a models.text_vae on sentences by a recipe: (vae, vocabulary, history).

    `recipe` is {entry: value}; `python -m course_utils train-text-vae --help` explains the entries.
    history is {"step": (logged,), "recon": …, "kl": …}, each the mean since the one before. With a
    `path`, what is needed to go on is written to path.resume every `seconds`, taken up at the next
    call, and replaced by the weights in `path` at the end: the same bits, interrupted or not.
    Where the recipe has patience, `held` are sentences to look at: the networks that come back have
    the best bound on them, and history has the "looks", as steps, and the bounds, "held".
    measure(vae, vocabulary) → {name: value} is called at the end, and written with the weights.

    The training is on run.device(), what comes back is on the CPU. Raises ValueError for an unknown
    recipe, sentences that are too long or have no word of the vocabulary, another run's
    path.resume, or a `path` where something is already, FloatingPointError when it diverges,
    OSError when it cannot write.
    """
    recipe, path = checked(recipe or {}), None if path is None else Path(path)
    vocabulary = vocabulary or Vocabulary.build(sentences, recipe["min_count"])
    corpus = corpus_digest(sentences, held)
    about = dict(recipe=recipe, seed=seed, corpus=corpus, vocabulary=vocabulary.itos)
    objective, opt, batches = built(vocabulary, sentences, recipe, seed)
    state = begun(path, about, objective, opt, batches)

    def save():
        if path and process()[0] == 0:
            parts = dict(vae=objective.vae.state_dict(), opt=opt.state_dict())
            keep(resume_of(path), state | parts)

    if not state["step"]:
        save()  # at once: a folder that cannot be written is told before the work
    held = list(map(vocabulary.encode, held[:HELD]))
    finished = take_steps(objective, opt, batches, state, save, seconds, held)
    vae = objective.vae.cpu()
    if finished and process()[0] == 0:
        figures = measure(vae, vocabulary) if measure else {}
        if path:
            finish(path, vae, state, figures)
    return vae, vocabulary, history_of(state)


def corpus_digest(sentences, held=()):
    """The SHA-256 of the sentences of a training, and of those that it is stopped by, as text."""
    return hashlib.sha256("\n".join([*sentences, *held]).encode()).hexdigest()


def history_of(state):
    """What `train` returns of the rows that were logged and of the looks, as arrays."""
    rows, looks = state["rows"], {name: np.array(state[name]) for name in ("looks", "held")}
    history = {name: np.array([row[name] for row in rows]) for name in (rows or [()])[0]}
    return history | (looks if state["looks"] else {})


@torch.no_grad()
def standardise(vae, sentences):
    """Shift and scale each dimension of the code: mean 0 and variance 1 over these sentences.

    Mean and variance are those of the aggregate posterior q(z), so that draws of N(0, I) are not
    too wide for it. Encoder and decoder change together: what is reconstructed stays the same.
    `sentences` are lists of tokens.
    """
    where, was_training = next(vae.parameters()).device, vae.training
    vae.eval()
    parts = [
        vae["encoder"](pad(sentences[k : k + 1000]).to(where))
        for k in range(0, len(sentences), 1000)
    ]
    vae.train(was_training)
    mu, logvar = torch.cat(parts).chunk(2, -1)
    mean, z_dim = mu.mean(0), mu.shape[1]
    scale = (mu.var(0, unbiased=False) + logvar.exp().mean(0)).sqrt()
    stats, decoder = vae["encoder"].to_stats, vae["decoder"]
    stats.weight[:z_dim] /= scale.unsqueeze(1)
    stats.bias[:z_dim] = (stats.bias[:z_dim] - mean) / scale
    stats.bias[z_dim:] -= 2 * scale.log()
    readers = [(layer.weight, layer.bias) for layer in (decoder.start, vae["bag"])]
    readers.append((decoder.lstm.weight_ih_l0, decoder.lstm.bias_ih_l0))
    if hasattr(decoder, "to_word"):
        readers.append((decoder.to_word.weight, decoder.to_word.bias))
    for weight, bias in readers:  # the last columns belong to z, which was scale · z + mean
        bias += weight[:, -z_dim:] @ mean
        weight[:, -z_dim:] *= scale


def finish(path, vae, state, figures):
    """Write the weights with what is known about them, then remove what was for going on."""
    refuse_others(path, state)  # again: what came there meanwhile
    resume = resume_of(path)
    about = state["about"] | state["rows"][-1] | {"autocast": state["autocast"]} | figures
    store.save_weights(path, vae, **about)
    resume.unlink(missing_ok=True)
    for written in (path, resume):
        store.remove_temporaries(written)
