"""Wrong answers to the exercises of lesson 01: {exercise: [(code, words that the hint must
contain)]}.
"""

LOSS = "def my_discriminator_loss(logits_real, logits_fake):\n    return "
BEST = "def my_optimal_discriminator(log_p, log_q):\n    return "
TURN = "def my_turn_d(discriminator, opt_d, x_real, x_fake):\n    "
STEP = "    opt_d.zero_grad(); loss.backward(); opt_d.step()"
REAL, FAKE = (
    "softplus(-discriminator(x_real)).mean()",
    "softplus(discriminator(x_fake.detach())).mean()",
)

WRONG = {
    1: [
        (LOSS + "softplus(logits_real).mean() + softplus(-logits_fake).mean()", "swapped"),
        (LOSS + "softplus(-logits_real).sum() + softplus(logits_fake).sum()", "take the mean"),
        (
            LOSS + "-softplus(-logits_real).mean() - softplus(logits_fake).mean()",
            "the sign is turned round",
        ),
        (LOSS + "(softplus(-logits_real).mean() + softplus(logits_fake).mean()) / 2", "add them"),
        (LOSS + "softplus(-logits_real).mean()", "one half is missing"),
        (
            LOSS + "-torch.log(sigmoid(logits_real)).mean() - torch.log(1 -"
            " sigmoid(logits_fake)).mean()",
            "no sigmoid",
        ),
        (
            LOSS + "softplus(-logits_real.clamp(-50, 50)).mean() + softplus(logits_fake.clamp(-50,"
            " 50)).mean()",
            "no clamp",
        ),
        (
            LOSS
            + "torch.log1p((-logits_real).exp()).mean() + torch.log1p(logits_fake.exp()).mean()",
            "gives inf",
        ),
        (
            LOSS + "(softplus(-logits_real).mean() + softplus(logits_fake).mean()) / 0.693147",
            "you measure in bits",
        ),
        (
            LOSS + "softplus(-logits_real).median() + softplus(logits_fake).median()",
            "it gives",
        ),
        (LOSS + "softplus(-logits_real) + softplus(logits_fake)", "one number for each sample"),
        (
            LOSS + "(softplus(-logits_real).mean() + softplus(logits_fake).mean()).half()",
            "only three digits",
        ),
    ],
    2: [
        (TURN + f"loss = {REAL} + softplus(discriminator(x_fake)).mean()\n{STEP}", "detach"),
        (
            TURN + f"loss = {REAL} + {FAKE}\n    loss.backward(); opt_d.step()",
            "gradients pile up",
        ),
        (
            TURN + f"loss = {REAL} + {FAKE}\n    opt_d.zero_grad(); loss.backward()",
            "D has not moved",
        ),
        (
            TURN + f"loss = {REAL} + softplus(discriminator(x_fake).detach()).mean()\n{STEP}",
            "not the logits",
        ),
        (TURN + f"loss = {FAKE}\n{STEP}", "the real samples"),
        (TURN + f"loss = -({REAL} + {FAKE})\n{STEP}", "not by one step down"),
        (TURN + f"loss = ({REAL} + {FAKE}) / 2\n{STEP}", "not by one step down"),
        (
            TURN + f"loss = {REAL} + {FAKE}\n    loss.backward(); opt_d.step(); opt_d.zero_grad()",
            "before backward(), not after",
        ),
        (
            TURN
            + f"discriminator.requires_grad_(True)\n    loss = {REAL} + {FAKE}\n{STEP}"
            + "\n    discriminator.requires_grad_(False)",
            "left behind",
        ),
    ],
    3: [
        (BEST + "log_p - log_q", "squash it"),
        (BEST + "sigmoid(log_q - log_p)", "the probability of being fake"),
        (BEST + "log_p / (log_p + log_q)", "you divided log densities"),
        (BEST + "log_p.exp() / (log_p.exp() + log_q.exp())", "it breaks down"),
        (BEST + "log_p.exp() / (log_p.exp() + log_q.exp() + 1e-8)", "it breaks down"),
        (BEST + "torch.full_like(log_p, 0.5)", "gives 0.5, wanted 0.07586"),
        (
            BEST.replace("return ", "r = torch.exp(log_p - log_q)\n    return r / (1 + r)"),
            "exp(600) is infinite",
        ),
        (
            BEST + "1 - 1 / (1 + torch.exp(log_p - log_q).clamp(max=9))",
            "it breaks down",
        ),
    ],
}
