"""Repair of inequalities: strictness, direction, and constants that the enclosure checker confirms."""

import pytest
import sympy
from sympy import Interval, Rational, cos, sin

from proofs_check.checkers import check
from proofs_check.claims import Inequality
from proofs_check.verdicts import Evidence, Outcome

from .broken import inequality, make_context, repair

x = sympy.Symbol("x", real=True)
UNIT = {x: Interval(0, 1)}
LATER = {x: Interval(Rational(1, 10), 3)}

CASES = [
    (inequality(x * (1 - x), Rational(1, 5), UNIT), "the right side times 5/4", Evidence.EXACT),
    (inequality(x**2, x, {x: Interval(2, 4)}), "the direction reversed", None),
    (inequality(x**2, x**2, UNIT, strict=True), "<= in place of <", Evidence.EXACT),
    (inequality(x, x - 1, UNIT), "the direction reversed", None),
]


@pytest.mark.parametrize(("claim", "change", "evidence"), CASES, ids=[case[1] for case in CASES])
def test_false_inequalities_are_repaired(claim: Inequality, change: str, evidence: Evidence | None) -> None:
    """If false, a theorist would learn that a constant is too small, and not which one would do."""
    assert check(claim, make_context()).outcome is Outcome.REFUTED
    (found,) = repair(claim)
    assert found.change == change
    assert found.outcome is Outcome.HOLDS
    assert evidence is None or found.evidence is evidence


def test_constant_just_above_an_unknown_supremum_is_certified_and_nearly_best() -> None:
    """If false, the constant offered could be too small, or larger than a reader needs."""
    claim = inequality(sin(x), x / 2, LATER)
    (found,) = repair(claim)
    assert found.change == "the right side times 1.997"
    assert found.evidence is Evidence.CERTIFIED
    smaller = inequality(sin(x), Rational(1996, 2000) * x, LATER)
    assert check(smaller, make_context()).outcome is Outcome.REFUTED


def test_additive_constant_where_the_right_side_changes_its_sign() -> None:
    """If false, a factor would be offered where it does not even keep the direction."""
    (found,) = repair(inequality(cos(x), cos(x) - sin(3 * x) / 4, {x: Interval(0, 3)}))
    assert found.change.startswith("the right side plus ")


def test_no_constant_no_suggestion() -> None:
    """If false, an inequality with an unbounded ratio and gap would be given a constant."""
    assert repair(inequality(1 / x, sympy.Integer(2), {x: Interval.Lopen(0, 1)})) == ()
