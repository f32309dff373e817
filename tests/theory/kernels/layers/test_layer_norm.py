"""Layer normalisation and residual sums against plain recursions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from tests.theory.kernels.recursion import first
from theory.kernels import parse_architecture
from theory.symbols import z

SEED = 20160721


@pytest.mark.parametrize("name", ["erf", "relu"])
def test_against_quadrature(name: str) -> None:
    """If false, normalisation divides by something else than the two standard deviations."""
    phi = {"erf": sympy.erf(z), "relu": sympy.Max(z, 0)}[name]
    X = np.random.default_rng(SEED).standard_normal((3, 4))
    network = parse_architecture(
        f"Dense(1.5, 0.2) >> LayerNorm() >> {name} >> Dense(1.1, 0.1) >> LayerNorm() >> {name} >> Dense(0.8, 0.3)"
    )
    for i, j in ((0, 1), (1, 2)):
        hidden = first(X[i], X[j]).dense(1.5, 0.2).normalised().act(phi).dense(1.1, 0.1).normalised().act(phi)
        wanted = hidden.dense(0.8, 0.3)
        assert network.nngp(X)[i, j] == pytest.approx(wanted.xy, rel=1e-11)
        assert network.ntk(X)[i, j] == pytest.approx(wanted.ntk, rel=1e-11)


def test_diagonal_is_one() -> None:
    """If false, a normalised input has another variance than one, or a zero input is divided by zero."""
    X = np.random.default_rng(SEED).standard_normal((4, 3))
    X[3] = 0.0
    kernel = parse_architecture("Dense(1.5) >> LayerNorm()").nngp(X)
    np.testing.assert_array_equal(np.diag(kernel), [1, 1, 1, 0])
    assert np.isfinite(parse_architecture("Dense(1.5) >> LayerNorm() >> relu >> Dense(1)").ntk(X)).all()


def test_lengths_are_forgotten() -> None:
    """If false, a network that begins with a normalised layer without bias still sees the lengths of its inputs."""
    X = np.random.default_rng(SEED).standard_normal((4, 3))
    network = parse_architecture("Dense(1.5) >> LayerNorm() >> gelu >> Dense(1)")
    np.testing.assert_allclose(network.ntk(X * [[1], [2], [0.1], [30]]), network.ntk(X), rtol=1e-12)


def test_images_are_normalised_at_every_position() -> None:
    """If false, normalisation of images mixes positions."""
    X = np.random.default_rng(SEED).standard_normal((3, 2, 3, 2))
    for end in ("Flatten", "GlobalAvgPool"):
        network = parse_architecture(f"Conv(1, 1.5) >> LayerNorm() >> relu >> {end}() >> Dense(1)")
        scaled = X * np.array([1.0, 3.0, 0.2])[:, None, None, None] * np.array([1.0, 7.0, 2.0])[:, None]
        np.testing.assert_allclose(network.ntk(scaled), network.ntk(X), rtol=1e-12)
