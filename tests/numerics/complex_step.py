"""Tangent kernels by brute force: a complex step in every parameter in turn, so no cancellation."""

import math

import numpy as np

TINY = 1e-30


def flatten(parameters, draw):
    """All parameters of one network as a list of (weights, biases) per layer."""
    return [
        (W[draw].astype(complex), b[draw].astype(complex))
        for W, b in zip(parameters.weights, parameters.biases, strict=True)
    ]


def output(layers, value, sigma_w, sigma_b, x):
    """f(x) from the defining recursion, on complex parameters."""
    signals = x.astype(complex)
    for index, (W, b) in enumerate(layers):
        z = np.array([sigma_w / math.sqrt(len(signals)) * (row @ signals) for row in W]) + sigma_b * b
        signals = value(z) if index + 1 < len(layers) else z
    return signals[0]


def tangent_kernel(network, value, parameters, X, draw):
    """J J^T for one network, J by complex steps; `value` is the activation on complex numbers."""
    layers = flatten(parameters, draw)
    columns = []
    for block in (array for layer in layers for array in layer):
        for index in np.ndindex(block.shape):
            block[index] += 1j * TINY
            column = [output(layers, value, network.sigma_w, network.sigma_b, x).imag / TINY for x in X]
            block[index] -= 1j * TINY
            columns.append(column)
    J = np.array(columns).T
    return J @ J.T
