"""Pages of the HTML report: what each shows of which record, under which file name and anchor."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, final

from markupsafe import Markup, escape

from ..records import ClaimRecord, PaperRecord
from ..sources import SOURCES
from ..verdicts import Figure, TwinResult
from .counterexample import point_rows
from .mathml import to_mathml
from .plots import to_svg
from .standing import (
    duration,
    label_of,
    legible,
    likelihood,
    measure_of,
    needs_attention,
    number,
    tightness_of,
    tone_of,
    twins_of,
)
from .variants import fate, shown

# Windows knows these names as devices, and the summary is called index.
_TAKEN = re.compile(r"(index|con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
_LONGEST_VALUE = 20_000


@final
class Names:
    """Gives out names for files and anchors: plain characters, never the same twice, whatever the case."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._given: set[str] = set()

    def name(self, wanted: str) -> str:
        """A free name close to `wanted`."""
        plain = re.sub(r"[^A-Za-z0-9_]+", "-", wanted).strip("-")[:80]
        if not plain or _TAKEN.match(plain):
            plain = f"{self._prefix}-{plain}".strip("-")
        free, number = plain, 1
        while free.casefold() in self._given:
            number += 1
            free = f"{plain}-{number}"
        self._given.add(free.casefold())
        return free


@final
@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """One claim as the templates see it; `anchor` is unique in its page, `usual_versions` are shown once per page."""

    record: ClaimRecord
    anchor: str
    href: str
    usual_versions: str = ""

    @property
    def tone(self) -> str:
        """How the outcome is to be seen: good, bad, known or open."""
        return tone_of(self.record).value

    @property
    def label(self) -> str:
        """The outcome in words."""
        return label_of(self.record)

    @property
    def measure(self) -> str:
        """The number that says how much the verdict is worth."""
        return measure_of(self.record)

    @property
    def twins(self) -> str:
        """False variants refuted, of those tried."""
        return twins_of(self.record)

    @property
    def variants(self) -> list[tuple[TwinResult, str]]:
        """The variants to be shown, each with what became of it."""
        return [(twin, fate(twin)) for twin in shown(self.record.verdict.twins)]

    @property
    def time(self) -> str:
        """Wall time, with its unit."""
        return duration(self.record.verdict.seconds)

    @property
    def needs_attention(self) -> bool:
        """True if a reader should look at the claim first."""
        return needs_attention(self.record)

    @property
    def name(self) -> Markup:
        """The slug, which may break after its underscores."""
        return escape(legible(self.record.slug)).replace("_", Markup("_<wbr>"))

    @property
    def statement(self) -> Markup:
        """The published statement, typeset."""
        return Markup(to_mathml(self.record.statement, display=True))

    @property
    def checked(self) -> Markup:
        """The checked statement, typeset; empty where it is the published one."""
        return Markup(to_mathml(self.record.checked, display=True))

    @property
    def source(self) -> str:
        """How the statement reached us."""
        return SOURCES.get(self.record.source, self.record.source)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions of the claim and of its check, each once."""
        return tuple(dict.fromkeys((*self.record.assumes, *self.record.verdict.assumptions)))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the verdict says about itself, as (term, description)."""
        record, verdict = self.record, self.record.verdict
        seeds = f"root {verdict.seeds[0]}, stream {verdict.seeds[1]}" if verdict.seeds else ""
        facts = {
            "Scope": verdict.scope,
            "Resolution": self.measure.removeprefix("resolves ") if verdict.resolution is not None else "",
            "Slack": _optional(verdict.slack),
            "Largest lhs/rhs": tightness_of(verdict),
            "Bound": self.measure if self.measure.endswith(("attained", "loose")) else "",
            "Certified at": self.measure if self.measure.endswith(("point", "points")) else "",
            "False variants refuted": self.twins.replace("/", " of ") or "none tried",
            "Source of the statement": self.source,
            "Corrected by": record.corrected_by,
            "Time": f"{self.time} (from the store)" if record.from_store else self.time,
            "Random streams": seeds,
            "Versions": "" if self.versions == self.usual_versions else self.versions,
        }
        return [(term, text) for term, text in facts.items() if text]

    @property
    def versions(self) -> str:
        """What the check ran with."""
        return ", ".join(f"{name} {version}" for name, version in self.record.verdict.versions.items())

    @property
    def design(self) -> list[tuple[str, str]]:
        """The plan of the test, as (term, description) without the draws per width."""
        plan = self.record.verdict.design
        if plan is None:
            return []
        rows = {
            "Test": plan.method,
            "False-alarm probability": number(plan.alpha),
            "Power": likelihood(plan.power),
            "Simultaneous intervals": str(plan.comparisons),
        }
        if not plan.widths:
            rows["Independent draws"] = ", ".join(f"{draws:,}" for draws in plan.samples)
        return list(rows.items())

    @property
    def draws(self) -> list[tuple[int, int]]:
        """Width and independent draws at it."""
        plan = self.record.verdict.design
        return list(zip(plan.widths, plan.samples, strict=False)) if plan else []

    @property
    def point(self) -> list[tuple[str, str]]:
        """The counterexample's names and values."""
        example = self.record.verdict.counterexample
        return [(name, readable(value)) for name, value in point_rows(example.point)] if example else []

    @property
    def certificate(self) -> str:
        """The certificate as indented JSON."""
        found = self.record.verdict.certificate
        return readable(dict(found.content), indent=2) if found else ""

    @property
    def plots(self) -> list[tuple[Figure, Markup]]:
        """Figures with their drawings."""
        figures = self.record.verdict.figures
        return [
            (figure, Markup(to_svg(figure, identifier=f"{self.anchor}-figure-{place}")))
            for place, figure in enumerate(figures, start=1)
        ]


@final
@dataclass(frozen=True, kw_only=True)
class PaperPage:
    """One paper with its claims; `file` is the name of its page."""

    paper: PaperRecord
    file: str
    claims: tuple[ClaimView, ...]
    versions: str = ""

    @property
    def identifiers(self) -> list[str]:
        """Where the paper can be found."""
        labelled = (("", self.paper.venue), ("arXiv:", self.paper.arxiv), ("doi:", self.paper.doi))
        return [f"{prefix}{text}" for prefix, text in labelled if text]


def arrange_pages(records: Iterable[ClaimRecord]) -> list[PaperPage]:
    """One page for each paper, in order of first appearance; user files of the same name get pages of their own."""
    groups: dict[tuple[str, str], list[ClaimRecord]] = {}
    for record in records:
        groups.setdefault((record.paper.key, record.paper.path), []).append(record)
    files = Names("paper")
    return [_page(f"{files.name(key)}.html", group) for (key, _), group in groups.items()]


def _page(file: str, records: Sequence[ClaimRecord]) -> PaperPage:
    anchors = Names("claim")
    views = []
    for record in records:
        anchor = anchors.name(f"claim-{record.slug}")
        views.append(ClaimView(record=record, anchor=anchor, href=f"{file}#{anchor}"))
    [(usual, _)] = Counter(view.versions for view in views).most_common(1)
    claims = tuple(dataclasses.replace(view, usual_versions=usual) for view in views)
    return PaperPage(paper=records[0].paper, file=file, claims=claims, versions=usual)


def readable(value: Any, indent: int | None = None) -> str:
    """JSON-ready data as text, cut where no reader would go on; the exchange file holds all of it."""
    if isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, indent=indent, ensure_ascii=False, default=str)
    cut = len(text) - _LONGEST_VALUE
    return legible(text if cut <= 0 else f"{text[:_LONGEST_VALUE]} ... ({cut} more characters in the JSON file)")


def moment(started: Any) -> str:
    """An ISO time to the minute, with its zone; anything else as it is, nothing as nothing."""
    try:
        found = datetime.fromisoformat(started)
    except (TypeError, ValueError):
        return "" if started is None else str(started)
    return f"{found:%Y-%m-%d %H:%M} {found.tzname() or ''}".strip()


def _optional(value: float | None) -> str:
    return "" if value is None else number(value)


def run_facts(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known about the run, as (term, description); what is not known is left out."""
    versions = run.get("versions")
    facts = {
        "Started": moment(run.get("started")),
        "Time": duration(run.get("seconds")),
        "Command": run.get("command"),
        "Budget": run.get("budget"),
        "Seed": run.get("seed_root"),
        "False-alarm probability of the whole run": number(run["alpha"]) if "alpha" in run else None,
        "Data": run.get("data"),
        "proofs-check": run.get("version"),
        "Versions": ", ".join(f"{name} {text}" for name, text in versions.items())
        if isinstance(versions, Mapping)
        else versions,
    }
    return [(term, str(value)) for term, value in facts.items() if value not in (None, "")]
