"""Functions of one real variable: values, slopes, and what class they belong to, decided on pieces."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import PiecewiseQuadratic

ONE = Fraction(1)
NUMBERS = st.fractions(-3, 3, max_denominator=6)
KNOTS = st.lists(NUMBERS, max_size=4, unique=True).map(sorted)


@st.composite
def functions(draw: st.DrawFn) -> PiecewiseQuadratic:
    """A function with arbitrary curvatures in [-1, 1]."""
    knots = tuple(draw(KNOTS))
    curvatures = draw(
        st.lists(st.fractions(-1, 1, max_denominator=4), min_size=len(knots) + 1, max_size=len(knots) + 1)
    )
    return PiecewiseQuadratic(knots=knots, curvatures=tuple(curvatures))


@given(functions(), NUMBERS, NUMBERS)
def test_the_derivative_integrates_to_the_value(function: PiecewiseQuadratic, x: Fraction, y: Fraction) -> None:
    """Values and slopes would belong to two functions."""
    places = sorted({x, y, Fraction(0), *(knot for knot in function.knots if min(x, y) < knot < max(x, y))})
    inside = [place for place in places if min(x, y) <= place <= max(x, y)]
    total = Fraction(0)
    for left, right in itertools.pairwise(inside):
        total += (right - left) * (function.derivative(left) + function.derivative(right)) / 2
    assert function.value(max(x, y)) - function.value(min(x, y)) == total
    assert function.value(Fraction(0)) == function.derivative(Fraction(0)) == 0


@given(functions(), st.lists(NUMBERS, min_size=20, max_size=20))
def test_decisions_on_pieces_agree_with_points(function: PiecewiseQuadratic, points: list[Fraction]) -> None:
    """A function would be said to be in a class although a point shows that it is not."""
    mu = Fraction(1, 4)
    if function.is_never_negative():
        assert all(function.value(x) >= 0 for x in points)
    if function.satisfies_polyak_lojasiewicz(mu):
        assert all(function.derivative(x) ** 2 >= 2 * mu * function.value(x) for x in points)


def test_known_functions() -> None:
    """Huber's function would not be convex, or a saw-tooth would satisfy the Polyak-Lojasiewicz inequality."""
    third = Fraction(1, 3)
    huber = PiecewiseQuadratic(knots=(-third, third), curvatures=(Fraction(0), ONE, Fraction(0)))
    assert huber.has_curvatures_within(Fraction(0), ONE)
    assert not huber.has_curvatures_within(Fraction(1, 10), ONE)
    assert not huber.satisfies_polyak_lojasiewicz(Fraction(1, 100))
    bent = PiecewiseQuadratic(knots=(ONE, Fraction(3, 2)), curvatures=(ONE, -ONE, ONE))
    assert bent.is_never_negative()
    assert bent.satisfies_polyak_lojasiewicz(Fraction(1, 14))
    assert not bent.satisfies_polyak_lojasiewicz(Fraction(1, 6))
    cap = PiecewiseQuadratic(knots=(ONE,), curvatures=(ONE, -ONE))
    assert not cap.is_never_negative()
    assert not cap.satisfies_polyak_lojasiewicz(Fraction(1, 100))


def test_a_reader_can_read_it() -> None:
    """The formula printed would not be that of the function."""
    half = Fraction(1, 2)
    huber = PiecewiseQuadratic(knots=(-half, half), curvatures=(Fraction(0), ONE, Fraction(0)))
    assert str(huber) == (
        "f(x) = 1/8 - 1/2 (x + 1/2) for x <= -1/2; f(x) = 1/2 x^2 for -1/2 <= x <= 1/2; "
        "f(x) = 1/8 + 1/2 (x - 1/2) for x >= 1/2"
    )
    assert str(PiecewiseQuadratic(curvatures=(ONE,))) == "f(x) = 1/2 x^2"
    assert PiecewiseQuadratic.from_json(huber.to_json()) == huber


@pytest.mark.parametrize(
    "fields",
    [
        {"knots": (ONE, Fraction(0)), "curvatures": (ONE, ONE, ONE)},
        {"knots": (ONE,), "curvatures": (ONE,)},
        {"curvatures": (0.5,)},
    ],
)
def test_numbers_that_do_not_fit_are_refused(fields: dict[str, tuple[Fraction, ...]]) -> None:
    """A malformed function would be evaluated to something."""
    with pytest.raises(InvalidArgument):
        PiecewiseQuadratic(**fields)
