"""Proofs of many steps composed from one: exact, and of what they say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.optimization.performance_estimation import (
    AbstractFunctionClass,
    GradientDescent,
    HeavyBall,
    Measure,
    SmoothStronglyConvex,
    attained_by,
    compose_steps,
    exact,
    find_worst,
    is_composable,
    propose_multipliers,
    proven_bound,
    state_problem,
)

from .settings import PL, STRONG, make_setting


@pytest.mark.parametrize("function_class", [STRONG, PL, SmoothStronglyConvex(mu=Fraction(1, 2))])
@pytest.mark.parametrize("measure", [Measure.VALUE, Measure.DISTANCE])
def test_the_rate_of_one_step_gives_that_of_many(function_class: AbstractFunctionClass, measure: Measure) -> None:
    """A fast contraction would be lost in the solver's rounding, or labels be shifted wrongly."""
    if measure.needs_minimiser and not function_class.has_minimiser:
        return
    settings = [make_setting(n, function_class, measure, measure, GradientDescent(step=Fraction(1))) for n in (1, 10)]
    problem, runs = state_problem(settings[0]), find_worst(settings[0])
    rate = runs[0].worst
    one = propose_multipliers(problem, rate, [attained_by(settings[0], problem, run) for run in runs])
    assert one is not None
    many = {name: exact(value) for name, value in compose_steps(one, rate, 10).items()}
    assert proven_bound(state_problem(settings[1]), many) == (exact(rate**10), "")
    many["start"] *= exact(Fraction(999, 1000))
    assert proven_bound(state_problem(settings[1]), many)[0] is None


def test_only_repeated_steps_compose() -> None:
    """A measure of the end would be taken for the measure of the next start."""
    assert not is_composable(make_setting(3))
    assert not is_composable(make_setting(3, PL, Measure.VALUE, Measure.GRADIENT))
    method = HeavyBall(step=Fraction(1, 2), momentum=Fraction(1, 2))
    assert not is_composable(make_setting(3, STRONG, Measure.VALUE, method=method))
