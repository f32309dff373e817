"""Variants of a claim as readers see them: what survived first, then what does not count, then what was caught."""

from __future__ import annotations

from collections.abc import Sequence

from ..verdicts import Outcome, TwinResult

MOST_CAUGHT = 12
"""Variants caught that are shown one by one; an audit tries hundreds."""


def fate(twin: TwinResult) -> str:
    """What became of a variant, in a word or two: "caught", "SURVIVED", "equivalent"."""
    if not twin.is_viable:
        return twin.standing
    return "caught" if twin.caught else "SURVIVED"


def survivors(twins: Sequence[TwinResult]) -> list[TwinResult]:
    """The variants that are false and were not refuted."""
    return [twin for twin in twins if twin.is_viable and not twin.caught]


def shown(twins: Sequence[TwinResult]) -> list[TwinResult]:
    """The variants to be shown, at most `MOST_CAUGHT` of those caught; the last one then counts the others."""
    caught = [twin for twin in twins if twin.caught]
    others = sorted((twin for twin in twins if not twin.caught), key=lambda twin: not twin.is_viable)
    if len(caught) <= MOST_CAUGHT:
        return [*others, *caught]
    more = len(caught) - MOST_CAUGHT
    rest = TwinResult(
        label=f"{more} more variants",
        change="various",
        outcome=Outcome.REFUTED,
        reason="each by a counterexample of its own; the JSON file names them all",
        count=more,
    )
    return [*others, *caught[:MOST_CAUGHT], rest]


def variant_lines(twins: Sequence[TwinResult]) -> list[str]:
    """One line per variant shown."""
    return [
        f"{fate(twin)} ({twin.outcome.name.replace('_', ' ')}): {twin.label} [{twin.change}]; {twin.reason}"
        for twin in shown(twins)
    ]
