"""Functions of one variable cut into pieces: between two breaks an expression without kinks and jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import final

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..errors import NoClosedForm
from ..symbols import z
from .sign_patterns import compare, refuse, sign_pattern

KINKED = (sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Piecewise)
"""The functions that make kinks and jumps."""


@final
@dataclass(frozen=True)
class Pieces:
    """A function of z, up to its values at the breaks.

    Args:
        breaks: in increasing order. values: one expression in z for each interval, from -oo on; one more than breaks.

    Source: derived here (a notation).
    """

    breaks: tuple[sympy.Expr, ...]
    values: tuple[sympy.Expr, ...]

    def merged(self) -> Pieces:
        """The same function without breaks between equal values."""
        breaks, values = [], [self.values[0]]
        for point, value in zip(self.breaks, self.values[1:], strict=True):
            if value != values[-1]:
                breaks.append(point)
                values.append(value)
        return Pieces(tuple(breaks), tuple(values))

    def intervals(self) -> Iterator[tuple[sympy.Expr, sympy.Expr, sympy.Expr]]:
        """(low, high, value) for each interval."""
        yield from zip((-sympy.oo, *self.breaks), (*self.breaks, sympy.oo), self.values, strict=True)


def merge_breaks(first: Sequence[sympy.Expr], second: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """The union of two increasing lists, in increasing order.

    Raises:
        NoClosedForm: if the order of two breaks is not known.

    Source: derived here.
    """
    merged, waiting = [], list(second)
    for point in first:
        while waiting and compare(waiting[0], point) < 0:
            merged.append(waiting.pop(0))
        if waiting and compare(waiting[0], point) == 0:
            waiting.pop(0)
        merged.append(point)
    return (*merged, *waiting)


@cache
def unfold(expression: sympy.Expr) -> Pieces:
    """Cut an expression in z where it has a kink or a jump.

    Args:
        expression: in z; Max, Min, Abs, sign, Heaviside and Piecewise of anything whose sign is decided exactly:
            polynomials, constant + constant * exp(affine), erf, tanh, atan, sinh or asinh of those, and products.

    Returns:
        The pieces. The values at the breaks themselves are left open.

    Raises:
        NoClosedForm: if a sign or an order of breaks is not known; the message names it.

    Source: derived here: a function acts on each piece of its arguments; a kinked one adds the zeros of its argument.

    Example:
        >>> unfold(sympy.Max(1 - sympy.Abs(z), 0)).breaks
        (-1, 0, 1)
    """
    if not expression.has(*KINKED) or not expression.has(z):
        return Pieces((), (expression,))
    rule = _RULES.get(expression.func)
    if rule is not None:
        return rule(expression)
    return apply(expression.func, [unfold(argument) for argument in expression.args])


def apply(function: Callable[..., sympy.Expr], arguments: Sequence[Pieces]) -> Pieces:
    """A function of pieces, interval by interval.

    Source: derived here.
    """
    breaks: tuple[sympy.Expr, ...] = reduce(merge_breaks, (argument.breaks for argument in arguments), ())
    columns = zip(*(_aligned(argument, breaks) for argument in arguments), strict=True)
    return Pieces(breaks, tuple(function(*column) for column in columns)).merged()


def _aligned(pieces: Pieces, breaks: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
    values, index = [pieces.values[0]], 0
    for point in breaks:
        if index < len(pieces.breaks) and compare(pieces.breaks[index], point) == 0:
            index += 1
        values.append(pieces.values[index])
    return tuple(values)


def signs(expression: sympy.Expr) -> Pieces:
    """The sign of an expression in z, as pieces with values -1, 0, 1.

    Raises:
        NoClosedForm: if it is not decided.

    Source: derived here.
    """
    return _pieces_signs(unfold(expression))


def _by_sign(expression: sympy.Expr, choices: tuple[sympy.Expr, sympy.Expr, sympy.Expr]) -> Pieces:
    return apply(lambda sign: choices[int(sign) + 1], [signs(expression)])


def _heaviside(expression: sympy.Expr) -> Pieces:
    at_zero = sympy.Heaviside(sympy.S.Zero)
    return _by_sign(expression.args[0], (sympy.S.Zero, at_zero, sympy.S.One))


def _sign(expression: sympy.Expr) -> Pieces:
    return signs(expression.args[0])


def _absolute(expression: sympy.Expr) -> Pieces:
    inner = unfold(expression.args[0])
    return apply(lambda sign, value: sign * value, [signs(expression.args[0]), inner])


def _maximum(expression: sympy.Expr) -> Pieces:
    arguments = sorted(expression.args, key=lambda argument: (argument.has(*KINKED), sympy.default_sort_key(argument)))
    return reduce(lambda one, two: _larger(one, two, 1), map(unfold, arguments))


def _minimum(expression: sympy.Expr) -> Pieces:
    return reduce(lambda one, two: _larger(one, two, -1), map(unfold, expression.args))


def _larger(first: Pieces, second: Pieces, direction: int) -> Pieces:
    difference = apply(lambda one, two: one - two, [first, second])
    sign = _pieces_signs(difference)
    return apply(lambda s, one, two: one if s * direction >= 0 else two, [sign, first, second])


def _pieces_signs(pieces: Pieces) -> Pieces:
    patterns = [sign_pattern(value).within(low, high) for low, high, value in pieces.intervals()]
    breaks = list(patterns[0].roots)
    for point, pattern in zip(pieces.breaks, patterns[1:], strict=True):
        breaks += [point, *pattern.roots]
    values = [sympy.Integer(sign) for pattern in patterns for sign in pattern.signs]
    return Pieces(tuple(breaks), tuple(values)).merged()


def _piecewise(expression: sympy.Expr) -> Pieces:
    undefined = Pieces((), (sympy.nan,))
    result = undefined
    for value, condition in reversed(expression.args):
        result = apply(_choose, [_truth(condition), unfold(value), result])
    if sympy.nan in result.values:
        raise refuse(expression, "its cases do not cover the line; end it with (value, True)")
    return result


def _choose(holds: sympy.Expr, value: sympy.Expr, other: sympy.Expr) -> sympy.Expr:
    return value if holds == 1 else other


def _truth(condition: Boolean) -> Pieces:
    if condition in (sympy.true, sympy.false):
        return Pieces((), (sympy.Integer(int(condition == sympy.true)),))
    if isinstance(condition, (sympy.And, sympy.Or)):
        pick = min if isinstance(condition, sympy.And) else max
        return apply(lambda *parts: pick(parts), [_truth(part) for part in condition.args])
    if isinstance(condition, sympy.Not):
        return apply(lambda part: 1 - part, [_truth(condition.args[0])])
    if not isinstance(condition, Relational) or condition.rel_op not in ("<", "<=", ">", ">="):
        raise NoClosedForm(f"the condition {condition} of the activation must compare two expressions by < or >")
    return _by_sign(condition.gts - condition.lts, (sympy.S.Zero, sympy.S.One, sympy.S.One))


_RULES: dict[type[sympy.Basic], Callable[[sympy.Expr], Pieces]] = {
    sympy.Heaviside: _heaviside,
    sympy.sign: _sign,
    sympy.Abs: _absolute,
    sympy.Max: _maximum,
    sympy.Min: _minimum,
    sympy.Piecewise: _piecewise,
}
