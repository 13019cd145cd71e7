"""The set-up: make .venv, install the course into it, then open JupyterLab or run the tests.

    python course_utils/tools/bootstrap.py lab|test|setup|run [options]

It uses the standard library only, so that a bare Python can run it. A second call finds everything
in place and starts at once; it needs no network then.
"""

import ast
import ctypes
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".ready"
HELP = "The commonest errors, and what to do: notebooks/further/help.md"
LAB = ["-m", "jupyterlab", "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"]
COMMANDS = {
    "lab": LAB,
    "test": ["-m", "pytest", "-n", "auto"],
    "setup": ["-c", "print('The course is installed in .venv.')"],
    "run": [],
}
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DRIVER = Path("/proc/driver/nvidia/version")  # exists while NVIDIA's kernel module is loaded
NO_ANSWER = (
    "Temporary failure in name resolution",
    "getaddrinfo failed",
    "nodename nor servname",
    "Network is unreachable",
    "Connection refused",
    "timed out",
    "Max retries exceeded",
    "NewConnectionError",
    "Cannot connect to proxy",
)
ELSEWHERE = (  # what would make Python start, or pip install, outside .venv
    "PYTHONHOME",
    "PYTHONPATH",
    "__PYVENV_LAUNCHER__",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
)


def fingerprint():
    """What .venv depends on: the packages asked for, this Python, and where the folder is."""
    import tomllib  # here: `main` has a sentence for a Python that is too old to have it

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [settings.get(name) for name in ("build-system", "project")]
    asked.append(settings.get("tool", {}).get("setuptools"))  # not what ruff and pytest are told
    versions = (ROOT / "constraints.txt").read_bytes()
    parts = [repr(asked).encode(), versions, sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ready():
    """True when the environment was completely installed from the files as they are now."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def inside(environment):
    """The variables of `environment` without those that lead out of .venv."""
    return {name: value for name, value in environment.items() if name not in ELSEWHERE}


def pip_environment():
    """The variables for pip: the user's own and those of pip's settings files (proxies, indexes).

    Every settings file is read here and switched off for pip: the environment in which pip builds
    the course would otherwise obey a `target` in such a file, and no option prevents that.
    """
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, env=inside(os.environ), capture_output=True, text=True).stdout
    found = {}
    for line in listed.splitlines():  # global.index-url='…'; sorted, so "install" comes later
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in ("global", "install"):
            found[f"PIP_{name.upper().replace('-', '_')}"] = ast.literal_eval(value)
    return inside(found | os.environ | {"PIP_CONFIG_FILE": os.devnull})


def answers(address, seconds=2):
    """True when `address` gives a page within some seconds, the look-up of its name included."""
    pages = []

    def ask():
        try:
            with urlopen(address, timeout=seconds) as page:
                pages.append(page.status)
        except (OSError, HTTPException):
            pass

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return bool(pages)


def nvidia_driver():
    """True when this Linux has an NVIDIA driver: its command, its kernel module or its library."""
    if shutil.which("nvidia-smi") or DRIVER.exists():
        return True
    try:
        return bool(ctypes.CDLL("libcuda.so.1"))
    except OSError:
        return False


def torch_index(environment):
    """Where torch is to come from: an address or a folder; None for whatever pip would choose.

    `COURSE_TORCH_INDEX` decides if it is set, and "default" there means None. Otherwise a Linux
    without an NVIDIA driver gets PyTorch's CPU builds if their index answers: on Intel and on ARM,
    pip's own choice brings CUDA along. On macOS and Windows it is the CPU build anyway.
    """
    wish = environment.get("COURSE_TORCH_INDEX")
    if wish:
        return None if wish == "default" else wish
    if sys.platform != "linux" or nvidia_driver() or environment.get("PIP_NO_INDEX"):
        return None
    if answers(f"{TORCH_CPU_INDEX}/torch/"):
        print("No NVIDIA driver here, so PyTorch comes in its CPU build.", flush=True)
        return TORCH_CPU_INDEX
    print("PyTorch's CPU builds are out of reach; taking the build that pip finds.", flush=True)
    return None


def make_venv():
    """Create an empty .venv; exit with two lines when that cannot be done."""
    clear = ["--clear"] if VENV.exists() else []
    command = [sys.executable, "-m", "venv", *clear, str(VENV)]
    made = subprocess.run(command, env=inside(os.environ), capture_output=True, text=True)
    if made.returncode:
        last = (made.stderr or made.stdout).strip().splitlines()[-1]
        sys.exit(
            f"Cannot create {VENV}: {last}\n"
            "Wanted Python's venv module (on Debian: apt install python3-venv) and disk space. "
            f"{HELP}"
        )


def pip_install(log, environment, *what):
    """Install `what` by the pip of .venv in the tested versions, with a log; True if done."""
    options = ["--quiet", "--disable-pip-version-check", "--retries", "2"]
    command = [str(PYTHON), "-m", "pip", "install", *options, "--constraint", "constraints.txt"]
    with log.open("w") as output:
        return not subprocess.run(
            [*command, *what], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ).returncode


def install_torch(log, environment, index):
    """Install torch from `index` (an address or a folder) and from nowhere else; True if done.

    This is a call of pip of its own, so that no other package is looked up there. A version such as
    1.2.3+cpu meets the 1.2.3 of constraints.txt, so the call that installs the course keeps it.
    """
    others = ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX")
    alone = {name: value for name, value in environment.items() if name not in others}
    source = (
        ["--index-url", index]
        if "://" in index
        else ["--no-index", "--find-links", str(Path(index).expanduser().absolute())]
    )
    return pip_install(log, alone, "--no-deps", *source, "torch")


def reason(log):
    """Why pip failed, in one sentence, from what it wrote into `log`."""
    text = log.read_text(errors="replace")
    if any(sign in text for sign in NO_ANSWER):
        return (
            "No network: wanted the package index for the first set-up, got no answer. "
            "Connect once and run this again; afterwards the course works offline."
        )
    if "No space left" in text:
        return "No space left on the disk: free 2 GB (6 GB with CUDA) and run this again."
    lines = text.splitlines()
    last = [line for line in lines if line.startswith("ERROR")][-1:] or lines[-1:]
    return f"pip could not install the course: {''.join(last)}"


def install():
    """Create the environment and install into it; exit with two lines when that cannot be done."""
    print("Setting up .venv (once; a few minutes, most of it PyTorch) ...", flush=True)
    make_venv()
    log, torch_log, environment = VENV / "install.log", VENV / "torch.log", pip_environment()
    index = torch_index(environment)
    if index and not install_torch(torch_log, environment, index) and index != TORCH_CPU_INDEX:
        sys.exit(
            f"Wanted the tested torch from COURSE_TORCH_INDEX={index}, got none: name an index or "
            f'a folder that has it, or "default" for the usual one.\n'
            f"The log is in {torch_log}. {HELP}"
        )
    if not pip_install(log, environment, "--editable", ".[lab,test,site]"):
        sys.exit(f"{reason(log)}\nThe whole log is in {log}. {HELP}")
    STAMP.write_text(fingerprint())


def prepare():
    """Install unless that is done; of two callers at once, the second waits and finds it done."""
    if ready():
        return
    unwritable = f"Cannot write in {ROOT}: copy the course into a folder of your own."
    if not os.access(ROOT, os.W_OK):
        sys.exit(unwritable)
    try:  # the lock is dropped when this process dies
        lock = sqlite3.connect(ROOT / ".setup.lock", timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            sys.exit(unwritable)
        print("Another set-up is running; waiting for it ...", flush=True)
        lock.execute("PRAGMA busy_timeout = 1800000")
        lock.execute("BEGIN EXCLUSIVE")
    with closing(lock):
        if not ready():
            install()


def main(args):
    """Prepare the environment, then run the command that the first word names, with its options."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        got = sys.version.split()[0]
        sys.exit(
            f"Wanted Python 3.11, 3.12 or 3.13, got {got}: install one of these and run this again."
        )
    if not args or args[0] not in COMMANDS:
        sys.exit(f"usage: python course_utils/tools/bootstrap.py {'|'.join(COMMANDS)} [options]")
    prepare()
    environment = inside(os.environ) | ({"OMP_NUM_THREADS": "1"} if args[0] == "test" else {})
    command = [str(PYTHON), *COMMANDS[args[0]], *args[1:]]
    try:
        return subprocess.run(command, cwd=ROOT, env=environment).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
