"""The audit as a table and as JSON."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from proofs_check.records import ClaimRecord
from proofs_check.report.audit import audit_document, meets, print_audit, write_audit
from proofs_check.verdicts import Evidence, Outcome, TwinResult, Verdict

from .samples import HOSTILE, PAPER


def record(
    *twins: TwinResult, slug: str = "toy", expect: str = "holds", outcome: Outcome = Outcome.HOLDS
) -> ClaimRecord:
    """A record with these variants."""
    decided = outcome in (Outcome.HOLDS, Outcome.REFUTED)
    verdict = Verdict(outcome=outcome, evidence=Evidence.EXACT if decided else None, reason="r", twins=twins)
    return ClaimRecord(
        paper=PAPER,
        slug=slug,
        kind="Identity",
        locator="l",
        statement="s",
        text="t",
        source="derived",
        expect=expect,
        verdict=verdict,
        budget="quick",
        seed_root=0,
        data="digits",
    )


def twin(caught: bool = True, standing: str = "viable", count: int = 1, label: str = "v") -> TwinResult:
    """One variant."""
    outcome = Outcome.REFUTED if caught else Outcome.HOLDS
    return TwinResult(label=label, change="sign", outcome=outcome, reason="r", standing=standing, count=count)


def text(*records: ClaimRecord, threshold: float = 1.0) -> str:
    """What is printed."""
    stream = io.StringIO()
    print_audit(list(records), Console(file=stream, width=160), threshold=threshold)
    return stream.getvalue()


def test_only_viable_variants_are_counted() -> None:
    """If false, equivalent or untried variants would raise or lower a score."""
    others = [twin(standing=name, count=7, caught=False) for name in ("equivalent", "below resolution", "not tried")]
    (entry,) = audit_document([record(twin(), twin(caught=False), *others)])["claims"]
    assert (entry["viable"], entry["caught"]) == (2, 1)
    assert (entry["equivalent"], entry["below_resolution"], entry["not_tried"]) == (7, 7, 7)
    assert [one["label"] for one in entry["survivors"]] == ["v"]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (record(twin(), twin()), True),
        (record(twin(), twin(caught=False)), False),
        (record(), False),
        (record(twin(caught=False, standing="equivalent")), False),
        (record(outcome=Outcome.UNDECIDED), False),
        (record(outcome=Outcome.REFUTED), False),
        (record(outcome=Outcome.REFUTED, expect="refuted"), True),
    ],
)
def test_a_claim_meets_the_threshold_only_by_catching(made: ClaimRecord, expected: bool) -> None:
    """If false, a claim that was not audited, or that has survivors, would pass."""
    assert meets(made, 1.0) is expected


def test_a_lower_threshold_allows_survivors() -> None:
    """If false, --threshold would have no effect."""
    assert meets(record(twin(), twin(), twin(), twin(caught=False)), 0.75)
    assert not meets(record(twin(), twin(), twin(), twin(caught=False)), 0.76)


def test_the_table_names_survivors_and_sums() -> None:
    """If false, a reader would see that a check is weak and not where."""
    shown = text(record(twin(), twin(caught=False, label="pi for 3")), record(twin(), slug="other"))
    assert "1/2" in shown
    assert "caught 2 of 3 viable" in shown
    assert "pi for 3" in shown
    assert "1 miss the threshold" in shown
    assert "2 claims: all meet" in text(record(twin()), record(twin(), slug="other"))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_and_long_names_break_below_themselves(width: int) -> None:
    """If false, the last column starts again at the left edge, where names are looked for."""
    stream = io.StringIO()
    name = "the_finite_network_has_the_covariance_of_its_limit"
    others = [twin(standing=standing, count=70, caught=False) for standing in ("equivalent", "unknown", "not tried")]
    print_audit([record(twin(), *others, slug=name), record(twin())], Console(file=stream, width=width))
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    rows = lines[1 : lines.index("")]
    assert "".join(line[2:].split("  ")[0].strip() for line in rows if line[2:3].strip()) == f"{name}toy"
    assert all(word in " ".join(" ".join(rows).split()) for word in ("70", "equivalent", "unknown", "not tried"))


def test_hostile_labels_are_harmless() -> None:
    """If false, a user's file could write control codes to the terminal."""
    assert "\x1b" not in text(record(twin(caught=False, label=HOSTILE)))


def test_the_json_file_has_the_fixed_shape(tmp_path: Path) -> None:
    """If false, programs that read the audit would break."""
    path = write_audit([record(twin())], tmp_path / "audit.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert set(document) == {"schema", "claims"}
    assert document["schema"] == 1
    assert {"id", "viable", "caught"} <= set(document["claims"][0])
    assert document["claims"][0]["id"] == "du_2019.toy"


def test_records_with_variants_survive_exchange() -> None:
    """If false, an audit could not be kept in the store."""
    made = record(twin(), twin(standing="unknown", caught=False, count=3))
    again = ClaimRecord.from_json(json.loads(json.dumps(made.to_json())))
    assert again.verdict == made.verdict
    assert dataclasses.replace(made) == again
