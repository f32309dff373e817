"""JUnit XML for continuous integration: one suite per paper, one case per claim."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ..records import ClaimRecord
from .counterexample import point_rows
from .files import write_whole
from .prose import suggestion_lines
from .standing import Tone, label_of, legible, measure_of, tone_of, twins_of

_TAGS = {Tone.BAD: "failure", Tone.FAULT: "error", Tone.WEAK: "skipped", Tone.OPEN: "skipped"}
_LONGEST_SUGGESTION = 160
_TOTALS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def write_junit(records: Sequence[ClaimRecord], path: Path | str, *, run: Mapping[str, Any]) -> Path:
    """Write the verdicts as JUnit XML.

    A claim passes if it is settled as expected, an erratum by its refutation. A verdict against expectation is a
    failure, a broken check an error. Unsettled claims, and claims whose false variants survived, are skipped.

    Args:
        records: the claims with their verdicts. path: the file. run: what is known about the run.

    Returns:
        The path written.

    Raises:
        ReportUnwritable: if the file cannot be written.
    """
    root = ElementTree.Element("testsuites", {"name": "proofs-check", **_totals(records)})
    ordered = sorted(records, key=lambda record: (record.paper.key, record.paper.path))
    for (key, _), group in itertools.groupby(ordered, key=lambda record: (record.paper.key, record.paper.path)):
        root.append(_suite(legible(key), list(group), run))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return write_whole(Path(path), f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _suite(key: str, records: Sequence[ClaimRecord], run: Mapping[str, Any]) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": key, **_totals(records)})
    if started := run.get("started"):
        suite.set("timestamp", legible(started))
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("version", "budget", "seed_root", "alpha", "data", "command"):
        if name in run:
            ElementTree.SubElement(properties, "property", name=name, value=legible(run[name]))
    suite.extend(_case(key, record) for record in records)
    return suite


def _case(key: str, record: ClaimRecord) -> ElementTree.Element:
    verdict = record.verdict
    case = ElementTree.Element(
        "testcase", classname=f"{key}.{legible(record.kind)}", name=legible(record.slug), time=_time([record])
    )
    if tag := _TAGS.get(tone_of(record)):
        entry = ElementTree.SubElement(case, tag, message=legible(_message(record)))
        if tag != "skipped":
            entry.set("type", verdict.outcome.name)
            entry.text = legible(_detail(record))
    ElementTree.SubElement(case, "system-out").text = legible(_detail(record))
    return case


def _message(record: ClaimRecord) -> str:
    """Outcome and reason, with what would hold if that is short enough for a list of failures."""
    verdict = record.verdict
    suggested = [line for line in suggestion_lines(verdict.suggestions) if len(line) <= _LONGEST_SUGGESTION]
    return "; ".join([f"{label_of(record)}: {verdict.reason}", *(f"suggestion: {line}" for line in suggested[:1])])


def _detail(record: ClaimRecord) -> str:
    verdict = record.verdict
    lines = [
        f"{label_of(record)}: {verdict.outcome.value}",
        f"evidence: {verdict.evidence.name}, {verdict.evidence.value}" if verdict.evidence else "",
        f"reason: {verdict.reason}",
        f"measure: {measure_of(record)}" if measure_of(record) else "",
        f"false variants refuted: {twins_of(record)}" if twins_of(record) else "",
    ]
    if example := verdict.counterexample:
        point = ", ".join(f"{name} = {value}" for name, value in point_rows(example.point))
        where = f"{point}; " if point else ""
        lines.append(f"counterexample: {where}lhs = {example.lhs}, rhs = {example.rhs}; {example.recheck}")
    lines += [f"suggestion: {line}" for line in suggestion_lines(verdict.suggestions)]
    return "\n".join([*filter(None, lines), f"reproduce: {record.reproducer}"])


def _totals(records: Sequence[ClaimRecord]) -> dict[str, str]:
    tags = [_TAGS.get(tone_of(record)) for record in records]
    counts = {name: str(tags.count(tag)) for name, tag in _TOTALS.items()}
    return {"tests": str(len(tags)), **counts, "time": _time(records)}


def _time(records: Sequence[ClaimRecord]) -> str:
    return f"{sum(item.verdict.seconds for item in records if math.isfinite(item.verdict.seconds)):.3f}"
