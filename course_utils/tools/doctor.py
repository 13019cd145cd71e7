"""What this machine has and what it lacks: python -m course_utils doctor.

The exit status is 1 if a lesson could not run.
"""

import hashlib
import importlib
import os
import re
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from ..lessons import ROOT, written

PACKAGE = "gan-to-sentences"
AGAIN = "run `make lab` once; in Colab, run the first cell"
LISTED = r"[0-9a-f]{64}  \S.*"  # a line of data/SHA256SUMS


def _packages():
    """A row for each package that the lessons import, with a remedy where it is missing or old."""
    try:
        from packaging.requirements import Requirement

        wanted = [Requirement(line) for line in requires(PACKAGE) or () if "extra ==" not in line]
    except PackageNotFoundError:
        return [("course_utils", "not installed", "run `make setup` in the course folder")]
    except ImportError as error:
        return [("packaging", f"missing ({error})", AGAIN)]
    return [_package(package) for package in wanted]


def _package(package):
    """The row of a package, {name, specifier}, which is imported to see whether it can be."""
    name = package.name
    try:
        found = version(name)
        importlib.import_module({"pillow": "PIL"}.get(name, name.replace("-", "_")))
        right = package.specifier.contains(found.split("+")[0], prereleases=True)
        return name, found, None if right else f"wanted {package.specifier}: run `make lab` once"
    except (PackageNotFoundError, ImportError) as error:
        return name, f"missing ({_line(error)})", AGAIN
    except Exception as error:  # a library of another kind, a torch for another numpy, …
        remedy = "delete .venv and run `make lab`; in Colab, restart the session"
        return name, f"broken ({type(error).__name__}: {_line(error)})", remedy


def _line(error):
    """The first line of what an error says."""
    return str(error).partition("\n")[0]


def _machine():
    """Python, device, threads, fonts, disk."""
    import torch
    from matplotlib import font_manager

    from .. import run

    fine = (3, 11) <= sys.version_info[:2]
    yield "Python", sys.version.split()[0], None if fine else "install Python 3.11, 3.12 or 3.13"
    gpu = run.device().type == "cuda"
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
    folder = Path(folder)
    if not folder.exists():  # installed without the course folder, as in Colab
        return
    sums = folder / "SHA256SUMS"
    lines = sums.read_text(errors="replace").splitlines() if sums.is_file() else []
    whole = lines and all(re.fullmatch(LISTED, line) for line in lines)
    found = f"{len(lines)} files listed" if whole else "missing or damaged: data/SHA256SUMS"
    yield "data", found, None if whole else "git checkout data/SHA256SUMS"
    for digest, name in (line.split(maxsplit=1) for line in lines if re.fullmatch(LISTED, line)):
        yield f"data/{name}", *_file(folder / name, digest, f"git checkout data/{name}")


def _file(path, digest, remedy):
    """What was found of a listed file, and the remedy."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return "missing" if isinstance(error, FileNotFoundError) else error.strerror, remedy
    if hashlib.sha256(content).hexdigest() != digest:
        return "damaged (its checksum differs)", remedy
    return f"{len(content) / 1000:.0f} kB", None


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
    if wrong:
        print("\nThe ten commonest errors, each with its remedy: notebooks/further/help.md")
    return int(wrong > 0)
