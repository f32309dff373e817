"""Arithmetic of leading forms on a half-strip: what is known of a function far out, with proven bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from flint import arb

from ...errors import NotEnclosed
from .envelope import Envelope, upper

Polynomial = tuple[arb, ...]
"""Coefficients, lowest first, the last not exactly 0."""

ZERO = arb(0)
NOTHING = Envelope(ZERO, ZERO, ZERO)


@final
@dataclass(frozen=True)
class HalfStrip:
    """The points s = t + i y with t >= start > 0 and |y| <= width, where z = side * s.

    Args:
        side: 1 or -1. start, width: exact numbers; width 0 is a ray of the real line.
    """

    side: int
    start: arb
    width: arb

    def modulus(self, terms: Polynomial) -> Envelope:
        """A bound of a polynomial in s, by |s| <= t (1 + width / start)."""
        stretch = 1 + self.width / self.start
        bound = NOTHING
        for degree, term in enumerate(terms):
            bound = bound + Envelope.power(term * stretch**degree, degree)
        return bound

    def exponential(self, linear: arb, quadratic: arb) -> Envelope:
        """A bound of |exp(linear s + quadratic s^2)|, by Re s^2 = t^2 - y^2."""
        lift = (-quadratic * self.width * self.width) if quadratic < 0 else arb(0)
        return Envelope(upper(lift.exp()), upper(linear), upper(quadratic))

    def lowest(self, terms: Polynomial) -> tuple[arb, int]:
        """A number g and a degree d with |p(s)| >= g |s|^d, g > 0."""
        degree = len(terms) - 1
        gain = abs(terms[-1]) - sum((abs(c) * self.start ** (k - degree) for k, c in enumerate(terms[:-1])), arb(0))
        return require_positive(gain, "a polynomial may vanish"), degree

    def direction(self, terms: Polynomial) -> tuple[int, arb]:
        """The sign of Re p(s), the same everywhere, and a number g > 0 with |Re p(s)| >= g |s|^deg."""
        degree = len(terms) - 1
        turn = degree * (self.width / self.start).atan()
        if not turn < arb.pi() / 2:
            raise NotEnclosed("far out: the strip is too wide for its start")
        lower = sum((abs(c) * self.start ** (k - degree) for k, c in enumerate(terms[:-1])), arb(0))
        gain = abs(terms[-1]) * turn.cos() - lower
        return (1 if terms[-1] > 0 else -1), require_positive(gain, "a real part may vanish")


def require_positive(value: arb, reason: str) -> arb:
    """The exact lower end of a ball that must be positive.

    Raises:
        NotEnclosed: if it may not be.

    Source: derived here.
    """
    if not value > 0:
        raise NotEnclosed(f"far out: {reason}")
    return arb(value.lower())


def trimmed(terms: Polynomial) -> Polynomial:
    """The coefficients without exact zeros at the top.

    Raises:
        NotEnclosed: if it is not decided whether the leading one is zero.

    Source: derived here.
    """
    while terms and terms[-1].is_zero():
        terms = terms[:-1]
    if terms and not (terms[-1] > 0 or terms[-1] < 0):
        raise NotEnclosed("far out: it is not decided whether a leading coefficient vanishes")
    return terms


def plus(left: Polynomial, right: Polynomial) -> Polynomial:
    """Sum of polynomials.

    Source: derived here.
    """
    size = max(len(left), len(right))
    padded = [(*terms, *(arb(0),) * (size - len(terms))) for terms in (left, right)]
    return trimmed(tuple(one + two for one, two in zip(*padded, strict=True)))


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """Product of polynomials.

    Source: derived here.
    """
    if not left or not right:
        return ()
    terms = [arb(0)] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        for j, two in enumerate(right):
            terms[i + j] += one * two
    return trimmed(tuple(terms))


@final
@dataclass(frozen=True)
class Germ:
    """What is known of f on a half-strip: f(z) = exp(linear s + quadratic s^2) (main(s) + r(s)), |r| <= rest.

    Args:
        strip: where. main: a polynomial in s = side * z with real coefficients. rest: bounds the remainder.
        linear, quadratic: the exponent, 0 for functions of polynomial growth.
    """

    strip: HalfStrip
    main: Polynomial
    rest: Envelope = NOTHING
    linear: arb = ZERO
    quadratic: arb = ZERO

    @property
    def is_plain(self) -> bool:
        """Whether there is no exponential factor."""
        return bool(self.linear.is_zero() and self.quadratic.is_zero())

    def envelope(self) -> Envelope:
        """A bound of |f|."""
        return self.strip.exponential(self.linear, self.quadratic) * (self.strip.modulus(self.main) + self.rest)

    def flattened(self) -> Germ:
        """The same function with a decaying exponential factor counted as remainder."""
        if self.is_plain:
            return self
        if self.quadratic < 0 or (self.quadratic.is_zero() and self.linear < 0):
            return Germ(self.strip, (), self.envelope())
        return self

    def plain(self, name: str) -> Germ:
        """`flattened`, if that has no exponential factor.

        Raises:
            NotEnclosed: otherwise, as `name` of an exponentially growing function is not bounded here.
        """
        flat = self.flattened()
        if not flat.is_plain:
            raise NotEnclosed(f"far out: {name} of an exponentially growing argument is not bounded")
        return flat

    def remainder(self) -> arb:
        """A number that bounds the remainder everywhere.

        Raises:
            NotEnclosed: if none is known.
        """
        found = self.rest.supremum(self.strip.start)
        if found is None:
            raise NotEnclosed("far out: a remainder grows")
        return found

    def negated(self) -> Germ:
        """-f."""
        return self.scaled(arb(-1))

    def scaled(self, factor: arb) -> Germ:
        """f times a number."""
        main = trimmed(tuple(factor * term for term in self.main))
        return Germ(self.strip, main, self.rest.scaled(factor), self.linear, self.quadratic)

    def __add__(self, other: Germ) -> Germ:
        gap = (other.linear - self.linear, other.quadratic - self.quadratic)
        if all(part.is_zero() for part in gap):
            main = plus(self.main, other.main)
            return Germ(self.strip, main, self.rest + other.rest, self.linear, self.quadratic)
        leading = gap[0] if gap[1].is_zero() else gap[1]
        if leading > 0:
            return other + self
        if not leading < 0:
            raise NotEnclosed("far out: it is not decided which of two exponentials is larger")
        small = self.strip.exponential(*gap) * (self.strip.modulus(other.main) + other.rest)
        return Germ(self.strip, self.main, self.rest + small, self.linear, self.quadratic)

    def __mul__(self, other: Germ) -> Germ:
        rest = self.strip.modulus(self.main) * other.rest + self.rest * self.strip.modulus(other.main)
        rest = rest + self.rest * other.rest
        main = times(self.main, other.main)
        return Germ(self.strip, main, rest, self.linear + other.linear, self.quadratic + other.quadratic)

    def away_from_zero(self) -> arb:
        """A number > 0 below |main + r| everywhere."""
        if not self.main:
            raise NotEnclosed("far out: a denominator or an argument may vanish")
        gain, degree = self.strip.lowest(self.main)
        return require_positive(gain * self.strip.start**degree - self.remainder(), "a denominator may vanish")

    def reciprocal(self) -> Germ:
        """1/f: with main = c, 1/(c + r) = 1/c - r / (c (c + r))."""
        low = self.away_from_zero()
        if len(self.main) > 1:
            return Germ(self.strip, (), Envelope.constant(1 / low), -self.linear, -self.quadratic)
        rest = self.rest.scaled(1 / (abs(self.main[0]) * low))
        return Germ(self.strip, (1 / self.main[0],), rest, -self.linear, -self.quadratic)
