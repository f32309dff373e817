"""Exact expectations of functions of one or two jointly Gaussian variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sympy

from ..errors import OutsideDomain
from ..symbols import a, b, c, rho, theta, z
from .assembly import Assembly
from .frame import Element, Frame
from .law import Law
from .members import Gate, Member, Term
from .reading import read_member
from .stein import SteinReduction
from .weight import Weight, absorb

_MEANS = (sympy.Dummy("mean_u", real=True), sympy.Dummy("mean_v", real=True))


def derive_expectation(
    f: sympy.Expr,
    g: sympy.Expr,
    *,
    variances: tuple[sympy.Expr, sympy.Expr] = (a, b),
    covariance: sympy.Expr = c,
    means: tuple[sympy.Expr, sympy.Expr] = (sympy.S.Zero, sympy.S.Zero),
) -> sympy.Expr:
    """E[f(u) g(v)] for a Gaussian pair (u, v), in closed form.

    Formula:
        (1) exp(alpha z^2 + beta z) joins the Gaussian weight; (2) erf becomes a step of z plus independent noise;
        (3) Stein's identity removes the polynomial; (4) the orthant probabilities that remain are arcsines where
        centred, else normal distribution functions of one and two variables.

    Args:
        f, g: expressions in z of class G (see `read_member`); per term and together at most three steps and erf's
            around the means, two away from them.
        variances: Var u and Var v, non-negative, exact. covariance: Cov(u, v), exact, with c^2 <= Var u Var v.
        means: of u and v, exact and real.

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
    law = Law(*(sympy.sympify(value, strict=True) for value in (*variances, covariance, *means)))
    law.require_covariance()
    degenerate = _derive_degenerate(f, g, law)
    if degenerate is not None:
        return degenerate
    return derive_member_expectation(read_member(f), read_member(g), law)


def derive_mean(f: sympy.Expr, *, variance: sympy.Expr = a, mean: sympy.Expr = sympy.S.Zero) -> sympy.Expr:
    """E[f(u)] for a Gaussian u.

    Args:
        f: an expression in z of class G. variance: Var u, non-negative, exact. mean: E u, exact and real.

    Returns:
        A real expression. Raises as `derive_expectation`.

    Source: derived here (E[f(u) g(v)] with g = 1).

    Example:
        >>> from sympy import Max
        >>> derive_mean(Max(z, 0))
        sqrt(2)*sqrt(a)/(2*sqrt(pi))
    """
    zero, one = sympy.S.Zero, sympy.S.One
    return derive_expectation(f, one, variances=(variance, one), covariance=zero, means=(mean, zero))


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


def derive_member_expectation(left: Member, right: Member, law: Law) -> sympy.Expr:
    """E[f(u) g(v)] of two members of class G under a law that is not degenerate.

    Args:
        left, right: f and g. law: the law of (u, v).

    Returns:
        A real expression. Raises as `derive_expectation`.

    Source: derived here.
    """
    _require_existence(left, right, law)
    has_mean = (law.mean_u != 0, law.mean_v != 0)
    generic = _derive_generic(left, right, has_mean)
    values = dict(zip((a, b, c, *_MEANS), (law.var_u, law.var_v, law.covariance, law.mean_u, law.mean_v), strict=True))
    changed = {symbol: value for symbol, value in values.items() if symbol != value}
    return generic.subs(changed, simultaneous=True) if changed else generic


@cache
def _derive_generic(left: Member, right: Member, has_mean: tuple[bool, bool]) -> sympy.Expr:
    terms = [term for member in (left, right) for term, _ in member.terms]
    means = tuple(symbol if is_there else sympy.S.Zero for symbol, is_there in zip(_MEANS, has_mean, strict=True))
    frame = Frame.of([*(value for term in terms for value in _parameters(term)), *means])
    assembly = Assembly(frame)
    for first, p in left.polynomials.items():
        for second, q in right.polynomials.items():
            _add_product(assembly, means, (first, p), (second, q))
    return assembly.expression()


def _parameters(term: Term) -> list[sympy.Expr]:
    gates = [value for gate in _gates(term) for value in (gate.noise, gate.threshold)]
    return [term.quadratic, term.linear, *gates]


def _gates(term: Term) -> tuple[Gate, ...]:
    return term.gates if term.point is None else (Gate(threshold=term.point),)


def _add_product(
    assembly: Assembly,
    means: tuple[sympy.Expr, sympy.Expr],
    left: tuple[Term, Mapping[int, sympy.Expr]],
    right: tuple[Term, Mapping[int, sympy.Expr]],
) -> None:
    frame = assembly.frame
    (first, p), (second, q) = left, right
    quadratic = frame.element(first.quadratic), frame.element(second.quadratic)
    linear = frame.element(first.linear), frame.element(second.linear)
    weight = absorb(frame, quadratic, linear, (frame.element(means[0]), frame.element(means[1])))
    reduction = _reduction(frame, weight, first, second)
    total: dict[frozenset[int], dict[sympy.Expr, Element]] = {}
    for m, left_constant in p.items():
        for n, right_constant in q.items():
            moments = reduction.moment(m, n)
            for constant in sympy.Add.make_args(sympy.expand(left_constant * right_constant)):
                for given, coefficient in moments.items():
                    group = total.setdefault(given, {})
                    group[constant] = group.get(constant, frame.field.zero) + coefficient
    assembly.add(total, reduction, weight)


def _reduction(frame: Frame, weight: Weight, first: Term, second: Term) -> SteinReduction:
    # Rows: u, v, then one gate variable (u or v plus noise, less the threshold) for every gate or point mass.
    gates = [*((0, gate) for gate in _gates(first)), *((1, gate) for gate in _gates(second))]
    sources = [0, 1, *(source for source, _ in gates)]
    base = ((weight.a, weight.c), (weight.c, weight.b))
    covariance = [[base[i][j] for j in sources] for i in sources]
    mean = [weight.mean[source] for source in sources]
    for row, (_, gate) in enumerate(gates, start=2):
        covariance[row][row] = covariance[row][row] + frame.element(gate.noise)
        mean[row] = mean[row] - frame.element(gate.threshold)
    held = [source for source, term in enumerate((first, second)) if term.point is not None]
    points = frozenset(row for row, (source, _) in enumerate(gates, start=2) if source in held)
    return SteinReduction(covariance, frame.field.one, points, mean)


def _derive_degenerate(f: sympy.Expr, g: sympy.Expr, law: Law) -> sympy.Expr | None:
    here, there = f.subs(z, law.mean_u), g.subs(z, law.mean_v)
    if law.var_u == 0:
        return here * (there if law.var_v == 0 else derive_mean(g, variance=law.var_v, mean=law.mean_v))
    if law.var_v == 0:
        return derive_mean(f, variance=law.var_u, mean=law.mean_u) * there
    slope = sympy.simplify(law.covariance / law.var_u)
    if law.gap == 0 and (slope.is_positive or slope.is_negative):
        line = law.mean_v + slope * (z - law.mean_u)
        return derive_mean(f * g.subs(z, sympy.expand(line)), variance=law.var_u, mean=law.mean_u)
    return None


def _require_existence(left: Member, right: Member, law: Law) -> None:
    """The absorbed weight is a law if 1 - 2 A Sigma has positive trace and determinant."""
    first, second, mixed = law.var_u, law.var_v, law.covariance
    for alpha in {term.quadratic for term, _ in left.terms}:
        for beta in {term.quadratic for term, _ in right.terms}:
            if alpha.is_nonpositive and beta.is_nonpositive:
                continue
            left_margin, right_margin = 1 - 2 * alpha * first, 1 - 2 * beta * second
            determinant = sympy.simplify(left_margin * right_margin - 4 * alpha * beta * mixed**2)
            if not (determinant.is_positive and (left_margin + right_margin).is_positive):
                grown = sympy.exp(alpha * z**2), sympy.exp(beta * z**2)
                limit = 1 / (2 * sympy.Max(alpha, beta))
                raise OutsideDomain(
                    f"E[f(u) g(v)] is not finite for all variances ({first}, {second}) and covariance {mixed}: "
                    f"f grows as {grown[0]} and g as {grown[1]}, so that the mean is infinite where a variance reaches "
                    f"{limit}; take an activation of slower growth, such as exp(z) or exp(-z**2), "
                    "or numbers below that as variances in derive_expectation(f, g, variances=..., covariance=...)"
                )
