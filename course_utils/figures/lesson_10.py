"""The figures of lesson 10: the machine of a VAE, its bound, its plane of codes, what it draws."""

import numpy as np
import torch
from matplotlib.patches import Ellipse
from torch.distributions import Normal

from .. import viz
from ..viz import FURTHER, GREY, axes
from .lesson_09 import COLORS, _circles, _dots, _pictures, gallery, lattice, mosaic

GREEN = "#007A59"  # a shade of FURTHER[0] for texts on white
SQUARE = [(-4.0, 4.0), (-4.0, 4.0)]  # of the plane of codes
LATTICE = lattice(SQUARE, 8)  # of the film: 64 points, row by row from the top left


def opening(rows, n=12):
    """What decoders make of the same n draws of N(0, I): {name: (≥ n, 784)}."""
    fig, ax = axes("", "", size=(11, 2.1))
    _pictures(ax, torch.cat([pictures[:n] for pictures in rows.values()]), n)
    ax.set_yticks(14 + 28 * np.arange(len(rows)), list(rows))
    ax.tick_params(length=0)
    viz.show(
        fig,
        "Two rows of twelve pictures, made of the same twelve z from N(0, I). Above the decoder of "
        "an autoencoder: shapes that are no digits. Below the decoder of a VAE: most can be read "
        "as digits, some are between two digits.",
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


def bound(q_of, rows, evidence):
    """Several q(z|x) for one digit, z one number, and how far the ELBO of each is below log p(x).

    q_of {name: Normal}, the posterior first; rows {name: {"recon", "kl", "ELBO": nats}}; evidence
    is log p(x).
    """
    fig, (left, right) = axes("z", "density", n=2, size=(11, 4.2))
    exact, *_ = q_of.values()
    m, s = exact.mean.item(), exact.stddev.item()
    z = torch.linspace(m - 9 * s, m + 9 * s, 600).double()
    left.plot(z, Normal(0, 1).log_prob(z).exp(), ":", color="black")
    left.text(z[20].item(), 0.5, "prior p(z)", va="bottom")
    right.axhline(0, color="black")
    right.text(-0.5, 0.06, f"log p(x) = {evidence:.1f} nats", va="bottom")
    colors = FURTHER[0], FURTHER[2], FURTHER[1]
    for k, ((name, q), color) in enumerate(zip(q_of.items(), colors)):
        left.plot(z, q.log_prob(z).exp(), color=color, label=f"q: {name}")
        gap = max(evidence - rows[name]["ELBO"], 0)
        right.bar(k, -gap, width=0.6, color=color)
        bill = "\n".join(f"{what} {nats:.1f}" for what, nats in rows[name].items())
        right.text(k, -gap - 0.08, f"{bill}\ngap {gap:.2f}", ha="center", va="top")
    left.fill_between(z, exact.log_prob(z).exp(), color=GREY, alpha=0.25, linewidth=0)
    left.set(ylim=(0, 0.5 / s), xlim=(z[0].item(), z[-1].item()))
    left.legend(loc="upper right")
    right.set(xlabel="", ylabel="ELBO − log p(x) [nats]", xlim=(-0.6, len(rows) - 0.4))
    right.set(ylim=(-3.6, 0.5))
    right.set_xticks(range(len(rows)), list(rows))
    viz.show(
        fig,
        "Left, for one digit and a z of one number: a low dotted line, the prior, and a narrow "
        "grey peak, the posterior. One q lies on the peak, one is twice as wide, one stands beside "
        "it. Right how far the ELBO of each is below log p(x): not at all, by 0.8 nats, by 2 nats.",
    )


def film(history, labels):
    """The film of a training: left the means μ of digits, right what the plane decodes to."""
    codes, sheets = history["codes"], history["sheet"]
    side = round(sheets.shape[1] ** 0.5)
    fig, (ax, right) = axes("z₁", "z₂", n=2, size=(6.8, 3.7))
    ax.set(xlim=SQUARE[0], ylim=SQUARE[1], title=" ", aspect="equal")
    dots = ax.scatter(*codes[0].T, c=COLORS[np.asarray(labels)], s=6, linewidths=0)
    image = _pictures(right, sheets[0], side)
    right.set_title("what the plane decodes to")
    for artist in (dots, image, ax.title):
        artist.set_animated(True)

    def update(k):
        dots.set_offsets(codes[k])
        image.set_data(mosaic(sheets[k], side))
        ax.set_title(f"step {history['step'][k]}")

    viz.gif(
        fig,
        update,
        range(len(codes)),
        "Animation of the training. Left the means μ of 500 held-out digits, coloured by digit, in "
        "the square from −4 to 4: one heap at first, which spreads and parts by colour. Right what "
        "the decoder makes of a lattice over the same square: one blot at first, then digits that "
        "change into one another.",
        colors=32,
        strip=4,
    )


def plane(codes, labels):
    """The q(z|x) of digits as ellipses, {title: (mu (n, 2), logvar (n, 2))}, labels (n,)."""
    fig, panels = axes("z₁", "z₂", n=len(codes), size=(11, 5.4), aspect="equal")
    for ax, (title, (mu, logvar)) in zip(panels, codes.items()):
        stds = (logvar / 2).exp()
        for centre, std, digit in zip(mu.tolist(), stds.tolist(), labels.tolist()):
            width, height = (4 * s for s in std)  # two standard deviations to each side
            style = {"facecolor": COLORS[digit], "alpha": 0.6, "linewidth": 0}
            ax.add_patch(Ellipse(centre, width, height, **style))
        _dots(ax, mu, labels, size=0)
        _circles(ax, np.zeros(2), np.eye(2), "black")
        ax.set(xlim=SQUARE[0], ylim=SQUARE[1], title=title)
    viz.show(
        fig,
        "The plane of z twice, with two black circles: one and two standard deviations of N(0, I). "
        "The q(z|x) of 600 held-out digits are small ellipses, coloured by digit. As trained they "
        "reach far beyond the circles. Moved and scaled, most lie within the outer one.",
    )


def three_ways(rows, holes):
    """What a VAE makes of z from three places, and which of these pictures are in a hole."""
    fig, _ = gallery(rows, holes)
    viz.show(
        fig,
        "Rows of pictures: held-out digits, their copies by the VAE, and what its decoder makes of "
        "draws from a Gaussian fitted to the codes, and of draws from N(0, I). An orange frame "
        "marks a hole: hardly any copy has one, many pictures of the lower two rows do.",
    )


def shares(autoencoder, vae):
    """Where z lands, by two measures: a row of results/elbo.json each, (n_seeds,) a column.

    N(0, I) of the VAE is that of the moved and scaled code, N(m, s²) of the code as trained.
    """
    ways = "copy", "fitted Gaussian", "N(0, I)"
    fig, panels = axes("", "", n=2, size=(11, 3.7), ylim=(0, 1.04))
    titles = {"hole": "in a hole", "confident": "classifier above 0.9"}
    styles = {"autoencoder": (-0.12, GREY, GREY), "VAE": (0.12, FURTHER[0], GREEN)}
    rows = {"autoencoder": autoencoder, "VAE": vae | {}}
    for what in titles:
        rows["VAE"][f"{what}: N(0, I)"] = vae[f"{what}: N(m, s²)"]
    for ax, (what, title) in zip(panels, titles.items()):
        for name, (shift, color, ink) in styles.items():
            for k, way in enumerate(ways):
                values = rows[name][f"{what}: {way}"]
                ax.plot([k + shift] * len(values), values, "o", color=color, markersize=7)
            place = (len(ways) - 1 + shift, np.mean(values))
            side = {"ha": "right" if shift < 0 else "left", "va": "center", "color": ink}
            ax.annotate(name, place, (8 * np.sign(shift), 0), textcoords="offset points", **side)
        ax.set(title=title, ylabel="share of the pictures", xlim=(-0.5, len(ways) - 0.2))
        ax.set_xticks(range(len(ways)), [way.replace("fitted ", "fitted\n") for way in ways])
    viz.show(
        fig,
        "Left the share of pictures in a hole, right the share with a confident classifier, three "
        "dots for three trainings of an autoencoder in grey and of a VAE in green. For copies "
        "and a fitted Gaussian grey and green are near each other. For N(0, I) nearly all "
        "pictures of the autoencoder are in a hole, and far fewer of the VAE.",
    )
