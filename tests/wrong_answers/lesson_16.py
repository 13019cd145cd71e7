"""Wrong answers to the exercises of lesson 16: {exercise: [(code, words that the hint must
contain)]}.
"""

LOSS = "def my_attribute_nll(logits, target, sizes):\n    return "
GROUPS = "for y, part in zip(target.split(sizes, -1), logits.split(sizes, -1))"
TARGET = "def my_target(wish, logits, sizes, asked_weight, keep_weight):\n    return "
ASKED = "steering.one_hot_wish(wish, sizes)"
KEEP = "steering.believed(logits.detach(), wish, sizes)"
ACTOR = (
    "def my_actor_loss(z, z_prime, target, logits, realism_logits, sigma_bar, sizes):\n    return "
)
NLL = "attribute_nll(logits, target, sizes)"
REAL = "softplus(-realism_logits).mean()"
FAR = "latent_distance(z, z_prime, sigma_bar)"

WRONG = {
    1: [
        (LOSS + f"-sum((y * part.log_softmax(-1)).sum(-1) {GROUPS})", "mean over the batch"),
        (LOSS + f"-sum((y * part.log_softmax(-1)).sum() {GROUPS})", "take the mean"),
        (LOSS + f"sum((y * part.log_softmax(-1)).sum(-1) {GROUPS}).mean()", "the sign"),
        (
            LOSS + f"-sum((y * part.log_softmax(-1)).sum(-1) {GROUPS}).mean() / len(sizes)",
            "add them up",
        ),
        (LOSS + "-(target * logits.log_softmax(-1)).sum(-1).mean()", "one softmax over all"),
        (LOSS + f"-sum((y * part.softmax(-1)).sum(-1) {GROUPS}).mean()", "logarithm is missing"),
        (LOSS + f"-sum((y * part).sum(-1) {GROUPS}).mean()", "softmax is missing"),
        (
            LOSS + f"-sum((y * part.softmax(-1).log()).sum(-1) {GROUPS}).mean()",
            "large logits",
        ),
        (LOSS + "softplus(-logits).mean()", "wanted"),
        (
            LOSS + f"sum(nn.functional.cross_entropy(part, y.argmax(-1)) {GROUPS})",
            "wanted",
        ),
    ],
    2: [
        (TARGET + f"asked_weight * {ASKED}", "the belief is missing"),
        (TARGET + f"keep_weight * {KEEP}", "the wish is missing"),
        (TARGET + f"{ASKED} + {KEEP}", "the weights are missing"),
        (TARGET + f"keep_weight * {ASKED} + asked_weight * {KEEP}", "swapped"),
        (
            TARGET + f"asked_weight * {ASKED} + keep_weight * "
            "steering.believed(logits, wish, sizes)",
            "detach",
        ),
        (
            TARGET + f"asked_weight * {ASKED} + keep_weight * torch.cat("
            "[p.softmax(-1) for p in logits.detach().split(sizes, -1)], -1)",
            "only where the wish is open",
        ),
        (
            TARGET + f"(asked_weight * {ASKED} + keep_weight * {KEEP}) / 2",
            "it gives 4, wanted 8",
        ),
    ],
    3: [
        (ACTOR + f"{NLL} + 2 * {REAL}", "the distance is missing"),
        (ACTOR + f"{NLL} + {FAR}", "realism is missing"),
        (ACTOR + f"2 * {REAL} + {FAR}", "the attributes are missing"),
        (ACTOR + f"{NLL} + {REAL} + {FAR}", "weight 2"),
        (ACTOR + f"{NLL} + 2 * softplus(realism_logits).mean() + {FAR}", "taken for real"),
        (ACTOR + f"{NLL} + 2 * softplus(-realism_logits) + {FAR}", "take its mean"),
        (ACTOR + f"{NLL} + 2 * {REAL} - {FAR}", "moving costs"),
        (ACTOR + f"{NLL} + 2 * {REAL} + (z - z_prime).square().mean()", "wanted"),
        (
            ACTOR.replace("return ", "loss = ")
            + "attribute_nll(logits, target, sizes)\n    return loss,",
            "got (1,)",
        ),
    ],
}
