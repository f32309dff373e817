"""Records: a claim, its paper and its verdict as plain data. What the store keeps and the reports show."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import MalformedRecord
from .verdicts import SCHEMA, Outcome, Verdict

if TYPE_CHECKING:
    from .claims import AbstractClaim
    from .sources import Paper


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """The source of a claim: `key` is the file's stem, `path` the file for a user's own paper, else empty."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: int
    arxiv: str = ""
    doi: str = ""
    venue: str = ""
    note: str = ""
    path: str = ""

    @classmethod
    def of(cls, key: str, paper: Paper, path: str = "") -> PaperRecord:
        """The record of `paper`, found under `key`."""
        names = [item.name for item in dataclasses.fields(paper)]
        return cls(key=key, path=path, **{name: getattr(paper, name) for name in names})

    @property
    def citation(self) -> str:
        """Authors (year). Title."""
        return f"{', '.join(self.authors)} ({self.year}). {self.title}"


@dataclass(frozen=True, kw_only=True)
class ClaimRecord:
    """One claim with its verdict. Fields as in `AbstractClaim`; `budget` and `seed_root` say how it was run."""

    paper: PaperRecord
    slug: str
    kind: str
    locator: str
    statement: str
    text: str
    source: str
    checked: str = ""
    difference: str = ""
    assumes: tuple[str, ...] = ()
    expect: str = "holds"
    corrected_by: str = ""
    budget: str
    seed_root: int
    data: str = "digits"
    verdict: Verdict
    from_store: bool = False

    @classmethod
    def of(cls, paper: PaperRecord, claim: AbstractClaim, verdict: Verdict, **run: Any) -> ClaimRecord:
        """The record of `claim` judged by `verdict`; `run` gives budget, seed_root, data."""
        names = [item.name for item in dataclasses.fields(cls) if item.name not in run and hasattr(claim, item.name)]
        return cls(paper=paper, verdict=verdict, **{name: getattr(claim, name) for name in names}, **run)

    @property
    def id(self) -> str:
        """paper.slug"""
        return f"{self.paper.key}.{self.slug}"

    @property
    def is_erratum(self) -> bool:
        """True for a published statement that is known to be false."""
        return self.expect == "refuted"

    @property
    def is_surprise(self) -> bool:
        """True if the verdict settles the claim the other way than expected."""
        expected = Outcome.REFUTED if self.is_erratum else Outcome.HOLDS
        return self.verdict.outcome in (Outcome.HOLDS, Outcome.REFUTED) and self.verdict.outcome is not expected

    @property
    def is_unsettled(self) -> bool:
        """True for UNDECIDED, INAPPLICABLE, NOT_RUN and ERROR, and for a claim whose twins survived."""
        return self.verdict.outcome not in (Outcome.HOLDS, Outcome.REFUTED) or self.verdict.is_weakly_tested

    @property
    def reproducer(self) -> str:
        """The command that runs this claim again, from scratch."""
        target = f"{self.paper.path}::{self.slug}" if self.paper.path else self.id
        words = ["proofs-check", "verify", target, "--budget", self.budget, "--seed", str(self.seed_root), "--fresh"]
        return shlex.join(words if self.data == "digits" else [*words, "--data", self.data])

    def to_json(self) -> dict[str, Any]:
        """One entry of the exchange format: claim and verdict fields side by side, as JSON-ready data."""
        entry = {name: _plain(getattr(self, name)) for name in _OWN_FIELDS}
        paper = {item.name: _plain(getattr(self.paper, item.name)) for item in dataclasses.fields(self.paper)}
        return {"id": self.id, "paper": self.paper.key, **entry, "source_paper": paper, **self.verdict.to_json()}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> ClaimRecord:
        """Rebuild a record.

        Raises:
            MalformedRecord: if the entry is not one that `to_json` makes.
        """
        try:
            fields = {name: entry[name] for name in _OWN_FIELDS}
            paper = dict(entry["source_paper"])
            known = (item.name for item in dataclasses.fields(Verdict))
            verdict_fields = {name: entry[name] for name in known if name in entry or name not in _LATER_FIELDS}
            return cls(
                paper=PaperRecord(**{**paper, "authors": tuple(paper["authors"])}),
                verdict=Verdict.from_json(verdict_fields),
                **{**fields, "assumes": tuple(fields["assumes"])},
            )
        except (KeyError, TypeError) as error:
            raise MalformedRecord(f"this entry is not a claim of schema {SCHEMA}: {error!r}") from error


_LATER_FIELDS = ("suggestions",)
"""Fields of a verdict that records written before they existed do without."""

_OWN_FIELDS = tuple(
    item.name for item in dataclasses.fields(ClaimRecord) if item.name not in ("paper", "verdict", "from_store")
)


def exchange(records: Sequence[ClaimRecord], *, run: Mapping[str, Any]) -> dict[str, Any]:
    """The whole exchange document: {"schema": 1, "run": {...}, "claims": [...]}."""
    return {"schema": SCHEMA, "run": dict(run), "claims": [record.to_json() for record in records]}


def read_exchange(document: Mapping[str, Any]) -> list[ClaimRecord]:
    """The records of an exchange document.

    Raises:
        MalformedRecord: if the schema is another one, or an entry is malformed.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, Mapping) else type(document).__name__
        raise MalformedRecord(f"schema={found!r}: this version reads schema {SCHEMA}; write it again with --json")
    claims = document.get("claims")
    if not isinstance(claims, list):
        raise MalformedRecord("the document has no list 'claims'; write it again with --json")
    return [ClaimRecord.from_json(entry) for entry in claims]


def tally(records: Iterable[ClaimRecord]) -> dict[str, int]:
    """Outcome name -> number of records with it, in the order of `Outcome`."""
    counts = {outcome.name: 0 for outcome in Outcome}
    for record in records:
        counts[record.verdict.outcome.name] += 1
    return counts


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
