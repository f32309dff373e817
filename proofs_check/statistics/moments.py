"""Sample moments of a statistic at several network widths, and how many draws a budget allows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import MalformedClaim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Simulation = Callable[[Array, int, int, np.random.Generator], Array]

ROUNDING = 64 * np.finfo(np.float64).eps
"""Relative floor of a standard error: float64 sums of simulated entries are not better than this."""


@final
@dataclass(frozen=True, kw_only=True)
class WidthMoments:
    """Moments of independent draws at each of w widths, for p entries.

    Args:
        widths: (w,). draws: (w,). mean, variance, skewness, excess_kurtosis: (w, p).
    """

    widths: tuple[int, ...]
    draws: tuple[int, ...]
    mean: Array
    variance: Array
    skewness: Array
    excess_kurtosis: Array

    @property
    def standard_error(self) -> Array:
        """(w, p): of the mean, not below the rounding of the simulation."""
        sampling = np.sqrt(self.variance / np.asarray(self.draws, dtype=float)[:, None])
        return np.asarray(np.maximum(sampling, self._rounding))

    @property
    def is_degenerate(self) -> bool:
        """True if an entry varies at some widths and not at others: the draws of those have missed a rare event."""
        constant = self.variance <= self._rounding**2
        return bool((constant.any(axis=0) & ~constant.all(axis=0)).any())

    @property
    def _rounding(self) -> Array:
        """(p,): rounding of the simulated entries."""
        scale = np.abs(self.mean).max(axis=0)
        return np.asarray(ROUNDING * np.where(scale > 0, scale, 1.0))

    @property
    def mean_skewness(self) -> float:
        """Largest skewness of the means, over widths and entries."""
        return float((np.abs(self.skewness) / np.sqrt(np.asarray(self.draws, dtype=float))[:, None]).max())

    @property
    def freedom(self) -> float:
        """Fewest degrees of freedom that the tails leave to any of the estimated variances.

        Formula: 2 n / (kappa + 2), kappa the observed excess kurtosis, at most n - 1: a normal sample whose variance
        is known as well as this one's. One dominating draw makes kappa about n, and leaves two.
        """
        draws = np.asarray(self.draws, dtype=float)[:, None]
        left = 2 * draws / (np.maximum(self.excess_kurtosis, 0.0) + 2)
        return float(np.minimum(left, draws - 1).min())

    def scaled(self, power: float) -> WidthMoments:
        """The moments of width**power times the statistic."""
        factor = np.asarray(self.widths, dtype=float)[:, None] ** power
        return dataclasses.replace(self, mean=self.mean * factor, variance=self.variance * factor**2)

    def resized(self, draws: tuple[int, ...]) -> WidthMoments:
        """What other numbers of draws are expected to give: the same moments per draw."""
        return dataclasses.replace(self, draws=draws)

    def pooled(self, other: WidthMoments) -> WidthMoments:
        """The moments of both samples together. Source: Chan, Golub, LeVeque (1979); Pebay (2008) for higher orders."""
        n, m = (np.asarray(one.draws, dtype=float)[:, None] for one in (self, other))
        total = n + m
        gap = other.mean - self.mean
        (two, three, four), (two_o, three_o, four_o) = self._sums(), other._sums()
        second = two + two_o + gap**2 * n * m / total
        third = three + three_o + gap**3 * n * m * (n - m) / total**2 + 3 * gap * (n * two_o - m * two) / total
        fourth = four + four_o + gap**4 * n * m * (n**2 - n * m + m**2) / total**3
        fourth += 6 * gap**2 * (n**2 * two_o + m**2 * two) / total**2 + 4 * gap * (n * three_o - m * three) / total
        return _from_sums(
            self.widths,
            tuple(one + two for one, two in zip(self.draws, other.draws, strict=True)),
            self.mean + gap * m / total,
            (second, third, fourth),
        )

    def _sums(self) -> tuple[Array, Array, Array]:
        """Sums of the centred draws to the powers 2, 3, 4, each (w, p)."""
        draws = np.asarray(self.draws, dtype=float)[:, None]
        third = self.skewness * self.variance**1.5 * draws
        return self.variance * np.maximum(draws - 1, 1), third, (self.excess_kurtosis + 3) * self.variance**2 * draws


def draws_per_width(widths: tuple[int, ...], neurons: float, fewest: int, emphasis: float = 0.0) -> tuple[int, ...]:
    """Draws at each width, at least `fewest`, so that a width costs neurons in proportion to width**emphasis."""
    shares = np.asarray(widths, dtype=float) ** emphasis
    shares *= neurons / shares.sum()
    return tuple(max(fewest, int(share / width)) for share, width in zip(shares, widths, strict=True))


def simulate_moments(
    simulate: Simulation,
    inputs: Array,
    widths: tuple[int, ...],
    draws: tuple[int, ...],
    stream: Callable[[int], np.random.Generator],
    report: Callable[[str], None] = lambda line: None,
) -> WidthMoments:
    """Draw the statistic at every width.

    Args:
        simulate: (X, width, draws, rng) -> (draws, p) or (draws,). stream: width -> its generator.

    Raises:
        MalformedClaim: if the simulation returns another shape or values that are not finite.
    """
    rows = []
    for width, count in zip(widths, draws, strict=True):
        report(f"width {width}: {count} draws")
        sample = np.asarray(simulate(inputs, width, count, stream(width)), dtype=np.float64)
        if sample.ndim == 1:
            sample = sample[:, None]
        if sample.ndim != 2 or len(sample) != count or not sample.shape[1]:
            raise MalformedClaim(
                f"simulate(X, {width}, {count}, rng) returned shape {sample.shape}: "
                f"return one row per draw, ({count}, p)"
            )
        if not np.isfinite(sample).all():
            raise MalformedClaim(
                f"simulate at width {width} returned nan or inf: check the step size and scales of the simulation"
            )
        mean = sample.mean(axis=0)
        centred = sample - mean
        rows.append((mean, *((centred**power).sum(axis=0) for power in (2, 3, 4))))
    mean, *sums = (np.stack(part) for part in zip(*rows, strict=True))
    return _from_sums(widths, draws, mean, (sums[0], sums[1], sums[2]))


def _from_sums(
    widths: tuple[int, ...], draws: tuple[int, ...], mean: Array, sums: tuple[Array, Array, Array]
) -> WidthMoments:
    count = np.asarray(draws, dtype=float)[:, None]
    variance = sums[0] / np.maximum(count - 1, 1)
    spread = np.where(variance > 0, variance, 1.0)
    kurtosis = np.where(variance > 0, sums[2] / count / spread**2 - 3, 0.0)
    return WidthMoments(
        widths=widths,
        draws=draws,
        mean=mean,
        variance=variance,
        skewness=sums[1] / count / spread**1.5,
        excess_kurtosis=kurtosis,
    )
