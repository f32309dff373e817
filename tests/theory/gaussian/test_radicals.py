"""Inverse roots of rational functions."""

from __future__ import annotations

import sympy

from theory.gaussian.frame import Frame, is_positive_on_domain
from theory.gaussian.radicals import arrange, invert_root
from theory.symbols import a, b, c

FRAME = Frame.of([])
POINT = {a: sympy.Rational(5, 4), b: sympy.Rational(2, 3), c: sympy.Rational(-1, 2)}


def test_inverse_root_has_the_same_value() -> None:
    """If false, taking squares out of a root changes its value."""
    p, q, r = FRAME.variances
    gap = p * q - r**2
    for radicand in (gap, p * gap**3 / (p + 1), 8 * (p + 2 * gap) / (9 * q), gap**2 * (p + q - 2 * r) ** 2):
        root = invert_root(FRAME, radicand)
        inside = sympy.Mul(*(factor.as_expr() for factor in root.factors))
        value = (root.constant * root.rational.as_expr() / sympy.sqrt(inside)).subs(POINT)
        assert abs((value - 1 / sympy.sqrt(radicand.as_expr().subs(POINT))).evalf(30)) < sympy.Rational(1, 10**28)


def test_squares_of_unknown_sign_stay_inside() -> None:
    """If false, sqrt(c^2) becomes c, which is wrong for negative c."""
    p, _, r = FRAME.variances
    root = invert_root(FRAME, p * r**2)
    value = (root.constant * root.rational.as_expr() / sympy.sqrt(root.factors[0].as_expr())).subs(POINT)
    assert value > 0


def test_signs_on_the_domain() -> None:
    """If false, a polynomial that takes negative values is called positive, or the covariance gap is not."""
    p, q, r = (generator.numer for generator in FRAME.variances)
    assert is_positive_on_domain(p * q - r**2)
    assert is_positive_on_domain((2 * p + 1) * (2 * q + 1) - 4 * r**2)
    assert not is_positive_on_domain(p * q - 2 * r**2)
    assert not is_positive_on_domain(r)
    assert not is_positive_on_domain(p - q)


def test_arrangement_is_the_same_polynomial() -> None:
    """If false, printing changes a polynomial."""
    p, q, r = (generator.numer for generator in FRAME.variances)
    polynomial = (2 * p + 1) * (2 * q + 1) - 4 * r**2
    printed = arrange(polynomial, FRAME)
    assert printed == (2 * a + 1) * (2 * b + 1) - 4 * c**2
    assert sympy.expand(printed - polynomial.as_expr()) == 0
