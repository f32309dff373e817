"""Means of unbounded variables with finite variance: confidence sequences that hold as sample sizes grow.

They need no bound, and for that their coverage is a limit theorem: a verdict that rests on them must say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CAVEAT = "the confidence sequence holds in the limit of large samples; it assumes a finite variance"
"""What a verdict that rests on an asymptotic sequence must state."""


def tuning(best: float, alpha: float) -> float:
    """The parameter for which the sequence is narrowest at sample size `best`.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Appendix B.2 (approximate minimiser).
    """
    level = -2 * np.log(alpha)
    return float(np.sqrt((level + np.log(level + 1)) / best))


def half_width(count: Array | float, deviation: Array | float, alpha: float, best: float) -> Array:
    """Half-width around the mean of `count` observations of standard deviation `deviation`.

    Formula: s sqrt(2 (n r^2 + 1) / (n r)^2 log(sqrt(n r^2 + 1) / alpha)), r from `tuning`.

    Assumes: independent observations of finite variance; exact for normal ones of known variance, otherwise a limit.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory and asymptotic
        confidence sequences, Theorem 2.2; for normal variables Robbins (1970).
    """
    rho = tuning(best, alpha)
    growth = np.asarray(count, dtype=np.float64) * rho**2 + 1
    room = 2 * growth / (np.asarray(count, dtype=np.float64) * rho) ** 2 * np.log(np.sqrt(growth) / alpha)
    return np.asarray(np.asarray(deviation, dtype=np.float64) * np.sqrt(room))


def mean_sequence(samples: Array, alpha: float, *, best: float, first: int = 100) -> tuple[Array, Array]:
    """Lower and upper ends after observations first, first + 1, ..., n: (n - first + 1,) each.

    Args:
        samples: (n,) in the order drawn. best: sample size at which the sequence shall be narrowest.
        first: observations before the first interval; the limit theorem needs them.
    """
    samples = np.asarray(samples, dtype=np.float64)
    centred = samples - samples[0]
    count = np.arange(1, len(samples) + 1, dtype=float)
    mean = np.cumsum(centred) / count
    variance = np.maximum(np.cumsum(centred**2) / count - mean**2, 0.0)
    room = half_width(count, np.sqrt(variance), alpha, best)
    centre = mean + samples[0]
    return (centre - room)[first - 1 :], (centre + room)[first - 1 :]
