"""Twins of bounds and rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..claims import Bound, Rate, Twin


def bound_twins(claim: Bound) -> tuple[Twin, ...]:
    """False variants of a `Bound`."""
    precise = claim.precise
    swapped = None if precise is None else lambda data, digits: tuple(reversed(precise(data, digits)))
    changes = {"lhs": claim.rhs, "rhs": claim.lhs, "precise": swapped, "strict": False}
    return (Twin(label="direction reversed", change="direction", changes=changes),)


def rate_twins(claim: Rate) -> tuple[Twin, ...]:
    """False variants of a `Rate`."""
    precise = claim.precise
    swapped = None if precise is None else lambda data, digits: tuple(reversed(precise(data, digits)))

    def trajectory(data: Mapping[str, Any]) -> Mapping[str, Any]:
        path = claim.trajectory(data)
        values = np.asarray(path["values"], dtype=np.float64)
        steps = np.arange(len(values), dtype=float)
        return {**path, "values": claim.envelope(steps, data, float(values[0]))}

    def envelope(steps: Any, data: Mapping[str, Any], start: float) -> Any:
        return np.asarray(claim.trajectory(data)["values"], dtype=np.float64)

    changes = {"trajectory": trajectory, "envelope": envelope, "precise": swapped}
    return (Twin(label="trajectory stays above its envelope", change="direction", changes=changes),)
