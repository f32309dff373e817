"""Exact expectations of functions of one or two jointly Gaussian variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sympy

from ..errors import OutsideDomain
from ..symbols import a, b, c, rho, theta, z
from .assembly import Assembly
from .frame import Element, Frame
from .members import Member, Term
from .reading import read_member
from .stein import SteinReduction
from .weight import Weight, absorb


def derive_expectation(
    f: sympy.Expr, g: sympy.Expr, *, variances: tuple[sympy.Expr, sympy.Expr] = (a, b), covariance: sympy.Expr = c
) -> sympy.Expr:
    """E[f(u) g(v)] for a centred Gaussian pair (u, v), in closed form.

    Formula:
        (1) exp(alpha z^2) joins the Gaussian weight; (2) erf becomes a step of z plus independent noise; (3) Stein's
        identity removes the polynomial; (4) the orthant probabilities that remain are arcsines.

    Args:
        f, g: expressions in z of class G (see `read_member`); together at most three steps and erf's.
        variances: Var u and Var v, non-negative, exact. covariance: Cov(u, v), exact, with c^2 <= Var u Var v.

    Returns:
        A real expression. Where a variance is zero, or the pair is degenerate (c^2 = ab), numbers give the value of the
        degenerate law with Heaviside(0) = 1/2; symbols give the generic form.

    Raises:
        NoClosedForm: if f or g is not in the class, naming the term, or too many steps and erf's are left.
        OutsideDomain: for c^2 > ab, a negative variance, or an expectation that does not exist.

    Source: derived here: the algorithm needs no integration and terminates because each use of Stein's identity lowers
        the degree.

    Example:
        >>> from sympy import Max, erf
        >>> derive_expectation(erf(z), erf(z))
        2*asin(2*c/(sqrt(2*a + 1)*sqrt(2*b + 1)))/pi
        >>> derive_expectation(Max(z, 0), Max(z, 0), variances=(1, 1), covariance=0)
        1/(2*pi)
    """
    f, g = (sympy.sympify(value, strict=True) for value in (f, g))
    first, second, mixed = (sympy.sympify(value, strict=True) for value in (*variances, covariance))
    degenerate = _derive_degenerate(f, g, first, second, mixed)
    if degenerate is not None:
        return degenerate
    _require_existence(read_member(f), read_member(g), (first, second, mixed))
    generic = _derive_generic(f, g)
    if (first, second, mixed) == (a, b, c):
        return generic
    return generic.subs({a: first, b: second, c: mixed}, simultaneous=True)


def derive_mean(f: sympy.Expr, *, variance: sympy.Expr = a) -> sympy.Expr:
    """E[f(u)] for a centred Gaussian u.

    Args:
        f: an expression in z of class G. variance: Var u, non-negative, exact.

    Returns:
        A real expression. Raises as `derive_expectation`.

    Source: derived here (E[f(u) g(v)] with g = 1).

    Example:
        >>> from sympy import Max
        >>> derive_mean(Max(z, 0))
        sqrt(2)*sqrt(a)/(2*sqrt(pi))
    """
    return derive_expectation(f, sympy.S.One, variances=(variance, sympy.S.One), covariance=sympy.S.Zero)


def derive_at_correlation(f: sympy.Expr, g: sympy.Expr, *, correlation: sympy.Expr = rho) -> sympy.Expr:
    """E[f(u) g(v)] for unit variances and the given correlation.

    Args:
        f, g: expressions in z of class G. correlation: in [-1, 1].

    Returns:
        An expression in the correlation. Raises as `derive_expectation`.

    Source: derived here (`derive_expectation` at a = b = 1).

    Example:
        >>> from sympy import Heaviside
        >>> derive_at_correlation(Heaviside(z), Heaviside(z))
        asin(rho)/(2*pi) + 1/4
    """
    return derive_expectation(f, g, variances=(sympy.S.One, sympy.S.One), covariance=correlation)


def derive_at_angle(f: sympy.Expr, g: sympy.Expr, *, angle: sympy.Expr = theta) -> sympy.Expr:
    """E[f(u) g(v)] for u = w.x, v = w.y, unit vectors x and y at the given angle, standard Gaussian w.

    Args:
        f, g: expressions in z of class G. angle: in [0, pi].

    Returns:
        An expression in the angle. Raises as `derive_expectation`.

    Source: derived here (rho = cos theta; asin rho = pi/2 - theta and sqrt(1 - rho^2) = sin theta on [0, pi]).

    Example:
        >>> from sympy import Max
        >>> derive_at_angle(Max(z, 0), Max(z, 0))
        (pi - theta)*cos(theta)/(2*pi) + sin(theta)/(2*pi)
    """
    sphere = derive_at_correlation(f, g)
    turned = sphere.replace(lambda e: e.is_Pow and e.base == 1 - rho**2, lambda e: sympy.sin(angle) ** (2 * e.exp))
    turned = turned.subs({sympy.asin(rho): sympy.pi / 2 - angle, rho: sympy.cos(angle)})
    return _collect_waves(sympy.expand(turned), angle)


def _collect_waves(expression: sympy.Expr, angle: sympy.Expr) -> sympy.Expr:
    collected = sympy.collect(expression, (sympy.sin(angle), sympy.cos(angle)))
    constant, waves = collected.as_independent(sympy.sin, sympy.cos, as_Add=True)
    return sympy.factor(constant) + sympy.Add(*(sympy.factor(term) for term in sympy.Add.make_args(waves)))


@cache
def _derive_generic(f: sympy.Expr, g: sympy.Expr) -> sympy.Expr:
    left, right = read_member(f), read_member(g)
    terms = [term for member in (left, right) for term, _ in member.terms]
    frame = Frame.of(value for term in terms for value in (term.quadratic, *term.noises))
    assembly = Assembly(frame)
    for first, p in left.polynomials.items():
        for second, q in right.polynomials.items():
            _add_product(assembly, (first, p), (second, q))
    return assembly.expression()


def _add_product(
    assembly: Assembly,
    left: tuple[Term, Mapping[int, sympy.Expr]],
    right: tuple[Term, Mapping[int, sympy.Expr]],
) -> None:
    frame = assembly.frame
    (first, p), (second, q) = left, right
    weight = absorb(frame, frame.element(first.quadratic), frame.element(second.quadratic))
    reduction = _reduction(frame, weight, first, second)
    total: dict[frozenset[int], dict[sympy.Expr, Element]] = {}
    for m, left_constant in p.items():
        for n, right_constant in q.items():
            moments = reduction.moment(m, n)
            for constant in sympy.Add.make_args(sympy.expand(left_constant * right_constant)):
                for given, coefficient in moments.items():
                    group = total.setdefault(given, {})
                    group[constant] = group.get(constant, frame.field.zero) + coefficient
    assembly.add(total, reduction, weight.determinant)


def _reduction(frame: Frame, weight: Weight, first: Term, second: Term) -> SteinReduction:
    # Rows: u, v, then one gate variable (u or v plus noise) for every gate or point mass.
    sources = [0, 1, *_gates(first, 0), *_gates(second, 1)]
    noises = [sympy.S.Zero] * 2 + [noise for term in (first, second) for noise in _noises(term)]
    base = ((weight.a, weight.c), (weight.c, weight.b))
    covariance = [[base[i][j] for j in sources] for i in sources]
    for row, noise in enumerate(noises):
        covariance[row][row] = covariance[row][row] + frame.element(noise)
    points = [first.is_point] * len(_noises(first)) + [second.is_point] * len(_noises(second))
    return SteinReduction(
        covariance, frame.field.one, frozenset(2 + index for index, is_point in enumerate(points) if is_point)
    )


def _noises(term: Term) -> tuple[sympy.Expr, ...]:
    return (sympy.S.Zero,) if term.is_point else term.noises


def _gates(term: Term, source: int) -> list[int]:
    return [source] * len(_noises(term))


def _derive_degenerate(
    f: sympy.Expr, g: sympy.Expr, first: sympy.Expr, second: sympy.Expr, mixed: sympy.Expr
) -> sympy.Expr | None:
    gap = sympy.simplify(first * second - mixed**2)
    if first.is_negative or second.is_negative or gap.is_negative:
        raise OutsideDomain(
            f"variances=({first}, {second}), covariance={mixed}: this is not a covariance matrix; "
            "variances must not be negative, nor covariance^2 above their product"
        )
    if first == 0:
        return f.subs(z, 0) * derive_mean(g, variance=second) if second != 0 else f.subs(z, 0) * g.subs(z, 0)
    if second == 0:
        return derive_mean(f, variance=first) * g.subs(z, 0)
    slope = sympy.simplify(mixed / first)
    if gap == 0 and (slope.is_positive or slope.is_negative):
        return derive_mean(sympy.expand(f * g.subs(z, slope * z)), variance=first)
    return None


def _require_existence(left: Member, right: Member, law: tuple[sympy.Expr, sympy.Expr, sympy.Expr]) -> None:
    """The absorbed weight is a law if 1 - 2 A Sigma has positive trace and determinant."""
    first, second, mixed = law
    for alpha in {term.quadratic for term, _ in left.terms}:
        for beta in {term.quadratic for term, _ in right.terms}:
            if alpha.is_nonpositive and beta.is_nonpositive:
                continue
            left_margin, right_margin = 1 - 2 * alpha * first, 1 - 2 * beta * second
            determinant = sympy.simplify(left_margin * right_margin - 4 * alpha * beta * mixed**2)
            if not (determinant.is_positive and (left_margin + right_margin).is_positive):
                raise OutsideDomain(
                    f"E[exp({alpha} u^2) exp({beta} v^2)] is not known to be finite for variances ({first}, {second}) "
                    f"and covariance {mixed}: give numbers that keep 1 - 2 A Sigma positive, A = diag(alpha, beta)"
                )
