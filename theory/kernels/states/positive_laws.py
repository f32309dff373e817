"""Activations that only see directions, phi(s z) = s^k phi(z) with k = 0 or 1: what they do to angles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np
import sympy

from ...activations import Activation
from ...symbols import z
from ..arrays import Array
from ..stable import Slopes, derive_slopes
from ..stable.half_angle import folded_angle, sine_excess

_PARALLEL = 2.0**-48
"""Angles below this are rounding: there the derivative of a jump has an infinite kernel."""


@final
@dataclass(frozen=True)
class Angular:
    """Covariances of pairs with their distances to the parallel ones, of one shape.

    Args:
        size: sqrt(p q), p and q the variances. cross: the covariance r. narrow: size - r. wide: size + r; these two
            are carried by themselves, since the differences cancel.
    """

    size: Array
    cross: Array
    narrow: Array
    wide: Array

    @property
    def folds(self) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], Array, Array]:
        """Whether the angle is obtuse, the smaller of `narrow` and `wide`, and the angle or its supplement."""
        fold = self.cross < 0
        less = np.where(fold, self.wide, self.narrow)
        null = self.size == 0
        gap = np.where(null, 1.0, less / np.where(null, 1.0, self.size))
        return fold, less, folded_angle(np.clip(gap, 0.0, 1.0))


class AbstractLaw(ABC):
    """The expectations of one such activation."""

    @abstractmethod
    def root(self, root: Array) -> Array:
        """sqrt(E phi(u)^2) from the standard deviation of u."""

    @abstractmethod
    def pairs(self, before: Angular, size: Array) -> tuple[Angular, Array]:
        """E phi(u) phi(v) with its gaps, and E phi'(u) phi'(v).

        Args:
            before: the law of (u, v). size: sqrt(E phi(u)^2 E phi(v)^2).
        """


@final
@dataclass(frozen=True)
class Ramps(AbstractLaw):
    """A slope for each sign, as relu, leaky relu, abs.

    Args:
        slopes: the two.
    """

    slopes: Slopes

    def root(self, root: Array) -> Array:
        """As `AbstractLaw.root`."""
        return np.asarray(root * np.sqrt(self.slopes.power))

    def pairs(self, before: Angular, size: Array) -> tuple[Angular, Array]:
        """As `AbstractLaw.pairs`, with h, g and the sums of nonnegative terms of `theory.kernels.gap`."""
        s = self.slopes
        fold, less, theta = before.folds
        excess = size * (s.g * sine_excess(theta))
        less = s.power * less
        after = Angular(
            size=size,
            cross=np.where(fold, s.both, 1.0) * s.power * before.cross + excess,
            narrow=np.where(fold, s.even * size - s.both * less, less) - excess,
            wide=np.where(fold, s.odd * size + s.both * less, 2.0 * size - less) + excess,
        )
        fall = s.g * theta
        return after, s.power * np.where(fold, s.both + fall, 1 - fall)


@final
@dataclass(frozen=True)
class Jump(AbstractLaw):
    """One value for each sign and their mean at 0, as step and sign.

    Args:
        mean: half the sum of the values. half: half their difference.
    """

    mean: float
    half: float

    def root(self, root: Array) -> Array:
        """As `AbstractLaw.root`."""
        return np.where(root > 0, np.hypot(self.mean, self.half), abs(self.mean))

    def pairs(self, before: Angular, size: Array) -> tuple[Angular, Array]:
        """As `AbstractLaw.pairs`: mean^2 + half^2 (1 - 2 theta / pi), and (2 half)^2 times the density at 0."""
        m, k = self.mean**2, self.half**2
        fold, _, theta = before.folds
        null = before.size == 0
        turned = 2 / np.pi * k * theta
        # Where a variance is 0 the angle counts as right, and the covariance is mean^2.
        after = Angular(
            size=size,
            cross=m + np.where(fold, turned - k, k - turned),
            narrow=np.where(null, size - m, np.where(fold, 2 * k - turned, turned)),
            wide=np.where(null, size + m, 2 * m + np.where(fold, turned, 2 * k - turned)),
        )
        is_flat = null | (theta < _PARALLEL)
        sine = np.sqrt(np.where(is_flat, 1.0, before.narrow) * np.where(is_flat, 1.0, before.wide))
        return after, np.where(is_flat, np.inf, 2 * k / np.pi / sine)


@cache
def find_law(activation: Activation) -> AbstractLaw | None:
    """The law of an activation that is homogeneous of degree 0 or 1.

    Args:
        activation: phi.

    Returns:
        The law; None for any other activation.

    Source: derived here from phi(s) and phi(-s) for a positive symbol s.

    Example:
        >>> from theory.activations import CATALOGUE
        >>> find_law(CATALOGUE["sign"])
        Jump(mean=0.0, half=1.0)
        >>> find_law(CATALOGUE["gelu"]) is None
        True
    """
    slopes = derive_slopes(activation)
    return _find_jump(activation.expression) if slopes is None else Ramps(slopes)


def _find_jump(expression: sympy.Expr) -> Jump | None:
    if expression.free_symbols != {z}:
        return None
    scale = sympy.Symbol("s", positive=True)
    right, left, middle = (sympy.simplify(expression.subs(z, place)) for place in (scale, -scale, 0))
    if not (right.is_number and left.is_number) or right == left or sympy.simplify(right + left - 2 * middle) != 0:
        return None
    return Jump(float(right + left) / 2, float(right - left) / 2)
