"""Means of bounded variables by an empirical Bernstein inequality: a closed form that holds for every sample size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .betting import TRUNCATION, running_variance, to_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def mean_sequence(samples: Array, alpha: float, *, low: float = 0.0, high: float = 1.0) -> tuple[Array, Array]:
    """Lower and upper ends after each observation, (n,) each, valid for all sample sizes at once.

    Formula: sum lam_i x_i / sum lam_i +- (log(2/alpha) + sum 4 (x_i - mu_{i-1})^2 psi(lam_i)) / sum lam_i with
    psi(lam) = (-log(1 - lam) - lam) / 4 and stakes lam_i that depend on earlier observations only.

    Args:
        samples: (n,) in the order drawn, each in [low, high], with the same mean given the earlier ones.

    Raises:
        OutsideBounds: if a sample lies outside the bounds.

    Source: Waudby-Smith and Ramdas (2024), Theorem 2 (predictable plug-in empirical Bernstein).
    """
    unit = to_unit(samples, low, high)
    count = np.arange(1, len(unit) + 1, dtype=float)
    scale = running_variance(unit) * count * np.log1p(count)
    stake = np.minimum(np.sqrt(2 * np.log(2 / alpha) / scale), TRUNCATION)
    earlier = np.concatenate([[0.5], (0.5 + np.cumsum(unit)[:-1]) / count[1:]])
    price = (unit - earlier) ** 2 * (-np.log1p(-stake) - stake)
    total = np.cumsum(stake)
    centre = np.cumsum(stake * unit) / total
    room = (np.log(2 / alpha) + np.cumsum(price)) / total
    lower = np.maximum.accumulate(np.clip(centre - room, 0.0, 1.0))
    upper = np.minimum.accumulate(np.clip(centre + room, 0.0, 1.0))
    return low + (high - low) * lower, low + (high - low) * upper


def planned_half_width(variance: float, samples: int, alpha: float) -> float:
    """Half-width after n observations, to first order, for variables of [0, 1] of this variance (for planning).

    Formula: sqrt(v log(2/alpha) log(n) / (8 n)) (1 + log log n), the sums of the stakes replaced by integrals.
    """
    growth = np.log(samples)
    return float(np.sqrt(variance * np.log(2 / alpha) * growth / (8 * samples)) * (1 + np.log(growth)))
