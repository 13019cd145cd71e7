"""Wrong answers to the exercises of lesson 09: {exercise: [(code, words that the hint must
contain)]}.
"""

ERROR = "def my_reconstruction_error(encoder, decoder, x):\n    return "
SQUARES = ERROR + "(x - decoder(encoder(x))).square()"
DRAWS = (
    "def my_fitted_draws(codes, eps):\n    mean, cov = codes.mean(0), torch.cov(codes.T)\n"
    "    root, std = torch.linalg.cholesky(cov), codes.std(0)\n    return "
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
        (DRAWS + "eps", "that is N(0, I)"),
        (DRAWS + "eps @ root.T", "the mean is missing"),
        (DRAWS + "mean + eps", "the covariance is missing"),
        (DRAWS + "mean + eps @ root", "turn L"),
        (DRAWS + "mean + eps @ cov", "S·S"),
        (DRAWS + "mean + eps @ torch.linalg.inv(root).T", "the inverse of L"),
        (DRAWS + "mean + eps * std", "independently"),
        (DRAWS + "mean + eps * std.square()", "variances"),
        (DRAWS + "codes[: len(eps)] + eps", "that is code + ε"),
        (DRAWS + "codes", "one for each row of ε"),
        (DRAWS + "mean + torch.randn_like(eps) @ root.T", "noise of your own"),
        (DRAWS + "0.9 * mean + eps @ root.T", "for ε = 0"),
        (DRAWS + "mean + (eps * 1.05) @ root.T", "is L·Lᵀ = S?"),
        (DRAWS + "mean + (eps @ root.T).abs()", "not mean + L·ε"),
        (
            "def my_fitted_draws(codes, eps):\n    root = torch.linalg.cholesky(torch.cov(codes))\n"
            "    return codes.mean(0) + eps @ root.T",
            "your code stopped",
        ),
    ],
}
