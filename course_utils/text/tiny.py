"""A language of nine words and eight sentences, and generators whose every probability is known.

A generator is a list of tables, one for each place of a sentence, with a seed axis in front. Lesson
13 plays games with it, because over 729 sentences nothing has to be estimated.
"""

from collections import namedtuple

import torch
from torch import nn
from torch.nn.functional import one_hot, softplus

from .. import models, run
from ..losses import discriminator_loss

WORDS = "a two fish penguin penguins swims swim sleeps sleep".split()
GOOD = (
    "a fish swims, a fish sleeps, a penguin swims, a penguin sleeps, "
    "two fish swim, two fish sleep, two penguins swim, two penguins sleep"
).split(", ")
V, PLACES = len(WORDS), 3
_good = torch.tensor([[WORDS.index(word) for word in sentence.split()] for sentence in GOOD])
_all = torch.cartesian_prod(*[torch.arange(V)] * PLACES)
X_GOOD = one_hot(_good, V).float()  # the data, all equally likely: (8, PLACES, V)
X_ALL = one_hot(_all, V).float()  # all sentences: (729, PLACES, V)
PLACE_OF_GOOD = _good @ torch.tensor([V * V, V, 1])  # of the eight in X_ALL: (8,)
P = (_all.unsqueeze(1) == _good).all(-1).any(1) / len(GOOD)  # of the data, ⅛ or 0: (729,)


def data(n_seeds, batch, clauses=1):
    """Real sentences of one or more clauses, (n_seeds, batch, clauses · PLACES, V)."""
    return X_GOOD[torch.randint(len(GOOD), (n_seeds, batch, clauses))].flatten(2, 3)


def new_tables(n_seeds, places=PLACES, std=0.1):
    """A generator before training: a table (n_seeds, 1 + k · V, V) for each place k.

    The first row of a table is always added, and then there is one for every pair (earlier place,
    word).
    """
    return [nn.Parameter(std * torch.randn(n_seeds, 1 + k * V, V)) for k in range(places)]


def word_logits(table, said):
    """The logits of the next word: words said so far (…, batch, k, V) → (n_seeds, batch, V)."""
    return table[:, :1] + said.flatten(-2) @ table[:, 1:]


def speak(tables, batch, choose):
    """Sentences, word after word: what was heard and what D sees, (n_seeds, batch, places, V) each.

    `choose` turns word logits (n_seeds, batch, V) into two of that shape: the word that the next
    places hear, and what D is shown of it.
    """
    heard = seen = torch.zeros(len(tables[0]), batch, 0, V)
    for table in tables:
        word, shown = choose(word_logits(table, heard))
        heard = torch.cat([heard, word.unsqueeze(-2)], -2)
        seen = torch.cat([seen, shown.unsqueeze(-2)], -2)
    return heard, seen


def log_q(tables, x):
    """The log probability of given sentences (…, batch, places, V): (n_seeds, batch) nats."""
    logs = [word_logits(t, x[..., :k, :]).log_softmax(-1) for k, t in enumerate(tables)]
    return sum((log * x[..., k, :]).sum(-1) for k, log in enumerate(logs))


def log_q_of_all(tables):
    """The log probability of all 729 sentences, as `log_q` of X_ALL, but sooner: (n_seeds, 729)."""
    total = 0.0
    for k, table in enumerate(tables):
        beginnings = X_ALL[:: V ** (PLACES - k), :k]  # each one once: (V^k, k, V)
        log = word_logits(table, beginnings).log_softmax(-1)
        total = (total + log).flatten(1).unsqueeze(-1)
    return total.squeeze(-1)


def entropy(x):
    """The entropy −Σ x log x of each sentence's words, (…, places, V) → (…) nats; 0 for real ones.

    At 0 its gradient is finite, and 0 log 0 is 0.
    """
    return -(x * x.clamp(min=1e-30).log()).sum((-2, -1))


def scores_of(q):
    """How good distributions over the 729 sentences are, q (n_seeds, 729) → {name: (n_seeds,)}.

    The grammatical share, the total variation ½ Σ|q − p| to the data, and the entropy in nats.

    >>> {name: round(value.item(), 3) for name, value in scores_of(P.unsqueeze(0)).items()}
    {'grammatical': 1.0, 'total variation': 0.0, 'entropy': 2.079}
    """
    return {
        "grammatical": q[:, P > 0].sum(1),
        "total variation": (q - P).abs().sum(1) / 2,
        "entropy": -torch.xlogy(q, q).sum(1),
    }


@torch.no_grad()
def scores(tables):
    """`scores_of` the generators of these tables, by all 729 sentences."""
    return scores_of(log_q_of_all(tables).exp())


def adam(parameters, rate):
    """The optimiser of the games: no momentum, as D and G move against each other."""
    return torch.optim.Adam(parameters, rate, betas=(0.0, 0.9), fused=True)


def descend(opt, loss, done):
    """One step; `done` goes from 0 to 1, and the rate falls to 0 over its second half."""
    opt.param_groups[0]["lr"] = opt.defaults["lr"] * min(1, 2 - 2 * done)
    opt.zero_grad()
    loss.sum().backward()
    opt.step()


def learn(seed, n_seeds=32, n_turns=300, clauses=1):
    """Tables trained by maximum likelihood, on 32 sentences a turn: no D, and no draws of words."""
    run.seed_everything(seed)
    tables = new_tables(n_seeds, clauses * PLACES)
    opt = adam(tables, 3e-2)

    def step(i):
        loss = -log_q(tables, data(n_seeds, 32, clauses)).mean(-1)
        descend(opt, loss, i / n_turns)

    run.run(step, n_turns)
    return tables


def _flat(x):
    return x.flatten(-2)


def new_discriminator(n_inputs, n_seeds):
    """A D with two hidden layers of 32 units: (n_seeds, batch, n_inputs) → (n_seeds, batch)."""
    return models.gan_discriminator([n_inputs, 32, 32], lambda: nn.LeakyReLU(0.2), n_seeds)


# What `play` returns: both players at the end, and the scores on the way.
Game = namedtuple("Game", ["tables", "discriminator", "history"])


def play(
    seed,
    choose,
    loss=None,
    look=_flat,
    real=data,
    n_d=32,
    n_seeds=32,
    n_turns=300,
    rate=3e-2,
    clauses=1,
    watch=None,
):
    """A game of turns: a step of D on n_d real and n_d generated sentences, then a step of G on 32.

    `choose` as in `speak`; loss(logits, log_q) → (n_seeds,) is what G minimises. Without a loss G
    follows the exact gradient, by all 729 sentences. `look` makes of sentences what D looks at,
    (…, n_inputs); real(n_seeds, n_d, clauses), as `data`, is what D is shown of real sentences.
    Returns a `Game`, whose history has the `scores` of every twentieth turn, and with them what
    watch(tables, discriminator) → {name: (n_seeds,)} measures; its draws do not change the game.
    """
    run.seed_everything(seed)
    tables = new_tables(n_seeds, clauses * PLACES)
    discriminator = new_discriminator(look(data(1, 1, clauses)).shape[-1], n_seeds)
    opt_d, opt_g = adam(discriminator.parameters(), 5e-3), adam(tables, rate)

    def step(i):
        heard, seen = speak(tables, n_d, choose)
        logits_real = discriminator(look(real(n_seeds, n_d, clauses)))
        loss_d = discriminator_loss(logits_real, discriminator(look(seen.detach())))
        descend(opt_d, loss_d, i / n_turns)
        if loss is None:
            loss_g = -mean_reward(tables, discriminator)
        else:
            logits = discriminator(look(seen[:, :32]))
            loss_g = loss(logits, log_q(tables, heard[:, :32].detach()))
        descend(opt_g, loss_g, i / n_turns)

    def look_on():
        with torch.random.fork_rng(devices=[]):
            return scores(tables) | (watch(tables, discriminator) if watch else {})

    history = run.run(step, n_turns, look_on if clauses == 1 else None, every=20)
    return Game(tables, discriminator, history)


def mean_reward(tables, discriminator):
    """J, the mean of log D over the generator's q, by all 729 sentences: (n_seeds,)."""
    x = X_ALL.flatten(1).expand(len(tables[0]), -1, -1)
    with torch.no_grad():
        reward = -softplus(-discriminator(x))
    return (log_q_of_all(tables).exp() * reward).sum(1)


def _gradient(goal, tables):
    """Of the sum, one row a seed: (n_seeds, parameters)."""
    return torch.cat([g.flatten(1) for g in torch.autograd.grad(goal.sum(), tables)], 1)


def exact_gradient(tables, discriminator):
    """∇J, the gradient of `mean_reward`: (n_seeds, parameters)."""
    return _gradient(mean_reward(tables, discriminator), tables)


def _estimates(tables, discriminator, choose, loss, batch, n):
    """Gradients of n batches of sentences: (n, n_seeds, parameters)."""
    found = []
    for _ in range(n):
        heard, seen = speak(tables, batch, choose)
        logits = discriminator(seen.flatten(-2))
        found.append(_gradient(-loss(logits, log_q(tables, heard.detach())), tables))
    return torch.stack(found)


def gradient_parts(tables, discriminator, choose, loss, batch=32, n=100):
    """Bias² and variance of the gradient of a batch, in units of |∇J|²: (n_seeds,) each.

    From n batches; what their chance error adds to the bias is taken off, so that a bias of 0 can
    come out a little below 0. `choose` as in `speak`; loss(logits, log_q) → (n_seeds,).
    """
    exact = exact_gradient(tables, discriminator)
    estimates = _estimates(tables, discriminator, choose, loss, batch, n)
    mean = estimates.mean(0)
    variance = (estimates - mean).square().sum(-1).sum(0) / (n - 1)
    bias = (mean - exact).square().sum(-1) - variance / n
    return bias / exact.square().sum(-1), variance / exact.square().sum(-1)


def gradient_cosine(tables, discriminator, choose, loss, batch=32, n=100):
    """The mean cosine of the gradient of a batch and ∇J, from n batches: (n_seeds,).

    1 if all of them have the direction of ∇J, 0 if they are orthogonal to it. `choose` and `loss`
    as in `gradient_parts`.
    """
    exact = exact_gradient(tables, discriminator)
    estimates = _estimates(tables, discriminator, choose, loss, batch, n)
    return torch.cosine_similarity(estimates, exact, -1).mean(0)


def perfect():
    """Tables whose distribution is that of the data, up to e⁻⁴⁰; one seed."""
    tables = [torch.zeros(1, 1 + k * V, V) for k in range(PLACES)]
    for table in tables:
        table[:, 0] = -40  # no word, unless it follows from the first one
    for start, noun, verb in _good.tolist():
        tables[0][:, 0, start] = 0
        tables[1][:, 1 + start, noun] = tables[2][:, 1 + start, verb] = 40
    return tables


def reward_variance(places, n_words, kind):
    """The variance of REINFORCE's estimate from one sentence, in units of |∇J|², by all sentences.

    All words are equally likely at each place, one is right, and the baseline is the mean reward.
    `kind` is "all or nothing" (1 if all words are right), "shared" (the share of right words, for
    each place), or "own word" (1 or 0 for each place, by its own word).

    >>> [round(reward_variance(2, 5, kind)) for kind in ("all or nothing", "shared", "own word")]
    [23, 7, 3]
    """
    sentences = torch.cartesian_prod(*[torch.arange(n_words)] * places).view(-1, places)
    x = one_hot(sentences, n_words).double()  # (n, places, n_words)
    is_right = x[..., 0]  # word 0 is the right one
    reward = {  # (n, 1) for all places, or (n, places)
        "all or nothing": is_right.prod(1, keepdim=True),
        "shared": is_right.mean(1, keepdim=True),
        "own word": is_right,
    }[kind]
    advantage = (reward - reward.mean(0)).unsqueeze(-1)
    estimates = advantage * (x - 1 / n_words)  # ∇log q with respect to the logits: word − π
    exact = estimates.mean(0)
    return ((estimates - exact).square().sum((1, 2)).mean() / exact.square().sum()).item()
