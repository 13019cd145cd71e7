"""Wrong answers to the exercises of lesson 06: {exercise: [(code, words that the hint must
contain)]}.
"""

PAIRS = "def my_pairs(x, y, n_labels):\n    return "
LOSS = "def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):\n    return "
INFORMATION = """def my_information(shares):
    mean = shares.mean(0)
    return """

WRONG = {
    1: [
        (PAIRS + "torch.cat([x, y.unsqueeze(-1).to(x)], -1)", "as one number"),
        (PAIRS + "torch.cat([x, one_hot(y).to(x)], -1)", "pass n_labels"),
        (PAIRS + "torch.cat([x, one_hot(y % 2, 2).to(x)], 1)", "the last axis"),
        (PAIRS + "torch.cat([one_hot(y, n_labels).to(x), x], -1)", "the label stands first"),
        (PAIRS + "torch.cat([x.long(), one_hot(y, n_labels)], -1)", "unchanged"),
        (
            PAIRS + "torch.cat([x, one_hot(y[:1], n_labels).to(x).expand(len(x), -1, -1)], -1)",
            "seed 0",
        ),
        (PAIRS + "torch.cat([x, one_hot(y.flip(1), n_labels).to(x)], -1)", "the labels are not"),
        (PAIRS + "x + y", "stopped with RuntimeError"),
    ],
    2: [
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_fake), y_real))",
            "they were made for",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_fake), y_fake))",
            "detach its samples",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_real).detach(), y_fake))",
            "on both sides",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_fake), discriminator(generator(z,"
            " y_fake).detach(), y_fake))",
            "beside the labels of the generated",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_real).detach(), y_real))",
            "not used",
        ),
        (
            LOSS + "discriminator_loss(discriminator(generator(z, y_fake).detach(), y_fake),"
            " discriminator(x_real, y_real))",
            "exchanged",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_fake).detach(), y_fake)).sum()",
            "mixes the seeds",
        ),
        (
            LOSS + "discriminator_loss(discriminator(x_real, y_real), discriminator(generator(z,"
            " y_fake), y_fake).detach())",
            "both halves",
        ),
    ],
    3: [
        (INFORMATION + "torch.xlogy(shares, shares / mean).sum(1).mean() / np.log(2)", "bits"),
        (INFORMATION + "torch.xlogy(shares, shares / mean).sum()", "mean over them"),
        (INFORMATION + "torch.xlogy(shares, shares / mean).mean()", "sum over them"),
        (INFORMATION + "torch.xlogy(shares, mean / shares).sum(1).mean()", "the sign"),
        (INFORMATION + "-(shares * shares.log()).sum(1).mean()", "mind the sign"),
        (INFORMATION + "(shares * shares.log()).sum(1).mean()", "is missing"),
        (
            INFORMATION
            + "torch.xlogy(shares, shares / shares.mean(1, keepdim=True)).sum(1).mean()",
            "the mean over the labels",
        ),
        (INFORMATION + "(mean * (mean / shares).log()).sum(1).mean()", "weight each logarithm"),
        (INFORMATION + "shares.diagonal().mean()", "depends on which label"),
        (INFORMATION + "(shares * (shares / mean).log()).sum(1)", "one number is wanted"),
        (INFORMATION + "(shares * (shares / mean).log()).sum(1).mean()", "NaN"),
        (INFORMATION + "torch.xlogy(shares, shares / mean).sum(1).mean()", "never comes"),
        (
            INFORMATION
            + "(shares * ((shares + 0.01) / (mean + 0.01)).log()).sum(1).mean() * 0 + 1",
            "for one table it gives",
        ),
    ],
}
