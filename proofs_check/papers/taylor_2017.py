"""Taylor, Hendrickx, Glineur (2017). Smooth strongly convex interpolation and exact worst-case performance.

f mu-strongly convex with an L-Lipschitz gradient; gradient descent with step h: with rho = max(|1 - h mu|, |1 - h L|)

    |x_N - x*|^2 <= rho^{2N} |x_0 - x*|^2,    f(x_N) - f* <= rho^{2N} (f(x_0) - f*),

both attained by mu x^2 / 2 or L x^2 / 2. Measures scale, so L = 1 is checked, at mu = 1/10.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothStronglyConvex

PAPER = Paper(
    title="Smooth strongly convex interpolation and exact worst-case performance of first-order methods",
    authors=("Taylor", "Hendrickx", "Glineur"),
    year=2017,
    arxiv="1502.05666",
    venue="Mathematical Programming 161",
    note="Restated from memory; the contraction in values is proven in Taylor, Hendrickx, Glineur (2018), "
    "arXiv 1705.04398.",
)

MU = Fraction(1, 10)
STRONG = SmoothStronglyConvex(mu=MU)
OPTIMAL = 2 / (1 + MU)
VALUES: dict[str, Any] = {
    "function_class": STRONG,
    "initial": Measure.VALUE,
    "performance": Measure.VALUE,
    "attained": True,
}
DISTANCES: dict[str, Any] = {
    "function_class": STRONG,
    "initial": Measure.DISTANCE,
    "performance": Measure.DISTANCE,
    "attained": True,
}


def rate(N: int, h: Fraction = Fraction(1)) -> Fraction:
    """rho^{2N}."""
    return max((1 - h * MU) ** 2, (1 - h) ** 2) ** N


def historic(N: int) -> tuple[Twin, ...]:
    """Mistakes with this rate: the square taken twice, one step too many, the rate of the optimal step."""
    return (
        Twin(label="rho^{4N}", change="history", changes={"bound": rate(2 * N), "attained": False}),
        Twin(label="one step too many", change="history", changes={"bound": rate(N + 1), "attained": False}),
        Twin(
            label="the rate of the step 2 / (L + mu)",
            change="history",
            changes={"bound": rate(N, OPTIMAL), "attained": False},
        ),
    )


VALUE_ONE = WorstCase(
    slug="value_one_step",
    locator="Section 4.1, N = 1",
    statement=r"f(x_1) - f^* \le (1 - \mu / L)^{2} (f(x_0) - f^*)",
    text="one step of length 1/L contracts the gap by (1 - mu/L)^2",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **VALUES,
    method=GradientDescent(step=Fraction(1)),
    steps=1,
    bound=rate(1),
    twins=historic(1),
)

VALUE_TWO = WorstCase(
    slug="value_two_steps",
    locator="Section 4.1, N = 2",
    statement=r"f(x_2) - f^* \le (1 - \mu / L)^{4} (f(x_0) - f^*)",
    text="two steps of length 1/L contract the gap by (1 - mu/L)^4",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **VALUES,
    method=GradientDescent(step=Fraction(1)),
    steps=2,
    bound=rate(2),
    twins=historic(2),
)

VALUE_FOUR = WorstCase(
    slug="value_four_steps",
    locator="Section 4.1, N = 4",
    statement=r"f(x_4) - f^* \le (1 - \mu / L)^{8} (f(x_0) - f^*)",
    text="four steps of length 1/L contract the gap by (1 - mu/L)^8",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **VALUES,
    method=GradientDescent(step=Fraction(1)),
    steps=4,
    bound=rate(4),
    twins=historic(4),
)

VALUE_EIGHT = WorstCase(
    slug="value_eight_steps",
    locator="Section 4.1, N = 8",
    statement=r"f(x_8) - f^* \le (1 - \mu / L)^{16} (f(x_0) - f^*)",
    text="eight steps of length 1/L contract the gap by (1 - mu/L)^16",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **VALUES,
    method=GradientDescent(step=Fraction(1)),
    steps=8,
    bound=rate(8),
    twins=historic(8),
)

DISTANCE = WorstCase(
    slug="distance",
    locator="Section 4.1",
    statement=r"|x_N - x^*|^2 \le (1 - \mu / L)^{2N} |x_0 - x^*|^2",
    text="steps of length 1/L contract the distance by the same factor",
    checked=r"N = 4,\ \mu / L = \tfrac{1}{10}",
    difference="for one number of steps, at one condition number",
    source="memory",
    **DISTANCES,
    method=GradientDescent(step=Fraction(1)),
    steps=4,
    bound=rate(4),
    twins=historic(4),
)

OPTIMAL_DISTANCE = WorstCase(
    slug="optimal_distance",
    locator="Section 4.1",
    statement=r"|x_N - x^*|^2 \le \left(\frac{L - \mu}{L + \mu}\right)^{2N} |x_0 - x^*|^2",
    text="the step 2 / (L + mu) is the best constant one: both quadratics are slowest",
    checked=r"N = 3,\ \mu / L = \tfrac{1}{10}",
    difference="for one number of steps, at one condition number",
    source="memory",
    **DISTANCES,
    method=GradientDescent(step=OPTIMAL),
    steps=3,
    bound=rate(3, OPTIMAL),
    twins=(
        Twin(
            label="the root of the factor",
            change="history",
            changes={"bound": rate(6, OPTIMAL), "attained": False},
        ),
    ),
)

OPTIMAL_VALUE = WorstCase(
    slug="optimal_value",
    locator="Section 4.1",
    statement=r"f(x_N) - f^* \le \left(\frac{L - \mu}{L + \mu}\right)^{2N} (f(x_0) - f^*)",
    text="the same factor for values",
    checked=r"N = 3,\ \mu / L = \tfrac{1}{10}",
    difference="for one number of steps, at one condition number",
    source="memory",
    **VALUES,
    method=GradientDescent(step=OPTIMAL),
    steps=3,
    bound=rate(3, OPTIMAL),
    twins=(
        Twin(
            label="mu of the longer step used for the shorter",
            change="history",
            changes={"method": GradientDescent(step=Fraction(1)), "attained": False},
        ),
    ),
)

DISTANCE_TO_VALUE = WorstCase(
    slug="distance_to_value",
    locator="Section 4.2",
    statement=r"f(x_N) - f^* \le \tfrac{L}{2} (1 - \mu / L)^{2N} |x_0 - x^*|^2",
    text="the textbook bound from distances to values holds, but is several times the worst case",
    checked=r"N = 3,\ \mu / L = \tfrac{1}{10}",
    difference="for one number of steps, at one condition number",
    source="memory",
    function_class=STRONG,
    initial=Measure.DISTANCE,
    performance=Measure.VALUE,
    method=GradientDescent(step=Fraction(1)),
    steps=3,
    bound=rate(3) / 2,
)

CLAIMS = (
    VALUE_ONE,
    VALUE_TWO,
    VALUE_FOUR,
    VALUE_EIGHT,
    DISTANCE,
    OPTIMAL_DISTANCE,
    OPTIMAL_VALUE,
    DISTANCE_TO_VALUE,
)
