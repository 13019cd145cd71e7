"""The figures of lesson 04, Saturation, with its film and the picture of its playground."""

import ipywidgets as widgets
import numpy as np
import torch
from torch import nn, sigmoid

from .. import distributions, models, run, viz
from ..losses import discriminator_loss, generator_minimax, generator_nonsaturating
from ..viz import DARK_FAKE, FAKE, FURTHER, GREY, REAL, axes
from .lesson_01 import line_picture

NAMES = ("−log D", "log(1 − D)")
LOOKS = {  # how the two losses are drawn in every figure, and the shade of their labels
    "−log D": {"color": "#332288"},  # not green, which is the gradient's colour in diagrams
    "log(1 − D)": {"color": FURTHER[1], "linestyle": (0, (4, 1.5))},
}
INKS = {"−log D": "#332288", "log(1 − D)": "#A0457A"}
DATA = distributions.Gaussian(4, 0.5)


def diagram():
    """The machine: what the gradient is multiplied by on its way from G's loss to a sample."""
    viz.diagram(
        {
            "x": (0, 0, "fake"),
            "network": (1, 0, "discriminator box"),
            "logit": (2, 0),
            "sigmoid": (3, 0, "discriminator box"),
            "D": (4, 0),
            "loss": (5, 0),
        },
        ["x -> network -> logit -> sigmoid -> D -> loss"],
        "A generated x goes through the network of D, which gives a logit, and through a sigmoid, "
        "which gives D(x); G's loss is made of that. Dashed in green, the way of the gradient "
        "back: it begins as −1/(1 − D) or −1/D, is multiplied by D(1 − D) at the sigmoid, and in "
        "the network by the derivative of the logit with respect to x.",
        gradients=[
            "loss -> D: −1/(1 − D) or −1/D",
            "D -> sigmoid -> logit: · D(1 − D)",
            "logit -> network -> x: · ℓ′(x)",
        ],
        texts={
            "x": "generated x",
            "network": "layers of D",
            "logit": "logit ℓ",
            "D": "D(x)",
            "loss": "loss of G",
        },
    )


def as_text(size):
    """A size as short as it can be read: 4.0, 0.021, 4e-06."""
    return f"{size:.1g}" if size < 0.001 else f"{size:.3f}" if size < 1 else f"{size:.1f}"


class ArrowPicture:
    """Data, samples and D(x); above them two rows of arrows, what each loss sends to 12 samples.

    An arrow's length is the square root of the derivative's size, times `SCALE`.
    """

    SCALE = 0.7

    def __init__(self):
        self.picture = line_picture(-3, 7, density_top=2.0, size=(5.4, 4.3))
        ax, right = self.picture.fig.axes
        right.set(ylim=(0, 2.2), yticks=[0, 0.5, 1])
        right.yaxis.set_label_coords(1.1, 0.23)
        right.spines["right"].set_bounds(0, 1)
        ax.set(yticks=[0, 0.5])
        ax.yaxis.set_label_coords(-0.1, 0.2)
        self.at = torch.from_numpy(self.picture.middles)
        self.rows, self.labels = {}, {}
        units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.005, "animated": True}
        for name, low in zip(NAMES, (1.55, 1.05)):
            heights, zeros = np.linspace(low, low + 0.28, 12), np.zeros(12)
            style = units | {"color": LOOKS[name]["color"], "zorder": 5}
            self.rows[name] = ax.quiver(zeros, heights, zeros, zeros, **style)
            words = ax.text(-2.9, low + 0.31, "", color=INKS[name], fontsize=10, animated=True)
            self.labels[name] = words

    def update(self, generated, logit, title):
        """Show a Gaussian of samples, and what the discriminator `logit(x)` says of them.

        `logit` maps a tensor (n,) of positions to (n,) logits.
        """
        x = generated.quantile(distributions.equal_mass_levels(12)).double().requires_grad_()
        logits = logit(x)
        derivative = torch.autograd.grad(logits.sum(), x)[0]
        weights = {"−log D": sigmoid(-logits), "log(1 − D)": sigmoid(logits)}
        with torch.no_grad():
            d = sigmoid(logit(self.at)).numpy()
            x_fake = generated.quantile(distributions.equal_mass_levels(2000)).numpy()
        for name, row in self.rows.items():
            push = (weights[name] * derivative).detach()
            row.set_offsets(np.stack([x.detach().numpy(), row.get_offsets()[:, 1]], 1))
            row.set_UVC(self.SCALE * push.sign() * push.abs().sqrt(), torch.zeros(12))
            size = as_text(push.abs().quantile(0.5).item())
            self.labels[name].set_text(f"G minimises {name}: median {size}")
        return self.picture.update(x_fake, d, title)


class TwoGames:
    """The lesson's game under both losses at once: one start, the same draws, and SGD for G.

    D learns for 150 steps first. Row 0 of each tensor is the game of −log D, row 1 that of the
    other loss.
    """

    HEAD_START, RATE = 150, 0.1

    def __init__(self, seed):
        run.seed_everything(seed)
        self.generator = models.Linear(1, 1, 2)
        self.discriminator = models.gan_discriminator([1, 16, 16], lambda: nn.LeakyReLU(0.2), 2)
        with torch.no_grad():
            self.generator.weight.fill_(0.5)
            self.generator.bias.zero_()
            for number in self.discriminator.parameters():
                number[1] = number[0]
        self.opt_g = torch.optim.SGD(self.generator.parameters(), self.RATE)
        adam = {"lr": 1e-2, "betas": (0.0, 0.9), "fused": True}
        self.opt_d = torch.optim.Adam(self.discriminator.parameters(), **adam)
        self.done = 0  # turns, the head start among them

    def _fake(self):
        return self.generator(torch.randn(1, 32, 1).expand(2, -1, -1))

    def turn(self):
        """A step of D; after the head start, also one of G."""
        x_real = DATA.sample(1, 32).expand(2, -1, -1)
        logits = self.discriminator(x_real), self.discriminator(self._fake().detach())
        self._step(self.opt_d, discriminator_loss(*logits).sum())
        if self.done >= self.HEAD_START:
            logits = self.discriminator(self._fake())
            self._step(
                self.opt_g, generator_nonsaturating(logits[0]) + generator_minimax(logits[1])
            )
        self.done += 1

    @staticmethod
    def _step(opt, loss):
        opt.zero_grad()
        loss.backward()
        opt.step()

    def sent(self):
        """Twelve equally likely samples of each game, and what is sent to each: (2, 12) twice."""
        z = distributions.Gaussian().quantile(distributions.equal_mass_levels(12)).view(1, -1, 1)
        x = self.generator(z.expand(2, -1, -1)).detach().requires_grad_()
        logits = self.discriminator(x)
        derivative = torch.autograd.grad(logits.sum(), x)[0].squeeze(-1)
        weights = torch.stack([sigmoid(-logits[0]), sigmoid(logits[1])]).detach()
        return x.detach().squeeze(-1), weights * derivative


class GamePanel:
    """One game of the film: data, generated numbers and D(x), and above them what G is sent."""

    EDGES = np.linspace(-3, 9, 97)

    def __init__(self, ax, name):
        self.name, middles = name, (self.EDGES[:-1] + self.EDGES[1:]) / 2
        self.at = torch.from_numpy(middles).float().view(1, -1, 1)
        density = DATA.log_prob(self.at.flatten()).exp()
        ax.fill_between(middles, density, color=REAL, alpha=0.35, linewidth=0, label="data")
        style = {"fill": True, "color": FAKE, "alpha": 0.65, "label": "generated"}
        self.bars = ax.stairs(np.zeros(len(middles)), self.EDGES, animated=True, **style)
        ax.set(xlim=(-3, 9), ylim=(0, 1.75), yticks=[0, 0.5])
        ax.set_ylabel("density", y=0.28)
        right = ax.twinx()
        right.set(ylim=(0, 1.75), yticks=[0, 0.5, 1])
        right.set_ylabel("D(x)", y=0.29)
        right.spines["right"].set_visible(True)
        right.spines["right"].set_bounds(0, 1)
        nothing = np.full(len(middles), np.nan)
        (self.d,) = right.plot(middles, nothing, color=GREY, animated=True, label="D(x)")
        heights, zeros = np.linspace(1.1, 1.42, 12), np.zeros(12)
        units = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004, "animated": True}
        color = LOOKS[name]["color"]
        self.arrows = ax.quiver(zeros, heights, zeros, zeros, color=color, zorder=5, **units)
        self.words = ax.text(-2.9, 1.55, "", color=INKS[name], fontsize=10, animated=True)
        self.cut = ax.text(0, 0.85, "", color=DARK_FAKE, fontsize=9, animated=True)

    def update(self, x, sent, x_fake, d):
        """x, sent (12,): what samples are sent; x_fake (n,), d (n_bins,): numpy arrays all."""
        counts, _ = np.histogram(x_fake, self.EDGES)
        density = counts / len(x_fake) / np.diff(self.EDGES)
        self.bars.set_data(np.minimum(density, 1))  # cut there
        self.cut.set_text(f"cut: {density.max():.0f} high" if density.max() > 1.5 else "")
        self.cut.set_x(np.mean(x_fake) + 0.5)
        self.d.set_ydata(d)
        self.arrows.set_offsets(np.stack([x, self.arrows.get_offsets()[:, 1]], 1))
        self.arrows.set_UVC(ArrowPicture.SCALE * np.sign(sent) * np.sqrt(np.abs(sent)), 0 * sent)
        size = as_text(np.median(np.abs(sent)))
        self.words.set_text(f"G minimises {self.name}: a sample is sent {size}")


def film(seed):
    """Both games: D learns for 150 steps, then G moves, too, under one loss in each panel."""
    game = TwoGames(seed)
    fig, _ = axes("", "", size=(5.6, 5.4))
    fig.clear()
    panels = [GamePanel(ax, name) for ax, name in zip(fig.subplots(2, 1), NAMES)]
    fig.axes[1].set_xlabel("x")
    handles = [h for ax in fig.axes[1:3] for h in ax.get_legend_handles_labels()[0]]
    fig.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
    title = fig.suptitle(" ", animated=True)
    z = distributions.Gaussian().quantile(distributions.equal_mass_levels(2000)).view(1, -1, 1)

    def frame(turn):
        while game.done < turn:
            game.turn()
        x, sent = game.sent()
        with torch.no_grad():
            x_fake = game.generator(z.expand(2, -1, -1)).squeeze(-1)
            d = sigmoid(game.discriminator(panels[0].at.expand(2, -1, -1)))
        for k, panel in enumerate(panels):
            panel.update(*(values[k].numpy() for values in (x, sent, x_fake, d)))
        head = f"only D learns: step {turn} of 150"
        title.set_text(head if turn <= 150 else f"both learn: turn {turn - 150}")

    head = [0, 2, 4, 6, 8, 10, 12, 16, 20, 26, 34, 45, 60, 85, 115, 150]
    turns = [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 23, 26, 30]  # the film-strip shows turn 30
    turns += [45, 70, 110, 150, 190, 230, 270, 310, 350, 400, 450, 500, 560, 630, 700]
    viz.gif(
        fig,
        frame,
        head + [150 + turn for turn in turns],
        "Animation, two panels, one a loss of G. While only D learns, the orange numbers stand at "
        "0, the data at 4, and D(x) becomes a sharp step; the arrows of −log D grow, those of "
        "log(1 − D) shrink to nothing. Then G moves: with −log D at once, as a thin peak past the "
        "data and back; with log(1 − D) not for a long time, but at last it arrives, too.",
        fps=6,
        strip=4,
    )


class Playground:
    """The picture of the playground: G's mean and standard deviation, and how far D has learned."""

    def __init__(self):
        self.picture = ArrowPicture()

    def draw(self, mean=0.0, std=0.5, learned=100):
        """The picture when D's logit is `learned` percent of the best logit."""
        generated = distributions.Gaussian(mean, std)

        def logit(x):
            return learned / 100 * (DATA.log_prob(x) - generated.log_prob(x))

        return self.picture.update(generated, logit, f"D has learned {learned} %")

    def controls(self):
        """What `live.live` wants: the sliders."""
        return {
            "mean": widgets.FloatSlider(value=0, min=-2, max=6, step=0.25, description="G's mean"),
            "std": widgets.FloatSlider(value=0.5, min=0.25, max=1.5, step=0.25, description="std"),
            "learned": widgets.IntSlider(value=100, min=0, max=100, step=5, description="D, %"),
        }


def _two_rows(n, size):
    """A figure with two rows of n panels: (fig, array (2, n) of axes)."""
    fig, _ = axes("", "", size=size)
    fig.clear()
    panels = fig.subplots(2, n, squeeze=False)
    return fig, panels


def _bands(ax, values, name):
    """The median over seeds and the middle 80 %, in the look of a loss; values (turns, n_seeds).

    Of the turns some 200 are drawn, closer together at the beginning.
    """
    turns = np.unique(np.geomspace(1, len(values), 300).astype(int))
    viz.quantile_band(ax, turns, values[turns - 1], LOOKS[name]["color"])
    ax.lines[-1].set_linestyle(LOOKS[name].get("linestyle", "-"))


def derivatives(logits, values, by_d, by_logit):
    """The two losses and their derivatives: over D in the upper row, over the logit ℓ below."""
    fig, panels = _two_rows(2, (9.5, 6.6))
    d = sigmoid(logits)
    for name in NAMES:
        for ax, at, curve in zip(
            panels.flat, (d, d, logits, logits), (values, by_d, values, by_logit), strict=True
        ):
            ax.plot(at, curve[name].detach(), **LOOKS[name])
    for row, what, loss_limits in zip(panels, ("D", "logit ℓ"), ((-6, 6), (-10, 10))):
        row[0].set(xlabel=what, ylabel="loss of G [nats]", ylim=loss_limits)
        row[1].set(xlabel=what, ylabel=f"derivative with respect to {what[-1]}")
        row[1].axhline(0, color="#BBBBBB", linewidth=1, zorder=0)
    panels[0, 1].set_ylim(-5, 0.5)
    panels[1, 1].set_ylim(-1.1, 0.2)
    panels[0, 1].plot([0], [-1], "o", color=INKS["log(1 − D)"], clip_on=False, zorder=5)
    panels[0, 1].text(0.04, -0.7, "−1 at D = 0", color=INKS["log(1 − D)"])
    places = {  # of the labels, panel by panel
        "−log D": ((0.08, 3.2), (0.24, -4.6), (-6, 7), (-9.5, -0.93)),
        "log(1 − D)": ((0.4, -3), (0.42, -4.1), (-8, -2.5), (-9.5, 0.06)),
    }
    for name, spots in places.items():
        for ax, spot in zip(panels.flat, spots):
            ax.text(*spot, name, color=INKS[name])
    viz.show(
        fig,
        "Two rows of panels, the losses left and their derivatives right; above over D, below "
        "over the logit. Over D, the derivative of the dashed log(1 − D) is −1 at D = 0, marked "
        "by a dot, and that of −log D falls without bound. Over the logit, the dashed derivative "
        "goes from 0 to −1 and the other from −1 to 0.",
    )


def while_d_learns(step, means, best):
    """What arrives at G while D learns: the median over seeds as a line, the middle 80 % shaded.

    means is {name of a loss: (steps, n_seeds)}; `best` is what −log D would send at the best D.
    """
    limits = {"xscale": "log", "yscale": "log", "xlim": (1, 2500), "ylim": (1e-9, 1e2)}
    fig, ax = axes("steps of D", "|mean arrow| of a batch", size=(7.5, 4), **limits)
    for name, values in means.items():
        viz.quantile_band(ax, step, values, LOOKS[name]["color"])
        ax.lines[-1].set_linestyle(LOOKS[name].get("linestyle", "-"))
        ax.text(1.1 * step[-1], np.median(values[-1]), name, color=INKS[name], va="center")
    ax.plot([1, step[-1]], [best, best], ":", color="black", linewidth=1)
    ax.text(1.2, 1.4 * best, "−log D at the best D: 16", va="bottom", fontsize=10)
    ax.set_xticks([1, 10, 100, 500], ["1", "10", "100", "500"])
    ax.set_xticks([], minor=True)
    ax.spines["bottom"].set_bounds(1, step[-1])  # the labels stand to the right of it
    viz.show(
        fig,
        "Two bands over 64 seeds on logarithmic axes. They begin together and rise together for a "
        "few steps. Then −log D goes on towards the dotted line at 16, while the dashed log(1 − D) "
        "falls by many powers of ten.",
    )


def trajectories(rates, games):
    """G's mean and, below, its standard deviation at three rates; games as `game` returns them.

    games is {name of a loss: {"mean" and "std": (turns, rates, n_seeds)}}.
    """
    shown = (0.01, 0.3, 10.0)
    fig, panels = _two_rows(len(shown), (11, 6.2))
    for column, rate in zip(panels.T, shown):
        for name, played in games.items():
            for ax, what in zip(column, ("mean", "std")):
                _bands(ax, played[what][:, rates.index(rate)], name)
        for ax, at in zip(column, (4, 0.5)):
            ax.axhline(at, color=REAL, linewidth=1, linestyle=":")
            ax.set(xscale="log", xlim=(1, 1000))
            ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        column[0].set(title=f"learning rate {rate:g}", ylim=(-1, 100))
        column[0].set_yscale("symlog", linthresh=5)
        column[0].set_yticks([0, 2, 4, 10, 100], ["0", "2", "4", "10", "100"])
        column[1].set(xlabel="turn", yscale="log", ylim=(0.01, 100))
        column[1].set_yticks([0.01, 0.1, 0.5, 3, 10, 100], ["0.01", "0.1", "0.5", "3", "10", "100"])
        column[1].minorticks_off()
    panels[0, 0].set_ylabel("mean of G (logarithmic above 5)")
    panels[1, 0].set_ylabel("standard deviation of G")
    panels[0, 0].text(1.2, 4.3, "data", color=REAL)
    panels[1, 0].text(1.2, 0.24, "data", color=REAL)
    panels[0, 0].text(10, 2.6, "−log D", color=INKS["−log D"])
    panels[0, 0].text(1.2, -0.85, "log(1 − D)", color=INKS["log(1 − D)"])
    viz.show(
        fig,
        "Two rows of three panels, over the turns on a logarithmic axis: medians of 32 seeds with "
        "the middle 80 %. At rate 0.01 −log D comes to the data, log(1 − D), dashed, stays near "
        "0. At 0.3 log(1 − D) comes, too, later; below, its standard deviation first rises above "
        "3, while that of −log D falls below 0.1. At 10 G's mean and standard deviation "
        "leave for large values under both losses; log(1 − D) does not come back.",
    )


def arrivals(rates, turns):
    """From which turn each seed stays near the data, a dot a seed, beside those that never do.

    turns is {label: (rates, n_seeds), inf where a seed does not arrive}; three labels.
    """
    fig, ax = axes("learning rate of G", "turn of arrival", size=(10, 4.6), ylim=(0, 1220))
    for k, label in enumerate(turns):
        name = label.partition(",")[0]
        color, marker = LOOKS[name]["color"], "o" if label == name else "x"
        for column, values in enumerate(turns[label]):
            here = np.sort(values[np.isfinite(values)])
            at = column + 0.27 * (k - 1)
            spread = at + 0.16 * (np.arange(len(here)) % 5 / 4 - 0.5)
            ax.plot(spread, here, marker, color=color, markersize=3.5, alpha=0.7)
            if len(here) > len(values) / 2:
                ax.plot([at - 0.11, at + 0.11], 2 * [np.median(values)], color="black", linewidth=2)
            away = len(values) - len(here)
            ax.text(at, 1110, f"{away}" if away else "–", color=color, ha="center", va="center")
        ax.plot([], [], marker, color=color, label=label)
    ax.axhline(1030, color=GREY, linewidth=0.8)
    ax.text(-0.42, 1185, "seeds that do not arrive", color="#555555", fontsize=10, va="center")
    ax.set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates])
    ax.set_yticks(range(0, 1001, 250))
    fig.legend(loc="outside lower center", ncols=3, fontsize=10)
    viz.show(
        fig,
        "Over six learning rates, a dot for each seed at its turn of arrival, black bars at the "
        "medians, and on top how many do not arrive. Under −log D nearly all arrive up to the "
        "rate 1, and fewer at 10. Under log(1 − D) they "
        "arrive at 0.1, 0.3 and 1, later; without a head start, as crosses, also at 10.",
    )


def sent_to_whom(z, sent, parts=12):
    """Which part of all that is sent each twelfth of the samples gets, a panel a loss.

    z and the values of `sent`, {name of a loss: …}, are (n_seeds, n): numbers in G, what is sent.
    """
    fig, panels = axes("samples, from left to right", "share of all that is sent", n=2, size=(9, 3))
    levels = torch.linspace(0, 1, parts + 1)[1:-1].double()
    part = torch.bucketize(z, distributions.Gaussian().quantile(levels).to(z.dtype))
    for ax, name in zip(panels, NAMES):
        shares = sent[name] / sent[name].sum(1, keepdim=True)
        heights = [(shares * (part == k)).sum(1).mean().item() for k in range(parts)]
        ax.bar(np.arange(parts), heights, color=LOOKS[name]["color"])
        ax.axhline(1 / parts, color="black", linestyle=":", linewidth=1)
        ax.set(title=name, ylim=(0, 1), xticks=[0, parts - 1])
        ax.set_xticklabels(["leftmost\ntwelfth", "rightmost\ntwelfth"])
    panels[0].text(0, 0.12, "equal shares")
    viz.show(
        fig,
        "Two panels with a bar for each twelfth of the samples, from left to right. Under −log D "
        "all bars are nearly as high as a dotted line, the equal share; under log(1 − D) nearly "
        "everything is sent to the rightmost twelfths.",
    )


def what_the_log_says(histories):
    """The losses of G and of D, and where G stands; histories is {label: {what: (turns, seeds)}}.

    The loss is log(1 − D) in both histories, the stalled one first.
    """
    fig, panels = axes("turn", "loss of G [nats]", n=3, size=(11, 3.4), xlim=(0, 1000))
    styles = {"color": GREY, "linestyle": "-"}, LOOKS["log(1 − D)"]
    inks = "#555555", INKS["log(1 − D)"]
    heights = ((0.07, -0.5), (0.1, 1.15), (0.3, 3.3))  # of the labels, panel by panel
    for k, (label, history) in enumerate(histories.items()):
        for ax, what, height in zip(panels, ("loss_g", "loss_d", "mean"), heights):
            turns = np.arange(1, len(history[what]) + 1)
            viz.quantile_band(ax, turns, history[what], styles[k]["color"])
            ax.lines[-1].set_linestyle(styles[k]["linestyle"])
            ax.text(980, height[k], label, color=inks[k], ha="right")
    panels[0].set(ylim=(-1, 0.2))
    panels[1].set(ylabel="loss of D [nats]", ylim=(-0.1, 2))
    panels[2].set(ylabel="mean of G", ylim=(-1, 7))
    goals = (
        ("log ½", -np.log(2), "top"),
        ("2 log 2", 2 * np.log(2), "bottom"),
        ("data", 4, "bottom"),
    )
    for ax, (label, height, side) in zip(panels, goals):
        ax.axhline(height, color=REAL, linewidth=1, linestyle=":")
        ax.text(980, 1.06 * height, label, color=REAL, va=side, ha="right")
    viz.show(
        fig,
        "The same loss at two rates. Left and middle: at rate 0.01 both losses are flat lines at "
        "0, at rate 0.3, dashed, they end on the dotted lines at log ½ and 2 log 2. Right: at rate "
        "0.01 the mean of G stays near 0, at 0.3 it reaches the dotted line of the data at 4.",
    )


def with_adam(rates, games):
    """Where G stands under Adam, a panel for each rate; games is {name: {"mean": (turns, …)}}."""
    fig, panels = axes("turn", "mean of G", n=len(rates), size=(11, 3.6), ylim=(-0.5, 8))
    for k, (ax, rate) in enumerate(zip(panels, rates)):
        for name, played in games.items():
            _bands(ax, played["mean"][:, k], name)
        ax.axhline(4, color=REAL, linewidth=1, linestyle=":")
        ax.set(title=f"Adam, rate {rate:g}", xlim=(0, 650))
    panels[0].text(10, 4.2, "data", color=REAL)
    panels[0].text(40, 2.6, "−log D", color=INKS["−log D"])
    panels[0].text(330, 1.6, "log(1 − D)", color=INKS["log(1 − D)"])
    viz.show(
        fig,
        "Three panels, medians of 32 seeds with the middle 80 %. At every rate both losses bring G "
        "from 0 to the data at 4. At 0.01 the dashed log(1 − D) comes later; at 0.03 and 0.1 −log "
        "D reaches 4 first or at the same time, and runs farther past it.",
    )


def far_away(runs):
    """Where G stands under Adam when it starts at −4; runs is {label: means (turns, n_seeds)}."""
    fig, ax = axes("turn", "mean of G", size=(7.5, 3.8), ylim=(-5, 5))
    for label, means in runs.items():
        name = "−log D" if label.startswith("−log D") else "log(1 − D)"
        color, ink = LOOKS[name]["color"], INKS[name]
        if "ε" in label:
            color, ink = "#56B4E9", "#1F6E9C"
        turns = np.arange(1, len(means) + 1)
        ax.plot(turns, means, color=color, linewidth=0.8, alpha=0.4)
        ax.text(1.02 * len(means), np.median(means[-1]), label, color=ink, va="center")
    ax.set(xlim=(0, 1.5 * len(means)), xticks=np.linspace(0, len(means), 5))
    ax.axhline(4, color=REAL, linewidth=1, linestyle=":")
    ax.text(3, 4.15, "data", color=REAL)
    viz.show(
        fig,
        "G starts at −4, and D is 500 larger steps ahead: −log D moves at once, log(1 − D) does "
        "not move, and with a smaller ε it moves slowly.",
    )


def two_divergences(t, curves, slopes):
    """Two divergences over the distance t, and their derivatives; both are {name: (n,)}."""
    fig, (left, right) = axes("distance t", "divergence [nats]", n=2, size=(10, 3.6))
    losses = dict(zip(curves, ("log(1 − D)", "−log D"), strict=True))
    for name, loss in losses.items():
        left.plot(t, curves[name], **LOOKS[loss])
        right.semilogy(t[1:], slopes[name][1:], **LOOKS[loss])
    left.axhline(2 * np.log(2), color=GREY, linestyle=":", linewidth=1)
    left.text(-0.2, 2 * np.log(2) + 0.25, "2 log 2", color=GREY)
    left.text(3.4, 2.1, "2 JS, for log(1 − D)", color=INKS["log(1 − D)"])
    left.text(0.3, 14, "2 KL(m‖p),\nfor −log D", color=INKS["−log D"])
    right.text(4.4, 1e-2, "2 JS", color=INKS["log(1 − D)"])
    right.text(4.4, 0.5, "2 KL(m‖p)", color=INKS["−log D"])
    left.set(ylim=(0, 20))
    right.set(ylabel="derivative", ylim=(1e-9, 1e2))
    viz.show(
        fig,
        "Left: the dashed 2 JS rises to 2 log 2 and is flat from a distance of 3 on; 2 KL(m‖p) "
        "goes on rising like a parabola. Right: the derivative of 2 JS falls by many powers of "
        "ten, that of the other rises.",
    )


def along_and_sideways(step, along, sideways):
    """Two panels, one a loss: the part of the push that is right, and the part that is not."""
    limits = {"xscale": "log", "yscale": "log", "ylim": (1e-5, 1e2), "xlim": (1, 500)}
    fig, panels = axes("steps of D", "push on G", n=2, size=(10, 3.8), **limits)
    for ax, name in zip(panels, NAMES):
        for part, color, ink in (
            (along[name], LOOKS[name]["color"], INKS[name]),
            (sideways[name], GREY, GREY),
        ):
            viz.quantile_band(ax, step, part, color)
            label = "along" if ink != GREY else "sideways"
            height = np.median(part[-1]) * (1.3 if label == "along" else 0.75)
            ax.text(1.05 * step[-1], height, label, color=ink, va="center")
        ax.set_title(name)
        ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    viz.show(
        fig,
        "Two panels over the steps of D. Left, −log D: the part along the right direction and the "
        "grey sideways part rise and stay high. Right, log(1 − D): both rise for a few steps and "
        "then fall together.",
    )


def batches(arrows, mean):
    """How much arrives under log(1 − D): a histogram of the mean arrows of many batches."""
    fig, ax = axes("|mean arrow| of a batch", "batches", size=(7, 3.4), xscale="log")
    ax.hist(arrows, np.logspace(-12, 0, 61), color=LOOKS["log(1 − D)"]["color"])
    ax.axvline(mean, color="black", linestyle=":")
    ax.text(1.3 * mean, ax.get_ylim()[1], "mean of all", va="top")
    viz.show(
        fig,
        "A histogram on a logarithmic axis. Most batches lie between 1e-9 and 1e-4; a dotted line "
        "marks the mean of all, and only a thin tail of the batches lies to the right of it.",
    )
