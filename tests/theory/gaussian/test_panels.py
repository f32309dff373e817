"""Gaussian expectations of pairs in floats."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from theory.errors import NotEnclosed
from theory.gaussian.enclosure import enclose_expectation
from theory.gaussian.mehler import evaluate_mehler
from theory.gaussian.panels import Kinked, integrate_line, integrate_pairs
from theory.symbols import z

SOFTSIGN = Kinked(lambda x: x / (1 + np.abs(x)), (0.0,))
TANH = Kinked(np.tanh)
LAWS = [(1.0, 1.0, 0.5), (0.25, 3.0, -0.75), (16.0, 9.0, 6.0), (1.0, 1.0, 1.0), (2.25, 1.0, -1.5), (64.0, 64.0, 63.5)]
FUNCTIONS = [(TANH, sympy.tanh(z)), (SOFTSIGN, z / (1 + sympy.Abs(z)))]


def columns(laws: list[tuple[float, float, float]]) -> tuple[np.ndarray, ...]:
    """a, b, c and the gap as arrays."""
    a, b, c = (np.array(column) for column in zip(*laws, strict=True))
    return a, b, c, a * b - c**2


@pytest.mark.parametrize(("function", "expression"), FUNCTIONS, ids=[str(expression) for _, expression in FUNCTIONS])
def test_pairs_against_balls(function: Kinked, expression: sympy.Expr) -> None:
    """If false, panels or Mehler sums differ from the rigorous value by more than they state."""
    a, b, c, gap = columns(LAWS)
    values = integrate_pairs(function, function, (a, b), c, gap)
    places = np.arange(len(a)), np.arange(len(a), 2 * len(a))
    sums, known = evaluate_mehler(function, np.concatenate([a, b]), places, c / np.sqrt(a * b))
    for index, law in enumerate(LAWS):
        exact = [sympy.Rational(number) for number in law]
        ball = enclose_expectation(expression, expression, variances=exact[:2], covariance=exact[2], digits=17)
        assert abs(values[index] - float(ball.mid())) <= 3e-14
        assert not known[index] or abs(sums[index] - float(ball.mid())) <= 3e-14
    assert known.sum() >= 2


def test_a_line() -> None:
    """If false, one-dimensional expectations are wrong: E u^4 = 3 a^2, and E 1{u > t} far out in the tail."""
    a = np.array([1e-6, 1.0, 50.0])
    np.testing.assert_allclose(integrate_line(Kinked(lambda x: x**4), a), 3 * a**2, rtol=1e-13)
    step = Kinked(lambda x: (x > 12.0) * 1.0, (12.0,))
    tail = float(sympy.erfc(12 / sympy.sqrt(2)).evalf(20)) / 2
    np.testing.assert_allclose(integrate_line(step, np.ones(1)), tail, rtol=1e-12)
    np.testing.assert_allclose(integrate_line(Kinked(np.sin), np.ones(1), 1.0), np.exp(-0.5) * np.sin(1.0), rtol=1e-13)


def test_infinite_expectations_are_refused() -> None:
    """If false, a quadrature that does not converge returns a number."""
    with pytest.raises(NotEnclosed, match="do not agree"):
        integrate_line(Kinked(lambda x: 1 / np.abs(x)), np.ones(1))
