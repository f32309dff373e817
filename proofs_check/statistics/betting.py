"""Means of bounded variables by betting: intervals that hold for every sample size at once (hedged capital).

A gambler stakes a predictable fraction on the mean lying above, another on its lying below. If the mean is m, both
capitals are non-negative supermartingales, so either of them ever exceeds 2 / alpha with probability at most alpha / 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..errors import OutsideBounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TRUNCATION = 0.5
"""Largest share of the capital that one observation can lose."""
BISECTIONS = 50


def to_unit(samples: Array, low: float, high: float) -> Array:
    """Samples of [low, high] mapped to [0, 1].

    Raises:
        OutsideBounds: if a sample lies outside, or is nan.
    """
    if not low < high:
        raise OutsideBounds(f"low={low!r}, high={high!r}: give low < high")
    samples = np.asarray(samples, dtype=np.float64)
    if samples.ndim != 1 or not len(samples) or not ((samples >= low) & (samples <= high)).all():
        raise OutsideBounds(
            f"samples of shape {samples.shape}: give a vector with every value in [{low:g}, {high:g}], "
            "or use an interval for unbounded variables"
        )
    return np.asarray((samples - low) / (high - low))


def running_variance(unit: Array) -> Array:
    """(n,): estimates of the variance before each observation, by what came earlier (predictable).

    Formula: (1/4 + sum_{i < t} (x_i - mu_i)^2) / t with mu_i = (1/2 + sum_{j <= i} x_j) / (i + 1).
    """
    count = np.arange(1, len(unit) + 1, dtype=float)
    centre = (0.5 + np.cumsum(unit)) / (count + 1)
    spread = (0.25 + np.cumsum((unit - centre) ** 2)) / (count + 1)
    return np.concatenate([[0.25], spread[:-1]])


def stakes(unit: Array, alpha: float, horizon: int | None = None) -> Array:
    """(n,): predictable stakes, best at sample size `horizon` or, without one, reasonable at all of them.

    Source: Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting, Section 4.1.
    """
    count = np.arange(1, len(unit) + 1, dtype=float)
    scale = count * np.log1p(count) if horizon is None else np.full(len(unit), float(horizon))
    return np.asarray(np.sqrt(2 * np.log(2 / alpha) / (running_variance(unit) * scale)))


def log_capitals(unit: Array, stake: Array, mean: float) -> tuple[Array, Array]:
    """Logarithms of the two capitals after each observation, (n,) each: betting on more, and on less, than `mean`.

    The first does not increase in `mean` and the second does not decrease, so the means that survive are an interval.
    """
    above = np.minimum(stake, TRUNCATION / mean) if mean > 0 else stake
    below = np.minimum(stake, TRUNCATION / (1 - mean)) if mean < 1 else stake
    gain = unit - mean
    with np.errstate(divide="ignore", invalid="ignore"):
        more, less = np.log1p(above * gain), np.log1p(np.maximum(-below * gain, -1.0))
    return np.cumsum(more), np.cumsum(less)


def is_ever_excluded(
    samples: Array, mean: float, alpha: float, *, low: float = 0.0, high: float = 1.0, horizon: int | None = None
) -> bool:
    """True if at any sample size up to n the sequence of level 1 - alpha excluded `mean`: chance <= alpha if true."""
    unit = to_unit(samples, low, high)
    more, less = log_capitals(unit, stakes(unit, alpha, horizon), (mean - low) / (high - low))
    return bool(max(more.max(), less.max()) >= _threshold(len(unit), alpha))


def mean_interval(
    samples: Array, alpha: float, *, low: float = 0.0, high: float = 1.0, horizon: int | None = None
) -> tuple[float, float]:
    """Interval of the mean of bounded variables at this sample size, valid for all sample sizes at once.

    Args:
        samples: (n,) in the order drawn, each in [low, high], with the same mean given the earlier ones.
        alpha: chance that the interval misses the mean at any n. horizon: the n at which it shall be shortest.

    Returns:
        The intersection of the intervals of all sample sizes up to n, rounded outwards; (low, high) at worst.

    Raises:
        OutsideBounds: if a sample lies outside the bounds.

    Source: Waudby-Smith and Ramdas (2024), Theorem 3 (hedged capital), with max in place of the sum of capitals.
    """
    unit = to_unit(samples, low, high)
    stake = stakes(unit, alpha, horizon)
    threshold = _threshold(len(unit), alpha)

    def survives(mean: float, side: int) -> bool:
        return bool(log_capitals(unit, stake, mean)[side].max() < threshold)

    lower = _boundary(lambda mean: survives(mean, 0), excluded=0.0, kept=1.0)
    upper = _boundary(lambda mean: survives(mean, 1), excluded=1.0, kept=0.0)
    return low + (high - low) * lower, low + (high - low) * upper


def planned_half_width(variance: float, samples: int, alpha: float) -> float:
    """Half-width at the horizon, to first order, for variables of [0, 1] of this variance (for planning).

    Formula: sqrt(2 v log(2/alpha) / n).
    """
    return float(np.sqrt(2 * variance * np.log(2 / alpha) / samples))


def _threshold(count: int, alpha: float) -> float:
    """Logarithm of the capital that excludes a mean, raised by the rounding of `count` sums."""
    return float(np.log(2 / alpha) + count * np.finfo(np.float64).eps)


def _boundary(survives: Callable[[float], bool], *, excluded: float, kept: float) -> float:
    """Where exclusion ends between an end that may be excluded and one that is kept, on the excluded side."""
    if survives(excluded):
        return excluded
    for _ in range(BISECTIONS):
        middle = (excluded + kept) / 2
        if survives(middle):
            kept = middle
        else:
            excluded = middle
    return excluded
