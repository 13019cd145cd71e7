"""Distributions to draw data and noise from: lines, rings, grids, pairs of curves.

Every sample has the shape (n_seeds, batch, dimensions): the first axis holds independent runs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch


def equal_mass_levels(n):
    """The midpoints u_i = (i + ½)/n of n equally likely slices of [0, 1]; shape (n,).

    `noise.quantile(equal_mass_levels(n))` is the distribution `noise` as n points of equal weight,
    without sampling noise.

    >>> equal_mass_levels(4).tolist()
    [0.125, 0.375, 0.625, 0.875]
    """
    return (torch.arange(n) + 0.5) / n


def stratified_levels(n_seeds, batch):
    """One uniform draw from each of `batch` equal slices of [0, 1], in order.

    Shape (n_seeds, batch, 1). Each slice's level is uniform in it; together they cover the interval
    evenly (stratified sampling).
    """
    return (torch.arange(batch).view(1, batch, 1) + torch.rand(n_seeds, batch, 1)) / batch


def gumbel_noise(like):
    """Independent draws of Gumbel noise, −log(−log u) with u uniform, in the shape of a tensor.

    P(noise < g) = exp(−exp(−g)), so the place of the largest a + noise is a draw from softmax(a).

    >>> gumbel_noise(torch.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return -(-torch.rand_like(like).log()).log()


@dataclass(frozen=True)
class Gaussian:
    """N(mean, std²) on a line. Raises ValueError when `std` is not positive."""

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self):
        if not self.std > 0:
            raise ValueError(
                f"a Gaussian needs std > 0, got {self.std}: "
                "pass the standard deviation, not the log or the mean"
            )

    def sample(self, n_seeds, batch):
        """Independent draws, shape (n_seeds, batch, 1)."""
        return self.mean + self.std * torch.randn(n_seeds, batch, 1)

    def log_prob(self, x):
        """log N(x; mean, std²) in nats, elementwise.

        >>> round(Gaussian(0., 1.).log_prob(torch.tensor(0.)).item(), 4)  # -log √(2π)
        -0.9189
        """
        log_norm = math.log(self.std * math.sqrt(2 * math.pi))
        return -0.5 * ((x - self.mean) / self.std) ** 2 - log_norm

    def quantile(self, levels):
        """Where a share `levels` of the mass lies to the left, elementwise.

        Levels of 0 and 1 give ±5.2 std.

        >>> Gaussian(4., .5).quantile(torch.tensor(.5)).item()
        4.0
        """
        return self.mean + self.std * torch.special.ndtri(levels.clamp(1e-7, 1 - 1e-7))


@dataclass(frozen=True)
class EvenNoise:
    """The noise of the 2016 demo: evenly spaced points on [low, high], each moved by U(0, jitter).

    Its authors call it stratified. It is not: with 8 points only eight slivers, 0.5 % of [-8, 8],
    are ever visited. Source: AYLIEN, gan-intro (2016), after E. Jang's tutorial.
    """

    low: float = -8.0
    high: float = 8.0
    jitter: float = 0.01

    def sample(self, n_seeds, batch):
        """Ordered points, shape (n_seeds, batch, 1)."""
        even = torch.linspace(self.low, self.high, batch).view(1, batch, 1)
        return even + self.jitter * torch.rand(n_seeds, batch, 1)

    def quantile(self, levels):
        """Quantiles of U(low, high), the limit of many points: how the demo draws its picture."""
        return self.low + (self.high - self.low) * levels


@dataclass(frozen=True, eq=False)
class Mixture:
    """Equally likely Gaussians with round, equal spread: p(x) = mean_k N(x; centres[k], std² I).

    `centres` is (modes, dimensions). Raises ValueError for another shape, or when `std` is not
    positive.
    """

    centres: torch.Tensor
    std: float

    def __post_init__(self):
        if self.centres.dim() != 2 or not len(self.centres) or not self.std > 0:
            raise ValueError(
                "a mixture wants centres of shape (modes, dimensions) and std > 0, "
                f"got {tuple(self.centres.shape)} and {self.std}"
            )

    def sample(self, n_seeds, batch):
        """Independent draws, each from a mode picked at random: (n_seeds, batch, dimensions)."""
        centre = self.centres[torch.randint(len(self.centres), (n_seeds, batch))]
        return centre + self.std * torch.randn_like(centre)

    def log_prob(self, x):
        """log p(x) in nats: (…, dimensions) → (…).

        >>> two = Mixture(torch.tensor([[-1.], [1.]]), 0.5)
        >>> round(two.log_prob(torch.tensor([0.])).exp().item(), 4)  # half of each: N(1; 0, 0.5²)
        0.108
        """
        n_modes, d = self.centres.shape
        square = (x.unsqueeze(-2) - self.centres).square().sum(-1) / self.std**2
        log_norm = math.log(n_modes) + d * math.log(self.std * math.sqrt(2 * math.pi))
        return torch.logsumexp(-0.5 * square, -1) - log_norm


def ring(n_modes=8, radius=1.0, std=0.01):
    """The ring: `n_modes` Gaussians evenly spaced on a circle, all different.

    The angles are 2πk/n for k < n: 2π itself is 0 again. Source: the benchmark of Srivastava et al.
    2017 (VEEGAN).
    """
    angle = 2 * math.pi * torch.arange(n_modes) / n_modes
    return Mixture(radius * torch.stack([angle.cos(), angle.sin()], 1), std)


def grid(n_side=5, spacing=2.0, std=0.05):
    """The grid: n_side² Gaussians on a square lattice around 0.

    Source: the benchmark of Srivastava et al. 2017 (VEEGAN).
    """
    line = spacing * (torch.arange(n_side) - (n_side - 1) / 2)
    return Mixture(torch.cartesian_prod(line, line), std)


def cluster_means(x, k, n_steps=5):
    """The means of k clusters of points (n, d), by k-means: (k, d).

    It begins at k of the points; n_steps times each point goes to the nearest mean, and each mean
    to that of its points. Raises ValueError for fewer than k points. Source: Lloyd 1982.

    >>> cluster_means(torch.tensor([[0.0], [2.0]]), 1)
    tensor([[1.]])
    """
    if len(x) < k:
        raise ValueError(f"wanted {k} points or more for {k} clusters, got {len(x)}")
    means = x[torch.randperm(len(x))[:k]]
    for _ in range(n_steps):
        nearest = torch.cdist(x, means).argmin(1)
        sizes = torch.bincount(nearest, minlength=k).unsqueeze(1)
        sums = torch.zeros_like(means).index_add(0, nearest, x)
        means = torch.where(sizes > 0, sums / sizes.clamp(min=1), means)
    return means


@dataclass(frozen=True)
class TwoCurves:
    """Points near two curves in the plane, one at the left and one at the right, equally likely.

    `point(side, place)` is the point of the curve: side 0 is left, 1 right; place, from 0 to 1, is
    where along it. A draw adds N(0, std²) to both coordinates.
    """

    point: Callable
    std: float = 0.08

    def sample(self, n_seeds, batch):
        """Independent draws (n_seeds, batch, 2), and their sides and places, (n_seeds, batch)."""
        side, place = torch.randint(2, (n_seeds, batch)), torch.rand(n_seeds, batch)
        x = self.point(side, place)
        return x + self.std * torch.randn_like(x), side, place

    def track(self, n=200):
        """The curves without noise: n points of the left one, then n of the right: (2n, 2)."""
        side, place = torch.arange(2).repeat_interleave(n), torch.arange(2 * n) % n / n
        return self.point(side, place)

    def nearest_side(self, x):
        """On which side the nearest point of the curves is: (…, batch, 2) → (…, batch), 0 or 1.

        >>> two_rings().nearest_side(torch.tensor([[[-1.4, 0.6], [0.5, 0.0]]])).tolist()
        [[0, 1]]
        """
        track = self.track()
        nearest = torch.cdist(x, track.expand(*x.shape[:-2], -1, -1)).argmin(-1)
        return nearest // (len(track) // 2)


def two_moons():
    """Two half circles of radius 1, the left one open below, the right one open above.

    Half a turn of the plane, x → -x, exchanges them: side k, place t becomes side 1 - k, place t.

    >>> two_moons().point(torch.tensor([0, 1]), torch.tensor([0.5, 0.5]))
    tensor([[-1.4000,  0.7500],
            [ 1.4000, -0.7500]])
    """

    def point(side, place):
        sign, angle = 1 - 2 * side, math.pi * place
        return torch.stack([sign * (angle.cos() - 1.4), sign * (angle.sin() - 0.25)], -1)

    return TwoCurves(point)


def two_rings(radius=0.6):
    """Two circles side by side, with centres at (-1.4, 0) and (1.4, 0).

    >>> two_rings().point(torch.tensor([0]), torch.tensor([0.0]))
    tensor([[-0.8000,  0.0000]])
    """

    def point(side, place):
        angle = 2 * math.pi * place
        across, up = radius * angle.cos(), radius * angle.sin()
        return torch.stack([across + 1.4 * (2 * side - 1), up], -1)

    return TwoCurves(point)
