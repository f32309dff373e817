"""A search, independent of the checkers, for a point at which a mutated formula is false. It decides what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath
import sympy

from ..checkers.points import Point, as_strings, lies_in, spread_points
from ..checkers.recheck import SecondLook, look_again
from ..claims import Identity, Inequality

if TYPE_CHECKING:
    from ..checkers.context import CheckContext

POINTS = 24
"""Points tried; a tenth where an integral must be evaluated at each."""
_LEAST = mpmath.mpf(10) ** -20
"""Relative difference of the sides below which rounding is suspected, at the 50 digits of the second evaluation."""


def find_witness(claim: Identity | Inequality, context: CheckContext) -> str:
    """A point of the domain at which the claim is false, in words; empty if none was found."""
    lhs, rhs = claim.sides()
    costly = lhs.has(sympy.Integral) or rhs.has(sympy.Integral)
    count = POINTS // 10 if costly else POINTS
    slack = sympy.Integer(0) if isinstance(claim, Identity) else sympy.Rational(claim.slack)
    tried: list[Point] = []
    for point in spread_points(claim.domain, count, context.rng("witness"), lambda: len(tried)):
        tried.append(point)
        if costly and len(tried) > count:
            break
        if (
            _is_generic(point, claim)
            and lies_in(point, claim.domain)
            and _is_false(claim, look_again(lhs, rhs, point, allowed=slack))
        ):
            return ", ".join(f"{name} = {value}" for name, value in as_strings(point).items()) or "the only point"
    return ""


def _is_generic(point: Point, claim: Identity | Inequality) -> bool:
    """False where a coordinate is 0 or an end of its interval: SymPy passes poles there unseen, as 1/(1/0) = 0."""
    return not any(
        value == 0 or sympy.Rational(value.numerator, value.denominator) in (interval.start, interval.end)
        for interval, value in ((claim.domain[symbol], value) for symbol, value in point.items())
    )


def _is_false(claim: Identity | Inequality, seen: SecondLook) -> bool:
    if seen.gap is None:
        return False
    gap = mpmath.mpf(str(seen.gap))
    size = max(abs(mpmath.mpf(seen.lhs)), abs(mpmath.mpf(seen.rhs)))
    clear = abs(gap) > _LEAST * size
    return bool(clear and (isinstance(claim, Identity) or gap < 0))
