"""What is bounded: how far an iterate is from the minimum."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import TypeVar, final

from ...errors import InvalidArgument
from .methods import Path
from .oracles import AbstractOracle

T = TypeVar("T")
Q = TypeVar("Q")


@final
class Measure(enum.Enum):
    """A measure of an iterate x_k; its value is the name in certificates.

    Source: derived here (definitions).
    """

    DISTANCE = "|x_k - x*|^2"
    PAIR_DISTANCE = "|x_k - x*|^2 + |x_{k-1} - x*|^2"
    VALUE = "f(x_k) - f*"
    GRADIENT = "|g(x_k)|^2"
    BEST_GRADIENT = "min over i <= k of |g(x_i)|^2"
    AVERAGE_VALUE = "f(mean of x_0 .. x_k) - f*"
    EARLIER_AVERAGE_VALUE = "f(mean of x_0 .. x_{k-1}) - f*"
    MEAN_EARLIER_VALUE = "mean of f(x_0) .. f(x_{k-1}), less f*"

    @property
    def needs_minimiser(self) -> bool:
        """Whether it measures from a minimiser."""
        return self in (Measure.DISTANCE, Measure.PAIR_DISTANCE)

    def of(self, oracle: AbstractOracle[T, Q], path: Path[T], k: int) -> tuple[Q, ...]:
        """The measure of iterate k: the least of the quantities returned.

        Raises:
            InvalidArgument: if the mean is over no iterates.
        """
        points = path.points[: k + 1]
        if self is Measure.BEST_GRADIENT:
            return tuple(oracle.square(oracle.gradient(point)) for point in points)
        if self in (Measure.EARLIER_AVERAGE_VALUE, Measure.MEAN_EARLIER_VALUE) and k == 0:
            raise InvalidArgument(f"k=0: {self.value!r} needs at least one step")
        if self is Measure.MEAN_EARLIER_VALUE:
            return (oracle.total([(Fraction(1, k), oracle.value(point)) for point in points[:k]]),)
        return (self._one(oracle, path, k),)

    def _one(self, oracle: AbstractOracle[T, Q], path: Path[T], k: int) -> Q:
        point = path.points[k]
        if self is Measure.DISTANCE:
            return oracle.square(point)
        if self is Measure.PAIR_DISTANCE:
            previous = path.points[k - 1] if k else path.before
            return oracle.total(((1, oracle.square(point)), (1, oracle.square(previous))))
        if self is Measure.GRADIENT:
            return oracle.square(oracle.gradient(point))
        if self is Measure.VALUE:
            return oracle.value(point)
        last = k + 1 if self is Measure.AVERAGE_VALUE else k
        return oracle.value(oracle.combine([(Fraction(1, last), earlier) for earlier in path.points[:last]]))
