"""A cheap local search for the smallest value of a function on a box. It only proposes exact points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import sympy
from flint import arb

from theory.balls import BallFunction
from theory.errors import OutsideDomain

from .points import Point, inner_ends, lies_in

_BITS = 64
_STARTS = 3
_FINEST = 1e-6
_GRID = 10**9


def _height(function: BallFunction, place: Sequence[float]) -> float:
    try:
        ball = function.enclose([arb(coordinate) for coordinate in place], _BITS)
    except OutsideDomain:
        return math.inf
    return float(ball.mid()) if ball.is_finite() else math.inf


def descend(
    function: BallFunction,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    starts: Sequence[tuple[float, Point]],
    steps: int,
) -> Iterator[Point]:
    """Exact points with small values: coordinate search from the best starts, halving its step.

    Args:
        starts: value and point. steps: evaluations in all.
    """
    if not domain or not starts:
        return
    bounds = [inner_ends(interval) for interval in domain.values()]
    for _, start in sorted(starts, key=lambda pair: pair[0])[:_STARTS]:
        place = [float(start[symbol]) for symbol in domain]
        for coordinates in _coordinate_search(function, place, bounds, steps // _STARTS):
            point = {
                symbol: _rational(symbol, coordinate, pair)
                for symbol, coordinate, pair in zip(domain, coordinates, bounds, strict=True)
            }
            if lies_in(point, domain):
                yield point


def _coordinate_search(
    function: BallFunction,
    place: list[float],
    bounds: Sequence[tuple[Fraction | None, Fraction | None]],
    steps: int,
) -> Iterator[list[float]]:
    best, share = _height(function, place), 0.25
    while steps > 0 and share > _FINEST:
        moved = False
        for index, pair in enumerate(bounds):
            for direction in (1, -1):
                trial = list(place)
                trial[index] = _clamp(place[index] + direction * share * _scale(place[index], pair), pair)
                steps -= 1
                if (height := _height(function, trial)) < best:
                    best, place, moved = height, trial, True
        if best < 0:
            yield place
        share = share * 1.5 if moved else share / 2
    yield place


def _scale(value: float, pair: tuple[Fraction | None, Fraction | None]) -> float:
    low, high = pair
    return float(high - low) if low is not None and high is not None else 1 + abs(value)


def _clamp(value: float, pair: tuple[Fraction | None, Fraction | None]) -> float:
    low, high = pair
    value = value if low is None else max(value, float(low))
    return value if high is None else min(value, float(high))


def _rational(symbol: sympy.Symbol, value: float, pair: tuple[Fraction | None, Fraction | None]) -> Fraction:
    low, high = pair
    exact = Fraction(round(value)) if symbol.is_integer else Fraction(value).limit_denominator(_GRID)
    exact = exact if low is None else max(exact, low)
    return exact if high is None else min(exact, high)
