"""Mutants of formulas: distinct, real, capped, counted."""

from __future__ import annotations

import sympy

from proofs_check.claims import Identity, Inequality
from proofs_check.twins.formulas import formula_mutants

from ..checkers.toys import BASE

x = sympy.Symbol("x", real=True)
UNIT = {x: sympy.Interval(0, 1)}
SINES = Identity(**BASE, lhs=2 * sympy.sin(x) * sympy.cos(x), rhs=sympy.sin(2 * x), domain=UNIT)


def test_every_mutant_is_another_claim() -> None:
    """If false, the claim itself, or the same mutant twice, would be tried and counted."""
    found = formula_mutants(SINES, 1000)
    sides = [SINES.altered(one.twin).sides() for one in found.tried]
    assert len(set(sides)) == len(sides)
    assert SINES.sides() not in sides
    assert not found.untried


def test_what_is_left_out_is_counted() -> None:
    """If false, a cap would pass for completeness."""
    every, some = formula_mutants(SINES, 1000), formula_mutants(SINES, 12)
    assert len(some.tried) == 12
    assert 12 + sum(some.untried.values()) >= len(every.tried)


def test_both_sides_are_mutated_but_no_derived_monster() -> None:
    """If false, a printed formula on the left would go untested, or one derived would take all the time."""
    names = {one.twin.label.partition(" ")[0].strip(":") for one in formula_mutants(SINES, 1000).tried}
    assert names == {"lhs", "rhs"}
    monster = sympy.Add(*(sympy.sin(number * x) ** 2 + sympy.cos(number * x) ** 2 for number in range(2, 120)))
    claim = Identity(**BASE, lhs=monster, rhs=118 + x - x**1, domain=UNIT)
    assert all(one.twin.label.startswith("rhs") for one in formula_mutants(claim, 50).tried)


def test_an_inequality_is_also_reversed() -> None:
    """If false, the direction of an inequality would go untested."""
    claim = Inequality(**BASE, lhs=x**2, rhs=x, domain=UNIT)
    assert "direction" in {one.twin.change for one in formula_mutants(claim, 30).tried}


def test_no_mutant_integrates_over_a_singularity() -> None:
    """If false, x^(5/2) or 1/x^2 for x^2 under an integral over [-1, 1] would take the time of a whole audit."""
    t = sympy.Symbol("t", real=True)
    claim = Identity(**BASE, lhs=sympy.Integral(x * t**2, (t, -1, 1)), rhs=2 * x / 3, domain=UNIT)
    mutants = [claim.altered(one.twin).sides()[0] for one in formula_mutants(claim, 1000).tried]
    powers = {power.exp for side in mutants for power in side.atoms(sympy.Pow) if power.base == t}
    assert powers == {2, 4}
