"""Wrong answers to the exercises of lesson 18: {exercise: [(code, words that the hint must
contain)]}.
"""

LOSS = "def my_velocity_loss(velocity, x, z, t):\n    x_t = (1 - t) * z + t * x\n    return "
GAP = "(velocity(x_t, t) - (x - z))"
EULER = "def my_euler(velocity, x, times):\n"
LOOP = "    for now, later in zip(times, times[1:]):\n"
ASK = "velocity(x, now.expand(len(x), 1))"

WRONG = {
    1: [
        (LOSS + f"{GAP}.square().sum(-1)", "mean over the batch"),
        (LOSS + f"{GAP}.square().sum()", "take the mean"),
        (LOSS + f"{GAP}.square().mean()", "sum over the dimensions"),
        (LOSS + f"{GAP}.norm(dim=-1).mean()", "without a root"),
        (LOSS + f"{GAP}.abs().sum(-1).mean()", "not the absolute"),
        (LOSS.replace("z + t * x", "x + t * z") + f"{GAP}.square().sum(-1).mean()", "at t = 0"),
        (LOSS + "(velocity(x_t, t) - z + x).square().sum(-1).mean()", "x − z"),
        (LOSS + "(velocity(x_t, t) - x).square().sum(-1).mean()", "not the end x"),
        (LOSS + "(velocity(x, t) - x + z).square().sum(-1).mean()", "at x_t, not at x"),
        (LOSS + "(velocity(z, t) - x + z).square().sum(-1).mean()", "at x_t, not at z"),
        (LOSS + f"2 * {GAP}.square().sum(-1).mean()", "wanted"),
    ],
    2: [
        (EULER + "    return x", "did not move"),
        (
            EULER
            + "    return x + (times[1] - times[0]) * velocity(x, times[0].expand(len(x), 1))",
            "go on",
        ),
        (
            EULER
            + LOOP.replace("times, times[1:]", "times, times[1:-1]")
            + f"        x = x + (later - now) * {ASK}\n    return x",
            "the last step is missing",
        ),
        (
            EULER
            + "    points = [x]\n"
            + LOOP
            + f"        x = x + (later - now) * {ASK}\n        points.append(x)\n    return points",
            "at the last time",
        ),
        (
            EULER
            + LOOP
            + "        x = x + (later - now) * velocity(x, later.expand(len(x), 1))\n    return x",
            "at the earlier time",
        ),
        (EULER + LOOP + f"        x = x + {ASK} / 3\n    return x", "differ in length"),
        (
            EULER
            + "    start = x\n"
            + LOOP
            + "        x = x + (later - now) * velocity(start, now.expand(len(x), 1))\n"
            + "    return x",
            "where the points are now",
        ),
        (EULER + LOOP + f"        x = x + (later - now).abs() * {ASK}\n    return x", "run back"),
        (EULER + LOOP + f"        x = x - (later - now) * {ASK}\n    return x", "it gives"),
        (
            EULER + LOOP + "        x = x + (later - now) * velocity(x, now)\n    return x",
            "a time for each point",
        ),
    ],
}
