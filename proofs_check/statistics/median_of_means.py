"""Means of heavy-tailed variables with a known variance bound: the median of block means, with explicit constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ..errors import OutsideBounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def block_half_width(samples: int, blocks: int, alpha: float) -> float:
    """Half-width for unit variance.

    Formula: sqrt((1/q - 1) b / n'), n' = b floor(n / b), with q the largest chance per block at which P(Bin(b, q) >=
    (b + 1)/2) <= alpha/2. A block mean exceeds the mean by that much with probability at most q (Cantelli), and the
    median exceeds it only if (b + 1)/2 blocks do.
    """
    size = samples // blocks
    majority = (blocks + 1) // 2
    chance = float(special.betaincinv(majority, blocks - majority + 1, alpha / 2))
    return float(np.sqrt((1 / chance - 1) / size))


def best_blocks(samples: int, alpha: float) -> int:
    """The odd number of blocks, at most n, with the narrowest interval; it depends on n and alpha only."""
    largest = min(samples, int(16 * np.log(2 / alpha)) + 3)
    candidates = range(1, largest + 1, 2)
    return min(candidates, key=lambda blocks: block_half_width(samples, blocks, alpha))


def mean_interval(samples: Array, variance: float, alpha: float) -> tuple[float, float]:
    """Interval of the mean at level 1 - alpha, for every sample size and every law within the variance bound.

    Args:
        samples: (n,), independent, in an order that does not depend on their values.

    Raises:
        OutsideBounds: if the variance bound is not positive or a sample is not finite.

    Source: Nemirovski and Yudin (1983); constants by Cantelli's inequality and exact binomial tails, derived here.
    """
    samples = np.asarray(samples, dtype=np.float64)
    if not variance > 0 or not np.isfinite(variance) or not np.isfinite(samples).all() or not len(samples):
        raise OutsideBounds(f"variance={variance!r}, {len(samples)} samples: give a positive bound and finite samples")
    blocks = best_blocks(len(samples), alpha)
    size = len(samples) // blocks
    middle = float(np.median(samples[: blocks * size].reshape(blocks, size).mean(axis=1)))
    room = np.sqrt(variance) * block_half_width(len(samples), blocks, alpha)
    return middle - room, middle + room
