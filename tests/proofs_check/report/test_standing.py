"""Standing: the words, tones and numbers that stand for a verdict in every report."""

from __future__ import annotations

import math

import pytest

from proofs_check.certificates.worst_case import KIND
from proofs_check.records import ClaimRecord
from proofs_check.report.standing import Tone, duration, label_of, legible, measure_of, needs_attention, number, tone_of
from proofs_check.verdicts import Certificate, Evidence, Outcome

from .samples import every_record, record, twins

_EXPECTED = {
    "h_infinity": (Tone.GOOD, "HOLDS"),
    "gram_concentrates": (Tone.GOOD, "HOLDS"),
    "eigenvalue_bound": (Tone.WEAK, "HOLDS (weakly tested)"),
    "gd_rate": (Tone.GOOD, "HOLDS"),
    "data_assumption": (Tone.OPEN, "HOLDS (assumed)"),
    "width_requirement": (Tone.BAD, "REFUTED"),
    "printed_constant": (Tone.KNOWN, "REFUTED (erratum)"),
    "revived_erratum": (Tone.BAD, "HOLDS (erratum, unexpected)"),
    "slow_limit": (Tone.OPEN, "UNDECIDED"),
    "empty_domain": (Tone.OPEN, "INAPPLICABLE"),
    "needs_jax": (Tone.OPEN, "NOT RUN"),
    "broken_check": (Tone.FAULT, "ERROR"),
}


@pytest.mark.parametrize("shown", every_record(), ids=lambda shown: shown.slug)
def test_every_verdict_has_its_tone(shown: ClaimRecord) -> None:
    """False if a verdict were shown better than it is."""
    assert (tone_of(shown), label_of(shown)) == _EXPECTED[shown.slug]


def test_samples_cover_everything() -> None:
    """False if the reports were tested on less than every outcome, every evidence and every tone."""
    assert {shown.verdict.outcome for shown in every_record()} == set(Outcome)
    assert {shown.verdict.evidence for shown in every_record()} == {*Evidence, None}
    assert {tone_of(shown) for shown in every_record()} == set(Tone)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("expect", ["holds", "refuted"])
@pytest.mark.parametrize("caught", [0, 2])
def test_only_what_holds_as_expected_is_good(outcome: Outcome, expect: str, caught: int) -> None:
    """False if anything but a well-tested claim that holds as expected were shown as good."""
    evidence = Evidence.EXACT if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None
    shown = record("claim", outcome, evidence, expect=expect, twins=twins(caught, 2))
    good = outcome is Outcome.HOLDS and expect == "holds" and caught == 2
    assert (tone_of(shown) is Tone.GOOD) == good
    assert needs_attention(shown) == (not good and not (outcome is Outcome.REFUTED and expect == "refuted"))


@pytest.mark.parametrize(
    ("changes", "measure"),
    [
        ({"resolution": 0.008, "kind": "Limit"}, "resolves 0.8 %"),
        ({"resolution": 0.008, "kind": "Law"}, "resolves 0.008"),
        ({"resolution": 0.05, "kind": "Scaling"}, "resolves 0.05"),
        ({"resolution": 0.01, "tightness": 0.5}, "resolves 1 %"),
        ({"slack": 1e-6}, "slack 1e-6"),
        ({"slack": 0.0}, "no slack"),
        ({"slack": 0.0, "tightness": 0.97126}, "lhs/rhs up to 0.971"),
        ({"certificate": Certificate(kind="balls", content={"points": [1, 2, 3]})}, "3 points"),
        ({"certificate": Certificate(kind="balls", content={"points": 1})}, "1 point"),
        ({"certificate": Certificate(kind="balls", content={"boxes": [1]})}, "1 box"),
        ({"slack": 0.0, "tightness": 0.0, "certificate": Certificate(kind="b", content={"boxes": 2})}, "2 boxes"),
        ({"certificate": Certificate(kind="balls", content={"points": "many"})}, ""),
        ({"resolution": math.inf}, "resolves inf %"),
        ({}, ""),
    ],
)
def test_measure_is_the_number_that_matters(changes: dict[str, object], measure: str) -> None:
    """False if the summary showed another number than the verdict's, or the wrong unit."""
    assert measure_of(record("claim", Outcome.HOLDS, Evidence.CERTIFIED, **changes)) == measure


@pytest.mark.parametrize(
    ("worst", "bound", "proven", "tightness", "measure"),
    [
        ("1/22", "1/22", "1/22", 1.0, "attained"),
        ("1/22", "1/10", "1/22", 5 / 11, "2.2 times loose"),
        ("1/23", "1/22", "1/22", 1 / 1.051, "<= 1.06 times loose"),
        ("1000/1001", "1", "1000/1001", 1000 / 1001, "0.1 % loose"),
        ("1/3", "1/3000000000", "1/4", 1.0, "multipliers"),
        (None, "1/10", "1/22", None, "multipliers"),
        (["hostile"], {}, 3, 0.5, "<= 2 times loose"),
    ],
)
def test_worst_cases_say_how_loose_the_bound_is(
    worst: object, bound: object, proven: object, tightness: float | None, measure: str
) -> None:
    """False if a bound said to be attained were not, or the excess were understated."""
    content = {"worst_run": {"worst": worst}, "bound": bound, "proven": proven}
    certificate = Certificate(kind=KIND, content=content)
    shown = record("claim", Outcome.HOLDS, Evidence.EXACT, certificate=certificate, tightness=tightness)
    assert measure_of(shown) == measure


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "<0.1 s"),
        (0.31, "0.3 s"),
        (9.96, "10 s"),
        (41.2, "41 s"),
        (130.0, "2 min"),
        (9000.0, "2.5 h"),
        (None, ""),
        (math.nan, ""),
    ],
)
def test_durations_read_as_people_say_them(seconds: float | None, shown: str) -> None:
    """False if a time were shown in the wrong unit, or an unknown one raised."""
    assert duration(seconds) == shown


def test_numbers_are_short_and_text_passes() -> None:
    """False if numbers carried zeros that mean nothing, or something else were taken for a number."""
    assert [number(value) for value in (1e-6, 2.5e12, 0.997, 3, "x", True)] == [
        "1e-6",
        "2.5e12",
        "0.997",
        "3",
        "x",
        "True",
    ]


def test_control_characters_are_replaced() -> None:
    """False if a claim's text could move the cursor, reverse the reading order or break an encoding."""
    shown = legible("a\x1b[31m\x00\u202e\ud800b\nc\té")
    assert shown == "a\ufffd[31m\ufffd\ufffd\ufffdb\nc\té"
    shown.encode("utf-8")
