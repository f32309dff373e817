"""Probabilities that all of one, two or three centred Gaussian variables are positive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import sympy

from ..errors import NoClosedForm
from .frame import Element, Frame
from .radicals import arrange, invert_root

_QUARTERS = {0: sympy.S.One, 1: sympy.Rational(1, 2), 2: sympy.Rational(1, 4), 3: sympy.Rational(1, 8)}


def orthant(frame: Frame, covariance: Sequence[Sequence[Element]]) -> Iterator[tuple[sympy.Expr, sympy.Expr]]:
    """P(g_1 > 0, ..., g_k > 0) as a sum of (number, function) pairs: number * function.

    Formula:
        1/2 for k = 1;  1/4 + asin(r)/(2 pi) for k = 2;  1/8 + (asin r_12 + asin r_13 + asin r_23)/(4 pi) for k = 3.

    Raises:
        NoClosedForm: for k > 3.

    Source: Sheppard (1899) for k = 2; for k = 3 derived here: inclusion and exclusion over the eight octants, opposite
        ones being equally likely, leaves only pairs.
    """
    size = len(covariance)
    if size not in _QUARTERS:
        raise NoClosedForm(
            f"an orthant probability of {size} Gaussian variables is left, and it has no closed form beyond three: "
            "use at most three steps and erf's in f and g together"
        )
    yield _QUARTERS[size], sympy.S.One
    for i, j in combinations(range(size), 2):
        correlation = _correlation(frame, covariance, i, j)
        if correlation != 0:
            yield 1 / ((size - 1) * 2 * sympy.pi), sympy.asin(correlation)


def _correlation(frame: Frame, covariance: Sequence[Sequence[Element]], i: int, j: int) -> sympy.Expr:
    root = invert_root(frame, covariance[i][i] * covariance[j][j])
    rational = covariance[i][j] * root.rational
    roots = sympy.Mul(*(sympy.sqrt(arrange(factor, frame)) for factor in root.factors))
    return root.constant * sympy.factor(frame.expression(rational)) / roots
