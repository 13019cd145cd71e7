"""One environment, however it is made: environment.yml, pyproject.toml and constraints.txt agree;
badges come from one place.
"""

import re
import shutil
import tomllib
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils import lessons
from course_utils.lessons import ROOT, written
from course_utils.tools import badges, doctor

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
YML = (ROOT / "environment.yml").read_text(encoding="utf-8")


def requirements():
    """What pyproject.toml asks for, with the lab and test extras: {name: specifier}."""
    project = PYPROJECT["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["lab"],
        *project["optional-dependencies"]["test"],
    ]
    return {Requirement(line).name: str(Requirement(line).specifier) for line in asked}


def pins():
    """constraints.txt as {name: version}, names in normal form."""
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    return {
        re.sub(r"[-_.]+", "-", name).lower(): pin
        for name, pin in (line.split("==") for line in lines)
    }


def test_environment_yml_asks_for_the_same_packages():
    conda = yaml.safe_load(YML)["dependencies"]
    pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    assert pip[0] == "--constraint constraints.txt" and pip[-1] == "--editable ."
    assert {
        Requirement(line).name: str(Requirement(line).specifier) for line in pip[1:-1]
    } == requirements()


def test_python_is_the_same_everywhere():
    conda = next(
        entry for entry in yaml.safe_load(YML)["dependencies"] if str(entry).startswith("python ")
    )
    wanted, asked = (
        SpecifierSet(conda.removeprefix("python ")),
        SpecifierSet(PYPROJECT["project"]["requires-python"]),
    )
    minors = [minor for minor in range(20) if wanted.contains(f"3.{minor}")]
    assert all(asked.contains(f"3.{minor}") for minor in minors) and not asked.contains(
        f"3.{minors[0] - 1}"
    )
    *earlier, last = [f"3.{minor}" for minor in minors]
    assert f"You need Python {', '.join(earlier)} or {last}" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )


def test_each_dependency_says_what_needs_it():
    rows = re.findall(r"^      - ([a-z-]+)>=\S+\s+# \S.{10,}$", YML, re.M)
    assert set(rows) == set(requirements())


def test_constraints_lie_inside_the_ranges():
    have = pins()
    for name, specifier in requirements().items():
        assert SpecifierSet(specifier).contains(have[name]), name


def test_the_tested_versions_are_installed():
    for name, pin in pins().items():
        try:
            assert version(name).split("+")[0] == pin, name
        except PackageNotFoundError:
            # others are absent on some systems
            assert name not in requirements(), name


def test_badges_and_colab_cells_are_stamped_from_one_place():
    home = badges.settings()
    for path in [ROOT / "README.md", *(lesson.path for lesson in written())]:
        text = path.read_text(encoding="utf-8")
        assert badges.stamped(text, home["repo"]) == text and home["repo"] in text
    for lesson in written():
        notebook = nbformat.read(lesson.path, as_version=4)
        assert notebook.metadata.colab.runtime_attributes.runtime_version == home["colab_runtime"]
        first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert (
            f"github/{home['repo']}/blob/main/notebooks/{lesson.path.name})"
            in notebook.cells[0].source
        )
        assert (
            f'%pip install -q "{PYPROJECT["project"]["name"]} @'
            f' git+https://github.com/{home["repo"]}.git"' in first
        )


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """{file: text} of all that names the public home, in a copy of the course that the tool then
    works on.
    """
    for path in [
        ROOT / "pyproject.toml",
        ROOT / "README.md",
        *(lesson.path for lesson in written()),
    ]:
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    for module in (lessons, badges):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return {
        path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.*") if path.is_file()
    }


def test_stamping_again_changes_nothing(copy):
    assert len(copy) == 2 + len(written()) and badges.main([]) == 0
    assert {path: path.read_text(encoding="utf-8") for path in copy} == copy


def test_stamping_another_home_changes_every_place_and_nothing_else(copy):
    old, new = badges.settings()["repo"], "some.body/el-se"
    assert badges.main([new]) == 0 and badges.settings()["repo"] == new
    for path, before in copy.items():
        after = path.read_text(encoding="utf-8")
        assert after.replace(new, old) == before
        assert not re.search(rf'github\.com/(github/)?{old}|repo = "{old}"', after)
        # .md: one to clone, then badges
        assert after.count(new) == {".toml": 1, ".ipynb": 2, ".md": 1 + len(written())}[path.suffix]


def test_badges_refuse_what_is_no_repository(capsys):
    assert badges.main(["nonsense"]) == 2 and "owner/name" in capsys.readouterr().out


def test_the_doctor_is_content_here(capsys):
    assert doctor.main() == 0
    assert "torch" in capsys.readouterr().out


@pytest.mark.parametrize("content, wanted", [("x", "damaged"), (None, "missing"), ("right", None)])
def test_the_doctor_compares_checksums(tmp_path, content, wanted):
    if content is not None:
        (tmp_path / "a.txt").write_text(content)
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'right').hexdigest()}  a.txt\n")
    what, found, remedy = list(doctor._files(tmp_path))[-1]
    assert what == "data/a.txt" and (
        (remedy is None) if wanted is None else (wanted in found and "git checkout" in remedy)
    )
