"""Normal distribution functions on arrays."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import sympy
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import erf, ndtr

from theory.balls import compile_balls
from theory.gaussian.normal_arrays import bivariate_normal, error_series, normal
from theory.normal_cdf import BivariateNormalCDF
from theory.symbols import rho, x, y

OTHER = ModuleType("other")
OTHER.__dict__.update({name: getattr(np, name) for name in ("abs", "where", "exp", "sqrt", "clip")})
"""A namespace that is not NumPy's, so that the code for others runs."""
PHI_2 = compile_balls(BivariateNormalCDF(x, y, rho), (x, y, rho))


def test_phi_off_numpy() -> None:
    """If false, the rule for other namespaces differs from SciPy by more than rounding times the condition number."""
    points = np.concatenate([np.linspace(-37.0, 9.0, 20001), [0.0, -np.inf, np.inf]])
    values = normal(points, OTHER)
    with np.errstate(invalid="ignore"):
        allowed = np.finfo(float).eps * 8 * (4 + np.minimum(points**2, 1e4)) * ndtr(points)
    assert (np.abs(values - ndtr(points)) <= allowed).all()
    small = np.linspace(0, 1, 101)
    np.testing.assert_allclose(error_series(small, OTHER), erf(small), rtol=4e-16 * 4)


levels = st.one_of(st.floats(-3, 3), st.floats(-30, 30))
angles = st.one_of(st.floats(-1.57, 1.57), st.integers(1, 12).map(lambda k: 10.0**-k).map(lambda w: np.pi / 2 - w))


@given(h=levels, k=levels, angle=angles, sign=st.sampled_from((-1, 1)), tied=st.booleans())
def test_phi_2_against_balls(h: float, k: float, angle: float, sign: int, tied: bool) -> None:
    """If false, Phi_2 in floats errs by more than 1e-14, or in the lower corner by more than its documented size."""
    k = sign * h + 1e-3 * k if tied else k
    sine, cosine = float(np.sin(sign * angle)), float(np.cos(angle))
    value = float(bivariate_normal(np.array([h]), np.array([k]), np.array([sine]), np.array([cosine]), np)[0])
    with ctx.workprec(200):
        correlation = arb(sine) / (arb(sine) ** 2 + arb(cosine) ** 2).sqrt()
        exact = PHI_2.enclose([arb(h), arb(k), correlation], 200)
        error = float(abs(exact - arb(value)).upper())
        size = float(exact.upper())
    assert error <= 1e-14
    if h < 0 and k < 0 and sine >= 0 and size > 1e-290:
        is_near = sine > 0.925 * np.hypot(sine, cosine)
        assert error <= 1e-12 * (max(ndtr(h), ndtr(k)) if is_near else size)


def test_exact_ends() -> None:
    """If false, correlation +-1 or infinite levels give NaN or a wrong value."""
    h, k = np.array([-1.0, 2.0, 0.5, np.inf, -np.inf]), np.array([1.0, 1.0, -0.5, 0.3, 0.3])
    zero, one = np.zeros(5), np.ones(5)
    np.testing.assert_allclose(bivariate_normal(h, k, one, zero, np), ndtr(np.minimum(h, k)), rtol=1e-15)
    expected = np.maximum(ndtr(h) - ndtr(-k), 0)
    np.testing.assert_allclose(bivariate_normal(h, k, -one, zero, np), expected, atol=1e-16)
    assert float(sympy.Float(BivariateNormalCDF(sympy.S.Zero, sympy.S.Zero, sympy.Rational(1, 2)))) == 1 / 3


def test_far_levels_near_correlation_one() -> None:
    """If false, the series near correlation 1 is cut off where h k is large, which is wrong by orders of magnitude."""
    for level, sine in ((-15.0, 0.93), (-24.0, 0.926), (-30.0, 0.95), (-36.0, 0.99)):
        cosine = float(np.sqrt(1 - sine**2))
        value = float(bivariate_normal(*(np.array([entry]) for entry in (level, level - 0.2, sine, cosine)), np)[0])
        with ctx.workprec(300):
            correlation = arb(sine) / (arb(sine) ** 2 + arb(cosine) ** 2).sqrt()
            exact = PHI_2.enclose([arb(level), arb(level - 0.2), correlation], 300)
            assert float(abs(exact - arb(value)).upper()) <= 1e-12 * ndtr(level)
