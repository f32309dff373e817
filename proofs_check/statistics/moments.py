"""Sample moments of a statistic at several network widths, and how many draws a budget allows."""

from __future__ import annotations

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
        widths: (w,). draws: (w,). mean, variance, skewness: (w, p).
    """

    widths: tuple[int, ...]
    draws: tuple[int, ...]
    mean: Array
    variance: Array
    skewness: Array

    @property
    def standard_error(self) -> Array:
        """(w, p): of the mean, not below the rounding of the simulation."""
        sampling = np.sqrt(self.variance / np.asarray(self.draws, dtype=float)[:, None])
        return np.asarray(np.maximum(sampling, ROUNDING * np.abs(self.mean)))

    @property
    def mean_skewness(self) -> float:
        """Largest skewness of the means, over widths and entries."""
        return float((np.abs(self.skewness) / np.sqrt(np.asarray(self.draws, dtype=float))[:, None]).max())

    def scaled(self, power: float) -> WidthMoments:
        """The moments of width**power times the statistic."""
        factor = np.asarray(self.widths, dtype=float)[:, None] ** power
        return WidthMoments(
            widths=self.widths,
            draws=self.draws,
            mean=self.mean * factor,
            variance=self.variance * factor**2,
            skewness=self.skewness,
        )


def draws_per_width(widths: tuple[int, ...], neurons: float, fewest: int) -> tuple[int, ...]:
    """Draws at each width so that every width costs the same number of neurons, at least `fewest` each."""
    share = neurons / len(widths)
    return tuple(max(fewest, int(share / width)) for width in widths)


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
        rows.append(_moments(sample))
    mean, variance, skewness = (np.stack(part) for part in zip(*rows, strict=True))
    return WidthMoments(widths=widths, draws=draws, mean=mean, variance=variance, skewness=skewness)


def _moments(sample: Array) -> tuple[Array, Array, Array]:
    mean = sample.mean(axis=0)
    centred = sample - mean
    variance = (centred**2).sum(axis=0) / max(len(sample) - 1, 1)
    spread = np.where(variance > 0, variance, 1.0) ** 1.5
    return mean, variance, (centred**3).mean(axis=0) / spread
