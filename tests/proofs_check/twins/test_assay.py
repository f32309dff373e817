"""The assay: what is false counts and is caught, what is still true does not count, what survives is named."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from proofs_check.checkers import check
from proofs_check.claims import AbstractClaim, Identity, Inequality
from proofs_check.twins.assay import assay
from proofs_check.verdicts import Evidence, Outcome, Verdict

from ..checkers.toys import BASE, toy_context

x = sympy.Symbol("x", real=True)
UNIT = {x: sympy.Interval(0, 1)}
SINES = Identity(**BASE, lhs=2 * sympy.sin(x) * sympy.cos(x), rhs=sympy.sin(2 * x), domain=UNIT)


def test_a_good_check_catches_every_viable_mutant() -> None:
    """If false, the audit of a sound check would fail, and nobody would trust it."""
    verdict = assay(SINES, toy_context(), check)
    caught, viable = verdict.caught
    assert caught == viable > 20
    assert {"constant", "sign", "exponent", "term", "symbol", "function"} <= {twin.change for twin in verdict.twins}


def test_equivalent_mutants_do_not_count() -> None:
    """If false, |x| for sqrt(x^2) would be a survivor: the statement it makes is true."""
    claim = Identity(**BASE, lhs=sympy.cos(x) * x, rhs=sympy.cos(-x) * x + sympy.sin(x) * 0, domain=UNIT)
    even = Identity(**BASE, lhs=sympy.erf(x) ** 2, rhs=sympy.erf(x) ** 2, domain=UNIT)
    for one in (claim, even):
        verdict = assay(one, toy_context(), check)
        assert all(twin.caught for twin in verdict.twins if twin.is_viable)
    squared = Identity(**BASE, lhs=x**2 - 2 * x + 1, rhs=(1 - x) ** 2, domain=UNIT)
    found = {twin.label: twin for twin in assay(squared, toy_context(), check).twins}
    mirrored = [twin for label, twin in found.items() if "opposite sign" in label and twin.standing == "equivalent"]
    assert all(twin.outcome is Outcome.HOLDS for twin in mirrored)


def test_weaker_inequalities_do_not_count() -> None:
    """If false, x^2 <= 101/100 x would be asked to be refuted."""
    claim = Inequality(**BASE, lhs=x**2, rhs=2 * x + 1, domain=UNIT)
    found = {twin.label: twin for twin in assay(claim, toy_context(), check).twins}
    assert found["rhs: times 101/100"].standing == "equivalent"
    assert found["rhs: times 1/2"].standing == "equivalent"
    assert found["rhs: with the opposite sign"].caught
    assert found["direction reversed"].caught


def test_a_blind_check_has_survivors() -> None:
    """If false, the audit would be blind itself: a check that always says HOLDS would pass it."""

    def blind(claim: AbstractClaim, context: Any) -> Verdict:
        return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason="always")

    verdict = assay(SINES, toy_context(), blind)
    caught, viable = verdict.caught
    assert caught == 0
    assert viable > 20
    assert verdict.is_weakly_tested


def test_a_check_at_one_point_has_survivors() -> None:
    """If false, a check that looks at x = 0 alone would pass for a good one."""

    def narrow(claim: AbstractClaim, context: Any) -> Verdict:
        assert isinstance(claim, Identity)
        lhs, rhs = claim.sides()
        if lhs.subs(x, 0) == rhs.subs(x, 0):
            return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.CERTIFIED, reason="equal at 0")
        return Verdict(outcome=Outcome.REFUTED, evidence=Evidence.CERTIFIED, reason="they differ at 0")

    caught, viable = assay(SINES, toy_context(), narrow).caught
    assert 0 < caught < viable


def test_a_crash_is_never_caught() -> None:
    """If false, a check that fails on every mutant would look perfect."""

    def fragile(claim: AbstractClaim, context: Any) -> Verdict:
        if claim.sides() == SINES.sides():  # type: ignore[attr-defined]
            return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason="right")
        raise ZeroDivisionError("broken")

    verdict = assay(SINES, toy_context(), fragile)
    assert verdict.caught[0] == 0
    assert verdict.is_weakly_tested


@pytest.mark.parametrize(("expect", "rhs"), [("refuted", 3 * x), ("holds", 3 * x)])
def test_what_does_not_hold_is_not_assayed(expect: str, rhs: sympy.Expr) -> None:
    """If false, variants of a false statement would be counted."""
    claim = Identity(**{**BASE, "expect": expect}, lhs=2 * x, rhs=rhs, domain=UNIT)
    verdict = assay(claim, toy_context(), check)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.twins == ()


def test_the_same_again() -> None:
    """If false, the score of a check would depend on more than claim, budget and seed."""
    one, two = (assay(SINES, toy_context(), check) for _ in range(2))
    assert one.twins == two.twins
