"""Balls for the normal distribution functions of one and two variables."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb, arb, ctx

from .complex import NOT_ANALYTIC
from .real import monotone
from .tape import Ball

_LOOSE_BITS = 24


def _normal(ball: arb) -> arb:
    return (-ball / arb(2).sqrt()).erfc() / 2


def normal(values: Sequence[Ball], analytic: bool) -> arb:
    """Phi on a real ball."""
    return monotone(_normal)(values[0])


def complex_normal(values: Sequence[Ball], analytic: bool) -> acb:
    """Phi on a complex ball; it is entire."""
    value: acb = (-values[0] / acb(2).sqrt()).erfc() / 2
    return value


def bivariate(values: Sequence[Ball], analytic: bool) -> arb:
    """Phi_2 on real balls h, k, rho; it increases in each of them, so that wide balls are evaluated at their ends.

    Formula:
        Phi_2 = Phi(h) Phi(k) + (1/2 pi) int_0^{asin rho} exp(-(h^2 + k^2 - 2 h k sin t)/(2 cos^2 t)) dt, rigorously;
        at rho = 1 it is Phi(min(h, k)), at rho = -1 the positive part of Phi(h) - Phi(-k).
    """
    h, k, rho = values
    if not all(value.is_finite() for value in values):
        return arb(0).union(arb(1))
    if all(value.is_exact() or value.rel_accuracy_bits() >= _LOOSE_BITS for value in values) and abs(rho) < 1:
        return _clamped(_integrate(h, k, rho))
    low = _at_exact(h.lower(), k.lower(), arb.max(rho.lower(), arb(-1)))
    return low.union(_at_exact(h.upper(), k.upper(), arb.min(rho.upper(), arb(1))))


def _clamped(ball: arb) -> arb:
    return arb.max(arb(0), arb.min(arb(1), ball)) if ball.is_finite() else arb(0).union(arb(1))


def _at_exact(h: arb, k: arb, rho: arb) -> arb:
    if rho >= 1:
        return _normal(arb.min(h, k))
    if rho <= -1:
        return arb.max(arb(0), _normal(h) - _normal(-k))
    return _clamped(_integrate(h, k, rho))


def _near_degenerate(h: arb, k: arb, rho: arb) -> arb:
    """Phi_2 for |rho| near 1: its derivative in asin(rho) lies in [0, 1/(2 pi)], and at |rho| = 1 it is known."""
    distance = arb(((arb.pi() / 2 - abs(rho).asin()) / (2 * arb.pi())).upper())
    span = arb(0).union(arb.max(distance, arb(0)))
    if rho > 0:
        return _normal(arb.min(h, k)) - span
    return arb.max(arb(0), _normal(h) - _normal(-k)) + span


def _integrate(h: arb, k: arb, rho: arb) -> arb:
    if 1 - abs(rho) < arb(2) ** -(ctx.prec // 2):
        return _near_degenerate(h, k, rho)
    angle, quarter = rho.asin(), acb(arb.pi()) / 4
    # h^2 + k^2 - 2 h k sin t over 2 cos^2 t, split so that nothing cancels where t is near pi/2 or -pi/2.
    # Products, not powers: flint's power of a ball around 0 is nan.
    parts = [(acb((h - k) * (h - k) / 8), acb.cos), (acb((h + k) * (h + k) / 8), acb.sin)]
    parts = [(square, function) for square, function in parts if not square.is_zero()]

    def density(point: acb, on_ellipse: bool) -> acb:
        total = acb(0)
        for square, function in parts:
            root = function(point / 2 + quarter)
            if root.contains(0):
                return NOT_ANALYTIC
            total -= square / (root * root)
        value: acb = total.exp()
        return value

    scale = arb.max(density(acb(0), False).real.upper(), density(acb(angle.mid()), False).real.upper())
    tolerance = scale * arb(2) ** -ctx.prec
    integral = acb.integral(density, acb(0), acb(angle), abs_tol=tolerance.mid())
    return _normal(h) * _normal(k) + integral.real / (2 * arb.pi())
