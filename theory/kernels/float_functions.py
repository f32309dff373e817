"""Activations as functions on floats: without overflow far out, and without cancellation near 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from math import gcd, lcm
from typing import final

import numpy as np
import sympy

from ..symbols import z
from .arrays import Array, evaluate_array

_DECAY = sympy.Symbol("decay", positive=True)
"""exp(-rate |z|)."""
_SIZE = sympy.Symbol("size", positive=True)
"""|z|."""
_NEAR = 1.0


@final
@dataclass(frozen=True)
class FarForm:
    """A function for z of one sign in terms of t = exp(-rate |z|), which cannot overflow.

    Args:
        expression: in |z| and t. rate: positive.

    Source: derived here.
    """

    expression: sympy.Expr
    rate: sympy.Rational

    def at(self, x: Array) -> Array:
        """The values."""
        size = np.abs(x)
        return evaluate_array(self.expression, {_SIZE: size, _DECAY: np.exp(-float(self.rate) * size)})


def float_function(expression: sympy.Expr) -> Callable[[Array], Array]:
    """A function in z on arrays of floats.

    Args:
        expression: in z, without point masses.

    Returns:
        The function. Where exponentials of z occur, each side of [-1, 1] has a form in decaying ones only: so neither
        exp(-z) / (1 + exp(-z))^2 nor log(1 + exp(z)) is an overflow or 0 / 0 far out.

    Source: derived here.

    Example:
        >>> float_function(1 / (1 + sympy.exp(-z)) - sympy.log(1 + sympy.exp(z)))(np.array([-1e4, 0.0, 1e4])).round(3)
        array([ 0.000e+00, -1.930e-01, -9.999e+03])
    """
    forms = _far_forms(expression)

    def function(x: Array) -> Array:
        if forms is None:
            return evaluate_array(expression, {z: x})
        values = np.empty_like(x)
        zones = (np.abs(x) <= _NEAR, x > _NEAR, x < -_NEAR)
        for zone, form in zip(zones, (None, *forms), strict=True):
            if zone.any():
                values[zone] = evaluate_array(expression, {z: x[zone]}) if form is None else form.at(x[zone])
        return values

    return function


@cache
def _far_forms(expression: sympy.Expr) -> tuple[FarForm, FarForm] | None:
    """The forms for z > 0 and z < 0, or None where exponentials of z are none or not alike."""
    hyperbolic = (sympy.cosh, sympy.sinh, sympy.coth, sympy.sech, sympy.csch)
    flat = expression.replace(lambda node: node.func in hyperbolic, lambda node: node.rewrite(sympy.exp))
    slopes = [_slope(wave.args[0]) for wave in flat.atoms(sympy.exp) if wave.has(z)]
    if not slopes or None in slopes:
        return None
    rates = [abs(slope) for slope in slopes if slope is not None]
    rate = sympy.Rational(reduce(gcd, (r.p for r in rates)), reduce(lcm, (r.q for r in rates)))
    above, below = (FarForm(_decaying(flat.subs(z, side * _SIZE), rate), rate) for side in (1, -1))
    return above, below


def _slope(exponent: sympy.Expr) -> sympy.Rational | None:
    slope = sympy.diff(exponent, z)
    return slope if slope.is_Rational and slope != 0 else None


def _decaying(expression: sympy.Expr, rate: sympy.Rational) -> sympy.Expr:
    """The expression in |z| with t for exp(-rate |z|), as a quotient without negative powers of t."""

    def wave(exponent: sympy.Expr) -> sympy.Expr:
        slope = sympy.diff(exponent, _SIZE)
        return sympy.exp(sympy.expand(exponent - slope * _SIZE)) * _DECAY ** (-slope / rate)

    def settled(node: sympy.Expr) -> sympy.Expr:
        if not node.has(sympy.exp) or not node.has(_SIZE):
            return node
        if node.func == sympy.exp:
            return wave(node.args[0])
        if isinstance(node, sympy.Piecewise):
            return node.func(*((settled(value), condition) for value, condition in node.args))
        inner = node.func(*map(settled, node.args))
        return _logarithm(inner.args[0], rate) if inner.func == sympy.log else inner

    found = settled(expression)
    return found if found.has(sympy.Piecewise) else sympy.together(found)


def _logarithm(argument: sympy.Expr, rate: sympy.Expr) -> sympy.Expr:
    """log of a quotient, its powers of t taken out as multiples of z."""
    total: sympy.Expr = sympy.Integer(0)
    rest: list[tuple[sympy.Expr, int]] = []
    numerator, denominator = sympy.fraction(sympy.together(argument))
    for sign, part in ((1, numerator), (-1, denominator)):
        for factor in sympy.Mul.make_args(part):
            base, exponent = factor.as_base_exp()
            if base == _DECAY:
                total -= sign * exponent * rate * _SIZE
            else:
                rest.append((factor, sign))
    return total + sympy.log(sympy.Mul(*(factor**sign for factor, sign in rest)))
