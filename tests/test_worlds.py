"""The notebooks in odd surroundings: no network, a home and a course that cannot be written, one
thread, the plainest locale, a path with blanks and an umlaut, the line ends of Windows. Slow.

Three lessons run in each of these, so that a failure names its cause; every notebook runs in all of
them at once.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from cells import named

from course_utils.lessons import ROOT, lesson
from course_utils.tools.execute import chosen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.name == "nt" or not (ROOT / ".git").exists(), reason="wanted a git clone, and a POSIX"
    ),
]
# The superuser without the right to write where it is not allowed: as anybody else.
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override")
# Every socket that leaves the machine is refused, in the kernel, too: it inherits PYTHONPATH.
NO_NETWORK = """
import socket

def refused(self, address, inner=socket.socket.connect):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise ConnectionRefusedError(f"wanted no network, got a connection to {address}")
    return inner(self, address)

def unknown(host, *rest, inner=socket.getaddrinfo, **more):
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        raise socket.gaierror(f"wanted no network, got a question for {host}")
    return inner(host, *rest, **more)

socket.socket.connect, socket.getaddrinfo = refused, unknown
"""
RUN = """
import sys
from pathlib import Path
import course_utils
from course_utils.tools.execute import execute
assert Path(course_utils.__file__).parents[1] == Path(sys.argv[2]), course_utils.__file__
execute(Path(sys.argv[1]))
"""
TEXT = (".ipynb", ".py", ".md", ".toml", ".txt", ".yml")


class World:
    """A clone of the course and the environment in which its notebooks run; methods change them."""

    def __init__(self, folder):
        self.folder, self.course, self.start = folder, folder / "course", ()
        self.modules = folder / "modules"
        for name in ("modules", "home", "runtime"):
            (folder / name).mkdir()
        subprocess.run(["git", "clone", "--quiet", ROOT, self.course], check=True)
        theirs = ("JUPYTER", "IPYTHON", "XDG_", "MPL", "LC_", "LANG", "PYTHON")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(theirs)}
        self.environment |= {
            "HOME": str(folder / "home"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),  # where a kernel's address is kept
        }

    def no_network(self):
        (self.modules / "sitecustomize.py").write_text(NO_NETWORK)

    def one_thread(self):
        self.environment["OMP_NUM_THREADS"] = "1"

    def plain_locale(self):
        self.environment |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    def odd_path(self):
        self.course = self.course.rename(self.folder / "Übung 1, mit Leerzeichen")

    def line_ends_of_windows(self):
        for path in self.course.rglob("*"):
            if path.suffix in TEXT and ".git" not in path.parts:
                lines = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                path.write_bytes(lines)

    def read_only(self):
        """Nobody may write into home or course; the superuser gives up that it may."""
        for top in (self.course, self.folder / "home"):
            for path in (top, *top.rglob("*")):
                path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
        if os.geteuid() == 0:
            if not shutil.which(AS_ANYBODY[0]):
                pytest.skip("wanted setpriv, since the superuser may write anywhere")
            self.start = AS_ANYBODY

    def run(self, path):
        """The output of executing this notebook of the clone; fails where it fails."""
        found = [str(self.modules), str(self.course)]
        environment = self.environment | {"PYTHONPATH": os.pathsep.join(found)}
        there = self.course / path.relative_to(ROOT)
        done = subprocess.run(
            [*self.start, sys.executable, "-c", RUN, there, self.course],
            cwd=there.parent,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def close(self):
        for path in (self.folder, *self.folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(self.folder, ignore_errors=True)


ODD = ("no_network", "one_thread", "plain_locale", "odd_path", "line_ends_of_windows", "read_only")


def made(*changes):
    """A world with these changes, in a folder of its own."""
    world = World(Path(tempfile.mkdtemp(prefix="course_")))
    for change in changes:
        getattr(world, change)()
    return world


@pytest.fixture(scope="module", params=ODD)
def world(request):
    """One odd thing at a time."""
    opened = made(request.param)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def odd_world():
    """All odd things at once."""
    opened = made(*ODD)
    yield opened
    opened.close()


@pytest.mark.parametrize("number", [0, 9, 16])
def test_lessons_run_where_one_thing_is_odd(world, number):
    world.run(lesson(number).path)


@pytest.mark.parametrize("path", chosen(), ids=named)
def test_every_notebook_runs_where_all_is_odd(odd_world, path):
    odd_world.run(path)
