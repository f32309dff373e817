"""Polynomial inequalities on boxes, decided: Sturm sequences in one variable, open cylindrical cells in several."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import sympy

from ..errors import InvalidArgument
from .signs import Range, range_of
from .sturm import count_roots, sample_gaps

_LARGEST_DEGREE = {1: 200, 2: 12, 3: 6, 4: 4}
"""Total degree per number of variables up to which cells are tried: projections square degrees at each step."""
_MOST_TERMS = 400
_MOST_CELLS = 4000
_MOST_TOGETHER = 10
_LARGEST_PROJECTION = 24
_LARGEST_LAST = 60
"""Bounds on the degree of a projection, the last one to a single variable: resultants grow with its square."""


@final
@dataclass(frozen=True, kw_only=True)
class PolynomialDecision:
    """Whether a quotient of polynomials is nonnegative on a box, wherever it is defined.

    Args:
        holds: True and False are proofs; None is no answer (the projections grew too large).
        witness: a point of the box where it is negative (or 0 if strict), if `holds` is False.
        method: how it was decided. cells: sample points whose sign was computed.
        projections: the polynomials whose roots bound the cells, by variable, in words.
    """

    holds: bool | None
    witness: Mapping[sympy.Symbol, Fraction] | None
    method: str
    cells: int
    projections: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The decision as JSON-ready data, for a certificate."""
        return {"method": self.method, "cells": self.cells, "projections": list(self.projections)}


def decide_polynomial(
    expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval], *, strict: bool = False
) -> PolynomialDecision | None:
    """Decide whether a rational function is nonnegative (positive if `strict`) on a box, wherever it is defined.

    Formula: the sign of p/q is that of p q. The polynomials of which it is a product are projected along one variable
        after another (leading coefficients, discriminants, resultants, values at the ends of the box). Between the
        roots of the projections every factor keeps its sign, so one rational point per open cell decides; what holds
        on the open cells, which are dense, holds on the whole box.

    Args:
        expr: a quotient of polynomials with rational coefficients. domain: every free symbol -> interval with rational
            or infinite ends. strict: affirmed in one variable only.

    Returns:
        A decision; None if the expression or the domain is not of this form, or too large.

    Raises:
        InvalidArgument: if a symbol has no interval.

    Source: derived here; open cells as in Strzebonski (2000), restated; root counts by Sturm's theorem.

    Example:
        >>> import sympy
        >>> x, y = sympy.symbols("x y", real=True)
        >>> line = sympy.Interval(-sympy.oo, sympy.oo)
        >>> motzkin = x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1
        >>> decide_polynomial(motzkin, {x: line, y: line}).holds
        True
    """
    if missing := expr.free_symbols - set(domain):
        raise InvalidArgument(f"domain={dict(domain)}: no interval for {sorted(map(str, missing))}; add one per symbol")
    used = [symbol for symbol in domain if symbol in expr.free_symbols]
    ends = [end for symbol in used for end in (domain[symbol].start, domain[symbol].end)]
    if not used or len(used) > max(_LARGEST_DEGREE) or not expr.is_rational_function(*used):
        return None
    if not all(isinstance(end, sympy.Rational) or end.is_infinite for end in ends) or expr.has(sympy.Float):
        return None
    factors = _factors(expr, used)
    if factors is None:
        return None
    problem = _Problem(domain, used, strict)
    return problem.in_one(factors) if len(used) == 1 else problem.in_several(factors)


_NUDGES = 60


@final
@dataclass(frozen=True)
class _Factors:
    """sign * product of factors: those of odd multiplicity, the others, and those of the denominator."""

    sign: int
    odd: tuple[sympy.Poly, ...]
    even: tuple[sympy.Poly, ...]
    poles: tuple[sympy.Poly, ...]


def _factors(expr: sympy.Expr, used: Sequence[sympy.Symbol]) -> _Factors | None:
    numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(expr)))
    odd: list[sympy.Poly] = []
    even: list[sympy.Poly] = []
    poles: list[sympy.Poly] = []
    sign = 1
    for part in (numerator, denominator):
        polynomial = sympy.Poly(part, *used)
        if not polynomial.domain.is_QQ and not polynomial.domain.is_ZZ:
            return None
        if len(polynomial.terms()) > _MOST_TERMS or polynomial.total_degree() > _LARGEST_DEGREE[len(used)]:
            return None
        constant, found = sympy.factor_list(polynomial)
        if constant == 0:
            return _Factors(0, (), (), ())
        sign *= 1 if constant > 0 else -1
        for factor, multiplicity in found:
            (odd if multiplicity % 2 else even).append(factor)
            if part is denominator:
                poles.append(factor)
    return _Factors(sign, tuple(odd), tuple(even), tuple(poles))


@final
@dataclass
class _Problem:
    domain: Mapping[sympy.Symbol, sympy.Interval]
    used: Sequence[sympy.Symbol]
    strict: bool
    cells: int = 0

    def in_one(self, factors: _Factors) -> PolynomialDecision:
        """By the roots of the factors inside the interval: the sign changes at those of odd multiplicity only."""
        symbol = self.used[0]
        bounds = range_of(self.domain[symbol])
        touched = [one for one in (*factors.odd, *factors.even) if one not in factors.poles]
        words = tuple(
            f"{one.as_expr()}: {count_roots(one, self.domain[symbol])} roots" for one in (*factors.odd, *factors.even)
        )
        relevant = [*factors.odd, *(factors.even if self.strict else ())]
        for place in sample_gaps(relevant, bounds):
            self.cells += 1
            value = factors.sign * _sign_at(factors.odd, [place])
            if value < 0 or (self.strict and factors.sign == 0):
                return self._refuted(factors, [place], "Sturm sequence", words)
        if self.strict and any(count_roots(one, self.domain[symbol]) for one in touched):
            witness = next((root for one in touched for root in _rational_roots(one, self.domain[symbol])), None)
            holds = None if witness is None else False
            return self._decision(holds, None if witness is None else {symbol: witness}, "Sturm sequence", words)
        return self._decision(True, None, "Sturm sequence", words)

    def in_several(self, factors: _Factors) -> PolynomialDecision:
        """By a sample point in every open cell."""
        method = "open cylindrical cells"
        levels = self._project([*factors.odd])
        words = tuple(str(one.as_expr()) for level in levels or () for one in level)
        if levels is None:
            return self._decision(None, None, method, ())
        for point in self._points(levels, []):
            self.cells += 1
            if self.cells > _MOST_CELLS:
                return self._decision(None, None, method, words)
            if factors.sign * _sign_at(factors.odd, point) < 0:
                return self._refuted(factors, point, method, words)
        return self._decision(None if self.strict else True, None, method, words)

    def _refuted(
        self, factors: _Factors, point: Sequence[Fraction], method: str, words: tuple[str, ...]
    ) -> PolynomialDecision:
        """The point, or one near by, at which no factor of even multiplicity vanishes: there the sign is negative."""
        bounds = [range_of(self.domain[symbol]) for symbol in self.used]
        for halvings in range(_NUDGES):
            steps = [Fraction(int(halvings > 0), (3 + index) * 2**halvings) for index in range(len(point))]
            for side in (1, -1):
                near = [value + side * step for value, step in zip(point, steps, strict=True)]
                inside = all(
                    (one.low is None or value >= one.low) and (one.high is None or value <= one.high)
                    for value, one in zip(near, bounds, strict=True)
                )
                negative = factors.sign == 0 or factors.sign * _sign_at(factors.odd, near) < 0
                if inside and negative and _sign_at(factors.even, near):
                    return self._decision(False, dict(zip(self.used, near, strict=True)), method, words)
        return self._decision(None, None, method, words)

    def _decision(
        self, holds: bool | None, witness: Mapping[sympy.Symbol, Fraction] | None, method: str, words: tuple[str, ...]
    ) -> PolynomialDecision:
        if witness is not None:
            others = {symbol: _inside(range_of(interval)) for symbol, interval in self.domain.items()}
            witness = {**others, **witness}
        return PolynomialDecision(holds=holds, witness=witness, method=method, cells=self.cells, projections=words)

    def _project(self, polynomials: list[sympy.Poly]) -> list[list[sympy.Poly]] | None:
        """Level by level, those of the first variable first; None if they grow too large."""
        levels: list[list[sympy.Poly]] = []
        current = polynomials
        for last in range(len(self.used) - 1, -1, -1):
            here = [one for one in current if one.degree(self.used[last]) > 0]
            levels.insert(0, here)
            if last == 0:
                break
            if len(here) > _MOST_TOGETHER or self._estimate(here, last) > (
                _LARGEST_LAST if last == 1 else _LARGEST_PROJECTION
            ):
                return None
            below = {one for one in current if one.degree(self.used[last]) <= 0}
            for made in self._eliminate(here, last):
                if made.is_zero or made.is_ground:
                    continue
                if len(made.terms()) > _MOST_TERMS:
                    return None
                below.update(factor for factor, _ in sympy.factor_list(made)[1])
            current = sorted(below, key=lambda one: (one.total_degree(), str(one.as_expr())))
        return levels

    def _estimate(self, here: Sequence[sympy.Poly], last: int) -> int:
        """A bound on the total degree of a projection, before it is computed."""
        sizes = sorted(((one.degree(self.used[last]), one.total_degree()) for one in here), reverse=True)[:2]
        own = [total * (2 * degree - 2) for degree, total in sizes]
        cross = [sizes[0][0] * sizes[1][1] + sizes[1][0] * sizes[0][1]] if len(sizes) == 2 else []
        return max([*own, *cross], default=0)

    def _eliminate(self, here: Sequence[sympy.Poly], last: int) -> Iterator[sympy.Poly]:
        symbol, gens = self.used[last], self.used
        bounds = range_of(self.domain[symbol])
        for one in here:
            expression = one.as_expr()
            yield sympy.Poly(sympy.LC(expression, symbol), *gens)
            if one.degree(symbol) > 1:
                yield sympy.Poly(sympy.discriminant(expression, symbol), *gens)
            for end in (bounds.low, bounds.high):
                if end is not None:
                    yield sympy.Poly(expression.subs(symbol, sympy.Rational(end.numerator, end.denominator)), *gens)
        for one, two in itertools.combinations(here, 2):
            yield sympy.Poly(sympy.resultant(one.as_expr(), two.as_expr(), symbol), *gens)

    def _points(self, levels: Sequence[Sequence[sympy.Poly]], start: list[Fraction]) -> Iterator[list[Fraction]]:
        if len(start) == len(self.used):
            yield start
            return
        symbol = self.used[len(start)]
        pinned = dict(zip(self.used, map(_rational, start), strict=False))
        here = [sympy.Poly(one.as_expr().subs(pinned), symbol) for one in levels[len(start)]]
        for place in sample_gaps(here, range_of(self.domain[symbol])):
            yield from self._points(levels, [*start, place])


def _rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _sign_at(factors: Sequence[sympy.Poly], point: Sequence[Fraction]) -> int:
    sign = 1
    for factor in factors:
        value = factor.eval(tuple(map(_rational, point))) if len(point) > 1 else factor.eval(_rational(point[0]))
        sign *= int(bool(value > 0)) - int(bool(value < 0))
    return int(sign)


def _rational_roots(polynomial: sympy.Poly, interval: sympy.Interval) -> Iterator[Fraction]:
    for root in sympy.roots(polynomial, filter="Q"):
        if interval.contains(root) is sympy.true:
            yield Fraction(int(root.p), int(root.q))


def _inside(bounds: Range) -> Fraction:
    if bounds.low is not None and bounds.high is not None:
        return (bounds.low + bounds.high) / 2
    return bounds.low + 1 if bounds.low is not None else bounds.high - 1 if bounds.high is not None else Fraction(0)
