"""Finite fully connected networks in NTK parameterisation, dense and batched over independent draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from numpy.typing import NDArray

from .errors import InvalidArgument
from .nonlinearities import Nonlinearity

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Parameters:
    """Weights and biases of `draws` independent networks, hidden layers first, readout last.

    Args:
        weights: per layer (draws, fan-out, fan-in). biases: per layer (draws, fan-out). The readout has fan-out 1.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]


@final
@dataclass(frozen=True)
class MLP:
    """A fully connected network with scalar output in NTK parameterisation.

    Formula:
        z^1 = sigma_w d^{-1/2} W^1 x + sigma_b b^1,  h^l = phi(z^l),
        z^{l+1} = sigma_w m_l^{-1/2} W^{l+1} h^l + sigma_b b^{l+1},  f = z^{L+1};
        at initialisation every entry of every W and b is N(0, 1), independent.

    Args:
        nonlinearity: phi. widths: (m_1, ..., m_L), the hidden layers, L >= 1. sigma_w, sigma_b: >= 0, standard
            deviations (not variances).

    Raises:
        InvalidArgument: no hidden layer, a width below 1, a negative or infinite sigma.
    """

    nonlinearity: Nonlinearity
    widths: tuple[int, ...]
    sigma_w: float
    sigma_b: float

    def __post_init__(self) -> None:
        if not self.widths or any(width < 1 for width in self.widths):
            raise InvalidArgument(f"widths = {self.widths!r}; give at least one hidden width, each at least 1")
        for name, sigma in (("sigma_w", self.sigma_w), ("sigma_b", self.sigma_b)):
            if not (math.isfinite(sigma) and sigma >= 0):
                raise InvalidArgument(f"{name} = {sigma!r}; a finite standard deviation >= 0 is needed, as 1.0")

    def draw(self, draws: int, rng: np.random.Generator, d: int) -> Parameters:
        """Standard normal parameters of `draws` networks with inputs in R^d; memory draws * sum of m_l m_{l-1}."""
        fans = (d, *self.widths, 1)
        weights = tuple(rng.standard_normal((draws, out, into)) for into, out in pairwise(fans))
        return Parameters(weights, tuple(rng.standard_normal((draws, out)) for out in fans[1:]))

    def preactivations(self, parameters: Parameters, X: Array) -> tuple[Array, ...]:
        """z^1, ..., z^{L+1} at the rows of X (n, d): arrays (draws, m_l, n), the last (draws, 1, n)."""
        z = self._affine(parameters, 0, as_inputs(X).T)
        layers = [z]
        for layer in range(1, len(self.widths) + 1):
            z = self._affine(parameters, layer, self.nonlinearity.value(z))
            layers.append(z)
        return tuple(layers)

    def forward(self, parameters: Parameters, X: Array) -> Array:
        """Outputs f at the rows of X (n, d): (draws, n)."""
        return self.preactivations(parameters, X)[-1][:, 0, :]

    def _affine(self, parameters: Parameters, layer: int, signals: Array) -> Array:
        weights, biases = parameters.weights[layer], parameters.biases[layer]
        scale = self.sigma_w / math.sqrt(weights.shape[2])
        result: Array = scale * (weights @ signals) + self.sigma_b * biases[:, :, None]
        return result


def as_inputs(X: Array) -> Array:
    """X as a float64 array of shape (n, d).

    Raises:
        InvalidArgument: not two axes, no row or column, or an entry that is not finite.
    """
    inputs = np.asarray(X, dtype=np.float64)
    if inputs.ndim != 2 or 0 in inputs.shape:
        raise InvalidArgument(f"inputs X have shape {inputs.shape}; one input per row is needed, shape (n, d)")
    if not np.all(np.isfinite(inputs)):
        raise InvalidArgument("inputs X hold NaN or infinity; only finite numbers are allowed, so clean the data first")
    return inputs
