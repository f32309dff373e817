"""Gradient descent on the hidden layer of a ReLU network with frozen signs, in floats and in balls.

f(x) = m^{-1/2} sum_r a_r relu(w_r . x), w_r ~ N(0, I_d), a_r = +-1 frozen, loss 1/2 |u - y|^2 with u_i = f(x_i);
no 1 / sqrt(d), no bias. The pattern of a neuron at x is 1{w . x >= 0}.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from .errors import DidNotConverge, InvalidArgument
from .networks import as_inputs

Array = NDArray[np.float64]

CHUNK_ENTRIES = 2**16
"""Entries (draws x n x width) of one array in `gram_at_init`, so that a chunk stays in the cache."""


@final
@dataclass(frozen=True)
class ReluDescent:
    """A path of gradient descent, with what the convergence proofs assume or bound. K is the number of steps.

    Args:
        squared_residuals: (K + 1,), |u(k) - y|^2. smallest_eigenvalues: (K + 1,), of H(k),
            H_ij = x_i . x_j / m * #{r: both patterns 1}. flip_norms: (K,), operator norm of H_perp(k), whose entry
            (i, j) counts only the neurons whose pattern at x_i changes in step k -> k + 1 (not symmetric).
        flip_fractions: (K, n), the part of the neurons whose pattern at x_i changes in that step.
        movements: (K + 1,), max_r |w_r(k) - w_r(0)|.
    """

    squared_residuals: Array
    smallest_eigenvalues: Array
    flip_norms: Array
    flip_fractions: Array
    movements: Array


def gram_at_init(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """H(0) of independently drawn networks: H_ij = x_i . x_j / m * #{r: w_r . x_i >= 0 and w_r . x_j >= 0}.

    Args:
        X: (n, d). width: m >= 1. draws: >= 1.

    Returns:
        (draws, n, n).

    Raises:
        InvalidArgument: X is no finite (n, d) array, or width or draws < 1.

    Example:
        >>> gram_at_init(np.eye(2), 10, 1, np.random.default_rng(0))[0, 0, 1]
        np.float64(0.0)
    """
    inputs = as_inputs(X)
    if width < 1 or draws < 1:
        raise InvalidArgument(f"width = {width!r}, draws = {draws!r}; each must be at least 1")
    factor: Array = np.linalg.qr(inputs.T).R
    grams = np.empty((draws, len(inputs), len(inputs)))
    chunk = max(1, CHUNK_ENTRIES // (len(inputs) * width))
    for start in range(0, draws, chunk):
        count = min(chunk, draws - start)
        patterns = (factor.T @ rng.standard_normal((count, len(factor), width)) >= 0).astype(np.float64)
        grams[start : start + count] = patterns @ np.swapaxes(patterns, 1, 2)
    return grams * (inputs @ inputs.T / width)


def descend(X: Array, y: Array, W0: Array, signs: Array, step: float, steps: int) -> ReluDescent:
    """Gradient descent on W from W0, w_r -= step m^{-1/2} a_r sum_i (u_i - y_i) 1{w_r . x_i >= 0} x_i.

    Args:
        X: (n, d). y: (n,). W0: (m, d). signs: (m,), each +-1. step: > 0. steps: K >= 1.

    Raises:
        InvalidArgument: shapes that do not fit, signs other than +-1, step <= 0, steps < 1.
        DidNotConverge: the residuals overflowed because the step is too large.

    Example:
        >>> one = np.ones((1, 1))
        >>> descend(one, np.zeros(1), one, np.ones(1), 0.5, 2).squared_residuals
        array([1.    , 0.25  , 0.0625])
    """
    X, y, W, signs = _validated(X, y, W0, signs, step, steps)
    m, n = len(W), len(X)
    inner = X @ X.T
    residuals, bottoms, moves = np.empty(steps + 1), np.empty(steps + 1), np.empty(steps + 1)
    norms, fractions = np.empty(steps), np.empty((steps, n))
    Z = W @ X.T
    for k in range(steps + 1):
        patterns = (Z >= 0).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            errors = signs @ (Z * patterns) / math.sqrt(m) - y
            residuals[k] = errors @ errors
        if not np.isfinite(residuals[k]):
            raise DidNotConverge(
                f"|u - y|^2 overflowed at step {k} with step = {step!r}; take a smaller step or rescale y"
            )
        bottoms[k] = np.linalg.eigvalsh(inner * (patterns.T @ patterns) / m)[0]
        moves[k] = np.linalg.norm(W - W0, axis=1).max()
        if k < steps:
            W = W - step / math.sqrt(m) * (signs[:, None] * patterns * errors) @ X
            Z = W @ X.T
            flips = (patterns != (Z >= 0)).astype(np.float64)
            norms[k] = np.linalg.norm(inner * ((flips * patterns).T @ patterns) / m, ord=2)
            fractions[k] = flips.mean(axis=0)
    return ReluDescent(residuals, bottoms, norms, fractions, moves)


def descend_balls(X: Array, y: Array, W0: Array, signs: Array, step: float, steps: int, bits: int) -> list[arb]:
    """|u(k) - y|^2 of `descend` for k = 0, ..., K, enclosed: the floats given are taken as exact numbers.

    Args:
        X, y, W0, signs, step, steps: as in `descend`. bits: working precision, >= 53.

    Returns:
        K + 1 balls, each certain to hold the exact value.

    Raises:
        InvalidArgument: as `descend`, or bits < 53.
        DidNotConverge: the sign of some w_r . x_i cannot be decided at this precision; ask for more bits.

    Example:
        >>> one = np.ones((1, 1))
        >>> [float(r) for r in descend_balls(one, np.zeros(1), one, np.ones(1), 0.5, 2, 64)]
        [1.0, 0.25, 0.0625]
    """
    X, y, W0, signs = _validated(X, y, W0, signs, step, steps)
    if bits < 53:
        raise InvalidArgument(f"bits = {bits!r}; at least the 53 bits of a float are needed, as 128")
    before = ctx.prec
    ctx.prec = bits
    try:
        return _descend_balls(X, y, W0, signs, step, steps)
    finally:
        ctx.prec = before


def _descend_balls(X: Array, y: Array, W0: Array, signs: Array, step: float, steps: int) -> list[arb]:
    inputs, W = arb_mat(X.tolist()), arb_mat(W0.tolist())
    m, n = W0.shape[0], X.shape[0]
    output_weights = arb_mat([signs.tolist()]) * (1 / arb(m).sqrt())
    squares = []
    for k in range(steps + 1):
        Z = W * inputs.transpose()
        active = [[_is_active(Z[r, i], k) for i in range(n)] for r in range(m)]
        u = output_weights * arb_mat(m, n, [Z[r, i] if active[r][i] else arb(0) for r in range(m) for i in range(n)])
        errors = [u[0, i] - arb(float(y[i])) for i in range(n)]
        squares.append(sum((error * error for error in errors), arb(0)))
        if k < steps:
            pulls = [output_weights[0, r] * errors[i] if active[r][i] else arb(0) for r in range(m) for i in range(n)]
            W = W - arb_mat(m, n, pulls) * inputs * arb(float(step))
    return squares


def _is_active(z: arb, k: int) -> bool:
    if z >= 0:
        return True
    if z < 0:
        return False
    raise DidNotConverge(
        f"the sign of the preactivation {z} at step {k} is not decided at {ctx.prec} bits; ask for more bits, "
        f"as bits={2 * ctx.prec}"
    )


def _validated(
    X: Array, y: Array, W0: Array, signs: Array, step: float, steps: int
) -> tuple[Array, Array, Array, Array]:
    X, W = as_inputs(X), as_inputs(W0)
    y, signs = np.asarray(y, dtype=np.float64), np.asarray(signs, dtype=np.float64)
    if W.shape[1] != X.shape[1] or y.shape != (len(X),) or signs.shape != (len(W),):
        raise InvalidArgument(
            f"X {X.shape}, y {y.shape}, W0 {W.shape}, signs {signs.shape} do not fit; "
            "give (n, d), (n,), (m, d) and (m,)"
        )
    if not np.all(np.abs(signs) == 1) or not np.all(np.isfinite(y)):
        raise InvalidArgument("signs must all be +1 or -1 and y finite; draw signs with rng.choice([-1.0, 1.0], m)")
    if not (math.isfinite(step) and step > 0) or steps < 1:
        raise InvalidArgument(f"step = {step!r}, steps = {steps!r}; step must be finite and > 0, steps at least 1")
    return X, y, W, signs
