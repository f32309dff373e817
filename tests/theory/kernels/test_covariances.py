"""Covariances of pairs as arrays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels.covariances import Covariances

variances = st.floats(1e-3, 1e3)


@given(p=variances, q=variances, gap=st.floats(0.0, 1.0), sign=st.sampled_from((-1.0, 1.0)), n=st.integers(0, 14))
def test_the_gap_is_exact_to_rounding(p: float, q: float, gap: float, sign: float, n: int) -> None:
    """If false, ab - c^2 loses digits where the pair is nearly degenerate."""
    limit = p if p == q else np.sqrt(p) * np.sqrt(q)
    law = Covariances.of(p, q, sign * limit * (1 - gap * 10.0**-n))
    exact = Fraction(float(law.a)) * Fraction(float(law.b)) - Fraction(float(law.c)) ** 2
    if abs(float(law.c)) < limit:
        assert abs(Fraction(float(law.gap)) - max(exact, Fraction(0))) <= abs(exact) * Fraction(1, 2**50)
    else:
        assert law.gap == 0


def test_degenerate_and_excessive() -> None:
    """If false, a parallel pair is not exactly degenerate, rounding is refused, or a wrong argument accepted."""
    assert Covariances.of(0.3, 0.3, 0.3).gap == 0
    assert Covariances.of(1.0, 1.0, 1 + 1e-12).c == 1
    for law in ((1.0, 1.0, 1.001), (-1.0, 1.0, 0.0), (0.0, 1.0, 0.1)):
        with pytest.raises(OutsideDomain):
            Covariances.of(*law)
    with pytest.raises(InvalidArgument, match="NaN"):
        Covariances.of([1.0, np.nan], 1.0, 0.0)


def test_types() -> None:
    """If false, precision is lost or invented: float32 only if every array is float32."""
    one = np.ones(2, np.float32)
    assert Covariances.of(one, one, 0.5 * one).dtype == np.float32
    assert Covariances.of(one, one, 0.5).dtype == np.float32
    assert Covariances.of(one, np.ones(2), 0.5).dtype == np.float64
    assert Covariances.of(1, 1, 0).dtype == np.float64
