"""The empirical Bernstein sequence: its capital is a supermartingale, and it covers under peeking."""

import itertools

import numpy as np
import pytest

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.empirical_bernstein import mean_sequence, planned_half_width

from .counts import is_consistent_with_at_most


def test_every_look_covers_at_once_in_an_exact_case() -> None:
    """The level would fail: the chances of all coin sequences that ever exclude the mean are added up."""
    alpha, mean = 0.3, 0.125
    missed = 0.0
    for coins in itertools.product((0.0, 1.0), repeat=12):
        lower, upper = mean_sequence(np.array(coins), alpha)
        if not lower[-1] <= mean <= upper[-1]:
            missed += mean ** sum(coins) * (1 - mean) ** (12 - sum(coins))
    assert missed <= alpha


def test_peeking_raises_no_alarms_and_the_width_is_as_planned() -> None:
    """Coverage would fail, or the planned width would be another one than the real one."""
    rng, runs, alpha, count = np.random.default_rng(7), 300, 0.1, 1000
    alarms, widths = 0, []
    for _ in range(runs):
        lower, upper = mean_sequence(2 + 3 * rng.beta(2, 2, size=count), alpha, low=2, high=5)
        alarms += not lower[-1] <= 3.5 <= upper[-1]
        widths.append((upper[-1] - lower[-1]) / 2 / 3)
    assert is_consistent_with_at_most(alarms, runs, alpha)
    assert 0.5 < np.median(widths) / planned_half_width(0.05, count, alpha) < 1.5


def test_ends_only_tighten() -> None:
    """An interval shown once would be taken back."""
    lower, upper = mean_sequence(np.random.default_rng(8).random(200), 0.05)
    assert (np.diff(lower) >= 0).all()
    assert (np.diff(upper) <= 0).all()


def test_samples_outside_their_bounds_are_refused() -> None:
    """A bound that does not hold would give a false interval."""
    with pytest.raises(OutsideBounds, match="unbounded"):
        mean_sequence(np.array([0.0, 2.0]), 0.05)
