"""Networks that a later lesson needs ready-made.

They have a seed axis, which makes one module n_seeds independent networks, unless they say
otherwise.
"""

import copy
import math
from collections import OrderedDict

import torch
from torch import nn


class Linear(nn.Module):
    """n_seeds independent affine layers: x (n_seeds, batch, n_in) → (n_seeds, batch, n_out).

    y[s] = x[s] @ weight[s] + bias[s]; one batched matrix product, whatever the number of seeds.
    `weight_std=None` draws weights and biases from U(-1/√n_in, 1/√n_in), as torch.nn.Linear does;
    a number draws weights from N(0, weight_std²) and sets the biases to 0. Raises ValueError for x
    of another shape.
    """

    def __init__(self, n_in, n_out, n_seeds=1, weight_std=None):
        super().__init__()
        bound = 1 / math.sqrt(n_in)
        weight, bias = torch.empty(n_seeds, n_in, n_out), torch.zeros(n_seeds, 1, n_out)
        if weight_std is None:
            weight.uniform_(-bound, bound), bias.uniform_(-bound, bound)
        else:
            weight.normal_(0, weight_std)
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)

    def forward(self, x):
        n_seeds, n_in, _ = self.weight.shape
        if x.dim() != 3 or x.shape[0] != n_seeds or x.shape[2] != n_in:
            raise ValueError(
                f"wanted x of shape (n_seeds={n_seeds}, batch, features={n_in}), "
                f"got {tuple(x.shape)}: "
                "the first axis is the seed axis, also when there is one seed"
            )
        if n_in == 1:  # an outer product is cheaper than a matrix product
            return torch.addcmul(self.bias, x, self.weight)
        return torch.baddbmm(self.bias, x, self.weight)


def mlp(sizes, activation=nn.ReLU, n_seeds=1, weight_std=None):
    """A multi-layer perceptron with a seed axis.

    (n_seeds, batch, sizes[0]) → (n_seeds, batch, sizes[-1]). `activation`, a class or a function
    that makes a module, stands between the layers, not after the last.

    >>> mlp([1, 4, 1], nn.Softplus, n_seeds=64)(torch.zeros(64, 8, 1)).shape
    torch.Size([64, 8, 1])
    """
    layers = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        layers += [Linear(n_in, n_out, n_seeds, weight_std), activation()]
    return nn.Sequential(*layers[:-1])


def gan_discriminator(sizes, activation=nn.ReLU, n_seeds=1, weight_std=None):
    """An `mlp` that ends in one logit a sample: (n_seeds, batch, d) → (n_seeds, batch)."""
    return nn.Sequential(mlp([*sizes, 1], activation, n_seeds, weight_std), nn.Flatten(1))


class Centred(nn.Module):
    """A network that sees x - centre in place of x.

    Layers whose weights and biases are small, as initial and clipped ones are, bend near 0.
    """

    def __init__(self, net, centre):
        super().__init__()
        self.net, self.centre = net, centre

    def forward(self, x):
        return self.net(x - self.centre)


class SpectralLinear(nn.Module):
    """A `Linear` whose weight matrix is divided by its largest singular value σ.

    σ = uᵀ W v is the most by which W lengthens a vector. Each call does one round of the power
    iteration, v ← Wᵀ u and u ← W v, normalised, which turns u and v towards the directions of σ;
    as the weights move slowly, u and v keep up. Source: Miyato et al. 2018, algorithm 1.
    """

    def __init__(self, linear):
        super().__init__()
        self.linear = linear
        start = torch.randn_like(linear.weight[:, :, :1])
        self.register_buffer("u", nn.functional.normalize(start, dim=1))

    def forward(self, x):
        weight = self.linear.weight  # (n_seeds, n_in, n_out)
        with torch.no_grad():
            v = nn.functional.normalize(weight.mT @ self.u, dim=1)  # (n_seeds, n_out, 1)
            self.u = nn.functional.normalize(weight @ v, dim=1)  # (n_seeds, n_in, 1)
        sigma = self.u.mT @ weight @ v  # (n_seeds, 1, 1)
        return torch.baddbmm(self.linear.bias, x, weight / sigma)


def spectral(net):
    """The same network with spectral normalisation: each `Linear` becomes a `SpectralLinear`.

    With activations that lengthen no difference, such as ReLU, its Lipschitz constant is at most 1,
    once the power iteration has converged.
    """
    if isinstance(net, Linear):
        return SpectralLinear(net)
    if isinstance(net, nn.Sequential):
        return nn.Sequential(*map(spectral, net))
    return net


def count_neighbours(m):
    """How many other samples of its batch are near each sample: the features of a minibatch layer.

    o_ik = Σ_{j≠i} exp(-‖m_ik - m_jk‖₁): m (n_seeds, batch, views, dims), where a sample is in each
    view → (n_seeds, batch, views), from 0 to batch - 1. Source: Salimans et al. 2016, section 3.2,
    and the authors' code, which leaves j = i out; the formula of the paper has the constant 1 more.

    >>> count_neighbours(torch.tensor([0.0, 0.0, 50.0]).view(1, 3, 1, 1)).flatten().tolist()
    [1.0, 1.0, 0.0]
    """
    m = m.transpose(1, 2)
    closeness = torch.exp(-torch.cdist(m, m, p=1))
    return closeness.sum(-1).transpose(1, 2) - 1


class MinibatchLayer(nn.Module):
    """A layer of a discriminator in which each sample sees its batch: minibatch discrimination.

    h (n_seeds, batch, n_in) → (n_seeds, batch, n_in + views): h, and beside it `count_neighbours`
    of a learned affine map of h. Source: Salimans et al. 2016, section 3.2. Their code adds a bias
    to each feature, which the next layer has already.

    >>> MinibatchLayer(8, n_seeds=64)(torch.zeros(64, 16, 8)).shape
    torch.Size([64, 16, 13])
    """

    def __init__(self, n_in, n_seeds=1, views=5, dims=3):
        super().__init__()
        self.views = views
        self.project = Linear(n_in, views * dims, n_seeds)

    def forward(self, h):
        m = self.project(h).unflatten(-1, (self.views, -1))
        return torch.cat([h, count_neighbours(m)], -1)


def minibatch_discriminator(sizes, activation=nn.ReLU, n_seeds=1):
    """As `gan_discriminator`, with a `MinibatchLayer` before the last layer.

    (n_seeds, batch, d) → (n_seeds, batch) logits, each of which depends on the whole batch. Its
    parts have names: hidden, activation, layer, head, flat.

    >>> minibatch_discriminator([1, 8, 8], n_seeds=64)(torch.zeros(64, 16, 1)).shape
    torch.Size([64, 16])
    """
    hidden, layer = mlp(sizes, activation, n_seeds), MinibatchLayer(sizes[-1], n_seeds)
    head = Linear(sizes[-1] + layer.views, 1, n_seeds)
    parts = {"hidden": hidden, "activation": activation(), "layer": layer, "head": head}
    return nn.Sequential(OrderedDict(parts, flat=nn.Flatten(1)))


def pick_seeds(module, seeds):
    """A copy of `module` that holds only some of its seeds: with [3], seed 3 alone.

    >>> pick_seeds(mlp([1, 1], n_seeds=64), [3]).state_dict()["0.weight"].shape
    torch.Size([1, 1, 1])
    """
    picked = copy.deepcopy(module)
    for parameter in picked.parameters():
        parameter.data = parameter.data[seeds].clone()
    return picked


def digit_judge():
    """A small convolutional classifier of the shipped digits, without a seed axis.

    Images (batch, 1, 28, 28) in [0, 1] → (batch, 10) logits. Its weights are in
    data/checkpoints/digits_judge.safetensors; the companion of lesson 06 trains it, and lesson 06
    tests it.
    """
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def digit_generator():
    """A conditional generator of 28 × 28 digits, without a seed axis.

    Noise (batch, 32) beside one-hot labels (batch, 10), as one tensor (batch, 42) → images
    (batch, 1, 28, 28) in (0, 1). A transposed convolution with stride 2 doubles height and width.
    Weights are in data/checkpoints/digits_generator.safetensors and digits_blind.safetensors; the
    companion of lesson 06 trains them.
    """
    return nn.Sequential(
        nn.Linear(32 + 10, 64 * 7 * 7),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (64, 7, 7)),
        nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(32, 16, kernel_size=4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 1, kernel_size=3, padding=1),
        nn.Sigmoid(),
    )


def digit_autoencoder(z_dim, hidden=128, n_seeds=1):
    """An autoencoder of flat 28 × 28 digits: `encoder, decoder = digit_autoencoder(2).values()`.

    The encoder maps x (n_seeds, batch, 784) to codes (n_seeds, batch, z_dim), the decoder maps
    codes to x_hat (n_seeds, batch, 784) in (0, 1). Both have two hidden layers of ReLU.

    >>> encoder, decoder = digit_autoencoder(2, n_seeds=5).values()
    >>> decoder(encoder(torch.zeros(5, 8, 784))).shape
    torch.Size([5, 8, 784])
    """
    encoder = mlp([784, hidden, hidden, z_dim], n_seeds=n_seeds)
    decoder = nn.Sequential(mlp([z_dim, hidden, hidden, 784], n_seeds=n_seeds), nn.Sigmoid())
    return nn.ModuleDict(dict(encoder=encoder, decoder=decoder))


def digit_vae(z_dim, hidden=256, n_seeds=1):
    """A VAE of flat 28 × 28 digits: `encoder, decoder = digit_vae(2).values()`.

    The encoder maps x (n_seeds, batch, 784) to mu beside logvar, (n_seeds, batch, 2 z_dim):
    `mu, logvar = encoder(x).chunk(2, -1)`. The decoder maps z (n_seeds, batch, z_dim) to x_hat
    (n_seeds, batch, 784) in (0, 1). Both have two hidden layers of ReLU.
    """
    return nn.ModuleDict(
        dict(
            encoder=mlp([784, hidden, hidden, 2 * z_dim], n_seeds=n_seeds),
            decoder=nn.Sequential(mlp([z_dim, hidden, hidden, 784], n_seeds=n_seeds), nn.Sigmoid()),
        )
    )


class LatentActor(nn.Module):
    """A network that moves z to where a sample has the attributes asked for.

    z (n_seeds, batch, z_dim) and attributes (n_seeds, batch, n_attributes) → z_prime, shaped as z.
    z_prime = (1 - g) z + g δ in each dimension, where the logits of the gate g and δ are the two
    halves of an MLP's output; with g = 0 z stays as it is. Source: Engel, Hoffman and Roberts 2018;
    three hidden layers of `width` here, four of 2048 there.

    >>> LatentActor(32, 10, n_seeds=5)(torch.zeros(5, 8, 32), torch.zeros(5, 8, 10)).shape
    torch.Size([5, 8, 32])
    """

    def __init__(self, z_dim, n_attributes, width=128, n_seeds=1):
        super().__init__()
        self.net = mlp([z_dim + n_attributes, width, width, width, 2 * z_dim], nn.ReLU, n_seeds)

    def forward(self, z, attributes):
        gate, delta = self.net(torch.cat([z, attributes], -1)).chunk(2, -1)
        gate = gate.sigmoid()
        return (1 - gate) * z + gate * delta


class LatentShift(nn.Module):
    """A `LatentActor` without a gate: z_prime = z + δ, where δ is an MLP's output."""

    def __init__(self, z_dim, n_attributes, width=128, n_seeds=1):
        super().__init__()
        self.net = mlp([z_dim + n_attributes, width, width, width, z_dim], nn.ReLU, n_seeds)

    def forward(self, z, attributes):
        return z + self.net(torch.cat([z, attributes], -1))


class TextEncoder(nn.Module):
    """Sentences to posteriors: `mu, logvar = encoder(tokens).chunk(2, -1)`; no seed axis.

    Tokens (batch, length) int64, 0 is padding → (batch, 2 z_dim). An embedding, an LSTM, the mean
    and the maximum of its outputs over the words, an affine layer. Padding has no influence.
    """

    def __init__(self, n_words, z_dim, n_embed, hidden):
        super().__init__()
        self.embed = nn.Embedding(n_words, n_embed)
        self.lstm = nn.LSTM(n_embed, hidden, batch_first=True)
        self.to_stats = nn.Linear(2 * hidden, 2 * z_dim)

    def forward(self, tokens):
        outputs, _ = self.lstm(self.embed(tokens))  # (batch, length, hidden), each in (-1, 1)
        word = (tokens != 0).unsqueeze(-1)  # not padding
        mean = (outputs * word).sum(1) / word.sum(1)
        maximum = outputs.masked_fill(~word, -1).amax(1)
        return self.to_stats(torch.cat([mean, maximum], -1))


class TextDecoder(nn.Module):
    """Codes and words so far to outputs: `outputs, state = decoder(z, tokens)`; no seed axis.

    z (batch, z_dim) and tokens (batch, length) → (batch, length, hidden), one output after each
    word, and the LSTM's state. The LSTM starts from z, or goes on from `state`, and sees z beside
    each word. `decoder.head(outputs)` are the logits of the next words, (batch, length, n_words).
    In training the words so far are those of the sentence itself (teacher forcing). Source: Bowman
    et al. 2016.
    """

    def __init__(self, n_words, z_dim, n_embed, hidden):
        super().__init__()
        self.embed = nn.Embedding(n_words, n_embed)
        self.lstm = nn.LSTM(n_embed + z_dim, hidden, batch_first=True)
        self.start = nn.Linear(z_dim, 2 * hidden)
        self.head = nn.Linear(hidden, n_words)

    def forward(self, z, tokens, state=None):
        if state is None:  # hidden state and cell, each (1, batch, hidden)
            state = tuple(
                half.unsqueeze(0).contiguous() for half in self.start(z).tanh().chunk(2, -1)
            )
        beside = z.unsqueeze(1).expand(-1, tokens.shape[1], -1)
        return self.lstm(torch.cat([self.embed(tokens), beside], -1), state)


class TiedTextEncoder(nn.Module):
    """As `TextEncoder`, with an embedding from outside, both directions of reading, and dropout.

    Tokens (batch, length) int64, 0 is padding → (batch, 2 z_dim). `hidden` is the size of the LSTM
    in each direction. The embedding belongs to the decoder: it is not among the parameters here.
    """

    def __init__(self, embed, z_dim, hidden, dropout=0.0):
        super().__init__()
        self.shared, self.drop = (embed,), nn.Dropout(dropout)  # in a tuple: it is not registered
        self.lstm = nn.LSTM(embed.embedding_dim, hidden, batch_first=True, bidirectional=True)
        self.to_stats = nn.Linear(4 * hidden, 2 * z_dim)

    def forward(self, tokens):
        word = tokens != 0  # not padding
        packed = nn.utils.rnn.pack_padded_sequence(
            *(self.drop(self.shared[0](tokens)), word.sum(1).cpu()),
            batch_first=True,
            enforce_sorted=False,
        )
        outputs, _ = nn.utils.rnn.pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, total_length=tokens.shape[1]
        )
        word = word.unsqueeze(-1)
        mean = (outputs * word).sum(1) / word.sum(1)
        maximum = outputs.masked_fill(~word, -1).amax(1)
        return self.to_stats(torch.cat([mean, maximum], -1))


class TiedHead(nn.Module):
    """Logits of words by the rows of an embedding from outside: E y + b, (…, d) → (…, n_words)."""

    def __init__(self, embed):
        super().__init__()
        self.shared, self.bias = (embed,), nn.Parameter(torch.zeros(embed.num_embeddings))

    @property
    def weight(self):
        """The embedding's rows, (n_words, d)."""
        return self.shared[0].weight

    def forward(self, outputs):
        return nn.functional.linear(outputs, self.weight, self.bias)


class TiedTextDecoder(nn.Module):
    """As `TextDecoder`, with one table of word vectors for reading and writing, and dropout.

    The outputs, (batch, length, n_embed), are an affine map of the LSTM's outputs and z; `head`
    compares them with the word vectors, which is called tying. Source: Press and Wolf 2017, "Using
    the Output Embedding to Improve Language Models".
    """

    def __init__(self, n_words, z_dim, n_embed, hidden, dropout=0.0):
        super().__init__()
        self.embed, self.drop = nn.Embedding(n_words, n_embed), nn.Dropout(dropout)
        nn.init.normal_(self.embed.weight, std=0.1)
        self.lstm = nn.LSTM(n_embed + z_dim, hidden, batch_first=True)
        self.start, self.to_word = nn.Linear(z_dim, 2 * hidden), nn.Linear(hidden + z_dim, n_embed)
        self.head = TiedHead(self.embed)

    def forward(self, z, tokens, state=None):
        if state is None:
            state = tuple(
                half.unsqueeze(0).contiguous() for half in self.start(z).tanh().chunk(2, -1)
            )
        beside = z.unsqueeze(1).expand(-1, tokens.shape[1], -1)
        outputs, state = self.lstm(torch.cat([self.drop(self.embed(tokens)), beside], -1), state)
        return self.to_word(torch.cat([self.drop(outputs), beside], -1)), state


def text_vae(n_words, z_dim=32, n_embed=128, hidden=256, tied=False, dropout=0.0):
    """The networks of a text VAE: `encoder, decoder, bag = text_vae(500).values()`.

    The encoder's hidden layer is half as large as the decoder's. bag: z (batch, z_dim) → (batch,
    n_words), the logits of which words occur, in any order; only a training objective uses it.
    With `tied`, encoder and decoder share one table of word vectors, and the encoder reads in both
    directions; only these networks have `dropout`.
    """
    if tied:
        decoder = TiedTextDecoder(n_words, z_dim, n_embed, hidden, dropout)
        encoder = TiedTextEncoder(decoder.embed, z_dim, hidden // 2, dropout)
    else:
        decoder = TextDecoder(n_words, z_dim, n_embed, hidden)
        encoder = TextEncoder(n_words, z_dim, n_embed, hidden // 2)
    return nn.ModuleDict(dict(encoder=encoder, decoder=decoder, bag=nn.Linear(z_dim, n_words)))


@torch.no_grad()
def generate(decoder, z, choose=lambda logits: logits.argmax(-1), max_length=24):
    """Sentences from codes, word by word: z (batch, z_dim) → tokens (batch, ≤ max_length).

    A sentence ends with 2, then comes padding, 0. `choose` maps logits (batch, n_words) to the next
    tokens (batch,); the default takes the most probable ones, which is greedy decoding.
    """
    # every sentence begins with 1
    tokens, state, written = torch.ones(len(z), 1, dtype=torch.int64, device=z.device), None, []
    over = torch.zeros(len(z), dtype=torch.bool, device=z.device)
    while len(written) < max_length and not over.all():
        outputs, state = decoder(z, tokens, state)
        tokens = choose(decoder.head(outputs[:, -1])).masked_fill(over, 0).unsqueeze(1)
        over = over | (tokens.squeeze(1) == 2)
        written.append(tokens)
    return torch.cat(written, 1)
