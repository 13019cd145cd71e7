"""Widgets without a front end: a change of a control changes the picture."""
from types import SimpleNamespace

import ipywidgets as widgets
import pytest

from course_utils import live, viz


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
    act = {name: lambda level, name=name: calls.append((name, level)) for name in ("go", "stay", "play")}
    player, *buttons = parts(live.live(draw, {"level": level}, {"go": act["go"], "stay": act["stay"]}, play=act["play"]))[0]
    for button in buttons:
        button.click()
    player.value += 1
    assert calls == [("go", 1), ("stay", 1), ("play", 1)]


@pytest.mark.parametrize("seconds, interval", [(0.001, 50), (2, 2400)])
def test_the_player_waits_longer_than_a_redraw_takes(seconds, interval, monkeypatch):
    ticks = iter(range(99))
    monkeypatch.setattr(live, "time", SimpleNamespace(perf_counter=lambda: seconds * next(ticks)))
    assert parts(live.live(draw, {"level": widgets.IntSlider(value=1)}, play=lambda level: None))[0][0].interval == interval


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
    assert "ValueError" in note.value and "three is not &lt;allowed&gt;" in note.value and picture.value == before
    level.value = 4
    assert note.value == "" and picture.value != before


def test_without_play_there_is_no_player():
    assert parts(live.live(draw, {"level": widgets.IntSlider(value=1)}))[0] == ()
