"""What every kind of claim holds, and its false variants."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..errors import MalformedClaim
from ..sources import SOURCES

_SLUG = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A false variant of a claim: the same claim with some fields changed. Its check must refute it.

    Args:
        label: what is wrong in it, in words.
        change: "constant", "sign", "direction", "exponent", "term", "symbol" (its square, or the next index),
            "function" (another one, or another base), "swap" (of arguments) or "history" (a mistake found in print).
        changes: field name -> false value.
    """

    label: str
    change: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AbstractClaim:
    """What every kind of claim holds.

    Args:
        slug: name within the paper, lower case with underscores.
        locator: where the source states it, as "Theorem 3.1, eq. (12)".
        statement: the statement as the source has it, in LaTeX.
        text: the same in words.
        source: how the statement reached us, a key of `SOURCES`.
        checked, difference: the statement actually checked (LaTeX) where it differs, and in what; both or neither.
        assumes: assumptions, in words. not_checked: what this check leaves open, in words.
        twins: hand-made false variants.
        expect: "holds", or "refuted" for a published statement known to be false; corrected_by: slug of its correction.
    """

    kind: ClassVar[str] = "Claim"

    slug: str
    locator: str
    statement: str
    text: str
    source: str
    checked: str = ""
    difference: str = ""
    assumes: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    expect: str = "holds"
    corrected_by: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.slug, str) or not _SLUG.match(self.slug):
            raise MalformedClaim(
                f"slug={self.slug!r}: write lower-case letters, digits and underscores, as 'width_limit'"
            )
        for name in ("locator", "statement", "text"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                self._fail(name, "write a non-empty string")
        if self.source not in SOURCES:
            self._fail("source", f"write one of {', '.join(map(repr, SOURCES))}")
        if bool(self.checked) != bool(self.difference):
            self._fail("difference", "give `checked` and `difference` together: what is checked, and how it differs")
        if self.expect not in ("holds", "refuted"):
            self._fail("expect", "write 'holds', or 'refuted' for a published statement known to be false")
        for name in ("assumes", "not_checked", "twins"):
            if not isinstance(getattr(self, name), tuple):
                self._fail(name, "write a tuple; a tuple of one ends in a comma")
        known = {item.name for item in dataclasses.fields(self)}
        for twin in self.twins:
            if not isinstance(twin, Twin) or not twin.changes or not set(twin.changes) <= known:
                self._fail(
                    "twins",
                    f"write Twin(label=..., change=..., changes={{field: value}}) with fields among {sorted(known)}",
                )
        self._validate()

    def _validate(self) -> None:
        """Checks of the concrete kind."""

    def _fail(self, name: str, advice: str) -> None:
        raise MalformedClaim(f"{self.kind} {self.slug!r}: {name}={getattr(self, name)!r}: {advice}")

    def _require_callable(self, *names: str) -> None:
        for name in names:
            if not callable(getattr(self, name)):
                self._fail(name, "write a function")

    def _require_simulation(self, widths: tuple[int, ...], fewest: int) -> None:
        ordered = all(isinstance(width, int) and width > 0 for width in widths)
        if len(widths) < fewest or not ordered or list(widths) != sorted(set(widths)):
            self._fail("widths", f"write at least {fewest} increasing positive integers")

    def altered(self, twin: Twin) -> AbstractClaim:
        """The claim with the changes of `twin`, free of twins of its own."""
        return dataclasses.replace(self, **{**twin.changes, "twins": ()})
