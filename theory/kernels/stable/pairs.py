"""Pairs of inputs: their cosines, with the gaps to 1 and -1 to full relative accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InvalidArgument, OutsideDomain
from ..arrays import Array

Index: TypeAlias = NDArray[np.intp]

NEAR = 0.02
"""Pairs with 1 - |cos| below this are projected on one another: their inner product has lost two digits."""

_PAIRS = 4096
_LARGEST = 1e140
_COPIED = 4096
"""Entries of the data that are copied at a time."""
_TINY_SCALE = 2.0**-400
"""Rows scaled by less, or by more than its inverse, have squares near the ends of the range of float64."""


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """Data rows, each with the power of two that brings its entries below 1, and the length after that.

    Args:
        data: shape (n, d). scales, norms: shape (n,); the true length of a row is norms / scales.

    Source: derived here (scaling by a power of two is exact and keeps squares from over- and underflow).
    """

    data: NDArray[Any]
    scales: Array
    norms: Array

    def __getitem__(self, window: slice) -> Rows:
        return Rows(self.data[window], self.scales[window], self.norms[window])

    @property
    def scaled(self) -> Array:
        """The scaled rows in float64."""
        return np.asarray(np.multiply(self.data, self.scales[:, None], dtype=np.float64))

    @property
    def lengths(self) -> Array:
        """The true lengths."""
        return np.asarray(self.norms / self.scales)


@final
@dataclass(frozen=True, eq=False)
class Pairs:
    """Cosines of pairs with their gaps.

    Args:
        rho: cos. narrow: 1 - cos. wide: 1 + cos. fall: |x|^2 - |y|^2. All of shape (n, m), all relatively accurate.
    """

    rho: Array
    narrow: Array
    wide: Array
    fall: Array


def require_fit(rows: Rows, columns: Rows) -> None:
    """Raise unless two data sets have the same number of columns.

    Args:
        rows, columns: the data.

    Raises:
        InvalidArgument: if they do not.

    Source: derived here (a check).
    """
    x, y = rows.data.shape, columns.data.shape
    if x[1] != y[1]:
        raise InvalidArgument(f"X has shape {x} and Y {y}: the numbers of columns must be equal")


def ready_rows(name: str, data: ArrayLike) -> Rows:
    """Checked rows with their scales and lengths.

    Args:
        name: of the argument, for messages. data: real, shape (n, d); float32 and float64 stay, the rest is converted.

    Returns:
        The rows; only vectors of length n are made besides.

    Raises:
        InvalidArgument: for another shape, NaN or infinite entries. OutsideDomain: for entries above 1e140.

    Source: derived here (a check).
    """
    matrix = np.asarray(data)
    if np.iscomplexobj(matrix):
        raise InvalidArgument(f"{name} has complex entries; kernels take real data")
    if matrix.dtype not in (np.float32, np.float64):
        matrix = matrix.astype(np.float64)
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise InvalidArgument(f"{name} has shape {matrix.shape}: give one row for each input, shape (n, d) with d > 0")
    matrix = np.ascontiguousarray(matrix)
    largest = np.maximum(matrix.max(axis=1), -matrix.min(axis=1)).astype(np.float64)
    if not np.isfinite(largest).all():
        raise InvalidArgument(f"{name} holds NaN or infinite entries; remove those rows")
    if (largest > _LARGEST).any():
        raise OutsideDomain(f"{name} has entries above {_LARGEST:g}, whose squares overflow; divide the data by 1e100")
    scales = np.ldexp(1.0, -np.clip(np.frexp(largest)[1], -1000, 1000))
    return Rows(matrix, scales, _norms(matrix, scales))


def _norms(matrix: NDArray[Any], scales: Array) -> Array:
    """Norms of the scaled rows, a few copied at a time; most need no scaling, as powers of two commute with it."""
    norms = np.empty(len(matrix))
    step = max(1, _COPIED // matrix.shape[1])
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, len(matrix), step):
            rows = matrix[start : start + step].astype(np.float64)
            norms[start : start + step] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        norms *= scales
    for i in np.flatnonzero((scales < _TINY_SCALE) | (scales > 1 / _TINY_SCALE)):
        row = matrix[i] * scales[i]
        norms[i] = np.sqrt(np.einsum("i,i->", row, row))
    return norms


def input_pairs(rows: Rows, columns: Rows, *, same: bool = False, offset: int = 0) -> Pairs:
    """Cosines of data pairs from one matrix product, projected anew where they are near 1 or -1.

    Args:
        rows, columns: the data. same: rows and columns are windows of one data set.
        offset: index of the first column in it, less that of the first row; there the pair is one input.

    Returns:
        The pairs, shape (n, m). A zero row has cosine 0 with all others.

    Accuracy: relative error of the gaps below 1e-13, by projection y - (xy/xx) x in doubled precision when near.

    Source: derived here.
    """
    x, y = rows.scaled, columns.scaled
    sizes = rows.norms[:, None] * columns.norms
    rho = np.divide(x @ y.T, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    gap = 1 - np.abs(rho)
    fall = (rows.lengths[:, None] - columns.lengths) * (rows.lengths[:, None] + columns.lengths)
    near_rows, near_columns = np.nonzero(gap < NEAR)
    for start in range(0, len(near_rows), _PAIRS):
        i, j = near_rows[start : start + _PAIRS], near_columns[start : start + _PAIRS]
        rho[i, j], gap[i, j] = _projected(x[i], y[j])
        fall[i, j] = _falls(rows, columns, i, j, fall[i, j])
    if same:
        index = np.arange(max(0, offset), max(0, min(len(x), offset + len(y))))
        rho[index, index - offset] = np.where(rows.norms[index] > 0, 1.0, 0.0)
        gap[index, index - offset] = np.where(rows.norms[index] > 0, 0.0, 1.0)
        fall[index, index - offset] = 0.0
    return Pairs(rho, np.where(rho < 0, 2 - gap, gap), np.where(rho < 0, gap, 2 - gap), fall)


def _projected(x: Array, y: Array) -> tuple[Array, Array]:
    """Cosine and folded gap of nearly parallel rows, from the part of y that is orthogonal to x."""
    squares = np.einsum("ij,ij->i", x, x)
    ratio = np.einsum("ij,ij->i", x, y) / squares
    rest = _less_multiple(y, ratio, x)
    rest = _less_multiple(rest, np.einsum("ij,ij->i", rest, x) / squares, x)
    square = np.minimum(np.einsum("ij,ij->i", rest, rest) / np.einsum("ij,ij->i", y, y), 1.0)
    gap = square / (1 + np.sqrt(1 - square))
    return np.where(ratio < 0, gap - 1, 1 - gap), gap


def _less_multiple(y: Array, factor: Array, x: Array) -> Array:
    """y - factor x with one rounding of the result: Dekker's product gives the error of the multiplication."""
    high_f, low_f = (part[:, None] for part in _split(factor))
    high_x, low_x = _split(x)
    product = factor[:, None] * x
    error = ((high_f * high_x - product) + high_f * low_x + low_f * high_x) + low_f * low_x
    return np.asarray((y - product) - error)


def _split(values: Array) -> tuple[Array, Array]:
    spread = values * 134217729.0
    high = spread - (spread - values)
    return high, values - high


def _falls(rows: Rows, columns: Rows, i: Index, j: Index, plain: Array) -> Array:
    unit = rows.scales[i] / columns.scales[j]
    x, z = rows.scaled[i], columns.scaled[j] * unit[:, None]
    exact = np.einsum("ij,ij->i", x - z, x + z) / rows.scales[i] / rows.scales[i]
    return np.where((unit >= 0.5) & (unit <= 2), exact, plain)
