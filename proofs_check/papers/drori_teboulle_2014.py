"""Drori, Teboulle (2014). Performance of first-order methods for smooth convex minimization: a novel approach.

f convex with an L-Lipschitz gradient and minimiser x*, |x_0 - x*| <= R; gradient descent x_{k+1} = x_k - (h/L) g(x_k):

    f(x_N) - f* <= (L R^2 / 2) max(1 / (2 N h + 1), (1 - h)^{2N}),   which is L R^2 / (4 N + 2) for h = 1.

The first is attained by Huber's function of threshold R / (2 N h + 1), the second by L x^2 / 2. Measures scale, so
L = R = 1 is checked.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothConvex

PAPER = Paper(
    title="Performance of first-order methods for smooth convex minimization: a novel approach",
    authors=("Drori", "Teboulle"),
    year=2014,
    arxiv="1206.3209",
    venue="Mathematical Programming 145",
    note="Statements and numbers of theorems are restated from memory; the bound for 1 < h < 2 is a conjecture there.",
)

CONVEX: dict[str, Any] = {
    "function_class": SmoothConvex(),
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
}
UNIT_STEP: dict[str, Any] = {
    "function_class": SmoothConvex(),
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
    "method": GradientDescent(step=Fraction(1)),
    "attained": True,
}


def bound(N: int, h: Fraction = Fraction(1)) -> Fraction:
    """The bound for L = R = 1."""
    return max(1 / (2 * N * h + 1), (1 - h) ** (2 * N)) / 2


def historic(N: int) -> tuple[Twin, ...]:
    """Mistakes with this bound: the step before counted, or the 2 in the denominator taken for a 4."""
    return (
        Twin(
            label="one step too many",
            change="history",
            changes={"bound": bound(N + 1), "attained": False},
        ),
        Twin(
            label="L R^2 / (4N + 4)",
            change="history",
            changes={"bound": Fraction(1, 4 * N + 4), "attained": False},
        ),
    )


ONE_STEP = WorstCase(
    slug="one_step",
    locator="Theorem 3.1 and Theorem 3.2, N = 1",
    statement=r"f(x_1) - f^* \le \frac{L R^2}{6}",
    text="after one step of length 1/L the gap is at most L R^2 / 6, and no smaller bound is true",
    source="memory",
    **UNIT_STEP,
    steps=1,
    bound=bound(1),
    twins=historic(1),
)

TWO_STEPS = WorstCase(
    slug="two_steps",
    locator="Theorem 3.1 and Theorem 3.2, N = 2",
    statement=r"f(x_2) - f^* \le \frac{L R^2}{10}",
    text="after two steps of length 1/L the gap is at most L R^2 / 10, and no smaller bound is true",
    source="memory",
    **UNIT_STEP,
    steps=2,
    bound=bound(2),
    twins=historic(2),
)

FOUR_STEPS = WorstCase(
    slug="four_steps",
    locator="Theorem 3.1 and Theorem 3.2, N = 4",
    statement=r"f(x_4) - f^* \le \frac{L R^2}{18}",
    text="after four steps of length 1/L the gap is at most L R^2 / 18, and no smaller bound is true",
    source="memory",
    **UNIT_STEP,
    steps=4,
    bound=bound(4),
    twins=historic(4),
)

EIGHT_STEPS = WorstCase(
    slug="eight_steps",
    locator="Theorem 3.1 and Theorem 3.2, N = 8",
    statement=r"f(x_8) - f^* \le \frac{L R^2}{34}",
    text="after eight steps of length 1/L the gap is at most L R^2 / 34, and no smaller bound is true",
    source="memory",
    **UNIT_STEP,
    steps=8,
    bound=bound(8),
    twins=historic(8),
)

SHORT_STEP = WorstCase(
    slug="short_step",
    locator="Theorem 3.1, h = 1/2, N = 3",
    statement=r"f(x_N) - f^* \le \frac{L R^2}{2}\,\frac{1}{2 N h + 1}, \quad 0 < h \le 1",
    text="shorter steps: the slowest function is Huber's, whose threshold the method does not reach",
    checked=r"h = \tfrac{1}{2},\ N = 3",
    difference="for one step length and one number of steps",
    source="memory",
    **CONVEX,
    method=GradientDescent(step=Fraction(1, 2)),
    attained=True,
    steps=3,
    bound=bound(3, Fraction(1, 2)),
    twins=(
        Twin(
            label="h left out",
            change="history",
            changes={"bound": bound(3), "attained": False},
        ),
    ),
)

LONG_STEP = WorstCase(
    slug="long_step",
    locator="Conjecture 3.1, h = 3/2, N = 3",
    statement=r"f(x_N) - f^* \le \frac{L R^2}{2}\max\left(\frac{1}{2 N h + 1}, (1 - h)^{2N}\right)",
    text="steps longer than 1/L are still slowest on Huber's function, up to a length that grows with N",
    checked=r"h = \tfrac{3}{2},\ N = 3",
    difference="for one step length and one number of steps",
    source="memory",
    **CONVEX,
    method=GradientDescent(step=Fraction(3, 2)),
    attained=True,
    steps=3,
    bound=bound(3, Fraction(3, 2)),
    twins=(
        Twin(
            label="the quadratic alone",
            change="term",
            changes={"bound": Fraction(1, 2) ** 6 / 2, "attained": False},
        ),
    ),
)

OVERSHOOTING_STEP = WorstCase(
    slug="overshooting_step",
    locator="Conjecture 3.1, h = 19/10, N = 2",
    statement=r"f(x_N) - f^* \le \frac{L R^2}{2}\max\left(\frac{1}{2 N h + 1}, (1 - h)^{2N}\right)",
    text="steps near 2/L are slowest on the quadratic, where they overshoot",
    checked=r"h = \tfrac{19}{10},\ N = 2",
    difference="for one step length and one number of steps",
    source="memory",
    **CONVEX,
    method=GradientDescent(step=Fraction(19, 10)),
    attained=True,
    steps=2,
    bound=bound(2, Fraction(19, 10)),
    twins=(
        Twin(
            label="Huber's function alone",
            change="term",
            changes={"bound": Fraction(1, 2) / (4 * Fraction(19, 10) + 1), "attained": False},
        ),
    ),
)

TEXTBOOK = WorstCase(
    slug="textbook",
    locator="Section 1, eq. (1.2)",
    statement=r"f(x_N) - f^* \le \frac{2 L R^2}{N + 4}",
    text="the classical bound holds, and is more than four times the worst case",
    checked=r"N = 4",
    difference="for one number of steps",
    source="memory",
    **CONVEX,
    method=GradientDescent(step=Fraction(1)),
    steps=4,
    bound=Fraction(2, 8),
)

AVERAGED = WorstCase(
    slug="averaged",
    locator="Section 3",
    statement=r"f\left(\frac{1}{N}\sum_{k < N} x_k\right) - f^* \le \frac{L R^2}{2 N}",
    text="the mean of the first N iterates attains the textbook bound of averaging, unlike the last iterate",
    checked=r"N = 4",
    difference="for one number of steps; the paper bounds the last iterate",
    source="derived",
    function_class=SmoothConvex(),
    initial=Measure.DISTANCE,
    performance=Measure.EARLIER_AVERAGE_VALUE,
    method=GradientDescent(step=Fraction(1)),
    steps=4,
    bound=Fraction(1, 8),
    attained=True,
    twins=(
        Twin(
            label="the bound of the last iterate",
            change="history",
            changes={"bound": bound(4), "attained": False},
        ),
    ),
)

CLAIMS = (
    ONE_STEP,
    TWO_STEPS,
    FOUR_STEPS,
    EIGHT_STEPS,
    SHORT_STEP,
    LONG_STEP,
    OVERSHOOTING_STEP,
    TEXTBOOK,
    AVERAGED,
)
