"""Balls for the normal distribution functions."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational

from theory.balls import compile_balls
from theory.normal_cdf import BivariateNormalCDF, NormalCDF
from theory.symbols import rho, x, y

NEAR = 1 - Rational(1, 10**12)
POINTS = [
    (Rational(-1), Rational(1), Rational(1, 2)),
    (Rational(-1), Rational(-1), NEAR),
    (Rational(3), Rational(-3), -NEAR),
    (Rational(-30), Rational(-31), Rational(1, 3)),
    (Rational(-5), Rational(-6), Rational(-1, 3)),
    (Rational(2), Rational(1, 10), Rational(-99, 100)),
    (-sympy.sqrt(2), -sympy.sqrt(2), Rational(-18, 19)),
]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_balls_hold_the_value(point: tuple[Rational, Rational, Rational]) -> None:
    """If false, a ball misses the value that mpmath finds in thirty digits by another form of the integral."""
    ball = compile_balls(BivariateNormalCDF(*point), ()).at({}, 25)
    value = BivariateNormalCDF(*point).evalf(35)
    assert abs(Rational(str(ball.mid().str(40, radius=False))) - value) < 1e-24 * max(abs(value), 1e-25)


def test_boxes_hold_their_points() -> None:
    """If false, the enclosure over a box misses a value in it, also where the box reaches correlation +-1."""
    function = compile_balls(BivariateNormalCDF(x, y, rho) + NormalCDF(x), (x, y, rho))
    box = [(-1, 0), (Rational(1, 2), 1), (Rational(1, 2), 1)]
    ball = function.over(box, 80)
    assert ball.is_finite()
    for place in ((-1, Rational(1, 2), Rational(1, 2)), (0, 1, 1), (Rational(-1, 3), Rational(2, 3), Rational(3, 4))):
        point = dict(zip("xy", place[:2], strict=True)) | {"rho": place[2]}
        assert ball.contains(function.at(point, 15))
    assert function.over([(-1, 0), (0, 1), (-1, 1)], 80).is_finite()


def test_phi_inside_an_integral() -> None:
    """If false, Phi on complex balls is wrong: its integral over [-1, 1] is 1 by symmetry."""
    t = sympy.Symbol("t", real=True)
    assert compile_balls(sympy.Integral(NormalCDF(t), (t, -1, 1)), ()).at({}, 20).contains(1)
