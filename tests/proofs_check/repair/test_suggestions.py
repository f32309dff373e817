"""Suggestions as a user meets them: with the verdict of a whole check, never a false one, never in its way."""

import dataclasses

import pytest
import sympy

from proofs_check.catalogue import load_paper
from proofs_check.repair import suggest, with_suggestions
from proofs_check.report.prose import suggestion_lines
from proofs_check.verdicts import Outcome, Verdict
from proofs_check.worker import judge

from .broken import REFUTED, identity, inequality, make_context

x = sympy.Symbol("x", real=True)
BOX = {x: sympy.Interval(0, 1)}


def judged(name: str) -> Verdict:
    """The whole verdict on a claim of the catalogue."""
    paper, slug = name.split(".")
    return judge(load_paper(paper).claim(slug), make_context(name))


def test_refutation_comes_with_its_repair() -> None:
    """If false, the search for a repair would not be part of a check."""
    verdict = judge(identity(2 * x**2, x**2, BOX), make_context())
    assert verdict.outcome is Outcome.REFUTED
    assert suggestion_lines(verdict.suggestions) == ["lhs = 2*x**2: HOLDS, EXACT (the right side times 2)"]


def test_strict_erratum_is_told_as_equality() -> None:
    """If false, the counterexample to a strict inequality would read as if 0 were more than 0."""
    verdict = judged("jacot_2018.positive_definite_without_bias")
    assert verdict.reason == "both sides are equal, 0, where the statement says <"
    assert suggestion_lines(verdict.suggestions) == ["lhs <= rhs: HOLDS, EXACT (<= in place of <)"]


def test_erratum_on_a_construction_shows_plain_fractions() -> None:
    """If false, a reader would see program text in place of numbers."""
    verdict = judged("du_2019.strictly_positive_distinct")
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    assert "Fraction" not in verdict.counterexample.lhs
    assert verdict.suggestions == ()


@pytest.mark.parametrize("outcome", [Outcome.HOLDS, Outcome.UNDECIDED, Outcome.ERROR])
def test_only_refuted_claims_are_repaired(outcome: Outcome) -> None:
    """If false, a claim that holds could be shown with a rival of it."""
    evidence = REFUTED.evidence if outcome is Outcome.HOLDS else None
    verdict = dataclasses.replace(REFUTED, outcome=outcome, evidence=evidence)
    assert suggest(identity(2 * x, x, BOX), verdict, make_context()) == ()


def test_search_that_fails_leaves_the_verdict_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a bug in the search would turn a refutation into an error, or pass in silence."""

    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("proofs_check.repair.suggestions.repair_identity", broken)
    verdict = with_suggestions(identity(2 * x, x, BOX), REFUTED, make_context())
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.suggestions == ()
    assert verdict.fallbacks == ("the search for a repair failed: ZeroDivisionError: by zero",)


def test_repaired_claim_is_checked_on_points_of_its_own() -> None:
    """If false, the points that shaped a suggestion would also confirm it."""
    context = make_context()
    claim = inequality(x * (1 - x), sympy.Rational(1, 5), BOX)
    (found,) = suggest(claim, REFUTED, context)
    assert found.statement == "lhs <= 5/4 * rhs; lhs/rhs reaches 1.25"
    assert context.rng("points").random() == make_context().rng("points").random()
