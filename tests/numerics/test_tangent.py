"""The structured tangent kernel against Jacobians by brute force."""

import numpy as np
import pytest
from scipy.special import erf

from numerics.networks import MLP
from numerics.nonlinearities import ERF, IDENTITY, RELU, TANH, leaky
from numerics.tangent import tangent_kernel
from tests.numerics import complex_step

EPS = np.finfo(float).eps

COMPLEX = {
    "tanh": np.tanh,
    "erf": erf,
    "identity": np.positive,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky(0.2)": lambda z: np.where(z.real > 0, z, 0.2 * z),
}


@pytest.mark.parametrize("nonlinearity", [TANH, ERF, IDENTITY, RELU, leaky(0.2)], ids=lambda n: n.name)
@pytest.mark.parametrize(("widths", "sigma_b"), [((3,), 0.0), ((4,), 0.6), ((3, 5), 0.4), ((2, 3, 2), 0.9)])
def test_kernel_is_jacobian_times_its_transpose(nonlinearity, widths, sigma_b):
    """False if a layer, a bias or a scale were missing from the sum of Hadamard products."""
    network = MLP(nonlinearity, widths, 1.4, sigma_b)
    rng = np.random.default_rng(len(widths))
    X = np.vstack([rng.standard_normal((3, 4)), np.zeros((1, 4))])
    X[2] = X[0]
    parameters = network.draw(2, rng, 4)
    kernel = tangent_kernel(network, parameters, X)
    assert kernel.shape == (2, 4, 4)
    for draw in range(2):
        direct = complex_step.tangent_kernel(network, COMPLEX[nonlinearity.name], parameters, X, draw)
        np.testing.assert_allclose(kernel[draw], direct, rtol=0, atol=1000 * EPS * max(1.0, np.abs(direct).max()))


def test_euler_identity_of_homogeneous_networks():
    """False if backward signals were wrong: without biases sum_theta theta df/dtheta = (layers) f for ReLU.

    Scaling all parameters by 1 + s scales f by (1 + s)^layers, and the kernel, of degree layers - 1 twice, likewise.
    """
    network = MLP(RELU, (5, 4), 1.0, 0.0)
    parameters = network.draw(1, np.random.default_rng(9), 3)
    doubled = type(parameters)(tuple(2 * W for W in parameters.weights), parameters.biases)
    X = np.random.default_rng(10).standard_normal((3, 3))
    assert np.array_equal(tangent_kernel(network, doubled, X), 2.0**4 * tangent_kernel(network, parameters, X))
