"""Stein's identity: expectations of polynomials times half-plane steps of jointly Gaussian variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, final

from .frame import Element

Given: TypeAlias = frozenset[int]
"""The gates whose variable is held at zero."""


@final
@dataclass(frozen=True)
class Conditioned:
    """The law left when some gate variables are held at zero.

    Args:
        covariance: conditional covariance of (u, v, gate variables); rows of the held ones are zero.
        mean: conditional means of the same.
        determinant: determinant of the covariance of the held variables.
        exponent: X; the density of the held variables at zero is (2 pi)^(-k/2) determinant^(-1/2) exp(X).
    """

    covariance: tuple[tuple[Element, ...], ...]
    mean: tuple[Element, ...]
    determinant: Element
    exponent: Element

    def holding(self, row: int) -> Conditioned:
        """The law when the variable of this row is held at zero as well."""
        column = [entries[row] for entries in self.covariance]
        variance, level = column[row], self.mean[row]
        reduced = tuple(
            tuple(entry - column[i] * column[j] / variance for j, entry in enumerate(entries))
            for i, entries in enumerate(self.covariance)
        )
        mean = tuple(value - column[i] * level / variance for i, value in enumerate(self.mean))
        return Conditioned(reduced, mean, self.determinant * variance, self.exponent - level**2 / (2 * variance))


@final
@dataclass(frozen=True)
class SteinReduction:
    """Moments E[u^m v^n 1{g_1 > 0} ... 1{g_k > 0}] for a Gaussian vector (u, v, g_1, ..., g_k).

    Formula:
        E[x_i F] = E[x_i] E[F] + sum_j Cov(x_i, x_j) E[dF/dx_j], where the derivative of the step in g_k is the density
        of g_k at zero times the expectation given g_k = 0. So every moment is
        sum over sets S of gates: coefficient_S * density(g_S = 0) * P(the other gates are open | g_S = 0).

    Args:
        covariance: covariance of (u, v, g_1, ..., g_k) as field elements.
        one: the unit of the field.
        points: gates that are point masses instead of steps; they are held from the start.
        mean: means of the same vector; zero if left out.

    Source: derived here from Stein, "Estimation of the mean of a multivariate normal distribution" (1981), Lemma 2.
    """

    covariance: Sequence[Sequence[Element]]
    one: Element
    points: Given = frozenset()
    mean: Sequence[Element] = ()
    _laws: dict[Given, Conditioned] = field(default_factory=dict, repr=False)
    _moments: dict[tuple[int, int, Given], Mapping[Given, Element]] = field(default_factory=dict, repr=False)

    @property
    def gates(self) -> frozenset[int]:
        """The rows of the gate variables."""
        return frozenset(range(2, len(self.covariance)))

    def law(self, given: Given) -> Conditioned:
        """The law of all variables with those of `given` held at zero."""
        if given not in self._laws:
            if not given:
                zero = self.one - self.one
                mean = tuple(self.mean) or (zero,) * len(self.covariance)
                self._laws[given] = Conditioned(tuple(map(tuple, self.covariance)), mean, self.one, zero)
            else:
                last = max(given)
                self._laws[given] = self.law(given - {last}).holding(last)
        return self._laws[given]

    def moment(self, m: int, n: int) -> Mapping[Given, Element]:
        """The coefficients of E[u^m v^n gates] by set of held gates; zero coefficients are left out."""
        return self._moment(m, n, self.points)

    def _moment(self, m: int, n: int, given: Given) -> Mapping[Given, Element]:
        key = (m, n, given)
        if key not in self._moments:
            self._moments[key] = self._reduce(m, n, given)
        return self._moments[key]

    def _reduce(self, m: int, n: int, given: Given) -> Mapping[Given, Element]:
        law = self.law(given)
        if m == n == 0:
            return {given: self.one}
        row, m, n = (0, m - 1, n) if m else (1, m, n - 1)
        total: dict[Given, Element] = defaultdict(lambda: self.one - self.one)
        parts = [(law.mean[row], m, n, given)]
        parts += [(law.covariance[row][gate], m, n, given | {gate}) for gate in self.gates - given]
        if m:
            parts.append((law.covariance[row][0] * m, m - 1, n, given))
        if n:
            parts.append((law.covariance[row][1] * n, m, n - 1, given))
        for weight, left, right, held in parts:
            if weight:
                for key, value in self._moment(left, right, held).items():
                    total[key] = total[key] + weight * value
        return {key: value for key, value in total.items() if value}
