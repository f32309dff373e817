"""The edge of chaos in balls: an interval Newton step proves that a critical point exists and is the only one near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy
from flint import arb, ctx, fmpq

from ...activations import Activation, find_activation
from ...balls import BallFunction, Exact, as_fmpq, compile_balls
from ...errors import NoClosedForm, NotEnclosed
from ...symbols import a, z
from .edge_of_chaos import find_critical_points
from .moments import closed_mean

_BITS_PER_DIGIT = 3.33
_NEWTON_STEPS = 12


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
        h(q) = q - E phi^2 / E phi'^2 - sigma_b^2; if N = m - h(m) / h'(B) lies inside the ball B with middle m, then B
        holds exactly one root of h, and N holds it, too. Then sigma_w^2 = 1 / E phi'^2.

    Args:
        activation: a catalogue name, an expression in z, or an `Activation`, with closed means.
        bias_variance: sigma_b^2, a positive exact number. digits: relative digits of q.

    Returns:
        One point for each root that `find_critical_points` proposes.

    Raises:
        NoClosedForm: if E phi^2 or E phi'^2 has none. NotEnclosed: if the Newton step does not contract.

    Source: derived here (interval Newton); the condition is schoenholz_2017, Section 3 (restated from memory).

    Example:
        >>> point, = certify_critical_points("erf", bias_variance=Fraction(1, 20), digits=12)
        >>> print(point.weight_variance.str(10, radius=False))
        1.375839007
    """
    found = find_activation(activation)
    variance = as_fmpq(bias_variance, "bias_variance")
    square, slope_square = (_closed(part) for part in (found.expression, sympy.diff(found.expression, z)))
    condition = a - square / slope_square - sympy.Rational(int(variance.p), int(variance.q))
    h, h_slope = compile_balls(condition, [a]), compile_balls(sympy.diff(condition, a), [a])
    inverse = compile_balls(1 / slope_square, [a])
    bits = int(_BITS_PER_DIGIT * digits) + 64
    points = []
    for start in find_critical_points(found, sigma_b=math.sqrt(Fraction(int(variance.p), int(variance.q)))):
        q = _newton(h, h_slope, arb(start.q), digits, bits)
        weight = inverse.enclose([q], bits)
        points.append(CertifiedCriticalPoint(activation=found, bias_variance=variance, q=q, weight_variance=weight))
    return tuple(points)


def _closed(expression: sympy.Expr) -> sympy.Expr:
    closed = closed_mean(expression**2)
    if closed is None:
        raise NoClosedForm(f"E ({expression})^2 has no closed form; find_critical_points brackets the point in floats")
    return closed


def _newton(h: BallFunction, h_slope: BallFunction, start: arb, digits: int, bits: int) -> arb:
    with ctx.workprec(bits):
        middle = start.mid()
        radius = abs(middle) * arb(10) ** -10
        for _ in range(_NEWTON_STEPS):
            box = middle.union(middle - radius).union(middle + radius)
            step = middle - h.enclose([middle], bits) / h_slope.enclose([box], bits)
            if not (step.is_finite() and box.contains_interior(step)):
                radius *= 16
                continue
            if arb(step.rad()) <= abs(step.mid()) * arb(10) ** -digits:
                return step
            middle, radius = step.mid(), 4 * arb(step.rad())
    raise NotEnclosed(f"no interval Newton step contracts near q={start.str(12)}; ask for fewer digits")
