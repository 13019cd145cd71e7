"""Wrong answers to the exercises of lesson 01: {exercise: [(code, words that the hint must
contain)]}.
"""

LOSS = "def my_discriminator_loss(logits_real, logits_fake):\n    return "
BEST = "def my_optimal_discriminator(log_p, log_q):\n    return "
TURN = "def my_turn_d(generator, discriminator, opt_d, x_real, z):\n    "
STEP = "    opt_d.zero_grad(); loss.sum().backward(); opt_d.step()"
REAL, FAKE = (
    "softplus(-discriminator(x_real)).mean(1)",
    "softplus(discriminator(generator(z).detach())).mean(1)",
)

WRONG = {
    1: [
        (LOSS + "softplus(logits_real).mean(1) + softplus(-logits_fake).mean(1)", "swapped"),
        (LOSS + "softplus(-logits_real).sum(1) + softplus(logits_fake).sum(1)", "take the mean"),
        (
            LOSS + "(softplus(-logits_real) + softplus(logits_fake)).mean()",
            "one number for all seeds",
        ),
        (
            LOSS + "-softplus(-logits_real).mean(1) - softplus(logits_fake).mean(1)",
            "the sign is turned round",
        ),
        (LOSS + "(softplus(-logits_real).mean(1) + softplus(logits_fake).mean(1)) / 2", "add them"),
        (LOSS + "softplus(-logits_real).mean(1)", "one half is missing"),
        (
            LOSS + "-torch.log(sigmoid(logits_real)).mean(1) - torch.log(1 -"
            " sigmoid(logits_fake)).mean(1)",
            "no sigmoid",
        ),
        (
            LOSS + "softplus(-logits_real.clamp(-50, 50)).mean(1) + softplus(logits_fake.clamp(-50,"
            " 50)).mean(1)",
            "no clamp",
        ),
        (
            LOSS
            + "torch.log1p((-logits_real).exp()).mean(1) + torch.log1p(logits_fake.exp()).mean(1)",
            "gives inf",
        ),
        (
            LOSS + "(softplus(-logits_real).mean(1) + softplus(logits_fake).mean(1)) / np.log(2)",
            "you measure in bits",
        ),
        (
            LOSS
            + "softplus(-logits_real).median(1).values + softplus(logits_fake).median(1).values",
            "for one seed it gives",
        ),
        (LOSS + "softplus(-logits_real) + softplus(logits_fake)", "should have shape (3,)"),
    ],
    2: [
        (BEST + "log_p - log_q", "squash it"),
        (BEST + "sigmoid(log_q - log_p)", "the probability of being fake"),
        (BEST + "log_p / (log_p + log_q)", "you divided log densities"),
        (BEST + "log_p.exp() / (log_p.exp() + log_q.exp())", "it breaks down"),
        (BEST + "log_p.exp() / (log_p.exp() + log_q.exp() + 1e-8)", "it breaks down"),
        (BEST + "torch.full_like(log_p, 0.5)", "wanted 0.500 and 0.731"),
    ],
    3: [
        (TURN + f"loss = {REAL} + softplus(discriminator(generator(z))).mean(1)\n{STEP}", "detach"),
        (
            TURN + f"loss = {REAL} + {FAKE}\n    loss.sum().backward(); opt_d.step()",
            "gradients pile up",
        ),
        (
            TURN + f"loss = {REAL} + {FAKE}\n    opt_d.zero_grad(); loss.sum().backward()",
            "D has not moved",
        ),
        (
            TURN
            + f"loss = {REAL} + softplus(discriminator(generator(z)).detach()).mean(1)\n{STEP}",
            "not the logits",
        ),
        (TURN + f"loss = {FAKE}\n{STEP}", "the real samples"),
        (
            TURN
            + f"loss = {REAL} + {FAKE}\n{STEP}\n    with torch.no_grad(): generator[0].bias += 0.1",
            "the generator has moved",
        ),
        (TURN + f"loss = -({REAL} + {FAKE})\n{STEP}", "not by one step down"),
        (TURN + f"loss = ({REAL} + {FAKE}) / 2\n{STEP}", "not by one step down"),
    ],
}
