"""Mutants of worst cases: other constants, and other numbers of steps, judged by the slowest runs known."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from theory.errors import TheoryError
from theory.optimization.performance_estimation import find_worst

from ..claims import Twin, WorstCase
from .mutants import Mutant, Mutants
from .mutation import FACTORS

_MILLIONTH = Fraction(999_999, 1_000_000)


def worst_case_mutants(claim: WorstCase) -> Mutants:
    """Wrong bounds and wrong numbers of steps. A bound that no run attains is lowered to just below the slowest run."""
    worst = _slowest(claim)
    tried = [_with_bound(claim, f"bound times {factor}", claim.bound * factor, worst) for factor in _factors()]
    if worst is not None and 0 < worst < claim.bound:
        tried += [
            _with_bound(claim, f"{factor} times the slowest run known", worst * factor, worst)
            for factor in (Fraction(1, 2), Fraction(99, 100), _MILLIONTH)
        ]
    for change in (-1, 1):
        tried += _with_steps(claim, claim.steps + change)
    return Mutants(tried=tuple(tried))


def _factors() -> tuple[Fraction, ...]:
    return (*FACTORS, Fraction(999, 1000), _MILLIONTH, Fraction(2))


def _with_bound(claim: WorstCase, label: str, bound: Fraction, worst: Fraction | None) -> Mutant:
    return _judged(claim, Twin(label=label, change="constant", changes={"bound": bound}), bound, worst)


def _with_steps(claim: WorstCase, steps: int) -> list[Mutant]:
    if steps < 1:
        return []
    twin = Twin(label=f"the bound of {claim.steps} steps after {steps}", change="symbol", changes={"steps": steps})
    return [_judged(claim, twin, claim.bound, _slowest(claim, steps))]


def _judged(claim: WorstCase, twin: Twin, bound: Fraction, worst: Fraction | None) -> Mutant:
    """The mutant counts if a run is slower, or if it says that a bound above the claimed worst case is attained."""
    if worst is not None and worst > bound:
        return Mutant(twin=twin, standing="viable")
    if claim.attained and bound > claim.bound and "bound" in twin.changes:
        return Mutant(twin=twin, standing="viable")
    if bound >= claim.bound and "bound" in twin.changes:
        return Mutant(twin=twin, standing="equivalent", reason="weaker than the claim")
    seen = "no run is known" if worst is None else f"the slowest run known reaches {float(worst):.6g}"
    return Mutant(twin=twin, standing="unknown", reason=f"not known to be false: {seen}")


def _slowest(claim: WorstCase, steps: int | None = None) -> Fraction | None:
    try:
        setting = dataclasses.replace(claim.setting(), steps=steps or claim.steps)
        runs = find_worst(setting, claim.instances)
    except TheoryError:
        return None
    return Fraction(runs[0].worst) if runs else None
