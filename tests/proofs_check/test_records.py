"""Records: a claim and its verdict as plain data, there and back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
import sympy

from proofs_check.claims import Bound, Identity
from proofs_check.errors import MalformedRecord
from proofs_check.records import ClaimRecord, PaperRecord, exchange, read_exchange, tally
from proofs_check.sources import Paper
from proofs_check.verdicts import (
    Counterexample,
    Design,
    Evidence,
    Figure,
    Outcome,
    Series,
    Suggestion,
    TwinResult,
    Verdict,
)

PAPER = PaperRecord.of("toy", Paper(title="Toys", authors=("Toy", "Boy"), year=2020, arxiv="2001.00001"))

FULL = Verdict(
    outcome=Outcome.REFUTED,
    evidence=Evidence.STATISTICAL,
    reason="because",
    resolution=0.01,
    counterexample=Counterexample(point={"x": "1/3"}, lhs="1", rhs="0", recheck="again"),
    design=Design(samples=(10, 20), widths=(1, 2), alpha=1e-9, power=0.9, method="a test"),
    fallbacks=("weaker",),
    twins=(TwinResult(label="t", change="sign", outcome=Outcome.REFUTED, reason="caught"),),
    suggestions=(
        Suggestion(
            change="the right side times 2",
            statement="lhs = 2*x",
            outcome=Outcome.HOLDS,
            evidence=Evidence.EXACT,
            reason="proved",
        ),
    ),
    seeds=(3, "toy.claim"),
    figures=(Figure(title="f", caption="c", x_label="x", y_label="y", series=(Series(name="s", x=(1.0,), y=(2.0,)),)),),
    versions={"python": "3.11"},
)


def _identity(**changes: Any) -> Identity:
    x = sympy.Symbol("x")
    fields: dict[str, Any] = {
        "slug": "claim",
        "locator": "eq. (1)",
        "statement": "x = x",
        "text": "a toy",
        "source": "derived",
        "lhs": x,
        "rhs": x,
        "domain": {x: sympy.Interval(0, 1)},
    }
    return Identity(**{**fields, **changes})


def _record(verdict: Verdict = FULL, **changes: Any) -> ClaimRecord:
    run = {"budget": "quick", "seed_root": 3, "data": "digits"}
    return dataclasses.replace(ClaimRecord.of(PAPER, _identity(assumes=("a", "b")), verdict, **run), **changes)


def test_records_from_before_there_were_suggestions_are_read() -> None:
    """If false, an upgrade would make every exchange file and stored verdict unreadable."""
    entry = _record(dataclasses.replace(FULL, suggestions=())).to_json()
    del entry["suggestions"]
    assert ClaimRecord.from_json(entry).verdict.suggestions == ()


def test_a_suggestion_that_was_not_confirmed_cannot_be_made() -> None:
    """If false, a repair that nobody checked could be shown next to a refutation."""
    with pytest.raises(MalformedRecord, match="UNDECIDED"):
        Suggestion(change="x", statement="y", outcome=Outcome.UNDECIDED, evidence=Evidence.EXACT, reason="not decided")


def test_record_survives_json() -> None:
    """If false, a stored or exchanged verdict is not the one that was found."""
    record = _record()
    assert ClaimRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_record_takes_its_words_from_the_claim() -> None:
    """If false, a report shows other words than the paper file."""
    record = _record()
    assert (record.id, record.kind, record.text, record.assumes) == ("toy.claim", "Identity", "a toy", ("a", "b"))
    assert record.paper.citation == "Toy, Boy (2020). Toys"


def test_data_of_the_run_are_not_the_strategy_of_the_claim() -> None:
    """If false, a bound's strategy gets into its record, which then is no plain data."""
    claim = Bound(
        slug="bound",
        locator="l",
        statement="a",
        text="t",
        source="derived",
        data=object(),
        lhs=lambda data: 0.0,
        rhs=lambda data: 1.0,
    )
    record = ClaimRecord.of(PAPER, claim, FULL, budget="quick", seed_root=0, data="digits")
    assert record.data == "digits"


def test_mark_of_the_store_is_not_written() -> None:
    """If false, a verdict read from a report seems to come from a store."""
    assert not ClaimRecord.from_json(_record(from_store=True).to_json()).from_store


@pytest.mark.parametrize("name", ["slug", "outcome", "source_paper", "expect", "twins"])
def test_missing_fields_are_refused(name: str) -> None:
    """If false, half a record passes for a whole one."""
    entry = {key: value for key, value in _record().to_json().items() if key != name}
    with pytest.raises(MalformedRecord):
        ClaimRecord.from_json(entry)


@pytest.mark.parametrize(
    ("expect", "outcome", "surprise", "unsettled"),
    [
        ("holds", Outcome.HOLDS, False, False),
        ("holds", Outcome.REFUTED, True, False),
        ("refuted", Outcome.REFUTED, False, False),
        ("refuted", Outcome.HOLDS, True, False),
        ("holds", Outcome.UNDECIDED, False, True),
        ("refuted", Outcome.ERROR, False, True),
    ],
)
def test_expectation_decides_what_is_a_surprise(expect: str, outcome: Outcome, surprise: bool, unsettled: bool) -> None:
    """If false, an erratum that is refuted raises an alarm, or one that holds does not."""
    evidence = Evidence.EXACT if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None
    record = _record(Verdict(outcome=outcome, evidence=evidence, reason="r"), expect=expect)
    assert (record.is_surprise, record.is_unsettled) == (surprise, unsettled)


def test_reproducer_names_all_that_matters() -> None:
    """If false, the command in a report gives another verdict."""
    assert _record().reproducer == "proofs-check verify toy.claim --budget quick --seed 3 --fresh"
    assert _record(data="mine.csv").reproducer.endswith("--data mine.csv")
    assert "mine.py" in _record(paper=dataclasses.replace(PAPER, path="mine.py")).reproducer


def test_exchange_is_read_back() -> None:
    """If false, the exchange file is written but cannot be used."""
    document = json.loads(json.dumps(exchange([_record()], run={"budget": "quick"})))
    assert document["schema"] == 1
    assert document["claims"][0]["id"] == "toy.claim"
    assert document["claims"][0]["outcome"] == "REFUTED"
    assert read_exchange(document) == [_record()]


@pytest.mark.parametrize("document", [{}, {"schema": 2, "claims": []}, {"schema": 1}, {"schema": 1, "claims": [{}]}])
def test_other_documents_are_refused(document: dict[str, Any]) -> None:
    """If false, a document of another version is misread."""
    with pytest.raises(MalformedRecord):
        read_exchange(document)


def test_tally_counts_every_outcome() -> None:
    """If false, a summary leaves out outcomes that occurred."""
    counts = tally([_record(), _record()])
    assert counts == {**{outcome.name: 0 for outcome in Outcome}, "REFUTED": 2}
