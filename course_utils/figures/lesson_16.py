"""The figures of lesson 16, steering sentences, and its playground."""

import ipywidgets as widgets
import numpy as np
import torch

from .. import viz
from ..steering import one_hot_wish
from ..text import english
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

OPEN = "leave open"


def diagram():
    """The machine: a frozen VAE around an actor, two critics beside it, and the gradients."""
    viz.diagram(
        {
            "sentence": (0, 1, "real"),
            "encoder": (1, 1, "frozen"),
            "z": (2, 1),
            "actor": (3, 1, "fake box"),
            "z′": (4, 1, "fake"),
            "decoder": (5, 1, "frozen"),
            "new sentence": (6, 1, "fake"),
            "wish": (3, 2),
            "realism": (4, 0, "critic box"),
            "attributes": (4, 2, "critic box"),
        },
        [
            "sentence -> encoder -> z -> actor -> z′ -> decoder -> new sentence",
            "wish -> actor",
            "z′ -> realism",
            "z′ -> attributes",
        ],
        "A sentence goes through a frozen encoder and becomes z. An actor, which also sees the "
        "wish, makes z′ of it, and a frozen decoder turns z′ into a new sentence. Two critics "
        "look at z′: realism and attributes. Dashed in green: gradients go from both critics into "
        "the actor, and nowhere else.",
        gradients=["realism -> actor", "attributes -> actor"],
        texts={"realism": "realism critic", "attributes": "attribute critic"},
    )


def _spelled(name, value):
    """A value of an attribute as a reader sees it."""
    return {("name", False): "no name", ("name", True): "a name"}.get((name, value), value)


def controls():
    """What `live.live` wants for `board`: a sentence, and a wish for each attribute."""
    typed = widgets.Text(
        value="Tom is a good teacher.", description="sentence", continuous_update=False
    )
    choices = {
        name: widgets.Dropdown(
            options=[OPEN, *(_spelled(name, value) for value in values if value != "other")],
            value={"kind": "question", "tense": "past"}.get(name, OPEN),
            description=name,
        )
        for name, values in english.ATTRIBUTES.items()
    }
    return {"sentence": typed, **choices}


def _wish(chosen):
    """{name: value} of what the menus say."""
    return {
        name: value
        for name, values in english.ATTRIBUTES.items()
        for value in values
        if _spelled(name, value) == chosen[name]
    }


@torch.no_grad()
def _beliefs(steer, z):
    """What the attribute critic believes of one code: the probabilities of all values, (12,)."""
    logits = steer.critic(z.view(1, 1, -1))[0, 0]
    return torch.cat([part.softmax(-1) for part in logits.split(steer.attributes.sizes)]).numpy()


def board(vae, steer, sentence, kind=OPEN, tense=OPEN, person=OPEN, name=OPEN):
    """A sentence, what the VAE alone makes of it, what steering makes of it, and two beliefs."""
    wish = _wish({"kind": kind, "tense": tense, "person": person, "name": name})
    z = vae.encode(sentence or "Hello.")
    z_prime = steer(z, wish)
    fig, ax = axes("", "probability", size=(10, 4.4), xlim=(-0.6, 14.6), ylim=(0, 2))
    for height, what, text, color in (
        (1.85, "typed", sentence, REAL),
        (1.66, "VAE alone", vae.decode(z), GREY),
        (1.47, "steered", vae.decode(z_prime), DARK_FAKE),
    ):
        ax.text(-0.5, height, what, color=color, fontsize=11)
        ax.text(1.6, height, text, color=color, fontsize=12)
    sizes = steer.attributes.sizes
    place = np.arange(sum(sizes)) + np.repeat(np.arange(len(sizes)), sizes)  # a gap per attribute
    for name, group in zip(steer.attributes.values, np.split(place, np.cumsum(sizes)[:-1])):
        ax.text(group.mean(), 1.2, name, ha="center", fontsize=11)
    ax.bar(place - 0.2, _beliefs(steer, z), 0.4, color=GREY, label="attribute critic, before")
    ax.bar(place + 0.2, _beliefs(steer, z_prime), 0.4, color=FAKE, label="after")
    asked = one_hot_wish(steer.attributes.wish(wish, 1), sizes)[0].bool().numpy()
    ax.plot(place[asked], [1.07] * asked.sum(), "v", color="black", label="asked for")
    values = [_spelled(key, value) for key, vs in english.ATTRIBUTES.items() for value in vs]
    ax.set_xticks(place, values, rotation=30, ha="right", fontsize=10)
    ax.set_yticks([0, 0.5, 1])
    fig.legend(loc="outside lower right", ncols=3, fontsize=9)
    return fig


METHODS = {  # the first words of a row of the table: (colour, mark, name)
    "LC-GAN": (FAKE, "o", "LC-GAN"),
    "ascent, rate": (FURTHER[0], "^", "gradient ascent"),
    "ascent, asked 500": (FURTHER[0], "v", "gradient ascent, longer and asked more"),
    "mean shift": (GREY, "x", "mean shift of the actor"),
    "regression": (FURTHER[2], "D", "regression"),
    "vectors": (FURTHER[1], "s", "attribute vectors"),
    "means": (FURTHER[3], "P", "class means, rescaled"),
}


def _curve(table, method, columns):
    """The settings of a method, most words first: right and words, (n,), means over seeds."""
    rows = [
        row
        for name, row in table.items()
        if name.startswith(f"tatoeba: {method}")
        and not name.endswith(("first round", "not taught"))
    ]
    points = [[np.mean(row[column]) for column in columns] for row in rows]
    return np.array(sorted(points, key=lambda point: -point[1])).T


def trade_off(table):
    """Control against reconstruction on real sentences, for one wish and for four at once."""
    fig, panels = axes("wishes that came true", "", n=2, size=(10.5, 4.4), xlim=(0, 1.02))
    tasks = (("one wish", ("right", "original")), ("four wishes", ("four right", "four original")))
    for ax, (title, columns) in zip(panels, tasks):
        for method, (color, mark, name) in METHODS.items():
            right, words = _curve(table, method, columns)
            ax.plot(right, words, mark + "-", color=color, label=name)
        unmoved = table["tatoeba: unmoved"]
        ax.axhline(np.mean(unmoved["original"]), color=GREY, linestyle=":")
        ax.text(0.01, np.mean(unmoved["original"]) + 0.015, "not moved at all", color=GREY)
        ax.set(title=title, ylabel="words of the original kept", ylim=(0.15, 1))
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    viz.show(
        fig,
        "Two panels, words of the original that are kept over wishes that came true; up and to "
        "the right is better. With one wish the curves of the LC-GAN, gradient ascent and the mean "
        "shift lie on each other. With four wishes at once the LC-GAN is farther to the right than "
        "every other method.",
    )
