"""The named normal distribution functions."""

from __future__ import annotations

import pytest
import sympy
from sympy import Rational, oo
from sympy.core.function import ArgumentIndexError

from theory.normal_cdf import BivariateNormalCDF, NormalCDF
from theory.symbols import rho, x, y


def test_one_variable() -> None:
    """If false, Phi differs from erf, or its derivative from the density."""
    assert NormalCDF(x).rewrite(sympy.erf) == (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    difference = sympy.diff(NormalCDF(x), x) - sympy.diff(NormalCDF(x).rewrite(sympy.erf), x)
    assert sympy.simplify(difference) == 0
    for point in (Rational(-9), Rational(1, 3)):
        assert abs(NormalCDF(point).evalf(40) / NormalCDF(point).rewrite(sympy.erf).evalf(40) - 1) < 1e-30
    assert (NormalCDF(oo), NormalCDF(-oo), NormalCDF(sympy.S.Zero)) == (1, 0, Rational(1, 2))


def test_degenerate_laws() -> None:
    """If false, Phi_2 at correlation 0 or +-1, or at infinite levels, is not the function of one variable."""
    one = sympy.S.One
    assert BivariateNormalCDF(x, y, sympy.S.Zero) == NormalCDF(x) * NormalCDF(y)
    assert BivariateNormalCDF(x, y, one) == NormalCDF(sympy.Min(x, y))
    assert BivariateNormalCDF(one, one, -one) == 2 * NormalCDF(one) - 1
    assert BivariateNormalCDF(one, -2 * one, -one).evalf(20) == 0
    assert (BivariateNormalCDF(x, oo, rho), BivariateNormalCDF(-oo, y, rho)) == (NormalCDF(x), 0)
    assert BivariateNormalCDF(sympy.S.Zero, sympy.S.Zero, Rational(1, 2)) == Rational(1, 3)


POINTS = [(Rational(-1, 2), Rational(3, 4), Rational(1, 3)), (Rational(-2), Rational(-3), Rational(-9, 10))]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_derivatives(point: tuple[Rational, Rational, Rational]) -> None:
    """If false, one of the three derivatives is not the limit of differences."""
    step = Rational(1, 10**12)
    for index in range(3):
        low, high = (
            BivariateNormalCDF(*(value + sign * step * int(place == index) for place, value in enumerate(point))).evalf(
                50
            )
            for sign in (-1, 1)
        )
        slope = BivariateNormalCDF(*point).fdiff(index + 1).evalf(40)
        assert abs((high - low) / (2 * step) - slope) < 1e-20
    with pytest.raises(ArgumentIndexError):
        BivariateNormalCDF(*point).fdiff(4)


def test_print() -> None:
    """If false, the functions do not print as Phi and Phi_2."""
    assert sympy.latex(NormalCDF(x) ** 2) == r"\Phi^{2}\left(x\right)"
    assert sympy.latex(BivariateNormalCDF(x, y, rho)) == r"\Phi_2\left(x, y; \rho\right)"
