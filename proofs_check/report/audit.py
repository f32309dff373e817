"""The audit of checks: variants caught out of those that are viable, by claim and by evidence, and the survivors."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..records import ClaimRecord
from ..verdicts import Evidence, Outcome, TwinResult
from .files import write_whole
from .prose import broken, print_line, styled
from .standing import duration, label_of, legible
from .variants import survivors

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
_TITLES = ("claim", "caught", "evidence", "time", "notes")
_COLUMNS = 5
_TIGHTEST, _NOTES = 24, 20
"""Columns that a name and the notes keep where room is short."""
_UNCOUNTED = ("equivalent", "unknown", "below resolution", "not tried")


def meets(record: ClaimRecord, threshold: float) -> bool:
    """True if the check caught its share of the viable variants, or if an erratum was refuted as it must be."""
    verdict = record.verdict
    if record.is_erratum and verdict.outcome is Outcome.REFUTED:
        return True
    caught, viable = verdict.caught
    return verdict.outcome is Outcome.HOLDS and viable > 0 and caught >= threshold * viable


def audit_document(records: Sequence[ClaimRecord], threshold: float = 1.0) -> dict[str, Any]:
    """The audit as JSON-ready data."""
    return {"schema": SCHEMA, "claims": [_entry(record, threshold) for record in records]}


def write_audit(records: Sequence[ClaimRecord], path: Path | str, *, threshold: float = 1.0) -> Path:
    """Write `audit_document` of `records`.

    Raises:
        ReportUnwritable: if the file cannot be written.
    """
    return write_whole(Path(path), json.dumps(audit_document(records, threshold), indent=1) + "\n")


def _entry(record: ClaimRecord, threshold: float) -> dict[str, Any]:
    verdict = record.verdict
    caught, viable = verdict.caught
    standings = Counter[str]()
    for twin in verdict.twins:
        standings[twin.standing] += twin.count
    return {
        "id": record.id,
        "viable": viable,
        "caught": caught,
        "kind": record.kind,
        "outcome": verdict.outcome.name,
        "evidence": verdict.evidence.name if verdict.evidence else None,
        "meets_threshold": meets(record, threshold),
        "survivors": [_variant(twin) for twin in survivors(verdict.twins)],
        "unknown": [_variant(twin) for twin in verdict.twins if twin.standing == "unknown"],
        "equivalent": standings["equivalent"],
        "below_resolution": standings["below resolution"],
        "not_tried": standings["not tried"],
        "seconds": round(verdict.seconds, 3),
    }


def _variant(twin: TwinResult) -> dict[str, str]:
    return {"label": twin.label, "change": twin.change, "outcome": twin.outcome.name, "reason": twin.reason}


def print_audit(
    records: Sequence[ClaimRecord], console: Console, *, threshold: float = 1.0, seconds: float | None = None
) -> None:
    """Print one line per claim, the sums by evidence, and every survivor by name."""
    rows = [_cells(record) for record in records]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(_COLUMNS)]
    room = console.width - sum(widths[1:-1]) - 2 * len(widths) - min(widths[-1], _NOTES)
    widths[0] = min(widths[0], max(_TIGHTEST, room))
    paper = ""
    for record, row in zip(records, rows, strict=True):
        if (name := record.paper.path or record.paper.key) != paper:
            paper = name
            print_line(console, (paper, "bold"))
        _print_claim(row, widths, console, "" if meets(record, threshold) else "yellow")
    console.print()
    for name, (caught, viable) in _by_evidence(records).items():
        print_line(console, (f"{name:<12} caught {caught} of {viable} viable variants", ""))
    missed = [record for record in records if not meets(record, threshold)]
    verdict = f"{len(missed)} miss the threshold" if missed else "all meet the threshold"
    noun = "claim" if len(records) == 1 else "claims"
    text = f"{len(records)} {noun}: {verdict} of {threshold:.4g}"
    print_line(console, (text, "bold"), (f"  {duration(seconds)}" if seconds is not None else "", "dim"))
    for record in missed:
        _print_missed(record, console)


def _cells(record: ClaimRecord) -> tuple[str, ...]:
    caught, viable = record.verdict.caught
    evidence = record.verdict.evidence
    time = f"{duration(record.verdict.seconds)}{'*' if record.from_store else ''}"
    score = f"{caught}/{viable}" if viable else "-"
    return record.slug, score, evidence.name if evidence else "-", time, _remarks(record)


def _print_claim(row: Sequence[str], widths: Sequence[int], console: Console, style: str) -> None:
    """One claim; a long name or long notes go on below themselves."""
    name, score, evidence, time, notes = row
    head = f"  {score:>{widths[1]}}  {evidence:<{widths[2]}}  {time:>{widths[3]}}  "
    room = max(console.width - widths[0] - len(head) - 2, 8)
    left, right = broken(name, widths[0]).split("\n"), textwrap.wrap(notes, room) or [""]
    for place, (part, note) in enumerate(itertools.zip_longest(left, right, fillvalue="")):
        middle = head if place == 0 else " " * len(head)
        line = styled(f"  {part:<{widths[0]}}{middle}", console, style) + styled(note, console, "dim")
        line.rstrip()
        console.print(line, soft_wrap=True)


def _remarks(record: ClaimRecord) -> str:
    standings = Counter[str]()
    for twin in record.verdict.twins:
        standings[twin.standing] += twin.count
    shown = [f"{standings[name]} {name}" for name in _UNCOUNTED if standings[name]]
    if record.verdict.outcome is not Outcome.HOLDS:
        shown.insert(0, label_of(record))
    return ", ".join(shown)


def _by_evidence(records: Sequence[ClaimRecord]) -> dict[str, tuple[int, int]]:
    sums = {evidence: [0, 0] for evidence in Evidence}
    for record in records:
        if record.verdict.evidence is not None:
            for place, number in enumerate(record.verdict.caught):
                sums[record.verdict.evidence][place] += number
    return {evidence.name: (caught, viable) for evidence, (caught, viable) in sums.items() if viable}


def _print_missed(record: ClaimRecord, console: Console) -> None:
    console.print()
    print_line(console, (label_of(record), "yellow"), (f"  {record.id}", ""))
    missed = survivors(record.verdict.twins)
    if record.verdict.outcome is not Outcome.HOLDS:
        print_line(console, (f"not audited: {record.verdict.reason}", ""), indent=2)
    elif not missed:
        print_line(console, ("no variant is known to be false, so nothing was tested", ""), indent=2)
    for twin in missed:
        words = f"survived ({twin.outcome.name}): {twin.label}; {twin.reason}"
        print_line(console, (legible(words), ""), indent=2)
