"""Hermite series with a proven tail: a second route to Gaussian expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import sympy
from flint import arb, ctx, fmpq

from ...errors import InvalidArgument, NotEnclosed, OutsideDomain
from .envelope import gaussian_peak, upper
from .expectation import attempt_line, read_function, require_digits
from .gauss_line import BITS, DEVIATIONS_PER_PANEL, Term, choose_nodes, least_square, panel_rule, widened, window_around
from .law import Factors, Number, read_number, read_variance
from .majorant import Side, separate
from .panels import Panel, bound_growth, cut_panels
from .trapezoid import symmetric

_BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 64
_DEGREES = (16, 32, 64, 128, 256, 512)


@final
@dataclass(frozen=True)
class Series:
    """f(mean + sqrt(variance) x) = sum_k a_k h_k(x), h_k = He_k / sqrt(k!) orthonormal.

    Args:
        coefficients: a_0 ... a_N. remainder: a bound of sqrt(sum over k > N of a_k^2).
    """

    coefficients: tuple[arb, ...]
    remainder: arb


def enclose_by_hermite(
    f: sympy.Expr,
    g: sympy.Expr,
    *,
    rho: Number,
    digits: int,
    variances: Sequence[Number] = (1, 1),
    means: Sequence[Number] = (0, 0),
) -> arb:
    """A ball that contains E[f(u) g(v)], from the Hermite coefficients of f and g.

    Formula:
        E[f(u) g(v)] = sum_k a_k b_k rho^k, rho the correlation of u and v.

    Args:
        f, g: in `theory.symbols.z` over the whitelist. rho: exact, or a ball within [-1, 1]. digits: as in
            `enclose_expectation`. variances, means: of u and v; variances positive.

    Returns:
        A finite ball of radius at most 10^-digits * max(|value|, 10^-digits), if the arguments are exact.

    Raises:
        NotEnclosed: if the series is too slow for the digits (|rho| near 1 and a kink), or E[f^2] is not bounded.
        OutsideDomain, InvalidArgument, UnknownFunction: as `enclose_expectation`.

    Accuracy: rigorous. Coefficients by the Gauss-Legendre rule of `enclose_line_with_kinks`, with
        |h_k(x + i y)|^2 <= t^-k (1 - t^2)^(-1/2) exp(t x^2 / (1 + t) + t y^2 / (1 - t)) for 0 < t < 1, as each term of
        Mehler's formula at (z, conj z) is at least 0. Tail by Cauchy and Schwarz with Parseval:
        |sum_{k > N} a_k b_k rho^k| <= |rho|^(N+1) sqrt(E f^2 - sum_{k <= N} a_k^2) sqrt(E g^2 - sum_{k <= N} b_k^2).

    Source: derived here.

    Example:
        >>> from theory.symbols import z
        >>> print(enclose_by_hermite(sympy.tanh(z), sympy.tanh(z), rho=fmpq(1, 2), digits=12).str(10, radius=False))
        0.1863244132
    """
    require_digits(digits)
    correlation = read_number(rho, "rho")
    if correlation > 1 or correlation < -1:
        raise OutsideDomain(f"rho={rho}: a correlation lies in [-1, 1]")
    laws = _read_laws(variances, means)
    f, g = read_function(f, "f"), read_function(g, "g")
    ball = arb.nan()
    for extra in (4, digits + 4):
        goal_digits = digits + extra
        for degree in _DEGREES:
            with ctx.workprec(int(_BITS_PER_DIGIT * goal_digits) + _GUARD_BITS + degree):
                goal = arb(10) ** -goal_digits
                one, two = (expand(h, *law, degree, goal) for h, law in zip((f, g), laws, strict=True))
                tail = arb(upper(abs(arb(correlation)) ** (degree + 1) * one.remainder * two.remainder))
                ball = _sum(one, two, arb(correlation)) + symmetric(tail)
                if _is_sharp(ball, digits):
                    return ball
                if tail <= goal:
                    break
    raise NotEnclosed(
        f"({f}, {g}) at rho={rho}: {digits} digits not reached with {_DEGREES[-1]} coefficients (found {ball.str(8)}); "
        "use enclose_expectation"
    )


def _read_laws(variances: Sequence[Number], means: Sequence[Number]) -> list[tuple[fmpq | arb, fmpq | arb]]:
    """(mean, variance) of u and of v."""
    laws = [
        (read_number(mean, "means"), read_variance(variance, "variances"))
        for mean, variance in zip(means, variances, strict=True)
    ]
    if not all(variance > 0 for _, variance in laws):
        raise InvalidArgument(f"variances={variances!r}: both must be positive; for others use enclose_expectation")
    return laws


def _is_sharp(ball: arb, digits: int) -> bool:
    tiny = arb(10) ** -digits
    return bool(ball.is_finite() and ball.rad() <= tiny * arb.max(arb(ball.abs_lower()), tiny))


def _sum(one: Series, two: Series, rho: arb) -> arb:
    total, power = arb(0), arb(1)
    for left, right in zip(one.coefficients, two.coefficients, strict=True):
        total += left * right * power
        power *= rho
    return total


def expand(f: sympy.Expr, mean: fmpq | arb, variance: fmpq | arb, degree: int, goal: arb) -> Series:
    """The coefficients a_0 ... a_degree of f, each with about the error `goal`, and a bound of the rest.

    Args:
        f: in `theory.symbols.z`. mean, variance: of u; the variance is positive. degree: at least 1.

    Raises:
        NotEnclosed: if E[f^2] is not bounded, or a singularity is not resolved.

    Source: derived here; proofs in `enclose_by_hermite`.
    """
    centre, deviation = arb(mean), arb(variance).sqrt()
    coefficients = _coefficients(f, centre, deviation, degree, goal)
    square = attempt_line(sympy.Mul(f, f, evaluate=False), mean, variance, goal)
    rest = square - sum((a * a for a in coefficients), arb(0))
    if not rest.is_finite():
        raise NotEnclosed(f"E[({f})^2] is not enclosed: {rest}")
    return Series(tuple(coefficients), upper(arb.max(arb(rest.upper()), arb(0)).sqrt()))


def _coefficients(f: sympy.Expr, mean: arb, deviation: arb, degree: int, goal: arb) -> list[arb]:
    """On the line t = degree / (degree + 1) gives |h_k(x)| <= sqrt(e) (degree + 1)^(1/4) exp(x^2 / 4)."""
    factors = Factors(mean, arb(0), deviation, arb(0), arb(0))
    growth = bound_growth(f)
    bound = separate(factors, growth)
    lift = arb(1).exp().sqrt() * arb(degree + 1).root(4)
    side = Side(bound.first.rate, upper(bound.first.curvature + arb(1) / 4))
    reach = side.cut(upper(bound.size * lift), goal / 8)
    peak = upper(lift * gaussian_peak(arb(0), arb(1) / 4) / deviation)
    panels = cut_panels(
        f,
        window_around(mean, deviation, reach),
        upper(deviation * DEVIATIONS_PER_PANEL),
        lambda length, size: bool(length * size * peak <= goal / 1024),
    )
    with ctx.workprec(BITS):
        error = bound.size * lift * side.tail(reach) + sum((a * b * peak for a, b in panels.left_out), arb(0))
        nodes, gauss = choose_nodes([_terms(panel, mean, deviation, degree) for panel in panels.panels], goal / 4)
    totals = [arb(0)] * (degree + 1)
    for panel in panels.panels:
        for point, weight in panel_rule(panel, nodes):
            x = (point - mean) / deviation
            share = weight * panel.values.run([point]) * (-x * x / 2).exp()
            for k, value in enumerate(_hermite_values(x, degree)):
                totals[k] += share * value
    level = 1 / (deviation * (2 * arb.pi()).sqrt())
    return [total * level + symmetric(error + gauss) for total in totals]


def _hermite_values(x: arb, degree: int) -> list[arb]:
    """h_0 ... h_degree by h_(k+1) = (x h_k - sqrt(k) h_(k-1)) / sqrt(k + 1)."""
    roots = [arb(k).sqrt() for k in range(degree + 1)]
    values = [arb(1), x]
    for k in range(1, degree):
        values.append((x * values[k] - roots[k] * values[k - 1]) / roots[k + 1])
    return values


def _terms(panel: Panel, mean: arb, deviation: arb, degree: int) -> list[list[Term]]:
    """Error terms for f(u) h_k(x) n(x), k <= degree, by the bound on |h_k| with t = 1 / (1 + y / sqrt(degree))."""
    found = []
    for ellipse in panel.ellipses:
        long, short = ellipse.half_axes()
        x, lift = (widened(panel, long) - mean) / deviation, upper(short * panel.half / deviation)
        t = arb((1 / (1 + lift / arb(degree).sqrt())).mid())
        polynomial = t**-degree * (1 - t * t) ** (-arb(1) / 2) * (t * lift * lift / (1 - t)).exp()
        density = ((lift * lift - least_square(x) / (1 + t)) / 2).exp() / (deviation * (2 * arb.pi()).sqrt())
        found.append((upper(ellipse.gauss_error(0, panel.half, density * polynomial.sqrt())), ellipse.total))
    return [found]
