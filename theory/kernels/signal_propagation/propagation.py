"""Signal propagation at one point of the phase diagram: lengths, correlations, and how deep they reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import final

import sympy

from ...activations import Activation
from .correlation_map import CorrelationMap
from .length_map import FixedPoint, LengthMap
from .moments import Moments


@final
@dataclass(frozen=True)
class SignalPropagation:
    """The mean-field theory of a deep network at initialisation, all widths infinite.

    Args:
        activation: phi, a catalogue name, an expression in z, or an `Activation`.
        sigma_w, sigma_b: standard deviations (not variances) of weights and biases, the same in every layer.
        q: length at which correlations are followed; the attracting fixed point if left out. Needed where every length
            is a fixed point, as for ReLU at sigma_w^2 = 2, sigma_b = 0.

    Raises:
        InvalidArgument: for a standard deviation that is negative or not finite.

    Source: poole_2016 and schoenholz_2017 (restated from memory); all means are derived here from the expression.

    Example:
        >>> signal = SignalPropagation("erf", sigma_w=1.3, sigma_b=0.2)
        >>> signal.phase, round(signal.c_star, 6)
        ('chaotic', 0.55374)
    """

    activation: str | sympy.Expr | Activation
    sigma_w: float
    sigma_b: float
    q: float | None = None

    @cached_property
    def length_map(self) -> LengthMap:
        """The length map."""
        return LengthMap(self.activation, self.sigma_w, self.sigma_b)

    @cached_property
    def fixed_points(self) -> tuple[FixedPoint, ...]:
        """All fixed lengths, with their stability."""
        return self.length_map.fixed_points

    @cached_property
    def q_star(self) -> float:
        """The length at which correlations are followed.

        Raises:
            OutsideDomain: if q was left out and no single length attracts.
        """
        return self.length_map.limit.q if self.q is None else self.q

    @cached_property
    def correlation_map(self) -> CorrelationMap:
        """The correlation map at q_star.

        Raises:
            InvalidArgument: if q_star is 0, where signals die out and have no correlation.
        """
        return CorrelationMap(self.activation, self.sigma_w, self.sigma_b, self.q_star)

    @property
    def moments(self) -> Moments:
        """The Gaussian means of the activation."""
        return self.length_map.moments

    @cached_property
    def chi_1(self) -> float:
        """sigma_w^2 E phi'(sqrt(q_star) z)^2, also where signals die out."""
        return self.sigma_w**2 * self.moments.slope_square(self.q_star)

    @property
    def phase(self) -> str:
        """ "ordered", "critical" or "chaotic"."""
        if self.q_star == 0:
            return "ordered" if self.chi_1 < 1 else "critical"
        return self.correlation_map.phase

    @property
    def c_star(self) -> float:
        """The correlation that pairs of signals tend to."""
        return self.correlation_map.c_star

    @property
    def chi_c_star(self) -> float:
        """The slope of the correlation map at c_star."""
        return self.correlation_map.chi_c_star

    @property
    def xi_q(self) -> float:
        """Depth scale of lengths, -1 / ln |slope of the length map|."""
        slope = abs(self.length_map.slope(self.q_star))
        if slope == 0:
            return 0.0
        return -1 / math.log(slope) if slope < 1 else math.inf

    @property
    def xi_c(self) -> float:
        """Depth scale of correlations, -1 / ln chi_{c*}."""
        return self.correlation_map.depth_scale
