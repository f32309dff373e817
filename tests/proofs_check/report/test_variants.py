"""Variants of claims, as readers see them."""

from __future__ import annotations

from proofs_check.report.variants import MOST_CAUGHT, fate, shown, survivors, variant_lines
from proofs_check.verdicts import Outcome, TwinResult


def result(outcome: Outcome, standing: str = "viable", label: str = "v") -> TwinResult:
    """One result."""
    return TwinResult(label=label, change="sign", outcome=outcome, reason="r", standing=standing)


CAUGHT = [result(Outcome.REFUTED, label=f"c{number}") for number in range(40)]
SURVIVOR = result(Outcome.HOLDS, label="s")
EQUIVALENT = result(Outcome.HOLDS, standing="equivalent", label="e")


def test_survivors_come_first_and_none_is_left_out() -> None:
    """If false, a survivor would be lost among hundreds of variants that were caught."""
    listed = shown([*CAUGHT, EQUIVALENT, SURVIVOR])
    assert listed[:2] == [SURVIVOR, EQUIVALENT]
    assert sum(one.count for one in listed) == 42
    assert len(listed) == 2 + MOST_CAUGHT + 1
    assert shown(CAUGHT[:MOST_CAUGHT]) == CAUGHT[:MOST_CAUGHT]


def test_only_false_variants_are_survivors() -> None:
    """If false, a statement that is still true would be held against its check."""
    assert survivors([*CAUGHT, EQUIVALENT, SURVIVOR]) == [SURVIVOR]
    assert [fate(one) for one in (CAUGHT[0], EQUIVALENT, SURVIVOR)] == ["caught", "equivalent", "SURVIVED"]
    assert variant_lines([SURVIVOR]) == ["SURVIVED (HOLDS): s [sign]; r"]
