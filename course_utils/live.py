"""Widgets: controls in, a redrawn picture out. Only what ipywidgets 7.7 and 8 share."""
import html
import time
from functools import partial

import ipywidgets as widgets

from .viz import png


def _act(draw, controls, picture, note, player, function=None):
    """Call `function`, if there is one, with the values of the controls; then draw, and let the player wait as long as that took."""
    started = time.perf_counter()
    values = {name: control.value for name, control in controls.items()}
    try:
        if function:
            function(**values)
        picture.value, note.value = png(draw(**values)), ""
    except Exception as error:                                  # the student's code broke: say so, keep the controls alive
        note.value = f"<b>{type(error).__name__}</b>: {html.escape(str(error))}"
    player.interval = max(50, int(1200 * (time.perf_counter() - started)))


def live(draw, controls, buttons=None, play=None):
    """Controls above a picture that follows them; returns the box, whose `.redraw()` draws once more.

    draw(**values) → a figure, drawn anew at each change; `controls` is {name: ipywidget}; `buttons` is {label: function(**values)},
    each followed by a redraw; `play(**values)` is called at each tick of a play button. The interval between ticks follows the
    time that a redraw takes, so that a slow machine shows fewer frames and has no backlog.
    An error in draw, a button or play is shown under the controls, which stay alive.
    """
    picture, note = widgets.Image(format="png", layout=widgets.Layout(align_self="flex-start", max_width="100%")), widgets.HTML()
    player = widgets.Play(value=0, min=0, max=10**6, interval=100)
    act = partial(_act, draw, controls, picture, note, player)
    for control in controls.values():
        control.observe(lambda change: act(), "value")
    player.observe(lambda change: act(play), "value")
    row = [player] if play else []
    for label, function in (buttons or {}).items():
        row.append(widgets.Button(description=label, layout=widgets.Layout(width="auto")))
        row[-1].on_click(lambda clicked, function=function: act(function))
    act()
    box = widgets.VBox([widgets.HBox(row), widgets.VBox(list(controls.values())), note, picture])
    box.redraw = act
    return box
