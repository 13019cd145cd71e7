"""Wrong answers to the exercises of lesson 12: {exercise: [(code, words that the hint must
contain)]}.
"""

REALISM = (
    "def my_realism_loss(realism, z_real, z_fake):\n    real, fake = realism(z_real),"
    " realism(z_fake)\n    return "
)
ACTOR = "def my_actor_loss(digit_logits, digits, realism_logits):\n    return "
STYLE = (
    "def my_style_loss(output, wish):\n    squares = (output[:, 10:] - wish[:, 10:]).square()\n"
    "    digit = torch.nn.functional.cross_entropy(output[:, :10], wish[:, :10])\n    return "
)

WRONG = {
    1: [
        (REALISM + "softplus(real).mean() + softplus(-fake).mean()", "upside down"),
        (REALISM + "softplus(-real).mean()", "second half is missing"),
        (REALISM + "softplus(fake).mean()", "first half is missing"),
        (REALISM + "softplus(-real).sum() + softplus(fake).sum()", "not sums"),
        (REALISM + "(softplus(-real).mean() + softplus(fake).mean()) / 2", "half of it"),
        (REALISM + "softplus(-real).mean() + softplus(-fake).mean()", "at both"),
        (REALISM + "fake.mean() - real.mean()", "Wasserstein"),
        (REALISM + "-real.sigmoid().mean() - (1 - fake.sigmoid()).mean()", "logarithms"),
        (REALISM + "-softplus(-real).mean() - softplus(fake).mean()", "the sign"),
        (REALISM + "softplus(-real) + softplus(fake.mean())", "should"),
        (REALISM + "softplus(-z_real).mean() + softplus(z_fake).mean()", "wanted"),
    ],
    2: [
        (ACTOR + "cross_entropy(digit_logits, digits)", "realism is missing"),
        (ACTOR + "softplus(-realism_logits).mean()", "the wish is missing"),
        (
            ACTOR + "cross_entropy(digit_logits, digits) + softplus(realism_logits).mean()",
            "wants D near 1",
        ),
        (
            ACTOR + "cross_entropy(digit_logits, digits) - softplus(realism_logits).mean()",
            "minimax",
        ),
        (
            ACTOR + "softplus(-realism_logits).mean() - cross_entropy(digit_logits, digits)",
            "sign of the cross-entropy",
        ),
        (ACTOR + "cross_entropy(digit_logits, digits) + softplus(-realism_logits).sum()", "too"),
        (
            ACTOR + "cross_entropy(digit_logits.softmax(1), digits)"
            " + softplus(-realism_logits).mean()",
            "wants logits",
        ),
        (ACTOR + "cross_entropy(digit_logits, digits) - realism_logits.mean()", "Wasserstein"),
        (ACTOR + "cross_entropy(digit_logits, digits) + softplus(-realism_logits)", "should"),
        (
            ACTOR + "cross_entropy(digit_logits, digits) + 2 * softplus(-realism_logits).mean()",
            "wanted",
        ),
    ],
    3: [
        (STYLE + "digit", "thickness and slant are missing"),
        (STYLE + "squares.sum(1).mean()", "the digit is missing"),
        (STYLE + "digit + squares.mean()", "mean over the two numbers"),
        (STYLE + "digit + squares.sum()", "mean over the batch"),
        (STYLE + "digit + squares.sum(1).sqrt().mean()", "without the root"),
        (STYLE + "digit + squares.sqrt().sum(1).mean()", "absolute errors"),
        (STYLE + "torch.nn.functional.cross_entropy(output, wish)", "first ten numbers only"),
        (STYLE + "(output - wish).square().sum(1).mean()", "logits of a digit"),
        (STYLE + "digit + 0.3 * squares.sum(1).mean()", "wanted"),
    ],
}
