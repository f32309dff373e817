"""Arc-cosine kernels of any order."""

from __future__ import annotations

import mpmath
import pytest
import sympy

from theory.errors import InvalidArgument
from theory.kernels import derived_j, published_j
from theory.symbols import theta

ANGLES = [sympy.Rational(k, 10) for k in (1, 7, 15, 16, 24, 31)]

# J_0 ... J_3 at pi/3, pi/2, 2 pi/3: 14 digits from an independent computation.
TABLE = {
    sympy.pi / 3: ("2.0943951023932", "1.9132229549810", "4.4406307592665", "16.841245763109"),
    sympy.pi / 2: ("1.5707963267949", "1", "1.5707963267949", "4"),
    2 * sympy.pi / 3: ("1.0471975511966", "0.34242662818614", "0.27175822111824", "0.34788433176282"),
}


@pytest.mark.parametrize("n", range(4))
def test_published_is_derived(n: int) -> None:
    """If false, the published recipe and the Gaussian expectation give different kernels."""
    for angle in ANGLES:
        difference = (published_j(n) - derived_j(n)).subs(theta, angle).evalf(50, maxn=400)
        assert abs(difference) < sympy.Rational(1, 10**40)


@pytest.mark.parametrize("n", range(4))
def test_table(n: int) -> None:
    """If false, the derived kernel misses the tabulated values."""
    for angle, row in TABLE.items():
        value = derived_j(n).subs(theta, angle).evalf(30)
        assert abs(value - sympy.Float(row[n], 30)) <= 6 * sympy.Float(10) ** (-14 + len(row[n].split(".")[0]))


def test_defining_integral() -> None:
    """If false, J_2 is not 2 pi times the Gaussian expectation it stands for."""
    angle = mpmath.mpf(4) / 5
    arc = mpmath.quad(
        lambda phi: (mpmath.cos(phi) * mpmath.cos(angle - phi)) ** 2, [angle - mpmath.pi / 2, mpmath.pi / 2]
    )
    radial = mpmath.quad(lambda r: r**5 * mpmath.exp(-(r**2) / 2), [0, 5, 15])
    value = derived_j(2).subs(theta, sympy.Rational(4, 5)).evalf(20)
    assert abs(radial * arc - mpmath.mpf(str(value))) < 1e-12


def test_negative_order_is_refused() -> None:
    """If false, an order that has no meaning gives an expression."""
    for function in (published_j, derived_j):
        with pytest.raises(InvalidArgument, match="order"):
            function(-1)
