"""What is shipped or kept: digits, weights, tables; written whole or not at all."""

import contextlib
import errno
import glob
import hashlib
import json
import math
import os
import platform
import secrets
import time
from pathlib import Path

import numpy as np
import safetensors
import torch
from safetensors.torch import save

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no quota in Windows
PATIENCE = 10.0  # seconds that a table may be another process's


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
            images, labels = arrays["images"], arrays["labels"]
        if (images.shape, labels.shape) != ((10_000, 28, 28), (10_000,)):
            raise ValueError(f"got images {images.shape} and labels {labels.shape}")
        if (images.dtype, labels.dtype) != (np.uint8, np.uint8) or labels.max() > 9:
            raise ValueError("got other numbers than grey levels and labels from 0 to 9")
    except Exception as error:  # a damaged archive may break zipfile, zlib and numpy in many ways
        raise ValueError(
            f"wanted the course's digits in {path}, got a damaged file ({error}): "
            "git checkout it, or make digits"
        ) from error
    images = torch.from_numpy(images).unsqueeze(1).float() / 255
    labels = torch.from_numpy(labels).long()
    return (images[:8000], labels[:8000]), (images[8000:], labels[8000:])


def _unwritten(path, error):
    """The OSError, one sentence, of what could not be written to `path`."""
    advice = "choose a place that is there and yours to write"
    if error.errno in FULL:
        advice = "make room, or choose another place; what was there before is whole"
    return OSError(f"wanted to write {path}, got {error.strerror or error}: {advice}")


def write_whole(path, content):
    """Write text or bytes to `path` so that a full disk or a kill leaves the old file whole.

    They go to a temporary file beside it, which nobody else has the name of, and which is then
    renamed, or removed when that fails. Where `path` is a link, what it leads to is written. Raises
    OSError in one sentence.
    """
    path = Path(path).resolve()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        if path.exists() and not path.is_file():
            raise OSError(errno.EEXIST, "something that is not a file")
        with open(temporary, "xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.replace(temporary, path)
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def remove_temporaries(path):
    """Remove what `write_whole` could not, since it was killed while it wrote `path`."""
    path = Path(path).resolve()
    for temporary in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}.tmp"):
        temporary.unlink(missing_ok=True)


def _plain(value):
    """`value` as JSON can hold it: lists for tensors, numbers of five digits, None for NaN.

    Names become texts. Raises TypeError for what is none of these.
    """
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    kind = type(value).__name__
    raise TypeError(f"wanted a number, a text, or a list or tensor of these, got {kind}")


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(tensors):
    """The SHA-256 of the names and bits of tensors, {name: tensor}."""
    sums = hashlib.sha256()
    for name in sorted(tensors):
        sums.update(name.encode() + tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return sums.hexdigest()


def _file(tensors, words):
    """The bytes of a safetensors file, with its header in order, which `save` mixes up."""
    content = save(tensors, words)
    end = 8 + int.from_bytes(content[:8], "little")  # eight bytes say how long the header is
    header = json.loads(content[8:end])
    text = json.dumps(header | {"__metadata__": words}, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of eight
    return len(text).to_bytes(8, "little") + text + content[end:]


def save_weights(path, module, **about):
    """Write a module's weights to `path`, with what is known `about` them: recipe, seed, figures.

    `about` may hold what a row of `save_rows` may; the versions of torch and Python and a digest of
    the weights are added, and a digest of `about` stands beside it. The format, safetensors, holds
    numbers, names and text: nothing in it runs. The file is written whole or not at all.
    """
    tensors = module.state_dict()
    about |= {"torch": torch.__version__, "python": platform.python_version()}
    about |= {"digest": _digest(tensors)}
    text = json.dumps(_plain(about))
    write_whole(path, _file(tensors, {"about": text, "sha256": _sha256(text)}))


def weights_about(path):
    """What `save_weights` wrote about the weights in `path`: {what: value}.

    Raises ValueError when the file is damaged, here by a single bit.
    """
    try:
        with safetensors.safe_open(path, "pt") as file:
            metadata = file.metadata()
        text = metadata["about"]
        if metadata["sha256"] != _sha256(text):
            raise ValueError("got other words about the weights than were saved")
        about = json.loads(text)
        if not isinstance(about, dict) or "digest" not in about:
            raise ValueError("got no digest of the weights")
        return about
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


@contextlib.contextmanager
def _alone(path):
    """Let no other process change the table at `path` meanwhile, by a file beside it.

    Raises OSError when another one does so for PATIENCE seconds.
    """
    lock, end = path.with_name(f".{path.name}.lock"), time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError as error:
            if time.monotonic() > end:
                raise OSError(
                    f"wanted to add rows to {path}, got a table that another process is changing: "
                    f"wait for it, or, when there is none, delete {lock}"
                ) from error
            time.sleep(0.01)
        except OSError as error:
            raise _unwritten(path, error) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def save_rows(path, rows):
    """Add rows, {name: {what: value}}, to the JSON table at `path`, whole or not at all.

    A value is a number, a text, or a list or tensor of numbers. Numbers are kept to five
    significant digits; NaN and infinity, which JSON lacks, become null. Processes that add rows at
    once wait for each other. Raises OSError when it cannot write, TypeError for another value.
    """
    path, rows = Path(path).resolve(), _plain(rows)
    with _alone(path):
        table = (load_rows(path) if path.is_file() else {}) | rows
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in table.items())
        write_whole(path, f"{{\n{lines}\n}}\n")


def _finite(text):
    """The number that stands in a table. Raises ValueError for NaN and infinity."""
    if not math.isfinite(float(text)):
        raise ValueError(f"got {text}, which is not finite")
    return float(text)


def load_rows(path):
    """The table that `save_rows` made: {name: row}. Raises ValueError when the file is damaged."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        table = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if not isinstance(table, dict):
            raise ValueError(f"got {type(table).__name__}, not rows with names")
        return table
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"wanted a table of results in {path}, got a damaged file ({error}): "
            "git checkout it, or make results"
        ) from error


def row(table, name):
    """The row `name` of a table that `load_rows` gave. Raises ValueError when it has none.

    >>> row({"ring: plain": {"modes": 8}}, "ring: plain")
    {'modes': 8}
    """
    if name not in table:
        known = ", ".join(map(repr, list(table)[:3]))
        raise ValueError(
            f"wanted the row {name!r}, got a table with {len(table)} others ({known} …): "
            "git checkout data/results, or make results ARGS=--missing"
        )
    return table[name]
