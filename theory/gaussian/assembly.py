"""From coefficients over sets of held gates to one simplified closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, final

import sympy

from .frame import Element, Frame, Polynomial
from .orthants import orthant
from .radicals import arrange, invert_root
from .stein import SteinReduction

Generator: TypeAlias = tuple[sympy.Expr, tuple[Polynomial, ...], sympy.Expr]
"""(number or parameter, factors under an inverse root, angle or 1): what stands next to a rational coefficient."""


@final
@dataclass(frozen=True)
class Assembly:
    """A sum of coefficient * number / sqrt(factors) * angle with rational coefficients, like summands collected.

    Source: derived here.
    """

    frame: Frame
    _sum: dict[Generator, Element] = field(default_factory=dict, repr=False)

    def add(
        self, moments: Mapping[frozenset[int], Mapping[sympy.Expr, Element]], laws: SteinReduction, determinant: Element
    ) -> None:
        """Add determinant^(-1/2) * sum over held gates S of coefficient * density(g_S = 0) * P(the others are open).

        Args:
            moments: held gates -> constant -> coefficient; the constants are free of a, b, c.
            laws: the reduction that the moments come from. determinant: of the absorbed weight.
        """
        for given, coefficients in moments.items():
            law = laws.law(given)
            rest = sorted(laws.gates - given)
            root = invert_root(self.frame, determinant * law.determinant)
            density = root.constant / sympy.sqrt(2 * sympy.pi) ** len(given)
            reduced = [[law.covariance[i][j] for j in rest] for i in rest]
            for number, angle in orthant(self.frame, reduced):
                for constant, coefficient in coefficients.items():
                    self._put(density * number * constant, root.factors, angle, coefficient * root.rational)

    def _put(
        self, number: sympy.Expr, factors: tuple[Polynomial, ...], angle: sympy.Expr, coefficient: Element
    ) -> None:
        rational, generator = number.as_coeff_Mul(rational=True)
        key = (generator, factors, angle)
        zero = self.frame.field.zero
        total = self._sum.get(key, zero) + coefficient * self.frame.element(rational)
        self._sum[key] = total

    def expression(self) -> sympy.Expr:
        """The sum as a SymPy expression in a, b, c."""
        summands: dict[tuple[Element, tuple[Polynomial, ...], sympy.Expr], sympy.Expr] = {}
        for (number, factors, angle), coefficient in self._sum.items():
            if coefficient:
                content, primitive = self._split(coefficient)
                key = (primitive, factors, angle)
                summands[key] = summands.get(key, sympy.S.Zero) + content * number
        return sympy.Add(*(sympy.factor(number) * self._print(*key) for key, number in summands.items()))

    def _split(self, coefficient: Element) -> tuple[sympy.Rational, Element]:
        content = self.frame.rational(coefficient.numer.content()) / self.frame.rational(coefficient.denom.content())
        return content, coefficient / self.frame.element(content)

    def _print(self, coefficient: Element, factors: tuple[Polynomial, ...], angle: sympy.Expr) -> sympy.Expr:
        roots = []
        for factor in factors:
            divides = not coefficient.numer.rem(factor)
            coefficient = coefficient / self.frame.field(factor) if divides else coefficient
            roots.append(arrange(factor, self.frame) ** sympy.Rational(1 if divides else -1, 2))
        return sympy.Mul(self._ratio(coefficient), *roots, angle)

    def _ratio(self, coefficient: Element) -> sympy.Expr:
        return self._product(coefficient.numer) / self._product(coefficient.denom)

    def _product(self, polynomial: Polynomial) -> sympy.Expr:
        content, pairs = polynomial.factor_list()
        powers = (arrange(factor, self.frame) ** exponent for factor, exponent in pairs)
        return sympy.Mul(self.frame.rational(content), *powers)
