"""Integrals: the missing `analytic` flag gives tight, false enclosures. These are the known traps."""

from fractions import Fraction

import pytest
import sympy
from flint import arb, fmpq
from sympy import Abs, Heaviside, Integral, Max, Piecewise, Rational, acos, atan, cbrt, erf, exp, log, pi, sqrt

from theory.balls import compile_balls
from theory.errors import NotEnclosed, OutsideDomain, UnknownFunction

t, x = sympy.symbols("t x", real=True)

EXACT = [
    (Integral(Abs(t - Rational(1, 3)), (t, 0, 1)), Rational(5, 18)),
    (Integral(sqrt(t), (t, 0, 1)), Rational(2, 3)),
    (Integral(sqrt(t), (t, 1, 4)), Rational(14, 3)),
    (Integral(cbrt(t), (t, 0, 1)), Rational(3, 4)),
    (Integral(log(t), (t, 1, 2)), 2 * log(2) - 1),
    (Integral(Max(t, 0), (t, -3, 2)), sympy.Integer(2)),
    (Integral(t * Heaviside(t), (t, -3, 2)), sympy.Integer(2)),
    (Integral(Piecewise((0, t <= 0), (t, True)), (t, -3, 2)), sympy.Integer(2)),
    (Integral(sympy.sign(t - Rational(1, 7)), (t, 0, 1)), Rational(5, 7)),
    (Integral(acos(t), (t, -1, 1)), pi),
    (Integral(sqrt(1 - t**2), (t, -1, 1)), pi / 2),
    (Integral(Abs(sympy.sin(t) * sympy.cos(t)), (t, 0, 2 * pi)), sympy.Integer(2)),
    (Integral(exp(-(t**2)), (t, -1, 1)), sqrt(pi) * erf(1)),
    (Integral(1 / (1 + t**2), (t, 0, 5)), atan(5)),
]


@pytest.mark.parametrize(("integral", "value"), EXACT, ids=[str(integral) for integral, _ in EXACT])
def test_integrals_hold_their_values(integral: sympy.Integral, value: sympy.Expr) -> None:
    """If this failed, a certified integral would be a tight interval around a wrong number."""
    found = compile_balls(integral, []).at({}, 12)
    assert found.overlaps(compile_balls(value, []).at({}, 30))


@pytest.mark.parametrize("threshold", [Fraction(1, 3), Fraction(-2), Fraction(5, 7)])
def test_the_mean_of_a_shifted_relu(threshold: Fraction) -> None:
    """If this failed, a kink that moves with a parameter would be missed."""
    integral = compile_balls(Integral(Piecewise((t - x, t > x), (0, True)), (t, -3, 2)), [x])
    expected = (2 - threshold) ** 2 / 2
    assert integral.at({x: threshold}, 12).overlaps(arb(fmpq(expected.numerator, expected.denominator)))


def test_the_variable_of_integration_hides_a_parameter_of_the_same_name() -> None:
    """If this failed, the integral of t from 0 to t would use the parameter inside."""
    assert compile_balls(Integral(t, (t, 0, t)), [t]).at({t: 3}, 12).overlaps(arb(fmpq(9, 2)))


def test_a_complex_integrand_is_refused() -> None:
    """If this failed, the integral of sqrt over [-1, 1] would be 2/3."""
    with pytest.raises(OutsideDomain, match="not real"):
        compile_balls(Integral(sqrt(t), (t, -1, 1)), []).at({}, 10)


@pytest.mark.parametrize("integral", [Integral(1 / t, (t, -1, 1)), Integral(1 / t**2, (t, -1, 1))])
def test_a_divergent_integral_has_no_value(integral: sympy.Integral) -> None:
    """If this failed, a pole on the path would go unnoticed."""
    with pytest.raises(NotEnclosed):
        compile_balls(integral, []).at({}, 10)


@pytest.mark.parametrize(
    "integral",
    [
        Integral(exp(-t), (t, 0, sympy.oo)),
        Integral(t, t),
        Integral(t * x, (t, 0, 1), (x, 0, 1)),
        Integral(Integral(t, (t, 0, x)), (x, 0, 1)),
        Integral(sympy.zeta(t), (t, 2, 3)),
    ],
)
def test_other_integrals_are_refused(integral: sympy.Integral) -> None:
    """If this failed, an infinite range would be cut without a bound on its tail."""
    with pytest.raises(UnknownFunction):
        compile_balls(integral, [])


def test_a_wide_parameter_encloses_all_values() -> None:
    """If this failed, an integral over a box of parameters would miss values."""
    function = compile_balls(Integral(exp(x * t), (t, 0, 1)), [x])
    over = function.over([(0, 1)], 64)
    assert all(over.overlaps(function.at({x: Fraction(k, 4)}, 15)) for k in range(5))
