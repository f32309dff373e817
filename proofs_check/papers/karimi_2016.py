"""Karimi, Nutini, Schmidt (2016). Linear convergence of gradient methods under the Polyak-Lojasiewicz condition.

f with an L-Lipschitz gradient, convex or not, |g(x)|^2 >= 2 mu (f(x) - f*) everywhere. Gradient descent with step 1/L:

    f(x_N) - f* <= (1 - mu/L)^N (f(x_0) - f*).

That is not tight. Derived here (proof at `SmoothPolyakLojasiewicz`): (1 - mu/L)^{2N} holds and is attained by the
quadratic mu x^2 / 2, so that the condition costs nothing against strong convexity. Measures scale: L = 1, mu = 1/10.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothPolyakLojasiewicz

PAPER = Paper(
    title="Linear convergence of gradient and proximal-gradient methods under the Polyak-Lojasiewicz condition",
    authors=("Karimi", "Nutini", "Schmidt"),
    year=2016,
    arxiv="1608.04636",
    venue="ECML PKDD",
    note="Theorem 1 is restated from memory; the tight rates are derived here.",
)

MU = Fraction(1, 10)
VALUES: dict[str, Any] = {
    "function_class": SmoothPolyakLojasiewicz(mu=MU),
    "initial": Measure.VALUE,
    "performance": Measure.VALUE,
}
UNIT_STEP: dict[str, Any] = {
    "function_class": SmoothPolyakLojasiewicz(mu=MU),
    "initial": Measure.VALUE,
    "performance": Measure.VALUE,
    "method": GradientDescent(step=Fraction(1)),
}


def classical(N: int) -> Fraction:
    """(1 - mu/L)^N."""
    return (1 - MU) ** N


def historic(N: int) -> tuple[Twin, ...]:
    """Mistakes with this rate: mu doubled, one step too many."""
    return (
        Twin(label="2 mu for mu", change="history", changes={"bound": (1 - 2 * MU) ** (2 * N), "attained": False}),
        Twin(label="one step too many", change="history", changes={"bound": classical(2 * N + 2), "attained": False}),
    )


CLASSICAL_ONE = WorstCase(
    slug="classical_one_step",
    locator="Theorem 1, N = 1",
    statement=r"f(x_1) - f^* \le (1 - \mu / L) (f(x_0) - f^*)",
    text="one step of length 1/L contracts the gap by 1 - mu/L; the worst case is its square",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **UNIT_STEP,
    steps=1,
    bound=classical(1),
    twins=historic(1),
)

CLASSICAL_EIGHT = WorstCase(
    slug="classical_eight_steps",
    locator="Theorem 1, N = 8",
    statement=r"f(x_8) - f^* \le (1 - \mu / L)^{8} (f(x_0) - f^*)",
    text="eight steps of length 1/L contract the gap by (1 - mu/L)^8; the worst case is its square",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="memory",
    **UNIT_STEP,
    steps=8,
    bound=classical(8),
    twins=historic(8),
)

TIGHT_ONE = WorstCase(
    slug="tight_one_step",
    locator="sharpening of Theorem 1, N = 1",
    statement=r"f(x_1) - f^* \le (1 - \mu / L)^{2} (f(x_0) - f^*)",
    text="one step of length 1/L contracts the gap by (1 - mu/L)^2, and no smaller factor is true",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="derived",
    **UNIT_STEP,
    attained=True,
    steps=1,
    bound=classical(2),
    twins=historic(1),
)

TIGHT_TWO = WorstCase(
    slug="tight_two_steps",
    locator="sharpening of Theorem 1, N = 2",
    statement=r"f(x_2) - f^* \le (1 - \mu / L)^{4} (f(x_0) - f^*)",
    text="two steps of length 1/L contract the gap by (1 - mu/L)^4, and no smaller factor is true",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="derived",
    **UNIT_STEP,
    attained=True,
    steps=2,
    bound=classical(4),
    twins=historic(2),
)

TIGHT_FOUR = WorstCase(
    slug="tight_four_steps",
    locator="sharpening of Theorem 1, N = 4",
    statement=r"f(x_4) - f^* \le (1 - \mu / L)^{8} (f(x_0) - f^*)",
    text="four steps of length 1/L contract the gap by (1 - mu/L)^8, and no smaller factor is true",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="derived",
    **UNIT_STEP,
    attained=True,
    steps=4,
    bound=classical(8),
    twins=historic(4),
)

TIGHT_EIGHT = WorstCase(
    slug="tight_eight_steps",
    locator="sharpening of Theorem 1, N = 8",
    statement=r"f(x_8) - f^* \le (1 - \mu / L)^{16} (f(x_0) - f^*)",
    text="eight steps of length 1/L contract the gap by (1 - mu/L)^16, and no smaller factor is true",
    checked=r"\mu / L = \tfrac{1}{10}",
    difference="at one condition number",
    source="derived",
    **UNIT_STEP,
    attained=True,
    steps=8,
    bound=classical(16),
    twins=historic(8),
)

SHORT_STEP = WorstCase(
    slug="tight_short_step",
    locator="sharpening of Theorem 1",
    statement=r"f(x_N) - f^* \le (1 - \mu h)^{2N} (f(x_0) - f^*), \quad 0 < h \le 1 / L",
    text="shorter steps h contract the gap by (1 - mu h)^2 each",
    checked=r"h L = \tfrac{1}{2},\ N = 2,\ \mu / L = \tfrac{1}{10}",
    difference="for one step length and number of steps, at one condition number",
    source="derived",
    **VALUES,
    method=GradientDescent(step=Fraction(1, 2)),
    attained=True,
    steps=2,
    bound=(1 - MU / 2) ** 4,
    twins=(
        Twin(
            label="the factor of the step 1/L",
            change="history",
            changes={"bound": (1 - MU) ** 4, "attained": False},
        ),
    ),
)

CLAIMS = (
    CLASSICAL_ONE,
    CLASSICAL_EIGHT,
    TIGHT_ONE,
    TIGHT_TWO,
    TIGHT_FOUR,
    TIGHT_EIGHT,
    SHORT_STEP,
)
