"""Closed forms on arrays."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import UnknownFunction
from theory.gaussian import derive_expectation
from theory.kernels.arrays import evaluate_array
from theory.symbols import a, b, c, z

EPS = float(np.finfo(np.float64).eps)


@given(exponent=st.integers(1, 15), sign=st.sampled_from((-1, 1)), scale=st.sampled_from((0.01, 1.0, 37.0)))
def test_near_degenerate_pairs_keep_their_digits(exponent: int, sign: int, scale: float) -> None:
    """If false, the arcsine and the root lose half the digits near c^2 = ab and do not cancel."""
    expression = derive_expectation(sympy.Max(z, 0), sympy.Max(z, 0))
    covariance = sign * scale * (1 - 10.0**-exponent)
    value = float(evaluate_array(expression, {a: scale, b: scale, c: covariance}))
    with mpmath.workdps(50):
        p, r = mpmath.mpf(scale), mpmath.mpf(covariance)
        exact = (mpmath.sqrt(p * p - r * r) + r * (mpmath.pi - mpmath.acos(r / p))) / (2 * mpmath.pi)
        assert abs(value - exact) <= 8 * EPS * scale


def test_arrays_broadcast() -> None:
    """If false, the result does not have the broadcast shape or differs from the entries one by one."""
    values = {a: np.array([[1.0], [2.0]]), b: np.array([1.0, 3.0, 5.0])}
    result = evaluate_array(sympy.sqrt(a) * b + a**2 / b, values)
    expected = np.sqrt(values[a]) * values[b] + values[a] ** 2 / values[b]
    np.testing.assert_allclose(result, expected, rtol=4 * EPS)
    assert evaluate_array(sympy.pi, values).shape == (2, 3)


def test_functions_and_symbols_that_are_not_known_are_named() -> None:
    """If false, a formula is evaluated with a function or symbol it does not have."""
    for expression in (sympy.gamma(a), a + b):
        with pytest.raises(UnknownFunction, match=r"gamma|b in the formula"):
            evaluate_array(expression, {a: 1.0})
