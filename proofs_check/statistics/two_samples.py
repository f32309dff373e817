"""Two samples of p statistics each: exact Kolmogorov-Smirnov tests, bands of the difference, permutation tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import OutsideBounds
from .distribution import band_half_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LONGEST_EXACT = 250_000
"""Largest product of sample sizes for which paths are counted; beyond it bounds are used."""
WEI_DUDLEY = 458
"""Equal sample sizes from which P(sup |F_n - G_n| >= x) <= 2 exp(-n x^2)."""


@final
@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Distances of the marginal distribution functions of two samples, with simultaneous intervals.

    Args:
        distance: (p,), sup |F_n - G_m|. place: (p,), where it is attained. signed: (p,), F_n - G_m there.
        room: |sup |F - G| - distance| is at most this for all p statistics at once.
        critical: if F = G for all p statistics, any distance exceeds this with probability at most alpha.
    """

    distance: Array
    place: Array
    signed: Array
    room: float
    critical: float


def compare(first: Array, second: Array, alpha: float) -> Comparison:
    """Compare two independent samples, statistic by statistic (Bonferroni over the p of them).

    Args:
        first, second: (n, p) and (m, p), rows independent; statistics of one row may depend on one another.

    Source: two bands of Massart (1990), one for each sample; for the null hypothesis see `critical_distance`.
    """
    first, second = _rows(first), _rows(second)
    if first.shape[1] != second.shape[1]:
        raise OutsideBounds(f"samples of {first.shape[1]} and {second.shape[1]} statistics: give the same ones")
    found = [largest_difference(one, other) for one, other in zip(first.T, second.T, strict=True)]
    distance, place, signed = (np.array(part) for part in zip(*found, strict=True))
    share = alpha / (2 * first.shape[1])
    room = band_half_width(len(first), share) + band_half_width(len(second), share)
    critical = critical_distance(len(first), len(second), 2 * share)
    return Comparison(distance=distance, place=place, signed=signed, room=room, critical=critical)


def largest_difference(first: Array, second: Array) -> tuple[float, float, float]:
    """sup |F_n - G_m|, the value at which it is attained, and F_n - G_m there; ties are handled exactly.

    Args:
        first, second: (n,) and (m,).
    """
    first, second = np.sort(first), np.sort(second)
    values = np.concatenate([first, second])
    below_first = np.searchsorted(first, values, side="right")
    below_second = np.searchsorted(second, values, side="right")
    # Integers until the end: the distance is a fraction with denominator n m.
    steps = below_first * len(second) - below_second * len(first)
    index = int(np.abs(steps).argmax())
    scale = len(first) * len(second)
    return float(abs(steps[index]) / scale), float(values[index]), float(steps[index] / scale)


def smirnov_tail(n: int, m: int, distance: float) -> float:
    """P(sup |F_n - G_m| >= distance) for samples of one continuous law; an upper bound where there are ties.

    Formula: share of the lattice paths from (0, 0) to (n, m) that leave |i/n - j/m| < distance, the paths walked
    forward with their probabilities, so that the small tail is a sum of positive terms.

    Source: Hodges (1958), The significance probability of the Smirnov two-sample test.
    """
    limit = int(np.ceil(distance * n * m * (1 - 4 * np.finfo(np.float64).eps)))
    if limit <= 0:
        return 1.0
    alive = np.zeros(n + 1)
    alive[0] = 1.0
    rank = np.arange(n + 1)
    left = 0.0
    for total in range(1, n + m + 1):
        other = total - rank
        right = np.concatenate([[0.0], alive[:-1] * (n - rank[:-1])])
        up = alive * np.maximum(m - (other - 1), 0)
        alive = (right + up) / (n + m - total + 1)
        outside = np.abs(rank * m - other * n) >= limit
        left += float(alive[outside].sum())
        alive[outside] = 0.0
    return min(left, 1.0)


@cache
def critical_distance(n: int, m: int, alpha: float) -> float:
    """A distance that two samples of one law reach with probability at most alpha.

    The least such for samples whose paths can be counted; otherwise sqrt(log(2/alpha) / n) for equal sizes, and the
    sum of two bands at alpha/2 for others.

    Source: Wei and Dudley (2012), Two-sample Dvoretzky-Kiefer-Wolfowitz inequalities, Theorem 1, for equal sizes.
    """
    bound = band_half_width(n, alpha / 2) + band_half_width(m, alpha / 2)
    if n == m >= WEI_DUDLEY:
        bound = float(np.sqrt(np.log(2 / alpha) / n))
    if n * m > LONGEST_EXACT:
        return bound
    low, high = 0, n * m + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if smirnov_tail(n, m, middle / (n * m)) <= alpha else (middle, high)
    return min(high / (n * m), bound) if high <= n * m else bound


def permutation_p_value(
    first: Array,
    second: Array,
    statistic: Callable[[Array, Array], float],
    permutations: int,
    rng: np.random.Generator,
) -> float:
    """p-value, exact for any statistic, of the hypothesis that all rows are exchangeable.

    Formula: (1 + number of permuted statistics at least as large) / (1 + permutations).

    Args:
        first, second: (n, p) and (m, p). statistic: large values speak against one law.

    Source: Phipson and Smyth (2010), Permutation p-values should never be zero.
    """
    first, second = _rows(first), _rows(second)
    pooled = np.concatenate([first, second])
    observed = statistic(first, second)
    larger = 0
    for _ in range(permutations):
        order = rng.permutation(len(pooled))
        larger += statistic(pooled[order[: len(first)]], pooled[order[len(first) :]]) >= observed
    return (1 + larger) / (1 + permutations)


def largest_standardised_gap(first: Array, second: Array) -> float:
    """Largest difference of means over the p statistics, in units of the pooled standard deviation."""
    spread = np.sqrt(np.concatenate([first, second]).var(axis=0))
    gap = np.abs(first.mean(axis=0) - second.mean(axis=0))
    return float((gap / np.where(spread > 0, spread, 1.0)).max())


def _rows(sample: Array) -> Array:
    sample = np.asarray(sample, dtype=np.float64)
    sample = sample[:, None] if sample.ndim == 1 else sample
    if sample.ndim != 2 or 0 in sample.shape or not np.isfinite(sample).all():
        raise OutsideBounds(f"sample of shape {sample.shape}: give finite rows, (draws, statistics)")
    return sample
