"""Checks and quiz of lesson 02, when the generator gives up on diversity."""

import math

import torch

from ..checks import Hint, ask, exercise, quiz, same, want_number, want_tensor, worst


def _judge(function, right, slips, cases, told):
    """Compare in all cases; a slip is named only if it explains every one of them."""
    answers = [want_number(ask(function, *case)) for case in cases]

    def fits(rule):
        pairs = zip(answers, (rule(*case) for case in cases))
        return [math.isclose(answer, y, rel_tol=1e-4, abs_tol=1e-6) for answer, y in pairs]

    if all(fits(right)):
        return
    for rule, hint in slips:
        if all(fits(rule)):
            raise Hint(hint)
    errors = [abs(answer / right(*case) - 1) for answer, case in zip(answers, cases)]
    k = errors.index(max(errors))
    given = ", ".join(f"{name} = {x:g}" for name, x in zip(told, cases[k]))
    _, yours, wanted = worst(answers[k], right(*cases[k]))
    raise Hint(f"for {given} it gives {yours}, wanted {wanted}")


@exercise
def check_1(radius):
    """The distance from the centre after n simultaneous steps: (1 + η²)^(n/2)."""
    slips = (
        (
            lambda n, e: (1 + e**2) ** n,
            (
                "that is the squared distance: "
                "it grows by 1 + η² a step, the distance by the root of that"
            ),
        ),
        (
            lambda n, e: 1.0,
            (
                "on a circle they would stay only if the steps were infinitely short: "
                "compute one step from (1, 0)"
            ),
        ),
        (
            lambda n, e: (1 + e) ** n,
            (
                "that is growth along one axis: "
                "Pythagoras, the step is at right angles to the way there"
            ),
        ),
        (
            lambda n, e: (1 - e**2) ** (n / 2),
            "it grows, it does not shrink: the step leads along the tangent, out of the circle",
        ),
        (lambda n, e: math.sqrt(1 + e**2), "that is one step; where does n enter?"),
        (
            lambda n, e: math.sqrt(1 + n * e**2),
            (
                "each step multiplies the radius, and is longer the farther out they are: "
                "multiply, do not add"
            ),
        ),
    )
    cases = (1, 1.0), (7, 0.5), (100, 0.1)
    _judge(radius, lambda n, e: (1 + e**2) ** (n / 2), slips, cases, ("n", "η"))
    return "It grows for every η; in turn, the radius is bounded instead."


@exercise
def check_2(ring):
    """Evenly spaced, distinct centres on the unit circle, from any angle, either way round."""
    for n_modes in (8, 5, 12):
        got = ask(ring, n_modes)
        if torch.is_tensor(got) and got.shape == (2, n_modes):
            raise Hint(
                f"wanted one centre a row, ({n_modes}, 2), got (2, {n_modes}): "
                "stack along dimension 1"
            )
        got = want_tensor("the centres", got, (n_modes, 2))
        if not same(got.norm(dim=1), torch.ones(n_modes)):
            _, yours, right = worst(got.norm(dim=1), torch.ones(n_modes))
            raise Hint(
                "the centres should be at distance 1 from the origin: "
                f"for one it is {yours}, wanted {right}"
            )
        angle = torch.atan2(got[:, 1], got[:, 0]).sort().values
        gaps = torch.diff(angle, append=angle[:1] + 2 * math.pi)
        if gaps.min() < 1e-3:
            raise Hint(
                f"two of your {n_modes} centres are the same point: "
                "an angle of 2π is the angle 0 again"
            )
        even = torch.full_like(gaps, 2 * math.pi / n_modes)
        if not same(gaps, even):
            _, yours, right = worst(gaps, even)
            raise Hint(
                "the centres are distinct but not evenly spaced: "
                f"one gap is {yours}, wanted {right}, 2π/{n_modes} (are the angles in radians?)"
            )
    return "Eight gaps need nine ends; the ninth is the first again."


@exercise
def check_3(slope):
    """d(θ·φ_k)/dθ with φ_k = φ + kηθ: φ + 2kηθ."""
    slips = (
        (lambda t, p, k, e: p, "that is the slope without unrolling: where do k and η enter?"),
        (
            lambda t, p, k, e: p + k * e * t,
            (
                "you took φ_k as a constant: "
                "that is a better D, not unrolling. φ_k depends on θ as well: use the product rule"
            ),
        ),
        (
            lambda t, p, k, e: k * e * t,
            "the product rule has two parts: φ_k, and θ times the slope of φ_k",
        ),
        (
            lambda t, p, k, e: t * (p + k * e * t),
            "that is the loss θ·φ_k itself: differentiate it with respect to θ",
        ),
        (lambda t, p, k, e: p - 2 * k * e * t, "D maximises: its steps go up, φ → φ + ηθ"),
        (
            lambda t, p, k, e: -p - 2 * k * e * t,
            "that is the step of G; the slope has the other sign",
        ),
    )
    cases = (-2.0, 1.0, 5, 0.3), (1.5, 0.5, 2, 0.1), (0.7, -0.4, 0, 0.2)
    _judge(slope, lambda t, p, k, e: p + 2 * k * e * t, slips, cases, ("θ", "φ", "k", "η"))
    return "The bowl kηθ² pulls to the centre: unrolling damps G."


QUIZ = (
    (
        "A generator captures 8 of 8 modes. Is it as diverse as the data?",
        {
            "Yes: no mode is missing.": (
                "One good sample in 2500 captures a mode: "
                "section 3 bought seven modes with 1 % crumbs."
            ),
            "One cannot say: look at the reverse KL, the HQ and the width as well.": (
                "Right. Each score has its blind spot."
            ),
            "Yes, if its HQ is above 98.9 %, too.": (
                "Then it is narrower than the data: 98.9 % is what the data themselves get."
            ),
        },
    ),
    (
        "A generator makes the same point for every z, and D says ½ there. What happens next?",
        {
            "Nothing: D = ½ is the equilibrium.": (
                "Only for a D whose features agree "
                "with the data on average at that point (section 1). A network grows others."
            ),
            "D learns that the point is fake, and G throws its samples elsewhere.": (
                "Right: a flexible D makes it hop, not rest."
            ),
            "G widens, because its loss asks for diversity.": (
                "No term of G's loss looks at two samples together. It follows D, sample by sample."
            ),
        },
    ),
    (
        (
            "A port of the unrolled GAN trains a copy of D for five extra steps, "
            "then takes G's gradient with that copy. What is missing?"
        ),
        {
            "Nothing.": "Half of it: in the duel, G gets the pull kηθ instead of 2kηθ.",
            "The gradient through those five steps: they depend on G, too.": (
                "Right. Without create_graph it is only a D with more steps."
            ),
            "It should train the real D for five steps.": (
                "That is another method, more steps of D a turn; "
                "unrolling throws the five steps away."
            ),
        },
    ),
)


def show_quiz():
    """Three misconceptions."""
    quiz(*QUIZ)
