"""The kernel of a deep homogeneous network without biases, as one polynomial of the angle at any depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from flint import acb, arb

from ..errors import InvalidArgument, NotEnclosed
from .arrays import Array
from .stable import ChebyshevSeries, Pairs, Slopes, interpolate_certified
from .stable.half_angle import folded_angle
from .stable.series import Analytic

_SCALE = 9.0
"""The angle at which the variable u bends, times sqrt(depth): by trial the degree is least, and grows slowly, there."""

_TRIALS = ((96, 1.6), (160, 1.35), (256, 1.2), (384, 1.13))
"""Degrees of the interpolant that is proved, with their ellipses; what is kept is far shorter."""

_DEEP = 20
"""From this depth on the ellipses of the first trials fail, or cost more than they spare."""

_CUT = 2.0**-57
_SMALL = 0.3


@final
@dataclass(frozen=True)
class HomogeneousMap:
    """The maps of the angle theta between two inputs to the NNGP and NTK of a deep network, at a cost free of depth.

    Formula:
        K(x, y) / sqrt(K(x, x) K(y, y)) = 1 - u^2 E(2u - 1),
        Theta(x, y) / sqrt(K(x, x) K(y, y)) = depth + 1 - u R(2u - 1),
        u = theta (top + scale) / (top (theta + scale)) in [0, 1], top the largest angle.
        E and R are analytic, so that near theta = 0 the differences to the diagonal keep all digits.

    Args:
        slopes: of the activation. depth: number of hidden layers.
        nngp, ntk: the series E and R, each with a certified bound of its error. scale: of u.

    Source: derived here; the maps are composed in `theory.kernels.gap`.
    """

    slopes: Slopes
    depth: int
    nngp: ChebyshevSeries
    ntk: ChebyshevSeries
    scale: float

    @classmethod
    def build(cls, slopes: tuple[float, float], depth: int) -> HomogeneousMap:
        """Interpolate the two maps and prove their errors in ball arithmetic, in about a second.

        Args:
            slopes: of the activation for negative and positive arguments. depth: number of hidden layers, at least 1.

        Raises:
            InvalidArgument: for slopes or a depth that are not as above.
            NotEnclosed: where no short series is proved, as for slopes of nearly opposite sizes at small depth.

        Accuracy: both bounds are below 2^-52 times the largest value of the series.

        Source: derived here.
        """
        if depth < 1:
            raise InvalidArgument(f"depth={depth}: a map needs at least one hidden layer")
        activation = Slopes(*map(float, slopes))
        scale = _SCALE / depth**0.5
        orbit = _Orbit(activation, depth, scale)
        for degree, ellipse in _TRIALS if depth < _DEEP else _TRIALS[2:]:
            series = _certify(orbit.values, degree, ellipse)
            if series:
                return cls(activation, depth, series[0], series[1], scale)
        raise NotEnclosed(
            f"slopes={slopes}, depth={depth}: no polynomial of degree {_TRIALS[-1][0]} is proved; use the recursion"
        )

    def require(self, slopes: Slopes, depth: int) -> None:
        """Raise InvalidArgument unless this is the map of a network with these slopes and this depth."""
        if (slopes, depth) != (self.slopes, self.depth):
            raise InvalidArgument(
                f"depth_map is of {self.slopes} and depth {self.depth}, the network has {slopes} and depth {depth}; "
                "build its own map"
            )

    def series(self, *, tangent: bool) -> ChebyshevSeries:
        """R for the NTK, E for the NNGP."""
        return self.ntk if tangent else self.nngp

    @property
    def top(self) -> float:
        """The largest angle: pi, or pi/2 for an even activation, whose kernel is that of the folded angle."""
        return _top(self.slopes)

    def gap(self, pairs: Pairs, *, tangent: bool) -> Array:
        """The difference to the diagonal, 1 - K / sqrt(KK) or depth + 1 - Theta / sqrt(KK), relatively accurate."""
        fold = pairs.rho < 0
        theta = folded_angle(np.where(fold, pairs.wide, pairs.narrow))
        if self.top > 2:
            theta = np.where(fold, np.pi - theta, theta)
        u = theta * (self.top + self.scale) / (self.top * (theta + self.scale))
        values = self.series(tangent=tangent).evaluate(2 * u - 1)
        return np.asarray(u * values if tangent else u * u * values)

    def evaluate(self, pairs: Pairs, *, tangent: bool) -> Array:
        """The kernel divided by sqrt(K(x, x) K(y, y)), of the shape of the pairs.

        Args:
            pairs: cosines with their gaps. tangent: the NTK and not the NNGP.

        Accuracy: the bound of the series, and a few units of rounding times its largest value.
        """
        return np.asarray((self.depth + 1 if tangent else 1) - self.gap(pairs, tangent=tangent))


def _top(slopes: Slopes) -> float:
    return np.pi / 2 if slopes.both == -1 else np.pi


def _certify(values: Analytic, degree: int, ellipse: float) -> tuple[ChebyshevSeries, ...]:
    """The series, or none where the bounds fail or are too weak."""
    try:
        found = interpolate_certified(values, degree=degree, ellipse=ellipse, cut=_CUT)
    except NotEnclosed:
        return ()
    grid = np.linspace(-1, 1, 65)
    sharp = (series.bound < _CUT * 32 * float(np.max(np.abs(series.evaluate(grid)))) for series in found)
    return found if all(sharp) else ()


@final
@dataclass(frozen=True)
class _Orbit:
    """The composed maps on complex balls in x = 2u - 1; nan where a root or an arcsine may meet its cut.

    Finite balls all along an ellipse prove that the maps are analytic inside. By induction over the layers theta_l is;
    then so is F(theta_l), Re F > 0 on the ellipse, and a harmonic function has its least value there, hence the root
    of F is analytic; then so is y, the sine of half the next angle, |Re y| < 1, and hence its arcsine.
    """

    slopes: Slopes
    depth: int
    scale: float

    def values(self, x: acb) -> tuple[acb, acb]:
        """(E(x), R(x))."""
        g, theta, u = self._weight(), self._angle(x), (x + 1) / 2
        tangent = theta.cos()
        fall = 1 - tangent
        for layer in range(self.depth):
            after, narrow = _next_angle(theta, g)
            fall = fall + narrow + g * theta * tangent
            tangent = layer + 2 - fall
            theta = after
            if not theta.is_finite():
                break
        return narrow / (u * u), fall / u

    def _weight(self) -> arb:
        negative, positive = arb(self.slopes.negative), arb(self.slopes.positive)
        return (positive - negative) ** 2 / (positive**2 + negative**2) / arb.pi()

    def _angle(self, x: acb) -> acb:
        u, top, scale = (x + 1) / 2, arb.pi() / (2 if self.slopes.both == -1 else 1), arb(self.scale)
        room = top + scale - u * top
        return u * top * scale / room if room.real > 0 else acb("nan")


def _next_angle(theta: acb, g: arb) -> tuple[acb, acb]:
    """The next angle, in the mean value form, without which a hundred layers would blow up the ball; and 1 - cos of it.

    With F = 2 (1 - rho') / theta^2, entire in theta, the map is 2 asin(theta sqrt(F) / 2): analytic where F and
    1 - (theta sqrt(F) / 2)^2 avoid the negative half-line.
    """
    square = _square(theta, g)
    if not square.real > 0:
        return acb("nan"), acb("nan")
    root, move = square.sqrt(), (1 - g * theta) * theta.sinc()
    middle = _middle(theta)
    centre = middle / 2 * _square(middle, g).sqrt()
    half = centre + move / (2 * root) * (theta - middle)
    if not abs(half.real) < 1:
        return acb("nan"), acb("nan")
    after = 2 * centre.asin() + move / (root * (1 - half * half).sqrt()) * (theta - middle)
    return after, 2 * half * half


def _square(theta: acb, g: arb) -> acb:
    """F = 2 (1 - rho') / theta^2, entire in theta; in the mean value form away from 0."""
    if not abs(theta) > _SMALL:
        quotient = (-theta * theta / 4).hypgeom_0f1(acb(5) / 2) / 3
        return (theta / 2).sinc() ** 2 - 2 * g * theta * quotient
    middle = _middle(theta)
    slope = 2 / theta * ((1 - g * theta) * theta.sinc() - _plain_square(theta, g))
    return _plain_square(middle, g) + slope * (theta - middle)


def _plain_square(theta: acb, g: arb) -> acb:
    cos, sin = theta.cos(), theta.sin()
    return 2 * (1 - cos - g * (sin - theta * cos)) / (theta * theta)


def _middle(theta: acb) -> acb:
    return acb(theta.real.mid(), theta.imag.mid())
