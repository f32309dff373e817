"""Factors of known sign are left out, and what is left keeps the sign."""

from fractions import Fraction

import pytest
import sympy
from sympy import Interval, exp, sqrt

from theory.balls import compile_balls
from theory.normal_form.splitting import split_sign

x, y = sympy.symbols("x y", real=True)
UNIT = {x: Interval(0, 1), y: Interval(0, 1)}
CASES = ((1 - x) * (exp(x) - 1 - y), x**2 * y * (sqrt(1 - x) - y), (exp(-x) - y) / (1 + y), -(1 + x) * (x - y) ** 3)


@pytest.mark.parametrize("expression", CASES, ids=str)
def test_the_core_has_the_sign_of_the_whole(expression: sympy.Expr) -> None:
    """If this failed, a proof of the core would prove something else than the inequality."""
    split = split_sign(expression, UNIT)
    assert split is not None
    whole, core = (compile_balls(one, (x, y)) for one in (expression, split.core))
    for number in range(1, 12):
        point = {x: Fraction(number, 13), y: Fraction(number * 7 % 13, 13)}
        first, second = whole.at(point, 15), core.at(point, 15)
        assert (first > 0 and second > 0) or (first < 0 and second < 0)


def test_nothing_to_leave_out() -> None:
    """If this failed, the search would be started on the same function twice."""
    assert split_sign(exp(x) - 1 - y, UNIT) is None
    assert split_sign(x * y, UNIT) is None
