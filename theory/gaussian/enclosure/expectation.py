"""Rigorous balls for Gaussian expectations of any expression over the whitelist, to a requested number of digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from flint import arb, ctx, fmpq

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...errors import InvalidArgument, NotEnclosed, UnknownFunction
from ...normal_cdf import NormalCDF
from ...symbols import z
from .gauss_line import enclose_line_with_kinks
from .gauss_plane import enclose_plane_with_kinks
from .law import Law, Number, factor, read_number, read_variance
from .pieces import KINKED
from .trapezoid import enclose_line, enclose_plane

_BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 64
_ROUNDS = 5
_MOST_DIGITS = 2000

Attempt = Callable[[arb], arb]
"""From an absolute error to aim at, to a ball."""


def enclose_expectation(
    f: sympy.Expr,
    g: sympy.Expr,
    *,
    variances: Sequence[Number],
    covariance: Number,
    digits: int,
    means: Sequence[Number] = (0, 0),
) -> arb:
    """A ball that contains E[f(u) g(v)] for jointly Gaussian u and v.

    Formula:
        (u, v) ~ N(means, [[a, c], [c, b]]), variances = (a, b), covariance = c.

    Args:
        f, g: expressions in `theory.symbols.z` over the whitelist of `theory.balls`.
        variances, covariance, means: exact numbers, or balls, each of which stands for every number in it.
        digits: significant decimal digits; absolute ones, twice as many, where the value is below 10^-digits.

    Returns:
        A finite ball of radius at most 10^-digits * max(|value|, 10^-digits) if the law is given exactly; arguments
        that are balls widen it.

    Raises:
        NotEnclosed: if no bound was proven, as for exp(z^2) against unit variance, or the digits are not reached;
            the message says why. UnknownFunction: for what the whitelist does not allow.
        OutsideDomain: for a negative variance, c^2 > ab, or a function that is not real where it is needed.
        InvalidArgument: for floats, digits below 1 or a symbol that is not z.

    Accuracy: rigorous. Functions that are analytic in a strip by the trapezoid rule (proof in `enclose_plane`), all
        others by Gauss-Legendre rules between their kinks (proof in `enclose_plane_with_kinks`). Degenerate laws are
        reduced exactly to one variable. Bounds on the functions are derived from their expressions.

    Source: derived here.

    Example:
        >>> half = sympy.Rational(1, 2)
        >>> ball = enclose_expectation(sympy.tanh(z), sympy.tanh(z), variances=(1, 1), covariance=half, digits=15)
        >>> print(ball.str(12, radius=False))
        0.186324413203
    """
    require_digits(digits)
    f, g = read_function(f, "f"), read_function(g, "g")
    law = Law.of(variances, covariance, means)
    if law.variance_u < law.variance_v:
        f, g, law = g, f, law.swapped()
    return _refine(lambda goal: _attempt_plane(f, g, law, goal), digits, law.is_exact, f"E[({f})(u) ({g})(v)]")


def enclose_mean(f: sympy.Expr, *, variance: Number, digits: int, mean: Number = 0) -> arb:
    """A ball that contains E[f(u)] for u ~ N(mean, variance).

    Args:
        f, digits: as in `enclose_expectation`. variance, mean: exact numbers or balls.

    Returns:
        As `enclose_expectation`.

    Raises: as `enclose_expectation`.

    Source: derived here.

    Example:
        >>> print(enclose_mean(sympy.Max(z, 0), variance=1, digits=15).str(12, radius=False))
        0.398942280401
    """
    require_digits(digits)
    f = read_function(f, "f")
    spread, centre = read_variance(variance, "variance"), read_number(mean, "mean")
    is_exact = isinstance(spread, fmpq) and isinstance(centre, fmpq)
    return _refine(lambda goal: attempt_line(f, centre, spread, goal), digits, is_exact, f"E[({f})(u)]")


def _refine(attempt: Attempt, digits: int, is_exact: bool, name: str) -> arb:
    """Repeat with a smaller goal, and more bits, until the digits are reached."""
    bits = int(_BITS_PER_DIGIT * digits) + _GUARD_BITS
    exponent = digits + 2
    ball = arb.nan()
    for _ in range(_ROUNDS):
        with ctx.workprec(bits):
            try:
                ball = attempt(arb(10) ** -exponent)
            except NotEnclosed as error:
                raise NotEnclosed(f"{name}: {error}") from error
            if not ball.is_finite():
                raise NotEnclosed(f"{name}: the sum is {ball}; give narrower arguments or simplify the expression")
            wanted = arb(10) ** -digits * arb.max(arb(ball.abs_lower()), arb(10) ** -digits)
            if ball.rad() <= wanted:
                return ball
            missing = float((arb(ball.rad()) / wanted).log().upper()) / float(arb(10).log())
            exponent = max(exponent + 1, min(exponent + int(missing) + 2, 2 * digits + 8))
            bits = max(bits, int(_BITS_PER_DIGIT * exponent) + _GUARD_BITS) + _GUARD_BITS
        if not is_exact:
            return ball
    raise NotEnclosed(f"{name}: {digits} digits not reached (found {ball.str(8)}); ask for fewer digits")


def _attempt_plane(f: sympy.Expr, g: sympy.Expr, law: Law, goal: arb) -> arb:
    """E[f(u) g(v)] with about the error `goal`; Var u is the larger."""
    if _is_zero(law.variance_v) or z not in g.free_symbols:
        return _at(g, law.mean_v) * attempt_line(f, law.mean_u, law.variance_u, goal)
    if z not in f.free_symbols:
        return _at(f, law.mean_u) * attempt_line(g, law.mean_v, law.variance_v, goal)
    if _is_zero(law.covariance):
        return attempt_line(f, law.mean_u, law.variance_u, goal) * attempt_line(g, law.mean_v, law.variance_v, goal)
    if law.is_exact and _is_zero(law.determinant()):
        return attempt_line(_merged(f, g, law), law.mean_u, law.variance_u, goal)
    if not law.variance_u > 0:
        raise NotEnclosed(f"variance {law.variance_u} may be 0: give an exact number or a narrower ball")
    reason = ""
    if not (f.has(*KINKED) or g.has(*KINKED)):
        try:
            return enclose_plane(f, g, factor(law), goal)
        except NotEnclosed as error:
            reason = f"{error}; without a strip: "
    try:
        return enclose_plane_with_kinks(f, g, law, goal)
    except NotEnclosed as error:
        raise NotEnclosed(f"{reason}{error}") from error


def attempt_line(f: sympy.Expr, mean: fmpq | arb, variance: fmpq | arb, goal: arb) -> arb:
    """E[f(u)] with about the error `goal`, at the current precision.

    Source: derived here.
    """
    if _is_zero(variance) or z not in f.free_symbols:
        return _at(f, mean)
    if not variance > 0:
        raise NotEnclosed(f"variance {variance} may be 0: give an exact number or a narrower ball")
    deviation = arb(variance).sqrt()
    reason = ""
    if not f.has(*KINKED):
        try:
            return enclose_line(f, arb(mean), deviation, goal)
        except NotEnclosed as error:
            reason = f"{error}; without a strip: "
    try:
        return enclose_line_with_kinks(f, arb(mean), deviation, goal)
    except NotEnclosed as error:
        raise NotEnclosed(f"{reason}{error}") from error


def _merged(f: sympy.Expr, g: sympy.Expr, law: Law) -> sympy.Expr:
    """f(u) g(v) in u alone, for v = m_v + (c / a) (u - m_u)."""
    slope, mean_u, mean_v = (_rational(n) for n in (law.covariance / law.variance_u, law.mean_u, law.mean_v))
    # Unevaluated: sqrt(z) * sqrt(z) would turn into z and be defined where its factors are not.
    return sympy.Mul(f, g.xreplace({z: mean_v + slope * (z - mean_u)}), evaluate=False)


def _rational(value: fmpq | arb) -> sympy.Rational:
    if isinstance(value, arb):
        raise InvalidArgument(f"{value} is a ball; a degenerate law is reduced for exact numbers only")
    return sympy.Rational(int(value.p), int(value.q))


def _is_zero(value: fmpq | arb) -> bool:
    return bool(value.is_zero()) if isinstance(value, arb) else value == 0


def _at(f: sympy.Expr, point: fmpq | arb) -> arb:
    value: arb = Compiler((z,), REALS).compile(f).run([arb(point)])
    return value


def require_digits(digits: int) -> None:
    """Raise unless digits is a whole number in range.

    Source: derived here.
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= _MOST_DIGITS:
        raise InvalidArgument(f"digits={digits!r}: give a whole number from 1 to {_MOST_DIGITS}")


def read_function(f: sympy.Expr, name: str) -> sympy.Expr:
    """The expression, with the normal distribution function written as erfc; it must be in z alone.

    Source: derived here.
    """
    if not isinstance(f, sympy.Expr):
        raise InvalidArgument(f"{name}={f!r}: give a SymPy expression in theory.symbols.z")
    strangers = sorted(str(symbol) for symbol in f.free_symbols if symbol != z)
    if strangers:
        raise InvalidArgument(
            f"{name}={f}: it holds {', '.join(strangers)}; allowed is theory.symbols.z, substitute numbers for the rest"
        )
    if f.has(sympy.Integral):
        raise UnknownFunction(f"{name}={f}: an integral inside an expectation is not enclosed; evaluate it first")
    plain = f.replace(NormalCDF, lambda x: sympy.erfc(-x / sympy.sqrt(2)) / 2)
    Compiler((z,), REALS).compile(plain)
    return plain
