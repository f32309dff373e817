"""Cho, Saul (2009). Kernel methods for deep learning: the arc-cosine kernels.

k_n(x, y) = 2 E[1{w.x > 0} 1{w.y > 0} (w.x)^n (w.y)^n] = |x|^n |y|^n J_n(theta) / pi, w ~ N(0, I), theta the angle.
J_n(theta) = (-1)^n sin^(2n+1)(theta) ((1/sin theta) d/dtheta)^n [(pi - theta)/sin theta].
The left sides are derived from the expectation by Stein's identity; the oracle integrates it in polar coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
from sympy import Expr, Function, Interval, Rational, Symbol, cos, diff, linsolve, pi, simplify, sin, symbols

from proofs_check.claims import Bound, Identity, Inequality, Twin
from proofs_check.sources import Paper
from proofs_check.strategies import project_to_sphere, unit_vectors
from theory.gaussian.polar import enclose_arc_cosine
from theory.kernels.arc_cosine import derived_j, published_j
from theory.symbols import theta

if TYPE_CHECKING:
    from flint import arb, fmpq
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

PAPER = Paper(
    title="Kernel methods for deep learning",
    authors=("Cho", "Saul"),
    year=2009,
    venue="Advances in Neural Information Processing Systems 22",
    note="Equation numbers are restated from memory.",
)

ANGLES = {theta: Interval(0, pi)}


def oracle(n: int) -> Any:
    """J_n by rigorous integration in polar coordinates, independent of the derivation."""

    def enclose(point: Mapping[str, fmpq], digits: int) -> arb:
        return enclose_arc_cosine(n, point["theta"], digits=digits)

    return enclose


J_0 = Identity(
    slug="j_0",
    locator="Section 2.1, eq. (6)",
    statement=r"J_0(\theta) = \pi - \theta",
    text="the kernel of step units is one minus the angle over pi",
    source="memory",
    lhs=lambda: derived_j(0),
    rhs=pi - theta,
    domain=ANGLES,
    oracle=oracle(0),
    twins=(Twin(label="angle instead of its supplement", change="history", changes={"rhs": theta}),),
)

J_1 = Identity(
    slug="j_1",
    locator="Section 2.1, eq. (7)",
    statement=r"J_1(\theta) = \sin\theta + (\pi - \theta)\cos\theta",
    text="the kernel of rectified linear units",
    source="memory",
    lhs=lambda: derived_j(1),
    rhs=sin(theta) + (pi - theta) * cos(theta),
    domain=ANGLES,
    oracle=oracle(1),
    twins=(
        Twin(label="sine term dropped", change="term", changes={"rhs": (pi - theta) * cos(theta)}),
        Twin(label="angle for supplement", change="history", changes={"rhs": sin(theta) + theta * cos(theta)}),
    ),
)

J_2 = Identity(
    slug="j_2",
    locator="Section 2.1, eq. (8)",
    statement=r"J_2(\theta) = 3 \sin\theta\cos\theta + (\pi - \theta)(1 + 2\cos^2\theta)",
    text="the kernel of rectified quadratic units",
    source="memory",
    lhs=lambda: derived_j(2),
    rhs=3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2),
    domain=ANGLES,
    oracle=oracle(2),
    twins=(
        Twin(
            label="coefficient 2 of the sine term",
            change="constant",
            changes={"rhs": 2 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)},
        ),
    ),
)

J_3 = Identity(
    slug="j_3",
    locator="Section 2.1, eq. (4)",
    statement=r"J_n(\theta) = (-1)^n (\sin\theta)^{2n+1}"
    r" \left(\frac{1}{\sin\theta}\frac{\partial}{\partial\theta}\right)^n \frac{\pi - \theta}{\sin\theta}",
    text="every arc-cosine kernel comes from the angle by repeated differentiation",
    checked=r"n = 3",
    difference="one order; `recipe_step` and `moment_step` carry the statement from order to order",
    source="memory",
    lhs=lambda: derived_j(3),
    rhs=lambda: published_j(3),
    domain={theta: Interval.open(0, pi)},
    oracle=oracle(3),
    twins=(Twin(label="one differentiation fewer", change="history", changes={"rhs": lambda: published_j(2)}),),
)

J_4 = Identity(
    slug="j_4",
    locator="Section 2.1, eq. (4)",
    statement=r"J_n(\theta) = (-1)^n (\sin\theta)^{2n+1}"
    r" \left(\frac{1}{\sin\theta}\frac{\partial}{\partial\theta}\right)^n \frac{\pi - \theta}{\sin\theta}",
    text="every arc-cosine kernel comes from the angle by repeated differentiation",
    checked=r"n = 4",
    difference="one order",
    source="memory",
    lhs=lambda: derived_j(4),
    rhs=lambda: published_j(4),
    domain={theta: Interval.open(0, pi)},
    oracle=oracle(4),
)

J_5 = Identity(
    slug="j_5",
    locator="Section 2.1, eq. (4)",
    statement=r"J_n(\theta) = (-1)^n (\sin\theta)^{2n+1}"
    r" \left(\frac{1}{\sin\theta}\frac{\partial}{\partial\theta}\right)^n \frac{\pi - \theta}{\sin\theta}",
    text="every arc-cosine kernel comes from the angle by repeated differentiation",
    checked=r"n = 5",
    difference="one order",
    source="memory",
    lhs=lambda: derived_j(5),
    rhs=lambda: published_j(5),
    domain={theta: Interval.open(0, pi)},
    oracle=oracle(5),
)

SLOPE = Identity(
    slug="derivative_rule",
    locator="Section 2.1 (consequence of Price's theorem)",
    statement=r"-\frac{1}{\sin\theta} J_n'(\theta) = n^2 J_{n-1}(\theta)",
    text="differentiation in the cosine lowers the order by one",
    checked=r"n = 4",
    difference="one order; for all n it is Price's theorem, since the slope of a rectified power is one of lower order",
    source="derived",
    lhs=lambda: -diff(derived_j(4), theta) / sin(theta),
    rhs=lambda: 16 * derived_j(3),
    domain={theta: Interval.open(0, pi)},
    twins=(Twin(label="n for its square", change="history", changes={"rhs": lambda: 4 * derived_j(3)}),),
)

ORDER = Symbol("n", positive=True)
LOWER, SAME = Symbol("J_lower", real=True), Symbol("J_same", real=True)
ANY_ORDER = {
    ORDER: Interval(1, 50),
    theta: Interval.open(0, pi),
    LOWER: Interval(-100, 100),
    SAME: Interval(-100, 100),
}
THREE_TERMS = ORDER**2 * sin(theta) ** 2 * LOWER + (2 * ORDER + 1) * cos(theta) * SAME


def step_of_the_recipe() -> Expr:
    """J_(n+1) by the published recipe from J_n, whose slope is by the derivative rule -n^2 sin(theta) J_(n-1)."""
    j = Function("J")(theta)
    inner = j / sin(theta) ** (2 * ORDER + 1)
    outer = -(sin(theta) ** (2 * ORDER + 2)) * diff(inner, theta)
    return simplify(outer.subs(diff(j, theta), -(ORDER**2) * sin(theta) * LOWER).subs(j, SAME))


def step_of_the_moments() -> Expr:
    """J_(n+1) from three uses of Stein's identity on the moments M_jk = E[u_+^j v_+^k], c = cos(theta)."""
    n, c = ORDER, cos(theta)
    below, beside, above = symbols("M_below M_beside M_above")
    stein = (
        SAME - (n - 1) * below - c * n * LOWER,  # M_nn from M_(n-2)n and M_(n-1)(n-1)
        beside - n * LOWER - c * (n - 1) * below,  # M_(n-1)(n+1) from M_(n-1)(n-1) and M_(n-2)n
        above - n * beside - c * (n + 1) * SAME,  # M_(n+1)(n+1) from M_(n-1)(n+1) and M_nn
    )
    [solution] = linsolve(stein, (below, beside, above))
    return simplify(solution[2])


RECIPE_STEP = Identity(
    slug="recipe_step",
    locator="Section 2.1, eq. (4)",
    statement=r"J_{n+1} = n^2 \sin^2\theta\,J_{n-1} + (2n + 1)\cos\theta\,J_n",
    text="the published recipe, taken one order further, is a recursion over three orders",
    source="derived",
    assumes=("the derivative rule at order n",),
    lhs=step_of_the_recipe,
    rhs=THREE_TERMS,
    domain=ANY_ORDER,
    twins=(
        Twin(
            label="2n - 1 for 2n + 1",
            change="history",
            changes={"rhs": ORDER**2 * sin(theta) ** 2 * LOWER + (2 * ORDER - 1) * cos(theta) * SAME},
        ),
    ),
)

MOMENT_STEP = Identity(
    slug="moment_step",
    locator="Section 2.1, eq. (4)",
    statement=r"J_{n+1} = n^2 \sin^2\theta\,J_{n-1} + (2n + 1)\cos\theta\,J_n",
    text="the Gaussian moments obey the same recursion, so that with orders 0 and 1 the recipe holds at every order",
    source="derived",
    assumes=("Stein's identity for rectified powers",),
    lhs=step_of_the_moments,
    rhs=THREE_TERMS,
    domain={**ANY_ORDER, ORDER: Interval(2, 50)},
    twins=(
        Twin(
            label="n for its square",
            change="history",
            changes={"rhs": ORDER * sin(theta) ** 2 * LOWER + (2 * ORDER + 1) * cos(theta) * SAME},
        ),
    ),
)

CONTRACTION = Inequality(
    slug="angle_contracts",
    locator="Section 2.3 (composition of kernels)",
    statement=r"\cos\theta \le J_1(\theta)/\pi",
    text="a layer of rectified linear units brings unit vectors closer together",
    checked=r"\theta \in [1/100, \pi]",
    difference="equality holds at angle 0, which is cut out",
    source="derived",
    lhs=cos(theta),
    rhs=(sin(theta) + (pi - theta) * cos(theta)) / pi,
    domain={theta: Interval(Rational(1, 100), pi)},
    strict=True,
    twins=(
        Twin(label="step units instead", change="history", changes={"rhs": (pi - theta) / pi}),
        Twin(
            label="kernel to the power 3/2",
            change="exponent",
            changes={"rhs": ((sin(theta) + (pi - theta) * cos(theta)) / pi) ** Rational(3, 2)},
        ),
    ),
)


def angles(points: Array) -> Array:
    """(n, n) angles between unit rows, accurate when they are small or close to pi."""
    difference = np.linalg.norm(points[:, None] - points[None], axis=2)
    total = np.linalg.norm(points[:, None] + points[None], axis=2)
    return np.asarray(2 * np.arctan2(difference, total))


def smallest_eigenvalue(j: Any) -> Any:
    """Smallest eigenvalue of the matrix of `j` at the angles of the data."""

    def value(data: Data) -> float:
        matrix = j(angles(data["X"]), np)
        return float(np.linalg.eigvalsh(matrix).min())

    return value


def precise_eigenvalue(j: Any) -> Any:
    """The same with many digits: (0, smallest eigenvalue)."""

    def value(data: Data, digits: int) -> tuple[Any, Any]:
        points = [[mpmath.mpf(entry) for entry in row] for row in data["X"].tolist()]
        matrix = mpmath.matrix(len(points))
        for i, p in enumerate(points):
            for k, q in enumerate(points):
                dot, size = mpmath.fdot(p, q), mpmath.sqrt(mpmath.fdot(p, p) * mpmath.fdot(q, q))
                matrix[i, k] = j(mpmath.mpf(0) if i == k else mpmath.acos(dot / size), mpmath)
        return mpmath.mpf(0), min(mpmath.eigsy(matrix, eigvals_only=True))

    return value


def eigenvalue_sides(j: Any) -> dict[str, Any]:
    """The fields of a claim that 0 is at most the smallest eigenvalue of `j`."""
    return {"rhs": smallest_eigenvalue(j), "precise": precise_eigenvalue(j)}


POSITIVE = Bound(
    slug="positive_semidefinite",
    locator="Section 2.1",
    statement=r"\sum_{ij} c_i c_j J_1(\theta_{ij}) \ge 0",
    text="the kernel matrix of any points has no negative eigenvalue",
    checked=r"\lambda_{\min}(J_1(\theta_{ij})) \ge 0",
    difference="stated through the smallest eigenvalue, for points on the sphere (the kernel is homogeneous)",
    source="memory",
    data=unit_vectors(count=(2, 6), dimension=(2, 5)),
    examples=lambda dataset: [{"X": dataset.unit_rows(count)} for count in (4, 12, 40)],
    lhs=lambda data: 0.0,
    repair=lambda data: {"X": project_to_sphere(data["X"])},
    twins=(
        Twin(
            label="angle for supplement",
            change="history",
            changes=eigenvalue_sides(lambda a, m: m.sin(a) + a * m.cos(a)),
        ),
        Twin(
            label="sine term with the opposite sign",
            change="sign",
            changes=eigenvalue_sides(lambda a, m: (m.pi - a) * m.cos(a) - m.sin(a)),
        ),
        Twin(
            label="sine term doubled",
            change="constant",
            changes=eigenvalue_sides(lambda a, m: 2 * m.sin(a) + (m.pi - a) * m.cos(a)),
        ),
        Twin(
            label="sine to the power 2/3",
            change="exponent",
            changes=eigenvalue_sides(lambda a, m: abs(m.sin(a)) ** (2 / 3) + (m.pi - a) * m.cos(a)),
        ),
    ),
    **eigenvalue_sides(lambda a, m: m.sin(a) + (m.pi - a) * m.cos(a)),
)

CLAIMS = (J_0, J_1, J_2, J_3, J_4, J_5, SLOPE, RECIPE_STEP, MOMENT_STEP, CONTRACTION, POSITIVE)
