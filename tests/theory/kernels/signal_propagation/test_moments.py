"""Gaussian means of activations against mpmath, the closed route and the panels alike."""

from __future__ import annotations

import mpmath
import pytest
import sympy

from theory.errors import InvalidArgument, NotEnclosed
from theory.kernels.signal_propagation.moments import find_moments
from theory.kernels.signal_propagation.panels import bends, compile_function, integrate_mean, integrate_pair_mean
from theory.symbols import z

TANH = sympy.tanh(z)
SOFTSIGN = z / (1 + sympy.Abs(z))
SWISH = z / (1 + sympy.exp(-z))


def reference(expression: sympy.Expr, q: float) -> float:
    """E expression(sqrt(q) z)^2 by mpmath's own quadrature."""
    f = sympy.lambdify(z, expression, "mpmath")
    root = mpmath.sqrt(q)
    ends = [-20, -8, -3, -1, -0.2, 0, 0.2, 1, 3, 8, 20]
    return float(mpmath.quad(lambda x: f(root * x) ** 2 * mpmath.npdf(x), ends))


@pytest.mark.parametrize("expression", [TANH, SOFTSIGN, SWISH, sympy.erf(z), sympy.Max(z, 0), sympy.atan(z)], ids=str)
@pytest.mark.parametrize("q", [0.01, 1.0, 30.0])
def test_second_moment(expression: sympy.Expr, q: float) -> None:
    """If false, the length map is wrong for an activation with or without a closed form."""
    assert abs(find_moments(expression).square(q) / reference(expression, q) - 1) < 1e-12


def test_known_digits_of_the_dual_of_tanh() -> None:
    """If false, the plane quadrature misses E[tanh u tanh v] at variances 1 and correlation 1/2."""
    moments = find_moments(TANH)
    assert abs(moments.square(1.0) - moments.gap(1.0, 0.5) - 0.186324413203448106) < 1e-14


@pytest.mark.parametrize("expression", [sympy.erf(z), sympy.Max(z, 0), sympy.Abs(z), sympy.exp(-(z**2))], ids=str)
@pytest.mark.parametrize("gap", [1e-6, 0.1, 1.0, 1.9])
def test_panels_agree_with_closed_forms(expression: sympy.Expr, gap: float) -> None:
    """If false, quadrature and derivation disagree where both apply, kinks included."""
    f, marks = compile_function(expression), bends(expression)
    closed = find_moments(expression)
    assert abs(integrate_mean(lambda x: f(x) ** 2, 2.0, marks) - closed.square(2.0)) < 1e-12
    plane = integrate_pair_mean(lambda u, v: (f(u) - f(v)) ** 2 / 2, 2.0, gap, marks)
    assert abs(plane - closed.gap(2.0, gap)) < 1e-11 * closed.gap(2.0, gap) + 1e-15


def test_gap_keeps_its_digits_for_parallel_signals() -> None:
    """If false, the gap map loses half its digits near correlation one: gap / (1 - c) -> E phi'^2 for smooth phi."""
    for activation in ("erf", "gelu", TANH):
        moments = find_moments(activation)
        assert abs(moments.gap(1.0, 1e-11) / 1e-11 / moments.slope_square(1.0) - 1) < 1e-8


def test_overflow_is_no_value() -> None:
    """If false, quotients of overflowing exponentials become nan, or an infinite mean a number."""
    assert abs(find_moments(SWISH).slope_square(1e4) - 0.5) < 0.01
    with pytest.raises(NotEnclosed, match="may not exist"):
        integrate_mean(compile_function(sympy.exp(z**2)), 1.0, ())


def test_gap_is_checked() -> None:
    """If false, a correlation outside [-1, 1] goes through."""
    with pytest.raises(InvalidArgument, match="gap=3"):
        find_moments("erf").gap(1.0, 3.0)
