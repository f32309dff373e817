"""Simple points near a given one: in the box, shorter, and in order."""

from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.checkers.points import lies_in
from proofs_check.checkers.simple_points import simple_points

x, y = sympy.symbols("x y", real=True)
BOX = {x: sympy.Interval.open(0, 1), y: sympy.Interval(-3, 5)}


@given(
    first=st.fractions(min_value=Fraction(1, 10**6), max_value=1 - Fraction(1, 10**6), max_denominator=10**6),
    second=st.fractions(min_value=-3, max_value=5, max_denominator=10**6),
)
def test_simple_points_lie_in_the_box_and_get_nearer(first: Fraction, second: Fraction) -> None:
    """If false, a counterexample outside the claim's domain, or a longer one, could be shown."""
    point = {x: first, y: second}
    found = list(simple_points(point, BOX))
    longest = [max(value.denominator for value in place.values()) for place in found]
    assert all(lies_in(place, BOX) and place != point for place in found)
    assert longest == sorted(longest)
    assert all(abs(place[y] - second) <= Fraction(1, 2) for place in found)


def test_a_simple_point_stays() -> None:
    """If false, a counterexample at a simple point would be moved away from it."""
    assert list(simple_points({x: Fraction(1, 2), y: Fraction(3)}, BOX)) == []
