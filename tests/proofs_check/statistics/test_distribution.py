"""The distribution-free band against exact small cases."""

import numpy as np
from scipy import stats

from proofs_check.statistics.distribution import (
    band_half_width,
    largest_distance,
    lasting_half_width,
    samples_for_band,
    sequence_half_width,
)

from .counts import is_consistent_with_at_most


def test_the_largest_distance_is_kolmogorovs() -> None:
    """The distance would miss the left limits of the empirical distribution function."""
    samples = np.sort(np.random.default_rng(5).random(200))
    distance, index = largest_distance(samples, samples)
    assert distance == stats.kstest(samples, "uniform").statistic
    assert 0 <= index < 200
    assert largest_distance(np.array([0.5]), np.array([0.5]))[0] == 0.5


def test_the_band_covers_at_its_level_for_every_sample_size() -> None:
    """Massart's constant would be wrong: the exact Kolmogorov tail must not exceed alpha."""
    for samples in (5, 40, 300):
        for alpha in (0.3, 0.05, 1e-4):
            assert stats.kstwo.sf(band_half_width(samples, alpha), samples) <= alpha


def test_planning_inverts_the_band() -> None:
    """The plan would ask for too few samples."""
    count = samples_for_band(0.01, 1e-9)
    assert band_half_width(count, 1e-9) <= 0.01 < band_half_width(count - 1, 1e-9)


def test_a_lasting_band_holds_at_all_later_sizes() -> None:
    """The reverse martingale argument would fail: alarms at any of the later sizes are counted."""
    rng, runs, alpha = np.random.default_rng(22), 100, 0.3
    band, alarms = lasting_half_width(30, alpha), 0
    for _ in range(runs):
        samples = rng.random(300)
        alarms += any(largest_distance(ordered := np.sort(samples[:n]), ordered)[0] > band for n in range(30, 301))
    assert alarms > 0
    assert is_consistent_with_at_most(alarms, runs, alpha)


def test_a_lasting_band_costs_little_at_small_levels() -> None:
    """Peeking would be paid with half of the resolution."""
    assert band_half_width(1000, 1e-9) < lasting_half_width(1000, 1e-9) < 1.12 * band_half_width(1000, 1e-9)


def test_the_sequence_narrows_and_begins_with_nothing() -> None:
    """A band would be claimed before the first epoch, or would not shrink."""
    widths = [sequence_half_width(n, 0.05) for n in range(1, 3000)]
    assert widths[:31] == [1.0] * 31
    assert (np.diff(widths) <= 0).all()
    assert 1 < widths[-1] / band_half_width(2999, 0.05) < 2.2
