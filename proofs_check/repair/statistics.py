"""Repair of limits and scalings: the one simple constant, or exponent, inside the interval, tried on fresh draws."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, final

import numpy as np
import sympy

from ..claims import Limit, Scaling
from ..verdicts import Figure, Suggestion, Verdict
from .trial import Trials

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ESTIMATE = re.compile(r"exponent (-?\d+\.\d+) \+- (\d+\.\d+)")
_SIMULATED, _CLAIMED, _MEANS = "simulation, extrapolated", "claimed limit", "simulation"
"""Names of series in the figures of a limit: intervals of all entries; relative deviations of one against width."""
_STRAIGHT = 0.1
"""Distance from a multiple of 1/2 up to which a slope proposes it; the test on fresh draws decides."""


@cache
def simple_constants() -> tuple[sympy.Expr, ...]:
    """Constants that formulas of wide networks are wrong by: -1, ratios up to 4, with pi, and roots of 2 and 3."""
    ratios = sorted(
        {Fraction(p, q) for p in range(1, 5) for q in range(1, 5)}, key=lambda one: max(one.as_integer_ratio())
    )
    plain = [sympy.Rational(one.numerator, one.denominator) for one in ratios]
    pi, two, three = sympy.pi, sympy.sqrt(2), sympy.sqrt(3)
    special = [pi, 1 / pi, 2 / pi, pi / 2, 2 * pi, 1 / (2 * pi), two, 1 / two, three, 1 / three, two * pi]
    special += [sympy.sqrt(2 / pi), sympy.sqrt(pi / 2), sympy.Rational(1, 6), sympy.Integer(6), sympy.Integer(8)]
    found = dict.fromkeys((*plain, *special))
    return (*(one for one in found if one != 1), *(-one for one in found))


@final
@dataclass(frozen=True)
class _Interval:
    """An interval for a factor."""

    low: float
    high: float

    def only(self, candidates: Sequence[sympy.Expr]) -> sympy.Expr | None:
        """The candidate inside the interval, if there is exactly one."""
        inside = [one for one in candidates if self.low <= float(one) <= self.high]
        return inside[0] if len(inside) == 1 else None


def repair_limit(claim: Limit, verdict: Verdict, trials: Trials) -> tuple[Suggestion, ...]:
    """The one simple constant that all intervals allow, or another power of the width, confirmed by fresh draws."""
    found = _scaled_limit(claim, verdict, trials) or _other_power(claim, verdict, trials)
    return (found,) if found else ()


def _scaled_limit(claim: Limit, verdict: Verdict, trials: Trials) -> Suggestion | None:
    interval = _factor(verdict.figures)
    factor = interval.only(simple_constants()) if interval else None
    if interval is None or factor is None:
        return None
    number = float(factor)
    return trials.suggestion(
        claim,
        {"limit": lambda X: number * np.asarray(claim.limit(X))},
        change="the limit with the opposite sign" if factor == -1 else f"the limit times {factor}",
        statement=f"limit = {factor} * claimed limit; simulated / claimed lies in [{interval.low:.6g}, "
        f"{interval.high:.6g}], and no other simple constant does",
    )


def _other_power(claim: Limit, verdict: Verdict, trials: Trials) -> Suggestion | None:
    """The statistic times the power of the width, a multiple of 1/2, that makes it settle; the limit must then hold."""
    slope = _growth(verdict.figures)
    power = Fraction(round(2 * slope), 2) if math.isfinite(slope) else Fraction(0)
    if not power or abs(slope - power) > _STRAIGHT:
        return None
    word = f"width**({-power})"
    return trials.suggestion(
        claim,
        {"width_power": claim.width_power - power},
        change=f"the statistic times {word}",
        statement=f"{word} * statistic -> claimed limit; as stated it behaves as width**({power})",
    )


def _growth(figures: Sequence[Figure]) -> float:
    """Slope of the simulated mean against width on logarithmic axes, over the two largest widths; nan if unknown."""
    for figure in figures:
        named = {series.name: series for series in figure.series}
        if figure.x_scale == "log" and _MEANS in named and len(named[_MEANS].x) > 1:
            ratios = np.abs(np.array(named[_MEANS].y[-2:]) + 1)
            widths = np.array(named[_MEANS].x[-2:])
            return float(np.diff(np.log(ratios))[0] / np.diff(np.log(widths))[0]) if ratios.all() else math.nan
    return math.nan


def _factor(figures: Sequence[Figure]) -> _Interval | None:
    """Simulated over claimed, from the simultaneous intervals of all entries; None if they have no number in common."""
    for figure in figures:
        named = {series.name: series for series in figure.series}
        if _SIMULATED not in named or _CLAIMED not in named or not named[_SIMULATED].lower:
            continue
        target = np.array(named[_CLAIMED].y)
        ends = np.array([named[_SIMULATED].lower, named[_SIMULATED].upper]) / target
        low, high = float(ends.min(axis=0).max()), float(ends.max(axis=0).min())
        return _Interval(low, high) if low <= high else None
    return None


def repair_scaling(claim: Scaling, verdict: Verdict, trials: Trials) -> tuple[Suggestion, ...]:
    """The only multiple of 1/2 inside the interval of the exponent, if fresh draws tell it from its neighbours."""
    read = _ESTIMATE.search(verdict.counterexample.lhs) if verdict.counterexample else None
    if read is None:
        return ()
    estimate, half_width = float(read[1]), float(read[2])
    halves = [sympy.Rational(twice, 2) for twice in range(-12, 13)]
    found = _Interval(estimate - half_width, estimate + half_width).only(halves)
    if found is None:
        return ()
    exponent = Fraction(int(found.p), int(found.q))
    rivals = (exponent - Fraction(1, 2), exponent + Fraction(1, 2))
    suggestion = trials.suggestion(
        claim,
        {"exponent": exponent, "rivals": rivals},
        change=f"exponent {exponent} in place of {claim.exponent}",
        statement=f"statistic ~ C width^-({exponent}); the interval is {estimate:.4f} +- {half_width:.4f}",
    )
    return (suggestion,) if suggestion else ()
