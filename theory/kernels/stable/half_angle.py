"""Homogeneous activations of degree one, and the angle between two inputs from the gap 1 - |cos|."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import final

import numpy as np
import sympy
from flint import acb, arb

from ...activations import Activation, find_activation
from ...errors import InvalidArgument
from ...symbols import z
from ..arrays import Array
from .series import ChebyshevSeries, interpolate_certified

RIGHT = (np.pi / 2) ** 2
"""The square of a right angle."""

_ANGLE = (22, 5.5)
_SINE = (10, 60.0)
"""Degree and ellipse of the two series. asin(s)/s is analytic in s^2 off [1, oo), so that its ellipse is below 5.83."""


@final
@dataclass(frozen=True)
class Slopes:
    """The activation phi(t) = positive * t for t > 0 and negative * t for t < 0, as alpha t + beta |t|.

    Formula:
        E[phi(u) phi(v)] = h |u||v| (cos + g (sin - theta cos)), E[phi'(u) phi'(v)] = h (1 - g theta),
        h = alpha^2 + beta^2, g = 2 beta^2 / (pi h), theta the angle between u and v.

    Args:
        negative, positive: finite numbers, not both zero.

    Source: derived here from E[u|v|] = 0 and E[|u||v|] = 2/pi (sin + (pi/2 - theta) cos).
    """

    negative: float
    positive: float

    def __post_init__(self) -> None:
        if not np.isfinite([self.negative, self.positive]).all() or not self.power > 0:
            raise InvalidArgument(f"slopes=({self.negative}, {self.positive}): give two finite numbers, not both zero")

    @property
    def power(self) -> float:
        """h = E[phi(u)^2] for a unit variance."""
        return (self.negative**2 + self.positive**2) / 2

    @property
    def even(self) -> float:
        """2 alpha^2 / h."""
        return (self.positive + self.negative) ** 2 / (2 * self.power)

    @property
    def odd(self) -> float:
        """2 beta^2 / h."""
        return (self.positive - self.negative) ** 2 / (2 * self.power)

    @property
    def both(self) -> float:
        """(alpha^2 - beta^2) / h, zero for ReLU."""
        return self.positive * self.negative / self.power

    @property
    def g(self) -> float:
        """The weight of sin - theta cos."""
        return self.odd / np.pi


def derive_slopes(activation: str | sympy.Expr | Activation) -> Slopes | None:
    """The slopes of an activation that is positively homogeneous of degree one, read off its expression.

    Args:
        activation: a catalogue name, an expression in z, or an `Activation`.

    Returns:
        The slopes; None if the activation is not homogeneous, or has symbols besides z.

    Raises:
        UnknownFunction, InvalidArgument: for an unknown name or another type.

    Source: derived here: phi(t) = phi(1) t and phi(-t) = phi(-1) t for a positive symbol t.

    Example:
        >>> derive_slopes("leaky_relu")
        Slopes(negative=0.1, positive=1.0)
        >>> derive_slopes("gelu") is None
        True
    """
    expression = find_activation(activation).expression
    if expression.free_symbols - {z}:
        return None
    scale = sympy.Symbol("s", positive=True)
    ends = [expression.subs(z, sign) for sign in (-1, 1)]
    for sign, end in zip((-1, 1), ends, strict=True):
        if sympy.simplify(expression.subs(z, sign * scale) - scale * end) != 0:
            return None
    if not all(end.is_real and end.is_finite for end in ends) or ends[0] == ends[1] == 0:
        return None
    return Slopes(0.0 - float(ends[0]), float(ends[1]))


@cache
def angle_series() -> ChebyshevSeries:
    """asin(s) / s in x = 4 s^2 - 1, for s^2 in [0, 1/2].

    Returns:
        The series; |bound| is relative too, as the function is at least 1.

    Source: derived here.
    """
    degree, ellipse = _ANGLE
    (series,) = interpolate_certified(lambda x: (_arcsine_quotient(x),), degree=degree, ellipse=ellipse)
    return series


@cache
def sine_series() -> ChebyshevSeries:
    """(sin t - t cos t) / t^3 in x = 2 t^2 / (pi/2)^2 - 1, for t in [0, pi/2].

    Returns:
        The series of an entire function of t^2.

    Source: derived here: the function is 0F1(5/2, -t^2/4) / 3.
    """
    degree, ellipse = _SINE
    (series,) = interpolate_certified(lambda x: (_sine_quotient(x),), degree=degree, ellipse=ellipse)
    return series


def _arcsine_quotient(x: acb) -> acb:
    square = (x + 1) / 4
    if square.real.mid() < 0:  # The root's cut lies there, the quotient's does not.
        root = (-square).sqrt()
        return root.asinh() / root
    root = square.sqrt()
    return root.asin() / root


def _sine_quotient(x: acb) -> acb:
    return (-(x + 1) * arb.pi() ** 2 / 32).hypgeom_0f1(acb(5) / 2) / 3


def folded_angle(gap: Array) -> Array:
    """The angle in [0, pi/2] whose cosine is 1 - gap.

    Args:
        gap: in [0, 1].

    Returns:
        2 asin(sqrt(gap / 2)), of the same shape.

    Accuracy: relative, a few units of rounding at every angle.

    Source: derived here: 1 - cos = 2 sin(theta / 2)^2.

    Example:
        >>> folded_angle(np.array([0.0, 5e-33, 1.0]))
        array([0.00000000e+00, 1.00000000e-16, 1.57079633e+00])
    """
    return np.asarray(2 * np.arcsin(np.sqrt(0.5 * gap)))


def sine_excess(theta: Array) -> Array:
    """sin(theta) - theta cos(theta), without cancellation.

    Args:
        theta: in [0, pi/2].

    Returns:
        The values, of the same shape.

    Accuracy: relative, a few units of rounding; of order theta^3 / 3 at small angles.

    Source: derived here by `sine_series`.

    Example:
        >>> float(sine_excess(np.array(3e-8))).__format__(".12g")
        '9e-24'
    """
    square = theta * theta
    x = square * (2 / RIGHT) - 1
    coefficients = sine_monomials()
    total = np.full_like(theta, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total *= x
        total += coefficient
    total *= square
    total *= theta
    return total


@cache
def angle_monomials() -> tuple[float, ...]:
    """`angle_series` in powers of x.

    Returns:
        Coefficients, lowest first.

    Source: derived here.
    """
    return angle_series().monomials()


@cache
def sine_monomials() -> tuple[float, ...]:
    """`sine_series` in powers of x.

    Returns:
        Coefficients, lowest first.

    Source: derived here.
    """
    return sine_series().monomials()
