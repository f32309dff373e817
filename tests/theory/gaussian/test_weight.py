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
    weight = absorb(frame, frame.element(ALPHA), frame.element(BETA))
    old = sympy.Matrix([[a, c], [c, b]])
    entries = [[weight.a, weight.c], [weight.c, weight.b]]
    new = sympy.Matrix([[entry.as_expr() for entry in row] for row in entries])
    assert sympy.simplify(new.inv() - (old.inv() - 2 * sympy.diag(ALPHA, BETA))) == sympy.zeros(2)
    assert sympy.simplify(old.det() / new.det() - weight.determinant.as_expr()) == 0
