"""Simple rational points near a given one: a counterexample that a reader can put in by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy

from .points import Point, lies_in

_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32, 50, 100, 1000)


def simple_points(point: Point, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Iterator[Point]:
    """Points of the box near `point`, the shortest fractions first; they end before the point itself is reached.

    Example:
        >>> from fractions import Fraction
        >>> x = sympy.Symbol("x")
        >>> near = simple_points({x: Fraction(40_959, 98_304)}, {x: sympy.Interval.open(0, 1)})
        >>> print([str(place[x]) for place in near][:3])
        ['1/2', '1/3', '2/5']
    """
    seen = []
    for largest in _DENOMINATORS:
        candidate = {symbol: value.limit_denominator(largest) for symbol, value in point.items()}
        if candidate == point:
            return
        if candidate not in seen and lies_in(candidate, domain):
            seen.append(candidate)
            yield candidate
