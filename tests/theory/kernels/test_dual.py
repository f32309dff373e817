"""Dual activations."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.activations import CATALOGUE
from theory.errors import InvalidArgument, NoClosedForm, OutsideDomain, UnknownFunction
from theory.kernels import derive_dual
from theory.symbols import a, b, c, z

POINT = (1.2, 0.7, 0.4)
EXACT = {a: sympy.Rational(1.2), b: sympy.Rational(0.7), c: sympy.Rational(0.4)}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_floats_agree_with_the_expression(name: str) -> None:
    """If false, float evaluation differs from the expression in 40 digits at the same exact floats."""
    for dual in (derive_dual(name), derive_dual(name).derivative):
        exact = dual.expression.subs(EXACT).evalf(40)
        assert abs(float(dual.evaluate(*POINT)) - exact) <= 1e-14 * (1 + abs(exact))


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_price_theorem_by_differences(name: str) -> None:
    """If false, the dual of the derivative is not the derivative of the dual in the covariance."""
    dual, h = derive_dual(name), sympy.Rational(1, 10**10)
    low, high = (dual.expression.subs({**EXACT, c: EXACT[c] + shift}).evalf(60) for shift in (-h, h))
    slope = dual.derivative.expression.subs(EXACT).evalf(40)
    assert abs((high - low) / (2 * h) - slope) < 1e-16 * (1 + abs(slope))


@pytest.mark.parametrize("name", sorted(CATALOGUE))
@given(norms=st.tuples(st.floats(1e-6, 1e4), st.floats(1e-6, 1e4)), correlation=st.floats(-1, 1))
def test_cauchy_schwarz(name: str, norms: tuple[float, float], correlation: float) -> None:
    """If false, |E phi(u) phi(v)| exceeds the root of E phi(u)^2 E phi(v)^2 by more than rounding."""
    p, q = norms
    dual = derive_dual(name)
    mixed = dual.evaluate(p, q, correlation * np.sqrt(p) * np.sqrt(q))
    bound = np.sqrt(dual.evaluate(p, p, p) * dual.evaluate(q, q, q))
    assert abs(mixed) <= bound * (1 + 1e-6)


def test_degenerate_pairs() -> None:
    """If false, equal, opposite or vanishing inputs give NaN or a wrong value."""
    p, q, r = [2.0, 2.0, 0.0, 0.0], [2.0, 2.0, 2.0, 0.0], [2.0, -2.0, 0.0, 0.0]
    expected = {
        "relu": [1.0, 0, 0, 0],
        "step": [0.5, 0, 0.25, 0.25],
        "abs": [2.0, 2.0, 0, 0],
        "sign": [1.0, -1.0, 0, 0],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(derive_dual(name).evaluate(p, q, r), values, atol=1e-15)
    gaussian = derive_dual("gaussian").evaluate(p, q, r)
    np.testing.assert_allclose(gaussian, [1 / 3, 1 / 3, 1 / np.sqrt(5), 1.0], rtol=1e-15)
    assert np.isfinite(derive_dual("relu").derivative.evaluate(p, q, r)).all()


def test_equal_inputs_are_exact() -> None:
    """If false, the diagonal of a kernel carries more than rounding."""
    p = np.geomspace(1e-12, 1e12, 25)
    np.testing.assert_allclose(derive_dual("relu").evaluate(p, p, p), p / 2, rtol=1e-15)
    np.testing.assert_allclose(derive_dual("relu").derivative.evaluate(p, p, p), 0.5, rtol=1e-15)


def test_step_is_infinitely_steep() -> None:
    """If false, the tangent dual of a jump is given a finite value for equal inputs."""
    assert derive_dual("step").derivative.evaluate(1.0, 1.0, 1.0) == np.inf
    assert derive_dual("sign").derivative.evaluate(0.0, 1.0, 0.0) == np.inf


def test_overshoot_by_rounding_is_cut_and_more_is_refused() -> None:
    """If false, rounding gives NaN, or a matrix that is no covariance gives a number."""
    relu = derive_dual("relu")
    assert relu.evaluate(1.0, 1.0, 1.0 + 1e-15) == 0.5
    with pytest.raises(OutsideDomain, match="exceeds"):
        relu.evaluate(1.0, 1.0, 1.001)
    with pytest.raises(OutsideDomain, match="negative"):
        relu.evaluate(-1.0, 1.0, 0.0)
    with pytest.raises(InvalidArgument, match="NaN"):
        relu.evaluate(np.nan, 1.0, 0.0)


def test_what_has_no_dual_is_refused() -> None:
    """If false, tanh or a misspelt name gets a dual."""
    with pytest.raises(NoClosedForm, match="tanh"):
        derive_dual(sympy.tanh(z))
    with pytest.raises(UnknownFunction, match="catalogue"):
        derive_dual("tanhh")
