"""What a method may ask of a function: gradients, values, noise; answered symbolically, or by a function of one real.

The same method runs on both, so that a counterexample is a run of the method itself.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar, final

from flint import fmpq

from .gram import Quantity, Vector, add_up, combine, inner
from .piecewise_quadratic import PiecewiseQuadratic

T = TypeVar("T")
Q = TypeVar("Q")


class AbstractOracle(abc.ABC, Generic[T, Q]):
    """Answers for points of type T and quantities of type Q. The minimiser is the origin and the least value is 0."""

    @abc.abstractmethod
    def start(self, name: str) -> T:
        """A starting point, "x0" or "x-1"."""

    @abc.abstractmethod
    def combine(self, terms: Iterable[tuple[Fraction | int, T]]) -> T:
        """The sum of coefficient * point."""

    @abc.abstractmethod
    def gradient(self, point: T) -> T:
        """The gradient at a point."""

    @abc.abstractmethod
    def value(self, point: T) -> Q:
        """The function at a point, less its least value."""

    @abc.abstractmethod
    def square(self, point: T) -> Q:
        """The squared length."""

    @abc.abstractmethod
    def total(self, terms: Iterable[tuple[Fraction | int, Q]]) -> Q:
        """The sum of coefficient * quantity."""

    @abc.abstractmethod
    def noise(self, variance: Fraction) -> T:
        """A fresh error of a stochastic gradient, of mean 0 given the past and expected square at most `variance`."""


@final
@dataclass(frozen=True)
class Evaluation:
    """The function was asked for at `point`: its gradient there is called g<k>, its value f<k>."""

    label: str
    point: Vector
    gradient: Vector
    value: Quantity


@final
@dataclass(frozen=True)
class Noise:
    """An error e<k> of variance at most `variance`, orthogonal in expectation to the basis vectors in `past`."""

    name: str
    variance: Fraction
    past: tuple[str, ...]


@final
@dataclass(frozen=True)
class GramOracle(AbstractOracle[Vector, Quantity]):
    """Gives every new point a new gradient and a new value. Inner products and values stand for expectations.

    Args:
        has_minimiser: whether points are measured from a minimiser; otherwise the start is the origin.
    """

    has_minimiser: bool
    evaluations: list[Evaluation] = field(default_factory=list)
    noises: list[Noise] = field(default_factory=list)
    basis: list[str] = field(default_factory=list)

    def start(self, name: str) -> Vector:
        """A basis vector of that name; the origin for "x0" where there is no minimiser to measure it from."""
        return Vector() if name == "x0" and not self.has_minimiser else self._new(name)

    def _new(self, name: str) -> Vector:
        if name not in self.basis:
            self.basis.append(name)
        return Vector({name: fmpq(1)})

    def combine(self, terms: Iterable[tuple[Fraction | int, Vector]]) -> Vector:
        """The sum of coefficient * vector."""
        return combine(terms)

    def evaluate(self, point: Vector) -> Evaluation:
        """The evaluation at a point, one per point."""
        for known in self.evaluations:
            if known.point.key == point.key:
                return known
        label = str(len(self.evaluations))
        found = Evaluation(label, point, self._new(f"g{label}"), Quantity(values={f"f{label}": fmpq(1)}))
        self.evaluations.append(found)
        return found

    def gradient(self, point: Vector) -> Vector:
        """The basis vector that stands for the gradient at `point`."""
        return self.evaluate(point).gradient

    def value(self, point: Vector) -> Quantity:
        """The value at `point`."""
        return self.evaluate(point).value

    def square(self, point: Vector) -> Quantity:
        """The squared length."""
        return inner(point, point)

    def total(self, terms: Iterable[tuple[Fraction | int, Quantity]]) -> Quantity:
        """The sum of coefficient * quantity."""
        return add_up(terms)

    def noise(self, variance: Fraction) -> Vector:
        """A basis vector orthogonal in expectation to all that there is: gradients at earlier points are the past."""
        name = f"e{len(self.noises)}"
        self.noises.append(Noise(name, variance, tuple(self.basis)))
        return self._new(name)


@final
@dataclass(frozen=True)
class LineOracle(AbstractOracle[Fraction, Fraction]):
    """Answers by a function of one real variable, in `Fraction` arithmetic.

    Args:
        function: its minimiser is 0, its least value 0. starts: name -> starting point.
        errors: the errors of the gradients, in order.
    """

    function: PiecewiseQuadratic
    starts: Mapping[str, Fraction]
    errors: tuple[Fraction, ...] = ()
    _used: list[Fraction] = field(default_factory=list)

    def start(self, name: str) -> Fraction:
        """The starting point of that name."""
        return self.starts[name]

    def combine(self, terms: Iterable[tuple[Fraction | int, Fraction]]) -> Fraction:
        """The sum of products."""
        return sum((factor * value for factor, value in terms), Fraction(0))

    def gradient(self, point: Fraction) -> Fraction:
        """The derivative."""
        return self.function.derivative(point)

    def value(self, point: Fraction) -> Fraction:
        """The value."""
        return self.function.value(point)

    def square(self, point: Fraction) -> Fraction:
        """The square."""
        return point * point

    def total(self, terms: Iterable[tuple[Fraction | int, Fraction]]) -> Fraction:
        """The sum of products."""
        return sum((factor * value for factor, value in terms), Fraction(0))

    def noise(self, variance: Fraction) -> Fraction:
        """The next error."""
        error = self.errors[len(self._used)]
        self._used.append(error)
        return error
