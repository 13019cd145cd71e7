"""The set-up: what it says when it cannot go on, which torch it takes, that it is done once.

The slow test runs the two commands of the README in a fresh clone.
"""

import ast
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
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
    """Stands in for `subprocess` inside bootstrap: makes the venv's Python, writes pip's log.

    It keeps the options of each install in `commands`; a package in `missing` cannot be installed.
    """

    STDOUT = subprocess.STDOUT

    def __init__(self):
        self.log, self.status, self.missing = "", 0, ()
        self.commands, self.meanwhile = [], lambda: None

    @property
    def installs(self):
        """How often pip was asked to install something."""
        return len(self.commands)

    def run(self, command, stdout=None, **_):
        """What subprocess.run would do and give."""
        if "venv" in command:
            bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            bootstrap.PYTHON.touch()
        if "install" in command:
            self.commands.append(command)
            self.meanwhile()
            stdout.write(self.log)
            failed = int(command[-1] in self.missing)
            return SimpleNamespace(returncode=self.status or failed)
        return SimpleNamespace(returncode=0, stdout="")


def course_folder(folder):
    """A folder with as much of the course as the set-up reads."""
    (folder / "course_utils/tools").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", "course_utils/tools/bootstrap.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def loaded(folder):
    """The set-up as it is in `folder`."""
    spec = spec_from_file_location("elsewhere", folder / "course_utils/tools/bootstrap.py")
    spec.loader.exec_module(elsewhere := module_from_spec(spec))
    return elsewhere


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """bootstrap works on a folder whose path has spaces; this takes every command it starts."""
    folder, stand_in = course_folder(tmp_path / "a path with spaces"), Pip()
    for name in ("VENV", "PYTHON", "STAMP"):
        monkeypatch.setattr(bootstrap, name, folder / getattr(bootstrap, name).relative_to(ROOT))
    monkeypatch.setattr(bootstrap, "ROOT", folder)
    monkeypatch.setattr(bootstrap, "subprocess", stand_in)
    monkeypatch.setenv("COURSE_TORCH_INDEX", "default")
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
    monkeypatch.setattr(
        bootstrap,
        "sys",
        SimpleNamespace(version_info=(3, 9, 1), version="3.9.1 (main)", exit=sys.exit),
    )
    wanted = "Wanted Python 3.11, 3.12 or 3.13, got 3.9.1: install one of these and run this again."
    assert said(bootstrap.main, ["lab"]) == [wanted]


def test_an_old_python_can_read_the_file_far_enough_to_say_so():
    ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(
    "log, sign",
    [
        (
            "Retrying: Temporary failure in name resolution\nERROR: No matching distribution",
            "No network: ",
        ),
        (
            "ERROR: Could not install, OSError: [Errno 28] No space left on device",
            "No space left on the disk: ",
        ),
        (
            "Collecting torch\nERROR: first\nERROR: it conflicts",
            "pip could not install the course: ERROR: it conflicts",
        ),
        ("", "pip could not install the course"),
    ],
)
def test_a_failed_install_says_why_in_one_line_names_the_log_and_is_not_taken_for_done(
    pip, log, sign
):
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
    pyproject = bootstrap.ROOT / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text.replace('"torch>=2.6"', '"torch>=2.7"'), encoding="utf-8")
    assert not bootstrap.ready()


def test_of_two_callers_at_once_the_second_waits_and_finds_it_done(pip, monkeypatch):
    installing, waiting = threading.Event(), threading.Event()
    monkeypatch.setattr(
        bootstrap,
        "print",
        lambda text, **_: waiting.set() if text.startswith("Another") else None,
        raising=False,
    )

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
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, bootstrap.ROOT / ".setup.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    bootstrap.prepare()
    assert pip.installs == 1


def test_only_what_is_installed_makes_the_environment_stale(tmp_path):
    folder = course_folder(tmp_path / "course")
    there = loaded(folder)
    before = there.fingerprint()
    with (folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.something]\nlength = 3\n")
    assert there.fingerprint() == before
    with (folder / "constraints.txt").open("a") as file:
        file.write("another==1.0\n")
    assert there.fingerprint() != before


def test_what_is_installed_starts_from_a_path_with_spaces_without_pip(tmp_path):
    folder = course_folder(tmp_path / "a path with spaces")
    elsewhere = loaded(folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", elsewhere.VENV], check=True)
    elsewhere.STAMP.write_text(elsewhere.fingerprint())
    done = subprocess.run(
        [sys.executable, elsewhere.__file__, "run", "-c", "import os; print(os.getcwd())"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).samefile(folder)


@pytest.mark.parametrize("path", [".setup.lock", ".venv"])
def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path, path):
    folder = course_folder(tmp_path / "course")
    if path == ".setup.lock":
        (folder / path).mkdir()  # where even root cannot write a file
    else:
        (folder / path).touch()  # nor make a folder
    script = folder / "course_utils/tools/bootstrap.py"
    done = subprocess.run([sys.executable, script, "setup"], capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith(("Cannot write in ", "Cannot create ")), done.stderr


@pytest.fixture
def machine(pip, monkeypatch):
    """machine(platform, driver, answers): a machine on which the set-up chooses torch by itself."""
    monkeypatch.delenv("COURSE_TORCH_INDEX")
    monkeypatch.delenv("PIP_NO_INDEX", raising=False)

    def become(platform="linux", driver=False, answers=True):
        names = vars(sys) | {"platform": platform}
        monkeypatch.setattr(bootstrap, "sys", SimpleNamespace(**names))
        monkeypatch.setattr(bootstrap, "nvidia_driver", lambda: driver)
        monkeypatch.setattr(bootstrap, "answers", lambda address: answers)

    return become


@pytest.mark.parametrize(
    "here, environment, chosen",
    [
        ({}, {}, bootstrap.TORCH_CPU_INDEX),
        ({"driver": True}, {}, None),
        ({"answers": False}, {}, None),
        ({"platform": "darwin"}, {}, None),
        ({"platform": "win32"}, {}, None),
        ({}, {"PIP_NO_INDEX": "1"}, None),
        ({}, {"COURSE_TORCH_INDEX": "default"}, None),
        ({"driver": True}, {"COURSE_TORCH_INDEX": "file:///wheels"}, "file:///wheels"),
        ({"platform": "win32"}, {"COURSE_TORCH_INDEX": "wheels"}, "wheels"),
    ],
)
def test_torch_comes_without_cuda_on_a_linux_without_a_driver(machine, here, environment, chosen):
    machine(**here)
    assert bootstrap.torch_index(environment) == chosen


def test_an_index_that_holds_no_torch_is_passed_over_but_not_one_that_was_asked_for(
    pip, machine, monkeypatch
):
    machine()
    pip.missing = ["torch"]
    bootstrap.prepare()
    torch, course = pip.commands
    assert torch[-3:] == ["--index-url", bootstrap.TORCH_CPU_INDEX, "torch"]
    assert course[-2:] == ["--editable", ".[lab,test,site]"] and bootstrap.ready()
    bootstrap.STAMP.unlink()
    monkeypatch.setenv("COURSE_TORCH_INDEX", "wheels")
    why, _ = said(bootstrap.prepare)
    assert why.startswith("Wanted the tested torch from COURSE_TORCH_INDEX=wheels, got none")
    assert pip.commands[2][-3:] == ["--find-links", str(Path("wheels").absolute()), "torch"]
    assert pip.installs == 3 and not bootstrap.ready()


@pytest.mark.skipif(os.name == "nt", reason="only a Linux is asked for its driver")
@pytest.mark.parametrize("sign", ["command", "kernel module", "library", "none"])
def test_a_driver_is_found_by_any_of_its_three_signs(tmp_path, monkeypatch, sign):
    tool, module = tmp_path / "nvidia-smi", tmp_path / "version"
    for path, kind in ((tool, "command"), (module, "kernel module")):
        if sign == kind:
            path.touch(mode=0o755)

    def load(name):
        if sign != "library":
            raise OSError(name)
        return SimpleNamespace()

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "DRIVER", module)
    monkeypatch.setattr(bootstrap, "ctypes", SimpleNamespace(CDLL=load))
    assert bootstrap.nvidia_driver() == (sign != "none")


def wheel(folder, name, version, needs=""):
    """Write an empty wheel that `needs` a package into `folder`; gives its file's name."""
    info, file_name = f"{name}-{version}.dist-info", f"{name}-{version}-py3-none-any.whl"
    lines = [f"Name: {name}", f"Version: {version}", "Provides-Extra: lab", "Provides-Extra: test"]
    requires = [f"Requires-Dist: {needs}"] if needs else []
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / file_name, "w") as archive:
        metadata = "\n".join(["Metadata-Version: 2.1", *lines, *requires, ""])
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")
    return file_name


@pytest.fixture
def indexes(tmp_path):
    """The address of two package indexes: pypi/ has the usual torch, cpu/ its CPU build."""
    wheel(tmp_path / "pypi/builder", "builder", "1")
    wheel(tmp_path / "pypi/torch", "torch", "1.2.3")
    wheel(tmp_path / "cpu/torch", "torch", "1.2.3+cpu")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_index_answers_or_is_given_up_soon(indexes):
    assert bootstrap.answers(f"{indexes}/cpu/torch/")
    assert not bootstrap.answers(f"{indexes}/nowhere/torch/")
    assert not bootstrap.answers(f"http://127.0.0.1:{free_port()}/torch/")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections and says nothing
        start = time.monotonic()
        assert not bootstrap.answers(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.5)
        assert time.monotonic() - start < 5


@pytest.fixture
def tiny(tmp_path):
    """bootstrap in the folder of a course that is empty but needs torch; nothing is a stand-in."""
    folder = course_folder(tmp_path / "tiny course")
    name = wheel(folder, "tiny", "1", needs="torch>=1")
    (folder / "backend.py").write_text(
        "import importlib.metadata, shutil\n"
        "importlib.metadata.version('builder')\n"
        "def build_editable(folder, *_):\n"
        f"    shutil.copy({name!r}, folder)\n"
        f"    return {name!r}\n"
        "build_wheel = build_editable\n"
    )
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["builder"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tiny"\nversion = "1"\n'
    )
    (folder / "constraints.txt").write_text("torch==1.2.3\n")
    return loaded(folder)


def test_torch_of_the_index_is_installed_into_venv_whatever_pip_is_set_to(
    tiny, indexes, tmp_path, monkeypatch
):
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    lost = tmp_path / "lost"
    (tmp_path / "pip.conf").write_text(
        f"[global]\nindex-url = {indexes}/pypi\ntarget = {lost}\nrequire-virtualenv = true\n"
        f"[install]\nuser = true\nprefix = {lost}\nroot = {lost}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH"):
        monkeypatch.setenv(name, str(lost))
    for name in ("PIP_USER", "PIP_REQUIRE_VIRTUALENV"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("COURSE_TORCH_INDEX", f"{indexes}/cpu")
    tiny.prepare()
    found = {path.name for path in tiny.VENV.rglob("*.dist-info")}
    assert {"torch-1.2.3+cpu.dist-info", "tiny-1.dist-info"} <= found
    assert tiny.ready() and not lost.exists()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="wanted a git clone")
def test_a_clone_with_the_line_ends_of_windows_has_the_same_bytes(tmp_path):
    clone = ["git", "clone", "--quiet", "-c", "core.autocrlf=true", ROOT, tmp_path / "clone"]
    subprocess.run(clone, check=True)
    eol = ["git", "-C", tmp_path / "clone", "ls-files", "--eol"]
    listed = subprocess.run(eol, capture_output=True, text=True, check=True).stdout.splitlines()
    assert listed and not [line for line in listed if "w/crlf" in line or "w/mixed" in line]
    for line in (tmp_path / "clone/data/SHA256SUMS").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        found = hashlib.sha256((tmp_path / "clone/data" / name).read_bytes()).hexdigest()
        assert found == digest, name


def until(found, what, seconds=120):
    """What `found()` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)
    return result


@pytest.fixture
def make(tmp_path):
    """make(target, **environment) starts `make` in a clone at a path with spaces.

    Its home is .home; whatever it has started is ended with the test.
    """
    home, folder, started = tmp_path / "home", tmp_path / "a path with spaces" / "course", []
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    cache = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True
    ).stdout.strip()
    theirs = ("JUPYTER", "IPYTHON", "XDG_", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}

    def start(*arguments, **environment):
        log = tmp_path / f"make{len(started)}.log"
        with log.open("w") as output:
            started.append(
                subprocess.Popen(
                    ["make", *arguments],
                    cwd=folder,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    env=clean | {"HOME": str(home), "PIP_CACHE_DIR": cache} | environment,
                )
            )
        started[-1].log = log
        return started[-1]

    start.home, start.folder = home, folder
    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    # pytest keeps its last three temporary folders; this one has 1.5 GB
    shutil.rmtree(folder / ".venv", ignore_errors=True)


@pytest.mark.slow
@pytest.mark.skipif(
    not ((ROOT / ".git").exists() and shutil.which("make")), reason="wanted a git clone, and make"
)
def test_a_clone_is_set_up_once_opens_lab_twice_and_again_without_network(make):
    setup = make("setup")
    assert setup.wait(1500) == 0, setup.log.read_text()
    assert "The course is installed" in setup.log.read_text()
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    no_network = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", **nowhere}
    lab, addresses = (
        ("lab", f'ARGS=--no-browser --allow-root --port {free_port()} --IdentityProvider.token=""'),
        set(),
    )
    for number, environment in enumerate(({}, {}, no_network)):
        running = make(*lab, **environment)

        def servers(running=running):
            assert running.poll() is None, running.log.read_text()
            return {
                json.loads(path.read_text())["url"] for path in make.home.rglob("jpserver-*.json")
            } - addresses

        (address,) = until(servers, f"JupyterLab number {number}")
        until(partial(answers, address + "lab"), address)
        assert "Setting up" not in running.log.read_text()
        addresses.add(address)
    assert len({address for address in addresses if answers(address + "lab")}) == 3
    assert list(make.home.rglob("kernel.json")) == [] and list(make.home.rglob("kernels")) == []
    assert (
        subprocess.run(
            ["git", "status", "--porcelain"], cwd=make.folder, capture_output=True, text=True
        ).stdout
        == ""
    )
