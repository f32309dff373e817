"""Pieces between kinks, and the roots that bound them."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Abs, And, Heaviside, Max, Min, Piecewise, Rational, cos, exp, sign, sin, sqrt, tanh

from theory.balls.compiler import Compiler
from theory.balls.fields import REALS
from theory.errors import NotEnclosed
from theory.gaussian.enclosure.pieces import KINKED, split_at_kinks
from theory.gaussian.enclosure.roots import isolate_roots
from theory.symbols import z

KINKS = {
    Max(z, 0): (0,),
    z / (1 + Abs(z)): (0,),
    Max(-1, Min(1, z)): (-1, 1),
    z * Max(0, Min(6, z + 3)) / 6: (-3, 3),
    Max(z, 0) + Min(exp(z) - 1, 0): (0,),
    Piecewise((z, z > 0), (exp(z) - 1, True)): (0,),
    Piecewise((0, z < -1), (z, And(z >= -1, z < 1)), (2, True)): (-1, 1),
    Abs(Abs(z) - 1): (-1, 0, 1),
    Max(1 - Abs(z), 0): (-1, 0, 1),
    (sign(z) + 2) * Heaviside(z - sqrt(2)): (sqrt(2),),
    sign(z) + Heaviside(z - sqrt(2)): (0, sqrt(2)),
    Abs(tanh(z - 1)): (1,),
    Max(z**2 - 2, 0): (-sqrt(2), sqrt(2)),
    tanh(z): (),
    Max(z, exp(-z)): (sympy.LambertW(1),),
    Max(z**2 + 1, 0) + Max(z, z): (),
}


@pytest.mark.parametrize("expression", KINKS, ids=str)
def test_kinks_are_found(expression: sympy.Expr) -> None:
    """If false, a kink lies inside a panel on which the rule takes the function for analytic."""
    pieces = split_at_kinks(expression)
    assert pieces[0].left is None
    assert pieces[-1].right is None
    ends = [piece.right for piece in pieces[:-1]]
    assert ends == [piece.left for piece in pieces[1:]]
    with ctx.workprec(100):
        for root, known in zip(ends, KINKS[expression], strict=True):
            assert root is not None
            assert abs(root.ball() - arb(str(sympy.N(known, 40)))) < arb("1e-25")
            assert root.ball().rad() < arb("1e-25")


@pytest.mark.parametrize("expression", KINKS, ids=str)
@given(point=st.fractions(-20, 20, max_denominator=997))
def test_pieces_are_the_function(expression: sympy.Expr, point: Fraction) -> None:
    """If false, a wrong branch is integrated."""
    with ctx.workprec(100):
        place = arb(fmpq(point.numerator, point.denominator))
        for piece in split_at_kinks(expression):
            inside = (piece.left is None or piece.left.ball() < place) and (
                piece.right is None or place < piece.right.ball()
            )
            if inside:
                assert not piece.expression.has(*KINKED)
                found, whole = (Compiler((z,), REALS).compile(e).run([place]) for e in (piece.expression, expression))
                assert found.overlaps(whole)
                assert (found - whole).rad() < arb("1e-15")


def test_roots_are_complete() -> None:
    """If false, a sign change is missed."""
    assert {root.exact for root in isolate_roots((z - 1) * (z + 2) * (2 * z - 5))} == {1, -2, Rational(5, 2)}
    assert isolate_roots(z**2 + 1) == ()
    with ctx.workprec(100):
        found = sorted(float(root.ball().mid()) for root in isolate_roots(sin(z) - z / 5))
        # sin z = z / 5 has exactly three real solutions: 0 and a pair.
        assert len(found) == 3
        assert all(abs(sympy.sin(x) - x / 5) < 1e-9 for x in found)
        assert len(isolate_roots(z**5 - 5 * z + 1)) == 3


@pytest.mark.parametrize("expression", [cos(z), (exp(z) - 2) ** 2 * tanh(z - 3), 1 / z, tanh(z) - 1], ids=str)
def test_undecided_roots_are_refused(expression: sympy.Expr) -> None:
    """If false, a function whose sign changes are not known is split anyway."""
    with pytest.raises(NotEnclosed):
        isolate_roots(expression)
