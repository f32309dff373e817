"""Orthonormal factors of many small systems of vectors at once, safe where vectors are dependent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RELATIVE_PIVOT = 1e-13
"""A vector counts as dependent when the square of its distance to the earlier ones is this part of its own square.

Gram matrices carry rounding of a few 1e-16 of their diagonal, so that smaller pivots hold no digit; a dropped direction
moves a vector by at most 3e-7 of its length.
"""

WELL_CONDITIONED = 1e-2
"""From this relative pivot on one pass loses at most two digits of orthogonality; below it a second restores them."""


def semidefinite_factor(gram: Array) -> tuple[Array, Array, float]:
    """Triangular factors of positive semidefinite matrices, one elimination step for all of them together.

    Formula:
        G = R^T R with R upper triangular; T inverts R^T on the independent rows; dependent rows of both vanish.

    Args:
        gram: (draws, n, n), symmetric positive semidefinite up to rounding.

    Returns:
        R (draws, n, n), T (draws, n, n) lower triangular, and the smallest relative pivot that was kept (1 if none).

    Accuracy:
        R^T R differs from G by n rounding errors of the diagonal or so, and `RELATIVE_PIVOT` of it for a dropped row.

    Example:
        >>> R, T, _ = semidefinite_factor(np.array([[[4.0, 4.0], [4.0, 4.0]]]))
        >>> R[0]
        array([[2., 2.],
               [0., 0.]])
    """
    n = gram.shape[1]
    # Matrices last: every step below is then one operation on contiguous vectors over the draws.
    left = np.ascontiguousarray(np.moveaxis(gram, 0, -1))
    right = np.zeros_like(left)
    right[np.arange(n), np.arange(n)] = 1.0
    diagonal = left[np.arange(n), np.arange(n)].copy()
    smallest = 1.0
    for j in range(n):
        kept = left[j, j] > RELATIVE_PIVOT * diagonal[j]
        pivot = np.where(kept, left[j, j], 1.0)
        smallest = min(smallest, float(np.min(np.where(kept, pivot / np.where(kept, diagonal[j], 1.0), 1.0))))
        inverse = np.where(kept, 1.0 / np.sqrt(pivot), 0.0)
        left[j, :j] = 0.0
        left[j, j:] *= inverse
        right[j, : j + 1] *= inverse
        below = left[j, j + 1 :]
        left[j + 1 :, j + 1 :] -= below[:, None] * below[None]
        right[j + 1 :, : j + 1] -= below[:, None] * right[None, j, : j + 1]
    return np.ascontiguousarray(np.moveaxis(left, -1, 0)), np.ascontiguousarray(np.moveaxis(right, -1, 0)), smallest


def orthonormal_rows(vectors: Array) -> tuple[Array, Array]:
    """Q and R with vectors = R^T Q, the rows of Q orthonormal or, for dependent vectors, zero.

    Args:
        vectors: (draws, n, m).

    Returns:
        Q (draws, n, m); R (draws, n, n) upper triangular, R^T R the Gram matrix of the vectors.

    Accuracy:
        Q Q^T is the identity (zero for dependent rows) to about 1e-13; see `RELATIVE_PIVOT` for what is dependent.
        R^T Q misses the vectors by rounding over the smallest sine of an angle between one and the span of the earlier.
    """
    R, T, smallest = semidefinite_factor(gram_of_rows(vectors))
    Q = T @ vectors
    if smallest < WELL_CONDITIONED:
        again, T, _ = semidefinite_factor(gram_of_rows(Q))
        Q, R = T @ Q, again @ R
    return Q, R


def gram_of_rows(vectors: Array) -> Array:
    """(draws, n, m) -> (draws, n, n), inner products of the rows."""
    result: Array = vectors @ np.swapaxes(vectors, 1, 2)
    return result
