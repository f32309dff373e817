"""Exact binomial bounds on counts of false alarms, for tests of random things."""

from scipy import stats

DOUBT = 1e-9
"""Chance that a correct rate fails one of these comparisons."""


def is_consistent_with_at_most(count: int, runs: int, rate: float) -> bool:
    """False if so many alarms have chance below `DOUBT` at this rate."""
    return bool(stats.binom.sf(count - 1, runs, rate) > DOUBT)


def is_consistent_with_at_least(count: int, runs: int, rate: float) -> bool:
    """False if so few detections have chance below `DOUBT` at this rate."""
    return bool(stats.binom.cdf(count, runs, rate) > DOUBT)
