"""Steering: a latent-constraint GAN on the codes of a frozen VAE, with simpler methods beside it.

Two critics look at a code z. One tells codes of real sentences (or pictures) from others, the other
says which attributes a code has. An actor moves z to z′ so that the second critic sees what was
wished for and the first sees nothing unusual. The VAE itself is never touched: it makes the codes
beforehand and decodes z′ afterwards. Source: Engel, Hoffman and Roberts 2018, "Latent Constraints:
Learning to Generate Conditionally from Unconditional Generative Models", arXiv 1711.05772.

A *wish* names values of some attributes and leaves the others open: {"tense": "past"}, or a tensor
(n, attributes) of numbers of values, -1 for "leave open". With a shipped VAE, and about fifteen
seconds of training:

>>> from course_utils import text
>>> from course_utils.text.grammar import ATTRIBUTES, Grammar
>>> vae = text.load_vae("grammar")
>>> sentences, labels, _ = Grammar().sample(24_000, seed=1)
>>> steer = fit(vae.posterior(sentences), labels, ATTRIBUTES)  # doctest: +SKIP
>>> z = vae.encode("A jealous passenger will book a cabin in the city next month.")
>>> vae.decode(steer.move(z, {"tense": "past", "kind": "question"}))  # doctest: +SKIP
'Did a jealous passenger book a cabin in a bad mood in the city?'
"""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import softplus

from . import models, run, store
from .losses import (
    attribute_nll,
    discriminator_loss,
    input_gradient,
    latent_distance,
    slope_penalty,
)

DEFAULTS = {  # the options of `fit`
    "n_steps": 1200,  # turns: critics, then actor
    "batch": 128,
    "rate": 3e-3,  # of learning, for all three networks; it falls to 0 over the second half
    "width": 128,  # of the hidden layers
    "asked_weight": 100.0,  # of the cross-entropy of what is wished for
    "keep_weight": 120.0,  # of that towards what was believed before, for what is left open
    "realism_weight": 4.0,  # of -log D(z′)
    "distance_weight": 4.0,  # of losses.latent_distance
    "penalty_weight": 1.0,  # of the realism critic's R1 and R2
    "prior_share": 0.5,  # of the actor's starts: draws from N(0, I)
    "draw_share": 0.0,  # of its other starts: draws from the posterior; what is left are means
    "critic_steps": 1,  # batches a turn; with 0 the critics stop when the warm-up ends
    "actor_steps": 1,
    "warm_up": 0,  # turns before the n_steps, in which the critics learn alone
    "gated": False,  # models.LatentActor instead of models.LatentShift
    "gate_bias": 0.0,  # added to the gate's logits at the start; far below 0 it is shut
}


_NETWORKS = ("actor", "realism", "critic")


class Attributes:
    """Names and values of attributes: from {name: values}, or from a list of numbers of values.

    `sizes` are the numbers of values, in the order of the label columns.
    Raises ValueError without attributes, or for one with fewer than two values.

    >>> Attributes({"tense": ("past", "present", "future"), "number": ("one", "many")}).sizes
    [3, 2]
    """

    def __init__(self, attributes):
        try:
            if not isinstance(attributes, dict):
                attributes = {str(k): range(size) for k, size in enumerate(attributes)}
            self.values = {name: list(values) for name, values in attributes.items()}
        except TypeError as error:
            raise ValueError(
                "wanted attributes as {name: values} or as a list of the numbers of values, got"
                f" {attributes!r}"
            ) from error
        self.sizes = [len(values) for values in self.values.values()]
        different = [len(set(values)) for values in self.values.values()]
        if not self.sizes or min(self.sizes) < 2 or different != self.sizes:
            raise ValueError(
                "wanted attributes of two different values or more, as {name: values} or as a list"
                f" of the numbers of values, got {attributes}"
            )

    def wish(self, wish, n):
        """A wish for n codes as a tensor (n, attributes), -1 for what is left open.

        `wish` is {name: value}, or a tensor (attributes,) or (n, attributes) of numbers of values.
        Raises ValueError for a name, a value or a shape that does not fit.
        """
        if isinstance(wish, dict):
            wish = self._row(wish)
        try:
            wish, sizes = torch.as_tensor(wish), torch.tensor(self.sizes)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ValueError(f"wanted a wish as {{name: value}}, got {wish!r}") from error
        if wish.shape not in (sizes.shape, (n, len(sizes))) or not _whole(wish):
            raise ValueError(
                f"wanted a wish as {{name: value}}, or whole numbers of shape ({n}, {len(sizes)}),"
                f" a row a code, got {wish.dtype} of shape {tuple(wish.shape)}"
            )
        wish = wish.long()
        if (wish < -1).any() or (wish.cpu() >= sizes).any():
            raise ValueError(
                f"wanted from -1 (leave open) to below {self.sizes}, got {wish.amin(0).tolist()} to"
                f" {wish.amax(0).tolist()}"
            )
        return wish.expand(n, -1)

    def _row(self, wish):
        row = [-1] * len(self.sizes)
        for name, value in wish.items():
            if name not in self.values:
                raise ValueError(f"wanted attributes of {list(self.values)}, got {name!r}")
            if value not in self.values[name]:
                raise ValueError(f"wanted for {name} one of {self.values[name]}, got {value!r}")
            row[list(self.values).index(name)] = self.values[name].index(value)
        return row


def _whole(numbers):
    """Whether a tensor holds whole numbers, which True and False are not."""
    return not (numbers.is_floating_point() or numbers.is_complex() or numbers.dtype == torch.bool)


def _labels(labels, n, sizes):
    """Labels as a tensor (n, attributes), some known in each column; else ValueError."""
    try:
        labels = torch.as_tensor(labels)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"wanted labels as whole numbers, got {type(labels).__name__}") from error
    if labels.shape != (n, len(sizes)) or not n or not _whole(labels):
        raise ValueError(
            f"wanted labels as whole numbers of shape ({n}, {len(sizes)}), a row for each code and"
            f" a column for each attribute, got {labels.dtype} of shape {tuple(labels.shape)}"
        )
    labels = labels.long()
    known = (labels >= 0) & (labels < torch.tensor(sizes, device=labels.device))
    if not (known | (labels == -1)).all() or not known.any(0).all():
        raise ValueError(
            f"wanted labels from 0 to below {sizes}, or -1 for unknown, some known in each column,"
            f" got from {labels.amin(0).tolist()} to {labels.amax(0).tolist()}"
        )
    return labels


def one_hot_wish(wish, sizes):
    """A wish as zeros and ones, a group of places for each attribute: what networks are given.

    (…, attributes) numbers of values, -1 for "leave open" → (…, Σ sizes). An attribute that is left
    open has only zeros in its group: as a target of `losses.attribute_nll` it does not count.

    >>> one_hot_wish(torch.tensor([[-1, 2, 1]]), [2, 3, 2]).int().tolist()
    [[0, 0, 0, 0, 1, 0, 1]]
    """
    groups = [
        value.unsqueeze(-1) == torch.arange(size, device=wish.device)
        for value, size in zip(wish.unbind(-1), sizes)
    ]
    return torch.cat(groups, -1).float()


def believed(logits, wish, sizes):
    """The critic's probabilities of attributes that are left open; zeros for those wished for.

    (…, Σ sizes) logits, (…, attributes) wishes → (…, Σ sizes). As a target of
    `losses.attribute_nll` it says "let it stay": that loss, less the least value it can have, is a
    KL divergence.
    """
    groups = [
        part.softmax(-1) * (value < 0).unsqueeze(-1)
        for part, value in zip(logits.split(sizes, -1), wish.unbind(-1))
    ]
    return torch.cat(groups, -1)


def random_wishes(sizes, shape):
    """Wishes to learn from: how many attributes (1 to all, equally often), then which, then what.

    → (*shape, attributes), -1 for what is left open.

    >>> (random_wishes([2, 3], (4, 8)) >= 0).any(-1).all().item()  # something is always wished for
    True
    """
    wish = torch.stack([torch.randint(size, shape) for size in sizes], -1)
    rank = torch.rand(wish.shape).argsort(-1)  # a random order of the attributes
    return wish.where(rank <= torch.randint(len(sizes), shape).unsqueeze(-1), -1)


class Codes:
    """What `fit` learns from: posterior means `mu` and standard deviations `std`, and `labels`.

    codes is (mu, std), mu (n, z_dim), std (n, z_dim) or (z_dim,); labels (n, attributes), -1 is
    unknown. Raises ValueError for other shapes, NaN, std ≤ 0, or an attribute without any label.
    """

    def __init__(self, codes, labels, sizes, taught=None):
        try:
            mu, std = (torch.as_tensor(part).detach().float() for part in codes)
            std = std.expand(mu.shape)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ValueError(
                "wanted codes as a pair (mu, std), means and standard deviations of q(z|x), each"
                f" (n, z_dim), as TextVAE.posterior gives them, got {type(codes).__name__}"
            ) from error
        if mu.dim() != 2:
            raise ValueError(f"wanted mu of shape (n, z_dim), got {tuple(mu.shape)}")
        labels = _labels(labels, len(mu), sizes).to(mu.device)
        if not (torch.isfinite(mu).all() and torch.isfinite(std).all() and (std > 0).all()):
            raise ValueError("wanted finite codes with std > 0, got others: is the VAE trained?")
        self.rows = torch.arange(len(mu), device=mu.device)  # real: realism learns from these alone
        self.sigma_bar = std.mean(0)
        if taught:
            z, more = self._taught(*taught, mu, sizes)
            mu, labels = torch.cat([mu, z]), torch.cat([labels, more])
            std = torch.cat([std, self.sigma_bar.expand_as(z)])
        self.mu, self.std, self.targets = mu, std, one_hot_wish(labels, sizes)
        self.labelled = (labels >= 0).any(1).nonzero().squeeze(1)

    @staticmethod
    def _taught(z, labels, mu, sizes):
        """Further codes for the attribute critic and their labels, checked."""
        z = torch.as_tensor(z).detach().float().to(mu.device)
        if z.dim() != 2 or z.shape[1] != mu.shape[1] or not torch.isfinite(z).all():
            raise ValueError(
                f"wanted taught codes as finite numbers of shape (n, {mu.shape[1]}), "
                f"got {tuple(z.shape)}"
            )
        return z, _labels(labels, len(z), sizes).to(mu.device)

    def pick(self, rows, shape):
        """Some of the rows, by chance: (*shape,)."""
        return rows[torch.randint(len(rows), shape, device=rows.device)]

    def draw(self, pick):
        """A draw from the posterior of each picked row: (*shape, z_dim)."""
        mu = self.mu[pick]
        return mu + self.std[pick] * torch.randn_like(mu)

    def starts(self, shape, prior_share, draw_share):
        """Where the actor starts: the prior, a posterior, or the mean of one: (*shape, z_dim)."""
        pick = self.pick(self.rows, shape)
        z = self.mu[pick]
        if draw_share:
            z = self.draw(pick).where(torch.rand(*shape, 1, device=z.device) < draw_share, z)
        prior = torch.rand(*shape, 1, device=z.device) < prior_share
        return torch.randn_like(z).where(prior, z)


class Steering:
    """What `fit` returns: the trained actor and its critics; `move` is what they are for.

    `actor`, `realism` and `critic` are networks with a seed axis, `attributes` is an `Attributes`,
    `sigma_bar` (z_dim,) the mean standard deviation of the posteriors, scaled so that the mean of
    1/σ̄² is 1 and the distance weight means the same for every VAE, `history` what `run.run` logged,
    and `seconds` the CPU seconds of the training.
    """

    def __init__(self, attributes, networks, sigma_bar):
        self.attributes, self.sigma_bar = attributes, sigma_bar
        self.actor, self.realism, self.critic = networks
        self.history, self.seconds = {}, 0.0

    def save(self, path, **about):
        """Write it to `path`, as `load` reads it, with what is known `about` it: data, figures.

        Raises OSError when that fails; what was there before stays.
        """
        layers = self.actor.net[::2]
        sizes = {"z_dim": len(self.sigma_bar), "width": layers[0].weight.shape[-1]}
        sizes |= {"n_seeds": len(layers[0].weight)}
        sizes |= {"gated": isinstance(self.actor, models.LatentActor)}
        about |= {"attributes": self.attributes.values, "sizes": sizes}
        store.save_weights(path, _module(self), **about)

    @torch.no_grad()
    def move(self, z, wish, seed=0):
        """z moved to where the wish holds: (z_dim,) or (n, z_dim) → the same shape.

        `wish` is {name: value}, or a tensor (n, attributes), -1 for what is left open; `seed` says
        which of the trainings moves. Raises ValueError for a wish that does not fit.
        """
        actor = models.pick_seeds(self.actor, [seed])
        sizes = self.attributes.sizes
        return as_method(
            self.attributes, lambda z, wish: actor(z[None], one_hot_wish(wish, sizes)[None])[0]
        )(z, wish)

    __call__ = move

    @torch.no_grad()
    def read(self, z, seed=0):
        """The likeliest value of each attribute by the critic: (n, z_dim) → (n, attributes)."""
        z = torch.as_tensor(z).float()
        logits = models.pick_seeds(self.critic, [seed])(z[None])[0]
        parts = logits.split(self.attributes.sizes, -1)
        return torch.stack([part.argmax(-1) for part in parts], -1)


def _module(steering):
    """All numbers of a Steering as one module: its networks, and σ̄."""
    module = nn.ModuleDict({name: getattr(steering, name) for name in _NETWORKS})
    module.register_buffer("sigma_bar", steering.sigma_bar)
    return module


def load(name):
    """A trained Steering: a shipped one, such as "tatoeba", or the path of a file by `save`.

    Raises FileNotFoundError for a name or a path that is not there, ValueError for a damaged file
    or one that holds something else.
    """
    start, shipped = "steering_", {}
    for path in store.data_file("checkpoints").glob(f"{start}*.safetensors"):
        if "attributes" in store.weights_about(path):
            shipped[path.stem.removeprefix(start)] = path
    path = shipped.get(name) or Path(name)
    if not path.is_file():
        raise FileNotFoundError(
            f"wanted one of {', '.join(sorted(shipped))}, or a file by Steering.save, got {name!r}"
        )
    about = store.weights_about(path)
    if not {"attributes", "sizes"} <= about.keys():
        raise ValueError(f"wanted a Steering in {path}, got other weights: use Steering.save")
    attributes, sizes = Attributes(about["attributes"]), about["sizes"]
    options = {name: sizes[name] for name in ("width", "gated")} | {"gate_bias": 0.0}
    networks = _networks(sizes["z_dim"], sum(attributes.sizes), sizes["n_seeds"], options)
    steering = Steering(attributes, networks, torch.ones(sizes["z_dim"]))
    module = store.load_weights(path, _module(steering)).requires_grad_(False)
    steering.sigma_bar = module.sigma_bar
    return steering


@dataclass(frozen=True)
class SentenceCodes:
    """Codes of real sentences: posterior means mu (n, z_dim), their mean standard deviation std.

    `labels` (n, attributes) are what the rules of text.english read in the sentences, `ids` (n,)
    the sentences' numbers at tatoeba.org; `…_test` are those of held-out sentences.
    """

    mu: torch.Tensor
    std: torch.Tensor
    labels: torch.Tensor
    ids: torch.Tensor
    mu_test: torch.Tensor
    labels_test: torch.Tensor
    ids_test: torch.Tensor


def load_codes():
    """The shipped codes of Tatoeba's sentences under text.load_vae("tatoeba")."""
    tensors = store.load_tensors(store.data_file("checkpoints/steering_codes.safetensors"))
    return SentenceCodes(
        **{
            name: tensor.float() if tensor.is_floating_point() else tensor.long()
            for name, tensor in tensors.items()
        }
    )


def as_method(attributes, move):
    """move(z (n, z_dim), wish (n, attributes)) as one that takes one code or many, and a dict."""

    def moved(z, wish):
        z = torch.as_tensor(z).detach()
        if z.dim() not in (1, 2) or not torch.isfinite(z).all():
            raise ValueError(
                f"wanted finite codes of shape (z_dim,) or (n, z_dim), got {tuple(z.shape)}"
            )
        many = torch.atleast_2d(z).float()
        return move(many, attributes.wish(wish, len(many)).to(z.device)).view(z.shape)

    return moved


def critics_loss(networks, codes, sizes, weights, asked, z):
    """What the critics minimise: a GAN's loss with R1 and R2, and the cross-entropy of the labels.

    `asked` (n_seeds, batch, Σ sizes) are wishes as zeros and ones, `z` (n_seeds, batch, z_dim) the
    codes that the actor starts from. → (n_seeds,) nats.
    """
    actor, realism, critic = networks
    z_real = codes.draw(codes.pick(codes.rows, z.shape[:2]))  # realism needs no labels
    with torch.no_grad():
        z_fake = actor(z, asked)
    both = torch.cat([z_real, z_fake], 1).requires_grad_()
    logits = realism(both)
    penalty = 2 * slope_penalty(input_gradient(logits, both))  # a half of `both` each: R1 + R2
    labelled = codes.pick(codes.labelled, z.shape[:2])
    return (
        discriminator_loss(*logits.chunk(2, -1))
        + weights["penalty_weight"] * penalty
        + attribute_nll(critic(codes.draw(labelled)), codes.targets[labelled], sizes)
    )


def moving_loss(z, z_prime, target, realism, critic, sigma_bar, sizes, weights):
    """What it costs to be at z′: attributes unlike the target, not realistic, far from z.

    attribute_nll(critic(z′), target) + realism_weight · softplus(-realism(z′)) + distance_weight ·
    latent_distance(z, z′): codes (n_seeds, batch, z_dim), target (n_seeds, batch, Σ sizes), whose
    weights are in it already → (n_seeds,), mean over the batch.
    """
    return (
        attribute_nll(critic(z_prime), target, sizes)
        + weights["realism_weight"] * softplus(-realism(z_prime)).mean(-1)
        + weights["distance_weight"] * latent_distance(z, z_prime, sigma_bar)
    )


def moving_target(z, wish, asked, critic, sizes, weights):
    """What the attribute critic is to say at z′: the wish; where it is open, its belief at z.

    asked_weight · asked + keep_weight · believed: (…, batch, Σ sizes); asked is `one_hot_wish` of
    the wish.
    """
    with torch.no_grad():
        keep = believed(critic(z), wish, sizes)
    asked_weight, keep_weight = (
        torch.as_tensor(weights[name], device=z.device).reshape(-1, 1, 1)  # (1 or n_seeds, 1, 1)
        for name in ("asked_weight", "keep_weight")
    )
    return asked_weight * asked + keep_weight * keep


def _leaky():
    return nn.LeakyReLU(0.2)


def _networks(z_dim, n_values, n_seeds, options):
    """Actor, realism critic, attribute critic, as they are before training."""
    hidden = [z_dim, options["width"], options["width"]]
    kind = models.LatentActor if options["gated"] else models.LatentShift
    actor = kind(z_dim, n_values, options["width"], n_seeds)
    if options["gated"]:
        actor.net[-1].bias.data[..., :z_dim] += options["gate_bias"]
    realism = models.gan_discriminator(hidden, _leaky, n_seeds)
    return actor, realism, models.mlp([*hidden, n_values], _leaky, n_seeds)


class _Game:
    """One training: `step(i)` is turn i, critics first, then the actor."""

    def __init__(self, networks, codes, sizes, n_seeds, wishes, options):
        self.networks, self.codes, self.sizes, self.options = networks, codes, sizes, options
        self.shape, self.wishes = (n_seeds, options["batch"]), wishes
        sigma_bar = codes.sigma_bar
        self.sigma_bar = sigma_bar * (1 / sigma_bar.square()).mean().sqrt()
        self.opt_actor, self.opt_critics = (
            torch.optim.Adam(
                [p for net in part for p in net.parameters()], betas=(0.0, 0.9), fused=True
            )
            for part in (networks[:1], networks[1:])
        )

    def batch(self):
        """Codes to start from and what is asked of each: z, wish."""
        z = self.codes.starts(self.shape, self.options["prior_share"], self.options["draw_share"])
        return z, self.wishes(self.sizes, self.shape).to(z.device)

    def turn_critics(self):
        """The critics' loss on a new batch, (n_seeds,)."""
        z, wish = self.batch()
        asked = one_hot_wish(wish, self.sizes)
        return critics_loss(self.networks, self.codes, self.sizes, self.options, asked, z)

    def turn_actor(self):
        """The actor's loss on a new batch, (n_seeds,)."""
        (actor, realism, critic), (z, wish) = self.networks, self.batch()
        asked, sizes, options = one_hot_wish(wish, self.sizes), self.sizes, self.options
        target = moving_target(z, wish, asked, critic, sizes, options)
        z_prime = actor(z, asked)
        return moving_loss(z, z_prime, target, realism, critic, self.sigma_bar, sizes, options)

    def step(self, i):
        """Turn i: as many batches of each side as the options say; their last losses."""
        playing = i >= self.options["warm_up"]
        rate = min(1.0, 2 - 2 * (i - self.options["warm_up"]) / self.options["n_steps"])
        loss_critics = self.learn(
            self.turn_critics,
            self.opt_critics,
            self.options["critic_steps"] if playing else 1,
            rate,
        )
        for net in self.networks[1:]:
            net.requires_grad_(False)  # gradients pass through the critics; theirs are not needed
        loss_actor = self.learn(
            self.turn_actor, self.opt_actor, self.options["actor_steps"] * playing, rate
        )
        for net in self.networks[1:]:
            net.requires_grad_(True)
        return {"loss_critics": loss_critics, "loss_actor": loss_actor}

    def learn(self, turn, opt, n_steps, rate):
        """n_steps updates at `rate` times the learning rate; the last loss."""
        opt.param_groups[0]["lr"] = self.options["rate"] * rate
        for _ in range(n_steps):
            loss = turn()
            opt.zero_grad()
            loss.sum().backward()  # the seeds do not touch each other
            opt.step()
        return loss if n_steps else turn()


def _checked(options, n_seeds):
    """DEFAULTS with these options. Raises ValueError for one that is unknown or does not fit."""
    if unknown := set(options) - set(DEFAULTS):
        raise ValueError(f"wanted options of {', '.join(DEFAULTS)}, got {', '.join(unknown)}")
    least = {"n_steps": 1, "batch": 1, "width": 1, "rate": 0, "gate_bias": -math.inf}
    for name, value in options.items():
        number, default = torch.as_tensor(value), DEFAULTS[name]
        shapes = [(), (n_seeds,)] if name.endswith("_weight") else [()]
        most = 1 if name.endswith("_share") else math.inf
        fits = number.shape in shapes and _whole(number) >= (type(default) is int)
        fits = fits and (number.dtype == torch.bool) == isinstance(default, bool)
        if not fits or not ((number >= least.get(name, 0)) & (number <= most)).all():
            what = "True or False" if isinstance(default, bool) else f"a number such as {default:g}"
            raise ValueError(
                f"wanted for {name} {what}, from {least.get(name, 0)} to {most}, got {value!r}"
            )
    return DEFAULTS | options


def fit(
    codes,
    labels,
    attributes,
    n_seeds=1,
    wishes=random_wishes,
    resume=None,
    taught=None,
    watch=None,
    every=50,
    **options,
):
    """Train a latent-constraint GAN on codes and labels, and return it as a `Steering`.

    codes: (mu, std) of the approximate posteriors q(z|x), mu (n, z_dim), std alike or (z_dim,).
    labels: (n, attributes) numbers of values, -1 for unknown. attributes: {name: values}, or a list
    of the numbers of values. `n_seeds` trainings run side by side, on the seed axis; seed with
    `run.seed_everything` first.

    A turn is `critic_steps` batches of `critics_loss`, then `actor_steps` of `moving_loss`; Adam
    with betas (0, 0.9). `options` change entries of DEFAULTS; weights of losses may be tensors
    (n_seeds,). `wishes(sizes, shape)` draws what the actor is asked for; the networks of `resume`,
    a `Steering`, are where training starts, and stay as they are; `taught` is (z, labels), further
    codes for the attribute critic alone, as `taught_by_decoding` makes them; `watch(steering)` →
    {name: value} is logged at every `every`-th turn.

    Raises ValueError for codes, labels or options that do not fit. Source: Engel, Hoffman and
    Roberts 2018; there the actor has a gate, the attribute critic is a discriminator that sees z
    and the attributes, and the realism critic sees draws of the prior beside the actor's codes.
    """
    started = time.process_time()
    options, attributes = _checked(options, n_seeds), Attributes(attributes)
    sizes, codes = attributes.sizes, Codes(codes, labels, attributes.sizes, taught)
    networks = _networks(codes.mu.shape[1], sum(sizes), n_seeds, options)
    if resume:
        old = [resume.actor, resume.realism, resume.critic]
        try:
            for net, trained in zip(networks, old):
                net.load_state_dict(trained.state_dict())
        except RuntimeError as error:
            raise ValueError(
                "wanted to resume a Steering with the same sizes, options and number of seeds, got"
                " another: its networks do not fit"
            ) from error
    networks = [net.to(codes.mu.device).requires_grad_(True) for net in networks]
    game = _Game(networks, codes, sizes, n_seeds, wishes, options)
    steering = Steering(attributes, networks, game.sigma_bar)
    n_turns, look = options["warm_up"] + options["n_steps"], watch and (lambda: watch(steering))
    steering.history = run.run(game.step, n_turns, look, every)
    for net in networks:
        net.requires_grad_(False)
    steering.seconds = time.process_time() - started
    return steering


def taught_by_decoding(steering, mu, label, n=15_000, wishes=random_wishes, seed=0):
    """Moved codes with the attributes that they decode to: what `fit` takes as `taught`.

    The actor looks for codes at which the attribute critic sees what was wished for; where the
    critic is wrong, the decoded sentence does not obey. So n of the means mu (n_codes, z_dim),
    drawn anew, are moved by random wishes, and label(z) → (n, attributes) says what their decoded
    sentences have, -1 for unknown. Rows without any label are left out.
    """
    z = mu[torch.randint(len(mu), (n,), device=mu.device)]
    z_prime = steering.move(z, wishes(steering.attributes.sizes, (n,)).to(z.device), seed)
    labels = label(z_prime)
    known = (torch.as_tensor(labels) >= 0).any(1)
    return z_prime[known.to(z.device)], torch.as_tensor(labels)[known]


# --- simpler methods: each gives move(z, wish), as `Steering.move` -------------------------------
def k_means(x, k, n_steps=30):
    """Split points into k groups, each point in that of the nearest mean: (n, d) → numbers (n,).

    Lloyd's algorithm, from k of the points by chance; a group that loses all its points keeps its
    mean. Raises ValueError for k below 1 or above n.

    >>> k_means(torch.tensor([[0.0], [1.0], [9.0]]), 3).sort().values.tolist()
    [0, 1, 2]
    """
    if not 1 <= k <= len(x):
        raise ValueError(f"wanted k from 1 to {len(x)}, the number of points, got {k}")
    centres = x[torch.randperm(len(x))[:k]].clone()
    for _ in range(n_steps):
        group = torch.cdist(x, centres).argmin(1)
        for j in group.unique().tolist():
            centres[j] = x[group == j].mean(0)
    return torch.cdist(x, centres).argmin(1)


def _ones_beside(numbers):
    """A column of ones before the numbers: (n, p) → (n, 1 + p)."""
    return torch.nn.functional.pad(numbers, (1, 0), value=1.0)


class ClassMixture:
    """k Gaussians for each class, fitted to codes: draw from those of the class that is wished for.

    codes (mu, std), each (n, z_dim), labels (n,) from 0. The codes of a class are split by
    `k_means`. A group has the mean of its mu, and as covariance that of its mu plus its mean std²,
    so that it is the covariance of draws from q(z|x). With `numbers` (n, p), such as a slant, the
    mean is a linear function of them, by least squares, and the covariance that of what it misses.

    `mixture(z, labels, numbers)` → z′ = mean + factor·z: (n, z_dim), the group drawn by chance, in
    proportion to its size (with numbers: times the density of a Gaussian fitted to its numbers).
    """

    def __init__(self, codes, labels, k=1, numbers=None):
        mu, std = codes
        numbers = mu[:, :0] if numbers is None else numbers
        groups = []
        for value in range(int(labels.max()) + 1):
            own = labels == value
            group = k_means(mu[own], min(k, int(own.sum())))
            for j in range(k):  # a group without codes has the share 0
                rows = torch.nonzero(own).flatten()[group == (j if (group == j).any() else 0)]
                fitted = self._fitted(mu[rows], std[rows], numbers[rows])
                groups.append([(group == j).float().mean(), *fitted])
        shape = (int(labels.max()) + 1, k)
        parts = [torch.stack(part).unflatten(0, shape) for part in zip(*groups)]
        self.shares, self.lines, self.factors, self.middles, self.number_factors = parts

    @staticmethod
    def _fitted(mu, std, numbers):
        x = _ones_beside(numbers)
        line = torch.linalg.lstsq(x, mu).solution  # (1 + p, z_dim)
        missed = mu - x @ line
        cov = missed.T @ missed / max(len(mu) - x.shape[1], 1) + std.square().mean(0).diag()
        middle = numbers.mean(0)
        spread = (numbers - middle).T @ (numbers - middle) / len(mu)
        spread = spread + 0.01 * torch.eye(numbers.shape[1])
        return line, torch.linalg.cholesky(cov), middle, torch.linalg.cholesky(spread)

    def group_logits(self, labels, numbers):
        """log of share times density of the numbers, for each group of the class: (n, k)."""
        logits = self.shares[labels].log()
        if numbers.shape[1]:
            fitted = torch.distributions.MultivariateNormal(
                self.middles[labels], scale_tril=self.number_factors[labels]
            )
            logits = logits + fitted.log_prob(numbers.unsqueeze(1))
        return logits

    def log_joint(self, z, labels):
        """log of share times density at z, of each group of the class, without numbers: (n, k)."""
        gaussians = torch.distributions.MultivariateNormal(
            self.lines[labels, :, 0], scale_tril=self.factors[labels]
        )
        return self.shares[labels].log() + gaussians.log_prob(z.unsqueeze(1))

    def log_prob(self, z, labels):
        """log p(z | class) in nats, without numbers: (n, z_dim), (n,) → (n,)."""
        return self.log_joint(z, labels).logsumexp(1)

    def drawn(self, z, labels, group, numbers):
        """z′ from the group with this number: (n, z_dim)."""
        mean = (_ones_beside(numbers).unsqueeze(1) @ self.lines[labels, group]).squeeze(1)
        return mean + (self.factors[labels, group] @ z.unsqueeze(-1)).squeeze(-1)

    def __call__(self, z, labels, numbers=None):
        numbers = z[:, :0] if numbers is None else numbers
        group = self.group_logits(labels, numbers).softmax(1).multinomial(1).squeeze(1)
        return self.drawn(z, labels, group, numbers)

    def by_z(self, z, labels):
        """As `mixture(z, labels)`, but of the group that is most probable at z: a function of z."""
        return self.drawn(z, labels, self.log_joint(z, labels).argmax(1), z[:, :0])


def class_means(mu, labels, attributes):
    """The mean code of each value of each attribute: a list of (values, z_dim).

    mu (n, z_dim); labels (n, attributes), -1 for unknown. Raises ValueError for a value that no
    label has.
    """
    attributes, means = Attributes(attributes), []
    labels = _labels(labels, len(mu), attributes.sizes)
    for (name, values), column in zip(attributes.values.items(), labels.unbind(-1)):
        for k, value in enumerate(values):
            if not (column == k).any():
                raise ValueError(f"wanted a label for each value, got none for {name}: {value!r}")
        means.append(torch.stack([mu[column == k].mean(0) for k in range(len(values))]))
    return means


def class_effects(mu, labels, attributes, ridge=1e-3):
    """What each value adds to the mean code, by least squares over all attributes at once.

    Solves (XᵀX + ridge I) β = Xᵀ(μ - mean μ), the rows of X being `one_hot_wish` of the labels; the
    ridge makes the solution unique. A list of (values, z_dim), as `class_means`, which mixes up
    attributes that go together in the labels, and this does not.
    """
    sizes = Attributes(attributes).sizes
    x = one_hot_wish(_labels(labels, len(mu), sizes), sizes).double()  # in single the ridge is lost
    gram = x.T @ x + ridge * torch.eye(x.shape[1], device=x.device)
    effects = torch.linalg.solve(gram, x.T @ (mu - mu.mean(0)).double())
    return list(effects.to(mu.dtype).split(sizes))


def attribute_vectors(means, attributes, read, factor=1.0):
    """z′ = z + factor · Σ (mean of the value wished for - mean of the value that z has now).

    The sum is over the attributes wished for; `means` come from `class_means` or `class_effects`.
    `read(z)` → (n, attributes) says what z has now: a parser of the decoded text, or
    `Steering.read`; -1, unknown, counts as 0. Source: Larsen et al. 2016, section 4.3.
    """

    def move(z, wish):
        now = read(z).clamp(min=0)
        return z + factor * sum(
            (mean[new.clamp(min=0)] - mean[old]) * (new >= 0).unsqueeze(-1)
            for mean, new, old in zip(means, wish.unbind(-1), now.unbind(-1))
        )

    return as_method(Attributes(attributes), move)


def add_means(means, attributes, factor=1.0, rescale=False):
    """z′ = z + factor · Σ mean of the value wished for, whatever z has now.

    With `rescale`, z′ is scaled to the norm √z_dim afterwards, near which draws of N(0, I) lie.
    """

    def move(z, wish):
        z_prime = z + factor * sum(
            mean[value.clamp(min=0)] * (value >= 0).unsqueeze(-1)
            for mean, value in zip(means, wish.unbind(-1))
        )
        if rescale:
            z_prime = z_prime * z.shape[-1] ** 0.5 / z_prime.norm(dim=-1, keepdim=True)
        return z_prime

    return as_method(Attributes(attributes), move)


def ascent(steering, n_steps=100, rate=0.03, seed=0, **weights):
    """Gradient ascent in z, anew for each code: the critics of a `Steering`, and no actor.

    Adam, `n_steps` at `rate`, minimises `moving_loss` over z′, from z on. `weights` change those of
    DEFAULTS: with keep_weight=0, realism_weight=0 and distance_weight=0 only the wish counts.
    Source: Engel et al. 2018, section 3.
    """
    weights, sizes = _checked(weights, 1), steering.attributes.sizes
    realism, critic = (
        models.pick_seeds(net, [seed]) for net in (steering.realism, steering.critic)
    )

    @torch.enable_grad()
    def move(z, wish):
        asked = one_hot_wish(wish, sizes)[None]
        target = moving_target(z[None], wish[None], asked, critic, sizes, weights)
        z_prime = z[None].clone().requires_grad_()
        opt = torch.optim.Adam([z_prime], rate)
        for _ in range(n_steps):
            loss = moving_loss(
                z[None], z_prime, target, realism, critic, steering.sigma_bar, sizes, weights
            )
            opt.zero_grad()
            (len(z) * loss.sum()).backward()  # the sum over codes, not their mean: each is its own
            opt.step()
        return z_prime.detach()[0]

    return as_method(steering.attributes, move)


def best_of(steering, k, seed=0):
    """The best of k draws from N(0, I), for each wish, by the attribute critic; z is not used.

    One set of k draws serves all wishes of a call.
    """
    sizes, critic = steering.attributes.sizes, models.pick_seeds(steering.critic, [seed])

    @torch.no_grad()
    def move(z, wish):
        draws = torch.randn(k, z.shape[-1], device=z.device)
        parts = critic(draws[None])[0].split(sizes, -1)
        log_p = torch.cat([part.log_softmax(-1) for part in parts], -1)  # (k, Σ sizes)
        return draws[(one_hot_wish(wish, sizes) @ log_p.T).argmax(-1)]

    return as_method(steering.attributes, move)
