"""Traps of enclosures and searches: none of them gives HOLDS to a false statement, or REFUTED to a true one."""

from fractions import Fraction

import pytest
import sympy
from flint import fmpq
from sympy import (
    Abs,
    Heaviside,
    Interval,
    Max,
    Piecewise,
    Rational,
    acos,
    atan2,
    exp,
    gamma,
    log,
    oo,
    pi,
    sign,
    sqrt,
    tan,
)

from proofs_check.checkers.collars import Pin, Plan, build_collar
from proofs_check.checkers.extended import ExtendedFunction
from proofs_check.errors import MalformedClaim
from proofs_check.verdicts import Outcome

from .claimants import judge_inequality

x, y = sympy.symbols("x y", real=True)
n = sympy.Symbol("n", integer=True)
LINE, HALF, UNIT = Interval(-oo, oo), Interval(0, oo), Interval(0, 1)

FALSE = {
    "pole inside, even": (1 / (x - Rational(1, 3)) ** 2, Rational(10**7), {x: UNIT}),
    "pole inside, odd": (1 / (x - Rational(1, 3)), Rational(10**5), {x: UNIT}),
    "pole that a derivative jumps": (-1 / (1 - x), Rational(1), {x: HALF}),
    "pole of the tangent": (tan(x), Rational(10**4), {x: Interval(0, 3)}),
    "pole of gamma": (gamma(x), Rational(10**3), {x: Interval(Rational(1, 2), 10**1)}),
    "jump at a rational": (Heaviside(x - Rational(1, 3)), Rational(1, 2), {x: UNIT}),
    "jump of a sign": (sign(x - Rational(2, 7)), Rational(0), {x: UNIT}),
    "jump of an angle": (atan2(x - Rational(1, 3), -1), Rational(2), {x: UNIT}),
    "branches": (Piecewise((x, x < Rational(9, 10)), (2, True)), Rational(1), {x: UNIT}),
    "kink downwards": (Abs(x - Rational(1, 7)), Rational(1, 2), {x: UNIT}),
    "concave kink from a root": (sqrt(sympy.expand((x**2 - 1) ** 2)), Rational(9, 10), {x: Interval(-2, 2)}),
    "maximum": (Max(x, 1 - x), Rational(99, 100), {x: UNIT}),
    "beyond every grid": (exp(-((x - 300) ** 2)), Rational(1, 2), {x: HALF}),
    "slow tail": (log(1 + x), Rational(50), {x: HALF}),
    "between components": (log(x**2 - 1), x - 4, {x: Interval(-3, 3)}),
    "odd order inside": (x**2, x**2 + x**3 * exp(x), {x: Interval(-1, 1)}),
    "second order of the wrong sign": (1 - x**2 / 2 + Rational(1, 10**5) * x**2, sympy.cos(x) - x**4, {x: UNIT}),
    "an end of the arc": (acos(x), 3 * sqrt(1 - x) / 2 - Rational(1, 100), {x: Interval(-1, 1)}),
}


@pytest.mark.parametrize(("lhs", "rhs", "domain"), FALSE.values(), ids=FALSE)
def test_nothing_false_holds(lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, Interval]) -> None:
    """If this failed, a verdict would lie: the worst that this package can do."""
    assert judge_inequality(lhs, rhs, domain).outcome in (Outcome.REFUTED, Outcome.UNDECIDED)


TRUE = {
    "only integers count": (Rational(1, 4), (n - Rational(1, 2)) ** 2, {n: Interval(-3, 3)}),
    "undefined on a half": (sqrt(x), x + 1, {x: Interval(-1, 1)}),
    "past the arc": (acos(x), pi, {x: Interval(-2, 2)}),
    "open end": (x**2, x, {x: Interval.open(0, 1)}),
    "outward ends": (sympy.sin(x), Rational(1), {x: Interval(0, pi)}),
    "falls to its limit": (exp(-x) * x, Rational(37, 100), {x: HALF}),
    "touches at both ends": (x * (1 - x) * exp(x) * 0, x * (1 - x) * exp(x), {x: UNIT}),
}


@pytest.mark.parametrize(("lhs", "rhs", "domain"), TRUE.values(), ids=TRUE)
def test_nothing_true_is_refuted(lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, Interval]) -> None:
    """If this failed, a point outside of the domain, or without a value, would count as a counterexample."""
    assert judge_inequality(lhs, rhs, domain).outcome in (Outcome.HOLDS, Outcome.UNDECIDED)


def test_floats_and_empty_boxes_are_refused() -> None:
    """If this failed, a claim about another number, or about no number, would be checked."""
    with pytest.raises(MalformedClaim):
        judge_inequality(0.1 * x, x, {x: UNIT})
    for empty in (Interval(1, 0), Interval(1, 1)):
        with pytest.raises(MalformedClaim):
            judge_inequality(x, x + 1, {x: empty})


def test_a_limit_is_not_guessed() -> None:
    """If this failed, infinity times zero would be zero, and x * (1/x) would tend to it."""
    for expression in (x * (1 / (x + 1)), x * exp(-x), (x * sympy.sin(x)) / (1 + x), sign(exp(-x)), log(exp(-x) + 0)):
        low, high = ExtendedFunction(expression, (x,)).over(((fmpq(1), None),), (0,))
        value = sympy.limit(expression, x, oo)
        ends = (value.min, value.max) if isinstance(value, sympy.AccumBounds) else (value, value)
        assert all(end.is_infinite or (low <= float(end) + 1e-9 and high >= float(end) - 1e-9) for end in ends)


@pytest.mark.parametrize(
    ("expression", "plan"),
    [
        (x**3 * exp(x), Plan((Pin(0, Fraction(0)),), 3, 0)),
        (sympy.cos(x), Plan((Pin(0, Fraction(0)),), 2, 0)),
        (x**2 - x, Plan((Pin(0, Fraction(0)),), 2, 1)),
        (x**2 - Rational(1, 100), Plan((Pin(0, Fraction(0)),), 2, 0)),
        (-Abs(x), Plan((Pin(0, Fraction(0)),), 2, 0)),
        (Heaviside(x) - 1, Plan((Pin(0, Fraction(1)),), 1, -1)),
        (1 / (x - Rational(1, 2)) ** 2 - 4, Plan((Pin(0, Fraction(0)),), 1, 1)),
        (-log(Abs(x - Rational(1, 2))) + log(Rational(1, 2)), Plan((Pin(0, Fraction(1)),), 2, 0)),
    ],
    ids=str,
)
def test_a_collar_needs_its_premises(expression: sympy.Expr, plan: Plan) -> None:
    """If this failed, Taylor's theorem would be used where it does not hold: a false proof."""
    domain = {x: Interval(-1, 2)}
    collar = build_collar(expression, domain, plan)
    assert collar is None or not collar.proves(((fmpq(-1), fmpq(2)),))
