"""Fits in powers of 1/width against exact linear algebra and known quantiles."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from proofs_check.statistics.corrections import (
    fit_features,
    limit_features,
    normal_power,
    scaling_features,
    student_quantile,
)

from .counts import is_consistent_with_at_most

WIDTHS = np.array([64.0, 256.0, 1024.0, 4096.0, 16384.0])


def test_an_exact_expansion_is_recovered() -> None:
    """The intercept would not be the limit."""
    features, omitted = limit_features(WIDTHS, 1.0)
    fit = fit_features(features, omitted, 3 - 2 * (64 / WIDTHS) + 5 * (64 / WIDTHS) ** 2, np.full(5, 1e-3))
    rounding = 1e3 * np.finfo(float).eps
    assert np.abs(fit.coefficients - [3, -2, 5]).max() < rounding
    assert fit.misfit < rounding / 1e-6
    assert fit.freedom == 2


def test_the_truncation_is_the_effect_of_the_omitted_term() -> None:
    """The interval would not cover the bias of a fit that stops too early."""
    features, omitted = limit_features(WIDTHS, 1.0)
    errors = np.array([1.0, 2.0, 1.0, 3.0, 1.0])
    clean, bent = (fit_features(features, omitted, 1 + shift * omitted, errors) for shift in (0.0, 7.0))
    shift = bent.coefficients[0] - clean.coefficients[0]
    assert abs(shift - 7 * clean.truncation[0]) < 1e3 * np.finfo(float).eps
    assert bent.half_width(0, 4.0) > abs(shift), "the interval must cover a third term as large as the second"


def test_covariance_is_the_textbook_one() -> None:
    """Standard errors would be wrong, and with them every interval."""
    features, omitted = limit_features(WIDTHS, 1.0)
    errors = np.array([0.1, 0.2, 0.1, 0.3, 0.1])
    fit = fit_features(features, omitted, np.ones(5), errors)
    exact = np.linalg.inv(features.T @ np.diag(errors**-2) @ features)
    assert np.abs(fit.covariance - exact).max() < 1e-9 * np.abs(exact).max(), "two routes of float64 linear algebra"


def test_a_power_law_gives_its_exponent() -> None:
    """The exponent would come with the wrong sign or be mixed with its correction."""
    features, omitted = scaling_features(WIDTHS, 1.0)
    values = np.log(2.5) - 1.5 * np.log(WIDTHS) + 0.3 * 64 / WIDTHS
    fit = fit_features(features, omitted, values, np.full(5, 1e-2))
    assert abs(fit.coefficients[1] - 1.5) < 1e4 * np.finfo(float).eps


@pytest.mark.parametrize("freedom", [5, 60, 4000])
def test_quantiles_are_students(freedom: int) -> None:
    """Bonferroni or the tail would be off by a factor."""
    alpha, comparisons = 1e-9, 7
    quantile = student_quantile(alpha, comparisons, freedom)
    tail = comparisons * 2 * stats.t.sf(quantile, freedom)
    assert abs(tail / alpha - 1) < 1e-6, "inverse and tail are two float64 routines"
    assert student_quantile(alpha, comparisons, freedom, 0.1) > quantile


def test_skewness_widens_enough_for_gamma_means() -> None:
    """The interval of a skewed mean would have a thinner tail than designed: exact gamma tails are the judge."""
    draws, alpha = 400, 1e-6
    skewness = 2 / np.sqrt(draws)
    for quantile in (student_quantile(alpha, 1, np.inf, skewness),):
        upper = stats.gamma.sf(draws + quantile * np.sqrt(draws), draws)
        lower = stats.gamma.cdf(draws - quantile * np.sqrt(draws), draws)
        assert upper + lower < alpha
    plain = student_quantile(alpha, 1, np.inf)
    assert stats.gamma.sf(draws + plain * np.sqrt(draws), draws) > alpha, "without the term the tail is too heavy"


def test_power_is_a_normal_probability() -> None:
    """Power would be stated on another scale."""
    assert normal_power(0.0) == 0.0
    assert abs(normal_power(1.96) - 0.95) < float(Fraction(1, 1000))


@pytest.mark.parametrize(("sigma", "draws"), [(1.0, 400), (0.5, 300)])
def test_skewness_widens_enough_for_means_over_their_estimated_errors(sigma: float, draws: int) -> None:
    """Intervals of log-normal means would be too narrow, as Student's are: their alarms exceed the level."""
    rng, runs, alpha = np.random.default_rng(23), 4000, 0.01
    samples = rng.lognormal(sigma=sigma, size=(runs, draws))
    mean, error = samples.mean(axis=1), samples.std(axis=1, ddof=1) / np.sqrt(draws)
    skewness = stats.skew(samples, axis=1) / np.sqrt(draws)
    score = np.abs(mean - np.exp(sigma**2 / 2)) / error
    widened = [student_quantile(alpha, 1, draws - 1, one) for one in skewness]
    assert is_consistent_with_at_most(int((score > widened).sum()), runs, alpha)
    if sigma == 1.0:
        plain = student_quantile(alpha, 1, draws - 1)
        assert not is_consistent_with_at_most(int((score > plain).sum()), runs, alpha), "the widening is needed"
