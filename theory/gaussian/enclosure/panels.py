"""Panels on which a function is analytic in an ellipse, for the Gauss-Legendre rule with a proven error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import final

import sympy
from flint import acb, arb, ctx

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...balls.tape import Tape
from ...errors import NotEnclosed, OutsideDomain
from ...symbols import z
from .envelope import Envelope, upper
from .far import derive_germ
from .germ import HalfStrip
from .pieces import Piece, split_at_kinks
from .strip import plane_values, supremum

ELLIPSES = tuple(arb(k) / 8 for k in (48, 36, 28, 22, 18, 15, 13))
"""Sums of the half-axes, relative to half a panel, that are tried; the larger, the faster the convergence."""
_BITS = 64
_STARTS = (4, 8, 16, 32, 64)
_CELLS = 20_000
_LEAST = arb(2) ** -200
_MOST_PANELS = 3000
_DEPTH = 30


@final
@dataclass(frozen=True)
class Ellipse:
    """|f| <= size on the ellipse around a panel whose half-axes sum to `total` half-panels."""

    total: arb
    size: arb

    def half_axes(self) -> tuple[arb, arb]:
        """Along and across the line, in half-panels: (s + 1/s) / 2 and (s - 1/s) / 2."""
        return (self.total + 1 / self.total) / 2, (self.total - 1 / self.total) / 2

    def gauss_error(self, nodes: int, half: arb, weight: arb) -> arb:
        """The error of the rule on a panel of half-length `half`, for an integrand of at most size * weight.

        Formula:
            half * (64/15) M s^(-2 N) / (1 - s^-2).

        Proof: the Chebyshev coefficients satisfy |a_k| <= 2 M s^-k; the rule with N >= 2 nodes is exact to degree
        2 N - 1, odd terms vanish by symmetry, and for even k >= 4 both |I(T_k)| <= 2 / 15 and the rule's value <= 2
        in modulus, its weights being positive with sum 2. Sum 2 M (32/15) s^-k over even k >= 2 N.
        """
        return half * 64 * self.size * weight * self.total ** (-2 * nodes) / (15 * (1 - self.total**-2))


@final
@dataclass(frozen=True)
class Panel:
    """An interval on which f is one analytic expression.

    Args:
        left, right: ends. values: f as a real tape. size: a bound of |f| on it. ellipses: where f is analytic.
    """

    left: arb
    right: arb
    values: Tape
    size: arb
    ellipses: tuple[Ellipse, ...]

    @property
    def half(self) -> arb:
        """Half the length."""
        return (self.right - self.left) / 2

    @property
    def centre(self) -> arb:
        """The midpoint."""
        return (self.right + self.left) / 2


@final
@dataclass(frozen=True)
class Panels:
    """All panels of a window.

    Args:
        panels: where the rule applies. left_out: (length, bound of |f|) of intervals too short to matter.
    """

    panels: tuple[Panel, ...]
    left_out: tuple[tuple[arb, arb], ...]


@lru_cache(maxsize=256)
def bound_growth(expression: sympy.Expr) -> Envelope:
    """K, lam, kap with |f(x)| <= K exp(lam |x| + kap x^2) for all real x.

    Args:
        expression: in `theory.symbols.z`, possibly with kinks.

    Raises:
        NotEnclosed: if it is unbounded somewhere, or grows faster.

    Source: derived here; far out by `derive_germ` on the outer pieces, else by a cover with balls.
    """
    with ctx.workprec(_BITS):
        pieces = split_at_kinks(expression)
        start, bound = _outer_bound(expression, pieces)
        tape = Compiler((z,), REALS).compile(expression)
        size = bound.size
        for left in range(-2 * start, 2 * start):
            ends = arb(left) / 2, arb(left + 1) / 2
            low = arb(ends[0].union(ends[1]).abs_lower())
            size = arb.max(
                size, upper(_line_supremum(tape, *ends) / Envelope(arb(1), bound.rate, bound.curvature).at(low))
            )
        return Envelope(upper(size), bound.rate, bound.curvature)


def _outer_bound(expression: sympy.Expr, pieces: Sequence[Piece]) -> tuple[int, Envelope]:
    reason: Exception = NotEnclosed("a kink lies too far out")
    for start in _STARTS:
        left, right = pieces[0].right, pieces[-1].left
        if not ((left is None or left.ball() > -start) and (right is None or right.ball() < start)):
            continue
        try:
            sides = [
                derive_germ(piece.expression, HalfStrip(side, arb(start), arb(0))).envelope()
                for side, piece in ((-1, pieces[0]), (1, pieces[-1]))
            ]
            return start, (sides[0] + sides[1]).widened()
        except (NotEnclosed, OutsideDomain) as error:
            reason = error
    raise NotEnclosed(f"{expression}: {reason}; only functions of at most Gaussian growth are enclosed") from reason


def _line_supremum(tape: Tape, left: arb, right: arb) -> arb:
    pending, largest = [(left, right, 0)], arb(0)
    for _ in range(_CELLS):
        if not pending:
            return largest
        low, high, depth = pending.pop()
        value = _value(tape, low.union(high))
        if value.is_finite():
            largest = arb.max(largest, arb(value.abs_upper()))
            continue
        if depth == _DEPTH:
            break
        middle = arb(((low + high) / 2).mid())
        pending += [(low, middle, depth + 1), (middle, high, depth + 1)]
    raise NotEnclosed(f"the function is not bounded near {left.str(4, radius=False)}; only bounded pieces are enclosed")


def _value(tape: Tape, ball: arb) -> arb:
    try:
        value: arb = tape.run([ball])
    except OutsideDomain:
        return arb.nan()
    return value


def cut_panels(
    expression: sympy.Expr, window: tuple[arb, arb], longest: arb, rest: Callable[[arb, arb], bool]
) -> Panels:
    """Panels of f on a window.

    Args:
        expression: in `theory.symbols.z`. window: exact ends. longest: no panel is longer.
        rest: whether an interval of a given length and bound of |f| may be left out.

    Raises:
        NotEnclosed: if a kink lies on an end of the window, or too many panels are needed.

    Source: derived here; ellipses by covers with complex balls under the analytic flag, on the piece's own expression.
    """
    whole = Compiler((z,), REALS).compile(expression)
    panels: list[Panel] = []
    left_out: list[tuple[arb, arb]] = []
    for left, right, piece in _inside(split_at_kinks(expression), window):
        if piece.expression.is_zero:
            continue
        values, plane = Compiler((z,), REALS).compile(piece.expression), plane_values(piece.expression)
        count = int(float(((right - left) / longest).upper())) + 1
        marks = [left, *(arb((left + (right - left) * k / count).mid()) for k in range(1, count)), right]
        pending = list(pairwise(marks))
        while pending:
            if len(panels) + len(pending) > _MOST_PANELS:
                raise NotEnclosed(f"{expression}: more than {_MOST_PANELS} panels; the law is too nearly degenerate")
            low, high = pending.pop()
            with ctx.workprec(_BITS):
                ellipses = _ellipses(plane, low, high)
            if ellipses:
                with ctx.workprec(_BITS):
                    size = arb.min(_size(whole, low, high), ellipses[-1].size)
                panels.append(Panel(low, high, values, size, ellipses))
                continue
            size = _size(whole, low, high)
            if size.is_finite() and rest(high - low, size):
                left_out.append((high - low, size))
                continue
            middle = arb(((low + high) / 2).mid())
            if not (high - low > _LEAST and low < middle and middle < high):
                raise NotEnclosed(f"{expression} is not analytic near {low.str(6, radius=False)} and not bounded there")
            pending += [(low, middle), (middle, high)]
    return Panels(tuple(panels), tuple(left_out))


def _inside(pieces: Sequence[Piece], window: tuple[arb, arb]) -> list[tuple[arb, arb, Piece]]:
    found = []
    for piece in pieces:
        left = window[0] if piece.left is None else piece.left.ball()
        right = window[1] if piece.right is None else piece.right.ball()
        if left >= window[1] or right <= window[0]:
            continue
        left, right = (window[0] if left <= window[0] else left), (window[1] if right >= window[1] else right)
        if not (left >= window[0] and right <= window[1] and left < right):
            raise NotEnclosed("a kink lies on an end of the window; ask for another number of digits")
        found.append((left, right, piece))
    return found


def _size(tape: Tape, low: arb, high: arb) -> arb:
    value = _value(tape, low.union(high))
    return arb(value.abs_upper()) if value.is_finite() else arb.pos_inf()


def _ellipses(plane: Callable[[acb], acb], low: arb, high: arb) -> tuple[Ellipse, ...]:
    """The ellipses that can be certified, by the rectangles around them; all below the largest certified one."""
    centre, half = (low + high) / 2, (high - low) / 2
    found: list[Ellipse] = []
    for total in ELLIPSES:
        ellipse = Ellipse(total, arb(0))
        long, short = ellipse.half_axes()
        ends = (centre - half * long).lower(), (centre + half * long).upper()
        try:
            size = supremum(plane, (arb(ends[0]), arb(ends[1])), (arb(0), upper(half * short)))
        except NotEnclosed:
            continue
        found.append(Ellipse(total, upper(size)))
    return tuple(found)


__all__ = ["Ellipse", "Panel", "Panels", "bound_growth", "cut_panels"]
