"""Recognition of constants: a narrow ball in, the one simple number in it out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import final

import mpmath
import sympy
from flint import arb, ctx, fmpq

BITS = 192
_NARROW = Fraction(1, 10**24)
"""Relative width above which a ball decides nothing: a number of two hundred simple ones would lie in it by chance."""
_TALLEST = 10**8
_TALLEST_WITH_GENERATOR = 64
_LARGEST_COEFFICIENT = 48
_RELATION_DIGITS = 22


@final
@dataclass(frozen=True)
class Constant:
    """A recognised number. `cost` grows with the size of the integers and the number of generators in it."""

    value: sympy.Expr
    cost: float


def recognise(ball: arb) -> Constant | None:
    """The simple number in a narrow ball, or None: p/q, (p/q pi^k)^(1/r), p/q g, p/q + r/s g for a generator g.

    Accuracy: a proposal only. Its caller must prove what follows from it.

    Example:
        >>> with ctx.workprec(BITS):
        ...     ball = (arb(2) / arb.pi()).sqrt()
        >>> print(recognise(ball).value)
        sqrt(2)/sqrt(pi)
    """
    with ctx.workprec(BITS):
        if not ball.is_finite():
            return None
        if ball.contains(0):
            return Constant(sympy.S.Zero, 0.0) if ball.abs_upper() < _as_ball(_NARROW) else None
        if arb(ball.rad()) > abs(ball.mid()) * _as_ball(_NARROW):
            return None
        return _rational(ball) or _root(ball) or _multiple(ball) or _sum(ball)


def height(value: Fraction) -> float:
    """Half the bits of a rational number: the cost of writing it."""
    return (math.log2(max(abs(value.numerator), 1)) + math.log2(value.denominator)) / 2


def _as_ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _nearest(ball: arb, tallest: int) -> Fraction | None:
    """The rational number of small height in the ball."""
    middle = ball.mid().fmpq()
    exact = Fraction(int(middle.p), int(middle.q)).limit_denominator(tallest)
    fits = exact and abs(exact.numerator) <= tallest and ball.contains(fmpq(exact.numerator, exact.denominator))
    return exact if fits else None


def _exact(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _rational(ball: arb) -> Constant | None:
    found = _nearest(ball, _TALLEST)
    return None if found is None else Constant(_exact(found), height(found))


def _root(ball: arb) -> Constant | None:
    """(p/q pi^k)^(1/r) with its sign."""
    sign, size = (1, ball) if ball > 0 else (-1, -ball)
    for order in (1, 2, 3, 4):
        for power in (0, -1, 1, -2, 2, -3, 3):
            found = _nearest(size**order / arb.pi() ** power, _TALLEST_WITH_GENERATOR)
            if found is not None:
                value = (_exact(found) * sympy.pi**power) ** sympy.Rational(1, order)
                return Constant(sign * value, height(found) / order + 2 * bool(power) + abs(power) / 2 + order - 1)
    return None


@cache
def _generators() -> tuple[sympy.Expr, ...]:
    root = sympy.sqrt
    plain = (sympy.log(2), 1 / sympy.log(2), sympy.E, 1 / sympy.E, root(sympy.E), 1 / root(sympy.E), sympy.log(3))
    return (*plain, root(2) * sympy.log(2))


def _enclosed(generator: sympy.Expr) -> arb:
    from_text: arb = arb(str(sympy.N(generator, 60)))
    return from_text + arb(0, arb(10) ** -57)


def _multiple(ball: arb) -> Constant | None:
    for generator in _generators():
        found = _nearest(ball / _enclosed(generator), _TALLEST_WITH_GENERATOR)
        if found is not None:
            return Constant(_exact(found) * generator, height(found) + 3)
    return None


def _sum(ball: arb) -> Constant | None:
    """p/q + r/s g by an integer relation."""
    with mpmath.workdps(_RELATION_DIGITS):
        number = mpmath.mpf(ball.str(_RELATION_DIGITS + 5, radius=False))
        for generator in (1 / sympy.pi, sympy.pi, sympy.sqrt(2), sympy.sqrt(3), sympy.log(2)):
            other = mpmath.mpf(str(sympy.N(generator, _RELATION_DIGITS + 5)))
            relation = mpmath.pslq([number, mpmath.mpf(1), other], maxcoeff=_LARGEST_COEFFICIENT, maxsteps=200)
            if relation and relation[0]:
                first, second = (Fraction(-term, relation[0]) for term in relation[1:])
                return Constant(_exact(first) + _exact(second) * generator, height(first) + height(second) + 4)
    return None
