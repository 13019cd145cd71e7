"""Draw the README's moving picture, data/steering.gif: python -m course_utils picture."""

from .. import run, steering, text, viz
from ..lessons import ROOT
from ..store import write_whole
from ..text.grammar import ATTRIBUTES, Grammar
from .results import list_files

SENTENCE = "A jealous passenger will book a cabin in the city next month."
WISHES = (
    {"kind": "question"},
    {"tense": "past"},
    {"number": "plural"},
    {"sentiment": "positive"},
    {"topic": "kitchen"},
    {"tense": "past", "kind": "question", "number": "plural"},
)


def steered():
    """What the sentence becomes under each wish: a list of sentences, the same on one machine."""
    vae = text.load_vae("grammar")
    sentences, labels, _ = Grammar().sample(24_000, seed=1)
    run.seed_everything(0)
    steer = steering.fit(vae.posterior(sentences), labels, ATTRIBUTES)
    z = vae.encode(SENTENCE)
    return [vae.decode(steer.move(z, wish)) for wish in WISHES]


def drawing(said):
    """A figure and update(k): wish k and the words of said[k], those that are new in orange."""
    fig, ax = viz.axes("", "", size=(9, 2.2))
    ax.axis("off")
    style = {"family": "monospace", "fontsize": 14, "va": "center"}  # all letters equally wide
    before = fig.text(0.03, 0.82, SENTENCE, color=viz.REAL, **style)
    letter = before.get_window_extent().width / fig.bbox.width / len(SENTENCE)
    wish = fig.text(0.03, 0.5, "", color=viz.GREY, fontsize=14, va="center", animated=True)
    words = [fig.text(0, 0.18, "", animated=True, **style) for _ in range(24)]
    known = {word.strip(".?").lower() for word in SENTENCE.split()}

    def update(k):
        names = ", ".join(f"{name}: {value}" for name, value in WISHES[k].items())
        wish.set_text(f"↓  {names}")
        column = 0
        for artist, word in zip(words, said[k].split() + [""] * 24):
            color = "black" if word.strip(".?").lower() in known else "#A05A00"
            artist.set(text=word, x=0.03 + column * letter, color=color)
            column += len(word) + 1

    return fig, update


def main(args):
    """Train, steer, draw; data/steering.gif is replaced only when the new one is complete."""
    fig, update = drawing(steered())
    data, _ = viz.animation(fig, update, range(len(WISHES)), fps=0.5, colors=32)
    write_whole(ROOT / "data" / "steering.gif", data)
    list_files()
    print(f"data/steering.gif: {len(data) / 1000:.0f} kB")
    return 0
