"""What a mutator hands over: variants to be tried, those known not to count, and how many were left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from ..claims import Twin


@final
@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One variant.

    Args:
        twin: the change. standing: one of `verdicts.STANDINGS` if known before any check, else empty.
        reason: why it has that standing.
    """

    twin: Twin
    standing: str = ""
    reason: str = ""


@final
@dataclass(frozen=True, kw_only=True)
class Mutants:
    """Variants of one claim, and kind of change -> how many more there are."""

    tried: tuple[Mutant, ...]
    untried: Mapping[str, int] = field(default_factory=dict)
