"""Exact points of a box."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from sympy import Interval, oo, pi

from proofs_check.checkers.points import describe, lies_in, spread_points

x, y = sympy.symbols("x y", real=True)
n = sympy.Symbol("n", integer=True)


@pytest.mark.parametrize(
    "interval",
    [Interval(0, 1), Interval.open(-1, 1), Interval(0, pi), Interval(0, oo), Interval(-oo, -2), Interval(-oo, oo)],
    ids=str,
)
def test_points_lie_in_the_interval_and_spread(interval: sympy.Interval) -> None:
    """If this failed, a counterexample could lie outside the domain, or all points in one corner of it."""
    points = list(spread_points({x: interval}, 12, np.random.default_rng(0), lambda: 12))
    assert all(lies_in(point, {x: interval}) for point in points)
    assert len({point[x] for point in points}) >= 12
    assert max(point[x] for point in points) - min(point[x] for point in points) > Fraction(9, 10)


def test_integers_stay_integers() -> None:
    """If this failed, a width of 3/2 would refute a claim about widths."""
    domain = {n: Interval(1, 6), x: Interval(0, 1)}
    points = list(spread_points(domain, 12, np.random.default_rng(0), lambda: 12))
    assert {point[n] for point in points} == set(range(1, 7))


def test_more_points_until_enough_tested_something() -> None:
    """If this failed, a mostly undefined box would be given up after its first points."""
    few = list(spread_points({x: Interval(0, 1)}, 12, np.random.default_rng(0), lambda: 12))
    many = list(spread_points({x: Interval(0, 1)}, 12, np.random.default_rng(0), lambda: 0))
    assert len(many) == len(few) + 8 * 12


def test_words() -> None:
    """If this failed, a verdict would name another region than the one checked."""
    assert describe({x: Interval.Lopen(0, 1), y: Interval(0, oo)}) == "x in (0, 1], y in [0, oo)"
