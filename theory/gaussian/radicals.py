"""Inverse square roots of rational functions, in a form that makes equal ones equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import sympy

from .frame import Element, Frame, Polynomial, is_positive_on_domain


@final
@dataclass(frozen=True)
class Radical:
    """constant * rational / sqrt(product of factors), all factors square-free and pairwise different.

    Args:
        constant: a positive number, such as 1/sqrt(2).
        rational: an element of the field.
        factors: primitive polynomials, positive on the domain, in a fixed order.
    """

    constant: sympy.Expr
    rational: Element
    factors: tuple[Polynomial, ...]


def invert_root(frame: Frame, radicand: Element) -> Radical:
    """1 / sqrt(radicand) for a radicand positive on the domain.

    A squared factor leaves the root only where its sign is proved; otherwise the root is kept whole.

    Source: derived here: 1/sqrt(N/D) = D/sqrt(N D), then sqrt(p^2 q) = p sqrt(q) for p > 0.
    """
    product = radicand.numer * radicand.denom
    content, pairs = product.factor_list()
    signed = [_positive(factor) for factor, _ in pairs]
    field = frame.field
    if any(not is_proved for _, is_proved in signed):
        return Radical(sympy.S.One, field(radicand.denom), (product,))
    outside, inside = field(radicand.denom), list[Polynomial]()
    for (factor, _), (_, multiplicity) in zip(signed, pairs, strict=True):
        outside = outside / field(factor) ** (multiplicity // 2)
        if multiplicity % 2:
            inside.append(factor)
    constant = 1 / sympy.sqrt(abs(frame.rational(content)))
    return Radical(constant, outside, tuple(sorted(inside, key=str)))


def _positive(factor: Polynomial) -> tuple[Polynomial, bool]:
    if is_positive_on_domain(factor):
        return factor, True
    return -factor, is_positive_on_domain(-factor)


def arrange(polynomial: Polynomial, frame: Frame) -> sympy.Expr:
    """A polynomial as a theorist writes it: what is left at c = 0 factored, then the rest, as (1 + a)(1 + b) - c^2.

    Source: derived here (a rearrangement of the same polynomial).
    """
    expression = polynomial.as_expr()
    covariance = frame.variances[2].as_expr()
    uncorrelated = expression.subs(covariance, 0)
    arranged = sympy.factor(uncorrelated) + sympy.expand(expression - uncorrelated)
    return arranged.xreplace(dict(frame.scales))
