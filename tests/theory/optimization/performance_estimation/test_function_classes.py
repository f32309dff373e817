"""The conditions of the classes: true for every function of the class, on arbitrary points."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import assume, given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import (
    AbstractFunctionClass,
    GradientDescent,
    Measure,
    PiecewiseQuadratic,
    Smooth,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
    attained_by,
    run_on,
    state_problem,
)

from .settings import CONVEX, NONCONVEX, PL, STRONG, make_setting

STEPS = st.fractions(Fraction(1, 8), Fraction(15, 8), max_denominator=8)
STARTS = st.fractions(-3, 3, max_denominator=8)


@st.composite
def members(draw: st.DrawFn, function_class: AbstractFunctionClass, low: Fraction) -> PiecewiseQuadratic:
    """A function of the class: curvatures from its range, kept if it is a member."""
    knots = tuple(sorted(draw(st.sets(st.fractions(-2, 2, max_denominator=5), max_size=4))))
    curvature = st.sampled_from([low, Fraction(1), (low + 3) / 4, Fraction(1, 2)])
    curvatures = draw(st.lists(curvature, min_size=len(knots) + 1, max_size=len(knots) + 1))
    function = PiecewiseQuadratic(knots=knots, curvatures=tuple(curvatures))
    assume(function_class.contains(function))
    return function


@pytest.mark.parametrize(
    ("function_class", "low", "initial"),
    [
        (CONVEX, Fraction(0), Measure.DISTANCE),
        (STRONG, Fraction(1, 10), Measure.DISTANCE),
        (NONCONVEX, Fraction(-1), Measure.VALUE),
        (PL, Fraction(-1), Measure.VALUE),
    ],
)
@given(data=st.data())
def test_conditions_hold_for_members(
    function_class: AbstractFunctionClass, low: Fraction, initial: Measure, data: st.DataObject
) -> None:
    """A condition would be false for a function of its class, and false bounds could be proven."""
    function = data.draw(members(function_class, low))
    method = GradientDescent(step=data.draw(STEPS))
    setting = make_setting(3, function_class, initial, method=method)
    run = run_on(setting, function, (data.draw(STARTS),))
    assert attained_by(setting, state_problem(setting), run).broken == ()


@given(data=st.data(), step=STEPS, start=STARTS)
def test_one_step_under_the_polyak_lojasiewicz_inequality(data: st.DataObject, step: Fraction, start: Fraction) -> None:
    """The lemma that makes its rate tight would be false on a function that is not convex."""
    function = data.draw(members(PL, Fraction(-1)))
    s = min(step, 2 - step)
    slope = function.derivative(start)
    after = function.value(start - step * slope)
    assert after <= (1 - PL.mu * s) * (function.value(start) - s * slope**2 / 2)


def test_one_step_on_a_function_that_is_not_convex() -> None:
    """The lemma would have been tried on convex functions only."""
    bent = PiecewiseQuadratic(knots=(Fraction(1), Fraction(3, 2)), curvatures=(Fraction(1), Fraction(-1), Fraction(1)))
    function_class = SmoothPolyakLojasiewicz(mu=Fraction(1, 14))
    assert function_class.contains(bent)
    for number in range(-20, 60):
        start = Fraction(number, 12)
        for step in (Fraction(1, 3), Fraction(1), Fraction(3, 2)):
            setting = make_setting(3, function_class, Measure.VALUE, method=GradientDescent(step=step))
            if start:
                run = run_on(setting, bent, (start,))
                assert attained_by(setting, state_problem(setting), run).broken == ()


def test_pairs_of_a_quadratic_are_tight() -> None:
    """The interpolation condition would be weaker than the class, or stronger."""
    for function_class, curvature in ((STRONG, STRONG.mu), (STRONG, Fraction(1)), (CONVEX, Fraction(1))):
        setting = make_setting(1, function_class, method=GradientDescent(step=Fraction(1, 2)))
        run = run_on(setting, PiecewiseQuadratic(curvatures=(curvature,)), (Fraction(1),))
        found = attained_by(setting, state_problem(setting), run)
        assert (found.broken, found.loose) == ((), frozenset())


def test_a_function_outside_of_the_class_breaks_a_condition() -> None:
    """Conditions would hold for every function and say nothing."""
    steep = PiecewiseQuadratic(curvatures=(Fraction(2),))
    for function_class in (CONVEX, STRONG, NONCONVEX, PL):
        initial = Measure.DISTANCE if function_class.has_minimiser else Measure.VALUE
        setting = make_setting(1, function_class, initial, method=GradientDescent(step=Fraction(1, 4)))
        assert not function_class.contains(steep)
        assert attained_by(setting, state_problem(setting), run_on(setting, steep, (Fraction(1),))).broken


def test_the_constant_scales() -> None:
    """Conditions would be right for L = 1 only."""
    for function_class in (SmoothConvex(L=Fraction(3)), Smooth(L=Fraction(3))):
        initial = Measure.DISTANCE if function_class.has_minimiser else Measure.VALUE
        setting = make_setting(2, function_class, initial, method=GradientDescent(step=Fraction(1, 5)))
        run = run_on(setting, PiecewiseQuadratic(curvatures=(Fraction(3),)), (Fraction(2),))
        assert attained_by(setting, state_problem(setting), run).broken == ()


@pytest.mark.parametrize("mu", [Fraction(0), Fraction(1), Fraction(2), 0.5])
def test_mu_out_of_range_is_refused(mu: Fraction) -> None:
    """A division by zero or a false condition would follow."""
    for kind in (SmoothStronglyConvex, SmoothPolyakLojasiewicz):
        with pytest.raises(InvalidArgument, match="mu="):
            kind(mu=mu)
    with pytest.raises(InvalidArgument, match="L="):
        SmoothConvex(L=Fraction(-1))


def test_the_lemma_is_used_where_one_point_follows_another() -> None:
    """The condition would be missing, or be stated for points that are no gradient step apart."""
    problem = state_problem(make_setting(2, PL, Measure.VALUE))
    names = {one.name for one in problem.constraints if one.name.startswith("ascent")}
    assert names == {"ascent(0,1)", "ascent(1,2)"}
    [lemma] = [one.quantity for one in problem.constraints if one.name == "ascent(0,1)"]
    assert lemma.values == {"f1": fmpq(1), "f0": fmpq(-9, 10)}
    assert lemma.pairs == {("g0", "g0"): fmpq(9, 20)}
