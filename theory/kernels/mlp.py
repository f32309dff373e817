"""Infinitely wide fully connected networks: the Gaussian process at initialisation and the neural tangent kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
import sympy
from numpy.typing import ArrayLike

from ..activations import Activation, find_activation
from ..errors import InvalidArgument, OutsideDomain
from .arrays import Array
from .dual import Dual, derive_dual


@final
@dataclass(frozen=True)
class InfiniteMLP:
    """A fully connected network with all hidden widths sent to infinity, in NTK parameterisation.

    Formula:
        z^1 = sigma_w d^(-1/2) W^1 x + sigma_b b^1,  z^(l+1) = sigma_w m^(-1/2) W^(l+1) phi(z^l) + sigma_b b^(l+1),
        all W, b entries standard normal and trained; the output is z^(depth+1), not z^depth and not phi of it.
        K^1 = sigma_w^2 X Y^T / d + sigma_b^2,  K^(l+1) = sigma_w^2 E[phi(u) phi(v)] + sigma_b^2 with (u, v) ~ K^l,
        Theta^1 = K^1,  Theta^(l+1) = K^(l+1) + sigma_w^2 E[phi'(u) phi'(v)] Theta^l.

    Args:
        activation: phi, a catalogue name, an expression in z, or an `Activation`.
        depth: number of hidden layers, at least 0.
        sigma_w, sigma_b: standard deviations (not variances) of weights and biases, the same in every layer.

    Raises:
        InvalidArgument: for a negative depth or standard deviation.

    Source: jacot_2018, Theorem 1, and lee_2019, Section 2.2 (restated from memory); the duals are derived here.

    Example:
        >>> network = InfiniteMLP("relu", depth=1, sigma_w=2**0.5, sigma_b=0.0)
        >>> network.nngp([[1.0, 0.0], [0.0, 1.0]]).round(6).tolist()
        [[1.0, 0.31831], [0.31831, 1.0]]
    """

    activation: str | sympy.Expr | Activation
    depth: int
    sigma_w: float
    sigma_b: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", find_activation(self.activation))
        if self.depth < 0:
            raise InvalidArgument(f"depth={self.depth}: the number of hidden layers must be at least 0")
        for name, value in (("sigma_w", self.sigma_w), ("sigma_b", self.sigma_b)):
            if not (np.isfinite(value) and value >= 0):
                raise InvalidArgument(f"{name}={value}: a standard deviation must be a finite number, at least 0")

    @property
    def dual(self) -> Dual:
        """The dual of the activation."""
        return derive_dual(self.activation)

    def nngp(self, X: ArrayLike, Y: ArrayLike | None = None) -> Array:
        """The covariance K^(depth+1) of the outputs at initialisation.

        Args:
            X: inputs, shape (n, d). Y: inputs, shape (m, d); X itself if left out.

        Returns:
            Array of shape (n, m); exactly symmetric if Y is left out.

        Raises:
            InvalidArgument: for NaN or infinite data, or shapes that do not fit.

        Source: lee_2019, Section 2.2 (restated from memory).
        """
        *_, (nngp, _) = self._layers(*_inputs(X, Y), with_ntk=False)
        return nngp

    def ntk(self, X: ArrayLike, Y: ArrayLike | None = None) -> Array:
        """The neural tangent kernel Theta^(depth+1), all weights and biases trained.

        Args:
            X: inputs, shape (n, d). Y: inputs, shape (m, d); X itself if left out.

        Returns:
            Array of shape (n, m); exactly symmetric if Y is left out.

        Raises:
            InvalidArgument: for NaN or infinite data, or shapes that do not fit.
            OutsideDomain: where the kernel is infinite, as on the diagonal for an activation with a jump.

        Accuracy:
            Rounding for inputs at angles of order one, and on the diagonal if Y is left out. With a kink in the
            activation the error grows as 1e-16 / t at a small angle t, up to 1e-8: the covariance holds t^2 only.

        Source: jacot_2018, Theorem 1 (restated from memory).
        """
        *_, (_, ntk) = self._layers(*_inputs(X, Y), with_ntk=True)
        if not np.isfinite(ntk).all():
            raise OutsideDomain(
                f"activation={self.activation}: the tangent kernel is infinite for equal or parallel inputs, "
                "since the activation jumps; use nngp, or a continuous activation"
            )
        return ntk

    def _layers(self, X: Array, Y: Array | None, *, with_ntk: bool) -> Iterator[tuple[Array, Array]]:
        p, q, kernel = self._first_layer(X, Y)
        ntk = kernel
        yield kernel, ntk
        for _ in range(self.depth):
            slopes = self._slopes(p, q, kernel) * ntk if with_ntk else np.zeros_like(kernel)
            kernel = self._next(p[:, None], q[None, :], kernel)
            p, q = self._next(p, p, p), self._next(q, q, q)
            if Y is None:
                kernel = _settle(kernel, p)
            ntk = kernel + slopes
            yield kernel, ntk

    def _first_layer(self, X: Array, Y: Array | None) -> tuple[Array, Array, Array]:
        other = X if Y is None else Y
        scale, shift = self.sigma_w**2 / X.shape[1], self.sigma_b**2
        kernel = scale * (X @ other.T) + shift
        p, q = (scale * np.einsum("ij,ij->i", rows, rows) + shift for rows in (X, other))
        return p, q, kernel if Y is not None else _settle(kernel, p)

    def _next(self, p: Array, q: Array, kernel: Array) -> Array:
        return np.asarray(self.sigma_w**2 * self.dual.evaluate(p, q, kernel) + self.sigma_b**2)

    def _slopes(self, p: Array, q: Array, kernel: Array) -> Array:
        return np.asarray(self.sigma_w**2 * self.dual.derivative.evaluate(p[:, None], q[None, :], kernel))


def _settle(kernel: Array, diagonal: Array) -> Array:
    # A diagonal that differs from the variances in its last bit is not quite degenerate, and half the digits are lost.
    settled = (kernel + kernel.T) / 2
    np.fill_diagonal(settled, diagonal)
    return np.asarray(settled)


def _inputs(X: ArrayLike, Y: ArrayLike | None) -> tuple[Array, Array | None]:
    rows = _matrix("X", X)
    if Y is None:
        return rows, None
    others = _matrix("Y", Y)
    if rows.shape[1] != others.shape[1]:
        raise InvalidArgument(f"X has shape {rows.shape} and Y {others.shape}: the numbers of columns must be equal")
    return rows, others


def _matrix(name: str, rows: ArrayLike) -> Array:
    matrix = np.asarray(rows, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise InvalidArgument(f"{name} has shape {matrix.shape}: give one row for each input, shape (n, d) with d > 0")
    if not np.isfinite(matrix).all():
        raise InvalidArgument(f"{name} holds NaN or infinite entries; remove those rows")
    return matrix
