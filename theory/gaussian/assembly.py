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
from .weight import Weight

Generator: TypeAlias = tuple[sympy.Expr, tuple[Polynomial, ...], Element, sympy.Expr]
"""(number or parameter, factors under an inverse root, exponent, function or 1): what stands next to a coefficient."""


@final
@dataclass(frozen=True)
class Assembly:
    """A sum of coefficient * number / sqrt(factors) * exp(exponent) * function, like summands collected.

    Coefficients are rational. Of complex summands the real parts are kept, for the whole is real.

    Source: derived here.
    """

    frame: Frame
    _sum: dict[Generator, Element] = field(default_factory=dict, repr=False)

    def add(
        self, moments: Mapping[frozenset[int], Mapping[sympy.Expr, Element]], laws: SteinReduction, weight: Weight
    ) -> None:
        """Add determinant^(-1/2) exp(X) * sum over held gates S of coefficient * density(g_S = 0) * P(others open).

        Args:
            moments: held gates -> constant -> coefficient; the constants are free of a, b, c.
            laws: the reduction that the moments come from. weight: the absorbed weight.
        """
        for given, coefficients in moments.items():
            law = laws.law(given)
            rest = sorted(laws.gates - given)
            root = invert_root(self.frame, weight.determinant * law.determinant)
            density = root.constant / sympy.sqrt(2 * sympy.pi) ** len(given)
            reduced = [[law.covariance[i][j] for j in rest] for i in rest]
            for number, function in orthant(self.frame, reduced, [law.mean[i] for i in rest]):
                for constant, coefficient in coefficients.items():
                    factor = density * number * constant
                    self._put_complex(
                        factor, root.factors, weight.exponent + law.exponent, function, coefficient * root.rational
                    )

    def _put_complex(
        self,
        number: sympy.Expr,
        factors: tuple[Polynomial, ...],
        exponent: Element,
        function: sympy.Expr,
        coefficient: Element,
    ) -> None:
        number, shift = _split_exponential(number)
        if not self.frame.is_complex:
            self._put(number, factors, exponent + self.frame.element(shift), function, coefficient)
            return
        real, imaginary = self.frame.parts(exponent + self.frame.element(shift))
        phase = self._exponent(imaginary) if imaginary else sympy.S.Zero
        cosine, sine = sympy.cos(phase), sympy.sin(phase)
        (p, q), (x, y) = sympy.expand(number, complex=True).as_real_imag(), self.frame.parts(coefficient)
        for constant, value, wave in ((p, x, cosine), (-q, y, cosine), (-q, x, sine), (-p, y, sine)):
            if value and constant != 0 and wave != 0:
                sign, wave = wave.as_coeff_Mul()
                self._put(constant * sign, factors, real, function * wave, value)

    def _put(
        self,
        number: sympy.Expr,
        factors: tuple[Polynomial, ...],
        exponent: Element,
        function: sympy.Expr,
        coefficient: Element,
    ) -> None:
        for part in sympy.Add.make_args(sympy.expand(number)):
            rational, generator = part.as_coeff_Mul(rational=True)
            key = (generator, factors, exponent, function)
            total = self._sum.get(key, self.frame.field.zero) + coefficient * self.frame.element(rational)
            self._sum[key] = total

    def expression(self) -> sympy.Expr:
        """The sum as a SymPy expression in a, b, c."""
        summands: dict[tuple[Element, tuple[Polynomial, ...], Element, sympy.Expr], sympy.Expr] = {}
        for (number, factors, exponent, function), coefficient in self._sum.items():
            if coefficient:
                content, primitive = self._split(coefficient)
                key = (primitive, factors, exponent, function)
                summands[key] = summands.get(key, sympy.S.Zero) + content * number
        return sympy.Add(*(sympy.factor(number) * self._print(*key) for key, number in summands.items()))

    def _split(self, coefficient: Element) -> tuple[sympy.Rational, Element]:
        content = self.frame.rational(coefficient.numer.content()) / self.frame.rational(coefficient.denom.content())
        return content, coefficient / self.frame.element(content)

    def _print(
        self, coefficient: Element, factors: tuple[Polynomial, ...], exponent: Element, function: sympy.Expr
    ) -> sympy.Expr:
        roots = []
        for factor in factors:
            divides = not coefficient.numer.rem(factor)
            coefficient = coefficient / self.frame.field(factor) if divides else coefficient
            roots.append(arrange(factor, self.frame) ** sympy.Rational(1 if divides else -1, 2))
        wave = sympy.exp(self._exponent(exponent)) if exponent else sympy.S.One
        return sympy.Mul(self._ratio(coefficient), *roots, wave, function)

    def _exponent(self, exponent: Element) -> sympy.Expr:
        if exponent.denom.is_ground:
            return sympy.expand(self.frame.expression(exponent))
        return self._ratio(exponent)

    def _ratio(self, coefficient: Element) -> sympy.Expr:
        return self._product(coefficient.numer) / self._product(coefficient.denom)

    def _product(self, polynomial: Polynomial) -> sympy.Expr:
        content, pairs = polynomial.factor_list()
        powers = (arrange(factor, self.frame) ** exponent for factor, exponent in pairs)
        return sympy.Mul(self.frame.rational(content), *powers)


def _split_exponential(number: sympy.Expr) -> tuple[sympy.Expr, sympy.Rational]:
    """A number as number * exp(rational), so that equal exponentials meet."""
    kept, shift = [], sympy.S.Zero
    for factor in sympy.Mul.make_args(number):
        if isinstance(factor, sympy.exp) and factor.args[0].is_Rational:
            shift = shift + factor.args[0]
        else:
            kept.append(factor)
    return sympy.Mul(*kept), shift
