"""Members of class G: finite sums of  coefficient * z^k * exp(alpha z^2 + beta z) * (gates), the functions whose
Gaussian expectations close.

A gate with noise s >= 0 and threshold t is P(z + sqrt(s) w > t) for an independent standard normal w. Noise zero is
the step 1{z > t}, noise s the normal distribution function Phi((z - t) / sqrt(s)). A point mass is the derivative of a
step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import final

import sympy

from ..errors import NoClosedForm
from ..normal_cdf import NormalCDF
from .sign_patterns import compare


@final
@dataclass(frozen=True)
class Gate:
    """P(z + sqrt(noise) w > threshold), rising in z from 0 to 1."""

    noise: sympy.Expr = sympy.S.Zero
    threshold: sympy.Expr = sympy.S.Zero

    @property
    def is_step(self) -> bool:
        """The gate is the unit step at its threshold."""
        return bool(self.noise == 0)

    def at(self, point: sympy.Expr) -> sympy.Expr:
        """The value at a point."""
        if self.is_step:
            return sympy.Rational(compare(point, self.threshold) + 1, 2)
        return NormalCDF((point - self.threshold) / sympy.sqrt(self.noise))


@final
@dataclass(frozen=True, kw_only=True)
class Term:
    """z^power * exp(quadratic z^2 + linear z) * gates, or the unit point mass at `point`.

    Args:
        power: exponent of z, at least 0.
        quadratic, linear: the real alpha and the complex beta of the exponential, free of z.
        gates: sorted; at most one of them is a step, for a product of steps is the later one.
        point: where the point mass sits, or None; if there is one, the term has no other factor.
    """

    power: int = 0
    quadratic: sympy.Expr = sympy.S.Zero
    linear: sympy.Expr = sympy.S.Zero
    gates: tuple[Gate, ...] = ()
    point: sympy.Expr | None = None

    @property
    def weight(self) -> Term:
        """The same term with power zero."""
        return Term(quadratic=self.quadratic, linear=self.linear, gates=self.gates, point=self.point)


@final
@dataclass(frozen=True)
class Member:
    """A member of class G in normal form: pairs (term, coefficient), no term twice, no coefficient zero.

    Source: derived here (class G is closed under sums, products and derivatives by the rules of `Term`).
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

    @classmethod
    def step(cls, threshold: sympy.Expr) -> Member:
        """1{z > threshold}."""
        return cls.of([(Term(gates=(Gate(threshold=threshold),)), sympy.S.One)])

    def __add__(self, other: Member) -> Member:
        return Member.of((*self.terms, *other.terms))

    def __mul__(self, other: Member) -> Member:
        return Member.of((_product(one, two), p * q) for one, p in self.terms for two, q in other.terms)

    def __pow__(self, exponent: int) -> Member:
        result = Member.constant(sympy.S.One)
        for _ in range(exponent):
            result = result * self
        return result

    def scaled(self, factor: sympy.Expr) -> Member:
        """The member times a constant."""
        return Member.of((term, factor * value) for term, value in self.terms)

    @property
    def derivative(self) -> Member:
        """The derivative in the sense of distributions: that of a step is a point mass.

        Raises:
            NoClosedForm: for a point mass, whose derivative is not in the class.
        """
        return Member.of((term, value * factor) for one, value in self.terms for term, factor in _slope(one))

    @property
    def polynomials(self) -> Mapping[Term, Mapping[int, sympy.Expr]]:
        """The same sum grouped by weight: a term of power zero -> the polynomial (power -> coefficient) it carries."""
        groups: dict[Term, dict[int, sympy.Expr]] = {}
        for term, coefficient in self.terms:
            groups.setdefault(term.weight, {})[term.power] = coefficient
        return groups


def _product(first: Term, second: Term) -> Term:
    if first.point is not None or second.point is not None:
        raise NoClosedForm(
            "the product of a point mass with another function is not formed term by term: "
            "write the point mass with a constant factor"
        )
    return Term(
        power=first.power + second.power,
        quadratic=first.quadratic + second.quadratic,
        linear=sympy.expand(first.linear + second.linear),
        gates=_merged((*first.gates, *second.gates)),
    )


def _merged(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    smooth = [gate for gate in gates if not gate.is_step]
    steps = [gate for gate in gates if gate.is_step]
    while len(steps) > 1:
        one, two = steps.pop(), steps.pop()
        steps.append(one if compare(one.threshold, two.threshold) >= 0 else two)
    smooth.sort(key=lambda gate: (sympy.default_sort_key(gate.noise), sympy.default_sort_key(gate.threshold)))
    return (*steps, *smooth)


def _slope(term: Term) -> Iterable[tuple[Term, sympy.Expr]]:
    if term.point is not None:
        raise NoClosedForm(
            f"the derivative of a point mass at {term.point} is not in the class: "
            "the function is differentiated once too often; integrate it once"
        )
    yield _changed(term, term.power - 1), sympy.Integer(term.power)
    yield _changed(term, term.power + 1), 2 * term.quadratic
    yield term, term.linear
    for gate in term.gates:
        others = tuple(other for other in term.gates if other is not gate)
        yield _slope_of_gate(Term(power=term.power, quadratic=term.quadratic, linear=term.linear, gates=others), gate)


def _changed(term: Term, power: int) -> Term:
    return Term(power=max(power, 0), quadratic=term.quadratic, linear=term.linear, gates=term.gates)


def _slope_of_gate(rest: Term, gate: Gate) -> tuple[Term, sympy.Expr]:
    point, noise = gate.threshold, gate.noise
    if gate.is_step:
        wave = sympy.exp(sympy.expand(rest.quadratic * point**2 + rest.linear * point))
        return Term(point=point), point**rest.power * wave * sympy.Mul(*(other.at(point) for other in rest.gates))
    bell = Term(
        power=rest.power,
        quadratic=rest.quadratic - 1 / (2 * noise),
        linear=sympy.expand(rest.linear + point / noise),
        gates=rest.gates,
    )
    return bell, sympy.exp(-(point**2) / (2 * noise)) / sympy.sqrt(2 * sympy.pi * noise)
