"""Signs of polynomials on boxes, decided exactly: Polya's criterion after a projective change of variables."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy

from ..balls import compile_balls
from ..errors import TheoryError

_PI_BELOW, _PI_ABOVE = Fraction(333, 106), Fraction(22, 7)
_OUTWARD_DIGITS = 20


class Sign(enum.Enum):
    """What is certain about a sign on the whole box."""

    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    NEGATIVE = "negative"
    NONPOSITIVE = "nonpositive"
    UNKNOWN = "unknown"


@final
@dataclass(frozen=True)
class Range:
    """Closed rational interval; None is an infinite end. `nonzero` excludes 0 (as for an exponential)."""

    low: Fraction | None = None
    high: Fraction | None = None
    nonzero: bool = False


LINE = Range()
HALF_LINE = Range(Fraction(0))
POSITIVE_HALF_LINE = Range(Fraction(0), None, nonzero=True)
UNIT = Range(Fraction(-1), Fraction(1))
PI_RANGE = Range(_PI_BELOW, _PI_ABOVE)
ANGLE = Range(Fraction(0), _PI_ABOVE)


def _outward(end: sympy.Expr, upwards: bool) -> Fraction | None:
    if end.is_infinite:
        return None
    if isinstance(end, sympy.Rational):
        return Fraction(int(end.p), int(end.q))
    try:
        ball = compile_balls(end, ()).at({}, _OUTWARD_DIGITS)
    except TheoryError:
        return None
    exact = (ball.upper() if upwards else ball.lower()).fmpq()
    return Fraction(int(exact.p), int(exact.q))


def range_of(interval: sympy.Interval) -> Range:
    """The interval, rounded outward to rational ends.

    Source: derived here.
    """
    return Range(_outward(interval.start, upwards=False), _outward(interval.end, upwards=True))


def sign_of(expression: sympy.Expr, ranges: Mapping[sympy.Symbol, Range]) -> Sign:
    """The sign of a polynomial on a box, as far as the criterion decides it.

    Args:
        expression: a polynomial with rational coefficients. ranges: symbol -> range; others range over the line.

    Returns:
        A certain sign, or UNKNOWN.

    Source: derived here. With t >= 0 and x = (low + high t)/(1 + t), a polynomial whose coefficients in t are all
        nonnegative is nonnegative; it is positive if the monomials at the corners of the box are present as well.
    """
    if expression in ranges and ranges[expression].nonzero:
        return Sign.POSITIVE
    for factor, strict, weak in ((1, Sign.POSITIVE, Sign.NONNEGATIVE), (-1, Sign.NEGATIVE, Sign.NONPOSITIVE)):
        if (found := _is_nonnegative(factor * expression, ranges)) is not None:
            return strict if found else weak
    return Sign.UNKNOWN


def _is_nonnegative(expression: sympy.Expr, ranges: Mapping[sympy.Symbol, Range]) -> bool | None:
    """True if certainly positive, False if certainly nonnegative, None if undecided."""
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols:
        return None if not expression.is_Rational or expression < 0 else bool(expression > 0)
    polynomial, corners = sympy.Poly(expression, *symbols, domain=sympy.QQ), []
    for symbol in symbols:
        polynomial, exponents = _substitute(polynomial, symbol, ranges.get(symbol, LINE))
        corners.append(exponents)
        if not exponents:
            return None
    if any(coefficient < 0 for coefficient in polynomial.coeffs()):
        return None
    present = set(polynomial.monoms())
    return all(corner in present for corner in itertools.product(*corners))


def _substitute(polynomial: sympy.Poly, symbol: sympy.Symbol, bounds: Range) -> tuple[sympy.Poly, tuple[int, ...]]:
    """The polynomial in t >= 0, and the exponents of t at the corners; no exponents if undecided."""
    degree = polynomial.degree(symbol)
    gens = polynomial.gens
    place = gens.index(symbol)
    low, high = (
        None if end is None else sympy.Rational(end.numerator, end.denominator) for end in (bounds.low, bounds.high)
    )
    if low is None and high is None:
        odd = any(monomial[place] % 2 for monomial in polynomial.monoms())
        return polynomial, () if odd else (0,)
    if low is not None and high is not None:
        terms = [
            coefficient.as_expr() * (low + high * symbol) ** power * (1 + symbol) ** (degree - power)
            for power, coefficient in _by_power(polynomial, symbol)
        ]
        return sympy.Poly(sympy.Add(*terms), *gens, domain=sympy.QQ), (0, degree) if degree else (0,)
    moved = low + symbol if low is not None else high - symbol
    return sympy.Poly(polynomial.as_expr().subs(symbol, moved), *gens, domain=sympy.QQ), (0,)


def _rational(end: Fraction | None) -> sympy.Rational | None:
    return None if end is None else sympy.Rational(end.numerator, end.denominator)


def _by_power(polynomial: sympy.Poly, symbol: sympy.Symbol) -> list[tuple[int, sympy.Expr]]:
    univariate = sympy.Poly(polynomial.as_expr(), symbol)
    return [(power, coefficient) for (power,), coefficient in univariate.terms()]
