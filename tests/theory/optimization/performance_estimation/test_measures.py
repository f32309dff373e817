"""Measures of iterates, on numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import GradientDescent, Measure, PiecewiseQuadratic
from theory.optimization.performance_estimation.oracles import LineOracle

ORACLE = LineOracle(PiecewiseQuadratic(curvatures=(Fraction(1),)), {"x0": Fraction(8)})
PATH = GradientDescent(step=Fraction(1, 2)).run(ORACLE, 2)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (Measure.DISTANCE, Fraction(4)),
        (Measure.PAIR_DISTANCE, Fraction(4 + 16)),
        (Measure.VALUE, Fraction(2)),
        (Measure.GRADIENT, Fraction(4)),
        (Measure.BEST_GRADIENT, Fraction(4)),
        (Measure.AVERAGE_VALUE, Fraction(14, 3) ** 2 / 2),
        (Measure.EARLIER_AVERAGE_VALUE, Fraction(6) ** 2 / 2),
        (Measure.MEAN_EARLIER_VALUE, Fraction(32 + 8, 2)),
    ],
)
def test_each_measure_on_iterates_8_4_2(measure: Measure, value: Fraction) -> None:
    """A bound would be checked for another quantity than it names."""
    assert min(measure.of(ORACLE, PATH, 2)) == value


def test_a_mean_over_nothing_is_refused() -> None:
    """A division by zero would surface instead."""
    with pytest.raises(InvalidArgument, match="at least one step"):
        Measure.MEAN_EARLIER_VALUE.of(ORACLE, PATH, 0)
