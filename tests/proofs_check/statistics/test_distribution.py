"""The distribution-free band against exact small cases."""

import numpy as np
from scipy import stats

from proofs_check.statistics.distribution import band_half_width, largest_distance, samples_for_band


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
