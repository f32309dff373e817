"""The second look at a violation: both sides in mpmath numbers or flint balls, independent of float64."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from ..claims import Bound, Rate

    Data = Mapping[str, Any]
    Sides = tuple[Sequence[Any], Sequence[Any]]

DIGITS = 50
"""Decimal digits of the second evaluation; mpmath values are taken at twice as many too, to see their rounding."""


@final
@dataclass(frozen=True, kw_only=True)
class Precise:
    """Outcome of a second evaluation. `violated` is None if it could not decide."""

    violated: bool | None
    lhs: str = ""
    rhs: str = ""
    how: str = ""
    rigorous: bool = False
    exact: bool = False


def compare_bound(claim: Bound, data: Data) -> Precise:
    """Evaluate both sides of a bound again, with many digits, and compare."""
    if claim.precise is not None:
        evaluate = claim.precise
        return _decide(lambda digits: _paired(evaluate(data, digits)), strict=claim.strict)
    try:
        return _decide(lambda digits: _lifted_sides(claim, data), strict=claim.strict)
    except (TypeError, AttributeError, ValueError):
        how = "the sides are float64 functions and cannot be evaluated with more digits; give `precise`"
        return Precise(violated=None, how=how)


def compare_rate(claim: Rate, data: Data) -> Precise:
    """Evaluate a trajectory and its envelope again and compare at every step after the start, where they meet."""
    if claim.precise is None:
        return Precise(violated=None, how="the claim gives no `precise` evaluation")
    evaluate = claim.precise
    return _decide(lambda digits: evaluate(data, digits), strict=False)


def _paired(sides: tuple[Any, Any]) -> Sides:
    return [sides[0]], [sides[1]]


def _decide(evaluate: Callable[[int], Sides], *, strict: bool) -> Precise:
    """The first pair of sides that is violated for certain; None in `violated` if a pair stays open."""
    import mpmath

    with mpmath.workdps(DIGITS):
        left, right = evaluate(DIGITS)
    if any(hasattr(side, "rad") for side in (*left, *right)):
        return _first(left, right, [_balls(one, two, strict=strict) for one, two in zip(left, right, strict=True)])
    with mpmath.workdps(2 * DIGITS):
        finer_left, finer_right = evaluate(2 * DIGITS)
        gaps = [two - one for one, two in zip(left, right, strict=True)]
        finer_gaps = [two - one for one, two in zip(finer_left, finer_right, strict=True)]
        states = [_numbers(one, two, strict=strict) for one, two in zip(gaps, finer_gaps, strict=True)]
    return _first(finer_left, finer_right, states)


def _numbers(gap: Any, finer_gap: Any, *, strict: bool) -> bool | None:
    """Is rhs - lhs < 0? Its rounding is what changed between the two precisions, ten times over."""
    noise = 10 * abs(finer_gap - gap)
    if finer_gap < -noise or (strict and finer_gap == 0 and noise == 0):
        return True
    return False if finer_gap > noise or not strict else None


def _balls(lhs: Any, rhs: Any, *, strict: bool) -> bool | None:
    from flint import arb

    gap = arb(rhs) - arb(lhs)
    if not gap.is_finite():
        return None
    if gap < 0 or (strict and gap <= 0):
        return True
    return False if gap > 0 or (not strict and gap >= 0) else None


def _first(left: Sequence[Any], right: Sequence[Any], states: Sequence[bool | None]) -> Precise:
    rigorous = any(hasattr(side, "rad") for side in (*left, *right))
    how = "enclosed in balls" if rigorous else f"evaluated with {DIGITS} and {2 * DIGITS} digits in mpmath"
    for step, state in enumerate(states, start=1):
        if state:
            where = f" at step {step}" if len(states) > 1 else ""
            return Precise(
                violated=True,
                lhs=_show(left[step - 1]) + where,
                rhs=_show(right[step - 1]) + where,
                how=how,
                rigorous=rigorous,
            )
    return Precise(violated=None if None in states else False, how=how, rigorous=rigorous)


def _show(side: Any) -> str:
    import mpmath

    if hasattr(side, "rad"):
        return str(side.str(15))
    with mpmath.workdps(2 * DIGITS):
        return str(mpmath.nstr(mpmath.mpf(side), 20))


def _lifted_sides(claim: Bound, data: Data) -> Sides:
    """The claim's own functions on mpmath numbers.

    Raises:
        TypeError: if a side falls back to float64.
    """
    import mpmath

    lifted = {name: _lift(value) for name, value in data.items()}
    sides = claim.lhs(lifted), claim.rhs(lifted)
    if any(isinstance(side, (float, np.floating)) for side in sides):
        raise TypeError("a side is a float64 number")
    return _paired((mpmath.mpf(sides[0]), mpmath.mpf(sides[1])))


def _lift(value: Any) -> Any:
    import mpmath

    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        lifted = np.empty(value.shape, dtype=object)
        for index, item in np.ndenumerate(value):
            lifted[index] = mpmath.mpf(float(item))
        return lifted
    return mpmath.mpf(value) if isinstance(value, float) else value
