"""Traps of inequalities over boxes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from sympy import Interval, Rational, acos, exp, log, oo, pi, sqrt

from proofs_check.claims import Inequality
from proofs_check.errors import MalformedClaim

from ..proofs_check.checkers.toys import BASE
from .trap import Contract, Trap

x, y = sympy.symbols("x y", real=True)
n = sympy.Symbol("n", integer=True)
UNIT, ALL = {x: Interval(0, 1)}, {x: Interval(-oo, oo)}
SQUARE = {x: Interval(-1, 1), y: Interval(-1, 1)}


def kappa(rho: sympy.Expr) -> sympy.Expr:
    """The first arc-cosine kernel of unit vectors."""
    return (sqrt(1 - rho**2) + rho * (pi - acos(rho))) / pi


def inequality(lhs: Any, rhs: Any, domain: Any, **more: Any) -> Inequality:
    """The claim lhs <= rhs."""
    return Inequality(**BASE, lhs=lhs, rhs=rhs, domain=domain, **more)


PLACE, WIDTH = Rational(31415927, 10**8), Rational(1, 10**7)
DIPS = {
    "steps": 1 - sympy.Heaviside(x - PLACE) + sympy.Heaviside(x - PLACE - WIDTH),
    "signs": 1 + (sympy.sign(x - PLACE - WIDTH) - sympy.sign(x - PLACE)) / 2,
    "kinks": 1 - sympy.Max(0, 1 - sympy.Abs(x - PLACE) / WIDTH),
    "cases": sympy.Piecewise((0, (x > PLACE) & (x < PLACE + WIDTH)), (1, True)),
}


TRAPS = (
    *(
        Trap(
            name=f"a dip 1e-7 wide, made of {word}, between all samples",
            contract=Contract.REFUTES,
            run=lambda dip=dip: inequality(Rational(1, 2), dip, UNIT),
        )
        for word, dip in DIPS.items()
    ),
    Trap(
        name="nan over part of the domain violates nothing",
        contract=Contract.REFUSES,
        run=lambda: inequality(log(x), sympy.Integer(-1), {x: Interval(-1, -Rational(1, 2))}),
    ),
    Trap(
        name="a violation in a notch 1e-4 wide",
        contract=Contract.REFUSES,
        run=lambda: inequality(exp(-(((x - Rational(123457, 10**6)) * 10**5) ** 2)), Rational(1, 2), UNIT),
    ),
    Trap(
        name="a violation by 1e-9 at one end",
        contract=Contract.REFUSES,
        run=lambda: inequality(x, 1 - Rational(1, 10**9), UNIT),
    ),
    Trap(
        name="a violation only beyond 10^6",
        contract=Contract.REFUSES,
        run=lambda: inequality(log(1 + x), 1 + sqrt(x) / 100, {x: Interval(0, oo)}),
    ),
    Trap(
        name="a strict inequality with equality at one inner point",
        contract=Contract.REFUSES,
        run=lambda: inequality(2 * x / 3 - Rational(1, 9), x**2, UNIT, strict=True),
    ),
    Trap(
        name="the same, not strict, holds",
        contract=Contract.HOLDS,
        run=lambda: inequality(2 * x / 3 - Rational(1, 9), x**2, UNIT),
    ),
    Trap(
        name="equality on the diagonal and a slack that is part of the claim",
        contract=Contract.HOLDS,
        run=lambda: inequality(
            kappa((x + y) / 2),
            (kappa(x) + kappa(y)) / 2,
            SQUARE,
            slack=Fraction(1, 1000),
            checked="with slack",
            difference="slack 1/1000",
        ),
    ),
    Trap(
        name="the direction reversed",
        contract=Contract.REFUTES,
        run=lambda: inequality((kappa(x) + kappa(y)) / 2, kappa((x + y) / 2), SQUARE),
    ),
    Trap(
        name="a mean-value form over the jump of a Piecewise",
        contract=Contract.REFUSES,
        run=lambda: inequality(sympy.Piecewise((0, x < Rational(1, 3)), (1, True)), Rational(1, 2), UNIT),
    ),
    Trap(
        name="a mean-value form over the jump of floor-like signs",
        contract=Contract.REFUSES,
        run=lambda: inequality(sympy.sign(x - Rational(1, 3)), sympy.Integer(0), UNIT),
    ),
    Trap(
        name="a spike at a single rational point",
        contract=Contract.REFUSES,
        run=lambda: inequality(sympy.Piecewise((1, sympy.Eq(x, Rational(1, 7))), (0, True)), Rational(1, 2), UNIT),
    ),
    Trap(
        name="a float in the domain's expression",
        contract=Contract.RAISES,
        run=lambda: inequality(x, x + 0.1, UNIT),
        error=MalformedClaim,
    ),
    Trap(
        name="an integer symbol violated between the integers only",
        contract=Contract.HOLDS,
        run=lambda: inequality(-((n - Rational(1, 2)) ** 2), -Rational(1, 4), {n: Interval(-20, 20)}),
    ),
    Trap(
        name="an infinite lhs at the open end",
        contract=Contract.REFUSES,
        run=lambda: inequality(1 / x, sympy.Integer(10**9), {x: Interval.Lopen(0, 1)}),
    ),
    Trap(
        name="acos at +-1 makes every box at the ends undecided",
        contract=Contract.HOLDS,
        run=lambda: inequality(acos(x), pi + Rational(1, 100), {x: Interval(-1, 1)}),
    ),
)
