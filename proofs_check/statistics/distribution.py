"""Distribution-free band of a distribution function (Dvoretzky, Kiefer, Wolfowitz; Massart's constant)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .spending import endless_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def band_half_width(samples: int, alpha: float) -> float:
    """Half-width of the simultaneous band of level 1 - alpha around the empirical distribution function.

    Formula: sqrt(log(2 / alpha) / (2 n)). Source: Massart (1990), Corollary 1.
    """
    return float(np.sqrt(np.log(2 / alpha) / (2 * samples)))


def samples_for_band(half_width: float, alpha: float) -> int:
    """Smallest number of samples whose band is at most `half_width` wide on each side."""
    return int(np.ceil(np.log(2 / alpha) / (2 * half_width**2)))


def lasting_half_width(samples: int, alpha: float) -> float:
    """Half-width x such that sup |F_t - F| <= x for all t >= n at once, with probability 1 - alpha.

    Formula: the least x with 2^s / (1 - s) exp(-2 n s x^2) = alpha over shares s in (0, 1).
    Source: derived here. sup |F_t - F| is a reverse submartingale, and so is exp(2 n s sup^2); Doob's inequality bounds
        its maximum over t >= n by its mean at n, which Massart's tail bounds by 2^s / (1 - s).
    """
    share = 1 - np.geomspace(1e-3, 0.9, 200)
    room = -np.log(alpha) + share * np.log(2) - np.log1p(-share)
    return float(np.sqrt((room / (2 * samples * share)).min()))


def sequence_half_width(samples: int, alpha: float, first: int = 32, growth: float = 1.25) -> float:
    """Half-width of a band around F_t that holds for every t >= `first` at once; 1 before that.

    Formula: `lasting_half_width` at the start of the epoch [first growth^k, first growth^(k+1)) that holds t, at level
    alpha / ((k + 1) (k + 2)); these levels sum to alpha.
    """
    if samples < first:
        return 1.0
    epoch = 0
    while np.ceil(first * growth ** (epoch + 1)) <= samples:
        epoch += 1
    start = int(np.ceil(first * growth**epoch))
    return min(1.0, lasting_half_width(start, endless_level(alpha, epoch + 1)))


def largest_distance(samples: Array, probabilities: Array) -> tuple[float, int]:
    """sup |F_n - F| and the index at which it is attained.

    Args:
        samples: (n,) sorted. probabilities: (n,), F at the samples.
    """
    n = len(samples)
    above = np.arange(1, n + 1) / n - probabilities
    below = probabilities - np.arange(n) / n
    distance = np.maximum(above, below)
    index = int(distance.argmax())
    return float(distance[index]), index
