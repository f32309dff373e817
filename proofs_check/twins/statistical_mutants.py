"""Mutants of limits, scalings and laws. Those nearer than the resolution are named and do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..claims import Law, Limit, Scaling, Twin
from .mutants import Mutant, Mutants
from .mutation import FACTORS, SHIFTS
from .statistics import law_twins, limit_twins, scaling_twins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..checkers.context import CheckContext

    Array = NDArray[np.float64]

_LAW_POINTS = 4000
"""Samples that show how far a wrong distribution function lies from the claimed one."""


def limit_mutants(claim: Limit, context: CheckContext) -> Mutants:
    """Wrong limits, as a whole and entry by entry, and wrong powers of the width."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    target = np.atleast_1d(np.asarray(claim.limit(inputs), dtype=np.float64))
    tried = [Mutant(twin=twin) for twin in limit_twins(claim)]
    for label, change, wrong in _limit_changes(claim, len(target)):
        shift = float(np.max(np.abs(wrong(target) - target) / np.abs(target)))
        twin = Twin(label=label, change=change, changes={"limit": _changed_limit(claim, wrong)})
        tried.append(_resolvable(twin, shift, claim.resolution, "changes the limit by a share of"))
    for power in SHIFTS:
        changes = {"width_power": claim.width_power + power}
        tried.append(
            Mutant(twin=Twin(label=f"width to the power {power} too much", change="exponent", changes=changes))
        )
    return Mutants(tried=tuple(tried))


def _limit_changes(claim: Limit, entries: int) -> Iterator[tuple[str, str, Callable[[Array], Array]]]:
    for factor in FACTORS:
        yield f"limit times {factor}", "constant", _scaled(float(factor))
    for near in (1 + 2 * claim.resolution, 1 - 2 * claim.resolution):
        for entry in range(min(entries, 12)):
            name = claim.labels[entry] if entry < len(claim.labels) else f"entry {entry}"
            yield f"{name} of the limit times {near:g}", "constant", _scaled_entry(entry, near)
    for shift in SHIFTS:
        words = f"limit T replaced by T |T|^({shift})"
        yield words, "exponent", _bent(float(shift))
    if entries > 1:
        yield "entries of the limit in reverse order", "swap", lambda target: target[::-1]
        yield "first two entries of the limit exchanged", "swap", lambda target: target[[1, 0, *range(2, len(target))]]
        yield "entries of the limit shifted by one", "symbol", lambda target: np.roll(target, 1)


def _scaled(factor: float) -> Callable[[Array], Array]:
    return lambda target: factor * target


def _bent(shift: float) -> Callable[[Array], Array]:
    return lambda target: target * np.abs(target) ** shift


def _scaled_entry(entry: int, factor: float) -> Callable[[Array], Array]:
    def change(target: Array) -> Array:
        found = target.copy()
        found[entry] *= factor
        return found

    return change


def _changed_limit(claim: Limit, wrong: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda X: wrong(np.atleast_1d(np.asarray(claim.limit(X), dtype=np.float64)))


def _resolvable(twin: Twin, shift: float, resolution: float, words: str) -> Mutant:
    """The mutant; below the resolution it does not count."""
    if shift >= resolution * (1 - 1e-9):
        return Mutant(twin=twin)
    return Mutant(twin=twin, standing="below resolution", reason=f"{words} {shift:.3g}, below {resolution:.3g}")


def scaling_mutants(claim: Scaling) -> Mutants:
    """Wrong exponents. The resolution is the distance to the nearest rival."""
    gap = min(abs(Fraction(rival) - Fraction(claim.exponent)) for rival in claim.rivals)
    tried = [Mutant(twin=twin) for twin in scaling_twins(claim)]
    known = {twin.twin.changes["exponent"] for twin in tried}
    for shift in (*SHIFTS, Fraction(1), Fraction(-1)):
        wrong = Fraction(claim.exponent) + shift
        if wrong not in known:
            changes = {"exponent": wrong, "rivals": (claim.exponent,)}
            twin = Twin(label=f"exponent {wrong} instead of {claim.exponent}", change="exponent", changes=changes)
            tried.append(_resolvable(twin, float(abs(shift)), float(gap), "changes the exponent by"))
    return Mutants(tried=tuple(tried))


def law_mutants(claim: Law, context: CheckContext) -> Mutants:
    """Wrong distribution functions: of wrong scale, location, power or tail."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    values = np.sort(np.asarray(claim.sample(inputs, _LAW_POINTS, context.rng("mutants")), dtype=np.float64))
    right = np.asarray(claim.cdf(values, inputs), dtype=np.float64)
    scale = float(np.std(values)) or 1.0
    tried = [Mutant(twin=twin) for twin in law_twins(claim)]
    # An approximate law allows for one resolution, and what it is compared with lies up to one from the claim.
    least = claim.resolution * (2 if claim.approximate else 1)
    for label, change, cdf in _law_changes(claim, scale):
        distance = float(np.max(np.abs(np.asarray(cdf(values, inputs)) - right)))
        twin = Twin(label=label, change=change, changes={"cdf": cdf})
        tried.append(_resolvable(twin, distance, least, "moves the distribution function by"))
    return Mutants(tried=tuple(tried))


def _law_changes(claim: Law, scale: float) -> Iterator[tuple[str, str, Callable[[Array, Array], Any]]]:
    for factor in (*FACTORS, Fraction(2), Fraction(9, 10)):
        words = f"scale times {factor}"
        yield words, "constant", _moved(claim, 1 / float(factor))
    yield "standard deviation taken for the variance", "symbol", _moved(claim, scale)
    for shift in (Fraction(1, 10), Fraction(-1, 10)):
        words = f"location moved by {shift} standard deviations"
        yield words, "constant", _moved(claim, 1.0, float(shift) * scale)
    for power in SHIFTS:
        words = f"distribution function to the power {1 + power}"
        yield words, "exponent", _to_power(claim, float(1 + power))
    yield "law of -X", "sign", lambda values, X: 1 - np.asarray(claim.cdf(-values, X))


def _moved(claim: Law, factor: float, shift: float = 0.0) -> Callable[[Array, Array], Any]:
    return lambda values, X: claim.cdf(factor * values - shift, X)


def _to_power(claim: Law, power: float) -> Callable[[Array, Array], Any]:
    return lambda values, X: np.asarray(claim.cdf(values, X)) ** power
