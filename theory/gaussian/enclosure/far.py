"""The leading form of an expression in z far out on a half-strip, found by walking its tree."""

from __future__ import annotations

from functools import reduce

import sympy
from flint import arb

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...errors import NotEnclosed
from ...symbols import z
from .germ import Germ, HalfStrip, trimmed
from .germ_functions import FUNCTIONS, constant, exp, integer_power, log, power


def derive_germ(expression: sympy.Expr, strip: HalfStrip) -> Germ:
    """What is known of an expression on a half-strip.

    Args:
        expression: in `theory.symbols.z`, free of case distinctions. strip: where.

    Returns:
        A leading form that holds at every point of the strip; the expression is analytic there.

    Raises:
        NotEnclosed: if no rule applies, or a rule's condition is not certainly met; the message says which.

    Source: derived here; each rule proves its own bound (`germ`, `germ_functions`).
    """
    known: dict[sympy.Basic, Germ] = {}

    def visit(node: sympy.Basic) -> Germ:
        if node not in known:
            known[node] = _rule(node, [visit(part) for part in _parts(node)], strip)
        return known[node]

    return visit(expression)


def _parts(node: sympy.Basic) -> tuple[sympy.Basic, ...]:
    if z not in node.free_symbols:
        return ()
    if isinstance(node, sympy.Pow) and z not in node.exp.free_symbols:
        return (node.base,)
    if isinstance(node, sympy.Pow) and z not in node.base.free_symbols:
        return (node.exp,)
    return tuple(node.args)


def _rule(node: sympy.Basic, parts: list[Germ], strip: HalfStrip) -> Germ:
    if node == z:
        return Germ(strip, (arb(0), arb(strip.side)))
    if z not in node.free_symbols:
        return Germ(strip, trimmed((_number(node),)))
    if isinstance(node, sympy.Add):
        return reduce(lambda one, two: one + two, parts)
    if isinstance(node, sympy.Mul):
        return reduce(lambda one, two: one * two, parts)
    if isinstance(node, sympy.Pow):
        return _power(node, parts)
    if type(node) in FUNCTIONS:
        return FUNCTIONS[type(node)](parts[0])
    raise NotEnclosed(f"far out: {type(node).__name__} has no growth bound")


def _power(node: sympy.Pow, parts: list[Germ]) -> Germ:
    base, exponent = node.args
    if isinstance(exponent, sympy.Integer):
        return integer_power(parts[0], int(exponent))
    if z not in exponent.free_symbols:
        return power(parts[0], _number(exponent))
    if base is sympy.E:
        return exp(parts[0])
    if z not in base.free_symbols:
        return exp(log(constant(parts[0], _number(base))) * parts[0])
    return exp(log(parts[0]) * parts[1])


def _number(node: sympy.Basic) -> arb:
    value: arb = Compiler((), REALS).compile(node).run(())
    if not value.is_finite():
        raise NotEnclosed(f"far out: the constant {node} is not finite")
    return value
