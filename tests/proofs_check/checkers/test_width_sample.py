"""Plans over widths: what they spend, when they refuse, and that looks pool what was drawn."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from proofs_check.checkers import statistical
from proofs_check.checkers.intercepts import intercepts, planned_intercepts
from proofs_check.checkers.width_sample import PILOT_SHARE, REFUSAL, TARGET, Plan, WidthSampler
from proofs_check.claims import Limit
from proofs_check.statistics.moments import WidthMoments
from proofs_check.verdicts import Outcome

from .toys import toy_context, toy_limit, toy_scaling


def sampler_of(claim: Limit, root: int = 0) -> WidthSampler:
    """The sampler of a toy."""
    return WidthSampler(claim=claim, context=toy_context(root), inputs=np.eye(2))


def plan_of(sampler: WidthSampler, resolution: float) -> Plan:
    """The plan for a relative error of `resolution` of two entries near 1."""
    return sampler.plan(
        sampler.pilot(), lambda moments, level: planned_intercepts(moments, 1.0, level, 18), np.full(2, resolution)
    )


def test_the_first_look_is_planned_to_the_target_and_gets_there() -> None:
    """The plan would waste draws or always need a second look."""
    sampler = sampler_of(toy_limit())
    plan = plan_of(sampler, 0.01)
    assert not plan.is_refused
    first = next(sampler.looks(plan))
    half = intercepts(first, 1.0, plan.level, 18).half_width.max()
    assert TARGET / 2 < half / 0.01 < 1.2 * TARGET


def test_more_draws_go_where_they_shorten_the_interval() -> None:
    """Neurons would be spent evenly, on widths that tell little about the limit."""
    sampler = sampler_of(toy_limit())
    pilot = sampler.pilot()

    def half_width(emphasis: float) -> float:
        moments = pilot.resized(sampler.draws(1.0, emphasis))
        return float(planned_intercepts(moments, 1.0, 1e-9, 18)[0].max())

    assert half_width(plan_of(sampler, 0.01).emphasis) < 0.8 * half_width(0.0)


def test_looks_pool_fresh_draws() -> None:
    """A later look would judge only its own draws, or count some twice."""
    sampler = sampler_of(toy_limit())
    plan = dataclasses.replace(plan_of(sampler, 0.01), fractions=(0.1, 0.2, 0.4))
    looks = list(sampler.looks(plan))
    assert [look.draws for look in looks] == [sampler.draws(share, plan.emphasis) for share in plan.fractions]
    assert len({float(look.mean[0, 0]) for look in looks}) == 3
    error = looks[-1].standard_error
    assert (np.abs(looks[-1].mean - 1 - 0.5 / np.array(looks[-1].widths)[:, None]) < 6 * error).all()


def count_draws(claim: Limit) -> tuple[Limit, list[int]]:
    """The claim, and the neurons that its simulation is asked for."""
    asked: list[int] = []
    inner = claim.simulate

    def simulate(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        asked.append(width * draws)
        return inner(X, width, draws, rng)

    return dataclasses.replace(claim, simulate=simulate), asked


def test_a_budget_that_cannot_resolve_is_not_spent() -> None:
    """A user would wait for the whole budget to be told UNDECIDED, and not what it takes."""
    claim, asked = count_draws(toy_limit(resolution=1e-5))
    context = toy_context()
    verdict = statistical.check(claim, context)
    assert verdict.outcome is Outcome.UNDECIDED
    assert sum(asked) <= 1.5 * PILOT_SHARE * context.budget.neurons
    for words in ("pilot", "would resolve about", "times the budget", "raise --budget"):
        assert words in verdict.reason
    assert verdict.design is not None
    assert verdict.design.power < 0.5


def test_what_a_refusal_says_is_true() -> None:
    """The resolution that a refusal calls reachable would not be reached."""
    refused = statistical.check(toy_limit(resolution=1e-5), toy_context())
    offered = float(refused.reason.rpartition("ask for ")[2].rstrip("%")) / 100
    assert statistical.check(toy_limit(resolution=offered), toy_context()).outcome is Outcome.HOLDS


def test_a_gross_error_is_refuted_even_where_the_resolution_is_out_of_reach() -> None:
    """A limit off by a half would stay undecided because a tiny resolution was asked for."""
    claim = toy_limit(resolution=1e-5, limit=lambda X: np.array([1.5, 1.0]))
    assert statistical.check(claim, toy_context()).outcome is Outcome.REFUTED


def test_a_scaling_with_close_rivals_is_refused() -> None:
    """An exponent would be sampled at length for rivals that it cannot be told from."""
    verdict = statistical.check(toy_scaling(rivals=(Fraction(1001, 1000),)), toy_context())
    assert verdict.outcome is Outcome.UNDECIDED
    assert "times the budget" in verdict.reason


def rare_jackpot(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Mean 1 + 1/(2 width), all of it in draws of chance 1/500: kurtosis and skewness defeat Student's interval."""
    return np.where(rng.random((draws, 2)) < 1 / 500, 500.0, 0.0) * (1 + 0.5 / width)


def test_heavy_tails_are_neither_confirmed_nor_refuted() -> None:
    """An interval from draws that one outlier decides would give a false verdict of either kind."""
    for root in range(20):
        verdict = statistical.check(toy_limit(simulate=rare_jackpot, resolution=0.3), toy_context(root))
        assert verdict.outcome is Outcome.UNDECIDED
        assert "raise --budget" in verdict.reason


def test_a_rare_event_that_some_widths_miss_does_not_refute() -> None:
    """Widths whose draws are all alike would get no error, and a true limit would be refuted by them."""

    def seldom(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        return 1 + 0.5 / width + np.where(rng.random((draws, 2)) < 1e-3, 1000.0, 0.0)

    claim = toy_limit(simulate=seldom, limit=lambda X: np.full(2, 2.0), resolution=0.2)
    for root in range(20):
        assert statistical.check(claim, toy_context(root)).outcome is not Outcome.REFUTED


def test_moderately_heavy_tails_widen_and_say_so() -> None:
    """A fall-back to wider intervals would be silent."""

    def log_normal(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        return rng.lognormal(-0.5, 1.0, size=(draws, 2)) + 0.5 / width

    verdict = statistical.check(toy_limit(simulate=log_normal, resolution=0.2, widths=(8, 32, 128, 512)), toy_context())
    assert verdict.outcome is Outcome.HOLDS
    assert any("heavy tails" in line and "widened by a factor" in line for line in verdict.fallbacks)


@pytest.mark.parametrize("ratio", [0.5, REFUSAL * 1.01, np.inf])
def test_refusal_is_about_the_reach_only(ratio: float) -> None:
    """A plan within reach would be refused, or one out of reach run."""
    plan = Plan(emphasis=0.0, fractions=(1.0,), reach=ratio, power=0.9, level=1e-9)
    assert plan.is_refused == (ratio > REFUSAL)


def test_intervals_without_trust_exclude_nothing() -> None:
    """A refutation would rest on an expansion that has broken down."""
    moments = WidthMoments(
        widths=(8, 32, 128, 512),
        draws=(100,) * 4,
        mean=np.ones((4, 1)),
        variance=np.full((4, 1), 1e-6),
        skewness=np.full((4, 1), 8.0),
        excess_kurtosis=np.full((4, 1), 80.0),
    )
    found = intercepts(moments, 1.0, 1e-9, 6)
    assert not found.trusted
    assert not found.excludes(np.array([100.0])).any()
    assert np.isinf(planned_intercepts(moments, 1.0, 1e-9, 6)[0]).all()
