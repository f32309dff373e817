"""Twins: false variants of a claim. A check that does not refute them proves nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from .claims import AbstractClaim, Bound, Identity, Inequality, Law, Limit, Rate, Scaling, Twin
from .verdicts import Outcome, TwinResult

if TYPE_CHECKING:
    from .checkers.context import CheckContext
    from .verdicts import Verdict

    Check = Callable[[AbstractClaim, CheckContext], Verdict]

CONSTANT = sympy.Rational(1_000_001, 1_000_000)
"""Wrong factor for formulas checked by balls, which resolve far more."""


def make_twins(claim: AbstractClaim) -> tuple[Twin, ...]:
    """False variants made by machine, then the claim's own. None for an erratum, which is false already."""
    if claim.expect == "refuted":
        return ()
    made: tuple[Twin, ...] = ()
    if isinstance(claim, Identity):
        made = _identity_twins(claim)
    elif isinstance(claim, Inequality):
        made = _inequality_twins(claim)
    elif isinstance(claim, Bound):
        made = _bound_twins(claim)
    elif isinstance(claim, Rate):
        made = _rate_twins(claim)
    elif isinstance(claim, Limit):
        made = _limit_twins(claim)
    elif isinstance(claim, Scaling):
        made = _scaling_twins(claim)
    elif isinstance(claim, Law):
        made = _law_twins(claim)
    return (*made, *claim.twins)


def try_twins(claim: AbstractClaim, context: CheckContext, check: Check) -> tuple[TwinResult, ...]:
    """Check every twin with the claim's own budget and seeds; each must come out REFUTED."""
    results = []
    for number, twin in enumerate(make_twins(claim), start=1):
        context.report(f"twin {number}: {twin.label}")
        results.append(_try(claim, twin, context, check))
    return tuple(results)


def _try(claim: AbstractClaim, twin: Twin, context: CheckContext, check: Check) -> TwinResult:
    try:
        verdict = check(claim.altered(twin), dataclasses.replace(context, shrink=False))
        outcome, reason = verdict.outcome, verdict.reason
    except Exception as error:  # a twin that cannot even be evaluated is a survivor, and the report says so
        outcome, reason = Outcome.ERROR, f"{type(error).__name__}: {error}"
    return TwinResult(label=twin.label, change=twin.change, outcome=outcome, reason=reason)


def _identity_twins(claim: Identity) -> tuple[Twin, ...]:
    _, rhs = claim.sides()
    if rhs == 0:
        return tuple(
            Twin(label=f"right side {value} instead of 0", change=change, changes={"rhs": value})
            for value, change in ((CONSTANT - 1, "constant"), (1 - CONSTANT, "sign"))
        )
    steeper = rhs * (1 + sympy.Abs(rhs)) ** sympy.Rational(1, 20)
    return (
        Twin(label=f"right side times {CONSTANT}", change="constant", changes={"rhs": CONSTANT * rhs}),
        Twin(label="right side with the opposite sign", change="sign", changes={"rhs": -rhs}),
        Twin(label="right side R replaced by R (1+|R|)^(1/20)", change="exponent", changes={"rhs": steeper}),
    )


def _inequality_twins(claim: Inequality) -> tuple[Twin, ...]:
    lhs, rhs = claim.sides()
    shift = (rhs - lhs + sympy.Rational(claim.slack)).subs(_inner_point(claim)) * sympy.Rational(101, 100)
    return (
        Twin(label="direction reversed", change="direction", changes={"lhs": rhs, "rhs": lhs, "slack": Fraction(0)}),
        Twin(
            label="right side lowered by 1.01 times the gap at an inner point",
            change="constant",
            changes={"rhs": rhs - shift},
        ),
    )


def _inner_point(claim: Inequality) -> dict[sympy.Symbol, sympy.Expr]:
    point = {}
    for symbol, interval in claim.domain.items():
        low = interval.start if interval.start.is_finite else sympy.Integer(-1)
        high = interval.end if interval.end.is_finite else low + 2
        point[symbol] = low + (high - low) * sympy.Rational(4, 9)
    return point


def _bound_twins(claim: Bound) -> tuple[Twin, ...]:
    precise = claim.precise
    swapped = None if precise is None else lambda data, digits: tuple(reversed(precise(data, digits)))
    changes = {"lhs": claim.rhs, "rhs": claim.lhs, "precise": swapped, "strict": False}
    return (Twin(label="direction reversed", change="direction", changes=changes),)


def _rate_twins(claim: Rate) -> tuple[Twin, ...]:
    precise = claim.precise
    swapped = None if precise is None else lambda data, digits: tuple(reversed(precise(data, digits)))

    def trajectory(data: Mapping[str, Any]) -> Mapping[str, Any]:
        path = claim.trajectory(data)
        values = np.asarray(path["values"], dtype=np.float64)
        steps = np.arange(len(values), dtype=float)
        return {**path, "values": claim.envelope(steps, data, float(values[0]))}

    def envelope(steps: Any, data: Mapping[str, Any], start: float) -> Any:
        return np.asarray(claim.trajectory(data)["values"], dtype=np.float64)

    changes = {"trajectory": trajectory, "envelope": envelope, "precise": swapped}
    return (Twin(label="trajectory stays above its envelope", change="direction", changes=changes),)


def _limit_twins(claim: Limit) -> tuple[Twin, ...]:
    factor = 1 + 2 * claim.resolution
    return (
        Twin(
            label=f"limit times {factor:g}",
            change="constant",
            changes={"limit": lambda X: factor * np.asarray(claim.limit(X))},
        ),
        Twin(
            label="limit with the opposite sign",
            change="sign",
            changes={"limit": lambda X: -np.asarray(claim.limit(X))},
        ),
        Twin(
            label="statistic normalised by an extra width^(-1/20)",
            change="exponent",
            changes={"width_power": claim.width_power - Fraction(1, 20)},
        ),
    )


def _scaling_twins(claim: Scaling) -> tuple[Twin, ...]:
    gap = min(abs(rival - claim.exponent) for rival in claim.rivals)
    wrong = {
        claim.exponent + gap: "exponent",
        claim.exponent - gap: "exponent",
        **dict.fromkeys(claim.rivals, "exponent"),
    }
    if claim.exponent:
        wrong[-claim.exponent] = "sign"
    return tuple(
        Twin(
            label=f"exponent {exponent} instead of {claim.exponent}",
            change=change,
            changes={"exponent": exponent, "rivals": (claim.exponent,)},
        )
        for exponent, change in wrong.items()
    )


def _law_twins(claim: Law) -> tuple[Twin, ...]:
    """Distribution functions at a distance of at least 2.5 resolutions, whatever the law."""
    factor = 1 + 4 * claim.resolution
    power = 1 + 3 * np.e * claim.resolution

    def with_cdf(change: Callable[[Any], Any]) -> dict[str, Any]:
        return {"cdf": lambda values, X: change(np.asarray(claim.cdf(values, X)))}

    return (
        Twin(
            label=f"distribution function times {factor:g}, capped at 1",
            change="constant",
            changes=with_cdf(lambda p: np.minimum(factor * p, 1.0)),
        ),
        Twin(
            label=f"distribution function to the power {power:.4g}",
            change="exponent",
            changes=with_cdf(lambda p: p**power),
        ),
        Twin(
            label="distribution function replaced by its complement", change="sign", changes=with_cdf(lambda p: 1 - p)
        ),
    )
