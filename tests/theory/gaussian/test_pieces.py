"""Cutting functions into pieces, and their point masses."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, DiracDelta, Heaviside, Max, Min, Piecewise, Rational, exp, log, sign, sqrt, tanh

from theory.errors import NoClosedForm
from theory.gaussian.pieces import unfold
from theory.gaussian.points import differentiate, split_points
from theory.gaussian.sign_patterns import sign_pattern
from theory.symbols import z

CASES = {
    Max(1 - Abs(z), 0): (-1, 0, 1),
    Min(Max(z + 3, 0), 6) * z: (-3, 3),
    Max(z, 2 * z - 1, 0): (0, 1),
    Max(z**2 - 2, 0): (-sqrt(2), sqrt(2)),
    Min(2 * exp(z / 3) - 1, 0): (-3 * log(2),),
    exp(Min(z, 1)): (1,),
    tanh(Abs(z - 1)): (1,),
    Max(tanh(z) * exp(z), 0): (0,),
    Piecewise((0, (z < -2) | (z > 2)), (z, True)): (-2, 2),
    sign(z**3 - z): (-1, 0, 1),
    Max(z, z): (),
}


@pytest.mark.parametrize("expression", list(CASES), ids=str)
def test_breaks_and_values(expression: sympy.Expr) -> None:
    """If false, a break is missed or invented, or a piece is another function than the whole."""
    pieces = unfold(expression)
    assert [sympy.simplify(point - given) for point, given in zip(pieces.breaks, CASES[expression], strict=True)] == [
        0
    ] * len(pieces.breaks)
    for low, high, value in pieces.intervals():
        inside = 1 + low if high == sympy.oo else high - 1 if low == -sympy.oo else (low + high) / 2
        inside = sympy.S.Zero if not pieces.breaks else inside
        assert abs((value - expression).subs(z, inside).evalf(30)) < Rational(1, 10**25)


@pytest.mark.parametrize("expression", [Max(sympy.sin(z), 0), Abs(z - exp(z)), Max(z * sympy.Symbol("w"), 0)], ids=str)
def test_undecided_signs_are_refused(expression: sympy.Expr) -> None:
    """If false, a kink at an unknown place is overlooked."""
    with pytest.raises(NoClosedForm, match="sign"):
        unfold(expression)


def test_double_zeros_change_no_sign() -> None:
    """If false, a square counts as changing its sign at its zero."""
    assert sign_pattern((z - 1) ** 2).roots == ()
    assert sign_pattern((z - 1) ** 2 * (z - 2)).roots == (2,)


def test_point_masses() -> None:
    """If false, a point mass gets a wrong place or weight."""
    assert split_points(DiracDelta(2 * z - 2) * z**2 + z) == (z, ((1, Rational(1, 2)),))
    assert dict(split_points(DiracDelta(Abs(z) - 1))[1]) == {-1: 1, 1: 1}
    assert split_points((z - 1) * Heaviside(z - 1) * DiracDelta(z - 1)) == (0, ())
    with pytest.raises(NoClosedForm, match="no meaning"):
        split_points(Heaviside(z) * DiracDelta(z))
    with pytest.raises(NoClosedForm, match="derivatives of a point mass"):
        split_points(DiracDelta(z, 1))


def test_jumps_of_cases_are_differentiated() -> None:
    """If false, the derivative of a Piecewise loses its jump, or finds one where there is none."""
    step = Piecewise((0, z < 1), (3, True))
    assert split_points(differentiate(step)) == (Piecewise((0, z < 1), (0, True)), ((1, 3),))
    continuous = Piecewise((exp(z) - 1, z < 0), (z, True))
    assert not differentiate(continuous).has(DiracDelta)
