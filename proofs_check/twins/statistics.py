"""Twins of limits, scalings and laws: wrong by little more than what their tests resolve."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ..claims import Law, Limit, Scaling, Twin


def limit_twins(claim: Limit) -> tuple[Twin, ...]:
    """False variants of a `Limit`."""
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


def scaling_twins(claim: Scaling) -> tuple[Twin, ...]:
    """False variants of a `Scaling`."""
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


def law_twins(claim: Law) -> tuple[Twin, ...]:
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
