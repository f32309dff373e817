"""Exact rational points of a box, well spread, and what the box is called in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import sympy

from theory.balls import compile_balls

if TYPE_CHECKING:
    import numpy as np

Point: TypeAlias = dict[sympy.Symbol, Fraction]
"""Symbol -> exact coordinate."""

_GRAIN = 2**12
"""Random coordinates are multiples of 1/(strata * grain) of the interval: few digits in a counterexample."""
_MARGIN = Fraction(1, 1000)
_END_DIGITS = 20
_MORE_CUBES = 8


def inner_ends(interval: sympy.Interval) -> tuple[Fraction | None, Fraction | None]:
    """Rational ends of the interval, rounded inward; None where it is unbounded."""
    return _end(interval.start, inward=1), _end(interval.end, inward=-1)


def _end(end: sympy.Expr, inward: int) -> Fraction | None:
    if end.is_infinite:
        return None
    if isinstance(end, sympy.Rational):
        return Fraction(int(end.p), int(end.q))
    ball = compile_balls(end, ()).at({}, _END_DIGITS)
    exact = (ball.upper() if inward > 0 else ball.lower()).fmpq()
    grid = 10**12
    return Fraction(int(exact.p) * grid // int(exact.q) + (inward > 0), grid)


def place(interval: sympy.Interval, share: Fraction) -> Fraction:
    """The point of the interval at a share in (0, 1), through a compactifying map where it is unbounded."""
    low, high = inner_ends(interval)
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + share / (1 - share)
    if high is not None:
        return high - (1 - share) / share
    centred = 2 * share - 1
    return centred / (1 - centred**2)


def _whole(symbol: sympy.Symbol, value: Fraction, interval: sympy.Interval) -> Fraction | None:
    if not symbol.is_integer:
        return value
    for candidate in (round(value), round(value) + 1, round(value) - 1):
        if sympy.Integer(candidate) in interval:
            return Fraction(candidate)
    return None


def _point(domain: Mapping[sympy.Symbol, sympy.Interval], shares: Mapping[sympy.Symbol, Fraction]) -> Point | None:
    point: Point = {}
    for symbol, interval in domain.items():
        value = _whole(symbol, place(interval, shares[symbol]), interval)
        if value is None:
            return None
        point[symbol] = value
    return point


def _closed_ends(domain: Mapping[sympy.Symbol, sympy.Interval]) -> Iterator[Point]:
    middle = _point(domain, dict.fromkeys(domain, Fraction(1, 2)))
    if middle is None:
        return
    for symbol, interval in domain.items():
        ends = ((interval.start, interval.left_open), (interval.end, interval.right_open))
        for end, is_open in ends:
            if isinstance(end, sympy.Rational) and not is_open:
                yield {**middle, symbol: Fraction(int(end.p), int(end.q))}


def spread_points(
    domain: Mapping[sympy.Symbol, sympy.Interval], count: int, rng: np.random.Generator, useful: Callable[[], int]
) -> Iterator[Point]:
    """Points of the box: a Latin hypercube, simple rationals, points near the ends, closed ends; then more hypercubes.

    Args:
        domain: symbol -> interval; integer symbols get integers. count: points wanted, strata of each hypercube.
        rng: source of the places within the strata.
        useful: how many points so far tested anything; hypercubes are added, eight at most, until it reaches count.
    """
    if not domain:
        yield {}
        return
    yield from _hypercube(domain, count, rng)
    for share in (Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), _MARGIN, 1 - _MARGIN):
        if (point := _point(domain, dict.fromkeys(domain, share))) is not None:
            yield point
    yield from _closed_ends(domain)
    for _ in range(_MORE_CUBES):
        if useful() >= count:
            return
        yield from _hypercube(domain, count, rng)


def _hypercube(domain: Mapping[sympy.Symbol, sympy.Interval], count: int, rng: np.random.Generator) -> Iterator[Point]:
    order = {symbol: rng.permutation(count) for symbol in domain}
    for stratum in range(count):
        shares = {
            symbol: Fraction(2 * (int(places[stratum]) * _GRAIN + int(rng.integers(_GRAIN))) + 1, 2 * count * _GRAIN)
            for symbol, places in order.items()
        }
        if (point := _point(domain, shares)) is not None:
            yield point


def lies_in(point: Point, domain: Mapping[sympy.Symbol, sympy.Interval]) -> bool:
    """True if the point certainly belongs to the box, open ends excluded."""
    return all(
        interval.contains(sympy.Rational(point[symbol].numerator, point[symbol].denominator)) is sympy.true
        for symbol, interval in domain.items()
    )


def describe(domain: Mapping[sympy.Symbol, sympy.Interval]) -> str:
    """The box in words: "rho in [-1, 1], a in [0, oo)"."""
    if not domain:
        return "one number, no free symbols"
    return ", ".join(_side_in_words(symbol, interval) for symbol, interval in domain.items())


def _side_in_words(symbol: sympy.Symbol, interval: sympy.Interval) -> str:
    opening, closing = "(" if interval.left_open else "[", ")" if interval.right_open else "]"
    kind = "integer " if symbol.is_integer else ""
    return f"{kind}{symbol} in {opening}{interval.start}, {interval.end}{closing}"


def as_strings(point: Mapping[sympy.Symbol, Fraction]) -> dict[str, str]:
    """The point as JSON-ready data: name -> exact rational."""
    return {symbol.name: str(value) for symbol, value in point.items()}
