"""Infinitely wide fully connected networks."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from theory.errors import InvalidArgument, NoClosedForm, OutsideDomain
from theory.kernels import InfiniteMLP
from theory.symbols import z

RNG_SEED = 20190521
# Layer counts L -> (kappa^L, NTK^L) at u = 0.3, and NTK^L at u = -1, ReLU without bias, normalised; 14 digits.
TABLE = {
    2: (0.48274428383549, 0.66184028904169, 0.0),
    3: (0.59754848518047, 1.0346012996128, 0.31830988618379),
    4: (0.67582085452166, 1.4040337265670, 0.68570863628294),
    5: (0.73216191678479, 1.7658265753226, 1.0603881068026),
}


def pair(cosine: float) -> np.ndarray:
    """Two inputs of squared length d = 2 at the given cosine."""
    return np.sqrt(2) * np.array([[1.0, 0.0], [cosine, np.sqrt(1 - cosine**2)]])


@pytest.mark.parametrize("layers", TABLE)
def test_relu_table(layers: int) -> None:
    """If false, the recursion differs from the tabulated deep ReLU kernels: by a layer, a factor or a convention."""
    network = InfiniteMLP("relu", depth=layers - 1, sigma_w=np.sqrt(2), sigma_b=0.0)
    nngp, ntk, opposite = TABLE[layers]
    assert network.nngp(pair(0.3))[0, 1] / 2 == pytest.approx(nngp, rel=1e-13)
    assert network.ntk(pair(0.3))[0, 1] / 2 == pytest.approx(ntk, rel=1e-13)
    # u = -1 is a square-root singularity of the kernel: rounding of the input enters as its root.
    assert network.ntk(pair(-1.0))[0, 1] / 2 == pytest.approx(opposite, abs=1e-7)
    np.testing.assert_allclose(np.diag(network.ntk(pair(0.3))), 2 * layers, rtol=1e-14)


def test_linear_network() -> None:
    """If false, the identity activation does not give the kernels of a linear network."""
    X = np.random.default_rng(RNG_SEED).standard_normal((4, 3))
    gram, s, t = X @ X.T / 3, 1.3, 0.4
    first = s**2 * gram + t**2
    second = s**2 * first + t**2
    third = s**2 * second + t**2
    network = InfiniteMLP(z, depth=2, sigma_w=s, sigma_b=t)
    np.testing.assert_allclose(network.nngp(X), third, rtol=1e-13)
    np.testing.assert_allclose(network.ntk(X), third + s**2 * second + s**4 * first, rtol=1e-13)


def test_depth_zero_is_linear_regression() -> None:
    """If false, a network without hidden layer does not have the kernel of its inputs."""
    X = np.random.default_rng(RNG_SEED).standard_normal((4, 3))
    network = InfiniteMLP("relu", depth=0, sigma_w=2.0, sigma_b=1.0)
    np.testing.assert_allclose(network.ntk(X), 4 * X @ X.T / 3 + 1, rtol=1e-13)
    np.testing.assert_array_equal(network.ntk(X), network.nngp(X))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "abs", "erf", "gelu", "gaussian", "relu_squared", "square"])
def test_kernels_are_positive_semidefinite(name: str) -> None:
    """If false, a kernel with repeated and opposite inputs has a negative eigenvalue beyond rounding."""
    X = np.random.default_rng(RNG_SEED).standard_normal((12, 5))
    X[1], X[2], X[3] = X[0], -X[0], 0.0
    network = InfiniteMLP(name, depth=2, sigma_w=1.1, sigma_b=0.3)
    for kernel in (network.nngp(X), network.ntk(X)):
        np.testing.assert_array_equal(kernel, kernel.T)
        eigenvalues = np.linalg.eigvalsh(kernel)
        assert eigenvalues[0] >= -1e-12 * eigenvalues[-1]


def test_blocks_of_the_gram_matrix() -> None:
    """If false, the kernel between two sets differs from the block of the kernel of their union."""
    X = np.random.default_rng(RNG_SEED).standard_normal((7, 4))
    network = InfiniteMLP("erf", depth=3, sigma_w=1.2, sigma_b=0.1)
    np.testing.assert_allclose(network.ntk(X[:3], X[3:]), network.ntk(X)[:3, 3:], rtol=1e-13)
    np.testing.assert_allclose(network.nngp(X[:3], X[3:]), network.nngp(X)[:3, 3:], rtol=1e-13)


def test_padding_and_rotation() -> None:
    """If false, the kernel depends on more than inner products divided by d."""
    rng = np.random.default_rng(RNG_SEED)
    X = rng.standard_normal((5, 4))
    Q, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    padded = np.sqrt(2) * np.hstack([X @ Q, np.zeros((5, 4))])
    network = InfiniteMLP("gelu", depth=2, sigma_w=1.0, sigma_b=0.5)
    np.testing.assert_allclose(network.ntk(padded), network.ntk(X), rtol=1e-12)


def test_jumps_have_no_tangent_kernel() -> None:
    """If false, the infinite tangent kernel of a step is printed as a number."""
    X = np.eye(2)
    step = InfiniteMLP("step", depth=1, sigma_w=1.0, sigma_b=0.0)
    assert np.isfinite(step.nngp(X)).all()
    with pytest.raises(OutsideDomain, match="jumps"):
        step.ntk(X)


def test_bad_arguments_are_named() -> None:
    """If false, a wrong argument gives a kernel or an error that does not name it."""
    with pytest.raises(InvalidArgument, match="depth=-1"):
        InfiniteMLP("relu", depth=-1, sigma_w=1.0, sigma_b=0.0)
    with pytest.raises(InvalidArgument, match="sigma_w=-1"):
        InfiniteMLP("relu", depth=1, sigma_w=-1.0, sigma_b=0.0)
    network = InfiniteMLP("relu", depth=1, sigma_w=1.0, sigma_b=0.0)
    with pytest.raises(InvalidArgument, match="X holds NaN"):
        network.nngp([[np.nan]])
    with pytest.raises(InvalidArgument, match="shape"):
        network.nngp([1.0, 2.0])
    with pytest.raises(InvalidArgument, match="columns"):
        network.nngp([[1.0]], [[1.0, 2.0]])
    with pytest.raises(NoClosedForm, match="tanh"):
        InfiniteMLP(sympy.tanh(z), depth=1, sigma_w=1.0, sigma_b=0.0).nngp([[1.0]])
