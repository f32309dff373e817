"""Two samplers of one law: HOLDS within the resolution, REFUTED where any statistic differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from proofs_check.checkers import statistical
from proofs_check.claims.statistics import SameLaw
from proofs_check.errors import MalformedClaim
from proofs_check.twins.statistics import same_law_twins
from proofs_check.verdicts import Evidence, Outcome

from .toys import BASE, toy_context


def plain(X: Any, draws: int, rng: np.random.Generator) -> Any:
    """Three independent normal statistics."""
    return rng.standard_normal((draws, 3))


def rotated(X: Any, draws: int, rng: np.random.Generator) -> Any:
    """The same marginal laws by another route."""
    rows = rng.standard_normal((draws, 3))
    return np.stack([rows[:, 0], (rows[:, 0] + rows[:, 1]) / np.sqrt(2), rows[:, 2]], axis=1)


def toy_same_law(**changes: Any) -> SameLaw:
    """A true SameLaw unless changed."""
    fields: dict[str, Any] = {
        "inputs": lambda data: data.inputs,
        "first": plain,
        "second": rotated,
        "resolution": 0.05,
        "labels": ("one", "two", "three"),
    }
    return SameLaw(**{**BASE, **fields, **changes})


def test_one_law_by_two_routes_holds_and_its_twins_do_not() -> None:
    """Agreement of two samplers could not be shown, or a wrong sampler would pass."""
    claim, context = toy_same_law(), toy_context()
    verdict = statistical.check(claim, context)
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
    assert verdict.evidence is Evidence.STATISTICAL
    assert verdict.resolution is not None
    assert verdict.resolution <= claim.resolution
    assert verdict.design is not None
    assert verdict.design.power > 0.99
    for twin in same_law_twins(claim):
        assert statistical.check(claim.altered(twin), context).outcome is Outcome.REFUTED, twin.label


def test_one_of_many_statistics_is_enough_to_refute_and_is_named() -> None:
    """A difference in one statistic would be averaged away."""

    def wider(X: Any, draws: int, rng: np.random.Generator) -> Any:
        return plain(X, draws, rng) * [1.0, 1.0, 1.3]

    verdict = statistical.check(toy_same_law(second=wider), toy_context())
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    assert verdict.counterexample.point["statistic"] == "three"
    assert "fresh draws" in verdict.counterexample.recheck


def test_laws_that_agree_in_a_limit_may_differ_within_the_resolution() -> None:
    """A finite width would refute a limit law, or a wrong one would pass for a limit."""

    def moved(by: float) -> Any:
        return lambda X, draws, rng: plain(X, draws, rng) + by

    near = toy_same_law(second=moved(0.02), approximate=True)
    far = toy_same_law(second=moved(0.4), approximate=True)
    assert statistical.check(near, toy_context()).outcome is Outcome.HOLDS
    assert statistical.check(far, toy_context()).outcome is Outcome.REFUTED


def test_a_resolution_out_of_reach_is_refused_and_a_gross_error_still_found() -> None:
    """The budget would be spent on a question that it cannot settle."""
    asked: list[int] = []

    def counted(X: Any, draws: int, rng: np.random.Generator) -> Any:
        asked.append(draws)
        return plain(X, draws, rng)

    claim = toy_same_law(second=counted, resolution=1e-3, width=1000)
    verdict = statistical.check(claim, toy_context())
    assert verdict.outcome is Outcome.UNDECIDED
    assert "raise --budget" in verdict.reason
    assert sum(asked) < 0.06 * toy_context().budget.neurons / (2 * 1000)
    gross = toy_same_law(second=lambda X, draws, rng: plain(X, draws, rng) + 1, resolution=1e-3, width=1000)
    assert statistical.check(gross, toy_context()).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    "second",
    [
        lambda X, draws, rng: np.ones((draws, 2)),
        lambda X, draws, rng: np.ones((draws + 1, 3)),
        lambda X, draws, rng: np.full((draws, 3), np.nan),
    ],
)
def test_malformed_samples_are_refused(second: Any) -> None:
    """Statistics would be compared out of step, or nan would pass."""
    with pytest.raises(MalformedClaim):
        statistical.check(toy_same_law(second=second), toy_context())


def test_one_statistic_may_come_as_a_vector() -> None:
    """A sampler of one number per draw would be refused."""
    claim = toy_same_law(
        first=lambda X, draws, rng: rng.random(draws), second=lambda X, draws, rng: 1 - rng.random(draws)
    )
    assert statistical.check(claim, toy_context()).outcome is Outcome.HOLDS


def test_the_resolution_is_a_probability() -> None:
    """A percentage would be taken for a difference of probabilities."""
    with pytest.raises(MalformedClaim, match="resolution"):
        toy_same_law(resolution=2.0)
