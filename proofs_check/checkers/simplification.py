"""A violation reached by ascent made fit to read: rounder numbers and zeros that violate as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .instance import floating_parts, with_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .trial import Trial

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

MOST_ENTRIES = 60
"""Entries that are tried at zero one by one."""


def simplify(violation: Trial, attempt: Callable[[Data], Trial | None]) -> Trial:
    """A violation with shorter numbers near the one given, or that one.

    Args:
        violation: a trial that violates. attempt: evaluates an instance, repaired where the claim says how.
    """
    violation = _first(violation, attempt, _with_zeros(violation.data))
    return _first(violation, attempt, _rounded(violation.data), only_one=True)


def _first(
    violation: Trial, attempt: Callable[[Data], Trial | None], changes: Iterator[list[Array]], *, only_one: bool = False
) -> Trial:
    for parts in changes:
        try:
            trial = attempt(with_parts(violation.data, parts))
        except ValueError:
            continue
        if trial is not None and trial.violation is not None:
            if only_one:
                return trial
            violation = trial
    return violation


def _rounded(data: Data) -> Iterator[list[Array]]:
    for digits in (1, 2, 3, 4, 6, 8):
        yield [np.array([_round(entry, digits) for entry in part.ravel()]) for part in floating_parts(data)]


def _round(entry: float, digits: int) -> float:
    return float(f"{entry:.{digits}g}")


def _with_zeros(data: Data) -> Iterator[list[Array]]:
    parts = floating_parts(data)
    places = [(number, place) for number, part in enumerate(parts) for place in range(part.size)]
    current = [part.ravel().copy() for part in parts]
    for number, place in places[:MOST_ENTRIES]:
        if current[number][place]:
            changed = [part.copy() for part in current]
            changed[number][place] = 0.0
            yield changed
