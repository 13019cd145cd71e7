"""Widgets: controls in, a redrawn picture out. Only what ipywidgets 7.7 and 8 share."""

import asyncio
import html
import time

import ipywidgets as widgets
from IPython import get_ipython

from .viz import png


def _attempt(function, values):
    """(function(**values), ""), or (None, the error as HTML) where it fails."""
    try:
        return function(**values), ""
    except Exception as error:  # the student's code broke: say so, keep the controls alive
        return None, f"<b>{type(error).__name__}</b>: {html.escape(str(error))}"


def _more_may_come():
    """Whether messages wait behind the one that is handled; True where the kernel does not say."""
    kernel = getattr(get_ipython(), "kernel", None)
    stream, queue = getattr(kernel, "shell_stream", None), getattr(kernel, "msg_queue", None)
    if stream is None or queue is None:  # not ipykernel 6
        return True
    stream.flush()  # from the socket into the queue
    return queue.qsize() > 0


class _Redrawing:
    """A picture that follows controls: `now` draws it, `soon` draws it once for all that waits."""

    def __init__(self, draw, controls, play):
        self.draw, self.controls, self.play = draw, controls, play
        left = widgets.Layout(align_self="flex-start", max_width="100%")
        self.picture, self.note = widgets.Image(format="png", layout=left), widgets.HTML()
        self.player = widgets.Play(value=0, min=0, max=10**6, interval=100)
        self.timer, self.seconds, self.ticked, self.complaint = None, 0.0, False, ""

    def values(self):
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def act(self, function):
        """Call function(**values) at once, whatever waits; then redraw."""
        self.complaint = _attempt(function, self.values())[1] or self.complaint
        self.soon()

    def tick(self):
        """Call play(**values) with the next redraw: ticks that come meanwhile count as one."""
        self.ticked = True
        self.soon()

    def soon(self):
        """Redraw at once, or after the messages that wait, but no later than a redraw takes."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script, a test: nothing waits
            return self.now()
        if not _more_may_come():
            return self.now()  # within the handler: Colab shows no change that is made outside one
        self.timer = self.timer or loop.call_later(max(0.02, self.seconds), self.now)

    def now(self):
        """Draw the values of now, and let timer and player wait as long as that took."""
        if self.timer:
            self.timer.cancel()
        started, ticked = time.perf_counter(), self.ticked
        self.timer, self.ticked = None, False  # first: play may move a control
        if ticked:
            self.complaint = _attempt(self.play, self.values())[1] or self.complaint
        picture, error = _attempt(lambda **values: png(self.draw(**values)), self.values())
        if picture:
            self.picture.value = picture
        self.note.value, self.complaint = self.complaint or error, ""
        self.seconds = time.perf_counter() - started
        self.player.interval = max(50, int(1200 * self.seconds))


def live(draw, controls, buttons=None, play=None):
    """Controls above a picture that follows them; returns the box, whose `.redraw()` draws at once.

    draw(**values) → a figure, drawn anew after each change; `controls` is {name: ipywidget};
    `buttons` is {label: function(**values)}, each followed by a redraw; `play(**values)` is called
    at each tick of a play button.

    Changes that arrive while a redraw runs are answered together, with one redraw of the newest
    values; no click is dropped. The interval between ticks follows the time that a redraw takes,
    so that a slow machine shows fewer frames and has no backlog. Without a running event loop
    (a script) every change is drawn at once.
    An error in draw, a button or play is shown under the controls, which stay alive.
    """
    redrawing = _Redrawing(draw, controls, play)
    for control in controls.values():
        control.observe(lambda change: redrawing.soon(), "value")
    redrawing.player.observe(lambda change: redrawing.tick(), "value")
    row = [redrawing.player] if play else []
    for label, function in (buttons or {}).items():
        row.append(widgets.Button(description=label, layout=widgets.Layout(width="auto")))
        row[-1].on_click(lambda clicked, function=function: redrawing.act(function))
    redrawing.now()
    above = [widgets.HBox(row), widgets.VBox(list(controls.values()))]
    box = widgets.VBox([*above, redrawing.note, redrawing.picture])
    box.redraw = redrawing.now
    return box
