"""Arc-cosine kernels of every order: as published, and derived from the Gaussian expectation."""

from __future__ import annotations

from functools import cache

import sympy

from ..errors import InvalidArgument
from ..gaussian import derive_at_angle
from ..symbols import theta, z


@cache
def published_j(n: int) -> sympy.Expr:
    """The angular function J_n by the published recipe.

    Formula:
        J_n(theta) = (-1)^n sin(theta)^(2n+1) ((1/sin theta) d/dtheta)^n [(pi - theta) / sin theta]

    Args:
        n: order, at least 0.

    Returns:
        An expression in theta, defined on (0, pi); k_n(x, y) = |x|^n |y|^n J_n(theta) / pi.

    Raises:
        InvalidArgument: for a negative order.

    Source: cho_saul_2009, eq. (4) (restated from memory).

    Example:
        >>> published_j(0)
        pi - theta
    """
    _require_order(n)
    expression = (sympy.pi - theta) / sympy.sin(theta)
    for _ in range(n):
        expression = sympy.diff(expression, theta) / sympy.sin(theta)
    return sympy.expand((-1) ** n * sympy.sin(theta) ** (2 * n + 1) * expression)


@cache
def derived_j(n: int) -> sympy.Expr:
    """The angular function J_n = 2 pi E[u_+^n v_+^n], unit variances and correlation cos(theta), derived.

    Args:
        n: order, at least 0; u_+^0 is the step 1{u > 0}.

    Returns:
        An expression in theta, on [0, pi].

    Raises:
        InvalidArgument: for a negative order.

    Source: derived here by `theory.gaussian.derive_at_angle`; the definition of the kernel is cho_saul_2009, eq. (1).

    Example:
        >>> derived_j(1)
        (pi - theta)*cos(theta) + sin(theta)
    """
    _require_order(n)
    rectified = sympy.Max(z, 0) ** n if n else sympy.Heaviside(z)
    return sympy.Add(*(2 * sympy.pi * term for term in sympy.Add.make_args(derive_at_angle(rectified, rectified))))


def _require_order(n: int) -> None:
    if n < 0:
        raise InvalidArgument(f"n={n}: the order must be at least 0")
