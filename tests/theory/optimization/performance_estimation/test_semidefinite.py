"""The exact decision on semidefinite matrices."""

from __future__ import annotations

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from theory.optimization.performance_estimation.semidefinite import is_positive_semidefinite

ENTRIES = st.integers(-4, 4)
ROWS = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(ENTRIES, min_size=n, max_size=n), min_size=1, max_size=4))


def gram(rows: list[list[int]]) -> list[list[fmpq]]:
    """The Gram matrix of the columns."""
    size = len(rows[0])
    return [[fmpq(sum(row[i] * row[j] for row in rows)) for j in range(size)] for i in range(size)]


@given(ROWS)
def test_gram_matrices_are_semidefinite(rows: list[list[int]]) -> None:
    """A true certificate, singular as those of tight bounds are, would be refused."""
    assert is_positive_semidefinite(gram(rows))


@given(ROWS, st.lists(ENTRIES, min_size=4, max_size=4))
def test_a_negative_direction_is_found(rows: list[list[int]], vector: list[int]) -> None:
    """A matrix with x^T M x < 0 would pass, and a false bound be proven."""
    size = len(rows[0])
    direction = vector[:size]
    length = sum(entry * entry for entry in direction)
    if not length:
        return
    matrix = gram(rows)
    along = sum((direction[i] * direction[j] * matrix[i][j] for i in range(size) for j in range(size)), fmpq(0))
    excess = (along + fmpq(1, 10**9)) / (length * length)
    lowered = [[matrix[i][j] - excess * direction[i] * direction[j] for j in range(size)] for i in range(size)]
    assert not is_positive_semidefinite(lowered)


def test_zero_pivots_are_looked_behind() -> None:
    """A zero on the diagonal would hide the entries beside it."""
    zero, one = fmpq(0), fmpq(1)
    assert not is_positive_semidefinite([[zero, one], [one, one]])
    assert not is_positive_semidefinite([[one, one, zero], [one, one, one], [zero, one, one]])
    assert is_positive_semidefinite([[zero, zero], [zero, one]])
    assert is_positive_semidefinite([])
