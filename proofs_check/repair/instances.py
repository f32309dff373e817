"""Repair of bounds and rates: the smallest simple factor with which the search finds no violation any more."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..claims import Bound, Rate
from ..verdicts import Outcome, Suggestion
from .trial import Trials

_ROOM = 10**6
"""Factor under which no violation is expected, so that the search runs to its end and reports the largest ratio."""
_LARGEST = 32
_SIMPLE = tuple(sorted({Fraction(p, q) for p in range(1, _LARGEST + 1) for q in range(1, 5) if p >= q}))
_TOUCHING = 1e-9
_SETTLED = 0.01
"""Relative difference up to which two searches have found the same supremum; else it is still growing, or infinite."""
_MOST_TRIALS = 2


def repair_instances(claim: Bound | Rate, trials: Trials) -> tuple[Suggestion, ...]:
    """The claim with its right side, or envelope, times the smallest simple factor that survives the search."""
    ratios = [_largest_ratio(claim, trials, search) for search in ("first", "second")]
    if not max(ratios) <= min(ratios) * (1 + _SETTLED):
        return ()
    ratio = max(ratios)
    name = "the envelope" if isinstance(claim, Rate) else "the right side"
    for factor in _above(ratio)[:_MOST_TRIALS]:
        found = trials.suggestion(
            claim,
            _scaled(claim, factor),
            change=f"{name} times {factor}",
            statement=f"lhs <= {factor} * rhs; the largest lhs/rhs that the search found is {ratio:.6g}",
        )
        if found is not None:
            return (found,)
    return ()


def _largest_ratio(claim: Bound | Rate, trials: Trials, search: str) -> float:
    """The largest lhs/rhs that a search of its own finds; nan if it finds none."""
    wide = trials.named(search).verdict(claim, _scaled(claim, Fraction(_ROOM)))
    return wide.tightness * _ROOM if wide.outcome is Outcome.HOLDS and wide.tightness else math.nan


def _above(ratio: float) -> list[Fraction]:
    """Simple factors not below the ratio seen, the smallest first."""
    return [factor for factor in _SIMPLE if float(factor) >= ratio * (1 - _TOUCHING) and ratio >= 1 - _TOUCHING]


def _scaled(claim: Bound | Rate, factor: Fraction) -> dict[str, Any]:
    precise = _scaled_sides(claim.precise, factor) if claim.precise is not None else None
    if isinstance(claim, Bound):
        upper = claim.rhs
        return {"rhs": lambda data: _multiple(upper(data), factor), "precise": precise}
    envelope = claim.envelope
    number = float(factor)
    return {
        "envelope": lambda k, data, start: number * np.asarray(envelope(k, data, start), dtype=np.float64),
        "precise": precise,
    }


def _multiple(side: Any, factor: Fraction) -> Any:
    """The side times an exact factor, in the side's own arithmetic: float64, mpmath numbers or balls."""
    return side * factor.numerator / factor.denominator


def _scaled_sides(
    precise: Callable[[Mapping[str, Any], int], tuple[Any, Any]], factor: Fraction
) -> Callable[[Mapping[str, Any], int], tuple[Any, Any]]:
    def scaled(data: Mapping[str, Any], digits: int) -> tuple[Any, Any]:
        lower, upper = precise(data, digits)
        if isinstance(upper, (Sequence, np.ndarray)):
            return lower, [_multiple(one, factor) for one in upper]
        return lower, _multiple(upper, factor)

    return scaled
