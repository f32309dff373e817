"""Many Gaussian expectations at once in floats, by Hermite coefficients of each variance and Mehler's formula."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np

from .panels import Array, Indices, Kinked

_REACH = 13.0
_ORDER = 16
_TERMS = 400
_ACCURACY = 4e-15


@final
@dataclass(frozen=True)
class HermiteTable:
    """Hermite coefficients of z -> f(sqrt(a) z) for several variances a.

    Args:
        coefficients: shape (n, terms), on orthonormal Hermite polynomials. moment: E f(u)^2, shape (n,).
        tail: root of the sum of squares of the coefficients left out, up to rounding.

    Source: derived here (Parseval).
    """

    coefficients: Array
    moment: Array
    tail: Array

    @classmethod
    def of(cls, f: Kinked, variance: Array) -> HermiteTable:
        """The table of a function without kinks, or with one at 0, for variances of shape (n,)."""
        scale = np.sqrt(variance)
        nodes, weights, polynomials = _basis(max(0, int(np.ceil(np.log2(max(float(scale.max()), 1.0))))))
        values = f.function(scale[:, None] * nodes)
        coefficients = (values * weights) @ polynomials
        moment = (values**2) @ weights
        rest = moment - (coefficients**2).sum(-1)
        return cls(coefficients, moment, np.sqrt(np.maximum(rest, 8 * np.finfo(float).eps * moment)))

    def rows(self, chosen: Indices) -> HermiteTable:
        """The table of some of the variances, with repetition."""
        return HermiteTable(self.coefficients[chosen], self.moment[chosen], self.tail[chosen])


def sum_mehler(left: HermiteTable, right: HermiteTable, correlation: Array) -> tuple[Array, Array]:
    """E f(u) g(v) for the pairs of rows of two tables.

    Formula:
        sum_k f_k g_k rho^k; what is left out is at most tail_f tail_g |rho|^terms.

    Args:
        left, right: tables with n rows each. correlation: shape (n,).

    Returns:
        The values, and whether the remainder is below 4e-15 of the root of the moments.

    Source: Mehler (1866), restated; the remainder by Cauchy-Schwarz.
    """
    terms = left.coefficients.shape[1]
    total = np.zeros_like(correlation)
    for k in range(terms - 1, -1, -1):
        total = total * correlation + left.coefficients[:, k] * right.coefficients[:, k]
    remainder = left.tail * right.tail * np.abs(correlation) ** terms
    return total, remainder <= _ACCURACY * np.sqrt(left.moment * right.moment)


@cache
def _basis(octaves: int) -> tuple[Array, Array, Array]:
    """Nodes, weights with the density, and orthonormal Hermite polynomials at the nodes."""
    fine = 0.5 * 2.0 ** -np.arange(octaves + 1)
    edges = np.unique(np.concatenate([np.linspace(-_REACH, _REACH, 105), fine, -fine]))
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    width = np.diff(edges)
    points = (edges[:-1, None] + width[:, None] * (1 + nodes) / 2).ravel()
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    polynomials = np.empty((len(points), _TERMS))
    polynomials[:, 0], polynomials[:, 1] = 1.0, points
    for k in range(2, _TERMS):
        polynomials[:, k] = (points * polynomials[:, k - 1] - np.sqrt(k - 1) * polynomials[:, k - 2]) / np.sqrt(k)
    return points, (width[:, None] * weights / 2).ravel() * density, polynomials
