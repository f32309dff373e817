"""The solver's interface: the cone's order and scaling, checked on programs solved by hand."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from theory.errors import MissingExtra
from theory.optimization.performance_estimation import has_solver
from theory.optimization.performance_estimation.conic import ConicProgram, solve


def program() -> ConicProgram:
    """The largest z with C - z I semidefinite: the least eigenvalue of C."""
    constant = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 4.0]])
    return ConicProgram(
        cost=np.array([-1.0]),
        equalities=np.zeros((0, 1)),
        targets=np.zeros(0),
        rows=np.array([[-1.0]]),
        lows=np.array([-10.0]),
        constant=constant,
        matrices=-np.eye(3)[None],
    )


def test_the_least_eigenvalue_is_found() -> None:
    """Off-diagonal entries would be scaled or ordered wrongly, and proposals be useless."""
    stated = program()
    least, vectors = np.linalg.eigh(stated.constant)
    found = solve(stated)
    assert found.is_solved
    assert found.z[0] == pytest.approx(least[0], abs=1e-6)
    assert np.allclose(found.matrix_dual, np.outer(vectors[:, 0], vectors[:, 0]), atol=1e-5)


def test_the_missing_solver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core install would fail with an error that does not say what to install."""
    assert has_solver()
    monkeypatch.setitem(sys.modules, "clarabel", None)
    with pytest.raises(MissingExtra, match=r"proofs-check\[sdp\]"):
        solve(program())
