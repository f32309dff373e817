"""Means of heavy-tailed variables of known variance bound: Catoni's estimator, nearly as narrow as the normal one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import OutsideBounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BISECTIONS = 60


def influence(values: Array) -> Array:
    """Catoni's function: sign(x) log(1 + |x| + x^2 / 2); between -log(1 - x + x^2/2) and log(1 + x + x^2/2)."""
    size = np.abs(values)
    return np.asarray(np.sign(values) * np.log1p(size + size**2 / 2))


def mean_interval(samples: Array, variance: float, alpha: float) -> tuple[float, float]:
    """Interval of the mean at level 1 - alpha, for every sample size and every law within the variance bound.

    Formula: all m with |sum psi(a (x_i - m))| <= log(2/alpha) + n a^2 v / 2, a = sqrt(2 log(2/alpha) / (n v)).
    At the true mean, E exp(+-sum psi) <= (1 + a^2 v / 2)^n, so Markov's inequality gives the level.

    Args:
        samples: (n,), independent, of one mean and variances at most `variance`.

    Raises:
        OutsideBounds: if the variance bound is not positive or a sample is not finite.

    Source: Catoni (2012), Challenging the empirical mean and empirical variance, Section 2; as a test inverted here.
    """
    samples = np.asarray(samples, dtype=np.float64)
    if not variance > 0 or not np.isfinite(variance) or not np.isfinite(samples).all() or not len(samples):
        raise OutsideBounds(f"variance={variance!r}, {len(samples)} samples: give a positive bound and finite samples")
    scale = np.sqrt(2 * np.log(2 / alpha) / (len(samples) * variance))
    room = np.log(2 / alpha) + len(samples) * scale**2 * variance / 2
    room += len(samples) * np.finfo(np.float64).eps * room
    reach = 2 * room / scale
    centre = float(np.median(samples))

    def balance(mean: float) -> float:
        return float(influence(scale * (samples - mean)).sum())

    def end(direction: float) -> float:
        inside, outside = centre, centre + direction * (reach + abs(centre) + 1.0)
        while direction * balance(outside) > -room:
            outside += direction * 2 * abs(outside - centre)
        while direction * balance(inside) <= -room:
            inside -= direction * reach
        for _ in range(BISECTIONS):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if direction * balance(middle) <= -room else (middle, outside)
        return float(outside)

    return end(-1.0), end(1.0)


def is_ever_excluded(samples: Array, mean: float, variance: float, alpha: float, best: float) -> bool:
    """True if `mean` was excluded at any sample size up to n by the sequence tuned to sample size `best`.

    Formula: |sum_{i <= t} psi(a (x_i - m))| > log(2/alpha) + t log(1 + a^2 v / 2) at some t; both exponentials are
    non-negative supermartingales, so the chance is at most alpha whatever the number of looks.

    Source: Wang and Ramdas (2023), Catoni-style confidence sequences for heavy-tailed mean estimation.
    """
    scale = np.sqrt(2 * np.log(2 / alpha) / (best * variance))
    total = np.cumsum(influence(scale * (np.asarray(samples, dtype=np.float64) - mean)))
    allowed = np.log(2 / alpha) + np.arange(1, len(total) + 1) * np.log1p(scale**2 * variance / 2)
    return bool((np.abs(total) > allowed).any())


def samples_for_width(half_width: float, variance: float, alpha: float) -> int:
    """Samples after which the interval is about `half_width` on each side (for planning).

    Formula: 2 v log(2/alpha) / h^2, to first order in the width.
    """
    return int(np.ceil(2 * variance * np.log(2 / alpha) / half_width**2))
