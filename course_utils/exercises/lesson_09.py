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


def _draw_slips(codes, eps):
    """Wrong draws of the Gaussian fitted to codes, with the hint that fits."""
    mean, cov = codes.mean(0), torch.cov(codes.T)
    root, std = torch.linalg.cholesky(cov), codes.std(0)
    return (
        (eps, "that is N(0, I): it wants the mean and the covariance of the codes"),
        (eps @ root.T, "the mean is missing: for ε = 0 it should give the mean of the codes"),
        (mean + eps, "the covariance is missing: multiply ε by L first"),
        (
            mean + eps @ root,
            "that is Lᵀ·ε, with the covariance Lᵀ·L: each ε is a row here, so turn L",
        ),
        (mean + eps @ cov, "ε is multiplied by S, which gives the covariance S·S: take L"),
        (mean + eps @ torch.linalg.inv(root).T, "ε is multiplied by the inverse of L: take L"),
        (
            mean + eps * std,
            "each number has the right standard deviation, but they vary independently: take L",
        ),
        (mean + eps * std.square(), "that multiplies ε by variances: take L"),
        (codes[: len(eps)] + eps, "that is code + ε: start from the mean of the codes"),
    )


@exercise
def check_2(fitted_draws):
    """mean + L ε with L Lᵀ the covariance of the codes, for any L."""
    mix = torch.tensor([[2.0, 1.5, -1.0], [0.0, 0.5, 0.7], [0.0, 0.0, 1.2]]).double()
    codes = _drawn(1000, 3) @ mix + torch.tensor([1.0, -2.0, 3.0])
    zero, unit = torch.zeros(1, 3).double(), torch.eye(3).double()
    eps = torch.cat([zero, unit, _drawn(8, 3, seed=1)])
    got = ask(fitted_draws, codes, eps)
    if torch.is_tensor(got) and got.shape == codes.shape:
        raise Hint("it gives as many z as there are codes: give one for each row of ε")
    got = want_tensor("the draws", got, eps.shape)
    again = ask(fitted_draws, codes, eps)
    if not torch.is_tensor(again) or not same(got, again):
        raise Hint("two calls differ: draw no noise of your own, use the ε that you are given")
    name_slip(got, _draw_slips(codes, eps))
    mean, cov = codes.mean(0), torch.cov(codes.T)
    if not same(got[0], mean):
        _, yours, right = worst(got[0], mean)
        raise Hint(f"for ε = 0 it gives {yours}, wanted {right}, the mean of the codes")
    root = (got[1:4] - got[0]).T  # its columns are what the unit vectors become
    if not same(got, got[0] + eps @ root.T):
        raise Hint("it is not mean + L·ε, with one L for every row of ε")
    if (root @ root.T - cov).norm() > 0.004 * cov.norm():  # 1/n or 1/(n - 1): both will do
        _, yours, right = worst(root @ root.T, cov)
        raise Hint(f"an entry of the draws' covariance is {yours}, wanted {right}: is L·Lᵀ = S?")
    return "Mean and covariance are those of the codes. The shape may still be another."


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
