"""Ghadimi, Feyzmahdavian, Johansson (2015). Global convergence of the heavy-ball method for convex optimization.

f convex with an L-Lipschitz gradient; x_{k+1} = x_k - alpha g(x_k) + beta (x_k - x_{k-1}), x_{-1} = x_0, 0 <= beta < 1,
0 < alpha <= (1 - beta) / L. With y_N the mean of x_0, ..., x_N:

    f(y_N) - f* <= |x_0 - x*|^2 / (2 (N + 1)) (L beta / (1 - beta) + (1 - beta) / alpha).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import HeavyBall, Measure, SmoothConvex

PAPER = Paper(
    title="Global convergence of the heavy-ball method for convex optimization",
    authors=("Ghadimi", "Feyzmahdavian", "Johansson"),
    year=2015,
    arxiv="1412.7457",
    venue="European Control Conference",
    note="Theorem 1 is restated from memory.",
)

ALPHA, BETA = Fraction(1, 2), Fraction(1, 2)
AVERAGE: dict[str, Any] = {
    "function_class": SmoothConvex(),
    "initial": Measure.DISTANCE,
    "performance": Measure.AVERAGE_VALUE,
    "method": HeavyBall(step=ALPHA, momentum=BETA),
}


def bound(N: int, beta: Fraction = BETA) -> Fraction:
    """The bound for L = |x_0 - x*| = 1."""
    return (beta / (1 - beta) + (1 - beta) / ALPHA) / (2 * (N + 1))


TWO_STEPS = WorstCase(
    slug="averaged_two_steps",
    locator="Theorem 1, N = 2",
    statement=r"f(y_N) - f^* \le \frac{|x_0 - x^*|^2}{2 (N + 1)}"
    r"\left(\frac{L \beta}{1 - \beta} + \frac{1 - \beta}{\alpha}\right)",
    text="the mean of the iterates of the heavy ball; the bound is not tight",
    checked=r"N = 2,\ \alpha L = \beta = \tfrac{1}{2}",
    difference="for one number of steps and one pair of parameters",
    source="memory",
    **AVERAGE,
    steps=2,
    bound=bound(2),
    twins=(
        Twin(
            label="the first term left out",
            change="term",
            changes={"bound": (1 - BETA) / ALPHA / 6},
        ),
    ),
)

SIX_STEPS = WorstCase(
    slug="averaged_six_steps",
    locator="Theorem 1, N = 6",
    statement=r"f(y_N) - f^* \le \frac{|x_0 - x^*|^2}{2 (N + 1)}"
    r"\left(\frac{L \beta}{1 - \beta} + \frac{1 - \beta}{\alpha}\right)",
    text="six steps of the heavy ball",
    checked=r"N = 6,\ \alpha L = \beta = \tfrac{1}{2}",
    difference="for one number of steps and one pair of parameters",
    source="memory",
    **AVERAGE,
    steps=6,
    bound=bound(6),
    twins=(
        Twin(
            label="the first term left out",
            change="term",
            changes={"bound": (1 - BETA) / ALPHA / 14},
        ),
    ),
)

LAST_ITERATE = WorstCase(
    slug="last_iterate",
    locator="Theorem 1, read for the last iterate",
    statement=r"f(x_N) - f^* \le \frac{|x_0 - x^*|^2}{2 (N + 1)}"
    r"\left(\frac{L \beta}{1 - \beta} + \frac{1 - \beta}{\alpha}\right)",
    text="the last iterate stays below the bound of the mean, with room to spare",
    checked=r"N = 4,\ \alpha L = \beta = \tfrac{1}{2}",
    difference="the theorem bounds the mean; for one number of steps and one pair of parameters",
    source="derived",
    function_class=SmoothConvex(),
    initial=Measure.DISTANCE,
    performance=Measure.VALUE,
    method=HeavyBall(step=ALPHA, momentum=BETA),
    steps=4,
    bound=bound(4),
)

CLAIMS = (
    TWO_STEPS,
    SIX_STEPS,
    LAST_ITERATE,
)
