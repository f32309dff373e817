"""The correlation map: how the correlation of two signals of equal length passes from layer to layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import final

import sympy

from ...activations import Activation
from ...errors import InvalidArgument, NotEnclosed, OutsideDomain
from .brackets import Bracket, find_root
from .length_map import MARGIN, LengthMap
from .moments import Moments, as_activation, find_moments

_SMALLEST_GAP = 2.0**-46


@final
@dataclass(frozen=True)
class CorrelationMap:
    """c -> (sigma_w^2 E[phi(u) phi(v)] + sigma_b^2) / q for variances q and covariance q c.

    The state is the gap 1 - c, so that nearly parallel signals keep their digits:
    gap -> (sigma_w^2 / q) E (phi(u) - phi(v))^2 / 2.

    Args:
        activation: phi. sigma_w, sigma_b: standard deviations (not variances).
        q: a fixed point of the length map, positive.

    Raises:
        InvalidArgument: if q is not positive, or no fixed point up to rounding.

    Source: poole_2016, eq. (5), schoenholz_2017, eq. (5) (restated from memory); the means are derived here.
    """

    activation: str | sympy.Expr | Activation
    sigma_w: float
    sigma_b: float
    q: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", as_activation(self.activation))
        if not (math.isfinite(self.q) and self.q > 0):
            raise InvalidArgument(f"q={self.q}: two signals have a correlation only if their length is positive")
        after = LengthMap(self.activation, self.sigma_w, self.sigma_b).value(self.q)
        if abs(after - self.q) > 1e-6 * self.q:
            raise InvalidArgument(f"q={self.q}: the length map sends it to {after}; give one of its fixed points")

    @property
    def moments(self) -> Moments:
        """The Gaussian means of the activation."""
        return find_moments(self.activation)

    def value(self, correlation: float) -> float:
        """The correlation after one layer."""
        return 1 - self.gap_after(1 - correlation)

    def gap_after(self, gap: float) -> float:
        """One minus the correlation after one layer, given one minus the correlation before."""
        return self.sigma_w**2 * self.moments.gap(self.q, gap) / self.q

    def slope(self, correlation: float) -> float:
        """sigma_w^2 E phi'(u) phi'(v), the slope of the map (Price's theorem)."""
        return self.sigma_w**2 * self.moments.slope_product(self.q, 1 - correlation)

    def iterate(self, correlation: float, layers: int) -> list[float]:
        """Correlations after 0, 1, ..., `layers` layers."""
        gaps = [1 - correlation]
        for _ in range(layers):
            gaps.append(self.gap_after(gaps[-1]))
        return [1 - gap for gap in gaps]

    @cached_property
    def chi_1(self) -> float:
        """Slope at correlation one, sigma_w^2 E phi'(sqrt(q) z)^2; infinite if phi jumps."""
        return self.sigma_w**2 * self.moments.slope_square(self.q)

    @cached_property
    def phase(self) -> str:
        """ "ordered" (chi_1 < 1), "critical" or "chaotic" (chi_1 > 1)."""
        excess = self.chi_1 - 1
        return "critical" if abs(excess) <= MARGIN else "ordered" if excess < 0 else "chaotic"

    @cached_property
    def gap_bracket(self) -> Bracket:
        """One minus the stable fixed point, with the ends of a change of sign.

        The map is a power series with non-negative coefficients, convex on [0, 1]: above chi_1 = 1 it has exactly one
        fixed point in [0, 1), which attracts; otherwise correlation one attracts.
        """
        if self.phase != "chaotic":
            return Bracket(root=0.0, low=0.0, high=0.0)
        if abs(self._excess(1.0)) <= MARGIN and self.sigma_b == 0:
            return Bracket(root=1.0, low=1.0, high=1.0)
        low = 0.5
        while self._excess(low) <= 0:
            low /= 4
            if low < _SMALLEST_GAP:
                raise NotEnclosed(f"chi_1={self.chi_1}: the fixed point is too near correlation one for float64")
        return find_root(self._excess, low, 1.0)

    def _excess(self, gap: float) -> float:
        return self.gap_after(gap) - gap

    @property
    def c_star(self) -> float:
        """The correlation that pairs of signals tend to."""
        return 1 - self.gap_bracket.root

    @cached_property
    def chi_c_star(self) -> float:
        """Slope at the stable fixed point."""
        gap = self.gap_bracket.root
        return self.chi_1 if gap == 0 else self.sigma_w**2 * self.moments.slope_product(self.q, gap)

    @property
    def depth_scale(self) -> float:
        """xi_c = -1 / ln chi_{c*}: deviations shrink by e in so many layers; infinite at criticality."""
        if self.phase == "critical":
            return math.inf
        if self.chi_c_star < 0:
            raise OutsideDomain(f"chi_c_star={self.chi_c_star}: a slope of a map with non-negative coefficients")
        return -1 / math.log(self.chi_c_star) if self.chi_c_star else 0.0
