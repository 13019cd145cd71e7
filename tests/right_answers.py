"""Right answers to the exercises in other words than the printed solution: {exercise: [code]}.

Where an answer is one expression, the code is only that: what the stub's function returns.
"""

RIGHT = {
    "00.1": [
        "sum(map(after.split().__contains__, before.split())) / len(before.split())",
        "np.isin(before.split(), after.split()).mean()",
        "torch.tensor([w in set(after.split()) for w in before.split()]).float().mean()",
        "sum(1 for w in before.split() if w in after.split()) / (before.count(' ') + 1)",
        "1 - len([w for w in before.split() if w not in after.split()]) / len(before.split())",
    ],
    "01.1": [
        "-nn.functional.logsigmoid(logits_real).mean() - (-softplus(logits_fake)).mean()",
        "softplus(torch.cat([-logits_real, logits_fake])).mean() * 2",
        "(softplus(-logits_real) + softplus(logits_fake)).mean()",
        "(torch.logaddexp(-logits_real, 0 * logits_real) + softplus(logits_fake)).sum() / "
        "len(logits_real)",
        "sum(np.logaddexp(0, x.numpy()).mean() for x in (-logits_real, logits_fake))",
        "nn.functional.binary_cross_entropy_with_logits(logits_real, 0 * logits_real + 1) + "
        "nn.functional.binary_cross_entropy_with_logits(logits_fake, 0 * logits_fake)",
        "sum(softplus(x.double()).mean() for x in (-logits_real, logits_fake)).item()",
    ],
    "01.2": [
        """
def my_turn_d(discriminator, opt_d, x_real, x_fake):
    for p in discriminator.parameters():
        p.grad = None
    logits = discriminator(torch.cat([x_real, x_fake.detach()]))
    sign = torch.ones(len(logits))
    sign[: len(x_real)] = -1
    (softplus(sign * logits).mean() * 2).backward()
    opt_d.step()
    return 3
""",
        """
def my_turn_d(discriminator, opt_d, x_real, x_fake):
    opt_d.zero_grad(set_to_none=False)
    softplus(-discriminator(x_real)).mean().backward()
    softplus(discriminator(x_fake.clone().detach())).mean().backward()
    opt_d.step()
    opt_d.zero_grad()
""",
        """
def my_turn_d(discriminator, opt_d, x_real, x_fake):
    with torch.no_grad():
        x_fake = 1 * x_fake
    loss = softplus(-discriminator(x_real)).mean() + softplus(discriminator(x_fake)).mean()
    weights = list(discriminator.parameters())
    for p, gradient in zip(weights, torch.autograd.grad(loss, weights)):
        p.grad = gradient
    opt_d.step()
    return loss
""",
        """
def my_turn_d(discriminator, opt_d, x_real, x_fake):
    x_fake = torch.tensor(x_fake.tolist())
    def closure():
        opt_d.zero_grad()
        loss = (softplus(-discriminator(x_real)) + softplus(discriminator(x_fake))).mean()
        loss.backward()
        return loss
    opt_d.step(closure)
""",
        """
def my_turn_d(discriminator, opt_d, x_real, x_fake):
    real, fake = discriminator(x_real), discriminator(x_fake.data)
    discriminator.zero_grad()
    loss = -nn.functional.logsigmoid(real).mean() - nn.functional.logsigmoid(-fake).mean()
    loss.backward()
    opt_d.step()
""",
    ],
    "01.3": [
        "1 / (1 + torch.exp(log_q - log_p))",
        "torch.exp(log_p - torch.logaddexp(log_p, log_q))",
        "torch.stack([log_p, log_q]).softmax(0)[0]",
        "1 - (log_q - log_p).sigmoid()",
        "(1 + torch.tanh((log_p - log_q) / 2)) / 2",
        "(log_p.double() - log_q).sigmoid().numpy()",
    ],
    "02.1": [
        """
def my_scores(x, centres, std):
    square = ((x[:, None] - centres) ** 2).sum(-1)
    good = square < 9 * std ** 2
    return int((good & (square == square.amin(1, keepdim=True))).any(0).sum()), good.any(1).mean(
        dtype=torch.float64
    )
""",
        """
def my_scores(x, centres, std):
    served, n_good = set(), 0
    for point in x.tolist():
        gaps = [math.dist(point, centre) for centre in centres.tolist()]
        if min(gaps) < 3 * std:
            n_good += 1
            served.add(gaps.index(min(gaps)))
    return [len(served), n_good / len(x)]
""",
    ],
    "02.2": [
        """
def my_gradient_penalty(discriminator, x_real, x_fake):
    x = torch.cat([x_real, x_fake]).detach().requires_grad_()
    logits = discriminator(x)
    g = torch.autograd.grad(logits, x, torch.ones_like(logits), create_graph=True)[0]
    return g.pow(2).sum() / len(x)
""",
        """
def my_gradient_penalty(discriminator, x_real, x_fake):
    f = torch.func.vmap(torch.func.grad(lambda x: discriminator(x[None])[0]))
    return sum((f(x.detach()) ** 2).sum(1).mean() / 2 for x in (x_real, x_fake))
""",
    ],
    "03.1": [
        "torch.exp(-(m[:, :, None] - m[:, None]).abs().sum(-1)).sum(2).double() - 1",
    ],
    "03.2": [
        "log_p.sum(1) - log_q.double().sum(1)",
        "[sum(p) - sum(q) for p, q in zip(log_p.tolist(), log_q.tolist())]",
    ],
    "03.3": [
        """
def my_push(x, w):
    x = x.double().requires_grad_()
    close = torch.exp(-(x[:, None] - x).abs())
    loss = -torch.nn.functional.logsigmoid(w * (close.sum(0) - close.diag())).sum()
    loss.backward()
    return [-3 * g for g in x.grad.tolist()]
""",
    ],
    "04.1": [
        "torch.stack([-sigmoid(logits), sigmoid(-logits.double()).neg()])",
        "((-sigmoid(logits)).numpy(), (-sigmoid(-logits)).numpy())",
        "[(-1 / (1 + (sign * logits.double()).exp())).tolist() for sign in (-1, 1)]",
    ],
    "04.2": [
        """
def my_arrows(loss, discriminator, x):
    x = x.double().requires_grad_()
    loss(discriminator(x).unsqueeze(-1)).sum().backward()
    return (-x.grad).numpy()
""",
        """
def my_arrows(loss, discriminator, x):
    gradient = torch.func.grad(lambda x: loss(discriminator(x)))(x)
    return [[-len(x) * part.item()] for part in gradient]
""",
    ],
    "05.1": [
        """
def my_best_critic(p, q, h):
    rises = np.sign(np.cumsum((q - p).numpy(), -1))
    return 7 + h * np.cumsum(np.concatenate([0 * rises[..., :1], rises[..., :-1]], -1), -1)
""",
        """
def my_best_critic(p, q, h):
    f = [torch.zeros(p.shape[:-1])]
    for k in range(p.shape[-1] - 1):
        more_in_q = q[..., : k + 1].sum(-1) > p[..., : k + 1].sum(-1)
        f.append(f[-1] + torch.where(more_in_q, h, -h))
    return torch.stack(f, -1)
""",
    ],
    "05.2": [
        """
def my_penalty(critic, x_real, x_fake):
    x_hat = torch.lerp(x_fake, x_real, torch.rand(len(x_real), x_real.shape[1], 1))
    x_hat.requires_grad_()
    slope = torch.autograd.grad(critic(x_hat).sum(), x_hat, create_graph=True)[0]
    return torch.relu(slope.square().sum(-1).sqrt() - 1).pow(2).mean(1)
""",
        """
def my_penalty(critic, x_real, x_fake):
    eps = torch.rand(x_real.shape[:-1]).unsqueeze(-1)
    x_hat = torch.nn.Parameter(x_fake + eps * (x_real - x_fake))
    critic(x_real), critic(x_fake)
    slope = torch.autograd.grad(critic(x_hat), x_hat, torch.ones(eps.shape[:2]), create_graph=True)
    excess = slope[0].double().norm(dim=2) - 1
    return torch.where(excess > 0, excess**2, 0 * excess).sum(1) / len(excess[0])
""",
    ],
    "06.1": [
        "torch.cat([x, torch.eye(n_labels)[y]], 2)",
        "np.concatenate([x, np.eye(n_labels)[y]], 2)",
    ],
    "06.2": [
        "(softplus(-discriminator(x_real, y_real)) + "
        "softplus(discriminator(generator(z, y_fake).detach(), y_fake))).mean(1)",
        """
def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):
    with torch.no_grad():
        x_fake = generator(z, y_fake)
    real, fake = discriminator(x_real, y_real).double(), discriminator(x_fake, y_fake)
    return [softplus(-r).mean() + softplus(f).mean() for r, f in zip(real, fake)]
""",
    ],
    "06.3": [
        "torch.xlogy(shares, shares / shares.mean(0).clamp(min=1e-30)).sum() / len(shares)",
        "torch.special.entr(shares.mean(0)).sum() - torch.special.entr(shares).sum(1).mean()",
        """
def my_information(shares):
    total, mean = 0.0, shares.mean(0)
    for row in shares:
        for share, average in zip(row.tolist(), mean.tolist()):
            total += share * np.log(share / average) if share else 0
    return total / len(shares)
""",
    ],
    "07.1": [
        "((to_moons(to_rings(x_moons)) - x_moons).abs() + "
        "(to_rings(to_moons(x_rings)) - x_rings).abs()).sum((1, 2)) / x_moons.shape[1]",
        """
def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    moons = torch.nn.functional.l1_loss(to_moons(to_rings(x_moons)), x_moons, reduction="none")
    rings = torch.cdist(to_rings(to_moons(x_rings)), x_rings, p=1).diagonal(dim1=1, dim2=2)
    return tuple(2 * m.mean() + r.mean() for m, r in zip(moons, rings))
""",
    ],
    "07.2": [
        "[lambda x: (to_rings(x) * torch.tensor([1, -1])).numpy(), "
        "lambda x: to_moons(torch.stack([x[..., 0], -x[..., 1]], -1)).double()]",
        """
def my_other_pair(to_rings, to_moons):
    def swap(x):  # each ring mirrored on its own vertical axis
        return torch.stack([2.8 * x[..., 0].sign() - x[..., 0], x[..., 1]], -1)
    return lambda x: swap(to_rings(x)), lambda x: to_moons(swap(x))
""",
        """
def my_other_pair(to_rings, to_moons):
    def swap(x):  # each moon mirrored on its own axis
        return torch.stack([2.8 * x[..., 0].sign() - x[..., 0], x[..., 1]], -1)
    return lambda x: to_rings(swap(x)), lambda x: swap(to_moons(x))
""",
    ],
    "07.3": [
        "((to_rings(x_rings) - x_rings).abs() + (to_moons(x_moons) - x_moons).abs()).sum((1, 2)) / "
        "x_moons.shape[1]",
        """
def my_identity_loss(to_rings, to_moons, x_moons, x_rings):
    parts = [(to_rings, x_rings), (to_moons, x_moons)]
    return sum(2 * torch.nn.functional.l1_loss(f(x), x, reduction="none").mean((1, 2))
               for f, x in parts)
""",
    ],
    "08.1": [
        "[(step * np.exp(a) * (a - b)).sum() for a, b in "
        "((log_p.numpy(), log_q.numpy()), (log_q.numpy(), log_p.numpy()))]",
        "[step * torch.dot(torch.exp(a), a - b) for a, b in ((log_p, log_q), (log_q, log_p))]",
        "torch.trapezoid(torch.stack([log_p.exp() * (log_p - log_q), "
        "log_q.exp() * (log_q - log_p)]), dx=step)",
    ],
    "08.2": ["17 - np.exp(2 * logits.numpy())", "[-math.exp(2 * x) for x in logits.tolist()]"],
    "09.1": [
        "np.mean([((row - decoder(encoder(row[None]))[0]) ** 2).sum().item() for row in x])",
        "torch.nn.functional.mse_loss(decoder(encoder(x)), x, reduction='sum') / len(x)",
        "x.shape[-1] * (x - decoder(encoder(x))).pow(2).mean()",
    ],
    "09.2": [
        """
def my_pca_copies(x, k):
    mean = x.mean(0)
    values, vectors = np.linalg.eigh(np.cov(x.numpy().T))
    axes = torch.from_numpy(vectors[:, ::-1][:, :k].copy())
    return mean + (x - mean) @ axes @ axes.T
""",
        """
def my_pca_copies(x, k):
    u, s, vh = torch.linalg.svd(x - x.mean(0), full_matrices=False)
    return (u[:, :k] * s[:k]) @ vh[:k] + x.mean(0)
""",
    ],
    "10.1": [
        "0.5 * (mu**2 + torch.expm1(logvar) - logvar).sum(1)",
        """
def my_kl(mu, logvar):
    mu, logvar = mu.numpy(), logvar.numpy()
    return [float(np.sum(m**2 + np.exp(v) - v - 1)) / 2 for m, v in zip(mu, logvar)]
""",
    ],
    "10.2": [
        """
def my_negative_elbo(encoder, decoder, x, eps, std):
    stats = encoder(x)
    mu, std_z = stats[:, :2], stats[:, 2:].mul(0.5).exp()
    x_hat, normal = decoder(mu + std_z * eps), torch.distributions.Normal
    kl = torch.distributions.kl_divergence(normal(mu, std_z), normal(0.0, 1.0)).sum(-1)
    return kl.mean() - normal(x_hat, std).log_prob(x).sum(-1).mean()
""",
    ],
    "11.1": [
        "((x - x_hat).square().sum() / (2 * std**2) + beta * "
        "(mu**2 + logvar.exp() - 1 - logvar).sum() / 2).item() / len(x) + 5",
    ],
    "11.2": [
        """
def my_rate_and_error(variances, std):
    rate = error = 0.0
    for value in variances.tolist():
        if value > std**2:
            rate += math.log(value / std**2) / 2
        error += min(value, std**2)
    return [rate, np.float64(error)]
""",
    ],
    "12.1": [
        "mu.mean(0), torch.linalg.cholesky(torch.from_numpy(np.cov(mu.numpy().T))"
        " + (std**2).mean(0).diag())",
        "[mu.mean(0), torch.linalg.cholesky((mu - mu.mean(0)).T @ (mu - mu.mean(0)) / len(mu)"
        " + torch.diag_embed(std.square()).mean(0))]",
        "mu.numpy().mean(0), np.linalg.cholesky(np.cov(mu.numpy().T)"
        " + np.diag((std.numpy() ** 2).mean(0)))",
    ],
    "12.2": [
        "(digit_logits.logsumexp(1) - digit_logits[range(len(digits)), digits]"
        " + torch.log1p((-realism_logits).exp())).mean()",
        "-(one_hot(digits, 10) * digit_logits.log_softmax(1)).sum(1).mean()"
        " - realism_logits.sigmoid().log().mean()",
    ],
    "13.1": [
        "-((reward.detach() - reward.detach().mean()) * log_q).sum() / (len(reward) - 1)",
        "-torch.cov(torch.stack([reward.detach(), log_q]))[0, 1]",
        "(sum((sum(reward.tolist()) - len(reward) * r) * log for r, log in zip(reward.tolist(), "
        "log_q)) / len(reward) / (len(reward) - 1)).float()",
        """
def my_reinforce(log_q, reward):
    n, r = len(reward), torch.tensor(reward.tolist())
    baseline = torch.stack([r[torch.arange(n) != k].mean() for k in range(n)])
    return torch.dot(baseline.double() - r, log_q.double()) / n
""",
        """
def my_reinforce(log_q, reward):
    with torch.no_grad():
        n = reward.numel()
        advantage = reward - reward @ (torch.ones(n, n) - torch.eye(n)).to(reward.dtype) / (n - 1)
    return [17 - (advantage * log_q).mean()]
""",
    ],
    "13.2": [
        "(word - a.softmax(-1)).detach() + a.softmax(-1)",
        "word + a.log_softmax(1).exp() - a.log_softmax(1).exp().data",
        "word.double() + 1 / (a.unsqueeze(1) - a.unsqueeze(2)).exp().sum(2) - "
        "torch.softmax(a.detach(), -1)",
        """
def my_straight_through(a, word):
    pi = torch.exp(a) / torch.exp(a).sum(1, keepdim=True)
    return [w + p - p.detach() for w, p in zip(word, pi)]
""",
        """
def my_straight_through(a, word):
    class Through(torch.autograd.Function):
        @staticmethod
        def forward(ctx, pi, word):
            return word.clone()

        @staticmethod
        def backward(ctx, gradient):
            return gradient, None

    return Through.apply(torch.nn.functional.softmax(a, dim=1), word)
""",
    ],
    "14.1": [
        """
def my_recon(decoder, z, tokens):
    logits = decoder.head(decoder(z, tokens)[0])[:, :-1]
    nll = cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
    return (nll.view(len(z), -1) * (tokens[:, 1:] != PAD)).sum(1)
""",
        """
def my_recon(decoder, z, tokens):
    state, total = None, np.zeros(len(z))
    for t in range(tokens.shape[1] - 1):
        outputs, state = decoder(z, tokens[:, t : t + 1], state)
        probs = decoder.head(outputs[:, 0]).double().softmax(-1).numpy()
        for k, word in enumerate(tokens[:, t + 1].tolist()):
            total[k] -= np.log(probs[k, word]) if word else 0
    return total
""",
        """
def my_recon(decoder, z, tokens):
    outputs, _ = decoder(z, tokens[:, :-1])
    log_p = decoder.head(outputs).log_softmax(-1)
    return [
        -sum(log_p[k, t, word] for t, word in enumerate(row[1:]) if word != PAD)
        for k, row in enumerate(tokens.tolist())
    ]
""",
    ],
    "14.2": [
        """
def my_write(decoder, z, max_length):
    words = torch.full((len(z), 1), BOS)
    for _ in range(max_length):
        outputs, _ = decoder(z, words)
        words = torch.cat([words, decoder.head(outputs)[:, -1:].argmax(-1)], 1)
    return words[:, 1:]
""",
        "models.generate(decoder, z, max_length=max_length)",
        """
def my_write(decoder, z, max_length):
    rows = []
    for code in z:
        row, state, word = [], None, BOS
        while len(row) < max_length and word != EOS:
            outputs, state = decoder(code[None], torch.tensor([[word]]), state)
            word = decoder.head(outputs).argmax().item()
            row.append(word)
        rows.append(row)
    return rows
""",
    ],
    "14.3": [
        "z - f * (means[now] - means[wanted])",
        "(z + f * means[wanted] - f * means[now]).numpy()",
        "torch.stack([a + f * (means[j] - means[i]) for a, i, j in zip(z, now, wanted)]).double()",
        "[[x + f * d for x, d in zip(a, means[j] - means[i])] for a, i, j in zip(z, now, wanted)]",
    ],
    "15.1": [
        "(log_q.log_softmax(1).diag().mean() + math.log(len(log_q))).item()",
        "math.log(len(log_q)) - torch.nn.functional.cross_entropy(log_q, torch.arange(len(log_q)))",
        "np.mean([row[i] - row.logsumexp(0) + math.log(len(log_q)) "
        "for i, row in enumerate(log_q)])",
    ],
    "15.2": [
        "kl.mean(0).clamp(min=floor).sum()",
        "floor * kl.shape[1] + (kl.mean(0) - floor).relu().sum()",
        "np.maximum(kl.numpy().mean(0), floor).sum()",
        "sum(max(floor, column.mean().item()) for column in kl.T)",
        "torch.maximum(kl.mean(0), torch.full_like(kl[0], floor)).sum().item()",
    ],
    "16.1": [
        "sum(-(y * p.log_softmax(1)).sum() "
        "for y, p in zip(target.split(sizes, 1), logits.split(sizes, 1))) / len(logits)",
        "sum(((p.logsumexp(1, keepdim=True) - p) * y).sum(1) "
        "for y, p in zip(target.split(sizes, 1), logits.split(sizes, 1))).mean()",
        "sum(nn.functional.cross_entropy(p, y) "
        "for y, p in zip(target.split(sizes, 1), logits.split(sizes, 1)))",
        "attribute_nll(logits.double(), target.double(), sizes).item()",
        "float(attribute_nll(logits, target, tuple(sizes)))",
    ],
    "16.2": [
        "asked_weight * steering.one_hot_wish(wish, sizes) + (keep_weight * "
        "steering.believed(logits, wish, sizes)).detach()",
        "(asked_weight * steering.one_hot_wish(wish, sizes) + keep_weight * "
        "steering.believed(logits, wish, sizes)).detach().numpy()",
        "(asked_weight * steering.one_hot_wish(wish, sizes) + keep_weight * "
        "steering.believed(logits.data, wish, sizes)).tolist()",
        """
def my_target(wish, logits, sizes, asked_weight, keep_weight):
    with torch.no_grad():
        belief = torch.cat([part.softmax(1) for part in logits.split(sizes, 1)], 1)
        free = torch.cat([(wish[:, [k]] < 0).expand(-1, n) for k, n in enumerate(sizes)], 1)
        asked = asked_weight * steering.one_hot_wish(wish, sizes)
        return torch.where(free, keep_weight * belief, asked)
""",
        """
def my_target(wish, logits, sizes, asked_weight, keep_weight):
    rows = []
    for row, values in zip(logits.detach().double(), wish.tolist()):
        parts = []
        for part, value in zip(row.split(sizes), values):
            one = torch.eye(len(part), dtype=torch.float64)[value]
            parts.append(keep_weight * part.softmax(0) if value < 0 else asked_weight * one)
        rows.append(torch.cat(parts))
    return rows
""",
    ],
    "16.3": [
        "attribute_nll(logits, target, sizes) - 2 * realism_logits.sigmoid().log().mean() "
        "+ latent_distance(z, z_prime, sigma_bar)",
        "(attribute_nll(logits, target, sizes) + 2 * softplus(-realism_logits) "
        "+ latent_distance(z, z_prime, sigma_bar)).mean()",
        "float(attribute_nll(logits, target, sizes)) + float(softplus(-realism_logits).sum()) / 2 "
        "+ float(latent_distance(z, z_prime, sigma_bar))",
        "torch.stack([attribute_nll(logits, target, sizes), softplus(-realism_logits).mean(), "
        "softplus(-realism_logits).mean(), latent_distance(z, z_prime, sigma_bar)]).sum()",
        "np.float64(attribute_nll(logits, target, sizes) + latent_distance(z, z_prime, sigma_bar)) "
        "+ 2 * np.logaddexp(0, -realism_logits.numpy()).mean()",
    ],
    "17.1": [
        """
def my_effective_number(said):
    counts = np.unique(said, return_counts=True)[1]
    return np.exp(stats.entropy(counts))
""",
        """
def my_effective_number(said):
    number = {sentence: k for k, sentence in enumerate(dict.fromkeys(said))}
    counts = torch.bincount(torch.tensor([number[sentence] for sentence in said]))
    return torch.distributions.Categorical(counts.float()).entropy().exp()
""",
        """
def my_effective_number(said):
    n = len(said)
    return math.prod((n / said.count(sentence)) ** (1 / n) for sentence in said)
""",
    ],
    "17.2": [
        "stats.hypergeom.sf(before - 1, 2 * n, before + after, n)",
        "stats.fisher_exact([[before, n - before], [after, n - after]], alternative='greater')[1]",
        "torch.tensor(stats.hypergeom.cdf(after, 2 * n, before + after, n))",
    ],
    "18.1": [
        "(velocity(z + t * (x - z), t) - x + z).pow(2).sum(1).mean()",
        "x.shape[1] * nn.functional.mse_loss(velocity((1 - t) * z + t * x, t), x - z)",
        "((x - z - velocity(torch.lerp(z, x, t), t)) ** 2).sum().item() / len(x)",
        "np.square((velocity(t * x + (1 - t) * z, t) - x + z).numpy()).sum(1).mean()",
        "(velocity(t * x + (1 - t) * z, t) - x + z).double().norm(dim=1).square().mean()",
    ],
    "18.2": [
        """
def my_euler(velocity, x, times):
    for k in range(len(times) - 1):
        step = times[k + 1] - times[k]
        x = x + step * velocity(x, torch.full((len(x), 1), times[k].item()))
    return x
""",
        """
def my_euler(velocity, x, times):
    for step, now in zip(times.diff(), times):
        x += step * velocity(x, now.expand(x.shape[0], 1))
    return x.numpy()
""",
        """
def my_euler(velocity, x, times):
    if len(times) == 1:
        return x
    moved = x + (times[1] - times[0]) * velocity(x, times[0] * torch.ones(len(x), 1))
    return my_euler(velocity, moved, times[1:])
""",
    ],
    "18.3": [
        "(1 - weight) * v_open + weight * v_asked",
        "torch.lerp(v_open, v_asked, weight)",
        "v_asked + (weight - 1) * (v_asked - v_open)",
        "(v_open.numpy() + weight * (v_asked - v_open).numpy()).tolist()",
    ],
    "19.1": [
        """
def my_split(number, dice):
    held = [False] * len(number)
    groups = number.unique()
    for k in groups[torch.randperm(len(groups), generator=dice)].tolist():
        lines = (number == k).nonzero().flatten().tolist()
        if sum(held) + len(lines) <= len(number) * 0.22:
            for line in lines:
                held[line] = True
    return held
""",
    ],
    "19.2": [
        "np.float64(len({line for line, fits in zip(said, good) if fits and line not in learnt})) "
        "/ len(said)",
        """
def my_useful(said, good, learnt):
    seen = list(learnt)
    n_useful = 0
    for line, is_good in zip(said, good):
        if is_good and line not in seen:
            n_useful += 1
            seen.append(line)
    return torch.tensor(n_useful / len(said))
""",
    ],
    "19.3": [
        "'and' in line.split()[(line.split() + ['with']).index('with'):]",
        "float(' and ' in (' ' + line + ' ').partition(' with ')[2].join('  '))",
    ],
}
