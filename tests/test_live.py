"""Widgets without a front end: a change of a control changes the picture."""
import ipywidgets as widgets

from course_utils import viz
from course_utils.live import live


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
    _, _, note, picture = parts(live(draw, {"level": level}))
    before = picture.value
    level.value = 8
    assert bytes(before).startswith(b"\x89PNG") and picture.value != before and note.value == ""


def test_buttons_and_the_player_act_with_the_values_and_redraw():
    calls, level = [], widgets.IntSlider(value=1)
    box = live(draw, {"level": level}, {"go": lambda level: calls.append(("go", level))}, play=lambda level: calls.append(("play", level)))
    player, button = parts(box)[0]
    button.click()
    player.value += 1
    assert calls == [("go", 1), ("play", 1)] and player.interval >= 50


def test_an_error_is_shown_and_the_controls_stay_alive():
    level = widgets.IntSlider(value=1)
    _, _, note, picture = parts(live(draw, {"level": level}))
    before, level.value = picture.value, 3
    assert "ValueError" in note.value and "three is not" in note.value and picture.value == before
    level.value = 4
    assert note.value == "" and picture.value != before


def test_without_play_there_is_no_player():
    assert parts(live(draw, {"level": widgets.IntSlider(value=1)}))[0] == ()
