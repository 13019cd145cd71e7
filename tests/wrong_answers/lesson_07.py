"""Wrong answers to the exercises of lesson 07: {exercise: [(code, words that the hint must
contain)]}.
"""

CYCLE = """def my_cycle_loss(to_rings, to_moons, x_moons, x_rings):
    def gap(a, b):
        return (a - b).abs().sum(-1).mean(-1)
    return """
IDENTITY = CYCLE.replace("my_cycle_loss", "my_identity_loss")
OTHER = "def my_other_pair(to_rings, to_moons):\n    return "

WRONG = {
    1: [
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
        (
            CYCLE + "gap(to_moons(to_rings(x_moons)), x_moons) +"
            " gap(to_rings(to_moons(x_rings).detach()), x_rings)",
            "no detach",
        ),
    ],
    2: [
        (OTHER + "to_rings, to_moons", "mirror the rings"),
        (OTHER + "(lambda x: to_rings(-x)), (lambda x: -to_moons(x))", "the other ring"),
        (OTHER + "(lambda x: to_rings(x) * torch.tensor([1, -1])), to_moons", "not come home"),
        (
            OTHER + "(lambda x: to_rings(x) * torch.tensor([1, -1])), (lambda x: to_moons(x) *"
            " torch.tensor([1, -1]))",
            "not come home",
        ),
        (
            OTHER + "(lambda x: to_rings(x * torch.tensor([1, -1]))), (lambda x: to_moons(x) *"
            " torch.tensor([1, -1]))",
            "not fill the rings",
        ),
        (
            OTHER + "(lambda x: to_rings(x) * torch.tensor([-1, 1])), (lambda x: to_moons(x *"
            " torch.tensor([-1, 1])))",
            "the other ring",
        ),
        (
            OTHER + "(lambda x: 2.8 * torch.tensor([1, 0]) * to_rings(x).sign() - to_rings(x)),"
            " (lambda x: to_moons(2.8 * torch.tensor([1, 0]) * x.sign() - x))",
            "keeps the direction",
        ),
        (OTHER + "(lambda x: to_rings(x + 1)), (lambda x: to_moons(x) - 1)", "not fill the rings"),
        (
            OTHER + "(lambda x: to_rings(x).flip(-1)), (lambda x: to_moons(x.flip(-1)))",
            "not fill the rings",
        ),
        (OTHER + "lambda x: to_rings(x) * torch.tensor([1, -1])", "wanted two functions"),
    ],
    3: [
        (IDENTITY + "gap(to_rings(x_rings), x_rings)", "to_moons should leave moons alone"),
        (IDENTITY + "gap(to_moons(x_moons), x_moons)", "to_rings should leave rings alone"),
        (
            IDENTITY + "gap(to_rings(x_moons), x_moons) + gap(to_moons(x_rings), x_rings)",
            "already where the map leads",
        ),
        (
            IDENTITY + "gap(to_moons(to_rings(x_moons)), x_moons)"
            " + gap(to_rings(to_moons(x_rings)), x_rings)",
            "that is the cycle loss",
        ),
        (
            IDENTITY + "(gap(to_rings(x_rings), x_rings) + gap(to_moons(x_moons), x_moons)) / 2",
            "half of it",
        ),
        (
            IDENTITY + "8 * (gap(to_rings(x_rings), x_rings) + gap(to_moons(x_moons), x_moons))",
            "grows with the batch",
        ),
        (
            IDENTITY.replace(".abs()", ".square()")
            + "gap(to_rings(x_rings), x_rings) + gap(to_moons(x_moons), x_moons)",
            "those are squares",
        ),
        (
            IDENTITY + "(gap(to_rings(x_rings), x_rings) + gap(to_moons(x_moons), x_moons)).mean()",
            "keep the seed axis",
        ),
        (
            IDENTITY + "gap(to_rings(x_rings).detach(), x_rings) + gap(to_moons(x_moons), x_moons)",
            "no detach",
        ),
        (
            IDENTITY + "gap(to_rings(x_rings), 0 * x_rings) + gap(to_moons(x_moons), x_moons)",
            "for one seed it gives",
        ),
        (
            IDENTITY + "gap(to_rings(x_rings), x_rings) + gap(to_moons(x_moons).detach(), x_moons)",
            "no detach",
        ),
    ],
}
