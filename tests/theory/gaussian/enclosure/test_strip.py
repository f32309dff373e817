"""Certificates of analyticity, against known singularities and sampled values."""

from __future__ import annotations

import math

import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Heaviside, asinh, atan, erf, exp, log, sin, sqrt, tanh

from theory.balls.compiler import Compiler
from theory.balls.fields import COMPLEXES
from theory.errors import NotEnclosed
from theory.gaussian.enclosure.strip import certify_strip, certify_strips, plane_values
from theory.symbols import z

NEAREST = {
    tanh(z): math.pi / 2,
    tanh(3 * z): math.pi / 6,
    1 / (1 + exp(-z)): math.pi,
    log(1 + exp(z)): math.pi,
    z / (1 + exp(-z)): math.pi,
    z * tanh(log(1 + exp(z))): 3 * math.pi / 4,
    atan(z): 1.0,
    asinh(z): 1.0,
    sqrt(1 + z**2): 1.0,
    1 / (1 + 100 * z**2): 0.1,
    log(4 + z**2): 2.0,
}
"""Distance of the nearest singularity from the line."""


@pytest.mark.parametrize("expression", NEAREST, ids=str)
def test_strips_end_before_the_nearest_singularity(expression: sympy.Expr) -> None:
    """If false, the aliasing bound is taken across a pole or a cut, and the ball is tight and wrong."""
    widest = certify_strips(expression)[0].width
    assert NEAREST[expression] / 2 < float(widest) < NEAREST[expression]
    for factor in ("1.001", "1.5", "7"):
        with pytest.raises(NotEnclosed):
            certify_strip(expression, arb(NEAREST[expression]) * arb(factor))


@pytest.mark.parametrize("expression", [*NEAREST, erf(z), exp(-(z**2)), sin(z) * z, exp(z**2 / 8)], ids=str)
@given(x=st.floats(-40, 40), share=st.floats(-1, 1))
def test_values_stay_below_the_bound(expression: sympy.Expr, x: float, share: float) -> None:
    """If false, the integral on the shifted line exceeds the bound of the aliasing error."""
    for strip in certify_strips(expression):
        with ctx.workprec(400):
            value = Compiler((z,), COMPLEXES).compile(expression).run([acb(arb(x), strip.width * arb(share))])
            assert value.abs_lower() <= strip.bound.at(abs(arb(x))) * (1 + arb(2) ** -30)


def test_the_analytic_flag_is_set() -> None:
    """If false, a finite value across a cut is taken for a proof of analyticity."""
    across = acb(arb(-2, 1), arb(0, 1))
    for expression in (log(z), sqrt(z), Abs(z + 2), Heaviside(z + 2)):
        assert not plane_values(expression)(across).is_finite()
    assert plane_values(tanh(z / 10))(across).is_finite()


@pytest.mark.parametrize("expression", [Abs(z), sympy.Max(z, 0), 1 / z, sin(z) / z, log(z), exp(z**3)], ids=str)
def test_no_strip_for_kinks_and_poles(expression: sympy.Expr) -> None:
    """If false, the trapezoid bound is applied to a function that is not analytic."""
    with pytest.raises(NotEnclosed, match="not analytic"):
        certify_strips(expression)
