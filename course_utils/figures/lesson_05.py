"""The figures of lesson 05, a distance and its critic, and what they show: plans, a training."""

import ipywidgets as widgets
import numpy as np
import torch
from scipy import optimize, sparse
from torch import nn

from .. import distributions, losses, metrics, models, run, viz
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes

DARK_GREEN = "#00694C"  # a shade for texts on white


EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def transport(places, p, q):
    """The cheapest plan from p to q, two histograms over places on a line: plan (n, n), its cost.

    A linear programme: rows of the plan add up to p, columns to q, no entry is negative.
    """
    n = len(p)
    rows = sparse.kron(sparse.eye(n), np.ones((1, n)))
    columns = sparse.kron(np.ones((1, n)), sparse.eye(n))
    sums = sparse.vstack([rows, columns]).tocsr()[:-1]  # the last one follows from the others
    mass = np.concatenate([p, q])[:-1]
    ways = np.abs(places[:, None] - places)
    best = optimize.linprog(ways.ravel(), A_eq=sums, b_eq=mass, options=EXACT)
    return best.x.reshape(n, n), best.fun


def best_critic(places, p, q):
    """The 1-Lipschitz critic with the largest gap: its scores (n,), 0 at the left end, its gap.

    A linear programme, too: scores of neighbouring places differ by their distance at most.
    """
    rise = np.diff(np.eye(len(p)), axis=0)  # rise @ f: f at the next place minus f here
    apart = np.diff(places)
    limits = {"A_ub": np.concatenate([rise, -rise]), "b_ub": np.concatenate([apart, apart])}
    bounds = [(0, 0)] + [(None, None)] * len(rise)
    best = optimize.linprog(q - p, bounds=bounds, options=EXACT, **limits)  # minus the gap
    return best.x, -best.fun


def diagram():
    """The machine: a generator, a critic whose score has no bounds, a penalty on its gradient."""
    viz.diagram(
        {
            "z": (0, 0),
            "G": (1, 0, "fake box"),
            "fake": (2, 0, "fake"),
            "real": (2, 2, "real"),
            "x̂": (2, 1),
            "critic": (3, 1, "critic box"),
            "loss of G": (4, 0),
            "penalty": (4, 1),
            "gap": (4, 2),
        },
        [
            "z -> G -> fake -> critic -> loss of G",
            "real -> critic -> gap",
            "x̂ -> critic -> penalty",
            "fake -> x̂",
            "real -> x̂",
        ],
        "Noise z goes through the generator G and becomes a generated x. The critic f sees it, a "
        "real x, and a point x̂ between the two. From its scores come the gap and the loss of G; "
        "from its gradient at x̂ comes the penalty. Dashed in green: the gradients of gap and "
        "penalty end in the critic; that of G's loss goes back through the critic into G.",
        gradients=["gap -> critic", "penalty -> critic", "loss of G -> critic -> fake -> G"],
        texts={"fake": "generated x", "real": "real x", "z": "noise z", "critic": "critic f"},
    )


def evenly(n_seeds, n=1000):
    """n equally likely x of the film's data and n z of a Gaussian: (n_seeds, n, 1) twice."""
    z = distributions.Gaussian().quantile(distributions.equal_mass_levels(n))
    levels = distributions.equal_mass_levels(n // 2)
    heaps = [distributions.Gaussian(mean, 0.5).quantile(levels) for mean in (6, 10)]
    return [x.view(1, -1, 1).expand(n_seeds, -1, -1) for x in (torch.cat(heaps), z)]


class LineGame:
    """A WGAN-GP with a one-sided penalty on a line: data in two heaps, at 6 and at 10.

    One seed; the generator begins near 0. `turn` trains, `measure` says how far it has come.
    """

    edges = np.linspace(-2, 13, 61)

    def __init__(self, seed, n_steps):
        run.seed_everything(seed)
        self.data = distributions.Mixture(torch.tensor([[6.0], [10.0]]), 0.5)
        self.generator = models.mlp([1, 32, 32, 1], lambda: nn.LeakyReLU(0.2))
        critic = models.gan_discriminator([1, 32, 32], lambda: nn.LeakyReLU(0.2))
        self.critic = models.Centred(critic, 8.0)
        nets, rates = (self.generator, self.critic), (2e-3, 5e-3)
        adam = {"betas": (0.0, 0.9), "fused": True}
        self.opts = [torch.optim.Adam(n.parameters(), r, **adam) for n, r in zip(nets, rates)]
        self.rates, self.n_steps, self.done = rates, n_steps, 0
        self.x_even, self.z_even = evenly(1)

    def turn(self, critic_steps=3, gp_weight=10):
        """Some steps of the critic, one of the generator; the rates fall in the last quarter."""
        for opt, rate in zip(self.opts, self.rates):
            opt.param_groups[0]["lr"] = rate * min(1.0, 4 - 4 * self.done / self.n_steps)
        for _ in range(critic_steps):
            x_real = self.data.sample(1, 32)
            x_fake = self.generator(torch.randn(1, 32, 1)).detach()
            eps = torch.rand(1, 32, 1)
            x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
            gradient = losses.input_gradient(self.critic(x_hat), x_hat)
            loss = losses.critic_loss(self.critic(x_real), self.critic(x_fake))
            loss = loss + gp_weight * losses.gradient_penalty(gradient, one_sided=True)
            self._step(self.opts[1], loss)
        scores = self.critic(self.generator(torch.randn(1, 32, 1)))
        self._step(self.opts[0], losses.generator_wasserstein(scores))
        self.done += 1

    @staticmethod
    def _step(opt, loss):
        opt.zero_grad()
        loss.sum().backward()
        opt.step()

    @torch.no_grad()
    def measure(self):
        """(x_fake (1000,), f at the middles of the bins, W, gap, JS of the histograms)."""
        x_fake = self.generator(self.z_even)
        middles = torch.from_numpy((self.edges[:-1] + self.edges[1:]) / 2).float()
        f = self.critic(middles.view(1, -1, 1))[0]
        gap = -losses.critic_loss(self.critic(self.x_even), self.critic(x_fake)).item()
        w = metrics.wasserstein_1d(x_fake.flatten(), self.x_even.flatten()).item()
        p, q = (np.histogram(x.flatten(), self.edges)[0] / 1000 for x in (self.x_even, x_fake))
        both = [entropy(p), entropy(q)]
        return x_fake.flatten().numpy(), f.numpy(), w, gap, entropy((p + q) / 2) - np.mean(both)


def entropy(shares):
    """-Σ s log s of the shares s of a histogram [nats]."""
    present = shares[shares > 0]
    return -(present * np.log(present)).sum()


class Film:
    """A picture in three parts: samples with the critic, W with the gap, and JS."""

    def __init__(self, game):
        self.game, self.curves = game, []
        self.fig, old = axes("x", "", size=(7.6, 4.2))
        old.remove()
        grid = self.fig.add_gridspec(2, 2, width_ratios=(1.25, 1), height_ratios=(1.7, 1))
        self.left = self.fig.add_subplot(grid[:, 0])
        self.distance, self.js = self.fig.add_subplot(grid[0, 1]), self.fig.add_subplot(grid[1, 1])
        self._samples()
        self._lines()

    def _samples(self):
        edges, x_even = self.game.edges, self.game.x_even.flatten()
        self.left.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.06), xlabel="x")
        self.left.set_ylabel("density, cut off at 0.95")
        self.left.hist(x_even, edges, density=True, color=REAL, alpha=0.4)
        style = {"fill": True, "color": FAKE, "alpha": 0.65}
        self.bars = self.left.stairs(np.zeros(len(edges) - 1), edges, **style)
        score = self.left.twinx()
        score.set(ylim=(-11, 11), ylabel="score of the critic")
        score.spines["right"].set_visible(True)
        middles = (edges[:-1] + edges[1:]) / 2
        (self.f,) = score.plot(middles, np.full(len(middles), np.nan), color=GREY)
        self.left.text(8, 0.99, "data", color=REAL, ha="center")
        self.left.text(1.4, 0.99, "generated", color=DARK_FAKE, ha="center")
        self.left.set_title(" ")
        for artist in (self.bars, self.f, self.left.title):
            artist.set_animated(True)

    def _lines(self):
        n = self.game.n_steps
        self.distance.set(xlim=(0, n), ylim=(0, 11.5), ylabel="unit of x", xticklabels=[])
        self.js.set(xlim=(0, n), ylim=(0, 0.8), xlabel="step", ylabel="JS [nats]")
        self.js.axhline(np.log(2), color="black", linestyle=":", linewidth=1)
        self.js.text(n, 0.72, "log 2", ha="right", va="bottom", fontsize=9)
        plots = (
            (self.distance, "black", "-"),
            (self.distance, GREY, "--"),
            (self.js, "black", "-"),
        )
        self.lines = [ax.plot([], [], style, color=color)[0] for ax, color, style in plots]
        self.distance.text(
            0.97, 0.9, "the critic's gap", transform=self.distance.transAxes, color=GREY, ha="right"
        )
        self.distance.text(
            0.97, 0.76, "the distance W", transform=self.distance.transAxes, ha="right"
        )
        for line in self.lines:
            line.set_animated(True)

    def draw(self):
        """Show the game as it is now."""
        x_fake, f, *values = self.game.measure()
        self.curves.append((self.game.done, *values))
        counts, edges = np.histogram(x_fake, self.game.edges)
        self.bars.set_data(np.minimum(counts / len(x_fake) / np.diff(edges), 0.95))
        self.f.set_ydata(f - (f.max() + f.min()) / 2)
        step, *columns = zip(*self.curves)
        for line, column in zip(self.lines, columns):
            line.set_data(step, column)
        self.left.set_title(f"step {step[-1]}: W = {values[0]:.2f}")
        return self.fig


def opening(seed, n_steps=356):
    """A film of a WGAN-GP on a line, with its critic, the distance W and the gap, and JS."""
    film = Film(LineGame(seed, n_steps))
    turns = [0] + 16 * [3] + 14 * [22]

    def frame(k):
        for _ in range(turns[k]):
            film.game.turn()
        film.draw()

    viz.gif(
        film.fig,
        frame,
        range(len(turns)),
        "Animation. Left: an orange heap of generated numbers starts at 0, climbs the grey critic "
        "to the two blue heaps at 6 and at 10, and spreads over both and the middle between them. "
        "Right, above: the distance W falls from 8 to below 1; the dashed gap of the critic rises "
        "from 0 to 11 in a few steps, then falls as W does, and ends near it. Right, below: JS "
        "stays at log 2 until the heaps touch, then falls.",
        strip=4,
    )


def two_measures(t, js, w):
    """JS and W over the distance t; js and w are {name: (n,)} for two points and two heaps."""
    fig, panels = axes("distance t", "", n=2, size=(9.5, 3.4))
    looks = {"two points": {"color": "black", "linestyle": "", "marker": "o", "markersize": 4}}
    for ax, values, top in zip(panels, (js, w), (0.8, 5.3)):
        for name, heights in values.items():
            ax.plot(t, heights, **looks.get(name, {"color": FURTHER[0], "linewidth": 4}), zorder=1)
        ax.set(ylim=(-0.02 * top, top))
    panels[0].axhline(np.log(2), color="black", linestyle=":", linewidth=1)
    panels[0].text(4, 0.71, "log 2", va="bottom")
    panels[0].text(0.15, 0.58, "two points", ha="left")
    panels[0].text(1.35, 0.4, "two heaps", color=DARK_GREEN)
    panels[1].text(2.3, 4.3, "two points and two heaps:\nW = t", ha="center")
    panels[0].set(ylabel="JS [nats]")
    panels[1].set(ylabel="W [unit of x]")
    viz.show(
        fig,
        "Two panels over the distance t. JS of two points jumps from 0 to log 2 at once and stays "
        "there; that of two heaps reaches it near t = 2 and is flat from then on. W: points and "
        "heaps lie on the same straight line, W = t.",
    )


def draw_plan(ax, places, p, q, plan, raised=False):
    """p upwards, q downwards, and a line for each entry of the plan, as wide as its mass.

    raised: the name of p stands above its heaps.
    """
    width = places[1] - places[0]
    ax.bar(places, p, width, bottom=0.1, color=REAL)
    ax.bar(places, -q, width, bottom=-0.1, color=FAKE)
    for i, j in np.argwhere(plan > 1e-3):
        ends = places[[i, j]]
        ax.plot(ends, [0.1, -0.1], color=GREY, linewidth=40 * plan[i, j], alpha=0.5)
    beside, top = places[p.argmax()] + 0.9, 0.1 + p.max()
    if raised:
        beside, top = min(beside, places[-1] - 1.6), top + 0.02
    ax.text(beside, top, "p, data", color=REAL, va="bottom" if raised else "top")
    ax.text(places[q.argmax()] + 1.0, -0.1 - q.max(), "q, generated", color=DARK_FAKE)
    ax.set(xlim=(places[0] - 0.2, places[-1] + 0.2), ylim=(-0.3, 0.33), yticks=[])
    ax.set(xlabel="x", ylabel="share of the mass")


def plan_and_borders(places, p, q, plan, w):
    """Left: the plan. Right: the cumulative sums of p and q, and the area between them."""
    fig, (left, right) = axes("x", "", n=2, size=(11, 3.8))
    draw_plan(left, places, p, q, plan, raised=True)
    left.set_title(f"a cheapest plan: it costs {w:.3f}")
    edges = np.append(places, 2 * places[-1] - places[-2])
    upper_p, upper_q = np.cumsum(p), np.cumsum(q)
    right.stairs(upper_p, edges, color=REAL, linewidth=2, baseline=None)
    right.stairs(upper_q, edges, color=FAKE, linewidth=2, baseline=None)
    right.fill_between(places, upper_p, upper_q, step="post", color=GREY, alpha=0.3, linewidth=0)
    right.text(5.0, 0.44, "P", color=REAL, va="center")
    right.text(3.4, 0.88, "Q", color=DARK_FAKE, ha="right", va="center")
    right.text(2.35, 0.33, "to the\nright", ha="center", va="center", fontsize=9)
    right.text(5.2, 0.75, "carried to the left", ha="center", va="center", fontsize=9)
    right.set(ylabel="share of the mass up to x", xlim=(-0.2, 8.4), ylim=(0, 1.05))
    right.set_title(f"the area between P and Q: {w:.3f}")
    viz.show(
        fig,
        "Left: grey lines lead from two blue heaps above to an orange heap between them below. "
        "Right: two staircases, the shares of p and of q up to x. P is above Q on the left, Q "
        "above P on the right; the grey area between them is W.",
    )


def dual(places, p, q, plan, f, w):
    """Left: the plan. Right: the best critic, 0 on average over p, above p and q."""
    fig, (left, right) = axes("x", "", n=2, size=(11, 3.8))
    draw_plan(left, places, p, q, plan, raised=True)
    left.set_title(f"the cheapest plan costs {w:.3f}")
    step = places[1] - places[0]
    for mass, color in ((p, REAL), (q, FAKE)):
        right.bar(places, 12 * mass, step, bottom=-6, color=color, alpha=0.35, linewidth=0)
    right.plot(places, f - p @ f, color=GREY, linewidth=3)
    right.axhline(0, color=REAL, linestyle=":")
    right.axhline(q @ f - p @ f, color=FAKE, linestyle=":")
    right.text(8.3, 0, "mean over p", color=REAL, va="center", fontsize=9)
    right.text(
        8.3, q @ f - p @ f - 0.5 * (w < 1), "mean over q", color=DARK_FAKE, va="center", fontsize=9
    )
    right.set(ylabel="best score − its mean over p", xlim=(-0.2, 8.2), ylim=(-6, 6))
    right.set_title(f"its gap is {(p - q) @ f:.3f}")
    return fig


def duality(places, p, q, plan, f, w):
    """The figure of `dual`, shown, for the two heaps and the one heap of the lesson."""
    viz.show(
        dual(places, p, q, plan, f, w),
        "Left: the plan of the two heaps. Right: the best critic falls with derivative −1 from the "
        "left heap to the middle of the orange one, and rises with derivative 1 to the right heap. "
        "Its mean over p is above its mean over q by 1.926, which is what the plan costs.",
    )


def sliders():
    """What `live.live` wants for the playground: three centres, and the share of the left heap."""

    def slider(value, description, low=0.6, high=7.4, step=0.2):
        return widgets.FloatSlider(
            value=value, min=low, max=high, step=step, description=description
        )

    return {
        "left": slider(1.6, "data, left"),
        "right": slider(6.4, "data, right"),
        "share": slider(50, "left has %", 0, 100, 5),
        "fake": slider(3.2, "generated"),
    }


def contest(x, scores, best):
    """The learned critics and the best one, all 0 at 3.2: scores is {way: (n_seeds, n)}."""
    fig, panels = axes("x", "score − score at 3.2", n=len(scores), size=(12, 3.9))
    at = [int((x - place).abs().argmin()) for place in (1.6, 3.2, 6.4)]
    places, f_best = best
    f_best = f_best - f_best[np.abs(places - 3.2).argmin()]
    for ax, (way, curves) in zip(panels, scores.items()):
        curves = curves - curves[:, at[1], None]
        ax.plot(x, curves.T, color=GREY, linewidth=0.8, alpha=0.6)
        ax.plot(places, f_best, color="black", linestyle="--", linewidth=1.5)
        ax.set(xlim=(0, 8), ylim=(-6.5, 5.8), xticks=(0, 2, 4, 6, 8))
        ax.set_title(way)
        n, left, right = len(curves), curves[:, at[0]] > 0, curves[:, at[2]] > 0
        ax.text(1.6, -6.2, f"falls here:\n{left.sum()} of {n}", ha="center", fontsize=9)
        ax.text(6.4, -6.2, f"rises here:\n{right.sum()} of {n}", ha="center", fontsize=9)
    panels[0].text(4.2, 4.7, "dashed: the best critic", ha="right", fontsize=9)
    viz.show(
        fig,
        "Three panels of 16 grey critics each, the best one dashed: a valley. Clipping: flatter "
        "than the valley on the right, nearly level on the left. Two-sided penalty: half of the "
        "critics or more rise everywhere or fall everywhere, with a derivative near 1 in size, so "
        "one of their sides has the wrong sign. One-sided penalty: all lie on the valley. Below "
        "each side: how many have the right sign.",
    )


def crossing(places, p, q):
    """(borders, δ, ρ): the mass to be carried over each border, the density of x̂ there."""
    low, high = np.minimum(places[:, None], places), np.maximum(places[:, None], places)
    per_length = p[:, None] * q / np.maximum(high - low, places[1] - places[0])
    borders = (places[:-1] + places[1:]) / 2
    rho = np.array([per_length[(low < b) & (b < high)].sum() for b in borders])
    return borders, np.abs(np.cumsum(p - q))[:-1], rho


SIDES = {"left side": (1.6, 3.2), "right side": (3.2, 6.4)}


def means_of_sides(places, p, q):
    """{side of the valley: (mean δ, mean ρ)}, what crosses its borders, the density of x̂."""
    borders, delta, rho = crossing(places, p, q)
    on_sides = {side: (low < borders) & (borders < high) for side, (low, high) in SIDES.items()}
    return {side: (delta[on_it].mean(), rho[on_it].mean()) for side, on_it in on_sides.items()}


def two_valleys(means, found, gp_weight):
    """What a unit of length adds to the loss over the derivative s, for each side of the valley.

    found: (2, n_seeds), the derivatives of learned two-sided critics; a dot for each.
    """
    s = np.linspace(-2.6, 2.6, 521)
    label = "derivative s, counted in the direction in which the gap grows"
    fig, panels = axes(label, "", n=2, size=(12, 4.2))
    for ax, (side, (d, r)), dots in zip(panels, means.items(), np.asarray(found)):

        def two_sided(s, d=d, r=r):
            return -d * s + gp_weight * r * (np.abs(s) - 1) ** 2

        one_sided = -d * s + gp_weight * r * np.maximum(np.abs(s) - 1, 0) ** 2
        ax.plot(s, one_sided, color=FURTHER[0], linewidth=4)
        ax.plot(s, two_sided(s), color="black", linewidth=1.5)
        ax.plot(dots, two_sided(dots), "o", color="black", markersize=7, alpha=0.5)
        for sign, where in ((-1, dots < 0), (1, dots > 0)):
            text = f"{where.sum()} critics"
            ax.text(sign + 0.1, two_sided(sign) - 0.28, text, ha="center", va="top", fontsize=9)
        ax.text(0.15, gp_weight * r, "two-sided", va="center", fontsize=9)
        ax.text(-0.05, -0.4, "one-sided", color=DARK_GREEN, ha="right", fontsize=9)
        ax.set(xlim=(-2.6, 2.6), ylim=(-1.2, 4), xticks=range(-2, 3))
        ax.set_title(f"{side}: δ = {d:.2f}, ρ = {r:.2f}, λ = {gp_weight}")
    panels[0].set_ylabel("loss per unit of length")
    viz.show(
        fig,
        "Two panels, the loss over the derivative s. Two-sided, black: two valleys, one at s near "
        "1 and a higher one at s near −1. One-sided, green: it goes downhill from the wrong sign "
        "to the right. The dots, the 16 two-sided critics of the contest, lie at the bottoms of "
        "the two black valleys.",
    )


def gap_against_w(games, gp_weight):
    """What the critic or D says against the true W, all seeds and times; games {name: rows}."""
    fig, panels = axes("W [unit of x]", "gap [unit of x]", n=2, size=(11, 3.9), xlim=(0, 9))
    w = np.linspace(0, 9, 91)
    for ax, (name, rows) in zip(panels, games.items()):
        is_gan = name.startswith("GAN")
        values = rows["says"]
        steps = np.broadcast_to(rows["step"][:, None], values.shape)
        dots = ax.scatter(rows["w"], values, 5, steps, cmap="viridis_r", linewidths=0)
        ax.set_title(name)
        if is_gan:
            ax.axhline(2 * np.log(2), color="black", linestyle=":", linewidth=1)
            ax.text(8.9, 1.42, "2 log 2", ha="right", va="bottom", fontsize=9)
            ax.set(ylim=(-0.05, 1.9), ylabel="loss of D [nats]")
            continue
        ax.plot(w, w, ":", color="black", linewidth=1)
        ax.plot(w, w + w**2 / (2 * gp_weight), color="black", linewidth=1)
        ax.text(7.2, 5.7, "gap = W", ha="left", fontsize=9)
        ax.text(5.8, 9.0, "W + W²/(2λ)", ha="right", fontsize=9)
        ax.set(ylim=(-1, 13))
        inset = ax.inset_axes([0.62, 0.09, 0.36, 0.29])
        inset.scatter(rows["w"], values, 3, steps, cmap="viridis_r", linewidths=0)
        inset.plot(w, w, ":", color="black", linewidth=1)
        inset.set(xlim=(0.4, 2), ylim=(-0.4, 2), xticks=(1, 2), yticks=(0, 1, 2))
        inset.tick_params(labelsize=7)
    fig.colorbar(dots, ax=panels, label="step of G", pad=0.01)
    viz.show(
        fig,
        "The true W from 0 to 9 across, in two games, a dot for each seed and each look, darker as "
        "the steps go on. Left: the gap lies close to the curve W + W²/(2λ) for W from 8 to 2, and "
        "near W = 1, which the inset enlarges, the dots scatter below it. Right, a GAN: the loss "
        "of D is 0 for W from 7 to 5 and rises towards 2 log 2 below.",
    )


def partners(x_fake, x_real):
    """For each generated point the data point to which the cheapest plan matches it.

    (n_seeds, n, d) twice → (n_seeds, n, d). With as many points of each kind, all of equal weight,
    some cheapest plan is a pairing.
    """
    costs = torch.cdist(x_fake, x_real).numpy()
    pairings = [optimize.linear_sum_assignment(cost)[1] for cost in costs]
    return torch.stack([x[pairing] for x, pairing in zip(x_real, pairings)])


def in_the_plane(nets, x_real, x_fake, arrows, n_shown=30):
    """Contours of the first critic and the first discriminator, and their gradients at x_fake.

    nets is {name: network}, arrows {(name, 150 or 300): (n_seeds, n, 2)}; drawn are lines from some
    generated points to their partners, and arrows to a scale of each panel's own.
    """
    fig, panels = axes("x₁", "x₂", n=2, size=(12, 4.7), xlim=(-6.8, 4.8), ylim=(-4.7, 4.7))
    starts, goals = x_fake[0, :n_shown], partners(x_fake[:1], x_real[:1])[0, :n_shown]
    for ax, (name, net) in zip(panels, nets.items()):
        _heights(ax, net, name == "discriminator")
        ax.plot(
            *torch.stack([starts, goals]).permute(2, 0, 1), color=REAL, linewidth=0.8, alpha=0.4
        )
        ax.plot(*x_real[0, :100].T, ".", color=REAL, markersize=4)
        ax.plot(*starts.T, "o", color=FAKE, markersize=4)
        half, length = (arrows[name, n][0].norm(dim=-1).median() for n in (150, 300))
        drawn = 1.4 * arrows[name, 300][0, :n_shown] / length
        ax.quiver(*starts.T, *drawn.T, **ARROWS)
        title = f"{name}: length of the arrows {length:.1f} (after half the steps {half:.1f})"
        ax.set_title(title, fontsize=11)
        ax.set_aspect("equal")
        ax.text(2.2, 3.9, "data", color=REAL, bbox=ON_WHITE)
        ax.text(-5.6, 1.6, "generated", color=DARK_FAKE, ha="center", bbox=ON_WHITE)
    viz.show(
        fig,
        "Two panels: orange generated points on the left, two blue heaps of data on the right, and "
        "blue lines of the cheapest plan. Left: the critic's grey contour lines are "
        "evenly spaced, and its arrows follow the blue lines to both heaps. Right: the "
        "discriminator's three contour lines are one narrow band between the heaps, and all its "
        "arrows point across the band.",
    )


ARROWS = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004, "zorder": 3}
ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1}


def _heights(ax, net, is_discriminator):
    """Contours of a score, 1 apart, or those on which a discriminator says 0.01, 0.5 and 0.99."""
    x, y = torch.linspace(-7, 5, 121), torch.linspace(-5, 5, 101)
    points = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).view(1, -1, 2)
    n_seeds = len(next(net.parameters()))
    with torch.no_grad():
        height = net(points.expand(n_seeds, -1, -1))[0].view(101, 121)
    style = {"colors": GREY, "linewidths": 0.9, "linestyles": "-"}
    if not is_discriminator:
        ax.contour(x, y, height, np.arange(height.min().floor(), height.max()), **style)
        ax.text(-6.6, -4.5, "the score rises by 1\nfrom line to line", bbox=ON_WHITE, fontsize=9)
        return
    levels = torch.logit(torch.tensor([0.01, 0.5, 0.99]))
    ax.contour(x, y, height, levels, **style)
    at = [x[(height[5] > level).int().argmax()].item() for level in levels[[0, 2]]]
    ax.text(at[0] - 0.2, -4.5, "D = 0.01", ha="right", fontsize=9)
    ax.text(at[1] + 0.2, -4.5, "D = 0.99", fontsize=9)


def small_rings(samples, centres, columns=4):
    """Small pictures of samples {name: (n, 2)} over the centres of the modes."""
    rows = -(-len(samples) // columns)
    fig, _ = axes("", "", size=(3 * columns, 3.2 * rows))
    fig.clear()
    panels = fig.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for ax in panels:
        ax.axis("off")
    for ax, (name, x) in zip(panels, samples.items()):
        ax.plot(*centres.T, "o", color=REAL, markersize=9, alpha=0.35, markeredgewidth=0)
        ax.plot(*np.asarray(x).T, ".", color=FAKE, markersize=3.5)
        top = 1.35 * np.abs(np.asarray(centres)).max()
        ax.set(xlim=(-top, top), ylim=(-top, top), aspect="equal")
        ax.set_title(name, fontsize=10)
    return fig
