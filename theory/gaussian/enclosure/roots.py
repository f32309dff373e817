"""All real roots of an expression in z, isolated with proof."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy
from flint import arb, ctx, fmpq

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...balls.tape import Tape
from ...errors import NotEnclosed, OutsideDomain
from ...symbols import z
from .far import derive_germ
from .germ import HalfStrip

_BITS = 128
_STARTS = (4, 8, 16, 32, 64)
_CELLS = 4000
_OFFSET = Fraction(1, 1009)
"""Bisection points are kept off the round numbers at which roots like to lie."""


@final
@dataclass(frozen=True)
class Root:
    """A simple real root: an exact number, or the only root of `function` between two rationals.

    Args:
        exact: a SymPy number, or None. function: what vanishes. low, high: rationals around it.
    """

    exact: sympy.Expr | None
    function: sympy.Expr = sympy.S.Zero
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)

    def ball(self) -> arb:
        """The root at the current precision."""
        if self.exact is not None:
            value: arb = Compiler((), REALS).compile(self.exact).run(())
            if not value.is_finite():
                raise NotEnclosed(f"the kink at {self.exact} has no finite enclosure; simplify the expression")
            return value
        tape = Compiler((z,), REALS).compile(self.function)
        low, high = arb(_fmpq(self.low)), arb(_fmpq(self.high))
        rising = bool(tape.run([high]) > 0)
        for _ in range(ctx.prec + 8):
            middle = arb(((low + high) / 2).mid())
            value = tape.run([middle])
            if not (value > 0 or value < 0):
                break
            low, high = (low, middle) if bool(value > 0) is rising else (middle, high)
        return low.union(high)


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def isolate_roots(expression: sympy.Expr) -> tuple[Root, ...]:
    """All real roots at which an expression may change its sign, in no particular order.

    Args:
        expression: in `theory.symbols.z`, free of case distinctions.

    Returns:
        The roots: exact ones of polynomials of degree 1 and 2 and of rational polynomials; otherwise found by
        bisection, complete because the rest of the line is covered by balls that avoid 0 and far out by `derive_germ`.

    Raises:
        NotEnclosed: if a root is multiple, accumulates, or cannot be separated from 0.

    Source: derived here.
    """
    if z not in expression.free_symbols:
        return ()
    if expression.is_polynomial(z):
        exact = _polynomial_roots(sympy.Poly(expression, z))
        if exact is not None:
            return tuple(Root(value) for value in exact)
    with ctx.workprec(_BITS):
        return _bisect(expression, _reach(expression))


def _polynomial_roots(polynomial: sympy.Poly) -> tuple[sympy.Expr, ...] | None:
    leading, *others = polynomial.all_coeffs()
    if len(others) == 1:
        return (-others[0] / leading,)
    if len(others) == 2:
        discriminant = others[0] ** 2 - 4 * leading * others[1]
        sign = _sign(Compiler((), REALS).compile(discriminant))
        if sign < 0 and _sign(Compiler((), REALS).compile(leading)):
            return ()
        if sign > 0:
            root = sympy.sqrt(discriminant)
            return ((-others[0] - root) / (2 * leading), (-others[0] + root) / (2 * leading))
    if all(coefficient.is_Rational for coefficient in polynomial.all_coeffs()):
        roots = set(polynomial.real_roots())
        return tuple(roots) if not any(root.has(sympy.CRootOf) for root in roots) else None
    return None


def _reach(expression: sympy.Expr) -> int:
    for start in _STARTS:
        try:
            for side in (1, -1):
                derive_germ(expression, HalfStrip(side, arb(start), arb(0))).away_from_zero()
            return start
        except (NotEnclosed, OutsideDomain):
            continue
    raise NotEnclosed(f"the sign of {expression} far out is not decided; write its kinks at roots of polynomials")


def _bisect(expression: sympy.Expr, reach: int) -> tuple[Root, ...]:
    value = Compiler((z,), REALS).compile(expression)
    slope = Compiler((z,), REALS).compile(sympy.diff(expression, z))
    pending = [(-reach - _OFFSET, reach + _OFFSET / 2)]
    found: list[Root] = []
    for _ in range(_CELLS):
        if not pending:
            return tuple(found)
        low, high = pending.pop()
        cell = arb(_fmpq(low)).union(arb(_fmpq(high)))
        if _sign(value, cell):
            continue
        if _sign(slope, cell):
            ends = [_sign(value, arb(_fmpq(end))) for end in (low, high)]
            if 0 in ends:
                raise NotEnclosed(f"a root of {expression} lies on a point of bisection; shift the function slightly")
            if ends[0] != ends[1]:
                found.append(_named(expression, low, high))
            continue
        middle = (low + high) / 2
        pending += [(low, middle), (middle, high)]
    raise NotEnclosed(f"the roots of {expression} are not simple or too many; write its kinks at simple roots")


def _sign(tape: Tape, *ball: arb) -> int:
    """The certain sign of a function on a ball, or of a number; 0 if there is none."""
    try:
        value = tape.run(ball)
    except OutsideDomain:
        return 0
    return 1 if value > 0 else (-1 if value < 0 else 0)


def _named(expression: sympy.Expr, low: Fraction, high: Fraction) -> Root:
    """The root, as an integer if that is one exactly."""
    root = Root(None, expression, low, high)
    nearest = sympy.Integer(round(float(root.ball().mid())))
    if low < int(nearest) < high and expression.subs(z, nearest) == 0:
        return Root(nearest)
    return root
