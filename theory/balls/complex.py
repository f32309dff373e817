"""Elementary functions on complex balls, for integrands.

With `analytic` set, a function returns nan unless it is analytic on the whole ball and extends the real function:
`acb.integral` concludes from a finite value that its error bound applies. Without it, the ball of values suffices.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, fmpq

from ..errors import OutsideDomain

NOT_ANALYTIC = acb(arb.nan(), arb.nan())


def _crosses_negative_axis(ball: acb) -> bool:
    return not (ball.real > 0 or ball.imag > 0 or ball.imag < 0)


def require_real(name: str, ball: acb, analytic: bool) -> None:
    """Raise if the argument of a function of a real variable is certainly not real on the path."""
    if not analytic and (ball.imag > 0 or ball.imag < 0):
        raise OutsideDomain(f"{name}: inside an integral its argument is not real; shrink the range of integration")


def meromorphic(function: Callable[[acb], acb]) -> Callable[[acb, bool], acb]:
    """A function whose only singularities are poles, where balls are not finite anyway."""
    return lambda ball, analytic: function(ball)


def sqrt(ball: acb, analytic: bool) -> acb:
    """Principal square root."""
    return ball.sqrt(analytic=analytic)


def log(ball: acb, analytic: bool) -> acb:
    """Principal logarithm."""
    return ball.log(analytic=analytic)


def integer_power(ball: acb, exponent: int) -> acb:
    """z^n."""
    return ball**exponent


def rational_power(ball: acb, exponent: fmpq, analytic: bool) -> acb:
    """Principal z^(p/q)."""
    numerator, degree = int(exponent.p), int(exponent.q)
    if degree == 1:
        return integer_power(ball, numerator)
    if degree == 2:
        return integer_power(ball.sqrt(analytic=analytic), numerator)
    if analytic and _crosses_negative_axis(ball):
        return NOT_ANALYTIC
    if numerator > 0 and ball.contains(0):
        radius = ball.abs_upper().root(degree) ** numerator
        return acb((-radius).union(radius), (-radius).union(radius))
    return ball.pow(acb(arb(exponent)), analytic=analytic)


def real_power(base: acb, exponent: acb, analytic: bool) -> acb:
    """Principal z^w."""
    return base.pow(exponent, analytic=analytic)


def _off_real_cut(ball: acb) -> bool:
    return bool(ball.imag > 0 or ball.imag < 0 or (ball.real > -1 and ball.real < 1))


def _off_imaginary_cut(ball: acb) -> bool:
    return bool(ball.real > 0 or ball.real < 0 or (ball.imag > -1 and ball.imag < 1))


def acos(ball: acb, analytic: bool) -> acb:
    """Principal inverse cosine, cut along |x| >= 1."""
    return NOT_ANALYTIC if analytic and not _off_real_cut(ball) else ball.acos()


def asin(ball: acb, analytic: bool) -> acb:
    """Principal inverse sine, cut along |x| >= 1."""
    return NOT_ANALYTIC if analytic and not _off_real_cut(ball) else ball.asin()


def atan(ball: acb, analytic: bool) -> acb:
    """Principal inverse tangent, cut along the imaginary axis from +-i."""
    return NOT_ANALYTIC if analytic and not _off_imaginary_cut(ball) else ball.atan()


def asinh(ball: acb, analytic: bool) -> acb:
    """Principal inverse hyperbolic sine, cut along the imaginary axis from +-i."""
    return NOT_ANALYTIC if analytic and not _off_imaginary_cut(ball) else ball.asinh()


def absolute(ball: acb, analytic: bool) -> acb:
    """|x| of a real x, continued off each half-line."""
    require_real("Abs", ball, analytic)
    return ball.real_abs(analytic=analytic)


def maximum(left: acb, right: acb, analytic: bool) -> acb:
    """Larger of two real numbers, continued where the order is decided."""
    require_real("Max", left - right, analytic)
    return left.real_max(right, analytic=analytic)


def minimum(left: acb, right: acb, analytic: bool) -> acb:
    """Smaller of two real numbers, continued where the order is decided."""
    require_real("Min", left - right, analytic)
    return left.real_min(right, analytic=analytic)


def heaviside(ball: acb, at_zero: acb, analytic: bool) -> acb:
    """Unit step of a real number, constant off 0."""
    require_real("Heaviside", ball, analytic)
    if ball.real > 0:
        return acb(1)
    if ball.real < 0:
        return acb(0)
    if analytic or not ball.real.is_finite():
        return NOT_ANALYTIC
    return at_zero if ball.is_zero() else acb(arb(0).union(arb(1)).union(at_zero.real))


def sign(ball: acb, analytic: bool) -> acb:
    """Sign of a real number, constant off 0."""
    return heaviside(ball, acb(0), analytic) - heaviside(-ball, acb(0), analytic)
