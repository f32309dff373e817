"""Rectified moments by polar coordinates, against Stein's identity."""

from __future__ import annotations

import flint
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, OutsideDomain
from theory.gaussian import derive_at_angle, enclose_arc_cosine, enclose_rectified_moment
from theory.symbols import theta, z


def rectified(power: int) -> sympy.Expr:
    """u_+^power, the step for power zero."""
    return sympy.Max(z, 0) ** power if power else sympy.Heaviside(z)


@given(m=st.integers(0, 5), n=st.integers(0, 5), hundredths=st.integers(1, 314))
def test_two_routes_meet(m: int, n: int, hundredths: int) -> None:
    """If false, Stein's identity and the polar integral give different moments."""
    ball = enclose_rectified_moment(m, n, flint.fmpq(hundredths, 100), digits=40)
    formula = derive_at_angle(rectified(m), rectified(n))
    value = sympy.N(formula.subs(theta, sympy.Rational(hundredths, 100)), 60, maxn=400)
    with flint.ctx.workprec(260):
        # The decimal value is correct to 60 digits; the ball carries at least 40.
        text = flint.arb(f"{value} +/- 1e-50")
        assert ball.overlaps(text)
        assert bool(ball.rad() < flint.arb("1e-39") * (1 + abs(text)))


def test_value_at_zero() -> None:
    """If false, J_n(0) is not pi (2n - 1)!!."""
    for n, double_factorial in enumerate((1, 1, 3, 15, 105)):
        ball = enclose_arc_cosine(n, 0, digits=30)
        with flint.ctx.workprec(140):
            assert ball.contains(flint.arb.pi().mid() * double_factorial) or ball.overlaps(
                flint.arb.pi() * double_factorial
            )


def test_wide_angle_gives_a_ball_around_all_values() -> None:
    """If false, an uncertain angle gives a ball that misses a value."""
    wide = flint.arb(1, 0.01)
    ball = enclose_arc_cosine(2, wide, digits=10)
    for hundredths in (99, 100, 101):
        assert ball.contains(enclose_arc_cosine(2, flint.fmpq(hundredths, 100), digits=10).mid())


def test_arguments_outside_are_refused() -> None:
    """If false, an angle outside [0, pi], or one that may be, gives a moment."""
    for angle in (flint.fmpq(-1, 10), flint.fmpq(22, 7), flint.arb(0, 0.1), flint.arb("nan")):
        with pytest.raises(OutsideDomain, match="angle"):
            enclose_rectified_moment(1, 1, angle, digits=10)
    with pytest.raises(InvalidArgument, match="exponents"):
        enclose_rectified_moment(-1, 0, 1, digits=10)
