"""`make speed`: lesson 01's GAN with a seed axis against a loop over ordinary models, as ratios.

Chunks of the variants alternate in one process on one thread, and the lower quartile of CPU time
counts, so that other work on the machine touches all of them alike. ARGS="1 64 256" chooses the
numbers of seeds.
"""

import statistics
import sys
import time

import torch
from torch import nn
from tqdm import tqdm

from course_utils import models
from course_utils.losses import discriminator_loss, generator_nonsaturating

BATCH = 8


def ordinary():
    """One seed as it is usually written: torch.nn.Linear, no seed axis."""
    generator = nn.Sequential(nn.Linear(1, 4), nn.Softplus(), nn.Linear(4, 1))
    layers = [(nn.Linear(n_in, 8), nn.ReLU()) for n_in in (1, 8, 8)]
    flat = [module for pair in layers for module in pair]
    return generator, nn.Sequential(*flat, nn.Linear(8, 1), nn.Flatten(0))


def batched(n_seeds):
    """All seeds in one pair of modules."""
    generator = models.mlp([1, 4, 1], nn.Softplus, n_seeds)
    return generator, models.gan_discriminator([1, 8, 8, 8], nn.ReLU, n_seeds)


def training_step(networks, shape, **adam):
    """The two turns of lesson 01 for these networks.

    `shape` is (n_seeds, batch, 1), or (batch, 1) without a seed axis.
    """
    generator, discriminator = networks
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), 1e-3, **adam) for net in networks)
    grid = torch.linspace(-8, 8, BATCH).view(-1, 1).expand(shape)

    def step():
        x_real = 4 + 0.5 * torch.randn(shape)
        x_fake = generator(grid + 0.01 * torch.rand(shape)).detach()
        loss_d = discriminator_loss(discriminator(x_real), discriminator(x_fake))
        opt_d.zero_grad(), loss_d.sum().backward(), opt_d.step()
        loss_g = generator_nonsaturating(discriminator(generator(grid + 0.01 * torch.rand(shape))))
        opt_g.zero_grad(), loss_g.sum().backward(), opt_g.step()

    return step


def seconds_per_step(steps, passes=60, chunk=0.02):
    """{name: step} → {name: seconds}: chunks take turns, the lower quartile of each counts."""
    counts, seen = {}, {name: [] for name in steps}
    for name, step in steps.items():
        step()
        started = time.process_time()
        for _ in range(10):
            step()
        counts[name] = max(1, int(chunk * 10 / (time.process_time() - started)))
    for _ in tqdm(range(passes), leave=False):
        for name, step in steps.items():
            started = time.process_time()
            for _ in range(counts[name]):
                step()
            seen[name].append((time.process_time() - started) / counts[name])
    return {name: statistics.quantiles(times, n=4)[0] for name, times in seen.items()}


def main(sizes):
    """Print one table: model-steps per second, and how many times that of a loop this is."""
    torch.set_num_threads(1)
    print(f"{'seeds':>6}  {'':34} {'model-steps/s':>13}  {'× loop':>7}")
    for n_seeds in sizes:
        shape = (n_seeds, BATCH, 1)
        steps = {
            "loop over nn.Linear models": training_step(ordinary(), (BATCH, 1)),
            "seed axis": training_step(batched(n_seeds), shape),
            "seed axis, fused Adam": training_step(batched(n_seeds), shape, fused=True),
        }
        seconds = seconds_per_step(steps)
        loop = seconds["loop over nn.Linear models"]
        for name, taken in seconds.items():
            rate = (1 if "loop" in name else n_seeds) / taken
            print(f"{n_seeds:6}  {name:35} {rate:12,.0f}  {rate * loop:7.1f}", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1, 64, 256, 512])
