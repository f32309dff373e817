"""Duals at the many pairs of a Gram matrix: the closed form straight on, exact routes where it would lose digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
import sympy
from numpy.typing import NDArray

from ...symbols import a, b, c
from ..arrays import GAP, evaluate_array, rounding_scale
from ..dual import Dual
from ..float_duals import is_long, sum_series

Floats = NDArray[np.float64]

_MANY = 4096
"""Below this many pairs the checks of `Dual.evaluate` cost less than they save."""
_TOLERATED = 1e-13
"""Rounding relative to sqrt(E phi(u)^2 E phi(v)^2), above which a pair is left to `Dual.evaluate`."""


@final
@dataclass(frozen=True)
class PairGrid:
    """Variances that broadcast to the covariances of all pairs.

    Args:
        p, q: variances of both sides. r: covariances, |r| at most sqrt(p q), and there exactly where u and v are
            parallel.
    """

    p: Floats
    q: Floats
    r: Floats

    def evaluate(self, dual: Dual) -> Floats:
        """E[phi(u) phi(v)] at all pairs.

        Accuracy: 1e-13 of sqrt(E phi(u)^2 E phi(v)^2).
        """
        if self.r.size < _MANY:
            return np.asarray(dual.evaluate(self.p, self.q, self.r))
        null = (self.p == 0) | (self.q == 0)
        p, q = np.where(self.p == 0, 1.0, self.p), np.where(self.q == 0, 1.0, self.q)
        gap = self._gap(p, q)
        phi = dual.activation.expression
        if dual.form == "closed" and not is_long(dual.expression, phi):
            values = {a: p, b: q, c: self.r, GAP: gap}
            result = evaluate_array(dual.expression, values)
            doubtful = self._is_doubtful(dual, values)
        else:
            result, done = sum_series(phi, (p, q, self.r, gap))
            doubtful = ~done
        doubtful |= null
        if doubtful.any():
            few = (np.broadcast_to(entry, result.shape)[doubtful] for entry in (self.p, self.q, self.r))
            result[doubtful] = dual.evaluate(*few)
        return result

    def _gap(self, p: Floats, q: Floats) -> Floats:
        limit = np.where(p == q, p, np.sqrt(p) * np.sqrt(q))
        gap = p * q - self.r * self.r
        return np.where((np.abs(self.r) >= limit) | (gap < 0), 0.0, gap)

    def _is_doubtful(self, dual: Dual, values: dict[sympy.Symbol, Floats]) -> NDArray[np.bool_]:
        if dual.activation.expression.has(sympy.DiracDelta):
            return np.zeros(self.r.shape, dtype=bool)
        norms = [np.sqrt(dual.evaluate(side, side, side)) for side in (values[a], values[b])]
        noise = 4 * np.finfo(np.float64).eps * rounding_scale(dual.expression, values)
        return np.asarray(~(noise <= _TOLERATED * norms[0] * norms[1]))
