"""Objectives have the gradients, constants and minima that they say, exactly."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings

from proofs_check.errors import MalformedClaim
from proofs_check.strategies import AbstractObjective, Chain, Huber, Quadratic, SineWell, smooth_functions

THIRD = Fraction(1, 3)
EXACT: list[AbstractObjective] = [
    Quadratic(eigenvalues=(Fraction(2), THIRD), direction=(Fraction(1), Fraction(-2))),
    Huber(largest=Fraction(3), thresholds=(THIRD, Fraction(2)), least=Fraction(1, 2)),
    Chain(largest=Fraction(4), size=4),
    Chain(largest=Fraction(4), size=3, least=THIRD),
]


@pytest.mark.parametrize("function", EXACT, ids=lambda function: type(function).__name__)
def test_the_minimiser_is_stationary_and_the_minimum_its_value(function: AbstractObjective) -> None:
    """Suboptimality would be measured from another value; in exact arithmetic."""
    point = function.minimiser
    assert function.gradient(point).tolist() == [0] * function.dimension
    assert function.value(point) == function.minimum


@settings(max_examples=60)
@given(smooth_functions("strongly_convex", exact=True))
def test_gradients_satisfy_the_inequalities_of_their_class(data: dict[str, Any]) -> None:
    """A function would not be L-smooth or not mu-convex; the interpolation inequality is checked in rationals."""
    f, x = data["f"], data["x0"]
    y = f.minimiser + x[::-1] * THIRD
    gap = f.value(x) - f.value(y) - f.gradient(y) @ (x - y)
    turn, step = f.gradient(x) - f.gradient(y), x - y
    share = f.convexity / f.smoothness
    least = turn @ turn / f.smoothness + f.convexity * (step @ step) - 2 * share * (turn @ step)
    assert 2 * (1 - share) * gap >= least


@settings(max_examples=60)
@given(smooth_functions("pl"))
def test_pl_functions_satisfy_their_inequality(data: dict[str, Any]) -> None:
    """|grad f|^2 >= 2 mu (f - min f) would fail with the constant stated; decided with 50 digits."""
    f = data["f"]
    with mpmath.workdps(50):
        if isinstance(f, SineWell):
            f = SineWell(scale=mpmath.mpf(f.scale), size=f.size)
            point = np.array([mpmath.mpf(float(entry)) for entry in data["x0"]])
            gradient = f.gradient(point)
            assert gradient @ gradient >= 2 * f.pl * (f.value(point) - f.minimum)
    gradient, gap = data["f"].gradient(data["x0"]), data["f"].value(data["x0"]) - data["f"].minimum
    rounding = 1e3 * float(np.finfo(float).eps) * data["f"].smoothness ** 2 * (1 + data["x0"] @ data["x0"])
    assert gradient @ gradient >= 2 * data["f"].pl * gap - rounding


@pytest.mark.parametrize("point", [0.3, 1.7, 2.9])
def test_gradients_are_derivatives(point: float) -> None:
    """A gradient would belong to another function; central differences with 40 digits."""
    functions = (
        SineWell(scale=mpmath.mpf(2), size=2),
        Huber(largest=mpmath.mpf(2), thresholds=(mpmath.mpf(1), mpmath.mpf(2))),
        Chain(largest=mpmath.mpf(2), size=2, least=mpmath.mpf(1) / 2),
    )
    with mpmath.workdps(40):
        x, step = np.array([mpmath.mpf(point), mpmath.mpf(-2) * point]), mpmath.mpf(10) ** -15
        for function in functions:
            for place in range(2):
                move = np.array([step * (place == 0), step * (place == 1)])
                slope = (function.value(x + move) - function.value(x - move)) / (2 * step)
                assert abs(slope - function.gradient(x)[place]) < mpmath.mpf(10) ** -24


def test_the_chain_hides_its_coordinates() -> None:
    """The worst function for first-order methods would show a later coordinate too early."""
    chain = Chain(largest=Fraction(1), size=5)
    x = np.array([Fraction(0)] * 5)
    for steps in range(1, 5):
        x = x - chain.gradient(x)
        assert [bool(entry) for entry in x] == [place < steps for place in range(5)]


def test_impossible_constants_are_refused() -> None:
    """A function without its stated constants would be built."""
    with pytest.raises(MalformedClaim, match="positive"):
        Huber(largest=1.0, thresholds=(0.0,))
    with pytest.raises(MalformedClaim, match="least < largest"):
        Chain(largest=1.0, size=2, least=1.0)
    with pytest.raises(MalformedClaim, match="as many"):
        Quadratic(eigenvalues=(1.0,), direction=(0.0, 0.0))
    with pytest.raises(MalformedClaim, match="positive scale"):
        SineWell(scale=0.0, size=1)
