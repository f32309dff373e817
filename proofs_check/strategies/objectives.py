"""Objective functions with value, gradient, constants and minimum: quadratics, Huber functions, Nesterov's chain, PL.

Every constant is exact. Fields and points may be floats, Fractions or mpmath numbers, one kind at a time; only
`SineWell` needs a sine and so takes no Fractions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from ..errors import MalformedClaim

Number = Any
"""A float, a Fraction or an mpmath number."""


@dataclass(frozen=True, kw_only=True)
class AbstractObjective(ABC):
    """A differentiable function on R^d with a known minimum."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """The number of variables."""

    @property
    @abstractmethod
    def smoothness(self) -> Number:
        """L: the gradient is L-Lipschitz."""

    @property
    def convexity(self) -> Number:
        """mu >= 0: f - mu |x|^2 / 2 is convex; negative or None where f is not convex."""
        return 0

    @property
    def pl(self) -> Number | None:
        """mu > 0 with |grad f|^2 >= 2 mu (f - min f) everywhere, None if there is none."""
        return self.convexity if self.convexity is not None and self.convexity > 0 else None

    @property
    def minimum(self) -> Number:
        """min f, attained at `minimiser`."""
        return 0

    @property
    @abstractmethod
    def minimiser(self) -> Any:
        """A point of minimum, (d,)."""

    @abstractmethod
    def value(self, x: Any) -> Number:
        """f(x) for x of shape (d,)."""

    @abstractmethod
    def gradient(self, x: Any) -> Any:
        """grad f(x), (d,)."""


@final
@dataclass(frozen=True, kw_only=True)
class Quadratic(AbstractObjective):
    """f(x) = sum_i lambda_i (H x)_i^2 / 2 with the reflection H = I - 2 v v^T / |v|^2; H = I if v = 0.

    Args:
        eigenvalues: lambda_i >= 0, not all zero. direction: v, as many entries.
    """

    eigenvalues: tuple[Number, ...]
    direction: tuple[Number, ...]

    def __post_init__(self) -> None:
        if len(self.eigenvalues) != len(self.direction) or not min(self.eigenvalues) >= 0 < max(self.eigenvalues):
            raise MalformedClaim(
                f"eigenvalues={self.eigenvalues}: give as many as direction={self.direction} has, "
                "none negative and one positive"
            )

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return len(self.eigenvalues)

    @property
    def smoothness(self) -> Number:
        """L: the gradient is L-Lipschitz."""
        return max(self.eigenvalues)

    @property
    def convexity(self) -> Number:
        """mu: f - mu |x|^2 / 2 is convex."""
        return min(self.eigenvalues)

    @property
    def pl(self) -> Number:
        """mu with |grad f|^2 >= 2 mu (f - min f)."""
        return min(value for value in self.eigenvalues if value > 0)

    @property
    def minimiser(self) -> Any:
        """The point of minimum, or the one of least norm."""
        return np.array([0 * value for value in self.eigenvalues])

    def _reflect(self, x: Any) -> Any:
        direction = np.array(self.direction)
        square = direction @ direction
        return x - 2 * (direction @ x) / square * direction if square else x

    def value(self, x: Any) -> Number:
        """f(x) for x of shape (d,)."""
        turned = self._reflect(np.asarray(x))
        return (np.array(self.eigenvalues) * turned) @ turned / 2

    def gradient(self, x: Any) -> Any:
        """grad f(x), (d,)."""
        return self._reflect(np.array(self.eigenvalues) * self._reflect(np.asarray(x)))


@final
@dataclass(frozen=True, kw_only=True)
class Huber(AbstractObjective):
    """f(x) = mu |x|^2 / 2 + (L - mu) sum_i h_i(x_i), h_i(t) = t^2 / 2 for |t| <= d_i, d_i |t| - d_i^2 / 2 beyond.

    Gradient descent on smooth convex functions is slowest here, with d = |x_0 - x_*| / (2 N + 1) for N steps 1/L.

    Args:
        largest: L > mu. thresholds: d_i > 0, one per variable. least: mu >= 0.
    """

    largest: Number
    thresholds: tuple[Number, ...]
    least: Number = 0

    def __post_init__(self) -> None:
        if not 0 <= self.least < self.largest or not self.thresholds or not min(self.thresholds) > 0:
            raise MalformedClaim(
                f"largest={self.largest}, least={self.least}, thresholds={self.thresholds}: "
                "give 0 <= least < largest and positive thresholds"
            )

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return len(self.thresholds)

    @property
    def smoothness(self) -> Number:
        """L: the gradient is L-Lipschitz."""
        return self.largest

    @property
    def convexity(self) -> Number:
        """mu: f - mu |x|^2 / 2 is convex."""
        return self.least

    @property
    def minimiser(self) -> Any:
        """The point of minimum, or the one of least norm."""
        return np.array([0 * value for value in self.thresholds])

    def value(self, x: Any) -> Number:
        """f(x) for x of shape (d,)."""
        x, bounds = np.asarray(x), np.array(self.thresholds)
        near = np.minimum(abs(x), bounds)
        return self.least * (x @ x) / 2 + (self.largest - self.least) * (near @ (abs(x) - near / 2))

    def gradient(self, x: Any) -> Any:
        """grad f(x), (d,)."""
        x, bounds = np.asarray(x), np.array(self.thresholds)
        near = np.maximum(np.minimum(x, bounds), -bounds)
        return self.least * x + (self.largest - self.least) * near


@final
@dataclass(frozen=True, kw_only=True)
class Chain(AbstractObjective):
    """Nesterov's chain f(x) = (L - mu) / 4 (q(x) / 2 - x_1) + mu |x|^2 / 2.

    Here q(x) = x_1^2 + sum (x_i - x_{i+1})^2 + x_d^2. In k steps, no method that combines gradients leaves the first k
    coordinates if it starts at 0.

    Args:
        largest: L > mu. size: d >= 1. least: mu >= 0.

    Source: Nesterov (2004), Introductory Lectures on Convex Optimization, Sections 2.1.2 and 2.1.4.
    """

    largest: Number
    size: int
    least: Number = 0

    def __post_init__(self) -> None:
        if not 0 <= self.least < self.largest or self.size < 1:
            raise MalformedClaim(
                f"largest={self.largest}, least={self.least}, size={self.size}: give 0 <= least < largest and size >= 1"
            )

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return self.size

    @property
    def smoothness(self) -> Number:
        """L: the gradient is L-Lipschitz."""
        return self.largest

    @property
    def convexity(self) -> Number:
        """mu: f - mu |x|^2 / 2 is convex."""
        return self.least

    @property
    def minimiser(self) -> Any:
        """Elimination in the tridiagonal system (a A + mu I) x = a e_1, A = tridiag(-1, 2, -1), a = (L - mu) / 4."""
        weight = (self.largest - self.least) / 4
        pivots, rights = [2 * weight + self.least], [weight]
        for _ in range(self.size - 1):
            rights.append(weight * rights[-1] / pivots[-1])
            pivots.append(2 * weight + self.least - weight * weight / pivots[-1])
        solution = [rights[-1] / pivots[-1]]
        for pivot, right in zip(pivots[-2::-1], rights[-2::-1], strict=True):
            solution.append((right + weight * solution[-1]) / pivot)
        return np.array(solution[::-1])

    @property
    def minimum(self) -> Number:
        """min f."""
        return self.value(self.minimiser)

    def value(self, x: Any) -> Number:
        """f(x) for x of shape (d,)."""
        x = np.asarray(x)
        steps = x[1:] - x[:-1]
        square = x[0] * x[0] + steps @ steps + x[-1] * x[-1]
        return (self.largest - self.least) / 4 * (square / 2 - x[0]) + self.least * (x @ x) / 2

    def gradient(self, x: Any) -> Any:
        """grad f(x), (d,)."""
        x = np.asarray(x)
        inner = 2 * x
        inner[1:] = inner[1:] - x[:-1]
        inner[:-1] = inner[:-1] - x[1:]
        inner[0] = inner[0] - 1
        return (self.largest - self.least) / 4 * inner + self.least * x


@final
@dataclass(frozen=True, kw_only=True)
class SineWell(AbstractObjective):
    """f(x) = s sum_i (x_i^2 + 3 sin^2 x_i): not convex, L = 8 s, and PL with mu = s / 32.

    Args:
        scale: s > 0. size: d >= 1.

    Source: Karimi, Nutini, Schmidt (2016), Section 2.2, restated; L from f'' = s (2 + 6 cos 2x).
    """

    scale: Number
    size: int

    def __post_init__(self) -> None:
        if not self.scale > 0 or self.size < 1:
            raise MalformedClaim(f"scale={self.scale}, size={self.size}: give a positive scale and size >= 1")

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return self.size

    @property
    def smoothness(self) -> Number:
        """L: the gradient is L-Lipschitz."""
        return 8 * self.scale

    @property
    def convexity(self) -> None:
        """None: f is not convex."""
        return None

    @property
    def pl(self) -> Number:
        """mu with |grad f|^2 >= 2 mu (f - min f)."""
        return self.scale / 32

    @property
    def minimiser(self) -> Any:
        """The point of minimum, or the one of least norm."""
        return np.array([0 * self.scale] * self.size)

    def value(self, x: Any) -> Number:
        """f(x) for x of shape (d,)."""
        sines = _sine(np.asarray(x))
        return self.scale * (np.asarray(x) @ np.asarray(x) + 3 * (sines @ sines))

    def gradient(self, x: Any) -> Any:
        """grad f(x), (d,)."""
        return self.scale * (2 * np.asarray(x) + 3 * _sine(2 * np.asarray(x)))


def _sine(x: Any) -> Any:
    if x.dtype.kind == "f":
        return np.sin(x)
    import mpmath

    return np.array([mpmath.sin(entry) for entry in x])
