"""Probabilities that all of one, two or three Gaussian variables are positive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import sympy

from ..errors import NoClosedForm
from ..normal_cdf import BivariateNormalCDF, NormalCDF
from .frame import Element, Frame
from .radicals import arrange, invert_root

_HALF = sympy.Rational(1, 2)
_QUARTERS = {0: sympy.S.One, 1: _HALF, 2: _HALF**2, 3: _HALF**3}

Summand = tuple[sympy.Expr, sympy.Expr]
"""(number, function), standing for their product."""


def orthant(frame: Frame, covariance: Sequence[Sequence[Element]], mean: Sequence[Element] = ()) -> Iterator[Summand]:
    """P(g_1 > 0, ..., g_k > 0) as a sum of (number, function) pairs: number * function.

    Formula:
        Centred: 1/2 for k = 1;  1/4 + asin(r)/(2 pi) for k = 2;  1/8 + (asin r_12 + asin r_13 + asin r_23)/(4 pi) for
        k = 3. Else, with h_i = E g_i / sd g_i: Phi(h) for k = 1, Phi_2(h_1, h_2; r) for k = 2. Arguments are turned
        to the side of -oo by Phi(h) = 1 - Phi(-h), Phi_2(h, k; r) = Phi(k) - Phi_2(-h, k; -r). An imaginary mean i m
        gives Phi = 1/2 + (i/2) erfi(m / sqrt(2 var)).

    Raises:
        NoClosedForm: for k > 3, for k = 3 unless centred, and for complex means that are not imaginary with k = 1.

    Source: Sheppard (1899) for k = 2; for k = 3 derived here: inclusion and exclusion over the eight octants, opposite
        ones being equally likely, leaves only pairs.
    """
    size = len(covariance)
    if size in _QUARTERS and not any(mean):
        return _centred(frame, covariance)
    if size == 1 and frame.parts(mean[0])[1]:
        return _imaginary(frame, covariance, mean[0])
    if size > 2 or any(frame.parts(value)[1] for value in mean):
        raise NoClosedForm(
            f"an orthant probability of {size} Gaussian variables "
            f"{'with complex means ' if size < 3 else ''}is left, and it has no closed form beyond three centred "
            "or two shifted ones: use fewer steps and erf's in f and g together, or an enclosure"
        )
    levels = [_quotient(frame, value, covariance[i][i]) for i, value in enumerate(mean)]
    if size == 1:
        return _single(*levels[0])
    return _pair(levels, _correlation(frame, covariance, 0, 1))


def _centred(frame: Frame, covariance: Sequence[Sequence[Element]]) -> Iterator[Summand]:
    size = len(covariance)
    yield _QUARTERS[size], sympy.S.One
    for i, j in combinations(range(size), 2):
        correlation = _correlation(frame, covariance, i, j)
        if correlation != 0:
            yield 1 / ((size - 1) * 2 * sympy.pi), sympy.asin(correlation)


def _imaginary(frame: Frame, covariance: Sequence[Sequence[Element]], mean: Element) -> Iterator[Summand]:
    real, imaginary = frame.parts(mean)
    if real:
        raise NoClosedForm(
            "an exponential with complex exponent times a step off its centre leaves Phi of a complex number: "
            "use an enclosure"
        )
    level, _ = _quotient(frame, imaginary, 2 * covariance[0][0])
    yield _HALF, sympy.S.One
    yield sympy.I / 2, sympy.erfi(level)


def _single(level: sympy.Expr, is_flipped: bool) -> Iterator[Summand]:
    if is_flipped:
        yield sympy.S.One, sympy.S.One
    yield sympy.Integer(-1 if is_flipped else 1), NormalCDF(level)


def _pair(levels: Sequence[tuple[sympy.Expr, bool]], correlation: sympy.Expr) -> Iterator[Summand]:
    (h, h_flipped), (k, k_flipped) = levels
    sign = -1 if h_flipped != k_flipped else 1
    if h_flipped and k_flipped:
        yield sympy.S.One, sympy.S.One
    if h_flipped:
        yield sympy.Integer(-1 if k_flipped else 1), NormalCDF(k)
    if k_flipped:
        yield sympy.Integer(-1 if h_flipped else 1), NormalCDF(h)
    yield sympy.Integer(sign), BivariateNormalCDF(h, k, sign * correlation)


def _quotient(frame: Frame, mean: Element, variance: Element) -> tuple[sympy.Expr, bool]:
    """mean / sqrt(variance), negated where its leading coefficient is positive."""
    is_flipped = bool(mean) and bool(mean.numer.LC > 0)
    return _over_root(frame, -mean if is_flipped else mean, variance), is_flipped


def _correlation(frame: Frame, covariance: Sequence[Sequence[Element]], i: int, j: int) -> sympy.Expr:
    return _over_root(frame, covariance[i][j], covariance[i][i] * covariance[j][j])


def _over_root(frame: Frame, numerator: Element, radicand: Element) -> sympy.Expr:
    root = invert_root(frame, radicand)
    rational, roots = numerator * root.rational, []
    for factor in root.factors:
        divides = bool(rational) and not rational.numer.rem(factor)
        rational = rational / frame.field(factor) if divides else rational
        roots.append(arrange(factor, frame) ** sympy.Rational(1 if divides else -1, 2))
    return root.constant * sympy.factor(frame.expression(rational)) * sympy.Mul(*roots)
