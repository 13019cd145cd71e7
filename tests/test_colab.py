"""Each notebook as Colab runs it: its older widgets and IPython, no course, and a folder with
nothing else in it.
"""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from cells import named
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from course_utils.lessons import ROOT
from course_utils.tools.execute import chosen
from course_utils.tools.stamp import settings

IMAGE = ("ipywidgets==7.7.1", "IPython==7.34.0", "ipykernel==6.17.1")
# as Colab's; an older one refuses git+file:// without a host
PIP = "pip>=24.1"
COURSE = "gan-to-sentences"
NOT_THERE = (
    "gan_to_sentences",
    "course_utils",
    "__editable__",
    "ipywidgets",
    "widgetsnbextension",
    "IPython",
    "ipython-",
    "ipykernel",
    "pip",
    "setuptools",
    "__pycache__",
    "distutils-precedence",
)
WHERE = """
import course_utils, google.colab, IPython, ipykernel, ipywidgets, json, torch
print(json.dumps({module.__name__: [module.__file__, getattr(module, "__version__", "")]
                  for module in (course_utils, IPython, ipykernel, ipywidgets, torch)}))
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.name == "nt" or not (ROOT / ".git").exists(), reason="wanted a git clone, and links"
    ),
]


def packages(python):
    """Where this Python keeps what pip installs."""
    return Path(
        subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        ).strip()
    )


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """A venv with Colab's pins, a kernel for it, and a clone to install from; all else is linked in
    from this environment.
    """
    folder = tmp_path_factory.mktemp("colab")
    python, shared = folder / "venv/bin/python", folder / "shared"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    shared.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(NOT_THERE):
            (shared / entry.name).symlink_to(entry)
    # read after the venv's own packages, so that those win
    (packages(python) / "shared.pth").write_text(f"{shared}\n")
    subprocess.run([python, "-m", "pip", "install", "--quiet", PIP, *IMAGE], check=True)
    (folder / "stub/google/colab").mkdir(parents=True)
    (folder / "stub/google/colab/__init__.py").touch()
    kernel = folder / "jupyter/kernels/colab/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(
        json.dumps(
            {
                "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "display_name": "colab",
                "language": "python",
                "env": {"PYTHONPATH": str(folder / "stub"), "OMP_NUM_THREADS": "1"},
            }
        )
    )
    subprocess.run(["git", "clone", "--quiet", ROOT, folder / "source"], check=True)
    return SimpleNamespace(
        folder=folder,
        python=python,
        source=f"git+file://{folder / 'source'}",
        public=f"git+https://github.com/{settings()['repo']}.git",
    )


@pytest.mark.parametrize("path", chosen(), ids=named)
def test_a_notebook_installs_the_course_and_passes_in_colab(colab, path, tmp_path, monkeypatch):
    subprocess.run([colab.python, "-m", "pip", "uninstall", "--yes", "--quiet", COURSE], check=True)
    assert subprocess.run(
        [colab.python, "-c", "import course_utils"], capture_output=True, cwd=tmp_path
    ).returncode
    notebook = nbformat.read(path, as_version=4)
    at = next(k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    first = notebook.cells[at]
    assert colab.public in first.source
    first.source = first.source.replace(colab.public, colab.source)
    # run twice, then ask
    notebook.cells[at + 1 : at + 1] = [new_code_cell(first.source), new_code_cell(WHERE.strip())]
    nbformat.write(notebook, tmp_path / path.name)
    monkeypatch.setenv("JUPYTER_PATH", str(colab.folder / "jupyter"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    NotebookClient(
        notebook, timeout=600, kernel_name="colab", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    found = json.loads(notebook.cells[at + 2].outputs[-1]["text"])
    own = packages(colab.python)
    assert Path(found["course_utils"][0]).is_relative_to(own)
    assert [f"{name}=={found[name][1]}" for name in ("ipywidgets", "IPython", "ipykernel")] == list(
        IMAGE
    )
    assert not (own / "torch").exists(), "pip downloaded another torch"
    origin = next(own.glob("gan_to_sentences-*.dist-info")) / "direct_url.json"
    assert json.loads(origin.read_text())["url"] == colab.source.removeprefix("git+")
