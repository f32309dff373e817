"""Fixed points of the length map and their stability."""

from __future__ import annotations

import math

import pytest
import sympy

from theory.errors import InvalidArgument
from theory.kernels.signal_propagation import LengthMap
from theory.symbols import z

ACTIVATIONS = ("erf", "gelu", "relu", "gaussian", sympy.tanh(z), z / (1 + sympy.Abs(z)), sympy.log(1 + sympy.exp(z)))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_slope_is_the_derivative(activation: str | sympy.Expr) -> None:
    """If false, stability and depth scales come from a wrong slope."""
    lengths = LengthMap(activation, 1.3, 0.2)
    for q in (0.03, 1.0, 20.0):
        step = q * 2.0**-14
        # Central differences at two steps: their distance bounds the error of the better one.
        rough, fine = ((lengths.value(q + h) - lengths.value(q - h)) / (2 * h) for h in (2 * step, step))
        assert abs(lengths.slope(q) - fine) <= abs(rough - fine) + 1e-9


def test_all_fixed_points_are_found_with_their_stability() -> None:
    """If false, the scan misses a fixed point, or calls a repelling one attracting."""
    dead, alive = LengthMap(sympy.tanh(z), 1.5, 0.0).fixed_points
    assert (dead.q, dead.stability) == (0.0, "unstable")
    assert alive.stability == "stable"
    lengths = LengthMap(sympy.tanh(z), 1.5, 0.0).iterate(0.1, 200)
    assert abs(lengths[-1] - alive.q) < 1e-12


def test_rectified_lengths_follow_a_straight_line() -> None:
    """If false, the fixed point of ReLU is not sigma_b^2 / (1 - sigma_w^2 / 2)."""
    (point,) = LengthMap("relu", 1.0, 0.5).fixed_points
    assert abs(point.q - 0.5) < 1e-15
    assert abs(point.depth_scale - 1 / math.log(2)) < 1e-14
    assert LengthMap("relu", 1.6, 0.5).fixed_points == ()


def test_power_repels() -> None:
    """If false, the fixed point of z^2 (slope 2 there) counts as attracting."""
    _, repelling = LengthMap("square", 1.0, 0.0).fixed_points
    assert abs(repelling.q - 1 / 3) < 1e-14
    assert repelling.stability == "unstable"
    assert repelling.depth_scale == math.inf


def test_arguments_are_checked() -> None:
    """If false, a nonsense standard deviation goes through."""
    for bad in (-0.1, math.nan, math.inf):
        with pytest.raises(InvalidArgument, match="sigma_w="):
            LengthMap("erf", bad, 0.1)
