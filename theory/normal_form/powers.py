"""Roots, absolute values and logarithms of quotients of polynomials, split into factors of certain sign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import sympy

from .signs import HALF_LINE, LINE, Sign
from .tower import Tower


@final
@dataclass(frozen=True)
class Factors:
    """constant * product of signed**k * product of unsigned**k; the constant and the signed ones are positive or 0.

    `negative` says whether the whole carries a minus sign.
    """

    negative: bool
    constant: sympy.Rational
    signed: tuple[tuple[sympy.Expr, int], ...]
    unsigned: tuple[tuple[sympy.Expr, int], ...]


@final
class Powers:
    """Root, absolute-value and logarithm generators over a tower."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower
        self._roots: dict[tuple[sympy.Expr, int], sympy.Symbol] = {}
        self._moduli: dict[sympy.Expr, sympy.Symbol] = {}
        self._logarithms: dict[sympy.Expr, sympy.Symbol] = {}
        self.exponents: dict[sympy.Symbol, sympy.Expr] = {}

    def factor(self, value: sympy.Expr) -> Factors:
        """Irreducible factors over the rationals, generators counting as variables, sorted by certain sign."""
        constant, negative = sympy.Integer(1), False
        signed: list[tuple[sympy.Expr, int]] = []
        unsigned: list[tuple[sympy.Expr, int]] = []
        for side, part in zip((1, -1), self.tower.fraction(self.tower.normal(value)), strict=True):
            content, factors = sympy.factor_list(part)
            constant *= content**side
            for base, multiplicity in factors:
                sign = self.tower.sign(base)
                if sign in (Sign.NEGATIVE, Sign.NONPOSITIVE):
                    negative ^= bool(multiplicity % 2)
                    base = sympy.expand(-base)
                (unsigned if sign is Sign.UNKNOWN else signed).append((base, side * multiplicity))
        if constant < 0:
            constant, negative = -constant, not negative
        return Factors(negative, constant, tuple(signed), tuple(unsigned))

    def root(self, value: sympy.Expr, degree: int) -> sympy.Expr | None:
        """The nonnegative root of `value`, real wherever the principal root is; None if the signs do not allow it."""
        parts = self.factor(value)
        if degree > 2 and (parts.unsigned or parts.negative):
            return None
        result = self._constant_root(parts.constant, degree)
        for base, multiplicity in parts.signed:
            result *= self._factor_root(base, multiplicity, degree)
        group = sympy.Integer(-1 if parts.negative else 1)
        for base, multiplicity in parts.unsigned:
            result *= self.modulus(base) ** ((multiplicity - multiplicity % 2) // 2)
            group *= base ** (multiplicity % 2)
        if group == -1:
            return None
        return result if group == 1 else result * self._adjoin_root(sympy.expand(group), degree)

    def _constant_root(self, constant: sympy.Rational, degree: int) -> sympy.Expr:
        result = sympy.Integer(1)
        for number, side in ((constant.p, 1), (constant.q, -1)):
            for prime, multiplicity in sympy.factorint(number).items():
                result *= self._factor_root(sympy.Integer(prime), side * multiplicity, degree)
        return result

    def _factor_root(self, base: sympy.Expr, multiplicity: int, degree: int) -> sympy.Expr:
        whole, rest = divmod(multiplicity, degree)
        if not rest:
            return base**whole
        shared = math.gcd(rest, degree)
        return base**whole * self._adjoin_root(base, degree // shared) ** (rest // shared)

    def _adjoin_root(self, base: sympy.Expr, degree: int) -> sympy.Symbol:
        key = (base, degree)
        if key not in self._roots:
            meaning = sympy.root(base, degree)
            self._roots[key] = self.tower.adjoin(meaning, HALF_LINE, degree, base)
        return self._roots[key]

    def modulus(self, base: sympy.Expr) -> sympy.Expr:
        """|base| of a polynomial."""
        sign = self.tower.sign(base)
        if sign is not Sign.UNKNOWN:
            return base if sign in (Sign.POSITIVE, Sign.NONNEGATIVE) else -base
        opposite = sympy.expand(-base)
        key = opposite if opposite in self._moduli else base
        if key not in self._moduli:
            self._moduli[key] = self.tower.adjoin(sympy.Abs(key), HALF_LINE, 2, sympy.expand(key**2))
        return self._moduli[key]

    def absolute(self, value: sympy.Expr) -> sympy.Expr:
        """|value| of a quotient of polynomials."""
        parts = self.factor(value)
        result: sympy.Expr = parts.constant
        for base, multiplicity in parts.signed:
            result *= base**multiplicity
        for base, multiplicity in parts.unsigned:
            result *= self.modulus(base) ** multiplicity
        return result

    def logarithm(self, value: sympy.Expr) -> sympy.Expr | None:
        """log(value) as a sum over the factors, real wherever log(value) is; None if the sign does not allow it."""
        parts = self.factor(value)
        result = sympy.Integer(0)
        for number, side in ((parts.constant.p, 1), (parts.constant.q, -1)):
            for prime, multiplicity in sympy.factorint(number).items():
                result += side * multiplicity * self._adjoin_logarithm(sympy.Integer(prime))
        for base, multiplicity in parts.signed:
            result += multiplicity * self._adjoin_logarithm(base)
        group = sympy.Integer(-1 if parts.negative else 1)
        for base, multiplicity in parts.unsigned:
            result += (multiplicity - multiplicity % 2) * self._adjoin_logarithm(self.modulus(base))
            group *= base ** (multiplicity % 2)
        if group == -1:
            return None
        return result if group == 1 else result + self._adjoin_logarithm(sympy.expand(group))

    def _adjoin_logarithm(self, base: sympy.Expr) -> sympy.Expr:
        if base in self.exponents:
            return self.exponents[base]
        for generator in self.tower.generators:
            if generator.symbol == base and generator.power is not None and base not in self._moduli.values():
                inner = self.logarithm(generator.power)
                if inner is not None:
                    return inner / generator.degree
        for known, symbol in self._logarithms.items():
            if self.tower.is_zero(known - base):
                return symbol
            if self.tower.is_zero(known * base - 1):
                return -symbol
        self._logarithms[base] = self.tower.adjoin(sympy.log(base), LINE)
        return self._logarithms[base]

    def base_of_logarithm(self, symbol: sympy.Expr) -> sympy.Expr | None:
        """The base whose logarithm the generator is, if it is one."""
        return next((base for base, own in self._logarithms.items() if own == symbol), None)
