"""Hermite series: coefficients, tails, refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Heaviside, Max, atan, exp, sign, tanh

from theory.errors import InvalidArgument, NotEnclosed, OutsideDomain
from theory.gaussian.enclosure import enclose_by_hermite, enclose_expectation
from theory.gaussian.enclosure.hermite import expand
from theory.symbols import z


def test_coefficients_of_known_functions() -> None:
    """If false, the series is not in orthonormal Hermite polynomials."""
    with ctx.workprec(200):
        goal = arb(10) ** -25
        cubic = expand(z**3, fmpq(0), fmpq(1), 6, goal)
        for found, known in zip(cubic.coefficients, (0, 3, 0, arb(6).sqrt(), 0, 0, 0), strict=True):
            assert abs(found - known) < 2 * goal
        # exp(t x) = e^(t^2 / 2) sum_k t^k / sqrt(k!) h_k(x)
        generating = expand(exp(z), fmpq(0), fmpq(1, 4), 20, goal)
        for k, found in enumerate(generating.coefficients):
            assert abs(found - (arb(1) / 8).exp() / arb(2) ** k / arb.fac_ui(k).sqrt()) < 2 * goal


@pytest.mark.parametrize("f", [tanh(z), Max(z, 0), Heaviside(z - 1), z / (1 + Abs(z))], ids=str)
def test_the_remainder_covers_later_coefficients(f: sympy.Expr) -> None:
    """If false, the tail bound is smaller than the tail."""
    with ctx.workprec(250):
        short, long = (expand(f, fmpq(0), fmpq(2), degree, arb(10) ** -20) for degree in (6, 40))
        later = sum((value * value for value in long.coefficients[7:]), arb(0))
        assert later <= short.remainder**2
        assert short.remainder**2 <= later + long.remainder**2 + arb(10) ** -15


@settings(max_examples=6)
@given(rho=st.fractions(Fraction(-4, 5), Fraction(4, 5), max_denominator=12), digits=st.integers(1, 12))
def test_the_series_meets_the_quadrature(rho: Fraction, digits: int) -> None:
    """If false, two routes disagree."""
    for f, g in ((tanh(z), atan(z)), (Max(z, 0), tanh(z)), (sign(z), Max(z - 1, 0))):
        series = enclose_by_hermite(f, g, rho=rho, digits=digits)
        assert series.overlaps(enclose_expectation(f, g, variances=(1, 1), covariance=rho, digits=digits))
        with ctx.workprec(300):
            assert series.rad() <= arb(10) ** -digits * arb.max(abs(series).upper(), arb(10) ** -digits)


def test_slow_series_are_refused() -> None:
    """If false, a truncated series is returned without its tail."""
    with pytest.raises(NotEnclosed, match="digits not reached"):
        enclose_by_hermite(Heaviside(z), Heaviside(z), rho=1, digits=8)
    with pytest.raises(NotEnclosed):
        enclose_by_hermite(exp(z**2 / 3), tanh(z), rho=0, digits=5)


def test_arguments_outside_are_refused() -> None:
    """If false, a correlation above 1 or a variance of 0 gives a ball."""
    with pytest.raises(OutsideDomain, match="correlation"):
        enclose_by_hermite(tanh(z), tanh(z), rho=2, digits=5)
    with pytest.raises(InvalidArgument, match="positive"):
        enclose_by_hermite(tanh(z), tanh(z), rho=0, digits=5, variances=(0, 1))
    with pytest.raises(InvalidArgument):
        enclose_by_hermite(tanh(z), tanh(z), rho=0.5, digits=5)  # type: ignore[arg-type]
