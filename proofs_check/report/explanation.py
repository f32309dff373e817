"""One claim explained on a terminal: what was stated, checked and found, how, and what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import ClaimRecord
from ..sources import SOURCES
from .prose import STYLES, counterexample_lines, print_block, print_line, styled, suggestion_lines
from .standing import duration, label_of, likelihood, measure_of, number, tightness_of, tone_of, twins_of
from .variants import variant_lines

if TYPE_CHECKING:
    from rich.console import Console


def explain(record: ClaimRecord, console: Console) -> None:
    """Print all that is known about one claim.

    Args:
        record: the claim with its verdict. console: where to print.
    """
    print_line(console, (record.id, "bold"), (f"  {record.kind}, {record.locator}", "dim"))
    print_line(console, (record.paper.citation, ""))
    _print_statement(record, console)
    _print_verdict(record, console)
    _print_grounds(record, console)
    stored = ", from the store" if record.from_store else ""
    print_block(console, "Time", [duration(record.verdict.seconds) + stored])
    console.print()
    print_line(console, ("Reproduce", "bold"))
    console.print(styled(f"  {record.reproducer}", console), soft_wrap=True)


def _print_statement(record: ClaimRecord, console: Console) -> None:
    print_block(console, "In words", [record.text])
    print_block(console, "As published" if record.checked else "Statement, checked as published", [record.statement])
    print_block(console, "As checked", [record.checked])
    print_block(console, "The difference", [record.difference])
    print_block(console, "Source of the statement", [SOURCES.get(record.source, record.source)])


def _print_verdict(record: ClaimRecord, console: Console) -> None:
    verdict = record.verdict
    console.print()
    print_line(console, (label_of(record), STYLES[tone_of(record)]), (f": {verdict.outcome.value}", ""))
    if verdict.evidence:
        print_line(console, (verdict.evidence.name, "bold"), (f": {verdict.evidence.value}", ""))
    print_block(console, "Reason", [verdict.reason])
    print_block(console, "Corrected by", [record.corrected_by])
    print_block(console, "Scope", [verdict.scope])
    print_block(console, "Strength", _strength(record))
    if verdict.counterexample:
        first, *others = counterexample_lines(verdict.counterexample)
        print_block(console, "Counterexample", [first.removeprefix("counterexample: "), *others])
    print_block(console, "Suggestion, checked as a claim of its own", _suggestions(record))


def _print_grounds(record: ClaimRecord, console: Console) -> None:
    verdict = record.verdict
    print_block(console, "Design of the test", _design(record))
    print_block(console, "Assumptions", dict.fromkeys((*record.assumes, *verdict.assumptions)))
    print_block(console, "Steps down to weaker evidence", verdict.fallbacks)
    print_block(console, "Not checked", verdict.not_checked)
    variants = variant_lines(verdict.twins)
    caught = f", {twins_of(record)} refuted" if variants else ""
    print_block(console, f"False variants{caught}", variants or ["none tried"])
    if verdict.certificate:
        print_block(console, "Certificate", [f"{verdict.certificate.kind}; its content is in the JSON file"])


def _suggestions(record: ClaimRecord) -> list[str]:
    suggestions = record.verdict.suggestions
    lines = suggestion_lines(suggestions)
    return [text for line, one in zip(lines, suggestions, strict=True) for text in (line, one.reason)]


def _strength(record: ClaimRecord) -> list[str]:
    verdict = record.verdict
    found = [measure_of(record)]
    if verdict.slack is not None:
        found.append(f"slack {number(verdict.slack)}" if verdict.slack else "no slack")
    if tightness := tightness_of(verdict):
        found.append(f"lhs/rhs up to {tightness}")
    return list(dict.fromkeys(found))


def _design(record: ClaimRecord) -> list[str]:
    plan = record.verdict.design
    if plan is None:
        return []
    intervals = "1 interval" if plan.comparisons == 1 else f"{plan.comparisons} simultaneous intervals"
    return [
        plan.method,
        f"false-alarm probability {number(plan.alpha)} for {intervals}, power {likelihood(plan.power)}",
        f"independent draws: {', '.join(f'{count:,}' for count in plan.samples)}",
        f"at widths: {', '.join(map(str, plan.widths))}" if plan.widths else "",
    ]
