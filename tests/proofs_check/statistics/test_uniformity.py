"""The simultaneous band: exact coverage by enumeration, its level, and what it rejects."""

import itertools

import numpy as np

from proofs_check.statistics.uniformity import band_coverage, uniform_band

from .counts import is_consistent_with_at_most


def test_the_coverage_is_the_multinomial_sum() -> None:
    """The chain would step with the wrong chance: all ways of putting four values into four cells are enumerated."""
    points = np.array([0.2, 0.5, 0.7])
    lower, upper = np.array([0, 1, 1]), np.array([2, 3, 4])
    cells = np.diff([0.0, *points, 1.0])
    exact = 0.0
    for places in itertools.product(range(4), repeat=4):
        counts = np.array([sum(place <= cell for place in places) for cell in range(3)])
        if ((counts >= lower) & (counts <= upper)).all():
            exact += float(np.prod(cells[list(places)]))
    assert abs(band_coverage(4, points, lower, upper) - exact) < 4**4 * np.finfo(float).eps


def test_the_band_has_its_level_and_no_more() -> None:
    """Uniform p-values would leave the band more often than alpha, or the band would be idle."""
    rng, runs, alpha = np.random.default_rng(20), 1000, 0.1
    band = uniform_band(300, alpha, points=50)
    assert 1 - alpha <= band.coverage < 1 - alpha / 3
    assert is_consistent_with_at_most(sum(not band.holds(rng.random(300)) for _ in range(runs)), runs, alpha)


def test_p_values_that_are_not_uniform_leave_the_band() -> None:
    """Too many small p-values, or conservative ones, would pass for calibrated."""
    uniform = np.random.default_rng(21).random(1000)
    band = uniform_band(1000, 1e-5, points=40)
    assert band.holds(uniform)
    assert not band.holds(uniform**1.5)
    assert not band.holds(uniform**0.7)
    assert not band.holds(uniform[:-1]), "a band belongs to one sample size"
