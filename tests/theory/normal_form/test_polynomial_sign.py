"""Polynomial inequalities are decided: what is true is affirmed, what is false has an exact witness."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sympy import Interval, Rational, oo

from theory.normal_form.polynomial_sign import decide_polynomial

x, y, z = sympy.symbols("x y z", real=True)
LINE, UNIT, HALF = Interval(-oo, oo), Interval(0, 1), Interval(0, oo)
MOTZKIN = x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2
TRUE = (
    ((x - Rational(1, 2)) ** 2, {x: LINE}, False),
    (x * (1 - x), {x: UNIT}, False),
    (x * (1 - x), {x: Interval.open(0, 1)}, True),
    (x**2 - 2, {x: Interval(Rational(3, 2), 5)}, True),
    ((x**3 - x) / (x + 2), {x: Interval(1, oo)}, False),
    (MOTZKIN + 1, {x: LINE, y: LINE}, False),
    (x**3 + y**3 + z**3 - 3 * x * y * z, dict.fromkeys((x, y, z), HALF), False),
    (x / (y + z) + y / (x + z) + z / (x + y) - Rational(3, 2), dict.fromkeys((x, y, z), HALF), False),
)
FALSE = (
    (Rational(999, 1000) - x**20, {x: Interval(-1, 1)}, False),
    (x * (1 - x), {x: UNIT}, True),
    ((x - Rational(1, 3)) ** 2, {x: UNIT}, True),
    (MOTZKIN + Rational(999, 1000), {x: LINE, y: LINE}, False),
    ((x**2 - 2) ** 3, {x: LINE}, False),
    (1 / x, {x: Interval(-1, 1)}, False),
)


@pytest.mark.parametrize(("expression", "domain", "strict"), TRUE, ids=str)
def test_true_inequalities_are_decided(
    expression: sympy.Expr, domain: dict[sympy.Symbol, Interval], strict: bool
) -> None:
    """If this failed, equality inside or at the ends would keep a polynomial inequality open."""
    decision = decide_polynomial(expression, domain, strict=strict)
    assert decision is not None
    assert decision.holds is True


@pytest.mark.parametrize(("expression", "domain", "strict"), FALSE, ids=str)
def test_false_inequalities_have_a_witness(
    expression: sympy.Expr, domain: dict[sympy.Symbol, Interval], strict: bool
) -> None:
    """If this failed, a false inequality would be affirmed, or refuted by a point at which it holds."""
    decision = decide_polynomial(expression, domain, strict=strict)
    assert decision is not None
    assert decision.holds is False
    assert decision.witness is not None
    value = expression.subs(
        {symbol: Rational(place.numerator, place.denominator) for symbol, place in decision.witness.items()}
    )
    assert value < 0 or (strict and value == 0)
    assert all(Rational(place.numerator, place.denominator) in domain[one] for one, place in decision.witness.items())


@settings(max_examples=60, deadline=None)
@example([Fraction(0), Fraction(0), Fraction(1)], 0)
@given(st.lists(st.fractions(-2, 2, max_denominator=4), min_size=1, max_size=5), st.integers(-1, 1))
def test_the_roots_decide(roots: list[Fraction], shift: int) -> None:
    """If this failed, a root at an end, a double root or a neighbouring one would be counted wrongly."""
    expression = sympy.Mul(*(x - Rational(one.numerator, one.denominator) for one in roots)) + Rational(shift, 100)
    grid = [Rational(number, 40) for number in range(-40, 41)]
    negative = any(expression.subs(x, place) < 0 for place in grid)
    decision = decide_polynomial(expression, {x: Interval(-1, 1)})
    assert decision is not None
    if negative:
        assert decision.holds is False
    if decision.holds is False:
        assert decision.witness is not None
        place = decision.witness[x]
        assert expression.subs(x, Rational(place.numerator, place.denominator)) < 0


def test_what_is_no_polynomial_or_too_large_is_left() -> None:
    """If this failed, a decision procedure would run without end, or on functions that it does not know."""
    assert decide_polynomial(sympy.exp(x), {x: UNIT}) is None
    assert decide_polynomial(x - sympy.sqrt(2), {x: UNIT}) is None
    assert decide_polynomial(x, {x: Interval(0, sympy.pi)}) is None
    wide = sympy.symbols("a:6", real=True)
    assert decide_polynomial(sympy.Add(*wide), dict.fromkeys(wide, UNIT)) is None
    large = decide_polynomial((x * y * z + x**3 + y + z**2 * x + 1) ** 2, dict.fromkeys((x, y, z), LINE))
    assert large is None or large.holds in (True, None)
