"""Make the twins of a claim and check that each is refuted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..claims import AbstractClaim, Bound, Identity, Inequality, Law, Limit, Rate, SameLaw, Scaling, Twin, WorstCase
from ..verdicts import Outcome, TwinResult
from .expressions import identity_twins, inequality_twins
from .instances import bound_twins, rate_twins
from .statistics import law_twins, limit_twins, same_law_twins, scaling_twins
from .worst_case import worst_case_twins

if TYPE_CHECKING:
    from ..checkers.context import CheckContext
    from ..verdicts import Verdict

    Check = Callable[[AbstractClaim, CheckContext], Verdict]


def make_twins(claim: AbstractClaim) -> tuple[Twin, ...]:
    """False variants made by machine, then the claim's own. None for an erratum, which is false already."""
    if claim.expect == "refuted":
        return ()
    made: tuple[Twin, ...] = ()
    if isinstance(claim, Identity):
        made = identity_twins(claim)
    elif isinstance(claim, Inequality):
        made = inequality_twins(claim)
    elif isinstance(claim, Bound):
        made = bound_twins(claim)
    elif isinstance(claim, Rate):
        made = rate_twins(claim)
    elif isinstance(claim, Limit):
        made = limit_twins(claim)
    elif isinstance(claim, Scaling):
        made = scaling_twins(claim)
    elif isinstance(claim, Law):
        made = law_twins(claim)
    elif isinstance(claim, SameLaw):
        made = same_law_twins(claim)
    elif isinstance(claim, WorstCase):
        made = worst_case_twins(claim)
    return (*made, *claim.twins)


def try_twins(claim: AbstractClaim, context: CheckContext, check: Check) -> tuple[TwinResult, ...]:
    """Check every twin with the claim's own budget and seeds; each must come out REFUTED."""
    results = []
    for number, twin in enumerate(make_twins(claim), start=1):
        context.report(f"twin {number}: {twin.label}")
        results.append(_try(claim, twin, context, check))
    return tuple(results)


def _try(claim: AbstractClaim, twin: Twin, context: CheckContext, check: Check) -> TwinResult:
    try:
        verdict = check(claim.altered(twin), dataclasses.replace(context, shrink=False))
        outcome, reason = verdict.outcome, verdict.reason
    except Exception as error:  # a twin that cannot even be evaluated is a survivor, and the report says so
        outcome, reason = Outcome.ERROR, f"{type(error).__name__}: {error}"
    return TwinResult(label=twin.label, change=twin.change, outcome=outcome, reason=reason)
