"""Separable bounds of f(u) g(v) in independent standard normal coordinates, and the sums that they bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from flint import arb

from .envelope import Envelope, gaussian_peak, gaussian_tail, upper
from .law import Factors

_WHOLE = Envelope(arb(1), arb(0), arb(0))


@final
@dataclass(frozen=True)
class Side:
    """exp(rate |x| + curvature x^2) against the standard normal density in x, with rate >= 0."""

    rate: arb
    curvature: arb

    def tail(self, start: arb) -> arb:
        """A bound of the integral over |x| >= start."""
        return upper(2 * gaussian_tail(self.rate, self.curvature, start))

    def integral(self) -> arb:
        """A bound of the integral over the line."""
        return self.tail(arb(0))

    def lattice_sum(self, step: arb) -> arb:
        """A bound of step times the sum over all multiples of it: on each half-line the function rises, then falls."""
        return upper(self.integral() + 2 * step * gaussian_peak(self.rate, self.curvature))

    def cut(self, scale: arb, goal: arb) -> arb:
        """An exact X beyond which the function falls, with scale * tail(X) <= goal."""
        start = upper(self.rate / (1 - 2 * self.curvature) + arb(1) / 2)
        while not upper(scale * self.tail(start)) <= goal:
            start = upper(start + arb(1) / 4)
        return start


@final
@dataclass(frozen=True)
class Majorant:
    """|f(u) g(v)| <= size * (exponential of `first` at x) * (that of `second` at y), before the densities."""

    size: arb
    first: Side
    second: Side


def separate(factors: Factors, outer: Envelope, inner: Envelope = _WHOLE) -> Majorant:
    """The majorant that follows from |f| <= outer(|Re u|) and |g| <= inner(|Re v|).

    Proof: |u| <= |m_u| + A|x| and |v| <= |m_v| + L|x| + S|y|; squares by (p + q)^2 <= 2 p^2 + 2 q^2 where both occur.

    Source: derived here.
    """
    mean_u, mean_v, along = abs(factors.mean_u), abs(factors.mean_v), abs(factors.along)
    doubled = 1 if along.is_zero() or factors.beside.is_zero() or inner.curvature.is_zero() else 2
    bend = inner.curvature * doubled
    level = outer.rate * mean_u + outer.curvature * mean_u**2 + inner.rate * mean_v + bend * mean_v**2
    rate = outer.rate * factors.across + 2 * outer.curvature * mean_u * factors.across
    rate += inner.rate * along + 2 * bend * mean_v * along
    first = Side(upper(rate), upper(outer.curvature * factors.across**2 + bend * along**2))
    second = _beside(factors, inner, doubled, mean_v)
    return Majorant(upper(outer.size * inner.size * level.exp()), first, second)


def _beside(factors: Factors, inner: Envelope, doubled: int, mean_v: arb) -> Side:
    """With one square only, the cross term 2 kap |m_v| S |y| stays; with two, the means went with x."""
    cross = 2 * inner.curvature * mean_v * factors.beside if doubled == 1 else arb(0)
    return Side(upper(inner.rate * factors.beside + cross), upper(doubled * inner.curvature * factors.beside**2))
