"""Equivalence: SciPy's one-sided tests, the boundary, planning and its refusal."""

import numpy as np
import pytest
from scipy import stats

from proofs_check.errors import Unresolvable
from proofs_check.statistics.equivalence import draws_for_equivalence, equivalence_p_value, equivalence_power

from .counts import is_consistent_with_at_least, is_consistent_with_at_most


def test_p_values_are_those_of_two_one_sided_tests() -> None:
    """One of the two directions would be forgotten."""
    samples = np.random.default_rng(18).normal(0.1, 1, size=50)
    error = samples.std(ddof=1) / 50**0.5
    above = stats.ttest_1samp(samples, -0.5, alternative="greater").pvalue
    below = stats.ttest_1samp(samples, 0.5, alternative="less").pvalue
    assert abs(equivalence_p_value(samples.mean(), error, 49, 0.5) - max(above, below)) < 1e-12, "two float64 routes"


def test_planned_draws_have_their_power_and_keep_their_level() -> None:
    """The plan would promise power that is not there, or effects at the margin would pass."""
    rng, runs, alpha = np.random.default_rng(19), 500, 0.05
    count = draws_for_equivalence(1.0, 0.4, alpha, 0.9, 10**5)
    passed = [0, 0]
    for _ in range(runs):
        samples = rng.standard_normal(count)
        error = samples.std(ddof=1) / count**0.5
        for index, mean in enumerate((samples.mean(), samples.mean() + 0.4)):
            passed[index] += equivalence_p_value(mean, error, count - 1, 0.4) <= alpha
    assert is_consistent_with_at_least(passed[0], runs, 0.9)
    assert is_consistent_with_at_most(passed[1], runs, alpha)
    assert equivalence_power(1 / (count - 1) ** 0.5, count - 2, 0.4, alpha) < 0.9, "one draw fewer has less"


def test_a_plan_beyond_the_budget_is_refused_with_what_it_takes() -> None:
    """A test that cannot resolve its margin would run and say nothing."""
    with pytest.raises(Unresolvable, match=r"takes \d+ draws and the budget allows 100, which resolve about"):
        draws_for_equivalence(1.0, 0.01, 0.05, 0.9, 100)
