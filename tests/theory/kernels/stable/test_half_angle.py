"""Slopes read off expressions, and the two functions of a small angle."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy

from theory.activations import find_activation
from theory.errors import InvalidArgument
from theory.kernels.stable import Slopes, derive_slopes
from theory.kernels.stable.half_angle import folded_angle, sine_excess
from theory.symbols import z

SMALL_TO_RIGHT = np.concatenate([np.logspace(-150, -1, 60), np.linspace(0.1, np.pi / 2, 60)])


@pytest.mark.parametrize(
    ("expression", "slopes"),
    [
        (sympy.Max(z, 0), (0.0, 1.0)),
        (sympy.Max(z, 0) + sympy.Rational(1, 5) * sympy.Min(z, 0), (0.2, 1.0)),
        (3 * sympy.Abs(z) - z, (-4.0, 2.0)),
        (z * sympy.sign(z), (-1.0, 1.0)),
        (z * sympy.Heaviside(-z), (1.0, 0.0)),
        (sympy.Max(2 * z, -z, 0), (-1.0, 2.0)),
        (sympy.sqrt(z**2), (-1.0, 1.0)),
    ],
)
def test_slopes_are_derived(expression: sympy.Expr, slopes: tuple[float, float]) -> None:
    """If false, a homogeneous activation is not known as such, or with the slopes of the wrong side."""
    assert derive_slopes(expression) == Slopes(*slopes)


@pytest.mark.parametrize("name", ["step", "sign", "square", "erf", "gelu", "gaussian", "relu_squared"])
def test_others_have_no_slopes(name: str) -> None:
    """If false, an activation that is not homogeneous of degree one is computed as if it were."""
    assert derive_slopes(find_activation(name)) is None
    assert derive_slopes(sympy.Max(z, 0) + 1) is None
    assert derive_slopes(sympy.Max(z - 1, 0)) is None


def test_zero_activation() -> None:
    """If false, a network that is zero has a normalised kernel."""
    with pytest.raises(InvalidArgument, match="slopes"):
        Slopes(0.0, 0.0)
    with pytest.raises(InvalidArgument, match="slopes"):
        Slopes(0.0, np.inf)


def test_angle_and_sine_are_relatively_accurate() -> None:
    """If false, digits are lost at some angle in [0, pi/2]."""
    with mpmath.workdps(400):
        for theta in SMALL_TO_RIGHT:
            exact = mpmath.sin(mpmath.mpf(theta)) - theta * mpmath.cos(mpmath.mpf(theta))
            gap = 1 - mpmath.cos(mpmath.mpf(theta))
            if theta > 1e-100:
                assert abs(mpmath.mpf(float(sine_excess(np.array(theta)))) / exact - 1) < 1e-15
            assert abs(mpmath.mpf(float(folded_angle(np.array(float(gap))))) / mpmath.mpf(theta) - 1) < 1e-15
