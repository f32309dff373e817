"""Traps of symbolic algebra, and of identities that are checked in one place only."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Interval, Rational, acos, log, oo, pi, sqrt

from proofs_check.claims import Identity
from proofs_check.errors import MalformedClaim

from ..proofs_check.checkers.toys import BASE
from .trap import Contract, Trap

x, y, t = sympy.symbols("x y t", real=True)
rho = sympy.Symbol("rho", real=True)
n = sympy.Symbol("n", integer=True)
UNIT, ALL = {x: Interval(0, 1)}, {x: Interval(-oo, oo)}
KAPPA = (sqrt(1 - rho**2) + rho * (pi - acos(rho))) / (2 * pi)


def identity(lhs: Any, rhs: Any, domain: Any) -> Identity:
    """The claim lhs = rhs."""
    return Identity(**BASE, lhs=lhs, rhs=rhs, domain=domain)


def leaked() -> Identity:
    """What SymPy 1.14 makes of an iterated integral of ReLUs still depends on the variable of integration."""
    inner = sympy.Integral(sympy.Piecewise((0, x + y <= 0), (x, True)) * sympy.exp(-(y**2)), (y, -oo, oo))
    outer = sympy.Piecewise((0, x <= 0), (inner * sympy.exp(-(x**2) / 2), True))
    return identity(sympy.integrate(outer, (x, -oo, oo)), Rational(1, 2), {t: Interval(0, 1)})


TRAPS = (
    Trap(
        name="a variable of integration survives a definite integral",
        contract=Contract.RAISES,
        run=leaked,
        error=MalformedClaim,
    ),
    Trap(
        name="integrate(|sin cos|) over a period is 1, not 2",
        contract=Contract.REFUTES,
        run=lambda: identity(
            sympy.Integral(sympy.Abs(sympy.sin(t) * sympy.cos(t)), (t, 0, 2 * pi)),
            sympy.Integer(1),
            {x: Interval(0, 1)},
        ),
    ),
    Trap(
        name="integrate(|sin cos|) over a period is 2, however integrate() sees it",
        contract=Contract.HOLDS,
        run=lambda: identity(
            sympy.Integral(sympy.Abs(sympy.sin(t) * sympy.cos(t)), (t, 0, pi / 2)), Rational(1, 2), {x: Interval(0, 1)}
        ),
    ),
    Trap(
        name="sqrt(2-x) sqrt(1/(2-x)) simplifies to -1",
        contract=Contract.REFUTES,
        run=lambda: identity(sqrt(2 - x) * sqrt(1 / (2 - x)), sympy.Integer(-1), UNIT),
    ),
    Trap(
        name="sqrt(2-x) sqrt(1/(2-x)) is 1",
        contract=Contract.HOLDS,
        run=lambda: identity(sqrt(2 - x) * sqrt(1 / (2 - x)), sympy.Integer(1), UNIT),
    ),
    Trap(name="sqrt(x^2) becomes x", contract=Contract.REFUTES, run=lambda: identity(sqrt(x**2), x, ALL)),
    Trap(name="sqrt(x^2) is x where x is positive", contract=Contract.HOLDS, run=lambda: identity(sqrt(x**2), x, UNIT)),
    Trap(
        name="log(x y) = log x + log y where both are negative",
        contract=Contract.REFUSES,
        run=lambda: identity(log(x * y), log(x) + log(y), {x: Interval(-2, -1), y: Interval(-2, -1)}),
    ),
    Trap(
        name="acos(cos x) becomes x",
        contract=Contract.REFUTES,
        run=lambda: identity(acos(sympy.cos(x)), x, {x: Interval(0, 4)}),
    ),
    Trap(
        name="a float literal claims another number",
        contract=Contract.RAISES,
        run=lambda: identity(x, 0.1 * x, UNIT),
        error=MalformedClaim,
        says="Rational",
    ),
    Trap(
        name="the arc-cosine kernel without its factor, checked at rho = 0 only",
        contract=Contract.REFUTES,
        run=lambda: identity(KAPPA, (1 + rho * pi / 2) / (2 * pi), {rho: Interval(-1, 1)}),
    ),
    Trap(
        name="a wrong coefficient that vanishes at rho = 0, 1 and -1",
        contract=Contract.REFUTES,
        run=lambda: identity(KAPPA, KAPPA + rho * (1 - rho**2) / 10**9, {rho: Interval(-1, 1)}),
    ),
    Trap(
        name="a relative error of 1e-12 in a constant",
        contract=Contract.REFUTES,
        run=lambda: identity(KAPPA, KAPPA * (1 + Rational(1, 10**12)), {rho: Interval(-1, 1)}),
    ),
    Trap(
        name="an error far out on an unbounded domain",
        contract=Contract.REFUSES,
        run=lambda: identity(sympy.Max(x, 10**6), sympy.Integer(10**6), {x: Interval(0, oo)}),
    ),
    Trap(
        name="two sides that are both undefined everywhere agree",
        contract=Contract.REFUSES,
        run=lambda: identity(log(-1 - x**2), log(-1 - x**2) + 1, ALL),
    ),
    Trap(
        name="an identity of integers is tried at fractions",
        contract=Contract.HOLDS,
        run=lambda: identity(sympy.cos(pi * n) ** 2, sympy.Integer(1), {n: Interval(0, 50)}),
    ),
)
