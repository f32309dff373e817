"""Distribution-free band of a distribution function (Dvoretzky, Kiefer, Wolfowitz; Massart's constant)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
