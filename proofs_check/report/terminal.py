"""The terminal report: a table of verdicts for a glance, with the reason of whatever is not settled as expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..records import ClaimRecord, tally
from .explanation import explain
from .prose import STYLES, broken, counterexample_lines, print_line, styled, suggestion_lines
from .standing import Tone, duration, label_of, measure_of, needs_attention, tone_of, twins_of
from .variants import survivors

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["explain", "print_table"]

_TITLES = ("claim", "kind", "outcome", "evidence", "strength", "twins", "time")
_WIDEST = (40, 12, 30, 11, 24, 7, 9)
# An eye finds a claim by its name: where room is short, the outcome and the number wrap first.
_SHRINKING = ((2, 0), (4, 11), (0, 22), (4, 8), (0, 16), (1, 10))


def print_table(records: Sequence[ClaimRecord], console: Console, *, run: Mapping[str, Any]) -> None:
    """Print one row per claim by paper, the counts, and the reason of whatever is not settled as expected.

    Args:
        records: the claims with their verdicts. console: where to print; its width decides the layout.
        run: what is known about the run; "seconds" and "budget" are shown.
    """
    if not records:
        print_line(console, ("No claim was selected.", ""))
        return
    layout = _layout(records, console.width)
    for group in _by_paper(records).values():
        paper = group[0].paper
        print_line(console, (paper.path or paper.key, "bold"), (f"  {', '.join(paper.authors)} ({paper.year})", "dim"))
        if layout:
            console.print(_table(group, layout, console))
        else:
            for record in group:
                _print_stacked(record, console)
        console.print()
    _print_counts(records, console, run)
    told: dict[tuple[str, ...], list[ClaimRecord]] = {}
    for record in records:
        if needs_attention(record) or tone_of(record) is Tone.KNOWN:
            told.setdefault((label_of(record), *_reason_lines(record)), []).append(record)
    for (_, *lines), group in told.items():
        _print_reason(group, lines, console)


def _by_paper(records: Iterable[ClaimRecord]) -> dict[tuple[str, str], list[ClaimRecord]]:
    groups: dict[tuple[str, str], list[ClaimRecord]] = {}
    for record in records:
        groups.setdefault((record.paper.key, record.paper.path), []).append(record)
    return groups


def _cells(record: ClaimRecord) -> tuple[str, ...]:
    evidence = record.verdict.evidence
    time = duration(record.verdict.seconds)
    return (
        record.slug,
        record.kind,
        label_of(record),
        evidence.name if evidence else "-",
        measure_of(record) or "-",
        twins_of(record) or "-",
        f"{time}*" if record.from_store else time,
    )


def _layout(records: Iterable[ClaimRecord], room: int) -> tuple[list[int], int] | None:
    """Widths of the columns and the gap between them, the same for all papers; None if the table does not fit."""
    rows = [_TITLES, *map(_cells, records)]
    widths = [min(max(len(row[place]) for row in rows), widest) for place, widest in enumerate(_WIDEST)]
    gap = 2 if sum(widths) + 2 * (len(widths) - 1) <= room else 1
    room -= gap * (len(widths) - 1)
    for place, least in _SHRINKING:
        surplus = max(0, sum(widths) - room)
        # Below its longest word a column of words would be cut in their midst; names break at underscores.
        words = 0 if place == 0 else max(len(word) for row in rows for word in row[place].split())
        widths[place] -= min(surplus, max(0, widths[place] - max(least, words)))
    return (widths, gap) if sum(widths) <= room else None


def _table(group: Sequence[ClaimRecord], layout: tuple[list[int], int], console: Console) -> Table:
    from rich.table import Table

    widths, gap = layout
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
    for title, width in zip(_TITLES, widths, strict=True):
        table.add_column(title, width=width, overflow="fold", justify="right" if title == "time" else "left")
    for record in group:
        slug, *rest = _cells(record)
        cells = [styled(cell, console) for cell in (broken(slug, widths[0]), *rest)]
        cells[2].stylize(STYLES[tone_of(record)])
        table.add_row(*cells)
    return table


def _print_stacked(record: ClaimRecord, console: Console) -> None:
    slug, kind, outcome, evidence, strength, twins, time = _cells(record)
    parts = [kind, evidence, strength, f"twins {twins}" if twins != "-" else "-", time]
    print_line(console, (outcome, STYLES[tone_of(record)]), (f"  {slug}", ""))
    print_line(console, (", ".join(part for part in parts if part != "-"), "dim"), indent=2)


def _print_counts(records: Sequence[ClaimRecord], console: Console, run: Mapping[str, Any]) -> None:
    tones = [tone_of(record) for record in records]
    remarks = {
        "refuted as expected": tones.count(Tone.KNOWN),
        "against expectation": tones.count(Tone.BAD),
        "weakly tested": tones.count(Tone.WEAK),
        "from the store (*)": sum(record.from_store for record in records),
    }
    counts = [f"{count} {name.replace('_', ' ')}" for name, count in tally(records).items() if count]
    noun = "claim" if len(records) == 1 else "claims"
    print_line(console, (f"{len(records)} {noun}: {', '.join(counts)}", "bold"))
    notes = [f"{count} {name}" for name, count in remarks.items() if count]
    budget = f"budget {run['budget']}" if run.get("budget") else ""
    if notes := [note for note in (*notes, budget, duration(run.get("seconds"))) if note]:
        print_line(console, (", ".join(notes), "dim"))


def _reason_lines(record: ClaimRecord) -> list[str]:
    verdict = record.verdict
    lines = [verdict.reason]
    if verdict.is_weakly_tested:
        lines += [f"survived: {twin.label}; {twin.reason}" for twin in survivors(verdict.twins)]
    if verdict.counterexample:
        lines += counterexample_lines(verdict.counterexample)
    return lines + [f"suggestion: {line}" for line in suggestion_lines(verdict.suggestions)]


def _print_reason(group: Sequence[ClaimRecord], lines: Iterable[str], console: Console) -> None:
    """Print the claims that share an outcome and a reason, and the reason once."""
    console.print()
    for record in group:
        print_line(console, (label_of(record), STYLES[tone_of(record)]), (f"  {record.id}", ""))
    for line in lines:
        print_line(console, (line, ""), indent=2)
