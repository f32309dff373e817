"""Semidefinite programs in floating point, by the solver of the extra `sdp`. What it returns is only a proposal."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ...errors import MissingExtra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

INSTALL = "pip install 'proofs-check[sdp]'"


@final
@dataclass(frozen=True, kw_only=True)
class ConicProgram:
    """minimise cost . z  subject to  equalities z = targets,  rows z >= lows,  constant + sum_k z_k matrices_k >= 0.

    Args:
        cost: (n,). equalities: (p, n). targets: (p,). rows: (m, n). lows: (m,). constant: (s, s).
        matrices: (n, s, s), symmetric.
    """

    cost: Array
    equalities: Array
    targets: Array
    rows: Array
    lows: Array
    constant: Array
    matrices: Array


@final
@dataclass(frozen=True, kw_only=True)
class ConicSolution:
    """What the solver returned.

    Args:
        is_solved: whether it says that it converged. z: (n,). value: cost . z. equality_duals: (p,).
        row_duals: (m,). matrix_dual: (s, s).
    """

    is_solved: bool
    z: Array
    value: float
    equality_duals: Array
    row_duals: Array
    matrix_dual: Array


def has_solver() -> bool:
    """Whether the extra `sdp` is installed.

    Source: derived here (a look-up).
    """
    return importlib.util.find_spec("clarabel") is not None


def solve(program: ConicProgram, *, iterations: int = 100) -> ConicSolution:
    """Solve a semidefinite program.

    Args:
        program: the program. iterations: most iterations of the interior-point method.

    Raises:
        MissingExtra: if the extra `sdp` is not installed.

    Accuracy: floating point, unproven: the caller decides exactly.

    Source: Goulart, Chen (2024), Clarabel; the cone's columns hold the upper triangle, off-diagonals times sqrt(2).
    """
    try:
        import clarabel
        from scipy import sparse
    except ImportError as error:
        raise MissingExtra(f"multipliers are proposed by clarabel, which is not installed: {INSTALL}") from error
    size = program.constant.shape[0]
    count = len(program.cost)
    matrices = [_triangle(matrix) for matrix in program.matrices]
    triangle = np.array(matrices).reshape(count, -1).T
    blocks = [program.equalities, -program.rows, -triangle]
    sides = [program.targets, -program.lows, _triangle(program.constant)]
    cones: list[Any] = [clarabel.ZeroConeT(len(program.targets)), clarabel.NonnegativeConeT(len(program.lows))]
    if size:
        cones.append(clarabel.PSDTriangleConeT(size))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_iter = iterations
    settings.max_threads = 1
    found = clarabel.DefaultSolver(
        sparse.csc_matrix((count, count)),
        program.cost,
        sparse.csc_matrix(np.vstack(blocks)),
        np.concatenate(sides),
        cones,
        settings,
    ).solve()
    first, second = len(program.targets), len(program.targets) + len(program.lows)
    duals = np.array(found.z)
    z = np.array(found.x)
    return ConicSolution(
        is_solved=str(found.status) in ("Solved", "AlmostSolved"),
        z=z,
        value=float(program.cost @ z),
        equality_duals=duals[:first],
        row_duals=duals[first:second],
        matrix_dual=_square(duals[second:], size),
    )


def _triangle(matrix: Array) -> Array:
    """Upper triangle by columns, off-diagonals times sqrt(2)."""
    columns, rows = np.tril_indices(matrix.shape[0])
    factor = np.where(rows == columns, 1.0, np.sqrt(2.0))
    return np.asarray(matrix[rows, columns] * factor)


def _square(entries: Array, size: int) -> Array:
    matrix = np.zeros((size, size))
    columns, rows = np.tril_indices(size)
    factor = np.where(rows == columns, 1.0, np.sqrt(2.0))
    matrix[rows, columns] = entries / factor
    matrix[columns, rows] = entries / factor
    return matrix
