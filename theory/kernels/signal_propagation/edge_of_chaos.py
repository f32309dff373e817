"""The edge of chaos: the line in the (sigma_w, sigma_b) plane on which chi_1 = 1."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

import numpy as np
import sympy

from ...activations import Activation
from ...errors import InvalidArgument, OutsideDomain
from .brackets import Bracket, find_roots
from .length_map import MARGIN, LengthMap
from .moments import Moments, as_activation, find_moments

_GRID = np.geomspace(1e-8, 1e4, 121)


@final
@dataclass(frozen=True, kw_only=True)
class CriticalPoint:
    """A point of the edge of chaos.

    Args:
        activation: phi. sigma_w, sigma_b: standard deviations. q: the fixed length; any length serves if `is_any_q`.
        bracket: where the condition on q changes sign.
    """

    activation: Activation
    sigma_w: float
    sigma_b: float
    q: float
    bracket: Bracket
    is_any_q: bool = False

    @property
    def length_slope(self) -> float:
        """Slope of the length map at q: lengths return to q if it is below one."""
        return LengthMap(self.activation, self.sigma_w, self.sigma_b).slope(self.q)

    @property
    def beta(self) -> float:
        """beta_q = 2 E phi'^2 / (q E phi''^2): 1 - c tends to zero as beta_q / layer. Smooth phi only.

        Raises:
            OutsideDomain: if phi has a kink, where the decay is faster, or q = 0.
        """
        moments = find_moments(self.activation)
        curvature = moments.curvature_square(self.q)
        if not math.isfinite(curvature) or self.q == 0 or curvature == 0:
            raise OutsideDomain(
                f"activation={self.activation.name}, q={self.q}: the law beta / layer needs a smooth non-linear "
                "activation and a positive length"
            )
        return 2 * moments.slope_square(self.q) / (self.q * curvature)


def find_critical_points(activation: str | sympy.Expr | Activation, *, sigma_b: float) -> tuple[CriticalPoint, ...]:
    """All points of the edge of chaos with the given sigma_b.

    Formula:
        chi_1 = 1 and a fixed length together: sigma_w^2 = 1 / E phi'^2 and q - E phi^2 / E phi'^2 = sigma_b^2,
        one equation for q.

    Args:
        activation: a catalogue name, a text or an expression in z, or an `Activation`.
        sigma_b: standard deviation of the biases, at least 0.

    Returns:
        The points, q increasing in [0, 1e4]; empty where there is none, as for ReLU with sigma_b > 0.

    Raises:
        InvalidArgument: for a negative sigma_b. OutsideDomain: if phi jumps, so that chi_1 is infinite.

    Source: schoenholz_2017, Section 3, for the condition (restated from memory); its form in q alone is derived here.

    Example:
        >>> [round(point.sigma_w**2 / math.pi, 12) for point in find_critical_points("erf", sigma_b=0.0)]
        [0.25]
    """
    found = as_activation(activation)
    if not (math.isfinite(sigma_b) and sigma_b >= 0):
        raise InvalidArgument(f"sigma_b={sigma_b}: a standard deviation must be a finite number, at least 0")
    moments = find_moments(found)
    if math.isinf(moments.slope_square(1.0)):
        raise OutsideDomain(f"activation={found.name}: it jumps, so that chi_1 is infinite and nothing is critical")
    if moments.is_homogeneous:
        return _homogeneous(found, moments, sigma_b)
    at_zero = Bracket(root=0.0, low=0.0, high=0.0)
    starts = [at_zero] if sigma_b == 0 and moments.at_zero == 0 and moments.slope_square(0.0) > 0 else []
    excess = find_roots(lambda q: _bias_variance(moments, q) - sigma_b**2, map(float, _GRID), lambda q: MARGIN * q)
    brackets = [*starts, *excess]
    return tuple(
        CriticalPoint(
            activation=found,
            sigma_w=1 / math.sqrt(moments.slope_square(bracket.root)),
            sigma_b=sigma_b,
            q=bracket.root,
            bracket=bracket,
        )
        for bracket in brackets
    )


def critical_sigma_w(activation: str | sympy.Expr | Activation, *, sigma_b: float) -> float:
    """The standard deviation of the weights at the edge of chaos.

    Args:
        activation, sigma_b: as in `find_critical_points`.

    Returns:
        sigma_w, a standard deviation.

    Raises:
        OutsideDomain: if no point or several points are critical. Otherwise as `find_critical_points`.

    Source: as `find_critical_points`.

    Example:
        >>> round(critical_sigma_w("relu", sigma_b=0.0) ** 2, 12)
        2.0
    """
    points = find_critical_points(activation, sigma_b=sigma_b)
    if len(points) == 1:
        return points[0].sigma_w
    shown = ", ".join(f"{point.sigma_w:.8g} (q = {point.q:.4g})" for point in points)
    raise OutsideDomain(
        f"sigma_b={sigma_b}: "
        + (f"several sigma_w are critical: {shown}; use find_critical_points" if points else "no sigma_w is critical")
    )


def trace_critical_line(
    activation: str | sympy.Expr | Activation, *, lengths: Iterable[float]
) -> tuple[tuple[float, float, float], ...]:
    """The edge of chaos as a curve with the fixed length as its parameter; no equation is solved.

    Args:
        activation: as in `find_critical_points`. lengths: values of q, positive.

    Returns:
        Triples (q, sigma_w, sigma_b); lengths that no sigma_b >= 0 has as a critical fixed point are left out.

    Source: derived here (`find_critical_points` read the other way).
    """
    moments = find_moments(activation)
    line = []
    for q in lengths:
        variance = _bias_variance(moments, q)
        if variance >= -MARGIN * q:
            line.append((q, 1 / math.sqrt(moments.slope_square(q)), math.sqrt(max(variance, 0.0))))
    return tuple(line)


def _bias_variance(moments: Moments, q: float) -> float:
    slope = moments.slope_square(q)
    return q - moments.square(q) / slope if slope > 0 else math.nan


def _homogeneous(activation: Activation, moments: Moments, sigma_b: float) -> tuple[CriticalPoint, ...]:
    variance = _bias_variance(moments, 1.0)
    sigma_w = 1 / math.sqrt(moments.slope_square(1.0))
    if abs(variance) <= MARGIN:
        anywhere = Bracket(root=1.0, low=1.0, high=1.0)
        point = CriticalPoint(
            activation=activation, sigma_w=sigma_w, sigma_b=0.0, q=1.0, bracket=anywhere, is_any_q=True
        )
        return (point,) if sigma_b == 0 else ()
    q = sigma_b**2 / variance
    bracket = Bracket(root=q, low=q, high=q)
    return (
        (CriticalPoint(activation=activation, sigma_w=sigma_w, sigma_b=sigma_b, q=q, bracket=bracket),) if q > 0 else ()
    )
