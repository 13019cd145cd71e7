"""Seeds, device, threads, and the one training loop of the course, run(step, n_steps)."""

import operator
import os
import random

import numpy as np
import torch
from tqdm.auto import tqdm

# One thread is enough for networks of this size. Two were 2 to 10 times slower than one, for each
# network of the course, where other programs wanted the two cores as well: each waits for the other
# at every product. OMP_NUM_THREADS, set before Python starts, gives more.
if not os.environ.get("OMP_NUM_THREADS"):
    torch.set_num_threads(1)


def seed_everything(seed):
    """Seed Python, numpy and torch alike: two runs on one machine then give the same numbers.

    Raises ValueError for anything but a whole number from 0 to 2³² - 1, which all three take.
    """
    try:
        fits = 0 <= operator.index(seed) < 2**32
    except TypeError:
        fits = False
    if not fits:
        raise ValueError(
            f"wanted a seed that is a whole number from 0 to {2**32 - 1}, got {seed!r}: try 0"
        )
    seed = operator.index(seed)  # numpy's numbers, too
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def device(name=None):
    """The torch device to work on: the one you name, else a GPU when there is one, else the CPU.

    The package has one rule for devices. What trains on this one, text.training.train, gives back
    networks on the CPU; all else works where the tensors and networks are that it is given.

    Raises ValueError for a device that this machine does not have.
    """
    name = name or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:  # either, with or without a GPU
        here = ["cpu", *(f"cuda:{k}" for k in range(torch.cuda.device_count()))]
        raise ValueError(
            f"wanted a device that is here ({', '.join(here)}), got {name!r}: "
            "pass one of these, or nothing"
        ) from error


def _row(values):
    """What is logged once, as copies: the tensors may be weights, which go on changing."""
    return {
        name: torch.as_tensor(value).detach().float().cpu().numpy().copy()
        for name, value in values.items()
    }


def _summary(row):
    """Medians over seeds, as the progress bar shows them; values that do not exist are left out."""
    shown = {name: value for name, value in row.items() if np.isfinite(value).any()}
    return " ".join(f"{name} {np.nanmedian(value):.3g}" for name, value in shown.items())


def run(step, n_steps, watch=None, every=1):
    """Call step(0) … step(n_steps - 1) with a progress bar; return what was logged, {name: array}.

    `step(i)` returns a dict of numbers or (n_seeds,) tensors, or None. After every `every`-th step,
    and after the last, that dict and `watch()`'s are kept: history["step"] is (logged,), the number
    of steps done; the others are (logged, …). The bar shows medians over seeds. The stop button
    (KeyboardInterrupt) ends the loop, which returns what was logged so far. Raises
    FloatingPointError when a logged value of `step` is NaN in every seed.
    """
    rows, done = [], []
    bar = tqdm(range(n_steps), leave=False, delay=1, mininterval=0.25)
    try:
        for i in bar:
            values = step(i)
            if (i + 1) % every and i + 1 < n_steps:
                continue
            rows.append(_row({**(values or {}), **(watch() if watch else {})}))
            done.append(i + 1)
            for name in values or {}:  # not for watch's: a score may have no value yet
                if np.isnan(rows[-1][name]).all():
                    raise FloatingPointError(
                        f"step {i + 1}: {name} is NaN in every seed: "
                        "the run has diverged; lower the learning rate"
                    )
            bar.set_postfix_str(_summary(rows[-1]), refresh=False)
    except KeyboardInterrupt:
        last = done[-1] if done else 0
        print(f"stopped by hand after step {last} of {n_steps}; what was logged is kept")
    finally:
        bar.close()
    names = rows[0] if rows else ()
    history = {name: np.stack([row[name] for row in rows]) for name in names}
    return {"step": np.array(done)} | history
