"""Functions of one real variable with a piecewise constant second derivative: worst cases that a reader can run."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from ...errors import InvalidArgument


@final
@dataclass(frozen=True)
class Piece:
    """On |x - base| <= length towards `direction`: value + slope (x - base) + curvature (x - base)^2 / 2."""

    base: Fraction
    direction: int
    length: Fraction | None
    value: Fraction
    slope: Fraction
    curvature: Fraction


@final
@dataclass(frozen=True, kw_only=True)
class PiecewiseQuadratic:
    """The function f with f(0) = f'(0) = 0 and a piecewise constant f''.

    Args:
        knots: where f'' jumps, increasing. curvatures: f'' between them, one more than knots.

    Raises:
        InvalidArgument: if the numbers do not fit.

    Source: derived here (a class of examples; Huber's function is knots (-d, d), curvatures (0, 1, 0)).

    Example:
        >>> huber = PiecewiseQuadratic(knots=(Fraction(-1, 3), Fraction(1, 3)), curvatures=(Fraction(0), Fraction(1),
        ...     Fraction(0)))
        >>> huber.value(Fraction(1)), huber.derivative(Fraction(1))
        (Fraction(5, 18), Fraction(1, 3))
    """

    knots: tuple[Fraction, ...] = ()
    curvatures: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        numbers = (*self.knots, *self.curvatures)
        if not all(isinstance(number, Fraction) for number in numbers):
            raise InvalidArgument(f"knots={self.knots}, curvatures={self.curvatures}: write Fractions")
        if len(self.curvatures) != len(self.knots) + 1 or list(self.knots) != sorted(set(self.knots)):
            raise InvalidArgument(
                f"knots={self.knots}, curvatures={self.curvatures}: write increasing knots and one more curvature"
            )

    def pieces(self) -> tuple[Piece, ...]:
        """The pieces to the right of 0, then those to the left, each from its end nearer to 0."""
        return self._pieces

    @functools.cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        return tuple(self._walk())

    def _walk(self) -> Iterator[Piece]:
        for direction in (1, -1):
            base, value, slope = Fraction(0), Fraction(0), Fraction(0)
            for end, curvature in self._way(direction):
                length = None if end is None else abs(end - base)
                yield Piece(base, direction, length, value, slope, curvature)
                if end is not None:
                    step = end - base
                    value += slope * step + curvature * step * step / 2
                    slope += curvature * step
                    base = end

    def _way(self, direction: int) -> list[tuple[Fraction | None, Fraction]]:
        if direction > 0:
            first = sum(knot <= 0 for knot in self.knots)
            return list(zip((*self.knots[first:], None), self.curvatures[first:], strict=True))
        last = sum(knot < 0 for knot in self.knots)
        return list(zip((*reversed(self.knots[:last]), None), reversed(self.curvatures[: last + 1]), strict=True))

    def _piece(self, x: Fraction) -> Piece:
        direction = 1 if x >= 0 else -1
        for piece in self.pieces():
            if piece.direction == direction and (piece.length is None or abs(x - piece.base) <= piece.length):
                return piece
        raise InvalidArgument(f"x={x!r}: write a Fraction")

    def value(self, x: Fraction) -> Fraction:
        """f(x)."""
        piece = self._piece(x)
        step = x - piece.base
        return piece.value + piece.slope * step + piece.curvature * step * step / 2

    def derivative(self, x: Fraction) -> Fraction:
        """f'(x)."""
        piece = self._piece(x)
        return piece.slope + piece.curvature * (x - piece.base)

    def has_curvatures_within(self, low: Fraction, high: Fraction) -> bool:
        """Whether low <= f'' <= high everywhere."""
        return all(low <= curvature <= high for curvature in self.curvatures)

    def is_never_negative(self) -> bool:
        """Whether f >= 0 everywhere, so that 0 is a minimiser."""
        return all(_is_never_negative(p.value, p.direction * p.slope, p.curvature / 2, p.length) for p in self.pieces())

    def satisfies_polyak_lojasiewicz(self, mu: Fraction) -> bool:
        """Whether f'(x)^2 >= 2 mu f(x) everywhere."""
        return all(
            _is_never_negative(
                p.slope**2 - 2 * mu * p.value,
                2 * p.direction * p.slope * (p.curvature - mu),
                p.curvature * (p.curvature - mu),
                p.length,
            )
            for p in self.pieces()
        )

    def to_json(self) -> dict[str, Any]:
        """The function as JSON-ready data; `from_json` inverts it."""
        return {"knots": [str(knot) for knot in self.knots], "curvatures": [str(item) for item in self.curvatures]}

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> PiecewiseQuadratic:
        """Rebuild a function.

        Raises:
            InvalidArgument: if the numbers do not fit.
        """
        return PiecewiseQuadratic(
            knots=tuple(Fraction(item) for item in content["knots"]),
            curvatures=tuple(Fraction(item) for item in content["curvatures"]),
        )

    def __str__(self) -> str:
        if not self.knots:
            return f"f(x) = {_formula(self.pieces()[0])}"
        pieces = sorted(self.pieces(), key=lambda piece: (piece.direction, piece.direction * abs(piece.base)))
        shown = [(_formula(piece), *_ends(piece)) for piece in pieces]
        middle = next(k for k, piece in enumerate(pieces) if piece.direction > 0)
        if shown[middle - 1][0] == shown[middle][0]:
            shown[middle - 1 : middle + 1] = [(shown[middle][0], shown[middle - 1][1], shown[middle][2])]
        return "; ".join(f"f(x) = {formula} for {_range(low, high)}" for formula, low, high in shown)


def _formula(piece: Piece) -> str:
    shift = "x" if piece.base == 0 else f"(x {'-' if piece.base > 0 else '+'} {abs(piece.base)})"
    numbers = ((piece.value, ""), (piece.slope, shift), (piece.curvature / 2, f"{shift}^2"))
    terms = [" ".join(filter(None, (str(number), name))) for number, name in numbers if number]
    return " + ".join(terms).replace("+ -", "- ") or "0"


def _ends(piece: Piece) -> tuple[Fraction | None, Fraction | None]:
    end = None if piece.length is None else piece.base + piece.direction * piece.length
    return (piece.base, end) if piece.direction > 0 else (end, piece.base)


def _range(low: Fraction | None, high: Fraction | None) -> str:
    if low is not None and high is not None:
        return f"{low} <= x <= {high}"
    return f"x <= {high}" if low is None else f"x >= {low}"


def _is_never_negative(a: Fraction, b: Fraction, c: Fraction, length: Fraction | None) -> bool:
    """Whether a + b y + c y^2 >= 0 for 0 <= y <= length (all y >= 0 if it is None)."""
    if a < 0:
        return False
    if length is None:
        if c < 0 or (c == 0 and b < 0):
            return False
    elif a + b * length + c * length * length < 0:
        return False
    if c > 0 and b < 0 and (length is None or -b < 2 * c * length):
        return 4 * a * c >= b * b
    return True
