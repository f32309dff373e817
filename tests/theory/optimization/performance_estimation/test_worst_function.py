"""The search for worst functions, and runs on them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.optimization.performance_estimation import (
    GradientDescent,
    Measure,
    PiecewiseQuadratic,
    Setting,
    StochasticGradient,
    estimate_worst_case,
    find_worst,
    is_admissible,
    run_on,
    state_problem,
)
from theory.optimization.performance_estimation.worst_function import error_patterns

from .settings import KNOWN, MU, NONCONVEX, STRONG, make_setting


@pytest.mark.parametrize(("setting", "value"), KNOWN)
def test_the_known_worst_functions_are_found(setting: Setting, value: Fraction) -> None:
    """A false bound just below a published rate could not be refuted by a function."""
    for run in find_worst(setting):
        assert run.worst == value
        assert setting.function_class.contains(run.function)
        assert run_on(setting, run.function, run.starts) == run


@pytest.mark.parametrize("step", [Fraction(1, 3), Fraction(1), Fraction(3, 2), Fraction(19, 10)])
def test_no_run_is_worse_than_the_worst_case(step: Fraction) -> None:
    """A function outside of the class would be taken for a counterexample."""
    for function_class in (STRONG, NONCONVEX):
        setting = make_setting(2, function_class, Measure.VALUE, method=GradientDescent(step=step))
        assert float(find_worst(setting)[0].worst) <= estimate_worst_case(state_problem(setting)) * (1 + 1e-4)


def test_an_instance_of_the_user_is_tried() -> None:
    """A known counterexample could not be given."""
    setting = make_setting(1, STRONG)
    inner, outer = PiecewiseQuadratic(curvatures=(Fraction(1, 2),)), PiecewiseQuadratic(curvatures=(Fraction(2),))
    assert is_admissible(setting, run_on(setting, inner, (Fraction(1),)))
    assert not is_admissible(setting, run_on(setting, outer, (Fraction(1),)))
    assert find_worst(setting, ((outer, (Fraction(1),)),)) == find_worst(setting)


@pytest.mark.parametrize("variance", [Fraction(1), Fraction(2), Fraction(9, 4), Fraction(1, 10**8)])
def test_errors_have_mean_zero_and_the_variance_allowed(variance: Fraction) -> None:
    """A counterexample would use more noise than the claim allows."""
    setting = make_setting(2, method=StochasticGradient(step=Fraction(1), noise=variance))
    patterns = list(error_patterns(setting))
    assert sum(share for _, share in patterns) == 1
    for k in range(2):
        assert sum(share * errors[k] for errors, share in patterns) == 0
        assert sum(share * errors[k] ** 2 for errors, share in patterns) == variance
    assert sum(share * errors[0] * errors[1] for errors, share in patterns) == 0


def test_the_mean_over_errors_is_exact() -> None:
    """The expectation of a quadratic would not be that of its recursion."""
    setting = make_setting(
        3, STRONG, performance=Measure.DISTANCE, method=StochasticGradient(step=Fraction(1, 2), noise=Fraction(2))
    )
    run = run_on(setting, PiecewiseQuadratic(curvatures=(MU,)), (Fraction(1),))
    second = Fraction(1)
    for _ in range(3):
        second = (1 - MU / 2) ** 2 * second + Fraction(1, 4) * 2
    assert run.performance == run.worst == second


def test_with_noise_the_start_is_within_its_limit() -> None:
    """Runs whose start exceeds the limit would refute true bounds."""
    setting = make_setting(2, STRONG, Measure.VALUE, method=StochasticGradient(step=Fraction(1, 2), noise=Fraction(1)))
    runs = find_worst(setting)
    assert runs
    assert all(Fraction(99, 100) < run.initial <= 1 for run in runs)
