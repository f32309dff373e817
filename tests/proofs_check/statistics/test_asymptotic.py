"""The asymptotic sequence: exact crossing probability for normal variables, tuning, coverage under peeking."""

import numpy as np

from proofs_check.statistics.asymptotic import half_width, mean_sequence, tuning

from .counts import is_consistent_with_at_most


def test_the_boundary_is_robbins_mixture_at_level_alpha() -> None:
    """The formula would be off: at the boundary the normal mixture's likelihood ratio must equal 1 / alpha."""
    alpha, best = 0.01, 300.0
    rho = tuning(best, alpha)
    for count in (1.0, 50.0, 1e4):
        total = count * float(half_width(count, 1.0, alpha, best))
        growth = count * rho**2 + 1
        ratio = np.exp(rho**2 * total**2 / (2 * growth)) / np.sqrt(growth)
        assert abs(ratio * alpha - 1) < 1e-9, "float64 evaluation of one exponential"


def test_it_is_narrowest_for_its_size_near_the_best_one() -> None:
    """The tuning would spend the level at another sample size."""
    alpha = 1e-6
    here = float(half_width(1000.0, 1.0, alpha, 1000.0))
    assert here < 1.001 * min(float(half_width(1000.0, 1.0, alpha, best)) for best in (250.0, 500.0, 2000.0, 4000.0))


def test_peeking_raises_no_alarms_for_normal_variables() -> None:
    """Looking after every draw would raise the false-alarm rate."""
    rng, runs, alpha = np.random.default_rng(9), 400, 0.1
    alarms = 0
    for _ in range(runs):
        lower, upper = mean_sequence(5 + rng.standard_normal(600), alpha, best=300)
        alarms += bool(((lower > 5) | (upper < 5)).any())
    assert is_consistent_with_at_most(alarms, runs, alpha)


def test_the_sequence_starts_at_the_first_look_and_shifts_with_the_data() -> None:
    """The centring that protects digits would move the interval."""
    samples = np.random.default_rng(10).exponential(size=150)
    lower, upper = mean_sequence(samples, 0.05, best=100, first=100)
    assert lower.shape == upper.shape == (51,)
    assert abs((lower[-1] + upper[-1]) / 2 - samples.mean()) < 1e-12, "float64 sums of 150 numbers"
