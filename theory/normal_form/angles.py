"""Circular functions, their inverses and exponentials over a tower: addition theorems and certified branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import sympy

from ..balls import compile_balls
from ..errors import OutsideDomain, TheoryError
from .powers import Powers
from .signs import ANGLE, PI_RANGE, POSITIVE_HALF_LINE, UNIT, Range
from .tower import Tower

_DIGITS = 20


class ScaleChanged(Exception):  # a signal to start again, not an error
    """An angle or exponent needs a finer unit than earlier occurrences were given."""


@final
@dataclass(frozen=True)
class InverseCosine:
    """A known inverse cosine: acos(argument) = value."""

    argument: sympy.Expr
    value: sympy.Expr


def certainly_at_most(low: sympy.Expr, high: sympy.Expr) -> bool:
    """True if low <= high for certain; both are constants.

    Source: derived here.
    """
    gap = high - low
    if gap.is_infinite or gap == 0:
        return bool(gap == 0 or gap == sympy.oo)
    try:
        return bool(compile_balls(gap, ()).at({}, _DIGITS) >= 0)
    except TheoryError:
        return False


@final
class Angles:
    """Sines, cosines, exponentials and inverse cosines.

    Args:
        domain: symbol -> interval. scales: family and term -> how often the term is divided to make the unit.
    """

    def __init__(
        self,
        tower: Tower,
        powers: Powers,
        domain: Mapping[sympy.Symbol, sympy.Interval],
        scales: dict[tuple[str, sympy.Expr], int],
    ) -> None:
        self.tower = tower
        self.powers = powers
        self.domain = domain
        self.scales = scales
        self.pi = tower.adjoin(sympy.pi, PI_RANGE)
        self._circular: dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]] = {}
        self._exponentials: dict[sympy.Expr, sympy.Symbol] = {}
        self._inverse_cosines: list[InverseCosine] = []
        self._cosine_of: dict[sympy.Expr, sympy.Expr] = {}

    def _terms(self, value: sympy.Expr) -> list[tuple[sympy.Rational, sympy.Expr]]:
        numerator, denominator = self.tower.fraction(self.tower.normal(value))
        pairs = []
        for term in sympy.Add.make_args(sympy.expand(numerator)):
            coefficient, monomial = sympy.cancel(term / denominator).as_coeff_Mul(rational=True)
            if coefficient != 0:
                pairs.append((coefficient, monomial))
        return pairs

    def _multiple(self, family: str, coefficient: sympy.Rational, term: sympy.Expr) -> tuple[int, int]:
        """(times, unit): coefficient = times / unit, with the unit shared by all occurrences of the term."""
        unit = self.scales.setdefault((family, term), 1)
        if unit % coefficient.q:
            self.scales[family, term] = int(sympy.ilcm(unit, coefficient.q))
            raise ScaleChanged
        return int(coefficient * unit), unit

    def cosine_sine(self, value: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        """(cos value, sin value) by the addition theorems, one independent angle per term."""
        cosine, sine = sympy.Integer(1), sympy.Integer(0)
        for coefficient, term in self._terms(value):
            if term == self.pi:
                one, two = self._of_pi(coefficient)
            else:
                times, unit = self._multiple("angle", coefficient, term)
                one, two = self._power(self._unit_circle(term, unit), times)
            cosine, sine = cosine * one - sine * two, sine * one + cosine * two
        return sympy.expand(cosine), sympy.expand(sine)

    @staticmethod
    def _power(pair: tuple[sympy.Expr, sympy.Expr], times: int) -> tuple[sympy.Expr, sympy.Expr]:
        cosine, sine = sympy.Integer(1), sympy.Integer(0)
        step = pair if times > 0 else (pair[0], -pair[1])
        for _ in range(abs(times)):
            cosine, sine = (
                sympy.expand(cosine * step[0] - sine * step[1]),
                sympy.expand(sine * step[0] + cosine * step[1]),
            )
        return cosine, sine

    def _of_pi(self, coefficient: sympy.Rational) -> tuple[sympy.Expr, sympy.Expr]:
        quarter = int(sympy.floor(2 * coefficient))
        rest = coefficient - sympy.Rational(quarter, 2)
        cosine, sine = _PI_FRACTIONS.get(rest, (None, None))
        if cosine is None or sine is None:
            times, unit = self._multiple("angle", rest, self.pi)
            pair = self._power(self._unit_circle(self.pi, unit), times)
        else:
            pair = self._radical(cosine), self._radical(sine)
        for _ in range(quarter % 4):
            pair = -pair[1], pair[0]
        return pair

    def _radical(self, square: sympy.Rational) -> sympy.Expr:
        root = self.powers.root(square, 2) if square else sympy.Integer(0)
        return sympy.Integer(0) if root is None else root

    def _unit_circle(self, term: sympy.Expr, unit: int) -> tuple[sympy.Expr, sympy.Expr]:
        if term not in self._circular:
            self._circular[term] = self._adjoin_circle(term, unit)
        return self._circular[term]

    def _adjoin_circle(self, term: sympy.Expr, unit: int) -> tuple[sympy.Expr, sympy.Expr]:
        angle = term / unit
        if term in self._cosine_of and unit <= 2:
            cosine = self._cosine_of[term]
            cosine = cosine if unit == 1 else self._root_or_fail((1 + cosine) / 2)
            return cosine, self._root_or_fail(1 - cosine**2)
        meaning = self.tower.explain(angle)
        low, high = self._bounds(term, unit)
        if certainly_at_most(sympy.Integer(0), low) and certainly_at_most(high, sympy.pi):
            bounds = Range(UNIT.low if not certainly_at_most(high, sympy.pi / 2) else ANGLE.low, UNIT.high)
            cosine = self.tower.adjoin(sympy.cos(meaning), bounds)
            self._inverse_cosines.append(InverseCosine(cosine, angle))
            self.tower.note(f"{meaning} lies in [0, pi], where its sine is nonnegative and acos inverts its cosine")
            return cosine, self._root_or_fail(1 - cosine**2)
        sine = self.tower.adjoin(sympy.sin(meaning), UNIT)
        if certainly_at_most(-sympy.pi / 2, low) and certainly_at_most(high, sympy.pi / 2):
            self._inverse_cosines.append(InverseCosine(sine, self.pi / 2 - angle))
            self.tower.note(f"{meaning} lies in [-pi/2, pi/2]: its cosine is nonnegative, and asin inverts its sine")
            return self._root_or_fail(1 - sine**2), sine
        return self.tower.adjoin(sympy.cos(meaning), UNIT, 2, 1 - sine**2), sine

    def _root_or_fail(self, value: sympy.Expr) -> sympy.Expr:
        root = self.powers.root(value, 2)
        if root is None:
            raise OutsideDomain(f"sqrt({self.tower.explain(value)}) is not real; shrink the arguments to their domain")
        return root

    def _bounds(self, term: sympy.Expr, unit: int) -> tuple[sympy.Expr, sympy.Expr]:
        interval = self.domain.get(term)
        if interval is None:
            return -sympy.oo, sympy.oo
        return interval.start / unit, interval.end / unit

    def exponential(self, value: sympy.Expr) -> sympy.Expr:
        """exp(value) as a product over the terms; exp of a multiple of a logarithm is a power."""
        result = sympy.Integer(1)
        for coefficient, term in self._terms(value):
            base = self.powers.base_of_logarithm(term)
            root = None if base is None else self.powers.root(base, int(coefficient.q))
            if root is not None:
                result *= root ** int(coefficient.p)
                continue
            times, unit = self._multiple("exponent", coefficient, term)
            result *= self._unit_exponential(term, unit) ** times
        return result

    def _unit_exponential(self, term: sympy.Expr, unit: int) -> sympy.Symbol:
        if term not in self._exponentials:
            value = term / unit
            symbol = self.tower.adjoin(sympy.exp(self.tower.explain(value)), POSITIVE_HALF_LINE)
            self._exponentials[term] = symbol
            self.powers.exponents[symbol] = value
        return self._exponentials[term]

    def inverse_cosine(self, value: sympy.Expr) -> sympy.Expr:
        """acos(value), expressed by a known inverse cosine where an identity certainly applies."""
        value = self.tower.normal(value)
        known = [*_constant_cosines(self.pi), *self._inverse_cosines]
        for entry in known:
            found = self._related(value, entry)
            if found is not None:
                self.tower.note(
                    f"acos({self.tower.explain(value)}) = {self.tower.explain(found)}"
                    if value != entry.argument
                    else f"acos({self.tower.explain(value)}) is one generator"
                )
                return found
        symbol = self.tower.adjoin(sympy.acos(value), ANGLE)
        self._inverse_cosines.append(InverseCosine(value, symbol))
        self._cosine_of[symbol] = value
        return symbol

    def _related(self, value: sympy.Expr, known: InverseCosine) -> sympy.Expr | None:
        is_zero, is_nonnegative = self.tower.is_zero, self.tower.is_nonnegative
        other, angle = known.argument, known.value
        if is_zero(value - other):
            return angle
        if is_zero(value + other):
            return self.pi - angle
        if value.is_Rational or other.is_Rational:
            return None
        for double, flipped in ((value - 2 * other**2 + 1, False), (value + 2 * other**2 - 1, True)):
            if is_zero(double) and is_nonnegative(other):
                return self.pi - 2 * angle if flipped else 2 * angle
        for double, flipped in ((other - 2 * value**2 + 1, False), (other + 2 * value**2 - 1, True)):
            if is_zero(double) and is_nonnegative(value):
                return (self.pi - angle) / 2 if flipped else angle / 2
        if is_zero(value**2 + other**2 - 1) and is_nonnegative(value) and is_nonnegative(other):
            return self.pi / 2 - angle
        return None


def _constant_cosines(pi: sympy.Symbol) -> list[InverseCosine]:
    half = sympy.Rational(1, 2)
    return [
        InverseCosine(sympy.Integer(0), pi / 2),
        InverseCosine(sympy.Integer(1), sympy.Integer(0)),
        InverseCosine(half, pi / 3),
    ]


_PI_FRACTIONS: dict[sympy.Rational, tuple[sympy.Rational, sympy.Rational]] = {
    sympy.Rational(0): (sympy.Rational(1), sympy.Rational(0)),
    sympy.Rational(1, 6): (sympy.Rational(3, 4), sympy.Rational(1, 4)),
    sympy.Rational(1, 4): (sympy.Rational(1, 2), sympy.Rational(1, 2)),
    sympy.Rational(1, 3): (sympy.Rational(1, 4), sympy.Rational(3, 4)),
}
"""r in [0, 1/2) -> squares of cos(pi r) and sin(pi r)."""
