"""Tangent kernels of finite networks at given parameters, without ever forming a Jacobian."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .networks import MLP, Parameters, as_inputs

Array = NDArray[np.float64]


def tangent_kernel(network: MLP, parameters: Parameters, X: Array) -> Array:
    """Theta(x, x') = sum over all weights and biases of df(x)/dtheta df(x')/dtheta, at `parameters`.

    Formula:
        Theta = sum_{l=0}^{L} (sigma_w^2 / m_l  H_l^T H_l + sigma_b^2) * (D_{l+1}^T D_{l+1})  (entrywise product),
        columns of H_l: the signals h^l(x_i), H_0 = X^T, m_0 = d; columns of D_l: df(x_i)/dz^l; D_{L+1} = 1.

    Args:
        X: (n, d).

    Returns:
        (draws, n, n), symmetric and positive semidefinite up to rounding.
    """
    preactivations = network.preactivations(parameters, X)
    draws, _, n = preactivations[0].shape
    kernel = np.zeros((draws, n, n))
    backward = np.ones((draws, 1, n))
    for layer in range(len(network.widths), -1, -1):
        signals = network.nonlinearity.value(preactivations[layer - 1]) if layer else as_inputs(X).T[None]
        scale = network.sigma_w / math.sqrt(signals.shape[1])
        kernel += (scale**2 * _gram(signals) + network.sigma_b**2) * _gram(backward)
        if layer:
            slope = network.nonlinearity.slope(preactivations[layer - 1])
            backward = scale * np.swapaxes(parameters.weights[layer], 1, 2) @ backward * slope
    return kernel


def _gram(columns: Array) -> Array:
    """(draws, m, n) -> (draws, n, n)."""
    result: Array = np.swapaxes(columns, 1, 2) @ columns
    return result
