"""A shorter form of an expression is equal to it."""

from fractions import Fraction

import sympy
from sympy import Interval, sqrt

from theory.balls import compile_balls
from theory.normal_form.simplification import simplify_exactly

x = sympy.Symbol("x", real=True)


def test_a_shorter_form_is_equal() -> None:
    """If this failed, an enclosure would be one of another function, or repetition would stay."""
    long = x**2 / sqrt(1 + x**2) ** 3 - 1 / sqrt(1 + x**2)
    short = simplify_exactly(long, {x: Interval(-1, 1)})
    assert short is not None
    assert short.count_ops() < long.count_ops()
    for value in (Fraction(-3, 4), Fraction(0), Fraction(1, 3)):
        assert compile_balls(long - short, (x,)).at({x: value}, 20).contains(0)


def test_what_the_form_does_not_cover_is_left() -> None:
    """If this failed, an infinite value would be simplified to something."""
    assert simplify_exactly(sympy.zoo * x, {x: Interval(-1, 1)}) is None
