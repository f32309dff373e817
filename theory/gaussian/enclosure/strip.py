"""Certificates of analyticity in a strip around the line, with a growth bound there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import sympy
from flint import acb, arb, ctx

from ...balls.compiler import Compiler
from ...balls.fields import COMPLEXES
from ...errors import NotEnclosed, OutsideDomain
from ...symbols import z
from .envelope import Envelope, upper
from .far import derive_germ
from .germ import HalfStrip

_STARTS = (4, 8, 16, 32, 64)
_BITS = 64
_DEPTH = 14
_CELLS = 4000
_WIDEST = arb(4)
_SHRINKING = (13, 16)
_NARROWER = ((3, 4), (1, 2), (1, 4))
_ATTEMPTS = 24


@final
@dataclass(frozen=True)
class Strip:
    """A proven statement: f is analytic on |Im z| <= width, and |f(x + i y)| <= bound(|x|) there.

    Args:
        width: exact. bound: with rate and curvature at least 0.
    """

    width: arb
    bound: Envelope


def certify_strip(expression: sympy.Expr, width: arb) -> Strip:
    """Certify analyticity and growth in the closed strip |Im z| <= width.

    Args:
        expression: in `theory.symbols.z`, over the whitelist of `theory.balls`. width: exact, positive.

    Returns:
        The certificate. Proof: for |Re z| >= R by the rules of `derive_germ`; for |Re z| <= R by a cover with closed
        rectangles, on each of which every operation is analytic (its complex ball is finite under the analytic flag).
        Rectangles cover the upper half only: all operations commute with conjugation.

    Raises:
        NotEnclosed: if a rectangle keeps meeting a singularity, or no growth bound is found.

    Source: derived here.
    """
    with ctx.workprec(_BITS):
        start, bound = _far_bound(expression, width)
        values = plane_values(expression)
        size = bound.size
        for left in range(-2 * start, 2 * start):
            low = abs(arb(left) / 2).union(abs(arb(left + 1) / 2)).lower()
            cell = supremum(values, (arb(left) / 2, arb(left + 1) / 2), (arb(0), width))
            size = arb.max(size, upper(cell / Envelope(arb(1), bound.rate, bound.curvature).at(arb(low))))
        return Strip(width, Envelope(upper(size), bound.rate, bound.curvature))


def _far_bound(expression: sympy.Expr, width: arb) -> tuple[int, Envelope]:
    reason: Exception = NotEnclosed("no start tried")
    for start in _STARTS:
        try:
            sides = [derive_germ(expression, HalfStrip(side, arb(start), width)).envelope() for side in (1, -1)]
            return start, (sides[0] + sides[1]).widened()
        except (NotEnclosed, OutsideDomain) as error:
            reason = error
    raise NotEnclosed(f"{expression}: {reason}; only functions of at most Gaussian growth are enclosed") from reason


@lru_cache(maxsize=256)
def certify_strips(expression: sympy.Expr) -> tuple[Strip, ...]:
    """Certificates for the widest strip on a geometric grid that can be certified, and for narrower ones.

    Returns:
        Several, since a narrower strip with a smaller bound may serve better; the widest first.

    Raises:
        NotEnclosed: if none can be certified.

    Source: derived here.
    """
    width, reason = _WIDEST, NotEnclosed("none")
    for _ in range(_ATTEMPTS):
        try:
            widest = certify_strip(expression, width)
        except NotEnclosed as error:
            reason = error
            width = _shrunk(width, *_SHRINKING)
        else:
            return (widest, *(certify_strip(expression, _shrunk(width, *ratio)) for ratio in _NARROWER))
    raise NotEnclosed(f"{expression} is not analytic in a strip that could be certified: {reason}") from reason


def _shrunk(width: arb, numerator: int, denominator: int) -> arb:
    return arb((width * numerator / denominator).mid())


def plane_values(expression: sympy.Expr) -> Callable[[acb], acb]:
    """Values on a complex ball, not finite unless the expression is analytic on the whole ball.

    Source: derived here.
    """
    tape = Compiler((z,), COMPLEXES).compile(expression)

    def evaluate(ball: acb) -> acb:
        try:
            value: acb = tape.run([ball], analytic=True)
        except OutsideDomain:
            return acb("nan")
        return value

    return evaluate


def supremum(values: Callable[[acb], acb], real: tuple[arb, arb], imaginary: tuple[arb, arb]) -> arb:
    """A bound of |f| on a closed rectangle on which f is thereby proven analytic.

    Raises:
        NotEnclosed: if subdivision does not separate it from a singularity.

    Source: derived here.
    """
    pending = [(real, imaginary, 0)]
    largest = arb(0)
    for _ in range(_CELLS):
        if not pending:
            return largest
        across, along, depth = pending.pop()
        value = values(acb(across[0].union(across[1]), along[0].union(along[1])))
        size = value.abs_upper() if value.is_finite() else arb.pos_inf()
        if size.is_finite() and (depth >= 4 or size < 8 * (1 + largest)):
            largest = arb.max(largest, arb(size))
            continue
        if depth == _DEPTH:
            break
        pending += _halves(across, along, depth + 1)
    raise NotEnclosed(f"a singularity is near {real[0].str(4, radius=False)} or within the ellipse around it")


def _halves(
    across: tuple[arb, arb], along: tuple[arb, arb], depth: int
) -> list[tuple[tuple[arb, arb], tuple[arb, arb], int]]:
    if across[1] - across[0] > along[1] - along[0]:
        middle = arb(((across[0] + across[1]) / 2).mid())
        return [((across[0], middle), along, depth), ((middle, across[1]), along, depth)]
    middle = arb(((along[0] + along[1]) / 2).mid())
    return [(across, (along[0], middle), depth), (across, (middle, along[1]), depth)]
