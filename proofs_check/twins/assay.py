"""The assay of a check: every mutant of its claim tried, and those that are still true told from those that count."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy

from ..claims import AbstractClaim, Bound, Construction, Identity, Inequality, Law, Limit, Rate, Scaling, WorstCase
from ..verdicts import Evidence, Outcome, TwinResult, Verdict
from .formulas import formula_mutants
from .instance_mutants import bound_mutants, construction_mutants
from .mutants import Mutant, Mutants
from .rate_mutants import rate_mutants
from .recording import Recording
from .statistical_mutants import law_mutants, limit_mutants, scaling_mutants
from .trial import make_twins
from .witness import find_witness
from .worst_case_mutants import worst_case_mutants

if TYPE_CHECKING:
    from ..checkers.context import CheckContext

    Check = Callable[[AbstractClaim, CheckContext], Verdict]

MOST = {"quick": 200, "standard": 400, "thorough": 4000}
"""Mutants of a formula that are tried, by the name of the budget; fewer where each of them costs much."""

HURRY = 5
"""Share of the boxes of a budget that a mutant gets, as its denominator, until it is known to be false."""

_KNOWN_FALSE = (Limit, Scaling, Law, Bound, Rate)
"""Kinds whose mutants are made so that those which reach the check are false."""


def assay(claim: AbstractClaim, context: CheckContext, check: Check) -> Verdict:
    """The verdict on `claim` with results for its own twins and all its mutants, if it HOLDS as expected.

    Args:
        claim: any kind; kinds without a mutator have their twins only. check: what is assayed.
    """
    recording = Recording()
    recorded: AbstractClaim = claim
    if isinstance(claim, Bound):
        recorded = recording.of_bound(claim)
    elif isinstance(claim, Rate):
        recorded = recording.of_rate(claim)
    verdict = check(recorded, context)
    if verdict.outcome is not Outcome.HOLDS or claim.expect != "holds":
        return verdict
    plain = dataclasses.replace(context, shrink=False)
    results = [_try(claim, Mutant(twin=twin, standing="viable"), plain, check) for twin in make_twins(claim)]
    found = _mutants(claim, recording, plain)
    labels = {result.label for result in results}
    for number, mutant in enumerate(found.tried, start=1):
        if mutant.twin.label not in labels:
            context.report(f"mutant {number} of {len(found.tried)}: {mutant.twin.label}")
            results.append(_try(claim, mutant, plain, check))
    return dataclasses.replace(verdict, twins=(*results, *_untried(found)))


def _mutants(claim: AbstractClaim, recording: Recording, context: CheckContext) -> Mutants:
    if isinstance(claim, (Identity, Inequality)):
        most = MOST.get(context.budget.name, MOST["quick"])
        if any(side.has(sympy.Integral) for side in claim.sides()):
            return formula_mutants(claim, most // 4)
        return formula_mutants(claim, most // 2 if isinstance(claim, Inequality) else most)
    if isinstance(claim, Bound):
        return bound_mutants(claim, recording)
    if isinstance(claim, Rate):
        return rate_mutants(claim, recording)
    if isinstance(claim, Construction):
        return construction_mutants(claim)
    if isinstance(claim, Limit):
        return limit_mutants(claim, context)
    if isinstance(claim, Scaling):
        return scaling_mutants(claim)
    if isinstance(claim, Law):
        return law_mutants(claim, context)
    if isinstance(claim, WorstCase):
        return worst_case_mutants(claim)
    return Mutants(tried=())


def _untried(found: Mutants) -> tuple[TwinResult, ...]:
    return tuple(
        TwinResult(
            label=f"{count} more",
            change=change,
            outcome=Outcome.NOT_RUN,
            reason="beyond the number of variants that this budget allows",
            standing="not tried",
            count=count,
        )
        for change, count in sorted(found.untried.items())
    )


def _try(claim: AbstractClaim, mutant: Mutant, context: CheckContext, check: Check) -> TwinResult:
    twin = mutant.twin
    if mutant.standing not in ("", "viable"):
        return TwinResult(
            label=twin.label,
            change=twin.change,
            outcome=Outcome.NOT_RUN,
            reason=mutant.reason,
            standing=mutant.standing,
        )
    try:
        altered = claim.altered(twin)
    except Exception as error:  # not every mutant is a well-formed claim; it is counted apart, with the reason
        reason = f"no claim: {_described(error)}"
        standing = mutant.standing or "unknown"
        return TwinResult(label=twin.label, change=twin.change, outcome=Outcome.ERROR, reason=reason, standing=standing)
    found = _judged(altered, context if mutant.standing else _hurried(context), check)
    standing, words = (mutant.standing, "") if mutant.standing else _standing(altered, found, context)
    if standing == "viable" and found.outcome is Outcome.UNDECIDED and not mutant.standing:
        found = _judged(altered, context, check)
    reason = f"{words}; {found.reason}" if words and found.outcome is not Outcome.REFUTED else found.reason
    return TwinResult(label=twin.label, change=twin.change, outcome=found.outcome, reason=reason, standing=standing)


def _hurried(context: CheckContext) -> CheckContext:
    """Fewer boxes: a mutant that is still true need not be proved so at the price of its claim."""
    budget = context.budget
    return dataclasses.replace(context, budget=dataclasses.replace(budget, boxes=budget.boxes // HURRY))


def _judged(altered: AbstractClaim, context: CheckContext, check: Check) -> Verdict:
    try:
        return check(altered, context)
    except Exception as error:  # a mutant that breaks its check is no catch: it stays in the count as ERROR
        return Verdict(outcome=Outcome.ERROR, reason=_described(error))


def _described(error: Exception) -> str:
    """Type and message of an error, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _standing(altered: AbstractClaim, found: Verdict, context: CheckContext) -> tuple[str, str]:
    """Whether a mutant counts, and why: it does if it was refuted, or if a witness against it is found elsewhere."""
    if found.outcome is Outcome.REFUTED or isinstance(altered, _KNOWN_FALSE):
        return "viable", ""
    if isinstance(altered, (Identity, Inequality)) and (place := _witness(altered, context)):
        return "viable", f"false at {place}, which the check did not find"
    proved = found.evidence is Evidence.EXACT or isinstance(altered, Inequality)
    if found.outcome is Outcome.HOLDS and proved and not isinstance(altered, Construction):
        return "equivalent", "still true"
    return "unknown", ""


def _witness(altered: Identity | Inequality, context: CheckContext) -> str:
    try:
        return find_witness(altered, context)
    except Exception:
        # The second evaluation refuses what is nowhere real, in many ways; a mutant without witness does not count.
        return ""
