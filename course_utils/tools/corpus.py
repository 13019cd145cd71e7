"""What a text file holds: python -m course_utils corpus FILE [--min-count N].

The file is what `train-text-vae` and `text.read_corpus` take: a sentence a line, labels after tabs.
"""

import argparse
import sys

from ..text.corpora import read_table
from ..text.intake import intake


def main(args):
    """Print the intake of a file; status 2 for a file that cannot be used."""
    line = argparse.ArgumentParser(
        prog="python -m course_utils corpus", description=__doc__.splitlines()[0]
    )
    line.add_argument("file", help="a text file with a sentence a line")
    line.add_argument("--min-count", type=int, default=1, help="a rarer word becomes <unk>")
    options = line.parse_args(args)
    try:
        print("\n".join(intake(read_table(options.file), options.min_count, options.file)))
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0
