"""Chebyshev series of analytic functions, with an error bound proved in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from flint import acb, arb, ctx

from ...errors import InvalidArgument, NotEnclosed
from ..arrays import Array

Analytic: TypeAlias = Callable[[acb], tuple[acb, ...]]
"""Enclosures of several analytic functions: maps a ball to balls that hold the values on it."""

_BITS = 160
_COVER_BITS = 64
_COARSE = 0
_FIRST_ARCS = 32
_MOST_ARCS = 1500


@final
@dataclass(frozen=True)
class ChebyshevSeries:
    """A polynomial on [-1, 1] in the Chebyshev basis.

    Formula:
        p(x) = sum_k coefficients[k] T_k(x)

    Args:
        coefficients: lowest degree first. bound: at least |p - f| on [-1, 1] for the function f it stands for.
    """

    coefficients: tuple[float, ...]
    bound: float

    def evaluate(self, x: Array) -> Array:
        """The values by Clenshaw's recursion.

        Accuracy: `bound`, and rounding of a few units times the sum of the coefficients' sizes.
        """
        twice = 2 * x
        old, older = np.zeros_like(x), np.zeros_like(x)
        for coefficient in self.coefficients[:0:-1]:
            np.subtract(coefficient, older, out=older)
            older += twice * old
            old, older = older, old
        result: Array = x * old + (self.coefficients[0] - older)
        return result

    def monomials(self) -> tuple[float, ...]:
        """The coefficients in powers of x, lowest first, rounded once each."""
        with ctx.workprec(_BITS):
            total = [arb(0)] * len(self.coefficients)
            before, now = [arb(1)], [arb(0), arb(1)]
            for coefficient in self.coefficients:
                for k, value in enumerate(before):
                    total[k] += arb(coefficient) * value
                before, now = now, _next_chebyshev(before, now)
            return tuple(float(value.mid()) for value in total)


def interpolate_certified(
    functions: Analytic, *, degree: int, ellipse: float, cut: float = 0.0
) -> tuple[ChebyshevSeries, ...]:
    """Interpolants at Chebyshev points, their small last terms cut off, with proved bounds of their errors.

    Formula:
        |f - p| <= 4 M ellipse^(-degree) / (ellipse - 1), M = max |f| on the Bernstein ellipse with foci -1, 1 whose
        half-axes sum to `ellipse`; plus the terms cut off and the rounding of the others.

    Args:
        functions: enclosures, real on [-1, 1]. degree: of the interpolants. ellipse: above 1.
        cut: last terms are dropped while their sizes sum to at most this fraction of the largest term.

    Returns:
        One series for each function, with its bound.

    Raises:
        InvalidArgument: for a degree below 1 or an ellipse of at most 1.
        NotEnclosed: if a function cannot be bounded on the ellipse.

    Assumes: the functions are analytic inside and on the ellipse. The caller proves it; values cannot.

    Accuracy: the bound is rigorous; it is for exact evaluation of the stored coefficients.

    Source: Trefethen, Approximation Theory and Approximation Practice, Theorem 8.2 (restated from memory).

    Example:
        >>> (series,) = interpolate_certified(lambda x: (x.exp(),), degree=8, ellipse=10.0)
        >>> series.bound < 1e-5, bool(abs(series.evaluate(np.array(0.3)) - np.exp(0.3)) < series.bound)
        (True, True)
    """
    if degree < 1 or not ellipse > 1:
        raise InvalidArgument(f"degree={degree}, ellipse={ellipse}: give a degree of at least 1 and an ellipse above 1")
    largest = bounds_on_ellipse(functions, ellipse)
    with ctx.workprec(_BITS):
        size = arb(ellipse)
        tails = [4 * bound / (size**degree * (size - 1)) for bound in largest]
        return tuple(_rounded(terms, tail, cut) for terms, tail in zip(_terms(functions, degree), tails, strict=True))


def _rounded(terms: list[arb], tail: arb, cut: float) -> ChebyshevSeries:
    allowed, dropped = arb(cut) * max((abs(value) for value in terms), key=float), arb(0)
    while len(terms) > 1 and dropped + abs(terms[-1]) <= allowed:
        dropped += abs(terms.pop())
    rounded = tuple(float(value.mid()) for value in terms)
    error = tail + dropped + sum((abs(term - arb(near)) for term, near in zip(terms, rounded, strict=True)), arb(0))
    if not error.is_finite():
        raise NotEnclosed(f"degree={len(terms)}: the values at the interpolation points are not enclosed")
    return ChebyshevSeries(rounded, float(np.nextafter(float(error.upper()), np.inf)))


def bounds_on_ellipse(functions: Analytic, ellipse: float) -> tuple[arb, ...]:
    """Upper bounds of |f| on the Bernstein ellipse, for functions with f(conj x) = conj f(x).

    Args:
        functions: enclosures. ellipse: sum of the half-axes.

    Returns:
        An upper bound for each function.

    Raises:
        NotEnclosed: if a function is not finite on some arc.

    Source: derived here (a cover of the upper half by balls, halved where the values are not finite).
    """
    with ctx.workprec(_COVER_BITS):
        pending = [(arb(k) / _FIRST_ARCS, arb(k + 1) / _FIRST_ARCS) for k in range(_FIRST_ARCS)]
        found: list[tuple[arb, ...]] = []
        for _ in range(_MOST_ARCS):
            if not pending:
                return tuple(max(column, key=float) for column in zip(*found, strict=True))
            start, end = pending.pop()
            values = functions(elliptic(arb(ellipse), start.union(end)))
            if all(value.is_finite() and abs(value).rel_accuracy_bits() >= _COARSE for value in values):
                found.append(tuple(abs(value).upper() for value in values))
                continue
            middle = (start + end) / 2
            pending += [(start, middle), (middle, end)]
    raise NotEnclosed(f"ellipse={ellipse}: a function is not bounded on it by {_MOST_ARCS} arcs; give a smaller one")


def elliptic(radius: arb, turn: arb) -> acb:
    """The points (w + 1/w) / 2, w = radius exp(i pi turn): elliptic coordinates around [-1, 1].

    Args:
        radius, turn: balls; radius at least 1.

    Returns:
        A ball.

    Source: derived here (a definition).
    """
    cos, sin = turn.cos_pi(), turn.sin_pi()
    return acb((radius + 1 / radius) / 2 * cos, (radius - 1 / radius) / 2 * sin)


def _terms(functions: Analytic, degree: int) -> list[list[arb]]:
    count = degree + 1
    cosines = [(arb(k) / (2 * count)).cos_pi() for k in range(4 * count)]
    samples = zip(*(functions(acb(cosines[2 * k + 1])) for k in range(count)), strict=True)
    results = []
    for values in ([value.real for value in column] for column in samples):
        sums = [
            sum((value * cosines[j * (2 * k + 1) % (4 * count)] for k, value in enumerate(values)), arb(0))
            for j in range(count)
        ]
        results.append([total * (1 if j == 0 else 2) / count for j, total in enumerate(sums)])
    return results


def _next_chebyshev(before: list[arb], now: list[arb]) -> list[arb]:
    after = [arb(0)] + [2 * value for value in now]
    for k, value in enumerate(before):
        after[k] -= value
    return after
