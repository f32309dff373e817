"""Recognition of constants: what is simple is found, what is not is left alone."""

import pytest
import sympy
from flint import arb, ctx
from sympy import E, Rational, log, pi, sqrt

from proofs_check.repair.constants import recognise
from theory.balls import compile_balls

SIMPLE = (
    sympy.S.Zero,
    sympy.Integer(-1),
    Rational(1, 2),
    Rational(-7, 3),
    Rational(1_000_001, 1_000_000),
    1 / pi,
    -2 / pi,
    pi**2 / 6,
    sqrt(2),
    1 / sqrt(3),
    sqrt(2 / pi),
    Rational(3, 4) * sqrt(pi),
    sympy.cbrt(2),
    log(2),
    Rational(2, 5) * E,
    1 - 2 / pi,
    Rational(1, 2) + sqrt(3) / 4,
)
UNKNOWN = (sympy.sin(1), sympy.exp(pi), pi + sqrt(2) + log(3), sympy.zeta(3), sympy.gamma(Rational(1, 3)))


def enclosed(value: sympy.Expr, digits: int = 42) -> arb:
    """A narrow ball around a number."""
    return arb(str(sympy.N(value, digits + 20))) + arb(0, arb(10) ** -digits)


@pytest.mark.parametrize("value", SIMPLE, ids=str)
def test_simple_numbers_are_recognised(value: sympy.Expr) -> None:
    """If false, a formula that misses this factor would get no suggestion."""
    with ctx.workprec(256):
        found = recognise(compile_balls(value, ()).at({}, 42))
    assert found is not None
    assert sympy.simplify(found.value - value) == 0


@pytest.mark.parametrize("value", UNKNOWN, ids=str)
def test_other_numbers_are_not(value: sympy.Expr) -> None:
    """If false, an accident of digits would be proposed as a formula's constant."""
    with ctx.workprec(256):
        assert recognise(enclosed(value)) is None


@pytest.mark.parametrize("ball", [arb.nan(), arb(2, 0.001), arb(0, 1)], ids=["nan", "wide", "wide around zero"])
def test_wide_balls_decide_nothing(ball: arb) -> None:
    """If false, a number known to a few digits would be taken for a simple one."""
    assert recognise(ball) is None


def test_simpler_numbers_cost_less() -> None:
    """If false, the nearest repair would not be the one proposed first."""
    with ctx.workprec(256):
        costs = [
            found.cost
            for value in (Rational(1, 2), 1 / pi, Rational(173, 100))
            if (found := recognise(enclosed(value)))
        ]
    assert costs == sorted(costs)
    assert len(costs) == 3
