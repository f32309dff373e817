"""Layer-by-layer sampling against dense networks."""

import numpy as np
import pytest

from numerics.errors import InvalidArgument
from numerics.networks import MLP
from numerics.nonlinearities import ERF, RELU, TANH
from numerics.propagation import sample_preactivation_grams
from tests.numerics.paired_samples import critical, discrepancy

DRAWS = 20_000
INPUTS = np.array([[1.0, 0.3, -0.5], [0.2, -1.0, 0.4]])


def flat(grams):
    """First and second moments' terms of the Gram entries of all layers, (draws, p)."""
    rows, columns = np.triu_indices(grams.shape[-1])
    entries = grams[..., rows, columns].reshape(len(grams), -1)
    products = entries[:, :, None] * entries[:, None, :]
    upper = np.triu_indices(entries.shape[1])
    return np.concatenate([entries, products[:, upper[0], upper[1]]], axis=1)


def dense(network, rng):
    """The same from networks with weight matrices."""
    parameters = network.draw(DRAWS, rng, INPUTS.shape[1])
    layers = network.preactivations(parameters, INPUTS)[:-1]
    return np.stack([np.swapaxes(z, 1, 2) @ z / z.shape[1] for z in layers], axis=1)


@pytest.mark.parametrize("nonlinearity", [RELU, ERF, TANH], ids=lambda item: item.name)
@pytest.mark.parametrize("sigma_b", [0.0, 0.5])
def test_law_is_that_of_dense_networks(nonlinearity, sigma_b):
    """If false, lengths or correlations of the sampled signals follow another law than those of a network."""
    network = MLP(nonlinearity, (3, 5, 2), 1.4, sigma_b)
    fast = sample_preactivation_grams(
        INPUTS,
        nonlinearity=nonlinearity,
        widths=network.widths,
        sigma_w=1.4,
        sigma_b=sigma_b,
        draws=DRAWS,
        rng=np.random.default_rng(1),
    )
    first, second = flat(fast), flat(dense(network, np.random.default_rng(2)))
    assert discrepancy(first, second) < critical(first.shape[1])


def test_another_scale_is_noticed():
    """If false, the comparison above would pass for a wrong law."""
    network = MLP(RELU, (3, 5, 2), 1.4, 0.5)
    other = MLP(RELU, (3, 5, 2), 1.5, 0.5)
    first, second = (flat(dense(item, np.random.default_rng(seed))) for seed, item in enumerate((network, other)))
    assert discrepancy(first, second) > critical(first.shape[1])


def test_draws_are_checked():
    """If false, an empty sample goes through."""
    with pytest.raises(InvalidArgument, match="draws = 0"):
        sample_preactivation_grams(
            INPUTS,
            nonlinearity=RELU,
            widths=(3,),
            sigma_w=1.0,
            sigma_b=0.0,
            draws=0,
            rng=np.random.default_rng(0),
        )
