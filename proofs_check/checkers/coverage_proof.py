"""What a search over boxes proves about an inequality: the function, its region and collars, the tree of cells.

The search and the re-check build the same function from the same data, so that a stored tree can be checked alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy
from sympy.polys.polyerrors import BasePolynomialError

from theory.errors import TheoryError
from theory.normal_form.splitting import split_sign

from .bounds import Bounds
from .branch_and_bound import check_tree
from .collars import Plan, build_collar
from .compactification import compactify
from .region import Axis, axes_of

METHODS = ("core", "direct", "compactified")
"""How the function is made from the gap: without factors of known sign, as it is, or on a bounded box."""


@final
@dataclass(frozen=True)
class Target:
    """A function that is nonnegative where the gap is.

    Args:
        expression: in real symbols. domain: these symbols -> intervals. axes: the region to cover.
        words: how it was made, empty if it is the gap itself. strict: whether positive gives a positive gap.
    """

    expression: sympy.Expr
    domain: Mapping[sympy.Symbol, sympy.Interval]
    axes: tuple[Axis, ...]
    words: tuple[str, ...]
    strict: bool

    def bounds(self, plans: tuple[Plan, ...]) -> Bounds | None:
        """The function with the collars of `plans`; None if the premises of one are not proved."""
        collars = [build_collar(self.expression, self.domain, plan) for plan in plans]
        if any(collar is None for collar in collars):
            return None
        return Bounds(self.expression, tuple(self.domain), [collar for collar in collars if collar is not None])

    def usable(self, plans: tuple[Plan, ...]) -> tuple[tuple[Plan, ...], Bounds]:
        """Those plans whose premises are proved, and the function with their collars."""
        built = [(plan, build_collar(self.expression, self.domain, plan)) for plan in plans]
        kept = [(plan, collar) for plan, collar in built if collar is not None]
        bounds = Bounds(self.expression, tuple(self.domain), [collar for _, collar in kept])
        return tuple(plan for plan, _ in kept), bounds


def target_of(gap: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval], method: str) -> Target | None:
    """The function that a method covers; None if the method has nothing to offer."""
    if method == "core":
        return _core(gap, domain)
    if method == "direct":
        return _plain(gap, domain, axes_of(domain), (), True)
    if not gap.is_rational_function(*gap.free_symbols) or all(axis.is_bounded for axis in axes_of(domain)):
        return None
    bounded = compactify(gap, domain)
    box = {symbol: _interval(*ends) for symbol, ends in zip(bounded.symbols, bounded.box, strict=True)}
    return _plain(bounded.expression, box, tuple(Axis(*ends) for ends in bounded.box), bounded.words, True)


def _interval(low: Fraction, high: Fraction) -> sympy.Interval:
    return sympy.Interval(
        sympy.Rational(low.numerator, low.denominator), sympy.Rational(high.numerator, high.denominator)
    )


def _core(gap: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Target | None:
    try:
        split = split_sign(gap, domain)
    except (TheoryError, BasePolynomialError):
        return None
    if split is None:
        return None
    words = ("left out, of known sign: " + ", ".join(split.known),)
    return _plain(split.core, domain, axes_of(domain), words, split.strict)


def _plain(
    expression: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    axes: tuple[Axis, ...],
    words: tuple[str, ...],
    strict: bool,
) -> Target:
    """In symbols of which no more is known than that they are real: a search leaves the domain of an integer."""
    plain = {symbol: sympy.Symbol(f"x_{index}_", real=True) for index, symbol in enumerate(domain)}
    renamed = {plain[symbol]: interval for symbol, interval in domain.items()}
    return Target(expression.xreplace(plain), renamed, axes, words, strict)


def check_coverage(
    gap: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    *,
    method: str,
    plans: tuple[Plan, ...],
    tree: str,
    strict: bool,
    slack: Fraction = Fraction(0),
) -> str:
    """Check again that gap + slack >= 0 (> 0 if `strict`) on the domain; the first thing that fails, or nothing.

    Args:
        slack: may be positive for the method "direct" only.
    """
    target = target_of(gap, domain, method)
    if target is None or (strict and not target.strict) or (slack and method != "direct"):
        return f"the method {method!r} does not apply to this inequality"
    bounds = target.bounds(plans)
    if bounds is None:
        return "the premises of a collar are not proved"
    return check_tree(bounds, target.axes, tree, strict=strict, slack=slack)
