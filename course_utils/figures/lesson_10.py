"""The figures of lesson 10: the machine of a VAE, its bound, its plane of codes, what it draws."""

import ipywidgets as widgets
import numpy as np
import torch
from matplotlib.patches import Circle, Ellipse, Rectangle
from torch.distributions import Normal

from .. import viz
from ..viz import DARK_FAKE, GREY, REAL, axes
from .lesson_09 import (
    COLORS,
    OUTLINE,
    _circles,
    _label_places,
    _pictures,
    gallery,
    lattice,
    mosaic,
)

GREEN = "#007A59"  # a shade of FURTHER[0] for texts on white
SQUARE = [(-5.0, 5.0), (-5.0, 5.0)]  # of the plane of codes
LATTICE = lattice(SQUARE, 8)  # of the film: 64 points, row by row from the top left

STILL = (
    "Left a low dotted line, the prior, and a narrow grey peak, the posterior. One q lies on the "
    "peak, one is twice as wide, one stands beside it, and the dashed one is half as wide. "
    "Right how far the ELBO of each is below log p(x): 0, 0.8, 2 and 0.3 nats."
)


def opening(rows, n=12):
    """What decoders make of the same n draws of N(0, I): {name: (≥ n, 784)}."""
    fig, ax = axes("", "", size=(11, 2.1))
    _pictures(ax, torch.cat([pictures[:n] for pictures in rows.values()]), n)
    ax.set_yticks(14 + 28 * np.arange(len(rows)), list(rows))
    ax.tick_params(length=0)
    viz.show(
        fig,
        "Two rows of twelve pictures, made of the same twelve z from N(0, I). Above the decoder of "
        "an autoencoder: pale shapes, some of which can be read as digits. Below the decoder of a "
        "VAE: dark strokes, most of which can be read, while some are blobs.",
    )


def diagram():
    """The machine: encoder, a draw, decoder, and the two terms of the loss."""
    viz.diagram(
        {
            "x": (0, 0, "real"),
            "encoder": (1, 0, "box"),
            "q": (2, 0),
            "z": (3, 0),
            "decoder": (4, 0, "fake box"),
            "copy": (5, 0, "fake"),
            "eps": (3, -1),
            "kl": (2, 1),
            "recon": (3, 1),
        },
        [
            "x -> encoder -> q -> z -> decoder -> copy -> recon",
            "x -> recon",
            "q -> kl",
            "eps -> z",
        ],
        "A picture x goes through the encoder, which gives the means μ and the standard deviations "
        "σ of a Gaussian. A draw z = μ + σε is made with noise ε from N(0, I), and decoded to a "
        "copy x̂. The loss has two terms: recon compares x̂ with x, kl compares the Gaussian with "
        "N(0, I). Dashed in green, the gradients: of recon back through copy, decoder and z to μ "
        "and σ, of kl straight to μ and σ, and from there into the encoder. None goes to ε.",
        gradients=["recon -> copy -> decoder -> z -> q -> encoder", "kl -> q"],
        texts={
            "x": "picture x",
            "q": "μ and σ",
            "z": "z = μ + σε",
            "copy": "copy x̂",
            "eps": "noise ε\nfrom N(0, I)",
        },
    )


def recipe(z, x_hat, x):
    """The model as a recipe: draws z (n, 8), what they decode to and this with noise, (n, 784)."""
    fig, ax = axes("", "", size=(11, 5))
    for top, pictures in ((0, x_hat), (35, x.clamp(0, 1))):
        _pictures(ax, pictures, len(z)).set_extent([0, 28 * len(z), top + 28, top])
    for k, numbers in enumerate(z.tolist()):
        places = 28 * k + 4 + 2.7 * np.arange(len(numbers))
        ax.bar(places, [-4 * number for number in numbers], 2, bottom=-18, color=GREEN)
        ax.plot([28 * k + 2, 28 * k + 25], [-18, -18], color="black", linewidth=0.8)
        for height in (-3, 30):
            arrow = {"arrowstyle": "-|>", "color": GREY}
            ends = (28 * k + 13.5, height + 4), (28 * k + 13.5, height - 1)
            ax.annotate("", *ends, arrowprops=arrow)
    ax.set(xlim=(0, 28 * len(z)), ylim=(63, -31))
    ax.set_yticks([-18, 14, 49], ["1. z from N(0, I)", "2. x̂(z)", "3. x: with noise"])
    ax.tick_params(length=0)
    viz.show(
        fig,
        "Six columns, each from top to bottom: eight bars for the eight numbers of a draw z, some "
        "up and some down; an arrow to the digit x̂(z) that the decoder makes of it; an arrow to "
        "the same digit with grey noise on every pixel.",
    )


def _kl_end(ax, row, elbo, kl):
    """A hatched piece of a bar, from the ELBO to −recon: what the code costs."""
    style = {"color": "white", "edgecolor": DARK_FAKE, "hatch": "////", "linewidth": 1.5}
    ax.barh(row, kl, left=elbo, height=0.6, **style)


def identity():
    """The two ways to add to the ELBO: kl makes it −recon, the gap makes it log p(x)."""
    fig, ax = axes("", "", size=(9, 2.1))
    white = {"color": "white", "ha": "center", "va": "center"}
    for row in (0, 1):
        ax.barh(row, 7, color=DARK_FAKE, height=0.6)
        ax.text(3.5, row, "ELBO", **white)
    _kl_end(ax, 0, 7, 3)
    ax.text(10.15, 0, "kl, the cost of the code", va="center", color=DARK_FAKE)
    ax.barh(1, 1.3, left=7, color=GREY, height=0.6)
    ax.text(8.45, 1, "gap = KL(q(z|x)‖p(z|x))", va="center", color=GREY)
    ax.set(xlim=(0, 14), ylim=(1.5, -0.5), xticks=[])
    ax.set_yticks([0, 1], ["−recon", "log p(x)"])
    ax.spines["bottom"].set_visible(False)
    viz.show(
        fig,
        "Two bars that begin with the same piece, the ELBO. In the upper bar kl is added to it, "
        "hatched, which makes it −recon. In the lower bar the gap is added, which makes it "
        "log p(x).",
    )


class Bound:
    """Several q(z|x) for one digit, z one number, and a q that sliders move.

    q_of {name: Normal}, the posterior first; recon_and_kl(q) → two numbers in nats; evidence is
    log p(x); moving names the q that the sliders move.
    """

    def __init__(self, q_of, recon_and_kl, evidence, moving="by the sliders"):
        self.recon_and_kl, self.evidence = recon_and_kl, evidence
        self.exact = next(iter(q_of.values()))
        m, s = self.exact.mean.item(), self.exact.stddev.item()
        self.z = torch.linspace(m - 9 * s, m + 9 * s, 600).double()
        self.fig, (left, right) = axes("z", "density", n=2, size=(11, 4.4))
        left.plot(self.z, Normal(0, 1).log_prob(self.z).exp(), ":", color="black")
        left.text(self.z[20].item(), 0.5, "prior p(z)", va="bottom")
        density = self.exact.log_prob(self.z).exp()
        left.fill_between(self.z, density, color=GREY, alpha=0.25, linewidth=0)
        left.set(ylim=(0, 1.02 / s), xlim=(m - 9 * s, m + 9 * s))
        right.axhline(0, color="black")
        right.text(-0.5, 0.06, f"log p(x) = {evidence:.1f} nats", va="bottom")
        places = (m - 1.1 * s, 0.36 / s, "right"), (m - 2.8 * s, 0.13 / s, "right")
        places += ((m + 3.1 * s, 0.36 / s, "left"),)
        for k, (name, q, color, place) in enumerate(
            zip(q_of, q_of.values(), (GREEN, "#A84A00", "#A0527D"), places)
        ):
            left.plot(self.z, q.log_prob(self.z).exp(), color=color)
            left.text(*place[:2], name, ha=place[2], color=color)
            gap, bill = self.bill(q)
            right.bar(k, -gap, width=0.6, color=color)
            right.text(k, -gap - 0.08, bill, ha="center", va="top")
        right.set(xlabel="", ylabel="ELBO − log p(x) [nats]", xlim=(-0.6, 3.6), ylim=(-3.8, 0.5))
        right.set_xticks(range(4), [*q_of, moving])
        (self.line,) = left.plot([], [], "--", color="black")
        (self.bar,) = right.bar([3], [0], width=0.6, color="black")
        self.text = right.text(3, 0, "", ha="center", va="top")
        self.name = left.text(0, 0, moving, va="top")
        for artist in (self.line, self.bar, self.text, self.name):
            artist.set_animated(True)

    def bill(self, q):
        """The gap of q in nats, and what q costs in words."""
        recon, kl = self.recon_and_kl(q)
        gap = max(self.evidence + recon + kl, 0)
        return gap, f"recon {recon:.1f}\nkl {kl:.1f}\nELBO {-recon - kl:.1f}\ngap {gap:.2f}"

    def draw(self, moved, times):
        """q moved by so many standard deviations of the posterior, and `times` as wide."""
        m, s = self.exact.mean, self.exact.stddev
        q = Normal(m + moved * s, times * s)
        self.line.set_data(self.z, q.log_prob(self.z).exp())
        self.name.set_position(((q.mean + 0.7 * q.stddev).item(), 0.4 / q.stddev.item()))
        gap, bill = self.bill(q)
        self.bar.set_height(-gap)
        self.text.set_text(bill)
        self.text.set_y(max(-gap, -2.6) - 0.08)
        self.text.set_color("white" if gap > 2.6 else "black")
        return self.fig

    def controls(self):
        """What `live.live` wants: the sliders."""
        style = {"step": 0.1, "continuous_update": True}
        return {
            "moved": widgets.FloatSlider(value=0, min=-3, max=3, description="moved by", **style),
            "times": widgets.FloatSlider(value=0.5, min=0.4, max=3, description="σ times", **style),
        }


def watch(nets, x, terms):
    """What the film needs of a VAE of two numbers: a function that looks at it, x (n, 784).

    terms(encoder, decoder, x) gives recon and kl of each picture.
    """

    @torch.no_grad()
    def look():
        mu, _ = nets["encoder"](x[None]).chunk(2, -1)
        recon, kl = (term.mean() for term in terms(*nets.values(), x[None]))
        sheet = nets["decoder"](LATTICE[None])[0]
        return {"codes": mu[0], "sheet": sheet, "recon": recon, "kl": kl}

    return look


def film(history, labels):
    """The film of a training: left the means μ of digits, right what the plane decodes to."""
    codes, sheets = history["codes"], history["sheet"]
    side = round(sheets.shape[1] ** 0.5)
    fig, (ax, right) = axes("z₁", "z₂", n=2, size=(7, 3.7))
    fig.get_layout_engine().set(h_pad=0.1)
    ax.set(xlim=SQUARE[0], ylim=SQUARE[1], title=" ", aspect="equal", xticks=range(-4, 5, 2))
    dots = ax.scatter(*codes[0].T, c=COLORS[np.asarray(labels)], s=16, linewidths=0)
    for digit in range(10):
        ax.text(
            -4.2 + 0.93 * digit, -4.8, str(digit), color=COLORS[digit], weight="bold", ha="center"
        )
    image = _pictures(right, sheets[0], side)
    image.set_extent([*SQUARE[0], *SQUARE[1]])
    circles = [panel.add_patch(Circle((0, 0), 2, fill=False)) for panel in (ax, right)]
    ticks = {"xticks": range(-4, 5, 2), "yticks": range(-4, 5, 2)}
    right.set(title=" ", xlabel="z₁", xlim=SQUARE[0], ylim=SQUARE[1], frame_on=True, **ticks)
    for artist in (dots, image, *circles, ax.title, right.title):
        artist.set_animated(True)

    def update(k):
        dots.set_offsets(codes[k])
        image.set_data(mosaic(sheets[k], side))
        ax.set_title(f"step {history['step'][k]}")
        right.set_title(f"recon {history['recon'][k]:.0f}, kl {history['kl'][k]:.1f} nats")

    viz.gif(
        fig,
        update,
        range(len(codes)),
        "Animation of the training. Left the means μ of 500 held-out digits, coloured by digit, "
        "with the ten digits in their colours below and a circle of radius 2: a narrow line at "
        "first, which spreads beyond the circle and parts by colour. Right what the decoder makes "
        "of a lattice over the same square: one blot at first, then digits that change into one "
        "another. Above it recon and kl of these digits: recon falls by about two hundred nats "
        "while kl rises to about 8.",
        colors=128,
        strip=4,
    )


def bill(exact, terms):
    """What models say of held-out digits: log p(x) where it is known, else the ELBO, in nats.

    exact {name: log p(x)}; terms {name: (recon, kl)}, both numbers.
    """
    fig, ax = axes("nats for a held-out digit, mean", "", size=(11, 3.2))
    for row, value in enumerate(exact.values()):
        ax.barh(row, float(value), color=REAL, height=0.6)
        ax.text(max(value, 0) + 8, row, f"log p(x) = {value:.0f}", va="center", color=REAL)
    for row, (recon, kl) in enumerate(terms.values(), len(exact)):
        elbo = float(-recon - kl)
        ax.barh(row, elbo, color=DARK_FAKE, height=0.6)
        _kl_end(ax, row, elbo, float(kl))
        text = f"log p(x) ≥ {elbo:.0f} = {-recon:.0f} − kl {kl:.0f} (hatched)"
        ax.text(elbo + kl + 8, row, text, va="center", color=DARK_FAKE)
    names = [*exact, *terms]
    ax.axvline(0, color="black", linewidth=1)
    ax.set(xlim=(-130, 680), ylim=(len(names) - 0.5, -0.5), xticks=range(-100, 400, 100))
    ax.set_yticks(range(len(names)), names)
    viz.show(
        fig,
        "Bars, one for each model. In blue the exact log p(x): no code −120 nats, the linear model "
        "with two numbers −8, with eight numbers 154. In brown the ELBO of the VAEs, with two "
        "numbers 155, with eight 330. A hatched end of each brown bar is kl, 9 and 24 nats.",
    )


def _ellipses(ax, mu, logvar, labels):
    """Each q(z|x) as an ellipse of two standard deviations to each side, coloured by digit."""
    stds = (logvar / 2).exp()
    for centre, std, digit in zip(mu.tolist(), stds.tolist(), labels.tolist()):
        style = {"color": COLORS[digit], "alpha": 0.6, "linewidth": 1}
        ax.add_patch(Ellipse(centre, *(4 * s for s in std), **style))


def plane(codes, labels):
    """The q(z|x) of digits as ellipses, {title: (mu (n, 2), logvar (n, 2))}, labels (n,)."""
    fig, panels = axes("z₁", "z₂", n=len(codes), size=(11, 5.6), aspect="equal")
    fig.get_layout_engine().set(h_pad=0.15)
    for ax, (title, (mu, logvar)) in zip(panels, codes.items()):
        _ellipses(ax, mu[:600], logvar[:600], labels)
        style = {"ha": "center", "va": "center", "fontsize": 15, "weight": "bold"}
        out = ((mu[:600] - mu.new_tensor([0.3, 0.4])).abs() > 0.75).any(1)  # not near the square
        for digit, place in _label_places(mu[:600][out], labels[:600][out], apart=0.16).items():
            ax.text(*place, str(digit), color=COLORS[digit], path_effects=OUTLINE, **style)
        _circles(ax, np.zeros(2), np.eye(2), "black")
        inset = ax.inset_axes([0.69, 0.69, 0.29, 0.29], xlim=(0, 0.6), ylim=(0.1, 0.7))
        inset.set(xticks=[], yticks=[])
        inset.spines[:].set_visible(True)
        _ellipses(inset, mu[:600], logvar[:600], labels)
        ax.add_patch(Rectangle((0, 0.1), 0.6, 0.6, fill=False))
        line = {"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (0, 0.7), (0.69, 0.98), textcoords="axes fraction", arrowprops=line)
        share = (mu.norm(dim=1) > 2).float().mean()
        title = f"{title}: {share:.0%} of the means beyond radius 2"
        ax.set(xlim=(-6.6, 6.6), ylim=(-6.6, 6.6), title=title)
    viz.show(
        fig,
        "The plane of z twice, with two black circles: one and two standard deviations of N(0, I). "
        "The q(z|x) of 600 held-out digits are small ellipses, coloured by digit; a square near "
        "the middle is enlarged. As trained they reach far beyond the circles: 40 % of the means "
        "lie outside the outer one. Moved and scaled, 12 % do.",
    )


def four_places(rows, holes):
    """What a VAE makes of z from four places, and which of these pictures are in a hole."""
    fig, _ = gallery(rows, holes)
    viz.show(
        fig,
        "Rows of pictures: held-out digits, their copies by the VAE, and what its decoder makes of "
        "codes halfway between two digits, of draws from N(m, s²), and from N(0, I). An orange "
        "frame marks a hole: hardly any copy has one, some pictures halfway do, and many of the "
        "lower two rows.",
    )


def shares(rows, places):
    """The share of pictures in a hole: {name: row of results/elbo.json}, (n_seeds,) a column."""
    fig, ax = axes("", "share in a hole", size=(9, 4), ylim=(0, 1.04))
    shifts, colors = (-0.18, 0, 0.18), (GREY, "#A84A00", GREEN)
    for (name, row), shift, color in zip(rows.items(), shifts, colors):
        for k, place in enumerate(places):
            values = row[f"hole: {place}"]
            ax.plot([k + shift] * len(values), values, "o", color=color, markersize=6)
        ax.text(-0.3, 0.89 - 0.45 * shift, f"● {name}", color=color, va="center")
    ax.set(xlim=(-0.5, len(places) - 0.5))
    ax.set_xticks(range(len(places)), places)
    viz.show(
        fig,
        "The share of pictures in a hole, three dots for three trainings of an autoencoder in "
        "grey, of a VAE without kl in brown and of a VAE in green. For copies and N(m, s²) the "
        "three are near each other. Halfway the VAE is in a hole more often. For N(0, I) nearly "
        "all pictures of the other two are in a hole, and half of those of the VAE.",
    )


def two_spikes(q):
    """The codes of two pictures, with the right mean and mean square, against N(0, 1).

    q is a Normal with a mean for each picture: the codes' q(z) is its mean density.
    """
    z = torch.linspace(-3, 3, 601)
    fig, ax = axes("z", "density", size=(8, 2.8), xlim=(-3, 3), ylim=(0, 2.2))
    ax.plot(z, q.log_prob(z[:, None]).exp().mean(1), color=GREEN)
    ax.plot(z, Normal(0, 1).log_prob(z).exp(), ":", color="black")
    ax.text(1.3, 1.6, "q(z) of two pictures", color=GREEN)
    ax.text(0, 0.48, "N(0, 1)", ha="center")
    viz.show(
        fig,
        "Two narrow peaks of q(z), near −1 and 1, and a low dotted curve, N(0, 1), which is "
        "highest at 0, where q(z) is 0.",
    )
