"""The compiled tile: the same formulas as `theory.kernels.gap`, in C, built with the system's compiler at first use."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from .half_angle import Slopes, angle_monomials, sine_monomials
from .variances import Variances

_SOURCE = Path(__file__).with_name("tile.c")
_FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fopenmp-simd")
_WIDE = "-mprefer-vector-width=512"
_SECONDS = 60
_CHUNK = 512
"""Rows of a piece of work: enough that a strip of columns is read in rarely, few enough that threads end together."""

_POINTER, _LONG, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32, ctypes.c_double


class _Job(ctypes.Structure):
    """`job` of tile.c, field for field."""

    _fields_ = (
        *((name, _POINTER) for name in ("rows", "columns", "row_scale", "column_scale", "row_norm", "column_norm")),
        *((name, _LONG) for name in ("n", "m", "d")),
        *((name, _INT) for name in ("single", "single_out", "symmetric", "tangent", "biased", "unused")),
        ("layers", _LONG),
        *((name, _POINTER) for name in ("slope", "shift", "gain", "bias")),
        *((name, _DOUBLE) for name in ("even", "odd", "both", "g")),
        *((name, _POINTER) for name in ("angle", "sine")),
        *((name, _LONG) for name in ("angle_degree", "sine_degree")),
        ("map", _POINTER),
        ("map_degree", _LONG),
        ("map_scale", _DOUBLE),
        ("map_top", _DOUBLE),
        ("out", _POINTER),
        *((name, _LONG) for name in ("stride", "chunk", "next")),
    )


@final
@dataclass(frozen=True, eq=False)
class NativeTiles:
    """The loaded library.

    Args:
        library: with the function `fill` of tile.c.
    """

    library: ctypes.CDLL

    def fill(self, job: NativeJob) -> None:
        """Do pieces of a job until none is left. Several threads may, on one job: Python's lock is released.

        Args:
            job: what to compute, not begun.

        Raises:
            MemoryError: if the scratch space cannot be had.
        """
        if self.library.fill(ctypes.byref(job.structure)):
            raise MemoryError("no memory for the scratch space of a tile; use fewer threads or fewer columns of data")


@final
@dataclass(frozen=True, eq=False)
class NativeJob:
    """The arguments of the compiled tile, with the arrays that they point to.

    Args:
        structure: the C structure. kept: arrays that must live as long as it.
    """

    structure: _Job
    kept: tuple[NDArray[Any], ...]


def native_job(
    data: tuple[NDArray[Any], NDArray[Any]],
    scales: tuple[NDArray[np.float64], NDArray[np.float64]],
    norms: tuple[NDArray[np.float64], NDArray[np.float64]],
    result: NDArray[Any],
    *,
    slopes: Slopes,
    variances: Variances,
    tangent: bool,
    symmetric: bool,
    map_terms: Sequence[float] = (),
    map_scale: float = 1.0,
    map_top: float = 1.0,
) -> NativeJob:
    """The arguments of the compiled tile.

    Args:
        data: rows and columns of the kernel, contiguous, both float32 or both float64. scales: a power of two for
            each row of each. norms: of the scaled rows. result: contiguous, to be filled.
        slopes, variances: the network. tangent: the NTK and not the NNGP. symmetric: the columns are the rows.
        map_terms, map_scale, map_top: of the depth map: Chebyshev coefficients, scale and largest angle; or no terms.

    Returns:
        The job.

    Source: derived here (a data structure).
    """
    rows, columns = data
    numbers = {
        "rows": rows, "columns": columns, "row_scale": scales[0], "column_scale": scales[1],
        "row_norm": norms[0], "column_norm": norms[1], "slope": variances.slope, "shift": variances.shift,
        "gain": variances.gain, "bias": variances.bias, "angle": np.array(angle_monomials()),
        "sine": np.array(sine_monomials()), "out": result, "map": np.array(map_terms),
    }  # fmt: skip
    pointers = {name: array.ctypes.data for name, array in numbers.items()}
    if not map_terms:
        pointers["map"] = 0
    structure = _Job(
        n=len(rows), m=len(columns), d=rows.shape[1], single=rows.dtype == np.float32,
        single_out=result.dtype == np.float32, symmetric=symmetric, tangent=tangent, biased=variances.is_biased,
        layers=variances.layers, even=slopes.even, odd=slopes.odd, both=slopes.both, g=slopes.g,
        angle_degree=len(angle_monomials()) - 1, sine_degree=len(sine_monomials()) - 1,
        map_degree=len(map_terms) - 1, map_scale=map_scale, map_top=map_top, stride=result.shape[1],
        chunk=_CHUNK, **pointers,
    )  # fmt: skip
    return NativeJob(structure, tuple(numbers.values()))


@cache
def load_native() -> NativeTiles | None:
    """The compiled tile, built and kept in the user's cache folder if it is not there yet.

    Returns:
        The library; None where no C compiler is found or it fails, and NumPy must do.

    Source: derived here (a build step).
    """
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        return None
    try:
        library = ctypes.CDLL(str(_cached(compiler)))
    except (OSError, subprocess.SubprocessError):
        return None
    library.fill.argtypes = [_POINTER]
    library.fill.restype = ctypes.c_int
    return NativeTiles(library)


def _cached(compiler: str) -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "proofs-check"
    path = folder / f"tile-{_key(compiler)}.so"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            built = Path(scratch) / path.name
            _build(compiler, built)
            built.replace(path)
    return path


def _key(compiler: str) -> str:
    """A name for source, flags, compiler and processor: a shared home must not serve another machine's code."""
    version = subprocess.run([compiler, "--version"], capture_output=True, check=True, timeout=_SECONDS).stdout
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    features = next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
    parts = (_SOURCE.read_bytes(), " ".join((*_FLAGS, _WIDE)).encode(), version, features.encode())
    return hashlib.sha256(b"\0".join((*parts, platform.machine().encode()))).hexdigest()[:24]


def _build(compiler: str, target: Path) -> None:
    tail = ["-fPIC", "-shared", str(_SOURCE), "-o", str(target), "-lm"]
    for flags in ((*_FLAGS, _WIDE), _FLAGS):
        if subprocess.run([compiler, *flags, *tail], capture_output=True, timeout=_SECONDS).returncode == 0:
            return
    raise subprocess.SubprocessError(f"{compiler} cannot build {_SOURCE.name}")
