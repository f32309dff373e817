"""Suggestions for a refuted claim: search by kind, and nothing is returned that was not checked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..claims import AbstractClaim, Bound, Identity, Inequality, Limit, Rate, Scaling
from ..verdicts import Outcome, Suggestion, Verdict
from .identities import repair_identity
from .inequalities import repair_inequality
from .instances import repair_instances
from .statistics import repair_limit, repair_scaling
from .trial import Trials

if TYPE_CHECKING:
    from ..checkers.context import CheckContext


def suggest(claim: AbstractClaim, verdict: Verdict, context: CheckContext) -> tuple[Suggestion, ...]:
    """The nearest statements that hold, the simplest first; empty if none was found or the kind has no repair.

    Args:
        claim: the claim as refuted. verdict: its verdict; one that is not REFUTED gives nothing.
        context: of the claim's own check. Suggestions are checked with its budget, at most the quick one, and seeds
            of their own, so that they are tried on fresh points, instances and draws.
    """
    if verdict.outcome is not Outcome.REFUTED:
        return ()
    trials = Trials(context)
    if isinstance(claim, Identity):
        return repair_identity(claim, trials)
    if isinstance(claim, Inequality):
        return repair_inequality(claim, trials)
    if isinstance(claim, Limit):
        return repair_limit(claim, verdict, trials)
    if isinstance(claim, Scaling):
        return repair_scaling(claim, verdict, trials)
    if isinstance(claim, (Bound, Rate)):
        return repair_instances(claim, trials)
    return ()


def with_suggestions(claim: AbstractClaim, verdict: Verdict, context: CheckContext) -> Verdict:
    """A refutation with its suggestions. A search that fails leaves the verdict as it is and says so in it."""
    try:
        return dataclasses.replace(verdict, suggestions=suggest(claim, verdict, context))
    except Exception as error:  # a hint is never worth a verdict: the refutation stands, and the failure is told
        note = f"the search for a repair failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return dataclasses.replace(verdict, fallbacks=(*verdict.fallbacks, note))
