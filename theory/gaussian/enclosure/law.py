"""The joint law of two Gaussian variables, as exact numbers or balls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, final

import sympy
from flint import arb, fmpq

from ...balls import as_fmpq
from ...balls.real import sqrt
from ...errors import InvalidArgument, OutsideDomain

Number: TypeAlias = int | Fraction | fmpq | arb | sympy.Rational
"""An exact rational number, or a ball that stands for each number in it."""


def read_number(value: Number, name: str) -> fmpq | arb:
    """An exact number as a fraction, a ball as it is.

    Raises:
        InvalidArgument: for a float, or a ball that is not finite.

    Source: derived here.
    """
    if not isinstance(value, arb):
        return as_fmpq(value, name)
    if not value.is_finite():
        raise InvalidArgument(f"{name}={value}: the ball is not finite; give an exact number or a finite ball")
    return value


def read_variance(value: Number, name: str) -> fmpq | arb:
    """As `read_number`, for a number that must not be negative; a ball is cut at 0.

    Raises:
        OutsideDomain: if it is certainly negative.

    Source: derived here.
    """
    number = read_number(value, name)
    if number < 0:
        raise OutsideDomain(f"{name}={value}: a variance is at least 0")
    return number.nonnegative_part() if isinstance(number, arb) and not number >= 0 else number


@final
@dataclass(frozen=True)
class Law:
    """(u, v) jointly Gaussian. Make it with `Law.of`.

    Args:
        variance_u, variance_v, covariance, mean_u, mean_v: fractions, or balls.
    """

    variance_u: fmpq | arb
    variance_v: fmpq | arb
    covariance: fmpq | arb
    mean_u: fmpq | arb
    mean_v: fmpq | arb

    @staticmethod
    def of(variances: Sequence[Number], covariance: Number, means: Sequence[Number]) -> Law:
        """The law, checked.

        Raises:
            OutsideDomain: for a negative variance or c^2 > ab. InvalidArgument: for a float or a wrong shape.
        """
        for name, pair in (("variances", variances), ("means", means)):
            if len(pair) != 2:
                raise InvalidArgument(f"{name}={pair!r}: give two numbers, for u and for v")
        law = Law(
            read_variance(variances[0], "variances[0]"),
            read_variance(variances[1], "variances[1]"),
            read_number(covariance, "covariance"),
            read_number(means[0], "means[0]"),
            read_number(means[1], "means[1]"),
        )
        if law.determinant() < 0:
            raise OutsideDomain(
                f"covariance={covariance}: c^2 <= {variances[0]} * {variances[1]} is required; "
                "no Gaussian variables have this covariance"
            )
        return law

    def determinant(self) -> fmpq | arb:
        """ab - c^2; exactly 0 for exact degenerate laws."""
        return self.variance_u * self.variance_v - self.covariance * self.covariance

    @property
    def is_exact(self) -> bool:
        """Whether every number is a fraction."""
        numbers = (self.variance_u, self.variance_v, self.covariance, self.mean_u, self.mean_v)
        return all(isinstance(number, fmpq) for number in numbers)

    def swapped(self) -> Law:
        """The law of (v, u)."""
        return Law(self.variance_v, self.variance_u, self.covariance, self.mean_v, self.mean_u)


@final
@dataclass(frozen=True)
class Factors:
    """u = mean_u + across x, v = mean_v + along x + beside y with independent standard normal x and y.

    Formula:
        across = sqrt a, along = c / sqrt a, beside = sqrt(b - c^2 / a), for a > 0.
    """

    mean_u: arb
    mean_v: arb
    across: arb
    along: arb
    beside: arb


def factor(law: Law) -> Factors:
    """The factors at the current precision; Var u must be certainly positive.

    Source: derived here.
    """
    variance, covariance = arb(law.variance_u), arb(law.covariance)
    remaining = arb(law.determinant()) / variance
    across = variance.sqrt()
    return Factors(arb(law.mean_u), arb(law.mean_v), across, covariance / across, sqrt(remaining))
