"""Signals in wide random networks, layer by layer, sampled from their exact law in O(width) per layer."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidArgument
from .networks import MLP, as_inputs
from .nonlinearities import Nonlinearity
from .orthonormal import gram_of_rows, semidefinite_factor

Array = NDArray[np.float64]

CHUNK_ENTRIES = 2**16
"""Entries (draws x n x width) of one array: 512 KiB."""


def sample_preactivation_grams(
    X: Array,
    *,
    nonlinearity: Nonlinearity,
    widths: tuple[int, ...],
    sigma_w: float,
    sigma_b: float,
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """Draws z^l(x_i) . z^l(x_j) / m_l for every hidden layer l of `MLP` at initialisation, forming no weight matrix.

    Formula:
        Given the signals h of a layer, the neurons of the next are independent: each is a Gaussian vector over the
        inputs with covariance sigma_w^2 h h^T / m + sigma_b^2.

    Args:
        X: (n, d). widths: (m_1, ..., m_L), the hidden layers. sigma_w, sigma_b: standard deviations. draws: >= 1.

    Returns:
        Array (draws, L, n, n): entries (i, i) are the mean squared lengths of pre-activations.

    Raises:
        InvalidArgument: draws < 1, or what `MLP` and `as_inputs` refuse.

    Accuracy: the law is exact up to rounding.

    Source: derived here (rows of a standard normal matrix are independent).

    Example:
        >>> from numerics.nonlinearities import RELU
        >>> rng = np.random.default_rng(0)
        >>> sample_preactivation_grams(
        ...     np.eye(2), nonlinearity=RELU, widths=(100, 50), sigma_w=1.0, sigma_b=0.1, draws=3, rng=rng
        ... ).shape
        (3, 2, 2, 2)
    """
    network = MLP(nonlinearity, tuple(widths), sigma_w, sigma_b)
    if draws < 1:
        raise InvalidArgument(f"draws = {draws!r}; at least one network must be drawn, give draws >= 1")
    inputs = as_inputs(X)
    n = len(inputs)
    chunk = max(1, CHUNK_ENTRIES // (n * max(network.widths)))
    grams = np.empty((draws, len(network.widths), n, n))
    for start in range(0, draws, chunk):
        part = grams[start : start + chunk]
        _fill(part, inputs, network, rng)
    return grams


def _fill(grams: Array, inputs: Array, network: MLP, rng: np.random.Generator) -> None:
    signals = np.broadcast_to(inputs, (len(grams), *inputs.shape))
    for layer, width in enumerate(network.widths):
        covariance = (network.sigma_w / math.sqrt(signals.shape[2])) ** 2 * gram_of_rows(signals) + network.sigma_b**2
        R, _, _ = semidefinite_factor(covariance)
        z = np.swapaxes(R, 1, 2) @ rng.standard_normal((len(grams), len(inputs), width))
        grams[:, layer] = gram_of_rows(z) / width
        signals = network.nonlinearity.value(z)
