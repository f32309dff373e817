"""Su, Boyd, Candes (2016). A differential equation for modeling Nesterov's accelerated gradient method.

f convex with an L-Lipschitz gradient; x_{k+1} = y_k - g(y_k) / L, y_k = x_k + (k - 1) / (k + 2) (x_k - x_{k-1}):

    f(x_N) - f* <= 2 L |x_0 - x*|^2 / (N + 1)^2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import (
    AcceleratedGradient,
    GradientDescent,
    Measure,
    SmoothConvex,
)

PAPER = Paper(
    title="A differential equation for modeling Nesterov's accelerated gradient method: theory and insights",
    authors=("Su", "Boyd", "Candes"),
    year=2016,
    arxiv="1503.01243",
    venue="Journal of Machine Learning Research 17",
    note="Theorem 6 is restated from memory; the rate is Nesterov's (1983).",
)

CONVEX: dict[str, Any] = {
    "function_class": SmoothConvex(),
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
    "method": AcceleratedGradient(step=Fraction(1)),
}


def bound(N: int) -> Fraction:
    """2 / (N + 1)^2."""
    return Fraction(2, (N + 1) ** 2)


FOUR_STEPS = WorstCase(
    slug="four_steps",
    locator="Theorem 6, N = 4",
    statement=r"f(x_N) - f^* \le \frac{2 L |x_0 - x^*|^2}{(N + 1)^2}",
    text="four accelerated steps; the bound is not tight",
    checked=r"N = 4",
    difference="for one number of steps",
    source="memory",
    **CONVEX,
    steps=4,
    bound=bound(4),
    twins=(
        Twin(
            label="an exponent 3 for 2",
            change="exponent",
            changes={"bound": Fraction(2, 5**3)},
        ),
        Twin(
            label="gradient descent in its place, and the worst case of acceleration",
            change="history",
            changes={"method": GradientDescent(step=Fraction(1)), "bound": Fraction(1, 20)},
        ),
    ),
)

EIGHT_STEPS = WorstCase(
    slug="eight_steps",
    locator="Theorem 6, N = 8",
    statement=r"f(x_N) - f^* \le \frac{2 L |x_0 - x^*|^2}{(N + 1)^2}",
    text="eight accelerated steps: already a smaller bound than the 1/34 that gradient descent attains",
    checked=r"N = 8",
    difference="for one number of steps",
    source="memory",
    **CONVEX,
    steps=8,
    bound=bound(8),
    twins=(
        Twin(
            label="an exponent 3 for 2",
            change="exponent",
            changes={"bound": Fraction(2, 9**3)},
        ),
        Twin(
            label="gradient descent in its place",
            change="history",
            changes={"method": GradientDescent(step=Fraction(1))},
        ),
    ),
)

CLAIMS = (
    FOUR_STEPS,
    EIGHT_STEPS,
)
