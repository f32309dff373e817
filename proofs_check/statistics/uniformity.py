"""Simultaneous band of the empirical distribution function of uniform variables: are these p-values uniform?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Counts = NDArray[np.int64]


BISECTIONS = 12
"""Steps that find the pointwise level to a thousandth of its logarithm; any level found is safe."""


@final
@dataclass(frozen=True, kw_only=True)
class UniformBand:
    """Counts at most each point of a grid, all of which lie in [lower, upper] with probability at least 1 - alpha.

    Args:
        points: (k,), increasing in (0, 1). lower, upper: (k,). coverage: the exact probability.
    """

    samples: int
    points: Array
    lower: Counts
    upper: Counts
    coverage: float

    def holds(self, values: Array) -> bool:
        """True if the sample lies inside the band everywhere on the grid."""
        counts = np.searchsorted(np.sort(values), self.points, side="right")
        return bool((len(values) == self.samples) and ((counts >= self.lower) & (counts <= self.upper)).all())


def band_coverage(samples: int, points: Array, lower: Counts, upper: Counts) -> float:
    """Exact probability that the counts of n uniform variables stay between `lower` and `upper` on the grid.

    Formula: the counts are a Markov chain; the step from z to z' is binomial among those left, (z' - z) / (1 - z).
    """
    start, mass, last = 0, np.ones(1), 0.0
    for point, low, high in zip(points, lower, upper, strict=True):
        chance = (point - last) / (1 - last)
        now = np.arange(low, high + 1)
        before = np.arange(start, start + len(mass))
        steps = now[None, :] - before[:, None]
        left = samples - before[:, None]
        allowed = (steps >= 0) & (steps <= left)
        steps = np.where(allowed, steps, 0)
        logs = special.gammaln(left + 1) - special.gammaln(steps + 1) - special.gammaln(left - steps + 1)
        logs = logs + special.xlogy(steps, chance) + special.xlog1py(left - steps, -chance)
        mass = mass @ np.where(allowed, np.exp(logs), 0.0)
        start, last = int(low), float(point)
    return float(mass.sum())


def uniform_band(samples: int, alpha: float, points: int = 100) -> UniformBand:
    """The band of equal pointwise tails whose simultaneous level is at least 1 - alpha.

    Source: Sailynoja, Burkner and Vehtari (2022), Graphical test for discrete uniformity, Algorithm 2; the coverage is
        computed exactly and the pointwise level found by bisection.
    """
    grid = np.arange(1, points) / points
    low, high = alpha / (2 * points), alpha
    for _ in range(BISECTIONS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if _at_level(samples, grid, middle).coverage >= 1 - alpha else (low, middle)
    return _at_level(samples, grid, low)


def _at_level(samples: int, grid: Array, level: float) -> UniformBand:
    ranks = np.arange(samples + 1)
    cumulative = special.bdtr(ranks[None, :], samples, grid[:, None])
    lower = (cumulative <= level / 2).sum(axis=1)
    upper = (cumulative < 1 - level / 2).sum(axis=1)
    coverage = band_coverage(samples, grid, lower, upper)
    return UniformBand(samples=samples, points=grid, lower=lower, upper=upper, coverage=coverage)
