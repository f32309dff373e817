"""Training of a linearised network on square loss, in closed form: one run, and the ensemble over initialisations.

The loss is 1/2 sum_i (f(x_i) - y_i)^2, a sum and not a mean, so that df/dt = -eta Theta(., X) (f(X) - Y).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InvalidArgument
from .arrays import Array
from .training import AbstractTraining


def trained_outputs(theta: ArrayLike, initial: ArrayLike, targets: ArrayLike, training: AbstractTraining) -> Array:
    """Outputs on the training inputs.

    Formula:
        f_k(X) = Y + R (f_0(X) - Y), R = (I - eta Theta)^k for gradient descent, exp(-eta Theta t) for gradient flow.

    Args:
        theta: kernel on the training inputs, symmetric, shape (n, n); it may be singular.
        initial, targets: f_0(X) and Y, shape (n,) or (n, k). training: the run.

    Returns:
        Array of the shape of the targets.

    Raises:
        InvalidArgument: for shapes that do not fit, a kernel that is not symmetric, or NaN.

    Accuracy: that of a symmetric eigendecomposition.

    Source: lee_2019, eq. (8) (restated from memory); for steps in place of time derived here.
    """
    kernel, residual = _kernel(theta), _array("initial", initial) - _array("targets", targets)
    lam, basis = np.linalg.eigh(kernel)
    return np.asarray(_array("targets", targets) + _apply(basis, training.residual(lam), residual))


def predicted_outputs(
    theta: ArrayLike,
    theta_test: ArrayLike,
    initial: ArrayLike,
    initial_test: ArrayLike,
    targets: ArrayLike,
    training: AbstractTraining,
) -> Array:
    """Outputs on test inputs.

    Formula:
        f_k(x) = f_0(x) + Theta(x, X) G (Y - f_0(X)), G = Theta^(-1) (I - R), which is eta sum_(j<k) (I - eta Theta)^j
        and stays finite for a singular kernel.

    Args:
        theta: kernel on the training inputs, shape (n, n). theta_test: Theta(x, X), shape (m, n).
        initial, targets: f_0(X) and Y, shape (n,) or (n, k). initial_test: f_0(x), shape (m,) or (m, k).
        training: the run.

    Returns:
        Array of the shape of `initial_test`.

    Raises: as `trained_outputs`.

    Source: lee_2019, eq. (9) (restated from memory); for steps in place of time derived here.

    Example:
        >>> from theory.kernels.training import GradientDescent
        >>> predicted_outputs([[2.0]], [[1.0]], [0.0], [0.0], [1.0], GradientDescent(eta=0.25, steps=2))
        array([0.375])
    """
    kernel, cross = _kernel(theta), _array("theta_test", theta_test)
    if cross.ndim != 2 or cross.shape[1] != len(kernel):
        raise InvalidArgument(f"theta_test has shape {cross.shape}: give Theta(x, X) of shape (m, {len(kernel)})")
    lam, basis = np.linalg.eigh(kernel)
    missing = _array("targets", targets) - _array("initial", initial)
    return np.asarray(_array("initial_test", initial_test) + cross @ _apply(basis, training.gain(lam), missing))


def ensemble_mean(theta: ArrayLike, theta_test: ArrayLike, targets: ArrayLike, training: AbstractTraining) -> Array:
    """Mean over initialisations of the outputs of infinitely wide networks on test inputs.

    Formula:
        Theta(x, X) Theta^(-1) (I - R) Y; the outputs at initialisation have mean zero.

    Args:
        theta: NTK on the training inputs, shape (n, n). theta_test: Theta(x, X), shape (m, n).
        targets: Y, shape (n,) or (n, k). training: the run.

    Returns:
        Array of shape (m,) or (m, k).

    Raises: as `trained_outputs`.

    Source: lee_2019, eq. (14) (restated from memory).
    """
    return np.asarray(_propagator(theta, theta_test, training) @ _array("targets", targets))


def ensemble_covariance(
    theta: ArrayLike,
    theta_test: ArrayLike,
    nngp: ArrayLike,
    nngp_test: ArrayLike,
    nngp_test_test: ArrayLike,
    training: AbstractTraining,
) -> Array:
    """Covariance over initialisations of one output of infinitely wide networks on test inputs.

    Formula:
        K(x, x') + A K(X, X) A^T - A K(X, x') - K(x, X) A^T with A = Theta(x, X) Theta^(-1) (I - R), the covariance of
        f_0(x) - A f_0(X).

    Args:
        theta, theta_test: NTK, shapes (n, n) and (m, n).
        nngp, nngp_test, nngp_test_test: covariances at initialisation K(X, X), K(x, X), K(x, x'), of shapes
            (n, n), (m, n), (m, m).
        training: the run.

    Returns:
        Array of shape (m, m), symmetric.

    Raises: as `trained_outputs`.

    Source: lee_2019, eq. (15) (restated from memory).
    """
    propagator = _propagator(theta, theta_test, training)
    mixed = propagator @ _array("nngp_test", nngp_test).T
    start = _array("nngp_test_test", nngp_test_test)
    covariance = start + propagator @ _array("nngp", nngp) @ propagator.T - mixed - mixed.T
    return np.asarray((covariance + covariance.T) / 2)


def _propagator(theta: ArrayLike, theta_test: ArrayLike, training: AbstractTraining) -> Array:
    kernel = _kernel(theta)
    size, tests = len(kernel), len(_array("theta_test", theta_test))
    nothing, identity = np.zeros((size, size)), np.eye(size)
    return predicted_outputs(kernel, theta_test, nothing, np.zeros((tests, size)), identity, training)


def _apply(basis: Array, factors: Array, vectors: Array) -> Array:
    if len(vectors) != len(basis):
        raise InvalidArgument(
            f"{len(vectors)} initial outputs or targets for a kernel of {len(basis)} inputs: give as many"
        )
    columns = vectors.reshape(len(vectors), -1)
    return np.asarray((basis @ (factors[:, None] * (basis.T @ columns))).reshape(vectors.shape))


def _kernel(theta: ArrayLike) -> Array:
    kernel = _array("theta", theta)
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1]:
        raise InvalidArgument(f"theta has shape {kernel.shape}: give a square kernel matrix")
    if not np.allclose(kernel, kernel.T):
        raise InvalidArgument("theta is not symmetric: give a kernel matrix, as (theta + theta.T) / 2")
    return np.asarray((kernel + kernel.T) / 2)


def _array(name: str, values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise InvalidArgument(f"{name} holds NaN or infinite entries; remove them")
    return array
