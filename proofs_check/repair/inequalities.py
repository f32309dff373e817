"""Repair of an inequality: strictness, direction, or the best constant that the enclosure checker confirms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, final

import sympy
from flint import arb

from theory.balls import compile_balls
from theory.errors import TheoryError

from ..checkers.descent import descend
from ..checkers.points import Point, spread_points
from ..claims import Inequality
from ..verdicts import Suggestion
from .constants import recognise
from .samples import DIGITS
from .trial import Trials

_STEPS = 300
_MOST_TRIALS = 3
_MOST_DECIMALS = 24


@final
@dataclass(frozen=True)
class _Proposal:
    """Changed fields of the claim, and both in words."""

    changes: Mapping[str, Any]
    change: str
    statement: str


@final
@dataclass(frozen=True)
class _Extremes:
    """The largest value seen of a function on the domain, and the smallest one of those at spread points."""

    value: arb
    smallest: float


def repair_inequality(claim: Inequality, trials: Trials) -> tuple[Suggestion, ...]:
    """The nearest inequality that HOLDS: not strict, the other way round, or with the best constant found."""
    lhs, rhs = claim.sides()
    for proposal in (*_weaker(claim), *_constants(claim, lhs, rhs, trials)):
        found = trials.suggestion(claim, proposal.changes, change=proposal.change, statement=proposal.statement)
        if found is not None:
            return (found,)
    return ()


def _weaker(claim: Inequality) -> Iterator[_Proposal]:
    if claim.strict:
        yield _Proposal({"strict": False}, "<= in place of <", "lhs <= rhs")


def _constants(claim: Inequality, lhs: sympy.Expr, rhs: sympy.Expr, trials: Trials) -> Iterator[_Proposal]:
    """The sides exchanged if no point contradicts it, else the right side times, or plus, the best constant."""
    gap = _largest(claim, lhs - rhs, trials) if claim.domain else None
    if gap is None:
        return
    if gap.smallest >= 0:
        sign = ">" if claim.strict else ">="
        yield _Proposal({"lhs": rhs, "rhs": lhs, "slack": Fraction(0)}, "the direction reversed", f"lhs {sign} rhs")
    if (lhs - rhs).has(sympy.Integral):
        return
    right = _largest(claim, rhs, trials)
    ratio = _largest(claim, lhs / rhs, trials) if right is not None and right.smallest > 0 else None
    if ratio is not None:
        for constant in _candidates(ratio.value):
            shown = _decimal(constant)
            statement = f"lhs <= {shown} * rhs; lhs/rhs reaches {float(ratio.value):.8g}"
            yield _Proposal({"rhs": constant * rhs, "strict": False}, f"the right side times {shown}", statement)
    else:
        for constant in _candidates(gap.value):
            shown = _decimal(constant)
            statement = f"lhs <= rhs + {shown}; lhs - rhs reaches {float(gap.value):.8g}"
            yield _Proposal({"rhs": rhs + constant, "strict": False}, f"the right side plus {shown}", statement)


def _decimal(constant: sympy.Expr) -> str:
    """The constant as a formula has it: a decimal fraction where the fraction is longer."""
    if isinstance(constant, sympy.Rational) and constant.q > 12 and 10**_MOST_DECIMALS % constant.q == 0:
        return str(Decimal(int(constant.p)) / Decimal(int(constant.q)))
    return str(constant)


def _largest(claim: Inequality, expression: sympy.Expr, trials: Trials) -> _Extremes | None:
    """The largest value found at exact points: spread ones, closed ends, then a local search."""
    try:
        function = compile_balls(expression, tuple(claim.domain))
        downward = compile_balls(-expression, tuple(claim.domain))
    except TheoryError:
        return None
    seen: list[tuple[float, Point, arb]] = []

    def look(point: Point) -> None:
        try:
            value = function.at(dict(point), DIGITS)
        except TheoryError:
            return
        seen.append((-float(value), point, value))

    count = trials.context.budget.points
    for point in spread_points(claim.domain, count, trials.context.rng("supremum"), lambda: len(seen)):
        look(point)
    starts = [(height, point) for height, point, _ in seen]
    for point in descend(downward, claim.domain, starts, _STEPS):
        look(point)
    if not seen:
        return None
    best = min(seen, key=lambda one: one[0])
    return _Extremes(best[2], -max(one[0] for one in seen))


def _candidates(supremum: arb) -> list[sympy.Expr]:
    """The supremum itself if it is a simple number, and numbers of few digits just above: the first may be attained."""
    exact = recognise(supremum)
    value = float(supremum)
    if not math.isfinite(value):
        return []
    scale = 10 ** (math.floor(math.log10(abs(value))) if value else 0)
    rounded = []
    for digits, more in ((3, 1), (3, 2), (2, 2)):
        unit = Fraction(scale) / 10**digits if scale >= 1 else Fraction(1, round(1 / scale)) / 10**digits
        steps = math.floor(Fraction(value) / unit) + more
        rounded.append(sympy.Rational(*(steps * unit).as_integer_ratio()))
    first = [exact.value] if exact is not None else []
    return [*first, *rounded][:_MOST_TRIALS]
