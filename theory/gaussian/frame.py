"""The field of rational functions in which Gaussian expectations are computed, and signs on its domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
_I = sympy.Dummy("i", real=True)


@final
@dataclass(frozen=True)
class Frame:
    """QQ(a, b, c, scales): variances a, b > 0, a covariance c with c^2 < a b, and real scales.

    Args:
        scales: stand-in symbol -> the real expression it stands for (irrational parameters, means); a stand-in is
            positive where the expression is.
        is_complex: a generator for the imaginary unit is held, and its square replaced by -1 by `parts`.

    Source: derived here (every entry of a conditional covariance is rational in a, b, c and the scales).
    """

    scales: Mapping[sympy.Symbol, sympy.Expr]
    is_complex: bool = False
    _elements: dict[sympy.Expr, Element] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, parameters: Iterable[sympy.Expr]) -> Frame:
        """The frame that holds the given parameters, which may be complex."""
        given = [part for value in parameters for part in sympy.expand(value).as_real_imag()]
        atoms = {abs(atom) if atom.is_negative else atom for part in given for atom in _atoms(part)}
        ordered = sorted(atoms, key=sympy.default_sort_key)
        scales = {_stand_in(index, value): value for index, value in enumerate(ordered)}
        return cls(scales, is_complex=any(part != 0 for part in given[1::2]))

    @cached_property
    def field(self) -> FracField:
        """The field itself."""
        return FracField((a, b, c, *self.scales, *([_I] if self.is_complex else [])), sympy.QQ)

    @property
    def variances(self) -> tuple[Element, Element, Element]:
        """The generators a, b, c."""
        first, second, mixed, *_ = self.field.gens
        return first, second, mixed

    def element(self, value: sympy.Expr) -> Element:
        """A parameter as an element of the field.

        Raises:
            OutsideDomain: if a part of it is not known to be real.
        """
        if value not in self._elements:
            real, imaginary = sympy.expand(value).as_real_imag()
            element = self._real(real)
            if imaginary != 0:
                element = element + self.field.gens[-1] * self._real(imaginary)
            self._elements[value] = element
        return self._elements[value]

    def _real(self, value: sympy.Expr) -> Element:
        stand_ins = {scale: symbol for symbol, scale in self.scales.items()}

        def write(part: sympy.Expr) -> sympy.Expr:
            if part.is_Rational:
                return part
            if part.is_Add or part.is_Mul:
                return part.func(*map(write, part.args))
            if part.is_Pow and part.exp.is_Integer:
                return write(part.base) ** part.exp
            return -stand_ins[-part] if part.is_negative else stand_ins[part]

        return self.field.from_expr(write(value))

    def parts(self, element: Element) -> tuple[Element, Element]:
        """The real and the imaginary part, of an element whose denominator is real."""
        if not self.is_complex:
            return element, self.field.zero
        halves = [self.field.ring.zero, self.field.ring.zero]
        for powers, coefficient in element.numer.terms():
            degree = powers[-1]
            sign = -1 if degree % 4 >= 2 else 1
            halves[degree % 2][(*powers[:-1], 0)] = halves[degree % 2].get((*powers[:-1], 0), 0) + sign * coefficient
        real, imaginary = ({key: value for key, value in half.items() if value} for half in halves)
        ring, below = self.field.ring, self.field(element.denom)
        return self.field(ring.from_dict(real)) / below, self.field(ring.from_dict(imaginary)) / below

    def rational(self, number: Element) -> sympy.Rational:
        """A coefficient of a polynomial as a SymPy number."""
        return self.field.domain.to_sympy(number)

    def expression(self, element: Element) -> sympy.Expr:
        """An element or polynomial as a SymPy expression."""
        return element.as_expr().xreplace(dict(self.scales))


def _atoms(value: sympy.Expr) -> Iterator[sympy.Expr]:
    """The irrational parts of a real number that are no sums, products or integer powers of others."""
    if value.is_Rational:
        return
    if value.is_Add or value.is_Mul:
        for part in value.args:
            yield from _atoms(part)
    elif value.is_Pow and value.exp.is_Integer:
        yield from _atoms(value.base)
    elif value.is_real is not True:
        raise OutsideDomain(f"{value} must be known to be real; give its symbols real=True or positive=True")
    else:
        yield value


def _stand_in(index: int, value: sympy.Expr) -> sympy.Symbol:
    sign = {"positive": True} if value.is_positive else {"real": True}
    return sympy.Dummy(f"scale{index}", **sign)


def is_positive_on_domain(polynomial: Polynomial) -> bool:
    """Whether a polynomial is proved positive where a, b, ab - c^2 and all positive scales are positive.

    With b = (c^2 + gap) / a the domain is a product of half-lines and lines; there it suffices that no coefficient
    is negative and that c and the scales of unknown sign enter with even powers only, and that not all terms hold
    those. A False says nothing.

    Source: derived here.
    """
    others = [symbol for symbol in polynomial.ring.symbols if symbol not in (a, b, c)]
    free = [c, *(symbol for symbol in others if not symbol.is_positive)]
    bound = [a, _GAP, *(symbol for symbol in others if symbol.is_positive)]
    numerator, _ = sympy.fraction(sympy.together(polynomial.as_expr().subs(b, (c**2 + _GAP) / a)))
    monomials = sympy.Poly(numerator, *free, *bound).terms()
    even = all(value > 0 and not any(power % 2 for power in powers[: len(free)]) for powers, value in monomials)
    return even and any(not any(powers[: len(free)]) for powers, _ in monomials)
