"""Positions in an expression, and the value that each would need for the whole to be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import final

import sympy
from flint import arb, ctx

from .constants import BITS
from .samples import Samples, Values

MOST_POSITIONS = 160
_MOST_TERMS = 7
"""Sums of more terms are not split into partial sums."""


@final
@dataclass(frozen=True)
class Position:
    """A part of an expression. `needed` are its values, at the samples' points, that would make the whole right.

    Args:
        part: the part as it stands. depth: 0 for the whole. rebuild: a new part -> the whole with it.
        value: its values now. parent: the expression that it is an argument of; none for the whole.
    """

    part: sympy.Expr
    depth: int
    parent: sympy.Expr | None
    rebuild: Callable[[sympy.Expr], sympy.Expr]
    value: Values
    needed: Values


def positions(expression: sympy.Expr, target: Values, samples: Samples) -> Iterator[Position]:
    """The whole, its parts and the partial sums of its sums, breadth first, as far as the way down can be inverted."""
    value = samples.of(expression)
    if value is None:
        return
    queue = [Position(expression, 0, None, lambda part: part, value, target)]
    given = 0
    while queue and given < MOST_POSITIONS:
        position = queue.pop(0)
        given += 1
        yield position
        queue.extend(_below(position, samples))


def _below(position: Position, samples: Samples) -> Iterator[Position]:
    node = position.part
    values = [samples.of(part) for part in node.args]
    if any(value is None for value in values):
        return
    known = [value for value in values if value is not None]
    for index, part in enumerate(node.args):
        needed = _needed(node, index, known, position.needed)
        if needed is not None:
            yield Position(part, position.depth + 1, node, _replacing(position, index), known[index], needed)
    if isinstance(node, sympy.Add) and 2 < len(node.args) <= _MOST_TERMS:
        yield from _partial_sums(position, known)
    if isinstance(node, sympy.Mul):
        yield from _numerator(position, samples)


def _replacing(position: Position, index: int) -> Callable[[sympy.Expr], sympy.Expr]:
    def rebuild(part: sympy.Expr) -> sympy.Expr:
        arguments = list(position.part.args)
        arguments[index] = part
        return position.rebuild(position.part.func(*arguments))

    return rebuild


def _partial_sums(position: Position, values: Sequence[Values]) -> Iterator[Position]:
    terms = position.part.args
    places = range(len(terms))
    for size in range(2, len(terms)):
        for chosen in combinations(places, size):
            rest = [place for place in places if place not in chosen]
            others = _summed([values[place] for place in rest])
            with ctx.workprec(BITS):
                needed = tuple(whole - other for whole, other in zip(position.needed, others, strict=True))
            kept = sympy.Add(*(terms[place] for place in rest))
            yield Position(
                sympy.Add(*(terms[place] for place in chosen)),
                position.depth + 1,
                position.part,
                _with_terms(position, kept),
                _summed([values[place] for place in chosen]),
                needed,
            )


def _with_terms(position: Position, kept: sympy.Expr) -> Callable[[sympy.Expr], sympy.Expr]:
    """The whole expression with `kept` plus another part at the position."""
    return lambda part: position.rebuild(kept + part)


def _numerator(position: Position, samples: Samples) -> Iterator[Position]:
    """The numerator of a fraction, where it has several factors."""
    numerator, denominator = position.part.as_numer_denom()
    values, below = samples.of(numerator), samples.of(denominator)
    if denominator == 1 or not isinstance(numerator, sympy.Mul) or values is None or below is None:
        return
    with ctx.workprec(BITS):
        needed = tuple(whole * one for whole, one in zip(position.needed, below, strict=True))
    yield Position(
        numerator,
        position.depth + 1,
        position.part,
        lambda part: position.rebuild(part / denominator),
        values,
        needed,
    )


def _summed(columns: Sequence[Values]) -> Values:
    with ctx.workprec(BITS):
        return tuple(sum(row, arb(0)) for row in zip(*columns, strict=True))


def _needed(node: sympy.Expr, index: int, values: Sequence[Values], needed: Values) -> Values | None:
    """The inverse of `node` in its argument `index`, at every point, or None where it has none."""
    inverse = _inverse(node, index)
    if inverse is None:
        return None
    with ctx.workprec(BITS):
        found = tuple(inverse(whole, list(row)) for whole, row in zip(needed, zip(*values, strict=True), strict=True))
    return found if all(ball.is_finite() for ball in found) else None


def _inverse(node: sympy.Expr, index: int) -> Callable[[arb, list[arb]], arb] | None:
    if isinstance(node, sympy.Add):
        return lambda whole, row: whole - sum((value for place, value in enumerate(row) if place != index), arb(0))
    if isinstance(node, sympy.Mul):
        return lambda whole, row: whole / _product(value for place, value in enumerate(row) if place != index)
    if isinstance(node, sympy.Pow):
        return _base_of if index == 0 else _exponent_of
    return _FUNCTIONS.get(node.func)


def _product(values: Iterator[arb]) -> arb:
    return reduce(lambda one, two: one * two, values, arb(1))


def _base_of(whole: arb, row: list[arb]) -> arb:
    base, exponent = row
    if whole > 0:
        size = (whole.log() / exponent).exp()
        return size if base > 0 else -size
    odd = exponent == 1 or exponent == -1 or exponent == 3 or exponent == -3
    return -((-whole).log() / exponent).exp() if whole < 0 and odd else arb.nan()


def _exponent_of(whole: arb, row: list[arb]) -> arb:
    return whole.log() / row[0].log() if whole > 0 and row[0] > 0 else arb.nan()


def _within(ball: arb, low: arb, high: arb) -> bool:
    return bool(ball > low and ball < high)


def _arc(whole: arb, row: list[arb]) -> arb:
    return whole.sin() if _within(whole, -arb.pi() / 2, arb.pi() / 2) else arb.nan()


def _arc_cosine(whole: arb, row: list[arb]) -> arb:
    return whole.cos() if _within(whole, arb(0), arb.pi()) else arb.nan()


def _arc_tangent(whole: arb, row: list[arb]) -> arb:
    return whole.tan() if _within(whole, -arb.pi() / 2, arb.pi() / 2) else arb.nan()


def _sine(whole: arb, row: list[arb]) -> arb:
    return whole.asin() if _within(row[0], -arb.pi() / 2, arb.pi() / 2) else arb.nan()


def _cosine(whole: arb, row: list[arb]) -> arb:
    return whole.acos() if _within(row[0], arb(0), arb.pi()) else arb.nan()


def _logarithm(whole: arb, row: list[arb]) -> arb:
    return whole.log() if whole > 0 else arb.nan()


def _hyperbolic_cosine(whole: arb, row: list[arb]) -> arb:
    return (whole.acosh() if row[0] > 0 else -whole.acosh()) if whole > 1 else arb.nan()


_FUNCTIONS: dict[type, Callable[[arb, list[arb]], arb]] = {
    sympy.asin: _arc,
    sympy.acos: _arc_cosine,
    sympy.atan: _arc_tangent,
    sympy.sin: _sine,
    sympy.cos: _cosine,
    sympy.exp: _logarithm,
    sympy.log: lambda whole, row: whole.exp(),
    sympy.sinh: lambda whole, row: whole.asinh(),
    sympy.cosh: _hyperbolic_cosine,
    sympy.tanh: lambda whole, row: whole.atanh() if _within(whole, arb(-1), arb(1)) else arb.nan(),
    sympy.Abs: lambda whole, row: whole if row[0] > 0 else -whole,
}
"""Function -> its inverse near the value that its argument has now; nan where there is none."""
