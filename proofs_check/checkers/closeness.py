"""Encloses the difference of two expressions over a box where no normal form decides: |lhs - rhs| <= slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import sympy

from ..certificates.reading import seal
from .covering import certificate_content, cover_gap

KIND = "two inequalities"


@final
@dataclass(frozen=True)
class Closeness:
    """Whether |lhs - rhs| <= slack was proved. `content` certifies it, None if it was not; `boxes` were examined."""

    content: dict[str, Any] | None
    boxes: int


def enclose_difference(
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    *,
    slack: Fraction,
    budget: int,
) -> Closeness:
    """Try to prove lhs <= rhs + slack and rhs <= lhs + slack on the domain.

    Args:
        slack: positive. budget: boxes for both together.

    Raises:
        UnknownFunction: if a side is outside the whitelist of balls.
    """
    parts, spent = [], 0
    for one, other in ((lhs, rhs), (rhs, lhs)):
        gap = other - one + sympy.Rational(slack.numerator, slack.denominator)
        covering = cover_gap(gap, domain, budget=budget // 2, strict=False, near=None)
        spent += covering.boxes
        if covering.best.found.status != "proved":
            return Closeness(None, spent)
        content = certificate_content(one, other, domain, covering.best, strict=False, slack=slack)
        if content is None:
            return Closeness(None, spent)
        parts.append(content)
    return Closeness(seal({"below": parts[0], "above": parts[1]}), spent)
