"""Certified series."""

from __future__ import annotations

import flint
import mpmath
import numpy as np
import pytest

from theory.errors import InvalidArgument, NotEnclosed
from theory.kernels.stable import interpolate_certified
from theory.kernels.stable.series import bounds_on_ellipse

GRID = np.linspace(-1, 1, 41)


@pytest.mark.parametrize("degree", [3, 9, 15])
def test_bound_holds_and_is_not_idle(degree: int) -> None:
    """If false, the error of an interpolant of 1 / (3 - x) exceeds its bound, or the bound says nothing."""
    (series,) = interpolate_certified(lambda x: (1 / (3 - x),), degree=degree, ellipse=5.5)
    with mpmath.workdps(40):
        errors = [abs(_exact(series.coefficients, x) - 1 / (3 - mpmath.mpf(x))) for x in GRID]
    assert max(errors) <= series.bound <= 1000 * max(errors)


def test_cut_terms_are_counted() -> None:
    """If false, terms are dropped without their sizes entering the bound."""
    (series,) = interpolate_certified(lambda x: (x.exp(),), degree=30, ellipse=20.0, cut=1e-6)
    assert len(series.coefficients) < 12
    with mpmath.workdps(40):
        errors = [abs(_exact(series.coefficients, x) - mpmath.exp(mpmath.mpf(x))) for x in GRID]
    assert max(errors) <= series.bound < 2e-6


def test_powers_and_values() -> None:
    """If false, Clenshaw's recursion or the change to powers of x gives another polynomial."""
    (series,) = interpolate_certified(lambda x: (x.sin(),), degree=12, ellipse=9.0)
    np.testing.assert_allclose(series.evaluate(GRID), np.sin(GRID), atol=1e-11)
    np.testing.assert_allclose(np.polyval(series.monomials()[::-1], GRID), series.evaluate(GRID), atol=1e-14)


def test_largest_value_on_an_ellipse() -> None:
    """If false, the bound of |f| is below its largest value, which exp takes at the end of the long axis."""
    (bound,) = bounds_on_ellipse(lambda x: (x.exp(),), 4.0)
    assert bound >= flint.arb(4.25 / 2).exp()


def test_poles_are_refused() -> None:
    """If false, a function with a pole on the ellipse, or inside of the last arcs, gets a bound."""
    with pytest.raises(NotEnclosed, match="smaller"):
        interpolate_certified(lambda x: (1 / (flint.acb(1.25) - x),), degree=5, ellipse=2.0)
    with pytest.raises(InvalidArgument, match="degree=0"):
        interpolate_certified(lambda x: (x,), degree=0, ellipse=2.0)
    with pytest.raises(InvalidArgument, match="ellipse"):
        interpolate_certified(lambda x: (x,), degree=1, ellipse=1.0)


def _exact(coefficients: tuple[float, ...], x: float) -> mpmath.mpf:
    return mpmath.fsum(c * mpmath.chebyt(k, mpmath.mpf(x)) for k, c in enumerate(coefficients))
