"""Elementary functions on real balls. Each encloses the values at all points of the ball where the function is real.

A ball that leaks past a domain by rounding is clamped; one that lies certainly outside raises. A ball on which the
function is unbounded gives an unbounded ball or nan, which is never a result: ask `is_finite()`.
Accuracy: sound at any precision; wide arguments of monotone functions are evaluated at their ends.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from ..errors import OutsideDomain

_TIGHT_BITS = 24
"""Arguments at least this accurate are passed to flint as they are; ends pay only for wide balls."""


def _outside(name: str, ball: arb, allowed: str) -> OutsideDomain:
    return OutsideDomain(
        f"{name}: its argument is {ball.str(8, radius=False)}, allowed is {allowed}; "
        "shrink the domain to where the expression is real"
    )


def _is_tight(ball: arb) -> bool:
    return bool(ball.rel_accuracy_bits() >= _TIGHT_BITS)


def _between_ends(function: Callable[[arb], arb], ball: arb) -> arb:
    if _is_tight(ball) or not ball.is_finite():
        return function(ball)
    return function(ball.lower()).union(function(ball.upper()))


def monotone(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """The enclosure of a monotone function that is defined on the whole line."""
    return lambda ball: _between_ends(function, ball)


def even(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """The enclosure of an even function that increases on the half-line."""

    def enclose(ball: arb) -> arb:
        if _is_tight(ball) or not ball.is_finite():
            return function(ball)
        return function(arb(ball.abs_lower())).union(function(arb(ball.abs_upper())))

    return enclose


def _rooted(name: str, ball: arb, root: Callable[[arb], arb]) -> arb:
    if ball < 0:
        raise _outside(name, ball, "[0, oo)")
    if not ball.is_finite():
        return arb.nan()
    if ball >= 0:
        return _between_ends(root, ball) if ball > 0 else arb(0).union(root(ball.upper()))
    return arb(0).union(root(ball.upper()))


def sqrt(ball: arb) -> arb:
    """Square root on [0, oo)."""
    return _rooted("sqrt", ball, lambda inner: inner.sqrt())


def log(ball: arb) -> arb:
    """Logarithm on (0, oo)."""
    if ball <= 0:
        raise _outside("log", ball, "(0, oo)")
    return _between_ends(lambda inner: inner.log(), ball) if ball > 0 else arb.nan()


def _inverse_circular(name: str, ball: arb, function: Callable[[arb], arb]) -> arb:
    if ball > 1 or ball < -1:
        raise _outside(name, ball, "[-1, 1]")
    if ball.is_nan():
        return ball
    if _is_tight(ball) and ball > -1 and ball < 1:
        return function(ball)
    return function(arb.max(ball.lower(), arb(-1))).union(function(arb.min(ball.upper(), arb(1))))


def acos(ball: arb) -> arb:
    """Inverse cosine on [-1, 1]."""
    return _inverse_circular("acos", ball, lambda inner: inner.acos())


def asin(ball: arb) -> arb:
    """Inverse sine on [-1, 1]."""
    return _inverse_circular("asin", ball, lambda inner: inner.asin())


def atan2(ordinate: arb, abscissa: arb) -> arb:
    """Angle of the point (abscissa, ordinate) in (-pi, pi]."""
    if ordinate.is_zero() and abscissa.is_zero():
        raise OutsideDomain("atan2: both arguments are 0, allowed is any other point; cut the origin out")
    return arb.atan2(ordinate, abscissa)


def gamma(ball: arb) -> arb:
    """Gamma function off its poles."""
    if ball.is_exact() and ball.is_integer() and ball <= 0:
        raise _outside("gamma", ball, "any real number but 0, -1, -2, ...")
    return ball.gamma()


def heaviside(ball: arb, at_zero: arb) -> arb:
    """Unit step; over a ball that touches 0, the hull of 0, 1 and the value at 0."""
    if ball > 0:
        return arb(1)
    if ball < 0:
        return arb(0)
    if ball.is_zero():
        return at_zero
    return arb.nan() if ball.is_nan() else arb(0).union(arb(1)).union(at_zero)


def sign(ball: arb) -> arb:
    """Sign; over a ball that touches 0 without being 0, [-1, 1]."""
    if ball.is_zero():
        return arb(0)
    return heaviside(ball, arb(0)) - heaviside(-ball, arb(0))


def reciprocal(ball: arb) -> arb:
    """1/x off 0."""
    if ball.is_zero():
        raise _outside("division", ball, "any number but 0")
    if ball > 0 or ball < 0:
        return _between_ends(lambda inner: 1 / inner, ball)
    return arb.nan()


def integer_power(ball: arb, exponent: int) -> arb:
    """x^n for an integer n; x^0 = 1 also at 0, as in SymPy."""
    if exponent < 0:
        return reciprocal(integer_power(ball, -exponent))
    if exponent == 1:
        return ball
    rule = monotone if exponent % 2 else even
    return rule(lambda inner: inner**exponent)(ball)


def rational_power(ball: arb, exponent: fmpq) -> arb:
    """x^(p/q) on [0, oo), on (0, oo) for p < 0."""
    numerator, degree = int(exponent.p), int(exponent.q)
    if degree == 1:
        return integer_power(ball, numerator)
    root = sqrt(ball) if degree == 2 else _rooted("power", ball, lambda inner: inner.root(degree))
    return integer_power(root, numerator)


def real_power(base: arb, exponent: arb) -> arb:
    """x^y where it is real: x > 0; x = 0 and y > 0; or y an exactly known integer."""
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None:
        return integer_power(base, int(whole))
    if base > 0:
        return (exponent * log(base)).exp()
    if base < 0 and not exponent.contains_integer():
        raise _outside("power with a fractional exponent", base, "[0, oo)")
    if base < 0 or not exponent > 0:
        return arb.nan()
    return arb(0) if base.is_zero() else arb(0).union((exponent * log(base.upper())).exp())
