"""Mutants of bounds and constructions, judged on the instances that the claim's own search has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from ..checkers.precise import compare_bound, compare_rate
from ..claims import Bound, Construction, Rate, Twin
from .instances import bound_twins
from .magnitudes import one, power, sizes, times
from .mutants import Mutant, Mutants
from .mutation import FACTORS, SHIFTS
from .recording import Instance, Recording

Change = Callable[[Any, Any], Any]
"""(right side, data) -> wrong right side, for floats, mpmath numbers and balls alike."""


def bound_mutants(claim: Bound, recording: Recording) -> Mutants:
    """Mutants of the right side and of the direction. A bound that nothing attains has few that are known false."""
    (reversal,) = bound_twins(claim)
    suspects = recording.suspects(lambda left, right, data: (right, left))
    tried = [judged(claim, reversal, suspects, _not_attained(recording))]
    for label, change, wrong in _bound_changes(recording):
        twin = _with_rhs(claim, label, change, wrong)
        suspects = recording.suspects(_on_right(wrong), strict=claim.strict)
        if not suspects and _never_lowers(wrong, recording):
            reason = "weaker than the claim on every instance seen"
            tried.append(Mutant(twin=twin, standing="equivalent", reason=reason))
        else:
            tried.append(judged(claim, twin, suspects, _not_attained(recording)))
    return Mutants(tried=tuple(tried))


def judged(claim: Bound | Rate, twin: Twin, suspects: Sequence[Instance], doubt: str) -> Mutant:
    """The mutant, which counts if a suspect violates it in a second evaluation, and otherwise not, because of `doubt`.

    Where there is no second evaluation, the violation in float64 is believed.
    """
    altered = claim.altered(twin)
    for suspect in suspects:
        if isinstance(altered, Bound):
            second = compare_bound(altered, suspect.data)
        elif isinstance(altered, Rate):
            second = compare_rate(altered, suspect.data)
        else:
            break
        if second.violated is not False and (second.violated or claim.precise is None):
            return Mutant(twin=twin, standing="viable")
    return Mutant(twin=twin, standing="unknown", reason=doubt)


def _not_attained(recording: Recording) -> str:
    seen = recording.tightness()
    attained = f"the largest lhs/rhs seen is {seen:.4g}" if seen else "no ratio of the sides is defined"
    return f"true on all {len(recording.instances)} instances seen: the bound is not known to be attained; {attained}"


def _bound_changes(recording: Recording) -> Iterator[tuple[str, str, Change]]:
    for factor in (*FACTORS, Fraction(999, 1000), Fraction(2)):
        yield f"right side times {factor}", "constant", _multiplied(factor)
    for shift in SHIFTS:
        words = f"right side R replaced by R |R|^({shift})"
        yield words, "exponent", _bent(shift)
    yield "right side with the opposite sign", "sign", lambda value, data: -value
    lowered = recording.smallest_gap() * Fraction(101, 100)
    if lowered > 0:
        words = "right side lowered by 1.01 times the smallest gap seen"
        yield words, "constant", lambda value, data: value - times(one(value), lowered)
    for name in recording.sizes():
        for shift in SHIFTS:
            words = f"right side times ({name})^({shift})"
            yield words, "exponent", _resized(name, shift)


def _multiplied(factor: Fraction) -> Change:
    return lambda value, data: times(value, factor)


def _bent(shift: Fraction) -> Change:
    return lambda value, data: value * power(value, shift)


def _resized(name: str, shift: Fraction) -> Change:
    return lambda value, data: value * power(one(value) * sizes(data)[name], shift)


def _on_right(wrong: Change) -> Callable[[Any, Any, Any], tuple[Any, Any]]:
    return lambda left, right, data: (left, wrong(float(right), data))


def _never_lowers(wrong: Change, recording: Recording) -> bool:
    return all(wrong(float(seen.rhs), seen.data) >= seen.rhs for seen in recording.instances)


def _with_rhs(claim: Bound, label: str, change: str, wrong: Change) -> Twin:
    changes: dict[str, Any] = {"rhs": lambda data: wrong(claim.rhs(data), data)}
    if (precise := claim.precise) is not None:

        def again(data: Any, digits: int) -> tuple[Any, Any]:
            left, right = precise(data, digits)
            return left, wrong(right, data)

        changes["precise"] = again
    return Twin(label=label, change=change, changes=changes)


def construction_mutants(claim: Construction) -> Mutants:
    """What is constructed, with one entry wrong; whether the promise is broken is decided in exact arithmetic."""
    tried = [
        Mutant(twin=Twin(label=label, change=change, changes={"construct": _with_entry(claim, entry, wrong)}))
        for entry, place in ((0, "first"), (-1, "last"))
        for label, change, wrong in (
            *((f"{place} entry times {factor}", "constant", _scaled(factor)) for factor in FACTORS),
            (f"{place} entry with the opposite sign", "sign", lambda value: -value),
            (f"{place} entry 0", "term", lambda value: value * 0),
        )
    ]
    return Mutants(tried=tuple(tried))


def _scaled(factor: Fraction) -> Callable[[Any], Any]:
    return lambda value: value * factor


def _with_entry(claim: Construction, entry: int, wrong: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def construct(data: Any) -> Any:
        made = claim.construct(data)
        if not isinstance(made, tuple) or not made:
            raise TypeError(f"the construction returns {type(made).__name__}, not a tuple of numbers")
        changed = list(made)
        changed[entry] = wrong(changed[entry])
        return tuple(changed)

    return construct
