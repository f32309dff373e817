"""Data for kernels: checked, cut into tiles, and turned into the first state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj, is_jax_namespace, is_numpy_namespace

from ..errors import InvalidArgument
from .stable import Pairs, input_pairs, ready_rows
from .states.angles import Angles, AngleState
from .states.arrays import Array, ArrayState, Namespace
from .states.window import Grid

_TILE_ENTRIES = 2**21
"""Entries of the largest block that one tile holds: some 16 MB in float64, a few of which live at a time."""
_NEARLY_PARALLEL = 8


@final
@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Two sets of inputs.

    Args:
        xp: their namespace. X: shape (n, d) or (n, p, channels), in working precision. Y: the same, or None for X.
        grid: height and width, None for vectors. dtype: the precision of the result.
    """

    xp: Namespace
    X: Array
    Y: Array | None
    grid: Grid | None
    dtype: object

    @property
    def width(self) -> int:
        """Number of features."""
        return int(self.X.shape[-1])

    def state(self, *, pairs: bool, own_pairs: bool, with_ntk: bool) -> ArrayState:
        """Covariances x.y / d at the input.

        Args:
            pairs: between all pairs of positions, or equal positions only. own_pairs: the same for an input with
                itself. with_ntk: whether the tangent kernel is followed, which is zero here.
        """
        xp, X, Y = self.xp, self.X, self.X if self.Y is None else self.Y
        if self.grid is None:
            cross = X @ xp.matrix_transpose(Y) / self.width
        elif pairs:
            cross = X[:, None, :, :] @ xp.matrix_transpose(Y)[None, :, :, :] / self.width
        else:
            cross = xp.sum(X[:, None, :, :] * Y[None, :, :, :], axis=-1) / self.width
        own = (self._own(X, own_pairs),) * 2 if self.Y is None else (self._own(X, own_pairs), self._own(Y, own_pairs))
        state = ArrayState(
            xp=xp,
            own=own,
            cross=cross,
            ntk=xp.zeros_like(cross) if with_ntk else None,
            positions="none" if self.grid is None else "all" if pairs else "equal",
            grid=self.grid or (1, 1),
            own_pairs=own_pairs,
        )
        # A sum of d products has rounding errors of order sqrt(d) units.
        return state.settled(_NEARLY_PARALLEL + self.width**0.5)

    def angle_state(self, *, pairs: bool, with_ntk: bool) -> AngleState:
        """As `state`, with the angles of pairs, on NumPy.

        Args:
            pairs, with_ntk: as in `state`.

        Raises:
            OutsideDomain: for entries whose squares overflow.
        """
        X = np.asarray(self.X)
        Y = X if self.Y is None else np.asarray(self.Y)
        law = self._spatial_pairs(X, Y, pairs) if self.grid is not None else self._pairs(X, Y)
        roots = [np.sqrt(np.sum(side * side, axis=-1) / self.width) for side in (X, Y)]
        shape = [side.shape for side in roots]
        if self.grid is None or not pairs:
            size = roots[0][:, None] * roots[1][None]
        else:
            size = roots[0].reshape(shape[0][0], 1, -1, 1) * roots[1].reshape(1, shape[1][0], 1, -1)
        angles = Angles(roots=(roots[0], roots[1]), narrow=size * law.narrow, wide=size * law.wide)
        return AngleState(
            cross=size * law.rho,
            ntk=np.zeros_like(size) if with_ntk else None,
            angles=angles,
            positions="none" if self.grid is None else "all" if pairs else "equal",
            grid=self.grid or (1, 1),
        )

    def _pairs(self, X: Array, Y: Array) -> Pairs:
        return input_pairs(ready_rows("X", X), ready_rows("Y", Y), same=self.Y is None)

    def _spatial_pairs(self, X: Array, Y: Array, pairs: bool) -> Pairs:
        """Pairs of pixels, shape (n, m, p) or (n, m, p, p')."""
        if not pairs:
            return _joined([self._pairs(X[:, place], Y[:, place]) for place in range(X.shape[1])])
        flat = self._pairs(X.reshape(-1, self.width), Y.reshape(-1, self.width))
        shape = (*X.shape[:2], *Y.shape[:2])
        blocks = (entry.reshape(shape).swapaxes(1, 2) for entry in (flat.rho, flat.narrow, flat.wide, flat.fall))
        return Pairs(*blocks)

    def assemble(self, kernel: Callable[[Inputs], Array], pairs: bool) -> Array:
        """The whole matrix from its tiles; half of them if X and Y are one set.

        Args:
            kernel: the matrix of a tile. pairs: whether a tile holds all pairs of positions.
        """
        positions = 1 if self.grid is None else (self.grid[0] * self.grid[1]) ** (2 if pairs else 1)
        side = max(1, int((_TILE_ENTRIES / positions) ** 0.5))
        n, m = self.X.shape[0], (self.X if self.Y is None else self.Y).shape[0]
        rows: list[list[Array]] = []
        for top in range(0, n, side):
            row: list[Array] = []
            for left in range(0, m, side):
                if self.Y is None and left < top:
                    row.append(self.xp.matrix_transpose(rows[left // side][top // side]))
                else:
                    row.append(self._tile(kernel, slice(top, min(top + side, n)), slice(left, min(left + side, m))))
            rows.append(row)
        matrix = self.xp.concat([self.xp.concat(row, axis=1) for row in rows], axis=0)
        return self.xp.astype(matrix, self.dtype)

    def _tile(self, kernel: Callable[[Inputs], Array], rows: slice, columns: slice) -> Array:
        if self.Y is None and rows == columns:
            block = kernel(replace(self, X=self.X[rows, ...]))
            return (block + self.xp.matrix_transpose(block)) / 2
        other = self.X if self.Y is None else self.Y
        return kernel(replace(self, X=self.X[rows, ...], Y=other[columns, ...]))

    def _own(self, X: Array, own_pairs: bool) -> Array:
        if own_pairs:
            return X @ self.xp.matrix_transpose(X) / self.width
        return self.xp.sum(X * X, axis=-1) / self.width


def _joined(places: list[Pairs]) -> Pairs:
    rho, narrow, wide, fall = (
        np.stack([getattr(pairs, name) for pairs in places], axis=-1) for name in ("rho", "narrow", "wide", "fall")
    )
    return Pairs(rho, narrow, wide, fall)


def read_inputs(X: Array, Y: Array | None, *, images: bool) -> Inputs:
    """Check data and bring it into working precision.

    Args:
        X: shape (n, d), or (n, h, w, channels) for images; a list or an array of any namespace. Y: alike, or None.
        images: which of the two shapes.

    Returns:
        The inputs; float32 data is worked on in float64 where the namespace has it.

    Raises:
        InvalidArgument: for NaN or infinite entries, shapes that do not fit, and arrays of two namespaces.

    Source: derived here (a check).

    Example:
        >>> read_inputs([[1.0, 2.0]], None, images=False).width
        2
    """
    xp, left, right = checked_arrays(X, Y, images=images)
    grid = (int(left.shape[1]), int(left.shape[2])) if images else None
    flat = [None if rows is None else _flattened(xp, rows, images) for rows in (left, right)]
    return Inputs(xp=xp, X=flat[0], Y=flat[1], grid=grid, dtype=left.dtype)


def checked_arrays(X: Array, Y: Array | None, *, images: bool) -> tuple[Namespace, Array, Array | None]:
    """Check data without a change of precision.

    Args:
        X: as in `read_inputs`. Y: as there. images: as there.

    Returns:
        The namespace, and X and Y as arrays of it.

    Raises:
        InvalidArgument: as `read_inputs`.

    Source: derived here (a check).

    Example:
        >>> checked_arrays([[1, 2]], None, images=False)[1].dtype
        dtype('float64')
    """
    left = _checked("X", X, images)
    right = None if Y is None else _checked("Y", Y, images)
    if right is not None and left.shape[1:] != right.shape[1:]:
        raise InvalidArgument(
            f"X has shape {tuple(left.shape)} and Y {tuple(right.shape)}: they must agree but for the number of inputs "
            f"({'height, width and channels' if images else 'columns'})"
        )
    try:
        xp = array_namespace(left) if right is None else array_namespace(left, right)
    except TypeError as error:
        raise InvalidArgument(f"X is {type(X).__name__} and Y {type(Y).__name__}: give arrays of one kind") from error
    return xp, left, right


def _flattened(xp: Namespace, rows: Array, images: bool) -> Array:
    working = rows if is_jax_namespace(xp) else xp.astype(rows, xp.float64)
    if not images:
        return working
    n, height, width, channels = rows.shape
    return xp.reshape(working, (n, height * width, channels))


def _checked(name: str, given: Array, images: bool) -> Array:
    is_ready = is_array_api_obj(given) and not (isinstance(given, np.ndarray) and given.dtype.hasobject)
    array = given if is_ready else _as_numpy(name, given)
    if isinstance(array, np.ma.MaskedArray):
        raise InvalidArgument(f"{name} is a masked array; remove the masked inputs, or fill them with numbers")
    xp = array_namespace(array)
    wanted = "(n, h, w, channels)" if images else "(n, d)"
    if array.ndim != (4 if images else 2) or 0 in tuple(array.shape):
        raise InvalidArgument(
            f"{name} has shape {tuple(array.shape)}: give one {'image' if images else 'row'} for each input, "
            f"shape {wanted}, not empty"
        )
    if not xp.isdtype(array.dtype, "real floating"):
        if not xp.isdtype(array.dtype, ("integral", "bool")):
            raise InvalidArgument(f"{name} has entries of type {array.dtype}: give real numbers")
        array = xp.astype(array, xp.float64) if not is_jax_namespace(xp) else xp.astype(array, float)
    if not bool(xp.all(xp.isfinite(array))):
        raise InvalidArgument(f"{name} holds NaN or infinite entries; remove those inputs")
    if is_numpy_namespace(xp) and array.dtype.itemsize < 4:
        array = xp.astype(array, xp.float32)
    if is_numpy_namespace(xp) and array.dtype.itemsize > 8:
        array = xp.astype(array, xp.float64)
    return array


def _as_numpy(name: str, given: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidArgument(f"{name} is no array of numbers ({error}); give rows of equal length") from error
