"""Outputs and tangent kernels of wide networks at initialisation, sampled from their exact law in O(width) per draw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidArgument
from .networks import MLP, as_inputs
from .nonlinearities import Nonlinearity
from .orthonormal import gram_of_rows, orthonormal_rows, semidefinite_factor

Array = NDArray[np.float64]

CHUNK_ENTRIES = 2**15
"""Entries (draws x n x width) of one array: 256 KiB, so that the arrays of a chunk stay in the cache."""


@final
@dataclass(frozen=True)
class TangentSample:
    """Independent draws of a network at initialisation.

    Args:
        outputs: (draws, n), f at the inputs. kernel: (draws, n, n), the tangent kernel of the same networks.
    """

    outputs: Array
    kernel: Array


@final
@dataclass(frozen=True)
class _Layer:
    """What the backward pass needs of a hidden layer: phi', the frame Q of its signals, and W Q above it."""

    slope: Array
    frame: Array
    normals: Array


def sample_tangent_kernel(
    X: Array,
    *,
    nonlinearity: Nonlinearity,
    widths: tuple[int, ...],
    sigma_w: float,
    sigma_b: float,
    draws: int,
    rng: np.random.Generator,
) -> TangentSample:
    """Draws (f(X), Theta(X, X)) of `MLP` at initialisation, in law as with dense weight matrices, forming none.

    Formula:
        Append a bias to the weights, so that z = W H with H = [sigma_w m^{-1/2} h; sigma_b], and write H = Q R with Q
        orthonormal. Then G = W Q is standard normal and z = G R; given G, the backward product is
        W^T D = Q G^T D + (1 - Q Q^T) N C, where N is a fresh standard normal matrix and C^T C = D^T D.

    Args:
        X: (n, d). widths: (m_1, ..., m_L), the hidden layers. sigma_w, sigma_b: standard deviations. draws: >= 1.

    Returns:
        A `TangentSample` of `draws` independent networks. Time O(draws L n (m + n^2)), plus small products O(m n^2);
        memory about 3 L + 6 arrays of max(`CHUNK_ENTRIES`, n m) floats, as one draw is never split: a few MB up to
        n m = 10^5, some 300 MB at n = 4, L = 2, m = 10^6.

    Raises:
        InvalidArgument: draws < 1, or what `MLP` and `as_inputs` refuse.

    Accuracy:
        The law is exact up to rounding; see `orthonormal.RELATIVE_PIVOT` for inputs that are parallel within 3e-7.

    Source:
        Derived here: a standard normal W splits into the independent parts W Q and W (1 - Q Q^T), and D depends on the
        first only; for an independent copy W' of W, (1 - Q Q^T) W'^T D has the law of (1 - Q Q^T) N C.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> from numerics.nonlinearities import RELU
        >>> sample_tangent_kernel(
        ...     np.eye(3), nonlinearity=RELU, widths=(1000,), sigma_w=1.0, sigma_b=0.0, draws=2, rng=rng
        ... ).kernel.shape
        (2, 3, 3)
    """
    network = MLP(nonlinearity, tuple(widths), sigma_w, sigma_b)
    if draws < 1:
        raise InvalidArgument(f"draws = {draws!r}; at least one network must be drawn, give draws >= 1")
    inputs = as_inputs(X)
    first: Array = np.linalg.qr(_extended(inputs, network)[0].T).R
    n = len(inputs)
    chunk = max(1, CHUNK_ENTRIES // (n * max(network.widths)))
    outputs, kernel = np.empty((draws, n)), np.empty((draws, n, n))
    for start in range(0, draws, chunk):
        part = slice(start, min(start + chunk, draws))
        outputs[part], kernel[part] = _sample_chunk(first, network, part.stop - start, rng)
    return TangentSample(outputs, kernel)


def _sample_chunk(first: Array, network: MLP, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Outputs (draws, n) and kernels (draws, n, n); `first` (r, n) is a factor of the Gram matrix of the inputs."""
    z = first.T @ rng.standard_normal((draws, first.shape[0], network.widths[0]))
    grams: list[Array] = [(first.T @ first)[None]]
    layers: list[_Layer] = []
    for _, above in pairwise(network.widths):
        frame, R = orthonormal_rows(_extended(network.nonlinearity.value(z), network))
        normals = rng.standard_normal((draws, z.shape[1], above))
        layers.append(_Layer(network.nonlinearity.slope(z), frame, normals))
        grams.append(np.swapaxes(R, 1, 2) @ R)
        z = np.swapaxes(R, 1, 2) @ normals
    signals = _extended(network.nonlinearity.value(z), network)
    readout = rng.standard_normal((draws, signals.shape[2], 1))
    backward = network.nonlinearity.slope(z)
    backward *= network.sigma_w / math.sqrt(z.shape[2]) * readout[:, None, : z.shape[2], 0]
    kernel = gram_of_rows(signals)
    while True:
        gram = gram_of_rows(backward)
        kernel += grams.pop() * gram
        if not layers:
            return (signals @ readout)[:, :, 0], kernel
        backward = _backward_through(layers.pop(), backward, gram, network.sigma_w, rng)


def _backward_through(layer: _Layer, backward: Array, gram: Array, sigma_w: float, rng: np.random.Generator) -> Array:
    """df/dz of a layer, (draws, n, m), from that of the layer above and its Gram matrix, given the forward pass."""
    draws, n, m = layer.slope.shape
    C, _, _ = semidefinite_factor(gram)
    fresh = rng.standard_normal((draws, n, layer.frame.shape[2]))
    inside = layer.normals @ np.swapaxes(backward, 1, 2) - (layer.frame @ np.swapaxes(fresh, 1, 2)) @ C
    # The last column belongs to the bias: it takes part in the projection but feeds nothing below.
    below = np.swapaxes(C, 1, 2) @ fresh[:, :, :m]
    below += np.swapaxes(inside, 1, 2) @ layer.frame[:, :, :m]
    below *= layer.slope
    below *= sigma_w / math.sqrt(m)
    return below


def _extended(signals: Array, network: MLP) -> Array:
    """Signals (..., n, m) scaled by sigma_w m^{-1/2}, with sigma_b as last entry of each where there are biases."""
    stacked = signals if signals.ndim == 3 else signals[None]
    draws, n, m = stacked.shape
    scale = network.sigma_w / math.sqrt(m)
    if network.sigma_b == 0:
        return scale * stacked
    extended = np.full((draws, n, m + 1), network.sigma_b)
    np.multiply(stacked, scale, out=extended[:, :, :m])
    return extended
