"""Statistical verdicts: true claims hold, false ones are refuted, and what cannot be resolved stays open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from proofs_check.checkers import statistical
from proofs_check.claims import Law, Limit, Scaling
from proofs_check.errors import MalformedClaim
from proofs_check.twins import try_twins
from proofs_check.verdicts import Evidence, Outcome

from .toys import BASE, toy_context, toy_limit, toy_scaling


def toy_law(**changes: Any) -> Law:
    """A true Law unless changed."""
    fields: dict[str, Any] = {
        "inputs": lambda data: data.inputs,
        "sample": lambda X, draws, rng: rng.standard_normal(draws),
        "cdf": lambda values, X: ndtr(values),
        "resolution": 0.02,
    }
    return Law(**{**BASE, **fields, **changes})


@pytest.mark.parametrize("claim", [toy_limit(), toy_scaling(), toy_law()], ids=lambda claim: claim.kind)
def test_a_true_claim_holds_and_its_twins_do_not(claim: Limit | Scaling | Law) -> None:
    """A true claim would be refuted, or its false variants would pass."""
    context = toy_context()
    verdict = statistical.check(claim, context)
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
    assert verdict.evidence is Evidence.STATISTICAL
    assert verdict.resolution is not None
    assert verdict.design is not None
    assert verdict.design.power > 0.99
    twins = try_twins(claim, context, statistical.check)
    assert len(twins) >= 3
    assert all(twin.caught for twin in twins), twins


def test_holds_means_inside_the_resolution_not_merely_unrejected() -> None:
    """An underpowered test would count as confirmation."""
    verdict = statistical.check(toy_limit(resolution=1e-4), toy_context())
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.resolution is not None
    assert verdict.resolution > 1e-4


def test_a_refutation_names_the_ratio_and_a_fresh_confirmation() -> None:
    """A refuted limit would leave the user without the number that was found."""
    verdict = statistical.check(toy_limit(limit=lambda X: np.array([1.0, 1.1])), toy_context())
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    assert verdict.counterexample.point["entry"] == "entry 1"
    assert "fresh draws" in verdict.counterexample.recheck
    estimate, half_width = map(float, verdict.counterexample.lhs.split(" +- "))
    assert abs(estimate - 1.0) < half_width, "the mean of the toy is 1"
    assert "simulation / claimed limit" in verdict.reason


def test_a_wrong_power_of_the_width_is_refuted() -> None:
    """A statistic that tends to zero slowly would be called convergent to one."""
    verdict = statistical.check(toy_limit(width_power=Fraction(-1, 20)), toy_context())
    assert verdict.outcome is Outcome.REFUTED


def test_a_limit_of_zero_is_malformed() -> None:
    """A relative error of nothing would be computed."""
    with pytest.raises(MalformedClaim, match="entry 1"):
        statistical.check(toy_limit(limit=lambda X: np.array([1.0, 0.0])), toy_context())


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_simulation_that_blows_up_is_malformed(bad: float) -> None:
    """nan compares false with everything, so a broken simulation would look unrefuted."""
    claim = toy_limit(simulate=lambda X, width, draws, rng: np.full((draws, 2), bad))
    with pytest.raises(MalformedClaim, match="nan or inf"):
        statistical.check(claim, toy_context())


def test_entries_must_match() -> None:
    """Entries of simulation and limit would be compared out of step."""
    with pytest.raises(MalformedClaim, match="same entries"):
        statistical.check(toy_limit(limit=lambda X: np.ones(3)), toy_context())


def test_verdicts_are_deterministic_and_depend_on_the_seed_root() -> None:
    """The same command would print different verdicts, or seeds would not reach the simulation."""
    first, again, other = (statistical.check(toy_limit(), toy_context(root)) for root in (0, 0, 1))
    assert first == again
    assert first.resolution != other.resolution


def test_an_approximate_law_tolerates_less_than_its_resolution_only() -> None:
    """A limit law at finite width would be refuted for its width, or a wrong law would pass for a limit."""
    near = toy_law(sample=lambda X, draws, rng: rng.standard_normal(draws) + 0.01, approximate=True)
    far = toy_law(sample=lambda X, draws, rng: rng.standard_normal(draws) + 0.15, approximate=True)
    assert statistical.check(near, toy_context()).outcome is Outcome.HOLDS
    assert statistical.check(far, toy_context()).outcome is Outcome.REFUTED


def test_a_scaling_of_negative_means_is_undecided() -> None:
    """The logarithm of a mean that may be negative would be used."""
    claim = toy_scaling(simulate=lambda X, width, draws, rng: rng.standard_normal(draws))
    assert statistical.check(claim, toy_context()).outcome is Outcome.UNDECIDED


def test_true_limits_are_not_refuted_at_fresh_seeds() -> None:
    """The false-alarm rate would be far above the design: one alarm in 60 runs at a level of 1e-9 has chance 6e-8."""
    outcomes = [statistical.check(toy_limit(), toy_context(root)).outcome for root in range(60)]
    assert Outcome.REFUTED not in outcomes
    assert outcomes.count(Outcome.HOLDS) == 60
