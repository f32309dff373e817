"""Dual activations: E[phi(u) phi(v)] as a function of the covariance of (u, v), derived from the expression of phi."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np
import sympy
from numpy.typing import ArrayLike

from ..activations import Activation, find_activation
from ..errors import InvalidArgument, OutsideDomain
from ..gaussian import derive_expectation, derive_mean
from ..symbols import a, b, c, z
from .arrays import Array, evaluate_array

_ROUNDING = 2.0**-24
"""Covariances may exceed sqrt(a b) by this much, relatively: rounding of float32 input, not a wrong argument."""


@final
@dataclass(frozen=True)
class Dual:
    """The dual of an activation.

    Args:
        activation: phi.
        expression: E[phi(u) phi(v)] in a = Var u, b = Var v, c = Cov(u, v).
        mean: E[phi(u)] in a.

    Source: han_2022 for the name (restated from memory); the expressions are derived here.
    """

    activation: Activation
    expression: sympy.Expr
    mean: sympy.Expr

    @property
    def derivative(self) -> Dual:
        """The dual of phi', E[phi'(u) phi'(v)]. By Price's theorem it is the derivative of the expression in c.

        Raises:
            NoClosedForm: if phi' has a term outside class G.

        Source: derived here.
        """
        return derive_dual(self.activation.derivative)

    def evaluate(self, var_u: ArrayLike, var_v: ArrayLike, covariance: ArrayLike) -> Array:
        """E[phi(u) phi(v)] elementwise.

        Args:
            var_u, var_v, covariance: arrays that broadcast; variances not negative, covariance^2 at most
                var_u * var_v up to rounding (the excess is cut off).

        Returns:
            A float64 array of the broadcast shape. Where a variance is zero, the value of the degenerate law, with
            Heaviside(0) = 1/2.

        Raises:
            InvalidArgument: for NaN or infinite entries. OutsideDomain: if they are no covariances.

        Accuracy:
            A few units of rounding relative to sqrt(E phi(u)^2 E phi(v)^2), also for var_u = var_v = covariance.
            Where phi jumps, a pair that is nearly but not quite degenerate turns rounding eps of its covariance into
            sqrt(eps).

        Source: derived here.

        Example:
            >>> derive_dual("relu").evaluate(1.0, 1.0, 1.0)
            array(0.5)
        """
        p, q, r = _covariances(var_u, var_v, covariance)
        null = (p == 0.0) | (q == 0.0)
        ones = np.where(null, 1.0, p), np.where(null, 1.0, q), np.where(null, 0.0, r)
        values = evaluate_array(self.expression, dict(zip((a, b, c), ones, strict=True)))
        if null.any():
            values[null] = self._mean_at(p[null]) * self._mean_at(q[null])
        return values

    def _mean_at(self, variance: Array) -> Array:
        origin = self.activation.expression.subs(z, 0)
        at_zero = np.inf if origin.has(sympy.DiracDelta) else float(origin)
        means = evaluate_array(self.mean, {a: np.where(variance == 0.0, 1.0, variance)})
        return np.where(variance == 0.0, at_zero, means)


@cache
def derive_dual(activation: str | sympy.Expr | Activation) -> Dual:
    """Derive the dual of an activation from its expression alone.

    Formula:
        expression(a, b, c) = E[phi(u) phi(v)] for (u, v) centred Gaussian with Var u = a, Var v = b, Cov(u, v) = c.

    Args:
        activation: a catalogue name, a SymPy expression in z, or an `Activation`.

    Returns:
        The dual, with its expression, its evaluation and the dual of the derivative.

    Raises:
        NoClosedForm: naming the term of the activation that is outside class G.
        UnknownFunction: for a name that is not in the catalogue.

    Source: derived here by `theory.gaussian.derive_expectation`.

    Example:
        >>> derive_dual("step").expression
        asin(c/(sqrt(a)*sqrt(b)))/(2*pi) + 1/4
        >>> derive_dual("relu").derivative.expression == derive_dual("step").expression
        True
    """
    found = find_activation(activation)
    phi = found.expression
    return Dual(found, derive_expectation(phi, phi), derive_mean(phi))


def _covariances(var_u: ArrayLike, var_v: ArrayLike, covariance: ArrayLike) -> tuple[Array, Array, Array]:
    entries = (np.asarray(value, dtype=np.float64) for value in (var_u, var_v, covariance))
    p, q, r = np.broadcast_arrays(*entries)
    if not all(np.isfinite(entry).all() for entry in (p, q, r)):
        raise InvalidArgument("the covariances hold NaN or infinite entries; remove those rows of the data")
    if (p < 0).any() or (q < 0).any():
        raise OutsideDomain(f"a variance is negative ({min(p.min(), q.min())}); variances must be at least 0")
    # For p = q the product of roots may fall below p in the last bit, and the diagonal would not be degenerate.
    limit = np.where(p == q, p, np.sqrt(p) * np.sqrt(q))
    if (np.abs(r) > limit * (1 + _ROUNDING)).any():
        worst = np.unravel_index(np.argmax(np.abs(r) - limit), r.shape)
        raise OutsideDomain(
            f"covariance={r[worst]} at index {tuple(map(int, worst))} exceeds sqrt({p[worst]} * {q[worst]}); "
            "give covariances of a pair of variables"
        )
    return p, q, np.clip(r, -limit, limit)
