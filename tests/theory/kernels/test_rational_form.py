"""The exact quadratic form of the two-layer kernel."""

from fractions import Fraction

import mpmath
import pytest

from theory.errors import InvalidArgument
from theory.kernels.rational_form import quadratic_form

UNITS = (
    (Fraction(3, 5), Fraction(4, 5)),
    (Fraction(-4, 5), Fraction(3, 5)),
    (Fraction(5, 13), Fraction(-12, 13)),
    (Fraction(1), Fraction(0)),
)


def direct(points: tuple[tuple[Fraction, ...], ...], weights: tuple[Fraction, ...]) -> mpmath.mpf:
    """The form entry by entry from the definition, at 60 digits."""
    total = mpmath.mpf(0)
    for w, x in zip(weights, points, strict=True):
        for v, y in zip(weights, points, strict=True):
            t = sum(p * q for p, q in zip(x, y, strict=True))
            cosine = mpmath.mpf(t.numerator) / t.denominator
            entry = cosine * (mpmath.pi - mpmath.acos(cosine)) / (2 * mpmath.pi)
            total += mpmath.mpf((w * v).numerator) / (w * v).denominator * entry
    return total


def test_the_form_equals_its_definition() -> None:
    """The normal form would not be the kernel's quadratic form."""
    weights = (Fraction(1), Fraction(-2, 3), Fraction(5, 7), Fraction(1, 2))
    form = quadratic_form(UNITS, weights)
    with mpmath.workdps(60):
        value = mpmath.mpf(form.rational.numerator) / form.rational.denominator
        for cosine, coefficient in form.angles:
            angle = mpmath.acos(mpmath.mpf(cosine.numerator) / cosine.denominator) / (2 * mpmath.pi)
            value += mpmath.mpf(coefficient.numerator) / coefficient.denominator * angle
        assert mpmath.almosteq(value, direct(UNITS, weights), abs_eps=mpmath.mpf(10) ** -55)
    assert form.sign() == 1


def test_antipodal_pairs_in_general_position_give_exact_zero() -> None:
    """The null vector of d + 1 antipodal pairs would be lost in rounding."""
    points = UNITS[:3]
    x, y, z = points
    c = (y[0] * z[1] - y[1] * z[0], z[0] * x[1] - z[1] * x[0], x[0] * y[1] - x[1] * y[0])
    opposite = tuple(tuple(-entry for entry in point) for point in points)
    form = quadratic_form((*points, *opposite), (*c, *(-entry for entry in c)))
    assert form.is_zero
    assert form.sign() == 0


def test_points_off_the_sphere_are_refused() -> None:
    """arccos of an inner product that is no cosine would be taken."""
    with pytest.raises(InvalidArgument, match="squared length 2"):
        quadratic_form(((Fraction(1), Fraction(1)),), (Fraction(1),))
