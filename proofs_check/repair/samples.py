"""Values of expressions at well spread exact points of a domain, in narrow balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias, final

import numpy as np
import sympy
from flint import arb, fmpq

from theory.balls import BallFunction, compile_balls
from theory.errors import TheoryError

from ..checkers.points import Point, spread_points

COUNT = 14
DIGITS = 42
_MOST_CUBES = 12

Values: TypeAlias = tuple[arb, ...]


@final
@dataclass
class Samples:
    """Balls of expressions at the points where both sides of a claim are defined; each expression is compiled once."""

    symbols: tuple[sympy.Symbol, ...]
    points: tuple[Point, ...]
    _known: dict[sympy.Expr, Values | None] = field(default_factory=dict, repr=False)

    def of(self, expression: sympy.Expr) -> Values | None:
        """A ball per point, or None where the expression is not a real number at all of them."""
        if expression not in self._known:
            self._known[expression] = self._evaluate(expression)
        return self._known[expression]

    def _evaluate(self, expression: sympy.Expr) -> Values | None:
        try:
            function = compile_balls(expression, self.symbols)
            return tuple(function.at(_exact(point), DIGITS) for point in self.points)
        except TheoryError:
            return None


def _exact(point: Point) -> dict[sympy.Symbol | str, fmpq]:
    return {symbol: fmpq(value.numerator, value.denominator) for symbol, value in point.items()}


def _is_defined(sides: Sequence[BallFunction], point: Point) -> bool:
    try:
        return all(side.at(_exact(point), DIGITS).is_finite() for side in sides)
    except TheoryError:
        return False


def draw_samples(
    sides: Sequence[sympy.Expr], domain: Mapping[sympy.Symbol, sympy.Interval], rng: np.random.Generator
) -> Samples:
    """Points of the domain, at most `COUNT`, where every side is defined.

    Raises:
        TheoryError: if a side cannot be compiled to balls.
    """
    symbols = tuple(domain)
    functions = [compile_balls(side, symbols) for side in sides]
    found: list[Point] = []
    for _ in range(_MOST_CUBES if domain else 1):
        # The hypercube comes first; what follows it are ends and simple points, where formulas agree by accident.
        cube = islice(spread_points(domain, COUNT, rng, lambda: COUNT), COUNT)
        found.extend(point for point in cube if _is_defined(functions, point))
        if len(found) >= COUNT:
            break
    return Samples(symbols, tuple(found[:COUNT]))
