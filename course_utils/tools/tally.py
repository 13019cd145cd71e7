"""The tally of your exercises: python -m course_utils tally [--export FILE.csv | --delete].

Without an option it prints where the tally is and what stands in it. It is a file of this computer
and is sent nowhere.
"""

import argparse
from pathlib import Path

import pandas as pd

from .. import tally
from ..store import write_whole


def table():
    """The tally as a data frame: a row for each exercise in which an answer was judged."""
    rows = [{"exercise": name} | about for name, about in sorted(tally.state().items())]
    return pd.DataFrame(rows, columns=["exercise", "right", "attempts", "mistake"])


def main(args):
    """Show, export or delete the tally."""
    parser = argparse.ArgumentParser("python -m course_utils tally", description=__doc__)
    parser.add_argument("--export", type=Path, metavar="FILE.csv")
    parser.add_argument("--delete", action="store_true")
    asked = parser.parse_args(args)
    if tally.file() is None:
        print('the tally is off: the variable COURSE_TALLY is "off"')
        return 0
    if asked.delete:
        deleted = tally.delete()
        print("\n".join(f"deleted {path}" for path in deleted) or "there is no tally to delete")
        return 0
    if asked.export:
        write_whole(asked.export, table().to_csv(index=False))
        print(f"written: {asked.export}")
        return 0
    print(f"{tally.file()}")
    found = table()
    print(found.to_string(index=False) if len(found) else "No answer has been judged yet.")
    for number, (right, n) in tally.done().items():
        print(f"lesson {number:02d}: {right} of {n} right")
    return 0
