"""The figures of lesson 11: nine decoders side by side, the linear model, what σ_x trades."""

import ipywidgets as widgets
import numpy as np
import torch

from .. import viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_09 import _image, _pictures, mosaic


def _apart(pictures, n_columns, gap=6):
    """Pictures (n, 784) as one image with n_columns in each row, and white between them."""
    padded = np.pad(np.asarray(pictures).reshape(-1, 28, 28), ((0, 0), (0, gap), (0, gap)))
    rows = padded.reshape(-1, n_columns, 28 + gap, 28 + gap).swapaxes(1, 2)
    return rows.reshape(-1, n_columns * (28 + gap))


def sheet(x, copies, drawn, stds):
    """A block for each σ_x: copies of held-out digits above, draws from the prior below.

    x (n, 784), copies (n_stds, n, 784), drawn (n_stds, m, 784), stds (n_stds,).
    """
    between, blank = np.zeros((16, 56)), torch.zeros(drawn.shape[1], 784)
    blocks = [
        np.concatenate([mosaic(above, 2), between, mosaic(below, 2)])
        for above, below in zip((x, *copies), (blank, *drawn))
    ]
    fig, ax = axes("", "", size=(13, 6.4))
    _image(ax, np.concatenate([np.pad(block, ((0, 0), (7, 7))) for block in blocks], 1))
    ax.text(35, -4, "real", ha="center", color=REAL)
    for column, std in enumerate(stds, 1):
        ax.text(70 * column + 35, -4, f"σ_x = {std:g}", ha="center", color=DARK_FAKE, weight="bold")
    height = 14 * len(x)
    style = {"rotation": 90, "va": "center", "ha": "right", "color": DARK_FAKE}
    ax.text(-1, height / 2, "copies", **style)
    ax.text(-1, height + 16 + 7 * drawn.shape[1], "drawn from N(0, I)", **style)
    viz.show(
        fig,
        "Five blocks, from σ_x = 0.1 on the left to 2.5 on the right. Above, copies of four "
        "held-out digits: sharp on the left, soft from 0.5 on; at 1 the 3 has turned into an 8, "
        "and at 2.5 all are the same grey blot. Below, eight draws from the prior: sharp on the "
        "left but often no digit at all, mostly soft digits at 0.5 and 1, blots at 2.5.",
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
        [
            "x -> encoder -> z -> decoder -> copy -> recon",
            "x -> recon",
            "std -> recon",
            "encoder -> kl",
        ],
        "A picture x goes through the encoder; a draw z is decoded to a copy x̂. Below, the two "
        "terms of the loss: kl comes from the encoder, recon from the picture, its copy and the "
        "number σ_x, which divides the squared error. Dashed in green, gradients go back from "
        "recon through copy, decoder and z, and from kl, to the encoder.",
        gradients=["recon -> copy -> decoder -> z -> encoder", "kl -> encoder"],
        texts={
            "x": "picture x",
            "z": "draw z",
            "copy": "copy x̂",
            "recon": "recon\n|x−x̂|²/(2σ_x²)",
            "std": "dial σ_x",
        },
    )


class Water:
    """A slider over σ_x: what the linear model keeps of the digits, and copies by our VAE.

    variances (≥ 40,), the largest first; copies (n_stds, n ≥ 12, 784), stds (n_stds,).
    """

    def __init__(self, variances, copies, stds):
        self.spectrum, self.variances = np.asarray(variances), np.asarray(variances)[:40]
        self.copies, self.stds = copies, stds
        self.fig, panels = axes("principal axis", "", n=3, size=(13, 3.9))
        place = np.arange(1, 41)
        self.lost = panels[0].bar(place, 1, color="#BBBBBB")
        self.kept = [ax.bar(place, 1, color=REAL) for ax in panels[:2]]
        self.level = panels[0].axhline(1, color=FURTHER[2])
        panels[0].set(title="variance λ along the axis", ylim=(0, 6.6))
        panels[0].text(8, 4.3, "blue: above σ_x²", color=REAL)
        panels[0].text(8, 3.7, "grey: error of the linear copies", color=GREY)
        panels[1].set(title="kl of the axis: ½ log(λ/σ_x²) [nats]", ylim=(0, 4))
        for ax in panels[:2]:
            ax.set(xlim=(0, 41), xticks=[1, 10, 20, 30, 40])
        self.image = _pictures(panels[2], torch.zeros(12, 784), 4)
        self.titles = [panels[2].set_title(" ", color=DARK_FAKE)]
        self.titles.append(panels[0].text(20, 5.3, " ", color=FURTHER[2]))
        self.titles.append(panels[1].text(40, 3.6, " ", color=REAL, ha="right"))
        bars = [bar for group in (self.lost, *self.kept) for bar in group]
        for artist in (*bars, self.level, *self.titles, self.image):
            artist.set_animated(True)

    def draw(self, turn):
        """The picture of σ_x number `turn`."""
        level = self.stds[turn] ** 2
        lost = np.minimum(self.variances, level)
        nats = np.log(self.variances / lost) / 2
        for k, below in enumerate(lost):
            self.lost[k].set_height(below)
            self.kept[0][k].set_y(below)
            self.kept[0][k].set_height(self.variances[k] - below)
            self.kept[1][k].set_height(nats[k])
        self.level.set_ydata([level, level])
        self.image.set_data(mosaic(self.copies[turn][:12], 4))
        self.titles[0].set_text(f"copies by our VAE with σ_x = {self.stds[turn]:g}")
        self.titles[1].set_text(f"level σ_x² = {level:.3g}")
        rate = np.log(np.maximum(self.spectrum / level, 1)).sum() / 2
        self.titles[2].set_text(f"all 784 axes together: {rate:.1f} nats")
        return self.fig

    def controls(self):
        """What `live.live` wants: the slider."""
        options = [(f"{std:g}", turn) for turn, std in enumerate(self.stds)]
        return {"turn": widgets.SelectionSlider(options=options, value=7, description="σ_x")}


WATER = (
    "Left, the forty largest variances of the digits as bars, falling from 5.3 to 0.25, with a "
    "level σ_x² = 1.96 across: six bars rise above it. What lies below the level is grey, what is "
    "above it is blue. In the middle the kl of each axis: half a nat for the first, falling to 0 "
    "after the sixth. Right twelve copies by the VAE of σ_x = 1.4: soft."
)


def rate_and_error(linear, stds, rate, error, on_training):
    """Rate against squared error: a linear model, and the VAEs, each with its exchange rate.

    linear (n, 2): rate and error of the linear model; stds, rate and error of the VAEs on held-out
    digits, (m,) each; on_training {σ_x: {words: number}}: rate and error, for some of them.
    """
    fig, ax = axes("rate: mean kl [nats a picture]", "squared error", size=(10.8, 5.2))
    ax.plot(*np.asarray(linear).T, color=GREY, linestyle="--")
    ax.text(119, 14.2, "linear model, 32 axes", color=GREY, ha="right")
    ax.plot(rate, error, "o", color=FAKE, markersize=7)
    for std, r, e in zip(stds, rate, error):
        half = min(6, 4.5 / (2 * std**2)) if e < 52 else 0  # of the tangent, along the rate
        ends = np.array([-half, half])
        ax.plot(r + ends, e - 2 * std**2 * ends, color=FAKE, linewidth=1.5)
        place = (9, 3) if std > 1.5 else (-24, -12) if std > 0.9 else (8, 5)
        place = (10, -14) if std == 0.1 else place  # above it is a line
        ax.annotate(f"{std:g}", (r, e), place, textcoords="offset points", color=DARK_FAKE)
    hollow = np.array([list(row.values()) for row in on_training.values()])
    ax.plot(*hollow.T, "o", color=REAL, markersize=7, mfc="white")
    ax.text(14, 44, "VAEs on held-out digits, with σ_x and a tangent", color=DARK_FAKE)
    ax.text(14, 40.5, "that falls by 2σ_x² for each nat", color=DARK_FAKE)
    ax.text(14, 36, "hollow: three of them on training digits", color=REAL)
    ax.set(xlim=(-6, 120), ylim=(0, 58))
    viz.show(
        fig,
        "Squared error over rate. The line of the linear model falls from 53 at rate 0, steeply "
        "and then slowly, and ends above 13. The dots of the VAEs lie below it for σ_x from 0.05 "
        "to 1.4, and near it at 2 and 2.5. Short tangents with the slope −2σ_x² join the dots to a "
        "curve. Hollow dots, the error on training digits: lower by half at 0.1, by a quarter at "
        "0.5, hardly at 1.",
    )


TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2]


def _over_std(titles, limits, size):
    """Panels over σ_x: a figure and its axes."""
    fig, panels = axes("σ_x", "", n=len(titles), size=size, xscale="log", xlim=(0.04, 3.2))
    for ax, title, ylim in zip(panels, titles, limits):
        ax.set(title=title, ylim=ylim)
        ax.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        ax.minorticks_off()
    return fig, panels


def likelihood(stds, error, elbo, elbo_training):
    """Which σ_x the likelihood chooses; stds, squared error and the two ELBOs, (n,) each."""
    titles = "copies of held-out digits", "ELBO [nats]"
    fig, panels = _over_std(titles, ((0.04, 3.2), (-1600, 1100)), (10.6, 3.8))
    panels[0].plot(stds, np.sqrt(error / 784), "o-", color=FAKE)
    panels[0].plot(stds, stds, color=GREY, linestyle=":")
    panels[0].text(0.42, 0.75, "σ_x itself", color=GREY, ha="right")
    panels[0].text(0.28, 0.062, "root of the squared\nerror per pixel", color=DARK_FAKE)
    panels[0].set(yscale="log")
    panels[0].set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])
    panels[0].minorticks_off()
    panels[1].plot(stds, elbo_training, "o--", color=REAL, mfc="white")
    panels[1].plot(stds, elbo, "o-", color=FAKE)
    panels[1].text(0.12, 850, "training digits", color=REAL)
    panels[1].text(0.048, -180, "held-out digits", color=DARK_FAKE)
    viz.show(
        fig,
        "Two panels over σ_x. Left, the root of the squared error per pixel rises from 0.1 to 0.26 "
        "and crosses the dotted line of σ_x itself at 0.1. Right, the ELBO of "
        "held-out digits has its peak at 0.1; that of training digits rises on to 0.05.",
    )


def verdicts(rows, real, repeated):
    """What three measures say of each σ_x; rows {σ_x: {measure: number}}, real {measure}.

    repeated {σ_x: a row of the results}, with a list of numbers, one for each training.
    """
    titles = "copies: named rightly", "draws: sharpness", "draws: confidence (from 0.7)"
    measures = "copies named rightly", "sharpness", "confidence"
    of_results = "read right", "sharpness, draws", "confidence, draws"
    limits = (0, 1.1), (0, 0.6), (0.7, 1.01)
    fig, panels = _over_std(titles, limits, (13, 4))
    for ax, what, name, height in zip(panels, measures, of_results, (1.02, 0.555, 0.988)):
        ax.plot(list(rows), [row[what] for row in rows.values()], "o-", color=FAKE)
        for std, row in repeated.items():
            ax.plot([std] * len(row[name]), row[name], ".", color=DARK_FAKE, markersize=5)
        ax.axhline(real[what], color=REAL, linewidth=1.5)
        ax.text(3, height, "real digits", color=REAL, ha="right")
    panels[0].text(0.045, 0.08, "small dots: three\ntrainings of one σ_x", color=DARK_FAKE)
    viz.show(
        fig,
        "Three panels over σ_x, with blue lines for real digits. Small dots, three trainings each "
        "of 0.1, 0.5 and 1, lie on the lines or close to them. The share of copies named rightly "
        "falls from 0.97 to 0.1. The sharpness of draws falls from 0.45 towards 0. The confidence "
        "in draws rises from 0.76 to some 0.92, and is highest, 0.97, at 2.5.",
    )


def snow(means, samples, stds):
    """Means x̂ of the models above, true samples, x̂ plus noise, below: (n_stds, n ≥ 8, 784) each."""
    fig, panels = axes("", "", n=len(stds), size=(13, 4.6))
    for ax, x_hat, x, std in zip(panels, means, samples, stds):
        _image(ax, _apart(torch.cat([x_hat[:6], x[:6].clamp(0, 1)]), 3))
        ax.set_title(f"σ_x = {std:g}", color=DARK_FAKE)
    for words, place in (("x̂", 34), ("x̂ plus noise", 102)):
        style = {"rotation": 90, "va": "center", "ha": "right", "color": DARK_FAKE}
        panels[0].text(-3, place, words, **style)
    viz.show(
        fig,
        "Of three VAEs, six means x̂ above, and below the same six with the model's noise, shown "
        "within [0, 1]: below white there is nothing, so on white half of the noise is cut off. "
        "With σ_x = 0.1: digits and odd shapes, then the same with a light grain. With 0.5: strong "
        "grain through which digits can be seen. With 1: soft digits, then snow.",
    )
