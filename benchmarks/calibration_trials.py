"""One run of each kind of statistical test, on data whose truth is known, for `calibration.py`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from numerics.data import Dataset
from proofs_check.checkers import statistical
from proofs_check.checkers.context import Budget, CheckContext
from proofs_check.checkers.intercepts import fit_entry, intercepts, planned_intercepts, sample_quantile
from proofs_check.claims import AbstractClaim, Law, Limit, SameLaw, Scaling
from proofs_check.statistics import asymptotic, betting, catoni, empirical_bernstein, median_of_means
from proofs_check.statistics.corrections import fit_features, scaling_features, student_quantile
from proofs_check.statistics.distribution import (
    band_half_width,
    largest_distance,
    samples_for_band,
    sequence_half_width,
)
from proofs_check.statistics.equivalence import draws_for_equivalence, equivalence_p_value
from proofs_check.statistics.moments import WidthMoments, simulate_moments
from proofs_check.statistics.quantiles import anytime_ranks, exact_ranks, samples_for_quantile
from proofs_check.statistics.two_samples import compare, largest_standardised_gap, permutation_p_value
from proofs_check.verdicts import Outcome as Found

Rng = np.random.Generator
PEEKS = 100


class Outcome(NamedTuple):
    """What one run found: the truth rejected, an error of the resolution's size detected, the p-value of the truth."""

    false_alarm: bool
    detected: bool
    p_value: float | None = None


class Trial(NamedTuple):
    """A run, and the power that the design promises at a level."""

    run: Callable[[Rng, float], Outcome]
    power: Callable[[float], float]


def covering(alpha: float) -> float:
    """Power of an interval of known half-width h against errors of 2 h."""
    return 1 - alpha


def planned(alpha: float) -> float:
    """Power of intervals whose width is planned to first order."""
    return 0.9


BETA = (0.5, 3.0)
MEAN = BETA[0] / sum(BETA)
VARIANCE = BETA[0] * BETA[1] / (sum(BETA) ** 2 * (sum(BETA) + 1))


def mean_betting(rng: Rng, alpha: float, horizon: int | None = 1000) -> Outcome:
    """Skewed variables of [0, 1]; the sequence is looked at after every draw."""
    samples = rng.beta(*BETA, size=1000)
    factor = 1.0 if horizon else np.sqrt(np.log(len(samples)))
    error = 2.2 * factor * betting.planned_half_width(VARIANCE, len(samples), alpha)
    wrong = betting.is_ever_excluded(samples, MEAN + error, alpha, horizon=horizon)
    return Outcome(betting.is_ever_excluded(samples, MEAN, alpha, horizon=horizon), wrong)


def mean_bernstein(rng: Rng, alpha: float) -> Outcome:
    """The same by the empirical Bernstein sequence."""
    samples = rng.beta(*BETA, size=1000)
    lower, upper = empirical_bernstein.mean_sequence(samples, alpha)
    error = 2.2 * empirical_bernstein.planned_half_width(VARIANCE, len(samples), alpha)
    return Outcome(not lower[-1] <= MEAN <= upper[-1], not lower[-1] <= MEAN + error <= upper[-1])


def mean_asymptotic(rng: Rng, alpha: float) -> Outcome:
    """Exponential variables, unbounded, looked at a hundred times."""
    count, first = 2000, 200
    lower, upper = asymptotic.mean_sequence(rng.exponential(size=count), alpha, best=1000, first=first)
    looks = np.linspace(0, count - first, PEEKS).astype(int)
    error = 2.2 * float(asymptotic.half_width(count, 1.0, alpha, 1000))
    alarm = bool(((lower > 1) | (upper < 1))[looks].any())
    return Outcome(alarm, bool((upper < 1 + error)[looks].any()))


def mean_heavy(rng: Rng, alpha: float) -> Outcome:
    """Log-normal variables (excess kurtosis 111) by the widened Student interval."""
    count, truth, deviation = 2000, np.exp(0.5), np.sqrt((np.e - 1) * np.e)
    sample = simulate_moments(lambda X, w, n, g: g.lognormal(size=n), np.eye(1), (1,), (count,), lambda width: rng)
    half = student_quantile(alpha, 1, sample.freedom, sample.mean_skewness) * sample.standard_error[0, 0]
    estimate = sample.mean[0, 0]
    error = 2.2 * student_quantile(alpha, 1, count, 6.2 / np.sqrt(count)) * deviation / np.sqrt(count)
    return Outcome(bool(abs(estimate - truth) > half), bool(abs(estimate - truth - error) > half))


def mean_median(rng: Rng, alpha: float) -> Outcome:
    """Student variables of 2.5 degrees of freedom, whose fourth moment is infinite, by the median of means."""
    samples, variance = rng.standard_t(2.5, size=1000), 5.0
    lower, upper = median_of_means.mean_interval(samples, variance, alpha)
    return Outcome(not lower <= 0 <= upper, not lower <= upper - lower <= upper)


def mean_catoni(rng: Rng, alpha: float) -> Outcome:
    """The same by Catoni's interval."""
    samples, variance = rng.standard_t(2.5, size=1000), 5.0
    lower, upper = catoni.mean_interval(samples, variance, alpha)
    error = 2.2 * float(np.sqrt(2 * variance * np.log(2 / alpha) / len(samples)))
    return Outcome(not lower <= 0 <= upper, not lower <= error <= upper)


LEVEL, MARGIN = 0.9, 0.03


@cache
def exact(alpha: float) -> tuple[int, int, int]:
    """Planned samples and their ranks."""
    count = samples_for_quantile(LEVEL, MARGIN, alpha)
    return (count, *exact_ranks(count, LEVEL, alpha))


def quantile(rng: Rng, alpha: float) -> Outcome:
    """The 0.9 quantile of an exponential law between order statistics."""
    count, low, high = exact(alpha)
    ordered = np.sort(rng.exponential(size=count))
    lower, upper = ordered[low - 1], ordered[high - 1]
    truth, wrong = -np.log(1 - LEVEL), -np.log(1 - LEVEL - 2 * MARGIN)
    return Outcome(not lower <= truth <= upper, not lower <= wrong <= upper)


@cache
def ranks(count: int, alpha: float) -> tuple[int, int]:
    """Ranks of the anytime interval."""
    return anytime_ranks(count, LEVEL, alpha)


def quantile_anytime(rng: Rng, alpha: float) -> Outcome:
    """The same, looked at a hundred times."""
    samples = rng.exponential(size=2000)

    def excluded(value: float) -> bool:
        below = np.cumsum(samples <= value)
        sizes = np.linspace(20, len(samples), PEEKS).astype(int)
        # X_(l) > value when fewer than l samples are below it, X_(u) < value when at least u are.
        bounds = [(ranks(int(size), alpha), int(below[size - 1])) for size in sizes]
        return any(count < low or count >= high for (low, high), count in bounds)

    high = ranks(len(samples), alpha)[1]
    wrong = -np.log(1 - LEVEL - 2 * (high / len(samples) - LEVEL))
    return Outcome(excluded(-np.log(1 - LEVEL)), excluded(float(wrong)))


def normal_shift(distance: float) -> float:
    """Shift of a normal law at this distance of distribution functions."""
    return float(2 * ndtri((1 + distance) / 2))


def cdf(rng: Rng, alpha: float) -> Outcome:
    """A normal law in the band of Dvoretzky, Kiefer and Wolfowitz."""
    count = samples_for_band(0.05, alpha)
    samples = np.sort(rng.standard_normal(count))
    band = band_half_width(count, alpha)
    alarm = largest_distance(samples, ndtr(samples))[0] > band
    return Outcome(alarm, largest_distance(samples, ndtr(samples - normal_shift(2 * band)))[0] > band)


def cdf_anytime(rng: Rng, alpha: float) -> Outcome:
    """The same, looked at a hundred times."""
    samples = rng.standard_normal(2000)
    shift = normal_shift(2 * sequence_half_width(len(samples), alpha))
    alarm = detected = False
    for size in np.linspace(20, len(samples), PEEKS).astype(int):
        ordered, band = np.sort(samples[:size]), sequence_half_width(int(size), alpha)
        alarm |= largest_distance(ordered, ndtr(ordered))[0] > band
        detected |= largest_distance(ordered, ndtr(ordered - shift))[0] > band
    return Outcome(alarm, detected)


def two_sample(rng: Rng, alpha: float) -> Outcome:
    """Three dependent statistics of two samples, by exact Kolmogorov-Smirnov tests."""
    first, second = (rng.standard_normal((400, 3)) @ np.tri(3) for _ in range(2))
    found = compare(first, second, alpha)
    moved = compare(first, second + normal_shift(found.room + found.critical), alpha)
    return Outcome(bool((found.distance > found.critical).any()), bool(moved.distance[0] > moved.critical))


def permutation(rng: Rng, alpha: float) -> Outcome:
    """Three dependent statistics by 199 permutations of the largest gap of means."""
    first, second = (rng.standard_normal((40, 3)) @ np.tri(3) for _ in range(2))
    p_value = permutation_p_value(first, second, largest_standardised_gap, 199, rng)
    moved = permutation_p_value(first, second + 1.5, largest_standardised_gap, 199, rng)
    return Outcome(p_value <= alpha, moved <= alpha, p_value)


@cache
def equivalence_draws(alpha: float) -> int:
    """Draws that establish equivalence with chance 0.9."""
    return draws_for_equivalence(1.0, 0.2, alpha, 0.9, 10**6)


def equivalence(rng: Rng, alpha: float) -> Outcome:
    """Two one-sided tests, at the margin (where equivalence is false) and at no effect."""
    count = equivalence_draws(alpha)
    samples = rng.standard_normal(count)
    error = samples.std(ddof=1) / np.sqrt(count)
    at_margin = equivalence_p_value(samples.mean() + 0.2, error, count - 1, 0.2)
    at_zero = equivalence_p_value(samples.mean(), error, count - 1, 0.2)
    return Outcome(at_margin <= alpha, at_zero <= alpha, at_margin)


WIDTHS = (64, 256, 1024, 4096)
DRAWS = (400, 200, 200, 200)


def skewed(X: Any, width: int, draws: int, rng: Rng) -> Any:
    """Two entries of mean 1 + 1/(2 width) and variance 9 / width, skewed like kernel entries."""
    return rng.gamma(width / 9, 9 / width, size=(draws, 2)) + 0.5 / width


def exact_moments() -> WidthMoments:
    """The moments of `skewed` themselves."""
    width = np.array(WIDTHS, dtype=float)[:, None] * np.ones(2)
    return WidthMoments(
        widths=WIDTHS,
        draws=DRAWS,
        mean=1 + 0.5 / width,
        variance=9 / width,
        skewness=6 / np.sqrt(width),
        excess_kurtosis=54 / width,
    )


def limit(rng: Rng, alpha: float) -> Outcome:
    """Intercepts of two entries over four widths."""
    comparisons = 3 * 2 * (len(WIDTHS) - 2)
    half, error = planned_intercepts(exact_moments(), 1.0, alpha, comparisons)
    sample = simulate_moments(skewed, np.eye(1), WIDTHS, DRAWS, lambda width: rng)
    found = intercepts(sample, 1.0, alpha, comparisons)
    wrong = np.array([1 + half[0] + 2 * error[0], 1.0])
    fit = fit_entry(sample, 1.0, 0, len(WIDTHS))
    score = abs(fit.coefficients[0] - 1) / np.sqrt(fit.covariance[0, 0])
    return Outcome(bool(found.excludes(np.ones(2)).any()), bool(found.excludes(wrong)[0]), _two_sided(score, sample))


def slope(rng: Rng, alpha: float) -> Outcome:
    """Exponent of a mean that falls like 1/width (1 + 2/width)."""
    sample = simulate_moments(
        lambda X, width, draws, g: g.exponential(size=draws) / width * (1 + 2 / width),
        np.eye(1),
        WIDTHS,
        (2000,) * len(WIDTHS),
        lambda width: rng,
    )
    features, omitted = scaling_features(np.array(WIDTHS, dtype=float), 1.0)
    fit = fit_features(features, omitted, np.log(sample.mean[:, 0]), sample.standard_error[:, 0] / sample.mean[:, 0])
    error = float(np.sqrt(fit.covariance[1, 1]))
    half = fit.half_width(1, sample_quantile(sample, alpha, 3))
    deviation = fit.coefficients[1] - 1
    wrong = half + 2 * error
    return Outcome(
        bool(abs(deviation) > half), bool(abs(deviation - wrong) > half), _two_sided(abs(deviation) / error, sample)
    )


def _two_sided(score: float, sample: WidthMoments) -> float:
    return float(2 * stdtr(min(sample.draws) - 1, -score))


def context(rng: Rng, alpha: float, neurons: int) -> CheckContext:
    """A whole check with its own seeds, at a level that makes counts informative."""
    budget = Budget(name="calibration", neurons=neurons, examples=1, climbs=1, boxes=1, points=1)
    dataset = Dataset(name="none", inputs=np.eye(2), targets=None, digest="0" * 64)
    root = int(rng.integers(2**31))
    return CheckContext(claim_id="calibration.toy", budget=budget, dataset=dataset, seed_root=root, alpha=alpha)


BASE: dict[str, Any] = {
    "slug": "toy",
    "locator": "none",
    "statement": "s",
    "text": "t",
    "source": "derived",
    "inputs": lambda data: data.inputs,
}
LIMIT = Limit(
    **BASE,
    simulate=skewed,
    limit=lambda X: np.ones(2),
    widths=WIDTHS,
    correction_order=Fraction(1),
    resolution=0.02,
)
SCALING = Scaling(
    **BASE,
    simulate=lambda X, width, draws, rng: rng.exponential(size=draws) / width * (1 + 2 / width),
    widths=WIDTHS,
    exponent=Fraction(1),
    rivals=(Fraction(1, 2), Fraction(3, 2)),
)
LAW = Law(
    **BASE,
    sample=lambda X, draws, rng: rng.standard_normal(draws),
    cdf=lambda values, X: ndtr(values),
    resolution=0.1,
)
SAME_LAW = SameLaw(
    **BASE,
    first=lambda X, draws, rng: rng.standard_normal((draws, 2)),
    second=lambda X, draws, rng: rng.standard_normal((draws, 2)),
    resolution=0.2,
)


def whole_check(claim: AbstractClaim, neurons: int, rng: Rng, alpha: float) -> Outcome:
    """A whole check with its looks: REFUTED is a false alarm, HOLDS is what the plan promised."""
    outcome = statistical.check(claim, context(rng, alpha, neurons)).outcome
    return Outcome(outcome is Found.REFUTED, outcome is Found.HOLDS)


def checked(claim: AbstractClaim, neurons: int) -> Trial:
    """Trial of a whole check."""
    return Trial(lambda rng, alpha: whole_check(claim, neurons, rng, alpha), planned)


TRIALS: dict[str, Trial] = {
    "mean, bounded, betting": Trial(mean_betting, planned),
    "mean, bounded, betting, a look after every draw": Trial(lambda rng, a: mean_betting(rng, a, None), planned),
    "mean, bounded, empirical Bernstein": Trial(mean_bernstein, planned),
    "mean, unbounded, asymptotic, 100 peeks": Trial(mean_asymptotic, planned),
    "mean, log-normal, widened Student": Trial(mean_heavy, planned),
    "mean, Student 2.5, median of means": Trial(mean_median, covering),
    "mean, Student 2.5, Catoni": Trial(mean_catoni, covering),
    "quantile, exact": Trial(quantile, covering),
    "quantile, 100 peeks": Trial(quantile_anytime, covering),
    "distribution function": Trial(cdf, covering),
    "distribution function, 100 peeks": Trial(cdf_anytime, covering),
    "two samples, 3 statistics": Trial(two_sample, covering),
    "two samples, permutation": Trial(permutation, planned),
    "equivalence": Trial(equivalence, planned),
    "limit, intercept": Trial(limit, planned),
    "scaling, slope": Trial(slope, planned),
    "Limit, whole check": checked(LIMIT, 8_000_000),
    "Scaling, whole check": checked(SCALING, 16_000_000),
    "Law, whole check": checked(LAW, 20_000),
    "SameLaw, whole check": checked(SAME_LAW, 20_000),
}
"""Kind -> its trial."""
