"""Smooth functions: their classes are kept, and the slowest ones are among them."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from proofs_check.errors import MalformedClaim
from proofs_check.strategies import Chain, Huber, SineWell, smooth_functions

from .corners import unreached


def test_the_slowest_functions_are_reached() -> None:
    """Worst cases would be searched among quadratics, where gradient descent is 2.25 times faster than it can be."""
    corners = {
        "slowest": lambda data: (
            isinstance(data["f"], Huber) and data["f"].thresholds[0] == abs(data["x0"][0]) / (2 * data["steps"] + 1)
        ),
        "chain": lambda data: isinstance(data["f"], Chain) and data["f"].size > 2,
        "steep": lambda data: data["f"].smoothness == 1000,
    }
    assert unreached(smooth_functions("convex", exact=True), corners) == []
    assert unreached(smooth_functions("pl"), {"not convex": lambda data: isinstance(data["f"], SineWell)}) == []


@given(smooth_functions("strongly_convex", exact=True))
def test_strongly_convex_functions_are(data: dict[str, Any]) -> None:
    """A claim would be searched outside of its class."""
    assert 0 < data["f"].convexity <= data["f"].smoothness
    assert isinstance(data["f"].smoothness, (int, Fraction))
    assert len(data["x0"]) == data["f"].dimension


def test_words_are_looked_at() -> None:
    """A misspelt class would be another class."""
    with pytest.raises(MalformedClaim, match="convex"):
        smooth_functions("konvex")
    with pytest.raises(MalformedClaim, match="families"):
        smooth_functions("convex", families=("sine_well",))
    with pytest.raises(MalformedClaim, match="families"):
        smooth_functions("pl", families=("sine_well",), exact=True)
