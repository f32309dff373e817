"""Moments of rectified Gaussians in polar coordinates: a second route that shares nothing with Stein's identity."""

from __future__ import annotations

import flint

from ..errors import InvalidArgument, NotEnclosed, OutsideDomain

_BITS_PER_DIGIT = 3.33
_GUARD_BITS = 40


def enclose_rectified_moment(m: int, n: int, theta: flint.arb | flint.fmpq | int, *, digits: int) -> flint.arb:
    """A ball that contains E[u_+^m v_+^n] for u = w.x, v = w.y, unit vectors at angle theta, standard Gaussian w.

    Formula:
        E[u_+^m v_+^n] = 2^((m+n)/2) Gamma((m+n)/2 + 1) / (2 pi)
                         * integral of cos(phi)^m cos(theta - phi)^n over theta - pi/2 < phi < pi/2.
        For exponent 0 the rectified variable is the step 1{u > 0}.

    Args:
        m, n: exponents, at least 0. theta: in [0, pi], exact or a ball inside it. digits: decimal digits wanted.

    Returns:
        A ball whose radius is at most 10^-digits times max(1, its midpoint) when theta is exact.

    Raises:
        OutsideDomain: if theta is not certainly in [0, pi]. InvalidArgument: for a negative exponent or digits < 1.
        NotEnclosed: if theta is exact and the digits are not reached.

    Accuracy: rigorous; the integrand is entire, so that `acb.integral` needs no branch information.

    Source: derived here (w = r (cos phi, sin phi) in the plane of x and y; the radial integral is a Gamma value).

    Example:
        >>> enclose_rectified_moment(0, 0, 0, digits=20).overlaps(flint.arb(1) / 2)
        True
    """
    if min(m, n) < 0 or digits < 1:
        raise InvalidArgument(f"m={m}, n={n}, digits={digits}: exponents must be at least 0 and digits at least 1")
    with flint.ctx.workprec(int(digits * _BITS_PER_DIGIT) + _GUARD_BITS + 8 * (m + n)):
        angle = flint.arb(theta)
        _require_angle(angle)
        arc = _integrate_arc(m, n, angle)
        half = flint.arb(m + n) / 2
        moment = flint.arb(2) ** half * (half + 1).gamma() / (2 * flint.arb.pi()) * arc
        _require_digits(moment, angle, digits)
        return moment


def enclose_arc_cosine(n: int, theta: flint.arb | flint.fmpq | int, *, digits: int) -> flint.arb:
    """A ball that contains the arc-cosine function J_n(theta) = 2 pi E[u_+^n v_+^n] of order n.

    Args:
        n: order, at least 0. theta, digits: as in `enclose_rectified_moment`.

    Returns:
        A ball; J_n is the angular function of the kernel k_n(x, y) = |x|^n |y|^n J_n(theta) / pi.

    Raises: as `enclose_rectified_moment`.

    Source: cho_saul_2009, eq. (1) and (3) (restated from memory) for the kernel; the enclosure is derived here.

    Example:
        >>> bool(enclose_arc_cosine(1, 0, digits=20).overlaps(flint.arb.pi()))
        True
    """
    with flint.ctx.workprec(int((digits + 2) * _BITS_PER_DIGIT) + _GUARD_BITS):
        return 2 * flint.arb.pi() * enclose_rectified_moment(n, n, theta, digits=digits + 2)


def _integrate_arc(m: int, n: int, angle: flint.arb) -> flint.arb:
    def integrand(phi: flint.acb, _: bool) -> flint.acb:
        return phi.cos() ** m * (angle - phi).cos() ** n

    quarter = flint.arb.pi() / 2
    return flint.acb.integral(integrand, flint.acb(angle - quarter), flint.acb(quarter)).real


def _require_angle(angle: flint.arb) -> None:
    if not (angle.is_finite() and angle >= 0 and angle <= flint.arb.pi()):
        raise OutsideDomain(f"theta={angle}: the angle must certainly lie in [0, pi]; give an exact or narrower value")


def _require_digits(moment: flint.arb, angle: flint.arb, digits: int) -> None:
    if angle.is_exact() and not moment.rad() <= flint.arb(10) ** (-digits) * (1 + abs(moment)):
        raise NotEnclosed(f"theta={angle}: {digits} digits were not reached, only {moment}; ask for fewer digits")
