"""Decides exact zero: a proof of an identity on a box, or no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import sympy

from ..errors import InvalidArgument
from .angles import ScaleChanged
from .rewriting import Rewriter

_PASSES = 12


@final
@dataclass(frozen=True, kw_only=True)
class Reduction:
    """What the normal form of an expression says.

    Args:
        is_zero: True is a proof that the expression is 0 at every point of the domain where it is defined;
            False decides nothing.
        normal_form: the reduced numerator, in domain symbols and generators.
        generators: "g1 = pi", "g2 = sqrt(1 - rho)", in the order of introduction.
        relations: "g2**2 = 1 - rho"; the numerator is reduced modulo these.
        steps: branches chosen and the signs that certify them.
    """

    is_zero: bool
    normal_form: sympy.Expr
    generators: tuple[str, ...]
    relations: tuple[str, ...]
    steps: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The reduction as JSON-ready data, for a certificate."""
        return {
            "is_zero": self.is_zero,
            "normal_form": str(self.normal_form),
            "generators": list(self.generators),
            "relations": list(self.relations),
            "steps": list(self.steps),
        }


def reduce_to_zero(expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Reduction:
    """Try to prove that an expression is 0 on a box.

    Formula: the numerator of the expression, written in roots r with r^q = f and transcendental generators, is reduced
        modulo the relations r^q - f, cos^2 + sin^2 - 1. Remainder 0 proves the identity. Used besides: addition
        theorems; acos(-x) = pi - acos(x), asin(x) = pi/2 - acos(x), atan(x) = asin(x/sqrt(1 + x^2)), half angles;
        sqrt(f g) = sqrt(f) sqrt(g) for factors that are certainly nonnegative on the domain, by Polya's criterion.

    Args:
        expr: a real expression. domain: every free symbol -> its interval.

    Returns:
        A `Reduction`; `is_zero=True` is sound, `is_zero=False` means "not decided".

    Raises:
        InvalidArgument: if a symbol has no interval, or the expression holds a float.
        OutsideDomain: if the expression is nowhere real.

    Source: derived here; every relation holds wherever both of its sides are real.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> reduce_to_zero(sympy.asin(x) + sympy.acos(x) - sympy.pi / 2, {x: sympy.Interval(-1, 1)}).is_zero
        True
    """
    if missing := expr.free_symbols - set(domain):
        raise InvalidArgument(f"domain={dict(domain)}: no interval for {sorted(map(str, missing))}; add one per symbol")
    if expr.has(sympy.Float):
        raise InvalidArgument(f"expr={expr}: it holds a float, which stands for a different number; write Rational")
    scales: dict[tuple[str, sympy.Expr], int] = {}
    for _ in range(_PASSES):
        rewriter = Rewriter(domain, scales)
        try:
            return _reduction(rewriter, expr)
        except ScaleChanged:
            continue
    raise InvalidArgument(f"expr={expr}: its angles have no common unit after {_PASSES} passes; simplify the arguments")


def _reduction(rewriter: Rewriter, expr: sympy.Expr) -> Reduction:
    tower = rewriter.tower
    value = rewriter.rewrite(expr)
    numerator, _ = tower.fraction(value)
    generators = [(generator.symbol, tower.explain(generator.meaning)) for generator in tower.generators]
    return Reduction(
        is_zero=bool(numerator == 0),
        normal_form=numerator,
        generators=tuple(f"{symbol} = {meaning}" for symbol, meaning in generators),
        relations=tuple(
            f"{generator.symbol}**{generator.degree} = {generator.power}"
            for generator in tower.generators
            if generator.power is not None
        ),
        steps=tuple(tower.steps),
    )
