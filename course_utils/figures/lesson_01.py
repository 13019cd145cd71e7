"""The figures of lesson 01, A GAN on a line."""

import numpy as np

from ..viz import FAKE, GREY, REAL, axes


class LinePicture:
    """A GAN on a line: densities of data and samples, D's curve and the best D, arrows on samples.

    Make it once, then `update` it as often as you like: only what `update` moves is redrawn. Add
    things of your own to `ax` before the first picture is drawn.
    """

    def __init__(self, edges, density_real, density_top=1.6, size=(5.4, 3.5)):
        self.edges, self.middles = edges, (edges[:-1] + edges[1:]) / 2
        self.density_real, self.top = density_real, density_top
        limits = {"xlim": (edges[0], edges[-1]), "ylim": (0, density_top)}
        self.fig, self.ax = axes("x", "density", size=size, **limits)
        filled = {"color": REAL, "alpha": 0.35, "linewidth": 0, "label": "data"}
        self.ax.fill_between(self.middles, density_real, **filled)
        filled = {"fill": True, "color": FAKE, "alpha": 0.65, "label": "generated"}
        self.bars = self.ax.stairs(np.zeros(len(edges) - 1), edges, **filled)
        right = self.ax.twinx()
        right.set(ylim=(0, 1), ylabel="D(x)")
        right.spines["right"].set_visible(True)
        nothing = np.full(len(self.middles), np.nan)
        (self.curve,) = right.plot(self.middles, nothing, color=GREY, label="D")
        (self.best,) = right.plot(self.middles, nothing, color=GREY, ls=":", label="best D")
        self.arrows = None
        handles = [h for axis in (self.ax, right) for h in axis.get_legend_handles_labels()[0]]
        self.fig.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=9)
        self.ax.set_title(" ")
        for artist in (self.bars, self.curve, self.best, self.ax.title):
            artist.set_animated(True)  # what update moves; the rest is drawn once

    def update(self, x_fake, d=None, title=" ", push=None):
        """Show x_fake (n,) generated points; d (n_bins,), the discriminator at `middles`.

        push = (positions, displacements) of samples, drawn as arrows.
        """
        counts, _ = np.histogram(x_fake, self.edges)
        density = counts / len(x_fake) / np.diff(self.edges)
        self.bars.set_data(density)
        if d is not None:
            self.curve.set_ydata(d)
            total = self.density_real + density
            best = self.density_real / np.maximum(total, 1e-3)
            self.best.set_ydata(np.where(total > 1e-3, best, np.nan))
        if push is not None:
            if self.arrows is not None:
                self.arrows.remove()
            positions, displacements = push
            n = len(positions)
            heights = self.top * np.linspace(0.04, 0.3, n)  # a ladder: crowded arrows stay apart
            units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004}
            style = units | {"color": "black", "zorder": 5, "animated": True}
            self.arrows = self.ax.quiver(positions, heights, displacements, np.zeros(n), **style)
        self.ax.set_title(title)
        return self.fig
