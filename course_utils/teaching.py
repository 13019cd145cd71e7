"""The teacher's guide: what fits a class of 50 or 90 minutes, and what to ask in it."""

import tomllib
from pathlib import Path

import nbformat

from .lessons import LESSONS, listed, sections, written

TEACHING = Path(__file__).with_name("site") / "teaching.toml"


def read():
    """What stands in teaching.toml: {"05": {"fifty": [1, 2], …}, …, "weeks": {"7": […], …}}."""
    return tomllib.loads(TEACHING.read_text(encoding="utf-8"))


def fifty(parts, plan):
    """Minutes of a class of 50, its exercises included; `parts` are the lesson's `sections`."""
    quiz = next(k for k, part in enumerate(parts) if part[0] == "Quiz")
    chosen = {0, quiz, *plan["fifty"]}
    solved = [part[2].get(number, 0) for part in parts for number in plan["exercises"]]
    return sum(parts[k][1] for k in chosen) + sum(solved)


def ninety(parts):
    """Minutes of the whole lesson."""
    return sum(part[1] + sum(part[2].values()) for part in parts)


def lesson_plan(about, plan):
    """A lesson's part of the guide, as Markdown."""
    parts = sections(nbformat.read(about.path, as_version=4))
    first, whole = round(fifty(parts, plan)), round(ninety(parts))
    whole_class = f"**90 minutes** ({whole}): all of it; {90 - whole} minutes are left."
    if whole > 90:
        whole_class = f"**Two classes of 90 minutes** ({whole}): all of it, and own work."
    named = [parts[k][0].partition(" · ")[0] for k in plan["fifty"]]
    named = [name if name.isdigit() else f"*{name}*" for name in named]
    exercises = [number for part in parts for number in part[2]]
    left = [number for number in exercises if number not in plan["exercises"]]
    home = (
        f"; at home {'exercise' if len(left) == 1 else 'exercises'} {listed(left)}" if left else ""
    )
    return "\n\n".join(
        [
            f"### {about.number:02d} · [{about.title}]({about.name}.md)",
            f"- **50 minutes** ({first}): the opening, sections {listed(named)}, exercise "
            f"{listed(plan['exercises'])}, the quiz{home}.\n"
            f"- {whole_class}\n"
            f'- **A misconception**: "{plan["misconception"]}"\n'
            f"- **The question that reveals it**: {plan['question']} {plan['answer']}",
        ]
    )


def weeks(plan):
    """A table of the weeks of a term: their lessons."""
    titles = {about.number: f"{about.number:02d} {about.subject}" for about in LESSONS}
    rows = ["| week | lessons |", "|---|---|"]
    for week, numbers in enumerate(plan, 1):
        names = "; ".join(titles[number] for number in numbers)
        rows.append(f"| {week} | {names or 'projects and their presentation'} |")
    return "\n".join(rows)


def guide(text):
    """The guide: `text` with the term plans and the plans of the lessons put in."""
    found = read()
    terms = [f"### {length} weeks\n\n{weeks(plan)}" for length, plan in found["weeks"].items()]
    plans = [lesson_plan(about, found[f"{about.number:02d}"]) for about in written()]
    text = text.replace("<!-- weeks -->", "\n\n".join(terms))
    return text.replace("<!-- plans -->", "\n\n".join(plans))
