"""Mehler's formula on whole matrices."""

from __future__ import annotations

import numpy as np
import pytest

from theory.gaussian.mehler import evaluate_mehler
from theory.gaussian.panels import Kinked, integrate_line, integrate_pairs

FUNCTIONS = {
    "odd": Kinked(np.tanh),
    "even": Kinked(lambda x: np.log(np.cosh(x))),
    "neither": Kinked(lambda x: x / (1 + np.exp(-x))),
    "kink at 0": Kinked(lambda x: x / (1 + np.abs(x)), (0.0,)),
    "jump": Kinked(lambda x: (x > 0.5) * np.cos(x), (0.5,)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_matrices_against_panels(name: str) -> None:
    """If false, a sum errs where it says it is settled: matrices of pairs, wide and narrow, close and remote."""
    f, rng = FUNCTIONS[name], np.random.default_rng(5)
    variances = np.array([0.01, 0.6, 1.0, 7.0, 90.0])
    rows, columns = rng.integers(0, 5, (12, 1)), rng.integers(0, 5, (1, 9))
    rho = np.concatenate([rng.uniform(-1, 1, (10, 9)), [[0.0, 1e-9, 0.9, -0.9, 0.99, -0.99, 1 - 1e-7, 1.0, -1.0]] * 2])
    values, done = evaluate_mehler(f, variances, (rows, columns), rho)
    assert done.mean() > 0.5
    done &= (np.arange(12) % 3 == 2)[:, None]  # quadrature of all would take seconds
    a, b = (np.broadcast_to(variances[place], rho.shape) for place in (rows, columns))
    size = np.sqrt(
        np.multiply(*(integrate_line(Kinked(lambda x: f.function(x) ** 2, f.marks), v[done]) for v in (a, b)))
    )
    c = (rho * np.sqrt(a * b))[done]
    gap = (a * b)[done] * (1 - rho[done]) * (1 + rho[done])
    direct = integrate_pairs(f, f, (a[done], b[done]), c, gap)
    assert np.all(np.abs(values[done] - direct) <= 1e-13 * size)


def test_wide_smooth_functions_are_settled() -> None:
    """If false, a saturated activation, steep for its argument, is left to a quadrature for each pair of a matrix."""
    rho = np.linspace(-0.9, 0.9, 19)
    for name in ("odd", "even"):
        _, done = evaluate_mehler(FUNCTIONS[name], np.array([290.0]), (np.zeros(19, int),) * 2, rho)
        assert done.all()


def test_small_correlations_keep_their_digits() -> None:
    """If false, an odd function loses relative accuracy where its dual is small."""
    rho = 10.0 ** -np.arange(1, 12)
    values, done = evaluate_mehler(FUNCTIONS["odd"], np.ones(1), (np.zeros(11, int),) * 2, rho)
    slope = integrate_line(Kinked(lambda x: 1 / np.cosh(x) ** 2), np.ones(1))[0] ** 2
    assert done.all()
    np.testing.assert_allclose(values[4:], slope * rho[4:], rtol=1e-9)
    np.testing.assert_allclose(values[7:], slope * rho[7:], rtol=1e-13)


def test_what_is_not_settled_is_said() -> None:
    """If false, a series that has not converged counts as settled: a jump next to correlation 1, a wild function."""
    near = np.array([1 - 1e-6, -1 + 1e-6])
    _, done = evaluate_mehler(FUNCTIONS["jump"], np.ones(1), (np.zeros(2, int),) * 2, near)
    assert not done.any()
    for wild in (lambda x: np.exp(x**2 / 3), lambda x: (x > 0.3) * 1.0):
        _, done = evaluate_mehler(Kinked(wild), np.ones(1), (np.zeros(1, int),) * 2, np.array([0.1]))
        assert not done.any()


def test_equal_variables_have_the_moment() -> None:
    """If false, the diagonal is a truncated series."""
    f = FUNCTIONS["kink at 0"]
    values, done = evaluate_mehler(f, np.array([50.0]), (np.zeros(1, int),) * 2, np.ones(1))
    moment = integrate_line(Kinked(lambda x: f.function(x) ** 2, f.marks), np.array([50.0]))
    assert done.all()
    np.testing.assert_allclose(values, moment, rtol=1e-14)
