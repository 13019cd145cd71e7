"""Wrong answers to the exercises of lesson 09: {exercise: [(code, words that the hint must
contain)]}.
"""

ERROR = "def my_reconstruction_error(encoder, decoder, x):\n    return "
SQUARES = ERROR + "(x - decoder(encoder(x))).square()"
PCA = (
    "def my_pca_copies(x, k):\n    mean = x.mean(0)\n"
    "    axes = torch.linalg.svd(x - mean, full_matrices=False)[2]\n    return "
)
RAW = (
    "def my_pca_copies(x, k):\n    axes = torch.linalg.svd(x, full_matrices=False)[2]\n    return "
)

WRONG = {
    1: [
        (SQUARES + ".mean()", "mean over the pixels"),
        (SQUARES + ".sum()", "you sum over the batch"),
        (SQUARES + ".sum(0).mean()", "turn it"),
        (SQUARES + ".sum(-1)", "mean over the batch"),
        (SQUARES + ".sum(-1).sqrt().mean()", "leave out the root"),
        (SQUARES + ".mean().sqrt()", "with a root"),
        (SQUARES + ".sum(-1).mean() / 2", "no ½"),
        (ERROR + "(x - decoder(encoder(x))).abs().sum(-1).mean()", "absolute values"),
        (
            ERROR + "(x - decoder(encoder(decoder(encoder(x))))).square().sum(-1).mean()",
            "once is enough",
        ),
        (ERROR + "(x - encoder(decoder(x))).square().sum(-1).mean()", "the decoder wants codes"),
        (ERROR + "(x - encoder(encoder(x))).square().sum()", "the encoder wants pictures"),
        (ERROR + "x.square().sum(-1).mean()", "wanted"),
    ],
    2: [
        (PCA + "(x - mean) @ axes[:k].T", "those are the codes"),
        (PCA + "(x - mean) @ axes[:k].T @ axes[:k]", "the mean is missing"),
        (RAW + "x @ axes[:k].T @ axes[:k]", "take the mean off first"),
        (
            RAW + "x.mean(0) + (x - x.mean(0)) @ axes[:k].T @ axes[:k]",
            "it wants x minus its mean",
        ),
        (PCA + "mean + (x - mean) @ axes[-k:].T @ axes[-k:]", "weakest axes"),
        (PCA + "mean + (x - mean) @ axes[: k + 1].T @ axes[: k + 1]", "k is 2"),
        (PCA + "mean + (x - mean) @ axes[: k - 1].T @ axes[: k - 1]", "k is 2"),
        (PCA + "x", "x itself"),
        (
            "def my_pca_copies(x, k):\n    mean = x.mean(0)\n    u, s, axes ="
            " torch.linalg.svd(x - mean)\n    return mean + (x - mean) @ (axes[:k].T * s[:k])"
            " @ axes[:k]",
            "stretched",
        ),
        (PCA + "mean + 0 * x", "squared error"),
        (PCA + "mean + (x - mean) @ axes[:2].T @ axes[:2]", "right for k = 2"),
    ],
}
