"""What this machine has and what it lacks: python -m course_utils doctor.

The exit status is 1 if a lesson could not run.
"""

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from ..lessons import ROOT, written

PACKAGE = "gan-to-sentences"


def _packages():
    """A row for each package that the lessons import, with a remedy where it is missing or old."""
    try:
        wanted = [Requirement(line) for line in requires(PACKAGE) or () if "extra ==" not in line]
    except PackageNotFoundError:
        return [("course_utils", "not installed", "run `make setup` in the course folder")]
    rows = []
    for package in wanted:
        name = package.name
        try:
            found = version(name)
            importlib.import_module({"pillow": "PIL"}.get(name, name.replace("-", "_")))
            right = package.specifier.contains(found.split("+")[0], prereleases=True)
            remedy = None if right else f"wanted {package.specifier}: run `make lab` once"
        except (PackageNotFoundError, ImportError) as error:
            found = f"missing ({error})"
            remedy = "run `make lab` once; in Colab, run the first cell"
        rows.append((name, found, remedy))
    return rows


def _machine():
    """Python, device, threads, fonts, disk."""
    import torch
    from matplotlib import font_manager

    fine = (3, 11) <= sys.version_info[:2]
    yield "Python", sys.version.split()[0], None if fine else "install Python 3.11, 3.12 or 3.13"
    gpu = torch.cuda.is_available()
    yield "device", torch.cuda.get_device_name() if gpu else "CPU", None
    yield "threads", f"{torch.get_num_threads()} of {os.cpu_count()}", None
    fonts = {font.name for font in font_manager.fontManager.ttflist}
    remedy = None if "DejaVu Sans" in fonts else "pip install --force-reinstall matplotlib"
    yield "fonts", f"{len(fonts)} families", remedy
    free = shutil.disk_usage(tempfile.gettempdir()).free / 2**30
    remedy = None if free > 1 else "free 1 GiB: checkpoints and corpora need it"
    yield "disk", f"{free:.0f} GiB free", remedy


def _files(folder=ROOT / "data"):
    """The notebooks, and every file that data/SHA256SUMS lists, with its checksum compared."""
    yield "notebooks", f"{len(written())} lessons beside the package", None
    sums = Path(folder) / "SHA256SUMS"
    if not sums.exists():  # installed without the course folder, as in Colab
        return
    lines = sums.read_text().splitlines()
    yield "data", f"{len(lines)} files listed", None
    for line in lines:
        digest, name = line.split(maxsplit=1)
        path = Path(folder) / name
        if not path.exists():
            yield f"data/{name}", "missing", f"git checkout data/{name}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"data/{name}", "damaged (its checksum differs)", f"git checkout data/{name}"
        else:
            yield f"data/{name}", f"{path.stat().st_size / 1000:.0f} kB", None


def examine():
    """All rows (what, found, remedy or None)."""
    packages = _packages()
    broken = any(remedy for _, _, remedy in packages)
    return [*packages, *([] if broken else _machine()), *_files()]


def table(rows):
    """The rows as text, each with a tick, or with a cross and its remedy."""
    wide, long = (max(len(row[k]) for row in rows) for k in (0, 1))
    lines = []
    for what, found, remedy in rows:
        tick, arrow = ("✗", f"→ {remedy}") if remedy else ("✓", "")
        lines.append(f"{tick} {what:{wide}}  {found:{long}}  {arrow}".rstrip())
    return "\n".join(lines)


def main(args=()):
    """Print the verdict and the table, without files that are fine; 1 if a lesson could not run."""
    rows = [row for row in examine() if row[2] or not row[0].startswith("data/")]
    wrong = sum(remedy is not None for _, _, remedy in rows)
    fine = "Everything that the lessons need is here."
    print(f"{wrong} to fix, see the arrows." if wrong else fine)
    print(table(rows))
    return int(wrong > 0)
