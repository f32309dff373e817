"""Panels: their covers, their bounds and the error of the rule on them."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sympy
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, Max, Min, Rational, exp, log, sign, sqrt, tanh

from theory.balls.compiler import Compiler
from theory.balls.fields import REALS
from theory.errors import NotEnclosed
from theory.gaussian.enclosure.gauss_line import panel_rule
from theory.gaussian.enclosure.panels import bound_growth, cut_panels
from theory.symbols import z

ANTIDERIVATIVES = {
    1 / (1 + z**2): sympy.atan(z),
    exp(-z): -exp(-z),
    tanh(z): log(sympy.cosh(z)),
    1 / (z + Rational(11, 10)) ** 2: -1 / (z + Rational(11, 10)),
    z**9: z**10 / 10,
}


@pytest.mark.parametrize("expression", ANTIDERIVATIVES, ids=str)
@pytest.mark.parametrize("nodes", [2, 3, 5, 8])
def test_the_rule_is_within_its_bound(expression: sympy.Expr, nodes: int) -> None:
    """If false, the proven error of the Gauss-Legendre rule is smaller than its error."""
    with ctx.workprec(200):
        primitive = Compiler((z,), REALS).compile(ANTIDERIVATIVES[expression])
        for panel in cut_panels(expression, (arb(-1), arb(2)), arb(2), lambda length, size: False).panels:
            value = sum((weight * panel.values.run([x]) for x, weight in panel_rule(panel, nodes)), arb(0))
            true = primitive.run([panel.right]) - primitive.run([panel.left])
            assert panel.ellipses
            for ellipse in panel.ellipses:
                assert abs(value - true) <= ellipse.gauss_error(nodes, panel.half, arb(1)) + arb(2) ** -150


@pytest.mark.parametrize("expression", [*ANTIDERIVATIVES, Max(z, 0) + 1, 2 + z / (1 + Abs(z))], ids=str)
def test_panels_cover_the_window(expression: sympy.Expr) -> None:
    """If false, some of the mass is never integrated."""
    panels = cut_panels(expression, (arb(-1), arb(2)), arb(1), lambda length, size: False)
    ends = sorted([(float(p.left), float(p.right)) for p in panels.panels])
    assert ends[0][0] == -1
    assert ends[-1][1] == 2
    assert all(one[1] == two[0] for one, two in pairwise(ends))
    assert panels.left_out == ()


def test_a_branch_point_is_left_out_only_as_far_as_allowed() -> None:
    """If false, an interval next to a singularity of the derivative is dropped without a bound."""
    allowed = arb("1e-6")
    panels = cut_panels(sqrt(Abs(z)), (arb(-1), arb(2)), arb(1), lambda length, size: bool(length * size <= allowed))
    assert panels.left_out
    assert all(length * size <= allowed for length, size in panels.left_out)
    covered = sum((p.right - p.left for p in panels.panels), arb(0)) + sum((n for n, _ in panels.left_out), arb(0))
    assert abs(covered - 3) < arb("1e-12")


@pytest.mark.parametrize(
    "expression", [Max(z, 0) ** 3, sign(z) * sqrt(Abs(z)), Min(exp(z), z**2), Abs(z) + exp(-z)], ids=str
)
@given(x=st.floats(-50, 50), share=st.floats(-1, 1))
def test_growth_bounds_the_function(expression: sympy.Expr, x: float, share: float) -> None:
    """If false, the mass outside the window is larger than its bound."""
    with ctx.workprec(200):
        value = Compiler((z,), REALS).compile(expression).run([arb(x)])
        assert value.abs_lower() <= bound_growth(expression).at(abs(arb(x))) * (1 + arb(2) ** -30)


@pytest.mark.parametrize("expression", [Max(z, 0) ** -1, log(Abs(z)), Abs(z) ** Rational(-1, 2)], ids=str)
def test_unbounded_functions_are_refused(expression: sympy.Expr) -> None:
    """If false, a pole on the line is taken for a bounded piece."""
    with pytest.raises(NotEnclosed):
        bound_growth(expression)


def test_ellipses_hold_no_singularity() -> None:
    """If false, the pole of z / (1 + z) at -1 lies in an ellipse around a panel to the right of 0."""
    for panel in cut_panels(Max(z, 0) / (1 + z), (arb("-0.75"), arb(4)), arb(4), lambda length, size: False).panels:
        for ellipse in panel.ellipses:
            long, short = ellipse.half_axes()
            assert panel.centre - panel.half * long > -1
            edge = acb(panel.centre, panel.half * short)
            assert (edge / (1 + edge)).abs_lower() <= ellipse.size
