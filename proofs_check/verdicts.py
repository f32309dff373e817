"""Verdicts: what was found (outcome) and how strong the evidence for it is. Never one boolean."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .errors import MalformedRecord, VerdictIsNotBoolean

SCHEMA = 1


class Outcome(enum.Enum):
    """What was found. The value is the sentence shown to the user."""

    HOLDS = "the checked statement holds, to the strength of the evidence"
    REFUTED = "the checked statement is false; a counterexample is given"
    UNDECIDED = "the budget ended before the question was settled; raise --budget or simplify the claim"
    INAPPLICABLE = "no instance satisfied the assumptions, so nothing was tested"
    NOT_RUN = "the claim was not run"
    ERROR = "the check itself failed; see the reason"


class Evidence(enum.Enum):
    """How strong the evidence is, strongest first."""

    EXACT = "decided in an exact domain; the certificate can be re-checked"
    CERTIFIED = "enclosed by ball arithmetic over a region or at the points listed"
    STATISTICAL = "a designed test with a stated resolution"
    SEARCHED = "property tests and an optimiser found no violation"
    ASSUMED = "taken from the source without a check"

    @property
    def rank(self) -> int:
        """Position in the order of strength, 0 for the strongest."""
        return list(Evidence).index(self)


@dataclass(frozen=True, kw_only=True)
class Design:
    """The plan of a statistical test, fixed before the confirming data were seen.

    Args:
        samples: independent draws per width, in the order of `widths`.
        widths: network widths simulated; empty where there is none.
        alpha: false-alarm probability of this claim's test (all entries together).
        power: probability of resolving an error of the size of the resolution.
        comparisons: number of simultaneous intervals that share `alpha`.
        method: one sentence naming the test.
    """

    samples: tuple[int, ...]
    widths: tuple[int, ...] = ()
    alpha: float
    power: float
    comparisons: int = 1
    method: str


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """An instance on which the checked statement fails.

    Args:
        point: name -> value, JSON-ready (exact rationals as strings, arrays as nested lists).
        lhs, rhs: both sides there, as decimal strings.
        recheck: how it was confirmed by a second, independent evaluation.
    """

    point: Mapping[str, Any]
    lhs: str
    rhs: str
    recheck: str


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What a reader can check again: a kind of certificate and its JSON-ready content."""

    kind: str
    content: Mapping[str, Any]


STANDINGS = ("viable", "equivalent", "unknown", "below resolution", "not tried")
"""What a variant of a claim may be: false, as it must be to count; still true; undecided; too near; left out."""


@dataclass(frozen=True, kw_only=True)
class TwinResult:
    """Verdict on a variant of the claim; `caught` says whether it is false and was refuted, as it must be.

    Args:
        label, change: what is wrong in it, and the kind of the mistake. outcome, reason: of its check.
        standing: one of `STANDINGS`; only "viable" variants count. count: variants that this result stands for.
    """

    label: str
    change: str
    outcome: Outcome
    reason: str
    standing: str = "viable"
    count: int = 1

    def __post_init__(self) -> None:
        if self.standing not in STANDINGS:
            raise MalformedRecord(f"standing={self.standing!r}: write one of {', '.join(STANDINGS)}")
        if not isinstance(self.count, int) or self.count < 1:
            raise MalformedRecord(f"count={self.count!r}: write a positive integer")

    @property
    def is_viable(self) -> bool:
        """True if the variant is known to be false, so that a good check refutes it."""
        return self.standing == "viable"

    @property
    def caught(self) -> bool:
        """True if the false variant was refuted."""
        return self.is_viable and self.outcome is Outcome.REFUTED


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A statement near a refuted one that stood up to a check of its own. Offered as a suggestion, never as a verdict.

    Args:
        change: what to change in the refuted statement, in words.
        statement: the changed statement, as text.
        outcome, evidence, reason: the verdict on the changed statement; the outcome is HOLDS.
        resolution: smallest relative error that a statistical check of it would have caught.
    """

    change: str
    statement: str
    outcome: Outcome
    evidence: Evidence
    reason: str
    resolution: float | None = None

    def __post_init__(self) -> None:
        if self.outcome is not Outcome.HOLDS:
            raise MalformedRecord(
                f"outcome={self.outcome.name}: a suggestion is shown only after its statement was checked and HOLDS"
            )


@dataclass(frozen=True, kw_only=True)
class Series:
    """One curve of a figure, with an optional band. `style` is "line", "points" or "dashed"."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    style: str = "line"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Data of a plot; the report draws it. Scales are "linear" or "log". `caption` describes it in words."""

    title: str
    caption: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    x_scale: str = "linear"
    y_scale: str = "linear"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found about one claim, how strongly, where, and what was not checked.

    Args:
        outcome, evidence: the two axes; evidence is None unless the outcome is HOLDS or REFUTED.
        reason: one sentence for the user.
        scope: where the verdict holds (domain, data, widths).
        resolution: smallest relative error that the test would have caught; absolute for a Law or SameLaw (distance
            of distribution functions) and a Scaling (error of the exponent).
        slack: the amount by which a certified inequality may be violated; 0 for a strict certificate.
        tightness: largest lhs/rhs seen for a bound.
        counterexample, certificate, design: the evidence itself.
        fallbacks: every step down to weaker evidence, in words.
        assumptions, not_checked: what the verdict rests on and what it leaves open.
        twins: verdicts on the claim's false variants.
        suggestions: nearest statements that hold, of a refuted claim.
        seeds: (root, claim id) from which all random streams were spawned.
        figures: data of plots.
        seconds: wall time. versions: package versions that took part.
    """

    outcome: Outcome
    evidence: Evidence | None = None
    reason: str
    scope: str = ""
    resolution: float | None = None
    slack: float | None = None
    tightness: float | None = None
    counterexample: Counterexample | None = None
    certificate: Certificate | None = None
    design: Design | None = None
    fallbacks: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    twins: tuple[TwinResult, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    seeds: tuple[int, str] | None = None
    figures: tuple[Figure, ...] = ()
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        decided = self.outcome in (Outcome.HOLDS, Outcome.REFUTED)
        if decided != (self.evidence is not None):
            raise MalformedRecord(
                f"a verdict {self.outcome.name} with evidence {self.evidence} contradicts itself: "
                "HOLDS and REFUTED need evidence, the other outcomes have none"
            )

    def __bool__(self) -> NoReturn:
        raise VerdictIsNotBoolean(
            "a verdict has an outcome and an evidence, not a truth value: "
            "compare verdict.outcome with Outcome.HOLDS and look at verdict.evidence"
        )

    @property
    def caught(self) -> tuple[int, int]:
        """Viable twins refuted, viable twins tried."""
        return sum(twin.caught for twin in self.twins), sum(twin.is_viable for twin in self.twins)

    @property
    def is_weakly_tested(self) -> bool:
        """True if a false variant of a claim that HOLDS survived: then its check proves little."""
        caught, tried = self.caught
        return self.outcome is Outcome.HOLDS and caught < tried

    def to_json(self) -> dict[str, Any]:
        """The verdict as JSON-ready data; `from_json` inverts it."""
        encoded: dict[str, Any] = _encode(self)
        return encoded

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> Verdict:
        """Rebuild a verdict.

        Raises:
            MalformedRecord: if a field is missing, unknown or of the wrong kind.
        """
        try:
            return _decode_verdict(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedRecord(f"this record is not a verdict of schema {SCHEMA}: {error}") from error


def compose(parts: Sequence[Verdict], *, scope: str) -> Verdict:
    """The verdict on a claim that follows from `parts`: as strong as its weakest step.

    Args:
        parts: verdicts of the steps, at least one. scope: the intersection of their scopes, in words.

    Returns:
        REFUTED is not inferred from a refuted step (the conclusion may still be true): the result is
        HOLDS with the weakest evidence if every step HOLDS, otherwise UNDECIDED naming the first that does not.
    """
    if not parts:
        raise MalformedRecord("compose() needs at least one verdict; got none")
    for number, part in enumerate(parts, start=1):
        if part.outcome is not Outcome.HOLDS:
            return Verdict(
                outcome=Outcome.UNDECIDED,
                reason=f"step {number} of {len(parts)} is {part.outcome.name}: {part.reason}",
                scope=scope,
            )
    weakest = max((part.evidence for part in parts if part.evidence), key=lambda evidence: evidence.rank)
    return Verdict(
        outcome=Outcome.HOLDS,
        evidence=weakest,
        reason=f"follows from {len(parts)} steps, the weakest of them {weakest.name}",
        scope=scope,
        resolution=max((part.resolution for part in parts if part.resolution is not None), default=None),
        slack=max((part.slack for part in parts if part.slack is not None), default=None),
        assumptions=tuple(dict.fromkeys(item for part in parts for item in part.assumptions)),
        not_checked=tuple(dict.fromkeys(item for part in parts for item in part.not_checked)),
        fallbacks=tuple(dict.fromkeys(item for part in parts for item in part.fallbacks)),
    )


def _encode(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.name
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _encode(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    return value


def _decode_verdict(record: Mapping[str, Any]) -> Verdict:
    fields = dict(record)
    fields["outcome"] = Outcome[fields["outcome"]]
    fields["evidence"] = Evidence[fields["evidence"]] if fields.get("evidence") else None
    if fields.get("counterexample"):
        fields["counterexample"] = Counterexample(**fields["counterexample"])
    if fields.get("certificate"):
        fields["certificate"] = Certificate(**fields["certificate"])
    if fields.get("design"):
        design = dict(fields["design"])
        fields["design"] = Design(**{**design, "samples": tuple(design["samples"]), "widths": tuple(design["widths"])})
    fields["twins"] = tuple(
        TwinResult(**{**twin, "outcome": Outcome[twin["outcome"]]}) for twin in fields.get("twins", ())
    )
    fields["suggestions"] = tuple(
        Suggestion(**{**one, "outcome": Outcome[one["outcome"]], "evidence": Evidence[one["evidence"]]})
        for one in fields.get("suggestions", ())
    )
    fields["figures"] = tuple(_decode_figure(figure) for figure in fields.get("figures", ()))
    for name in ("fallbacks", "assumptions", "not_checked"):
        fields[name] = tuple(fields.get(name, ()))
    if fields.get("seeds"):
        root, claim = fields["seeds"]
        fields["seeds"] = (int(root), str(claim))
    return Verdict(**fields)


def _decode_figure(record: Mapping[str, Any]) -> Figure:
    series = tuple(
        Series(**{**one, **{name: tuple(one[name]) for name in ("x", "y", "lower", "upper")}})
        for one in record["series"]
    )
    return Figure(**{**record, "series": series})
