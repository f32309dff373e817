"""The second evaluator agrees with balls, with which it shares no code."""

import mpmath
import pytest
import sympy
from sympy import Abs, Heaviside, Integral, Max, Min, Piecewise, Rational, acos, atan2, erf, exp, gamma, log, pi, sqrt

from proofs_check.checkers.plain_evaluation import evaluate
from theory.balls import compile_balls

t, x, y = sympy.symbols("t x y", real=True)


@pytest.mark.parametrize(
    "expression",
    [
        sqrt(2 - x) * acos(x) ** y + log(3 + x) / pi - sympy.E * sympy.GoldenRatio,
        Max(x, y, 0) - Min(x, y) + Abs(x - y) * sympy.sign(x),
        erf(x) * gamma(2 + y) + atan2(y, x) + Heaviside(x, 0) + Heaviside(y - y * x / x),
        Piecewise((x, (x > y) | (y > 1)), (y, sympy.Ne(x, y) & (x <= 5)), (3, True)),
        Integral(Piecewise((0, t <= x), (t - x, True)), (t, -3, 2)),
        Integral(exp(-(t**2)) * Max(t, x) + Abs(sympy.sin(5 * t)), (t, y, 2)),
        Integral(Heaviside(t - x) * sympy.sign(t - Rational(1, 7)), (t, 1, -1)),
    ],
    ids=str,
)
def test_agrees_with_balls(expression: sympy.Expr) -> None:
    """If this failed, true refutations would be reported as contradictions, or false ones confirmed."""
    point = {x: Rational(1, 3), y: Rational(2, 7)}
    ball = compile_balls(expression, (x, y)).at(point, 25)
    with mpmath.workdps(40):
        value = evaluate(expression, {symbol: mpmath.mpf(number.p) / number.q for symbol, number in point.items()})
        assert abs(value - mpmath.mpf(ball.mid().str(40, radius=False))) < mpmath.mpf(10) ** -22
