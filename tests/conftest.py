"""Stored outputs are those of today's code: when nbval has run a cell, the lines of its output that
are the same on every machine are compared with those that the notebook stores, and a warning is a
failure.
"""

import os
import re
from itertools import zip_longest

import pytest
from nbval.plugin import IPyNbCell

from course_utils.tools.execute import called

os.environ["COURSE_TALLY"] = "off"  # for this process and the kernels that it starts


def stable_lines(outputs):
    """What a cell prints alike on every machine: its claims, the verdicts of exercises, the name
    and tick of each row of the doctor's table (what was found there begins after two spaces), and
    the quiz. A number of six characters or more is left out: a bound that was computed.
    """
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    lines = [
        re.sub(r"\d[\d.]{5,}", "…", line.split("  ")[0])
        for line in printed.splitlines()
        if re.match(r"[✓✗] |Exercise \d", line)
    ]
    pages = [output.get("data", {}).get("text/html", "") for output in outputs]
    quiz = "".join(page for page in pages if "<details" in page)
    return lines + quiz.replace("<details", "\n<details").splitlines()


def alike(stored, today):
    """Whether two stable lines are equal where … in one stands for any number in the other: a
    bound that was computed may happen to be short, as 1.45 is.
    """
    patterns = (
        (re.escape(line).replace("…", r"(?:…|[\d.]+)"), other)
        for line, other in ((stored, today), (today, stored))
    )
    return any(re.fullmatch(pattern, other) for pattern, other in patterns)


def warnings_of(outputs):
    """The warnings that a cell prints: in JupyterLab they are red boxes, and none is stored."""
    red = "".join(output.text for output in outputs if output.get("name") == "stderr")
    return [line for line in red.splitlines() if re.search(r"Warning: ", line)]


class StoredOutputs:
    """A plugin of pytest that looks at each cell that nbval has run."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        """Fail where a stable line is not the stored one, or where a warning is printed."""
        result = yield
        if isinstance(item, IPyNbCell):
            for line in warnings_of(item.test_outputs):
                where = f"code cell {item.cell_num + 1} of {item.path.name}"
                item.raise_cell_error(f"wanted no warning, got one in {where}:\n    {line}")
            lines = map(stable_lines, (item.cell.outputs, item.test_outputs))
            for stored, today in zip_longest(*lines, fillvalue="(nothing)"):
                if not alike(stored, today):
                    item.raise_cell_error(
                        f"{item.path.name} stores, in the output of code cell {item.cell_num + 1},"
                        f"\n    {stored}\nand the code of today prints\n    {today}\n"
                        f"Store it anew: make notebooks ARGS={called(item.path)}"
                    )
        return result


def pytest_configure(config):
    """Register the plugin for all folders; a hook in this file alone would serve tests/ only."""
    config.pluginmanager.register(StoredOutputs())
