"""Du, Zhai, Poczos, Singh (2019). Gradient descent provably optimizes over-parameterized neural networks.

f(x) = m^(-1/2) sum_r a_r relu(w_r . x), w_r ~ N(0, I), a_r = +-1 fixed, |x_i| = 1, loss 1/2 |u - y|^2, gradient descent
on the w_r only. H_ij = (x_i . x_j / m) #{r: w_r . x_i >= 0, w_r . x_j >= 0} tends to H-infinity, lambda_0 its least
eigenvalue. The rate is checked in a conditional form whose assumptions are computed along the path; proof of that form:
with E the matrix of the neurons that change sides in the step and S their shares, |E|_op + sqrt(n) |S|_2 <= lambda_0/8,
lambda_min(H(k)) >= lambda_0/2 and eta <= lambda_0/(4 n^2) give
|u(k+1) - y|^2 <= (1 - 2 eta (lambda_0/2 - lambda_0/8) + eta^2 n^2) |u(k) - y|^2 <= (1 - eta lambda_0/2) |u(k) - y|^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy
from flint import arb
from hypothesis import strategies as st
from sympy import Abs, Interval, Rational, acos, cos, pi

from numerics.relu_gradient_descent import descend, descend_balls, gram_at_init
from proofs_check.claims import Bound, Construction, Identity, Inequality, Limit, Rate, Twin
from proofs_check.sources import Paper
from proofs_check.strategies import (
    project_to_sphere,
    rational_unit_vectors,
    smallest_angle,
    together,
    unit_vectors,
)
from theory.kernels.rational_form import quadratic_form
from theory.kernels.two_layer import h_infinity, h_infinity_expression, h_infinity_mp
from theory.symbols import rho, theta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

PAPER = Paper(
    title="Gradient descent provably optimizes over-parameterized neural networks",
    authors=("Du", "Zhai", "Poczos", "Singh"),
    year=2019,
    arxiv="1810.02054",
    venue="International Conference on Learning Representations",
    note="Constants and numbering are restated from memory.",
)

H_INFINITY = Identity(
    slug="h_infinity",
    locator="Section 3, eq. (5)",
    statement=r"H^\infty_{ij} = \frac{x_i^\top x_j (\pi - \arccos(x_i^\top x_j))}{2\pi}",
    text="the limiting Gram matrix of unit inputs",
    source="memory",
    lhs=h_infinity_expression,
    rhs=rho * (pi - acos(rho)) / (2 * pi),
    domain={rho: Interval(-1, 1)},
    twins=(
        Twin(label="output kernel instead", change="history", changes={"rhs": (pi - acos(rho)) / (2 * pi)}),
        Twin(label="1/pi for 1/(2 pi)", change="constant", changes={"rhs": rho * (pi - acos(rho)) / pi}),
    ),
)


def upper_triangle(matrices: Array) -> Array:
    """Entries on and above the diagonal, (..., n (n + 1) / 2)."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


GRAM_CONCENTRATES = Limit(
    slug="gram_concentrates",
    locator="Lemma 3.1",
    statement=r"\|H(0) - H^\infty\|_2 \le \lambda_0/4 \text{ for } m = \Omega(n^2 \log(n/\delta)/\lambda_0^2)",
    text="the Gram matrix at initialisation concentrates around its limit",
    checked=r"\mathbb{E}\, H(0) \to H^\infty",
    difference="the mean is checked, on four digits; the width of the lemma is not",
    source="memory",
    inputs=lambda dataset: dataset.unit_rows(4),
    simulate=lambda X, width, draws, rng: upper_triangle(gram_at_init(X, width, draws, rng)),
    limit=lambda X: upper_triangle(h_infinity(X)),
    widths=(64, 256, 1024, 4096, 16384),
    correction_order=Fraction(1),
    resolution=0.004,
    not_checked=("the number of neurons that the lemma asks for",),
)

LEAST_EIGENVALUE_OF_TWO = Inequality(
    slug="two_points",
    locator="Theorem 3.1 at n = 2",
    statement=r"\lambda_0 = \tfrac12 - \frac{|\cos\theta|(\pi - \theta)}{2\pi} > 0",
    text="two unit vectors at a positive angle have a positive least eigenvalue",
    checked=r"\theta/(2\pi) \le \lambda_0 \text{ on } [0, \pi]",
    difference="sharper, as the bound vanishes at angle 0 only; up to a slack of 1e-6, as both sides meet at the ends",
    source="derived",
    lhs=theta / (2 * pi),
    rhs=Rational(1, 2) - Abs(cos(theta)) * (pi - theta) / (2 * pi),
    domain={theta: Interval(0, pi)},
    slack=Fraction(1, 10**6),
    twins=(
        Twin(label="bound larger by 1 %", change="constant", changes={"lhs": Rational(101, 200) * theta / pi}),
        Twin(label="square root of the angle", change="exponent", changes={"lhs": sympy.sqrt(theta) / (2 * pi)}),
        Twin(
            label="cosine without its modulus",
            change="history",
            changes={"lhs": Rational(1, 2) - cos(theta) * (pi - theta) / (2 * pi)},
        ),
    ),
)


def least_eigenvalue(points: Array) -> float:
    """lambda_0 in float64."""
    return float(np.linalg.eigvalsh(h_infinity(points)).min())


def precise_least_eigenvalue(data: Data, digits: int) -> Any:
    """lambda_0 with many digits."""
    return min(mpmath.eigsy(h_infinity_mp(data["X"], digits=digits), eigvals_only=True))


def is_separated(points: Array, *, antipodal: bool = True) -> bool:
    """True if no two points are parallel (to 1e-4 radians), antiparallel included if `antipodal`."""
    return smallest_angle(points, antipodal=antipodal) > 1e-4


def onto_sphere(data: Data) -> Data:
    """Points projected back to the sphere, the rest unchanged."""
    return {**data, "X": project_to_sphere(data["X"])}


STRICTLY_POSITIVE = Bound(
    slug="strictly_positive",
    locator="Theorem 3.1",
    statement=r"x_i \nparallel x_j \Rightarrow \lambda_0 > 0",
    text="the limiting Gram matrix of pairwise non-parallel inputs is positive definite",
    checked=r"x_i \ne \pm x_j \text{ for } i \ne j \Rightarrow \lambda_0 > 0",
    difference="parallel is read to include antiparallel; see the erratum for the other reading",
    source="memory",
    data=unit_vectors(count=(2, 5), dimension=(2, 5)),
    given=lambda data: is_separated(data["X"]),
    examples=lambda dataset: [{"X": dataset.unit_rows(count)} for count in (2, 6, 30)],
    lhs=lambda data: 0.0,
    rhs=lambda data: least_eigenvalue(data["X"]),
    precise=lambda data, digits: (mpmath.mpf(0), precise_least_eigenvalue(data, digits)),
    repair=onto_sphere,
    strict=True,
    twins=(
        Twin(
            label="lambda_0 > 1/100",
            change="constant",
            changes={
                "lhs": lambda data: 0.01,
                "precise": lambda data, digits: (mpmath.mpf("0.01"), precise_least_eigenvalue(data, digits)),
            },
        ),
        Twin(
            label="lambda_0 above the square root of the smallest angle",
            change="exponent",
            changes={
                "lhs": lambda data: smallest_angle(data["X"], antipodal=True) ** 0.5 / 10,
                "precise": lambda data, digits: (
                    mpmath.mpf(smallest_angle(data["X"], antipodal=True)) ** mpmath.mpf("0.5") / 10,
                    precise_least_eigenvalue(data, digits),
                ),
            },
        ),
        Twin(
            label="lambda_0 with the opposite sign",
            change="sign",
            changes={
                "rhs": lambda data: -least_eigenvalue(data["X"]),
                "precise": lambda data, digits: (mpmath.mpf(0), -precise_least_eigenvalue(data, digits)),
            },
        ),
    ),
)


def with_antipodes(data: Data) -> tuple[tuple[Fraction, ...], ...]:
    """The points and their antipodes."""
    return (*data["X"], *(tuple(-entry for entry in point) for point in data["X"]))


def dependence(data: Data) -> tuple[Fraction, ...]:
    """Weights c with sum c_i x_i = 0, not all zero, for d + 1 points in R^d."""
    matrix = sympy.Matrix([[Rational(entry.numerator, entry.denominator) for entry in point] for point in data["X"]])
    vector = matrix.T.nullspace()[0]
    return tuple(Fraction(int(entry.p), int(entry.q)) for entry in vector)


def opposite_weights(data: Data) -> tuple[Fraction, ...]:
    """c on the points and -c on their antipodes."""
    weights = dependence(data)
    return (*weights, *(-weight for weight in weights))


def equal_weights(data: Data) -> tuple[Fraction, ...]:
    """c on the points and c on their antipodes, which is no null vector."""
    weights = dependence(data)
    return (*weights, *weights)


def are_distinct(data: Data) -> bool:
    """No point equals another or the antipode of another."""
    return len(set(with_antipodes(data))) == 2 * len(data["X"])


def is_null(data: Data, weights: tuple[Fraction, ...]) -> bool:
    """w^T H w = 0 with w not 0, in exact arithmetic."""
    return any(weights) and quadratic_form(with_antipodes(data), weights).sign() == 0


DISTINCT_IS_NOT_ENOUGH = Construction(
    slug="strictly_positive_distinct",
    locator="Theorem 3.1, reading 'not parallel' as 'distinct'",
    statement=r"x_i \ne x_j \Rightarrow \lambda_0 > 0",
    text="distinct inputs have a positive definite limiting Gram matrix",
    source="derived",
    expect="refuted",
    corrected_by="antipodal_null_vector",
    data=rational_unit_vectors(dimension=(2, 4)),
    given=are_distinct,
    construct=opposite_weights,
    promise=lambda data, weights: quadratic_form(with_antipodes(data), weights).sign() > 0,
)

ANTIPODAL_NULL_VECTOR = Construction(
    slug="antipodal_null_vector",
    locator="derived from Section 3, eq. (5)",
    statement=r"\sum_i c_i x_i = 0 \Rightarrow (c, -c)^\top H^\infty(\pm x_1, \dots, \pm x_{d+1})\,(c, -c) = 0",
    text="any d + 1 antipodal pairs in R^d make the limiting Gram matrix singular",
    source="derived",
    data=rational_unit_vectors(dimension=(2, 4)),
    given=are_distinct,
    construct=opposite_weights,
    promise=is_null,
    twins=(
        Twin(label="the same weights on the antipodes", change="sign", changes={"construct": equal_weights}),
        Twin(
            label="weights not of a linear dependence",
            change="constant",
            changes={
                "construct": lambda data: tuple(
                    w + (1 if number == 0 else 0) for number, w in enumerate(opposite_weights(data))
                )
            },
        ),
        Twin(
            label="only d pairs",
            change="term",
            changes={
                "data": rational_unit_vectors(dimension=(2, 4), extra=0),
                "construct": lambda data: tuple(
                    Fraction((-1) ** (k // len(data["X"]))) for k in range(2 * len(data["X"]))
                ),
            },
        ),
    ),
)

STEPS = 30
ROUNDING = arb(2) ** -100
"""Upward shift of the envelope in the second evaluation, above the rounding of its 50 digits."""
LEAST = 1e-3
"""Least eigenvalues below this give steps too small to see a rate in; such data are left out."""


def training_problem() -> st.SearchStrategy[dict[str, Any]]:
    """Inputs, targets (some along the slowest direction), width, share of the largest step, seed of the weights."""
    scalars = st.fixed_dictionaries(
        {
            "width": st.sampled_from((512, 2048)),
            "share": st.sampled_from((0.25, 1.0)),
            "size": st.sampled_from((1.0, 10.0, 1000.0)),
            "along_slowest": st.booleans(),
            "seed": st.integers(0, 2**32 - 1),
        }
    )
    return together(unit_vectors(count=(2, 4), dimension=(2, 4)), scalars)


def problem(data: Data) -> tuple[Array, Array, Array, Array, float, float]:
    """X, y, W(0), signs, step and lambda_0 of an instance."""
    points = data["X"]
    rng = np.random.default_rng(data["seed"])
    eigenvalues, eigenvectors = np.linalg.eigh(h_infinity(points))
    y = eigenvectors[:, 0] if data["along_slowest"] else rng.choice((-1.0, 1.0), size=len(points))
    weights = rng.standard_normal((data["width"], points.shape[1]))
    signs = rng.choice((-1.0, 1.0), size=data["width"])
    step = data["share"] * max(eigenvalues[0], LEAST) / (4 * len(points) ** 2)
    return points, data["size"] * y, weights, signs, float(step), float(eigenvalues[0])


def train(data: Data) -> Mapping[str, Any]:
    """Squared residuals along the path, and what the assumptions need."""
    points, y, weights, signs, step, lambda_0 = problem(data)
    path = descend(points, y, weights, signs, step, STEPS)
    flips = path.flip_norms + np.sqrt(len(points)) * np.linalg.norm(path.flip_fractions, axis=1)
    return {"values": path.squared_residuals, "least": path.smallest_eigenvalues, "flips": flips, "lambda_0": lambda_0}


def is_in_kernel_regime(data: Data, path: Mapping[str, Any]) -> bool:
    """The assumptions of the conditional theorem, along the whole path."""
    lambda_0 = path["lambda_0"]
    return bool(lambda_0 > LEAST and path["least"].min() >= lambda_0 / 2 and path["flips"].max() <= lambda_0 / 8)


def contraction(rate: Any) -> dict[str, Any]:
    """Envelope and precise evaluation for a bound rate(eta * lambda_0 / 2, k) on the squared residual."""

    def envelope(k: Array, data: Data, start: float) -> Array:
        *_, step, lambda_0 = problem(data)
        return np.asarray(rate(step * lambda_0 / 2, k) * start)

    def precise(data: Data, digits: int) -> tuple[Any, Any]:
        points, y, weights, signs, step, _ = problem(data)
        values = descend_balls(points, y, weights, signs, step, STEPS, bits=4 * digits)
        half = mpmath.mpf(step) * precise_least_eigenvalue(data, digits) / 2
        factors = [mpmath.nstr(rate(half, k), digits) for k in range(1, STEPS + 1)]
        return values[1:], [values[0] * arb(factor) * (1 + ROUNDING) for factor in factors]

    return {"envelope": envelope, "precise": precise}


GD_RATE = Rate(
    slug="gd_rate",
    locator="Theorem 4.1",
    statement=r"\|u(k) - y\|_2^2 \le (1 - \eta\lambda_0/2)^k \|u(0) - y\|_2^2",
    text="gradient descent converges linearly",
    checked=r"\text{the same, if } \lambda_{\min}(H(s)) \ge \lambda_0/2,\ \|E(s)\|_{op} + \sqrt{n}\,\|S(s)\|_2 \le"
    r" \lambda_0/8 \text{ for } s < k,\ \eta \le \lambda_0/(4n^2)",
    difference="the width Omega(n^6/(lambda_0^4 delta^3)) is replaced by what it serves, computed along the path",
    source="memory",
    assumes=(
        "lambda_min(H(s)) >= lambda_0 / 2 along the path",
        "neurons that change sides in a step weigh at most lambda_0 / 8",
        "step at most lambda_0 / (4 n^2)",
        "lambda_0 above 1/1000",
    ),
    not_checked=("that the width of the theorem implies these assumptions",),
    data=training_problem,
    examples=lambda dataset: [
        {"X": dataset.unit_rows(4), "width": 2048, "share": 1.0, "size": size, "along_slowest": slow, "seed": 1}
        for size in (1.0, 30.0)
        for slow in (True, False)
    ],
    trajectory=train,
    given=is_in_kernel_regime,
    repair=onto_sphere,
    twins=(
        Twin(label="rate 5 times as fast", change="constant", changes=contraction(lambda r, k: (1 - 5 * r) ** k)),
        Twin(label="k squared steps", change="exponent", changes=contraction(lambda r, k: (1 - r) ** (k * k))),
        Twin(label="rate without the step", change="term", changes=contraction(lambda r, k: (1 - 100 * r) ** k)),
    ),
    **contraction(lambda r, k: (1 - r) ** k),
)

CLAIMS = (
    H_INFINITY,
    GRAM_CONCENTRATES,
    LEAST_EIGENVALUE_OF_TWO,
    STRICTLY_POSITIVE,
    DISTINCT_IS_NOT_ENOUGH,
    ANTIPODAL_NULL_VECTOR,
    GD_RATE,
)
