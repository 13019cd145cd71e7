"""Checks and quiz of lesson 09, autoencoders."""

import torch

from .. import checks
from ..checks import Hint, ask, exercise, name_slip, quiz, same, want_tensor, worst


def _drawn(*shape, seed=9):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@exercise
def check_1(reconstruction_error):
    """The squared error |x - decoder(encoder(x))|², summed over pixels, mean over the batch."""
    x, v, w = _drawn(5, 6), _drawn(6, 2, seed=1), _drawn(2, 6, seed=2)

    def encoder(x):
        if x.shape[-1] != 6:
            raise Hint(f"the encoder wants pictures, (batch, 6) here, and got {tuple(x.shape)}")
        return (x @ v.to(x.dtype)).tanh()

    def decoder(z):
        if z.shape[-1] != 2:
            raise Hint(f"the decoder wants codes, (batch, 2) here, and got {tuple(z.shape)}")
        return (z @ w.to(z.dtype)).sigmoid()

    squares = (x - decoder(encoder(x))).square()
    wanted = squares.sum(-1).mean()
    got = ask(reconstruction_error, encoder, decoder, x)
    if torch.is_tensor(got) and got.shape == (5,):
        raise Hint("you give one number for each picture: take the mean over the batch")
    got = want_tensor("the error", got, ())
    twice = (x - decoder(encoder(decoder(encoder(x))))).square().sum(-1).mean()
    slips = (
        (squares.mean(), "you take the mean over the pixels: sum over them"),
        (squares.sum(), "you sum over the batch: sum over the pixels, mean over the batch"),
        (
            squares.sum(0).mean(),
            "you sum over the batch and take the mean over the pixels: turn it",
        ),
        (squares.sum(-1).sqrt().mean(), "that is the mean distance: leave out the root"),
        (squares.mean().sqrt(), "that is the error of a pixel, with a root: sum the squares"),
        (squares.sqrt().sum(-1).mean(), "you sum absolute values: square the differences"),
        (0.5 * wanted, "half of it: there is no ½ here"),
        (twice, "x goes through encoder and decoder twice: once is enough"),
    )
    name_slip(got, slips)
    if not same(got, wanted):
        _, yours, right = worst(got, wanted)
        raise Hint(f"it gives {yours}, wanted {right}: the mean of |x − decoder(encoder(x))|²")
    return "That is all an autoencoder is asked to do."


def _copies(x, axes, mean):
    return mean + (x - mean) @ axes.T @ axes


def _pca_slips(x, k):
    """Wrong copies of x, with the hint that fits."""
    mean, zero = x.mean(0), torch.zeros(x.shape[1], dtype=x.dtype)
    axes = torch.linalg.svd(x - mean)[2]
    raw = torch.linalg.svd(x)[2]
    scale = torch.linalg.svd(x - mean)[1]
    stretched = mean + (x - mean) @ (axes[:k].T * scale[:k]) @ axes[:k]
    return (
        (_copies(x, axes[:k], mean) - mean, "the mean is missing: add it to the copies at the end"),
        (_copies(x, raw[:k], zero), "take the mean off first: these are not the axes of variation"),
        (_copies(x, raw[:k], mean), "the SVD is that of x: it wants x minus its mean"),
        (_copies(x, axes[-k:], mean), "those are the weakest axes: the strongest come first"),
        (_copies(x, axes[: k + 1], mean), f"that keeps {k + 1} numbers of a row: k is {k}"),
        (_copies(x, axes[: k - 1], mean), f"that keeps {k - 1} numbers of a row: k is {k}"),
        (x, "that is x itself: keep only k numbers of each row"),
        (stretched, "the codes are stretched: multiply by the axes only, not by the scales"),
    )


@exercise
def check_2(pca_copies):
    """What PCA with k numbers makes of each row: mean + (x - mean) Uᵀ U, with k principal axes."""
    spread = torch.tensor([5.0, 3.0, 2.0, 1.0, 0.5], dtype=torch.float64)
    turned, _ = torch.linalg.qr(_drawn(5, 5, seed=3))
    x, k = _drawn(12, 5) * spread @ turned + 3 * _drawn(5, seed=4), 2
    mean = x.mean(0)
    axes = torch.linalg.svd(x - mean)[2]
    wanted = _copies(x, axes[:k], mean)
    got = ask(pca_copies, x, k)
    if torch.is_tensor(got) and got.shape == (12, 2):
        raise Hint("those are the codes, (n, k): multiply by the axes to come back to (n, d)")
    got = want_tensor("the copies", got, x.shape)
    name_slip(got, _pca_slips(x, k))
    if not same(got, wanted):
        off = (got - wanted).square().sum(1).mean()
        raise Hint(
            f"the copies are off by {off:.3g} in squared error: with U the first k rows of Vh of "
            "the SVD of x − mean, a copy is mean + (x − mean) Uᵀ U"
        )
    more = ask(pca_copies, x, 4)
    if not torch.is_tensor(more) or not same(more, _copies(x, axes[:4], mean)):
        raise Hint("right for k = 2, not for k = 4: keep the first k axes")
    return "The best linear code with k numbers, without any training."


QUIZ = (
    (
        "A linear autoencoder with two numbers is trained to its minimum. What are the two rows of "
        "its decoder?",
        {
            "The first two principal axes, in order.": (
                "Only their plane is learned: "
                "any invertible mixture of the two leaves the same error."
            ),
            "Two directions that span the plane of the first two principal axes.": (
                "Right. Which two of them depends on the start."
            ),
            "Two axes at right angles, in any order.": (
                "Nothing in the error asks for right angles, and section 2 found other ones."
            ),
        },
    ),
    (
        "An autoencoder copies new digits well. What does its decoder make of a z from N(0, I)?",
        {
            "Digits, since N(0, I) is where latent vectors come from.": (
                "In a GAN, yes: its generator was trained on such z. "
                "An autoencoder has never been asked to put its codes there."
            ),
            "Noise, since it was trained on codes only.": (
                "It is a continuous function, and makes smooth shapes everywhere. "
                "Some of them are even digits."
            ),
            "Whatever it happens to make there: training said nothing about it.": (
                "Right. Some of these z lie among the codes of digits by chance, others do not."
            ),
        },
    ),
    (
        "A classifier of digits gives a picture the label 8 with probability 0.97. "
        "What do you know?",
        {
            "Among the ten digits it is most like an 8, to this classifier.": (
                "Right, and no more. It gives the mean of all digits a label with confidence, too."
            ),
            "It is an 8, with probability 0.97.": (
                "Only if it is a picture of the kind that the classifier has learned from. "
                "Section 5 names one that is not."
            ),
            "It is a digit, but the label may be wrong.": (
                "Its ten probabilities sum to 1 for any picture: there is no 'none of them'."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)


def summary():
    """How many exercises are right so far, and what to do about the others."""
    checks.summary(9)
