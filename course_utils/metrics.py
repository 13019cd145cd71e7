"""Metrics: numbers that say how well a generator does, batched over leading axes."""

import math

import torch
from scipy import optimize
from torch import nn

from . import models, run
from .losses import discriminator_loss


def _finite(name, x):
    """Raise ValueError unless all of x is finite."""
    if not torch.isfinite(x).all():
        bad = int((~torch.isfinite(x)).sum())
        raise ValueError(
            f"wanted finite samples in {name}, got {bad} NaN or infinite of {x.numel()}: "
            "the run has diverged; measure an earlier step or lower the learning rate"
        )


def wasserstein_1d(x, y):
    """The exact Wasserstein-1 distance between two sets of points of equal weight on a line.

    W1 = ∫₀¹ |F_x⁻¹(u) - F_y⁻¹(u)| du, in the unit of x. (…, n) and (…, m) → (…); leading axes
    broadcast. Raises ValueError on empty or non-finite input. Source: Villani 2003, eq. 2.48.
    Oracle: scipy.stats.wasserstein_distance.

    >>> x, y = torch.tensor([0., 1.]), torch.tensor([2., 0.])
    >>> wasserstein_1d(x, y).item()  # the point 1 moves to 2: ½ · 1
    0.5
    >>> wasserstein_1d(torch.zeros(3), torch.tensor([1., 3.])).item()
    2.0
    """
    n, m = x.shape[-1], y.shape[-1]
    if not n or not m:
        raise ValueError(
            f"wanted at least one point on each side, got {n} and {m}: "
            "the samples go on the last axis"
        )
    _finite("x", x), _finite("y", y)
    x, y = x.sort(-1).values, y.sort(-1).values
    if n == m:
        return (x - y).abs().mean(-1)
    # the steps of both quantile functions, in units of 1/(n m)
    ends = torch.unique(torch.cat([torch.arange(n + 1) * m, torch.arange(m + 1) * n]))
    left, width = ends[:-1], ends.diff()
    gaps = (x[..., left // m] - y[..., left // n]).abs()
    return (gaps * width.to(gaps)).sum(-1) / (n * m)


def wasserstein(x, y):
    """The exact Wasserstein-1 distance between two sets of equally many points of equal weight.

    min over pairings π of mean |x_i - y_π(i)|: (…, n, d) twice → (…), in the unit of x. This is an
    assignment problem and takes time n³ for a pair of sets. Two samples of one distribution are not
    at distance 0, but at about n^(-1/d) for d > 2. Raises ValueError for other shapes or non-finite
    points. Source: Villani 2003, p. 5 (for points of equal weight some best plan is a pairing).

    >>> x, y = torch.tensor([[0., 0.], [1., 0.]]), torch.tensor([[1., 0.], [0., 2.]])
    >>> wasserstein(x, y).item()  # ½ · (2 + 0)
    1.0
    """
    if x.shape[-2:] != y.shape[-2:] or not x.shape[-2]:
        raise ValueError(
            "wanted two sets of equally many points, (…, n, d), "
            f"got {tuple(x.shape)} and {tuple(y.shape)}: draw as many of each"
        )
    _finite("x", x), _finite("y", y)
    cost = torch.cdist(x.double(), y.double())
    matrices = cost.view(-1, *cost.shape[-2:])
    means = [matrix[optimize.linear_sum_assignment(matrix)].mean() for matrix in matrices]
    return torch.stack(means).view(cost.shape[:-2]).to(x)


def moments(x):
    """Mean, standard deviation, skewness and excess kurtosis over the last axis: (…, n) → (…, 4).

    With d = x - mean and s² = mean d², s is the population standard deviation (divisor n), skewness
    is mean (d/s)³ and excess kurtosis is mean (d/s)⁴ - 3; a Gaussian has (mean, std, 0, 0). s is
    kept ≥ 1e-6 so that a point has moments.

    >>> moments(torch.tensor([1., 3.])).tolist()
    [2.0, 1.0, 0.0, -2.0]
    """
    mean = x.mean(-1, keepdim=True)
    std = ((x - mean).square().mean(-1, keepdim=True) + 1e-12).sqrt()
    skewness, kurtosis = (((x - mean) / std).pow(k).mean(-1, keepdim=True) for k in (3, 4))
    return torch.cat([mean, std, skewness, kurtosis - 3], -1)


def located(x, mean=4.0):
    """Whether the generator has found the mode: |mean(x) - mean| < 0.5 and std(x) < 1.5.

    (…, n) → (…) bool. It says nothing about the spread: a generator that gives the mean alone is
    located. Raises ValueError on non-finite samples.
    """
    _finite("x", x)
    return ((x.mean(-1) - mean).abs() < 0.5) & (x.std(-1, correction=0) < 1.5)


def mode_scores(x, centres, std):
    """How well samples cover the modes of a mixture: x (…, n, d), centres (modes, d) → {name: (…)}.

    A sample is of *high quality* within 3 std of its nearest centre, as 98.9 % of the data in the
    plane are.

    - "modes": the number of centres that are nearest to at least one such sample.
    - "hq": the share of such samples.
    - "reverse_kl": Σ_k q_k log(q_k · modes) nats, the KL divergence from the histogram q of nearest
      centres, over all samples, to the uniform one.
    - "width": the root mean squared offset per axis of the high-quality samples, in std; 0.97 for
      the data in the plane, NaN without any such sample.

    Raises ValueError on non-finite samples. Sources: Srivastava et al. 2017, section 4.1; reverse
    KL: Lin et al. 2018, section 4.1.

    >>> x, centres = torch.tensor([[0., 0.], [0., 9.]]), torch.tensor([[0., 0.], [5., 5.]])
    >>> scores = mode_scores(x, centres, 0.1)
    >>> scores["modes"].item(), scores["hq"].item(), scores["reverse_kl"].item()
    (1.0, 0.5, 0.0)
    """
    _finite("x", x)
    apart = (x.unsqueeze(-2) - centres).square().sum(-1)  # (…, n, modes), squared
    square, nearest = apart.min(-1)
    good = square < (3 * std) ** 2
    hits = nn.functional.one_hot(nearest, len(centres)).to(x)  # (…, n, modes)
    q = hits.mean(-2)
    return {
        "modes": (hits * good.unsqueeze(-1)).any(-2).sum(-1).to(x),
        "hq": good.to(x).mean(-1),
        "reverse_kl": torch.xlogy(q, q * len(centres)).sum(-1),
        "width": ((square * good).sum(-1) / good.sum(-1) / x.shape[-1]).sqrt() / std,
    }


def mode_shapes(x, centres, std, least=10):
    """How wide the modes of a generator are, and how far they lie from where they should.

    x (…, n, d), centres (modes, d) → {name: (…)}, in std, as means over the modes that have `least`
    samples of high quality or more (see `mode_scores`); NaN where there is no such mode.

    - "own_width": the standard deviation per axis of a mode's samples about their *own* mean.
    - "displacement": the distance of that mean from the centre. (For n samples of the data in the
      plane it is not 0 but about √(π/2n).)

    So the root mean squared offset per axis, "width" of `mode_scores`, mixes the two: for one mode
    it is √(own_width² + displacement²/d), but for the n - 1 in own_width.

    >>> x = torch.tensor([[3.0, 1.0], [3.0, -1.0]])  # about their mean: 0 and √2 on the two axes
    >>> shapes = mode_shapes(x, torch.zeros(1, 2), std=2.0, least=2)
    >>> shapes["own_width"].item(), shapes["displacement"].item()  # 1/2 and 3/2
    (0.5, 1.5)
    """
    _finite("x", x)
    offset = x.unsqueeze(-2) - centres  # (…, n, modes, d)
    square, nearest = offset.square().sum(-1).min(-1)
    good = (square < (3 * std) ** 2).unsqueeze(-1)
    hits = (nn.functional.one_hot(nearest, len(centres)) * good).to(x)  # (…, n, modes)
    n = hits.sum(-2)
    mean = torch.einsum("...nm,...nmd->...md", hits, offset) / n.clamp(min=1).unsqueeze(-1)
    about = (offset - mean.unsqueeze(-3)).square().sum(-1)
    variance = (hits * about).sum(-2) / (n - 1).clamp(min=1) / x.shape[-1]

    def average(values):  # over the modes with enough samples
        return (values * (n >= least)).sum(-1) / (n >= least).sum(-1) / std

    return {"own_width": average(variance.sqrt()), "displacement": average(mean.norm(dim=-1))}


def energy_distance(x, y):
    """Energy distance between two sets of samples: 2 E|x - y| - E|x - x'| - E|y - y'|.

    Each mean is over all pairs: (…, n, d) and (…, m, d) → (…), in the unit of x. It is never
    negative, and 0 only for the same set of points (in the limit: the same distribution). Samples
    of one distribution still differ, by about (1/n + 1/m) E|x - x'|. Source: Székely and Rizzo
    2013, eq. 2.1.

    >>> energy_distance(torch.tensor([[0.], [2.]]), torch.tensor([[1.]])).item()  # 2 · 1 - 1 - 0
    1.0
    """
    between, in_x, in_y = (torch.cdist(a, b).mean((-2, -1)) for a, b in ((x, y), (x, x), (y, y)))
    return 2 * between - in_x - in_y


def coverage(x_fake, x_real, k=5):
    """The share of real samples that have a generated one among their k nearest neighbours.

    A real sample counts as covered when some generated sample is at most as far from it as its k-th
    nearest real one: (…, n, d) and (…, m, d) → (…) in [0, 1]. Repeated samples cover no more than
    one of them does, so a generator that gives few different samples has a low coverage. Two
    independent sets of one distribution with n = m reach 1 - 2^-k for large n, which is 0.97 for
    k = 5, and more with n > m. Raises ValueError for too few real samples. Source: Naeem et al.
    2020, eq. 4.

    >>> real = torch.tensor([[0.], [1.], [5.]])
    >>> round(coverage(torch.tensor([[1.5]]), real, k=1).item(), 4)  # 1 and 5, but not 0
    0.6667
    """
    if not 0 < k < x_real.shape[-2]:
        raise ValueError(
            f"wanted k from 1 to {x_real.shape[-2] - 1}, one less than there are real samples, "
            f"got {k}: take a smaller k or more samples"
        )
    exact = {"compute_mode": "donot_use_mm_for_euclid_dist"}  # a sample is at distance 0 to itself
    apart = torch.cdist(x_real, x_real, **exact)  # (…, m, m)
    reach = apart.kthvalue(k + 1, dim=-1).values  # the nearest of all is the sample itself
    closest = torch.cdist(x_real, x_fake, **exact).amin(-1)
    return (closest <= reach).to(x_real).mean(-1)


def parzen(points, samples, width):
    """log p of points under a small Gaussian at each sample: a Parzen window, or kernel density.

    log p(x) = log 1/n Σ_i N(x; s_i, width² I): points (m, d) and samples (n, d) → (m,), in nats.
    It is no likelihood of what made the samples. Source: Parzen 1962; Theis et al. 2016 warn of it.
    Oracle: scipy.stats.norm.

    >>> parzen(torch.zeros(1, 1), torch.zeros(5, 1), 1.0).item()  # log 1/√(2π)
    -0.9189385175704956
    """
    square = torch.cdist(points, samples).square()
    d = points.shape[1]
    logs = -square / (2 * width**2) - d / 2 * math.log(2 * math.pi * width**2)
    return logs.logsumexp(1) - math.log(len(samples))


def kl_both_ways(log_p, log_q, step):
    """KL(p‖q) and KL(q‖p) of densities on a line, as sums over an even grid of points.

    kl_pq = Σ p log(p/q) · step, kl_qp = Σ q log(q/p) · step: log densities (…, points) twice and
    the distance of neighbouring points → two (…) in nats. The grid has to reach as far as both
    densities do, with steps that are small against their narrowest feature. Logarithms are wanted
    because a density far from its centre is 0 in floating point.

    >>> x = torch.arange(-200, 201) / 10
    >>> log_p, log_q = -x.square() / 2 - 0.918939, -(x - 2).square() / 2 - 0.918939
    >>> [round(kl.item(), 4) for kl in kl_both_ways(log_p, log_q, 0.1)]  # (2 - 0)²/2, twice
    [2.0, 2.0]
    """
    log_ratio = log_p - log_q
    kl_pq = (log_p.exp() * log_ratio).sum(-1) * step
    kl_qp = -(log_q.exp() * log_ratio).sum(-1) * step
    return kl_pq, kl_qp


def importance_bound(log_w):
    """The importance-weighted lower bound of log p(x) from K draws of z: log (1/K) Σ w_k.

    The weights are w_k = p(x, z_k)/q(z_k|x): (…, K) log weights in nats → (…) nats. K = 1 is the
    ELBO; the bound's mean rises with K towards log p(x). Source: Burda et al. 2016, eq. 8.

    >>> weights = torch.tensor([0., 2.])
    >>> round(importance_bound(weights.log()).item(), 6)  # the log of their mean, 1
    0.0
    """
    return log_w.logsumexp(-1) - math.log(log_w.shape[-1])


def log_q_table(mu, std, z):
    """log q(z_i | x_j) of n draws under n diagonal Gaussians, each draw in a row: (n, n) nats.

    mu, std, z (n, z_dim): row i holds the draw z_i, column j the posterior N(mu_j, std_j²).

    >>> density = log_q_table(torch.zeros(1, 2), torch.ones(1, 2), torch.zeros(1, 2)).exp()
    >>> round(density.item() * math.tau, 6)  # of two standard Gaussians at 0: 1/2π
    1.0
    """
    rows = [
        -(((part.unsqueeze(1) - mu) / std).square() / 2 + std.log()).sum(-1)
        for part in z.split(100)  # in parts, since a table of n · n · z_dim numbers is large
    ]
    return torch.cat(rows) - mu.shape[1] * math.log(math.tau) / 2


def mutual_information(log_q):
    """How many nats a code tells about its sentence, estimated with n of them; at most log n.

    (1/n) Σ_i [log q(z_i|x_i) - log (1/n) Σ_j q(z_i|x_j)], z_i drawn from q(z|x_i): the (n, n) table
    log q(z_i | x_j), such as `log_q_table` gives, → one number. Its mean is a lower bound of
    I(x; z). Source: Poole et al. 2019, eq. 12.

    >>> mutual_information(torch.zeros(4, 4)).item()  # all columns alike
    0.0
    >>> apart = torch.full((4, 4), -99.0).fill_diagonal_(0)  # each draw under its own Gaussian only
    >>> round(mutual_information(apart).item() / math.log(4), 6)
    1.0
    """
    mixture = log_q.logsumexp(1) - math.log(len(log_q))
    return (log_q.diag() - mixture).mean()


def active_units(mu, threshold=0.01):
    """How many latent dimensions are active: their posterior mean varies over the data.

    Σ_j [Var_x(mu_j) > threshold]: (…, n, z_dim) → (…) counts, 0 to z_dim. Source: Burda et al.
    2016, section 5.2.

    >>> active_units(torch.tensor([[-1., 0.], [1., 0.]])).item()
    1
    """
    return (mu.var(-2) > threshold).sum(-1)


def sharpness(images):
    """How sharp the edges of grey images are: squared differences of neighbours per unit of ink.

    Σ [(x_down - x)² + (x_right - x)²] / Σ x over all images: (n, …, h, w) in [0, 1] → one number;
    blurring lowers it. It is one value for the set, so that an empty image counts for nothing.
    Raises ValueError when there is no ink.

    >>> sharpness(torch.eye(2)[None]).item()  # 4 steps of 1, ink 2
    2.0
    """
    ink = images.sum()
    if not ink > 0:
        raise ValueError(
            f"wanted images with some ink, values in [0, 1], got a sum of {ink:.3g}: "
            "is it a batch of images, and finite?"
        )
    return (images.diff(dim=-2).square().sum() + images.diff(dim=-1).square().sum()) / ink


def _image_classifier(real, fake, n_steps):
    """A classifier trained to give real images (n, 1, 28, 28) logits above 0, and fake ones below.

    Adam with a learning rate of 2e-3 that falls to 0 over the second half of the steps; 64 images
    of each a step.
    """
    classifier = models.digit_judge()  # a new one; the first of its ten outputs is the logit
    opt = torch.optim.Adam(classifier.parameters(), 2e-3, fused=True)

    def step(i):
        opt.param_groups[0]["lr"] = 2e-3 * min(1, 2 - 2 * i / n_steps)
        batch = torch.cat([x[torch.randint(len(x), (64,))] for x in (real, fake)])
        logits = classifier(batch)[:, 0]
        loss = discriminator_loss(logits[:64], logits[64:])
        opt.zero_grad()
        loss.backward()
        opt.step()
        return {"loss": loss}

    run.run(step, n_steps)
    return classifier


def two_sample_accuracy(real, fake, n_classifiers=3, n_steps=600, seed=0):
    """How well real images can be told from generated ones: the accuracy of two-sample classifiers.

    Small convolutional classifiers are trained on the first four fifths of the real and of the fake
    images, and tested on the last fifth of each; the result is the mean of the two shares of right
    answers, averaged over the classifiers: (n, …) and (m, …) images of 28 × 28 pixels in [0, 1] →
    one number. It is 1 if every image is recognised, and about ½ if the two sets are of one
    distribution. All images are rounded to 256 grey levels, as photographs are, so that the levels
    themselves tell nothing. Mix images that come in an order, since the last ones are tested. The
    global random numbers of torch are left as they were.

    >>> black, white = torch.zeros(50, 784), torch.ones(50, 784)
    >>> two_sample_accuracy(white, black, n_classifiers=1, n_steps=20).item()
    1.0
    """
    sets = [(255 * x.detach().reshape(-1, 1, 28, 28)).round() / 255 for x in (real, fake)]
    cuts = [len(x) * 4 // 5 for x in sets]
    accuracies = []
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        for _ in range(n_classifiers):
            classifier = _image_classifier(*(x[:cut] for x, cut in zip(sets, cuts)), n_steps)
            with torch.no_grad():
                real_logits, fake_logits = (classifier(x[cut:])[:, 0] for x, cut in zip(sets, cuts))
            right = (real_logits > 0).float().mean() + (fake_logits < 0).float().mean()
            accuracies.append(right / 2)
    return torch.stack(accuracies).mean()
