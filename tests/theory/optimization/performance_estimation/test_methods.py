"""Methods do what their formulas say, on numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import (
    AbstractMethod,
    AcceleratedGradient,
    GradientDescent,
    HeavyBall,
    PiecewiseQuadratic,
    StochasticGradient,
)
from theory.optimization.performance_estimation.oracles import LineOracle

CURVATURE = Fraction(1, 2)
QUADRATIC = PiecewiseQuadratic(curvatures=(CURVATURE,))
STEP = Fraction(2, 3)


def iterates(method: AbstractMethod, steps: int, **starts: int) -> list[Fraction]:
    """The iterates on x^2 / 4."""
    named = {"x0": Fraction(starts["x0"]), "x-1": Fraction(starts.get("before", 0))}
    oracle = LineOracle(QUADRATIC, named, (Fraction(1), Fraction(-2), Fraction(3)))
    return list(method.run(oracle, steps).points)


def test_gradient_descent() -> None:
    """The step would have the wrong sign or size."""
    keep = 1 - STEP * CURVATURE
    assert iterates(GradientDescent(step=STEP), 3, x0=5) == [5 * keep**k for k in range(4)]


@pytest.mark.parametrize("before", [None, 2])
def test_heavy_ball(before: int | None) -> None:
    """Momentum would use the wrong difference, or the wrong point before the start."""
    beta = Fraction(1, 3)
    x, previous = Fraction(5), Fraction(5 if before is None else before)
    expected = [x]
    for _ in range(3):
        x, previous = x - STEP * CURVATURE * x + beta * (x - previous), x
        expected.append(x)
    method = HeavyBall(step=STEP, momentum=beta, from_two_points=before is not None)
    assert iterates(method, 3, x0=5, before=before or 0) == expected


def test_accelerated_gradient() -> None:
    """Gradients would be taken at the iterates and not ahead of them, or the momentum be shifted by one."""
    x = y = Fraction(5)
    expected = [x]
    for k in range(1, 5):
        new = y - STEP * CURVATURE * y
        y = new + Fraction(k - 1, k + 2) * (new - x)
        x = new
        expected.append(x)
    assert iterates(AcceleratedGradient(step=STEP), 4, x0=5) == expected


def test_stochastic_gradients() -> None:
    """Errors would be left out, or not be multiplied by the step."""
    x = Fraction(5)
    expected = [x]
    for error in (1, -2, 3):
        x -= STEP * (CURVATURE * x + error)
        expected.append(x)
    assert iterates(StochasticGradient(step=STEP, noise=Fraction(1)), 3, x0=5) == expected


@pytest.mark.parametrize("step", [Fraction(0), Fraction(-1), 0.1])
def test_steps_are_positive_fractions(step: Fraction) -> None:
    """A float step would stand for another number."""
    with pytest.raises(InvalidArgument, match="step="):
        GradientDescent(step=step)
