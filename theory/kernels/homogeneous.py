"""Kernel matrices of dense networks with a homogeneous activation: stable, tiled, threaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..errors import InvalidArgument, NotEnclosed, OutsideDomain
from .arrays import Array
from .chebyshev import HomogeneousMap
from .gap import PairKernels, Recursion, pair_kernels
from .stable import Rows, Slopes, Variances, derive_variances, input_pairs, load_native, ready_rows, require_fit
from .stable.native import NativeJob, NativeTiles, native_job
from .tiles import Block, count_threads, mirror_block, run_blocks, run_together, split_blocks

Which: TypeAlias = Literal["nngp", "ntk"]
Engine: TypeAlias = Literal["auto", "numpy", "c"]

_WORTH_COMPILING = 100_000
"""Entries from which the compiled tile repays the look for it, and the second that its first build takes."""

_WORTH_A_THREAD = 2_000_000
"""Multiplications that repay the start of one more thread, some tenths of a millisecond."""

_PER_LAYER = 60

_RECURSION_UP_TO = 2
"""Dense layers for which the recursion costs no more than a depth map."""

_NUMPY_EDGE = 64


def dense_kernels(
    X: ArrayLike,
    Y: ArrayLike | None = None,
    *,
    slopes: tuple[float, float],
    sigma: Sequence[tuple[float, float]],
    which: Which,
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    depth_map: HomogeneousMap | None = None,
    engine: Engine = "auto",
) -> NDArray[Any]:
    """The NNGP or NTK matrix of a dense network in NTK parameterisation.

    Formula:
        K_1 = sigma_w^2 x.y / d + sigma_b^2,  K_(l+1) = sigma_w^2 E[phi(u) phi(v)] + sigma_b^2,
        Theta_1 = K_1,  Theta_(l+1) = K_(l+1) + sigma_w^2 E[phi'(u) phi'(v)] Theta_l,
        phi(t) = slopes[0] t for t < 0, slopes[1] t for t > 0.

    Args:
        X: inputs, shape (n, d). Y: inputs, shape (m, d); X itself if left out, at half the work.
        slopes: of the activation for negative and for positive arguments, as `derive_slopes` finds them.
        sigma: (sigma_w, sigma_b) of every Dense layer in order, read-out included; standard deviations.
        which: "nngp" for K or "ntk" for Theta after the last layer.
        dtype: float32 or float64; left out, float32 if all data are, else float64. The arithmetic is in float64.
        threads: how many; left out, one for each processor.
        depth_map: a map built for these slopes and this depth; used if no layer has a bias and it is the faster one.
        engine: "c" for the compiled tile, "numpy" for arrays, "auto" to compile where it pays and can be done.

    Returns:
        Array of shape (n, m); exactly symmetric if Y is left out.

    Raises:
        InvalidArgument: for data, slopes or standard deviations that are not as above, a map of another network, or
            engine="c" without a C compiler.
        OutsideDomain: if a variance exceeds the range of float64, or an entry that of the result.

    Accuracy:
        A few units of rounding per layer at every angle, whatever the engine, below 1e-13 at 100 layers; `pair_kernels`
        gives the differences to the diagonal. The diagonal is exact to rounding. Memory beyond the result: tiles only.

    Source: jacot_2018, Theorem 1 (restated from memory); the stable form is derived in `theory.kernels.gap`.

    Example:
        >>> dense_kernels(np.eye(2), slopes=(0.0, 1.0), sigma=[(2.0, 0.0), (1.0, 0.0)], which="nngp").round(6)
        array([[1.     , 0.31831],
               [0.31831, 1.     ]])
    """
    if which not in ("nngp", "ntk"):
        raise InvalidArgument(f"which={which!r}: write 'nngp' or 'ntk'")
    rows = ready_rows("X", X)
    columns = rows if Y is None else ready_rows("Y", Y)
    require_fit(rows, columns)
    rows, columns, kind = _common_type(rows, columns, dtype)
    activation = Slopes(*map(float, slopes))
    variances = derive_variances(activation, sigma, rows.data.shape[1])
    if depth_map is not None:
        depth_map.require(activation, variances.layers - 1)
    task = _Task(rows, columns, Y is None, activation, variances, which == "ntk", depth_map)
    return _require_finite(task, _compute(task, kind, count_threads(threads), engine))


@final
@dataclass(frozen=True)
class DenseHomogeneous:
    """A dense network with a homogeneous activation, infinitely wide, in NTK parameterisation.

    Args:
        slopes: of the activation for negative and for positive arguments.
        layers: (sigma_w, sigma_b) of every Dense layer in order, read-out included; standard deviations.
        depth_map: the map of this depth, or None. `with_map` builds it; it pays from a few layers without bias.

    Source: jacot_2018, Theorem 1 (restated from memory).

    Example:
        >>> DenseHomogeneous((0.0, 1.0), ((2.0, 0.0), (1.0, 0.0))).nngp([[1.0]])
        array([[2.]])
    """

    slopes: tuple[float, float]
    layers: tuple[tuple[float, float], ...]
    depth_map: HomogeneousMap | None = None

    def with_map(self) -> DenseHomogeneous:
        """The same network with its depth map; itself, as accurate and slower, if it has biases or no map is proved."""
        if self.depth_map is not None or len(self.layers) < 2 or any(bias for _, bias in self.layers):
            return self
        try:
            return replace(self, depth_map=HomogeneousMap.build(self.slopes, len(self.layers) - 1))
        except NotEnclosed:
            return self

    def nngp(self, X: ArrayLike, Y: ArrayLike | None = None, *, threads: int | None = None) -> NDArray[Any]:
        """The covariance of the outputs; see `dense_kernels`."""
        return self._kernel(X, Y, "nngp", threads)

    def ntk(self, X: ArrayLike, Y: ArrayLike | None = None, *, threads: int | None = None) -> NDArray[Any]:
        """The neural tangent kernel; see `dense_kernels`."""
        return self._kernel(X, Y, "ntk", threads)

    def gaps(self, X: ArrayLike, Y: ArrayLike | None = None) -> PairKernels:
        """Both kernels with their differences to the diagonal; see `pair_kernels`."""
        return pair_kernels(X, Y, slopes=self.slopes, sigma=self.layers)

    def _kernel(self, X: ArrayLike, Y: ArrayLike | None, which: Which, threads: int | None) -> NDArray[Any]:
        return dense_kernels(
            X, Y, slopes=self.slopes, sigma=self.layers, which=which, threads=threads, depth_map=self.depth_map
        )


@final
@dataclass(frozen=True, eq=False)
class _Task:
    rows: Rows
    columns: Rows
    symmetric: bool
    slopes: Slopes
    variances: Variances
    tangent: bool
    depth_map: HomogeneousMap | None

    @property
    def map_in_use(self) -> HomogeneousMap | None:
        return self.depth_map if not self.variances.is_biased and self.variances.layers > _RECURSION_UP_TO else None

    def diagonal(self, side: Rows) -> Array:
        """Each input with itself."""
        of_lengths = self.variances.tangent if self.tangent else self.variances.square
        with np.errstate(over="ignore"):
            return of_lengths(side.lengths, -1)


def _common_type(rows: Rows, columns: Rows, dtype: DTypeLike | None) -> tuple[Rows, Rows, np.dtype[Any]]:
    if rows.data.dtype != columns.data.dtype:
        rows, columns = (Rows(side.data.astype(np.float64), side.scales, side.norms) for side in (rows, columns))
    kind = np.dtype(rows.data.dtype if dtype is None else dtype)
    if kind not in (np.float32, np.float64):
        raise InvalidArgument(f"dtype={kind}: kernels come in float32 and float64")
    return rows, columns, kind


def _compute(task: _Task, kind: np.dtype[Any], threads: int, engine: Engine) -> NDArray[Any]:
    n, m = len(task.rows.data), len(task.columns.data)
    result = np.empty((n, m), dtype=kind)
    native = _native(engine, n * m * task.variances.layers)
    if native is not None:
        job = _native_job(task, result)
        run_together(lambda: native.fill(job), min(threads, 1 + _operations(task) // _WORTH_A_THREAD))
    else:
        blocks = split_blocks(n, m, symmetric=task.symmetric, edge=_NUMPY_EDGE)
        run_blocks(_numpy_filler(task, result), blocks, threads)
    if task.symmetric:
        with np.errstate(over="ignore"):
            np.fill_diagonal(result, task.diagonal(task.rows))
    return result


def _require_finite(task: _Task, result: NDArray[Any]) -> NDArray[Any]:
    """The result, whose entries are at most the geometric means of two diagonal ones; else each is looked at."""
    size, other = (float(np.sqrt(task.diagonal(side).max(initial=0.0))) for side in (task.rows, task.columns))
    if not size * other < float(np.finfo(result.dtype).max) / 2 and not np.isfinite(result).all():
        raise OutsideDomain(
            f"dtype={result.dtype}: a kernel of inputs of lengths up to {task.rows.lengths.max():.3g} exceeds its "
            "range; scale the data down, lower sigma_w, or ask for float64"
        )
    return result


def _operations(task: _Task) -> int:
    """Multiplications, about."""
    depth = 1 if task.map_in_use else task.variances.layers
    entries = len(task.rows.data) * len(task.columns.data) // (2 if task.symmetric else 1)
    return int(entries * (task.rows.data.shape[1] + _PER_LAYER * depth))


def _native(engine: Engine, work: int) -> NativeTiles | None:
    if engine not in ("auto", "numpy", "c"):
        raise InvalidArgument(f"engine={engine!r}: write 'auto', 'numpy' or 'c'")
    if engine == "numpy" or (engine == "auto" and work < _WORTH_COMPILING):
        return None
    native = load_native()
    if native is None and engine == "c":
        raise InvalidArgument("engine='c': no C compiler was found, or it failed; write 'auto' or 'numpy'")
    return native


def _native_job(task: _Task, result: NDArray[Any]) -> NativeJob:
    sides, used = (task.rows, task.columns), task.map_in_use
    series = None if used is None else used.series(tangent=task.tangent)
    return native_job(
        (sides[0].data, sides[1].data),
        (sides[0].scales, sides[1].scales),
        (sides[0].norms, sides[1].norms),
        result,
        slopes=task.slopes,
        variances=task.variances,
        tangent=task.tangent,
        symmetric=task.symmetric,
        map_terms=() if series is None else series.coefficients,
        map_scale=1.0 if used is None else used.scale,
        map_top=1.0 if used is None else used.top,
    )


def _numpy_filler(task: _Task, result: NDArray[Any]) -> Callable[[Block], None]:
    def fill(block: Block) -> None:
        i0, i1, j0, j1 = block
        rows, columns = task.rows[i0:i1], task.columns[j0:j1]
        pairs = input_pairs(rows, columns, same=task.symmetric, offset=j0 - i0)
        if task.map_in_use is not None:
            kernel = task.map_in_use.evaluate(pairs, tangent=task.tangent)
            size = task.variances.root(rows.lengths, -1)[:, None] * task.variances.root(columns.lengths, -1)
            kernel = size * kernel
        else:
            recursion = Recursion(task.slopes, task.variances, rows.lengths, columns.lengths)
            kernel = recursion.kernel(pairs, tangent=task.tangent)
        with np.errstate(over="ignore"):
            result[i0:i1, j0:j1] = kernel
        if task.symmetric:
            mirror_block(result, block)

    return fill
