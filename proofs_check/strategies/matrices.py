"""Positive semidefinite matrices: Gram matrices of points, prescribed spectra up to condition 10^12, and exact ones."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from ..errors import MalformedClaim
from .coordinates import draw_array, require_range
from .spectra import spectra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WORST_CONDITION = 12
"""Exponent of the largest condition number drawn for definite matrices: four digits are left in float64."""
MOST_EXACT = 16
"""Largest Gram matrix whose entries float64 holds without rounding."""


@st.composite
def _gram(draw: DrawFn, sizes: tuple[int, int]) -> Array:
    size = draw(st.integers(*sizes))
    rank = draw(st.integers(1, size))
    entry = st.floats(-1, 1, width=16)
    factor = np.array(draw(st.lists(entry, min_size=size * rank, max_size=size * rank))).reshape(size, rank)
    scale = 2.0 ** draw(st.sampled_from((0, -10, -7, -3, 3, 7, 10)))
    matrix: Array = scale * (factor @ factor.T)
    return matrix


def gram_matrices(*, size: tuple[int, int] = (1, 5), name: str = "K") -> SearchStrategy[dict[str, Any]]:
    """Positive semidefinite matrices of any rank and scale, as Gram matrices of points: {name: (n, n)}.

    Args:
        size: inclusive range of n, up to 16. name: key of the matrix.

    Accuracy: exactly semidefinite. The points have half precision, multiples of 2^-24 of modulus at most 1, so their
        products are multiples of 2^-48 and sums of 16 of them are free of rounding. A matrix that is semidefinite up
        to rounding only would refute true statements by rounding.
    """
    require_range("size", size)
    if size[1] > MOST_EXACT:
        raise MalformedClaim(f"size={size}: sums of more than {MOST_EXACT} products would be rounded; stay below")
    return _gram(size).map(lambda matrix: {name: matrix})


def reflected(matrix: Array, direction: Array) -> Array:
    """H matrix H with the reflection H = I - 2 v v^T / |v|^2; unchanged if v = 0. Works on object arrays, too.

    Args:
        matrix: (n, n) symmetric. direction: v, (n,).
    """
    square = direction @ direction
    if not square:
        return matrix
    image = matrix @ direction
    middle = 2 * (direction @ image) / square
    half = np.outer(direction, image - middle * direction / 2) * 2 / square
    turned: Array = matrix - half - half.T
    return turned


@st.composite
def _psd(draw: DrawFn, sizes: tuple[int, int], condition: int | None, scales: tuple[int, int]) -> Array:
    size = draw(st.integers(*sizes))
    values = draw(spectra(size=(size, size), condition=condition, scale=scales))["spectrum"]
    matrix = np.diag(values)
    for _ in range(draw(st.integers(0, 2))):
        matrix = reflected(matrix, draw_array(draw, size))
    symmetric: Array = (matrix + matrix.T) / 2
    return symmetric


def psd_matrices(
    *,
    size: tuple[int, int] = (1, 5),
    condition: int | None = None,
    scale: tuple[int, int] = (-3, 3),
    name: str = "K",
) -> SearchStrategy[dict[str, Any]]:
    """Positive semidefinite matrices with spectra of all shapes in diagonal and turned frames: {name: (n, n)}.

    Args:
        size: inclusive range of n. condition: if given, the matrix is definite with condition number at most
            10^condition, up to rounding; `WORST_CONDITION` at most is sensible. scale: range of the power of ten that
            multiplies the matrix. name: key of the matrix.

    Accuracy: eigenvalues are those drawn, up to a few ulps of the largest; where a rounding error matters, as for
        singular matrices, take `gram_matrices` or `rational_psd_matrices`, which are exactly semidefinite.
    """
    require_range("size", size)
    return _psd(size, condition, scale).map(lambda matrix: {name: matrix})


def repair_psd(data: Mapping[str, Any], name: str = "K") -> dict[str, Any]:
    """The instance with its matrix moved to the nearest positive semidefinite one."""
    symmetric = (data[name] + data[name].T) / 2
    values, vectors = np.linalg.eigh(symmetric)
    near = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return {**data, name: (near + near.T) / 2}


@st.composite
def _rational_psd(draw: DrawFn, sizes: tuple[int, int], definite: bool) -> Any:
    size = draw(st.integers(*sizes))
    entry = st.fractions(-3, 3, max_denominator=9)
    weight = st.fractions(Fraction(1, 10**9) if definite else 0, 3, max_denominator=10**9 if definite else 9)
    lower = np.full((size, size), Fraction(0), dtype=object)
    for row in range(size):
        lower[row, row] = Fraction(1)
        lower[row, :row] = draw(st.lists(entry, min_size=row, max_size=row))
    weights = np.array(draw(st.lists(weight, min_size=size, max_size=size)), dtype=object)
    return (lower * weights) @ lower.T


def rational_psd_matrices(
    *, size: tuple[int, int] = (1, 4), definite: bool = False, name: str = "K"
) -> SearchStrategy[dict[str, Any]]:
    """Exactly semidefinite matrices L D L^T of Fractions: {name: (n, n) object array}.

    Args:
        size: inclusive range of n. definite: all of D is positive. name: key of the matrix.
    """
    require_range("size", size)
    return _rational_psd(size, definite).map(lambda matrix: {name: matrix})
