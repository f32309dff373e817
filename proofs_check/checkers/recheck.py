"""The second, independent evaluation of an expression: mpmath, sharing no code with the balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import mpmath
import sympy

from .plain_evaluation import evaluate
from .points import Point

DIGITS = 50
_LOST_DIGITS = 15
"""Digits that the second evaluation may lose to cancellation, or to quadrature, before it is said to disagree."""


@final
@dataclass(frozen=True, kw_only=True)
class SecondLook:
    """Both sides in mpmath numbers, as decimal strings. `gap` is rhs - lhs + slack, None where a side is not real."""

    lhs: str
    rhs: str
    gap: sympy.Float | None

    @property
    def resolved(self) -> bool:
        """True if the difference is well above the rounding of the evaluation."""
        if self.gap is None:
            return False
        size = max(abs(mpmath.mpf(self.lhs)), abs(mpmath.mpf(self.rhs)))
        return bool(abs(self.gap) > size * mpmath.mpf(10) ** (_LOST_DIGITS - DIGITS))

    def violates(self, strict: bool) -> bool:
        """True if the gap confirms a violation of lhs <= rhs + slack (lhs < rhs + slack if `strict`)."""
        if self.gap is None:
            return False
        return bool(self.gap < 0 and self.resolved) or (strict and not self.resolved)

    def __str__(self) -> str:
        shown = "not real" if self.gap is None else f"gap = {sympy.N(self.gap, 10)}"
        return f"mpmath at {DIGITS} digits gives lhs = {self.lhs}, rhs = {self.rhs}, {shown}"


def _value(expression: sympy.Expr, point: Mapping[sympy.Symbol, Fraction]) -> sympy.Expr:
    if expression.has(sympy.Integral):
        return _plain_value(expression, point)
    exact = {symbol: sympy.Rational(value.numerator, value.denominator) for symbol, value in point.items()}
    return expression.xreplace(exact).evalf(DIGITS)


def _plain_value(expression: sympy.Expr, point: Mapping[sympy.Symbol, Fraction]) -> sympy.Expr:
    with mpmath.workdps(DIGITS):
        numbers = {symbol: mpmath.mpf(value.numerator) / value.denominator for symbol, value in point.items()}
        value = mpmath.chop(evaluate(expression, numbers))
        return sympy.nan if isinstance(value, mpmath.mpc) else sympy.Float(value, DIGITS)


def look_again(lhs: sympy.Expr, rhs: sympy.Expr, point: Point, allowed: sympy.Expr = sympy.S.Zero) -> SecondLook:
    """Evaluate both sides, and rhs - lhs + allowed, at an exact point."""
    left, right = _value(lhs, point), _value(rhs, point)
    real = all(isinstance(side, (sympy.Float, sympy.Rational)) for side in (left, right))
    gap = _value(rhs - lhs + allowed, point) if real else None
    usable = isinstance(gap, (sympy.Float, sympy.Rational))
    return SecondLook(lhs=str(left), rhs=str(right), gap=sympy.Float(gap, DIGITS) if usable else None)
