"""Exact vectors and quantities agree with their numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import exact
from theory.optimization.performance_estimation.gram import Quantity, Vector, add_up, combine, inner

NUMBERS = st.fractions(-3, 3, max_denominator=5)
COORDINATES = st.dictionaries(st.sampled_from("abc"), NUMBERS, max_size=3)
PLACES = {"a": (Fraction(1), Fraction(2)), "b": (Fraction(-1, 2), Fraction(3)), "c": (Fraction(0), Fraction(-1))}


def vector(coordinates: dict[str, Fraction]) -> Vector:
    """A vector with these coordinates."""
    return combine([(value, Vector({name: fmpq(1)})) for name, value in coordinates.items()])


def place(coordinates: dict[str, Fraction]) -> tuple[Fraction, Fraction]:
    """The same in the plane."""
    first, second = (sum((value * PLACES[name][k] for name, value in coordinates.items()), Fraction(0)) for k in (0, 1))
    return first, second


@given(COORDINATES, COORDINATES, NUMBERS)
def test_inner_products_agree_with_numbers(
    one: dict[str, Fraction], two: dict[str, Fraction], factor: Fraction
) -> None:
    """The Gram matrix would not be that of the points."""
    (a, b), (c, d) = place(one), place(two)
    assert inner(vector(one), vector(two)).at(PLACES, {}) == a * c + b * d
    total = combine([(factor, vector(one)), (-1, vector(two))])
    assert inner(total, total).at(PLACES, {}) == (factor * a - c) ** 2 + (factor * b - d) ** 2


def test_quantities_add() -> None:
    """A coefficient would be lost, or a zero kept."""
    value = Quantity(values={"f0": fmpq(1)})
    square = inner(vector({"a": Fraction(2)}), vector({"a": Fraction(1)}))
    total = add_up([(Fraction(1, 2), square), (3, value), (-3, value)])
    assert (dict(total.pairs), dict(total.values)) == ({("a", "a"): fmpq(1)}, {})


def test_equal_points_have_equal_keys() -> None:
    """The function would be evaluated twice at one point, with two gradients there."""
    one = combine([(1, vector({"a": Fraction(1)})), (Fraction(1, 3), vector({"b": Fraction(3)}))])
    assert one.key == vector({"b": Fraction(1), "a": Fraction(1)}).key
    assert combine([(1, one), (-1, one)]).key == ()


@pytest.mark.parametrize("value", [0.5, True, "1/2"])
def test_inexact_numbers_are_refused(value: object) -> None:
    """A float literal would enter a certificate and prove another claim."""
    with pytest.raises(InvalidArgument):
        exact(value)
