"""Training of one-hidden-layer networks against dense gradient descent and its linearisation."""

import math

import numpy as np
import pytest
from scipy.special import erf

from numerics.errors import DidNotConverge, InvalidArgument
from numerics.networks import MLP
from numerics.nonlinearities import ERF, RELU, TANH
from numerics.tangent import tangent_kernel
from numerics.training import linearised_outputs, train_one_hidden_layer
from tests.numerics.paired_samples import critical, discrepancy, moments

EPS = np.finfo(float).eps
TINY = 1e-30

X = np.array([[1.0, 0.2, -0.4, 0.3], [0.1, -0.9, 0.5, 0.0], [-0.6, 0.7, 1.0, -0.2]])
X_TEST = np.array([[0.3, 0.3, 0.3, 0.3], [1.0, 0.2, -0.4, 0.3]])
Y = np.array([0.7, -1.1, 0.4])
COMPLEX = {"tanh": np.tanh, "erf": erf, "relu": lambda z: np.where(z.real > 0, z, 0)}


def train(nonlinearity, width=6, sigma_b=0.5, step=0.2, steps=8, draws=3, seed=1, symmetric=False, X_test=X_TEST):
    return train_one_hidden_layer(
        X, Y, X_test, nonlinearity=nonlinearity, width=width, sigma_w=1.3, sigma_b=sigma_b, step=step, steps=steps,
        draws=draws, rng=np.random.default_rng(seed), symmetric=symmetric,
    )  # fmt: skip


class DenseNetwork:
    """One network with explicit parameters in R^d, trained by complex-step gradients of the loss."""

    def __init__(self, value, width, sigma_w, sigma_b, blocks):
        self.value, self.sigma_w, self.sigma_b = value, sigma_w, sigma_b
        self.W, self.b, self.w, self.c = (block.astype(complex) for block in blocks)
        assert self.W.shape == (width, X.shape[1])

    def outputs(self, inputs):
        z = self.sigma_w / math.sqrt(inputs.shape[1]) * inputs @ self.W.T + self.sigma_b * self.b
        return self.sigma_w / math.sqrt(len(self.w)) * self.value(z) @ self.w + self.sigma_b * self.c[0]

    def descend(self, step):
        blocks = (self.W, self.b, self.w, self.c)
        gradients = [np.zeros(block.shape) for block in blocks]
        for block, gradient in zip(blocks, gradients, strict=True):
            for index in np.ndindex(block.shape):
                block[index] += 1j * TINY
                gradient[index] = (0.5 * ((self.outputs(X) - Y) ** 2).sum()).imag / TINY
                block[index] -= 1j * TINY
        for block, gradient in zip(blocks, gradients, strict=True):
            block -= step * gradient


def initial_blocks(width, draws, sigma_b, symmetric, seed=1):
    """Dense parameters whose preactivations are those that the trainer draws from the same seed."""
    rng = np.random.default_rng(seed)
    inputs = np.vstack([X, X_TEST])
    augmented = np.hstack([1.3 / 2.0 * inputs, np.full((len(inputs), 1), sigma_b)])
    Q, _ = np.linalg.qr(augmented.T)
    drawn = width // 2 if symmetric else width
    hidden = np.swapaxes(rng.standard_normal((draws, Q.shape[1], drawn)), 1, 2) @ Q.T
    readout = rng.standard_normal((draws, drawn))
    offset = np.zeros(draws) if symmetric else rng.standard_normal(draws)
    if symmetric:
        hidden, readout = np.concatenate([hidden, hidden], axis=1), np.concatenate([readout, -readout], axis=1)
    return [(hidden[k, :, :4], hidden[k, :, 4], readout[k], offset[k : k + 1]) for k in range(draws)]


@pytest.mark.parametrize("nonlinearity", [TANH, ERF, RELU], ids=lambda n: n.name)
@pytest.mark.parametrize(("sigma_b", "symmetric"), [(0.5, False), (0.0, False), (0.5, True)])
def test_path_is_that_of_dense_gradient_descent(nonlinearity, sigma_b, symmetric):
    """False if descent in the span of the inputs, or one of its gradients, were not descent on all parameters."""
    trained = train(nonlinearity, sigma_b=sigma_b, symmetric=symmetric)
    for draw, blocks in enumerate(initial_blocks(6, 3, sigma_b, symmetric)):
        network = DenseNetwork(COMPLEX[nonlinearity.name], 6, 1.3, sigma_b, blocks)
        for k in range(9):
            direct = [network.outputs(X).real, network.outputs(X_TEST).real]
            np.testing.assert_allclose(trained.outputs[draw, k], direct[0], rtol=0, atol=1e4 * EPS)
            np.testing.assert_allclose(trained.test_outputs[draw, k], direct[1], rtol=0, atol=1e4 * EPS)
            network.descend(0.2)


def test_chunks_hold_independent_networks():
    """False if networks of a later chunk repeated those of the first, or were left unfilled."""
    trained = train(TANH, width=4000, draws=9, steps=1)
    assert len(np.unique(trained.outputs[:, 0, 0])) == 9
    assert np.all(np.isfinite(trained.final_kernel))


@pytest.mark.parametrize("symmetric", [False, True])
def test_initial_law_is_that_of_dense_networks(symmetric):
    """False if training started from another law; a symmetric start of 8 neurons has the kernel of 4."""
    draws = 20_000
    network = MLP(ERF, (4,), 1.3, 0.5)
    inputs = np.vstack([X, X_TEST])
    rng = np.random.default_rng(5)
    trained = train(ERF, width=8 if symmetric else 4, steps=1, draws=draws, seed=6, symmetric=symmetric)
    parameters = network.draw(draws, rng, 4)
    dense_outputs = network.forward(parameters, inputs)
    outputs = np.hstack([trained.outputs[:, 0], trained.test_outputs[:, 0]])
    if symmetric:
        assert np.all(outputs == 0)
        outputs, dense_outputs = outputs[:, :1], 0 * dense_outputs[:, :1]
    a = moments(
        outputs[:, :3], trained.initial_kernel[:, :3, :3] if not symmetric else trained.initial_kernel[:, :1, :1]
    )
    kernel = tangent_kernel(network, parameters, inputs)
    b = moments(dense_outputs[:, :3], kernel[:, :3, :3] if not symmetric else kernel[:, :1, :1])
    assert discrepancy(a, b) <= critical(a.shape[1])


@pytest.mark.parametrize("symmetric", [False, True])
def test_kernels_are_those_of_the_networks(symmetric):
    """False if the kernel before training, or after it, were not the derivative of the outputs along a step.

    One step of size h changes f by -h Theta r + O(h^2), or O(h^3) from a symmetric start; a wrong kernel leaves O(h).
    """
    errors = []
    for step in (2e-3, 1e-3):
        trained = train(TANH, step=step, steps=1, symmetric=symmetric)
        initial = np.hstack([trained.outputs[:, 0], trained.test_outputs[:, 0]])
        linear = linearised_outputs(trained.initial_kernel, initial, Y, step=step, steps=1)
        final = np.hstack([trained.outputs[:, 1], trained.test_outputs[:, 1]])
        errors.append(np.abs(final - linear[:, 1]).max())
        assert np.abs(trained.final_kernel - trained.initial_kernel).max() > 0
    assert round(math.log2(errors[0] / errors[1])) == (3 if symmetric else 2)


def test_final_kernel_starts_the_next_step():
    """False if `final_kernel` were not the kernel of the trained network: it must predict the step that follows."""
    step = 1e-4
    longer = train(TANH, step=step, steps=4)
    shorter = train(TANH, step=step, steps=3)
    moved = longer.outputs[:, 4] - longer.outputs[:, 3]
    residuals = (shorter.outputs[:, 3] - Y)[:, :, None]
    predictions = [
        -step * (kernel[:, :3, :3] @ residuals)[:, :, 0] for kernel in (shorter.final_kernel, shorter.initial_kernel)
    ]
    right, stale = (np.abs(moved - prediction).max() for prediction in predictions)
    assert right < stale / 2


def test_linearised_path_is_a_matrix_power():
    """False if the linearised iteration left f_k - y = (1 - step Theta)^k (f_0 - y) at the training inputs."""
    rng = np.random.default_rng(7)
    J = rng.standard_normal((2, 4, 6))
    kernel = J @ np.swapaxes(J, 1, 2)
    initial = rng.standard_normal((2, 4))
    path = linearised_outputs(kernel, initial, Y, step=0.05, steps=7)
    for draw in range(2):
        powers = np.linalg.matrix_power(np.eye(3) - 0.05 * kernel[draw, :3, :3], 7)
        np.testing.assert_allclose(path[draw, 7, :3] - Y, powers @ (initial[draw, :3] - Y), rtol=0, atol=1e3 * EPS)
        # The change at a test input is a fixed linear image of the change at the training inputs.
        image = kernel[draw, 3, :3] @ np.linalg.inv(kernel[draw, :3, :3])
        change = path[draw, 7] - path[draw, 0]
        assert abs(change[3] - image @ change[:3]) <= 1e3 * EPS * np.linalg.cond(kernel[draw, :3, :3])


def test_divergence_is_reported():
    """False if infinite outputs were returned as a trajectory."""
    with pytest.raises(DidNotConverge, match=r"step = 1000000\.0 overflowed"):
        train(RELU, step=1e6, steps=200)
    with pytest.raises(DidNotConverge, match="overflowed"):
        linearised_outputs(np.ones((1, 1, 1)), np.zeros((1, 1)), np.ones(1), step=1e9, steps=100)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"width": 7, "symmetric": True}, "width = 7 is odd"),
        ({"step": 0.0}, "step = 0.0"),
        ({"steps": 0}, "steps = 0"),
        ({"draws": 0}, "draws = 0"),
        ({"X_test": np.ones((1, 3))}, "X_test has 3 columns but X has 4"),
    ],
)
def test_impossible_trainings_are_refused(change, complaint):
    """False if arguments that fit no descent were accepted."""
    with pytest.raises(InvalidArgument, match=complaint):
        train(TANH, **change)


def test_targets_must_fit():
    """False if targets were broadcast, or a kernel of another size were used."""
    with pytest.raises(InvalidArgument, match="y has shape"):
        train_one_hidden_layer(
            X, Y[:2], X_TEST, nonlinearity=TANH, width=2, sigma_w=1.0, sigma_b=0.0, step=0.1, steps=1, draws=1,
            rng=np.random.default_rng(0), symmetric=False,
        )  # fmt: skip
    with pytest.raises(InvalidArgument, match="do not fit"):
        linearised_outputs(np.ones((1, 2, 2)), np.zeros((1, 3)), np.ones(1), step=0.1, steps=1)
