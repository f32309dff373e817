"""Closed forms of every activation of class G against rigorous balls, which share no step with the derivation."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, cos, cosh, erf, exp, sign, sin, sqrt

from theory.activations import CATALOGUE
from theory.balls import compile_balls
from theory.errors import NoClosedForm, OutsideDomain
from theory.gaussian import certify, derive_expectation, derive_mean
from theory.gaussian.enclosure import enclose_expectation
from theory.symbols import a, b, c, z

CLOSED = [
    *("relu", "leaky_relu", "abs", "relu_squared", "relu_cubed", "relu_fourth", "shifted_relu", "hard_tanh", "relu6"),
    *("hard_sigmoid", "hard_swish", "step", "sign", "triangle", "erf", "gelu", "sin", "cos", "snake", "exp"),
    *("gaussian", "gabor", "elu", "selu", "celu"),
]
OTHERS = [
    erf(2 * z - 1),
    sin(2 * z + 1),
    cos(z / 2 - 1) * exp(-(z**2) / 2),
    z**6 - z**5 + 2 * z**3 - 1,
    z**2 * (1 + erf(z / sqrt(2))) / 2,
    Max(z, 0) * exp(-z),
    Max(z, 0) + Min(exp(z) - 1, 0),
    z * Heaviside(z) + (exp(z) - 1) * Heaviside(-z),
    Max(Abs(z) - 1, 0) * sign(z),
    Max(z**2 - 1, 0),
    Min(Max(2 * z + 1, 0), 3),
    exp(-Abs(z)) * cosh(z / 3),
    Piecewise((0, z < -2), (1, z > 2), (z / 4 + Rational(1, 2), True)),
    exp(-((z - 1) ** 2)),
]
FUNCTIONS = {**{name: CATALOGUE[name].expression for name in CLOSED}, **{str(phi): phi for phi in OTHERS}}
LAWS = [(Rational(6, 5), Rational(7, 10), Rational(2, 5)), (Rational(9, 4), Rational(9, 4), Rational(-9, 4))]
DIGITS = 20

laws = st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(-19, 19))


def exact_law(draw: tuple[int, int, int]) -> tuple[Rational, Rational, Rational]:
    """a, b, c with |correlation| at most 19/20."""
    first, second, twentieths = Rational(draw[0], 10), Rational(draw[1], 10), draw[2]
    root = Rational(Fraction(float(sqrt(first * second)))) * (1 - Rational(1, 10**9))
    return first, second, root * Rational(twentieths, 20)


def assert_closed_form_in_ball(f: sympy.Expr, g: sympy.Expr, law: tuple[Rational, ...]) -> None:
    """The balls of the closed form and of the rigorous quadrature have a point in common."""
    first, second, mixed, *means = law
    given_means = tuple(means) or (sympy.S.Zero, sympy.S.Zero)
    value = derive_expectation(f, g, variances=(first, second), covariance=mixed, means=given_means)
    ball = enclose_expectation(f, g, variances=(first, second), covariance=mixed, means=given_means, digits=DIGITS)
    assert compile_balls(value, ()).at({}, DIGITS).overlaps(ball)


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_closed_forms_lie_in_balls(name: str) -> None:
    """If false, a closed form is wrong within twenty digits."""
    phi = FUNCTIONS[name]
    for law in LAWS:
        assert_closed_form_in_ball(phi, phi, law)


@settings(max_examples=4)
@pytest.mark.parametrize("name", ["hard_swish", "elu", "gabor", "triangle", "shifted_relu", "erf(2*z - 1)"])
@given(draw=laws)
def test_random_laws(name: str, draw: tuple[int, int, int]) -> None:
    """If false, a closed form is right at some covariances only."""
    assert_closed_form_in_ball(FUNCTIONS[name], FUNCTIONS[name], exact_law(draw))


@settings(max_examples=4)
@pytest.mark.parametrize(
    "pair",
    [(Max(z, 0), z**2), (Max(z - 1, 0) * z, erf(z)), (exp(z) * Heaviside(z), cosh(z) + z), (sin(z) * z, exp(-(z**2)))],
    ids=str,
)
@given(draw=laws, means=st.tuples(st.integers(-20, 20), st.integers(-20, 20)))
def test_means_that_are_not_zero(
    pair: tuple[sympy.Expr, sympy.Expr], draw: tuple[int, int, int], means: tuple[int, int]
) -> None:
    """If false, a shifted law gives the expectation of another one."""
    shifts = tuple(Rational(mean, 10) for mean in means)
    assert_closed_form_in_ball(*pair, (*exact_law(draw), *shifts))


def test_symbolic_means() -> None:
    """If false, a mean that is a symbol is lost: substitution before and after must agree."""
    m = sympy.Symbol("m", real=True)
    late = derive_mean(Max(z - 1, 0), mean=m).subs(m, Rational(1, 3))
    assert sympy.simplify(late - derive_mean(Max(z - 1, 0), mean=Rational(1, 3))) == 0
    assert sympy.expand(derive_mean(z**3, mean=m)) == m**3 + 3 * m * a


def test_symbolic_thresholds() -> None:
    """If false, a threshold that is a symbol gives another function than the number put in for it."""
    t = sympy.Symbol("t", real=True)
    late = derive_expectation(Max(z - t, 0), z).subs(t, 2)
    assert sympy.simplify(late - derive_expectation(Max(z - 2, 0), z)) == 0


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_derivation_and_certificate_take_seconds(name: str) -> None:
    """If false, deriving and certifying takes longer than twenty seconds, or the certificate is not valid."""
    phi = FUNCTIONS[name]
    start = time.perf_counter()
    assert certify(phi, phi).verify()
    assert time.perf_counter() - start < 20


def test_published_forms() -> None:
    """If false, a simplified form differs from what is printed for it."""
    p, q, r = a, b, c
    wave = CATALOGUE["sin"].expression
    assert derive_expectation(wave, wave) == exp(-p / 2 - q / 2 + r) / 2 - exp(-p / 2 - q / 2 - r) / 2
    bell = CATALOGUE["gaussian"].expression
    assert derive_expectation(bell, bell) == 1 / sqrt((2 * p + 1) * (2 * q + 1) - 4 * r**2)
    gap = (1 + p) * (1 + q) - r**2
    gelu = CATALOGUE["gelu"].expression
    arc = sympy.asin(r / (sqrt(1 + p) * sqrt(1 + q)))
    compact = ((r**2 + p * q * gap) / ((1 + p) * (1 + q) * sqrt(gap)) + r * arc) / (2 * sympy.pi) + r / 4
    assert sympy.simplify(derive_expectation(gelu, gelu) - compact) == 0


def test_what_has_no_closed_form_says_why() -> None:
    """If false, an orthant of too many variables, or an infinite expectation, gives a formula or an unclear refusal."""
    with pytest.raises(NoClosedForm, match="orthant probability of 4"):
        derive_expectation(Max(z, 0) * erf(z), Max(z, 0) * erf(z))
    with pytest.raises(NoClosedForm, match="complex means"):
        derive_expectation(Max(z, 0) * sin(z), Max(z, 0) * sin(z))
    with pytest.raises(NoClosedForm, match="sign is not decided"):
        derive_mean(Max(sin(z), 0))
    with pytest.raises(OutsideDomain, match="not finite"):
        derive_expectation(exp(z**2 / 8), exp(z**2 / 8))
