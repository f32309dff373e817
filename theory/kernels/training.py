"""How a linear model is trained on square loss: what gradient descent does to one eigendirection of its kernel."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import final

import numpy as np

from ..errors import InvalidArgument
from .arrays import Array


class AbstractTraining(abc.ABC):
    """A training run on the loss 1/2 sum_i (f(x_i) - y_i)^2, seen in one eigendirection of the kernel."""

    @abc.abstractmethod
    def residual(self, lam: Array) -> Array:
        """The factor by which f - y has shrunk in a direction of eigenvalue lam."""

    @abc.abstractmethod
    def gain(self, lam: Array) -> Array:
        """(1 - residual(lam)) / lam, continued to lam = 0."""


@final
@dataclass(frozen=True, kw_only=True)
class GradientDescent(AbstractTraining):
    """Full-batch gradient descent.

    Formula:
        residual = (1 - eta lam)^steps,  gain = eta sum_(j < steps) (1 - eta lam)^j.

    Args:
        eta: step size, positive. steps: number of steps, at least 0.

    Source: lee_2019, Section 2.2, with steps in place of time; derived here (a geometric sum).

    Example:
        >>> GradientDescent(eta=0.5, steps=2).gain(np.array([0.0, 1.0]))
        array([1.  , 0.75])
    """

    eta: float
    steps: int

    def __post_init__(self) -> None:
        if not self.eta > 0 or self.steps < 0:
            raise InvalidArgument(f"eta={self.eta}, steps={self.steps}: eta must be positive and steps at least 0")

    def residual(self, lam: Array) -> Array:
        """(1 - eta lam)^steps."""
        return np.asarray((1 - self.eta * lam) ** self.steps)

    def gain(self, lam: Array) -> Array:
        """The geometric sum eta sum_(j < steps) (1 - eta lam)^j."""
        # Below eta lam = 1/2 the power is close to one for few steps, and 1 - power would cancel.
        small = np.abs(self.eta * lam) < 0.5
        stable = -np.expm1(self.steps * np.log1p(-self.eta * np.where(small, lam, 0.0)))
        return _divide(np.where(small, stable, 1 - self.residual(lam)), lam, self.eta * self.steps)


@final
@dataclass(frozen=True, kw_only=True)
class GradientFlow(AbstractTraining):
    """Gradient flow df/dt = -eta Theta (f - y).

    Formula:
        residual = exp(-eta lam time),  gain = (1 - exp(-eta lam time)) / lam.

    Args:
        eta: rate, positive. time: at least 0.

    Source: lee_2019, eq. (8) and (9) (restated from memory).

    Example:
        >>> GradientFlow(eta=1.0, time=2.0).gain(np.array([0.0]))
        array([2.])
    """

    eta: float
    time: float

    def __post_init__(self) -> None:
        if not self.eta > 0 or not self.time >= 0:
            raise InvalidArgument(f"eta={self.eta}, time={self.time}: eta must be positive and time at least 0")

    def residual(self, lam: Array) -> Array:
        """exp(-eta lam time)."""
        return np.asarray(np.exp(-self.eta * self.time * lam))

    def gain(self, lam: Array) -> Array:
        """(1 - exp(-eta lam time)) / lam, eta time at lam = 0."""
        return _divide(-np.expm1(-self.eta * self.time * lam), lam, self.eta * self.time)


def _divide(numerator: Array, lam: Array, at_zero: float) -> Array:
    is_zero = lam == 0
    return np.where(is_zero, at_zero, numerator / np.where(is_zero, 1.0, lam))
