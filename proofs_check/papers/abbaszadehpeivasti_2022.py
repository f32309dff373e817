"""Abbaszadehpeivasti, de Klerk, Zamani (2022): rates without convexity, from performance estimation.

f with an L-Lipschitz gradient and a finite infimum f*; gradient descent with step h / L.
Without more (arXiv 2104.05468): min_{k <= N} |g(x_k)|^2 <= 4 L (f(x_0) - f*) / (N h (4 - h) + 2) for 0 < h <= 1, exact.
With |g|^2 >= 2 mu (f - f*) (arXiv 2204.00647), h = 1: f(x_1) - f* <= (2 L - 2 mu) / (2 L + mu) (f(x_0) - f*).
The latter uses the inequality at the iterates only; where it holds everywhere the worst case is (1 - mu/L)^2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import GradientDescent, Measure, Smooth, SmoothPolyakLojasiewicz

PAPER = Paper(
    title="Conditions for linear convergence of the gradient method for non-convex optimization",
    authors=("Abbaszadehpeivasti", "de Klerk", "Zamani"),
    year=2022,
    arxiv="2204.00647",
    venue="Optimization Letters 17",
    note="Restated from memory, with the rate for stationary points from the authors' arXiv 2104.05468.",
)

STATIONARITY: dict[str, Any] = {
    "function_class": Smooth(),
    "initial": Measure.VALUE,
    "performance": Measure.BEST_GRADIENT,
}


def gradient_bound(N: int, h: Fraction = Fraction(1)) -> Fraction:
    """The bound for L = 1 and f(x_0) - f* = 1."""
    return 4 / (N * h * (4 - h) + 2)


def historic(N: int) -> tuple[Twin, ...]:
    """Mistakes with this bound: the last term left out, the rate of convex functions."""
    return (
        Twin(label="4 / (3N + 4)", change="history", changes={"bound": Fraction(4, 3 * N + 4), "attained": False}),
        Twin(
            label="the squared rate, as for convex functions",
            change="history",
            changes={"bound": gradient_bound(N) ** 2 / 4, "attained": False},
        ),
    )


STATIONARY_ONE = WorstCase(
    slug="stationary_one_step",
    locator="arXiv 2104.05468, Theorem 2, N = 1",
    statement=r"\min_{k \le 1} |\nabla f(x_k)|^2 \le \frac{4}{5} L (f(x_0) - f^*)",
    text="the smaller gradient of two, one step of length 1/L apart",
    source="memory",
    **STATIONARITY,
    method=GradientDescent(step=Fraction(1)),
    attained=True,
    steps=1,
    bound=gradient_bound(1),
    twins=historic(1),
)

STATIONARY_EIGHT = WorstCase(
    slug="stationary_eight_steps",
    locator="arXiv 2104.05468, Theorem 2, N = 8",
    statement=r"\min_{k \le 8} |\nabla f(x_k)|^2 \le \frac{2}{13} L (f(x_0) - f^*)",
    text="eight steps of length 1/L: the slowest function is a saw-tooth that shows the same gradient at every iterate",
    source="memory",
    **STATIONARITY,
    method=GradientDescent(step=Fraction(1)),
    attained=True,
    steps=8,
    bound=gradient_bound(8),
    twins=historic(8),
)

STATIONARY_SHORT = WorstCase(
    slug="stationary_short_step",
    locator="arXiv 2104.05468, Theorem 2, h = 1/2, N = 3",
    statement=r"\min_{k \le N} |\nabla f(x_k)|^2 \le \frac{4 L (f(x_0) - f^*)}{N h (4 - h) + 2}, \quad 0 < h \le 1",
    text="shorter steps",
    checked=r"h = \tfrac{1}{2},\ N = 3",
    difference="for one step length and number of steps",
    source="memory",
    **STATIONARITY,
    method=GradientDescent(step=Fraction(1, 2)),
    attained=True,
    steps=3,
    bound=gradient_bound(3, Fraction(1, 2)),
    twins=(
        Twin(
            label="h left out",
            change="history",
            changes={"bound": gradient_bound(3), "attained": False},
        ),
    ),
)

TEXTBOOK = WorstCase(
    slug="stationary_textbook",
    locator="arXiv 2104.05468, Section 1",
    statement=r"\min_{k \le N} |\nabla f(x_k)|^2 \le \frac{2 L (f(x_0) - f^*)}{N + 1}",
    text="the textbook bound holds and is not tight",
    checked=r"N = 4",
    difference="for one number of steps",
    source="memory",
    **STATIONARITY,
    method=GradientDescent(step=Fraction(1)),
    steps=4,
    bound=Fraction(2, 5),
)

ONE_STEP = WorstCase(
    slug="one_step",
    locator="Theorem 3, step 1/L",
    statement=r"f(x_1) - f^* \le \frac{2 L - 2 \mu}{2 L + \mu} (f(x_0) - f^*)",
    text="one step of length 1/L under the Polyak-Lojasiewicz inequality; better than 1 - mu/L, and not tight",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    function_class=SmoothPolyakLojasiewicz(mu=Fraction(1, 10)),
    initial=Measure.VALUE,
    performance=Measure.VALUE,
    method=GradientDescent(step=Fraction(1)),
    steps=1,
    bound=Fraction(18, 21),
)

CLAIMS = (
    STATIONARY_ONE,
    STATIONARY_EIGHT,
    STATIONARY_SHORT,
    TEXTBOOK,
    ONE_STEP,
)
