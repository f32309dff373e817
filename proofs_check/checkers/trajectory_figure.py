"""The figure of a rate: a trajectory under its envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..verdicts import Figure, Series

if TYPE_CHECKING:
    from ..claims import Rate


def draw_trajectory(claim: Rate, data: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Trajectory and envelope on a logarithmic axis for one instance."""
    values = np.asarray(claim.trajectory(data)["values"], dtype=np.float64)
    steps = np.arange(len(values), dtype=float)
    bounds = np.asarray(claim.envelope(steps, data, float(values[0])), dtype=np.float64)
    shown = (values > 0) & (bounds > 0)
    if shown.sum() < 2:
        return ()
    x = tuple(map(float, steps[shown]))
    return (
        Figure(
            title="Trajectory and envelope, worst instance found",
            caption="Value of the trajectory at every step and the bound claimed for it, on a logarithmic axis.",
            x_label="step",
            y_label="value",
            y_scale="log",
            series=(
                Series(name="claimed envelope", x=x, y=tuple(map(float, bounds[shown])), style="dashed"),
                Series(name="trajectory", x=x, y=tuple(map(float, values[shown]))),
            ),
        ),
    )
