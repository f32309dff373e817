"""Measurements: both sides of a bound, a rate or a construction on one instance, in float64 or exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from ..claims import AbstractClaim, Bound, Construction, Rate
from ..errors import MalformedClaim
from .instance import holds_floats
from .precise import Precise, are_rational, compare_bound, compare_rate

Data = Mapping[str, Any]

PROVISIONAL = 1e-6
"""Relative excess above which a violation cannot be rounding of a function that makes sense in float64."""


@final
@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One instance measured, with the second evaluation to run if it violates. Equal if the measured sides are."""

    lhs: float
    rhs: float
    violated: bool
    recheck: Callable[[], Precise] = dataclasses.field(compare=False)

    @property
    def ratio(self) -> float | None:
        """lhs / rhs where both are positive."""
        return self.lhs / self.rhs if self.lhs > 0 and self.rhs > 0 else None

    @property
    def pressure(self) -> float:
        """The ratio where there is one, else lhs - rhs."""
        return self.absolute if self.ratio is None else self.ratio

    @property
    def absolute(self) -> float:
        """lhs - rhs."""
        return self.lhs - self.rhs

    @property
    def relative(self) -> float:
        """lhs - rhs in units of the larger side."""
        return self.absolute / max(abs(self.lhs), abs(self.rhs), float(np.finfo(float).tiny))


Measure = Callable[[Data], Measurement | None]


def measure_of(claim: AbstractClaim) -> Measure:
    """data -> Measurement, or None where the instance fails the assumptions.

    Raises:
        MalformedClaim: if the claim is not about instances.
    """
    if isinstance(claim, Construction):
        return _construction_measure(claim)
    if isinstance(claim, Bound):
        return _bound_measure(claim)
    if isinstance(claim, Rate):
        return _rate_measure(claim)
    raise MalformedClaim(f"{claim.kind} {claim.slug!r} is not searched: use Bound, Rate or Construction")


def _bound_measure(claim: Bound) -> Measure:
    def measure(data: Data) -> Measurement | None:
        if claim.given and not claim.given(data):
            return None
        left, right = claim.lhs(data), claim.rhs(data)
        sides = (left, right) if are_rational(data, left, right) else (float(left), float(right))
        violated = sides[0] >= sides[1] if claim.strict else sides[0] > sides[1]
        lhs, rhs = float(left), float(right)
        return Measurement(
            lhs=lhs, rhs=rhs, violated=bool(violated), recheck=lambda: compare_bound(claim, data, lhs - rhs)
        )

    return measure


def _rate_measure(claim: Rate) -> Measure:
    def measure(data: Data) -> Measurement | None:
        path = claim.trajectory(data)
        if claim.given and not claim.given(data, path):
            return None
        values = np.asarray(path["values"], dtype=np.float64)
        bounds = np.asarray(
            claim.envelope(np.arange(len(values), dtype=float), data, float(values[0])), dtype=np.float64
        )
        if bounds.shape != values.shape:
            raise MalformedClaim(
                f"Rate {claim.slug!r}: envelope gave shape {bounds.shape} for {len(values)} values: return one per step"
            )
        excess = np.where(bounds > 0, values / np.where(bounds > 0, bounds, 1.0), values - bounds)
        step = int(np.argmax(excess[1:])) + 1 if len(values) > 1 else 0
        starts_above = bool(values[0] - bounds[0] > PROVISIONAL * abs(values[0]))
        return Measurement(
            lhs=float(values[step]),
            rhs=float(bounds[step]),
            violated=bool((values > bounds).any()),
            recheck=lambda: _compare_path(claim, data, float((values - bounds).max()), starts_above),
        )

    return measure


def _compare_path(claim: Rate, data: Data, excess: float, starts_above: bool) -> Precise:
    precise = compare_rate(claim, data, excess)
    if starts_above and not precise.violated:
        how = "the trajectory starts above its envelope at step 0, which the second evaluation leaves out"
        return Precise(violated=None, how=how)
    return precise


def _shown(made: Any) -> str:
    """An object in words, its fractions as p/q."""
    return f"({', '.join(map(_shown, made))})" if isinstance(made, (tuple, list)) else str(made)


def _construction_measure(claim: Construction) -> Measure:
    def measure(data: Data) -> Measurement | None:
        if claim.given and not claim.given(data):
            return None
        made = claim.construct(data)
        kept = bool(claim.promise(data, made))

        def recheck() -> Precise:
            if holds_floats(*data.values(), made):
                return Precise(violated=None, how="the instance holds floats, so the promise is not judged exactly")
            again = bool(claim.promise(data, claim.construct(data)))
            return Precise(
                violated=not again,
                lhs=f"the construction returns {_shown(made)}",
                rhs="the promise is not kept",
                how="repeated in exact arithmetic",
                exact=True,
            )

        return Measurement(lhs=0.0 if kept else 2.0, rhs=1.0, violated=not kept, recheck=recheck)

    return measure
