"""Orthonormal factors of dependent, nearly dependent and independent vectors."""

import numpy as np
import pytest

from numerics.orthonormal import RELATIVE_PIVOT, orthonormal_rows, semidefinite_factor

EPS = np.finfo(float).eps


def systems(kind, rng):
    """Forty systems of four vectors in R^m, of one kind of dependence."""
    vectors = rng.standard_normal((40, 4, 9))
    if kind == "repeated":
        vectors[:, 2] = vectors[:, 0]
    elif kind == "zero":
        vectors[:, 1] = 0.0
    elif kind == "spanned":
        vectors[:, 3] = vectors[:, 0] - 2 * vectors[:, 1]
    elif kind == "short":
        vectors = vectors[:, :, :2]
    elif kind == "close":
        vectors[:, 1] = vectors[:, 0] + 1e-5 * vectors[:, 1]
    elif kind == "scaled":
        vectors *= np.array([1e-90, 1.0, 1e90, 1e3])[:, None]
    return np.ascontiguousarray(vectors)


KINDS = ["independent", "repeated", "zero", "spanned", "short", "close", "scaled"]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_orthonormal_or_zero(kind):
    """False if a frame were not orthonormal: projections would not be, and the sampled law would be wrong."""
    vectors = systems(kind, np.random.default_rng(0))
    Q, R = orthonormal_rows(vectors)
    gram = Q @ np.swapaxes(Q, 1, 2)
    present = np.eye(4) * (np.abs(np.diagonal(gram, axis1=1, axis2=2)) > 0.5)[:, None]
    assert np.abs(gram - present).max() <= 1e-13
    lengths = np.linalg.norm(vectors, axis=2, keepdims=True)
    assert np.all(np.abs(np.swapaxes(R, 1, 2) @ Q - vectors) <= 2 * np.sqrt(RELATIVE_PIVOT) * lengths)
    assert np.all(np.tril(R, -1) == 0)


@pytest.mark.parametrize(
    ("kind", "rank"), [("independent", 4), ("repeated", 3), ("zero", 3), ("spanned", 3), ("short", 2), ("close", 4)]
)
def test_rank_is_found(kind, rank):
    """False if rounding passed for a direction, or a true direction (an angle of 1e-5) were dropped."""
    Q, _ = orthonormal_rows(systems(kind, np.random.default_rng(1)))
    assert np.all(np.count_nonzero(np.linalg.norm(Q, axis=2), axis=1) == rank)


@pytest.mark.parametrize(("kind", "sine"), [("independent", 1e-2), ("close", 1e-7)])
def test_independent_systems_are_reproduced_to_rounding(kind, sine):
    """False if the bound on dropped directions hid an inexact factor, beyond rounding over the smallest sine."""
    vectors = systems(kind, np.random.default_rng(2))
    Q, R = orthonormal_rows(vectors)
    assert np.abs(np.swapaxes(R, 1, 2) @ Q - vectors).max() <= 10 * EPS / sine * np.abs(vectors).max()


def test_semidefinite_factor_is_a_square_root():
    """False if R^T R missed the matrix, or T did not invert R^T where it can be inverted."""
    vectors = systems("spanned", np.random.default_rng(3))
    gram = vectors @ np.swapaxes(vectors, 1, 2)
    R, T, smallest = semidefinite_factor(gram)
    assert np.abs(np.swapaxes(R, 1, 2) @ R - gram).max() <= 2 * RELATIVE_PIVOT * gram.max()
    assert np.abs((np.swapaxes(R, 1, 2) @ T)[:, :3, :3] - np.eye(3)).max() <= 1e-9
    assert RELATIVE_PIVOT < smallest <= 1.0
    assert np.all(T[:, 3] == 0)
