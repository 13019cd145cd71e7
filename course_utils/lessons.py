"""What the tools need to know of a lesson."""
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Lesson:
    """`number` 0-14, file stem without the number, title, minutes in class, the lessons it `needs`, and its part of the story."""
    number: int
    stem: str
    title: str
    minutes: int
    needs: tuple
    part: str

    @property
    def path(self):
        """Where the notebook is, or will be."""
        return ROOT / "notebooks" / f"{self.number:02d}_{self.stem}.ipynb"


LESSONS = [Lesson(number, *rest) for number, rest in enumerate([
    ("start_here", "Start here", 15, (), "Start"),
    ("gan_on_a_line", "A GAN on a line", 45, (0,), "GANs"),
    ("mode_collapse", "When the generator gives up on diversity", 60, (1,), "GANs"),
    ("minibatch_discrimination", "Letting the discriminator see the crowd", 45, (2,), "GANs"),
    ("saturation", "Saturation", 45, (1,), "GANs"),
    ("wasserstein", "Wasserstein", 75, (4,), "GANs"),
    ("conditional", "Steering by label: conditional GANs and cycles", 60, (5,), "GANs"),
    ("kl_both_ways", "KL both ways", 45, (4,), "VAEs"),
    ("vae", "From PCA to the VAE", 75, (7,), "VAEs"),
    ("vae_trade_offs", "The trade-offs", 60, (8,), "VAEs"),
    ("latent_constraints", "Latent constraints on digits", 75, (5, 9), "VAEs"),
    ("text_gans", "Why GANs on text are hard", 45, (4,), "Text"),
    ("text_vae", "A text VAE", 90, (9, 11), "Text"),
    ("text_lcgan", "Steering sentences with latent constraints", 90, (10, 12), "Text"),
    ("capstone", "Capstone: your corpus, your constraint", 120, (13,), "Text"),
])]


def written():
    """The lessons whose notebooks are there, in order."""
    return [lesson for lesson in LESSONS if lesson.path.exists()]
