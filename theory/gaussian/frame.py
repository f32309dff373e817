"""The field of rational functions in which Gaussian expectations are computed, and signs on its domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import sympy
from sympy.polys.fields import FracField

from ..errors import OutsideDomain
from ..symbols import a, b, c

Element: TypeAlias = Any
"""A rational function: an element of `Frame.field`. SymPy has no static type for it."""
Polynomial: TypeAlias = Any
"""A numerator or denominator of an `Element`."""

_GAP = sympy.Dummy("gap", positive=True)


@final
@dataclass(frozen=True)
class Frame:
    """QQ(a, b, c, scales): variances a, b > 0, a covariance c with c^2 < a b, and positive scales.

    Args:
        scales: stand-in symbol -> the positive expression it stands for (irrational gate noises and exponents).

    Source: derived here (every entry of a conditional covariance is rational in a, b, c and the scales).
    """

    scales: Mapping[sympy.Symbol, sympy.Expr]

    @classmethod
    def of(cls, parameters: Iterable[sympy.Expr]) -> Frame:
        """The frame that holds the given noises and exponents."""
        irrational = {abs(value) for value in parameters if not value.is_Rational}
        ordered = sorted(irrational, key=sympy.default_sort_key)
        return cls({sympy.Dummy(f"scale{index}", positive=True): value for index, value in enumerate(ordered)})

    @property
    def field(self) -> FracField:
        """The field itself; equal frames give the same one."""
        return FracField((a, b, c, *self.scales), sympy.QQ)

    @property
    def variances(self) -> tuple[Element, Element, Element]:
        """The generators a, b, c."""
        first, second, mixed, *_ = self.field.gens
        return first, second, mixed

    def element(self, value: sympy.Expr) -> Element:
        """A noise or an exponent as an element of the field.

        Raises:
            OutsideDomain: if the sign of an irrational value is not known.
        """
        if value.is_Rational:
            return self.field.from_expr(value)
        if not (value.is_positive or value.is_negative):
            raise OutsideDomain(f"the sign of {value} must be known; give its symbols positive=True or negative=True")
        symbol = next(symbol for symbol, scale in self.scales.items() if scale == abs(value))
        return self.field.from_expr(symbol if value.is_positive else -symbol)

    def rational(self, number: Element) -> sympy.Rational:
        """A coefficient of a polynomial as a SymPy number."""
        return self.field.domain.to_sympy(number)

    def expression(self, element: Element) -> sympy.Expr:
        """An element or polynomial as a SymPy expression."""
        return element.as_expr().xreplace(dict(self.scales))


def is_positive_on_domain(polynomial: Polynomial) -> bool:
    """Whether a polynomial is proved positive where a, b, ab - c^2 and all scales are positive.

    With b = (c^2 + gap) / a the domain is a product of half-lines and a line; there it suffices that no coefficient
    is negative and that c enters with even powers only. A False says nothing.

    Source: derived here.
    """
    others = [symbol for symbol in polynomial.ring.symbols if symbol not in (a, b, c)]
    numerator, _ = sympy.fraction(sympy.together(polynomial.as_expr().subs(b, (c**2 + _GAP) / a)))
    monomials = sympy.Poly(numerator, c, a, _GAP, *others).terms()
    return all(value > 0 and powers[0] % 2 == 0 for powers, value in monomials)
