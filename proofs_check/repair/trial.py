"""The trial of a changed statement: the checker of its kind, on seeds of its own and a bounded budget."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, final

from ..checkers import check
from ..checkers.context import BUDGETS, Budget, CheckContext
from ..verdicts import Outcome, Suggestion, Verdict

if TYPE_CHECKING:
    from ..claims import AbstractClaim

_BOXES = 500
"""Boxes that a changed inequality may spend: a suggestion must not cost more than the refutation."""


@final
class Trials:
    """Checks changed claims, in order of proposal; each gets fresh points, instances and draws."""

    def __init__(self, context: CheckContext) -> None:
        self.context = dataclasses.replace(
            context,
            claim_id=f"{context.claim_id}, repaired",
            budget=_bounded(context.budget),
            shrink=False,
            _memo={},
        )

    def named(self, name: str) -> Trials:
        """Trials with random streams of their own, apart from these."""
        return Trials(dataclasses.replace(self.context, claim_id=f"{self.context.claim_id}, {name}"))

    def without_boxes(self) -> Trials:
        """Trials that accept a proof only, where covering a region would cost more than the refutation did."""
        return Trials(dataclasses.replace(self.context, budget=dataclasses.replace(self.context.budget, boxes=0)))

    def verdict(self, claim: AbstractClaim, changes: Mapping[str, Any]) -> Verdict:
        """The verdict on the claim with `changes`."""
        changed = dataclasses.replace(claim, twins=(), expect="holds", corrected_by="", **changes)
        return check(changed, self.context)

    def suggestion(
        self, claim: AbstractClaim, changes: Mapping[str, Any], *, change: str, statement: str
    ) -> Suggestion | None:
        """A suggestion, if the claim with `changes` HOLDS."""
        self.context.report(f"repair: {change}")
        found = self.verdict(claim, changes)
        if found.outcome is not Outcome.HOLDS or found.evidence is None:
            return None
        return Suggestion(
            change=change,
            statement=statement,
            outcome=found.outcome,
            evidence=found.evidence,
            reason=found.reason,
            resolution=found.resolution,
        )


def _bounded(budget: Budget) -> Budget:
    quick = BUDGETS["quick"]
    return Budget(
        name=budget.name,
        neurons=min(budget.neurons, quick.neurons),
        examples=min(budget.examples, quick.examples // 2),
        climbs=min(budget.climbs, quick.climbs // 2),
        boxes=min(budget.boxes, _BOXES),
        points=min(budget.points, quick.points),
    )
