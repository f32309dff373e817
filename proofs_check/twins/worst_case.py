"""Twins of worst cases: bounds just below the slowest run, and the bound of another number of steps."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from theory.errors import TheoryError
from theory.optimization.performance_estimation import find_worst

from ..claims import Twin, WorstCase

_CONSTANTS = (Fraction(999, 1000), Fraction(1, 2))


def worst_case_twins(claim: WorstCase) -> tuple[Twin, ...]:
    """False variants of a `WorstCase`: a loose bound is lowered to just below the slowest run found."""
    runs = find_worst(claim.setting(), claim.instances)
    worst = runs[0].worst if runs else Fraction(claim.bound)
    attains = worst == claim.bound
    name = "bound" if attains else "slowest run found"
    made = [
        Twin(
            label=f"{factor} times the {name}", change="constant", changes={"bound": worst * factor, "attained": False}
        )
        for factor in _CONSTANTS
    ]
    if claim.attained:
        larger = Fraction(1001, 1000)
        made.append(
            Twin(label=f"{larger} times the bound, attained", change="constant", changes={"bound": worst * larger})
        )
    if claim.steps > 1 and (fewer := _with_fewer_steps(claim)) is not None and fewer > worst:
        made.append(
            Twin(
                label=f"the bound of {claim.steps} steps after {claim.steps - 1}",
                change="exponent",
                changes={"steps": claim.steps - 1, "bound": worst, "attained": False},
            )
        )
    if 0 < worst < 1:
        changes = {"bound": worst**2, "attained": False}
        made.append(Twin(label=f"the square of the {name}", change="exponent", changes=changes))
    return tuple(made)


def _with_fewer_steps(claim: WorstCase) -> Fraction | None:
    try:
        runs = find_worst(dataclasses.replace(claim.setting(), steps=claim.steps - 1), claim.instances)
    except TheoryError:
        return None
    return runs[0].worst if runs else None
