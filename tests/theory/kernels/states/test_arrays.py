"""Cases on which the reference library, neural-tangents 0.6.5, is wrong; here against computations of other kinds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from theory.kernels import parse_architecture

X = ((1, -1, 2, 0), (1, 2, 1, -1), (3, 0, -1, 1))


def balls(text: str, x: tuple[int, ...], y: tuple[int, ...]) -> tuple[float, float]:
    """NNGP and NTK in ball arithmetic."""
    nngp, ntk = parse_architecture(text).enclose(tuple(map(Fraction, x)), tuple(map(Fraction, y)), 14)
    return float(nngp.mid()), float(ntk.mid())


@pytest.mark.parametrize(("name", "depth"), [("tanh", 1), ("tanh", 3), ("selu", 1), ("selu", 3)])
def test_activations_without_shortcut(name: str, depth: int) -> None:
    """If false, a kernel is approximate: the reference's quadrature errs here by 2e-2 (tanh) to 1.2 (selu, depth 3)."""
    text = " >> ".join([f"Dense(1.5, 0.05) >> {name}"] * depth + ["Dense(1.5, 0.05)"])
    network = parse_architecture(text)
    kernels = network.nngp(X), network.ntk(X)
    for i, j in ((0, 1), (1, 1)):
        for kernel, wanted in zip(kernels, balls(text, X[i], X[j]), strict=True):
            assert kernel[i, j] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_rectified_monomials_are_finite_and_right(degree: int) -> None:
    """If false, Max(z, 0)^n has no kernel on the diagonal or at depth 2; the reference gives NaN in those entries."""
    act = f"Max(z, 0)**{degree}"
    for text in (f"Dense(1.2) >> {act} >> Dense(1)", f"Dense(0.9) >> {act} >> Dense(0.8) >> {act} >> Dense(1)"):
        network = parse_architecture(text)
        kernels = network.nngp(X), network.ntk(X)
        for i, j in ((0, 0), (0, 1), (1, 2)):
            for kernel, wanted in zip(kernels, balls(text, X[i], X[j]), strict=True):
                assert kernel[i, j] == pytest.approx(wanted, rel=1e-12)


FUNCTIONS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "z**2 - z/2 + 1": lambda v: v * v - v / 2 + 1,
    "Max(z, 0)**2": lambda v: np.maximum(v, 0.0) ** 2,
    "tanh": np.tanh,
    "log(1 + exp(z))": lambda v: np.logaddexp(0.0, v),
    "mish": lambda v: v * np.tanh(np.logaddexp(0.0, v)),
}


@pytest.mark.parametrize("act", FUNCTIONS)
def test_zero_inputs_without_bias(act: str) -> None:
    """If false, a zero vector gives NaN, as its whole row in the reference: E phi(0) phi(v) = phi(0) E phi(v)."""
    network, function = parse_architecture(f"Dense(1.3) >> {act} >> Dense(1)"), FUNCTIONS[act]
    rows = np.array([X[0], (0, 0, 0, 0), (0, 0, 0, 0)], dtype=float)
    kernel, tangent = network.nngp(rows), network.ntk(rows)
    assert np.isfinite(kernel).all()
    assert np.isfinite(tangent).all()
    origin = float(function(np.zeros(1))[0])
    np.testing.assert_allclose(kernel[1:, 1:], origin**2, rtol=1e-14)
    np.testing.assert_array_equal(tangent[1:], kernel[1:])  # the slopes' part vanishes with x.y
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    mean = float(weights @ function(1.3 * np.sqrt(np.mean(np.square(X[0]))) * nodes)) / np.sqrt(2 * np.pi)
    assert kernel[0, 1] == pytest.approx(origin * mean, rel=1e-9, abs=1e-14)
