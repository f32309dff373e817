"""Unit vectors are unit, and come in every geometry."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from proofs_check import strategies
from proofs_check.errors import MalformedClaim


@given(strategies.unit_vectors(count=(2, 5), dimension=(1, 6)))
def test_unit_vectors_are_unit(data: dict[str, Any]) -> None:
    """Theorems on the sphere would be searched off the sphere."""
    points = data["X"]
    assert 2 <= len(points) <= 5
    assert np.abs(np.linalg.norm(points, axis=1) - 1).max() < 8 * np.finfo(float).eps


def test_unit_vectors_reach_near_parallel_and_near_antipodal_sets() -> None:
    """A search in one geometry lets wrong formulas live."""
    seen = {"parallel": False, "antipodal": False, "generic": False}

    @settings(max_examples=500, derandomize=True)
    @given(strategies.unit_vectors(count=(2, 3), dimension=(2, 3)))
    def collect(data: dict[str, Any]) -> None:
        angle = strategies.smallest_angle(data["X"], antipodal=False)
        lines = strategies.smallest_angle(data["X"], antipodal=True)
        seen["parallel"] |= 0 < angle < 1e-3
        seen["antipodal"] |= 0 < lines < 1e-3 < angle
        seen["generic"] |= lines > 0.3

    collect()
    assert all(seen.values()), seen


@given(strategies.rational_unit_vectors(dimension=(2, 4)))
def test_rational_vectors_are_exactly_unit(data: dict[str, Any]) -> None:
    """Exact arithmetic would start from rounded points."""
    for point in data["X"]:
        assert sum(entry * entry for entry in point) == Fraction(1)
    assert len(data["X"]) == len(data["X"][0]) + 1


def test_a_zero_row_is_projected_to_a_unit_vector() -> None:
    """Projection would divide by zero."""
    assert strategies.project_to_sphere(np.zeros((1, 3))).tolist() == [[1.0, 0.0, 0.0]]


def test_impossible_ranges_are_refused() -> None:
    """A strategy that can draw nothing would be built."""
    with pytest.raises(MalformedClaim, match="positive"):
        strategies.unit_vectors(count=(0, 2))
