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
from sympy import Interval, Rational, cos, pi, sin

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

RECURSION = Identity(
    slug="recursion",
    locator="Section 2.1, eq. (4)",
    statement=r"J_n(\theta) = (-1)^n (\sin\theta)^{2n+1}"
    r" \left(\frac{1}{\sin\theta}\frac{\partial}{\partial\theta}\right)^n \frac{\pi - \theta}{\sin\theta}",
    text="every arc-cosine kernel comes from the angle by repeated differentiation",
    checked=r"n = 3",
    difference="the general order is checked at n = 3 only; n = 0, 1, 2 are claims of their own",
    source="memory",
    lhs=lambda: derived_j(3),
    rhs=lambda: published_j(3),
    domain={theta: Interval.open(0, pi)},
    oracle=oracle(3),
    not_checked=("orders above 3",),
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

CLAIMS = (J_0, J_1, J_2, RECURSION, CONTRACTION, POSITIVE)
