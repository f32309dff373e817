"""E-values: expectation at most one, averages, false discoveries."""

from math import comb

import numpy as np
import pytest
from scipy import integrate

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.e_values import average, from_p_value, rejected


def test_the_calibrator_has_expectation_one() -> None:
    """A uniform p-value would give more evidence than chance allows."""
    # In u = log(1/p) the integrand is smooth up to the far end.
    value, error = integrate.quad(lambda u: from_p_value(np.exp(-u)) * np.exp(-u), 1e-3, 700, limit=500)
    assert value <= 1 + error
    grid = [from_p_value(p) for p in np.linspace(0.001, 1, 1000)]
    assert (np.diff(grid) <= 1e-6).all(), "evidence falls as the p-value grows, up to the safe value near one"


def test_rejections_are_the_largest_set_that_qualifies() -> None:
    """The step-up rule would stop at the first e-value that fails."""
    values = np.array([39.0, 21.0, 14.0, 0.5])
    assert rejected(values, 0.1) == (0, 1, 2), "4/(3 0.1) = 13.3 lets the three largest in, though 39 < 40"
    assert rejected(np.array([39.0, 1.0, 1.0, 1.0]), 0.1) == ()


def test_false_discoveries_stay_below_the_level() -> None:
    """e-BH would reject more true hypotheses than promised: exact two-point e-values, every pattern enumerated."""
    level, count, size = 0.25, 8, 8.0
    chance = 1 / size
    expected = 0.0
    for hits in range(count + 1):
        values = np.array([size] * hits + [0.0] * (count - hits))
        expected += comb(count, hits) * chance**hits * (1 - chance) ** (count - hits) * bool(rejected(values, level))
    assert expected <= level


def test_an_average_is_an_e_value_and_nonsense_is_refused() -> None:
    """A negative or nan e-value would be averaged away."""
    assert average(np.array([0.0, 2.0])) == 1.0
    assert from_p_value(0.0) == np.inf
    for bad in ([-1.0, 2.0], [np.nan], []):
        with pytest.raises(OutsideBounds):
            average(np.array(bad))
    with pytest.raises(OutsideBounds):
        from_p_value(1.5)
