"""The standing of a claim: how its verdict is named, coloured and summed up in one number, the same in every report."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Context
from typing import Any

from ..records import ClaimRecord
from ..verdicts import Evidence, Outcome, Verdict

WORST_CASE = "multipliers of a worst case"
"""The kind of certificate of a `WorstCase`."""
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Tone(enum.Enum):
    """How a reader should feel about a verdict. The value is a word safe in class names."""

    GOOD = "good"
    KNOWN = "known"
    WEAK = "weak"
    OPEN = "open"
    BAD = "bad"
    FAULT = "fault"


def tone_of(record: ClaimRecord) -> Tone:
    """GOOD only for a checked claim that HOLDS as expected and whose false variants were all refuted."""
    verdict = record.verdict
    if verdict.outcome is Outcome.ERROR:
        return Tone.FAULT
    if record.is_surprise:
        return Tone.BAD
    if verdict.outcome is Outcome.REFUTED:
        return Tone.KNOWN
    if verdict.outcome is not Outcome.HOLDS or verdict.evidence is Evidence.ASSUMED:
        return Tone.OPEN
    return Tone.WEAK if verdict.is_weakly_tested else Tone.GOOD


def label_of(record: ClaimRecord) -> str:
    """The outcome in words, with the qualification that keeps it honest."""
    verdict = record.verdict
    name = verdict.outcome.name.replace("_", " ")
    if record.is_surprise:
        return f"{name} (erratum, unexpected)" if record.is_erratum else name
    if verdict.outcome is Outcome.REFUTED:
        return "REFUTED (erratum)"
    if verdict.evidence is Evidence.ASSUMED:
        return f"{name} (assumed)"
    return f"{name} (weakly tested)" if verdict.is_weakly_tested else name


def needs_attention(record: ClaimRecord) -> bool:
    """True for everything but a claim settled as expected by a check with teeth."""
    return tone_of(record) not in (Tone.GOOD, Tone.KNOWN)


def measure_of(record: ClaimRecord) -> str:
    """The number that says how much the verdict is worth; empty if there is none."""
    verdict = record.verdict
    if verdict.evidence is Evidence.EXACT and verdict.certificate:
        return _looseness(verdict) if verdict.certificate.kind == WORST_CASE else verdict.certificate.kind
    if verdict.resolution is not None:
        return f"resolves {_resolution(record.kind, verdict.resolution)}"
    if verdict.slack is not None and verdict.slack != 0:
        return f"slack {number(verdict.slack)}"
    if found := tightness_of(verdict):
        return f"lhs/rhs up to {found}"
    if verdict.evidence is Evidence.CERTIFIED and (boxes := _count(verdict, "boxes")):
        return f"{boxes} box{'es' if boxes > 1 else ''}"
    if points := _count(verdict, "points"):
        return f"{points} point{'s' if points > 1 else ''}"
    return "no slack" if verdict.slack == 0 else ""


def tightness_of(verdict: Verdict) -> str:
    """The largest lhs/rhs seen; empty if there is none, or if a proof makes a ratio of 0 no news."""
    proven = verdict.evidence in (Evidence.EXACT, Evidence.CERTIFIED)
    if verdict.tightness is None or (proven and verdict.tightness <= 0):
        return ""
    return number(verdict.tightness)


def _looseness(verdict: Verdict) -> str:
    """How far a proven bound is above the worst case: "attained", "2.2 times loose", "<= 5.22 times loose"."""
    content = verdict.certificate.content if verdict.certificate else {}
    run, bound, proven = (content.get(name) for name in ("worst_run", "bound", "proven"))
    worst = run.get("worst") if isinstance(run, Mapping) else None
    if worst is not None and worst == bound:
        return "attained"
    ratio = 1 / verdict.tightness if verdict.tightness and 0 < verdict.tightness < 1 else math.inf
    if not math.isfinite(ratio):
        return "multipliers"
    above, shown = ("", number) if worst == proven else ("<= ", _raised)
    return f"{above}{shown(ratio)} times loose" if ratio >= 1.01 else f"{above}{shown(100 * (ratio - 1))} % loose"


def _raised(value: float) -> str:
    """A number with three digits that is not below it."""
    return number(float(Context(prec=3, rounding=ROUND_CEILING).create_decimal_from_float(value)))


def _resolution(kind: str, value: float) -> str:
    """A relative error in percent; of laws a difference of probabilities and of scalings one of exponents, as such."""
    return number(value) if kind in ("Law", "SameLaw", "Scaling") else f"{number(100 * value)} %"


def _count(verdict: Verdict, name: str) -> int:
    found = verdict.certificate.content.get(name) if verdict.certificate else None
    if isinstance(found, (Sequence, Mapping)) and not isinstance(found, str):
        return len(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def likelihood(value: float) -> str:
    """A probability, never rounded up to certainty."""
    return "above 0.9999" if value > 0.9999 else number(value)


def number(value: Any) -> str:
    """A number with three digits; anything else as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return legible(value)
    if isinstance(value, int):
        return str(value)
    return re.sub(r"e([+-])0*(?=\d)", lambda power: f"e{power[1].strip('+')}", f"{value:.3g}")


def duration(seconds: Any) -> str:
    """Seconds as people say them: '<0.1 s', '3.2 s', '41 s', '12 min', '2.5 h'."""
    if not isinstance(seconds, (int, float)) or not math.isfinite(seconds):
        return ""
    if seconds < 0.05:
        return "<0.1 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 119.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5370 else f"{seconds / 3600:.1f} h"


def twins_of(record: ClaimRecord) -> str:
    """False variants refuted out of those tried, as '5/5'; empty if none were tried."""
    caught, tried = record.verdict.caught
    return f"{caught}/{tried}" if tried else ""


def legible(value: Any) -> str:
    """Text without control characters, reordering marks and lone surrogates: they spoof terminals and break XML."""
    return _UNPRINTABLE.sub("\ufffd", str(value))
