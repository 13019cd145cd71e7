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
        """
def my_scores(x, centres, std):
    x, centres = x.numpy(), centres.numpy()
    distance = np.linalg.norm(x[:, None] - centres[None], axis=-1)
    good = distance.min(axis=1) < 3 * std
    return np.unique(distance.argmin(axis=1)[good]).size, np.mean(good)
""",
        """
def my_scores(x, centres, std):
    square = x.square().sum(1, keepdim=True) - 2 * x @ centres.T + centres.square().sum(1)
    nearest = square.argmin(1)
    good = square[torch.arange(len(x)), nearest] < (3 * std) ** 2
    served = torch.bincount(nearest[good], minlength=len(centres)) > 0
    return torch.stack([served.sum(), good.sum() / len(good)])
""",
        "len(set((torch.cdist(x, centres) < 3 * std).nonzero()[:, 1].tolist())), "
        "torch.any(torch.cdist(x, centres) < 3 * std, dim=1).sum().item() / len(x)",
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
        """
def my_gradient_penalty(discriminator, x_real, x_fake):
    x_real.requires_grad_(), x_fake.requires_grad_()
    logits = torch.cat([discriminator(x_real), discriminator(x_fake)])
    at_real, at_fake = torch.autograd.grad(logits.sum(), [x_real, x_fake], create_graph=True)
    return (at_real.norm(dim=1) ** 2).mean() / 2 + at_fake.pow(2).sum() / 2 / len(x_fake)
""",
        """
def my_gradient_penalty(discriminator, x_real, x_fake):
    def squares(x):
        slopes = torch.autograd.functional.jacobian(discriminator, x, create_graph=True)
        return torch.einsum("iid,iid->i", slopes, slopes)
    return 0.5 * torch.mean(squares(x_real) + squares(x_fake))
""",
        """
def my_gradient_penalty(discriminator, x_real, x_fake):
    total = 0
    for batch in (x_real, x_fake):
        for point in batch:
            point = point.clone().requires_grad_()
            logit = discriminator(point.unsqueeze(0)).squeeze()
            slope = torch.autograd.grad(logit, point, create_graph=True)[0]
            total += torch.dot(slope, slope) / (2 * len(batch))
    return total
""",
    ],
    "03.1": [
        "torch.exp(-(m[:, :, None] - m[:, None]).abs().sum(-1)).sum(2).double() - 1",
        """
def my_count(m):
    m = m.numpy()
    apart = np.abs(m[:, :, None] - m[:, None]).sum(-1)
    return (np.exp(-apart) * (1 - np.eye(m.shape[1]))[None, :, :, None]).sum(axis=2)
""",
        """
def my_count(m):
    counts = torch.zeros(m.shape[:3])
    for i in range(m.shape[1]):
        for j in range(m.shape[1]):
            if i != j:
                counts[:, i] += torch.exp(-(m[:, i] - m[:, j]).abs().sum(-1))
    return counts
""",
        """
def my_count(m):
    m = m.permute(0, 2, 1, 3).double()
    apart = torch.cdist(m, m, p=1)
    apart.diagonal(dim1=-2, dim2=-1).fill_(torch.inf)
    return torch.einsum("svij->siv", (-apart).exp())
""",
        "torch.expm1(-torch.linalg.vector_norm(m.unsqueeze(2) - m.unsqueeze(1), 1, -1)).sum(1)"
        " + m.shape[1] - 1",
        """
def my_count(m):
    n_seeds, batch, views, _ = m.shape
    counts = np.zeros((n_seeds, batch, views))
    for s in range(n_seeds):
        for v in range(views):
            for i, one in enumerate(m[s, :, v].tolist()):
                for j, other in enumerate(m[s, :, v].tolist()):
                    if j != i:
                        counts[s, i, v] += np.exp(-sum(abs(a - b) for a, b in zip(one, other)))
    return counts.tolist()
""",
    ],
    "03.2": [
        "log_p.sum(1) - log_q.double().sum(1)",
        "[sum(p) - sum(q) for p, q in zip(log_p.tolist(), log_q.tolist())]",
        "np.sum(log_p.numpy() - log_q.numpy(), axis=-1)",
        "torch.einsum('nk,nk->n', log_p - log_q, torch.ones_like(log_p))",
        "(log_p - log_q).cumsum(dim=1)[:, -1]",
        "8 * (log_p - log_q).mean(dim=-1)",
        "(log_p - log_q) @ torch.ones(log_p.shape[1])",
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
        """
def my_push(x, w):
    x = x.numpy()
    close = np.exp(-np.abs(x[:, None] - x)) * np.sign(x[:, None] - x)
    wrong = 1 / (1 + np.exp(w * np.abs(close).sum(1)))
    return -w * (close * (wrong[:, None] + wrong)).sum(1) / len(x)
""",
        """
def my_push(x, w):
    def loss(x):
        close = (-torch.cdist(x[:, None], x[:, None])).exp()
        logits = w * (close * (1 - torch.eye(len(x)))).sum(0)
        return nn.functional.binary_cross_entropy_with_logits(logits, torch.ones(len(x)))
    return -torch.func.grad(loss)(x)
""",
        """
def my_push(x, w):
    moved = nn.Parameter(x.clone())
    loss = 0
    for i in range(len(x)):
        others = [torch.exp(-abs(moved[i] - moved[j])) for j in range(len(x)) if j != i]
        loss = loss + softplus(-w * sum(others))
    loss.backward()
    torch.optim.SGD([moved], lr=0.1).step()
    return moved.data - x
""",
        """
def my_push(x, w):
    def loss(x):
        counts = np.exp(-np.abs(np.subtract.outer(x, x))).sum(0) - 1
        return np.logaddexp(0, -w * counts).mean()
    x, step = x.double().numpy(), 1e-5 * np.eye(len(x))
    return np.array([(loss(x - d) - loss(x + d)) / 2e-5 for d in step])
""",
    ],
    "04.1": [
        "torch.stack([-sigmoid(logits), sigmoid(-logits.double()).neg()])",
        "((-sigmoid(logits)).numpy(), (-sigmoid(-logits)).numpy())",
        "[(-1 / (1 + (sign * logits.double()).exp())).tolist() for sign in (-1, 1)]",
        "(-np.exp(-np.logaddexp(0, -logits.numpy())), -np.exp(-np.logaddexp(0, logits.numpy())))",
        "-torch.exp(-softplus(-logits)), -torch.exp(-softplus(logits))",
        "-torch.stack([logits, torch.zeros_like(logits)]).softmax(0)",
        "[[-1 / (1 + np.exp(-x)) for x in logits.tolist()], "
        "[-np.exp(-x) / (1 + np.exp(-x)) for x in logits.tolist()]]",
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
        """
def my_arrows(loss, discriminator, x):
    x.requires_grad_()
    loss(discriminator(x)).backward()
    return x.grad.mul(-len(x))
""",
        """
def my_arrows(loss, discriminator, x):
    arrows = []
    for row in x:
        row = row.clone().requires_grad_()
        arrows.append(-torch.autograd.grad(loss(discriminator(row[None])), row)[0])
    return torch.stack(arrows)
""",
        """
def my_arrows(loss, discriminator, x):
    def losses(x):
        return torch.stack([loss(logit) for logit in discriminator(x).split(1)])
    slopes = torch.autograd.functional.jacobian(losses, x)
    return -slopes.squeeze(-1).diagonal().unsqueeze(-1)
""",
        """
def my_arrows(loss, discriminator, x):
    logits, back = torch.func.vjp(discriminator, x)
    of_logit = torch.func.grad(lambda logits: loss(logits) * logits.numel())(logits)
    return tuple(-back(of_logit)[0])
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
        """
def my_best_critic(p, q, h):
    upper = torch.triu(torch.ones(p.shape[-1], p.shape[-1], dtype=p.dtype), 1)
    lower = torch.triu(torch.ones_like(upper))
    return ((q - p) @ lower).sign() * h @ upper
""",
        """
def my_best_critic(p, q, h):
    from_the_right = (p - q).flip(-1).cumsum(-1).flip(-1)[..., 1:]
    f = nn.functional.pad((h * torch.sign(from_the_right)).cumsum(-1), (1, 0))
    return f - f.mean(-1, keepdim=True)
""",
        """
def my_best_critic(p, q, h):
    scores = []
    for one, other in zip(p.flatten(0, -2).tolist(), q.flatten(0, -2).tolist()):
        f, carried = [0.0], 0.0
        for a, b in zip(one[:-1], other[:-1]):
            carried += a - b
            f.append(f[-1] - h if carried > 0 else f[-1] + h)
        scores.append(f)
    return np.array(scores).reshape(p.shape)
""",
        """
def my_best_critic(p, q, h):
    from scipy import optimize

    n = p.shape[-1]
    slope = np.diff(np.eye(n), axis=0)
    gains = (p - q).reshape(-1, n).numpy()
    both, limit = np.concatenate([slope, -slope]), np.full(2 * n - 2, h)
    scores = [optimize.linprog(-g, both, limit, bounds=[(0, 0)] + [(None, None)] * (n - 1)).x
              for g in gains]
    return np.stack(scores).reshape(p.shape)
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
        """
def my_penalty(critic, x_real, x_fake):
    eps = torch.empty(len(x_real), x_real.shape[1], 1).uniform_()
    x_hat = eps * x_real + (1 - eps) * x_fake
    slope = torch.func.grad(lambda x: critic(x).sum())(x_hat)
    return torch.clamp(torch.linalg.vector_norm(slope, dim=-1) - 1, min=0).pow(2).mean(dim=1)
""",
        """
def my_penalty(critic, x_real, x_fake):
    eps = torch.from_numpy(np.random.rand(*x_real.shape[:2], 1)).float()
    x_hat = (x_real + eps * (x_fake - x_real)).requires_grad_()
    slope = losses.input_gradient(critic(x_hat), x_hat)
    size = (slope**2).sum(-1).sqrt()
    return ((size - 1) ** 2 * (size > 1)).mean(-1)
""",
        """
def my_penalty(critic, x_real, x_fake):
    eps = torch.distributions.Uniform(0, 1).sample(x_real.shape[:2]).unsqueeze(-1)
    outputs, back = torch.func.vjp(critic, x_fake + eps * (x_real - x_fake))
    (slope,) = back(torch.ones_like(outputs))
    size = torch.einsum("sbd,sbd->sb", slope, slope) ** 0.5
    return torch.stack([torch.relu(row - 1).square().sum() / len(row) for row in size])
""",
        """
def my_penalty(critic, x_real, x_fake):
    eps = torch.rand(*x_real.shape[:2], 1)
    x_hat = torch.lerp(x_real, x_fake, eps)
    slope = torch.autograd.functional.jacobian(
        lambda x: critic(x).sum(), x_hat, create_graph=True
    )
    return torch.maximum(slope.norm(dim=-1) - 1, torch.tensor(0.0)).square().mean(-1)
""",
    ],
    "06.1": [
        "torch.cat([x, torch.eye(n_labels)[y]], 2)",
        "np.concatenate([x, np.eye(n_labels)[y]], 2)",
        "torch.cat([x, (y[..., None] == torch.arange(n_labels)).float()], dim=-1)",
        """
def my_pairs(x, y, n_labels):
    label = torch.zeros(*y.shape, n_labels).scatter_(2, y.unsqueeze(-1), 1)
    return torch.concatenate((x, label), axis=-1)
""",
        """
def my_pairs(x, y, n_labels):
    return [
        [point + [float(k == label) for k in range(n_labels)] for point, label in zip(*rows)]
        for rows in zip(x.tolist(), y.tolist())
    ]
""",
        """
def my_pairs(x, y, n_labels):
    pairs = torch.zeros(*x.shape[:2], x.shape[2] + n_labels, dtype=torch.float64)
    pairs[..., : x.shape[2]] = x
    for s in range(len(x)):
        pairs[s, torch.arange(len(y[s])), x.shape[2] + y[s]] = 1
    return pairs
""",
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
        """
def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):
    real, fake = discriminator(x_real, y_real), discriminator(generator(z, y_fake).data, y_fake)
    bce = nn.functional.binary_cross_entropy_with_logits
    one, zero = torch.ones_like(real), torch.zeros_like(fake)
    return (bce(real, one, reduction="none") + bce(fake, zero, reduction="none")).mean(-1)
""",
        """
def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):
    x = torch.cat([x_real, generator(z, y_fake).detach()], 1)
    logits = discriminator(x, torch.cat([y_real, y_fake], 1))
    n = x_real.shape[1]
    log_d = nn.functional.logsigmoid
    return -log_d(logits[:, :n]).mean(1) - log_d(-logits[:, n:]).mean(1)
""",
        """
def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):
    x_fake = torch.from_numpy(generator(z, y_fake).detach().numpy())
    real, fake = discriminator(x_real, y_real), discriminator(x_fake, y_fake)
    zero = torch.zeros(())
    return torch.logaddexp(-real, zero).mean(1) + torch.logaddexp(fake, zero).mean(1)
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
        "np.mean([sum(r * np.log(r / m) for r, m in zip(row, np.mean(shares.numpy(), axis=0)) "
        "if r > 0) for row in shares.numpy()])",
        """
def my_information(shares):
    mean = torch.distributions.Categorical(shares.mean(0))
    return torch.distributions.kl_divergence(torch.distributions.Categorical(shares), mean).mean()
""",
        """
def my_information(shares):
    joint = shares.double() / len(shares)
    apart = joint.sum(1, keepdim=True) * joint.sum(0, keepdim=True)
    used = joint > 0
    return (joint[used] * (joint[used].log() - apart[used].log())).sum().item()
""",
        """
def my_information(shares):
    log_mean = shares.mean(0).clamp(min=1e-20).log().expand_as(shares)
    return nn.functional.kl_div(log_mean, shares, reduction="batchmean")
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
        """
def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    losses = []
    for s in range(len(x_moons)):
        m, r = x_moons[s : s + 1], x_rings[s : s + 1]
        gap = (to_moons(to_rings(m)) - m).abs() + (to_rings(to_moons(r)) - r).abs()
        losses.append(gap.sum() / gap.shape[1])
    return torch.stack(losses)
""",
        "sum(torch.linalg.vector_norm(back(there(x)) - x, ord=1, dim=-1).mean(1) "
        "for there, back, x in ((to_rings, to_moons, x_moons), (to_moons, to_rings, x_rings)))",
        """
def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    there, home = to_rings(x_moons), to_moons(x_rings)
    gap = torch.cat([to_moons(there) - x_moons, to_rings(home) - x_rings], -1)
    return torch.maximum(gap, -gap).double().mean(1).sum(-1)
""",
        """
def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    moons, rings = to_moons(to_rings(x_moons)) - x_moons, to_rings(to_moons(x_rings)) - x_rings
    ones = torch.ones(2, 2) / x_moons.shape[1]
    return torch.einsum("ksbd,kd->s", torch.stack([moons * moons.sign(), rings.square().sqrt()]),
                        ones)
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
        """
def my_other_pair(to_rings, to_moons):
    mirror = torch.diag(torch.tensor([1.0, -1.0]))
    return lambda x: to_rings(x) @ mirror, lambda x: to_moons(x.matmul(mirror))
""",
        """
def my_other_pair(to_rings, to_moons):
    def first(x):
        image = to_rings(x).clone()
        image[..., 1] *= -1
        return image
    def second(x):
        x = x.clone()
        x[..., 1].neg_()
        return to_moons(x)
    return first, second
""",
        """
def my_other_pair(to_rings, to_moons):
    def swap(x):  # each ring mirrored on the diagonal through its own centre
        centre = torch.tensor([1.4, 0.0]) * torch.where(x[..., :1] > 0, 1, -1)
        return centre + (x - centre).flip(-1)
    return [lambda x: swap(to_rings(x)), lambda x: to_moons(swap(x))]
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
        "torch.stack([to_rings(x_rings) - x_rings, to_moons(x_moons) - x_moons])"
        ".norm(p=1, dim=-1).mean(-1).sum(0)",
        """
def my_identity_loss(to_rings, to_moons, x_moons, x_rings):
    losses = torch.zeros(len(x_moons), dtype=torch.float64)
    for f, x in ((to_moons, x_moons), (to_rings, x_rings)):
        for axis in range(2):
            gap = f(x)[..., axis] - x[..., axis]
            losses = losses + torch.where(gap < 0, -gap, gap).mean(dim=1)
    return losses
""",
        """
def my_identity_loss(to_rings, to_moons, x_moons, x_rings):
    l1 = nn.L1Loss(reduction="sum")
    rings, moons = to_rings(x_rings), to_moons(x_moons)
    return [(l1(rings[s], x_rings[s]) + l1(moons[s], x_moons[s])) / rings.shape[1]
            for s in range(len(rings))]
""",
        "nn.PairwiseDistance(p=1, eps=0)(to_rings(x_rings), x_rings).mean(1) + "
        "nn.PairwiseDistance(p=1, eps=0)(to_moons(x_moons), x_moons).mean(1)",
    ],
    "08.1": [
        "[(step * np.exp(a) * (a - b)).sum() for a, b in "
        "((log_p.numpy(), log_q.numpy()), (log_q.numpy(), log_p.numpy()))]",
        "[step * torch.dot(torch.exp(a), a - b) for a, b in ((log_p, log_q), (log_q, log_p))]",
        "torch.trapezoid(torch.stack([log_p.exp() * (log_p - log_q), "
        "log_q.exp() * (log_q - log_p)]), dx=step)",
        "[step * torch.nn.functional.kl_div(b, a, reduction='sum', log_target=True) "
        "for a, b in ((log_p, log_q), (log_q, log_p))]",
        "tuple(step * sum(math.exp(a) * (a - b) for a, b in zip(one.tolist(), other.tolist())) "
        "for one, other in ((log_p, log_q), (log_q, log_p)))",
        """
def my_kls(log_p, log_q, step):
    both = torch.stack([log_p, log_q])
    entropy = -(both.exp() * both).sum(1)
    cross = -torch.einsum("ij,ij->i", both.exp(), both.flip(0))
    return (cross - entropy) * step
""",
    ],
    "08.2": [
        "17 - np.exp(2 * logits.numpy())",
        "[-math.exp(2 * x) for x in logits.tolist()]",
        "-torch.expm1(2 * logits)",
        """
def my_loss(logits):
    r = torch.exp(logits)
    return (r - 1) ** 2 - r * 2 * (r - 1)
""",
        """
def my_loss(logits):
    r = logits.exp().requires_grad_()
    f = (r - 1).square()
    (slope,) = torch.autograd.grad(f.sum(), r)
    return f - r * slope
""",
        """
def my_loss(logits):
    d = torch.sigmoid(logits)
    return 1 - (d / (1 - d)) ** 2
""",
    ],
    "09.1": [
        "np.mean([((row - decoder(encoder(row[None]))[0]) ** 2).sum().item() for row in x])",
        "torch.nn.functional.mse_loss(decoder(encoder(x)), x, reduction='sum') / len(x)",
        "x.shape[-1] * (x - decoder(encoder(x))).pow(2).mean()",
        "nn.MSELoss()(decoder(encoder(x)), x).item() * x.shape[1]",
        "np.square(np.linalg.norm((x - decoder(encoder(x))).numpy(), axis=1)).mean()",
        """
def my_reconstruction_error(encoder, decoder, x):
    gap = decoder(encoder(x)) - x
    return torch.einsum("bd,bd->", gap, gap) / x.size(0)
""",
    ],
    "09.2": [
        "np.array(codes.mean(0)) + eps.numpy() @ np.linalg.cholesky(np.cov(codes.T)).T",
        "torch.distributions.MultivariateNormal(codes.mean(0), torch.cov(codes.T)).loc"
        " + eps @ torch.linalg.cholesky(torch.cov(codes.T)).mT",
        """
def my_fitted_draws(codes, eps):
    values, vectors = torch.linalg.eigh(torch.cov(codes.T))
    return codes.mean(0) + (eps * values.sqrt()) @ vectors.T
""",
        """
def my_fitted_draws(codes, eps):
    values, vectors = np.linalg.eigh(np.cov(codes.numpy(), rowvar=False, bias=True))
    root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    return [(codes.numpy().mean(axis=0) + root @ row).tolist() for row in eps.numpy()]
""",
        """
def my_fitted_draws(codes, eps):
    off = codes - codes.mean(0)
    s, vh = torch.linalg.svd(off, full_matrices=False)[1:]
    return eps @ (s[:, None] * vh) / len(codes) ** 0.5 + codes.mean(0)
""",
        """
def my_fitted_draws(codes, eps):
    mean = codes.float().mean(0, keepdim=True)
    off = codes.float() - mean
    root = torch.linalg.cholesky(off.T @ off / (len(codes) - 1))
    z = mean.repeat(len(eps), 1)
    for j in range(z.shape[1]):
        z += eps[:, j : j + 1].float() * root[:, j]
    return z
""",
    ],
    "10.1": [
        "0.5 * (mu**2 + torch.expm1(logvar) - logvar).sum(1)",
        """
def my_kl(mu, logvar):
    mu, logvar = mu.numpy(), logvar.numpy()
    return [float(np.sum(m**2 + np.exp(v) - v - 1)) / 2 for m, v in zip(mu, logvar)]
""",
        "kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0, 1)).sum(dim=-1)",
        "gaussian_kl(mu.double(), logvar.double())",
        "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1)",
        """
def my_kl(mu, logvar):
    q = MultivariateNormal(mu, torch.diag_embed(logvar.exp()))
    p = MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[-1]).to(mu))
    return kl_divergence(q, p)
""",
        """
def my_kl(mu, logvar):
    sigma = np.exp(logvar.numpy() / 2)
    return np.einsum("bk->b", (mu.numpy() ** 2 + sigma**2 - 1) / 2 - np.log(sigma))
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
        """
def my_negative_elbo(encoder, decoder, x, eps, std):
    mu, logvar = torch.split(encoder(x), eps.shape[1], dim=1)
    x_hat = decoder(torch.addcmul(mu, torch.exp(logvar / 2), eps))
    constant = x.shape[1] * (np.log(std) + 0.5 * np.log(2 * np.pi))
    error = torch.nn.functional.mse_loss(x_hat, x, reduction="sum") / len(x)
    kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum() / len(x)
    return error / (2 * std**2) + constant + kl
""",
        """
def my_negative_elbo(encoder, decoder, x, eps, std):
    total = 0
    for picture, noise in zip(x, eps):
        mu, logvar = encoder(picture.unsqueeze(0))[0].view(2, -1)
        z = mu + torch.sqrt(logvar.exp()) * noise
        total = total + gaussian_nll(picture, decoder(z[None])[0], std) + gaussian_kl(mu, logvar)
    return total / len(x)
""",
        """
def my_negative_elbo(encoder, decoder, x, eps, std):
    stats = encoder(x)
    mu, logvar = stats[:, : stats.shape[1] // 2], stats[:, stats.shape[1] // 2 :]
    x_hat = decoder(eps * logvar.mul(0.5).exp() + mu)
    nll = torch.nn.functional.gaussian_nll_loss(
        x_hat, x, torch.full_like(x, std**2), full=True, reduction="none"
    )
    return nll.sum(1).mean() + gaussian_kl(mu, logvar).mean()
""",
        """
def my_negative_elbo(encoder, decoder, x, eps, std):
    mu, logvar = encoder(x).tensor_split(2, dim=-1)
    q = MultivariateNormal(mu, scale_tril=torch.diag_embed((logvar / 2).exp()))
    z = q.mean + torch.einsum("bij,bj->bi", q.scale_tril, eps)
    prior = MultivariateNormal(torch.zeros(2).double(), torch.eye(2).double())
    p = MultivariateNormal(decoder(z), std**2 * torch.eye(x.shape[1]).double())
    return -(p.log_prob(x) - kl_divergence(q, prior)).mean()
""",
    ],
    "11.1": [
        "((x - x_hat).square().sum() / (2 * std**2) + beta * "
        "(mu**2 + logvar.exp() - 1 - logvar).sum() / 2).item() / len(x) + 5",
        "torch.mean(gaussian_nll(x, x_hat, std) + beta * gaussian_kl(mu, logvar))",
        """
def my_loss(x, x_hat, mu, logvar, std, beta):
    recon = torch.nn.functional.mse_loss(x_hat, x, reduction="sum") / (2 * std**2)
    kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return (recon + beta * kl) / x.size(0)
""",
        """
def my_loss(x, x_hat, mu, logvar, std, beta):
    normal = torch.distributions.Normal
    q = normal(mu, logvar.mul(0.5).exp())
    kl = torch.distributions.kl_divergence(q, normal(0, 1)).sum(1)
    return -(normal(x_hat, std).log_prob(x).sum(1) - beta * kl).mean()
""",
        """
def my_loss(x, x_hat, mu, logvar, std, beta):
    total = 0.0
    for a, b, m, v in zip(x.numpy(), x_hat.numpy(), mu.numpy(), logvar.numpy()):
        total += np.dot(a - b, a - b) / 2 / std**2
        total += beta * np.sum(m**2 + np.exp(v) - 1 - v) / 2
    return total / len(x)
""",
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
        "0.5 * torch.relu(torch.log(variances) - 2 * np.log(std)).sum(), "
        "torch.minimum(variances, torch.tensor(std**2)).sum()",
        "torch.stack([(variances / std**2).clamp(min=1).log().sum() / 2, "
        "torch.where(variances > std**2, std**2, variances).sum()])",
        "np.log(np.maximum(variances.numpy() ** 0.5 / std, 1)).sum(), "
        "np.minimum(variances.numpy(), std**2).sum()",
        """
def my_rate_and_error(variances, std):
    used = variances > std**2
    rate = (variances[used].log() - 2 * math.log(std)).sum() / 2
    return rate.item(), (used.sum() * std**2 + variances[~used].sum()).item()
""",
    ],
    "12.1": [
        "mu.mean(0), torch.linalg.cholesky(torch.from_numpy(np.cov(mu.numpy().T))"
        " + (std**2).mean(0).diag())",
        "[mu.mean(0), torch.linalg.cholesky((mu - mu.mean(0)).T @ (mu - mu.mean(0)) / len(mu)"
        " + torch.diag_embed(std.square()).mean(0))]",
        "mu.numpy().mean(0), np.linalg.cholesky(np.cov(mu.numpy().T)"
        " + np.diag((std.numpy() ** 2).mean(0)))",
        """
def my_gaussian(mu, std):
    mean = mu.mean(0)
    second = (torch.einsum("ni,nj->ij", mu, mu) + torch.diag((std**2).sum(0))) / len(mu)
    return mean, torch.linalg.cholesky(second - torch.outer(mean, mean))
""",
        """
def my_gaussian(mu, std):
    mean = mu.sum(dim=0) / len(mu)
    cov = torch.diag(torch.mean(std * std, dim=0))
    for row in mu:
        cov += torch.outer(row - mean, row - mean) / (len(mu) - 1)
    normal = torch.distributions.MultivariateNormal(mean, covariance_matrix=cov)
    return normal.loc, normal.scale_tril
""",
    ],
    "12.2": [
        "(digit_logits.logsumexp(1) - digit_logits[range(len(digits)), digits]"
        " + torch.log1p((-realism_logits).exp())).mean()",
        "-(one_hot(digits, 10) * digit_logits.log_softmax(1)).sum(1).mean()"
        " - realism_logits.sigmoid().log().mean()",
        "nn.CrossEntropyLoss()(digit_logits, digits) + nn.functional."
        "binary_cross_entropy_with_logits(realism_logits, torch.ones_like(realism_logits))",
        "nn.functional.nll_loss(digit_logits.log_softmax(1), digits) "
        "- nn.functional.logsigmoid(realism_logits).mean()",
        """
def my_actor_loss(digit_logits, digits, realism_logits):
    asked = torch.distributions.Categorical(logits=digit_logits).log_prob(digits)
    real = torch.distributions.Bernoulli(logits=realism_logits).log_prob(torch.tensor(1.0))
    return -(asked + real).mean().item()
""",
        """
def my_actor_loss(digit_logits, digits, realism_logits):
    total = 0
    for row, digit, logit in zip(digit_logits.tolist(), digits.tolist(), realism_logits.tolist()):
        total += math.log(sum(math.exp(x - row[digit]) for x in row))
        total += math.log1p(math.exp(-logit))
    return total / len(digits)
""",
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
        """
def my_recon(decoder, z, tokens):
    log_p = decoder.head(decoder(z, tokens[:, :-1])[0]).log_softmax(2)
    chosen = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
    return -torch.where(tokens[:, 1:] == PAD, 0, chosen).sum(1).double()
""",
        "token_nll(decoder.head(decoder(z, tokens[:, :-1])[0]), tokens[:, 1:])",
        """
def my_recon(decoder, z, tokens):
    nll = []
    for code, row in zip(z, tokens):
        row = row[row != PAD]
        logits = decoder.head(decoder(code[None], row[None, :-1])[0][0])
        nll.append(cross_entropy(logits, row[1:], reduction="sum").item())
    return nll
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
        """
def my_write(decoder, z, max_length):
    outputs, state = decoder(z, torch.tensor([[BOS]] * len(z)))
    rows = [decoder.head(outputs)[:, 0].topk(1).indices]
    while len(rows) < max_length:
        outputs, state = decoder(z, rows[-1], state)
        rows.append(decoder.head(outputs)[:, 0].topk(1).indices)
    return torch.hstack(rows).numpy()
""",
        """
def my_write(decoder, z, max_length):
    tokens = np.full((len(z), max_length), PAD)
    words, state = torch.full((len(z),), BOS), None
    done = torch.zeros(len(z), dtype=torch.bool)
    for t in range(max_length):
        outputs, state = decoder(z, words.unsqueeze(1), state)
        words = torch.where(done, PAD, decoder.head(outputs.squeeze(1)).softmax(-1).max(-1)[1])
        done |= words == EOS
        tokens[:, t] = words.numpy()
    return tokens
""",
    ],
    "14.3": [
        "z - f * (means[now] - means[wanted])",
        "(z + f * means[wanted] - f * means[now]).numpy()",
        "torch.stack([a + f * (means[j] - means[i]) for a, i, j in zip(z, now, wanted)]).double()",
        "[[x + f * d for x, d in zip(a, means[j] - means[i])] for a, i, j in zip(z, now, wanted)]",
        "torch.addcmul(z, torch.tensor(f), means.index_select(0, wanted) - means[now])",
        "z + f * (nn.functional.one_hot(wanted, len(means)) - nn.functional.one_hot(now, "
        "len(means))).float() @ means",
        """
def my_move(z, now, wanted, means, f):
    for k, (has, gets) in enumerate(zip(now, wanted)):
        z[k] += f * (means[gets] - means[has])
    return z
""",
    ],
    "15.1": [
        "(log_q.log_softmax(1).diag().mean() + math.log(len(log_q))).item()",
        "math.log(len(log_q)) - torch.nn.functional.cross_entropy(log_q, torch.arange(len(log_q)))",
        "np.mean([row[i] - row.logsumexp(0) + math.log(len(log_q)) "
        "for i, row in enumerate(log_q)])",
        "torch.distributions.Categorical(logits=log_q).log_prob(torch.arange(len(log_q))).mean() "
        "+ torch.tensor(len(log_q)).log()",
        "np.mean(np.diag(log_q.numpy()) - np.logaddexp.reduce(log_q.numpy(), axis=1)) "
        "+ np.log(len(log_q))",
        """
def my_information(log_q):
    top = log_q.max(1, keepdim=True).values
    mixture = torch.log(torch.exp(log_q - top).mean(1)) + top[:, 0]
    return (torch.diagonal(log_q) - mixture).sum() / len(log_q)
""",
        """
def my_information(log_q):
    total = 0
    for i, row in enumerate(log_q.tolist()):
        total -= math.log(sum(math.exp(x - max(row)) for x in row) / len(row)) + max(row) - row[i]
    return total / len(log_q)
""",
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
        """
def my_effective_number(said):
    from collections import Counter
    p = torch.tensor(list(Counter(said).values())) / len(said)
    return torch.special.entr(p).sum().exp()
""",
        """
def my_effective_number(said):
    counts = {}
    for sentence in said:
        counts[sentence] = counts.get(sentence, 0) + 1
    return 2 ** -sum(c / len(said) * math.log2(c / len(said)) for c in counts.values())
""",
        "np.exp(-np.mean([np.log(np.mean([other == one for other in said])) for one in said]))",
    ],
    "17.2": [
        """
def my_leaked(train, test):
    def leaks(line):
        return text.groups([*train, line])[-1] < len(train)
    return np.mean([leaks(line) for line in test])
""",
        """
def my_leaked(train, test):
    from itertools import combinations
    def left(line):
        words = line.split()
        some = {tuple(words), *combinations(words, len(words) - 1)}
        return {words for words in some if len(words) > 4}
    return torch.tensor([any(left(a) & left(b) for a in train) for b in test]).float().mean()
""",
        """
def my_leaked(train, test):
    def near(one, other):
        a, b = one.split(), other.split()
        longest = np.zeros((len(a) + 1, len(b) + 1), int)  # of the subsequences of both
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                longest[i + 1, j + 1] = max(
                    longest[i, j + 1], longest[i + 1, j], longest[i, j] + (x == y)
                )
        return longest[-1, -1] >= max(len(a), len(b)) - 1 and longest[-1, -1] >= 5
    found = [line for line in test if any(near(one, line) for one in train)]
    return len(found) / len(test)
""",
        """
def my_leaked(train, test):
    places = {}
    def rests(line):
        words = line.split()
        yield " ".join(words)
        for k in range(len(words)):
            yield " ".join(words[:k] + words[k + 1 :])
    for number, line in enumerate(train):
        for rest in rests(line):
            if rest.count(" ") >= 4:
                places.setdefault(rest, []).append(number)
    return sum(1 for line in test if any(rest in places for rest in rests(line))) / len(test)
""",
        """
def my_leaked(train, test):
    def near(a, b):
        if a and b and a[0] == b[0]:
            return near(a[1:], b[1:])
        return a == b or a[1:] == b or a == b[1:] or a[1:] == b[1:] or skewed(a, b)
    def skewed(a, b):
        if len(a) != len(b):
            shorter, longer = sorted((a, b), key=len)
            return len(longer) == len(shorter) + 1 and any(
                longer[:k] + longer[k + 1 :] == shorter for k in range(len(longer))
            )
        rows = [[x[:k] + x[k + 1 :] for k in range(len(x))] for x in (a, b)]
        return any(x in rows[1] for x in rows[0])
    def enough(a, b):
        return min(len(a), len(b)) - (len(a) == len(b) and a != b) >= 5
    rows = [line.split() for line in train]
    found = 0
    for words in map(str.split, test):
        found += any(enough(words, row) and near(words, row) for row in rows)
    return found / len(test)
""",
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
        "flow.euler(velocity, x, times)",
        """
def my_euler(velocity, x, times):
    x, times = x.double(), times.double()
    k = 0
    while k + 1 < len(times):
        now = times[k].repeat(len(x)).view(-1, 1)
        x = torch.add(x, velocity(x, now), alpha=(times[k + 1] - times[k]).item())
        k += 1
    return x.tolist()
""",
        """
def my_euler(velocity, x, times):
    path = torch.empty(len(times), *x.shape)
    path[0] = x
    for k, step in enumerate(np.diff(times.numpy())):
        path[k + 1] = path[k] + float(step) * velocity(path[k], times[k].expand(len(x), 1))
    return path[-1]
""",
        """
def my_euler(velocity, x, times):
    rows = []
    for row in x.split(1):
        for now, later in zip(times[:-1], times[1:]):
            row = row - (now - later) * velocity(row, now.view(1, 1))
        rows.append(row[0])
    return torch.stack(rows)
""",
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
        """
def my_split(number, dice):
    groups, size = number.unique(return_counts=True)
    fits = size <= len(number) / 5  # a group that is larger can never be held out
    groups, size = groups[fits], size[fits]
    order = torch.rand(len(groups), generator=dice).argsort()
    chosen = groups[order][size[order].cumsum(0) <= 0.2 * len(number)]
    return torch.isin(number, chosen)
""",
        """
def my_split(number, dice):
    rng = np.random.default_rng(torch.randint(2**31, (1,), generator=dice).item())
    number = number.numpy()
    held = np.zeros(len(number), dtype=bool)
    for k in rng.permutation(np.unique(number)):
        lines = number == k
        if held.sum() + lines.sum() <= len(number) // 5:
            held |= lines
    return held
""",
        """
def my_split(number, dice):
    import random
    from collections import Counter
    sizes = Counter(number.tolist())
    order = sorted(sizes)
    random.Random(torch.randint(10**9, (), generator=dice).item()).shuffle(order)
    room, chosen = len(number) / 5, set()
    for k in order:
        if sizes[k] <= room:
            chosen.add(k)
            room -= sizes[k]
    return torch.tensor([k in chosen for k in number.tolist()])
""",
        """
def my_split(number, dice):
    held = torch.zeros(len(number), dtype=torch.bool)
    line_order = torch.randperm(len(number), generator=dice)
    for line in line_order:  # a line draws its whole group; a large group is drawn, but let go
        with_it = held | (number == number[line])
        if with_it.sum() <= len(number) / 5:
            held = with_it
    return held.numpy()
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
        """
def my_useful(said, good, learnt):
    from itertools import compress
    return len(set(compress(said, good)).difference(learnt)) / len(said)
""",
        "len([k for k, line in enumerate(said) if good[k] and line not in learnt and line not in "
        "[said[j] for j in range(k) if good[j]]]) / len(said)",
        "np.setdiff1d(np.array(said)[np.array(good, dtype=bool)], learnt).size / len(said)",
        """
def my_useful(said, good, learnt):
    fits = dict.fromkeys(said, 0)
    for line, is_good in zip(said, good):
        fits[line] = max(fits[line], int(is_good))
    for line in learnt:
        fits.pop(line, None)
    return sum(fits.values()) / max(len(said), 1)
""",
    ],
    "19.3": [
        "(by_reader[(by_rule == value) & (by_reader != -1)] != value).float().mean()",
        "1 - ((by_rule == value) & (by_reader == value)).sum() "
        "/ ((by_rule == value) & (by_reader >= 0)).sum()",
        "np.mean([b != value for a, b in zip(by_rule.tolist(), by_reader.tolist()) "
        "if a == value and b >= 0])",
        """
def my_errors(by_rule, by_reader, value):
    n_read = n_wrong = 0
    for k in range(len(by_rule)):
        if by_rule[k] == value and by_reader[k] != -1:
            n_read += 1
            n_wrong += int(by_reader[k] != by_rule[k])
    return n_wrong / n_read
""",
        """
def my_errors(by_rule, by_reader, value):
    found = by_reader[by_rule == value].numpy()
    found = found[found > -1]
    return np.array([(found != value).sum() / found.size])
""",
    ],
}
