"""The second look at a violation: both sides in mpmath numbers, flint balls or rationals, independent of float64."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from .instance import holds_floats
from .lifting import guarded, lift, lifted_number, lifted_side

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


def compare_bound(claim: Bound, data: Data, excess: float = 0.0) -> Precise:
    """Evaluate both sides of a bound again, exactly or with many digits, and compare.

    Args:
        excess: lhs - rhs in float64. A gap that vanishes up to a millionth of it shows that it was rounding.
    """
    if claim.precise is not None:
        evaluate = claim.precise
        return _decide(lambda digits: _paired(evaluate(data, digits)), strict=claim.strict, excess=excess)
    sides = claim.lhs(data), claim.rhs(data)
    if are_rational(data, *sides):
        return _exactly(*sides, strict=claim.strict)
    try:
        return _lifted(claim, data, excess)
    except Exception as error:  # the claim's functions are the user's, and were written for float64
        reason = " ".join(str(error).split())[:100]
        how = f"the sides cannot be evaluated with more digits than float64 has ({reason}); give `precise`"
        return Precise(violated=None, how=how)


def are_rational(data: Data, *sides: Any) -> bool:
    """True if the sides are integers of Python or Fractions, made from data without floats: comparison is exact."""
    return all(isinstance(side, (int, Fraction)) for side in sides) and not holds_floats(*data.values())


def _lifted(claim: Bound, data: Data, excess: float) -> Precise:
    """The claim's own functions on mpmath numbers; with rounded constants moved both ways if there are any."""
    plain, rounded = _shifted(claim, data, 0.0, excess)
    if not (rounded and plain.violated):
        return plain
    if all(_shifted(claim, data, shift, excess)[0].violated for shift in (-1.0, 1.0)):
        return dataclasses.replace(plain, how=f"{plain.how}, with its float64 constants moved both ways")
    how = "the violation is no larger than the rounding of float64 constants in the sides; give `precise`"
    return Precise(violated=None if claim.strict else False, how=how)


def _shifted(claim: Bound, data: Data, shift: float, excess: float) -> tuple[Precise, bool]:
    def sides(digits: int) -> Sides:
        lifted = lift(data)
        return _paired((lifted_side(claim.lhs(lifted)), lifted_side(claim.rhs(lifted))))

    with guarded(shift) as guard:
        decided = _decide(sides, strict=claim.strict, excess=excess)
    return decided, guard.rounded


def _exactly(lhs: Any, rhs: Any, *, strict: bool) -> Precise:
    violated = lhs >= rhs if strict else lhs > rhs
    return Precise(violated=violated, lhs=str(lhs), rhs=str(rhs), how="compared as rational numbers", exact=True)


def compare_rate(claim: Rate, data: Data, excess: float = 0.0) -> Precise:
    """Evaluate a trajectory and its envelope again and compare at every step after the start, where they meet.

    Args:
        excess: the largest of value less bound in float64, as in `compare_bound`.
    """
    if claim.precise is None:
        return Precise(violated=None, how="the claim gives no `precise` evaluation")
    evaluate = claim.precise
    return _decide(lambda digits: evaluate(data, digits), strict=False, excess=excess)


def _paired(sides: tuple[Any, Any]) -> Sides:
    return [sides[0]], [sides[1]]


def _decide(evaluate: Callable[[int], Sides], *, strict: bool, excess: float) -> Precise:
    """The first pair of sides that is violated for certain; None in `violated` if a pair stays open."""
    import mpmath

    with mpmath.workdps(DIGITS):
        left, right = evaluate(DIGITS)
    if any(hasattr(side, "rad") for side in (*left, *right)):
        return _first(left, right, [_balls(one, two, strict=strict) for one, two in zip(left, right, strict=True)])
    with mpmath.workdps(2 * DIGITS):
        finer_left, finer_right = evaluate(2 * DIGITS)
        coarse, fine = zip(left, right, strict=True), zip(finer_left, finer_right, strict=True)
        states = [_numbers(one, two, strict=strict, excess=excess) for one, two in zip(coarse, fine, strict=True)]
    return _first(finer_left, finer_right, states)


def _numbers(coarse: tuple[Any, Any], fine: tuple[Any, Any], *, strict: bool, excess: float) -> bool | None:
    """Is lhs > rhs? The rounding of the gap is what changed between the two precisions, ten times over.

    Sides that agree to half of the digits, or to a millionth of the excess in float64, are equal for this purpose; a
    gap that drowns in worse rounding is open.
    """
    gap, finer_gap = coarse[1] - coarse[0], fine[1] - fine[0]
    noise = 10 * abs(finer_gap - gap)
    if not noise < float("inf"):
        return None
    if finer_gap < -noise or (strict and finer_gap == 0 and noise == 0):
        return True
    if finer_gap > noise:
        return False
    scale = max(abs(fine[0]), abs(fine[1]))
    return None if strict or (noise * 10 ** (DIGITS // 2) > scale and noise * 10**6 > excess) else False


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
        return str(mpmath.nstr(lifted_number(side), 20))
