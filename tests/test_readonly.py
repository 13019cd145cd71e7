"""The course mounted read-only: lessons run, and write nothing into it."""

import os
import shutil
import subprocess
import sys

import pytest

from course_utils.lessons import ROOT, lesson

MOUNT = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
INSIDE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, str(ROOT)]
RUN = """
import errno, sys
from pathlib import Path
from course_utils.tools import execute
try:
    Path("tried").touch()
except OSError as error:
    assert error.errno == errno.EROFS
else:
    sys.exit("this folder is not read-only")
execute.execute(Path(sys.argv[1]))
"""


def can_mount():
    """Whether this system lets us make a mount of our own."""
    command = [*INSIDE, "true"]
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run(command, capture_output=True).returncode
    )


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="wanted Linux, and user namespaces")
@pytest.mark.parametrize("number", [0, 2, 19])
def test_a_lesson_runs_where_nothing_can_be_written(number, tmp_path):
    home = {"HOME": str(tmp_path), "COURSE_TALLY": "", "PYTHONPATH": str(ROOT)}
    command = [*INSIDE, sys.executable, "-c", RUN, str(lesson(number).path)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | home, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr[-2000:]
