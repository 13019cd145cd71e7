"""The figures of lesson 11: nine decoders side by side, the linear model, what σ_x trades."""

import ipywidgets as widgets
import numpy as np
import torch

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_09 import _image, _pictures, mosaic

MEASURES = (  # columns of the table of results that the lesson shows
    "active",
    "rate",
    "squared error",
    "elbo",
    "confidence, draws",
    "two-sample accuracy",
)


def sheet(x, copies, drawn, stds):
    """One column for each σ_x: copies of held-out digits above, draws from the prior below.

    x (n, 784), copies (n_stds, n, 784), drawn (n_stds, m, 784), stds (n_stds,).
    """
    n, n_stds = len(x), len(stds)
    blank = torch.zeros(drawn.shape[1], 784)
    upper = torch.cat([x[None], copies]).swapaxes(0, 1).flatten(0, 1)
    lower = torch.cat([blank[None], drawn]).swapaxes(0, 1).flatten(0, 1)
    fig, ax = axes("", "", size=(10, 7.2))
    gap = np.zeros((10, 28 * (n_stds + 1)))
    picture = np.concatenate([mosaic(upper, n_stds + 1), gap, mosaic(lower, n_stds + 1)])
    picture = np.concatenate([picture[:, :28], np.zeros((len(picture), 8)), picture[:, 28:]], 1)
    _image(ax, picture)
    ax.text(14, -4, "real", ha="center", color=REAL)
    for column, std in enumerate(stds):
        ax.text(28 * column + 50, -4, f"{std:g}", ha="center", color=DARK_FAKE, weight="bold")
    above = "standard deviation σ_x of the decoder's noise"
    ax.text(28 * n_stds / 2 + 36, -16, above, ha="center", color=DARK_FAKE)
    style = {"rotation": 90, "va": "center", "ha": "right", "color": DARK_FAKE}
    ax.text(-3, 14 * n, "copies of\nheld-out digits", **style)
    ax.text(-3, 28 * n + 10 + 14 * drawn.shape[1], "drawn from the prior N(0, I)", **style)
    viz.show(
        fig,
        "Nine columns, from σ_x = 0.05 on the left to 2.5 on the right. Above, copies of held-out "
        "digits: sharp on the left, soft in the middle, one and the same grey blot at 2.5. Below, "
        "pictures drawn from the prior: sharp strokes that often form no digit on the left, "
        "readable digits in the middle, soft and then shapeless ones on the right.",
    )


def diagram():
    """The machine: a VAE, and the number σ_x that divides the squared error."""
    viz.diagram(
        {
            "x": (0, 0, "real"),
            "encoder": (1, 0, "box"),
            "z": (2, 0),
            "decoder": (3, 0, "fake box"),
            "copy": (4, 0, "fake"),
            "kl": (2, 1),
            "recon": (4, 1),
            "std": (5, 1),
        },
        ["x -> encoder -> z -> decoder -> copy -> recon", "std -> recon", "encoder -> kl"],
        "A picture x goes through the encoder; a draw z is decoded to a copy x̂. Below, the two "
        "terms of the loss: kl comes from the encoder, recon from the copy and from the number σ_x,"
        " which divides the squared error. Dashed in green, gradients go back from recon through "
        "copy, decoder and z, and from kl, to the encoder.",
        gradients=["recon -> copy -> decoder -> z -> encoder", "kl -> encoder"],
        texts={
            "x": "picture x",
            "z": "draw z",
            "copy": "copy x̂",
            "recon": "recon\n|x−x̂|²/2σ_x²",
            "std": "dial σ_x",
        },
    )


class Dial:
    """A slider over the decoders: copies of digits beside draws from the prior."""

    def __init__(self, copies, drawn, stds):
        self.copies, self.drawn, self.stds = copies, drawn, stds
        self.fig, panels = axes("", "", n=2, size=(9.4, 3.6))
        self.images = [_pictures(ax, torch.zeros(24, 784), 6) for ax in panels]
        self.titles = [ax.set_title(" ", color=DARK_FAKE) for ax in panels]
        for artist in (*self.images, *self.titles):
            artist.set_animated(True)

    def draw(self, turn):
        """The pictures of the decoder number `turn`."""
        for image, pictures in zip(self.images, (self.copies, self.drawn)):
            image.set_data(mosaic(pictures[turn], 6))
        std = f"σ_x = {self.stds[turn]:g}"
        self.titles[0].set_text(f"{std}: copies of held-out digits")
        self.titles[1].set_text(f"{std}: drawn from the prior")
        return self.fig

    def controls(self):
        """What `live.live` wants: the slider."""
        style = {"min": 0, "max": len(self.stds) - 1, "description": "dial"}
        return {"turn": widgets.IntSlider(value=4, **style)}


def water(variances, stds=(1.4, 0.7)):
    """The variances of the digits as bars, and what each σ_x keeps of them."""
    fig, panels = axes("principal axis", "variance", n=2, size=(11, 3.8))
    variances = np.asarray(variances)[:20]
    place = np.arange(1, len(variances) + 1)
    for ax, std in zip(panels, stds):
        lost = np.minimum(variances, std**2)
        ax.bar(place, lost, color="#BBBBBB")
        ax.bar(place, variances - lost, bottom=lost, color=REAL)
        ax.axhline(std**2, color=FURTHER[2])
        used = int((variances > std**2).sum())
        title = f"σ_x = {std:g}, level σ_x² = {std**2:.2g}: {used} of these 20 axes are used"
        ax.set(title=title, ylim=(0, 5.8))
        ax.set_xticks([1, 5, 10, 15, 20])
    panels[0].text(4.2, 4.2, "blue: above σ_x², the code may keep it", color=REAL)
    panels[0].text(4.2, 3.5, "grey: below σ_x², error of the copies", color=GREY)
    viz.show(
        fig,
        "The twenty largest variances of the digits as bars, falling from 5.3 to 0.6, twice, with "
        "a level σ_x² across. Left, σ_x = 1.4: six bars rise above the level. Right, σ_x = 0.7: "
        "all twenty do. What lies below the level is grey, what is above it is blue.",
    )


def rate_and_error(curve, rows):
    """Rate against squared error: the linear model's curve, and the VAEs at their σ_x.

    curve (n, 2): rate and error; rows {σ_x: {"rate", "squared error"}}.
    """
    fig, ax = axes("rate: mean kl [nats a picture]", "squared error, held out", size=(8.4, 4.2))
    ax.plot(*np.asarray(curve).T, color=GREY, linestyle=":")
    ax.text(43, 20.5, "linear model, formula", color=GREY)
    rate, error = (
        np.array([row[what] for row in rows.values()]) for what in ("rate", "squared error")
    )
    ax.plot(rate, error, "o-", color=FAKE, markersize=6)
    for std, r, e in zip(rows, rate, error):
        ax.annotate(f"{std:g}", (r, e), (5, 5), textcoords="offset points", color=DARK_FAKE)
    ax.text(24, 3.5, "VAE, σ_x beside each dot", color=DARK_FAKE)
    ax.set(xlim=(-2, 120), ylim=(0, 58))
    viz.show(
        fig,
        "Squared error over rate. The dotted line of the linear model falls from 53 at rate 0, "
        "steeply and then slowly. The dots of the VAEs lie below it for σ_x of 1 and smaller, and "
        "meet it at σ_x of 2 and 2.5.",
    )


def verdicts(rows):
    """What four measures say of each σ_x; rows {σ_x: {measure: number}}."""
    stds = np.array(list(rows))
    fig, panels = axes("σ_x", "", n=4, size=(13.6, 3.8), xscale="log", xlim=(0.04, 3.2))
    ticks = [0.05, 0.1, 0.2, 0.5, 1, 2]
    titles = (
        "error of copies",
        "ELBO, held out [nats]",
        "draws: confidence",
        "draws: two-sample accuracy",
    )
    measures = "squared error", "elbo", "confidence, draws", "two-sample accuracy"
    limits = (0.04, 3.2), (-1600, 900), (0.7, 1), (0.965, 1.002)
    for ax, title, what, ylim in zip(panels, titles, measures, limits):
        values = np.array([row[what] for row in rows.values()])
        values = np.sqrt(values / 784) if what == "squared error" else values
        ax.plot(stds, values, "o-", color=FAKE)
        ax.set(title=title, ylim=ylim)
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    panels[0].plot(stds, stds, color=GREY, linestyle=":")
    panels[0].text(0.42, 0.75, "σ_x itself", color=GREY, ha="right")
    panels[0].text(0.28, 0.062, "root of the error\nper pixel", color=DARK_FAKE)
    panels[0].set(yscale="log")
    panels[0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    panels[0].minorticks_off()
    viz.show(
        fig,
        "Four panels over σ_x. The root of the squared error per pixel rises from 0.1 to 0.26 and "
        "crosses the dotted line of σ_x itself at 0.1. The ELBO peaks at 0.1. The confidence of "
        "the digit classifier in draws rises up to 0.7, falls at 1.4 and is highest at 2.5. The "
        "accuracy of two-sample classifiers is lowest from 0.05 to 0.3 and rises to 1.",
    )


def snow(drawn, stds):
    """True samples of the models, x̂ plus noise: drawn (n_stds, n, 784), stds (n_stds,)."""
    fig, panels = axes("", "", n=len(stds), size=(10.6, 3.4))
    for ax, pictures, std in zip(panels, drawn, stds):
        _pictures(ax, pictures, 4)
        ax.set_title(f"σ_x = {std:g}", color=DARK_FAKE)
    viz.show(
        fig,
        "True samples of three VAEs, twelve each. With σ_x = 0.1: digits and odd shapes with a "
        "light grain. With 0.5: strong grain through which digits can be seen. With 1.0: snow.",
    )
