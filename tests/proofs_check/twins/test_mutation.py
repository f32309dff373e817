"""The mutator of expressions makes every kind of slip, names it, and makes the same ones again."""

from __future__ import annotations

import pytest
import sympy

from proofs_check.twins.mutation import mutations, spread

x, y = sympy.symbols("x y", real=True)
n = sympy.Symbol("n", integer=True, positive=True)
UNIT = {x: sympy.Interval(0, 1), y: sympy.Interval(0, 1), n: sympy.Interval(1, 9)}


def built(expression: sympy.Expr) -> dict[sympy.Basic, str]:
    """Mutant -> kind of its change."""
    return {one.build(): one.change for one in mutations(expression, UNIT, side="rhs")}


@pytest.mark.parametrize(
    ("expression", "mutant", "change"),
    [
        (3 * x, 3 * x / 2, "constant"),
        (3 * x, sympy.Rational(99, 100) * 3 * x, "constant"),
        (3 * x, sympy.Rational(1_000_001, 1_000_000) * 3 * x, "constant"),
        (sympy.pi * x, 3 * x, "constant"),
        (x**2 + y, x ** sympy.Rational(5, 2) + y, "exponent"),
        (x**2 + y, x ** sympy.Rational(39, 20) + y, "exponent"),
        (sympy.sqrt(x + 1), x + 1, "exponent"),
        (x**2 + y, x**2 - y, "sign"),
        (x**2 + y, x**2, "term"),
        (x * sympy.sin(y), sympy.sin(y), "term"),
        (x * sympy.sin(y), x**2 * sympy.sin(y), "symbol"),
        (x**n, x ** (n - 1), "symbol"),
        (sympy.sin(x), sympy.cos(x), "function"),
        (sympy.acos(x), sympy.asin(x), "function"),
        (sympy.log(x), sympy.log(x) / sympy.log(2), "function"),
        (sympy.atan2(x, y), sympy.atan2(y, x), "swap"),
        (x - 2 * y, y - 2 * x, "swap"),
    ],
)
def test_the_slip_is_made(expression: sympy.Expr, mutant: sympy.Expr, change: str) -> None:
    """If false, a mistake that the specification names would never be tried."""
    assert built(expression)[mutant] == change


def test_labels_name_one_place_each() -> None:
    """If false, a reader could not find out which mistake survived."""
    expression = x * (1 - x**2) + sympy.sqrt(1 - x**2)
    labels = [one.label for one in mutations(expression, UNIT, side="lhs")]
    assert len(labels) == len(set(labels))
    assert all(label.startswith("lhs") for label in labels)


def test_any_beginning_holds_all_families() -> None:
    """If false, a cap on the number of mutants would leave out a kind of mistake."""
    found = list(mutations(x * (1 - x**2) + sympy.sqrt(1 - x**2) * sympy.acos(x), UNIT, side="rhs"))
    families = {one.family for one in found}
    assert {one.family for one in spread(found)[: len(families)]} == families
    assert [one.label for one in spread(found)] == [one.label for one in spread(found[::-1])]
