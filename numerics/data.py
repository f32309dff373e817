"""Data sets: the digits that ship with scikit-learn, or a user's own file (see `data_files`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .data_files import SIZE_LIMIT, read_csv, read_npy, read_npz
from .errors import InvalidArgument, MalformedData

Array = NDArray[np.float64]

FIRST_POOL = 400
"""Rows searched for well separated ones before all rows are; a few hundred real rows always held enough."""


@final
@dataclass(frozen=True)
class Dataset:
    """Inputs and perhaps targets, with the digest of their content. Build it with `dataset_of`.

    Args:
        name: short name for reports. inputs: (n, d) float64, read-only, finite, n >= 2.
        targets: (n,) float64, read-only, or None. digest: SHA-256 of shapes and content, in hexadecimal.
    """

    name: str
    inputs: Array = field(compare=False, repr=False)
    targets: Array | None = field(compare=False, repr=False)
    digest: str

    def rows(self, count: int, *, normalise: bool) -> Array:
        """`count` rows, pairwise well separated in angle and never parallel or antiparallel; deterministic.

        The first is the first non-zero row; each further one has the largest angle to the lines through those chosen.

        Args:
            count: how many, at least 1. normalise: divide each row by its Euclidean norm.

        Returns:
            (count, d), a fresh array.

        Raises:
            InvalidArgument: count < 1. MalformedData: fewer than `count` pairwise non-parallel rows exist.

        Example:
            >>> dataset_of("square", [[2.0, 0.0], [4.0, 0.0], [0.0, 3.0]]).rows(2, normalise=True)
            array([[1., 0.],
                   [0., 1.]])
        """
        return self._take(self._separated(count), normalise)

    def unit_rows(self, count: int) -> Array:
        """`rows` with unit Euclidean norm: (count, d)."""
        return self.rows(count, normalise=True)

    def labelled_rows(self, count: int, normalise: bool) -> tuple[Array, Array]:
        """The rows of `rows` with targets of mean zero and variance one, or +-1 where there are two values only.

        Without targets: +-1, the sign of the first coordinate that varies over the chosen rows, less its mean there.

        Returns:
            X (count, d) and y (count,).

        Raises:
            InvalidArgument, MalformedData: as `rows`; MalformedData too where the chosen rows share one target.
        """
        chosen = self._separated(count)
        X = self._take(chosen, normalise)
        if self.targets is None:
            return X, _pseudo_targets(X)
        return X, self._standardised(self.targets[chosen])

    def _take(self, chosen: NDArray[np.intp], normalise: bool) -> Array:
        X = self.inputs[chosen].copy()
        return _units(X) if normalise else X

    def _separated(self, count: int) -> NDArray[np.intp]:
        if count < 1:
            raise InvalidArgument(f"count = {count!r} rows were asked for; ask for at least 1")
        nonzero = np.flatnonzero(np.any(self.inputs != 0, axis=1))
        for pool in (nonzero[: max(FIRST_POOL, 2 * count)], nonzero):
            chosen = _spread(self.inputs[pool], count)
            if len(chosen) == count:
                return pool[chosen]
        raise MalformedData(
            f"data set {self.name!r} has {len(chosen)} pairwise non-parallel rows but {count} are needed; "
            "give a data set with more distinct directions, or ask for fewer rows"
        )

    def _standardised(self, targets: Array) -> Array:
        centred = targets - targets.mean()
        if np.all(targets == targets[0]):
            raise MalformedData(
                f"data set {self.name!r}: the {len(targets)} chosen rows all have the target {float(targets[0])!r}; "
                "targets must vary, so ask for more rows or leave the targets out"
            )
        standardised: Array = np.sign(centred) if len(np.unique(targets)) == 2 else centred / centred.std()
        return standardised


def dataset_of(name: str, inputs: ArrayLike, targets: ArrayLike | None = None) -> Dataset:
    """A checked, read-only data set.

    Args:
        name: short name. inputs: (n, d), n >= 2, d >= 1, finite real numbers. targets: (n,) finite, or None.

    Raises:
        MalformedData: wrong number of axes, fewer than two rows, lengths that differ, NaN or infinity, not numbers.
    """
    X = _finite(name, "inputs", inputs, ndim=2)
    if X.shape[0] < 2 or X.shape[1] < 1:
        raise MalformedData(f"{name}: inputs have shape {X.shape}; at least 2 rows and 1 column are needed, add data")
    y = None if targets is None else _finite(name, "targets", targets, ndim=1)
    if y is not None and len(y) != len(X):
        raise MalformedData(f"{name}: {len(y)} targets for {len(X)} rows of inputs; give one target per row")
    digest = hashlib.sha256(repr((X.shape, y is not None)).encode())
    digest.update(X.tobytes())
    digest.update(b"" if y is None else y.tobytes())
    return Dataset(name, X, y, digest.hexdigest())


def load_digits() -> Dataset:
    """The 1797 handwritten digits of 8 x 8 pixels that ship with scikit-learn, scaled to [0, 1]; needs no network.

    Example:
        >>> load_digits().inputs.shape
        (1797, 64)
    """
    from sklearn.datasets import load_digits as load  # a second of import time, so only where it is used

    pixels, labels = load(return_X_y=True)
    return dataset_of("digits", pixels / 16.0, labels)


def load_file(path: str | PathLike[str], *, limit: int = SIZE_LIMIT) -> Dataset:
    """A user's data set, named by the stem of the file.

    Args:
        path: an .npz file with the array `X` and perhaps `y`, an .npy file with X alone, or a .csv file of numbers,
            perhaps with a line of names, whose last column holds targets where it is named `y` or `target`.
        limit: most bytes that the file may have or unpack to.

    Raises:
        MalformedData: no such file, another suffix, too large, not numbers, NaN or infinity, fewer than two rows.
    """
    file = Path(path)
    readers = {".npz": read_npz, ".npy": read_npy, ".csv": read_csv}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise MalformedData(
            f"{file}: has the suffix {file.suffix!r}; .npz, .npy and .csv are allowed, so convert it to one"
        )
    if not file.is_file():
        raise MalformedData(f"{file}: no such file; give the path of a readable .npz, .npy or .csv file")
    try:
        X, y = reader(file, limit)
    except OSError as error:
        raise MalformedData(f"{file}: cannot be read ({error.strerror}); check its permissions") from error
    checked = dataset_of(str(file), X, y)
    return Dataset(file.stem, checked.inputs, checked.targets, checked.digest)


def _finite(name: str, argument: str, values: ArrayLike, *, ndim: int) -> Array:
    try:
        raw = np.asarray(values)
        array = np.array(raw, dtype=np.float64, order="C") if raw.dtype.kind in "biuf" else None
    except (TypeError, ValueError):
        array = None
    if array is None:
        raise MalformedData(f"{name}: {argument} are not an array of real numbers; convert them to floats first")
    if array.ndim != ndim:
        raise MalformedData(
            f"{name}: {argument} have {array.ndim} axes of shape {array.shape}; {ndim} allowed, reshape"
        )
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        where = tuple(int(i) for i in bad[0])
        raise MalformedData(
            f"{name}: {argument}{list(where)} is {array[where]}; remove or impute rows that hold NaN or inf"
        )
    array.setflags(write=False)
    return array


def _spread(X: Array, count: int) -> NDArray[np.intp]:
    """Indices of up to `count` rows, each of largest angle to the lines through the earlier ones."""
    if len(X) == 0:
        return np.zeros(0, dtype=np.intp)
    units = _units(X)
    # |u - (u.v) v| is the sine of the angle without the cancellation of 1 - cos^2; below this it is rounding.
    parallel = 8 * X.shape[1] * np.finfo(np.float64).eps
    chosen = [0]
    sines = np.full(len(X), np.inf)
    while len(chosen) < count:
        last = units[chosen[-1]]
        sines = np.minimum(sines, np.linalg.norm(units - np.outer(units @ last, last), axis=1))
        best = int(np.argmax(sines))
        if sines[best] <= parallel:
            break
        chosen.append(best)
    return np.array(chosen, dtype=np.intp)


def _units(X: Array) -> Array:
    """Rows of unit norm; divided by their largest modulus first, so that no square overflows or underflows."""
    scaled = X / np.max(np.abs(X), axis=1, keepdims=True)
    units: Array = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return units


def _pseudo_targets(X: Array) -> Array:
    varying = np.flatnonzero(np.ptp(X, axis=0) > 0)
    if len(varying) == 0:
        return np.ones(len(X))
    column = X[:, varying[0]]
    return np.where(column >= column.mean(), 1.0, -1.0)
