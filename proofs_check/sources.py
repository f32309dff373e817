"""Where a claim comes from: the paper, and how its statement reached us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from .errors import MalformedClaim

SOURCES = {
    "text": "read in the paper",
    "code": "read in a public implementation by the authors",
    "secondary": "read in a text that restates the paper",
    "memory": "restated from memory; the paper was not at hand",
    "derived": "derived here",
}


@final
@dataclass(frozen=True, kw_only=True)
class Paper:
    """The source of a file of claims. `arxiv` and `doi` are identifiers without a host; `note` says what differs."""

    title: str
    authors: tuple[str, ...]
    year: int
    arxiv: str = ""
    doi: str = ""
    venue: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.authors, tuple) or not self.authors:
            raise MalformedClaim(f"PAPER: authors={self.authors!r}: write a tuple of family names, as ('Cho', 'Saul')")
        if not isinstance(self.title, str) or not self.title.strip():
            raise MalformedClaim(f"PAPER: title={self.title!r}: write the title")
        if not isinstance(self.year, int):
            raise MalformedClaim(f"PAPER: year={self.year!r}: write an integer, as 2019")
