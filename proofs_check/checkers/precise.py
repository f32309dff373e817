"""The second look at a violation: both sides in mpmath numbers, flint balls or rationals, independent of float64."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

import numpy as np

from .instance import floating_parts, holds_floats, with_parts
from .lifting import guarded, is_short, lift, lifted_number, lifted_side

if TYPE_CHECKING:
    from ..claims import Bound, Rate

    Data = Mapping[str, Any]
    Sides = tuple[Sequence[Any], Sequence[Any]]

DIGITS = 50
"""Decimal digits of the second evaluation; mpmath values are taken at twice as many too, to see their rounding."""

_MOST_SPREAD = 700
"""Digits added at most for data whose numbers differ in size; the sizes of float64 span fewer."""
NEARBY = 2.0**-48
"""Relative change of a number that the rounding of data may amount to: sixteen units in the last place."""


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

    A violation must outlast changes of the data by `NEARBY`: a unit vector in float64 is one up to rounding only.

    Args:
        excess: lhs - rhs in float64. A gap that vanishes up to a millionth of it shows that it was rounding.
    """
    return _outlasting(lambda near: _compare_sides(claim, near, excess), data, strict=claim.strict)


def _outlasting(compare: Callable[[Data], Precise], data: Data, *, strict: bool, few: bool = False) -> Precise:
    """The comparison at `data`; a violation that is gone at instances equal up to rounding was none, or is open."""
    found = compare(data)
    if not found.violated or found.exact:
        return found
    for near in neighbours(data, few=few):
        try:
            again = compare(near)
        except Exception:  # rounding may take an instance out of the domain of the user's functions
            continue
        if not again.violated:
            how = "the violation is no larger than the rounding of the data"
            return Precise(violated=None if strict else False, how=how, rigorous=found.rigorous)
    return found


def neighbours(data: Data, *, few: bool = False) -> Iterator[Data]:
    """Instances that are equal to `data` up to rounding; none if all of its numbers are short, as 0, 3 or 0.25.

    Signs of the changes are mixed and opposite to that, and unless `few` are wanted all positive and all negative.
    """
    parts = floating_parts(data)
    long = [np.array([not is_short(float(entry)) for entry in part.ravel()]).reshape(part.shape) for part in parts]
    if not any(mask.any() for mask in long):
        return
    rng = np.random.default_rng(0)
    mixed = [rng.choice((-1.0, 1.0), size=part.shape) for part in parts]
    signs = [mixed, [-sign for sign in mixed]]
    signs += [] if few else [[np.full(part.shape, sign) for part in parts] for sign in (1.0, -1.0)]
    for pattern in signs:
        moved = [part * (1 + NEARBY * sign * mask) for part, sign, mask in zip(parts, pattern, long, strict=True)]
        try:
            yield with_parts(data, moved)
        except ValueError:
            continue


def _compare_sides(claim: Bound, data: Data, excess: float) -> Precise:
    if claim.precise is not None:
        evaluate = claim.precise
        digits = digits_for(data)
        return _decide(
            lambda digits: _paired(evaluate(data, digits)), strict=claim.strict, excess=excess, digits=digits
        )
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
        decided = _decide(sides, strict=claim.strict, excess=excess, digits=digits_for(data))
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

    def compare(near: Data) -> Precise:
        return _decide(lambda digits: evaluate(near, digits), strict=False, excess=excess, digits=digits_for(data))

    return _outlasting(compare, data, strict=False, few=True)


def _paired(sides: tuple[Any, Any]) -> Sides:
    return [sides[0]], [sides[1]]


def digits_for(data: Data) -> int:
    """Digits of the second evaluation: more where the data's numbers differ in size, so that none is lost in a sum.

    1 + 1e-120 - 1 is 0 to fifty digits, and to a hundred.
    """
    parts = [np.abs(part).ravel() for part in floating_parts(data)]
    sizes = [float(size) for part in parts for size in part if 0 < size < math.inf]
    spread = math.log10(max(1.0, *sizes, 1.0)) - math.log10(min(1.0, *sizes, 1.0))
    return DIGITS + min(2 * math.ceil(spread), _MOST_SPREAD)


def _decide(evaluate: Callable[[int], Sides], *, strict: bool, excess: float, digits: int) -> Precise:
    """The first pair of sides that is violated for certain; None in `violated` if a pair stays open."""
    import mpmath

    with mpmath.workdps(digits):
        left, right = evaluate(digits)
    if any(hasattr(side, "rad") for side in (*left, *right)):
        states = [_balls(one, two, strict=strict) for one, two in zip(left, right, strict=True)]
        return _first(left, right, states, digits)
    with mpmath.workdps(2 * digits):
        finer_left, finer_right = evaluate(2 * digits)
        coarse, fine = zip(left, right, strict=True), zip(finer_left, finer_right, strict=True)
        states = [_numbers(one, two, strict=strict, excess=excess) for one, two in zip(coarse, fine, strict=True)]
    return _first(finer_left, finer_right, states, digits)


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


def _first(left: Sequence[Any], right: Sequence[Any], states: Sequence[bool | None], digits: int) -> Precise:
    rigorous = any(hasattr(side, "rad") for side in (*left, *right))
    how = "enclosed in balls" if rigorous else f"evaluated with {digits} and {2 * digits} digits in mpmath"
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
