"""Absorbing exponentials of squares."""

from __future__ import annotations

import sympy

from theory.gaussian.frame import Frame
from theory.gaussian.weight import absorb
from theory.symbols import a, b, c

ALPHA, BETA = sympy.Rational(-2, 3), sympy.Rational(1, 5)


def test_precisions_add() -> None:
    """If false, the new precision is not the old one minus 2 diag(alpha, beta), or the factor is wrong."""
    frame = Frame.of([])
    zero = frame.field.zero
    weight = absorb(frame, (frame.element(ALPHA), frame.element(BETA)), (zero, zero), (zero, zero))
    old = sympy.Matrix([[a, c], [c, b]])
    entries = [[weight.a, weight.c], [weight.c, weight.b]]
    new = sympy.Matrix([[entry.as_expr() for entry in row] for row in entries])
    assert sympy.simplify(new.inv() - (old.inv() - 2 * sympy.diag(ALPHA, BETA))) == sympy.zeros(2)
    assert sympy.simplify(old.det() / new.det() - weight.determinant.as_expr()) == 0
    assert weight.mean == (zero, zero)
    assert weight.exponent == zero


def test_squares_are_completed() -> None:
    """If false, the exponents before and after absorbing differ by more than the constant that is split off."""
    p, q, m, n, x, y = sympy.symbols("p q m n x y", real=True)
    frame = Frame.of([p, q, m, n])
    weight = absorb(
        frame,
        (frame.element(ALPHA), frame.element(BETA)),
        (frame.element(p), frame.element(q)),
        (frame.element(m), frame.element(n)),
    )
    entry = frame.expression
    point, old_mean = sympy.Matrix([x, y]), sympy.Matrix([m, n])
    old = sympy.Matrix([[a, c], [c, b]])
    new = sympy.Matrix([[entry(weight.a), entry(weight.c)], [entry(weight.c), entry(weight.b)]])
    new_mean = sympy.Matrix([entry(value) for value in weight.mean])
    before = ALPHA * x**2 + BETA * y**2 + p * x + q * y - ((point - old_mean).T * old.inv() * (point - old_mean))[0] / 2
    after = entry(weight.exponent) - ((point - new_mean).T * new.inv() * (point - new_mean))[0] / 2
    values = {a: 2, b: sympy.Rational(3, 7), c: sympy.Rational(-1, 2), p: 3, q: -2, m: sympy.Rational(5, 3), n: -1}
    assert sympy.expand((before - after).subs(values)) == 0
