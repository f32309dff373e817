"""Interval arithmetic on the extended line, for boxes with infinite sides: slow, and used on few of them.

An interval is a pair of exact ends, possibly infinite. On a set of real points 0 times an unbounded value is 0; at a
limit it is indeterminate, and so is infinity minus infinity: the whole line is the answer there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TypeAlias, final

import sympy
from flint import arb, ctx

from theory.balls.compiler import Compiler
from theory.balls.fields import REALS
from theory.errors import OutsideDomain, UnknownFunction
from theory.normal_cdf import NormalCDF

from .region import Box

Span: TypeAlias = tuple[arb, arb]

_BITS = 96
_INF = arb("inf")
LINE: Span = (-_INF, _INF)
_LIMITS: dict[type, tuple[int | sympy.Expr | None, int | sympy.Expr | None]] = {
    sympy.exp: (0, None),
    sympy.tanh: (-1, 1),
    sympy.erf: (-1, 1),
    sympy.erfc: (2, 0),
    NormalCDF: (0, 1),
    sympy.atan: (-sympy.pi / 2, sympy.pi / 2),
    sympy.sinh: (None, None),
    sympy.asinh: (None, None),
    sympy.erfi: (None, None),
}
"""Monotone functions on the line and their limits; None is an infinite one."""


@final
class ExtendedFunction:
    """An expression on boxes with infinite sides.

    Args:
        expression, symbols: as for balls.
    """

    def __init__(self, expression: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> None:
        self._expression = expression
        self._symbols = tuple(symbols)

    def over(self, box: Box, limits: Sequence[int] = (), *, smooth: bool = False, edges: bool = False) -> Span:
        """Ends of an enclosure over the real points of a box; `limits` are sides to take at their infinite end.

        `smooth` is for derivatives: the whole line where the box may hold a pole or leave the domain, across which
        a derivative says nothing. `edges` still admits 1/sqrt(u) of a u that reaches 0: unbounded, but of one sign.

        Raises:
            OutsideDomain: if the expression is real nowhere on the box.
        """
        with ctx.workprec(_BITS):
            sides = {
                symbol: (-_INF if low is None else arb(low).lower(), _INF if high is None else arb(high).upper())
                for symbol, (low, high) in zip(self._symbols, box, strict=True)
            }
            for index in limits:
                end = _INF if box[index][1] is None else -_INF
                sides[self._symbols[index]] = (end, end)
            return _Evaluation(sides, bool(limits), smooth or edges, edges).visit(self._expression)


@final
class _Evaluation:
    def __init__(self, sides: dict[sympy.Symbol, Span], at_limit: bool, smooth: bool, edges: bool) -> None:
        self._smooth = smooth
        self._edges = edges
        self._values: dict[sympy.Basic, Span] = dict(sides)
        self._at_limit = at_limit

    def visit(self, node: sympy.Basic) -> Span:
        if node not in self._values:
            self._values[node] = self._write(node)
        return self._values[node]

    def _write(self, node: sympy.Basic) -> Span:
        if isinstance(node, sympy.Add):
            return reduce(_sum, map(self.visit, node.args))
        if isinstance(node, sympy.Mul):
            return reduce(self._product, map(self.visit, node.args))
        if isinstance(node, sympy.Pow) and isinstance(node.exp, sympy.Rational):
            return self._power(self.visit(node.base), node.exp)
        if isinstance(node, (sympy.Piecewise, sympy.Integral)):
            return LINE
        if isinstance(node, sympy.exp) or type(node) in _LIMITS:
            return _monotone(type(node), self.visit(node.args[0]))
        parts = [self.visit(part) for part in node.args]
        if isinstance(node, (sympy.Max, sympy.Min)):
            choose = arb.max if isinstance(node, sympy.Max) else arb.min
            return reduce(lambda one, two: (choose(one[0], two[0]), choose(one[1], two[1])), parts)
        if isinstance(node, sympy.Abs):
            return _absolute(parts[0])
        if isinstance(node, sympy.cosh):
            low, high = _absolute(parts[0])
            return _end(sympy.cosh, low, upwards=False), _end(sympy.cosh, high, upwards=True)
        if self._at_limit and not isinstance(node, _CONTINUOUS) and parts and not _is_log_of_positive(node, parts):
            return LINE
        if self._smooth and not _is_inside(node, parts):
            return LINE
        if isinstance(node, sympy.log):
            return _logarithm(parts[0])
        return _by_balls(node, parts)

    def _product(self, one: Span, two: Span) -> Span:
        ends = [_times(first, second) for first in one for second in two]
        if self._at_limit and any(
            _is_unbounded(span) and _holds_zero(other) for span, other in ((one, two), (two, one))
        ):
            return LINE
        return _hull(ends)

    def _power(self, base: Span, exponent: sympy.Rational) -> Span:
        if self._smooth and exponent.q > 1 and not base[0] >= 0:
            return LINE
        if exponent < 0 and exponent.q > 1 and not (base[0] > 0 or (self._edges and base[1] > 0)):
            return LINE
        if self._smooth and exponent < 0 and exponent.q == 1 and _holds_zero(base):
            return LINE
        if exponent < 0:
            inverted = self._power(base, -exponent)
            return LINE if self._at_limit and _holds_zero(inverted) else _reciprocal(inverted)
        if exponent.q > 1:
            if base[1] < 0:
                raise OutsideDomain(f"a power {exponent} of negative numbers is not real")
            base = (arb.max(base[0], arb(0)), base[1])
        elif exponent.p % 2 == 0:
            base = _absolute(base)
        return _raise(base[0], exponent, upwards=False), _raise(base[1], exponent, upwards=True)


def _is_unbounded(span: Span) -> bool:
    return not (span[0].is_finite() and span[1].is_finite())


def _holds_zero(span: Span) -> bool:
    return bool(span[0] <= 0 and span[1] >= 0)


def _times(one: arb, two: arb) -> arb:
    return arb(0) if one.is_zero() or two.is_zero() else one * two


def _hull(ends: Sequence[arb]) -> Span:
    if any(end.is_nan() for end in ends):
        return LINE
    low = reduce(arb.min, [end.lower() if end.is_finite() else end for end in ends])
    high = reduce(arb.max, [end.upper() if end.is_finite() else end for end in ends])
    return low, high


def _sum(one: Span, two: Span) -> Span:
    low, high = one[0] + two[0], one[1] + two[1]
    low = -_INF if low.is_nan() else low.lower() if low.is_finite() else low
    high = _INF if high.is_nan() else high.upper() if high.is_finite() else high
    return low, high


def _absolute(span: Span) -> Span:
    low, high = span
    if low >= 0:
        return span
    if high <= 0:
        return -high, -low
    return arb(0), arb.max(-low, high)


def _reciprocal(span: Span) -> Span:
    low, high = span
    if low.is_zero() and high.is_zero():
        raise OutsideDomain("division by 0")
    if low < 0 and high > 0:
        return LINE
    ends = [
        (-_INF if high <= 0 else _INF) if end.is_zero() else arb(0) if not end.is_finite() else 1 / end for end in span
    ]
    return _hull(ends)


def _raise(end: arb, exponent: sympy.Rational, *, upwards: bool) -> arb:
    if not end.is_finite():
        return -_INF if end < 0 and exponent.p % 2 else _INF
    ball = end.root(int(exponent.q)) if exponent.q > 1 else end
    ball = ball ** int(exponent.p)
    return ball.upper() if upwards else ball.lower()


def _constant(value: sympy.Expr | int) -> arb:
    tape = Compiler((), REALS).compile(sympy.sympify(value, strict=True))
    ball: arb = tape.run([])
    return ball


def _end(kind: type, end: arb, *, upwards: bool) -> arb:
    if not end.is_finite():
        limit = _LIMITS[kind][0 if end < 0 else 1] if kind in _LIMITS else None
        if limit is None:
            return -_INF if end < 0 else _INF
        ball = _constant(limit)
    else:
        ball = REALS.functions[kind]([end], False)
    if not ball.is_finite():
        return ball if ball > 0 or ball < 0 else _INF if upwards else -_INF
    return ball.upper() if upwards else ball.lower()


def _monotone(kind: type, span: Span) -> Span:
    if kind is sympy.erfc:
        return _end(kind, span[1], upwards=False), _end(kind, span[0], upwards=True)
    return _end(kind, span[0], upwards=False), _end(kind, span[1], upwards=True)


def _logarithm(span: Span) -> Span:
    low, high = span
    if high <= 0:
        raise OutsideDomain("log of numbers that are not positive is not real")
    bottom = low.log().lower() if low > 0 and low.is_finite() else (_INF if low > 0 else -_INF)
    return bottom, high.log().upper() if high.is_finite() else _INF


_CONTINUOUS = (sympy.sin, sympy.cos, sympy.asin, sympy.acos)
"""Functions without jumps: a limit of the argument gives a limit of the value."""


def _is_log_of_positive(node: sympy.Basic, parts: Sequence[Span]) -> bool:
    return isinstance(node, sympy.log) and bool(parts[0][0] > 0)


def _is_inside(node: sympy.Basic, parts: Sequence[Span]) -> bool:
    """Whether the arguments certainly lie within the domain of a function that has one."""
    if isinstance(node, sympy.log):
        return bool(parts[0][0] > 0)
    if isinstance(node, (sympy.asin, sympy.acos)):
        return bool(parts[0][0] >= -1 and parts[0][1] <= 1)
    return not isinstance(node, (sympy.Pow, sympy.atan2, sympy.gamma)) or bool(parts[0][0] > 0)


_BOUNDED: tuple[type, ...] = (sympy.sin, sympy.cos, sympy.sign, sympy.Heaviside)


def _by_balls(node: sympy.Basic, parts: Sequence[Span]) -> Span:
    if all(not _is_unbounded(span) for span in parts):
        stand_ins = tuple(sympy.Dummy(real=True) for _ in parts)
        try:
            whole = node.func(*stand_ins) if parts else node
            tape = Compiler(stand_ins, REALS).compile(whole)
        except UnknownFunction:
            return LINE
        ball = tape.run([low.union(high) for low, high in parts])
        return (ball.lower(), ball.upper()) if ball.is_finite() else LINE
    return (arb(-1), arb(1)) if isinstance(node, _BOUNDED) else LINE
