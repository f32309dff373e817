"""Leading forms far out, compared with values at many points of the half-strip."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, asinh, atan, cos, cosh, erf, erfc, exp, log, sin, sinh, sqrt, tanh

from theory.balls.compiler import Compiler
from theory.balls.fields import COMPLEXES
from theory.errors import NotEnclosed
from theory.gaussian.enclosure.far import derive_germ
from theory.gaussian.enclosure.germ import Germ, HalfStrip
from theory.symbols import z

FUNCTIONS = (
    tanh(z),
    1 / (1 + exp(-z)),
    log(1 + exp(z)),
    z * tanh(log(1 + exp(z))),
    z / (1 + exp(-z)) ** 2,
    atan(2 * z - 1),
    asinh(z),
    erf(z / 2 + 1),
    z * erfc(-z / sqrt(2)),
    z**5 - 3 * z + 1,
    exp(-(z**2) / 3 + z) * (z + 2),
    exp(z**2 / 9),
    sin(2 * z + 1) + cos(z) ** 2,
    sqrt(1 + z**2),
    (1 + z**2) ** Rational(-1, 3),
    1 / (z**3 + z + 1),
    log(cosh(z)),
    sinh(z) * z,
    exp(-exp(-z)),
    exp(-(z**4)),
    2**z + z,
    tanh(z**3 + z),
    log(z**2 + 3),
    exp(tanh(z)) - 1,
    (1 + exp(z)) ** Rational(1, 2),
)


def values(expression: sympy.Expr, point: acb) -> acb:
    """The principal value."""
    return Compiler((z,), COMPLEXES).compile(expression).run([point])


def leading(germ: Germ, s: acb) -> tuple[acb, arb]:
    """The leading form at a point, and the bound of what is missing."""
    factor = (germ.linear * s + germ.quadratic * s * s).exp()
    main = sum((term * s**k for k, term in enumerate(germ.main)), acb(0))
    return factor * main, factor.abs_upper() * germ.rest.at(s.real)


@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("width", [Fraction(0), Fraction(1, 2), Fraction(5, 4)])
def test_forms_hold_on_the_half_strip(expression: sympy.Expr, side: int, width: Fraction) -> None:
    """If false, a function far out is not within the bound that the truncated tails rely on."""
    with ctx.workprec(300):
        strip = HalfStrip(side, arb(8), arb(width.numerator) / width.denominator)
        germ = derive_germ(expression, strip)
        for t in (8, 9, 11, 16, 25):
            for share in (-1, 0, 1):
                s = acb(arb(t), strip.width * share)
                value = values(expression, s * side)
                form, rest = leading(germ, s)
                assert (value - form).abs_lower() <= rest * (1 + arb(2) ** -40) + arb(2) ** -200
                assert value.abs_lower() <= germ.envelope().at(arb(t)) * (1 + arb(2) ** -40)


@given(t=st.integers(10, 40), share=st.floats(-1, 1))
def test_erf_off_the_line(t: int, share: float) -> None:
    """If false, the growth exp(y^2) of erf across the strip is left out of its bound."""
    with ctx.workprec(300):
        strip = HalfStrip(1, arb(1), arb("1.25"))
        germ = derive_germ(erf(2 * z), strip)
        s = acb(arb(t) / 10, strip.width * arb(share))
        form, rest = leading(germ, s)
        assert ((2 * s).erf() - form).abs_lower() <= rest * (1 + arb(2) ** -40)


@given(t=st.integers(80, 300))
def test_cancellation_leaves_the_remainder(t: int) -> None:
    """If false, the decay of 1 - tanh or of sigmoid on the left is lost or overstated."""
    with ctx.workprec(300):
        strip = HalfStrip(1, arb(8), arb(0))
        germ = derive_germ(1 - tanh(z), strip)
        bound = germ.envelope().at(arb(t) / 10)
        true = 1 - (arb(t) / 10).tanh()
        assert true <= bound <= 4 * true


@pytest.mark.parametrize(
    "expression",
    [exp(exp(z)), sympy.tan(z), sympy.gamma(z), log(z), sqrt(z), sinh(z**3), 1 / sin(z), log(sin(z)), exp(z**3)],
    ids=str,
)
def test_what_grows_or_is_singular_is_refused(expression: sympy.Expr) -> None:
    """If false, a function without a growth bound passes as one with it."""
    for side in (1, -1):
        try:
            derive_germ(expression, HalfStrip(side, arb(8), arb(1)))
        except NotEnclosed:
            break
    else:
        pytest.fail(f"{expression} was accepted on both sides")


def test_strips_beyond_a_singularity_are_refused() -> None:
    """If false, log(1 + exp(z)) is called analytic beyond i pi, where its argument winds around 0."""
    with pytest.raises(NotEnclosed):
        derive_germ(log(1 + exp(z)), HalfStrip(1, arb(8), arb("3.2")))
