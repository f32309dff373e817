"""Rewriting closed forms for floating point: arcs as atan2 of a gap, roots that rounding cannot make imaginary."""

from __future__ import annotations

from typing import final

import sympy

from ...errors import NoClosedForm
from ...normal_cdf import NormalCDF
from ...symbols import a, b, c

GAP = sympy.Symbol("gap", nonnegative=True)
"""a b - c^2, which is computed once and cleared of rounding, so that roots and arcs of it cancel."""

_COUNTERPARTS = (
    *(sympy.Abs, sympy.sign, sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh),
    *(sympy.atan, sympy.erf, sympy.erfc),
)


@final
class Root(sympy.Function):  # type: ignore[misc]
    """sqrt(max(x, 0)).

    Source: derived here (a notation).
    """

    nargs = 1


@final
class Arc(sympy.Function):  # type: ignore[misc]
    """atan2(s, sqrt(max(gap, 0))), which is asin(s / r) for gap = r^2 - s^2.

    Source: derived here (a notation).
    """

    nargs = 2


def stable_form(expression: sympy.Expr) -> sympy.Expr:
    """A closed form without arcsines, and with roots cut at zero where a covariance enters.

    Args:
        expression: of the functions that dual activations are made of.

    Returns:
        An equal expression at covariances, in `Arc`, `Root` and `GAP`.

    Raises:
        NoClosedForm: if a function has no counterpart in NumPy, JAX and C.

    Source: derived here: asin(s / r) = atan2(s, sqrt(r^2 - s^2)) for |s| <= r.

    Example:
        >>> stable_form(sympy.asin(c / (sympy.sqrt(a) * sympy.sqrt(b))))
        Arc(c, gap)
    """
    flat = expression.replace(sympy.acos, lambda x: sympy.pi / 2 - sympy.asin(x))
    flat = flat.replace(NormalCDF, lambda x: sympy.erfc(-x / sympy.sqrt(2)) / 2)
    arcs = flat.replace(sympy.asin, _arc)
    roots = arcs.replace(_is_open_root, lambda node: Root(node.base) ** (2 * node.exp))
    stable = roots.xreplace({a * b - c**2: GAP})
    for node in stable.atoms(sympy.Function, sympy.Piecewise, sympy.Integral):
        if not isinstance(node, (Root, Arc, *_COUNTERPARTS)):
            raise NoClosedForm(
                f"{type(node).__name__} has no counterpart in the languages that source() writes; "
                "evaluate with nngp, ntk or enclose instead"
            )
    return stable


def _arc(x: sympy.Expr) -> sympy.Expr:
    if x.is_number:
        return sympy.asin(x, evaluate=False) if sympy.asin(x).has(sympy.asin) else sympy.asin(x)
    square_numerator, square_denominator = sympy.fraction(sympy.together(x**2))
    numerator = sympy.simplify(x * sympy.sqrt(square_denominator))
    return Arc(numerator, sympy.expand(square_denominator - square_numerator))


def _is_open_root(node: sympy.Basic) -> bool:
    return bool(node.is_Pow and node.exp.is_Rational and node.exp.q == 2 and not node.base.is_nonnegative)
