"""Weighted least squares in powers of 1/width: the limit of a statistic, with an interval that covers truncation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@final
@dataclass(frozen=True, kw_only=True)
class CorrectionFit:
    """y(m) = beta . features(m), fitted to means with standard errors at w widths.

    Args:
        coefficients: (q,). covariance: (q, q). misfit: chi-square of the residuals on `freedom` degrees.
        truncation: effect on each coefficient, (q,), of one unit of the first omitted feature.
    """

    coefficients: Array
    covariance: Array
    misfit: float
    freedom: int
    truncation: Array

    def half_width(self, index: int, quantile: float) -> float:
        """Half-width of the interval of one coefficient.

        The statistical part is `quantile` standard errors. The truncation part assumes that the first omitted
        coefficient is at most the upper limit of the last one fitted, in units of the smallest width.
        """
        errors = np.sqrt(np.diag(self.covariance))
        largest = abs(self.coefficients[-1]) + quantile * errors[-1]
        return float(quantile * errors[index] + abs(self.truncation[index]) * largest)

    def misfit_probability(self) -> float:
        """Chance of residuals at least this large if the features are the right ones."""
        return float(special.chdtrc(self.freedom, self.misfit)) if self.freedom > 0 else 1.0


def fit_features(features: Array, omitted: Array, values: Array, errors: Array) -> CorrectionFit:
    """Weighted least squares.

    Args:
        features: (w, q), w > q. omitted: (w,), the first feature left out. values, errors: (w,).
    """
    weights = 1 / errors
    solver = np.linalg.pinv(features * weights[:, None]) * weights[None, :]
    coefficients = solver @ values
    residual = (values - features @ coefficients) / errors
    return CorrectionFit(
        coefficients=coefficients,
        covariance=(solver * errors**2) @ solver.T,
        misfit=float(residual @ residual),
        freedom=len(values) - features.shape[1],
        truncation=solver @ omitted,
    )


def limit_features(widths: Array, order: float) -> tuple[Array, Array]:
    """Features 1, x, x^2 and the omitted x^3, with x = (smallest width / width)^order."""
    x = (widths.min() / widths) ** order
    return np.stack([np.ones_like(x), x, x**2], axis=1), x**3


def scaling_features(widths: Array, order: float) -> tuple[Array, Array]:
    """Features log C, -log m and the correction x, and the omitted x^2, with x = (smallest width / width)^order."""
    x = (widths.min() / widths) ** order
    return np.stack([np.ones_like(x), -np.log(widths), x], axis=1), x**2


def student_quantile(alpha: float, comparisons: int, freedom: float, skewness: float = 0.0) -> float:
    """Two-sided quantile for `comparisons` simultaneous intervals of joint level 1 - alpha (Bonferroni).

    Formula: t + g (2 t^2 + 1) / 6 + 5 g^2 t (4 t^2 - 1) / 72, g = |skewness|: the Cornish-Fisher terms of a mean of
    that skewness divided by its *estimated* error, on the side where they widen and on the other as well. With the
    error known the first would be g (t^2 - 1) / 6; estimating it makes it larger, since a sample that misses the long
    tail underrates mean and variance together. The term in the kurtosis narrows and is left out.

    Args:
        skewness: of the mean (of one draw over sqrt(n)). freedom: see `WidthMoments.freedom`.

    Source: Hall (1983), Inverting an Edgeworth expansion, inverted here to second order; Student's t for estimated
        variances.
    """
    quantile = float(-special.stdtrit(freedom, alpha / (2 * comparisons)))
    size = abs(skewness)
    return quantile + size * (2 * quantile**2 + 1) / 6 + 5 * size**2 * quantile * (4 * quantile**2 - 1) / 72


def normal_power(margin: float) -> float:
    """Chance that a standard normal stays within `margin` of zero."""
    return float(special.erf(margin / np.sqrt(2)))
