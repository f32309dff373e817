"""The depth map: certified bounds, relative accuracy of differences, and refusal where nothing is proved."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from theory.errors import InvalidArgument, NotEnclosed
from theory.kernels.chebyshev import HomogeneousMap
from theory.kernels.gap import pair_kernels
from theory.kernels.stable import Slopes, input_pairs, ready_rows

ANGLES = np.concatenate([np.logspace(-10, 0, 21), np.linspace(1.1, 3.1, 13), np.pi - np.logspace(-10, -1, 10)])
CASES = [((0.0, 1.0), 1), ((0.0, 1.0), 3), ((0.0, 1.0), 10), ((0.1, 1.0), 10), ((-1.0, 1.0), 4), ((-0.5, 1.0), 3)]


def exact_maps(theta: float, slopes: tuple[float, float], depth: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """(1 - rho, depth + 1 - Theta) at the angle, in the working precision."""
    negative, positive = map(mpmath.mpf, slopes)
    g = (positive - negative) ** 2 / (positive**2 + negative**2) / mpmath.pi
    angle = mpmath.mpf(theta)
    rho = tangent = mpmath.cos(angle)
    for _ in range(depth):
        rho, slope = rho + g * (mpmath.sin(angle) - angle * rho), 1 - g * angle
        tangent, angle = rho + slope * tangent, mpmath.acos(rho)
    return 1 - rho, depth + 1 - tangent


@pytest.mark.parametrize(("slopes", "depth"), CASES)
def test_bounds_hold(slopes: tuple[float, float], depth: int) -> None:
    """If false, the certified bound of a series is exceeded, evaluated exactly, at some angle."""
    built = HomogeneousMap.build(slopes, depth)
    with mpmath.workdps(60):
        scale, top = mpmath.mpf(built.scale), mpmath.pi / (2 if slopes[0] == -slopes[1] else 1)
        for u in (1e-6, 0.05, 0.2, 0.5, 0.77, 0.99, 1.0):
            angle = u * top * scale / (top + scale - u * top)
            for series, value in zip((built.nngp, built.ntk), exact_maps(angle, slopes, depth), strict=True):
                power = 2 if series is built.nngp else 1
                terms = [c * mpmath.chebyt(k, 2 * mpmath.mpf(u) - 1) for k, c in enumerate(series.coefficients)]
                assert abs(mpmath.fsum(terms) - value / mpmath.mpf(u) ** power) <= series.bound


@pytest.mark.parametrize(("slopes", "depth"), CASES)
def test_differences_keep_their_digits(slopes: tuple[float, float], depth: int) -> None:
    """If false, the map loses the difference to the diagonal at a small angle, or differs from the recursion."""
    X, Y = np.array([[1.0, 0.0]]), np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    gain = np.sqrt(2 / (slopes[0] ** 2 + slopes[1] ** 2))
    exact = pair_kernels(X, Y, slopes=slopes, sigma=[(np.sqrt(2), 0.0), *[(gain, 0.0)] * depth])
    built = HomogeneousMap.build(slopes, depth)
    pairs = input_pairs(ready_rows("X", X), ready_rows("Y", Y))
    np.testing.assert_allclose(built.gap(pairs, tangent=False), exact.nngp_gap, rtol=2e-14)
    np.testing.assert_allclose(built.gap(pairs, tangent=True), exact.ntk_gap, rtol=2e-14)
    np.testing.assert_allclose(built.evaluate(pairs, tangent=True), exact.ntk, atol=1e-14 * (depth + 1))


def test_length_hardly_grows_with_depth() -> None:
    """If false, a deep network's map costs in proportion to its depth."""
    short, long = (len(HomogeneousMap.build((0.0, 1.0), depth).ntk.coefficients) for depth in (3, 30))
    assert long < 1.5 * short


def test_what_is_not_proved_is_refused() -> None:
    """If false, the corner of the linear network at pi, a singularity, passes for a polynomial."""
    with pytest.raises(NotEnclosed, match="use the recursion"):
        HomogeneousMap.build((1.0, 1.0), 2)
    with pytest.raises(InvalidArgument, match="depth=0"):
        HomogeneousMap.build((0.0, 1.0), 0)
    with pytest.raises(InvalidArgument, match="build its own map"):
        HomogeneousMap.build((0.0, 1.0), 1).require(Slopes(0.0, 1.0), 2)
