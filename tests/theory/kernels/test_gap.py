"""Kernels of nearly parallel and nearly opposite inputs, against 90-digit arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels import InfiniteMLP
from theory.kernels.gap import pair_kernels

from .mp_kernels import kernels_mp, relative_error

RELU = (0.0, 1.0)
ANGLES = [10.0**-k for k in range(2, 11)]


def errors(
    x: np.ndarray, y: np.ndarray, slopes: tuple[float, float], sigma: list[tuple[float, float]]
) -> tuple[float, ...]:
    """Relative errors of K, its gap, Theta and its gap."""
    ours = pair_kernels([x], [y], slopes=slopes, sigma=sigma)
    values = (ours.nngp, ours.nngp_gap, ours.ntk, ours.ntk_gap)
    references = kernels_mp(x, y, slopes, sigma)
    return tuple(relative_error(array[0, 0], exact) for array, exact in zip(values, references, strict=True))


@pytest.mark.parametrize("depth", [3, 10, 100])
@pytest.mark.parametrize("angle", [*ANGLES, *(np.pi - np.array(ANGLES))])
def test_relu_near_zero_and_pi(angle: float, depth: int) -> None:
    """If false, a deep ReLU kernel or its difference to the diagonal loses digits at a small or a straight angle."""
    x, y = np.array([1.0, 0.0]), np.array([np.cos(angle), np.sin(angle)])
    assert max(errors(x, y, RELU, [(np.sqrt(2), 0.0)] * (depth + 1))) < 1e-13


@given(
    depth=st.sampled_from([1, 2, 5, 30]),
    exponent=st.floats(-12.0, 0.0),
    slopes=st.sampled_from([RELU, (0.1, 1.0), (-1.0, 1.0), (-0.5, 1.0), (1.0, -2.0)]),
    sigma_b=st.sampled_from([0.0, 0.05, 2.0]),
    opposite=st.booleans(),
    length=st.sampled_from([1.0, 1.0 + 1e-9, 0.3, 50.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_slopes_lengths_and_biases(
    depth: int,
    exponent: float,
    slopes: tuple[float, float],
    sigma_b: float,
    opposite: bool,
    length: float,
    seed: int,
) -> None:
    """If false, a leaky, even or odd activation, a bias or unequal lengths cost digits in some direction."""
    rng = np.random.default_rng(seed)
    x, across = rng.standard_normal((2, 7))
    angle = 10**exponent
    across -= x * (across @ x) / (x @ x)
    across *= np.linalg.norm(x) / np.linalg.norm(across)
    y = (-length if opposite else length) * (np.cos(angle) * x + np.sin(angle) * across)
    found = errors(x, y, slopes, [(1.1, sigma_b)] * (depth + 1))
    # K and Theta of a leaky activation change their sign at some angle, where no relative accuracy is to be had.
    assert max(found if slopes[0] * slopes[1] <= 0 and sigma_b == 0 else found[1::2]) < 1e-13


def test_ordinary_angles_agree_with_the_covariance_recursion() -> None:
    """If false, the recursion in gaps and the one in covariances are two different networks."""
    X = np.random.default_rng(5).standard_normal((9, 6))
    network = InfiniteMLP("leaky_relu", depth=3, sigma_w=1.3, sigma_b=0.4)
    ours = pair_kernels(X, slopes=(0.1, 1.0), sigma=[(1.3, 0.4)] * 4)
    np.testing.assert_allclose(ours.nngp, network.nngp(X), rtol=1e-12)
    np.testing.assert_allclose(ours.ntk, network.ntk(X), rtol=1e-12)


def test_layers_may_differ() -> None:
    """If false, sigma_w or sigma_b of one layer is used in another."""
    rng = np.random.default_rng(6)
    x, y = rng.standard_normal((2, 4))
    sigma = [(0.7, 0.3), (1.9, 0.0), (1.0, 1.1), (2.5, 0.2)]
    assert max(errors(x, y, (-0.3, 1.2), sigma)) < 1e-13


def test_one_input_has_gap_zero() -> None:
    """If false, an input is at a distance from itself, from its copy, or from its multiple by a power of two."""
    X = np.random.default_rng(7).standard_normal((5, 33)) * np.array([[1e-200], [1.0], [3.0], [1e100], [1.0]])
    X[4] = 0.0
    ours = pair_kernels(X, slopes=RELU, sigma=[(1.0, 0.0), (1.0, 0.0)])
    np.testing.assert_array_equal(np.diag(ours.nngp_gap)[:4], 0.0)
    np.testing.assert_array_equal(np.diag(ours.ntk_gap)[:4], 0.0)
    apart = pair_kernels(X[1:4], 4 * X[1:4], slopes=RELU, sigma=[(1.0, 0.0), (1.0, 0.0)])
    np.testing.assert_array_equal(np.diag(apart.nngp_gap), 0.0)
    assert np.isfinite(ours.ntk).all()


def test_zero_rows_have_the_kernel_of_the_bias() -> None:
    """If false, a zero input gives NaN, or another value than the network without its first weights."""
    X = np.array([[0.0, 0.0], [1.0, 2.0]])
    assert (pair_kernels(X, slopes=RELU, sigma=[(1.0, 0.0)] * 3).ntk[0] == 0).all()
    zeros = pair_kernels(X, slopes=RELU, sigma=[(1.0, 1.0), (2.0, 0.0)])
    assert zeros.nngp[0, 0] == pytest.approx(2.0, rel=1e-15)
    assert zeros.ntk[0, 0] == pytest.approx(4.0, rel=1e-15)
    exact = kernels_mp(X[0], X[1], RELU, [(1.0, 1.0), (2.0, 0.0)])
    assert relative_error(zeros.ntk[0, 1], exact[2]) < 1e-14


def test_bad_arguments_are_named() -> None:
    """If false, a wrong argument gives numbers, or an error that does not name it."""
    good = {"slopes": RELU, "sigma": [(1.0, 0.0)]}
    for bad, match in (
        ([[np.nan]], "X holds NaN"),
        ([[np.inf]], "X holds NaN"),
        ([1.0], "X has shape"),
        ([[1j]], "X has complex"),
        (np.empty((2, 0)), "X has shape"),
    ):
        with pytest.raises(InvalidArgument, match=match):
            pair_kernels(bad, **good)
    with pytest.raises(InvalidArgument, match="columns"):
        pair_kernels([[1.0]], [[1.0, 2.0]], **good)
    with pytest.raises(InvalidArgument, match="slopes"):
        pair_kernels([[1.0]], slopes=(0.0, 0.0), sigma=[(1.0, 0.0)])
    for sigma in ([], [(-1.0, 0.0)], [(1.0, np.nan)]):
        with pytest.raises(InvalidArgument, match="sigma"):
            pair_kernels([[1.0]], slopes=RELU, sigma=sigma)
    with pytest.raises(OutsideDomain, match="X has entries above"):
        pair_kernels([[1e200]], **good)
    with pytest.raises(OutsideDomain, match="lower sigma_w"):
        pair_kernels([[1.0]], slopes=RELU, sigma=[(1e9, 0.0)] * 100)
