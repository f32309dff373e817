"""Forms that hold tapes of their own: case distinctions and integrals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce

import sympy
from flint import acb, arb, ctx

from ..errors import OutsideDomain, UnknownFunction
from .complex import NOT_ANALYTIC
from .tape import Ball, Operation, Tape

Condition = Callable[[Sequence[Ball], bool], bool | None]
"""True or False where certain, None where the balls do not decide."""

_FEWEST_BITS = 10
_GUARD_BITS = 8
"""An integral is computed a little more accurately than its widest parameter, which limits it anyway."""
_EVALUATIONS_PER_BIT = 500
"""A kink costs a bisection per bit, each piece some dozens of nodes: enough for about ten kinks."""


def piecewise_operation(node: sympy.Piecewise, compile_part: Callable[[sympy.Expr], Tape]) -> Operation:
    """The cases of `node`: the one that certainly applies, or the hull of all that may apply."""
    cases = [(_condition(condition, compile_part), compile_part(value)) for value, condition in node.args]

    def evaluate(values: Sequence[Ball], analytic: bool) -> Ball:
        possible: list[Ball] = []
        refused: OutsideDomain | None = None
        for condition, tape in cases:
            applies = condition(values, analytic)
            if applies is False:
                continue
            if applies is None and analytic:
                return NOT_ANALYTIC
            try:
                possible.append(tape.run(values, analytic))
            except OutsideDomain as error:
                refused = error
            if applies:
                break
        if possible:
            return reduce(lambda one, two: one.union(two), possible)
        raise refused or OutsideDomain(f"{node}: no case applies; extend its conditions or shrink the domain")

    return evaluate


def _real_part(ball: Ball) -> arb:
    return ball.real if isinstance(ball, acb) else ball


def _condition(node: sympy.Basic, compile_part: Callable[[sympy.Expr], Tape]) -> Condition:
    if node in (sympy.true, sympy.false):
        return lambda values, analytic: node is sympy.true
    if isinstance(node, (sympy.And, sympy.Or)):
        parts = [_condition(part, compile_part) for part in node.args]
        decisive = isinstance(node, sympy.Or)
        return lambda values, analytic: _combine([part(values, analytic) for part in parts], decisive)
    if isinstance(node, sympy.Not):
        inner = _condition(node.args[0], compile_part)
        return lambda values, analytic: None if (found := inner(values, analytic)) is None else not found
    if type(node) in _RELATIONS:
        relation = _RELATIONS[type(node)]
        gap = compile_part(node.lhs - node.rhs)
        return lambda values, analytic: relation(_real_part(gap.run(values, analytic)))
    raise UnknownFunction(
        f"{type(node).__name__} in the condition {node} has no ball arithmetic; allowed are "
        "And, Or, Not and relations <, <=, >, >=, ==, != between allowed expressions"
    )


def _combine(found: list[bool | None], decisive: bool) -> bool | None:
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _certain(yes: bool, no: bool) -> bool | None:
    return True if yes else (False if no else None)


_RELATIONS: dict[type, Callable[[arb], bool | None]] = {
    sympy.StrictLessThan: lambda gap: _certain(gap < 0, gap >= 0),
    sympy.LessThan: lambda gap: _certain(gap <= 0, gap > 0),
    sympy.StrictGreaterThan: lambda gap: _certain(gap > 0, gap <= 0),
    sympy.GreaterThan: lambda gap: _certain(gap >= 0, gap < 0),
    sympy.Equality: lambda gap: _certain(gap.is_zero(), gap > 0 or gap < 0),
    sympy.Unequality: lambda gap: _certain(gap > 0 or gap < 0, gap.is_zero()),
}


def _accuracy(value: arb) -> int:
    """Bits to which an integral is worth computing, given a parameter."""
    accurate = ctx.prec if value.is_exact() else max(value.rel_accuracy_bits(), -_exponent(value.rad()))
    return max(_FEWEST_BITS, min(ctx.prec, accurate + _GUARD_BITS))


def _exponent(radius: arb) -> int:
    return math.frexp(float(radius))[1]


def integral_operation(low: Tape, high: Tape, integrand: Tape) -> Operation:
    """The integral of `integrand`, whose last variable is the variable of integration, between two tapes."""

    def evaluate(values: Sequence[arb], analytic: bool) -> arb:
        ends = acb(low.run(values)), acb(high.run(values))
        if not all(end.is_finite() for end in ends):
            return arb.nan()
        parameters = [acb(value) for value in values]
        refused: list[Exception] = []

        def callback(point: acb, on_ellipse: bool) -> acb:
            if refused:
                return NOT_ANALYTIC
            try:
                value: acb = integrand.run([*parameters, point], on_ellipse)
                return value
            except OutsideDomain as error:
                if not on_ellipse:
                    refused.append(error)
                return NOT_ANALYTIC
            except Exception as error:  # flint would wrap it beyond recognition
                refused.append(error)
                return NOT_ANALYTIC

        bits = min([ctx.prec, *(_accuracy(value) for value in values)])
        tolerance = arb(2) ** -bits
        result = acb.integral(
            callback, *ends, rel_tol=tolerance, abs_tol=tolerance, eval_limit=_EVALUATIONS_PER_BIT * bits
        )
        if refused:
            raise refused[0]
        if result.imag > 0 or result.imag < 0:
            raise OutsideDomain("an integral is not real; shrink the range of integration to where its integrand is")
        return result.real

    return evaluate
