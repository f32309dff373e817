"""Exact Gaussian expectations of class G."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, DiracDelta, Heaviside, Max, Min, Rational, acos, asin, erf, exp, pi, sign, sqrt, tanh

from theory.errors import InvalidArgument, NoClosedForm, OutsideDomain
from theory.gaussian import derive_at_angle, derive_at_correlation, derive_expectation, derive_mean
from theory.symbols import a, b, c, rho, theta, z

from .quadrature import quadrature_with_error

RELU, STEP = Max(z, 0), Heaviside(z)
NORMAL_CDF = (1 + erf(z / sqrt(2))) / 2
GELU = z * NORMAL_CDF

# E[phi phi] and E[phi' phi'] at a = 1.2, b = 0.7, c = 0.4, from 2-D quadrature and published code, 12 decimals.
REFERENCE = {
    RELU: ("0.259994406087", "0.321879694613"),
    Max(z, 0) + Rational(1, 5) * Min(z, 0): ("0.246396419896", "0.406003004553"),
    Abs(z): ("0.639977624347", "0.287518778454"),
    sign(z): ("0.287518778454", None),
    STEP: ("0.321879694613", "0.193003718002"),
    erf(z): ("0.180706088818", "0.464302688419"),
    NORMAL_CDF: ("0.283158177185", "0.084116001159"),
    GELU: ("0.184496479129", "0.327642431734"),
    exp(-(z**2)): ("0.364662478745", "0.077587761435"),
    RELU**2: ("0.530871479641", "1.039977624347"),
    RELU**3: ("1.768927743839", "4.777843316771"),
}

MIXED = [
    (RELU, GELU),
    (RELU * exp(-(z**2)), RELU * exp(-(z**2) / 3)),
    (erf(2 * z) ** 2, STEP * z),
    (STEP * erf(z), Abs(z)),
    (z**2 * NORMAL_CDF, z**3),
    (Heaviside(-2 * z) * z**2, Min(z, 0) * erf(-z)),
    (exp(-(z**2)) * erf(z), exp(-(z**2) / 2) * erf(3 * z)),
    (sympy.Piecewise((z**2, z < 0), (3 * z, True)), 1 - z + z**4),
    (Max(2 * z, -z), sympy.erfc(z)),
    (exp(z**2 / 16), RELU),
]

covariances = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(-19, 19)).map(
    lambda t: (Rational(t[0], 10), Rational(t[1], 10), t[2])
)


def covariance(draw: tuple[Rational, Rational, int]) -> tuple[Rational, Rational, Rational]:
    """Exact a, b, c with |correlation| at most 19/20 (rounded down)."""
    first, second, twentieths = draw
    root = sympy.floor(1000 * sqrt(first * second)) / 1000
    return first, second, root * Rational(twentieths, 20)


@pytest.mark.parametrize("phi", list(REFERENCE), ids=str)
def test_reference_values(phi: sympy.Expr) -> None:
    """If false, a derived dual or the dual of its derivative differs from the published value."""
    point = {a: Rational(6, 5), b: Rational(7, 10), c: Rational(2, 5)}
    slope = sympy.diff(phi, z)
    for function, digits in zip((phi, slope), REFERENCE[phi], strict=True):
        if digits is not None:
            value = derive_expectation(function, function).subs(point).evalf(20)
            assert abs(value - sympy.Float(digits, 20)) <= sympy.Rational(1, 10**12)


def test_forms_are_those_of_print() -> None:
    """If false, the simplification leaves something else than what a theorist prints."""
    gap, root = sqrt(a * b - c**2), sqrt(a) * sqrt(b)
    expected_relu = gap / (2 * pi) + c * asin(c / root) / (2 * pi) + c / 4
    assert derive_expectation(RELU, RELU) == expected_relu
    published = (sqrt(a * b - c**2) + c * (pi - acos(c / root))) / (2 * pi)
    assert sympy.expand(published.rewrite(asin) - expected_relu) == 0
    assert derive_expectation(STEP, STEP) == Rational(1, 4) + asin(c / root) / (2 * pi)
    arc = 2 * c / (sqrt(2 * a + 1) * sqrt(2 * b + 1))
    assert derive_expectation(erf(z), erf(z)) == 2 * asin(arc) / pi
    slope = sympy.diff(erf(z), z)
    assert derive_expectation(slope, slope) == 4 / (pi * sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * c**2))


def quotient_of_powers(numerator: sympy.Expr, denominator: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """numerator^exponent / denominator^exponent."""
    return numerator**exponent / denominator**exponent


def split_roots(expression: sympy.Expr) -> sympy.Expr:
    """Write the root of a quotient as a quotient of roots; all radicands here are positive."""
    return expression.replace(
        lambda e: e.is_Pow and (2 * e.exp).is_odd,
        lambda e: quotient_of_powers(*sympy.fraction(sympy.together(e.base)), e.exp),
    )


@pytest.mark.parametrize("phi", [*REFERENCE, RELU**4, z**5 - z], ids=str)
def test_price_theorem(phi: sympy.Expr) -> None:
    """If false, dE[phi phi]/dc and the independently derived E[phi' phi'] are different functions."""
    slope = sympy.diff(phi, z)
    difference = sympy.diff(derive_expectation(phi, phi), c) - derive_expectation(slope, slope)
    assert sympy.simplify(split_roots(difference)) == 0


@settings(max_examples=10)
@pytest.mark.parametrize("pair", MIXED, ids=str)
@given(draw=covariances)
def test_quadrature_agrees(pair: tuple[sympy.Expr, sympy.Expr], draw: tuple[Rational, Rational, int]) -> None:
    """If false, an expectation disagrees with numerical integration at some covariance."""
    first, second, mixed = covariance(draw)
    if any(f.has(exp(z**2 / 16)) for f in pair):
        first = Rational(1, 2) * first
        mixed = mixed / 2
    value = derive_expectation(*pair, variances=(first, second), covariance=mixed)
    numeric, error = quadrature_with_error(*pair, float(first), float(second), float(mixed))
    assert abs(float(value) - numeric) <= error


@pytest.mark.parametrize("phi", [RELU, STEP, GELU, erf(z), Abs(z), RELU**3, exp(-(z**2)) * RELU], ids=str)
def test_degenerate_laws(phi: sympy.Expr) -> None:
    """If false, the value at c^2 = ab is not the one-dimensional expectation, or not the limit of the generic form."""
    two = sympy.Integer(2)
    for correlation in (1, -1):
        reflected = phi.subs(z, correlation * z)
        exact = derive_expectation(phi, phi, variances=(two, two), covariance=two * correlation)
        assert sympy.simplify(exact - derive_mean(sympy.expand(phi * reflected), variance=two)) == 0
        generic = derive_expectation(phi, phi).subs({a: two, b: two})
        assert sympy.simplify(sympy.limit(generic, c, two * correlation, "-" if correlation == 1 else "+") - exact) == 0


def test_equal_symbolic_variables() -> None:
    """If false, E[f(u) g(u)] with a symbolic variance is not the one-dimensional expectation."""
    assert derive_expectation(RELU, RELU, variances=(a, a), covariance=a) == a / 2
    assert derive_expectation(erf(z), z, variances=(a, 4 * a), covariance=-2 * a) == -2 * derive_mean(z * erf(z))


def test_zero_variance_is_a_point() -> None:
    """If false, a constant variable is not evaluated at zero."""
    zero, one = sympy.S.Zero, sympy.S.One
    assert derive_expectation(STEP, RELU, variances=(zero, one), covariance=zero) == sqrt(2) / (4 * sqrt(pi))
    assert derive_expectation(1 + z, z**2, variances=(one, zero), covariance=zero) == 0
    assert derive_expectation(1 + z, exp(-(z**2)), variances=(zero, zero), covariance=zero) == 1


def test_means() -> None:
    """If false, one-dimensional expectations do not reproduce known moments."""
    assert derive_mean(z**6) == 15 * a**3
    assert derive_mean(RELU**2) == a / 2
    assert derive_mean(erf(z)) == 0
    assert derive_mean(NORMAL_CDF**2, variance=sympy.S.One) == Rational(1, 3)
    assert derive_mean(DiracDelta(3 * z)) == 1 / (3 * sqrt(2) * sqrt(pi) * sqrt(a))


def test_three_gates_close() -> None:
    """If false, the orthant probability of three variables is wrong: E Phi(z)^3 = 1/4 since Phi(z) is uniform."""
    assert derive_mean(NORMAL_CDF**3, variance=sympy.S.One) == Rational(1, 4)


def test_point_masses() -> None:
    """If false, E[delta(u) delta(v)] is not the density of the pair at the origin."""
    assert derive_expectation(DiracDelta(z), DiracDelta(z)) == 1 / (2 * pi * sqrt(a * b - c**2))


def test_symbolic_parameters() -> None:
    """If false, a parameter of the activation is lost: substitution before and after must agree."""
    slope, width = sympy.Symbol("s", positive=True), sympy.Symbol("k", positive=True)
    phi = Max(z, 0) + slope * Min(z, 0) + erf(width * z) * exp(-width * z**2)
    values = {slope: Rational(1, 3), width: sqrt(2)}
    point = {a: Rational(6, 5), b: Rational(7, 10), c: Rational(2, 5)}
    late = derive_expectation(phi, phi).subs(values).subs(point).evalf(30)
    early = derive_expectation(phi.subs(values), phi.subs(values)).subs(point).evalf(30)
    assert abs(late - early) < Rational(1, 10**28)


def test_sphere_forms() -> None:
    """If false, the forms in the correlation or the angle are not the general form at unit variances."""
    assert derive_at_correlation(STEP, STEP) == Rational(1, 4) + asin(rho) / (2 * pi)
    general = derive_expectation(RELU**3, RELU).subs({a: 1, b: 1, c: sympy.cos(theta)})
    angular = derive_at_angle(RELU**3, RELU)
    for value in (Rational(1, 7), Rational(3, 2), Rational(3)):
        assert abs((general - angular).subs(theta, value).evalf(40, maxn=200)) < Rational(1, 10**38)


@pytest.mark.parametrize(
    ("phi", "names"),
    [
        (z + tanh(z), r"tanh\(z\)"),
        (Max(z - sympy.Symbol("t", real=True), Min(z, 0)), "must be known"),
        (NORMAL_CDF**4, "orthant probability of 4"),
        (STEP * DiracDelta(z), "point mass"),
        (DiracDelta(z, 1), "derivatives of a point mass"),
        (1 / (1 + z**2), "integer powers"),
        (exp(z**3), "exponent"),
        (Max(z * sympy.Symbol("w"), 0), "sign of -?w"),
    ],
    ids=str,
)
def test_outside_the_class(phi: sympy.Expr, names: str) -> None:
    """If false, a function outside the class is not refused by name."""
    with pytest.raises(NoClosedForm, match=names):
        derive_mean(phi)


def test_divergent_expectations_are_refused() -> None:
    """If false, E exp(u^2) = (1 - 2a)^(-1/2) is printed where it does not exist."""
    with pytest.raises(OutsideDomain, match="finite"):
        derive_mean(exp(z**2))
    with pytest.raises(OutsideDomain, match="finite"):
        derive_mean(exp(z**2), variance=sympy.S.One)
    assert derive_mean(exp(z**2), variance=Rational(1, 4)) == sqrt(2)


def test_no_covariance_is_refused() -> None:
    """If false, numbers that are no covariance matrix give a value."""
    for variances, mixed in (((1, 1), 2), ((-1, 1), 0), ((0, 1), 1)):
        with pytest.raises(OutsideDomain, match="not a covariance"):
            derive_expectation(z, z, variances=variances, covariance=mixed)


def test_floats_and_foreign_symbols_are_refused() -> None:
    """If false, an inexact number or a stranger called z enters an exact derivation."""
    with pytest.raises(InvalidArgument, match="exact numbers"):
        derive_mean(0.1 * z)
    with pytest.raises(InvalidArgument, match=r"theory\.symbols\.z"):
        derive_mean(Max(sympy.Symbol("z"), 0))


def test_bilinear() -> None:
    """If false, the expectation is not bilinear in (f, g)."""
    f, g, h = RELU, erf(z), exp(-(z**2)) * z
    point = {a: Rational(6, 5), b: Rational(7, 10), c: Rational(-2, 5)}
    whole = derive_expectation(2 * f - 3 * g, h).subs(point)
    parts = 2 * derive_expectation(f, h).subs(point) - 3 * derive_expectation(g, h).subs(point)
    assert abs((whole - parts).evalf(30, maxn=100)) < Rational(1, 10**28)
    assert np.isfinite(float(whole))
