"""Measure the long tables of the lessons again, and train their checkpoints: python -m course_utils
results. Hours; see data/README.md.
"""

import hashlib
import os
import threading
import time

from tqdm import tqdm

from ..lessons import ROOT, lesson
from ..store import load_rows, save_rows, write_whole
from .execute import execute

# file name: lesson, and its parts, measured side by side
TABLES = {
    "mode_collapse": (2, ("ring", "grid", "ring, more")),
    "wasserstein": (5, ("ring", "grid")),
    # its parts leave weights, too
    "digits": (6, ("judge", "generator")),
    "vae": (11, ("sharp", "blurry")),  # so do these
    "latent_constraints": (12, ("methods", "training")),
    # the last two leave weights; tatoeba needs `make data`
    "text_vae": (14, ("cures a", "cures b", "grammar", "tatoeba")),
    # so do, and so need, the last two
    "steering": (16, ("methods", "ablations", "labels", "tatoeba", "codes", "lm")),
}


def list_files(folder=ROOT / "data"):
    """Write SHA256SUMS anew: one line for each shipped file, cards aside."""
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in ("README.md", "SHA256SUMS")
        and not path.name.startswith(".")
        and path.parent.name != "cache"
    ]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    ]
    write_whole(folder / "SHA256SUMS", "".join(lines))


def measure(lesson, pieces):
    """Run the lesson once for each piece, at the same time, with its switch set so that it measures
    into that file; raise the first error.
    """
    errors = []

    def work(piece, path):
        # errors elsewhere may be: other cells draw the old table
        try:
            notebook = execute(
                lesson.path,
                {"REDO = {}": f"REDO = {{{piece!r}: {str(path)!r}}}"},
                timeout=None,
                allow_errors=True,
            )
            failed = [
                output
                for cell in notebook.cells
                if "REDO = {" in cell.source
                for output in cell.outputs
                if output.output_type == "error"
            ]
            if failed:
                raise RuntimeError(
                    f"{lesson.path.name} stopped while measuring {piece}: "
                    f"{failed[0].ename}: {failed[0].evalue}"
                )
        except Exception as error:  # told to the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=item, daemon=True) for item in pieces.items()]
    for thread in threads:
        thread.start()
    with tqdm(desc=lesson.path.stem, unit=" rows") as bar:
        while any(thread.is_alive() for thread in threads) and not errors:
            time.sleep(1)
            rows = [load_rows(path) for path in pieces.values()]
            bar.update(sum(map(len, rows)) - bar.n)
            bar.set_postfix_str(", ".join(list(row)[-1] for row in rows if row))
    if errors:
        raise errors[0]


def join(name, pieces):
    """Make the table `name` of its pieces, whole; move the weights that a piece left beside its
    rows to data/checkpoints.
    """
    table = {
        f"{part}: {row}": values
        for part, path in pieces.items()
        for row, values in load_rows(path).items()
    }
    folder = ROOT / "data"
    whole = folder / "results" / f".{name}.json"
    whole.unlink(missing_ok=True)
    save_rows(whole, table)
    os.replace(whole, folder / "results" / f"{name}.json")
    for part, path in pieces.items():
        path.unlink()
        if path.with_suffix(".safetensors").exists():
            (folder / "checkpoints").mkdir(exist_ok=True)
            os.replace(
                path.with_suffix(".safetensors"),
                folder / "checkpoints" / f"{name}_{part}.safetensors",
            )


def main(args):
    """Measure the named tables, or all; each replaces the old one only when it is complete. An
    interrupted call is taken up again.

    `--missing` keeps the rows of the old table, and measures only those that it lacks. A part that
    leaves weights beside its rows has them moved to data/checkpoints.
    """
    names = [arg for arg in args if arg != "--missing"] or list(TABLES)
    if unknown := set(names) - set(TABLES):
        print(
            f"wanted tables of {', '.join(TABLES)}, or --missing, got {', '.join(sorted(unknown))}"
        )
        return 2
    # a kernel a part; small matrices gain nothing from more
    os.environ["OMP_NUM_THREADS"] = "1"
    folder = ROOT / "data" / "results"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        number, parts = TABLES[name]
        pieces = {part: folder / f".{name}.{part}.json" for part in parts}
        old = (
            load_rows(folder / f"{name}.json")
            if "--missing" in args and (folder / f"{name}.json").exists()
            else {}
        )
        for part, path in pieces.items():
            save_rows(
                path,
                {
                    row.split(": ", 1)[1]: values
                    for row, values in old.items()
                    if row.startswith(f"{part}: ")
                },
            )
        measure(lesson(number), pieces)
        join(name, pieces)
    list_files()
    return 0
