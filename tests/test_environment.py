"""One environment, however it is made: environment.yml, pyproject.toml and constraints.txt agree;
the public home and the minutes are stamped from one place.
"""

import ast
import importlib
import io
import json
import re
import shutil
import sys
import tomllib
from fnmatch import fnmatch
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import course_utils
from course_utils import lessons
from course_utils.checks import claim
from course_utils.lessons import ROOT, notebooks, written
from course_utils.tools import doctor, execute, stamp
from course_utils.tools.bootstrap import TORCH_CPU_INDEX
from course_utils.tools.execute import chosen, has_code

PACKAGE = ROOT / "course_utils"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
YML = (ROOT / "environment.yml").read_text(encoding="utf-8")


def requirements():
    """What pyproject.toml asks for, with the extras of the set-up: {name: specifier}."""
    project = PYPROJECT["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["lab"],
        *project["optional-dependencies"]["test"],
        *project["optional-dependencies"]["site"],
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
    assert pip[:2] == ["--constraint constraints.txt", f"--extra-index-url {TORCH_CPU_INDEX}"]
    assert pip[-1] == "--editable ."
    assert {
        Requirement(line).name: str(Requirement(line).specifier) for line in pip[2:-1]
    } == requirements()


def test_python_is_the_same_everywhere():
    ci = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    *earlier, last = ci["jobs"]["test"]["strategy"]["matrix"]["python"]
    conda = next(entry for entry in yaml.safe_load(YML)["dependencies"] if "python" in entry)
    # as repo2docker reads it; of a range it sees nothing, and takes a Python of its own choice
    assert re.fullmatch(r"python=([\d.]+)", conda).group(1) in (*earlier, last)
    asked = SpecifierSet(PYPROJECT["project"]["requires-python"])
    first, minor = earlier[0].split(".")
    assert all(map(asked.contains, (*earlier, last)))
    assert not asked.contains(f"{first}.{int(minor) - 1}")
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


def test_what_the_package_reads_is_installed_with_it():
    settings = PYPROJECT["tool"]["setuptools"]
    packages = {".".join(p.parent.relative_to(ROOT).parts) for p in PACKAGE.rglob("__init__.py")}
    assert packages | {"course_utils.data"} == set(settings["packages"])
    patterns = settings["package-data"].get("course_utils", [])
    assert any(fnmatch(lessons.MINUTES.name, pattern) for pattern in patterns)


def test_the_public_home_is_stamped_from_one_place():
    home = stamp.settings()
    for path in [ROOT / "README.md", *chosen()]:
        text = path.read_text(encoding="utf-8")
        assert stamp.stamped(text, home["repo"]) == text and home["repo"] in text, (
            "run `make stamp`"
        )
    for path in notebooks():
        notebook = nbformat.read(path, as_version=4)
        assert notebook.metadata.colab.runtime_attributes.runtime_version == home["colab_runtime"]
    source = f"git+https://github.com/{home['repo']}.git"
    for path in chosen():
        notebook = nbformat.read(path, as_version=4)
        first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
        place = path.relative_to(ROOT).as_posix()
        assert f"github/{home['repo']}/blob/main/{place})" in notebook.cells[0].source
        assert f'%pip install -q "{PYPROJECT["project"]["name"]} @ {source}"' in first


def test_the_readme_lists_the_lessons_with_their_minutes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\n| | lesson | alone | in class | needs | |\n" in text
    rows = [stamp.row(lesson, lesson.minutes, stamp.settings()["repo"]) for lesson in written()]
    assert "".join(rows) in text, "run `make stamp`"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """{file: text} of all that is stamped, in a copy of the course that the tool then works on."""
    paths = [ROOT / "pyproject.toml", ROOT / "README.md", lessons.MINUTES, *notebooks()]
    for path in paths:
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    monkeypatch.setattr(lessons, "MINUTES", tmp_path / lessons.MINUTES.relative_to(ROOT))
    monkeypatch.setattr(lessons, "ROOT", tmp_path)
    monkeypatch.setattr(stamp, "execute", fresh_map)
    return contents([tmp_path / path.relative_to(ROOT) for path in paths])


def contents(paths):
    """{path: text}."""
    return {path: path.read_text(encoding="utf-8") for path in paths}


def fresh_map(path):
    """What stands for the execution of lesson 00: the minutes that it would have drawn."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["map"] = json.loads(lessons.MINUTES.read_text(encoding="utf-8"))
    return notebook


def lengthen(path):
    """Put an hour's reading into the lesson at `path`."""
    notebook = nbformat.read(path, as_version=4)
    text = next(cell for cell in notebook.cells[1:] if cell.cell_type == "markdown")
    text.source += " word" * 150 * 60
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def test_stamping_again_changes_nothing(copy):
    assert stamp.main([]) == 0
    assert contents(copy) == copy


def test_stamping_another_home_changes_every_place_and_nothing_else(copy):
    old, new = "first/home", "some.body/el-se"
    assert stamp.main([old]) == 0
    copy = contents(copy)
    assert stamp.main([new]) == 0 and stamp.settings()["repo"] == new
    for path, before in copy.items():
        after = path.read_text(encoding="utf-8")
        assert after.replace(new, old) == before
        assert not re.search(rf'github\.com/(github/)?{old}|repo = "{old}"', after)
        places = {".toml": 1, ".md": 1 + len(written()), ".json": 0}  # .md: to clone, then badges
        wanted = 2 * has_code(path) if path.suffix == ".ipynb" else places[path.suffix]
        assert after.count(new) == wanted, path.name


def test_before_there_is_a_home_words_stand_where_the_badges_will_be(copy):
    readme = lessons.ROOT / "README.md"
    assert stamp.main([stamp.PLACEHOLDER]) == 0
    assert readme.read_text(encoding="utf-8").count(stamp.NO_BADGE) == len(written())
    assert stamp.main(["some/body"]) == 0
    text = readme.read_text(encoding="utf-8")
    assert stamp.NO_BADGE not in text and text.count("colab-badge.svg") == len(written())


def test_the_workflow_stamps_while_the_home_is_the_placeholder():
    workflow = (ROOT / ".github/workflows/stamp.yml").read_text(encoding="utf-8")
    assert f"'^repo = \"{stamp.PLACEHOLDER}\"'" in workflow and "make stamp REPO=" in workflow


def test_the_weekly_workflow_runs_every_file_of_slow_tests():
    workflow = yaml.safe_load((ROOT / ".github/workflows/slow.yml").read_text(encoding="utf-8"))
    slow = {
        path.stem.removeprefix("test_")
        for path in (ROOT / "tests").glob("test_*.py")
        if "pytest.mark.slow" in path.read_text(encoding="utf-8")
        and path.name != "test_environment.py"
    }
    assert set(workflow["jobs"]["slow"]["strategy"]["matrix"]["file"]) == slow


def test_a_longer_lesson_changes_its_title_the_readme_the_table_and_the_map(copy):
    saturation, start = lessons.lesson(4), lessons.lesson(0)
    alone, in_class = saturation.minutes
    lengthen(saturation.path)
    assert stamp.main([]) == 0
    assert saturation.minutes == (alone + 60, in_class + 60)
    changed = {path.name for path, text in contents(copy).items() if text != copy[path]}
    assert changed == {saturation.path.name, start.path.name, "README.md", "minutes.json"}
    title = f"· {alone + 60} minutes alone · {in_class + 60} in class\n"
    assert title in nbformat.read(saturation.path, as_version=4).cells[0].source
    entry = f"[{saturation.title}](notebooks/04_saturation.ipynb)"
    row = f"| 04 | {entry} | {alone + 60} | {in_class + 60} |"
    assert row in (lessons.ROOT / "README.md").read_text(encoding="utf-8")
    drawn = nbformat.read(start.path, as_version=4).metadata["map"]
    assert drawn[saturation.name] == [alone + 60, in_class + 60]


def test_stamping_is_done_whole_or_not_at_all(copy, monkeypatch):
    def broken(path):
        raise RuntimeError("lesson 00 does not run")

    monkeypatch.setattr(stamp, "execute", broken)
    lengthen(lessons.lesson(4).path)
    before = contents(copy)
    with pytest.raises(RuntimeError):
        stamp.main(["some/body"])
    assert contents(copy) == before
    top = nbformat.read(lessons.lesson(16).path, as_version=4)
    top.cells[0].source = "# Lesson 16"
    nbformat.write(top, lessons.lesson(16).path)
    before = contents(copy)
    with pytest.raises(ValueError, match="wanted a title cell .*got '# Lesson 16'"):
        stamp.main(["some/body"])
    assert contents(copy) == before


WRONG_HOMES = "nonsense me/fork.git me/fork.GIT me/.. me/. ../fork ./x -me/x mé/fork me/a/b me/ /x"


@pytest.mark.parametrize("home", [*WRONG_HOMES.split(), "", "me/my fork", "me/fork\n"])
def test_stamp_refuses_what_is_no_repository(copy, capsys, home):
    assert stamp.main([home]) == 2 and "wanted owner/name" in capsys.readouterr().out
    assert contents(copy) == copy


@pytest.mark.parametrize("home", ["me/fork", "a.b/c-d_e.f", "m-e/.github", "me/x.git.io", "1/2"])
def test_stamp_takes_what_can_be_a_repository(home):
    assert stamp.is_home(home)


def test_execute_takes_numbers_of_lessons(capsys):
    assert [path.name for path in chosen(["04"])][0] == "04_saturation.ipynb"
    assert {path.name[:2] for path in chosen(["04", "16"])} == {"04", "16"}
    assert [path.name for path in chosen(["own_text"])] == ["own_text.ipynb"]
    assert execute.main(["04", "77"]) == 2 and "got '77'" in capsys.readouterr().out


def test_the_doctor_is_content_here(capsys):
    assert doctor.main() == 0
    assert "torch" in capsys.readouterr().out


ERRORS = [
    ImportError("libcuda"),
    OSError("[WinError 126] c10.dll"),
    RuntimeError("compiled for\nanother numpy"),
    SystemError(),
]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_the_doctor_survives_a_package_that_cannot_be_imported(monkeypatch, capsys, error):
    real = doctor.importlib.import_module

    def broken(name):
        if name == "torch":
            raise error
        return real(name)

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    monkeypatch.setattr(doctor, "_files", lambda: [])
    assert doctor.main() == 1
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert row.startswith("✗ torch ") and str(error).partition("\n")[0] in row and "→" in row


def test_the_doctor_reads_its_list_also_where_it_is_damaged(tmp_path):
    assert len(list(doctor._files(tmp_path / "none"))) == 1  # as in Colab: nothing to compare
    (tmp_path / "a.txt").write_text("right")
    (tmp_path / "folder").mkdir()
    digest = sha256(b"right").hexdigest()
    for text in ("", "\n", "a.txt", digest, f"{digest[:60]}  a.txt", f"{digest}  ", "\0", None):
        (tmp_path / "SHA256SUMS").unlink(missing_ok=True)
        if text is not None:
            (tmp_path / "SHA256SUMS").write_text(f"{digest}  a.txt\n{text}" if text else "")
        _, whole, *files = doctor._files(tmp_path)
        assert "damaged" in whole[1] and whole[2] == "git checkout data/SHA256SUMS"
        assert files == ([("data/a.txt", "0 kB", None)] if text else [])
    (tmp_path / "SHA256SUMS").write_bytes(b"\xff\xfe")
    assert list(doctor._files(tmp_path))[1][2]
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  folder\n")
    assert list(doctor._files(tmp_path))[-1] == (
        "data/folder",
        "Is a directory",
        "git checkout data/folder",
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_what_is_printed_reaches_every_output(monkeypatch, encoding):
    """Of a claim and the doctor's table, in a pipe of whatever encoding, all but signs arrives."""
    monkeypatch.setattr(doctor, "examine", lambda: [("a", "is here", None), ("b", "no", "fix it")])
    for stream in ("stdout", "stderr"):
        pipe = io.TextIOWrapper(io.BytesIO(), encoding, "strict")
        monkeypatch.setattr(sys, stream, pipe)
    importlib.reload(course_utils)  # what the first import does
    claim("two is more than one", 2, above=1)
    assert doctor.main() == 1
    print("a cross: ✗", file=sys.stderr)
    sys.stdout.flush()
    said = sys.stdout.buffer.getvalue().decode(encoding)
    assert " two is more than one (> 1)" in said and " a  is here" in said and "fix it" in said
    assert ("✓" in said) == (encoding == "utf-8")


def test_the_set_up_prints_what_every_output_takes():
    """It runs before the package, which would see to that, can be imported."""
    tree = ast.parse((PACKAGE / "tools" / "bootstrap.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    printed = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "print"]
    assert printed and all(map(str.isascii, printed))


@pytest.mark.parametrize("content, wanted", [("x", "damaged"), (None, "missing"), ("right", None)])
def test_the_doctor_compares_checksums(tmp_path, content, wanted):
    if content is not None:
        (tmp_path / "a.txt").write_text(content)
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(b'right').hexdigest()}  a.txt\n")
    what, found, remedy = list(doctor._files(tmp_path))[-1]
    assert what == "data/a.txt" and (
        (remedy is None) if wanted is None else (wanted in found and "git checkout" in remedy)
    )
