"""Spending of a level: looks at growing samples share the false-alarm rate, so that looking does not raise it."""

from __future__ import annotations

from ..errors import OutsideBounds


def equal_levels(alpha: float, looks: int) -> tuple[float, ...]:
    """Levels of a fixed number of looks; by the union bound any of them alarms with probability at most alpha.

    At alpha = 1e-9 three looks widen a normal interval by 3 % only: the cost of looking is the logarithm of a share.
    """
    if not 0 < alpha < 1 or looks < 1:
        raise OutsideBounds(f"alpha={alpha!r}, looks={looks!r}: give a probability and at least one look")
    return (alpha / looks,) * looks


def endless_level(alpha: float, look: int) -> float:
    """Level of look 1, 2, 3, ... without a last one.

    Formula: alpha / (k (k + 1)), which sums to alpha.
    """
    if not 0 < alpha < 1 or look < 1:
        raise OutsideBounds(f"alpha={alpha!r}, look={look!r}: give a probability and a look from 1")
    return alpha / (look * (look + 1))
