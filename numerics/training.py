"""Full-batch gradient descent on finite one-hidden-layer networks, batched over independent initialisations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from .errors import DidNotConverge, InvalidArgument
from .networks import MLP, as_inputs
from .nonlinearities import Nonlinearity

Array = NDArray[np.float64]

CHUNK_ENTRIES = 2**16
"""Entries (draws x inputs x width) of one array: half a megabyte, as a chunk is run through all its steps in cache."""


@final
@dataclass(frozen=True)
class TrainedSample:
    """Trajectories of independently initialised networks; time is the number of steps, 0, ..., steps.

    Args:
        outputs: (draws, steps + 1, n) at the training inputs. test_outputs: (draws, steps + 1, n_test).
        initial_kernel, final_kernel: (draws, n + n_test, n + n_test), the tangent kernel of each network before the
            first and after the last step, training inputs first.
    """

    outputs: Array
    test_outputs: Array
    initial_kernel: Array
    final_kernel: Array


@final
@dataclass
class _Ensemble:
    """Networks in training, seen through their preactivations z (draws, N, m), readouts w (draws, m) and offsets b.

    `copies` is 2 where the second half of the neurons started as the opposite of the first, else 1.
    """

    network: MLP
    gram: Array
    z: Array
    readout: Array
    offset: Array
    copies: int

    @property
    def scale(self) -> float:
        return self.network.sigma_w / math.sqrt(self.z.shape[2])

    def outputs(self) -> Array:
        parts = self.network.nonlinearity.value(self.z) * self.readout[:, None, :]
        # Copies first: opposite neurons then cancel to exactly 0, whatever the order of the sum over neurons.
        summed = parts.reshape(*parts.shape[:2], self.copies, -1).sum(axis=2).sum(axis=2)
        result: Array = self.scale * summed + self.network.sigma_b * self.offset[:, None]
        return result

    def kernel(self) -> Array:
        values = self.network.nonlinearity.value(self.z)
        backward = self.network.nonlinearity.slope(self.z) * self.readout[:, None, :]
        readout_part = self.scale**2 * (values @ np.swapaxes(values, 1, 2)) + self.network.sigma_b**2
        result: Array = readout_part + self.gram * self.scale**2 * (backward @ np.swapaxes(backward, 1, 2))
        return result

    def descend(self, residuals: Array, step: float) -> None:
        """One step of all parameters, from the same point; residuals (draws, n) at the training inputs."""
        n = residuals.shape[1]
        values = self.network.nonlinearity.value(self.z[:, :n])
        slopes = self.network.nonlinearity.slope(self.z[:, :n])
        slopes *= residuals[:, :, None]
        slopes *= step * self.scale * self.readout[:, None, :]
        self.readout = self.readout - step * self.scale * (residuals[:, None, :] @ values)[:, 0]
        self.z = self.z - self.gram[:, :n] @ slopes
        self.offset = self.offset - step * self.network.sigma_b * residuals.sum(axis=1)


def train_one_hidden_layer(
    X: Array,
    y: Array,
    X_test: Array,
    *,
    nonlinearity: Nonlinearity,
    width: int,
    sigma_w: float,
    sigma_b: float,
    step: float,
    steps: int,
    draws: int,
    rng: np.random.Generator,
    symmetric: bool,
) -> TrainedSample:
    """Gradient descent on both layers (and biases) of a one-hidden-layer `MLP`, from independent initialisations.

    Formula:
        theta_{k+1} = theta_k - step grad L, L = 1/2 sum_i (f(x_i) - y_i)^2 (no 1/n), all parameters at once.
        Hidden weights and biases act through z = W' x', x' = [sigma_w d^{-1/2} x; sigma_b], only, so that z is stepped:
        z(x_j) -= step sum_i <x'_j, x'_i> (f(x_i) - y_i) sigma_w m^{-1/2} w phi'(z(x_i)), the dense algorithm exactly.

    Args:
        X: (n, d). y: (n,). X_test: (n_test, d). width: m, all neurons. sigma_w, sigma_b: standard deviations.
        step: > 0. steps, draws: >= 1.
        symmetric: start at f = 0 everywhere: m / 2 neurons are drawn, the others repeat them with opposite readout
            weights, the readout bias is 0, the factor stays m^{-1/2}. The initial kernel is then in law that of a
            network of width m / 2. All m neurons train freely.

    Returns:
        A `TrainedSample`. Time O(draws steps m (n + n_test) n).

    Raises:
        InvalidArgument: shapes that do not fit, step <= 0, steps or draws < 1, odd width with `symmetric`.
        DidNotConverge: outputs overflowed because the step is too large.

    Example:
        >>> from numerics.nonlinearities import TANH
        >>> X = np.eye(2)
        >>> trained = train_one_hidden_layer(
        ...     X, np.ones(2), X[:1], nonlinearity=TANH, width=50, sigma_w=1.0, sigma_b=0.0, step=0.5, steps=3,
        ...     draws=1, rng=np.random.default_rng(0), symmetric=True,
        ... )
        >>> trained.outputs.shape, float(np.abs(trained.outputs[0, 0]).max())
        ((1, 4, 2), 0.0)
    """
    network = MLP(nonlinearity, (width,), sigma_w, sigma_b)
    inputs = _stacked(X, X_test)
    targets = _targets(y, len(as_inputs(X)))
    _require_schedule(step, steps, draws)
    path = np.empty((draws, steps + 1, len(inputs)))
    kernels = np.empty((2, draws, len(inputs), len(inputs)))
    chunk = max(1, CHUNK_ENTRIES // (len(inputs) * width))
    for start in range(0, draws, chunk):
        part = slice(start, min(start + chunk, draws))
        ensemble = _initialise(network, inputs, part.stop - start, rng, symmetric)
        kernels[0, part] = ensemble.kernel()
        _run(ensemble, targets, step, path[part])
        kernels[1, part] = ensemble.kernel()
    return TrainedSample(path[:, :, : len(targets)], path[:, :, len(targets) :], kernels[0], kernels[1])


def linearised_outputs(kernel: Array, initial: Array, y: Array, *, step: float, steps: int) -> Array:
    """Gradient descent on networks linearised at their initialisation, iterated step by step.

    Formula:
        f_{k+1} = f_k - step Theta[:, train] (f_k[train] - y), with each network's own Theta.

    Args:
        kernel: (draws, N, N), training inputs first. initial: (draws, N), f_0. y: (n,), n <= N. step, steps: as above.

    Returns:
        (draws, steps + 1, N).

    Raises:
        InvalidArgument: shapes that do not fit, step <= 0, steps < 1. DidNotConverge: the iteration overflowed.

    Example:
        >>> linearised_outputs(np.ones((1, 1, 1)), np.zeros((1, 1)), np.ones(1), step=0.5, steps=2)[0, :, 0]
        array([0.  , 0.5 , 0.75])
    """
    draws, N = initial.shape
    targets = _targets(y, len(y))
    _require_schedule(step, steps, draws)
    if kernel.shape != (draws, N, N) or len(targets) > N:
        raise InvalidArgument(
            f"kernel {kernel.shape}, initial {initial.shape} and y {targets.shape} do not fit; "
            "give (draws, N, N), (draws, N) and (n,) with n <= N"
        )
    path = np.empty((draws, steps + 1, N))
    path[:, 0] = initial
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            residuals = path[:, k, : len(targets)] - targets
            path[:, k + 1] = path[:, k] - step * (kernel[:, :, : len(targets)] @ residuals[:, :, None])[:, :, 0]
    _require_finite(path, step)
    return path


def _initialise(network: MLP, inputs: Array, draws: int, rng: np.random.Generator, symmetric: bool) -> _Ensemble:
    """Networks at initialisation, at the inputs (N, d)."""
    scale = network.sigma_w / math.sqrt(inputs.shape[1])
    augmented = np.hstack([scale * inputs, np.full((len(inputs), 1), network.sigma_b)])
    (width,) = network.widths
    if symmetric and width % 2:
        raise InvalidArgument(f"width = {width} is odd; a symmetric start pairs its neurons, so give an even width")
    width //= 2 if symmetric else 1
    factor: Array = np.linalg.qr(augmented.T).R
    z = factor.T @ rng.standard_normal((draws, len(factor), width))
    readout = rng.standard_normal((draws, width))
    offset = np.zeros(draws) if symmetric else rng.standard_normal(draws)
    if symmetric:
        z, readout = np.concatenate([z, z], axis=2), np.concatenate([readout, -readout], axis=1)
    return _Ensemble(network, augmented @ augmented.T, z, readout, offset, 2 if symmetric else 1)


def _run(ensemble: _Ensemble, targets: Array, step: float, path: Array) -> None:
    """Fills `path` (draws, steps + 1, N) with the outputs along the descent."""
    with np.errstate(over="ignore", invalid="ignore"):
        path[:, 0] = ensemble.outputs()
        for k in range(1, path.shape[1]):
            ensemble.descend(path[:, k - 1, : len(targets)] - targets, step)
            path[:, k] = ensemble.outputs()
    _require_finite(path, step)


def _stacked(X: Array, X_test: Array) -> Array:
    train, test = as_inputs(X), as_inputs(X_test)
    if train.shape[1] != test.shape[1]:
        raise InvalidArgument(
            f"X_test has {test.shape[1]} columns but X has {train.shape[1]}; give both the same number of coordinates"
        )
    return np.vstack([train, test])


def _targets(y: Array, n: int) -> Array:
    targets = np.asarray(y, dtype=np.float64)
    if targets.shape != (n,) or not np.all(np.isfinite(targets)):
        raise InvalidArgument(f"y has shape {targets.shape}; {n} finite targets are needed, one per training input")
    return targets


def _require_schedule(step: float, steps: int, draws: int) -> None:
    if not (math.isfinite(step) and step > 0):
        raise InvalidArgument(f"step = {step!r}; a finite step size > 0 is needed")
    if steps < 1 or draws < 1:
        raise InvalidArgument(f"steps = {steps!r}, draws = {draws!r}; each must be at least 1")


def _require_finite(path: Array, step: float) -> None:
    if not np.all(np.isfinite(path)):
        raise DidNotConverge(
            f"gradient descent with step = {step!r} overflowed; take a step below 2 / (largest kernel eigenvalue)"
        )
