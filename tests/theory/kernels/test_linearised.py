"""Linearised training against explicit iteration in rational numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.kernels import (
    GradientDescent,
    GradientFlow,
    ensemble_covariance,
    ensemble_mean,
    predicted_outputs,
    trained_outputs,
)

Rows = list[list[Fraction]]
entries = st.integers(-4, 4).map(lambda k: Fraction(k, 4))


def features(n: int, d: int) -> st.SearchStrategy[Rows]:
    """Feature rows of a linear model; fewer columns than rows make the kernel singular."""
    return st.lists(st.lists(entries, min_size=d, max_size=d), min_size=n, max_size=n)


def dot(x: list[Fraction], y: list[Fraction]) -> Fraction:
    """Exact inner product."""
    return sum((p * q for p, q in zip(x, y, strict=True)), Fraction(0))


def descend(train: Rows, start: list[Fraction], targets: list[Fraction], eta: Fraction, steps: int) -> list[Fraction]:
    """Weights of the linear model after explicit gradient descent on 1/2 sum (f - y)^2."""
    weights = list(start)
    for _ in range(steps):
        errors = [dot(row, weights) - y for row, y in zip(train, targets, strict=True)]
        slopes = [dot(errors, [row[k] for row in train]) for k in range(len(weights))]
        weights = [w - eta * slope for w, slope in zip(weights, slopes, strict=True)]
    return weights


def floats(rows: object) -> np.ndarray:
    """Fractions as an array of floats."""
    return np.array(rows, dtype=object).astype(np.float64)


@given(
    train=st.integers(1, 3).flatmap(lambda d: features(3, d)),
    seed=st.integers(0, 10**6),
    steps=st.integers(0, 12),
)
def test_descent_is_the_explicit_iteration(train: Rows, seed: int, steps: int) -> None:
    """If false, the closed form differs from exact gradient descent, singular kernels included."""
    rng = np.random.default_rng(seed)
    d = len(train[0])
    start, targets, test = ([Fraction(int(k), 4) for k in rng.integers(-4, 5, size)] for size in (d, 3, d))
    eta = Fraction(1, 8)
    weights = descend(train, start, targets, eta, steps)
    theta = floats([[dot(x, y) for y in train] for x in train])
    theta_test = floats([[dot(test, y) for y in train]])
    initial, initial_test = floats([dot(x, start) for x in train]), floats([dot(test, start)])
    training = GradientDescent(eta=float(eta), steps=steps)
    outputs = trained_outputs(theta, initial, floats(targets), training)
    predictions = predicted_outputs(theta, theta_test, initial, initial_test, floats(targets), training)
    np.testing.assert_allclose(outputs, floats([dot(x, weights) for x in train]), rtol=0, atol=1e-12)
    np.testing.assert_allclose(predictions, floats([dot(test, weights)]), rtol=0, atol=1e-12)


def test_flow_solves_its_equation() -> None:
    """If false, the time derivative of the flow is not -eta Theta(x, X) (f(X) - Y)."""
    rng = np.random.default_rng(5)
    phi = rng.standard_normal((6, 4))
    theta, cross = phi[:4] @ phi[:4].T, phi[4:] @ phi[:4].T
    initial, initial_test, targets = rng.standard_normal(4), rng.standard_normal(2), rng.standard_normal(4)
    time, h, eta = 0.7, 1e-5, 0.4

    def outputs(t: float) -> np.ndarray:
        training = GradientFlow(eta=eta, time=t)
        return np.concatenate(
            [
                trained_outputs(theta, initial, targets, training),
                predicted_outputs(theta, cross, initial, initial_test, targets, training),
            ]
        )

    slope = (outputs(time + h) - outputs(time - h)) / (2 * h)
    error = outputs(time)[:4] - targets
    np.testing.assert_allclose(slope, -eta * np.vstack([theta, cross]) @ error, rtol=1e-8)


def test_ensemble_is_the_law_of_the_predictions() -> None:
    """If false, mean or covariance differ from those of predictions linear in a Gaussian initial output."""
    rng = np.random.default_rng(11)
    phi, features_ = rng.standard_normal((6, 6)), rng.standard_normal((6, 9))
    theta, cross = phi[:4] @ phi[:4].T, phi[4:] @ phi[:4].T
    targets, training = rng.standard_normal(4), GradientDescent(eta=0.05, steps=9)
    # f_0 = features_ w with standard normal w: the prediction is affine in w, and its columns are the responses.
    responses = predicted_outputs(theta, cross, features_[:4], features_[4:], np.zeros((4, 9)), training)
    K = features_ @ features_.T
    covariance = ensemble_covariance(theta, cross, K[:4, :4], K[4:, :4], K[4:, 4:], training)
    np.testing.assert_allclose(covariance, responses @ responses.T, rtol=1e-11)
    mean = predicted_outputs(theta, cross, np.zeros(4), np.zeros(2), targets, training)
    np.testing.assert_allclose(ensemble_mean(theta, cross, targets, training), mean, rtol=1e-12)


def test_readout_training_ends_at_the_posterior() -> None:
    """If false, with Theta = K the limit of long training is not the noiseless Gaussian process posterior."""
    phi = np.random.default_rng(3).standard_normal((6, 6))
    K = phi @ phi.T
    training = GradientFlow(eta=1.0, time=1e9)
    covariance = ensemble_covariance(K[:4, :4], K[4:, :4], K[:4, :4], K[4:, :4], K[4:, 4:], training)
    posterior = K[4:, 4:] - K[4:, :4] @ np.linalg.solve(K[:4, :4], K[:4, 4:])
    np.testing.assert_allclose(covariance, posterior, rtol=1e-8, atol=1e-10)


def test_shapes_are_checked() -> None:
    """If false, arrays that do not fit are broadcast into a wrong answer."""
    training = GradientDescent(eta=0.1, steps=1)
    with pytest.raises(InvalidArgument, match="square"):
        trained_outputs([[1.0, 2.0]], [0.0], [0.0], training)
    with pytest.raises(InvalidArgument, match="symmetric"):
        trained_outputs([[1.0, 2.0], [0.0, 1.0]], [0.0, 0.0], [0.0, 0.0], training)
    with pytest.raises(InvalidArgument, match="targets"):
        trained_outputs([[1.0]], [0.0, 1.0], [0.0, 1.0], training)
    with pytest.raises(InvalidArgument, match="theta_test"):
        predicted_outputs([[1.0]], [[1.0, 2.0]], [0.0], [0.0], [0.0], training)
    with pytest.raises(InvalidArgument, match="NaN"):
        trained_outputs([[np.nan]], [0.0], [0.0], training)
