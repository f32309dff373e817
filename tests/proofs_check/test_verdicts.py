"""Verdicts: two axes, no truth value, lossless exchange, composition by the weakest step."""

import json

import pytest

from proofs_check.errors import MalformedRecord, VerdictIsNotBoolean
from proofs_check.verdicts import (
    Certificate,
    Counterexample,
    Design,
    Evidence,
    Figure,
    Outcome,
    Series,
    TwinResult,
    Verdict,
    compose,
)


def full_verdict() -> Verdict:
    """A verdict with every field filled."""
    series = Series(name="s", x=(1.0, 2.0), y=(3.0, 4.0), lower=(2.0, 3.0), upper=(4.0, 5.0), style="points")
    return Verdict(
        outcome=Outcome.REFUTED,
        evidence=Evidence.STATISTICAL,
        reason="off by 2",
        scope="digits",
        resolution=0.01,
        slack=1e-6,
        tightness=0.5,
        counterexample=Counterexample(point={"x": [1.0, 2.0]}, lhs="1", rhs="2", recheck="again"),
        certificate=Certificate(kind="boxes", content={"count": 3}),
        design=Design(samples=(10, 20), widths=(1, 2), alpha=1e-9, power=0.9, comparisons=3, method="t"),
        fallbacks=("a",),
        assumptions=("b",),
        not_checked=("c",),
        twins=(TwinResult(label="x2", change="constant", outcome=Outcome.HOLDS, reason="r"),),
        seeds=(7, "paper.claim"),
        figures=(Figure(title="t", caption="c", x_label="x", y_label="y", series=(series,)),),
        seconds=1.5,
        versions={"numpy": "2"},
    )


def test_a_verdict_is_not_a_boolean() -> None:
    """`if verdict:` would hide UNDECIDED behind a truth value."""
    verdict = Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason="r")
    with pytest.raises(VerdictIsNotBoolean, match="outcome"):
        bool(verdict)


@pytest.mark.parametrize(
    ("outcome", "evidence"),
    [(Outcome.HOLDS, None), (Outcome.UNDECIDED, Evidence.EXACT), (Outcome.ERROR, Evidence.ASSUMED)],
)
def test_outcome_and_evidence_must_agree(outcome: Outcome, evidence: Evidence | None) -> None:
    """A HOLDS without evidence, or evidence for nothing decided, could be written down."""
    with pytest.raises(MalformedRecord, match=outcome.name):
        Verdict(outcome=outcome, evidence=evidence, reason="r")


def test_json_loses_nothing() -> None:
    """A verdict would come back from the store different from what was found."""
    verdict = full_verdict()
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


@pytest.mark.parametrize(
    "damage",
    [{"outcome": "FINE"}, {"unknown": 1}, {"evidence": "PROVED"}, {"twins": [{}]}, {"seeds": [1]}, {"figures": [3]}],
)
def test_damaged_json_is_refused(damage: dict[str, object]) -> None:
    """A damaged or forged record would be read as a verdict."""
    with pytest.raises(MalformedRecord, match="schema"):
        Verdict.from_json({**full_verdict().to_json(), **damage})


def test_composition_is_as_strong_as_its_weakest_step() -> None:
    """A chain with one statistical link would be shown as exact."""
    exact = Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason="r", assumptions=("a",))
    weak = Verdict(
        outcome=Outcome.HOLDS, evidence=Evidence.STATISTICAL, reason="r", resolution=0.02, assumptions=("b",)
    )
    whole = compose([exact, weak], scope="both")
    assert whole.outcome is Outcome.HOLDS
    assert whole.evidence is Evidence.STATISTICAL
    assert whole.resolution == 0.02
    assert whole.assumptions == ("a", "b")


@pytest.mark.parametrize("outcome", [Outcome.REFUTED, Outcome.UNDECIDED, Outcome.NOT_RUN])
def test_composition_with_an_open_step_is_undecided(outcome: Outcome) -> None:
    """A conclusion would hold although one of its steps does not, or be refuted because one proof of it fails."""
    evidence = Evidence.EXACT if outcome is Outcome.REFUTED else None
    step = Verdict(outcome=outcome, evidence=evidence, reason="why")
    whole = compose([step], scope="s")
    assert whole.outcome is Outcome.UNDECIDED
    assert "why" in whole.reason


def test_surviving_twins_make_a_claim_weakly_tested() -> None:
    """A check that cannot fail would count as evidence."""
    survivor = TwinResult(label="x2", change="constant", outcome=Outcome.HOLDS, reason="r")
    verdict = Verdict(outcome=Outcome.HOLDS, evidence=Evidence.SEARCHED, reason="r", twins=(survivor,))
    assert verdict.is_weakly_tested
    assert verdict.caught == (0, 1)
