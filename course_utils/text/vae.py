"""A trained text VAE as its reader uses it: sentences in, codes out, and back again."""

import math
from pathlib import Path

import torch

from .. import models, store
from .tokens import UNK, Vocabulary, pad
from .training import networks

BATCH = 1000  # sentences that are encoded or decoded at once


def likeliest(logits):
    """The likeliest word that is not <unk>: logits (batch, n_words) → tokens (batch,)."""
    return logits.index_fill(-1, torch.tensor(UNK, device=logits.device), -math.inf).argmax(-1)


class TextVAE:
    """The networks of `models.text_vae`, frozen, with the vocabulary that they were trained with.

    `networks` and `vocabulary` are what `text.training.train` returns. `encode` and `decode` take
    one or many: a sentence gives (z_dim,) and back, a list of n sentences (n, z_dim). Codes are on
    the device of the networks, the CPU unless you move them; `decode` takes them from any device.
    """

    def __init__(self, networks, vocabulary):
        self.networks, self.vocabulary = networks.requires_grad_(False).eval(), vocabulary

    @torch.no_grad()
    def posterior(self, sentences):
        """The approximate posteriors q(z|x) of a list of sentences: mu and std, each (n, z_dim).

        Words that are not in the vocabulary are read as <unk>. Raises ValueError without a
        sentence.
        """
        if isinstance(sentences, str) or not len(sentences):
            raise ValueError(
                f"wanted a list of sentences, got {sentences!r}: put a single one into a list"
            )
        where = next(self.networks.parameters()).device
        parts = []
        for start in range(0, len(sentences), BATCH):
            tokens = pad(list(map(self.vocabulary.encode, sentences[start : start + BATCH])))
            parts.append(self.networks["encoder"](tokens.to(where)))
        mu, logvar = torch.cat(parts).chunk(2, -1)
        return mu, (0.5 * logvar).exp()

    def encode(self, sentences):
        """The means of the posteriors: of a sentence, (z_dim,), or of n of them, (n, z_dim)."""
        if isinstance(sentences, str):
            return self.posterior([sentences])[0][0]
        return self.posterior(sentences)[0]

    @torch.no_grad()
    def decode(self, z, choose=likeliest, **options):
        """The sentences of codes, by greedy decoding: one for (z_dim,), a list for (n, z_dim).

        `choose` and `options` go to `models.generate`; the default never chooses <unk>.
        Raises ValueError for codes of another size.
        """
        z_dim, z = self.networks["decoder"].start.in_features, torch.as_tensor(z)
        if z.dim() not in (1, 2) or z.shape[-1] != z_dim or not torch.isfinite(z).all():
            raise ValueError(
                f"wanted finite codes of shape ({z_dim},) or (n, {z_dim}), got {tuple(z.shape)}"
            )
        if z.dim() == 1:
            return self.decode(z[None], choose, **options)[0]
        if not len(z):
            return []
        decoder = self.networks["decoder"]
        z = z.to(next(decoder.parameters()))
        return [
            self.vocabulary.decode(row)
            for part in z.split(BATCH)
            for row in models.generate(decoder, part, choose, **options)
        ]


def load_vae(name):
    """A trained text VAE: a shipped one, such as "grammar" or "tatoeba", or one of your own.

    One of your own is named by the path of the file that `train-text-vae` wrote. Raises
    FileNotFoundError for a name or a path that is not there, ValueError for a damaged file.

    >>> vae = load_vae("grammar")
    >>> vae.decode(vae.encode("Our tall referees will lift a great cup on the beach."))
    'Our tall referees will lift a great cup on the beach.'
    """
    shipped = {
        path.stem.removeprefix("text_vae_"): path
        for path in store.data_file("checkpoints").glob("text_vae_*.safetensors")
    }
    path = shipped.get(name) or Path(name)
    if not path.is_file():
        raise FileNotFoundError(
            f"wanted one of {', '.join(sorted(shipped))}, "
            f"or a file that train-text-vae wrote, got {name!r}"
        )
    about = store.weights_about(path)
    if not {"vocabulary", "recipe"} <= about.keys():
        raise ValueError(
            f"wanted a text VAE in {path}, got weights without a vocabulary: "
            "they are another network's"
        )
    vocabulary, recipe = Vocabulary(about["vocabulary"]), about["recipe"]
    untrained = networks(len(vocabulary), recipe)
    return TextVAE(store.load_weights(path, untrained), vocabulary)
