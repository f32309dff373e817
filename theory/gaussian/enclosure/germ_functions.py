"""Elementary functions of leading forms. Each rule states the inequality that it rests on."""

from __future__ import annotations

from collections.abc import Callable

import sympy
from flint import acb, arb

from ...errors import NotEnclosed
from .envelope import Envelope, upper
from .germ import Germ, Polynomial, require_positive, trimmed


def constant(germ: Germ, value: arb) -> Germ:
    """A constant function on the strip of `germ`.

    Source: derived here.
    """
    return Germ(germ.strip, trimmed((value,)))


def _bounded(germ: Germ, size: arb) -> Germ:
    return Germ(germ.strip, (), Envelope.constant(size))


def exp(germ: Germ) -> Germ:
    """|e^r - 1| <= |r| e^|r|. A polynomial of degree 1 or 2 becomes the exponential factor.

    Source: derived here.
    """
    flat = germ.flattened()
    if not flat.is_plain:
        return _exp_of_exponential(flat)
    error = flat.remainder()
    if len(flat.main) > 3:
        sign, gain = flat.strip.direction(flat.main)
        if sign > 0:
            raise NotEnclosed("far out: exp of a polynomial of degree above 2 that grows")
        return _bounded(flat, (error - gain * flat.strip.start ** (len(flat.main) - 1)).exp())
    level, linear, quadratic = (*flat.main, *(arb(0),) * 3)[:3]
    factor = level.exp()
    return Germ(flat.strip, (factor,), flat.rest.scaled(factor * error.exp()), linear, quadratic)


def _exp_of_exponential(germ: Germ) -> Germ:
    """|exp(g)| <= 1 where Re g <= 0, as for g = e^(q s) (c + r) with c < 0 and |q y| + asin(|r|/|c|) < pi/2."""
    turn = _turn(germ)
    if germ.main[-1] < 0 and turn < arb.pi() / 2:
        return _bounded(germ, arb(1))
    raise NotEnclosed("far out: a doubly exponential function grows or is not bounded")


def _turn(germ: Germ) -> arb:
    """A bound of |arg f| up to the sign of main: |Im exponent| + |arg main| + asin(|r| / |main|)."""
    if not germ.main:
        raise NotEnclosed("far out: an argument may touch a branch cut")
    strip = germ.strip
    if not (strip.width.is_zero() or germ.quadratic.is_zero()):
        raise NotEnclosed("far out: an argument winds around a branch point")
    gain, degree = strip.lowest(germ.main)
    if degree:
        gain = strip.direction(germ.main)[1]
    ratio = germ.remainder() / (gain * strip.start**degree)
    if not ratio < 1:
        raise NotEnclosed("far out: an argument may touch a branch cut")
    quarter = arb.pi() / 2 if degree and not strip.width.is_zero() else arb(0)
    return abs(germ.linear) * strip.width + quarter + ratio.asin()


def _require_right(germ: Germ) -> arb:
    """The bound theta of |r| / |main|, if f certainly avoids the cut of log and power."""
    if not (germ.main and germ.main[-1] > 0 and _turn(germ) < arb.pi()):
        raise NotEnclosed("far out: an argument may touch the branch cut of log or a power")
    gain, degree = germ.strip.lowest(germ.main)
    theta = germ.remainder() / (gain * germ.strip.start**degree)
    require_positive(1 - theta, "an argument may vanish")
    return theta


def log(germ: Germ) -> Germ:
    """|log(1 + x)| <= |x| / (1 - |x|); for a polynomial, |log w| <= |log |w|| + pi.

    Source: derived here.
    """
    theta = _require_right(germ)
    exponent: Polynomial = (arb(0), germ.linear, germ.quadratic)
    if len(germ.main) == 1:
        level = germ.main[0]
        rest = germ.rest.scaled(1 / (level * (1 - theta)))
        return Germ(germ.strip, trimmed((level.log(), *exponent[1:])), rest)
    outer = germ.strip.modulus(germ.main) + germ.rest
    low = germ.away_from_zero()
    size = abs(outer.size.log()) + abs(low.log()) + arb.pi()
    spread = Envelope.constant(size) + Envelope.power(abs(outer.rate), 1) + Envelope.power(abs(outer.curvature), 2)
    return Germ(germ.strip, trimmed(exponent), spread)


def power(germ: Germ, exponent: arb) -> Germ:
    """|(1 + x)^r - 1| <= |r| |x| (1 - |x|)^(-|r| - 1); for a polynomial, |w^r| = |w|^r.

    Source: derived here.
    """
    theta = _require_right(germ)
    linear, quadratic = exponent * germ.linear, exponent * germ.quadratic
    if len(germ.main) == 1:
        factor = germ.main[0] ** exponent
        slope = abs(exponent) * (1 - theta) ** (-abs(exponent) - 1) / germ.main[0]
        return Germ(germ.strip, (factor,), germ.rest.scaled(factor * slope), linear, quadratic)
    if exponent > 0:
        return Germ(germ.strip, (), (germ.strip.modulus(germ.main) + germ.rest).raised(exponent), linear, quadratic)
    return Germ(germ.strip, (), Envelope.constant(germ.away_from_zero() ** exponent), linear, quadratic)


def integer_power(germ: Germ, exponent: int) -> Germ:
    """A product of factors, or the reciprocal of one.

    Source: derived here.
    """
    if exponent < 0:
        return integer_power(germ, -exponent).reciprocal()
    result = constant(germ, arb(1))
    for _ in range(exponent):
        result = result * germ
    return result


def sinh(germ: Germ) -> Germ:
    """(e^f - e^-f) / 2.

    Source: derived here.
    """
    return (exp(germ) + exp(germ.negated()).negated()).scaled(arb(1) / 2)


def cosh(germ: Germ) -> Germ:
    """(e^f + e^-f) / 2.

    Source: derived here.
    """
    return (exp(germ) + exp(germ.negated())).scaled(arb(1) / 2)


def _near_constant(germ: Germ, function: Callable[[acb], acb]) -> Germ | None:
    """The rule for f = c + r: the values on a square around c."""
    if len(germ.main) > 1:
        return None
    error = germ.remainder()
    level = germ.main[0] if germ.main else arb(0)
    around = (-error).union(error)
    ball = function(acb(level + around, around if not germ.strip.width.is_zero() else arb(0)))
    if not ball.is_finite():
        raise NotEnclosed("far out: a function is singular near the limit of its argument")
    return _bounded(germ, arb(ball.abs_upper()))


def _real_or(rule: Callable[[Germ], Germ]) -> Callable[[Germ], Germ]:
    """On the line, tanh and erf stay between -1 and 1 whatever their argument does."""

    def apply(germ: Germ) -> Germ:
        try:
            return rule(germ)
        except NotEnclosed:
            if germ.strip.width.is_zero():
                return _bounded(germ, arb(1))
            raise

    return apply


def tanh(germ: Germ) -> Germ:
    """tanh f = (1 - e^-2f) / (1 + e^-2f), used where Re f > 0, and oddness.

    Source: derived here.
    """
    flat = germ.plain("tanh")
    near = _near_constant(flat, acb.tanh)
    if near is not None:
        return near
    if flat.strip.direction(flat.main)[0] < 0:
        return tanh(flat.negated()).negated()
    decay = exp(flat.scaled(arb(-2))).flattened()
    one = constant(flat, arb(1))
    return (one + decay.negated()) * (one + decay).reciprocal()


def erf(germ: Germ) -> Germ:
    """|erfc f| <= exp((Im f)^2 - (Re f)^2) where Re f >= 0 (shift the path of its integral), and oddness.

    Source: derived here.
    """
    flat = germ.plain("erf")
    near = _near_constant(flat, acb.erf)
    if near is not None:
        return near
    sign, gain = flat.strip.direction(flat.main)
    if sign < 0:
        return erf(flat.negated()).negated()
    if len(flat.main) > 2 and not flat.strip.width.is_zero():
        raise NotEnclosed("far out: erf of a polynomial of degree above 1 in a strip")
    error = flat.remainder()
    low = require_positive(gain * flat.strip.start - error, "the real part in erf may vanish")
    if len(flat.main) > 2:
        return Germ(flat.strip, (arb(1),), Envelope.constant((-low * low).exp()))
    height = abs(flat.main[1]) * flat.strip.width + error
    slope, level = flat.main[1], flat.main[0] - error
    size = (height * height - level * level).exp()
    return Germ(flat.strip, (arb(1),), Envelope(upper(size), upper(-2 * slope * level), upper(-slope * slope)))


def erfc(germ: Germ) -> Germ:
    """1 - erf f.

    Source: derived here.
    """
    return constant(germ, arb(1)) + erf(germ).negated()


def circular(germ: Germ) -> Germ:
    """|sin f|, |cos f| <= exp |Im f|, with |Im s^2| <= 2 t |y|.

    Source: derived here.
    """
    if germ.strip.width.is_zero():
        return _bounded(germ, arb(1))
    flat = germ.plain("sin or cos")
    if len(flat.main) > 3:
        raise NotEnclosed("far out: sin or cos of a polynomial of degree above 2 in a strip")
    _, linear, quadratic = (*flat.main, *(arb(0),) * 3)[:3]
    size = (abs(linear) * flat.strip.width + flat.remainder()).exp()
    return Germ(flat.strip, (), Envelope(upper(size), upper(2 * abs(quadratic) * flat.strip.width), arb(0)))


def atan(germ: Germ) -> Germ:
    """|Re atan| <= pi/2, and |Im atan w| <= log(3)/2 where |w| >= 2; analytic where Re w is not 0.

    Source: derived here.
    """
    if germ.strip.width.is_zero():
        return _bounded(germ, arb.pi() / 2)
    flat = germ.plain("atan")
    near = _near_constant(flat, lambda ball: _analytic_near_line(ball, ball.atan()))
    if near is not None:
        return near
    _, gain = flat.strip.direction(flat.main)
    require_positive(gain * flat.strip.start ** (len(flat.main) - 1) - flat.remainder() - 2, "atan is near its cut")
    return _bounded(flat, arb.pi() / 2 + arb(3).log() / 2)


def asinh(germ: Germ) -> Germ:
    """|asinh w| <= log(2 |w| + 1) + pi/2 <= 2 |w| + pi/2 where Re w is not 0.

    Source: derived here.
    """
    flat = germ.plain("asinh")
    near = _near_constant(flat, lambda ball: _analytic_near_line(ball, ball.asinh()))
    if near is not None:
        return near
    if not flat.strip.width.is_zero():
        _, gain = flat.strip.direction(flat.main)
        require_positive(gain * flat.strip.start ** (len(flat.main) - 1) - flat.remainder(), "asinh is near its cut")
    bound = (flat.strip.modulus(flat.main) + flat.rest).scaled(arb(2)) + Envelope.constant(arb.pi() / 2)
    return Germ(flat.strip, (), bound)


def _analytic_near_line(ball: acb, value: acb) -> acb:
    """The value if the ball avoids the cuts from +-i along the imaginary axis, which |Im| < 1 does."""
    return value if ball.imag > -1 and ball.imag < 1 else acb("nan")


FUNCTIONS: dict[type, Callable[[Germ], Germ]] = {
    sympy.exp: exp,
    sympy.log: log,
    sympy.sin: circular,
    sympy.cos: circular,
    sympy.sinh: sinh,
    sympy.cosh: cosh,
    sympy.tanh: _real_or(tanh),
    sympy.erf: _real_or(erf),
    sympy.erfc: erfc,
    sympy.atan: atan,
    sympy.asinh: asinh,
}
"""The functions with a rule; any other is refused far out."""
