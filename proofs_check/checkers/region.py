"""The box of a claim as a bounded box of coordinates that are split, and the sides that they stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, final

import sympy
from flint import fmpq

from theory.normal_form.signs import range_of

Cell: TypeAlias = tuple[tuple[fmpq, fmpq], ...]
"""Coordinates: what is split."""
Box: TypeAlias = tuple[tuple[fmpq | None, fmpq | None], ...]
"""Sides in the claim's variables; None is an infinite end."""


@final
@dataclass(frozen=True)
class Axis:
    """One variable's range, rounded outward. x = t, low + t/(1 - t), high - (1 - t)/t or t/(1 - t^2).

    `whole` says that only its integers count; both ends are integers then.
    """

    low: Fraction | None
    high: Fraction | None
    whole: bool = False

    @property
    def cell(self) -> tuple[fmpq, fmpq]:
        """The range of the coordinate t."""
        if self.low is not None and self.high is not None:
            return _fmpq(self.low), _fmpq(self.high)
        return (fmpq(-1), fmpq(1)) if self.low is None and self.high is None else (fmpq(0), fmpq(1))

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return self.low is not None and self.high is not None

    def place(self, t: fmpq) -> fmpq | None:
        """The value at a coordinate; None at infinity."""
        if self.is_bounded:
            return t
        if self.low is not None:
            return None if t == 1 else _fmpq(self.low) + t / (1 - t)
        if self.high is not None:
            return None if t == 0 else _fmpq(self.high) - (1 - t) / t
        return None if abs(t) == 1 else t / (1 - t * t)


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def axes_of(domain: Mapping[sympy.Symbol, sympy.Interval]) -> tuple[Axis, ...]:
    """The axes of a domain."""
    return tuple(_axis(symbol, interval) for symbol, interval in domain.items())


def _axis(symbol: sympy.Symbol, interval: sympy.Interval) -> Axis:
    found = range_of(interval)
    if symbol.is_integer and found.low is not None and found.high is not None:
        low, high = math.ceil(found.low), math.floor(found.high)
        if low <= high:
            return Axis(Fraction(low), Fraction(high), whole=True)
    return Axis(found.low, found.high)


def halves(cell: Cell, side: int, axes: Sequence[Axis]) -> tuple[Cell, Cell]:
    """The two halves of a cell; of a side of integers, those up to its middle and those above."""
    low, high = cell[side]
    middle = (low + high) / 2
    first, second = (low, middle), (middle, high)
    if axes[side].whole:
        last = fmpq(int(middle.floor()))
        first, second = (low, last), (last + 1, high)
    before, after = cell[:side], cell[side + 1 :]
    return (*before, first, *after), (*before, second, *after)


def box_of(cell: Cell, axes: Sequence[Axis]) -> Box:
    """The sides that a cell stands for."""
    return tuple((axis.place(low), axis.place(high)) for (low, high), axis in zip(cell, axes, strict=True))


def finite_sides(box: Box) -> Cell | None:
    """The sides as pairs of numbers; None if one of them is infinite."""
    sides = tuple((low, high) for low, high in box if low is not None and high is not None)
    return sides if len(sides) == len(box) else None


def is_bounded(box: Box) -> bool:
    """Whether all sides are finite."""
    return finite_sides(box) is not None


def middle_of(cell: Cell, axes: Sequence[Axis]) -> tuple[fmpq, ...] | None:
    """The values at the middle of a cell; None if it lies at infinity."""
    places = [axis.place((low + high) / 2) for (low, high), axis in zip(cell, axes, strict=True)]
    finite = tuple(value for value in places if value is not None)
    return finite if len(finite) == len(places) else None


def describe_box(box: Box) -> str:
    """The box in words."""
    return " x ".join(
        f"{'(-oo' if low is None else f'[{low}'}, {'oo)' if high is None else f'{high}]'}" for low, high in box
    )
