"""Dense finite networks."""

import math

import numpy as np
import pytest

from numerics.errors import InvalidArgument
from numerics.networks import MLP, as_inputs
from numerics.nonlinearities import ERF, IDENTITY, RELU, TANH
from tests.numerics.complex_step import flatten, output

EPS = np.finfo(float).eps


def test_forward_is_the_defining_recursion():
    """False if a width, a scale or a bias were misplaced in some layer."""
    network = MLP(TANH, (5, 2, 4), 1.3, 0.7)
    X = np.random.default_rng(1).standard_normal((3, 6))
    parameters = network.draw(2, np.random.default_rng(2), 6)
    outputs = network.forward(parameters, X)
    for draw in range(2):
        direct = [output(flatten(parameters, draw), np.tanh, 1.3, 0.7, x).real for x in X]
        np.testing.assert_allclose(outputs[draw], direct, rtol=0, atol=100 * EPS)


def test_linear_network_is_a_matrix_product():
    """False if the NTK parameterisation were not sigma_w / sqrt(fan-in) in every layer, the readout included."""
    network = MLP(IDENTITY, (4, 3), 2.0, 0.0)
    parameters = network.draw(1, np.random.default_rng(3), 5)
    product = parameters.weights[2][0] @ parameters.weights[1][0] @ parameters.weights[0][0]
    expected = 2.0**3 / math.sqrt(5 * 4 * 3) * product @ np.eye(5)
    np.testing.assert_allclose(network.forward(parameters, np.eye(5)), expected, rtol=0, atol=100 * EPS)


def test_relu_network_scales_with_its_input():
    """False if biases leaked into a network without any."""
    network = MLP(RELU, (6, 6), 1.0, 0.0)
    parameters = network.draw(3, np.random.default_rng(4), 2)
    X = np.array([[1.0, -2.0]])
    assert np.array_equal(network.forward(parameters, 4.0 * X), 4.0 * network.forward(parameters, X))


def test_draws_follow_their_generator():
    """False if parameters depended on anything but the generator, or repeated from draw to draw."""
    network = MLP(ERF, (3,), 1.0, 1.0)
    first, second = (network.draw(2, np.random.default_rng(5), 4) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first.weights, second.weights, strict=True))
    assert [W.shape for W in first.weights] == [(2, 3, 4), (2, 1, 3)]
    assert [b.shape for b in first.biases] == [(2, 3), (2, 1)]
    assert not np.array_equal(first.weights[0][0], first.weights[0][1])


@pytest.mark.parametrize(
    ("widths", "sigma_w", "sigma_b", "complaint"),
    [
        ((), 1.0, 0.0, "at least one hidden width"),
        ((3, 0), 1.0, 0.0, "each at least 1"),
        ((3,), -1.0, 0.0, "sigma_w = -1.0"),
        ((3,), 1.0, math.inf, "sigma_b = inf"),
        ((3,), math.nan, 0.0, "sigma_w = nan"),
    ],
)
def test_impossible_networks_are_refused(widths, sigma_w, sigma_b, complaint):
    """False if a network that cannot exist were built."""
    with pytest.raises(InvalidArgument, match=complaint):
        MLP(RELU, widths, sigma_w, sigma_b)


@pytest.mark.parametrize(("X", "complaint"), [([1.0], "shape"), (np.zeros((0, 2)), "shape"), ([[np.nan]], "NaN")])
def test_impossible_inputs_are_refused(X, complaint):
    """False if inputs without rows, or with NaN, reached a simulation."""
    with pytest.raises(InvalidArgument, match=complaint):
        as_inputs(X)
