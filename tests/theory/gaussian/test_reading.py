"""Reading expressions as members of class G."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Heaviside, Max, Min, Rational, erf, erfc, exp, sign, sin, sqrt

from theory.gaussian import Member, read_member
from theory.symbols import z

EXPRESSIONS = [
    z**3 - 2 * z + 1,
    Max(z, 0) ** 2,
    Max(3 * z, -z) * Min(2 * z, z),
    Abs(-3 * z),
    sign(-z) * z**2,
    Heaviside(-5 * z),
    (1 + erf(-z / sqrt(2))) ** 2 * z,
    erfc(2 * z) * exp(1 - 3 * z**2),
    sympy.Piecewise((z, z > 0), (z**2, True)),
    sympy.Piecewise((exp(-(z**2)), z <= 0), (1 - z, z > 0)),
    Max(z + 1, z),
    Max(z - 1, 0) * sin(2 * z + 1),
    Min(Max(z + 3, 0), 6) * z / 6,
    Max(1 - Abs(z), 0) ** 2,
    Max(Abs(z), 2 - Abs(z - 1), Rational(1, 2)),
    Max(z, 0) + Min(exp(z) - 1, 0),
    Max(z, 0) + exp(Min(z, 0)) - 1,
    sympy.Piecewise((z, z > 0), (2 * exp(z / 2) - 2, True)),
    sympy.Piecewise((0, z < -3), (1, z >= 3), ((z + 3) / 6, True)),
    sympy.Piecewise((z, (z > 1) | (z < -1)), (z**3, True)),
    sign(Abs(z) - 1) * Heaviside(z**2 - 2),
    Heaviside(z**3 - 2 * z + Rational(1, 2)),
    sympy.cosh(z - 1) * erf(z / 3 + 1),
    Heaviside(erf(z) * exp(z)) + 2**z,
]


def value(member: Member, point: sympy.Rational) -> sympy.Expr:
    """The member at a point, from the meaning of its terms."""
    total = sympy.S.Zero
    for term, coefficient in member.terms:
        gates = [
            Heaviside(point - gate.threshold)
            if gate.noise == 0
            else (1 + erf((point - gate.threshold) / sqrt(2 * gate.noise))) / 2
            for gate in term.gates
        ]
        total += (
            coefficient * point**term.power * exp(term.quadratic * point**2 + term.linear * point) * sympy.Mul(*gates)
        )
    return total


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_normal_form_is_the_same_function(expression: sympy.Expr) -> None:
    """If false, the normal form of an expression is another function."""
    member = read_member(expression)
    for point in (Rational(-7, 4), Rational(-1, 3), Rational(2, 5), Rational(3)):
        difference = value(member, point) - expression.subs(z, point)
        assert abs(difference.evalf(40, maxn=100)) < Rational(1, 10**35)


def test_equal_functions_have_one_form() -> None:
    """If false, two ways to write relu have different normal forms."""
    forms = {read_member(f) for f in (Max(z, 0), z * Heaviside(z), z * Heaviside(z) ** 2, z - Min(z, 0))}
    assert len(forms) == 1


def test_point_mass_takes_the_value_at_zero() -> None:
    """If false, delta(z) f(z) is not f(0) delta(z)."""
    mass = read_member(sympy.DiracDelta(z))
    assert read_member((3 + z) * exp(-(z**2)) * sympy.DiracDelta(2 * z)) == mass.scaled(Rational(3, 2))
    assert read_member(erf(z) * sympy.DiracDelta(z)).terms == ()
    assert read_member(z * sympy.DiracDelta(z) * Heaviside(z)).terms == ()


def test_strings_are_not_read() -> None:
    """If false, a string reaches SymPy's evaluator."""
    with pytest.raises(sympy.SympifyError):
        read_member("z**2")
