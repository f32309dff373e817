"""Members of class G: finite sums of  coefficient * z^k * exp(alpha z^2) * (gates), the functions whose Gaussian
expectations close.

A gate with noise s >= 0 is P(z + sqrt(s) w > 0) for an independent standard normal w. Noise zero is the step 1{z > 0},
noise s the normal distribution function Phi(z / sqrt(s)). A point mass is the derivative of a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import final

import sympy

from ..errors import NoClosedForm

_HALF = sympy.Rational(1, 2)


@final
@dataclass(frozen=True, kw_only=True)
class Term:
    """z^power * exp(quadratic z^2) * gates, or the unit point mass at zero.

    Args:
        power: exponent of z, at least 0.
        quadratic: the alpha of exp(alpha z^2), free of z.
        noises: one entry for each gate, sorted; at most one of them is zero, for a step is its own square.
        is_point: the term is the point mass at zero, and then it has no other factor.
    """

    power: int = 0
    quadratic: sympy.Expr = sympy.S.Zero
    noises: tuple[sympy.Expr, ...] = ()
    is_point: bool = False


@final
@dataclass(frozen=True)
class Member:
    """A member of class G in normal form: pairs (term, coefficient), no term twice, no coefficient zero.

    Source: derived here (class G is closed under sums and products by the rules of `Term`).
    """

    terms: tuple[tuple[Term, sympy.Expr], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Term, sympy.Expr]]) -> Member:
        """The member with the given terms, like terms collected."""
        collected: dict[Term, sympy.Expr] = {}
        for term, coefficient in pairs:
            collected[term] = sympy.expand(collected.get(term, sympy.S.Zero) + coefficient)
        return cls(tuple((term, value) for term, value in collected.items() if value != 0))

    @classmethod
    def constant(cls, value: sympy.Expr) -> Member:
        """The constant function."""
        return cls.of([(Term(), value)])

    def __add__(self, other: Member) -> Member:
        return Member.of((*self.terms, *other.terms))

    def __mul__(self, other: Member) -> Member:
        products = (
            (term, p * q * factor)
            for first, p in self.terms
            for second, q in other.terms
            for term, factor in [_product(first, second)]
        )
        return Member.of(products)

    def __pow__(self, exponent: int) -> Member:
        result = Member.constant(sympy.S.One)
        for _ in range(exponent):
            result = result * self
        return result

    def scaled(self, factor: sympy.Expr) -> Member:
        """The member times a constant."""
        return self * Member.constant(factor)

    @property
    def polynomials(self) -> Mapping[Term, Mapping[int, sympy.Expr]]:
        """The same sum grouped by weight: a term of power zero -> the polynomial (power -> coefficient) it carries."""
        groups: dict[Term, dict[int, sympy.Expr]] = {}
        for term, coefficient in self.terms:
            weight = Term(quadratic=term.quadratic, noises=term.noises, is_point=term.is_point)
            groups.setdefault(weight, {})[term.power] = coefficient
        return groups


def _product(first: Term, second: Term) -> tuple[Term, sympy.Expr]:
    if first.is_point or second.is_point:
        return _point_product(first, second)
    noises = sorted((*first.noises, *second.noises), key=sympy.default_sort_key)
    if noises.count(sympy.S.Zero) == 2:
        noises.remove(sympy.S.Zero)
    power = first.power + second.power
    return Term(power=power, quadratic=first.quadratic + second.quadratic, noises=tuple(noises)), sympy.S.One


def _point_product(first: Term, second: Term) -> tuple[Term, sympy.Expr]:
    point, other = (first, second) if first.is_point else (second, first)
    if other.power:
        return point, sympy.S.Zero
    if other.is_point or sympy.S.Zero in other.noises:
        raise NoClosedForm(
            "the product of a point mass at zero with a step or a point mass at zero has no meaning: "
            "the function is differentiated once too often; integrate it once"
        )
    return point, _HALF ** len(other.noises)
