"""The length map: how the variance of a pre-activation passes from layer to layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
import sympy

from ...activations import Activation
from ...errors import InvalidArgument, OutsideDomain
from .brackets import Bracket, find_roots
from .moments import Moments, as_activation, find_moments

MARGIN = 2.0**-40
"""A slope within this of one counts as one: sigma_w^2 carries the rounding of sigma_w."""
_GRID = np.geomspace(1e-10, 1e6, 129)


@final
@dataclass(frozen=True, kw_only=True)
class FixedPoint:
    """A length that a layer reproduces.

    Args:
        q: the length. slope: of the map there. bracket: where the map minus q changes sign.
    """

    q: float
    slope: float
    bracket: Bracket

    @property
    def stability(self) -> str:
        """ "stable", "marginal" or "unstable"."""
        excess = abs(self.slope) - 1
        return "marginal" if abs(excess) <= MARGIN else "stable" if excess < 0 else "unstable"

    @property
    def depth_scale(self) -> float:
        """xi_q = -1 / ln |slope|: deviations shrink by e in so many layers; infinite unless stable."""
        if self.stability != "stable":
            return math.inf
        return -1 / math.log(abs(self.slope)) if self.slope else 0.0


@final
@dataclass(frozen=True)
class LengthMap:
    """q -> sigma_w^2 E phi(sqrt(q) z)^2 + sigma_b^2, z standard normal.

    Args:
        activation: phi, a catalogue name, a text or an expression in z, or an `Activation`.
        sigma_w, sigma_b: standard deviations (not variances) of weights and biases.

    Raises:
        InvalidArgument: for a standard deviation that is negative or not finite.

    Source: poole_2016, eq. (3) (restated from memory); the means are derived here.

    Example:
        >>> LengthMap("erf", 1.0, 0.5).value(1.0) == 0.25 + 2 / math.pi * math.asin(2 / 3)
        True
    """

    activation: str | sympy.Expr | Activation
    sigma_w: float
    sigma_b: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", as_activation(self.activation))
        for name, value in (("sigma_w", self.sigma_w), ("sigma_b", self.sigma_b)):
            if not (math.isfinite(value) and value >= 0):
                raise InvalidArgument(f"{name}={value}: a standard deviation must be a finite number, at least 0")

    @property
    def moments(self) -> Moments:
        """The Gaussian means of the activation."""
        return find_moments(self.activation)

    def value(self, q: float) -> float:
        """The length after one layer."""
        return self.sigma_w**2 * self.moments.square(q) + self.sigma_b**2

    def slope(self, q: float) -> float:
        """d value / d q = sigma_w^2 E[phi'^2 + phi phi'']."""
        return self.sigma_w**2 * self.moments.square_slope(q)

    def iterate(self, q: float, layers: int) -> list[float]:
        """Lengths after 0, 1, ..., `layers` layers."""
        lengths = [float(q)]
        for _ in range(layers):
            lengths.append(self.value(lengths[-1]))
        return lengths

    @cached_property
    def fixed_points(self) -> tuple[FixedPoint, ...]:
        """All fixed points seen on [0, 1e6], increasing; they are simple changes of sign on a fine grid.

        Raises:
            OutsideDomain: if every length is a fixed point.
        """
        if self.moments.is_homogeneous:
            return self._homogeneous()
        found = [Bracket(root=0.0, low=0.0, high=0.0)] if self.value(0.0) == 0 else []
        found += find_roots(lambda q: self.value(q) - q, map(float, _GRID), lambda q: MARGIN * q)
        return tuple(FixedPoint(q=item.root, slope=self.slope(item.root), bracket=item) for item in found)

    def _homogeneous(self) -> tuple[FixedPoint, ...]:
        slope = self.slope(1.0)
        if abs(slope - 1) <= MARGIN:
            if self.sigma_b == 0:
                raise OutsideDomain(
                    f"sigma_w={self.sigma_w}, sigma_b=0: every length is a fixed point of {self.activation}; "
                    "give the length of the inputs as q"
                )
            return ()
        q = self.sigma_b**2 / (1 - slope)
        return (FixedPoint(q=q, slope=slope, bracket=Bracket(root=q, low=q, high=q)),) if q >= 0 else ()

    @property
    def limit(self) -> FixedPoint:
        """The fixed point that lengths tend to.

        Raises:
            OutsideDomain: if there is none, or more than one that attracts.
        """
        attracting = [point for point in self.fixed_points if point.stability != "unstable"]
        if len(attracting) == 1:
            return attracting[0]
        setting = f"sigma_w={self.sigma_w}, sigma_b={self.sigma_b}"
        if attracting:
            lengths = ", ".join(f"{point.q:.6g}" for point in attracting)
            raise OutsideDomain(f"{setting}: lengths {lengths} attract; the start decides, so give q")
        raise OutsideDomain(f"{setting}: no fixed point attracts lengths, which diverge or wander; lower sigma_w")
