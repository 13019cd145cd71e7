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
            "wish": (3, 0),
            "distance": (3, 2),
            "realism": (4, 0, "critic box"),
            "attributes": (4, 2, "critic box"),
        },
        [
            "sentence -> encoder -> z -> actor -> z′ -> decoder -> new sentence",
            "wish -> actor",
            "z′ -> realism",
            "z′ -> attributes",
            "z -> distance",
            "z′ -> distance",
        ],
        "A sentence goes through a frozen encoder and becomes z. An actor, which also sees the "
        "wish, makes z′ of it, and a frozen decoder turns z′ into a new sentence. Two critics "
        "look at z′: realism and attributes; the distance compares z′ with z. Dashed in green: "
        "the gradients of the actor's loss go from these three to z′ and on into the actor.",
        gradients=["realism -> z′", "attributes -> z′", "distance -> z′", "z′ -> actor"],
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


METHODS = {  # the first words of a method's rows in the table: (name, colour, mark)
    "LC-GAN": ("LC-GAN", FAKE, "o"),
    "ascent": ("gradient ascent", FURTHER[0], "^"),
    "mean shift": ("mean shift of the actor", GREY, "x"),
    "regression": ("regression", FURTHER[2], "D"),
    "vectors": ("attribute vectors", FURTHER[1], "s"),
}
NOT_COMPARED = ("first round", "not taught")  # ends of rows of LC-GANs that are no settings


def _settings(table, method):
    """The rows of a method's settings."""
    return [
        row
        for name, row in table.items()
        if name.startswith(f"tatoeba: {method}") and not name.endswith(NOT_COMPARED)
    ]


def chosen(table, task=""):
    """{method: its row}, the setting with the largest right × words on validation sentences.

    `table` is data/results/steering.json; `task` is "" for one wish, "four " for four.
    """
    return {
        name: max(
            _settings(table, method),
            key=lambda row: (
                np.mean(row[f"validation {task}right"]) * np.mean(row[f"validation {task}original"])
            ),
        )
        for method, (name, _, _) in METHODS.items()
    }


def _by_seed(row, task):
    """Right, and words kept, of each seed of a row: (2, n_seeds), means over the wishes."""
    return np.array(
        [[np.mean(seed) for seed in row[f"{task}{share}"]] for share in ("right", "original")]
    )


def lead(table, row, task=""):
    """What share of wishes the LC-GAN has beyond `row`, where both keep as many words: (n_seeds,).

    Between its settings the LC-GAN's curve is straight, and beyond them it goes on level.
    """
    curve = np.array([_by_seed(setting, task) for setting in _settings(table, "LC-GAN")])
    leads = []
    for k, (right, words) in enumerate(_by_seed(row, task).T):
        seed = curve[curve[:, 1, k].argsort(), :, k]  # (settings, 2), the fewest words first
        leads.append(np.interp(words, seed[:, 1], seed[:, 0]) - right)
    return np.array(leads)


def measures(table, task=""):
    """{method: its measures at its chosen setting}, and those of sentences that are not moved.

    Means over trainings and wishes. Real sentences have a perplexity alone; with four wishes no
    attribute is open.
    """
    titles = {"right": "right", "open ones kept": "others", "words kept": "original"}
    rows = {"not moved": table["tatoeba: unmoved"]} | chosen(table, task)
    found = {
        method: {
            title: np.mean(row[task + column])
            for title, column in (titles | {"perplexity": "perplexity"}).items()
            if task + column in row
        }
        for method, row in rows.items()
    }
    real = np.mean(table["tatoeba: real sentences"]["perplexity"])
    return found | {"real sentences": {"perplexity": real}}


def leads(table, task=""):
    """{"task: rival": the LC-GAN's lead over it, see `lead`} for ascent and the mean shifts."""
    rivals = {
        name: row
        for name, row in chosen(table, task).items()
        if name in ("gradient ascent", "mean shift of the actor")
    }
    if task:  # with one wish it is the mean shift itself
        rivals["mean shift, whole wish"] = table["tatoeba: whole wish's mean shift"]
    title = "four wishes" if task else "one wish"
    return {f"{title}: {name}": lead(table, row, task) for name, row in rivals.items()}


def _families(table, method):
    """The rows of a method's settings, a list for each curve: ascent has one for each weight."""
    rows = _settings(table, method)
    if method != "ascent":
        return [rows]
    plain = [row for name, row in table.items() if name.startswith("tatoeba: ascent, rate")]
    return [plain, [row for row in rows if all(row is not other for other in plain)]]


LABELS = (  # where names stand, for one wish and for four; ascent has a curve for each weight
    {
        "LC-GAN": (0.86, 0.755),
        "ascent": (0.71, 0.785),
        "mean shift": (0.61, 0.815),
        "regression": (0.88, 0.575),
        "vectors": (0.86, 0.42),
        "weight 100": (0.885, 0.53),
        "weight 500": (0.895, 0.49),
    },
    {
        "LC-GAN": (0.9, 0.49),
        "ascent": (0.43, 0.635),
        "mean shift": (0.67, 0.575),
        "regression": (0.61, 0.37),
        "vectors": (0.39, 0.215),
        "weight 100": (0.72, 0.335),
        "weight 500": (0.76, 0.305),
    },
)
FRAMES = ({"xlim": (0.6, 1), "ylim": (0.4, 0.84)}, {"xlim": (0.25, 1), "ylim": (0.2, 0.68)})


def _curves(ax, table, task):
    """The settings of each method as small marks on a line, the chosen one as a large mark."""
    picked = chosen(table, task)
    for method, (name, color, mark) in METHODS.items():
        for rows in _families(table, method):
            points = [_by_seed(row, task).mean(1) for row in rows]
            points.sort(key=lambda point: -point[1])
            ax.plot(*np.array(points).T, mark + "-", color=color, markersize=5)
        style = {"color": color, "markeredgecolor": "black", "markeredgewidth": 1.5}
        mark = mark.replace("x", "X")
        ax.plot(*_by_seed(picked[name], task).mean(1), mark, markersize=11, zorder=3, **style)


def trade_off(table):
    """Control against reconstruction on real sentences, for one wish and for four at once."""
    fig, panels = axes("share of sentences with all that was asked for", "", n=2, size=(11, 5.4))
    tasks = zip(panels, ("one wish", "four wishes"), ("", "four "), LABELS, FRAMES)
    for ax, title, task, places, frame in tasks:
        _curves(ax, table, task)
        for method, place in places.items():
            name, color, _ = METHODS.get(method, (method, *METHODS["ascent"][1:]))
            ax.text(*place, name, color=viz.DARK_FAKE if color == FAKE else color)
        ax.set(title=title, ylabel="share of the original's words kept", **frame)
    inset = panels[0].inset_axes((0.13, 0.08, 0.46, 0.46))
    _curves(inset, table, "")
    inset.set(xlim=(0.9, 0.98), ylim=(0.6, 0.72), title="enlarged")
    inset.set_xticks([0.9, 0.94, 0.98])
    inset.set_yticks([0.6, 0.65, 0.7])
    panels[0].indicate_inset_zoom(inset, edgecolor=GREY)
    viz.show(
        fig,
        "Two panels: words of the original that are kept over the share of sentences with all that "
        "was asked for. Up and to the right is better. A large mark with a black edge is the "
        "chosen setting of a method. Settings outside the frames are not drawn. With one wish "
        "LC-GAN, gradient ascent and mean shift lie close together (enlarged). With four wishes "
        "the LC-GAN is right of all others.",
    )


def belief(rows):
    """Dots for each wish: what the critic believes, and what the rules read; rows of {wish: …}."""
    fig, ax = axes("", "share", size=(10, 3.6), xlim=(-0.6, len(rows) + 1.2), ylim=(0.8, 1.01))
    place = np.arange(len(rows))
    critic, true = ([row[key] for row in rows.values()] for key in ("critic", "came true"))
    ax.vlines(place, true, critic, color="#CCCCCC", linewidth=2)
    ax.plot(place, critic, "o", color=GREY, markersize=9)
    ax.plot(place, true, "o", color=FAKE, markersize=9)
    ax.set_xticks(place, rows, rotation=25, ha="right", fontsize=10)
    ax.text(len(rows) - 0.4, 0.985, "the critic's\nprobability", color=GREY, fontsize=10)
    ax.text(len(rows) - 0.4, 0.9, "what the rules\nread in the\nsentence", color=DARK_FAKE)
    viz.show(
        fig,
        "Two dots for each of eleven wishes. In grey what the critic believes of the moved codes, "
        "near 1 everywhere. In orange the share of decoded sentences in which the rules read what "
        "was asked for: all for question, first and second person, fewest for the past. The axis "
        "begins at 0.8.",
    )
