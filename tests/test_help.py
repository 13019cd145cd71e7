"""The pages for a student whose machine refuses, and for the one who runs a class."""

import re

import pytest

from course_utils.lessons import ROOT
from course_utils.tools import doctor

PAGES = sorted((ROOT / "notebooks" / "further").glob("*.md"))


def anchor(heading):
    """What a heading is called in an address, on GitHub and in JupyterLab."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_link_of_a_page_leads_somewhere(path):
    text = path.read_text(encoding="utf-8")
    anchors = set(map(anchor, re.findall(r"^#+ (.*)", text, re.MULTILINE)))
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            assert (path.parent / target.split("#")[0]).exists(), target


def test_help_has_ten_errors_each_with_a_remedy_and_a_thread():
    text = (ROOT / "notebooks" / "further" / "help.md").read_text(encoding="utf-8")
    entries = re.split(r"^## ", text, flags=re.MULTILINE)[1:11]
    for number, entry in enumerate(entries, 1):
        assert entry.startswith(f"{number} ")
        assert re.search(r"^Seen in \[.*https://github\.com/.*/(issues|pull)/\d+", entry, re.M)


def test_the_doctor_and_the_set_up_point_to_the_help(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: [("torch", "missing", "run `make lab` once")])
    assert doctor.main() == 1 and "notebooks/further/help.md" in capsys.readouterr().out
    setup = (ROOT / "course_utils" / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    assert setup.count("{HELP}") >= 3
