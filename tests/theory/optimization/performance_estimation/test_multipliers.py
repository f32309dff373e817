"""Multipliers at the exact worst case, from worst functions and a solver, decided in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.optimization.performance_estimation import (
    Setting,
    attained_by,
    estimate_worst_case,
    exact,
    find_worst,
    propose_multipliers,
    proven_bound,
    state_problem,
)

from .settings import KNOWN, make_setting


@pytest.mark.parametrize(("setting", "value"), KNOWN)
def test_the_exact_worst_case_is_proven_and_attained(setting: Setting, value: Fraction) -> None:
    """Known exact rates could only be certified up to a margin, or another number would be taken for the worst case."""
    problem, runs = state_problem(setting), find_worst(setting)
    assert runs[0].worst == value
    multipliers = propose_multipliers(problem, value, [attained_by(setting, problem, run) for run in runs])
    assert multipliers is not None
    proven, trouble = proven_bound(state_problem(setting), {name: exact(item) for name, item in multipliers.items()})
    assert proven == exact(value), trouble


@pytest.mark.parametrize(("setting", "value"), KNOWN[:5])
def test_nothing_below_the_worst_case_is_proven(setting: Setting, value: Fraction) -> None:
    """A bound that a function exceeds would be certified."""
    problem = state_problem(setting)
    assert propose_multipliers(problem, value * Fraction(999, 1000)) is None
    worst = [attained_by(setting, problem, run) for run in find_worst(setting)]
    assert propose_multipliers(problem, value * Fraction(999, 1000), worst) is None


def test_a_loose_bound_needs_no_worst_function() -> None:
    """A bound with room could be proven only where the worst function is known."""
    problem = state_problem(make_setting(3))
    bound = Fraction(1, 13)
    multipliers = propose_multipliers(problem, bound)
    assert multipliers is not None
    proven, _ = proven_bound(problem, {name: exact(item) for name, item in multipliers.items()})
    assert proven is not None
    assert exact(Fraction(1, 14)) <= proven <= exact(bound)


def test_the_estimate_is_near_the_worst_case() -> None:
    """The bracket would be sought in the wrong place."""
    assert abs(estimate_worst_case(state_problem(make_setting(3))) * 14 - 1) < 1e-5


def test_a_worst_function_satisfies_every_condition() -> None:
    """A condition would be false for a function of its class, so that false bounds could be proven."""
    for setting, _ in KNOWN:
        problem = state_problem(setting)
        for run in find_worst(setting):
            assert attained_by(setting, problem, run).broken == ()
