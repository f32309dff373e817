"""The explanation of a claim: nothing that was recorded is left out."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from proofs_check.records import ClaimRecord
from proofs_check.report.explanation import explain

from .samples import every_record, hostile_record


def _explained(record: ClaimRecord, width: int = 80) -> str:
    stream = io.StringIO()
    explain(record, Console(file=stream, width=width, color_system=None))
    return stream.getvalue()


@pytest.mark.parametrize("shown", every_record(), ids=lambda shown: shown.slug)
def test_everything_recorded_is_told(shown: ClaimRecord) -> None:
    """False if the explanation hid an assumption, a fall-back, a gap, a variant, a number or the command."""
    text = " ".join(_explained(shown).split())
    verdict = shown.verdict
    parts = [shown.id, shown.kind, shown.locator, shown.statement, shown.text, shown.checked, shown.difference]
    parts += [verdict.outcome.value, verdict.reason, verdict.scope, shown.reproducer, shown.corrected_by]
    parts += [*verdict.assumptions, *verdict.fallbacks, *verdict.not_checked, *(twin.label for twin in verdict.twins)]
    if verdict.evidence:
        parts += [verdict.evidence.name, verdict.evidence.value]
    if verdict.counterexample:
        parts += [verdict.counterexample.lhs, verdict.counterexample.rhs, verdict.counterexample.recheck, "-127/128"]
    parts += [text for one in verdict.suggestions for text in (one.statement, one.change, one.reason)]
    if verdict.design:
        parts += ["2.5e-8", "0.997", "200,000", "4096", verdict.design.method]
    assert [part for part in parts if " ".join(part.split()) not in text] == []


def test_survivors_are_loud() -> None:
    """False if a false variant that survived looked like the others."""
    assert "SURVIVED (HOLDS): variant 4" in _explained(every_record()[2])
    assert "3/4 refuted" in _explained(every_record()[2])


def test_the_command_is_on_one_line() -> None:
    """False if the command to reproduce the claim could not be copied."""
    shown = every_record()[1]
    assert f"  {shown.reproducer}" in _explained(shown, width=40).splitlines()


def test_hostile_text_is_tame() -> None:
    """False if control codes reached the terminal, or lines ran over."""
    text = _explained(hostile_record())
    assert "\x1b" not in text
    assert "[red]m[/red]" in text
    assert max(cell_len(line) for line in text.splitlines() if "proofs-check verify" not in line) <= 80
