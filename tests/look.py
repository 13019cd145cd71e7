"""See a notebook as a student does: python tests/look.py NOTEBOOK FOLDER [--run] [--height 1000].

It opens a copy of the notebook in JupyterLab, in a headless browser 1280 px wide, runs all cells if
asked to, and saves numbered screenshots of the whole document into FOLDER. The browser tests use
its parts, too.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    f"wanted one of {', '.join(BROWSERS)} on PATH, found none: "
    "install one, or run `.venv/bin/python -m playwright install chromium`"
)
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# The notebook is there, its kernel connected and idle: only then does "run all" run anything.
READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.context?.isReady && panel.sessionContext.isReady
        && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = """() => {
    const run = window.jupyterapp.commands.execute("notebook:run-all-cells");
    window.done = false;
    run.then(() => { window.done = true; });
}"""
# A kernel keeps half a gigabyte until it is shut down.
SHUT_DOWN = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()"
# Where we are, and whether the last cell ends in view: JupyterLab scrolls on past it.
ENDED = """all => {
    const last = window.jupyterapp.shell.currentWidget.content.widgets.at(-1).node;
    const end = last.getBoundingClientRect().bottom;
    return [all.scrollTop, last.isConnected && end <= all.getBoundingClientRect().bottom];
}"""


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(url):
    """True when `url` gives a page."""
    try:
        return urlopen(url, timeout=5).status == 200
    except (URLError, OSError):
        return False


@contextmanager
def serving(folder, home):
    """JupyterLab on the notebooks of `folder`, its settings in `home`, ended with the block.

    Gives its address.
    """
    settings = Path(home) / "lab/user-settings/@jupyterlab/apputils-extension"
    news = settings / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    port, names = (
        free_port(),
        ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
    )
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
    ]
    with open(Path(home) / "lab.log", "w") as log:
        environment = os.environ | dict.fromkeys(names, str(home)) | {"OMP_NUM_THREADS": "1"}
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/api"):
            if server.poll() is not None or time.monotonic() > deadline:
                log_end = (Path(home) / "lab.log").read_text()[-2000:]
                raise RuntimeError(f"JupyterLab did not start:\n{log_end}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def browser_path(playwright):
    """Where a Chromium, Chrome or Edge is: Playwright's own, or one on PATH; None if there is none.

    Playwright's own comes first: on PATH, Ubuntu has scripts that only say how to install one.
    """
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else next(filter(None, map(shutil.which, BROWSERS)), None)


def there(page):
    """The page of `browsing`; without one the test is skipped, and fails in CI."""
    import pytest

    if page is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    return page


@contextmanager
def browsing(width=1280, height=1000):
    """A page of a headless browser, ended with the block; None where there is no browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = browser_path(playwright)
        if path is None:
            yield None
            return
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


def open_notebook(page, url, name):
    """Open the notebook `name` of the server at `url`; wait until its kernel would run a cell."""
    page.goto(f"{url}/lab/tree/{name}?reset", timeout=90_000)
    page.wait_for_function(READY, timeout=90_000)
    page.locator(f"{NOTEBOOK} .jp-Cell").first.wait_for()


def run_all(page):
    """Run every cell and wait until the last one is done."""
    page.evaluate(RUN_ALL)
    page.wait_for_function("() => window.done", timeout=600_000)


def screens(page):
    """Scroll from top to end and give each screen's number, once what is in view is drawn."""
    scroller, number, before = page.locator(f"{NOTEBOOK} .jp-WindowedPanel-outer"), 0, -1
    scroller.evaluate("all => { all.scrollTop = 0; }")
    while True:
        page.wait_for_timeout(700)  # windowed cells, formulas and images take a moment
        yield number
        at, ended = scroller.evaluate(ENDED)
        if ended or at == before:
            return
        scroller.evaluate("all => { all.scrollTop += all.clientHeight - 80; }")
        number, before = number + 1, at


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", action="store_true", help="run all cells first")
    parser.add_argument("--height", type=int, default=1000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as copy, tempfile.TemporaryDirectory() as home:
        shutil.copy(options.notebook, copy)
        with serving(copy, home) as url, browsing(height=options.height) as page:
            if page is None:
                sys.exit(NO_BROWSER)
            open_notebook(page, url, options.notebook.name)
            if options.run:
                run_all(page)
            for number in screens(page):
                page.screenshot(path=options.folder / f"{number:03d}.png")
    print(f"{number + 1} screenshots in {options.folder}")


if __name__ == "__main__":
    main()
