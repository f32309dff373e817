"""Mutants of rates: envelopes lower by a factor, faster, or one step ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..claims import Rate, Twin
from .instance_mutants import judged
from .instances import rate_twins
from .magnitudes import power, times
from .mutants import Mutant, Mutants
from .mutation import FACTORS
from .recording import Recording

Change = Callable[[Sequence[Any]], list[Any]]
"""Bounds at steps 1..K -> wrong ones at steps 1..J, J <= K, for floats, mpmath numbers and balls alike."""

QUICKER = (Fraction(1, 1_000_000), Fraction(1, 100), Fraction(1, 20), Fraction(1, 2))
"""By how much a wrong rate is faster."""


def rate_mutants(claim: Rate, recording: Recording) -> Mutants:
    """Mutants of the envelope and of the direction. The start, where trajectory and envelope meet, is left as it is."""
    seen = recording.tightness()
    doubt = f"true on all {len(recording.instances)} instances seen; the largest value/envelope is {seen:.6g}"
    (reversal,) = rate_twins(claim)
    suspects = recording.suspects(lambda left, right, data: (right, left))
    tried = [judged(claim, reversal, suspects, doubt)]
    for label, change, wrong in _changes():
        twin = Twin(label=label, change=change, changes=_with_envelope(claim, wrong))
        suspects = recording.suspects(_with_wrong(wrong))
        if not suspects and _is_weaker(recording, wrong):
            reason = "weaker than the claim on every instance seen"
            tried.append(Mutant(twin=twin, standing="equivalent", reason=reason))
        else:
            tried.append(judged(claim, twin, suspects, doubt))
    return Mutants(tried=tuple(tried))


def _changes() -> Iterator[tuple[str, str, Change]]:
    for factor in (*FACTORS, Fraction(999, 1000), Fraction(2)):
        yield f"envelope times {factor}", "constant", _multiplied(factor)
    for excess in QUICKER:
        for sign, words in ((1, "faster"), (-1, "slower")):
            yield f"rate {words} by {excess}", "exponent", _quicker(sign * excess)
    yield "envelope one step ahead (k + 1 for k)", "symbol", lambda bounds: list(bounds[1:])
    yield "envelope with the opposite sign", "sign", lambda bounds: [-bound for bound in bounds]


def _multiplied(factor: Fraction) -> Change:
    return lambda bounds: [times(bound, factor) for bound in bounds]


def _quicker(excess: Fraction) -> Change:
    return lambda bounds: _quickened(bounds, excess)


def _with_wrong(wrong: Change) -> Callable[[Any, Any, Any], tuple[Any, Any]]:
    return lambda left, right, data: (left, _after_start(right, wrong))


def _quickened(bounds: Sequence[Any], excess: Fraction) -> list[Any]:
    """b_k (b_k / b_{k-1})^(k excess): for a geometric envelope that of a rate 1 + excess times as fast. k = 1 stays."""
    found = list(bounds[:1])
    for step in range(1, len(bounds)):
        before, here = bounds[step - 1], bounds[step]
        found.append(here * power(here / before, (step + 1) * excess) if before > 0 and here > 0 else here)
    return found


def _after_start(bounds: Any, wrong: Change) -> Any:
    """The wrong envelope as an array of the same length; steps that it does not reach are unbounded."""
    array = np.asarray(bounds, dtype=np.float64)
    changed = wrong([float(value) for value in array[1:]])
    missing = len(array) - 1 - len(changed)
    return np.array([array[0], *changed, *[np.inf] * missing])


def _is_weaker(recording: Recording, wrong: Change) -> bool:
    return all((_after_start(seen.rhs, wrong) >= seen.rhs).all() for seen in recording.instances)


def _with_envelope(claim: Rate, wrong: Change) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "envelope": lambda steps, data, start: _after_start(claim.envelope(steps, data, start), wrong)
    }
    if (precise := claim.precise) is not None:

        def again(data: Any, digits: int) -> tuple[Any, Any]:
            values, bounds = precise(data, digits)
            changed = wrong(list(bounds))
            return list(values)[: len(changed)], changed

        changes["precise"] = again
    return changes
