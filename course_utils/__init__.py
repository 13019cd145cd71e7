"""What the notebooks need and do not teach, kept small, tested and boring."""

import sys

for _stream in (sys.stdout, sys.stderr):  # where ✓ cannot be written, as in a pipe on Windows, a ?
    if getattr(_stream, "errors", None) == "strict" and hasattr(_stream, "reconfigure"):
        _stream.reconfigure(errors="replace")
