"""Gradient descent on ReLU networks with frozen signs, in floats and in balls."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.errors import DidNotConverge, InvalidArgument
from numerics.relu_gradient_descent import descend, descend_balls, gram_at_init
from tests.numerics.paired_samples import critical, discrepancy

EPS = np.finfo(float).eps
ONE = np.ones((1, 1))


def instance(seed, n=3, d=2, m=16):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, rng.standard_normal(n), rng.standard_normal((m, d)), rng.choice([-1.0, 1.0], m)


def exact_path(X, y, W, signs, step, steps, root):
    """Squared residuals in rational arithmetic, for a width whose square root is the integer `root`."""
    exact = (
        [[Fraction(value) for value in row] for row in X.tolist()],
        [[Fraction(v) for v in row] for row in W.tolist()],
    )
    inputs, weights = exact
    squares = []
    for _ in range(steps + 1):
        Z = [[sum(a * b for a, b in zip(w, x, strict=True)) for x in inputs] for w in weights]
        errors = [
            sum(int(s) * max(Z[r][i], 0) for r, s in enumerate(signs)) / Fraction(root) - Fraction(float(y[i]))
            for i in range(len(inputs))
        ]
        squares.append(sum(e * e for e in errors))
        for r, s in enumerate(signs):
            for i, x in enumerate(inputs):
                if Z[r][i] >= 0:
                    pull = Fraction(step) * int(s) * errors[i] / root
                    weights[r] = [w - pull * c for w, c in zip(weights[r], x, strict=True)]
    return squares


def holds(ball, number):
    """Whether a ball contains a dyadic number, which so many bits hold without rounding."""
    with ctx.workprec(20_000):
        exact = arb(fmpq(number.numerator, number.denominator))
        assert exact.rad() == 0
        return ball.contains(exact)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_floats_and_balls_follow_the_exact_path(seed):
    """False if the float path drifted from gradient descent, or a ball missed the exact value."""
    X, y, W, signs = instance(seed, m=4)
    exact = exact_path(X, y, W, signs, 0.25, 4, 2)
    floats = descend(X, y, W, signs, 0.25, 4).squared_residuals
    balls = descend_balls(X, y, W, signs, 0.25, 4, 200)
    assert len(balls) == len(exact) == len(floats) == 5
    for square, ball, value in zip(exact, balls, floats, strict=True):
        assert holds(ball, square)
        assert float(ball.rad()) <= 1e-40 * (1 + float(square))
        assert abs(value - float(square)) <= 1e4 * EPS * (1 + float(exact[0]))


def test_diagnostics_are_their_definitions():
    """False if an eigenvalue, a flip or a movement belonged to another step, another matrix or another neuron."""
    X, y, W, signs = instance(3, n=4, d=3, m=12)
    step, steps, m, n = 0.5, 6, 12, 4
    path = descend(X, y, W, signs, step, steps)
    start = W
    some_flip = False
    for k in range(steps + 1):
        active = np.array([[w @ x >= 0 for x in X] for w in W])
        u = np.array([sum(a * max(w @ x, 0) for a, w in zip(signs, W, strict=True)) for x in X]) / m**0.5
        H = np.array([[X[i] @ X[j] * sum(active[:, i] & active[:, j]) / m for j in range(n)] for i in range(n)])
        assert abs(path.squared_residuals[k] - ((u - y) ** 2).sum()) <= 1e3 * EPS
        assert abs(path.smallest_eigenvalues[k] - np.linalg.eigvalsh(H)[0]) <= 1e3 * EPS
        assert abs(path.movements[k] - max(np.linalg.norm(W[r] - start[r]) for r in range(m))) <= 1e3 * EPS
        if k == steps:
            break
        gradient = np.array(
            [signs[r] / m**0.5 * sum((u - y)[i] * active[r, i] * X[i] for i in range(n)) for r in range(m)]
        )
        W = W - step * gradient
        flips = active != np.array([[w @ x >= 0 for x in X] for w in W])
        part = [[X[i] @ X[j] * sum(flips[:, i] & active[:, i] & active[:, j]) / m for j in range(n)] for i in range(n)]
        assert abs(path.flip_norms[k] - np.linalg.svd(np.array(part))[1][0]) <= 1e3 * EPS
        assert np.array_equal(path.flip_fractions[k], flips.sum(axis=0) / m)
        some_flip |= bool(flips.any())
    assert some_flip


def test_step_without_flips_is_linear():
    """False if H(k) were not the matrix of a step: without flips u(k+1) - y = (1 - step H(k)) (u(k) - y)."""
    X = np.array([[1.0, 0.0]])
    path = descend(X, np.array([0.3]), np.array([[1.0, 2.0], [3.0, 0.5], [-1.0, 1.0]]), np.ones(3), 0.1, 5)
    assert np.all(path.flip_fractions == 0)
    ratios = path.squared_residuals[1:] / path.squared_residuals[:-1]
    np.testing.assert_allclose(ratios, (1 - 0.1 * path.smallest_eigenvalues[:-1]) ** 2, rtol=100 * EPS)


def test_gram_has_the_law_of_dense_neurons():
    """False if patterns were drawn from another law than signs of w . x with w standard normal."""
    X, draws, width = instance(5, n=4, d=3)[0], 20_000, 5
    X[3] = X[0]
    first, second = (np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(8).spawn(2))
    active = (second.standard_normal((draws, width, 3)) @ X.T >= 0).astype(float)
    dense = (X @ X.T) * (np.swapaxes(active, 1, 2) @ active) / width
    upper = np.triu_indices(4)
    a, b = (H[:, upper[0], upper[1]] for H in (gram_at_init(X, width, draws, first), dense))
    pairs = np.triu_indices(len(upper[0]))
    a, b = (np.hstack([v, v[:, pairs[0]] * v[:, pairs[1]]]) for v in (a, b))
    assert discrepancy(a, b) <= critical(a.shape[1])


def test_gram_counts_neurons():
    """False if entries were not inner products times a number of neurons over the width."""
    X = instance(6)[0]
    counts = gram_at_init(X, 10, 50, np.random.default_rng(1)) / (X @ X.T) * 10
    assert np.abs(counts - np.round(counts)).max() <= 1e3 * EPS
    assert counts.min() >= -1e3 * EPS
    assert len(np.unique(np.round(counts[:, 0, 0]))) > 1


def test_undecided_patterns_are_refused():
    """False if a ball that holds zero were given a pattern: w = 1 - 1 = 0 through sqrt(2) is never decided."""
    before = ctx.prec
    with pytest.raises(DidNotConverge, match="at step 1 is not decided at 80 bits; ask for more bits, as bits=160"):
        descend_balls(ONE, np.zeros(1), np.ones((2, 1)), np.ones(2), 1.0, 2, 80)
    assert ctx.prec == before


def test_balls_narrow_with_bits_and_restore_the_precision():
    """False if more bits did not help, or another computation's precision were changed."""
    X, y, W, signs = instance(9, m=6)
    before = ctx.prec
    coarse, fine = (descend_balls(X, y, W, signs, 0.3, 3, bits)[-1] for bits in (80, 300))
    assert ctx.prec == before
    assert float(fine.rad()) < float(coarse.rad()) * 1e-50
    assert coarse.overlaps(fine)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"signs": np.array([0.5])}, r"signs must all be \+1 or -1"),
        ({"W0": np.ones((1, 2))}, "do not fit"),
        ({"y": np.zeros(2)}, "do not fit"),
        ({"step": -1.0}, "step = -1.0"),
        ({"steps": 0}, "steps = 0"),
        ({"y": np.array([np.nan])}, "y finite"),
    ],
)
def test_impossible_descents_are_refused(change, complaint):
    """False if arguments that fit no descent were accepted, in floats or in balls."""
    arguments = {"X": ONE, "y": np.zeros(1), "W0": ONE, "signs": np.ones(1), "step": 0.5, "steps": 1} | change
    for run, more in ((descend, {}), (descend_balls, {"bits": 64})):
        with pytest.raises(InvalidArgument, match=complaint):
            run(**arguments, **more)


def test_other_impossible_arguments_are_refused():
    """False if too few bits, an empty sample or an overflow were returned as results."""
    with pytest.raises(InvalidArgument, match="bits = 20"):
        descend_balls(ONE, np.zeros(1), ONE, np.ones(1), 0.5, 1, 20)
    with pytest.raises(InvalidArgument, match="width = 0"):
        gram_at_init(ONE, 0, 1, np.random.default_rng(0))
    with pytest.raises(DidNotConverge, match="overflowed at step 0"):
        descend(ONE, np.full(1, 1e200), ONE, np.ones(1), 0.5, 5)
