"""The search over boxes: what it verifies covers the box, and each leaf can be checked again."""

import math
from fractions import Fraction

import pytest
import sympy

from proofs_check.checkers.branch_and_bound import Coverage, bounds_of, check_tree, cover, leaves
from proofs_check.checkers.region import Axis
from theory.balls import compile_balls

x, y = sympy.symbols("x y", real=True)
AXES = (Axis(Fraction(-1), Fraction(1)), Axis(Fraction(0), Fraction(2)))
FUNCTION = x**2 + y**2 - 2 * x * y + sympy.Rational(1, 100)


def search(expression: sympy.Expr, budget: int = 5000, strict: bool = True) -> Coverage:
    """The search on the standard box."""
    return cover(bounds_of(expression, (x, y)), AXES, budget=budget, whole=(False, False), strict=strict)


def test_the_leaves_cover_the_box_and_hold() -> None:
    """If this failed, a certificate could leave a gap, or list a box on which its bound is false."""
    found = search(FUNCTION)
    assert found.status == "proved"
    boxes = [box for _, box in leaves(found.tree, AXES)]
    assert sum(math.prod(Fraction(int((high - low).p), int((high - low).q)) for low, high in box) for box in boxes) == 4
    again = compile_balls(FUNCTION, (x, y))
    for box in boxes:
        middle = {str(symbol): (low + high) / 2 for symbol, (low, high) in zip((x, y), box, strict=True)}
        assert again.at(middle, 10) > 0
    assert check_tree(bounds_of(FUNCTION, (x, y)), AXES, found.tree, strict=True, slack=Fraction(0)) == ""
    assert check_tree(bounds_of(FUNCTION - 1, (x, y)), AXES, found.tree, strict=True, slack=Fraction(0))


@pytest.mark.parametrize("tree", ["", "0.", "0...", "2..", "0.x", "."])
def test_what_is_no_tree_of_the_region_proves_nothing(tree: str) -> None:
    """If this failed, a certificate could leave out the boxes that fail."""
    shown = check_tree(bounds_of(FUNCTION, (x, y)), AXES, tree, strict=True, slack=Fraction(0))
    assert shown != ""


def test_a_box_is_not_outside_of_the_domain_because_a_certificate_says_so() -> None:
    """If this failed, marking the worst boxes as undefined would prove anything."""
    assert "outside of its domain" in check_tree(
        bounds_of(FUNCTION - 9, (x, y)), AXES, "u", strict=False, slack=Fraction(0)
    )
    nowhere = bounds_of(sympy.sqrt(-1 - x**2), (x, y))
    assert check_tree(nowhere, AXES, "u", strict=False, slack=Fraction(0)) == ""


@pytest.mark.parametrize("budget", [100, 300, 2000])
def test_the_budget_ends_the_search(budget: int) -> None:
    """If this failed, a claim with equality inside would never come back."""
    found = search(sympy.Abs(x - y) * sympy.exp(x), budget)
    assert found.status in ("open", "violated")
    assert found.boxes <= 1.2 * budget


def test_an_open_search_says_what_it_proved_instead() -> None:
    """If this failed, a search that stays open would leave nothing, or claim a slack that it has not proved."""
    touching = (sympy.sin(x) - y / 2) ** 2
    found = search(touching, 500, strict=False)
    assert found.status == "open"
    assert found.slack is not None
    bounds = bounds_of(touching, (x, y))
    assert check_tree(bounds, AXES, found.tree, strict=False, slack=found.slack) == ""
    assert check_tree(bounds, AXES, found.tree, strict=False, slack=found.slack * Fraction(98, 100)) != ""


def test_without_a_gradient_the_natural_form_is_used() -> None:
    """If this failed, a jump would be differentiated away."""
    smooth = "mean-value"
    assert smooth not in bounds_of(sympy.Piecewise((x, x > 0), (1, True)), (x,)).form
    assert smooth not in bounds_of(sympy.Heaviside(x) + x, (x,)).form
    assert smooth in bounds_of(sympy.Max(x, y) * sympy.exp(x), (x, y)).form
