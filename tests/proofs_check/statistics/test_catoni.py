"""Catoni's interval: the inequality behind it, coverage on heavy tails with peeking, width."""

import numpy as np
import pytest

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.catoni import influence, is_ever_excluded, mean_interval, samples_for_width

from .counts import is_consistent_with_at_most


def test_influence_lies_between_its_bounds() -> None:
    """The exponential moment would not be bounded by the variance."""
    x = np.linspace(-30, 30, 2001)
    rounding = 16 * np.finfo(float).eps
    assert (influence(x) <= np.log1p(x + x**2 / 2) + rounding).all()
    assert (influence(x) >= -np.log1p(-x + x**2 / 2) - rounding).all()
    assert (np.diff(influence(x)) > 0).all()


def test_the_exponential_moment_is_bounded_in_an_exact_case() -> None:
    """A two-point law with a rare large value would break the level."""
    chance = 1e-3
    values = np.array([0.0, 1.0]) - chance
    weights = np.array([1 - chance, chance])
    variance = float(weights @ values**2)
    for scale in (0.1, 1.0, 10.0, 100.0):
        for sign in (-1, 1):
            assert float(weights @ np.exp(sign * influence(scale * values))) <= 1 + scale**2 * variance / 2


def test_heavy_tails_are_covered_at_every_look() -> None:
    """An interval for tails without a fourth moment would be too narrow, or peeking would cost coverage."""
    rng, runs, alpha = np.random.default_rng(14), 300, 0.1
    fixed = peeked = 0
    for _ in range(runs):
        samples = rng.standard_t(2.5, size=500)
        lower, upper = mean_interval(samples, 5.0, alpha)
        fixed += not lower <= 0 <= upper
        peeked += is_ever_excluded(samples, 0.0, 5.0, alpha, best=500)
    assert is_consistent_with_at_most(fixed, runs, alpha)
    assert is_consistent_with_at_most(peeked, runs, alpha)


def test_the_width_is_as_planned_and_outliers_move_it_little() -> None:
    """The interval would be valid and useless, or one draw would decide it."""
    samples = np.random.default_rng(15).standard_normal(4000)
    lower, upper = mean_interval(samples, 1.0, 1e-6)
    assert samples_for_width((upper - lower) / 2, 1.0, 1e-6) < 1.1 * len(samples)
    spoiled = np.append(samples[:-1], 1e9)
    assert abs(np.array(mean_interval(spoiled, 1.0, 1e-6)) - (lower, upper)).max() < upper - lower


@pytest.mark.parametrize("variance", [0.0, -1.0, np.nan, np.inf])
def test_a_variance_bound_must_be_one(variance: float) -> None:
    """nan would give an interval that covers nothing."""
    with pytest.raises(OutsideBounds):
        mean_interval(np.ones(3), variance, 0.05)
