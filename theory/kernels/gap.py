"""Dense kernels of a homogeneous activation with the gap between two inputs as the state of the recursion.

A covariance near q_xx holds the angle of a pair to half its digits only. Here each pair carries its cosine rho, the
narrow gap 1 - rho and the wide gap 1 + rho, every one to full relative accuracy, through every layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array
from .stable import Pairs, Slopes, Variances, derive_variances, input_pairs, ready_rows, require_fit
from .stable.half_angle import folded_angle, sine_excess

_TINY = 1e-300


@final
@dataclass(frozen=True, eq=False)
class PairKernels:
    """Kernels of pairs and how far they are from their diagonal, each to full relative accuracy. Shapes (n, m).

    Args:
        nngp: K(x, y). nngp_gap: 1 - K(x, y) / sqrt(K(x, x) K(y, y)).
        ntk: Theta(x, y). ntk_gap: sqrt(Theta(x, x) Theta(y, y)) - Theta(x, y).

    Source: derived here.
    """

    nngp: Array
    nngp_gap: Array
    ntk: Array
    ntk_gap: Array


def pair_kernels(
    X: ArrayLike, Y: ArrayLike | None = None, *, slopes: tuple[float, float], sigma: Sequence[tuple[float, float]]
) -> PairKernels:
    """NNGP and NTK of a dense network with their gaps to the diagonal, which the kernels in float64 cannot hold.

    Formula:
        With theta the angle of a pair, j = sin(theta) - theta cos(theta) and h, g of `Slopes`, a layer without bias
        maps 1 - rho to 1 - rho - g j and Theta / (|x||y|) to rho' + (1 - g theta) Theta / (|x||y|). A bias turns the
        cosine rho of a pair into alpha alpha' rho + beta beta', (alpha, beta) a unit vector for each input.

    Args:
        X: inputs, shape (n, d). Y: inputs, shape (m, d); X itself if left out.
        slopes: of the activation for negative and for positive arguments.
        sigma: (sigma_w, sigma_b) of every Dense layer in order, read-out included, in NTK parameterisation.

    Returns:
        The four arrays. For one input and itself the gaps are exactly zero.

    Raises:
        InvalidArgument: for bad data, slopes or standard deviations. OutsideDomain: if a variance overflows.

    Accuracy: relative error of each a few units of rounding per layer at every angle; 1e-13 at 100 layers.

    Source: derived here; the recursion is jacot_2018, Theorem 1 (restated from memory).

    Example:
        >>> near = pair_kernels([[1.0, 0.0], [1.0, 1e-9]], slopes=(0.0, 1.0), sigma=[(2.0**0.5, 0.0)] * 2)
        >>> near.nngp_gap
        array([[0.e+00, 5.e-19],
               [5.e-19, 0.e+00]])
    """
    rows = ready_rows("X", X)
    columns = rows if Y is None else ready_rows("Y", Y)
    require_fit(rows, columns)
    activation = Slopes(*map(float, slopes))
    variances = derive_variances(activation, sigma, rows.data.shape[1])
    pairs = input_pairs(rows, columns, same=Y is None)
    return Recursion(activation, variances, rows.lengths, columns.lengths).kernels(pairs)


def _next_tangents(tangents: Pairs, pairs: Pairs, *, slope: Array, loss: Array, tilt: Array) -> Pairs:
    """Theta, M - Theta and M + Theta one layer on, M = sqrt(Theta(x, x) Theta(y, y)); the gaps as sums of positives."""
    lost = loss * (tangents.narrow + tangents.wide) / 2
    turned, kept = slope < 0, np.abs(slope)
    return Pairs(
        rho=pairs.rho + slope * tangents.rho,
        narrow=pairs.narrow + tilt + lost + kept * np.where(turned, tangents.wide, tangents.narrow),
        wide=pairs.wide + tilt + lost + kept * np.where(turned, tangents.narrow, tangents.wide),
        fall=pairs.fall,
    )


@final
@dataclass(frozen=True, eq=False)
class Recursion:
    """The layers of one network for pairs of inputs of given lengths.

    Args:
        slopes: of the activation. variances: of the network. row_lengths, column_lengths: shapes (n,) and (m,).

    Source: derived here.
    """

    slopes: Slopes
    variances: Variances
    row_lengths: Array
    column_lengths: Array

    def kernel(self, pairs: Pairs, *, tangent: bool) -> Array:
        """The NTK or the NNGP after the last layer, shape (n, m)."""
        pairs, _ = self._affine(pairs, 0)
        kernel = pairs.rho
        for layer in range(1, self.variances.layers):
            hidden, slope, _ = self._activation(pairs)
            pairs, weight = self._affine(hidden, layer)
            kernel = pairs.rho + weight * slope * kernel if tangent else pairs.rho
        return np.asarray(self._size() * kernel)

    def kernels(self, pairs: Pairs) -> PairKernels:
        """Both kernels and their gaps. All are divided by sqrt(q(x) q(y)) on the way."""
        fall = pairs.fall
        pairs, _ = self._affine(pairs, 0)
        tangents = pairs
        for layer in range(1, self.variances.layers):
            hidden, slope, loss = self._activation(pairs)
            pairs, weight = self._affine(hidden, layer)
            tilt = self._tangent_tilt(fall, layer)
            tangents = _next_tangents(tangents, pairs, slope=weight * slope, loss=weight * loss, tilt=tilt)
        size = self._size()
        return PairKernels(size * pairs.rho, pairs.narrow, size * tangents.rho, size * tangents.narrow)

    def _size(self) -> Array:
        return np.asarray(self._root(self.row_lengths, -1)[:, None] * self._root(self.column_lengths, -1))

    def _root(self, lengths: Array, layer: int) -> Array:
        return self.variances.root(lengths, layer)

    def _activation(self, pairs: Pairs) -> tuple[Pairs, Array, Array]:
        """The pairs of phi(u), phi(v); the slope E[phi' phi'] / h; and 1 - |slope|, without cancellation."""
        s = self.slopes
        fold = pairs.rho < 0
        gap = np.where(fold, pairs.wide, pairs.narrow)
        theta = folded_angle(gap)
        excess = s.g * sine_excess(theta)
        signed = np.where(fold, -s.both * gap, gap)
        fall = s.g * theta
        after = Pairs(
            rho=np.where(fold, s.both, 1.0) * pairs.rho + excess,
            narrow=np.where(fold, s.even, 0.0) + signed - excess,
            wide=np.where(fold, s.odd, 2.0) - signed + excess,
            fall=pairs.fall,
        )
        slope = np.where(fold, s.both + fall, 1 - fall)
        return after, slope, np.where(slope < 0, s.even + fall, np.where(fold, s.odd - fall, fall))

    def _affine(self, pairs: Pairs, layer: int) -> tuple[Pairs, Array]:
        """The pairs after Dense layer `layer + 1`, and the weight alpha alpha' that the layer before keeps."""
        v = self.variances
        if not v.is_biased:
            return pairs, np.ones((1, 1))
        (alpha_x, beta_x, inverse_x), (alpha_y, beta_y, inverse_y) = (
            self._shares(lengths, layer) for lengths in (self.row_lengths, self.column_lengths)
        )
        weight, shared = alpha_x[:, None] * alpha_y, beta_x[:, None] * beta_y
        sums = self._root(self.row_lengths, layer)[:, None] + self._root(self.column_lengths, layer)
        turn = inverse_x[:, None] * inverse_y * v.slope[layer] * pairs.fall / (sums + _TINY)
        # Two unit vectors (alpha, beta) enclose an angle of sine sqrt(gain bias) turn, hence this 1 - cosine.
        tilt = v.gain[layer] * v.bias[layer] * turn**2 / (1 + weight + shared)
        after = replace(
            pairs,
            rho=weight * pairs.rho + shared,
            narrow=weight * pairs.narrow + tilt,
            wide=weight * pairs.wide + tilt + 2 * shared,
        )
        return after, weight

    def _shares(self, lengths: Array, layer: int) -> tuple[Array, Array, Array]:
        before, after = self._root(lengths, layer), self._root(lengths, layer + 1)
        inverse = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
        alpha = np.where(after > 0, np.sqrt(self.variances.gain[layer]) * before * inverse, 1.0)
        return alpha, np.sqrt(self.variances.bias[layer]) * inverse, inverse

    def _tangent_tilt(self, fall: Array, layer: int) -> Array:
        """(M' - size' - gain M) / size', M before and M' after Dense layer `layer + 1`, size' = sqrt(q(x) q(y))."""
        v = self.variances
        if not v.twist[layer]:
            return np.zeros((1, 1))
        (old_x, next_x), (old_y, next_y) = (
            [np.sqrt(v.tangent(lengths, place)) for place in (layer, layer + 1)]
            for lengths in (self.row_lengths, self.column_lengths)
        )
        root_x, root_y = (self._root(lengths, layer + 1) for lengths in (self.row_lengths, self.column_lengths))
        size, before, after = root_x[:, None] * root_y, old_x[:, None] * old_y, next_x[:, None] * next_y
        crossed = root_x[:, None] * old_y + old_x[:, None] * root_y
        difference = v.twist[layer] * fall / (crossed + _TINY)
        return np.asarray(v.gain[layer] * difference**2 / ((after + size + v.gain[layer] * before) * size))
