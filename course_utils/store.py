"""What is shipped or kept: digits, weights, tables; written whole or not at all."""

import hashlib
import json
import math
import os
import platform
import zipfile
import zlib
from pathlib import Path

import numpy as np
import safetensors
import torch
from safetensors.torch import save


def data_file(name):
    """Where the shipped file data/`name` is: in the course folder, or, as in Colab, in the package.

    Raises FileNotFoundError when it is in neither.
    """
    package = Path(__file__).resolve().parent
    places = [package.parent / "data" / name, package / "data" / name]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError(
        f"wanted the course's file data/{name}, got neither {places[0]} nor {places[1]}: "
        "install the course again, or git checkout data"
    )


def load_digits():
    """The shipped handwritten digits, to train on and to test on: (images, labels) twice.

    Images are (8000, 1, 28, 28) and (2000, 1, 28, 28), float32 in [0, 1], ink is 1; labels are
    (8000,) and (2000,), int64, 0 to 9. The order of the file is a fixed shuffle; the split is its
    cut. Raises ValueError when the file is damaged. Source: MNIST (LeCun and Cortes),
    CC BY-SA 3.0; see data/README.md.
    """
    path = data_file("digits.npz")
    try:
        with np.load(path) as arrays:
            images, labels = torch.from_numpy(arrays["images"]), torch.from_numpy(arrays["labels"])
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"wanted the course's digits in {path}, got a damaged file ({error}): "
            "git checkout it, or make digits"
        ) from error
    images, labels = images.unsqueeze(1).float() / 255, labels.long()
    return (images[:8000], labels[:8000]), (images[8000:], labels[8000:])


def write_whole(path, content):
    """Write text or bytes to `path` so that a full disk or a kill leaves the old file whole.

    They go to a temporary file beside it, which is then renamed.
    """
    temporary = Path(path).with_suffix(".tmp")
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(temporary, path)


def _plain(value):
    """`value` as JSON can hold it: lists for tensors, numbers of five digits, None for NaN."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, (torch.Tensor, np.ndarray)):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    return value


def _digest(tensors):
    """The SHA-256 of the names and bits of tensors, {name: tensor}."""
    sums = hashlib.sha256()
    for name in sorted(tensors):
        sums.update(name.encode() + tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return sums.hexdigest()


def save_weights(path, module, **about):
    """Write a module's weights to `path`, with what is known `about` them: recipe, seed, figures.

    `about` may hold what a row of `save_rows` may; the versions of torch and Python and a digest of
    the weights are added. The format, safetensors, holds numbers, names and text: nothing in it
    runs. The file is written whole or not at all.
    """
    tensors = module.state_dict()
    about |= {"torch": torch.__version__, "python": platform.python_version()}
    about |= {"digest": _digest(tensors)}
    write_whole(path, save(tensors, {"about": json.dumps(_plain(about))}))


def weights_about(path):
    """What `save_weights` wrote about the weights in `path`: {what: value}.

    Raises ValueError when the file is damaged.
    """
    try:
        with safetensors.safe_open(path, "pt") as file:
            return json.loads(file.metadata()["about"])
    except (safetensors.SafetensorError, TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"wanted weights with their recipe in {path}, got a damaged file: "
            f"git checkout it, or make checkpoints ({error})"
        ) from error


def load_tensors(path):
    """The tensors that `save_weights` wrote to `path`: {name: tensor}.

    Raises ValueError when the file is damaged, also by a single bit.
    """
    about = weights_about(path)
    with safetensors.safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    if _digest(tensors) != about["digest"]:
        raise ValueError(
            f"wanted in {path} the weights that were saved, got others (their digest differs): "
            "git checkout it, or make checkpoints"
        )
    return tensors


def load_weights(path, module):
    """Fill `module` with the weights that `save_weights` wrote to `path`, and return it.

    Raises ValueError when the file is damaged, also by a single bit, or made for another network.
    """
    tensors = load_tensors(path)
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        about = weights_about(path)
        raise ValueError(
            f"wanted weights for this network in {path}, got weights for another: "
            f"build the network as its recipe says, {about}, or git checkout the file ({error})"
        ) from error
    return module


def save_rows(path, rows):
    """Add rows, {name: {what: value}}, to the JSON table at `path`, whole or not at all.

    A value is a number, a text, or a list or tensor of numbers. Numbers are kept to five
    significant digits; NaN and infinity, which JSON lacks, become null.
    """
    path = Path(path)
    table = load_rows(path) if path.exists() else {}
    table |= _plain(rows)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in table.items())
    write_whole(path, f"{{\n{lines}\n}}\n")


def load_rows(path):
    """The table that `save_rows` made: {name: row}. Raises ValueError when the file is damaged."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"wanted a table of results in {path}, got a damaged file ({error}): "
            "git checkout it, or make results"
        ) from error
