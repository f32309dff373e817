"""Claims about worst cases are refused unless they make sense."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from proofs_check.claims import WorstCase
from proofs_check.errors import MalformedClaim
from theory.optimization.performance_estimation import (
    GradientDescent,
    HeavyBall,
    Measure,
    PiecewiseQuadratic,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
)

FIELDS: dict[str, Any] = {
    "slug": "rate",
    "locator": "Theorem 1",
    "statement": "c",
    "text": "a rate",
    "source": "derived",
    "function_class": SmoothConvex(),
    "method": GradientDescent(step=Fraction(1)),
    "steps": 2,
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
    "bound": Fraction(1, 10),
}


def test_a_claim_states_its_setting() -> None:
    """The problem solved would not be that of the claim."""
    setting = WorstCase(**FIELDS).setting()
    assert (setting.steps, setting.initial, setting.performance) == (2, Measure.DISTANCE, Measure.VALUE)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"bound": 0.1}, "bound"),
        ({"bound": Fraction(-1)}, "bound"),
        ({"function_class": "convex"}, "function_class"),
        ({"method": None}, "method"),
        ({"initial": "distance"}, "initial"),
        ({"steps": 0.5}, "steps"),
        ({"function_class": SmoothPolyakLojasiewicz(mu=Fraction(1, 2))}, "minimiser"),
        ({"method": HeavyBall(step=Fraction(1), momentum=Fraction(1), from_two_points=True)}, "pair distance"),
        ({"multipliers": {"start": 0.1}}, "multipliers"),
        ({"instances": ((PiecewiseQuadratic(curvatures=(Fraction(1),)), ()),)}, "instances"),
    ],
)
def test_nonsense_is_refused_in_words(changes: dict[str, Any], word: str) -> None:
    """A claim with a float or a wrong part would be checked as something else."""
    with pytest.raises(MalformedClaim, match=word):
        WorstCase(**{**FIELDS, **changes})
