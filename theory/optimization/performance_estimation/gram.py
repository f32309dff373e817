"""Exact vectors over named basis vectors, and quantities linear in their Gram matrix and in function values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, final

from flint import fmpq

from ...errors import InvalidArgument

Rational: TypeAlias = int | Fraction
Pair: TypeAlias = tuple[str, str]


def exact(value: object) -> fmpq:
    """A rational number as `fmpq`.

    Args:
        value: an int, a Fraction or an fmpq; floats are refused, for they stand for other numbers.

    Raises:
        InvalidArgument: if it is none of these.

    Source: derived here (a conversion).
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return fmpq(value.numerator, value.denominator)
    raise InvalidArgument(f"value={value!r}: write an int or a Fraction, as Fraction(1, 3)")


@final
@dataclass(frozen=True)
class Vector:
    """A rational combination of named basis vectors; the empty one is the origin."""

    coordinates: Mapping[str, fmpq] = field(default_factory=dict)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What tells vectors apart: names and coordinates, sorted."""
        return tuple(sorted((name, str(value)) for name, value in self.coordinates.items()))


@final
@dataclass(frozen=True)
class Quantity:
    """A quantity linear in the Gram matrix and in the function values.

    Args:
        pairs: (name, name), sorted -> coefficient of the inner product of the two basis vectors.
        values: name of a function value -> its coefficient.
    """

    pairs: Mapping[Pair, fmpq] = field(default_factory=dict)
    values: Mapping[str, fmpq] = field(default_factory=dict)

    def at(self, vectors: Mapping[str, tuple[Fraction, ...]], values: Mapping[str, Fraction]) -> Fraction:
        """The quantity for given basis vectors and function values, in `Fraction` arithmetic."""
        total = Fraction(0)
        for (first, second), coefficient in self.pairs.items():
            product = sum((a * b for a, b in zip(vectors[first], vectors[second], strict=True)), Fraction(0))
            total += Fraction(int(coefficient.p), int(coefficient.q)) * product
        for name, coefficient in self.values.items():
            total += Fraction(int(coefficient.p), int(coefficient.q)) * values[name]
        return total


def combine(terms: Iterable[tuple[object, Vector]]) -> Vector:
    """The sum of coefficient * vector.

    Source: derived here (linear algebra).
    """
    total: dict[str, fmpq] = {}
    for coefficient, vector in terms:
        factor = exact(coefficient)
        for name, value in vector.coordinates.items():
            total[name] = total.get(name, fmpq(0)) + factor * value
    return Vector({name: value for name, value in total.items() if value != 0})


def inner(first: Vector, second: Vector) -> Quantity:
    """The inner product of two vectors, as a quantity.

    Source: derived here (linear algebra).
    """
    pairs: dict[Pair, fmpq] = {}
    for left, a in first.coordinates.items():
        for right, b in second.coordinates.items():
            pair = (left, right) if left <= right else (right, left)
            pairs[pair] = pairs.get(pair, fmpq(0)) + a * b
    return Quantity(pairs)


def add_up(terms: Iterable[tuple[object, Quantity]]) -> Quantity:
    """The sum of coefficient * quantity.

    Source: derived here (linear algebra).
    """
    pairs: dict[Pair, fmpq] = {}
    values: dict[str, fmpq] = {}
    for coefficient, quantity in terms:
        factor = exact(coefficient)
        for pair, value in quantity.pairs.items():
            pairs[pair] = pairs.get(pair, fmpq(0)) + factor * value
        for name, value in quantity.values.items():
            values[name] = values.get(name, fmpq(0)) + factor * value
    return Quantity(
        {pair: value for pair, value in pairs.items() if value != 0},
        {name: value for name, value in values.items() if value != 0},
    )
