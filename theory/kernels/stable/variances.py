"""Variances of a homogeneous dense network layer by layer, exact in the square of the input's length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import final

import numpy as np

from ...errors import InvalidArgument, OutsideDomain
from ..arrays import Array
from .half_angle import Slopes


@final
@dataclass(frozen=True, eq=False)
class Variances:
    """The variances q_l(x) = slope[l] |x|^2 + shift[l] after Dense layer l; l = 0 is the input itself.

    Formula:
        q_1 = sigma_w^2 |x|^2 / d + sigma_b^2,  q_(l+1) = sigma_w^2 h q_l + sigma_b^2,
        T_1 = q_1,  T_(l+1) = q_(l+1) + sigma_w^2 h T_l  for the tangent kernel T_l(x, x).

    Args:
        slope, shift: shape (layers + 1,). gain, bias: q_(l+1) = gain[l] q_l + bias[l], shape (layers,).
        tangent_slope, tangent_shift: T_l in |x|^2, shape (layers + 1,); zero at l = 0.
        twist: q_(l+1)(x) T_l(y) - q_(l+1)(y) T_l(x) = twist[l] (|x|^2 - |y|^2), shape (layers,).

    Source: derived here from phi(u)^2 = h u^2 in the mean.
    """

    slope: Array
    shift: Array
    gain: Array
    bias: Array
    tangent_slope: Array
    tangent_shift: Array
    twist: Array

    @property
    def layers(self) -> int:
        """The number of Dense layers."""
        return len(self.gain)

    @property
    def is_biased(self) -> bool:
        """True if some sigma_b is not zero."""
        return bool(self.bias.any())

    def root(self, lengths: Array, layer: int) -> Array:
        """The standard deviation sqrt(q_l) for inputs of the given lengths, of their shape; layer -1 is the last."""
        return np.asarray(np.sqrt(self.square(lengths, layer)))

    def square(self, lengths: Array, layer: int) -> Array:
        """The variance q_l for inputs of the given lengths, of their shape."""
        return np.asarray(self.slope[layer] * lengths**2 + self.shift[layer])

    def tangent(self, lengths: Array, layer: int) -> Array:
        """The diagonal T_l of the tangent kernel for inputs of the given lengths, of their shape."""
        return np.asarray(self.tangent_slope[layer] * lengths**2 + self.tangent_shift[layer])


def derive_variances(slopes: Slopes, sigma: Sequence[tuple[float, float]], dimension: int) -> Variances:
    """The variances, computed in fractions and rounded once.

    Args:
        slopes: of the activation. sigma: (sigma_w, sigma_b) of every Dense layer, read-out included.
        dimension: number of columns of the data.

    Returns:
        The variances.

    Raises:
        InvalidArgument: for no layer, or a standard deviation that is negative or not finite.
        OutsideDomain: if a variance exceeds the range of float64.

    Source: derived here.

    Example:
        >>> derive_variances(Slopes(0.0, 1.0), ((2.0, 0.0), (1.0, 3.0)), 1).slope.tolist()
        [1.0, 4.0, 2.0]
    """
    pairs = tuple((float(w), float(b)) for w, b in sigma)
    if not pairs or not all(np.isfinite(value) and value >= 0 for pair in pairs for value in pair):
        raise InvalidArgument(f"sigma={sigma}: give (sigma_w, sigma_b) of each Dense layer, finite and at least 0")
    return _derive(slopes, pairs, dimension)


@cache
def _derive(slopes: Slopes, sigma: tuple[tuple[float, float], ...], dimension: int) -> Variances:
    power = (Fraction(slopes.negative) ** 2 + Fraction(slopes.positive) ** 2) / 2
    q, t = [(Fraction(1), Fraction(0))], [(Fraction(0), Fraction(0))]
    gains, biases, twists = [], [], []
    for layer, (w, b) in enumerate(sigma):
        gain, bias = Fraction(w) ** 2 * (power if layer else Fraction(1, dimension)), Fraction(b) ** 2
        q.append((gain * q[-1][0], gain * q[-1][1] + bias))
        twists.append(q[-1][0] * t[-1][1] - q[-1][1] * t[-1][0])
        t.append((gain * t[-1][0] + q[-1][0], gain * t[-1][1] + q[-1][1]))
        gains.append(gain)
        biases.append(bias)
    try:
        columns = [[float(value) for value in column] for column in (*zip(*q, strict=True), *zip(*t, strict=True))]
        slope, shift, tangent_slope, tangent_shift = map(np.array, columns)
        return Variances(slope, shift, _floats(gains), _floats(biases), tangent_slope, tangent_shift, _floats(twists))
    except OverflowError:
        raise OutsideDomain(
            f"sigma={sigma[:3]}...: a variance exceeds the range of float64; lower sigma_w "
            f"towards {float(power) ** -0.5:g}"
        ) from None


def _floats(values: list[Fraction]) -> Array:
    return np.array([float(value) for value in values])
