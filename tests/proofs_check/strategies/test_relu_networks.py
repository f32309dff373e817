"""ReLU networks are homogeneous, and have dead, equal and cancelling neurons among them."""

from typing import Any

import numpy as np
from hypothesis import given

from proofs_check import strategies

from .corners import unreached

EPS = float(np.finfo(float).eps)


@given(strategies.relu_networks())
def test_networks_are_homogeneous_of_their_depth(data: dict[str, Any]) -> None:
    """f(2 theta; x) = 2^L f(theta; x) would fail; doubling is exact in floating point."""
    weights = data["weights"]
    inputs = np.linspace(-1, 1, 3 * weights[0].shape[1]).reshape(3, -1)
    doubled = strategies.relu_forward([2 * matrix for matrix in weights], inputs)
    assert (doubled == 2 ** len(weights) * strategies.relu_forward(weights, inputs)).all()


def sizes(data: dict[str, Any]) -> list[float]:
    """The largest weight of every layer."""
    return [float(np.abs(matrix).max()) for matrix in data["weights"]]


def test_patterns_of_weights_are_reached() -> None:
    """Margins and balancedness would be searched on generic weights alone."""
    corners = {
        "dead": lambda data: not data["weights"][0][0].any() and data["weights"][0].any(),
        "unbalanced": lambda data: max(sizes(data)) > 1e6 * min(sizes(data)) > 0,
        "twins": lambda data: (data["weights"][0][0] == data["weights"][0][1]).all() and data["weights"][0].all(),
        "cancelling": lambda data: (
            (data["weights"][1][:, 0] == -data["weights"][1][:, 1]).all() and data["weights"][1].any()
        ),
        "zero layer": lambda data: min(sizes(data)) == 0 < max(sizes(data)),
        "deep": lambda data: len(data["weights"]) == 4,
    }
    assert unreached(strategies.relu_networks(width=(2, 3)), corners) == []
