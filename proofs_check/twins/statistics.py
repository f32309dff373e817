"""Twins of limits, scalings and laws: wrong by little more than what their tests resolve."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ..claims import Twin
from ..claims.statistics import Law, Limit, SameLaw, Scaling


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


def same_law_twins(claim: SameLaw) -> tuple[Twin, ...]:
    """A second law at a distance of about 2.5 resolutions or more from the claimed one, whatever that law is."""
    share = min(0.9, 2.5 * claim.resolution)
    pairs = min(1.0, 10 * claim.resolution)

    def replaced(change: Callable[[Any, Any], Any]) -> dict[str, Any]:
        def second(X: Any, draws: int, rng: np.random.Generator) -> Any:
            rows = np.array(claim.second(X, draws, rng), dtype=np.float64)
            return change(rows.reshape(draws, -1), rng)

        return {"second": second}

    def outlying(direction: int) -> Callable[[Any, Any], Any]:
        def change(rows: Any, rng: np.random.Generator) -> Any:
            end = rows.max(axis=0) + 1 if direction > 0 else rows.min(axis=0) - 1
            return np.where(rng.random((len(rows), 1)) < share, end, rows)

        return change

    def larger_of_two(rows: Any, rng: np.random.Generator) -> Any:
        # Circular neighbours stand in for independent draws; each row keeps the law of the larger of two.
        return np.where(rng.random((len(rows), 1)) < pairs, np.maximum(rows, np.roll(rows, 1, axis=0)), rows)

    return (
        Twin(
            label=f"a share {share:g} of the second law moved above it",
            change="constant",
            changes=replaced(outlying(1)),
        ),
        Twin(
            label=f"a share {share:g} of the second law moved below it", change="sign", changes=replaced(outlying(-1))
        ),
        Twin(
            label=f"the larger of two draws in a share {pairs:g} of the second law",
            change="exponent",
            changes=replaced(larger_of_two),
        ),
    )
