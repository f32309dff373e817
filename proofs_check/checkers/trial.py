"""Trials: instances evaluated in a search, and the tally of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, final

from .instance import digest

Data = Mapping[str, Any]

KEPT = 4
"""Worst instances from which the local ascent starts."""
FIRST_REPORT, NEXT_REPORT = 1.0, 2.0
"""Seconds after which progress is told, and between two reports. They decide nothing."""


@final
@dataclass(frozen=True, kw_only=True)
class Trial:
    """One instance tried.

    Args:
        pressure: grows towards a violation. ratio: lhs / rhs where both are positive, else None.
        violation: what confirmed a violation, or None.
    """

    data: Data
    pressure: float
    ratio: float | None = None
    violation: Any = None


@final
@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search saw.

    Args:
        violation: the violation found, or None. worst: the valid instances of largest pressure, the worst first.
        tightness: the largest ratio seen. tried, valid: instances evaluated, and those that met the assumptions.
        drawn: examples and attempts to draw, those that the strategy itself filtered out included.
        sampled: instances among these that met the assumptions; different: how many of them differ.
        exhausted: the strategy ended before the budget did, as it has no more instances.
    """

    violation: Trial | None
    worst: tuple[Trial, ...]
    tightness: float | None
    tried: int
    valid: int
    drawn: int
    sampled: int
    different: int
    exhausted: bool


@final
@dataclass
class Journal:
    """Tally of one search; the only mutable state, private to it."""

    report: Callable[[str], None]
    tried: int = 0
    valid: int = 0
    attempts: int = 0
    sampled: int = 0
    seen: set[str] = field(default_factory=set)
    worst: list[Trial] = field(default_factory=list)
    tightness: float | None = None
    violation: Trial | None = None
    due: float = field(default_factory=lambda: time.monotonic() + FIRST_REPORT)

    def note(self, trial: Trial | None, *, sampled: bool = False) -> None:
        """Count an instance; `sampled` says that it was drawn or given, not reached from another one."""
        self.tried += 1
        if trial is not None:
            self._note_valid(trial, sampled)
        if time.monotonic() >= self.due:
            self.report(self.summary())
            self.due = time.monotonic() + NEXT_REPORT

    def _note_valid(self, trial: Trial, sampled: bool) -> None:
        self.valid += 1
        if sampled:
            self.sampled += 1
            self.seen.add(digest(trial.data))
        if trial.violation is not None:
            self.violation = trial
        if trial.ratio is not None:
            self.tightness = max(trial.ratio, self.tightness or 0.0)
        self.worst = sorted([*self.worst, trial], key=lambda one: -one.pressure)[:KEPT]

    def summary(self) -> str:
        """Where the search stands, in one line."""
        attained = f", largest lhs/rhs {self.tightness:.6g}" if self.tightness is not None else ""
        found = "a violation found" if self.violation else "no violation"
        return f"{self.tried} instances tried, {self.valid} met the assumptions{attained}; {found}"

    def result(self, *, exhausted: bool) -> SearchResult:
        """What was seen so far."""
        return SearchResult(
            violation=self.violation,
            worst=tuple(self.worst),
            tightness=self.tightness,
            tried=self.tried,
            valid=self.valid,
            drawn=self.attempts,
            sampled=self.sampled,
            different=len(self.seen),
            exhausted=exhausted,
        )
