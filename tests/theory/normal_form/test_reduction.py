"""The normal form proves true identities, never false ones, and does so on the declared domain only."""

import pytest
import sympy
from sympy import (
    Abs,
    GoldenRatio,
    Integer,
    Interval,
    Max,
    Min,
    Rational,
    acos,
    asin,
    atan,
    atan2,
    cos,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tan,
    tanh,
)  # fmt: skip

from theory.balls import compile_balls
from theory.errors import InvalidArgument, OutsideDomain
from theory.normal_form import Sign, certify_sign, reduce_to_zero

x, y, t, r, k, c = sympy.symbols("x y t r k c", real=True)
a, b = sympy.symbols("a b", nonnegative=True)
bare = sympy.Symbol("bare")

LINE, UNIT, ANGLE = Interval(-oo, oo), Interval(-1, 1), Interval(0, pi)
ON_LINE = {x: LINE, y: LINE}
POSITIVE = {x: Interval(0, oo), y: Interval(0, oo)}
COVARIANCE = {a: Interval(0, oo), b: Interval(0, oo), c: LINE}


def arc_cosine_1(theta: sympy.Expr) -> sympy.Expr:
    """J_1 / pi."""
    return (sin(theta) + (pi - theta) * cos(theta)) / pi


def arc_cosine_2(theta: sympy.Expr) -> sympy.Expr:
    """J_2 / pi."""
    return (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)) / pi


cosine, half = c / sqrt(a * b), Rational(1, 2)
TRUE = [
    (sqrt(1 - cos(t) ** 2) - sin(t), {t: ANGLE}),
    (acos(cos(t)) - t, {t: ANGLE}),
    (asin(sin(t)) - t, {t: Interval(-1, 1)}),
    (tan(t / 2) - sin(t) / (1 + cos(t)), {t: ANGLE}),
    (arc_cosine_2(t) - (Rational(3, 2) * sin(2 * t) + (pi - t) * (2 + cos(2 * t))) / pi, {t: ANGLE}),
    (arc_cosine_1(acos(r)) - (sqrt(1 - r**2) + (pi / 2 + asin(r)) * r) / pi, {r: UNIT}),
    (arc_cosine_1(acos(cosine)) * sqrt(a * b) - (sqrt(a * b - c**2) + c * acos(-cosine)) / pi, COVARIANCE),
    (asin(2 * c / sqrt((1 + 2 * a) * (1 + 2 * b))) - pi / 2 + acos(c / sqrt(b + half) / sqrt(a + half)), COVARIANCE),
    (sqrt(1 - r**2) - sqrt(1 - r) * sqrt(1 + r), {r: UNIT}),
    (atan(r / sqrt(1 - r**2)) - asin(r), {r: UNIT}),
    (atan2(sqrt(1 - r**2), r) - acos(r), {r: UNIT}),
    (2 * acos(sqrt((1 + r) / 2)) - acos(r), {r: UNIT}),
    (acos(2 * r**2 - 1) - 2 * acos(r), {r: Interval(0, 1)}),
    (atan(x) + atan(1 / x) - pi / 2, {x: Interval(0, oo)}),
    (exp(x + y) - exp(x) * exp(y), ON_LINE),
    (tanh(x) - (1 - exp(-2 * x)) / (1 + exp(-2 * x)), ON_LINE),
    (log(x * y) - log(x) - log(y), POSITIVE),
    (exp(log(x) / 2) - sqrt(x), POSITIVE),
    (erf(x - y) + erf(y - x), ON_LINE),
    (erfc(x) - 1 + erf(x), ON_LINE),
    (Max(x, y) + Min(x, y) - x - y, ON_LINE),
    (Abs(x) ** 2 - x**2, ON_LINE),
    (sqrt(bare**2) - bare, {bare: Interval(0, 1)}),
    (sqrt(bare**2) + bare, {bare: Interval(-1, 0)}),
    (sin(x + y) * sin(x - y) - sin(x) ** 2 + sin(y) ** 2, ON_LINE),
    (sin(pi / 3 + t) - sin(t) / 2 - sqrt(3) * cos(t) / 2, {t: ANGLE}),
    (GoldenRatio**2 - GoldenRatio - 1, {}),
    ((1 - x) ** (k + 1) - (1 - x) * (1 - x) ** k, {x: Interval(0, Rational(1, 2)), k: Interval(0, 9)}),
]  # fmt: skip

FALSE = [
    (sqrt(bare**2) - bare, {bare: Interval(-1, 0)}),
    (sqrt(bare**2) - bare, {bare: UNIT}),
    (acos(cos(t)) - t, {t: Interval(-1, 1)}),
    (acos(cos(t)) - t, {t: Interval(0, 4)}),
    (sqrt(1 - cos(t) ** 2) - sin(t), {t: Interval(-pi, pi)}),
    (asin(sin(t)) - t, {t: ANGLE}),
    (acos(2 * r**2 - 1) - 2 * acos(r), {r: UNIT}),
    (atan(x) + atan(1 / x) - pi / 2, {x: LINE}),
    (atan2(y, x) - atan(y / x), ON_LINE),
    (Max(x, y) - x, ON_LINE),
    (log(x**2) / 2 - log(-x), {x: Interval(-3, 3)}),
    (erf(x) + erf(y), ON_LINE),
    (pi - Rational(355, 113), {}),
    (sqrt(2) + sqrt(3) - sqrt(5 + Rational(48989794855663, 10**13)), {}),
]


@pytest.mark.parametrize(("difference", "domain"), TRUE, ids=[str(one) for one, _ in TRUE])
def test_true_identities_are_proved(difference: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval]) -> None:
    """If this failed, an identity of this field would stay undecided."""
    found = reduce_to_zero(difference, domain)
    assert found.is_zero, found.to_json()
    assert found.normal_form == 0


@pytest.mark.parametrize(("difference", "domain"), TRUE, ids=[str(one) for one, _ in TRUE])
@pytest.mark.parametrize("error", [Rational(1, 10**6), Rational(1, 10**30)])
def test_shifted_identities_are_not_proved(
    difference: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval], error: sympy.Rational
) -> None:
    """If this failed, the normal form would prove a false statement, however close to a true one."""
    assert not reduce_to_zero(difference + error, domain).is_zero


@pytest.mark.parametrize(("difference", "domain"), FALSE, ids=[f"{one} on {on}" for one, on in FALSE])
def test_false_identities_are_not_proved(difference: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval]) -> None:
    """If this failed, a branch would be chosen that the domain does not certify."""
    assert not reduce_to_zero(difference, domain).is_zero


def test_the_certificate_lists_generators_and_relations() -> None:
    """If this failed, a reader could not re-check the proof by hand."""
    found = reduce_to_zero(sqrt(1 - r) ** 2 * acos(-r) - (1 - r) * (pi - acos(r)), {r: UNIT})
    assert found.is_zero
    found = reduce_to_zero(sqrt(1 - r) * acos(-r), {r: UNIT})
    assert any(line.endswith("= acos(r)") or line.endswith("= acos(-r)") for line in found.generators)
    assert any("**2 = 1 - r" in line for line in found.relations)
    assert any("r - 1 is nonpositive" in line for line in found.steps)


def test_bad_input_is_refused() -> None:
    """If this failed, a float or an undeclared symbol would enter a proof."""
    with pytest.raises(InvalidArgument, match="float"):
        reduce_to_zero(0.5 * x, {x: UNIT})
    with pytest.raises(InvalidArgument, match="no interval"):
        reduce_to_zero(x - y, {x: UNIT})
    with pytest.raises(OutsideDomain):
        reduce_to_zero(1 / (sin(x) ** 2 + cos(x) ** 2 - 1), {x: UNIT})


@pytest.mark.parametrize(
    ("expression", "domain", "sign"),
    [
        (x**2 + y**2 - 2 * x * y, ON_LINE, Sign.NONNEGATIVE),
        (x**2 + 1, ON_LINE, Sign.POSITIVE),
        (x - x**2, {x: Interval(0, 1)}, Sign.NONNEGATIVE),
        (x - x**2, {x: Interval(0, 2)}, Sign.UNKNOWN),
        (-exp(x) * (1 + Abs(y)), ON_LINE, Sign.NEGATIVE),
        (1 - r, {r: UNIT}, Sign.NONNEGATIVE),
        (1 - r, {r: Interval(-1, Rational(1, 2))}, Sign.POSITIVE),
        (x / 3 - Rational(1, 3), {x: Interval(0, Rational(1, 3))}, Sign.NEGATIVE),
        (x * y, ON_LINE, Sign.UNKNOWN),
        (1 + erf(x), ON_LINE, Sign.NONNEGATIVE),
        (Integer(0), {}, Sign.NONNEGATIVE),
        (pi - 3, {}, Sign.POSITIVE),
    ],
    ids=str,
)
def test_signs(expression: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval], sign: Sign) -> None:
    """If this failed, a root or an inequality would be split on a sign that is not certain."""
    assert certify_sign(expression, domain).sign is sign


def test_true_identities_vanish_in_balls() -> None:
    """If this failed, a test above would call a false identity true."""
    for difference, domain in TRUE:
        inside = {
            symbol: Rational(2, 5) + (Rational(1, 3) if symbol is a else 0) - (1 if interval.sup <= 0 else 0)
            for symbol, interval in domain.items()
        }
        value = compile_balls(difference, tuple(domain)).at(inside, 20)
        assert value.contains(0), difference
