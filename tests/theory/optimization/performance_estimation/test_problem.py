"""Problems: constraints named once, settings that fit together."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import (
    HeavyBall,
    Measure,
    StochasticGradient,
    state_problem,
)

from .settings import CONVEX, NONCONVEX, PL, make_setting


def test_names_of_constraints_are_unique() -> None:
    """One multiplier in a certificate would stand for two constraints."""
    for setting in (
        make_setting(3),
        make_setting(3, NONCONVEX, Measure.VALUE, Measure.BEST_GRADIENT),
        make_setting(3, PL, Measure.VALUE, method=StochasticGradient(step=Fraction(1, 2), noise=Fraction(1))),
    ):
        names = [one.name for one in state_problem(setting).constraints]
        assert len(names) == len(set(names))
        assert names[0] == "start"


def test_only_start_and_noise_have_limits() -> None:
    """A condition of the class would be allowed to fail by some amount."""
    problem = state_problem(make_setting(2, method=StochasticGradient(step=Fraction(1), noise=Fraction(3))))
    limits = {one.name: one.limit for one in problem.constraints if one.limit != 0}
    assert limits == {"start": 1, "variance(e0)": 3, "variance(e1)": 3}
    assert all(one.name.startswith("uncorrelated") == one.is_equality for one in problem.constraints)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1,), "steps="),
        ((65,), "steps="),
        ((2, PL), "knows no minimiser"),
        ((2, CONVEX, Measure.BEST_GRADIENT), "without noise"),
        (
            (2, CONVEX, Measure.DISTANCE, Measure.BEST_GRADIENT, StochasticGradient(step=1, noise=Fraction(1))),
            "without noise",
        ),
        (
            (2, CONVEX, Measure.DISTANCE, Measure.VALUE, HeavyBall(step=1, momentum=1, from_two_points=True)),
            "pair distance",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(arguments: tuple[object, ...], message: str) -> None:
    """A problem would be stated that means something else."""
    with pytest.raises(InvalidArgument, match=message):
        make_setting(*arguments)  # type: ignore[arg-type]
