"""The command line: `python -m course_utils NAME`."""
