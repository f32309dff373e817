"""Enclosures of compiled expressions, and the traps in which naive ball arithmetic goes wrong."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, acos, asin, atan, cos, erf, exp, gamma, log, pi, sqrt

from theory.balls import ALLOWED, compile_balls
from theory.errors import InvalidArgument, NotEnclosed, OutsideDomain, UnknownFunction

x, y = sympy.symbols("x y", real=True)

FUNCTIONS = [
    exp(x) - sympy.sinh(x) * sympy.tan(y),
    log(1 + x**2) * sympy.tanh(y) ** 3,
    acos(x / 4) + asin(y / 4) * atan(x),
    sqrt(4 + x) ** 3 / (5 + y) ** Rational(2, 3),
    Abs(x - y) + Max(x, y, 0) * Min(x, y),
    erf(x) * sympy.erfc(y) + gamma(4 + x),
    Piecewise((x, x > y), (y**2, True)) + Heaviside(x) + sympy.sign(y),
    (4 + x) ** y * sympy.GoldenRatio * sympy.cosh(x) * pi**2 + sympy.E,
]

coordinate = st.fractions(min_value=-3, max_value=3, max_denominator=1000)


@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
@given(first=coordinate, second=coordinate)
def test_agrees_with_mpmath(expression: sympy.Expr, first: Fraction, second: Fraction) -> None:
    """If this failed, a compiled function would be another function than its expression."""
    point = {x: Rational(first.numerator, first.denominator), y: Rational(second.numerator, second.denominator)}
    assume(first != second or not expression.has(Piecewise))  # 1/3 > 1/3 is not decided by balls
    ball = compile_balls(expression, (x, y)).at({"x": first, "y": second}, digits=25)
    expected = expression.subs(point).evalf(40)
    with mpmath.workdps(40):
        difference = abs(mpmath.mpf(str(expected)) - mpmath.mpf(ball.mid().str(40, radius=False)))
        assert difference <= mpmath.mpf(10) ** -24 * max(1, abs(mpmath.mpf(str(expected))))


@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
@given(first=coordinate, second=coordinate, share=st.fractions(0, 1, max_denominator=16), width=st.fractions(0, 1))
def test_box_holds_the_values_at_its_points(
    expression: sympy.Expr, first: Fraction, second: Fraction, share: Fraction, width: Fraction
) -> None:
    """If this failed, an enclosure over a box would miss a value, and branch and bound would prove falsehoods."""
    function = compile_balls(expression, (x, y))
    first, second = min(first, 3 - width), min(second, 3 - width)
    assume(first != second or not expression.has(Piecewise))
    over = function.over([(first, first + width), (second, second + width)], 64)
    value = function.at({"x": first + share * width, "y": second + share * width}, digits=15)
    assert not over.is_finite() or over.overlaps(value)


def test_floats_are_refused_everywhere() -> None:
    """If this failed, 0.1 would enter a proof as a number that is not 1/10."""
    with pytest.raises(UnknownFunction, match="Rational"):
        compile_balls(0.1 * x, [x])
    with pytest.raises(InvalidArgument, match="float stands for"):
        compile_balls(x, [x]).at({"x": 0.5}, 10)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "expression", [sympy.zeta(x), sympy.besselj(0, x), x + y, sympy.Function("f")(x), sympy.oo * x]
)
def test_what_is_not_listed_is_refused_by_name(expression: sympy.Expr) -> None:
    """If this failed, something without a sound enclosure would reach the balls."""
    with pytest.raises(UnknownFunction, match="allowed are Add, Mul"):
        compile_balls(expression, [x])
    assert "zeta" not in ALLOWED


@pytest.mark.parametrize(
    ("expression", "value"),
    [(acos(x), 2), (asin(x), -2), (sqrt(x), -1), (log(x), 0), (log(x), -1), (1 / x, 0), (x ** Rational(1, 3), -1)],
)
def test_certainly_outside_raises(expression: sympy.Expr, value: int) -> None:
    """If this failed, an undefined value would be taken for a number."""
    with pytest.raises(OutsideDomain, match="allowed is"):
        compile_balls(expression, [x]).at({x: value}, 10)


def test_a_leak_by_rounding_is_clamped() -> None:
    """If this failed, acos(cos 0) or a correlation of exactly 1 would be nan."""
    leaking = acos(sqrt(x) ** 2 / x, evaluate=False).subs(sqrt(x) ** 2, sqrt(x) * sqrt(x, evaluate=False))
    for expression in (leaking, acos(sympy.Mul(sqrt(x), 1 / sqrt(x), evaluate=False))):
        ball = compile_balls(expression, [x]).at({x: 3}, 20)
        assert ball.contains(0)
        assert ball.is_finite()
    clamped = compile_balls(acos(x) * sqrt(1 - x**2), [x]).over([(fmpq(9, 10), fmpq(11, 10))], 64)
    assert clamped.is_finite()


def test_an_undecided_branch_is_not_taken() -> None:
    """If this failed, a ball on both sides of a kink would follow one branch: max(0, x) over [-1, 1] would be 0."""
    box = [(fmpq(-1), fmpq(1))]
    for expression in (Piecewise((0, x <= 0), (x, True)), Max(x, 0), x * Heaviside(x)):
        ball = compile_balls(expression, [x]).over(box, 64)
        assert ball.contains(1)
        assert ball.contains(0)
    step = compile_balls(Heaviside(x), [x])
    assert step.over(box, 64).contains(fmpq(1, 2))
    assert step.at({x: 0}, 5) == fmpq(1, 2)


def test_no_finite_ball_across_a_pole() -> None:
    """If this failed, nan would pass for a bound."""
    for expression in (1 / x, log(x), 1 / sympy.tan(x), gamma(x)):
        assert not compile_balls(expression, [x]).over([(fmpq(-1, 4), fmpq(1, 4))], 64).is_finite()


def test_a_step_at_an_unrecognised_zero_is_not_enclosed() -> None:
    """If this failed, the value of a step would be guessed at a point that rounding cannot tell from 0."""
    hidden = Heaviside(sympy.sin(x) ** 2 + cos(x) ** 2 - 1)
    with pytest.raises(NotEnclosed, match="fewer digits"):
        compile_balls(hidden, [x]).at({x: 1}, 10)


def test_global_precision_is_neither_used_nor_changed() -> None:
    """If this failed, a result would depend on what ran before it."""
    function = compile_balls(acos(x), [x])
    expected = function.at({x: Fraction(1, 3)}, 30).str(40)
    box = function.over([(0, Fraction(1, 3))], 64).str(20)
    with ctx.workprec(20):
        assert function.at({x: Fraction(1, 3)}, 30).rad() <= arb("1e-29")
        with pytest.raises(OutsideDomain):
            function.at({x: 3}, 30)
        assert ctx.prec == 20
    assert function.at({x: Fraction(1, 3)}, 30).str(40) == expected
    assert function.over([(0, Fraction(1, 3))], 64).str(20) == box


@pytest.mark.parametrize(("expression", "value"), [(x**y, 8), (x ** (y - 3), 1), (x ** (y / 6), sqrt(2))])
def test_powers_with_variable_exponent(expression: sympy.Expr, value: sympy.Expr) -> None:
    """If this failed, x^y would be something else."""
    found = compile_balls(expression, [x, y]).at({x: 2, y: 3}, 20)
    assert found.overlaps(compile_balls(sympy.sympify(value), []).at({}, 20))
