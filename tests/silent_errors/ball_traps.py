"""Traps of ball arithmetic and rigorous integration."""

from __future__ import annotations

from fractions import Fraction

import sympy
from flint import acb, arb

from theory.balls import compile_balls
from theory.errors import InvalidArgument, OutsideDomain, TheoryError, UnknownFunction
from theory.gaussian.enclosure import enclose_expectation, enclose_mean
from theory.symbols import z

from .trap import Contract, Trap

x, y, t = sympy.symbols("x y t", real=True)
RELU = sympy.Max(z, 0)


def value(expression: sympy.Expr, digits: int = 15, **point: int | Fraction) -> arb:
    """The expression at an exact point."""
    symbols = tuple(sorted(expression.free_symbols, key=str))
    return compile_balls(expression, symbols).at({name: Fraction(number) for name, number in point.items()}, digits)


def over(expression: sympy.Expr, low: Fraction, high: Fraction) -> arb:
    """The enclosure over an interval of x."""
    return compile_balls(expression, (x,)).over([(low, high)], 64)


def kinked_integral() -> arb:
    """The integral of |t - 1/3| over [0, 1], whose integrand is analytic nowhere around its kink."""
    return value(sympy.Integral(sympy.Abs(t - sympy.Rational(1, 3)), (t, 0, 1)))


def rooted_integral() -> arb:
    """The integral of sqrt(t) over [0, 1], with a branch cut through the end."""
    return value(sympy.Integral(sympy.sqrt(t), (t, 0, 1)))


def split_integral() -> arb:
    """The integral of a Piecewise over its jump."""
    step = sympy.Piecewise((0, t < sympy.Rational(1, 3)), (1, True))
    return value(sympy.Integral(step, (t, 0, 1)), digits=8)


def sure_of(ball: arb, low: int, high: int) -> bool:
    """True if the ball covers [low, high]: an enclosure of a jump or a maximum must keep both branches."""
    return bool(ball.contains(arb(low)) and ball.contains(arb(high)))


TRAPS = (
    Trap(
        name="acb.integral without the analytic flag on |t - 1/3| gives 0.288675 instead of 5/18",
        contract=Contract.RIGHT_VALUE,
        run=kinked_integral,
        truth=Fraction(5, 18),
    ),
    Trap(
        name="acb.integral without the analytic flag on sqrt crosses the branch cut",
        contract=Contract.RIGHT_VALUE,
        run=rooted_integral,
        truth=Fraction(2, 3),
    ),
    Trap(
        name="an integrand that branches on a ball takes one side of a jump",
        contract=Contract.RIGHT_VALUE,
        run=split_integral,
        truth=Fraction(2, 3),
    ),
    Trap(
        name="E[relu(u)^2] by code that asks `if u > 0` on a ball is 0",
        contract=Contract.RIGHT_VALUE,
        run=lambda: enclose_mean(RELU**2, variance=2, digits=15),
        truth=Fraction(1),
    ),
    Trap(
        name="E[relu(u) relu(v)] of equal variables over two half-lines",
        contract=Contract.RIGHT_VALUE,
        run=lambda: enclose_expectation(RELU, RELU, variances=(2, 2), covariance=2, digits=15),
        truth=Fraction(1),
    ),
    Trap(
        name="infinite tails cut off at some number of standard deviations: E[u^20]",
        contract=Contract.RIGHT_VALUE,
        run=lambda: enclose_mean(z**20, variance=1, digits=20),
        truth=Fraction(654729075),
    ),
    Trap(
        name="infinite tails cut off: E[exp(3u)] has its mass three deviations out",
        contract=Contract.RIGHT_VALUE,
        run=lambda: enclose_mean(sympy.exp(3 * z), variance=4, digits=20),
        truth=lambda: arb(18).exp(),
    ),
    Trap(
        name="an expectation that does not exist, E[exp(u^2)], comes out as a number",
        contract=Contract.RAISES,
        run=lambda: enclose_mean(sympy.exp(z**2), variance=1, digits=10),
        error=TheoryError,
    ),
    Trap(
        name="a maximum over a wide ball drops one branch",
        contract=Contract.RIGHT_VALUE,
        run=lambda: arb(0 if sure_of(over(sympy.Max(x, 0), Fraction(-1), Fraction(1)), 0, 1) else 1),
        truth=Fraction(0),
    ),
    Trap(
        name="a sign over a wide ball is decided by its middle",
        contract=Contract.RIGHT_VALUE,
        run=lambda: arb(0 if sure_of(over(sympy.sign(x), Fraction(-1, 10), Fraction(1)), -1, 1) else 1),
        truth=Fraction(0),
    ),
    Trap(
        name="the logarithm of a negative number is nan, and nan violates nothing",
        contract=Contract.RAISES,
        run=lambda: value(sympy.log(x), x=-1),
        error=OutsideDomain,
    ),
    Trap(
        name="acos at 1 is nan where the ball leaks past its domain",
        contract=Contract.RIGHT_VALUE,
        run=lambda: value(sympy.acos(sympy.cos(x) ** 2 + sympy.sin(x) ** 2), digits=5, x=1),
        truth=Fraction(0),
    ),
    Trap(
        name="sqrt at 0 is nan where the ball leaks past its domain",
        contract=Contract.RIGHT_VALUE,
        run=lambda: value(sympy.sqrt(sympy.sqrt(x) ** 4 - x**2), digits=10, x=Fraction(1, 3)),
        truth=Fraction(0),
    ),
    Trap(
        name="acos past 1 returns the clamped value",
        contract=Contract.RAISES,
        run=lambda: value(sympy.acos(x), x=Fraction(1001, 1000)),
        error=OutsideDomain,
    ),
    Trap(
        name="a float literal enters a certified value",
        contract=Contract.RAISES,
        run=lambda: compile_balls(x * sympy.Float(0.1), (x,)),
        error=UnknownFunction,
    ),
    Trap(
        name="a float stands for an exact coordinate",
        contract=Contract.RAISES,
        run=lambda: compile_balls(x, (x,)).at({"x": 0.1}, 10),  # type: ignore[dict-item]
        error=InvalidArgument,
        says="float",
    ),
    Trap(
        name="an unevaluated SymPy function of the user is called on balls",
        contract=Contract.RAISES,
        run=lambda: compile_balls(sympy.Function("f")(x), (x,)),
        error=UnknownFunction,
    ),
    Trap(
        name="a root of a negative ball is taken for the principal one",
        contract=Contract.RAISES,
        run=lambda: value((x) ** sympy.Rational(1, 2), x=-4),
        error=OutsideDomain,
    ),
    Trap(
        name="the peak of a narrow integrand falls between the nodes",
        contract=Contract.RIGHT_VALUE,
        run=lambda: value(
            sympy.Integral(sympy.exp(-((1000 * (t - sympy.Rational(617, 1000))) ** 2)), (t, 0, 1)), digits=12
        ),
        truth=lambda: acb.pi().sqrt().real / 1000,
    ),
)
