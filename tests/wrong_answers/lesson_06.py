"""Wrong answers to the exercises of lesson 06: {exercise: [(code, words that the hint must
contain)]}.
"""

PAIRS = "def my_pairs(x, y, n_labels):\n    return "
LOSS = "def my_loss_d(discriminator, generator, x_real, y_real, z, y_fake):\n    return "
CYCLE = """def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    def gap(a, b):
        return (a - b).abs().sum(-1).mean(-1)
    return """
OTHER = "def my_other_pair(to_rings, to_moons):\n    return "

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
        (CYCLE + "gap(to_moons(to_rings(x_moons)), x_moons)", "the rings should come home"),
        (CYCLE + "gap(to_rings(to_moons(x_rings)), x_rings)", "the moons should come home"),
        (
            CYCLE + "gap(to_rings(to_moons(x_moons)), x_moons) + gap(to_moons(to_rings(x_rings)),"
            " x_rings)",
            "the order is wrong",
        ),
        (
            CYCLE + "gap(to_rings(x_moons), x_rings) + gap(to_moons(x_rings), x_moons)",
            "different domains",
        ),
        (
            CYCLE + "gap(to_rings(x_moons), x_moons) + gap(to_moons(x_rings), x_rings)",
            "change nothing",
        ),
        (
            CYCLE + "(gap(to_moons(to_rings(x_moons)), x_moons) + gap(to_rings(to_moons(x_rings)),"
            " x_rings)) / 2",
            "half of it",
        ),
        (
            CYCLE + "(gap(to_moons(to_rings(x_moons)), x_moons) + gap(to_rings(to_moons(x_rings)),"
            " x_rings)).mean()",
            "keep the seed axis",
        ),
        (
            CYCLE.replace(".abs()", ".square()")
            + "gap(to_moons(to_rings(x_moons)), x_moons) + gap(to_rings(to_moons(x_rings)),"
            " x_rings)",
            "those are squares",
        ),
        (
            CYCLE + "gap(to_moons(to_rings(x_moons)).detach(), x_moons) +"
            " gap(to_rings(to_moons(x_rings)), x_rings)",
            "no detach",
        ),
        (
            CYCLE + "(gap(to_moons(to_rings(x_moons)), x_moons) + gap(to_rings(to_moons(x_rings)),"
            " x_rings)).detach()",
            "no detach",
        ),
    ],
    4: [
        (OTHER + "to_rings, to_moons", "turn the moons"),
        (OTHER + "(lambda x: to_rings(-x)), to_moons", "does not come home"),
        (OTHER + "(lambda x: to_rings(x + 1)), (lambda x: to_moons(x) - 1)", "not on the rings"),
        (
            OTHER + "(lambda x: to_rings(x).flip(-1)), (lambda x: to_moons(x.flip(-1)))",
            "not on the rings",
        ),
        (
            OTHER + "(lambda x: to_rings(x) * torch.tensor([1.0, -1.0])), (lambda x: to_moons(x *"
            " torch.tensor([1.0, -1.0])))",
            "on the ring they were on",
        ),
        (OTHER + "(lambda x: to_rings(-x)), (lambda x: to_moons(-x))", "does not come home"),
        (OTHER + "(lambda x: -to_rings(x)), (lambda x: -to_moons(x))", "does not come home"),
        (OTHER + "lambda x: to_rings(-x)", "wanted two functions"),
    ],
}
