"""Exact decision that a rational symmetric matrix is positive semidefinite."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq


def is_positive_semidefinite(matrix: Sequence[Sequence[fmpq]]) -> bool:
    """Whether x^T M x >= 0 for all x, by an exact L D L^T elimination.

    Args:
        matrix: symmetric, shape (n, n); only entries on and below the diagonal are read.

    Returns:
        True if every pivot is non-negative and the column below each zero pivot vanishes.

    Accuracy: exact.

    Source: derived here: with a positive pivot M >= 0 iff the Schur complement is; with a zero pivot d = M_11 and
        M_21 != 0 the form takes negative values at (t, sign) for large t.

    Example:
        >>> is_positive_semidefinite([[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]])
        True
        >>> is_positive_semidefinite([[fmpq(0), fmpq(1)], [fmpq(1), fmpq(5)]])
        False
    """
    rows = [[matrix[i][j] for j in range(i + 1)] for i in range(len(matrix))]
    size = len(rows)
    for k in range(size):
        pivot = rows[k][k]
        if pivot < 0:
            return False
        column = [rows[i][k] for i in range(k + 1, size)]
        if pivot == 0:
            if any(entry != 0 for entry in column):
                return False
            continue
        for i in range(k + 1, size):
            factor = rows[i][k]
            if factor != 0:
                ratio = factor / pivot
                for j in range(k + 1, i + 1):
                    rows[i][j] -= ratio * rows[j][k]
    return True
