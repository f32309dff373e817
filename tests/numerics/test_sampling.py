"""Law-exact sampling against dense networks."""

import numpy as np
import pytest

from numerics import tangent
from numerics.errors import InvalidArgument
from numerics.networks import MLP
from numerics.nonlinearities import ERF, IDENTITY, RELU, TANH, leaky
from numerics.sampling import sample_tangent_kernel
from tests.numerics.paired_samples import critical, discrepancy, moments

DRAWS = 40_000

INPUTS = {
    "generic": np.array([[1.0, 0.3, -0.5], [0.2, -1.0, 0.4], [-0.7, 0.6, 1.1]]),
    "repeated": np.array([[1.0, 0.3, -0.5], [0.2, -1.0, 0.4], [1.0, 0.3, -0.5]]),
    "antiparallel with zero": np.array([[1.0, 0.5], [-2.0, -1.0], [0.0, 0.0]]),
    "more inputs than coordinates": np.array([[1.0], [-0.5], [2.0]]),
}


def dense(X, network, rng, independent_backward=False):
    """Statistics of dense networks; with the flag, the backward pass uses fresh weights (a common approximation)."""
    parameters = network.draw(DRAWS, rng, X.shape[1])
    kernel = tangent.tangent_kernel(network, parameters, X)
    if independent_backward:
        kernel = _independent_kernel(network, parameters, X, rng)
    return moments(network.forward(parameters, X), kernel)


def _independent_kernel(network, parameters, X, rng):
    """The kernel of a network of two hidden layers whose W^2 is drawn anew for the backward pass."""
    z1, z2, _ = network.preactivations(parameters, X)
    m1, m2 = network.widths
    h1, h2 = network.nonlinearity.value(z1), network.nonlinearity.value(z2)
    scale = network.sigma_w
    d2 = scale / m2**0.5 * np.swapaxes(parameters.weights[2], 1, 2) * network.nonlinearity.slope(z2)
    fresh = rng.standard_normal((len(z1), m1, m2))
    d1 = scale / m1**0.5 * (fresh @ d2) * network.nonlinearity.slope(z1)
    grams = [np.swapaxes(a, 1, 2) @ a for a in (h2, h1, d2, d1)]
    return (
        scale**2 / m2 * grams[0]
        + network.sigma_b**2
        + (scale**2 / m1 * grams[1] + network.sigma_b**2) * grams[2]
        + (scale**2 / X.shape[1] * X @ X.T + network.sigma_b**2) * grams[3]
    )


def structured(X, network, rng):
    sample = sample_tangent_kernel(
        X,
        nonlinearity=network.nonlinearity,
        widths=network.widths,
        sigma_w=network.sigma_w,
        sigma_b=network.sigma_b,
        draws=DRAWS,
        rng=rng,
    )
    return moments(sample.outputs, sample.kernel)


@pytest.mark.parametrize("inputs", INPUTS)
@pytest.mark.parametrize(
    "network",
    [
        MLP(RELU, (6,), 1.5, 0.4),
        MLP(RELU, (5, 4), 1.4, 0.0),
        MLP(ERF, (4, 6), 1.2, 0.5),
        MLP(TANH, (2, 2, 3), 1.3, 0.3),
        MLP(IDENTITY, (2, 5, 1), 1.0, 0.2),
    ],
    ids=lambda network: f"{network.nonlinearity.name}{network.widths}",
)
def test_law_is_that_of_dense_networks(network, inputs):
    """False if outputs and kernels were not jointly distributed as in dense networks, dependent signals included."""
    X = INPUTS[inputs]
    seed = np.random.SeedSequence([20, list(INPUTS).index(inputs), *network.widths])
    one, two = (np.random.Generator(np.random.PCG64(child)) for child in seed.spawn(2))
    a, b = structured(X, network, one), dense(X, network, two)
    assert discrepancy(a, b) <= critical(a.shape[1])


@pytest.mark.parametrize(
    "network", [MLP(RELU, (5, 4), 1.4, 0.0), MLP(IDENTITY, (3, 3), 1.0, 0.0), MLP(TANH, (2, 2), 1.3, 0.3)]
)
def test_comparison_refuses_independent_backward_weights(network):
    """False if the test of the law could not tell a sampler that forgets what the forward pass revealed of W."""
    one, two = (np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(21).spawn(2))
    a, b = (dense(INPUTS["generic"], network, rng, flag) for rng, flag in ((one, True), (two, False)))
    assert discrepancy(a, b) > critical(a.shape[1])


def test_homogeneity_is_exact():
    """False if sigma_w entered some layer with another power: for leaky ReLU without bias it is a factor, exactly."""
    X = INPUTS["generic"]
    small, large = (
        sample_tangent_kernel(
            X, nonlinearity=leaky(0.5), widths=(8, 8), sigma_w=s, sigma_b=0.0, draws=5, rng=np.random.default_rng(1)
        )
        for s in (1.0, 2.0)
    )
    assert np.array_equal(large.outputs, 2.0**3 * small.outputs)
    assert np.array_equal(large.kernel, 2.0**6 * small.kernel)


def test_repeated_inputs_have_equal_rows():
    """False if a repeated input got values of its own from the factor of a singular Gram matrix."""
    sample = sample_tangent_kernel(
        INPUTS["repeated"], nonlinearity=ERF, widths=(50, 50, 50), sigma_w=1.0, sigma_b=0.1, draws=20,
        rng=np.random.default_rng(2),
    )  # fmt: skip
    scale = np.abs(sample.kernel).max()
    assert np.abs(sample.kernel[:, 0] - sample.kernel[:, 2]).max() <= 1e-10 * scale
    assert np.abs(sample.outputs[:, 0] - sample.outputs[:, 2]).max() <= 1e-10 * np.abs(sample.outputs).max()


def test_kernels_are_symmetric_and_positive():
    """False if a kernel were no Gram matrix."""
    sample = sample_tangent_kernel(
        INPUTS["generic"], nonlinearity=RELU, widths=(30, 20), sigma_w=1.0, sigma_b=0.3, draws=50,
        rng=np.random.default_rng(3),
    )  # fmt: skip
    kernel = sample.kernel
    assert np.abs(kernel - np.swapaxes(kernel, 1, 2)).max() <= 1e-14 * np.abs(kernel).max()
    assert np.linalg.eigvalsh(kernel).min() > 0


def test_sample_follows_its_generator():
    """False if equal generators gave different samples."""
    first, second = (
        sample_tangent_kernel(
            np.eye(2), nonlinearity=RELU, widths=(7, 9), sigma_w=1.0, sigma_b=1.0, draws=3, rng=np.random.default_rng(4)
        )
        for _ in range(2)
    )
    assert np.array_equal(first.outputs, second.outputs)
    assert np.array_equal(first.kernel, second.kernel)


def test_no_draws_are_refused():
    """False if an empty sample could pass for evidence."""
    with pytest.raises(InvalidArgument, match="draws = 0"):
        sample_tangent_kernel(
            np.eye(2), nonlinearity=RELU, widths=(7,), sigma_w=1.0, sigma_b=1.0, draws=0, rng=np.random.default_rng(4)
        )
