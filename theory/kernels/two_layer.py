"""The limiting Gram matrix H_infinity of a two-layer ReLU network whose first layer alone is trained."""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np
import sympy
from numpy.typing import ArrayLike

from ..errors import InvalidArgument, OutsideDomain
from ..gaussian import derive_at_angle, derive_at_correlation
from ..symbols import rho, theta, z
from .arrays import Array, evaluate_array

_UNIT = 2.0**-20
"""Rows may miss the unit sphere by this much: normalisation in float32 does."""
_GUARD_DIGITS = 20
_STEP = sympy.Heaviside(z)


@cache
def h_infinity_expression() -> sympy.Expr:
    """H_infinity(x, y) for unit vectors with x.y = rho, derived.

    Formula:
        f(x) = m^(-1/2) sum_r s_r relu(w_r . x), w_r ~ N(0, I), s_r = +-1 fixed;
        H_infinity(x, y) = x.y P(w.x > 0, w.y > 0), the limit of the inner product of the gradients in all w_r.

    Returns:
        An expression in rho on [-1, 1].

    Source: du_2019, Section 3 (restated from memory); the expectation is derived here.

    Example:
        >>> h_infinity_expression()
        rho*(asin(rho)/(2*pi) + 1/4)
    """
    return rho * derive_at_correlation(_STEP, _STEP)


def h_infinity(X: ArrayLike) -> Array:
    """The Gram matrix H_infinity of unit inputs.

    Args:
        X: unit rows, shape (n, d).

    Returns:
        Array of shape (n, n), exactly symmetric, with diagonal 1/2.

    Raises:
        InvalidArgument: for a wrong shape, NaN or infinite entries. OutsideDomain: for rows that are not unit vectors.

    Accuracy: a few units of rounding at any angle, for the angle is 2 atan2(|x - y|, |x + y|) and not an arccosine.

    Source: du_2019, Section 3 (restated from memory); the formula is derived here.

    Example:
        >>> h_infinity([[1.0, 0.0], [0.0, 1.0]]).round(12)
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    rows = _unit_rows(X)
    return evaluate_array(_at_angle(), {theta: _angles(rows)})


def h_infinity_smallest_eigenvalue(X: ArrayLike) -> float:
    """The smallest eigenvalue lambda_0 of H_infinity.

    Args:
        X: unit rows, shape (n, d).

    Returns:
        The eigenvalue; positive if no two rows are parallel or antiparallel, up to rounding of order n * 1e-16.

    Raises: as `h_infinity`.

    Source: du_2019, Assumption 3.1 and Theorem 3.1 (restated from memory).

    Example:
        >>> round(h_infinity_smallest_eigenvalue([[1.0, 0.0], [-1.0, 0.0]]), 12)
        0.5
    """
    return float(np.linalg.eigvalsh(h_infinity(X))[0])


def h_infinity_mp(X: ArrayLike, *, digits: int) -> mpmath.matrix:
    """H_infinity to any number of digits, the floating-point rows taken as exact and then normalised.

    Args:
        X: rows of length one up to rounding, shape (n, d). digits: decimal digits wanted, at least 1.

    Returns:
        An mpmath matrix of shape (n, n).

    Raises: as `h_infinity`.

    Accuracy: absolute error below 10^-digits; the work is done with 20 digits more.

    Source: du_2019, Section 3 (restated from memory); the formula is derived here.
    """
    if digits < 1:
        raise InvalidArgument(f"digits={digits}: ask for at least one digit")
    rows = _unit_rows(X)
    formula = sympy.lambdify(theta, _at_angle(), "mpmath")
    with mpmath.workdps(digits + _GUARD_DIGITS):
        units = [_normalise([mpmath.mpf(float(entry)) for entry in row]) for row in rows]
        gram = mpmath.matrix(len(units), len(units))
        for i, x in enumerate(units):
            for j, y in enumerate(units[: i + 1]):
                gram[i, j] = gram[j, i] = formula(_angle(x, y))
        return gram


@cache
def _at_angle() -> sympy.Expr:
    return sympy.cos(theta) * derive_at_angle(_STEP, _STEP)


def _angles(rows: Array) -> Array:
    angles = np.empty((len(rows), len(rows)))
    for i, row in enumerate(rows):
        apart, along = np.linalg.norm(rows - row, axis=1), np.linalg.norm(rows + row, axis=1)
        angles[i] = 2 * np.arctan2(apart, along)
    return angles


def _normalise(vector: list[mpmath.mpf]) -> list[mpmath.mpf]:
    length = mpmath.sqrt(mpmath.fdot(vector, vector))
    return [entry / length for entry in vector]


def _angle(x: list[mpmath.mpf], y: list[mpmath.mpf]) -> mpmath.mpf:
    apart = mpmath.norm([p - q for p, q in zip(x, y, strict=True)])
    along = mpmath.norm([p + q for p, q in zip(x, y, strict=True)])
    return 2 * mpmath.atan2(apart, along)


def _unit_rows(X: ArrayLike) -> Array:
    rows = np.asarray(X, dtype=np.float64)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise InvalidArgument(f"X has shape {rows.shape}: give finite unit rows, shape (n, d)")
    lengths = np.linalg.norm(rows, axis=1)
    if (np.abs(lengths - 1) > _UNIT).any():
        worst = int(np.argmax(np.abs(lengths - 1)))
        raise OutsideDomain(f"row {worst} of X has length {lengths[worst]}: divide every row by its length")
    return rows
