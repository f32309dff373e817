"""Functions with kinks, split into pieces that are given by one analytic expression each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import final

import sympy
from flint import arb, ctx, fmpq
from sympy.core.relational import Relational

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...errors import NotEnclosed, OutsideDomain
from ...symbols import z
from .roots import Root, isolate_roots

KINKED = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min, sympy.Piecewise)
_PRECISIONS = (64, 256, 1024)


@final
@dataclass(frozen=True)
class Piece:
    """f(z) = expression for left < z < right; None is an infinite end.

    Args:
        expression: without case distinctions.
    """

    left: Root | None
    right: Root | None
    expression: sympy.Expr


@lru_cache(maxsize=256)
def split_at_kinks(expression: sympy.Expr) -> tuple[Piece, ...]:
    """The pieces of an expression, from left to right; they cover the line up to their ends.

    Args:
        expression: in `theory.symbols.z`, over the whitelist of `theory.balls`.

    Returns:
        Pieces whose expressions hold no case distinction. Proof: the sign of each switching function is constant
        between its roots, which `isolate_roots` finds completely, and is certain at one point between them.

    Raises:
        NotEnclosed: if the roots cannot be isolated or ordered.

    Source: derived here.
    """
    nodes = _innermost(expression)
    if not nodes:
        return (Piece(None, None, expression),)
    gaps = {_up_to_sign(gap) for node in nodes for gap in _gaps(node)}
    ends = _sorted({root for gap in gaps for root in isolate_roots(gap)})
    found: list[Piece] = []
    for left, right in zip((None, *ends), (*ends, None), strict=True):
        point = _between(left, right)
        chosen = expression.xreplace({node: _branch(node, point) for node in nodes})
        if chosen.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise NotEnclosed(f"{expression} is not defined around z = {point}; restrict it with a Piecewise")
        found += _clipped(split_at_kinks(chosen), left, right)
    return tuple(_merged(found))


def _innermost(expression: sympy.Expr) -> list[sympy.Basic]:
    nodes = expression.atoms(*KINKED)
    return [node for node in nodes if not any(gap.has(*KINKED) for gap in _gaps(node))]


def _gaps(node: sympy.Basic) -> list[sympy.Expr]:
    """The functions whose signs decide the case of a node."""
    if isinstance(node, (sympy.Max, sympy.Min)):
        return [one - two for k, one in enumerate(node.args) for two in node.args[k + 1 :]]
    if isinstance(node, sympy.Piecewise):
        return [rule.lhs - rule.rhs for rule in _relations(node)]
    return [node.args[0]]


def _up_to_sign(gap: sympy.Expr) -> sympy.Expr:
    return -gap if gap.could_extract_minus_sign() else gap


def _relations(node: sympy.Piecewise) -> list[Relational]:
    return [rule for _, condition in node.args for rule in condition.atoms(Relational)]


def _branch(node: sympy.Basic, point: Fraction) -> sympy.Expr:
    if isinstance(node, sympy.Piecewise):
        known = {rule: _holds(rule, _sign(rule.lhs - rule.rhs, point)) for rule in _relations(node)}
        for value, condition in node.args:
            if condition.xreplace(known) == sympy.true:
                return value
        raise OutsideDomain(f"{node}: no case applies at z = {point}; extend its conditions")
    if isinstance(node, (sympy.Max, sympy.Min)):
        wanted = 1 if isinstance(node, sympy.Max) else -1
        best = node.args[0]
        for other in node.args[1:]:
            best = other if _sign(other - best, point) == wanted else best
        return best
    side = sympy.Integer(_sign(node.args[0], point))
    if isinstance(node, sympy.Heaviside):
        return node.args[1] if side == 0 else (1 + side) / 2
    return side if isinstance(node, sympy.sign) else side * node.args[0]


def _holds(rule: Relational, sign: int) -> sympy.Basic:
    """Whether a relation holds where lhs - rhs has this sign."""
    return sympy.true if rule.func(sympy.Integer(sign), sympy.S.Zero) == sympy.true else sympy.false


def _sign(gap: sympy.Expr, point: Fraction) -> int:
    """The sign at a point that is no root, unless the function is 0 everywhere."""
    if gap.is_zero:
        return 0
    tape = Compiler((z,), REALS).compile(gap)
    for bits in _PRECISIONS:
        with ctx.workprec(bits):
            value = tape.run([arb(fmpq(point.numerator, point.denominator))])
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
    raise NotEnclosed(f"the sign of {gap} at z = {point} is not decided; simplify the expression")


def is_below(one: Root, two: Root) -> bool:
    """Whether one root is certainly smaller, the other case being that it is certainly larger.

    Source: derived here.
    """
    for bits in _PRECISIONS:
        with ctx.workprec(bits):
            left, right = one.ball(), two.ball()
            if left < right or left > right:
                return bool(left < right)
    raise NotEnclosed(f"the kinks {one.exact or one.function} and {two.exact or two.function} are not told apart")


def _sorted(roots: Iterable[Root]) -> list[Root]:
    ordered: list[Root] = []
    for root in roots:
        ordered.insert(sum(is_below(other, root) for other in ordered), root)
    return ordered


def _between(left: Root | None, right: Root | None) -> Fraction:
    """A rational number strictly between two different roots."""
    with ctx.workprec(_PRECISIONS[-1]):
        if left is None:
            return Fraction(0) if right is None else Fraction(int(float(right.ball().lower())) - 2)
        low = left.ball().upper()
        if right is None:
            return Fraction(int(float(low)) + 2)
        middle = ((arb(low) + arb(right.ball().lower())) / 2).mid()
        mantissa, exponent = middle.man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _clipped(pieces: Iterable[Piece], left: Root | None, right: Root | None) -> list[Piece]:
    kept = []
    for piece in pieces:
        low = _later(piece.left, left)
        high = _earlier(piece.right, right)
        if low is None or high is None or (low != high and is_below(low, high)):
            kept.append(Piece(low, high, piece.expression))
    return kept


def _later(one: Root | None, two: Root | None) -> Root | None:
    if one is None or two is None or one == two:
        return two if one is None else one
    return two if is_below(one, two) else one


def _earlier(one: Root | None, two: Root | None) -> Root | None:
    if one is None or two is None or one == two:
        return two if one is None else one
    return one if is_below(one, two) else two


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Neighbours with the same expression joined."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].expression == piece.expression:
            joined[-1] = Piece(joined[-1].left, piece.right, piece.expression)
        else:
            joined.append(piece)
    return joined
