"""Matrices are semidefinite, of every rank and conditioning, and exact where that is said."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings

from proofs_check import strategies

from .corners import unreached

EPS = float(np.finfo(float).eps)


@pytest.mark.parametrize("draw", [strategies.gram_matrices(), strategies.psd_matrices()])
def test_matrices_are_symmetric_and_semidefinite(draw: Any) -> None:
    """Claims about kernels would be searched over matrices that are none."""

    @given(draw)
    def check(data: dict[str, Any]) -> None:
        matrix = data["K"]
        size = np.abs(matrix).max(initial=0.0)
        assert (matrix == matrix.T).all()
        assert np.linalg.eigvalsh(matrix).min() >= -64 * len(matrix) * EPS * size

    check()


def test_ranks_conditions_and_frames_are_reached() -> None:
    """Bounds would be searched over well-conditioned, diagonal or full-rank matrices alone."""
    corners = {
        "zero": lambda data: not data["K"].any(),
        "singular": lambda data: 0 < np.linalg.matrix_rank(data["K"]) < len(data["K"]),
        "turned": lambda data: np.abs(data["K"] - np.diag(np.diag(data["K"]))).max() > 1e-3,
        "huge": lambda data: np.abs(data["K"]).max() > 100,
        "tiny": lambda data: 0 < np.abs(data["K"]).max() < 0.01,
    }
    assert unreached(strategies.psd_matrices(size=(2, 4)), corners) == []
    conditions = {
        "ill": lambda data: np.linalg.cond(data["K"]) > 1e11,
        "well": lambda data: np.linalg.cond(data["K"]) < 1.5,
        "turned and ill": lambda data: abs(data["K"][0, 1]) > 1e-3 and np.linalg.cond(data["K"]) > 1e11,
    }
    assert unreached(strategies.psd_matrices(size=(2, 4), condition=12, scale=(0, 0)), conditions) == []


@given(strategies.psd_matrices(condition=6))
def test_a_bounded_condition_is_kept(data: dict[str, Any]) -> None:
    """A claim about well-conditioned matrices would be searched outside of its domain."""
    values = np.linalg.eigvalsh(data["K"])
    assert values[0] > 0
    assert values[-1] / values[0] <= 1e6 * (1 + 1e6 * 64 * len(values) * EPS)


@settings(max_examples=30)
@given(strategies.rational_psd_matrices(size=(1, 3), definite=True))
def test_rational_matrices_are_exactly_definite(data: dict[str, Any]) -> None:
    """Exact arithmetic would start from a matrix that is not definite, or not exact."""
    matrix = data["K"]
    assert all(isinstance(entry, Fraction) for entry in matrix.ravel())
    exact = sympy.Matrix(*matrix.shape, [sympy.Rational(*entry.as_integer_ratio()) for entry in matrix.ravel()])
    assert all(exact[:size, :size].det() > 0 for size in range(1, len(matrix) + 1))


def test_repair_gives_the_nearest_semidefinite_matrix() -> None:
    """The local search would leave the cone, and a violation there would refute nothing."""
    repaired = strategies.repair_psd({"K": np.diag([2.0, -1.0]), "k": 3})
    assert np.allclose(repaired["K"], np.diag([2.0, 0.0]), rtol=0, atol=8 * EPS)
    assert repaired["k"] == 3
