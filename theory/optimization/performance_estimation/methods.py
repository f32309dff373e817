"""First-order methods, written once for every oracle."""

from __future__ import annotations

import abc
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar, final

from ...errors import InvalidArgument
from .oracles import AbstractOracle

T = TypeVar("T")
Q = TypeVar("Q")


@final
@dataclass(frozen=True)
class Path(Generic[T]):
    """What a method did.

    Args:
        points: the iterates x_0, ..., x_N. before: x_{-1} of a method with memory, else x_0.
    """

    points: tuple[T, ...]
    before: T


@dataclass(frozen=True, kw_only=True)
class AbstractMethod(abc.ABC):
    """A method with rational coefficients and a constant step (the smoothness constant is a parameter of the class)."""

    step: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.step, int | Fraction) or self.step <= 0:
            raise InvalidArgument(f"step={self.step!r}: write a positive Fraction, as Fraction(1)")

    @abc.abstractmethod
    def run(self, oracle: AbstractOracle[T, Q], steps: int) -> Path[T]:
        """Take `steps` steps from the oracle's starting point."""

    @property
    def variance(self) -> Fraction:
        """The variance of the gradients' errors; 0 unless the method is stochastic."""
        return Fraction(0)

    @property
    def starts(self) -> tuple[str, ...]:
        """Names of the starting points."""
        return ("x0",)


@final
@dataclass(frozen=True, kw_only=True)
class GradientDescent(AbstractMethod):
    """x_{k+1} = x_k - step g(x_k).

    Source: derived here (a definition).
    """

    def run(self, oracle: AbstractOracle[T, Q], steps: int) -> Path[T]:
        """Take `steps` steps."""
        points = [oracle.start("x0")]
        for _ in range(steps):
            points.append(oracle.combine(((1, points[-1]), (-self.step, oracle.gradient(points[-1])))))
        return Path(tuple(points), points[0])


@final
@dataclass(frozen=True, kw_only=True)
class HeavyBall(AbstractMethod):
    """x_{k+1} = x_k - step g(x_k) + momentum (x_k - x_{k-1}).

    Args:
        momentum: the factor of the last move. from_two_points: whether x_{-1} is free; otherwise x_{-1} = x_0.

    Source: derived here (a definition; Polyak 1964 has it in this form).
    """

    momentum: Fraction
    from_two_points: bool = False

    def run(self, oracle: AbstractOracle[T, Q], steps: int) -> Path[T]:
        """Take `steps` steps."""
        points = [oracle.start("x0")]
        before = previous = oracle.start("x-1") if self.from_two_points else points[0]
        for _ in range(steps):
            current = points[-1]
            move = ((1 + self.momentum, current), (-self.step, oracle.gradient(current)), (-self.momentum, previous))
            points.append(oracle.combine(move))
            previous = current
        return Path(tuple(points), before)

    @property
    def starts(self) -> tuple[str, ...]:
        """x_0, and x_{-1} where it is free."""
        return ("x0", "x-1") if self.from_two_points else ("x0",)


@final
@dataclass(frozen=True, kw_only=True)
class AcceleratedGradient(AbstractMethod):
    """x_{k+1} = y_k - step g(y_k), y_{k+1} = x_{k+1} + beta_k (x_{k+1} - x_k), y_0 = x_0.

    Args:
        momentum: beta_k if it is constant; None for beta_k = k / (k + 3), k = 0, 1, ....

    Source: derived here (a definition; Nesterov 1983 with the rational momentum that Tseng made usual).
    """

    momentum: Fraction | None = None

    def run(self, oracle: AbstractOracle[T, Q], steps: int) -> Path[T]:
        """Take `steps` steps."""
        points = [oracle.start("x0")]
        ahead = points[0]
        for k in range(steps):
            points.append(oracle.combine(((1, ahead), (-self.step, oracle.gradient(ahead)))))
            beta = Fraction(k, k + 3) if self.momentum is None else self.momentum
            ahead = oracle.combine(((1 + beta, points[-1]), (-beta, points[-2])))
        return Path(tuple(points), points[0])


@final
@dataclass(frozen=True, kw_only=True)
class StochasticGradient(AbstractMethod):
    """x_{k+1} = x_k - step (g(x_k) + e_k), E[e_k | past] = 0, E|e_k|^2 <= noise.

    Args:
        noise: the bound on the variance.

    Source: derived here (a definition).
    """

    noise: Fraction

    def run(self, oracle: AbstractOracle[T, Q], steps: int) -> Path[T]:
        """Take `steps` steps."""
        points = [oracle.start("x0")]
        for _ in range(steps):
            gradient = oracle.gradient(points[-1])
            error = oracle.noise(self.noise)
            points.append(oracle.combine(((1, points[-1]), (-self.step, gradient), (-self.step, error))))
        return Path(tuple(points), points[0])

    @property
    def variance(self) -> Fraction:
        """The bound on the variance."""
        return self.noise
