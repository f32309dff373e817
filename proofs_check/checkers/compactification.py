"""Boxes with infinite sides, mapped to bounded ones: x = t/(1 - t^2) on the line, low + t/(1 - t) on a half-line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy

from theory.normal_form.signs import range_of

from .points import Point, lies_in


@final
@dataclass(frozen=True)
class Bounded:
    """A function on a bounded box, with the way back to the claim's own variables.

    Args:
        expression: the function in the new variables, up to a positive factor. symbols: these, in order.
        box: their ranges, rational, rounded outward. domain: the claim's domain.
        back: the claim's symbol -> its value in the new variables.
        words: the substitutions made, empty if none.
    """

    expression: sympy.Expr
    symbols: tuple[sympy.Symbol, ...]
    box: tuple[tuple[Fraction, Fraction], ...]
    back: Mapping[sympy.Symbol, sympy.Expr]
    domain: Mapping[sympy.Symbol, sympy.Interval]
    words: tuple[str, ...]

    def point(self, place: tuple[Fraction, ...]) -> Point | None:
        """The point of the claim's box at `place`; None if it lies at infinity or beyond an end."""
        exact = {
            symbol: sympy.Rational(value.numerator, value.denominator)
            for symbol, value in zip(self.symbols, place, strict=True)
        }
        found: Point = {}
        for symbol, value in self.back.items():
            number = value.xreplace(exact)
            if not isinstance(number, sympy.Rational):
                return None
            found[symbol] = Fraction(int(number.p), int(number.q))
        return found if lies_in(found, self.domain) else None


def compactify(expression: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Bounded:
    """Replace every infinite side by a bounded one; a rational function is freed of positive denominators."""
    box: list[tuple[Fraction, Fraction]] = []
    back: dict[sympy.Symbol, sympy.Expr] = {}
    words: list[str] = []
    symbols: list[sympy.Symbol] = []
    for symbol, interval in domain.items():
        new, value, ends = _side(symbol, interval)
        box.append(ends)
        back[symbol] = value
        symbols.append(new)
        if new != symbol:
            words.append(f"{symbol} = {value}")
    moved = expression.xreplace(back)
    if words:
        moved = _cleared(moved, [symbol for symbol in symbols if symbol not in domain])
    return Bounded(moved, tuple(symbols), tuple(box), back, domain, tuple(words))


def _side(symbol: sympy.Symbol, interval: sympy.Interval) -> tuple[sympy.Symbol, sympy.Expr, tuple[Fraction, Fraction]]:
    bounds = range_of(interval)
    if bounds.low is not None and bounds.high is not None:
        return symbol, symbol, (bounds.low, bounds.high)
    new = sympy.Symbol(f"t_{symbol.name}", real=True)
    if bounds.low is not None:
        low = sympy.Rational(bounds.low.numerator, bounds.low.denominator)
        return new, low + new / (1 - new), (Fraction(0), Fraction(1))
    if bounds.high is not None:
        high = sympy.Rational(bounds.high.numerator, bounds.high.denominator)
        return new, high - new / (1 - new), (Fraction(0), Fraction(1))
    return new, new / (1 - new**2), (Fraction(-1), Fraction(1))


def _cleared(expression: sympy.Expr, new: list[sympy.Symbol]) -> sympy.Expr:
    """Numerator over what is left of the denominator without the factors 1 - t, 1 + t and squares, all positive."""
    if not expression.is_rational_function(*expression.free_symbols):
        return expression
    numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(expression)))
    constant, factors = sympy.factor_list(denominator)
    rest = constant
    for factor, multiplicity in factors:
        if factor in [symbol - 1 for symbol in new]:
            rest *= (-1) ** multiplicity
        elif factor not in [symbol + 1 for symbol in new]:
            rest *= factor ** (multiplicity % 2)
    return numerator / rest
