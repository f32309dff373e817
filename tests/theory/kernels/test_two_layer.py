"""The limiting Gram matrix of the two-layer ReLU network."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels import h_infinity, h_infinity_expression, h_infinity_mp, h_infinity_smallest_eigenvalue
from theory.symbols import rho


def unit_rows(seed: int, n: int, d: int) -> np.ndarray:
    """Rows on the unit sphere."""
    rows = np.random.default_rng(seed).standard_normal((n, d))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_published_form() -> None:
    """If false, the derived kernel is not rho (pi - arccos rho) / (2 pi)."""
    published = rho * (sympy.pi - sympy.acos(rho)) / (2 * sympy.pi)
    assert sympy.simplify(h_infinity_expression() - published.rewrite(sympy.asin)) == 0


@given(exponent=st.integers(1, 12), side=st.sampled_from((1.0, -1.0)))
def test_near_parallel_rows_keep_their_digits(exponent: int, side: float) -> None:
    """If false, an angle of 10^-k between two rows, or between a row and an opposite one, costs digits."""
    angle = 10.0**-exponent
    X = np.array([[1.0, 0.0], [side * np.cos(angle), side * np.sin(angle)]])
    H, exact = h_infinity(X), h_infinity_mp(X, digits=40)
    gap, exact_gap = H[0, 0] - H[0, 1], exact[0, 0] - exact[0, 1]
    assert abs(H[0, 1] - float(exact[0, 1])) <= 4e-16
    assert abs(gap - float(exact_gap)) <= 4e-16


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 8), d=st.integers(2, 6))
def test_floats_agree_with_many_digits(seed: int, n: int, d: int) -> None:
    """If false, floats and 30 digits differ by more than rounding, or the matrix is not symmetric."""
    X = unit_rows(seed, n, d)
    H, exact = h_infinity(X), h_infinity_mp(X, digits=30)
    np.testing.assert_array_equal(H, H.T)
    assert max(abs(H[i, j] - exact[i, j]) for i in range(n) for j in range(n)) <= mpmath.mpf("1e-15")


@pytest.mark.parametrize("angle", [0.05, 0.7, np.pi / 2, 2.0, 3.1])
def test_smallest_eigenvalue_of_two_rows(angle: float) -> None:
    """If false, lambda_0 of two rows at an angle is not 1/2 - |cos| (pi - angle) / (2 pi)."""
    X = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    expected = 0.5 - abs(np.cos(angle)) * (np.pi - angle) / (2 * np.pi)
    assert h_infinity_smallest_eigenvalue(X) == pytest.approx(expected, abs=1e-15)


def test_antipodal_pairs_are_singular() -> None:
    """If false, d + 1 antipodal pairs in d dimensions are reported as non-singular."""
    half = unit_rows(7, 4, 3)
    assert abs(h_infinity_smallest_eigenvalue(np.vstack([half, -half]))) < 1e-15
    assert h_infinity_smallest_eigenvalue(np.vstack([half[:3], -half[:3]])) > 1e-4


def test_bad_rows_are_refused() -> None:
    """If false, rows off the sphere, NaN or a vector give a matrix."""
    with pytest.raises(OutsideDomain, match=r"row 1 of X has length 2\.0"):
        h_infinity([[1.0, 0.0], [2.0, 0.0]])
    for wrong in ([1.0, 0.0], [[np.nan, 1.0]]):
        with pytest.raises(InvalidArgument, match="X has shape"):
            h_infinity(wrong)
    with pytest.raises(InvalidArgument, match="digits=0"):
        h_infinity_mp([[1.0]], digits=0)
