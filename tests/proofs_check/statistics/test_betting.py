"""Means by betting: exact expectation of the capital, coverage under peeking, power, refusals."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.betting import (
    is_ever_excluded,
    log_capitals,
    mean_interval,
    planned_half_width,
    stakes,
)

from .counts import is_consistent_with_at_least, is_consistent_with_at_most


@pytest.mark.parametrize("horizon", [None, 8])
def test_the_capital_is_a_fair_game_at_the_true_mean(horizon: int | None) -> None:
    """A stake would use the outcome that it bets on: over all coin sequences the mean capital must be exactly 1."""
    mean = Fraction(1, 4)
    total = [0.0, 0.0]
    for coins in itertools.product((0.0, 1.0), repeat=8):
        unit = np.array(coins)
        chance = float(mean ** int(sum(coins)) * (1 - mean) ** (8 - int(sum(coins))))
        for side, capital in enumerate(log_capitals(unit, stakes(unit, 0.05, horizon), float(mean))):
            total[side] += chance * float(np.exp(capital[-1]))
    rounding = 2**8 * 8 * np.finfo(float).eps
    assert all(abs(value - 1) < rounding for value in total)


def test_surviving_means_are_an_interval() -> None:
    """Bisection would miss a part of the confidence set."""
    unit = np.random.default_rng(3).beta(2, 5, size=200)
    stake = stakes(unit, 0.01)
    capitals = [[path.max() for path in log_capitals(unit, stake, mean)] for mean in np.linspace(0.01, 0.99, 99)]
    more, less = np.array(capitals).T
    assert (np.diff(more) <= 0).all()
    assert (np.diff(less) >= 0).all()


def test_interval_and_exclusion_agree() -> None:
    """The interval would exclude a mean that the test keeps, or keep one that it excludes."""
    samples = 3 + 4 * np.random.default_rng(4).beta(2, 5, size=300)
    low, high = mean_interval(samples, 0.05, low=3, high=7)
    step = 1e-9 * (high - low)
    for inside, outside in ((low + step, low - step), (high - step, high + step)):
        assert not is_ever_excluded(samples, inside, 0.05, low=3, high=7)
        assert is_ever_excluded(samples, outside, 0.05, low=3, high=7)


def test_looking_after_every_draw_raises_no_alarms() -> None:
    """Peeking would raise the false-alarm rate, as it does to 39 % for Student's interval."""
    rng, runs, alpha = np.random.default_rng(5), 400, 0.1
    alarms = sum(is_ever_excluded(rng.beta(0.5, 3, size=400), 1 / 7, alpha) for _ in range(runs))
    assert is_consistent_with_at_most(alarms, runs, alpha)


def test_an_error_of_the_planned_size_is_detected() -> None:
    """The interval would cover everything: valid and useless."""
    rng, runs, alpha, count = np.random.default_rng(6), 200, 0.05, 1000
    variance = float(stats.beta(0.5, 3).var())
    error = 2.2 * planned_half_width(variance, count, alpha)
    samples = [rng.beta(0.5, 3, size=count) for _ in range(runs)]
    found = sum(is_ever_excluded(one, 1 / 7 + error, alpha, horizon=count) for one in samples)
    assert is_consistent_with_at_least(found, runs, 0.9)


def test_the_ends_of_the_range_can_be_the_mean() -> None:
    """A constant at a bound would be excluded, or divide by zero."""
    assert mean_interval(np.zeros(500), 0.01)[0] == 0.0
    assert mean_interval(np.ones(500), 0.01)[1] == 1.0
    assert mean_interval(np.zeros(500), 0.01)[1] < 0.1


@pytest.mark.parametrize("samples", [[0.5, 1.1], [0.5, np.nan], []])
def test_samples_outside_their_bounds_are_refused(samples: list[float]) -> None:
    """A bound that does not hold would give a false interval."""
    with pytest.raises(OutsideBounds):
        mean_interval(np.array(samples), 0.05)
