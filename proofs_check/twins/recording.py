"""Keeps the instances that the search for a violation of a claim saw, with both sides: witnesses against mutants."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, final

import numpy as np

from ..claims import Bound, Rate
from .magnitudes import sizes

Data = Mapping[str, Any]

_CLEAR = 1e-9
"""Relative excess of a violation above which it is worth a second evaluation."""
_MOST_SUSPECTS = 6


@final
@dataclass(frozen=True)
class Instance:
    """One instance, and both sides in float64: numbers for a bound, a path and its envelope for a rate."""

    data: Data
    lhs: Any
    rhs: Any


@final
@dataclass(frozen=True)
class Recording:
    """The instances seen so far. `claim` does what the recorded claim does, and records."""

    instances: list[Instance] = field(default_factory=list)
    _pending: list[tuple[Data, Any]] = field(default_factory=list)

    def of_bound(self, claim: Bound) -> Bound:
        """The claim, recording both sides of every instance that satisfies the assumptions."""

        def lhs(data: Data) -> float:
            value = claim.lhs(data)
            self._pending[:] = [(data, value)]
            return value

        def rhs(data: Data) -> float:
            value = claim.rhs(data)
            self._note(data, value)
            return value

        return dataclasses.replace(claim, lhs=lhs, rhs=rhs, twins=())

    def of_rate(self, claim: Rate) -> Rate:
        """The claim, recording path and envelope of every instance that satisfies the assumptions."""

        def trajectory(data: Data) -> Mapping[str, Any]:
            path = claim.trajectory(data)
            self._pending[:] = [(data, np.asarray(path["values"], dtype=np.float64))]
            return path

        def envelope(steps: Any, data: Data, start: float) -> Any:
            bounds = claim.envelope(steps, data, start)
            self._note(data, np.asarray(bounds, dtype=np.float64))
            return bounds

        return dataclasses.replace(claim, trajectory=trajectory, envelope=envelope, twins=())

    def _note(self, data: Data, right: Any) -> None:
        if self._pending and self._pending[0][0] is data and _is_float(self._pending[0][1]) and _is_float(right):
            self.instances.append(Instance(data, self._pending[0][1], right))

    def suspects(self, wrong: Callable[[Any, Any, Data], tuple[Any, Any]], *, strict: bool = False) -> list[Instance]:
        """Instances that violate lhs <= rhs in float64, both replaced by `wrong(lhs, rhs, data)`, the clearest first.

        Equality counts if `strict`. At most six: rounding may look like a violation, so a few may be looked at again.
        """
        found = []
        for number, instance in enumerate(self.instances):
            excess = _excess(*wrong(instance.lhs, instance.rhs, instance.data))
            if excess > _CLEAR or (strict and excess == 0):
                found.append((-excess, number))
        return [self.instances[number] for _, number in sorted(found)[:_MOST_SUSPECTS]]

    def smallest_gap(self) -> Fraction:
        """The smallest rhs - lhs of a bound over the instances."""
        return Fraction(min((float(one.rhs) - float(one.lhs) for one in self.instances), default=0.0))

    def tightness(self) -> float:
        """The largest lhs / rhs over the instances where both are positive; 0 if there is none."""
        ratios = [_ratio(instance) for instance in self.instances]
        return max((ratio for ratio in ratios if np.isfinite(ratio)), default=0.0)

    def sizes(self) -> tuple[str, ...]:
        """Names of the magnitudes that every instance has, positive, and that are not always 1."""
        found = [sizes(instance.data) for instance in self.instances]
        names = set.intersection(*map(set, found)) if found else set()
        good = [name for name in names if all(one[name] > 0 for one in found)]
        return tuple(sorted(name for name in good if any(abs(one[name] - 1) > 1e-6 for one in found)))


def _is_float(value: Any) -> bool:
    return isinstance(value, (float, int)) or (
        isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fiu"
    )


def _excess(left: Any, right: Any) -> float:
    """The largest relative excess of the left over the right side; of paths after the start, where both meet."""
    one, two = np.atleast_1d(np.asarray(left, dtype=np.float64)), np.atleast_1d(np.asarray(right, dtype=np.float64))
    if one.size > 1:
        one, two = one[1:], two[1:]
    usable = np.isfinite(one) & np.isfinite(two)
    one, two = one[usable], two[usable]
    scale = np.maximum(np.maximum(np.abs(one), np.abs(two)), np.finfo(np.float64).tiny)
    return float(np.max((one - two) / scale, initial=-np.inf))


def _ratio(instance: Instance) -> float:
    one, two = np.atleast_1d(instance.lhs).astype(float), np.atleast_1d(instance.rhs).astype(float)
    if one.size > 1:
        one, two = one[1:], two[1:]
    usable = (one > 0) & (two > 0)
    return float(np.max(one[usable] / two[usable], initial=0.0))
