"""Flow matching: learn the velocity that carries noise to data along straight paths.

Draw z from N(0, I) and x from the data, and let x_t = (1 - t) z + t x: noise at t = 0, data at
t = 1. A network v(x_t, t) learns x - z by least squares. The best v is the conditional mean
E[x - z | x_t], and points that follow it, dx/dt = v(x, t), have the distribution of x_t at each t.
So draws of N(0, I) become draws of the data, in as many Euler steps as one likes. Sources: Lipman
et al. 2023, "Flow Matching for Generative Modeling", arXiv 2210.02747; Liu et al. 2023, "Flow
Straight and Fast", arXiv 2209.03003. Guidance: Ho and Salimans 2022, arXiv 2207.12598.

Velocities are functions v(x, t) of points (n_seeds, batch, d) and times (n_seeds, batch, 1).
"""

import math
import time
from pathlib import Path

import torch
from torch import nn

from . import models, run, store
from .steering import Attributes, Codes, as_method, one_hot_wish

DEFAULTS = {  # the options of `fit`
    "n_steps": 4000,
    "batch": 256,
    "rate": 2e-3,  # of learning; it falls to 0 along half a cosine
    "width": 192,  # of the three hidden layers
    "spread": 0.5,  # of the codes to learn from, in standard deviations of the posterior
}


def velocity_loss(velocity, x, z, t):
    """How far a velocity is from x - z at x_t = (1 - t) z + t x, in squares.

    Sum over dimensions, mean over the batch: x, z (…, batch, d), t (…, batch, 1) → (…). The least
    value is not 0, since several pairs (z, x) may pass through one x_t.
    """
    x_t = (1 - t) * z + t * x
    return (velocity(x_t, t) - (x - z)).square().sum(-1).mean(-1)


def euler(velocity, x, times):
    """Follow a velocity from times[0] to times[-1], in straight steps from one time to the next.

    x ← x + (t′ - t) v(x, t): x (…, batch, d), times (n + 1,) → the same shape as x. With times that
    fall it runs back.

    >>> euler(lambda x, t: x, torch.ones(1, 1), torch.linspace(0, 1, 3)).item()  # 1.5 · 1.5
    2.25
    """
    for now, later in zip(times, times[1:]):
        x = x + (later - now) * velocity(x, now.expand(*x.shape[:-1], 1))
    return x


def path(velocity, x, times):
    """As `euler`, but with the points at each of the times: (n + 1, *shape of x)."""
    points = [x]
    for step in zip(times, times[1:]):
        points.append(euler(velocity, points[-1], step))
    return torch.stack(points)


def steps(n, power=1.0):
    """The times of n steps from 0 to 1, (n + 1,); with power > 1 they are denser near 1."""
    return 1 - (1 - torch.linspace(0, 1, n + 1)) ** power


def guided(velocity, asked, weight):
    """A velocity that follows a wish more strictly than it learned to: v(x, t).

    v = v_open + weight · (v_asked - v_open), where `velocity(x, t, asked)` is the learned one and a
    wish of zeros asks for nothing. Weight 0 ignores the wish, 1 is what was learned. Source: Ho and
    Salimans 2022, eq. 6, whose weight is ours less 1.
    """

    def v(x, t):
        v_open = velocity(x, t, torch.zeros_like(asked))
        return v_open + weight * (velocity(x, t, asked) - v_open)

    return v


def mixture_velocity(mixture):
    """The best velocity where the data are a `distributions.Mixture`: v(x, t) in closed form.

    Of one Gaussian N(c, σ² I) it is c + (tσ² - (1 - t)) / ((1 - t)² + t²σ²) · (x - tc). Of several
    it is the mean of these, weighted by how probable each is at x_t.
    """

    def v(x, t):
        variance = (1 - t) ** 2 + (t * mixture.std) ** 2
        offset = x.unsqueeze(-2) - t.unsqueeze(-1) * mixture.centres
        share = (-offset.square().sum(-1) / (2 * variance)).softmax(-1)
        centre = share @ mixture.centres
        return centre + (t * mixture.std**2 - (1 - t)) / variance * (x - t * centre)

    return v


def _times_as_features(t):
    """t and slow sines of it: (…, 1) → (…, 9)."""
    angles = math.pi * t * torch.tensor([1.0, 2.0, 4.0, 8.0], device=t.device)
    return torch.cat([t, angles.sin(), angles.cos()], -1)


class Velocity(nn.Module):
    """A network for a velocity: points (n_seeds, batch, d), times (n_seeds, batch, 1) → as points.

    Three hidden layers of SiLU see x, slow sines of t, and `given` (n_seeds, batch, n_given), if
    there is any. With `waves` it also sees so many random Fourier features of x, with frequencies
    up to `highest`, without which a small network is slow to learn fine detail.
    """

    def __init__(self, d, n_given=0, width=128, n_seeds=1, waves=0, highest=30.0):
        super().__init__()
        frequency = torch.exp(torch.empty(waves).uniform_(math.log(0.5), math.log(highest)))
        way = nn.functional.normalize(torch.randn(d, waves), dim=0)
        self.register_buffer("waves", frequency * way)  # (d, waves)
        sizes = [d + 2 * waves + 9 + n_given, width, width, width, d]
        self.net = models.mlp(sizes, nn.SiLU, n_seeds)

    def forward(self, x, t, given=None):
        angle = x @ self.waves
        parts = [x, angle.sin(), angle.cos(), _times_as_features(t)]
        return self.net(torch.cat(parts if given is None else [*parts, given], -1))


def train(velocity, batch, n_steps, rate, watch=None, every=50):
    """Train a `Velocity` on batches: `batch()` → x, z, t or x, z, t, given; the logged history.

    Adam, whose rate falls from `rate` to 0 along half a cosine. The seeds do not touch each other.
    """
    opt = torch.optim.Adam(velocity.parameters(), rate, fused=True)

    def step(i):
        opt.param_groups[0]["lr"] = rate * (1 + math.cos(math.pi * i / n_steps)) / 2
        x, z, t, *given = batch()
        loss = velocity_loss(lambda x, t: velocity(x, t, *given), x, z, t)
        opt.zero_grad()
        loss.sum().backward()
        opt.step()
        return {"loss": loss}

    history = run.run(step, n_steps, watch, every)
    velocity.requires_grad_(False)
    return history


def hidden_at_random(labels):
    """Labels of which some are hidden, by chance: how many (none to all), then which.

    (…, attributes) numbers of values → the same, -1 for what is hidden.
    """
    rank = torch.rand(labels.shape, device=labels.device).argsort(-1)  # a random order
    n_shown = torch.randint(labels.shape[-1] + 1, labels.shape[:-1], device=labels.device)
    return labels.where(rank < n_shown.unsqueeze(-1), -1)


class FlowSteering:
    """What `fit` returns: a flow in the space of codes that follows wishes.

    `velocity` is a `Velocity` with a seed axis, `attributes` an `Attributes`, `seconds` the CPU
    seconds of the training.
    """

    def __init__(self, attributes, velocity):
        self.attributes, self.velocity, self.seconds = attributes, velocity, 0.0

    def follow(self, x, wish, times, guidance=1.0, seed=0):
        """Carry points along the velocity for a wish: (n, z_dim) → where they are at each time.

        `wish` is {name: value} or a tensor (n, attributes), -1 for what is left open; times (k,) →
        (k, n, z_dim). With times that fall the codes run back, from data to noise.
        """
        wish = self.attributes.wish(wish, len(x)).to(x.device)
        asked = one_hot_wish(wish, self.attributes.sizes)[None]
        velocity = models.pick_seeds(self.velocity, [seed])
        v = guided(velocity, asked, guidance) if guidance != 1 else None
        with torch.no_grad():
            return path(v or (lambda x, t: velocity(x, t, asked)), x[None], times)[:, 0]

    def draw(self, z, wish, guidance=2.0, n_steps=20, seed=0):
        """New codes for a wish, from draws z of N(0, I): (n, z_dim) → (n, z_dim)."""
        return self.follow(z, wish, steps(n_steps), guidance, seed)[-1]

    def editing(self, read, guidance=2.0, n_steps=20, back_to=0.0, seed=0):
        """move(x, wish), as the methods of `steering` have it: back to noise, and forth again.

        A code x runs back to t = `back_to` under the values that it has now, `read(x)` → (n,
        attributes), with the guidance 1, and forth under the same values but for those that are
        wished for. -1 counts as open.
        """

        def move(x, wish):
            now = torch.as_tensor(read(x)).to(wish)
            times = back_to + (1 - back_to) * steps(n_steps)
            noise = self.follow(x, now, times.flip(0), 1.0, seed)[-1]
            return self.follow(noise, wish.where(wish >= 0, now), times, guidance, seed)[-1]

        return as_method(self.attributes, move)


def fit(codes, labels, attributes, n_seeds=1, watch=None, **options):
    """Learn a flow of codes under wishes, and return it as a `FlowSteering`.

    codes: (mu, std) of the approximate posteriors q(z|x), as `steering.fit` takes them; labels
    (n, attributes), -1 for unknown; attributes {name: values}. In each batch some labels are hidden
    by chance, so one network learns the flow for every wish, and that for none. `options` change
    entries of DEFAULTS. Raises ValueError for codes, labels or options that do not fit.
    """
    if unknown := set(options) - set(DEFAULTS):
        raise ValueError(f"wanted options of {', '.join(DEFAULTS)}, got {', '.join(unknown)}")
    started, options, attributes = time.process_time(), DEFAULTS | options, Attributes(attributes)
    codes = Codes(codes, labels, attributes.sizes)
    labels = torch.as_tensor(labels).long().to(codes.mu.device)
    shape = (n_seeds, options["batch"])

    def batch():
        pick = codes.pick(codes.rows, shape)
        mu = codes.mu[pick]
        x = mu + options["spread"] * codes.std[pick] * torch.randn_like(mu)
        given = one_hot_wish(hidden_at_random(labels[pick]), attributes.sizes)
        return x, torch.randn_like(x), torch.rand(*shape, 1, device=mu.device), given

    velocity = Velocity(codes.mu.shape[1], sum(attributes.sizes), options["width"], n_seeds)
    flow = FlowSteering(attributes, velocity.to(codes.mu.device))
    flow.history = train(flow.velocity, batch, options["n_steps"], options["rate"], watch)
    flow.seconds = time.process_time() - started
    return flow


def save(path, flow, **about):
    """Write the first of a flow's trainings to `path` in half precision, as `load` reads it.

    `about` is what is known about it: recipe, seed, figures. Raises OSError when that fails.
    """
    velocity = models.pick_seeds(flow.velocity, [0])
    layer = velocity.net[0].weight
    sizes = {"z_dim": velocity.net[-1].weight.shape[-1], "width": layer.shape[-1]}
    about |= {"attributes": flow.attributes.values, "sizes": sizes}
    store.save_weights(path, velocity.half(), **about)


def load(name):
    """A trained `FlowSteering`: a shipped one, such as "grammar", or the path of a file by `save`.

    Raises FileNotFoundError for a name or a path that is not there, ValueError for a damaged file
    or one that holds something else.
    """
    shipped = store.data_file("checkpoints") / f"flow_{name}.safetensors"
    path = shipped if shipped.is_file() else Path(name)
    if not path.is_file():
        raise FileNotFoundError(f"wanted a shipped flow or a file by flow.save, got {name!r}")
    about = store.weights_about(path)
    if not {"attributes", "sizes"} <= about.keys():
        raise ValueError(f"wanted a flow with attributes in {path}, got other weights")
    attributes, sizes = Attributes(about["attributes"]), about["sizes"]
    velocity = Velocity(sizes["z_dim"], sum(attributes.sizes), sizes["width"])
    return FlowSteering(attributes, store.load_weights(path, velocity).requires_grad_(False))
