"""What you would not want to lose: one call saves the tally, trained networks and reports as a zip.

In Colab the machine vanishes some time after you leave it, and everything on it. `keep.save()`
makes `course_kept.zip` there and hands it to your browser; `keep.restore("course_kept.zip")` puts
it back on the next machine. Elsewhere it is a plain backup.
"""

import io
import os
import zipfile
from pathlib import Path

from . import tally
from .store import write_whole

NAME, TALLY = "course_kept.zip", "tally.jsonl"
WORTH = ("*.safetensors", "report/**/*", "*.pdf")  # in the folder of the notebook
LARGEST = 200_000_000  # bytes of a file


def _files(folder):
    """The files of a folder that are worth keeping, without links, in order."""
    found = {path for pattern in WORTH for path in folder.glob(pattern)}
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _download(path):
    """Hand a file to the browser, in Colab; elsewhere nothing happens."""
    try:
        from google.colab import files
    except ImportError:
        return
    files.download(str(path))


def save(folder="."):
    """Save the tally, and the networks and reports of `folder`, as a zip file there; its path.

    In Colab the browser downloads it. Files over 200 MB are left out, with a sentence.
    """
    folder, content = Path(folder), io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as kept:
        place = tally.file()
        if place is not None and place.exists():
            kept.writestr(TALLY, place.read_bytes())
        for path in _files(folder):
            if path.stat().st_size > LARGEST:
                print(f"left out, because it is larger than 200 MB: {path}")
            else:
                kept.write(path, path.relative_to(folder).as_posix())
        names = kept.namelist()
    if not names:
        print("There is nothing to keep yet: no answered exercise, no network, no report.")
        return None
    write_whole(folder / NAME, content.getvalue())
    print(f"{folder / NAME} holds {', '.join(names)}.")
    _download(folder / NAME)
    return folder / NAME


def restore(path=NAME, folder="."):
    """Put back what `save` saved: files that are not there, and lines the tally does not have.

    Nothing is overwritten. Raises ValueError when the file is none of `save`.
    """
    folder = Path(folder).resolve()
    try:
        with zipfile.ZipFile(path) as kept:
            for name in kept.namelist():
                target = (folder / name).resolve()
                if name == TALLY:
                    lines = kept.read(name).decode(errors="replace").splitlines()
                    print(f"the tally: {tally.add(lines)} answers that were not in it")
                elif not target.is_relative_to(folder) or target.exists():
                    print(f"left as it is: {name}")
                else:
                    os.makedirs(target.parent, exist_ok=True)
                    write_whole(target, kept.read(name))
                    print(f"restored: {name}")
    except (zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"wanted a zip file made by keep.save(), got {path} ({error})") from error
