"""Twins of worst cases are false: an explicit function, or a smaller proven bound, shows it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_check.claims import WorstCase
from proofs_check.twins.worst_case import worst_case_twins
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothConvex, find_worst


@pytest.mark.parametrize(("bound", "attained"), [(Fraction(1, 14), True), (Fraction(1, 6), False)])
def test_twins_are_false(bound: Fraction, attained: bool) -> None:
    """A true variant would be counted as a survivor, and the claim be shown as weakly tested."""
    claim = WorstCase(
        slug="rate",
        locator="Theorem 1",
        statement="c",
        text="a rate",
        source="derived",
        function_class=SmoothConvex(),
        method=GradientDescent(step=Fraction(1)),
        steps=3,
        initial=Measure.DISTANCE,
        performance=Measure.VALUE,
        bound=bound,
        attained=attained,
    )
    twins = worst_case_twins(claim)
    assert {"constant", "exponent"} <= {twin.change for twin in twins}
    for twin in twins:
        variant = claim.altered(twin)
        assert isinstance(variant, WorstCase)
        exceeded = find_worst(variant.setting())[0].worst > variant.bound
        assert exceeded or (variant.attained and variant.bound > Fraction(1, 14)), twin.label
    assert any(variant.label.startswith("1001/1000") for variant in twins) == attained
