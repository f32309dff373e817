"""The search over boxes: what it verifies covers the box, and each leaf can be checked again."""

import math
from fractions import Fraction

import sympy

from proofs_check.checkers.branch_and_bound import bounds_of, cover
from theory.balls import compile_balls

x, y = sympy.symbols("x y", real=True)
BOX = ((Fraction(-1), Fraction(1)), (Fraction(0), Fraction(2)))
FUNCTION = x**2 + y**2 - 2 * x * y + sympy.Rational(1, 100)


def sides(leaf: str) -> list[tuple[Fraction, Fraction]]:
    """The box that a leaf of the certificate names."""
    pairs = [part.strip("[]").split(", ") for part in leaf.split(":")[0].split(" x ")]
    return [(Fraction(low), Fraction(high)) for low, high in pairs]


def test_the_leaves_cover_the_box_and_hold() -> None:
    """If this failed, a certificate could leave a gap, or list a box on which its bound is false."""
    found = cover(bounds_of(FUNCTION, (x, y)), BOX, budget=5000, whole=(False, False), strict=True)
    assert found.status == "proved"
    assert sum(math.prod(high - low for low, high in sides(leaf)) for leaf in found.leaves) == 4
    again = compile_balls(FUNCTION, (x, y))
    for leaf in found.leaves:
        box = sides(leaf)
        middle = {str(symbol): (low + high) / 2 for symbol, (low, high) in zip((x, y), box, strict=True)}
        assert again.at(middle, 10) > 0


def test_the_budget_ends_the_search() -> None:
    """If this failed, a claim with equality inside would never come back."""
    touching = bounds_of(sympy.Abs(x - y) * sympy.exp(x), (x, y))
    found = cover(touching, BOX, budget=300, whole=(False, False), strict=True)
    assert found.status in ("open", "violated")
    assert found.boxes <= 302


def test_without_a_gradient_the_natural_form_is_used() -> None:
    """If this failed, a jump would be differentiated away."""
    assert bounds_of(sympy.Piecewise((x, x > 0), (1, True)), (x,)).gradient == ()
    assert bounds_of(sympy.Heaviside(x) + x, (x,)).gradient == ()
    assert len(bounds_of(sympy.Max(x, y) * sympy.exp(x), (x, y)).gradient) == 2
