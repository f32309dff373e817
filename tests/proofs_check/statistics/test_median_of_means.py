"""Median of means: exact binomial constants, coverage on heavy tails, the choice of blocks."""

import numpy as np
import pytest
from scipy import stats

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.median_of_means import best_blocks, block_half_width, mean_interval

from .counts import is_consistent_with_at_most


def test_the_constant_is_cantellis_and_the_binomial_tail() -> None:
    """The half-width would promise more than the inequality gives."""
    for samples, blocks, alpha in ((1000, 21, 1e-6), (90, 9, 0.05)):
        width = block_half_width(samples, blocks, alpha)
        chance = 1 / (1 + width**2 * (samples // blocks))
        assert abs(stats.binom.sf((blocks - 1) // 2, blocks, chance) / (alpha / 2) - 1) < 1e-9, "two float64 routes"


def test_heavy_tails_are_covered() -> None:
    """An interval for tails without a fourth moment would be too narrow."""
    rng, runs, alpha = np.random.default_rng(16), 400, 0.1
    alarms = 0
    for _ in range(runs):
        lower, upper = mean_interval(rng.pareto(2.2, size=300) - 1 / 1.2, 2.2 / (1.2**2 * 0.2), alpha)
        alarms += not lower <= 0 <= upper
    assert is_consistent_with_at_most(alarms, runs, alpha)


def test_blocks_are_odd_and_the_best() -> None:
    """The median would be an average of two blocks, or the width larger than needed."""
    blocks = best_blocks(5000, 1e-9)
    assert blocks % 2 == 1
    assert block_half_width(5000, blocks, 1e-9) <= min(block_half_width(5000, b, 1e-9) for b in range(1, 401, 2))


def test_one_outlier_cannot_move_the_median() -> None:
    """The estimate would be the sample mean in disguise."""
    samples = np.random.default_rng(17).standard_normal(3000)
    lower, upper = mean_interval(samples, 1.0, 1e-6)
    spoiled = mean_interval(np.append(samples[:-1], 1e9), 1.0, 1e-6)
    assert abs(np.array(spoiled) - (lower, upper)).max() < (upper - lower) / 2


def test_a_variance_bound_must_be_one() -> None:
    """nan would give an interval that covers nothing."""
    with pytest.raises(OutsideBounds):
        mean_interval(np.ones(3), np.nan, 0.05)
