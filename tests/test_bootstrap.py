"""The set-up: what it says when it cannot go on, that it is done once, and that the two commands of the README work."""
import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace

import pytest
from look import answers, free_port

from course_utils.lessons import ROOT
from course_utils.tools import bootstrap

HOLDER = """import sqlite3, sys
lock = sqlite3.connect(sys.argv[1], isolation_level=None)
lock.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()"""


class Pip:
    """Stands in for `subprocess` inside bootstrap: makes the venv's Python, writes pip's log, counts the installs."""
    STDOUT = subprocess.STDOUT

    def __init__(self):
        self.log, self.status, self.installs, self.meanwhile = "", 0, 0, lambda: None

    def run(self, command, stdout=None, **_):
        if "venv" in command:
            bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            bootstrap.PYTHON.touch()
            return SimpleNamespace(returncode=0)
        self.installs += "pip" in command
        self.meanwhile()
        if stdout is not None:
            stdout.write(self.log)
        return SimpleNamespace(returncode=self.status)


def course_folder(folder):
    """A folder with as much of the course as the set-up reads."""
    (folder / "course_utils/tools").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", "course_utils/tools/bootstrap.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """bootstrap works on a folder whose path has spaces, with a stand-in for every command that it would start."""
    folder, stand_in = course_folder(tmp_path / "a path with spaces"), Pip()
    for name in ("VENV", "PYTHON", "STAMP"):
        monkeypatch.setattr(bootstrap, name, folder / getattr(bootstrap, name).relative_to(ROOT))
    monkeypatch.setattr(bootstrap, "ROOT", folder)
    monkeypatch.setattr(bootstrap, "subprocess", stand_in)
    return stand_in


def said(function, *args):
    """The lines with which a call exits."""
    with pytest.raises(SystemExit) as stop:
        function(*args)
    return str(stop.value).splitlines()


@pytest.mark.parametrize("args", [[], ["lob"], ["--help"]])
def test_an_unknown_command_is_answered_with_those_that_exist(pip, args):
    assert all(command in said(bootstrap.main, args)[0] for command in bootstrap.COMMANDS)
    assert pip.installs == 0


def test_a_wrong_python_is_told_which_are_right(pip, monkeypatch):
    monkeypatch.setattr(bootstrap, "sys", SimpleNamespace(version_info=(3, 9, 1), version="3.9.1 (main)", exit=sys.exit))
    assert said(bootstrap.main, ["lab"]) == ["Wanted Python 3.11, 3.12 or 3.13, got 3.9.1: install one of these and run this again."]


def test_an_old_python_can_read_the_file_far_enough_to_say_so():
    ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("log, sign", [
    ("WARNING: Retrying: [Errno -3] Temporary failure in name resolution\nERROR: No matching distribution found for torch", "No network: "),
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "No space left on the disk: "),
    ("Collecting torch\nERROR: first\nERROR: it conflicts", "pip could not install the course: ERROR: it conflicts"),
    ("", "pip could not install the course"),
])
def test_a_failed_install_says_why_in_one_line_names_the_log_and_is_not_taken_for_done(pip, log, sign):
    pip.log, pip.status = log, 1
    why, where = said(bootstrap.prepare)
    assert why.startswith(sign) and "install.log" in where
    assert not bootstrap.STAMP.exists() and not bootstrap.ready()
    pip.status = 0
    bootstrap.prepare()
    assert bootstrap.ready()


def test_a_second_call_installs_nothing_until_a_dependency_changes(pip):
    bootstrap.prepare()
    bootstrap.prepare()
    assert bootstrap.ready() and pip.installs == 1
    with (bootstrap.ROOT / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert not bootstrap.ready()


def test_of_two_callers_at_once_the_second_waits_and_finds_it_done(pip, monkeypatch):
    installing, waiting = threading.Event(), threading.Event()
    monkeypatch.setattr(bootstrap, "print", lambda text, **_: waiting.set() if text.startswith("Another") else None, raising=False)

    def until_the_second_waits():
        installing.set()
        assert waiting.wait(60)

    pip.meanwhile = until_the_second_waits
    first, second = (threading.Thread(target=bootstrap.prepare) for _ in range(2))
    first.start()
    assert installing.wait(60)
    second.start()
    first.join(60)
    second.join(60)
    assert not first.is_alive() and not second.is_alive()
    assert pip.installs == 1 and bootstrap.ready()


def test_a_killed_set_up_leaves_no_lock_behind(pip):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, bootstrap.ROOT / ".setup.lock"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    bootstrap.prepare()
    assert pip.installs == 1


def test_what_is_installed_starts_from_a_path_with_spaces_without_pip(tmp_path):
    folder = course_folder(tmp_path / "a path with spaces")
    spec = spec_from_file_location("elsewhere", folder / "course_utils/tools/bootstrap.py")
    spec.loader.exec_module(elsewhere := module_from_spec(spec))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", elsewhere.VENV], check=True)
    elsewhere.STAMP.write_text(elsewhere.fingerprint())
    done = subprocess.run([sys.executable, elsewhere.__file__, "run", "-c", "import os; print(os.getcwd())"],
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).samefile(folder)


def until(found, what, seconds=120):
    """What `found()` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)
    return result


@pytest.fixture
def make(tmp_path):
    """make(target, **environment) starts `make` in a clone at a path with spaces; its home is .home; all are ended with the test."""
    home, folder, started = tmp_path / "home", tmp_path / "a path with spaces" / "course", []
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    cache = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True).stdout.strip()
    theirs = ("JUPYTER", "IPYTHON", "XDG_", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}

    def start(*arguments, **environment):
        log = tmp_path / f"make{len(started)}.log"
        with log.open("w") as output:
            started.append(subprocess.Popen(["make", *arguments], cwd=folder, stdout=output, stderr=output, start_new_session=True,
                                            env=clean | {"HOME": str(home), "PIP_CACHE_DIR": cache} | environment))
        started[-1].log = log
        return started[-1]

    start.home, start.folder = home, folder
    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    shutil.rmtree(folder / ".venv", ignore_errors=True)         # pytest keeps the last three temporary folders; this one is 1.5 GB


@pytest.mark.slow
@pytest.mark.skipif(not ((ROOT / ".git").exists() and shutil.which("make")), reason="wanted a git clone, and make")
def test_a_clone_is_set_up_once_opens_lab_twice_and_again_without_network(make):
    setup = make("setup")
    assert setup.wait(1500) == 0, setup.log.read_text()
    assert "The course is installed" in setup.log.read_text()
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    no_network = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", **nowhere}
    lab, addresses = ("lab", f'ARGS=--no-browser --allow-root --port {free_port()} --IdentityProvider.token=""'), set()
    for number, environment in enumerate(({}, {}, no_network)):
        running = make(*lab, **environment)

        def servers():
            assert running.poll() is None, running.log.read_text()
            return {json.loads(path.read_text())["url"] for path in make.home.rglob("jpserver-*.json")} - addresses

        address, = until(servers, f"JupyterLab number {number}")
        until(lambda: answers(address + "lab"), address)
        assert "Setting up" not in running.log.read_text()
        addresses.add(address)
    assert len({address for address in addresses if answers(address + "lab")}) == 3
    assert list(make.home.rglob("kernel.json")) == [] and list(make.home.rglob("kernels")) == []
    assert subprocess.run(["git", "status", "--porcelain"], cwd=make.folder, capture_output=True, text=True).stdout == ""
