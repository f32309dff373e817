"""Quadratic forms of the two-layer ReLU kernel at rational unit vectors, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from flint import arb, ctx, fmpq

from ..errors import InvalidArgument, NotEnclosed

Vector = Sequence[Fraction]
WORKING_BITS = 512
"""Precision of the sign test; forms smaller than about 1e-150 that are not zero are refused, not guessed."""


@final
@dataclass(frozen=True)
class RationalForm:
    """rational + sum of coefficient * arccos(s) / (2 pi) over cosines s in (0, 1), s != 1/2, no coefficient zero.

    Source: derived here; arccos(s) / pi is rational at s = 0, 1/2, 1 only among rational s in [0, 1] (Niven).
    """

    rational: Fraction
    angles: tuple[tuple[Fraction, Fraction], ...]

    @property
    def is_zero(self) -> bool:
        """True if every coefficient vanishes: then the form is zero, exactly."""
        return not self.rational and not self.angles

    def sign(self) -> int:
        """-1, 0 or 1.

        Raises:
            NotEnclosed: a form with non-zero coefficients that balls of `WORKING_BITS` bits cannot tell from zero.
        """
        if self.is_zero:
            return 0
        before = ctx.prec
        try:
            ctx.prec = WORKING_BITS
            value = arb(_fmpq(self.rational))
            for cosine, coefficient in self.angles:
                value += arb(_fmpq(coefficient)) * arb(_fmpq(cosine)).acos() / (2 * arb.pi())
            if value > 0:
                return 1
            if value < 0:
                return -1
        finally:
            ctx.prec = before
        raise NotEnclosed(
            f"the form {self} is within 2^-{WORKING_BITS} of zero but not zero term by term: use more bits"
        )


def quadratic_form(points: Sequence[Vector], weights: Sequence[Fraction]) -> RationalForm:
    """w^T H w for H_ij = t_ij (pi - arccos t_ij) / (2 pi), t_ij = x_i . x_j.

    Formula:
        H = t/2 - t arccos(t)/(2 pi) for t >= 0, and H = t arccos(-t)/(2 pi) for t < 0.

    Args:
        points: n rational vectors of exactly unit length. weights: n rationals.

    Raises:
        InvalidArgument: a point is not of unit length, or the lengths differ.

    Source:
        du_2019, Section 3 (the kernel H-infinity); the exact normal form is derived here.

    Example:
        >>> e1, e2 = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
        >>> quadratic_form((e1, e2), (Fraction(1), Fraction(1))).rational
        Fraction(1, 1)
    """
    if len(points) != len(weights):
        raise InvalidArgument(
            f"weights = {weights!r} has length {len(weights)}; give one weight for each of {len(points)}"
        )
    for point in points:
        if sum(entry * entry for entry in point) != 1:
            raise InvalidArgument(f"points: {point!r} has squared length {sum(e * e for e in point)}; give exactly 1")
    rational = Fraction(0)
    angles: dict[Fraction, Fraction] = {}
    for first, left in zip(weights, points, strict=True):
        for second, right in zip(weights, points, strict=True):
            cosine = sum((p * q for p, q in zip(left, right, strict=True)), Fraction(0))
            weight = first * second * cosine
            if cosine >= 0:
                rational += weight / 2
                weight = -weight
            angles[abs(cosine)] = angles.get(abs(cosine), Fraction(0)) + weight
    rational += angles.pop(Fraction(0), Fraction(0)) / 4 + angles.pop(Fraction(1, 2), Fraction(0)) / 6
    angles.pop(Fraction(1), None)
    return RationalForm(rational, tuple(sorted((s, weight) for s, weight in angles.items() if weight)))


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
