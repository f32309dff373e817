"""Data sets reach the geometries and labels that break theorems."""

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given

from proofs_check import strategies

from .corners import unreached


def cosine(data: dict[str, Any]) -> float:
    """Cosine of the angle between the first two rows, 0 if one vanishes."""
    first, second = data["X"][:2]
    size = np.linalg.norm(first) * np.linalg.norm(second)
    return float(first @ second / size) if size else 0.0


def test_geometries_are_reached() -> None:
    """A search in one geometry lets wrong formulas live."""
    corners = {
        "duplicates": lambda data: (data["X"][0] == data["X"][1]).all() and data["X"][0].any(),
        "zero row": lambda data: not data["X"][0].any() and data["X"].any(),
        "near parallel": lambda data: 0 < np.abs(data["X"][0] - data["X"][1]).max() < 1e-6 < np.abs(data["X"][0]).max(),
        "near antipodal": lambda data: 0 < np.abs(data["X"][0] + data["X"][1]).max() < 1e-6 < data["X"][0].max(),
        "orthogonal": lambda data: cosine(data) == 0 and data["X"].any(axis=1).all(),
        "magnitudes": lambda data: np.abs(data["X"][0]).max() > 1e6 * np.abs(data["X"][1]).max() > 0,
        "collinear": lambda data: len(data["X"]) > 2 and np.linalg.matrix_rank(data["X"][1:] - data["X"][0]) == 1,
    }
    assert unreached(strategies.data_sets(count=(2, 4), dimension=(2, 3)), corners) == []


def test_labels_are_reached() -> None:
    """Fitting would be tested on labels that are easy to fit."""
    corners = {
        "signs": lambda data: set(data["y"]) == {-1.0, 1.0},
        "huge": lambda data: np.abs(data["y"]).max() > 1e5,
        "contradictory": lambda data: (data["X"][0] == data["X"][1]).all() and data["y"][0] * data["y"][1] < 0,
        "linear": lambda data: (
            np.ptp(data["y"]) > 0.1
            and np.linalg.norm(data["y"] - data["X"] @ np.linalg.lstsq(data["X"], data["y"])[0]) < 1e-4
        ),
    }
    assert unreached(strategies.data_sets(count=(3, 4), dimension=(1, 2)), corners) == []


@given(strategies.data_sets(labels="none"), strategies.data_sets(labels="signs"))
def test_labels_are_those_asked_for(bare: dict[str, Any], signed: dict[str, Any]) -> None:
    """A claim about +-1 labels would be searched with others."""
    assert set(bare) == {"X"}
    assert len(signed["y"]) == len(signed["X"])
    assert set(signed["y"]) <= {-1.0, 1.0}


@given(strategies.rational_data_sets())
def test_rational_data_are_exact(data: dict[str, Any]) -> None:
    """Exact arithmetic would start from floats."""
    assert all(isinstance(entry, Fraction) for array in data.values() for entry in array.ravel())
    assert len(data["y"]) == len(data["X"])
