"""The edge of chaos in balls: an interval Newton step proves that a critical point exists and is the only one near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy
from flint import arb, ctx, fmpq

from ...activations import Activation
from ...balls import Exact, as_fmpq
from ...errors import NotEnclosed
from ...gaussian.enclosure import enclose_mean
from ...symbols import z
from .edge_of_chaos import find_critical_points
from .moments import as_activation

_BITS_PER_DIGIT = 3.33
_NEWTON_STEPS = 12
_GUARD = 4


@final
@dataclass(frozen=True, kw_only=True)
class CertifiedCriticalPoint:
    """A proved point of the edge of chaos.

    Args:
        activation: phi. bias_variance: sigma_b^2, exact.
        q: ball that holds exactly one critical length. weight_variance: ball that holds its sigma_w^2.
    """

    activation: Activation
    bias_variance: fmpq
    q: arb
    weight_variance: arb


def certify_critical_points(
    activation: str | sympy.Expr | Activation, *, bias_variance: Exact, digits: int = 20
) -> tuple[CertifiedCriticalPoint, ...]:
    """Proved critical points for an exact variance of the biases.

    Formula:
        h(q) = q - M/D - sigma_b^2 with M = E phi^2, D = E phi'^2, and d/dq E g(u) = E[g(u) (u^2 - q)] / (2 q^2); if
        N = m - h(m) / h'(B) lies inside the ball B with middle m, then B holds exactly one root of h, and N holds it,
        too. Then sigma_w^2 = 1 / D.

    Args:
        activation: a catalogue name, an expression in z, or an `Activation`.
        bias_variance: sigma_b^2, a positive exact number. digits: relative digits of q.

    Returns:
        One point for each root that `find_critical_points` proposes.

    Raises:
        NotEnclosed: if the Newton step does not contract, or a mean cannot be enclosed.
        Otherwise as `find_critical_points`.

    Source: derived here (interval Newton); the condition is schoenholz_2017, Section 3 (restated from memory).

    Example:
        >>> point, = certify_critical_points("erf", bias_variance=Fraction(1, 20), digits=12)
        >>> print(point.weight_variance.str(10, radius=False))
        1.375839007
    """
    found = as_activation(activation)
    variance = as_fmpq(bias_variance, "bias_variance")
    condition = _Condition(found.expression, variance)
    points = []
    for start in find_critical_points(found, sigma_b=math.sqrt(Fraction(int(variance.p), int(variance.q)))):
        q = condition.newton(start.q, digits)
        with ctx.workprec(_bits(digits)):
            weight = 1 / condition.mean(condition.slope**2, q, digits)
        points.append(CertifiedCriticalPoint(activation=found, bias_variance=variance, q=q, weight_variance=weight))
    return tuple(points)


def _bits(digits: int) -> int:
    return int(_BITS_PER_DIGIT * (digits + _GUARD)) + 64


@final
@dataclass(frozen=True)
class _Condition:
    """h and its slope in balls."""

    phi: sympy.Expr
    bias_variance: fmpq

    @property
    def slope(self) -> sympy.Expr:
        return sympy.diff(self.phi, z)

    def mean(self, expression: sympy.Expr, q: arb, digits: int) -> arb:
        return enclose_mean(expression, variance=q, digits=digits + _GUARD)

    def value(self, q: arb, digits: int) -> arb:
        """h(q)."""
        return q - self.mean(self.phi**2, q, digits) / self.mean(self.slope**2, q, digits) - arb(self.bias_variance)

    def rate(self, q: arb, digits: int) -> arb:
        """h'(q)."""
        (m, m_rate), (d, d_rate) = (self._with_rate(part**2, q, digits) for part in (self.phi, self.slope))
        return 1 - m_rate / d + m * d_rate / d**2

    def _with_rate(self, expression: sympy.Expr, q: arb, digits: int) -> tuple[arb, arb]:
        value, second = self.mean(expression, q, digits), self.mean(expression * z**2, q, digits)
        return value, (second - q * value) / (2 * q**2)

    def newton(self, start: float, digits: int) -> arb:
        """The root near `start`, proved to exist and to be the only one near.

        Raises:
            NotEnclosed: if no step contracts.
        """
        with ctx.workprec(_bits(digits)):
            middle = arb(start)
            radius = abs(middle) * arb(10) ** -10
            for _ in range(_NEWTON_STEPS):
                box = (middle - radius).union(middle + radius)
                step = middle - self.value(middle, digits) / self.rate(box, digits)
                if not (step.is_finite() and box.contains_interior(step)):
                    radius *= 16
                elif arb(step.rad()) <= abs(step.mid()) * arb(10) ** -digits:
                    return step
                else:
                    middle, radius = step.mid(), 4 * arb(step.rad())
        raise NotEnclosed(f"no interval Newton step contracts near q={start}; ask for fewer digits")
