"""Enclosures of expectations: known digits, closed forms, independent routes, degenerate laws, refusals."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    DiracDelta,
    Heaviside,
    Max,
    Min,
    Rational,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from theory.balls import compile_balls
from theory.errors import InvalidArgument, NotEnclosed, OutsideDomain, TheoryError, UnknownFunction
from theory.gaussian.enclosure import enclose_by_hermite, enclose_expectation, enclose_mean
from theory.gaussian.enclosure.gauss_plane import enclose_plane_with_kinks
from theory.gaussian.enclosure.law import Law, factor
from theory.gaussian.enclosure.trapezoid import enclose_plane
from theory.normal_cdf import NormalCDF
from theory.symbols import a, b, c, z

HALF = Fraction(1, 2)
SIGMOID = 1 / (1 + exp(-z))
SMOOTH = (
    tanh(z),
    SIGMOID,
    log(1 + exp(z)),
    z * SIGMOID,
    z * tanh(log(1 + exp(z))),
    atan(z),
    erf(z) + z,
    sin(2 * z + 1),
    exp(-(z**2)) * cosh(z),
    1 / (1 + z**2),
)
SOFTSIGN = z / (1 + Abs(z))


def enclose(f: sympy.Expr, g: sympy.Expr, law: tuple[object, object, object], digits: int, **more: object) -> arb:
    """E[f(u) g(v)] at (Var u, Var v, Cov)."""
    return enclose_expectation(f, g, variances=law[:2], covariance=law[2], digits=digits, **more)  # type: ignore[arg-type]


def exact(formula: sympy.Expr, digits: int) -> arb:
    """A number, by balls."""
    return compile_balls(formula, []).at({}, digits=digits)


def assert_reached(ball: arb, digits: int) -> None:
    """The radius is what was asked for."""
    with ctx.workprec(4000):
        assert ball.is_finite()
        assert ball.rad() <= arb(10) ** -digits * arb.max(abs(ball).upper(), arb(10) ** -digits)


def as_fraction(value: Fraction) -> sympy.Rational:
    """The same number in SymPy."""
    return Rational(value.numerator, value.denominator)


@st.composite
def laws(draw: st.DrawFn) -> tuple[Fraction, Fraction, Fraction]:
    """(a, b, c) with |c| < sqrt(a b)."""
    one, two = (draw(st.fractions(Fraction(1, 5), 4, max_denominator=9)) for _ in range(2))
    share = draw(st.fractions(Fraction(-9, 10), Fraction(9, 10), max_denominator=10))
    return one, two, min(one, two) * share


def test_thirty_digits_of_tanh() -> None:
    """If false, the value is wrong, too wide, or takes more than 2 s."""
    start = time.process_time()
    ball = enclose(tanh(z), tanh(z), (1, 1, HALF), 30)
    assert time.process_time() - start < 2
    assert_reached(ball, 30)
    with ctx.workprec(200):
        assert abs(ball - arb("0.186324413203448086106782889972")) < arb("1e-30")


@pytest.mark.parametrize("f", SMOOTH[:6], ids=str)
def test_twenty_digits_of_smooth_activations(f: sympy.Expr) -> None:
    """If false, an activation of the acceptance list is slow, or two enclosures of it are disjoint."""
    start = time.process_time()
    ball = enclose(f, f, (1, 1, HALF), 20)
    assert time.process_time() - start < 2
    assert_reached(ball, 20)
    finer = enclose(f, f, (1, 1, HALF), 45)
    with ctx.workprec(400):
        assert ball.contains(finer)


def test_softsign_to_twenty_digits() -> None:
    """If false, a rational function with a kink is not enclosed."""
    ball = enclose(SOFTSIGN, SOFTSIGN, (1, 1, HALF), 20)
    assert_reached(ball, 20)
    assert ball.overlaps(enclose_by_hermite(SOFTSIGN, SOFTSIGN, rho=HALF, digits=20))


CORRELATION = c / sqrt(a * b)
CLOSED = {
    erf(z): 2 / pi * asin(2 * c / sqrt((1 + 2 * a) * (1 + 2 * b))),
    Max(z, 0): sqrt(a * b) / (2 * pi) * (sqrt(1 - CORRELATION**2) + (pi - acos(CORRELATION)) * CORRELATION),
    Heaviside(z): (pi - acos(CORRELATION)) / (2 * pi),
    sign(z): 2 / pi * asin(CORRELATION),
    Abs(z): 2 / pi * sqrt(a * b) * (sqrt(1 - CORRELATION**2) + CORRELATION * asin(CORRELATION)),
    exp(z / 2): exp((a + b + 2 * c) / 8),
    sin(3 * z): exp(-9 * (a + b) / 2) * (exp(9 * c) - exp(-9 * c)) / 2,
    exp(-(z**2)): 1 / sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * c**2),
    z**3: 9 * a * b * c + 6 * c**3,
}
"""Dual activations, derived by hand: arcsine laws, arc-cosine kernels, moment generating functions, Wick's formula."""


@pytest.mark.parametrize("f", CLOSED, ids=str)
@settings(max_examples=6)
@given(law=laws())
def test_closed_forms_are_contained(f: sympy.Expr, law: tuple[Fraction, Fraction, Fraction]) -> None:
    """If false, a ball misses the exact value."""
    point = {symbol: as_fraction(number) for symbol, number in zip((a, b, c), law, strict=True)}
    ball = enclose(f, f, law, 15)
    assert_reached(ball, 15)
    with ctx.workprec(300):
        assert ball.contains(exact(CLOSED[f].subs(point), 50)) or abs(exact(CLOSED[f].subs(point), 50)) < arb("1e-45")


@pytest.mark.parametrize("f", SMOOTH, ids=str)
@settings(max_examples=3)
@given(law=laws(), means=st.tuples(st.integers(-2, 2), st.integers(-2, 2)))
def test_trapezoid_panels_and_series_meet(
    f: sympy.Expr, law: tuple[Fraction, Fraction, Fraction], means: tuple[int, int]
) -> None:
    """If false, two routes that share no quadrature give different values."""
    g = SMOOTH[(SMOOTH.index(f) + 3) % len(SMOOTH)]
    checked = Law.of(law[:2], law[2], means)
    with ctx.workprec(140):
        goal = arb(10) ** -18
        # Three routes, each of which would be tight and disjoint from the others if its error bound were wrong.
        one = enclose_plane(f, g, factor(checked), goal)
        two = enclose_plane_with_kinks(f, g, checked, goal)
        assert one.overlaps(two)
        assert one.rad() < 2 * goal
        assert two.rad() < 2 * goal
        rho = arb(checked.covariance) / arb(checked.variance_u * checked.variance_v).sqrt()
        three = enclose_by_hermite(f, g, rho=rho, digits=5, variances=law[:2], means=means)
        assert one.overlaps(three)


@pytest.mark.parametrize("digits", [1, 2, 3, 5, 8, 40, 60])
def test_every_number_of_digits_contains_the_value(digits: int) -> None:
    """If false, the error bound holds only where it is negligible."""
    for f in (tanh(z), atan(z), SOFTSIGN, Max(z, 0)):
        if digits < 40 or f is not SOFTSIGN:
            ball = enclose(f, f, (1, 2, -1), digits)
            assert_reached(ball, digits)
            with ctx.workprec(600):
                assert ball.contains(enclose(f, f, (1, 2, -1), digits + 12))


def test_coarse_goals_are_honest() -> None:
    """If false, the aliasing and truncation bounds are smaller than the errors, seen where those are large."""
    with ctx.workprec(100):
        true = enclose(tanh(z), tanh(z), (1, 1, HALF), 25)
        for exponent in range(6):
            goal = arb(10) ** -exponent
            for law in (Law.of((1, 1), HALF, (0, 0)),):
                assert enclose_plane(tanh(z), tanh(z), factor(law), goal).contains(true)
                assert enclose_plane_with_kinks(tanh(z), tanh(z), law, goal).contains(true)


@settings(max_examples=8)
@given(law=laws(), shift=st.integers(-2, 2), scale=st.integers(1, 3))
def test_means_and_scales_are_reparametrisations(
    law: tuple[Fraction, Fraction, Fraction], shift: int, scale: int
) -> None:
    """If false, E[f(m + s u)] differs between a changed law and a changed function."""
    for f in (tanh(z), SOFTSIGN):
        moved = enclose(f, tanh(z), (law[0] * scale**2, law[1], law[2] * scale), 12, means=(shift, 0))
        inner = enclose(f.xreplace({z: scale * z + shift}), tanh(z), law, 12)
        assert moved.overlaps(inner)


def test_degenerate_laws() -> None:
    """If false, c^2 = a b, a = 0 or c = 0 is not the limit that it should be."""
    for f in (tanh(z), SOFTSIGN, Max(z - 1, 0), SIGMOID):
        square = enclose_mean(f * f, variance=1, digits=15)
        assert enclose(f, f, (1, 1, 1), 15).overlaps(square)
        assert enclose(f, f, (1, 4, -2), 15).overlaps(enclose_mean(f * f.subs(z, -2 * z), variance=1, digits=15))
        mean = enclose_mean(f, variance=1, digits=15)
        with ctx.workprec(100):
            assert enclose(f, f, (1, 1, 0), 15).overlaps(mean * mean)
            assert enclose(f, SIGMOID, (1, 0, 0), 15, means=(0, 0)).overlaps(mean / 2)
        near = enclose(f, f, (1, 1, Fraction(999, 1000)), 15)
        # |dE/dc| = |E[f' f']| <= 1 here, as |f'| <= 1.
        assert abs(near - square) <= arb(1) / 1000
    assert enclose(Heaviside(z), Heaviside(z), (0, 0, 0), 10).contains(fmpq(1, 4))
    assert enclose(tanh(z), tanh(z), (0, 0, 0), 10, means=(1, 2)).overlaps(exact(tanh(1) * tanh(2), 20))


def test_nearly_degenerate_laws_of_smooth_functions() -> None:
    """If false, the factors lose the digits of c close to sqrt(a b)."""
    nearly = Fraction(10**12 - 1, 10**12)
    ball = enclose(erf(z), erf(z), (1, 1, nearly), 30)
    value = 2 / pi * asin(Rational(2, 3) * as_fraction(nearly))
    with ctx.workprec(200):
        assert ball.overlaps(exact(value, 60))


def test_balls_stand_for_all_their_numbers() -> None:
    """If false, a covariance ball gives an enclosure that misses one of its covariances."""
    for f in (tanh(z), SOFTSIGN):
        wide = enclose_expectation(f, f, variances=(arb(1, 1e-4), arb(1, 1e-4)), covariance=arb("0.5", 1e-4), digits=10)
        for law in ((1, 1, HALF), (Fraction(10001, 10000), 1, HALF), (1, 1, Fraction(49991, 100000))):
            assert wide.overlaps(enclose(f, f, law, 15))
            with ctx.workprec(100):
                assert wide.contains(enclose(f, f, law, 15))
    touching = enclose_expectation(tanh(z), tanh(z), variances=(1, 1), covariance=arb(1, 1e-12), digits=8)
    with ctx.workprec(100):
        assert touching.contains(enclose(tanh(z), tanh(z), (1, 1, 1), 20))


def test_vanishing_values_are_absolute() -> None:
    """If false, an odd function against an even one loops for ever, or misses 0."""
    for f, g in ((tanh(z), cos(z)), (SOFTSIGN, Abs(z))):
        ball = enclose(f, g, (1, 1, HALF), 10)
        assert ball.contains(0)
        assert ball.rad() <= 1e-20


def test_mass_far_out_is_not_missed() -> None:
    """If false, a range of integration that suits the density alone cuts the mass of the function."""
    with ctx.workprec(200):
        assert enclose_mean(exp(9 * z), variance=1, digits=20).overlaps(arb("40.5").exp())
        assert enclose_mean(Max(exp(9 * z), 0), variance=1, digits=20).overlaps(arb("40.5").exp())
        assert enclose_mean(exp(9 * Abs(z)), variance=1, digits=20).overlaps(
            arb("40.5").exp() * (1 + (9 / arb(2).sqrt()).erf())
        )
        tail = (12 / arb(2).sqrt()).erfc() / 2
        assert enclose_mean(Heaviside(z - 12), variance=1, digits=25).overlaps(tail)
        assert enclose_mean(exp(z**2 * Rational(2, 5)), variance=1, digits=20).overlaps(arb(5).sqrt())
        moment = enclose_mean(z**20, variance=1, digits=20)
        assert moment.contains(654729075)


def test_distribution_functions_and_thresholds() -> None:
    """If false, gelu written with the normal distribution function, or a kink at sqrt(2), is not enclosed."""
    gelu, same = z * NormalCDF(z), z * (1 + erf(z / sqrt(2))) / 2
    assert enclose(gelu, gelu, (1, 1, HALF), 15).overlaps(enclose(same, same, (1, 1, HALF), 15))
    step = enclose_mean(Heaviside(z - sqrt(2)), variance=1, digits=20)
    with ctx.workprec(100):
        assert step.overlaps(arb(1).erfc() / 2)
    clipped = Min(Max(z, -1), 1)
    assert enclose(clipped, clipped, (1, 1, HALF), 12).overlaps(
        enclose_by_hermite(clipped, clipped, rho=HALF, digits=12)
    )


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (exp(z**2), NotEnclosed),
        (exp(z**2 / 2), NotEnclosed),
        (exp(Abs(z) ** 3), NotEnclosed),
        (exp(exp(z)), NotEnclosed),
        (1 / z, NotEnclosed),
        (log(Abs(z)), NotEnclosed),
        (sqrt(z), NotEnclosed),
        (sympy.tan(z), NotEnclosed),
        (DiracDelta(z), UnknownFunction),
        (sympy.Float(0.1) * z, UnknownFunction),
        (sympy.Function("f")(z), UnknownFunction),
        (a * z, InvalidArgument),
        ("tanh(z)", InvalidArgument),
        (sympy.Symbol("z"), InvalidArgument),
        (sympy.Integral(z, (z, 0, 1)), UnknownFunction),
        (sympy.nan * z, UnknownFunction),
        (sympy.I * z, UnknownFunction),
    ],
    ids=str,
)
def test_what_is_not_proven_is_refused(f: sympy.Expr, error: type[TheoryError]) -> None:
    """If false, an unbounded or unknown expectation gets a ball. The precision is put back after each error."""
    with ctx.workprec(77):
        with pytest.raises(error):
            enclose(f, tanh(z), (1, 1, HALF), 10)
        with pytest.raises(error):
            enclose_mean(f, variance=1, digits=10)
        with pytest.raises(error):
            enclose_by_hermite(tanh(z), f, rho=HALF, digits=10)
        assert ctx.prec == 77


def test_growth_counts_for_both_functions_together() -> None:
    """If false, E[f g] is given although only E[f] and E[g] exist; or refused although the correlation allows it."""
    f = exp(z**2 / 3)
    assert enclose_mean(f, variance=1, digits=10).overlaps(exact(sqrt(3), 20))
    with pytest.raises(NotEnclosed, match="Gaussian density"):
        enclose(f, f, (1, 1, 1), 10)


@pytest.mark.parametrize("digits", [0, -3, True, 2.5, 10**6])
def test_digits_are_whole_and_in_range(digits: object) -> None:
    """If false, a senseless precision is accepted."""
    with pytest.raises(InvalidArgument, match="digits"):
        enclose_mean(tanh(z), variance=1, digits=digits)  # type: ignore[arg-type]


def test_impossible_laws_are_refused() -> None:
    """If false, c^2 > a b or a negative variance gives a ball."""
    for law in ((1, 1, 2), (-1, 1, 0), (0, 1, HALF)):
        with pytest.raises(OutsideDomain):
            enclose(tanh(z), tanh(z), law, 10)
    with pytest.raises(OutsideDomain):
        enclose_mean(tanh(z), variance=-1, digits=10)
    with pytest.raises(NotEnclosed, match="degenerate"):
        enclose(Max(z, 0), Max(z, 0), (1, 1, arb(1, 1e-10)), 10)


def test_precision_of_the_caller_does_not_matter() -> None:
    """If false, the result depends on the global precision, or changes it."""
    for bits in (20, 53, 500):
        with ctx.workprec(bits):
            ball = enclose(atan(z), SOFTSIGN, (1, 1, HALF), 20)
            assert ctx.prec == bits
        assert_reached(ball, 20)
