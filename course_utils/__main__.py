"""`python -m course_utils NAME …` runs the tool of that name."""

import sys
from importlib import import_module
from pathlib import Path

TOOLS = sorted(
    path.stem.replace("_", "-") for path in (Path(__file__).parent / "tools").glob("[a-z]*.py")
)


def main(args):
    """Run the tool that the first word names on the rest of the line; return its exit status."""
    if not args or args[0] not in TOOLS:
        names = ", ".join(TOOLS)
        print(f"usage: python -m course_utils NAME …, NAME being one of: {names}", file=sys.stderr)
        return 2
    return import_module("course_utils.tools." + args[0].replace("-", "_")).main(args[1:])


if __name__ == "__main__":
    if not sys.flags.safe_path:  # from the course's folder, not from the one where it is called
        sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.exit(main(sys.argv[1:]))
