"""Make .venv, install the course into it, then open JupyterLab or run the tests.

Standard library only, so that a bare Python can run it: python course_utils/tools/bootstrap.py lab|test|setup|run [options].
A second call finds everything in place and starts at once; it needs no network then.
"""
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".ready"
COMMANDS = {
    "lab": ["-m", "jupyterlab", "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"],
    "test": ["-m", "pytest", "-n", "auto"],
    "setup": ["-c", "print('The course is installed in .venv.')"],
    "run": [],
}
NO_ANSWER = ("Temporary failure in name resolution", "getaddrinfo failed", "nodename nor servname", "Network is unreachable",
             "Connection refused", "timed out", "Max retries exceeded", "NewConnectionError", "Cannot connect to proxy")


def fingerprint():
    """What the installed environment depends on: the two files that define it, this Python, and where the folder is."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode(), str(ROOT).encode()])).hexdigest()


def ready():
    """True when the environment was completely installed from the files as they are now."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def install():
    """Create the environment and install into it; exit with one line when that cannot be done."""
    print("Setting up .venv (once; a few minutes, most of it PyTorch) …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", *(["--clear"] if VENV.exists() else []), str(VENV)], capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"Cannot create {VENV}: {(made.stderr or made.stdout).strip().splitlines()[-1]}\n"
                 "Wanted Python's venv module (on Debian: apt install python3-venv) and room on the disk.")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2",
               "--constraint", "constraints.txt", "--editable", ".[lab,test]"]
    log = ROOT / ".venv" / "install.log"
    with log.open("w") as output:
        failed = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT).returncode
    if failed:
        text = log.read_text(errors="replace")
        last = [line for line in text.splitlines() if line.startswith("ERROR")][-1:] or text.splitlines()[-1:]
        why = ("No network: wanted the package index for the first set-up, got no answer. Connect once and run this again; "
               "afterwards the course works offline." if any(sign in text for sign in NO_ANSWER) else
               "No space left on the disk: free about 3 GB and run this again." if "No space left" in text else
               f"pip could not install the course: {''.join(last)}")
        sys.exit(f"{why}\nThe whole log is in {log}.")
    STAMP.write_text(fingerprint())


def prepare():
    """Install unless that is done; of two callers at once, the second waits and then finds it done."""
    if ready():
        return
    with closing(sqlite3.connect(ROOT / ".setup.lock", timeout=0, isolation_level=None)) as lock:      # dropped when we die
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            print("Another set-up is running; waiting for it …", flush=True)
            lock.execute("PRAGMA busy_timeout = 1800000")
            lock.execute("BEGIN EXCLUSIVE")
        if not ready():
            install()


def main(args):
    """Prepare the environment, then run the command that the first word names with the options that follow."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f"Wanted Python 3.11, 3.12 or 3.13, got {sys.version.split()[0]}: install one of these and run this again.")
    if not args or args[0] not in COMMANDS:
        sys.exit(f"usage: python course_utils/tools/bootstrap.py {'|'.join(COMMANDS)} [options]")
    prepare()
    environment = os.environ | ({"OMP_NUM_THREADS": "1"} if args[0] == "test" else {})
    try:
        return subprocess.run([str(PYTHON), *COMMANDS[args[0]], *args[1:]], cwd=ROOT, env=environment).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
