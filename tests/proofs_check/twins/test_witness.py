"""The search for witnesses does not depend on the checkers, and is not fooled by poles."""

from __future__ import annotations

from fractions import Fraction

import sympy

from proofs_check.claims import Identity, Inequality
from proofs_check.twins.witness import find_witness

from ..checkers.toys import BASE, toy_context

x = sympy.Symbol("x", real=True)
SYMMETRIC = {x: sympy.Interval(-1, 1)}


def test_a_false_formula_has_a_witness_and_a_true_one_none() -> None:
    """If false, an equivalent mutant would count, or a false one would not."""
    true = Identity(**BASE, lhs=sympy.sin(x) ** 2, rhs=1 - sympy.cos(x) ** 2, domain=SYMMETRIC)
    false = Identity(**BASE, lhs=sympy.sin(x) ** 2, rhs=1 - sympy.cos(x) ** 2 + x / 10**12, domain=SYMMETRIC)
    assert find_witness(true, toy_context()) == ""
    assert find_witness(false, toy_context()) != ""


def test_a_witness_respects_direction_and_slack() -> None:
    """If false, a weaker inequality would be called false."""
    for slack, found in ((Fraction(0), True), (Fraction(2), False)):
        claim = Inequality(**{**BASE, "checked": "c", "difference": "d"}, lhs=x, rhs=-x, domain=SYMMETRIC, slack=slack)
        assert bool(find_witness(claim, toy_context())) is found


def test_a_pole_at_zero_is_no_witness() -> None:
    """SymPy takes 1/sqrt(1 - 1/x^2) at 0 for 0: a statement that is real nowhere would count as false."""
    claim = Identity(**BASE, lhs=sympy.sqrt(1 - x**2), rhs=1 / sympy.sqrt(1 - x**-2), domain=SYMMETRIC)
    assert find_witness(claim, toy_context()) == ""
