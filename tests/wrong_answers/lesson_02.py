"""Wrong answers to the exercises of lesson 02: {exercise: [(code, words that the hint must
contain)]}.
"""

RADIUS = "def my_radius(n_steps, eta):\n    return "
RING = "def my_ring(n_modes):\n    angle = "
PAIR = "\n    return torch.stack([angle.cos(), angle.sin()], 1)"
SLOPE = "def my_slope(theta, phi, k, eta):\n    return "

WRONG = {
    1: [
        (RADIUS + "(1 + eta ** 2) ** n_steps", "that is the squared distance"),
        (RADIUS + "1.0", "infinitely short"),
        (RADIUS + "(1 + eta) ** n_steps", "growth along one axis"),
        (RADIUS + "(1 - eta ** 2) ** (n_steps / 2)", "it does not shrink"),
        (RADIUS + "math.sqrt(1 + eta ** 2) if n_steps > 1 else 1.5", "wanted 2.184"),
        (RADIUS + "math.sqrt(1 + n_steps * eta ** 2)", "multiply, do not add"),
        (RADIUS + "1.41421356", "wanted 2.184"),
        (RADIUS + "(1 + eta ** 2) ** n_steps / 2", "it gives 1, wanted 1.414"),
        (RADIUS + "(eta, n_steps)", "wanted one number"),
        (RADIUS + "'far'", "wanted one number, got str"),
    ],
    2: [
        (RING + "torch.linspace(0, 2 * math.pi, n_modes)" + PAIR, "are the same point"),
        (RING + "2 * math.pi * torch.arange(n_modes) / (n_modes + 1)" + PAIR, "not evenly spaced"),
        (RING + "360 * torch.arange(n_modes) / n_modes" + PAIR, "are the angles in radians?"),
        (
            RING
            + "2 * math.pi * torch.arange(n_modes) / n_modes\n    return torch.stack([angle.cos(),"
            " angle.sin()])",
            "one centre a row",
        ),
        (
            RING + "2 * math.pi * torch.arange(n_modes) / n_modes\n    return 2 *"
            " torch.stack([angle.cos(), angle.sin()], 1)",
            "at distance 1",
        ),
        (RING + "torch.rand(n_modes)" + PAIR, "not evenly spaced"),
        (RING + "2 * math.pi * torch.arange(8) / 8" + PAIR, "(5, 2)"),
        (RING + "6 * math.pi * torch.arange(n_modes) / n_modes" + PAIR, "are the same point"),
    ],
    3: [
        (SLOPE + "phi", "without unrolling"),
        (SLOPE + "phi + k * eta * theta", "you took φ_k as a constant"),
        (SLOPE + "k * eta * theta", "the product rule has two parts"),
        (SLOPE + "theta * (phi + k * eta * theta)", "that is the loss"),
        (SLOPE + "phi - 2 * k * eta * theta", "D maximises"),
        (SLOPE + "-phi - 2 * k * eta * theta", "the slope has the other sign"),
        (SLOPE + "phi + eta * theta", "wanted"),
    ],
}
