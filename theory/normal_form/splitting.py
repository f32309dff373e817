"""An expression as a factor of known sign times the rest: what is left to show is that the rest is nonnegative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import sympy

from .reduction import settled
from .rewriting import Rewriter
from .signs import Sign


@final
@dataclass(frozen=True, kw_only=True)
class SignSplit:
    """An expression with the sign of its core, wherever both are real.

    Args:
        core: the product of the factors of unknown sign, with the sign of the others.
        known: the factors left out, in words; nonnegative.
        strict: whether the factors left out are positive.
    """

    core: sympy.Expr
    known: tuple[str, ...]
    strict: bool


def split_sign(expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> SignSplit | None:
    """Factor the normal form and leave out what has a certain sign; None if nothing, or everything, is left out.

    Args:
        expr: a real expression. domain: every free symbol -> its interval.

    Raises:
        InvalidArgument, OutsideDomain: as `certify_sign`.

    Source: derived here: x^2 y (1 - x) >= 0 follows from y (1 - x) >= 0.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> split_sign((x - 1) ** 2 * (sympy.exp(x) - 1 - x), {x: sympy.Interval(-9, 9)}).core
        -x + exp(x) - 1
    """
    return settled(expr, domain, _split)


def _split(rewriter: Rewriter, expr: sympy.Expr) -> SignSplit | None:
    tower = rewriter.tower
    core, direction, strict = sympy.Integer(1), 1, True
    known: list[str] = []
    for factor, multiplicity in tower.factors(rewriter.rewrite(expr)):
        sign = tower.sign(factor)
        if sign is Sign.UNKNOWN and multiplicity % 2:
            core *= tower.explain(factor)
            continue
        if multiplicity % 2 and sign in (Sign.NEGATIVE, Sign.NONPOSITIVE):
            direction = -direction
        strict = strict and (multiplicity < 0 or sign in (Sign.POSITIVE, Sign.NEGATIVE))
        if (meaning := tower.explain(factor)).free_symbols:
            known.append(f"({meaning})**{multiplicity}")
    if core == 1 or not known:
        return None
    return SignSplit(core=direction * core, known=tuple(known), strict=strict)
