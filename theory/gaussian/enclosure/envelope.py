"""Growth bounds K exp(lam t + kap t^2), and their integrals against the Gaussian density."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from flint import arb

from ...errors import NotEnclosed

RATE = 8
"""t^d is bounded by a multiple of e^(d t / RATE): small enough to leave e^-t decaying under low degrees."""


def upper(ball: arb) -> arb:
    """The exact upper end of a finite ball.

    Raises:
        NotEnclosed: if the ball is not finite, for then it bounds nothing.

    Source: derived here.
    """
    if not ball.is_finite():
        raise NotEnclosed(f"a bound is {ball}: the function grows too fast or is singular there")
    return arb(ball.upper())


@final
@dataclass(frozen=True)
class Envelope:
    """The bound |f| <= size * exp(rate * t + curvature * t^2) for t at least some t_0 >= 0.

    Args:
        size: at least 0. rate, curvature: of any sign; all three are finite.
    """

    size: arb
    rate: arb
    curvature: arb

    @staticmethod
    def constant(size: arb) -> Envelope:
        """The bound |f| <= size."""
        return Envelope(upper(abs(size)), arb(0), arb(0))

    @staticmethod
    def power(size: arb, degree: int) -> Envelope:
        """A bound of size * t^degree on t >= 0: t^d <= (d / (e r))^d e^(r t), at its largest where t = d / r."""
        if degree == 0:
            return Envelope.constant(size)
        rate = arb(degree) / RATE
        return Envelope(upper(abs(size) * (degree / (rate * arb.const_e())) ** degree), rate, arb(0))

    def __mul__(self, other: Envelope) -> Envelope:
        return Envelope(
            upper(self.size * other.size), upper(self.rate + other.rate), upper(self.curvature + other.curvature)
        )

    def __add__(self, other: Envelope) -> Envelope:
        """A bound of the sum; it holds because t >= 0."""
        if self.size.is_zero():
            return other
        if other.size.is_zero():
            return self
        return Envelope(
            upper(self.size + other.size),
            upper(arb.max(self.rate, other.rate)),
            upper(arb.max(self.curvature, other.curvature)),
        )

    def scaled(self, factor: arb) -> Envelope:
        """The bound times |factor|."""
        return Envelope(upper(self.size * abs(factor)), self.rate, self.curvature)

    def raised(self, exponent: arb) -> Envelope:
        """The bound to a power > 0."""
        size = arb(0) if self.size.is_zero() else upper(self.size**exponent)
        return Envelope(size, upper(self.rate * exponent), upper(self.curvature * exponent))

    def at(self, t: arb) -> arb:
        """The value of the bound."""
        return self.size * (self.rate * t + self.curvature * t * t).exp()

    def supremum(self, start: arb) -> arb | None:
        """A bound of the values at t >= start, or None if there may be none."""
        if self.size.is_zero():
            return arb(0)
        if self.curvature < 0:
            top = arb.max(arb(start), -self.rate / (2 * self.curvature))
            return upper(self.size * (self.rate * top + self.curvature * top * top).exp())
        return upper(self.at(start)) if self.curvature <= 0 and self.rate <= 0 else None

    def widened(self) -> Envelope:
        """The bound with no decay left, which is largest at the largest t."""
        return Envelope(self.size, arb.max(self.rate, arb(0)), arb.max(self.curvature, arb(0)))


def gaussian_tail(rate: arb, curvature: arb, start: arb) -> arb:
    """The integral of exp(rate x + curvature x^2) against the standard normal density over x >= start.

    Formula:
        With s = sqrt(1 - 2 curvature): exp(rate^2 / (2 s^2)) erfc((s start - rate / s) / sqrt 2) / (2 s).

    Raises:
        NotEnclosed: if curvature >= 1/2, for then it is infinite.

    Source: derived here (completion of the square).
    """
    narrowing = 1 - 2 * curvature
    if not narrowing > 0:
        raise NotEnclosed("the expectation is not bounded: the growth exceeds the decay of the Gaussian density")
    root = narrowing.sqrt()
    return (rate * rate / (2 * narrowing)).exp() * ((root * start - rate / root) / arb(2).sqrt()).erfc() / (2 * root)


def gaussian_peak(rate: arb, curvature: arb) -> arb:
    """The maximum over x >= 0 of exp(rate x + curvature x^2) times the standard normal density, for rate >= 0.

    Source: derived here.
    """
    narrowing = 1 - 2 * curvature
    if not narrowing > 0:
        raise NotEnclosed("the expectation is not bounded: the growth exceeds the decay of the Gaussian density")
    return (rate * rate / (2 * narrowing)).exp() / (2 * arb.pi()).sqrt()
