"""Duals at many pairs at once."""

from __future__ import annotations

import numpy as np
import pytest

from theory.kernels.dual import dual
from theory.kernels.states.pairs import PairGrid

SEED = 20171101
SIDE = 65
LONG = ["hard_tanh", "elu", "snake"]
"""Closed forms that take longer than a series."""
UNCLOSED = ["tanh", "swish", "softsign", "Max(z - 1, 0) + tanh(z)"]


@pytest.mark.parametrize("name", ["relu", "erf", "gelu", "cube", *LONG, *UNCLOSED])
def test_many_pairs_agree_with_few(name: str) -> None:
    """If false, a large Gram matrix holds other values than a small one, or NaN for empty and parallel inputs."""
    rng = np.random.default_rng(SEED)
    vectors = rng.standard_normal((SIDE, 6)) * rng.uniform(0.05, 2, SIDE)[:, None]
    vectors[1], vectors[2], vectors[3] = vectors[0], -vectors[0], 0.0
    p = np.sum(vectors**2, axis=1)
    r = np.clip(vectors @ vectors.T, -np.sqrt(p[:, None] * p), np.sqrt(p[:, None] * p))
    r[0, 0] = r[1, 1] = r[0, 1] = r[1, 0] = p[0]
    law = dual(name)
    for found in (law, law.derivative):
        many = PairGrid(p[:, None], p[None, :], r).evaluate(found)
        size = np.sqrt(found.evaluate(p, p, p))
        for i in (0, 2, 3, 9):  # repeated, opposite, empty, any
            assert (np.abs(many[i] - found.evaluate(p[i], p, r[i])) <= 1e-12 * size[i] * size).all()
