"""Two samples: lattice paths against enumeration and SciPy, ties, coverage over many statistics, permutations."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.two_samples import (
    compare,
    critical_distance,
    largest_difference,
    largest_standardised_gap,
    permutation_p_value,
    smirnov_tail,
)

from .counts import is_consistent_with_at_least, is_consistent_with_at_most


@pytest.mark.parametrize(("n", "m"), [(3, 4), (5, 5), (6, 4)])
def test_the_tail_counts_lattice_paths(n: int, m: int) -> None:
    """A path would be counted twice or lost: all orderings of two small samples are enumerated."""
    for limit in {abs(Fraction(i, n) - Fraction(j, m)) for i in range(n + 1) for j in range(m + 1)}:
        reached = 0
        for places in itertools.combinations(range(n + m), n):
            i = j = 0
            widest = Fraction(0)
            for place in range(n + m):
                i, j = (i + 1, j) if place in places else (i, j + 1)
                widest = max(widest, abs(Fraction(i, n) - Fraction(j, m)))
            reached += widest >= limit
        exact = Fraction(reached, comb(n + m, n))
        assert abs(smirnov_tail(n, m, float(limit)) - exact) < (n + m) ** 2 * np.finfo(float).eps


def test_distance_and_tail_are_scipys() -> None:
    """Distance or p-value would be another test's."""
    rng = np.random.default_rng(11)
    for n, m in ((20, 30), (100, 60), (200, 200)):
        first, second = rng.standard_normal(n), 0.4 + rng.standard_normal(m)
        known = stats.ks_2samp(first, second, method="exact")
        distance, place, signed = largest_difference(first, second)
        assert abs(distance - known.statistic) < 1e-15 * 8
        assert place == known.statistic_location
        assert np.sign(signed) == known.statistic_sign
        assert abs(smirnov_tail(n, m, distance) / known.pvalue - 1) < 1e-9, "two float64 routes"


def test_critical_distances_keep_their_level_and_the_next_smaller_does_not() -> None:
    """Alarms would exceed the level, or power would be given away."""
    for n, m, alpha in ((40, 40, 0.05), (30, 50, 1e-6)):
        critical = critical_distance(n, m, alpha)
        step = 1 / np.lcm(n, m)
        assert smirnov_tail(n, m, critical) <= alpha
        assert smirnov_tail(n, m, critical - step) > alpha


def test_the_bound_for_large_samples_is_above_the_exact_tail() -> None:
    """The constant of Wei and Dudley would be misquoted: the exact tail at the bound must not exceed alpha."""
    for n in (510, 700):
        for alpha in (0.05, 1e-6):
            assert smirnov_tail(n, n, critical_distance(n, n, alpha)) <= alpha


def test_ties_do_not_make_distance() -> None:
    """Equal discrete samples would seem different."""
    dice = np.repeat(np.arange(6.0), 10)
    assert largest_difference(dice, dice)[0] == 0.0
    assert largest_difference(dice, dice[::-1].copy())[0] == 0.0


def test_many_statistics_share_one_level_and_a_shift_of_one_is_found() -> None:
    """Twenty statistics would raise twenty times the alarms, or none would be seen among them."""
    rng, runs, alpha = np.random.default_rng(12), 200, 0.1
    alarms = found = 0
    shift = np.zeros(20)
    for _ in range(runs):
        first, second = rng.standard_normal((2, 150, 20))
        same = compare(first, second, alpha)
        alarms += bool((same.distance > same.critical).any())
        shift[7] = 2 * stats.norm.ppf((1 + min(same.room + same.critical, 0.99)) / 2)
        other = compare(first, second + shift, alpha)
        found += int(np.argmax(other.distance)) == 7 and bool(other.distance[7] > other.critical)
    assert is_consistent_with_at_most(alarms, runs, alpha)
    assert is_consistent_with_at_least(found, runs, 1 - alpha)


def test_permutation_p_values_are_exact() -> None:
    """A permutation p-value would be smaller than its rank allows."""
    rng, runs = np.random.default_rng(13), 300
    p_values = [
        permutation_p_value(rng.exponential(size=8), rng.exponential(size=8), largest_standardised_gap, 19, rng)
        for _ in range(runs)
    ]
    assert set(np.round(np.array(p_values) * 20)) <= set(range(1, 21))
    assert is_consistent_with_at_most(sum(p <= 0.05 for p in p_values), runs, 0.05)
    assert permutation_p_value(np.zeros(6), np.ones(6), largest_standardised_gap, 199, rng) < 0.05


@pytest.mark.parametrize("second", [np.ones((4, 3)), np.full((4, 2), np.nan), np.ones((0, 2))])
def test_malformed_samples_are_refused(second: np.ndarray) -> None:  # type: ignore[type-arg]
    """nan sorts last and would look like a difference, or like none."""
    with pytest.raises(OutsideBounds):
        compare(np.ones((4, 2)), second, 0.05)
