"""Figures of a limit: deviation against width, and formula against extrapolated simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..statistics.corrections import limit_features
from ..verdicts import Figure, Series
from .intercepts import Intercepts, fit_entry, sample_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Limit
    from ..statistics.moments import WidthMoments

    Array = NDArray[np.float64]


def draw_against_width(
    claim: Limit, sample: WidthMoments, target: Array, found: Intercepts, entry: int, label: str, alpha: float
) -> Figure:
    """Relative deviation of one entry from its limit against width, with its fit and simultaneous intervals."""
    widths = np.asarray(sample.widths, dtype=float)
    order = float(claim.correction_order)
    quantile = sample_quantile(sample, alpha, 3 * len(target) * (len(widths) - 2))
    relative = sample.mean[:, entry] / target[entry] - 1
    band = quantile * sample.standard_error[:, entry] / abs(target[entry])
    fit = fit_entry(sample, order, entry, found.used[entry])
    fitted = widths[-found.used[entry] :]
    grid = np.geomspace(fitted[0], fitted[-1], 60)
    curve = limit_features(grid, order)[0] @ fit.coefficients / target[entry] - 1
    ends = (float(widths[0]), float(widths[-1]))
    resolution = claim.resolution
    return Figure(
        title=f"Deviation from the limit, {label}",
        caption="Relative deviation of the simulated mean from the claimed limit against width, with simultaneous "
        "confidence intervals, the fitted corrections, and the resolution asked for as a band around zero.",
        x_label="width",
        y_label="simulated mean / limit - 1",
        x_scale="log",
        series=(
            Series(name="claimed limit", x=ends, y=(0.0, 0.0), lower=(-resolution,) * 2, upper=(resolution,) * 2),
            Series(name="fit in powers of 1/width", x=_floats(grid), y=_floats(curve), style="dashed"),
            Series(
                name="simulation",
                x=_floats(widths),
                y=_floats(relative),
                lower=_floats(relative - band),
                upper=_floats(relative + band),
                style="points",
            ),
        ),
    )


def draw_against_limit(target: Array, found: Intercepts) -> Figure:
    """Extrapolated simulation against the formula, entry by entry."""
    index = np.arange(1, len(target) + 1, dtype=float)
    return Figure(
        title="Formula and extrapolated simulation",
        caption="Claimed limit of each entry and the value extrapolated from simulation with its interval.",
        x_label="entry",
        y_label="value",
        series=(
            Series(name="claimed limit", x=_floats(index), y=_floats(target), style="dashed"),
            Series(
                name="simulation, extrapolated",
                x=_floats(index),
                y=_floats(found.estimate),
                lower=_floats(found.estimate - found.half_width),
                upper=_floats(found.estimate + found.half_width),
                style="points",
            ),
        ),
    )


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
