"""Arrays from a user's .npz, .npy or .csv file, read without trust: no pickle, no evaluation, bounded sizes."""

from __future__ import annotations

import csv
import math
import zipfile
import zlib
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from .errors import MalformedData

Array = NDArray[np.float64]

SIZE_LIMIT = 512 * 2**20
"""Bytes that a file may hold or unpack to."""

TARGET_NAMES = ("y", "target")
"""Names of the last column of a CSV that make it the targets."""

_BROKEN = (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What the standard library and NumPy raise on archives that are damaged, encrypted or not archives at all."""


def read_npz(path: Path, limit: int) -> tuple[NDArray[np.generic], NDArray[np.generic] | None]:
    """Arrays `X` and, where present, `y` of an .npz file; `dataset_of` checks their shapes and values.

    Args:
        limit: most bytes that the archive may unpack to, as its headers declare; nothing is unpacked before.

    Raises:
        MalformedData: not an archive, too large, no array `X`, an array of objects, damaged content.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member for member in archive.infolist()}
            declared = sum(member.file_size for member in members.values())
            if declared > limit or len(members) != len(archive.infolist()):
                raise MalformedData(
                    f"{path}: declares {declared} bytes unpacked; at most {limit} in distinct arrays are allowed, "
                    "so store fewer rows"
                )
            if "X.npy" not in members:
                raise MalformedData(
                    f"{path}: holds {sorted(members)[:8]}; an array named X is needed, as np.savez(path, X=X, y=y)"
                )
            for name in {"X.npy", "y.npy"} & set(members):
                with archive.open(members[name]) as stream:
                    _require_plain_header(path, name, stream, members[name].file_size)
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["X"], arrays["y"] if "y.npy" in members else None
    except MalformedData:
        raise
    except _BROKEN as error:
        raise MalformedData(f"{path}: not a readable .npz archive ({error}); write it anew with np.savez") from error


def read_npy(path: Path, limit: int) -> tuple[NDArray[np.generic], None]:
    """The array of an .npy file, as inputs without targets.

    Raises:
        MalformedData: too large, an array of objects, damaged content.
    """
    size = path.stat().st_size
    if size > limit:
        raise MalformedData(f"{path}: has {size} bytes; at most {limit} are allowed, so keep fewer rows")
    try:
        with path.open("rb") as stream:
            _require_plain_header(path, path.name, stream, size)
        array: NDArray[np.generic] = np.load(path, allow_pickle=False)
    except MalformedData:
        raise
    except _BROKEN as error:
        raise MalformedData(f"{path}: not a readable .npy file ({error}); write it anew with np.save") from error
    return array, None


def _require_plain_header(path: Path, name: str, stream: IO[bytes], size: int) -> None:
    """Refuses an array whose header promises more than its member holds, before NumPy allocates it."""
    version = npy.read_magic(stream)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read_header is None:
        raise MalformedData(
            f"{path}: {name} has .npy version {version}; 1.0 or 2.0 is allowed, so save it with np.savez"
        )
    shape, _, dtype = read_header(stream)
    if dtype.kind not in "biuf" or math.prod(shape) * dtype.itemsize > size:
        raise MalformedData(
            f"{path}: {name} has dtype {dtype} and shape {shape} in {size} bytes; "
            "arrays of real numbers that fit are allowed, so convert X to floats and save it anew"
        )


def read_csv(path: Path, limit: int) -> tuple[Array, Array | None]:
    """Inputs and perhaps targets of a comma-separated file of numbers, with or without a line of names.

    The last column holds the targets only where the first line names it `y` or `target`.

    Args:
        limit: most bytes that the file may have.

    Raises:
        MalformedData: too large, not text, a line of another length, an entry that is no finite number, no row.
    """
    size = path.stat().st_size
    if size > limit:
        raise MalformedData(f"{path}: has {size} bytes; at most {limit} are allowed, so keep fewer rows")
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream)
            names, table = _parse(path, ((reader.line_num, cells) for cells in reader))
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedData(f"{path}: not comma-separated UTF-8 text ({error}); export it as plain CSV") from error
    if names and names[-1].strip().lower() in TARGET_NAMES:
        return table[:, :-1], table[:, -1]
    return table, None


def _parse(path: Path, lines: Iterable[tuple[int, list[str]]]) -> tuple[list[str], Array]:
    """Names (perhaps none) and numbers of the lines that are not blank."""
    names: list[str] = []
    columns = 0
    values = array("d")
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = len(cells)
            names = cells if _is_header(cells) else []
            if names:
                continue
        if len(cells) != columns:
            raise MalformedData(f"{path}: line {line} has {len(cells)} entries; {columns} as in the first are needed")
        values.extend(_numbers(path, line, cells))
    if not values:
        raise MalformedData(f"{path}: holds no row of numbers; at least 2 rows are needed, one input per line")
    return names, np.array(values).reshape(-1, columns)


def _is_header(cells: list[str]) -> bool:
    """A line of names: no entry is a number, so that one bad number in a first row is reported and not skipped."""
    return all(_number(cell) is None for cell in cells)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _numbers(path: Path, line: int, cells: list[str]) -> list[float]:
    numbers = []
    for cell in cells:
        number = _number(cell)
        if number is None or not math.isfinite(number):
            raise MalformedData(
                f"{path}: line {line} holds {cell[:40]!r}; finite numbers are allowed, so fix or drop it"
            )
        numbers.append(number)
    return numbers
