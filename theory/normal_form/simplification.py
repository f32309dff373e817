"""Shorter forms of an expression, equal to it by the normal form: for enclosures, which suffer from repetition."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from ..errors import TheoryError
from .reduction import settled
from .rewriting import Rewriter

_LARGEST_POWER = 30
"""Factoring takes too long beyond; exp(600 x) over exp(x) is a 600th power."""


def simplify_exactly(expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> sympy.Expr | None:
    """The expression as a cancelled quotient in its roots and transcendental values; None if the form does not apply.

    Args:
        expr: a real expression. domain: every free symbol -> its interval.

    Returns:
        An expression equal to `expr` wherever both are real, factored.

    Source: derived here, as `reduce_to_zero`.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> simplify_exactly(2 / sympy.sqrt(1 + x**2) - 1 / sympy.sqrt(1 + x**2), {x: sympy.Interval(-1, 1)})
        1/sqrt(x**2 + 1)
    """
    try:
        short = settled(expr, domain, _short)
    except (TheoryError, BasePolynomialError):
        return None
    return None if short.has(sympy.zoo, sympy.oo, sympy.nan) else short


def _short(rewriter: Rewriter, expr: sympy.Expr) -> sympy.Expr:
    value = rewriter.tower.normal(rewriter.rewrite(expr))
    powers = [abs(int(node.exp)) for node in value.atoms(sympy.Pow) if node.exp.is_Integer]
    return rewriter.tower.explain(sympy.factor(value) if max(powers, default=0) <= _LARGEST_POWER else value)
