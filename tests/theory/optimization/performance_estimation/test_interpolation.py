"""Counterexamples in several dimensions: exact, and only where conditions are sufficient."""

from __future__ import annotations

from fractions import Fraction

from theory.optimization.performance_estimation import (
    GradientDescent,
    Measure,
    estimate_worst_case,
    find_worst,
    state_problem,
)
from theory.optimization.performance_estimation.interpolation import find_interpolating_points

from .settings import PL, STRONG, make_setting

SETTING = make_setting(3, STRONG, Measure.VALUE, Measure.GRADIENT, GradientDescent(step=Fraction(8, 5)))


def test_points_refute_where_functions_of_one_real_do_not() -> None:
    """A false bound would stay undecided where the worst function has two dimensions."""
    problem, slowest = state_problem(SETTING), find_worst(SETTING)[0].worst
    bound = Fraction((float(slowest) + 3 * estimate_worst_case(problem)) / 4).limit_denominator(10**6)
    assert bound > slowest
    points = find_interpolating_points(SETTING, problem, bound)
    assert points is not None
    assert points.performance > bound
    for one in problem.constraints[1:]:
        assert one.quantity.at(points.vectors, points.values) <= 0, one.name
    last = points.vectors["g3"]
    assert points.performance == sum(entry**2 for entry in last) / points.values["f0"]


def test_the_method_links_the_points() -> None:
    """The points would not be iterates of the method."""
    points = find_interpolating_points(SETTING, state_problem(SETTING), Fraction(1, 20))
    assert points is not None
    for k in range(3):
        for axis, entry in enumerate(points.points[str(k)]):
            assert points.points[str(k + 1)][axis] == entry - Fraction(8, 5) * points.vectors[f"g{k}"][axis]


def test_true_bounds_are_not_refuted() -> None:
    """Rounding would break a condition unnoticed."""
    setting = make_setting(2)
    assert find_interpolating_points(setting, state_problem(setting), Fraction(1, 10)) is None
    assert find_interpolating_points(setting, state_problem(setting), Fraction(98, 1000)) is not None


def test_conditions_that_are_not_sufficient_refute_nothing() -> None:
    """Points that belong to no function of the class would be shown as a counterexample."""
    setting = make_setting(1, PL, Measure.VALUE, method=GradientDescent(step=Fraction(8, 5)))
    assert find_interpolating_points(setting, state_problem(setting), Fraction(1, 100)) is None
