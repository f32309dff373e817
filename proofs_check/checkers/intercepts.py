"""Extrapolated means: intercepts in powers of 1/width, with simultaneous intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..statistics.corrections import CorrectionFit, fit_features, limit_features, student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..statistics.moments import WidthMoments

    Array = NDArray[np.float64]


LARGEST_WIDENING = 2.0
"""Factor by which skewness and kurtosis may widen Student's interval. Beyond it the expansion behind the widening is no
longer small against what it corrects, and the interval decides nothing."""


@final
@dataclass(frozen=True, kw_only=True)
class Intercepts:
    """Extrapolated limits of the p entries with simultaneous intervals.

    `used` is the number of widths, the largest ones, in each entry's fit. `misfit` marks entries for which even the
    four largest widths do not follow the expansion: their intervals, from three widths, can refute but not confirm.
    Intervals that are not `trusted`, because of heavy tails, can do neither.
    """

    estimate: Array
    half_width: Array
    used: tuple[int, ...]
    misfit: NDArray[np.bool_]
    trusted: bool

    def excludes(self, target: Array) -> NDArray[np.bool_]:
        """Entries whose interval excludes the target."""
        excluded: NDArray[np.bool_] = self.trusted & (np.abs(self.estimate - target) > self.half_width)
        return excluded


def fit_entry(sample: WidthMoments, order: float, entry: int, used: int) -> CorrectionFit:
    """Fit of one entry to the `used` largest widths."""
    return _fit_values(sample, order, entry, used, sample.mean[-used:, entry])


def _fit_values(sample: WidthMoments, order: float, entry: int, used: int, values: Array) -> CorrectionFit:
    features, omitted = limit_features(np.asarray(sample.widths[-used:], dtype=float), order)
    return fit_features(features, omitted, values, sample.standard_error[-used:, entry])


def sample_quantile(sample: WidthMoments, alpha: float, comparisons: int) -> float:
    """Quantile of the simultaneous intervals, with the sample's skewness and what its tails leave of freedom."""
    return student_quantile(alpha, comparisons, sample.freedom, sample.mean_skewness)


def is_trusted(sample: WidthMoments, alpha: float, comparisons: int) -> bool:
    """False if the tails of the sample leave its intervals without a basis, at this level."""
    return not sample.is_degenerate and widening(sample, alpha, comparisons) <= LARGEST_WIDENING


def widening(sample: WidthMoments, alpha: float, comparisons: int) -> float:
    """Factor by which the tails of the sample widen its intervals."""
    plain = student_quantile(alpha, comparisons, min(sample.draws) - 1)
    return sample_quantile(sample, alpha, comparisons) / plain


def intercepts(sample: WidthMoments, order: float, alpha: float, comparisons: int) -> Intercepts:
    """Every entry from as many widths as follow the expansion; the intervals hold for all choices at once."""
    quantile = sample_quantile(sample, alpha, comparisons)
    chosen = [_longest_fit(sample, order, entry, alpha / comparisons) for entry in range(sample.mean.shape[1])]
    return Intercepts(
        estimate=np.array([fit.coefficients[0] for _, fit in chosen]),
        half_width=np.array([fit.half_width(0, quantile) for _, fit in chosen]),
        used=tuple(used for used, _ in chosen),
        misfit=np.array([used == 3 for used, _ in chosen]),
        trusted=is_trusted(sample, alpha, comparisons),
    )


def planned_intercepts(sample: WidthMoments, order: float, alpha: float, comparisons: int) -> tuple[Array, Array]:
    """Half-widths and standard errors, (p,) each, that a sample of these moments would give if the limit is right.

    Infinite half-widths where the tails would leave no trust in the intervals.
    """
    quantile = sample_quantile(sample, alpha, comparisons)
    if not is_trusted(sample, alpha, comparisons):
        quantile = np.inf
    count, zeros = len(sample.widths), np.zeros(len(sample.widths))
    fits = [_fit_values(sample, order, entry, count, zeros) for entry in range(sample.mean.shape[1])]
    errors = np.array([np.sqrt(fit.covariance[0, 0]) for fit in fits])
    return np.array([fit.half_width(0, quantile) for fit in fits]), errors


def _longest_fit(sample: WidthMoments, order: float, entry: int, level: float) -> tuple[int, CorrectionFit]:
    for used in range(len(sample.widths), 3, -1):
        fit = fit_entry(sample, order, entry, used)
        if fit.misfit_probability() >= level:
            return used, fit
    return 3, fit_entry(sample, order, entry, 3)
