"""A tower of generators over the rationals: roots with their power relations, transcendental values without any.

Every relation is true of the numbers that the generators stand for, so a numerator that reduces to 0 proves 0.
The converse is not claimed: a nonzero normal form decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import sympy
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyElement, PolyRing

from ..errors import InvalidArgument, OutsideDomain
from .signs import LINE, Range, Sign, sign_of


@final
@dataclass(frozen=True)
class Generator:
    """One generator: its symbol, what it stands for, and the relation symbol**degree = power, if any."""

    symbol: sympy.Symbol
    meaning: sympy.Expr
    degree: int = 0
    power: sympy.Expr | None = None


@final
class Tower:
    """The generators introduced so far, in order: each relation uses earlier ones only."""

    def __init__(self, ranges: Mapping[sympy.Symbol, Range]) -> None:
        self.ranges: dict[sympy.Symbol, Range] = dict(ranges)
        self.generators: list[Generator] = []
        self.steps: dict[str, None] = {}
        self._base = sorted(ranges, key=str)
        self._signs: dict[sympy.Expr, Sign] = {}
        self._prefix = "g"
        while any(symbol.name.startswith(self._prefix) for symbol in ranges):
            self._prefix += "_"

    def note(self, step: str) -> None:
        """Record a rewriting step for the certificate."""
        self.steps[step] = None

    def adjoin(
        self, meaning: sympy.Expr, bounds: Range = LINE, degree: int = 0, power: sympy.Expr | None = None
    ) -> sympy.Symbol:
        """A new generator that stands for `meaning`, an expression in earlier generators."""
        symbol = sympy.Symbol(f"{self._prefix}{len(self.generators) + 1}", real=True)
        self.generators.append(Generator(symbol, meaning, degree, power))
        self.ranges[symbol] = bounds
        return symbol

    def explain(self, value: sympy.Expr) -> sympy.Expr:
        """`value` with every generator replaced by what it stands for."""
        for generator in reversed(self.generators):
            value = value.xreplace({generator.symbol: generator.meaning})
        return value

    def normal(self, value: sympy.Expr) -> sympy.Expr:
        """Numerator and denominator reduced by the relations, then cancelled."""
        if value.is_Rational or value.is_Symbol:
            return value
        numerator, denominator = self.fraction(value)
        return sympy.cancel(numerator / denominator) if denominator != 1 else numerator

    def fraction(self, value: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        """Reduced numerator and denominator.

        Raises:
            OutsideDomain: if the denominator is 0 everywhere, or the value is infinite.
        """
        if value.has(sympy.zoo, sympy.oo, sympy.nan):
            raise OutsideDomain("a part of the expression is infinite everywhere; remove the division by 0")
        _require_small(value, sympy.Add)
        numerator, denominator = (self.reduce(part) for part in sympy.fraction(sympy.together(value)))
        if denominator == 0:
            raise OutsideDomain(f"{self.explain(value)} has a denominator that is 0 everywhere; remove it")
        return numerator, denominator

    def reduce(self, polynomial: sympy.Expr) -> sympy.Expr:
        """The remainder of a polynomial by the relations, latest generator first."""
        ring = self._ring(polynomial)
        remainder: PolyElement = ring.from_expr(sympy.expand(polynomial))
        relations = [
            ring.from_expr(sympy.expand(generator.symbol**generator.degree - generator.power))
            for generator in reversed(self.generators)
            if generator.power is not None
        ]
        return (remainder.rem(relations) if relations else remainder).as_expr()

    def is_zero(self, value: sympy.Expr) -> bool:
        """True if the numerator reduces to 0: then `value` is 0 wherever it is defined."""
        return bool(self.reduce(sympy.fraction(sympy.together(value))[0]) == 0)

    def sign(self, polynomial: sympy.Expr) -> Sign:
        """The sign of a polynomial in generators, as far as it is certain on the domain."""
        if polynomial not in self._signs:
            self._signs[polynomial] = sign_of(polynomial, self.ranges)
            if self._signs[polynomial] is not Sign.UNKNOWN and not polynomial.is_Rational:
                self.note(f"{self.explain(polynomial)} is {self._signs[polynomial].value} on the domain")
        return self._signs[polynomial]

    def factors(self, value: sympy.Expr) -> list[tuple[sympy.Expr, int]]:
        """Irreducible factors of numerator and denominator, the constant first."""
        _require_small(value)
        found: list[tuple[sympy.Expr, int]] = []
        for side, part in zip((1, -1), self.fraction(self.normal(value)), strict=True):
            constant, factors = sympy.factor_list(part)
            found += [(constant, side), *((factor, side * multiplicity) for factor, multiplicity in factors)]
        return found

    def sign_of_product(self, factors: Sequence[tuple[sympy.Expr, int]]) -> Sign:
        """The certain sign of a product of powers, where it is defined."""
        strict, direction = True, 1
        for factor, multiplicity in factors:
            sign = self.sign(factor)
            strict = strict and (sign in (Sign.POSITIVE, Sign.NEGATIVE) or multiplicity < 0)
            if multiplicity % 2:
                direction *= _DIRECTIONS[sign]
        if not direction:
            return Sign.UNKNOWN
        if strict:
            return Sign.POSITIVE if direction > 0 else Sign.NEGATIVE
        return Sign.NONNEGATIVE if direction > 0 else Sign.NONPOSITIVE

    def is_nonnegative(self, value: sympy.Expr) -> bool:
        """True if a quotient of polynomials is certainly nonnegative where it is defined."""
        return self.sign_of_product(self.factors(value)) in (Sign.POSITIVE, Sign.NONNEGATIVE)

    def _ring(self, polynomial: sympy.Expr) -> PolyRing:
        own = [generator.symbol for generator in reversed(self.generators)]
        others = sorted(polynomial.free_symbols - set(own) - set(self._base), key=str)
        symbols = [*own, *self._base, *others] or [sympy.Symbol(self._prefix)]
        return PolyRing(symbols, sympy.QQ, lex)


_HIGHEST_POWER = 400
"""Polynomials of higher powers, as exp(10^6 x) is one in exp(x/10^6), would take hours to factor."""


def _require_small(value: sympy.Expr, kind: type[sympy.Basic] = sympy.Basic) -> None:
    """Refuse high powers of bases of a kind: of sums before they are expanded, of all before they are factored."""
    for power in value.atoms(sympy.Pow):
        high = power.exp.is_Integer and abs(power.exp) > _HIGHEST_POWER
        if high and isinstance(power.base, kind) and not power.base.is_number:
            raise InvalidArgument(
                f"the power {power.exp} of a part of the expression exceeds {_HIGHEST_POWER}: "
                "it is too large for a normal form; rescale the variables"
            )


_DIRECTIONS = {
    Sign.POSITIVE: 1,
    Sign.NONNEGATIVE: 1,
    Sign.NEGATIVE: -1,
    Sign.NONPOSITIVE: -1,
    Sign.UNKNOWN: 0,
}
