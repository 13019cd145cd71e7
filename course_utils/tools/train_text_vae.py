"""Train the text VAE of lesson 12: python -m course_utils train-text-vae --corpus grammar|tatoeba|FILE --recipe NAME --out FILE."""
import argparse
import io
import json
import math
import os
from pathlib import Path

import torch
from torch import distributed, nn

from .. import models, run
from ..grammar import Grammar
from ..losses import bag_of_words_nll, free_bits, gaussian_kl, token_nll
from ..text import BOS, PAD, UNK, Vocabulary, buckets, pad, read_corpus

DEFAULTS = dict(n_steps=2000, batch=128, rate=2e-3, z_dim=32, n_embed=128, hidden=256, kl_weight=1.0, warm_up=0.0, cycles=1, pretrain=0.0, floor=0.0,
                word_dropout=0.0, bag=0.0, candidates=0, autocast=False)
RECIPES = {"vanilla": {}}


def kl_weight(progress, recipe):
    """The weight of the KL at a point of the training, progress in [0, 1): 0 while the autoencoder is pre-trained, then rising, `cycles` times."""
    left = (progress - recipe["pretrain"]) / (1 - recipe["pretrain"])
    if left < 0:
        return 0.0
    rise = recipe["warm_up"]
    return recipe["kl_weight"] * (min(1.0, left * recipe["cycles"] % 1 / rise) if rise else 1.0)


def learning_rate(progress, recipe):
    """Constant, then falling to nearly 0 over the last three tenths."""
    return recipe["rate"] * min(1.0, (1 - progress) / 0.3 + 0.01)


class Objective(nn.Module):
    """The loss of one batch, as a module, so that DistributedDataParallel can hold it: (tokens, progress) → loss and its parts."""

    def __init__(self, vae, recipe):
        super().__init__()
        self.vae, self.recipe = vae, recipe

    def forward(self, tokens, eps, given, progress):
        """tokens (batch, length), noise (batch, z_dim), given (batch, length - 1) what the decoder sees; → dict of loss, recon, kl, bag."""
        recipe, (encoder, decoder, bag_head) = self.recipe, self.vae.values()
        mu, logvar = encoder(tokens).chunk(2, -1)
        weight = kl_weight(progress, recipe)
        z = mu + (0.5 * logvar).exp() * eps if progress >= recipe["pretrain"] else mu
        recon = token_nll(decoder.head(decoder(z, given)[0]).float(), tokens[:, 1:]).mean()
        kl = gaussian_kl(mu.unsqueeze(-1), logvar.unsqueeze(-1))                          # (batch, z_dim): of each dimension
        bag = bag_of_words_nll(bag_head(z).float(), tokens).mean() if recipe["bag"] else torch.zeros(())
        loss = recon + weight * free_bits(kl, recipe["floor"]) + recipe["bag"] * bag
        return dict(loss=loss, recon=recon.detach(), kl=kl.sum(1).mean().detach(), bag=bag.detach())


class Batches:
    """Batch i of the endless sequence of batches, from sentences as lists of tokens: the same for a seed, whenever it is asked for."""

    def __init__(self, sentences, size, seed):
        self.sentences, self.size, self.seed, self.epoch = sentences, size, seed, -1
        self.n = math.ceil(len(sentences) / size)

    def __call__(self, i):
        if self.epoch != i // self.n:
            self.epoch = i // self.n
            generator = torch.Generator().manual_seed(1_000_003 * self.seed + self.epoch)
            self.order = buckets(list(map(len, self.sentences)), self.size, generator)
        return pad([self.sentences[k] for k in self.order[i % self.n]])


def train(sentences, recipe, seed=0, vocabulary=None):
    """Train a TextVae on sentences by a recipe; returns (model, vocabulary, history of run.run)."""
    recipe = DEFAULTS | recipe
    vocabulary = vocabulary or Vocabulary.build(sentences, recipe.get("min_count", 1))
    run.seed_everything(seed)
    model = models.text_vae(len(vocabulary), recipe["z_dim"], recipe["n_embed"], recipe["hidden"])
    objective, opt = Objective(model, recipe), torch.optim.Adam(model.parameters(), recipe["rate"], fused=True)
    batches = Batches([vocabulary.encode(sentence) for sentence in sentences], recipe["batch"], seed)

    def step(i):
        tokens, progress = batches(i), i / recipe["n_steps"]
        torch.manual_seed(1_000_003 * seed + i)                                           # the noise of step i, also after a restart
        eps, given = torch.randn(len(tokens), recipe["z_dim"]), tokens[:, :-1]
        if recipe["word_dropout"]:
            given = given.masked_fill((torch.rand(given.shape) < recipe["word_dropout"]) & (given > UNK), UNK)
        for group in opt.param_groups:
            group["lr"] = learning_rate(progress, recipe)
        parts = objective(tokens, eps, given, progress)
        opt.zero_grad(), parts["loss"].backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0), opt.step()
        return parts
    history = run.run(step, recipe["n_steps"], every=50)
    return model, vocabulary, history
