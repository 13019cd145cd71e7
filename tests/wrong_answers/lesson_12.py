"""Wrong answers to the exercises of lesson 12: {exercise: [(code, words that the hint must
contain)]}.
"""

GAUSSIAN = (
    "def my_gaussian(mu, std):\n    spread, noise = torch.cov(mu.T), std.square().mean(0).diag()\n"
    "    root = torch.linalg.cholesky\n    return "
)
ACTOR = "def my_actor_loss(digit_logits, digits, realism_logits):\n    return "
WRONG = {
    1: [
        (GAUSSIAN + "mu.mean(0), root(spread)", "σ·ε adds"),
        (GAUSSIAN + "mu.mean(0), root(torch.cov(mu.T, correction=0))", "σ·ε adds"),
        (GAUSSIAN + "mu.mean(0), root(noise)", "add the covariance of the rows"),
        (GAUSSIAN + "mu.mean(0), spread + noise", "Cholesky factor"),
        (GAUSSIAN + "mu.mean(0), root(spread + noise).T", "lower triangle"),
        (GAUSSIAN + "mu.mean(0), root(spread + std.mean(0).square().diag())", "mean of σ²"),
        (GAUSSIAN + "mu.mean(0), root(spread + std.mean(0).diag())", "not standard deviations"),
        (GAUSSIAN + "mu.mean(0), root(spread + std.square().sum(0).diag())", "not the sum"),
        (GAUSSIAN + "mu.sum(0), root(spread + noise)", "the mean of the rows"),
        (GAUSSIAN + "mu.mean(0), root(spread + 2 * noise)", "wanted"),
        (GAUSSIAN + "root(spread + noise)", "two things"),
        (GAUSSIAN + "mu.mean(0), root(torch.cov(mu) + 9 * torch.eye(9))", "should"),
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
}
