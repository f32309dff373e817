"""Homogeneous networks: the weights of finite ReLU networks without biases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from .coordinates import draw_array, draw_magnitude, require_range

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WEIGHT_PATTERNS = ("generic", "unbalanced", "dead", "twins", "opposite", "rank_one", "zero_layer")
"""Kinds of weights: plain; layers of very different size; neurons that never fire; equal neurons; neurons that
cancel; layers of rank one; a layer of zeros."""


def relu_forward(weights: Sequence[Array], X: Array) -> Array:
    """Outputs of the network W_L relu(W_{L-1} ... relu(W_1 x)); works on object arrays, too.

    Args:
        weights: W_l of shape (n_l, n_{l-1}). X: (n, d), d = n_0.

    Returns:
        (n, n_L).
    """
    features = X
    for number, matrix in enumerate(weights):
        features = (np.maximum(features, 0) if number else features) @ matrix.T
    return features


def _patterned(draw: DrawFn, pattern: str, layers: list[Array]) -> list[Array]:
    chosen = draw(st.integers(0, len(layers) - 1))
    if pattern == "unbalanced":
        return [matrix * draw_magnitude(draw, -6, 6) for matrix in layers]
    if pattern == "dead":
        layers[0][0] = 0.0
    elif pattern in ("twins", "opposite") and len(layers) > 1 and len(layers[0]) > 1:
        layers[0][1] = layers[0][0]
        layers[1][:, 1] = layers[1][:, 0] * (1.0 if pattern == "twins" else -1.0)
    elif pattern == "rank_one":
        layers[chosen] = np.outer(layers[chosen][:, 0], layers[chosen][0])
    elif pattern == "zero_layer":
        layers[chosen] = np.zeros_like(layers[chosen])
    return layers


@st.composite
def _relu_network(
    draw: DrawFn, depth: tuple[int, int], width: tuple[int, int], dimension: tuple[int, int], outputs: int
) -> tuple[Array, ...]:
    hidden = [draw(st.integers(*width)) for _ in range(draw(st.integers(*depth)))]
    sizes = [draw(st.integers(*dimension)), *hidden, outputs]
    layers = [draw_array(draw, after, before) for before, after in pairwise(sizes)]
    return tuple(_patterned(draw, draw(st.sampled_from(WEIGHT_PATTERNS)), layers))


def relu_networks(
    *,
    depth: tuple[int, int] = (1, 3),
    width: tuple[int, int] = (1, 4),
    dimension: tuple[int, int] = (1, 3),
    outputs: int = 1,
    name: str = "weights",
) -> SearchStrategy[dict[str, Any]]:
    """Weights of ReLU networks without biases, homogeneous of degree L: {name: tuple of (n_l, n_{l-1}) arrays}.

    Args:
        depth: inclusive range of the number L - 1 of hidden layers. width, dimension: ranges of hidden widths and of
            the input dimension n_0. outputs: n_L. name: key of the weights.

    Example:
        >>> from hypothesis import find
        >>> weights = find(relu_networks(), lambda data: True)["weights"]
        >>> relu_forward(weights, np.ones((2, weights[0].shape[1]))).shape
        (2, 1)
    """
    require_range("depth", depth, least=0)
    require_range("width", width)
    require_range("dimension", dimension)
    return _relu_network(depth, width, dimension, outputs).map(lambda layers: {name: layers})
