"""Measure the long tables of the lessons, train their checkpoints: python -m course_utils results.

That takes hours; see data/README.md.
"""

import hashlib
import os
import threading
import time

from tqdm import tqdm

from ..lessons import ROOT, lesson
from ..store import load_rows, save_rows, write_whole
from .execute import execute

# Name of the file: number of the lesson, and the parts, which are measured side by side. All parts
# of digits, digit_collapse, elbo and vae leave weights, too, and so do 2 and 8 of autoencoders,
# maps of unpaired, actor of latent_constraints, the last three of text_vae, small of
# text_vae_tatoeba, the last two of steering and ring, digits, grammar and tatoeba of flow; parts on
# Tatoeba need `make data`.
TABLES = {
    "line": (1, ("recipe", "demo", "stopping", "rates", "sizes", "moments", "detach")),
    "mode_collapse": (2, ("ring", "grid", "ring, more", "remedies")),
    "digit_collapse": (2, ("pair",)),
    "minibatch": (3, ("rivals", "demo", "film")),
    "wasserstein": (5, ("ring", "grid")),
    "conditional": (6, ("ring",)),
    "digits": (6, ("judge", "generator", "blind")),
    "unpaired": (7, ("arms", "maps")),
    "autoencoders": (9, ("2", "8", "sizes")),
    "elbo": (10, ("2", "8", "autoencoder", "without kl")),
    "vae": (11, ("decoders", "sharp", "middle", "blurry")),
    "latent_constraints": (
        12,
        ("methods", "parts", "ascent", "distance", "labels", "keeping", "actor"),
    ),
    "text_gans": (13, ("rates", "longer", "D", "alone")),
    "text_vae_tatoeba": (14, ("small",)),
    "text_vae": (
        15,
        ("cures a", "cures b", "cures c", "collapsed", "healthy", "grammar"),
    ),
    "posterior_collapse": (15, ("doses", "continued", "holes")),
    "steering": (16, ("methods", "ablations", "labels", "tatoeba", "codes", "lm")),
    "fooled": (17, ("cards",)),
    "flow": (18, ("line", "ring", "grid", "digits", "grammar", "tatoeba", "controls")),
}


def list_files(folder=ROOT / "data"):
    """Write SHA256SUMS anew: one line for each shipped file, cards aside."""
    lines = []
    for path in sorted(folder.rglob("*")):
        shipped = path.name not in ("README.md", "SHA256SUMS") and path.parent.name != "cache"
        if path.is_file() and shipped and not path.name.startswith("."):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    write_whole(folder / "SHA256SUMS", "".join(lines))


def measured_by(lesson):
    """The path of the notebook that measures a lesson's tables: its companion, once it has one."""
    return lesson.companion if lesson.companion.exists() else lesson.path


def measure_piece(notebook_path, piece, path):
    """Run a notebook with its switch set so that it measures `piece` into the file `path`.

    Errors elsewhere may be, since other cells draw the old table. Raises RuntimeError for one in
    the cell with the switch.
    """
    switched = {"REDO = {}": f"REDO = {{{piece!r}: {str(path)!r}}}"}
    notebook = execute(notebook_path, switched, timeout=None, allow_errors=True)
    measuring = [cell for cell in notebook.cells if "REDO" in cell.source]
    for output in (output for cell in measuring for output in cell.outputs):
        if output.output_type == "error":
            raise RuntimeError(
                f"{notebook_path.name} stopped while measuring {piece}: "
                f"{output.ename}: {output.evalue}"
            )


def measure(notebook_path, pieces):
    """Measure all pieces of a notebook, {piece: path}, at the same time; raise the first error."""
    errors = []

    def work(piece, path):
        try:
            measure_piece(notebook_path, piece, path)
        except Exception as error:  # told to the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=item, daemon=True) for item in pieces.items()]
    for thread in threads:
        thread.start()
    with tqdm(desc=notebook_path.stem, unit=" rows") as bar:
        while any(thread.is_alive() for thread in threads) and not errors:
            time.sleep(1)
            rows = [load_rows(path) for path in pieces.values()]
            bar.update(sum(map(len, rows)) - bar.n)
            bar.set_postfix_str(", ".join(list(row)[-1] for row in rows if row))
    if errors:
        raise errors[0]


def join(name, pieces):
    """Make the table `name` of its pieces, {part: path}, whole.

    Weights that a piece left beside its rows are moved to data/checkpoints.
    """
    results, checkpoints = ROOT / "data" / "results", ROOT / "data" / "checkpoints"
    whole, table = results / f".{name}.json", {}
    for part, path in pieces.items():
        table |= {f"{part}: {row}": values for row, values in load_rows(path).items()}
    whole.unlink(missing_ok=True)
    save_rows(whole, table)
    os.replace(whole, results / f"{name}.json")
    for part, path in pieces.items():
        path.unlink()
        weights = path.with_suffix(".safetensors")
        if weights.exists():
            checkpoints.mkdir(exist_ok=True)
            os.replace(weights, checkpoints / f"{name}_{part}.safetensors")


def begin(name, keep):
    """A file for each part of the table `name`, empty or with the old rows: {part: path}."""
    folder = ROOT / "data" / "results"
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"{name}.json"
    old = load_rows(table) if keep and table.exists() else {}
    pieces = {part: folder / f".{name}.{part}.json" for part in TABLES[name][1]}
    for part, path in pieces.items():
        start = f"{part}: "
        rows = {row.removeprefix(start): old[row] for row in old if row.startswith(start)}
        save_rows(path, rows)
    return pieces


def main(args):
    """Measure the named tables, or all; each replaces the old one only when it is complete.

    An interrupted call is taken up again. `--missing` keeps the rows of the old table, and measures
    only those that it lacks.
    """
    names = [arg for arg in args if arg != "--missing"] or list(TABLES)
    if unknown := ", ".join(sorted(set(names) - set(TABLES))):
        print(f"wanted tables of {', '.join(TABLES)}, or --missing, got {unknown}")
        return 2
    os.environ["OMP_NUM_THREADS"] = "1"  # a kernel a part; small matrices gain nothing from more
    for name in names:
        pieces = begin(name, keep="--missing" in args)
        measure(measured_by(lesson(TABLES[name][0])), pieces)
        join(name, pieces)
    list_files()
    return 0
