"""Widgets: a change of a control changes the picture, without a front end and in a kernel."""

import ast
import time
from types import SimpleNamespace

import ipywidgets as widgets
import pytest
from jupyter_client.manager import start_new_kernel

from course_utils import live, viz

SLOW = """
import time
import ipywidgets as widgets
from course_utils import viz
from course_utils.live import live

drawn, clicks, ticks = [], [], []
fig, ax = viz.axes("x", "y")

def draw(level):
    drawn.append(level)
    time.sleep(0.1)
    if level == 13:
        raise ValueError("thirteen")
    return fig

level, buttons = widgets.IntSlider(max=999), {"go": lambda level: clicks.append(level)}
box = live(draw, {"level": level}, buttons, play=lambda level: ticks.append(level))
player, go = box.children[0].children
"""


def parts(box):
    """(row of buttons, controls, note, picture) of a live box."""
    row, controls, note, picture = box.children
    return row.children, controls.children, note, picture


def draw(level, **_):
    """A line at `level`, which must not be 3."""
    if level == 3:
        raise ValueError("three is not <allowed>")
    fig, ax = viz.axes("x", "y", ylim=(0, 10))
    ax.axhline(level)
    return fig


def test_a_slider_redraws():
    level = widgets.IntSlider(value=1, min=0, max=9)
    _, _, note, picture = parts(live.live(draw, {"level": level}))
    before = picture.value
    level.value = 8
    assert bytes(before).startswith(b"\x89PNG") and picture.value != before and note.value == ""


def test_buttons_and_the_player_act_with_the_values_and_redraw():
    calls, level = [], widgets.IntSlider(value=1)
    act = {name: lambda level, name=name: calls.append((name, level)) for name in "abp"}
    box = live.live(draw, {"level": level}, {"a": act["a"], "b": act["b"]}, play=act["p"])
    player, *buttons = parts(box)[0]
    for button in buttons:
        button.click()
    player.value += 1
    assert calls == [("a", 1), ("b", 1), ("p", 1)]


def test_play_may_move_a_control_and_the_picture_shows_where():
    drawn, level = [], widgets.IntSlider(value=0, max=9)

    def onwards(level):
        controls[0].value = level + 1

    box = live.live(lambda level: drawn.append(level) or draw(0), {"level": level}, play=onwards)
    (player,), controls, _, _ = parts(box)
    player.value += 1
    assert level.value == 1 and drawn[-1] == 1


@pytest.mark.parametrize("seconds, interval", [(0.001, 50), (2, 2400)])
def test_the_player_waits_longer_than_a_redraw_takes(seconds, interval, monkeypatch):
    ticks = iter(range(99))
    clock = SimpleNamespace(perf_counter=lambda: seconds * next(ticks))
    monkeypatch.setattr(live, "time", clock)
    box = live.live(draw, {"level": widgets.IntSlider(value=1)}, play=lambda level: None)
    assert parts(box)[0][0].interval == interval


def test_redraw_shows_what_has_changed_elsewhere():
    state = {"level": 1}
    box = live.live(lambda: draw(**state), {})
    before, state["level"] = parts(box)[3].value, 8
    box.redraw()
    assert parts(box)[3].value != before


def test_an_error_is_shown_and_the_controls_stay_alive():
    level = widgets.IntSlider(value=1)
    _, _, note, picture = parts(live.live(draw, {"level": level}))
    before, level.value = picture.value, 3
    assert "ValueError" in note.value and "three is not &lt;allowed&gt;" in note.value
    assert picture.value == before
    level.value = 4
    assert note.value == "" and picture.value != before


def test_the_error_of_a_button_or_of_play_is_shown_until_the_next_redraw():
    def fail(level):
        raise KeyError(level)

    box = live.live(draw, {"level": widgets.IntSlider(value=1)}, {"fail": fail}, play=fail)
    (player, button), _, note, _ = parts(box)
    button.click()
    assert note.value == "<b>KeyError</b>: 1"
    box.redraw()
    assert note.value == ""
    player.value += 1
    assert note.value == "<b>KeyError</b>: 1"


def test_without_play_there_is_no_player():
    assert parts(live.live(draw, {"level": widgets.IntSlider(value=1)}))[0] == ()


class Kernel:
    """A real kernel with a slow picture, and messages to it as a front end sends them."""

    def __init__(self, client):
        self.client = client
        self.client.execute_interactive(SLOW, timeout=120)
        comms = self.ask("[w.comm.comm_id for w in (level, go, player)]")
        self.level, self.go, self.player = comms

    def send(self, comm, data):
        """Send one message to a widget, without waiting for anything."""
        content = {"comm_id": comm, "data": data}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    def set(self, comm, value):
        """Send a new value of a slider or of the player."""
        self.send(comm, {"method": "update", "state": {"value": value}, "buffer_paths": []})

    def click(self):
        """Send a click on the button."""
        self.send(self.go, {"method": "custom", "content": {"event": "click"}})

    def ask(self, expression):
        """The value of an expression, once every message before it is handled."""
        reply = self.client.execute(
            "", user_expressions={"answer": expression}, store_history=False, reply=True, timeout=60
        )
        return ast.literal_eval(
            reply["content"]["user_expressions"]["answer"]["data"]["text/plain"]
        )

    def settled(self, expression, wanted):
        """The value of an expression after at most ten seconds, in which it becomes `wanted`."""
        deadline = time.monotonic() + 10
        while (value := self.ask(expression)) != wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        return value


@pytest.fixture(scope="module")
def kernel():
    """A kernel with a slow picture, ended after the tests."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("pause, most", [(0, 8), (0.016, 40)])
def test_a_dragged_slider_is_answered_with_its_newest_value(kernel, pause, most):
    kernel.ask("drawn.clear()")
    for value in range(100, 160):
        kernel.set(kernel.level, value)
        time.sleep(pause)
    assert kernel.settled("drawn[-1:]", [159]) == [159]
    assert kernel.ask("len(drawn)") <= most  # for 60 values, at 0.1 s a redraw
    assert kernel.ask("drawn == sorted(drawn)")


def test_no_click_is_dropped_and_one_redraw_follows(kernel):
    kernel.ask("(drawn.clear(), clicks.clear())")
    for value in range(200, 220):
        kernel.set(kernel.level, value)
        kernel.click()
    assert kernel.settled("drawn[-1:]", [219]) == [219]
    assert kernel.ask("clicks") == list(range(200, 220))
    assert kernel.ask("len(drawn)") <= 8


def test_the_player_has_no_backlog(kernel):
    kernel.ask("(drawn.clear(), ticks.clear())")
    for value in range(1, 41):
        kernel.set(kernel.player, value)
    assert kernel.settled("player.value, bool(drawn)", (40, True)) == (40, True)
    time.sleep(0.5)  # a redraw that is still to come
    assert kernel.ask("len(drawn) == len(ticks) and 1 <= len(ticks) <= 8")


def test_an_error_in_a_kernel_is_shown_until_a_value_works(kernel):
    for value, wanted in [(13, "<b>ValueError</b>: thirteen"), (14, "")]:
        kernel.set(kernel.level, value)
        assert kernel.settled("box.children[2].value", wanted) == wanted
