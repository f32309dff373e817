"""Quantiles between order statistics: exact binomial ranks, for one sample size or for all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def exact_ranks(samples: int, probability: float, alpha: float) -> tuple[int, int]:
    """Ranks l and u with P(X_(l) <= q <= X_(u)) >= 1 - alpha for the quantile q, whatever the law of the samples.

    Formula: the largest l with P(Bin(n, p) < l) <= alpha/2 and the smallest u with P(Bin(n, p) >= u) <= alpha/2.

    Returns:
        Ranks from 1; l = 0 or u = n + 1 where no order statistic bounds the quantile on that side at this level.

    Source: Clopper-Pearson inverted for order statistics (David and Nagaraja, Order Statistics, Section 7.1).
    """
    lower = _largest(samples, lambda rank: float(special.bdtr(rank - 1, samples, probability)) <= alpha / 2)
    mirrored = _largest(samples, lambda rank: float(special.bdtr(rank - 1, samples, 1 - probability)) <= alpha / 2)
    return lower, samples + 1 - mirrored


def anytime_ranks(samples: int, probability: float, alpha: float) -> tuple[int, int]:
    """As `exact_ranks`, valid for all sample sizes at once: one may look after every draw.

    Formula: rank l if the capital of a bet against counts below l, a uniform mixture of likelihood ratios over
    theta < p, has reached 2/alpha; likewise from above.

    Source: Howard and Ramdas (2022), Sequential estimation of quantiles, Section 5; mixture of Robbins (1970), each
        factor a supermartingale when P(X <= q) >= p, so that atoms do no harm.
    """
    level = np.log(2 / alpha)
    lower = _largest(samples, lambda rank: _log_mixture(rank - 1, samples, probability) >= level)
    mirrored = _largest(samples, lambda rank: _log_mixture(rank - 1, samples, 1 - probability) >= level)
    return lower, samples + 1 - mirrored


def quantile_interval(
    samples: Array, probability: float, alpha: float, *, anytime: bool = False
) -> tuple[float, float]:
    """Interval of a quantile; infinite on a side that no order statistic bounds.

    Args:
        samples: (n,), in any order. probability: in (0, 1).
    """
    ordered = np.sort(np.asarray(samples, dtype=np.float64))
    lower, upper = (anytime_ranks if anytime else exact_ranks)(len(ordered), probability, alpha)
    padded = np.concatenate([[-np.inf], ordered, [np.inf]])
    return float(padded[lower]), float(padded[upper])


def samples_for_quantile(probability: float, margin: float, alpha: float) -> int:
    """A number of samples, near the least, whose exact ranks span at most `margin` on either side.

    The margin is a probability: the interval then lies between the quantiles of p - margin and p + margin, up to the
    sampling of the order statistics themselves.
    """
    normal = special.ndtri(alpha / 2) ** 2 * probability * (1 - probability) / margin**2
    count = max(8, int(np.ceil(normal)))
    while True:
        lower, upper = exact_ranks(count, probability, alpha)
        if lower >= 1 and upper <= count and max(upper / count - probability, probability - lower / count) <= margin:
            return count
        count = count + max(1, count // 16)


def _log_mixture(successes: int, samples: int, probability: float) -> float:
    """Logarithm of (1/p) int_0^p theta^s (1 - theta)^(n - s) d theta / (p^s (1 - p)^(n - s))."""
    a, b = successes + 1.0, samples - successes + 1.0
    share = float(special.betainc(a, b, probability))
    if share == 0.0:
        return -np.inf
    logarithm = np.log(share) + special.betaln(a, b) - np.log(probability)
    return float(logarithm - successes * np.log(probability) - (samples - successes) * np.log1p(-probability))


def _largest(samples: int, passes: Callable[[int], bool]) -> int:
    """Largest rank in 1..n that passes, 0 if none does; ranks that pass are the small ones."""
    low, high = 0, samples + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low
