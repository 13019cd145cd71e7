"""Widgets: controls in, a redrawn picture out. Only what ipywidgets 7.7 and 8 share."""
import time

import ipywidgets as widgets

from .viz import png


def live(draw, controls, buttons=None, play=None):
    """Show controls above a picture that follows them; returns the box, whose `.redraw()` draws once more.

    draw(**values) → a figure, drawn anew at each change; `controls` is {name: ipywidget}; `buttons` is {label: function(**values)},
    each followed by a redraw; `play(**values)` is called at each tick of a play button. A tick waits for the one before it:
    the interval follows the time that a redraw takes, so that a slow machine shows fewer frames and no backlog.
    An error in draw, a button or play is shown under the controls and stops the player; the controls stay alive.
    """
    picture, note = widgets.Image(format="png"), widgets.HTML()
    player = widgets.Play(value=0, min=0, max=10**6, interval=100)

    def act(function=None):
        started = time.perf_counter()
        values = {name: control.value for name, control in controls.items()}
        try:
            if function:
                function(**values)
            picture.value, note.value = png(draw(**values)), ""
        except Exception as error:
            note.value = f"<b>{type(error).__name__}</b>: {error}"
        player.interval = max(50, int(1200 * (time.perf_counter() - started)))

    for control in controls.values():
        control.observe(lambda change: act(), "value")
    row = [player] if play else []
    if play:
        player.observe(lambda change: act(play), "value")
    for label, function in (buttons or {}).items():
        button = widgets.Button(description=label, layout=widgets.Layout(width="auto"))
        button.on_click(lambda clicked, function=function: act(function))
        row.append(button)
    act()
    box = widgets.VBox([widgets.HBox(row), widgets.VBox(list(controls.values())), note, picture])
    box.redraw = act
    return box
